"""What lists of projects are chosen by, alike on every page that has such a list."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col

from elka.core.texts import one_line
from elka.db import Work
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.ui.rows import Option

LONGEST_QUERY = 100


def typed_words(text: object) -> str:
    """Return what was typed into the search field, on one line and of a sane length."""
    return one_line(text)[:LONGEST_QUERY] if isinstance(text, str) else ""


def one_of(value: object, allowed: Collection[str]) -> str:
    """Return the value if it is one of those allowed, else nothing."""
    return value if isinstance(value, str) and value in allowed else ""


def number_of(value: object) -> int:
    """Read a whole number from the address; 0 for whatever is none."""
    text = str(value) if isinstance(value, str | int) else ""
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def direction_choices(work: Work) -> list[Option]:
    """Return the directions by their keys, as the address writes them."""
    rows = work.session.execute(sa.select(Direction.key, Direction.name).order_by(col(Direction.position)))
    return [Option(key, name) for key, name in rows]


def municipality_choices(work: Work) -> list[Option]:
    """Return the municipalities by their ids, in alphabetical order."""
    rows = work.session.execute(
        sa.select(Municipality.id, Municipality.name).order_by(alphabetical(col(Municipality.name)))
    )
    return [Option(str(key), name) for key, name in rows]


def about(direction: str) -> sa.ColumnElement[bool]:
    """Return the condition: the project is about the direction of this key."""
    chosen = sa.select(col(Direction.id)).where(col(Direction.key) == direction).scalar_subquery()
    return col(Project.direction_id) == chosen


def inside(municipality: str) -> sa.ColumnElement[bool]:
    """Return the condition: the project is in the municipality of this id."""
    settlements = sa.select(col(Settlement.id)).where(col(Settlement.municipality_id) == int(municipality))
    return col(Project.settlement_id).in_(settlements)


def alphabetical(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return what Russian text is sorted by: any case, «ё» as «е» (the database knows no Russian collation)."""
    return sa.func.replace(sa.func.lower(text), "ё", "е")
