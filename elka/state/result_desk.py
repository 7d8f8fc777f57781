"""Counting and publishing in the hands of a contest's officials. Before publication not a figure is shown to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application
from elka.models.contests import Contest, phases_of
from elka.models.places import Municipality
from elka.models.results import Count
from elka.state.application_words import CheckRow
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.contest_words import STAGES, place_name
from elka.state.results import ResultsState
from elka.ui import labels

S = ContestStage


@dataclass(frozen=True)
class ResultsDeskRow:
    """What an official may know of a contest's results before everybody does: whether they are ready."""

    id: int = 0
    title: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    waiting: str = ""
    may_count: bool = False
    is_counted: bool = False
    is_published: bool = False
    published: str = ""
    letters: str = ""


@dataclass(frozen=True)
class ResultsDesk:
    """All that the official's page of results shows."""

    row: ResultsDeskRow
    checks: list[CheckRow]


class ResultsDeskState(Flow, rx.State):
    """Counting and publishing one contest."""

    row: ResultsDeskRow = ResultsDeskRow()
    checks: list[CheckRow] = []

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show how far the results of the contest in the address are."""
        asked = self._part(2)
        if asked != str(self.row.id):
            self.row, self.checks, self.status = ResultsDeskRow(), [], "loading"
            yield
        yield await self._load(self._desk, asked, into=self._show)

    @rx.event
    async def count(self) -> Events:
        """Count the ballots, again if they were counted."""
        return await self._run(ResultsState._count, self.row.id, then=self._counted)

    @rx.event
    async def publish(self) -> Events:
        """Open the results to everybody."""
        return await self._run(ResultsState._publish, self.row.id, done="Итоги опубликованы", then=self._published)

    @staticmethod
    def _desk(work: Work, contest_id: object) -> ResultsDesk:
        contest = for_office(work, contest_id)
        count = work.session.get(Count, contest.id)
        listed = work.session.execute(
            sa.select(sa.func.count()).where(
                col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT)
            )
        ).scalar_one()
        municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
        status, tone = STAGES[contest.stage]
        deciding = contest.stage is S.DECISION
        return ResultsDesk(
            row=ResultsDeskRow(
                id=contest.id or 0,
                title=labels.typographer(contest.title),
                place=place_name(municipality.name if municipality else None),
                status=status,
                tone=tone,
                waiting=_waiting(work, contest),
                may_count=deciding,
                is_counted=deciding and count is not None,
                is_published=contest.published_at is not None,
                published=labels.date_time(contest.published_at) if contest.published_at else "",
                letters=labels.plural(listed, "заявитель получит", "заявителя получат", "заявителей получат"),
            ),
            checks=_checks(work, contest, count, listed) if deciding else [],
        )

    async def _counted(self, changed: bool) -> list[Any]:
        done = "Голоса подсчитаны" if changed else "Сверено с бюллетенями: итог тот же"
        return [*await self._again(), rx.toast.success(done)]

    async def _published(self, _: object) -> list[Any]:
        return [rx.call_script("elka.close('publish')"), *await self._again()]

    async def _again(self) -> list[Any]:
        events = await self._load(self._desk, self.row.id, into=self._show)
        return events if isinstance(events, list) else [event for event in (events,) if event is not None]

    def _show(self, desk: ResultsDesk) -> None:
        self.row, self.checks = desk.row, desk.checks


def _checks(work: Work, contest: Contest, count: Count | None, listed: int) -> list[CheckRow]:
    voting = by_kind(phases_of(work.session, contest.id or 0)).get(PhaseKind.VOTING)
    projects = labels.plural(listed, "проект", "проекта", "проектов")
    said = [
        (True, f"Голосование закрыто {labels.date_time(voting.closes_at)}" if voting else "Голосование закрыто", ""),
        (True, f"В бюллетене {projects}, каждый получит место и причину", ""),
        (
            True,
            f"Зерно жребия опубликовано {labels.date(contest.announced_at)}, до голосования"
            if contest.announced_at
            else "Зерно жребия опубликовано до голосования",
            "",
        ),
        (
            count is not None,
            f"Голоса подсчитаны {labels.date_time(count.counted_at)}" if count else "Голоса ещё не подсчитаны",
            "" if count else "Система считает сама в течение минуты после закрытия. Можно подсчитать и сейчас.",
        ),
    ]
    if count is not None:
        said.append((count.spent <= contest.budget, "Победители помещаются в бюджет конкурса", ""))
    return [CheckRow(ok=ok, text=labels.typographer(text), mend=labels.typographer(mend)) for ok, text, mend in said]


def _waiting(work: Work, contest: Contest) -> str:
    if contest.stage is S.DECISION or contest.published_at is not None:
        return ""
    if contest.stage is S.CANCELLED:
        return "Конкурс отменён, итогов у него не будет."
    voting = by_kind(phases_of(work.session, contest.id or 0)).get(PhaseKind.VOTING)
    when = f" {labels.date_time(voting.closes_at)}" if voting else ""
    return labels.typographer(f"Голосование ещё не закрылось. Голоса посчитаются сами, как только оно закроется{when}.")
