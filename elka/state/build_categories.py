"""The categories of a contest in its constructor: each with a budget or places of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.record_ids import record_id
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models import contest_fields, readiness_contest
from elka.models.contest_fields import MONEY_MAX
from elka.models.contest_parts import CATEGORIES_MAX, CategoryBasis, ContestCategory, Criterion, categories_of
from elka.models.contests import Allot, Contest, ContestDirection
from elka.models.places import Direction, Settlement
from elka.models.readiness_contest import BASICS, parts_of
from elka.state.base import Events
from elka.state.build_fields import OwnFields, StepFields, Tick
from elka.state.build_words import BASES
from elka.state.building import Change, change, for_office, require_seen
from elka.ui import labels
from elka.ui.rows import Option

NAME_MAX = 80
PEOPLE_MAX = 10_000_000
# Column → its name in the history, the smallest and the largest number.
COLUMNS: dict[str, tuple[str, int, int]] = {
    "name": ("название", 0, NAME_MAX),
    "budget": ("бюджет", 1, MONEY_MAX),
    "places": ("места", 1, 10_000),
    "people_from": ("жителей от", 0, PEOPLE_MAX),
    "people_below": ("жителей до", 1, PEOPLE_MAX),
    "vote_limit": ("проектов в одном бюллетене", 1, 1000),
}
# What a category lists, one at a time.
LISTS = {
    "direction": ("directions", "Направления категории"),
    "settlement": ("settlements", "Населённые пункты категории"),
}
_FIELD = re.compile(r"(\d{1,18})-([a-z_]+)(?::(\d{1,9}))?", re.ASCII)
_BY_POPULATION: tuple[tuple[str, int | None, int | None], ...] = (
    ("До 10 тысяч жителей", None, 10_000),
    ("От 10 до 100 тысяч жителей", 10_000, 100_000),
    ("Больше 100 тысяч жителей", 100_000, None),
)


@dataclass(frozen=True)
class CategoryRow:
    """One category in the constructor; its fields are in ``values`` under ``"<id>-<column>"``."""

    id: int
    title: str
    is_first: bool
    is_last: bool
    directions: list[Tick]
    settlements: list[Tick]


@dataclass(frozen=True)
class Categories:
    """All categories, and what does not meet."""

    rows: list[CategoryRow]
    bases: list[Option]
    basis: str
    by_places: bool
    flaws: list[str]
    total: str


class BuildCategoriesState(OwnFields, rx.State):
    """The categories of a contest, in their order."""

    rows: list[CategoryRow] = []
    bases: list[Option] = []
    basis: str = ""
    by_places: bool = False
    flaws: list[str] = []
    total: str = ""

    @rx.event
    async def add(self) -> Events:
        """Add a category at the end."""
        return await self._changing(self._add)

    @rx.event
    async def remove(self, category_id: int) -> Events:
        """Remove a category with the criteria that are its own; this can be undone."""
        return await self._changing(self._remove, category_id)

    @rx.event
    async def move(self, category_id: int, down: bool) -> Events:
        """Move a category one place up or down."""
        return await self._changing(self._move, category_id, down)

    @staticmethod
    def _opened(work: Work, contest_id: object) -> StepFields:
        return _step(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields:
        if field == "category_basis":
            return _step(work, _save_basis(work, contest_id, value, seen))
        found = _FIELD.fullmatch(field) if isinstance(field, str) else None
        if found is None or not isinstance(value, str):
            raise NotFound
        if found[3]:
            return _step(work, _save_listed(work, contest_id, found, value, seen))
        if found[2] not in COLUMNS:
            raise NotFound
        column = found[2]
        with change(work, contest_id, BASICS, f"Категория: {COLUMNS[column][0]}") as made:
            row = _row(work, made.contest, int(found[1]))
            fresh, there = _read(column, str(field), value), getattr(row, column)
            if require_seen(str(field), _shown(column, there), _shown(column, fresh), seen):
                _write(work, made, row, column, fresh)
        return _step(work, made.contest)

    @staticmethod
    def _add(work: Work, contest_id: object) -> StepFields:
        with change(work, contest_id, BASICS, "Категория добавлена") as made:
            rows = categories_of(work.session, made.contest.id or 0)
            if made.contest.category_basis is None:
                raise NotFound
            if len(rows) >= CATEGORIES_MAX:
                raise Refused(f"Категорий не больше {CATEGORIES_MAX}.")
            last = rows[-1] if rows else None
            people = last.people_below if last and made.contest.category_basis is CategoryBasis.POPULATION else None
            work.session.add(
                ContestCategory(
                    contest_id=made.contest.id or 0,
                    position=last.position + 1 if last else 0,
                    name="",
                    people_from=people,
                )
            )
        return _step(work, made.contest)

    @staticmethod
    def _remove(work: Work, contest_id: object, category_id: object) -> StepFields:
        with change(work, contest_id, BASICS, "Категория убрана") as made:
            row = _row(work, made.contest, category_id)
            made.text = f"Категория {_title(row)} убрана"
            _delete(work, row)
        return _step(work, made.contest)

    @staticmethod
    def _move(work: Work, contest_id: object, category_id: object, down: object) -> StepFields:
        with change(work, contest_id, BASICS, "Порядок категорий") as made:
            row = _row(work, made.contest, category_id)
            rows = categories_of(work.session, made.contest.id or 0)
            place = rows.index(row) + (1 if down is True else -1)
            if 0 <= place < len(rows):
                other = rows[place]
                row.position, other.position = other.position, row.position
        return _step(work, made.contest)

    def _take(self, more: Categories) -> None:
        self.rows, self.bases, self.basis, self.by_places = more.rows, more.bases, more.basis, more.by_places
        self.flaws, self.total = more.flaws, more.total


def _save_basis(work: Work, contest_id: object, basis: object, seen: object) -> Contest:
    """Choose what divides applications; the first rows come with it, and all rows go with it."""
    with change(work, contest_id, BASICS, "Категории") as made:
        contest = made.contest
        fresh = contest_fields.read(contest, "category_basis", basis)
        if not require_seen("category_basis", contest.category_basis or "", fresh or "", seen):
            return contest
        contest.category_basis = fresh
        rows = categories_of(work.session, contest.id or 0)
        if fresh is None:
            for row in rows:
                _delete(work, row)
            made.text = "Категории убраны"
        else:
            made.text = f"Категории: {BASES[fresh][0].lower()}"
            if not rows:
                _begin(work, contest)
    return contest


def _save_listed(work: Work, contest_id: object, found: re.Match[str], value: str, seen: object) -> Contest:
    """Put a direction or a settlement into a category, or take it out."""
    if found[2] not in LISTS:
        raise NotFound
    column, name = LISTS[found[2]]
    with change(work, contest_id, BASICS, name) as made:
        row = _row(work, made.contest, int(found[1]))
        number = int(found[3])
        if number not in (_directions if column == "directions" else _settlements)(work, made.contest):
            raise NotFound
        listed: list[int] = getattr(row, column)
        there = "true" if number in listed else ""
        if require_seen(found[0], there, "true" if value == "true" else "", seen):
            setattr(row, column, sorted(set(listed) ^ {number}))
            made.text = (
                f"Категория {_title(row)}: {name.split()[0].lower() if column == 'directions' else 'населённые пункты'}"
            )
    return made.contest


def _row(work: Work, contest: Contest, category_id: object) -> ContestCategory:
    row = work.session.get(ContestCategory, record_id(category_id), populate_existing=True)
    if row is None or row.contest_id != contest.id:
        raise NotFound("Этой категории уже нет.")
    return row


def _read(column: str, field: str, value: str) -> Any:
    _, low, high = COLUMNS[column]
    if column == "name":
        name = one_line(value)
        if len(name) > high:
            raise Refused(f"Слишком длинно: {len(name)} из {high}. Сократите.", field=field)
        return name
    return contest_fields.whole_between(field, value, low, high) if value.strip() else None


def _shown(column: str, value: Any) -> str:
    return str(value) if column == "name" else contest_fields.as_shown("budget", value)


def _write(work: Work, made: Change, row: ContestCategory, column: str, value: Any) -> None:
    """Write a column; a bound of population that two categories share moves for both."""
    old = getattr(row, column)
    low = value if column == "people_from" else row.people_from
    high = value if column == "people_below" else row.people_below
    if low is not None and high is not None and low >= high:
        raise Refused("Нижняя граница должна быть меньше верхней.", field=f"{row.id}-{column}")
    setattr(row, column, value)
    made.text = f"Категория {_title(row)}: {COLUMNS[column][0]} {_shown(column, old) or 'пусто'} → {_shown(column, value) or 'пусто'}"
    mirror = {"people_from": "people_below", "people_below": "people_from"}.get(column)
    if mirror is None or old is None or value is None:
        return
    for other in categories_of(work.session, made.contest.id or 0):
        if other.id != row.id and getattr(other, mirror) == old:
            low = value if mirror == "people_from" else other.people_from
            high = value if mirror == "people_below" else other.people_below
            if low is None or high is None or low < high:
                setattr(other, mirror, value)


def _begin(work: Work, contest: Contest) -> None:
    plan = (
        _BY_POPULATION if contest.category_basis is CategoryBasis.POPULATION else (("", None, None), ("", None, None))
    )
    for position, (name, low, high) in enumerate(plan):
        work.session.add(
            ContestCategory(
                contest_id=contest.id or 0, position=position, name=name, people_from=low, people_below=high
            )
        )


def _delete(work: Work, row: ContestCategory) -> None:
    for criterion in work.session.execute(sa.select(Criterion).where(col(Criterion.category_id) == row.id)).scalars():
        work.session.delete(criterion)
    work.session.flush()
    work.session.delete(row)
    work.session.flush()


def _directions(work: Work, contest: Contest) -> dict[int, str]:
    """Return the directions that categories can be made of: those of the contest."""
    found = work.session.execute(
        sa.select(col(Direction.id), col(Direction.name))
        .join(ContestDirection, col(ContestDirection.direction_id) == col(Direction.id))
        .where(col(ContestDirection.contest_id) == contest.id)
        .order_by(col(Direction.position))
    )
    return {row[0]: row[1] for row in found}


def _settlements(work: Work, contest: Contest) -> dict[int, str]:
    """Return the settlements that categories can be made of: those of the contest's municipality."""
    found = work.session.execute(
        sa.select(Settlement)
        .where(col(Settlement.municipality_id) == contest.municipality_id)
        .order_by(col(Settlement.population).desc().nulls_last(), col(Settlement.name))
    ).scalars()
    return {row.id or 0: row.name for row in found}


