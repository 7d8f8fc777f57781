"""Real bytes of every kind of file that an application may hold, and of liars."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import openpyxl
import typst
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
EXCEL_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
OPEN = "application/vnd.oasis.opendocument"


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind)
    return out.getvalue()


def pdf(text: str = "Протокол собрания") -> bytes:
    """Make the same bytes of the same text, whenever it is."""
    return typst.compile(f"#{text!r}".replace("'", '"').encode(), timestamp=1_790_000_000)


def zipped(**files: str | bytes) -> bytes:
    """Make a ZIP of entries; «__» in a name stands for a slash."""
    return zipped_as({name.replace("__", "/"): content for name, content in files.items()})


def zipped_as(files: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(main: str = WORD, **more: str | bytes) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    entries = {name.replace("__", "/"): content for name, content in more.items()}
    return zipped_as({"[Content_Types].xml": types, "word/document.xml": "<document/>", **entries})


def xlsx() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Опоры"
    book.save(out)
    return out.getvalue()


def open_document(kind: str = "text", **more: str | bytes) -> bytes:
    entries = {name.replace("__", "/"): content for name, content in more.items()}
    return zipped_as({"mimetype": f"{OPEN}.{kind}", "content.xml": "<content/>", **entries})


def picture_bomb(side: int = 20_000) -> bytes:
    """Make a PNG of a few bytes that says it has 400 million points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


RTF = rb"{\rtf1\ansi \u1055?\u1088?\u1080?}"
HTML = b"<!doctype html><html><script>alert(document.cookie)</script></html>"
CSV = "Работа;Сумма\r\nОпоры;286000\r\n".encode()
CSV_1251 = "Работа;Сумма\r\nОпоры;286000\r\n".encode("cp1251")
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROGRAM = b"MZ" + b"\0" * 600
