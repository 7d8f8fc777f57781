"""What a file really is: told by its bytes, never by its name or by what a browser says of it.

Office files and archives are ZIP containers: they are opened, counted and read to the end, so that neither macros nor a
small file that unpacks into gigabytes gets through. A table in plain text has no marks of its own; it must look like one.
Pictures are recognised here and decoded by ``attachments.py``.
"""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from elka.core.formfields import FileType
from elka.errors import Refused

UNPACKED_MAX = 200 * 2**20  # bytes that a container may hold
UNPACKED_FREELY = 20 * 2**20  # below this nobody asks how tightly it is packed
RATIO_MAX = 100
ENTRIES_MAX = 5000
_CHUNK = 2**20
_HEAD = 4096


class BadFile(Refused):
    """The site does not take this file; the message says why and what to do."""


@dataclass(frozen=True)
class Kind:
    """One kind of file: the type that a field may ask for, its media type, endings of its names (the usual one first)."""

    type: FileType
    media_type: str
    endings: tuple[str, ...]


_OPEN = "application/vnd.oasis.opendocument"
_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind(FileType.PDF, "application/pdf", (".pdf",))
JPEG = Kind(FileType.IMAGE, "image/jpeg", (".jpg", ".jpeg"))
PNG = Kind(FileType.IMAGE, "image/png", (".png",))
WEBP = Kind(FileType.IMAGE, "image/webp", (".webp",))
DOCX = Kind(FileType.DOCUMENT, f"{_OFFICE}.wordprocessingml.document", (".docx",))
ODT = Kind(FileType.DOCUMENT, f"{_OPEN}.text", (".odt",))
RTF = Kind(FileType.DOCUMENT, "application/rtf", (".rtf",))
XLSX = Kind(FileType.TABLE, f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
ODS = Kind(FileType.TABLE, f"{_OPEN}.spreadsheet", (".ods",))
CSV = Kind(FileType.TABLE, "text/csv; charset=utf-8", (".csv",))
CSV_1251 = Kind(FileType.TABLE, "text/csv; charset=windows-1251", (".csv",))
ZIP = Kind(FileType.ARCHIVE, "application/zip", (".zip",))
KINDS = (PDF, JPEG, PNG, WEBP, DOCX, ODT, RTF, XLSX, ODS, CSV, CSV_1251, ZIP)
# What a browser may show in place; anything else is only ever saved.
INLINE = frozenset(kind.media_type for kind in (PDF, JPEG, PNG, WEBP))

WORDS = {
    FileType.PDF: "PDF",
    FileType.IMAGE: "JPEG, PNG, WebP",
    FileType.DOCUMENT: "docx, odt, rtf",
    FileType.TABLE: "xlsx, ods, csv",
    FileType.ARCHIVE: "zip",
}
# Files that somebody may well try: what they are and what to do instead. By the beginning of their bytes.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Это файл старого Word или Excel. Сохраните его как docx, xlsx или PDF."),
    (b"Rar!", "Это архив RAR. Упакуйте файлы в ZIP."),
    (b"7z\xbc\xaf", "Это архив 7z. Упакуйте файлы в ZIP."),
    (b"MZ", "Это программа. Программы не принимаются."),
    (b"\x7fELF", "Это программа. Программы не принимаются."),
    (b"GIF8", "Это картинка GIF. Сохраните её как PNG или JPEG."),
    (b"BM", "Это картинка BMP. Сохраните её как PNG или JPEG."),
    (b"II*\x00", "Это картинка TIFF. Сохраните её как PDF или JPEG."),
    (b"MM\x00*", "Это картинка TIFF. Сохраните её как PDF или JPEG."),
)
_HEIC = re.compile(rb"....ftyp(heic|heix|mif1|msf1|hevc)", re.DOTALL)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP = re.compile(rb"^\s*<|<(?:!doctype|html|script|svg|body|iframe)\b", re.IGNORECASE)
_PROGRAMS = re.compile(
    r"\.(?:exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|jar|lnk|reg|apk|sh|docm|xlsm|pptm)$", re.IGNORECASE
)
_NESTED = re.compile(r"\.(?:zip|rar|7z|gz|tgz|bz2|xz|tar|iso|cab)$", re.IGNORECASE)
_DAMAGED = "Файл повреждён или дошёл не целиком. Проверьте, что он открывается у вас, и приложите ещё раз."
_BOMB = "В файле упаковано слишком много. Уберите лишнее или разделите его."
_MACROS = "В файле есть макросы. Сохраните его без макросов: как docx, xlsx или PDF."
_STRANGE = "Такие файлы не принимаются. Сохраните в PDF и приложите его."
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, KeyError,
)  # fmt: skip


def words(types: tuple[FileType, ...]) -> str:
    """Return the endings that a field takes, for a hint: «PDF, JPEG, PNG, WebP»."""
    return ", ".join(WORDS[one] for one in types)


def accept(types: tuple[FileType, ...]) -> str:
    """Return what ``<input accept>`` asks of the browser's own window of files."""
    return ",".join(dict.fromkeys(end for one in types for kind in KINDS if kind.type is one for end in kind.endings))


