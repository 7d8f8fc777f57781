"""Published files as rows of cells, to be changed and checked."""

from __future__ import annotations

import csv
import io

from elka.core.ballot_reading import Unreadable
from elka.core.verifying import verify

Rows = list[list[str]]


def rows_of(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def text_of(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue()


def found(text: str, root: str) -> bool:
    """Whether the check finds something wrong, or says in Russian that it cannot read it; nothing else may come of it."""
    try:
        return not verify(io.StringIO(text, newline=""), known_root=root).ok
    except Unreadable as error:
        return any("а" <= sign <= "я" for sign in str(error))
