"""The history of building a contest: every change as the rows it touched, so that it can be told and undone.

``captured`` reads from the session what a flow has changed in the tables of the constructor, before it is flushed;
``undo`` puts those columns back, unless somebody has changed them again since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.errors import Refused
from elka.models.base import Moment, big_id
from elka.models.contest_parts import ContestCategory, Criterion
from elka.models.contests import Contest, ContestDirection, ContestPhase
from elka.models.forms import FormField

# The tables whose rows the constructor changes.
BUILT: dict[str, type[SQLModel]] = {
    str(table.__tablename__): table
    for table in (Contest, ContestPhase, ContestDirection, ContestCategory, Criterion, FormField)
}
# Children after parents when rows come, before them when rows go.
_ORDER = ("contests", "contest_phases", "contest_directions", "contest_categories", "criteria", "form_fields")
_SKIPPED = {("contests", "version"), ("contests", "stage"), ("contests", "draw_seed"), ("contests", "announced_at")}


class ContestEdit(SQLModel, table=True):
    """One change of a draft. ``changes``: ``[{"table", "key", "before", "after"}]``; before None: the row was made.

    ``undoes``: the change that this one took back. Append-only.
    """

    __tablename__ = "contest_edits"
    __table_args__ = (sa.Index("ix_contest_edits_contest", "contest_id", "id"),)

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    at: datetime = Field(sa_type=Moment)
    actor_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    step: str
    text: str
    changes: list[Any] = Field(sa_type=JSONB)
    undoes: int | None = Field(default=None, foreign_key="contest_edits.id", unique=True, sa_type=sa.BigInteger)


class ContestPresence(SQLModel, table=True):
    """Who has the constructor of a contest open, and at which step."""

    __tablename__ = "contest_presence"

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="people.id", primary_key=True, sa_type=sa.BigInteger)
    step: str = ""
    seen_at: datetime = Field(sa_type=Moment)


class CannotUndo(Refused):
    """The same place was changed again since, or there is nothing to take back."""

    def __init__(self, message: str = "Это место уже изменили снова: отменять сверху нечего.") -> None:
        """Use the given reason or the common one."""
        super().__init__(message)


def captured(session: Session) -> list[dict[str, Any]]:
    """Return what has changed in the constructor's tables since the last flush; new rows get their ids by flushing.

    Call it once at the end of a flow that changed rows through the session, with autoflush off around the changes.
    """
    changes: list[dict[str, Any]] = []
    made = [row for row in session.new if _table(row) in BUILT]
    gone = [row for row in session.deleted if _table(row) in BUILT]
    for row in session.dirty:
        if (name := _table(row)) in BUILT and row not in session.deleted:
            before, after = _difference(row, name)
            if after:
                changes.append({"table": name, "key": _key(row), "before": before, "after": after})
    changes += [{"table": _table(row), "key": _key(row), "before": _all(row), "after": None} for row in gone]
    session.flush()
    changes += [{"table": _table(row), "key": _key(row), "before": None, "after": _all(row)} for row in made]
    return changes


def undo(session: Session, changes: Iterable[dict[str, Any]]) -> None:
    """Put back what the changes changed; raise ``CannotUndo`` when one of these places was changed again since."""
    listed = sorted(changes, key=lambda change: _ORDER.index(change["table"]))
    for change in reversed(listed):
        if change["before"] is None:
            row = _found(session, change)
            if row is None or _all(row) != change["after"]:
                raise CannotUndo
            session.delete(row)
    for change in listed:
        if change["before"] is None:
            continue
        row = _found(session, change)
        if change["after"] is None:
            if row is not None:
                raise CannotUndo
            table = BUILT[change["table"]]
            session.add(table(**{name: _read(table, name, value) for name, value in change["before"].items()}))
            continue
        if row is None or any(_json(getattr(row, name)) != value for name, value in change["after"].items()):
            raise CannotUndo
        for name, value in change["before"].items():
            setattr(row, name, _read(type(row), name, value))


def last_edit(session: Session, contest_id: int) -> int:
    """Return the id of the newest change; 0 when there is none."""
    return int(
        session.execute(
            sa.select(sa.func.coalesce(sa.func.max(ContestEdit.id), 0)).where(col(ContestEdit.contest_id) == contest_id)
        ).scalar_one()
    )


_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def _table(row: Any) -> str:
    return str(getattr(type(row), "__tablename__", ""))


def _key(row: Any) -> list[Any]:
    return [_json(getattr(row, column.key)) for column in sa.inspect(type(row)).primary_key]


def _all(row: Any) -> dict[str, Any]:
    return {column.key: _json(getattr(row, column.key)) for column in sa.inspect(type(row)).columns}


def _difference(row: Any, table: str) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    state = sa.inspect(row)
    for column in sa.inspect(type(row)).columns:
        history = state.attrs[column.key].history
        if (table, column.key) in _SKIPPED or not history.has_changes():
            continue
        old = _json(history.deleted[0]) if history.deleted else None
        new = _json(history.added[0]) if history.added else None
        if old != new:
            before[column.key], after[column.key] = old, new
    return before, after


def _found(session: Session, change: dict[str, Any]) -> Any:
    table = BUILT[change["table"]]
    names = [column.key for column in sa.inspect(table).primary_key]
    key = tuple(_read(table, str(name), value) for name, value in zip(names, change["key"], strict=True))
    return session.get(table, key, populate_existing=True)


def _json(value: Any) -> Any:
    return _ANY.dump_python(value, mode="json")


def _read(table: type[SQLModel], name: str, value: Any) -> Any:
    """Read a value that JSON kept as the column's own type: moments and members of enums."""
    kind: Any = table.model_fields[name].annotation
    return TypeAdapter(kind).validate_python(value)
