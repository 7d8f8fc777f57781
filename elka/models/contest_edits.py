"""The history of building a contest: every change as the rows it touched, so that it can be told and undone.

``Recorder`` notes what a flow does to the tables of the constructor; ``undo`` puts those columns back, unless somebody
has changed them again since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
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
# A row by its table and key, and its columns as JSON holds them.
Place = tuple[str, tuple[Any, ...]]
Row = dict[str, Any]
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


class Recorder:
    """Notes what is done to the constructor's rows between ``begin`` and ``end``, however often it is flushed.

    What a row went through is told as one change: its first state and its last one.
    """

    def __init__(self, session: Session) -> None:
        """Listen to the flushes of this session."""
        self._session = session
        self._was: dict[Place, Row | None] = {}
        self._is: dict[Place, Row | None] = {}

    def begin(self) -> None:
        """Begin with what happens from now on."""
        self._session.flush()
        sa.event.listen(self._session, "before_flush", self._before)
        sa.event.listen(self._session, "after_flush", self._after)

    def end(self) -> list[dict[str, Any]]:
        """Flush for the last time; return ``ContestEdit.changes``."""
        self._session.flush()
        self.stop()
        return [change for place in sorted(self._was, key=_depth) if (change := self._change(place))]

    def stop(self) -> None:
        """Listen no more."""
        for name, call in (("before_flush", self._before), ("after_flush", self._after)):
            if sa.event.contains(self._session, name, call):
                sa.event.remove(self._session, name, call)

    def _before(self, session: Session, *_: object) -> None:
        for row in (*session.dirty, *session.deleted):
            if _table(row) in BUILT:
                self._was.setdefault(_place(row), _committed(row))

    def _after(self, session: Session, *_: object) -> None:
        for row in (*session.dirty, *session.new):
            if _table(row) in BUILT:
                self._was.setdefault(_place(row), None)
                self._is[_place(row)] = _all(row)
        for row in session.deleted:
            if _table(row) in BUILT:
                self._is[_place(row)] = None

    def _change(self, place: Place) -> dict[str, Any] | None:
        was, now = self._was[place], self._is.get(place)
        table, key = place
        if was is not None and now is not None:
            names = [name for name in was if was[name] != now[name] and (table, name) not in _SKIPPED]
            was, now = {name: was[name] for name in names}, {name: now[name] for name in names}
        if not was and not now:
            return None
        return {"table": table, "key": list(key), "before": was, "after": now}


def stand(changes: Iterable[Mapping[str, Any]], rows: Mapping[Place, Row]) -> bool:
    """Whether everything that the changes made still is as they left it, so that they can be taken back.

    ``rows``: the whole contest as it is now (``built_rows``).
    """
    return all(_stands(change, rows.get((change["table"], tuple(change["key"])))) for change in changes)


def undo(session: Session, changes: Iterable[Mapping[str, Any]]) -> None:
    """Put back what the changes changed; raise ``CannotUndo`` when one of these places was changed again since.

    A row that comes back to a place in the order that was taken meanwhile goes to the end.
    """
    listed = sorted(changes, key=lambda change: _ORDER.index(change["table"]))
    found = {id(change): _found(session, change) for change in listed}
    if not all(_stands(change, row and _all(row)) for change in listed for row in [found[id(change)]]):
        raise CannotUndo
    made, gone, changed = (
        [change for change in listed if _sort(change) == sort] for sort in ("made", "gone", "changed")
    )
    try:
        with session.begin_nested():
            for change in changed:  # a criterion lets go of a category that leaves
                if "category_id" in change["before"]:
                    found[id(change)].category_id = None
            session.flush()
            for change in reversed(made):
                session.delete(found[id(change)])
                session.flush()
            for change in gone:
                found[id(change)] = _made_again(session, change)
            for change in changed:
                for name, value in change["before"].items():
                    setattr(found[id(change)], name, _read(BUILT[change["table"]], name, value))
            session.flush()
            _settle_positions(session, [found[id(change)] for change in (*gone, *changed)])
            session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
            session.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
    except sa.exc.IntegrityError as error:
        raise CannotUndo("Отменить это отдельно нельзя: с тех пор от этого стало зависеть другое.") from error


def built_rows(session: Session, contest_id: int) -> dict[Place, Row]:
    """Return everything that a contest is made of, as ``ContestEdit.changes`` writes it."""
    found: list[SQLModel] = []
    for table in BUILT.values():
        owner = col(Contest.id) if table is Contest else table.contest_id  # type: ignore[attr-defined]
        found += session.execute(sa.select(table).where(owner == contest_id)).scalars()
    return as_rows(found)


def as_rows(rows: Iterable[SQLModel]) -> dict[Place, Row]:
    """Return rows of the constructor's tables as ``ContestEdit.changes`` writes them."""
    return {_place(row): _all(row) for row in rows}


