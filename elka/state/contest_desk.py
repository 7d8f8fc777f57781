"""What an official does with an announced contest: texts, prolonging, cancelling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import BEFORE_VOTING, ContestStage, PhaseKind, by_kind, is_open, judged_after
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Invalid, Refused, WrongStage
from elka.models import contest_fields
from elka.models.applications import FILED, ON_BALLOT, STANDING, Application, ApplicationStatus
from elka.models.contests import REASON_MAX, REASON_MIN, Contest, ContestPhase, phases_of
from elka.models.exclusive import groups_in_force
from elka.models.judging import asks_scores, may_enter_scores
from elka.models.places import Municipality
from elka.models.projects import Project, ProjectStage
from elka.models.votes import hold_casting
from elka.state import contest_news
from elka.state.application_words import tell_each
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.state.contest_history import HistoryRow, history_rows
from elka.state.contest_next import next_of
from elka.state.contest_words import PHASE_NAMES, STAGES, hold_of, place_name, timeline
from elka.state.exclusive_rows import waiting_clusters
from elka.state.lifecycle import enter_due, waiting_and_admitted
from elka.ui import labels
from elka.ui.rows import Phase

S = ContestStage
A = ApplicationStatus
# Stages that people work through, not the clock: they can be prolonged after their term too.
_WAITING = (PhaseKind.ADMISSION, PhaseKind.EXPERT, PhaseKind.DECISION)


@dataclass(frozen=True)
class DeskRow:
    """An announced contest as its officials see it."""

    id: int = 0
    title: str = ""
    summary: str = ""
    rules: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    is_draft: bool = False
    is_moving: bool = True
    hold: str = ""
    submitted: int = 0
    returned: int = 0
    admitted: int = 0
    rejected: int = 0
    appealed: int = 0
    all: int = 0
    next_title: str = ""
    next_text: str = ""
    next_href: str = ""
    next_action: str = ""
    may_edit_texts: bool = False
    may_prolong: bool = False
    may_cancel: bool = False
    may_publish: bool = False
    shows_scores: bool = False
    shows_votes: bool = False
    shows_paper: bool = False
    shows_exclusive: bool = False
    alike: str = ""
    is_published: bool = False
    phase_name: str = ""
    phase_closes: str = ""
    until: str = ""
    cancel_reason: str = ""


@dataclass(frozen=True)
class Desk:
    """All that the page of an official's contest shows."""

    row: DeskRow
    phases: list[Phase]
    history: list[HistoryRow]