def _title(row: ContestCategory) -> str:
    return f"«{row.name}»" if row.name else "без названия"


def _step(work: Work, contest: Contest) -> StepFields:
    work.session.flush()
    parts = parts_of(work.session, contest)
    rows = list(parts.categories)
    known = _directions(work, contest) if contest.category_basis is CategoryBasis.DIRECTION else {}
    places = _settlements(work, contest) if contest.category_basis is CategoryBasis.SETTLEMENT else {}
    given = sum(row.budget or 0 for row in rows)
    return StepFields(
        id=contest.id or 0,
        version=contest.version,
        values={
            "category_basis": contest.category_basis or "",
            **{f"{row.id}-{column}": _shown(column, getattr(row, column)) for row in rows for column in COLUMNS},
            **{f"{row.id}-direction:{key}": "true" if key in row.directions else "" for row in rows for key in known},
            **{
                f"{row.id}-settlement:{key}": "true" if key in row.settlements else "" for row in rows for key in places
            },
        },
        more=Categories(
            rows=[
                CategoryRow(
                    id=row.id or 0,
                    title=row.name or f"Категория {number}",
                    is_first=number == 1,
                    is_last=number == len(rows),
                    directions=[Tick(str(key), name) for key, name in known.items()],
                    settlements=[Tick(str(key), name) for key, name in places.items()],
                )
                for number, row in enumerate(rows, start=1)
            ],
            bases=[Option("", "Без категорий", "Все заявки в одном списке"), *_basis_options(contest)],
            basis=contest.category_basis or "",
            by_places=contest.allot is Allot.PLACES,
            flaws=[
                labels.typographer(lack.text)
                for lack in readiness_contest.lacks(parts, work.now)
                if lack.step == BASICS and lack.field == "category_basis"
            ],
            total=f"Вместе {labels.money(given)} из {labels.money(contest.budget)}" if given else "",
        ),
    )


def _basis_options(contest: Contest) -> list[Option]:
    """Return by what applications may be divided: by lists of settlements only within one municipality."""
    none_of = {CategoryBasis.SETTLEMENT} if contest.municipality_id is None else set()
    return [
        Option(one.value, *BASES[one]) for one in CategoryBasis if one not in none_of or one is contest.category_basis
    ]
