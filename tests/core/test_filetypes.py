"""What a file really is, by its bytes: every kind that is taken, and what is not."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core import filetypes as ft
from elka.core.filetypes import BadFile, Kind, kind_of
from elka.core.formfields import FileType
from tests import files


def told(data: bytes, name: str = "смета.csv") -> Kind:
    return kind_of(io.BytesIO(data), len(data), name)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (files.pdf(), ft.PDF),
        (files.picture("PNG"), ft.PNG),
        (files.picture("JPEG"), ft.JPEG),
        (files.picture("WEBP"), ft.WEBP),
        (files.office(), ft.DOCX),
        (files.open_document(), ft.ODT),
        (files.RTF, ft.RTF),
        (files.xlsx(), ft.XLSX),
        (files.open_document("spreadsheet"), ft.ODS),
        (files.CSV, ft.CSV),
        (b"\xef\xbb\xbf" + files.CSV, ft.CSV),
        (files.CSV_1251, ft.CSV_1251),
        (files.zipped(план__смета="1", фото="2"), ft.ZIP),
    ],
)
@pytest.mark.parametrize("name", ["смета.csv", "x.CSV"])
def test_every_kind_is_told_by_its_bytes(data: bytes, kind: Kind, name: str) -> None:
    assert told(data, name) == kind


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "пустой"),
        (files.HTML, "не принимаются"),
        (b"\xef\xbb\xbf  <svg onload='alert(1)'/>;", "не принимаются"),
        (b"a;b\r\n<script>alert(1)</script>", "не принимаются"),
        (b"a;b\0c", "не принимаются"),
        ("просто слова без ячеек".encode(), "не похоже на таблицу"),
        (files.OLD_WORD, "старого Word"),
        (files.PROGRAM, "программа"),
        (b"\x7fELF\x02", "программа"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "HEIC"),
        (files.picture("GIF"), "GIF"),
        (files.picture("BMP"), "BMP"),
        (files.picture("TIFF"), "TIFF"),
        (files.pdf()[:-600], "повреждён"),
        (files.RTF[:-1], "повреждён"),
        (files.office()[:-30], "повреждён"),
        (files.office()[:60], "повреждён"),
        (files.office(files.WORD_MACROS), "макросы"),
        (files.office(files.EXCEL_MACROS), "макросы"),
        (files.office(word__vbaProject_bin=b"1").replace(b"vbaProject_bin", b"vbaProject.bin"), "макросы"),
        (files.office(xl__macrosheets__sheet1=b"1"), "макросы"),
        (files.open_document(Basic__Standard__script="Sub Main"), "макросы"),
        (files.office(files.SLIDES), "PDF"),
        (files.open_document("presentation"), "PDF"),
        (files.zipped(), "пустой"),
        (files.zipped_as({"папка/": ""}), "пустой"),
        (files.zipped_as({"../../etc/passwd": "x"}), "пути"),
        (files.zipped_as({"/etc/passwd": "x"}), "пути"),
        (files.zipped_as({"C:/x": "x"}), "пути"),
        (files.zipped_as({"план/run.EXE": "x"}), "программы"),
        (files.zipped_as({"META-INF/MANIFEST.MF": "x", "a": "x"}), "программы"),
        (files.zipped_as({"макросы.docm": "x"}), "программы"),
        (files.zipped_as({"ещё.zip": "x"}), "другой архив"),
        (files.zipped_as({"a": "x" * 100}, zipfile.ZIP_LZMA), "необычным"),
        (files.zipped_as({"a": b"\0" * (ft.UNPACKED_FREELY + 1)}), "слишком много"),
        (files.zipped_as({str(number): "" for number in range(ft.ENTRIES_MAX + 1)}), "слишком много"),
    ],
)
def test_what_is_not_taken_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        told(data)


def test_a_text_is_a_table_only_when_it_is_meant_as_one() -> None:
    with pytest.raises(BadFile):
        told(files.CSV, "смета.txt")


def test_a_container_that_lies_of_its_sizes_is_damaged() -> None:
    """The table of contents says one byte; the entry unpacks into a million."""
    data = bytearray(files.zipped_as({"a": b"\0" * 1_000_000}))
    size = data.index((1_000_000).to_bytes(4, "little"), data.index(b"PK\x01\x02"))
    data[size : size + 4] = (1).to_bytes(4, "little")
    with pytest.raises(BadFile, match="повреждён"):
        told(bytes(data))


def test_a_changed_byte_inside_is_noticed() -> None:
    data = bytearray(files.zipped_as({"a": "слова " * 50}, zipfile.ZIP_STORED))
    data[80] ^= 1
    with pytest.raises(BadFile, match="повреждён"):
        told(bytes(data))


def test_a_closed_archive_is_refused() -> None:
    data = bytearray(files.zipped(план="1"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadFile, match="паролем"):
        told(bytes(data))


@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06", b"{\\rtf1", b"RIFF"]))
def test_garbage_is_told_or_refused(data: bytes, head: bytes) -> None:
    with suppress(BadFile):
        assert told(head + data).type in FileType


def test_what_a_field_takes_is_said() -> None:
    assert ft.words((FileType.PDF, FileType.IMAGE)) == "PDF, JPEG, PNG, WebP"
    assert ft.accept((FileType.IMAGE, FileType.TABLE)) == ".jpg,.jpeg,.png,.webp,.xlsx,.ods,.csv"
