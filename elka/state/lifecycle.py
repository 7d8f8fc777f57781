"""The clock of contests: the job that opens and closes their stages at their minute."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from sqlmodel import col

from elka.core.lifecycle import RUNNING, ContestStage, judged_after, next_due
from elka.db import Work
from elka.errors import WrongStage
from elka.models.applications import ON_BALLOT, UNDECIDED, Application, ApplicationStatus
from elka.models.contests import Contest, ContestKind, phases_of
from elka.models.journal import JournalEntry
from elka.models.projects import Project, ProjectStage
from elka.models.votes import hold_casting
from elka.state import contest_news, result_corrections, result_count, result_seal
from elka.state.contest_words import told_hold

ENTERED = {
    ContestStage.ACCEPTING: "contest.opened_accepting",
    ContestStage.ADMISSION: "contest.opened_admission",
    ContestStage.VOTING: "contest.opened_voting",
    ContestStage.EXPERT: "contest.opened_expert",
    ContestStage.DECISION: "contest.opened_decision",
}
CLOSED = {ContestStage.VOTING: "contest.closed_voting", ContestStage.EXPERT: "contest.closed_expert"}
# Where a contest can be held before the next way of judging.
HELD = (ContestStage.ADMISSION, ContestStage.EXPERT, ContestStage.VOTING)
log = structlog.get_logger(__name__)


def advance_due(work: Work) -> list[int]:
    """Move every contest whose clock has come and return the ids of those that moved.

    Safe when two run at once: each contest's row is locked and judged anew under its lock, so a stage is entered
    and journalled once. A contest that cannot be moved does not keep the others from moving.
    """
    moved: list[int] = []
    waiting = work.session.execute(
        sa.select(col(Contest.id), col(Contest.stage)).where(col(Contest.stage).in_(RUNNING)).order_by(col(Contest.id))
    ).all()
    for contest_id, stage in waiting:
        if next_due(stage, phases_of(work.session, contest_id), work.now) is None:
            _note_hold(work, contest_id)
            continue
        try:
            with work.session.begin_nested():
                if _advance(work, contest_id, stage):
                    moved.append(contest_id)
        except Exception:
            log.exception("contest does not advance", contest=contest_id)
    _seal_closed(work)
    _count_closed(work)
    _close_built(work)
    result_corrections.keep_published(work)
    return moved


def _seal_closed(work: Work) -> None:
    """Seal the ballots of every vote that is over, in the very transaction that closes it.

    What cannot be sealed keeps nothing else back and is tried again in a minute.
    """
    for contest_id in result_seal.unsealed(work):
        try:
            with work.session.begin_nested():
                result_seal.seal(work, contest_id)
        except Exception:
            log.exception("ballots cannot be sealed", contest=contest_id)


def _count_closed(work: Work) -> None:
    """Count every contest that is judged to the end; one that cannot be counted is tried again in a minute."""
    for contest_id in result_count.uncounted(work):
        try:
            with work.session.begin_nested():
                result_count.count(work, contest_id)
        except WrongStage:
            log.info("contest left its decision before the count", contest=contest_id)
        except Exception:
            log.exception("contest cannot be counted", contest=contest_id)


def _close_built(work: Work) -> None:
    """Close every awarded contest that has nothing left to be built: its winners are realised, as some were before it."""
    unbuilt = sa.exists().where(
        col(Application.contest_id) == col(Contest.id),
        col(Application.status) == ApplicationStatus.WON,
        col(Application.project_id) == col(Project.id),
        col(Project.stage) != ProjectStage.REALISED,
    )
    done = work.session.execute(
        sa.select(Contest)
        .where(
            col(Contest.stage) == ContestStage.AWARDED,
            sa.or_(col(Contest.kind) == ContestKind.REALISED, ~unbuilt),
        )
        .order_by(col(Contest.id))
        .with_for_update(key_share=True, skip_locked=True)
    ).scalars()
    for contest in done:
        contest.close()
        work.record("contest.closed", "contest", contest.id)


def waiting_and_admitted(work: Work, contest_id: int) -> tuple[int, int]:
    """Return how many applications wait for a decision and how many were admitted."""
    row = work.session.execute(
        sa.select(
            sa.func.count().filter(col(Application.status).in_(UNDECIDED)),
            sa.func.count().filter(col(Application.status).in_(ON_BALLOT)),
        ).where(col(Application.contest_id) == contest_id)
    ).one()
    return row[0], row[1]


def _advance(work: Work, contest_id: int, stage: ContestStage) -> bool:
    if stage is ContestStage.VOTING:
        # Before the row of the contest, as a vote does, so that neither waits in a ring.
        hold_casting(work.session, contest_id)
    contest = work.session.execute(
        sa.select(Contest)
        .where(col(Contest.id) == contest_id)
        .with_for_update(key_share=True)  # votes refer to this row while we hold it
        .execution_options(populate_existing=True)
    ).scalar_one()
    return contest.stage is stage and enter_due(work, contest)  # else another job was quicker


def enter_due(work: Work, contest: Contest) -> bool:
    """Move a contest, whose row is locked, as far as the clock says; journal each step; return whether it moved."""
    contest_id, left = contest.id or 0, contest.stage
    undecided, admitted = waiting_and_admitted(work, contest_id)
    phases = phases_of(work.session, contest_id)
    entered = contest.advance(work.now, phases, undecided=undecided, admitted=admitted)
    for step in entered:
        if left in CLOSED:
            work.record(CLOSED[left], "contest", contest_id)
        work.record(ENTERED[step], "contest", contest_id)
        left = step
    work.session.flush()
    if entered:
        contest_news.entered(work, contest, contest.stage, undecided)
    if contest.stage in HELD:
        _record_hold(work, contest, undecided, admitted)
    return bool(entered)


def _note_hold(work: Work, contest_id: int) -> None:
    """Journal a vote whose whole time went by while it was held: nothing is due there any more."""
    contest = work.session.get(Contest, contest_id)
    if contest is not None and contest.stage in HELD:
        undecided, admitted = waiting_and_admitted(work, contest_id)
        _record_hold(work, contest, undecided, admitted)


def _record_hold(work: Work, contest: Contest, undecided: int, admitted: int) -> None:
    """Journal that the vote, or the commission, is held back, once for each reason and date."""
    phases = phases_of(work.session, contest.id or 0)
    reason = contest.hold(work.now, phases, undecided=undecided, admitted=admitted)
    judged = judged_after(contest.stage, phases)
    if reason is None or judged is None:
        return
    due = judged.opens_at.isoformat()
    known = work.session.execute(
        sa.select(
            sa.exists().where(
                col(JournalEntry.subject_kind) == "contest",
                col(JournalEntry.subject_id) == contest.id,
                col(JournalEntry.key) == "contest.held",
                col(JournalEntry.facts)["reason"].as_string() == reason.value,
                col(JournalEntry.facts)["due"].as_string() == due,
            )
        )
    ).scalar_one()
    if not known:
        facts = {"stage": contest.stage.value, "judged": judged.kind.value, "undecided": undecided}
        work.record("contest.held", "contest", contest.id, reason=reason.value, due=due, **facts)
        contest_news.held(work, contest, told_hold(reason, contest.stage, judged.kind))


__all__ = ["advance_due", "enter_due", "waiting_and_admitted"]
