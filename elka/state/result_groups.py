"""Results by category: which categories were counted by themselves, and what each of them gave away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.contest_parts import categories_of
from elka.models.contests import Allot, Contest
from elka.models.result_versions import Edition
from elka.models.results import Outcome
from elka.ui import labels

_REST = "Общий зачёт"


@dataclass(frozen=True)
class Group:
    """What was counted together. ``first``: the rank that its own first place has in the whole count."""

    name: str
    note: str
    first: int


@dataclass(frozen=True)
class Groups:
    """The groups of a count by category (None: the common one), and the names of all categories."""

    own: dict[int | None, Group]
    names: dict[int, str]

    @property
    def are_apart(self) -> bool:
        """Whether some categories were counted by themselves."""
        return set(self.own) != {None}

    def of(self, category_id: int | None) -> Group:
        """Return what an outcome of this category was counted with."""
        return self.own.get(category_id) or self.own.get(None) or Group("", "", 1)

    def place(self, outcome: Outcome) -> int:
        """Return the place among those that were counted together."""
        return outcome.rank - self.of(outcome.category_id).first + 1


def groups_of(work: Work, contest: Contest, edition: Edition) -> Groups:
    """Return how the results of a contest fall into groups, in three queries."""
    names = {one.id or 0: labels.typographer(one.name) for one in categories_of(work.session, contest.id or 0)}
    count, told = edition.count, edition.outcomes
    counted: dict[int, dict[str, Any]] = {
        one["id"]: one for one in (count.terms.get("categories", []) if count else [])
    }
    found: dict[int | None, list[Any]] = {}
    for row in work.session.execute(
        sa.select(
            col(told.category_id),
            sa.func.min(told.rank).label("first"),
            sa.func.count().label("all"),
            sa.func.count().filter(col(told.won)).label("won"),
            sa.func.coalesce(sa.func.sum(told.amount).filter(col(told.won)), 0).label("spent"),
        )
        .where(edition.own)
        .group_by(col(told.category_id))
    ):
        found.setdefault(row.category_id if row.category_id in counted else None, []).append(row)
    own: dict[int | None, Group] = {}
    for key, rows in sorted(found.items(), key=lambda pair: min(row.first for row in pair[1])):
        room = counted.get(key) if key is not None else None
        name = names.get(key, "") if key is not None else (_REST if counted else "")
        own[key] = Group(name, _note(contest, rows, room) if counted else "", min(row.first for row in rows))
    return Groups(own, names)


def _note(contest: Contest, rows: list[Any], room: dict[str, Any] | None) -> str:
    """Say what the group gave away: «победили 3 из 8 · 8,2 млн ₽ из 10 млн ₽»."""
    won, everything = sum(row.won for row in rows), sum(row.all for row in rows)
    verb = labels.form(won, "победил", "победили", "победили")
    parts = [f"{verb} {labels.number(won)} из{labels.NBSP}{labels.number(everything)}"]
    if room is None:
        return parts[0]
    if contest.allot is Allot.BUDGET:
        spent = sum(row.spent for row in rows)
        parts.append(f"{labels.money_short(spent)} из{labels.NBSP}{labels.money_short(room['budget'])}")
    else:
        parts.append(f"{labels.plural(room['places'], 'место', 'места', 'мест')}")
    return " · ".join(parts)