def kind_of(file: BinaryIO, size: int, name: str) -> Kind:
    """Return what the file is; raise ``BadFile`` for what is damaged, dangerous or of no use here.

    The name is asked for one thing only: whether a text that could be a table is meant as one (.csv).
    """
    head = _read(file, 0, _HEAD)
    if not head:
        raise BadFile("Файл пустой.")
    for mark, told in _OURS:
        if head.startswith(mark):
            return told(file, size)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if _HEIC.match(head):
        raise BadFile("Это фото в формате HEIC. Сохраните его как JPEG: в телефоне это «Наиболее совместимый» формат.")
    for mark, message in _OTHERS:
        if head.startswith(mark):
            raise BadFile(message)
    return _table(file, head, name)


def _pdf(file: BinaryIO, size: int) -> Kind:
    if b"%%EOF" not in _read(file, max(0, size - _HEAD), _HEAD):
        raise BadFile(_DAMAGED)
    return PDF


def _rtf(file: BinaryIO, size: int) -> Kind:
    if not _read(file, max(0, size - _HEAD), _HEAD).rstrip(b"\x00 \r\n\t").endswith(b"}"):
        raise BadFile(_DAMAGED)
    return RTF


def _read(file: BinaryIO, start: int, count: int) -> bytes:
    file.seek(start)
    return file.read(count)


def _container(file: BinaryIO, size: int) -> Kind:
    """Open a ZIP, read all of it within the limits, and tell what it is."""
    if _entries(file) > ENTRIES_MAX:  # before zipfile makes an object of each
        raise BadFile(_BOMB)
    try:
        with zipfile.ZipFile(file) as archive:
            _unpack(archive, size)
            return _inside(archive)
    except _BROKEN as error:
        raise BadFile(_DAMAGED) from error


def _entries(file: BinaryIO) -> int:
    """Count the marks of a ZIP's table of contents: no fewer than it has entries, wherever its end record points."""
    file.seek(0)
    found, tail = 0, b""
    while chunk := file.read(_CHUNK):
        found += (tail + chunk).count(b"PK\x01\x02")
        tail = chunk[-3:]
    return found


def _unpack(archive: zipfile.ZipFile, size: int) -> None:
    """Read every entry to its end and forget it: checksums fit, and there is no more than was declared."""
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadFile("Файл закрыт паролем. Приложите его без пароля.")
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise BadFile("Файл сжат необычным способом. Упакуйте его обычным ZIP.")
    declared = sum(entry.file_size for entry in entries)
    if declared > UNPACKED_MAX or (declared > UNPACKED_FREELY and declared > RATIO_MAX * size):
        raise BadFile(_BOMB)
    for entry in entries:
        with archive.open(entry) as part:
            while part.read(_CHUNK):  # never more than declared: zipfile stops there and then the checksum differs
                pass


def _inside(archive: zipfile.ZipFile) -> Kind:
    names = [name.replace("\\", "/") for name in archive.namelist()]
    lower = {name.lower() for name in names}
    if "[content_types].xml" in lower:
        return _office(archive, lower)
    if "mimetype" in lower:
        return _open_document(archive, lower)
    if not any(not name.endswith("/") for name in names):
        raise BadFile("Архив пустой.")
    if any(name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/") for name in names):
        raise BadFile("В архиве странные пути файлов. Упакуйте файлы заново.")
    if "meta-inf/manifest.mf" in lower or any(_PROGRAMS.search(name) for name in names):
        raise BadFile("В архиве есть программы или макросы. Уберите их и упакуйте заново.")
    if any(_NESTED.search(name) for name in names):
        raise BadFile("В архиве лежит другой архив. Положите файлы без него.")
    return ZIP


def _office(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    found = next(name for name in archive.namelist() if name.lower() == "[content_types].xml")
    with archive.open(found) as part:
        types = part.read(_CHUNK).decode("utf-8", "ignore").lower()
    if "macroenabled" in types or any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise BadFile(_MACROS)
    for kind in (DOCX, XLSX):
        if f"{kind.media_type}.main+xml" in types:
            return kind
    raise BadFile(_STRANGE)


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    with archive.open("mimetype") as part:
        said = part.read(200).decode("ascii", "ignore").strip()
    if any(name.startswith(("basic/", "scripts/")) for name in names):
        raise BadFile(_MACROS)
    for kind in (ODT, ODS):
        if said == kind.media_type:
            return kind
    raise BadFile(_STRANGE)


def _table(file: BinaryIO, head: bytes, name: str) -> Kind:
    """Tell a table in plain text: UTF-8 or Windows-1251, cells separated in its first line, no markup."""
    first = head.removeprefix(codecs.BOM_UTF8).lstrip().split(b"\n")[0]
    if not name.lower().rstrip().endswith(".csv") or _MARKUP.search(head.removeprefix(codecs.BOM_UTF8)):
        raise BadFile(_STRANGE)
    if not any(mark in first for mark in (b";", b",", b"\t")):
        raise BadFile("Это не похоже на таблицу. Сохраните её из Excel как xlsx или CSV.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    kind = CSV
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if _CONTROL.search(chunk):
            raise BadFile(_STRANGE)
        if kind is CSV:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                kind = CSV_1251
    if kind is CSV:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            kind = CSV_1251
    return kind


_OURS: tuple[tuple[bytes, Callable[[BinaryIO, int], Kind]], ...] = (
    (b"%PDF-", _pdf),
    (b"\xff\xd8\xff", lambda _file, _size: JPEG),
    (b"\x89PNG\r\n\x1a\n", lambda _file, _size: PNG),
    (b"PK\x03\x04", _container),
    (b"PK\x05\x06", _container),
    (b"{\\rtf", _rtf),
)
