"""Sealing the ballots of a contest when its vote closes: the hash root goes into the journal before anything is told."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.core.lifecycle import ContestStage, PhaseKind, by_kind, judging
from elka.db import Work
from elka.models.contests import Contest, ContestPhase, phases_of
from elka.models.judging import has_vote
from elka.models.publications import BallotsChanged, Publication, sealed, turnout_of
from elka.models.votes import hold_casting
from elka.settings import settings

_AFTER_VOTING = (ContestStage.EXPERT, ContestStage.DECISION, ContestStage.AWARDED, ContestStage.CLOSED)


def unsealed(work: Work) -> list[int]:
    """Return the contests whose vote is over and whose ballots are not sealed yet."""
    there = sa.exists().where(col(Publication.contest_id) == col(Contest.id))
    voted = sa.exists().where(
        col(ContestPhase.contest_id) == col(Contest.id), col(ContestPhase.kind) == PhaseKind.VOTING
    )
    found = work.session.execute(
        sa.select(Contest).where(col(Contest.stage).in_(_AFTER_VOTING), voted, ~there).order_by(col(Contest.id))
    ).scalars()
    return [contest.id or 0 for contest in found if _is_over(work, contest)]


def _is_over(work: Work, contest: Contest) -> bool:
    """Whether the vote is behind: a commission may work before it too."""
    if contest.stage is not ContestStage.EXPERT:
        return True
    return judging(phases_of(work.session, contest.id or 0))[0].kind is PhaseKind.VOTING


def seal(work: Work, contest_id: int) -> Publication:
    """Fix the ballots of a contest whose vote is over: the root into the journal, the turnout beside it.

    Done once; what was sealed is returned as it is.
    """
    hold_casting(work.session, contest_id)
    known = work.session.get(Publication, contest_id)
    if known is not None:
        return known
    contest = work.session.get_one(Contest, contest_id)
    found = sealed(work.session, contest, settings().key())
    voting = by_kind(phases_of(work.session, contest_id))[PhaseKind.VOTING]
    made = Publication(
        contest_id=contest_id,
        root=found.root,
        ballots=len(found.lines),
        sealed_at=work.now,
        turnout=turnout_of(work.session, contest, clock.local(voting.closes_at).date(), settings().key()),
    )
    work.session.add(made)
    work.session.flush()
    work.record("ballots.sealed", "contest", contest_id, root=made.root, ballots=made.ballots)
    return made


def require_sealed(work: Work, contest: Contest) -> str:
    """Return the root of a contest's ballots, "" where nobody votes; raise BallotsChanged unless they give it now."""
    contest_id = contest.id or 0
    if not has_vote(phases_of(work.session, contest_id)):
        return ""
    known = seal(work, contest_id)
    if sealed(work.session, contest, settings().key()).root != known.root:
        raise BallotsChanged
    return known.root
