"""What waits for an official in the contests of their place, the most urgent first. Not a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, Hold, PhaseKind, by_kind, judged_after, judging
from elka.db import Work
from elka.models.applications import FILED, ON_BALLOT, UNDECIDED, Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase
from elka.models.judgements import judgements_of
from elka.models.judging import asks_scores, may_enter_scores
from elka.models.readiness_contest import lacks, parts_by_contest
from elka.state.contest_rows import phases_by_contest
from elka.state.contest_words import told_hold
from elka.state.second_tasks import waiting_for
from elka.ui import labels

S, A = ContestStage, ApplicationStatus
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
class _Waiting:
    """What of the undecided asks for more than a decision."""

    expired: int = 0
    again: int = 0
    nobody: int = 0


def counts_by_contest(work: Work, ids: Sequence[int]) -> dict[int, dict[ApplicationStatus, int]]:
    """Return by contest how many applications stand at each status; drafts are nobody's but their own people's."""
    found: dict[int, dict[ApplicationStatus, int]] = {}
    for contest_id, status, count in work.session.execute(
        sa.select(col(Application.contest_id), col(Application.status), sa.func.count())
        .where(col(Application.contest_id).in_(ids), col(Application.status).in_(FILED))
        .group_by(col(Application.contest_id), col(Application.status))
    ):
        found.setdefault(contest_id, {})[status] = count
    return found


def tasks_of(work: Work, own: sa.ColumnElement[bool]) -> list[TaskRow]:
    """Return what waits for the official, the most urgent first: held votes, then by term, drafts last."""
    contests = (
        work.session.execute(sa.select(Contest).where(own, col(Contest.stage).in_(_ASKING)).order_by(col(Contest.id)))
        .scalars()
        .all()
    )
    ids = [contest.id or 0 for contest in contests]
    phases, counts, more = phases_by_contest(work, ids), counts_by_contest(work, ids), _waiting(work, ids)
    scored = [one for one in contests if may_enter_scores(one) and asks_scores(one, phases.get(one.id or 0, []))]
    unjudged = {
        key: sum(not one.is_done for one in listed) for key, listed in judgements_of(work.session, scored).items()
    }
    drafts = parts_by_contest(work.session, [contest for contest in contests if contest.stage is S.DRAFT])
    found: list[tuple[int, datetime, TaskRow]] = []
    for contest in contests:
        key = contest.id or 0
        if key in drafts:
            found.append((2, _WHEN_EVER, _draft_task(contest, len(lacks(drafts[key], work.now)))))
        elif left := unjudged.get(key):
            found.append(_scores_task(work.now, contest, phases.get(key, []), left))
        else:
            found += _tasks_of(work.now, contest, phases.get(key, []), counts.get(key, {}), more.get(key, _Waiting()))
    found += [
        (1, since, TaskRow(what, labels.typographer(title), href, "Посмотреть", "", "amber"))
        for since, what, title, href in waiting_for(work, own)
    ]
    found.sort(key=lambda task: (task[0], task[1]))
    return [task for _, _, task in found]


def _draft_task(contest: Contest, missing: int) -> TaskRow:
    note = f"осталось заполнить: {missing}" if missing else "всё заполнено, можно публиковать"
    title, href = labels.typographer(contest.title), f"/office/contests/{contest.id}/build"
    return TaskRow(f"Черновик: {note}", title, href, "Продолжить", "", "grey")


def _tasks_of(
    now: datetime,
    contest: Contest,
    phases: Sequence[ContestPhase],
    counts: dict[ApplicationStatus, int],
    more: _Waiting,
) -> list[tuple[int, datetime, TaskRow]]:
    dates = by_kind(phases)
    desk, title = f"/office/contests/{contest.id}", labels.typographer(contest.title)
    waiting, appealed = counts.get(A.SUBMITTED, 0), counts.get(A.APPEALED, 0)
    undecided = sum(counts.get(status, 0) for status in UNDECIDED)
    admitted = sum(counts.get(status, 0) for status in ON_BALLOT)
    hold = contest.hold(now, phases, undecided=undecided, admitted=admitted)
    if hold is not None:
        tab = "submitted" if waiting else "appealed" if appealed else "returned"
        href = f"{desk}/applications?status={tab}" if hold is Hold.UNDECIDED else desk
        judged = judged_after(contest.stage, phases)
        opens = judged.opens_at if judged else now
        late = f"ждут с{labels.NBSP}{labels.day(opens)}"
        action = "Решить" if hold is Hold.UNDECIDED else "Открыть конкурс"
        told = told_hold(hold, contest.stage, judged.kind) if judged else ""
        return [(0, opens, TaskRow(told, title, href, action, late, "red"))]
    if contest.stage is S.DECISION:
        closes = dates[PhaseKind.DECISION].closes_at if PhaseKind.DECISION in dates else None
        when, late = _term(closes, now)
        task = TaskRow("Опубликуйте итоги", title, f"{desk}/results", "К итогам", when, "red" if late else "amber")
        return [(1, closes or _LONG_AGO, task)]
    first = next(iter(judging(phases)), None)
    opens = first.opens_at if first else None
    when, _ = _term(opens, now)
    due = opens or _WHEN_EVER
    rows: list[tuple[int, datetime, TaskRow]] = []
    if appealed:
        noun = labels.plural(appealed, "жалоба ждёт", "жалобы ждут", "жалоб ждут")
        href = f"{desk}/applications?status=appealed"
        rows.append((1, due, TaskRow(f"{noun} ответа", title, href, "Ответить", when, "amber")))
    if waiting:
        noun = labels.plural(waiting, "заявка ждёт", "заявки ждут", "заявок ждут")
        href = f"{desk}/applications?status=submitted"
        note = " · ".join([title, *_said(more)])
        rows.append((1, due, TaskRow(f"{noun} решения", note, href, "Проверить", when, "amber")))
    if more.expired:
        noun = labels.plural(more.expired, "заявку", "заявки", "заявок")
        href = f"{desk}/applications?mark=late"
        text = f"Не исправили в срок {noun}"
        rows.append((1, due, TaskRow(text, title, href, "Решить", when, "amber")))
    return rows


def _said(more: _Waiting) -> list[str]:
    """Name what of those that wait is new again, and what nobody deals with."""
    said = [f"исправленных: {labels.number(more.again)}"] if more.again else []
    return [*said, f"без исполнителя: {labels.number(more.nobody)}"] if more.nobody else said


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


def _waiting(work: Work, ids: Sequence[int]) -> dict[int, _Waiting]:
    """Return by contest what was not corrected in time, what came back corrected, what nobody deals with."""
    status = col(Application.status)
    found = work.session.execute(
        sa.select(
            col(Application.contest_id),
            sa.func.count().filter(status == A.RETURNED, col(Application.correct_by) <= work.now),
            sa.func.count().filter(status == A.SUBMITTED, col(Application.revision) > 1),
            sa.func.count().filter(status == A.SUBMITTED, col(Application.assignee_id).is_(None)),
        )
        .where(col(Application.contest_id).in_(ids), status.in_(UNDECIDED))
        .group_by(col(Application.contest_id))
    )
    return {row[0]: _Waiting(*row[1:]) for row in found}


def _term(moment: datetime | None, now: datetime) -> tuple[str, bool]:
    """Say until when; and whether it is past."""
    if moment is None:
        return "", False
    if moment <= now:
        return f"срок вышел {labels.day(moment)}", True
    return f"до{labels.NBSP}{labels.day(moment)}", False
