"""News of a contest itself: to those who take part in it, and to the officials whom it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.models.applications import STANDING, Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.notices import NoticeKind
from elka.state import notice_words
from elka.state.contest_words import PHASE_NAMES
from elka.state.notice_words import News
from elka.state.notices import notify, officials_of

A, S = ApplicationStatus, ContestStage
TAKES_PART = (A.DRAFT, A.APPEALED, *STANDING)


def prolonged(work: Work, contest: Contest, until: datetime, reason: str) -> None:
    """Tell those who take part, or prepare to, that the current stage was prolonged; each new term anew."""
    phase = PHASE_NAMES[PhaseKind(contest.stage.value)]
    news = notice_words.prolonged(contest.title, phase, until, reason)
    _tell(work, contest, _people(work, contest, TAKES_PART), news, f"prolonged:contest:{contest.id}")


def edited(work: Work, contest: Contest, fields: Iterable[str]) -> None:
    """Tell those who take part, or prepare to, that texts were corrected."""
    news = notice_words.edited(contest.title, fields)
    _tell(work, contest, _people(work, contest, TAKES_PART), news, f"edited:contest:{contest.id}")


def cancelled(work: Work, contest: Contest) -> None:
    """Tell those with a draft that the contest is no more; whoever has submitted hears of it with their application."""
    news = notice_words.cancelled_for_drafts(contest.title, contest.cancel_reason or "")
    _tell(work, contest, _people(work, contest, (A.DRAFT,)), news, f"cancelled:contest:{contest.id}")


def entered(work: Work, contest: Contest, stage: ContestStage, waiting: int) -> None:
    """Tell the officials of a stage that asks something of them. ``waiting``: applications without a decision."""
    if stage is S.ADMISSION and waiting:
        _ask(work, contest, notice_words.reception_over(contest.title, waiting), "applications")
    if stage is S.EXPERT:
        _ask(work, contest, notice_words.commission_begun(contest.title), "scores")
    if stage is S.DECISION:
        _ask(work, contest, notice_words.decision_begun(contest.title), "results")


def held(work: Work, contest: Contest, why: str) -> None:
    """Tell the officials that the next stage does not open. ``why``: as ``contest_words.told_hold`` says it."""
    _ask(work, contest, notice_words.held(contest.title, why), "")


def _people(work: Work, contest: Contest, statuses: Iterable[ApplicationStatus]) -> list[int]:
    return list(
        work.session.execute(
            sa.select(col(Application.submitted_by))
            .where(col(Application.contest_id) == contest.id, col(Application.status).in_(tuple(statuses)))
            .distinct()
        ).scalars()
    )


def _tell(work: Work, contest: Contest, people: list[int], news: News, group_key: str) -> None:
    notify(
        work,
        people,
        NoticeKind.CONTEST,
        title=news.title,
        text=news.line,
        href=f"/contests/{contest.id}",
        group_key=group_key,
        letter=news.letter,
        digest=news.letter is None,
    )


def _ask(work: Work, contest: Contest, news: News, page: str) -> None:
    notify(
        work,
        officials_of(work, contest),
        NoticeKind.OFFICE_TASK,
        title=news.title,
        text=news.line,
        href=f"/office/contests/{contest.id}/{page}".rstrip("/"),
        group_key=f"task:contest:{contest.id}",
        digest=True,
    )
