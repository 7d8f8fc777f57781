"""Names of files: safe on any disk, in any archive, in a header."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.filenames import LONGEST, disposition, file_name, safe_part, unique

PDF = (".pdf",)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Протокол собрания.pdf", "Протокол собрания.pdf"),
        ("СМЕТА.PDF", "СМЕТА.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\x", "x.pdf"),
        ("C:\\Users\\Анна\\смета.pdf", "смета.pdf"),
        ("смета\u202efdp.exe", "сметаfdp.exe.pdf"),
        ("отчёт.exe", "отчёт.exe.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ('двор <1>: "план"|*?.pdf', "двор _1__ _план____.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.старый.pdf", "_LPT1.старый.pdf"),
        (" . ", "файл.pdf"),
        ("", "файл.pdf"),
        ("..", "файл.pdf"),
        (".pdf", "файл.pdf"),
        ("и\u0306.pdf", "й.pdf"),
        ("\ud800.pdf", "файл.pdf"),
    ],
)
def test_a_name_is_made_safe(sent: str, kept: str) -> None:
    assert file_name(sent, PDF) == kept


@given(st.text(max_size=300), st.sampled_from([(".pdf",), (".jpg", ".jpeg"), (".csv",)]))
def test_any_name_is_safe(sent: str, endings: tuple[str, ...]) -> None:
    name = file_name(sent, endings)
    assert name.endswith(endings)
    assert 1 <= len(name) <= LONGEST + 6
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\u202a-\u202e\u2066-\u2069]', name)
    assert not name.startswith((".", " "))
    assert file_name(name, endings) == name
    disposition(name).encode("latin-1")


@given(st.text(max_size=200))
def test_any_title_is_a_folder(title: str) -> None:
    part = safe_part(title, 60)
    assert 1 <= len(part) <= 61
    assert part not in {".", ".."}
    assert part == part.strip(". ")
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', part)


def test_names_in_one_folder_differ() -> None:
    taken: set[str] = set()
    names = [
        unique(name, taken) for name in ("План.pdf", "план.pdf", "план.PDF", "без точки", "без точки", "v1.2 план")
    ]
    assert names == ["План.pdf", "план (2).pdf", "план (3).PDF", "без точки", "без точки (2)", "v1.2 план"]


@given(st.text(min_size=1, max_size=80).map(safe_part))
def test_a_header_carries_the_whole_name(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    plain, whole = re.fullmatch(r"attachment; filename=\"([^\"\\]*)\"; filename\*=UTF-8''(\S+)", header).groups()
    assert unquote(whole) == name
    assert len(plain) == len(name)


def test_only_what_may_be_shown_in_place_is_inline() -> None:
    assert disposition("a.pdf", inline=True).startswith("inline; ")
    assert disposition("a.pdf").startswith("attachment; ")
