"""The official's cabinet: what to do next, by deadline, and the contests of their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.contests import Contest
from elka.models.places import Municipality
from elka.state.base import Events, Flow
from elka.state.contest_rows import phases_by_contest
from elka.state.contest_words import STAGES, place_name, term
from elka.state.contests import page_number
from elka.state.office_mine import Mine, MineRow, mine_of
from elka.state.office_tasks import TaskRow, counts_by_contest, tasks_of
from elka.ui import labels
from elka.ui.rows import Tab, page_window

S, A = ContestStage, ApplicationStatus
PAGE = 20
IN_WORK = (S.DRAFT, S.ANNOUNCED, S.ACCEPTING, S.ADMISSION, S.VOTING, S.EXPERT, S.DECISION)
TABS: dict[str, tuple[str, tuple[ContestStage, ...]]] = {
    "work": ("В работе", IN_WORK),
    "past": ("Завершены", (S.AWARDED, S.CLOSED, S.CANCELLED)),
}


@dataclass(frozen=True)
class OfficeContest:
    """One contest of the official's place."""

    id: int
    href: str
    title: str
    place: str
    status: str
    tone: str
    waiting: str
    applications: str
    end: str


@dataclass(frozen=True)
class Cabinet:
    """All that the cabinet shows."""

    place: str
    tasks: list[TaskRow]
    mine: Mine
    tabs: list[Tab]
    tab: str
    contests: list[OfficeContest]
    page: int
    pages: list[int]


class OfficeState(Flow, rx.State):
    """The cabinet of an official; the address holds the tab and the page."""

    place: str = ""
    tasks: list[TaskRow] = []
    mine: list[MineRow] = []
    mine_places: list[Tab] = []
    tabs: list[Tab] = []
    tab: str = "work"
    contests: list[OfficeContest] = []
    page: int = 1
    pages: list[int] = []

    @rx.event
    async def load(self) -> Events:
        """Show tasks and contests."""
        return await self._load(self._cabinet, self._query("tab"), self._query("page"), into=self._show)

    @rx.event
    def show_page(self, page: int) -> Events:
        """Go to another page of contests."""
        return rx.redirect(f"/office?tab={self.tab}&page={page_number(page)}")

    @staticmethod
    def _cabinet(work: Work, tab: object, page: object) -> Cabinet:
        work.person()
        everywhere, places = work.actor.places_of(Role.OFFICIAL)
        work.require(everywhere or bool(places), "Кабинет организатора открыт сотрудникам муниципалитетов и региона.")
        own: sa.ColumnElement[bool] = sa.true() if everywhere else col(Contest.municipality_id).in_(places)
        kept = sa.and_(own, sa.not_(sa.and_(col(Contest.announced_at).is_(None), col(Contest.stage) == S.CANCELLED)))
        known = tab if isinstance(tab, str) and tab in TABS else "work"
        by_stage = sa.select(col(Contest.stage), sa.func.count()).where(kept).group_by(col(Contest.stage))
        counts = {row[0]: row[1] for row in work.session.execute(by_stage)}
        totals = {name: sum(counts.get(stage, 0) for stage in stages) for name, (_, stages) in TABS.items()}
        last = max(1, -(-totals[known] // PAGE))
        number = min(page_number(page), last)
        ids = list(
            work.session.execute(
                sa.select(col(Contest.id))
                .where(kept, col(Contest.stage).in_(TABS[known][1]))
                .order_by(col(Contest.created_at).desc(), col(Contest.id).desc())
                .limit(PAGE)
                .offset((number - 1) * PAGE)
            ).scalars()
        )
        names = {row[0]: row[1] for row in work.session.execute(sa.select(Municipality.id, Municipality.name))}
        return Cabinet(
            place="Весь регион" if everywhere else labels.listing(sorted(names[place] for place in places)),
            tasks=tasks_of(work, own),
            mine=mine_of(work),
            tabs=[
                Tab("/office" if name == "work" else f"/office?tab={name}", title, labels.number(totals[name]))
                for name, (title, _) in TABS.items()
            ],
            tab=known,
            contests=_contests(work, ids, names if everywhere or len(places) > 1 else {}),
            page=number,
            pages=page_window(number, last) if last > 1 else [],
        )

    def _show(self, cabinet: Cabinet) -> None:
        self.place, self.tasks, self.tabs, self.tab = cabinet.place, cabinet.tasks, cabinet.tabs, cabinet.tab
        self.mine, self.mine_places = cabinet.mine.rows, cabinet.mine.places
        self.contests, self.page, self.pages = cabinet.contests, cabinet.page, cabinet.pages


def _contests(work: Work, ids: Sequence[int], names: dict[int, str]) -> list[OfficeContest]:
    found = {one.id: one for one in work.session.execute(sa.select(Contest).where(col(Contest.id).in_(ids))).scalars()}
    phases, counts = phases_by_contest(work, ids), counts_by_contest(work, ids)
    rows = []
    for key in ids:
        contest, by_status = found[key], counts.get(key, {})
        waiting, everything = by_status.get(A.SUBMITTED, 0), sum(by_status.values())
        place = names.get(contest.municipality_id) if contest.municipality_id else None
        rows.append(
            OfficeContest(
                key,
                _href(contest),
                labels.typographer(contest.title),
                place_name(place) if names else "",
                *STAGES[contest.stage],
                labels.number(waiting) if waiting else "",
                labels.number(everything) if everything else labels.DASH,
                term(contest, phases.get(key, []), work.now)[0] or labels.DASH,
            )
        )
    return rows


def _href(contest: Contest) -> str:
    return f"/office/contests/{contest.id}/build" if contest.stage is S.DRAFT else f"/office/contests/{contest.id}"