class ContestDeskState(Flow, rx.State):
    """An announced contest in the hands of its officials."""

    row: DeskRow = DeskRow()
    phases: list[Phase] = []
    history: list[HistoryRow] = []
    taken: int = 0  # counts reloads of the fields: part of their keys

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the contest whose id is in the address; a draft opens in its form."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.row.id):
            self.row, self.status = DeskRow(), "loading"
            yield
        yield await self._load(self._desk, asked, into=self._show)

    @rx.event
    async def save_texts(self, form: dict[str, Any]) -> Events:
        """Change the texts; everybody sees that they were changed."""
        return await self._run(self._save_texts, self.row.id, form, done="Тексты изменены", then=self._again)

    @rx.event
    async def prolong(self, form: dict[str, Any]) -> Events:
        """Give the current stage more time."""
        return await self._run(self._prolong, self.row.id, form, done="Срок продлён", then=self._again)

    @rx.event
    async def cancel(self, form: dict[str, Any]) -> Events:
        """End the contest for a reason."""
        return await self._run(self._cancel, self.row.id, form, done="Конкурс отменён", then=self._again)

    @staticmethod
    def _desk(work: Work, contest_id: object) -> Desk:
        contest = for_office(work, contest_id)
        phases = phases_of(work.session, contest.id or 0)
        return Desk(
            row=_row(work, contest, phases),
            phases=timeline(contest.stage, phases, work.now),
            history=history_rows(work, contest.id or 0),
        )

    @staticmethod
    def _save_texts(work: Work, contest_id: object, form: object) -> None:
        """Change title, summary and further conditions, before voting opens; what changed is journalled."""
        contest = for_office(work, contest_id, lock=True)
        if contest.stage not in BEFORE_VOTING or contest.stage is S.DRAFT:
            raise WrongStage("Тексты меняют, только пока проекты не начали оценивать.")
        typed = form if isinstance(form, dict) else {}
        wrong: dict[str, str] = {}
        before = {field: getattr(contest, field) for field in contest_fields.TEXTS}
        for field in contest_fields.TEXTS:
            value = typed.get(field)
            try:
                contest_fields.save(contest, field, value if isinstance(value, str) else before[field])
            except Refused as refused:
                wrong[field] = refused.message
        wrong |= {
            field: text
            for field, text in contest.lacking(work.now, phases_of(work.session, contest.id or 0)).items()
            if field in contest_fields.TEXTS
        }
        if wrong:
            raise Invalid(wrong)
        changed = [field for field, text in before.items() if getattr(contest, field) != text]
        if changed:
            contest.version += 1
            old = {field: before[field] for field in changed}
            work.record("contest.edited", "contest", contest.id, fields=changed, old=old)
            contest_news.edited(work, contest, changed)

    @staticmethod
    def _prolong(work: Work, contest_id: object, form: object) -> None:
        """Move the closing of the current stage later, and what follows it by as much; journalled and shown to all."""
        contest = for_office(work, contest_id, lock=True)
        typed = form if isinstance(form, dict) else {}
        until, reason = _term_and_reason(typed)
        phases = phases_of(work.session, contest.id or 0)
        fresh = contest.prolong(work.now, phases, until)
        rows = by_kind(phases)
        for kind, dates in fresh.items():
            row = rows.get(kind)
            if row is None:
                work.session.add(
                    ContestPhase(
                        contest_id=contest.id or 0, kind=kind, opens_at=dates.opens_at, closes_at=dates.closes_at
                    )
                )
            else:
                row.opens_at, row.closes_at = dates.opens_at, dates.closes_at
        contest.version += 1
        work.record(
            "contest.prolonged",
            "contest",
            contest.id,
            phase=contest.stage.value,
            until=until.isoformat(),
            reason=reason,
        )
        contest_news.prolonged(work, contest, until, reason)
        work.session.flush()
        enter_due(work, contest)

    @staticmethod
    def _cancel(work: Work, contest_id: object, form: object) -> None:
        """End the contest: its projects are free again and every applicant gets a letter with the reason."""
        contest = for_office(work, contest_id)
        if contest.stage is S.VOTING:
            hold_casting(work.session, contest.id or 0)  # before the row, as a vote does
        contest = for_office(work, contest_id, lock=True)
        if contest.stage is S.CANCELLED:
            return  # the same click twice
        typed = form if isinstance(form, dict) else {}
        contest.cancel(str(typed.get("reason") or ""))
        work.record("contest.cancelled", "contest", contest.id, reason=contest.cancel_reason)
        standing = work.session.execute(
            sa.select(Application, Project)
            .join(Project, col(Project.id) == col(Application.project_id))
            .where(col(Application.contest_id) == contest.id, col(Application.status).in_(STANDING))
            .order_by(col(Application.id))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        for _, project in standing:
            if project.stage is ProjectStage.SUBMITTED:
                project.return_to_project(work.now)
        facts = {"ground": contest.cancel_reason or ""}
        tell_each(work, contest, "cancelled", [(one, project.title, facts) for one, project in standing])
        contest_news.cancelled(work, contest)

    async def _again(self, _: object) -> list[Any]:
        events = await self._load(self._desk, self.row.id, into=self._show)
        return [rx.call_script("elka.close('prolong'); elka.close('cancel')"), *listed(events)]

    def _show(self, desk: Desk) -> Events:
        self.row, self.phases, self.history = desk.row, desk.phases, desk.history
        self.taken += 1
        return rx.redirect(f"/office/contests/{desk.row.id}/build", replace=True) if desk.row.is_draft else None


def counts_of(work: Work, contest_id: int) -> dict[ApplicationStatus, int]:
    """Return how many applications of the contest stand at each status; drafts are nobody's but their own people's."""
    found = work.session.execute(
        sa.select(col(Application.status), sa.func.count())
        .where(col(Application.contest_id) == contest_id, col(Application.status).in_(FILED))
        .group_by(col(Application.status))
    )
    return {row[0]: row[1] for row in found}


def first_waiting(work: Work, contest_id: int) -> int | None:
    """Return the application that waits the longest."""
    return work.session.execute(
        sa.select(col(Application.id))
        .where(col(Application.contest_id) == contest_id, col(Application.status) == A.SUBMITTED)
        .order_by(col(Application.submitted_at), col(Application.id))
        .limit(1)
    ).scalar_one_or_none()


def _alike(work: Work, contest: Contest) -> str:
    """Hint that projects look like plans for one place, before it is too late to say so; nothing is held back by it."""
    waiting = len(waiting_clusters(work, contest)) if contest.is_admitting() else 0
    if not waiting:
        return ""
    return labels.typographer(
        f"Есть похожие проекты, {labels.plural(waiting, 'группа', 'группы', 'групп')}: возможно, они для одного места и "
        "победить должен только один. Отметить это можно до открытия голосования."
    )


def _term_and_reason(typed: dict[str, Any]) -> tuple[datetime, str]:
    """Read the form of prolonging; tell of both fields at once."""
    wrong: dict[str, str] = {}
    until: datetime | None = None
    try:
        until = contest_fields.read_moment("until", typed.get("until"))
    except Refused as refused:
        wrong |= refused.fields
    reason = one_line(str(typed.get("why") or ""))
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        wrong["why"] = f"Напишите причину: от {REASON_MIN} знаков. Её увидят все."
    if until is None or wrong:
        raise Invalid(wrong)
    return until, reason


def _row(work: Work, contest: Contest, phases: list[ContestPhase]) -> DeskRow:
    status, tone = STAGES[contest.stage]
    counts = counts_of(work, contest.id or 0)
    undecided, admitted = waiting_and_admitted(work, contest.id or 0)
    hold = hold_of(contest, phases, work.now, undecided=undecided, admitted=admitted)
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    dates = by_kind(phases)
    kind = PhaseKind(contest.stage.value) if contest.stage.value in list(PhaseKind) else None
    closes = dates[kind].closes_at if kind in dates else None
    judged = judged_after(contest.stage, phases)
    if kind is PhaseKind.ADMISSION and closes is None and judged is not None:
        closes = judged.opens_at
    prolongable = kind is not None and (kind in _WAITING or is_open(phases, kind, work.now))
    step = next_of(work, contest, phases, counts, held=bool(hold))
    if counts.get(A.SUBMITTED) and contest.is_admitting():
        waits = first_waiting(work, contest.id or 0)
        step = replace(step, href=f"/office/applications/{waits}?status=submitted&sort=submitted")
    moving = contest.stage in (S.ANNOUNCED, S.ACCEPTING, S.ADMISSION, S.VOTING, S.EXPERT, S.DECISION)
    return DeskRow(
        id=contest.id or 0,
        title=contest.title,
        summary=contest.summary,
        rules=contest.rules,
        place=place_name(municipality.name if municipality else None),
        status=status,
        tone=tone,
        is_draft=contest.stage is S.DRAFT,
        is_moving=moving and contest.stage is not S.ANNOUNCED,
        hold=hold,
        submitted=counts.get(A.SUBMITTED, 0),
        returned=counts.get(A.RETURNED, 0),
        admitted=sum(counts.get(one, 0) for one in ON_BALLOT),
        rejected=counts.get(A.REJECTED, 0),
        appealed=counts.get(A.APPEALED, 0),
        all=sum(counts.values()),
        next_title=labels.typographer(step.title),
        next_text=labels.typographer(step.text),
        next_href=step.href,
        next_action=step.action,
        shows_paper=contest.paper and contest.stage in (S.VOTING, S.EXPERT, S.DECISION, S.AWARDED, S.CLOSED),
        shows_exclusive=contest.is_admitting() or bool(groups_in_force(work.session, contest)),
        alike=_alike(work, contest),
        shows_scores=may_enter_scores(contest) and asks_scores(contest, phases),
        shows_votes=PhaseKind.VOTING in by_kind(phases) and contest.stage not in (*BEFORE_VOTING, S.CANCELLED),
        may_edit_texts=contest.stage in (S.ANNOUNCED, S.ACCEPTING, S.ADMISSION),
        may_prolong=prolongable and closes is not None,
        may_cancel=moving,
        may_publish=contest.stage is S.DECISION,
        is_published=contest.published_at is not None,
        phase_name=PHASE_NAMES[kind] if kind else "",
        phase_closes=labels.date_time(closes) if closes else "",
        until=contest_fields.local_input(closes) if closes else "",
        cancel_reason=contest.cancel_reason or "",
    )
