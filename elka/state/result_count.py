"""Counting a contest and publishing what was counted: the parts of these flows that the clock shares with people."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
import structlog
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Allot, Contest
from elka.models.judgements import NotJudged, unjudged
from elka.models.paper import require_paper_settled
from elka.models.projects import Project, ProjectStage
from elka.models.publications import annulled_list
from elka.models.result_versions import keep_first
from elka.models.results import (
    Count,
    CountDiffers,
    NotCounted,
    Outcome,
    counted,
    kept,
    replace,
    require_countable,
    same,
)
from elka.models.votes import hold_casting
from elka.settings import settings
from elka.state.application_words import tell_each
from elka.state.outcome_words import drawn_out, got, rivals_named, why
from elka.state.result_seal import require_sealed
from elka.ui import labels

log = structlog.get_logger(__name__)


def uncounted(work: Work) -> list[int]:
    """Return the contests that are judged to the end and that nobody has counted yet."""
    there = sa.exists().where(col(Count.contest_id) == col(Contest.id))
    found = work.session.execute(
        sa.select(Contest).where(col(Contest.stage) == ContestStage.DECISION, ~there).order_by(col(Contest.id))
    ).scalars()
    return [contest.id or 0 for contest in found if not unjudged(work.session, contest)]


def count(work: Work, contest_id: int) -> bool:
    """Count the ballots and the marks and keep the result; return whether it is another one than before.

    A recount that gives the same changes nothing and leaves no trace, so the same click twice does no harm.
    """
    hold_casting(work.session, contest_id)  # before the row, as a vote does
    contest = _locked(work, contest_id)
    _require_ready(work, contest)
    found, outcomes = counted(work.session, contest, work.now)
    if same(kept(work.session, contest_id), (found, outcomes)):
        return False
    facts = {"ballots": found.ballots, "votes": found.votes, "rule": found.rule, "draws": found.draws}
    replace(work.session, found, outcomes)
    work.record("contest.counted", "contest", contest_id, **facts)
    return True


def publish(work: Work, contest_id: int) -> None:
    """Open the count to everybody, after all was counted once more and gave the same, the sealed root among it.

    Winners enter the registry and the others are free again (a contest of realised projects leaves all where they are);
    every applicant gets a letter with the reason.
    """
    hold_casting(work.session, contest_id)  # before the row, as a count does
    contest = _locked(work, contest_id)
    if contest.published_at is not None:
        return  # the same click twice, or another official was quicker
    _require_ready(work, contest)
    found = kept(work.session, contest_id)
    if found[0] is None:
        raise NotCounted
    if not same(found, counted(work.session, contest, work.now)):
        raise CountDiffers
    require_paper_settled(work.session, contest_id)
    root = require_sealed(work, contest)
    _settle(work, contest, found[1])
    contest.publish_results(work.now)
    work.session.flush()
    keep_first(work.session, contest)
    apart = annulled_list(work.session, contest_id, settings().key()).digest
    facts = {"root": root, "annulled": apart}
    work.record("contest.published", "contest", contest_id, **{name: value for name, value in facts.items() if value})


def _require_ready(work: Work, contest: Contest) -> None:
    require_countable(contest)
    if left := unjudged(work.session, contest):
        raise NotJudged(left)


def _locked(work: Work, contest_id: int) -> Contest:
    return work.session.execute(
        sa.select(Contest)
        .where(col(Contest.id) == contest_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _settle(work: Work, contest: Contest, outcomes: list[Outcome]) -> None:
    contest_id = contest.id or 0
    entered = work.session.execute(
        sa.select(Application, Project)
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.contest_id) == contest_id, col(Application.status) == ApplicationStatus.ADMITTED)
        .order_by(col(Application.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    drawn, rivals = drawn_out(work.session, outcomes), rivals_named(work.session, outcomes)
    said = {outcome.application_id: outcome for outcome in outcomes}
    for application, project in entered:
        outcome = said[application.id or 0]
        application.settle(outcome.won)
        if not contest.moves_projects:
            continue
        if outcome.won:
            project.support(work.now, contest_id, application.amount)
            work.record("project.supported", "project", project.id, contest=contest_id)
        elif project.stage is ProjectStage.SUBMITTED:
            project.return_to_project(work.now)
    work.session.flush()
    log.info("results published", contest=contest_id, projects=len(entered))
    by_places = contest.allot is Allot.PLACES
    for turn in ("won", "lost"):
        told = [
            (application, project.title, _facts(outcome, application, by_places, drawn, rivals))
            for application, project in entered
            if (outcome := said[application.id or 0]).won == (turn == "won")
        ]
        tell_each(work, contest, turn if contest.moves_projects else f"{turn}_realised", told)


def _facts(
    outcome: Outcome, application: Application, by_places: bool, drawn: Collection[int], rivals: Mapping[int, str]
) -> dict[str, str]:
    """Return what the applicant is told of the outcome."""
    key = outcome.application_id
    return {
        "reason": why(outcome, by_places=by_places, drawn=key in drawn, rival=rivals.get(key, "")),
        "amount": labels.money(application.amount),
        "got": got(outcome),
    }


__all__ = ["count", "publish", "uncounted"]
