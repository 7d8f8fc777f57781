"""Tables for Excel: typed cells, in a memory that does not grow with the rows, and no text is ever taken for a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter

from elka import clock
from elka.core.csv_cells import FORMULA

CELL_MAX = 32_000  # characters; Excel's own limit is 32,767
NAME_MAX = 31  # characters of a sheet's name
_FIRST_DAY = date(1900, 3, 1)  # before it Excel's calendar has a day that never was


class CellKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    LONG = "long"  # several lines
    NUMBER = "number"
    MONEY = "money"  # roubles
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds, its width in characters."""

    title: str
    kind: CellKind = CellKind.TEXT
    width: int = 18


_LOOKS: dict[CellKind, dict[str, Any]] = {
    CellKind.TEXT: {},
    CellKind.LONG: {"text_wrap": True},
    CellKind.NUMBER: {"num_format": "#,##0.###;-#,##0.###"},
    CellKind.MONEY: {"num_format": '#,##0" ₽"'},
    CellKind.DAY: {"num_format": "dd.mm.yyyy"},
    CellKind.MOMENT: {"num_format": "dd.mm.yyyy hh:mm"},
}


class Sheet:
    """One sheet being written, row by row."""

    def __init__(self, book: Any, name: str, columns: Sequence[Column], frozen: int) -> None:
        """Write the head. ``frozen``: how many columns stay in sight with it."""
        self.rows = 0
        self._columns = columns
        self._sheet = book.add_worksheet(name[:NAME_MAX])
        self._looks = {
            kind: (
                book.add_format({"valign": "top", **look}),
                book.add_format({"valign": "top", "quote_prefix": True, **look}),
            )
            for kind, look in _LOOKS.items()
        }
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6F3EC", "bottom": 1})
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, column.title[:CELL_MAX], head)
        self._sheet.freeze_panes(1, frozen)

    def row(self, cells: Sequence[object]) -> None:
        """Write the next row; a cell per column, None for an empty one."""
        self.rows += 1
        for place, (column, value) in enumerate(zip(self._columns, cells, strict=True)):
            self._cell(place, column.kind, value)

    def end(self) -> None:
        """Put filters on the head."""
        self._sheet.autofilter(0, 0, self.rows, len(self._columns) - 1)

    def _cell(self, place: int, kind: CellKind, value: object) -> None:
        plain, quoted = self._looks[kind]
        match value:
            case None | "":
                return
            case bool():
                self._text(place, "Да" if value else "Нет", plain, quoted)
            case int() | float() if kind in (CellKind.NUMBER, CellKind.MONEY) and abs(value) < 10**15:
                self._sheet.write_number(self.rows, place, value, plain)
            case datetime() if kind is CellKind.MOMENT:
                self._sheet.write_datetime(self.rows, place, clock.local(value).replace(tzinfo=None), plain)
            case date() if kind is CellKind.DAY and value >= _FIRST_DAY:
                self._sheet.write_datetime(self.rows, place, value, plain)
            case _:
                self._text(place, str(value), plain, quoted)

    def _text(self, place: int, text: str, plain: Any, quoted: Any) -> None:
        """Write a text as a text. One that begins as a formula keeps its apostrophe, so that editing it makes none."""
        shown = text if len(text) <= CELL_MAX else f"{text[:CELL_MAX]}…"
        self._sheet.write_string(self.rows, place, shown, quoted if shown.startswith(FORMULA) else plain)


class Book:
    """A book being written."""

    def __init__(self, book: Any) -> None:
        """Wrap xlsxwriter's book."""
        self._book = book
        self._sheets: list[Sheet] = []

    def sheet(self, name: str, columns: Sequence[Column], *, frozen: int = 1) -> Sheet:
        """Begin a sheet."""
        self._sheets.append(Sheet(self._book, name, columns, frozen))
        return self._sheets[-1]

    def end(self) -> None:
        """Finish every sheet."""
        for sheet in self._sheets:
            sheet.end()


@contextmanager
def book(path: Path, title: str) -> Iterator[Book]:
    """Write a book to a file; nothing but the rows at hand is held in memory."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as written:
        written.set_properties({"title": title[:255], "author": "ЕЛКА"})
        made = Book(written)
        yield made
        made.end()
