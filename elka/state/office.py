"""The official's cabinet: what to do next, by deadline, and the contests of their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.lifecycle import ContestStage, Hold, PhaseKind, by_kind, judged_after, judging
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase
from elka.models.judgements import judgements_of
from elka.models.judging import asks_scores, may_enter_scores
from elka.models.places import Municipality
from elka.state.base import Events, Flow
from elka.state.contest_rows import phases_by_contest
from elka.state.contest_words import STAGES, place_name, term, told_hold
from elka.state.contests import page_number
from elka.ui import labels
from elka.ui.rows import Tab, page_window

S, A = ContestStage, ApplicationStatus
PAGE = 20
IN_WORK = (S.DRAFT, S.ANNOUNCED, S.ACCEPTING, S.ADMISSION, S.VOTING, S.EXPERT, S.DECISION)
TABS: dict[str, tuple[str, tuple[ContestStage, ...]]] = {
    "work": ("В работе", IN_WORK),
    "past": ("Завершены", (S.AWARDED, S.CLOSED, S.CANCELLED)),
}
# Stages in which something may wait for an official.
_ASKING = (S.DRAFT, S.ACCEPTING, S.ADMISSION, S.EXPERT, S.DECISION)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_WHEN_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class TaskRow:
    """One thing to do. ``tone`` red: people are waiting because of it."""

    title: str
    note: str
    href: str
    action: str
    term: str
    tone: str


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
    tabs: list[Tab]
    tab: str
    contests: list[OfficeContest]
    page: int
    pages: list[int]


class OfficeState(Flow, rx.State):
    """The cabinet of an official; the address holds the tab and the page."""

    place: str = ""
    tasks: list[TaskRow] = []
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
            tasks=_tasks(work, own),
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
        self.contests, self.page, self.pages = cabinet.contests, cabinet.page, cabinet.pages


def _counts(work: Work, ids: Sequence[int]) -> dict[int, dict[ApplicationStatus, int]]:
    found: dict[int, dict[ApplicationStatus, int]] = {}
    for contest_id, status, count in work.session.execute(
        sa.select(col(Application.contest_id), col(Application.status), sa.func.count())
        .where(col(Application.contest_id).in_(ids))
        .group_by(col(Application.contest_id), col(Application.status))
    ):
        found.setdefault(contest_id, {})[status] = count
    return found


def _contests(work: Work, ids: Sequence[int], names: dict[int, str]) -> list[OfficeContest]:
    found = {one.id: one for one in work.session.execute(sa.select(Contest).where(col(Contest.id).in_(ids))).scalars()}
    phases, counts = phases_by_contest(work, ids), _counts(work, ids)
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


def _tasks(work: Work, own: sa.ColumnElement[bool]) -> list[TaskRow]:
    """Return what waits for the official, the most urgent first: held votes, then by term, drafts last."""
    contests = (
        work.session.execute(sa.select(Contest).where(own, col(Contest.stage).in_(_ASKING)).order_by(col(Contest.id)))
        .scalars()
        .all()
    )
    ids = [contest.id or 0 for contest in contests]
    phases, counts, expired = phases_by_contest(work, ids), _counts(work, ids), _expired(work, ids)
    scored = [one for one in contests if may_enter_scores(one) and asks_scores(one, phases.get(one.id or 0, []))]
    unjudged = {
        key: sum(not one.is_done for one in listed) for key, listed in judgements_of(work.session, scored).items()
    }
    found: list[tuple[int, datetime, TaskRow]] = []
    for contest in contests:
        key = contest.id or 0
        if left := unjudged.get(key):
            found.append(_scores_task(work.now, contest, phases.get(key, []), left))
        else:
            found += _tasks_of(work.now, contest, phases.get(key, []), counts.get(key, {}), expired.get(key, 0))
    found.sort(key=lambda task: (task[0], task[1]))
    return [task for _, _, task in found]


def _tasks_of(
    now: datetime,
    contest: Contest,
    phases: Sequence[ContestPhase],
    counts: dict[ApplicationStatus, int],
    expired: int,
) -> list[tuple[int, datetime, TaskRow]]:
    dates = by_kind(phases)
    desk, title = f"/office/contests/{contest.id}", labels.typographer(contest.title)
    waiting, returned = counts.get(A.SUBMITTED, 0), counts.get(A.RETURNED, 0)
    admitted = sum(counts.get(status, 0) for status in ON_BALLOT)
    hold = contest.hold(now, phases, undecided=waiting + returned, admitted=admitted)
    if hold is not None:
        href = (
            f"{desk}/applications?status={'submitted' if waiting else 'returned'}" if hold is Hold.UNDECIDED else desk
        )
        judged = judged_after(contest.stage, phases)
        opens = judged.opens_at if judged else now
        late = f"ждут с{labels.NBSP}{labels.day(opens)}"
        action = "Решить" if hold is Hold.UNDECIDED else "Открыть конкурс"
        told = told_hold(hold, contest.stage, judged.kind) if judged else ""
        return [(0, opens, TaskRow(told, title, href, action, late, "red"))]
    if contest.stage is S.DRAFT:
        lacks = len(contest.lacking(now, phases))
        note = f"осталось заполнить: {lacks}" if lacks else "всё заполнено, можно объявлять"
        return [(2, _WHEN_EVER, TaskRow(f"Черновик: {note}", title, f"{desk}/build", "Продолжить", "", "grey"))]
    if contest.stage is S.DECISION:
        closes = dates[PhaseKind.DECISION].closes_at if PhaseKind.DECISION in dates else None
        when, late = _term(closes, now)
        task = TaskRow("Опубликуйте итоги", title, f"{desk}/results", "К итогам", when, "red" if late else "amber")
        return [(1, closes or _LONG_AGO, task)]
    first = next(iter(judging(phases)), None)
    opens = first.opens_at if first else None
    when, _ = _term(opens, now)
    rows: list[tuple[int, datetime, TaskRow]] = []
    if waiting:
        noun = labels.plural(waiting, "заявка ждёт", "заявки ждут", "заявок ждут")
        href = f"{desk}/applications?status=submitted"
        rows.append((1, opens or _WHEN_EVER, TaskRow(f"{noun} решения", title, href, "Проверить", when, "amber")))
    if expired:
        noun = labels.plural(expired, "заявку", "заявки", "заявок")
        href = f"{desk}/applications?status=returned"
        text = f"Не исправили в срок {noun}"
        rows.append((1, opens or _WHEN_EVER, TaskRow(text, title, href, "Решить", when, "amber")))
    return rows


def _scores_task(
    now: datetime, contest: Contest, phases: Sequence[ContestPhase], left: int
) -> tuple[int, datetime, TaskRow]:
    """Ask for the commission's marks: until its term, and until the results once that is over."""
    dates = by_kind(phases)
    kind = PhaseKind.EXPERT if contest.stage is S.EXPERT else PhaseKind.DECISION
    closes = dates[kind].closes_at if kind in dates else None
    when, late = _term(closes, now)
    title = f"Внесите оценки комиссии: осталось {labels.plural(left, 'заявка', 'заявки', 'заявок')}"
    href, tone = f"/office/contests/{contest.id}/scores", "red" if late else "amber"
    return 1, closes or _LONG_AGO, TaskRow(title, labels.typographer(contest.title), href, "К оценкам", when, tone)


def _expired(work: Work, ids: Sequence[int]) -> dict[int, int]:
    """Return by contest how many returned applications were not corrected in time."""
    found = work.session.execute(
        sa.select(col(Application.contest_id), sa.func.count())
        .where(
            col(Application.contest_id).in_(ids),
            col(Application.status) == A.RETURNED,
            col(Application.correct_by) <= work.now,
        )
        .group_by(col(Application.contest_id))
    )
    return {row[0]: row[1] for row in found}


def _term(moment: datetime | None, now: datetime) -> tuple[str, bool]:
    """Say until when; and whether it is past."""
    if moment is None:
        return "", False
    if moment <= now:
        return f"срок вышел {labels.day(moment)}", True
    return f"до{labels.NBSP}{labels.day(moment)}", False


def _href(contest: Contest) -> str:
    return f"/office/contests/{contest.id}/build" if contest.stage is S.DRAFT else f"/office/contests/{contest.id}"
