"""The count of published results as a film, and where its money went: a state of its own, read after the page is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.tally import Reason
from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Allot, Contest
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.models.result_versions import Edition
from elka.models.results import Count, Outcome
from elka.state.base import Events, Flow
from elka.state.outcome_words import figure
from elka.state.result_editions import edition_asked
from elka.state.result_rows import is_known
from elka.ui import labels
from elka.ui.rows import FrameRow, SpreadRow

_KOPECKS = 100
_LEAST_BARS = 2  # one bar alone says nothing


@dataclass(frozen=True)
class Film:
    """The rounds of a count, and what places and directions got. ``budget`` "": it gave places, not money."""

    contest: int = 0
    budget: str = ""
    frames: list[FrameRow] | None = None
    places: list[SpreadRow] | None = None
    directions: list[SpreadRow] | None = None
    of: str = ""
    version: str = ""  # of results that are not in force any more, its number


class ResultFilmState(Flow, rx.State):
    """The film of the contest in the address."""

    contest: int = 0
    budget: str = ""
    frames: list[FrameRow] = []
    places: list[SpreadRow] = []
    directions: list[SpreadRow] = []
    of: str = ""
    version: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show how the contest in the address was counted; nothing before it is published."""
        if (self._part(1), self._query("version")) != (str(self.contest), self.version):
            self._show(Film())
        return await self._load(self._film, self._part(1), self._query("version"), into=self._show)

    @staticmethod
    def _film(work: Work, contest_id: object, version: object = "") -> Film:
        contest = work.get(Contest, contest_id)
        if not is_known(contest, work):
            return Film(contest=contest.id or 0)
        edition = edition_asked(work, contest, version)
        count, shown = edition.count, "" if edition.in_force else str(edition.number)
        if count is None:
            return Film(contest=contest.id or 0)
        rows = [(row[0], row.title, row.place, row.settlement, row.direction) for row in _rows(work, edition)]
        by_place = contest.municipality_id is None
        return Film(
            contest=contest.id or 0,
            budget=labels.money(count.budget) if contest.allot is Allot.BUDGET else "",
            frames=_frames([(told, title) for told, title, *_ in rows], contest, count),
            places=_spread((place if by_place else settlement, told) for told, _, place, settlement, _ in rows),
            directions=_spread((direction, told) for told, *_, direction in rows),
            version=shown,
            of="Муниципалитет" if by_place else "Населённый пункт",
        )

    def _show(self, film: Film) -> None:
        self.contest, self.budget, self.of, self.version = film.contest, film.budget, film.of, film.version
        self.frames, self.places, self.directions = film.frames or [], film.places or [], film.directions or []


def _rows(work: Work, edition: Edition) -> list[sa.Row[tuple[Outcome, str, str, str, str]]]:
    told = edition.outcomes
    found = work.session.execute(
        sa.select(
            told,
            col(Project.title).label("title"),
            col(Municipality.name).label("place"),
            col(Settlement.name).label("settlement"),
            col(Direction.name).label("direction"),
        )
        .join(Application, col(Application.id) == col(told.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .where(edition.own)
        .order_by(col(told.rank))
    ).all()
    return list(found)


def _frames(outcomes: Sequence[tuple[Outcome, str]], contest: Contest, count: Count) -> list[FrameRow]:
    money = contest.allot is Allot.BUDGET
    barred: dict[int | None, list[str]] = {}
    for outcome, title in outcomes:
        barred.setdefault(outcome.barred_by, []).append(f"«{labels.inner(title)}»")
    found: list[FrameRow] = []
    spent = 0
    for outcome, title in outcomes:
        if not outcome.won:
            continue
        spent += outcome.amount
        found.append(
            FrameRow(
                id=str(outcome.application_id),
                title=labels.typographer(title),
                cost=labels.money(outcome.amount),
                got=_got(outcome) + _bars(barred.get(outcome.application_id, [])),
                spent=labels.money(spent) if money else "",
                left=labels.money(count.budget - spent) if money else "",
                part=round(outcome.amount * 100 / count.budget, 3) if money and count.budget else 0.0,
                completed=outcome.reason == Reason.COMPLETED,
            )
        )
    return found


def _bars(titles: Sequence[str]) -> str:
    """Say which projects cannot win any more because this one did."""
    if not titles:
        return ""
    return f"; {labels.form(len(titles), 'выбывает', 'выбывают', 'выбывают')} {labels.listing(titles)}"


def _got(outcome: Outcome) -> str:
    paid = outcome.paid
    if paid is None:
        return figure(outcome)
    price = labels.money(Decimal(paid["price"]) / _KOPECKS)
    return f"{figure(outcome)}, до{labels.NBSP}{price} {'за балл' if outcome.given is not None else 'с человека'}"


def _spread(rows: Iterable[tuple[str, Outcome]]) -> list[SpreadRow]:
    """Return what each place, or direction, got; what got the most first."""
    money: dict[str, int] = {}
    won: dict[str, int] = {}
    listed: dict[str, int] = {}
    for name, outcome in rows:
        money[name] = money.get(name, 0) + (outcome.amount if outcome.won else 0)
        won[name] = won.get(name, 0) + outcome.won
        listed[name] = listed.get(name, 0) + 1
    shares = dict(zip(money, labels.shares(list(money.values())), strict=True))
    most = max(money.values(), default=0)
    if len(listed) < _LEAST_BARS or not most:
        return []
    return [
        SpreadRow(
            name=labels.typographer(name),
            money=labels.money_short(money[name]),
            share=shares[name] if money[name] else labels.DASH,
            percent=max(1, round(money[name] * 100 / most)) if money[name] else 0,
            note=f"{labels.number(won[name])} из {labels.number(listed[name])}",
        )
        for name in sorted(listed, key=lambda name: (-money[name], name))
    ]
