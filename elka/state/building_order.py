"""The order of rows that the constructor moves: fields of a template, criteria. Not a state."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Protocol, TypeVar

from sqlmodel import Session

from elka.core.ordering import between, spread
from elka.errors import Refused

_NUDGES = 1000


class Placed(Protocol):
    """A row with a place in a list."""

    position: int


Row = TypeVar("Row", bound=Placed)


def spaced(session: Session, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with gaps between their numbers. Spreading them moves nothing, so no history is kept of it."""
    numbers = [row.position for row in rows]
    if any(between(numbers, place) is None for place in range(len(rows) + 1)):
        for row, number in zip(rows, spread(len(rows)), strict=True):
            row.position = number
        session.flush()
    return list(rows)


def number_at(others: Sequence[Placed], place: int) -> int:
    """Return the number of a row that comes to stand at this place among the others."""
    found = between([one.position for one in others], place, secrets.randbelow(_NUDGES) / _NUDGES)
    if found is None:
        raise Refused("Здесь тесно. Повторите ещё раз.")
    return found
