"""Tables for Excel: types of cells, and nothing that a spreadsheet could take for a formula."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka import sheets
from elka.sheets import CELL_MAX, CellKind, Column

COLUMNS = (
    Column("№", CellKind.NUMBER, 6),
    Column("Текст"),
    Column("Длинный", CellKind.LONG, 40),
    Column("Сумма", CellKind.MONEY),
    Column("День", CellKind.DAY),
    Column("Подана", CellKind.MOMENT),
)
NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def written(path: Path, *rows: tuple[object, ...], columns: tuple[Column, ...] = COLUMNS) -> openpyxl.Workbook:
    with sheets.book(path, "Заявки") as book:
        sheet = book.sheet("Заявки", columns)
        for row in rows:
            sheet.row(row)
    return openpyxl.load_workbook(path)


def test_cells_have_their_types(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", (1, "Двор", "раз\nдва", 286_000, date(2027, 3, 1), NOON))
    sheet = book["Заявки"]
    assert [cell.value for cell in sheet[1]] == ["№", "Текст", "Длинный", "Сумма", "День", "Подана"]
    assert [cell.value for cell in sheet[2]] == [
        1,
        "Двор",
        "раз\nдва",
        286_000,
        datetime(2027, 3, 1),  # noqa: DTZ001  Excel knows no zones
        datetime(2026, 11, 23, 12, 0),  # noqa: DTZ001  in the time of Ugra
    ]
    assert [cell.data_type for cell in sheet[2]] == ["n", "s", "s", "n", "d", "d"]
    assert "₽" in sheet["D2"].number_format
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:F2"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+7 912",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "＝1+1",
        '=HYPERLINK("http://x","y")',
        "=cmd|'/c calc'!A0",
        "http://evil.example",
    ],
)
@pytest.mark.parametrize("kind", list(CellKind))
def test_what_people_write_is_never_a_formula(tmp_path: Path, text: str, kind: CellKind) -> None:
    path = tmp_path / "a.xlsx"
    cell = written(path, (text,), columns=(Column(text, kind),))["Заявки"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t", "＝"))
    assert cell.hyperlink is None
    with zipfile.ZipFile(path) as inside:
        assert b"<f>" not in inside.read("xl/worksheets/sheet1.xml")
        assert not [name for name in inside.namelist() if "externalLink" in name or name.endswith("sheet1.xml.rels")]


def test_odd_values_stay_readable(tmp_path: Path) -> None:
    rows = [
        ("много", 5, True, None, "когда-то", "вчера"),
        (10**16, "", False, 1.5, date(1812, 9, 7), date(2026, 1, 1)),
        (None, None, None, None, None, None),
    ]
    sheet = written(tmp_path / "a.xlsx", *rows)["Заявки"]
    assert [cell.value for cell in sheet[2]] == ["много", "5", "Да", None, "когда-то", "вчера"]
    assert [cell.value for cell in sheet[3]] == [str(10**16), None, "Нет", 1.5, "1812-09-07", "2026-01-01"]
    assert all(cell.value is None for cell in sheet[4])


def test_a_text_longer_than_a_cell_is_cut(tmp_path: Path) -> None:
    value = written(tmp_path / "a.xlsx", (1, "x" * 40_000, "", 1, None, None))["Заявки"]["B2"].value
    assert len(value) == CELL_MAX + 1
    assert value.endswith("…")


def test_two_sheets_are_written_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with sheets.book(path, "Заявки") as book:
        first, second = book.sheet("Заявки", (Column("A"),)), book.sheet("Сметы", (Column("B"),))
        for number in range(50):
            first.row((f"заявка {number}",))
            second.row((f"строка {number}",))
    found = openpyxl.load_workbook(path)
    assert [sheet.max_row for sheet in found] == [51, 51]
    assert found["Сметы"]["A51"].value == "строка 49"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), min_size=1, max_size=5))
def test_any_text_comes_back(tmp_path: Path, texts: list[str]) -> None:
    """Signs that XML cannot hold are written in Excel's own way; line ends are those of a cell."""
    sheet = written(tmp_path / "a.xlsx", *[(text,) for text in texts], columns=(Column("Т"),))["Заявки"]
    for row, text in enumerate(texts, start=2):
        cell = sheet.cell(row, 1)
        assert cell.data_type in {"s", "n"}
        if text.isprintable() and "_x" not in text:
            assert (cell.value or "") == text