def merged(listed: Iterable[Iterable[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return several changes, oldest first, as one: the first state of each place and the last one."""
    found: dict[Place, dict[str, Any]] = {}
    for change in (one for changes in listed for one in changes):
        place = (change["table"], tuple(change["key"]))
        before = found.get(place)
        if before is None:
            found[place] = dict(change)
        elif change["after"] is None or before["before"] is None or before["after"] is None:
            found[place] = {**before, "after": change["after"]}
        else:
            found[place] = {
                **before,
                "before": {**change["before"], **before["before"]},
                "after": {**before["after"], **change["after"]},
            }
    return list(found.values())


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


def _place(row: Any) -> Place:
    return _table(row), tuple(_json(getattr(row, column.key)) for column in sa.inspect(type(row)).primary_key)


def _depth(place: Place) -> tuple[int, str]:
    return _ORDER.index(place[0]), str(place[1])


def _all(row: Any) -> Row:
    return {column.key: _json(getattr(row, column.key)) for column in sa.inspect(type(row)).columns}


def _committed(row: Any) -> Row:
    """Return the row as the database holds it before a flush."""
    state = sa.inspect(row)
    return {
        name: _json(state.attrs[name].history.deleted[0]) if state.attrs[name].history.deleted else value
        for name, value in _all(row).items()
    }


def _sort(change: Mapping[str, Any]) -> str:
    return "made" if change["before"] is None else "gone" if change["after"] is None else "changed"


def _stands(change: Mapping[str, Any], row: Row | None) -> bool:
    if change["after"] is None or row is None:
        return change["after"] is None and row is None
    loose = {"position"} if change["before"] is None else set()  # a row that was only moved since is still as made
    return all(name in loose or row[name] == value for name, value in change["after"].items())


def _found(session: Session, change: Mapping[str, Any]) -> Any:
    table = BUILT[change["table"]]
    names = [column.key for column in sa.inspect(table).primary_key]
    key = tuple(_read(table, str(name), value) for name, value in zip(names, change["key"], strict=True))
    return session.get(table, key, populate_existing=True)


def _made_again(session: Session, change: Mapping[str, Any]) -> Any:
    table = BUILT[change["table"]]
    row = table(**{name: _read(table, name, value) for name, value in change["before"].items()})
    session.add(row)
    session.flush()
    return row


def _settle_positions(session: Session, rows: Iterable[Any]) -> None:
    for row in rows:
        table = type(row)
        if not hasattr(row, "position"):
            continue
        others = sa.select(table.position).where(table.contest_id == row.contest_id, table.id != row.id)
        taken = set(session.execute(others).scalars())
        if row.position in taken:
            row.position = max(taken) + 1
            session.flush()


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return _ANY.dump_python(value, mode="json")


def _read(table: type[SQLModel], name: str, value: Any) -> Any:
    """Read a value that JSON kept as the column's own type: moments and members of enums."""
    kind: Any = table.model_fields[name].annotation
    return TypeAdapter(kind).validate_python(value)
