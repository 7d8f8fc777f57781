"""Counting and publishing in the hands of a contest's officials. Before publication not a figure is shown to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind, judging
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application
from elka.models.contests import Allot, Contest, phases_of
from elka.models.judgements import progress, unjudged
from elka.models.judging import asks_scores
from elka.models.paper import COUNTED, WAITING, PaperBatch
from elka.models.places import Municipality
from elka.models.publications import Publication
from elka.models.result_versions import version_in_force
from elka.models.results import Count
from elka.state.application_words import CheckRow
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.contest_words import headed, place_name
from elka.state.result_proof import has_file
from elka.state.results import ResultsState
from elka.ui import labels

S = ContestStage


@dataclass(frozen=True)
class ResultsDeskRow:
    """What an official may know of a contest's results before everybody does: whether they are ready.

    ``ballots``: the address of the published file, "" while it is being written, or without a vote (``has_ballots``).
    """

    id: int = 0
    title: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    waiting: str = ""
    scores: str = ""
    may_count: bool = False
    is_counted: bool = False
    is_published: bool = False
    published: str = ""
    corrected: str = ""
    has_ballots: bool = False
    ballots: str = ""
    letters: str = ""
    moves: bool = True


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
        """Count the ballots and the marks, again if they were counted."""
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
        deciding = contest.stage is S.DECISION
        sealed = work.session.get(Publication, contest.id) if contest.published_at is not None else None
        return ResultsDesk(
            row=ResultsDeskRow(
                **headed(contest),
                place=place_name(municipality.name if municipality else None),
                waiting=_waiting(work, contest),
                scores=f"/office/contests/{contest.id}/scores" if contest.stage is S.EXPERT else "",
                may_count=deciding and not unjudged(work.session, contest),
                is_counted=deciding and count is not None,
                is_published=contest.published_at is not None,
                published=labels.date_time(contest.published_at) if contest.published_at else "",
                corrected=_corrected(work, contest),
                has_ballots=sealed is not None,
                ballots=f"/contests/{contest.id}/ballots.pb" if sealed is not None and has_file(work, sealed) else "",
                letters=labels.plural(listed, "заявитель получит", "заявителя получат", "заявителей получат"),
                moves=contest.moves_projects,
            ),
            checks=_checks(work, contest, count, listed) if deciding else [],
        )

    async def _counted(self, changed: bool) -> list[Any]:
        done = "Итоги подсчитаны" if changed else "Сверено: итог тот же"
        return [*await self._again(), rx.toast.success(done)]

    async def _published(self, _: object) -> list[Any]:
        return [rx.call_script("elka.close('publish')"), *await self._again()]

    async def _again(self) -> list[Any]:
        events = await self._load(self._desk, self.row.id, into=self._show)
        return events if isinstance(events, list) else [event for event in (events,) if event is not None]

    def _show(self, desk: ResultsDesk) -> None:
        self.row, self.checks = desk.row, desk.checks


def _checks(work: Work, contest: Contest, count: Count | None, listed: int) -> list[CheckRow]:
    phases = phases_of(work.session, contest.id or 0)
    voting = by_kind(phases).get(PhaseKind.VOTING)
    projects = labels.plural(listed, "проект", "проекта", "проектов")
    among = "В бюллетене" if voting else "В отборе"
    begun = "голосования" if voting and judging(phases)[0] is voting else "начала оценки"
    rows = [_said(f"Голосование закрыто {labels.date_time(voting.closes_at)}")] if voting else []
    if sealed := work.session.get(Publication, contest.id):
        when = labels.date_time(sealed.sealed_at)
        rows.append(_said(f"Бюллетени запечатаны {when}: теперь ни один не изменить незаметно"))
    if asks_scores(contest, phases):
        rows.append(_scored(work, contest))
    if contest.paper:
        rows += _papers(work, contest)
    rows += [
        _said(f"{among} {projects}, каждый получит место и причину"),
        _said(
            f"SHA-256 зерна жребия опубликован {labels.date(contest.announced_at)}, само зерно — до {begun}"
            if contest.announced_at
            else f"Зерно жребия опубликовано до {begun}"
        ),
    ]
    if count is None:
        mend = "Система считает сама в течение минуты, как только всё готово. Можно подсчитать и сейчас."
        return [*rows, _said("Итоги ещё не подсчитаны", mend, ok=False)]
    rows.append(_said(f"Итоги подсчитаны {labels.date_time(count.counted_at)}"))
    if contest.allot is Allot.BUDGET:
        rows.append(_said("Победители помещаются в бюджет конкурса", ok=count.spent <= contest.budget))
    return rows


def _corrected(work: Work, contest: Contest) -> str:
    """Say which version is in force, where published results were corrected."""
    version = version_in_force(work.session, contest.id or 0)
    if version is None or version.number == 1:
        return ""
    return labels.typographer(
        f"Исправлены {labels.date_time(version.published_at)}: действует версия {version.number}."
    )


def _papers(work: Work, contest: Contest) -> list[CheckRow]:
    """Say how many ballots on paper are counted, and what waits for a second person."""
    batches = (
        work.session.execute(sa.select(PaperBatch).where(col(PaperBatch.contest_id) == contest.id)).scalars().all()
    )
    counted = sum(row.ballots for row in batches if row.status in COUNTED)
    waiting = sum(row.status in WAITING for row in batches)
    href = f"/office/contests/{contest.id}/paper"
    told = f"Бумажных бюллетеней в подсчёте: {labels.number(counted)}"
    rows = [replace(_said(told), href=href, action="К бумажным бюллетеням")]
    if waiting:
        text = f"{labels.plural(waiting, 'пачка ждёт', 'пачки ждут', 'пачек ждут')} второго человека"
        rows.append(
            replace(_said(text, "Пока их не сверят, итоги не опубликовать.", ok=False), href=href, action="Сверить")
        )
    return rows


def _scored(work: Work, contest: Contest) -> CheckRow:
    """Say whether the commission has judged all, and lead to where its marks are entered."""
    done, everything = progress(work.session, contest)
    left = everything - done
    if not left:
        return _said(f"Комиссия оценила все заявки: {labels.number(everything)}")
    return replace(
        _said(
            f"Оценено {labels.number(done)} из {labels.number(everything)}",
            "Без оценок комиссии итоги не подсчитать: внесите их из подписанных листов.",
            ok=False,
        ),
        href=f"/office/contests/{contest.id}/scores",
        action="К оценкам",
    )


def _said(text: str, mend: str = "", *, ok: bool = True) -> CheckRow:
    return CheckRow(ok=ok, text=labels.typographer(text), mend=labels.typographer(mend))


def _waiting(work: Work, contest: Contest) -> str:
    if contest.stage is S.DECISION or contest.published_at is not None:
        return ""
    if contest.stage is S.CANCELLED:
        return "Конкурс отменён, итогов у него не будет."
    last = judging(phases_of(work.session, contest.id or 0))[-1:]
    when = f" {labels.date_time(last[0].closes_at)}" if last else ""
    if last and last[0].kind is PhaseKind.EXPERT:
        text = f"Комиссия ещё оценивает проекты. Итоги подсчитаются сами, когда её этап закончится{when}."
        return labels.typographer(
            text if contest.stage is S.EXPERT else text.replace("ещё оценивает", "ещё не оценила")
        )
    return labels.typographer(f"Голосование ещё не закрылось. Голоса посчитаются сами, как только оно закроется{when}.")
