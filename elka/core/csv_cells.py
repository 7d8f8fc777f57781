"""Tables for spreadsheets as CSV: cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which Excel knows UTF-8."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Return a cell as it may stand in a spreadsheet: a text that begins as a formula does gets an apostrophe.

    OWASP, «CSV Injection». Numbers stay numbers.
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def lines(rows: Iterable[Sequence[object]]) -> str:
    """Write rows with semicolons between the cells, as a Russian Excel opens them at a double click."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
