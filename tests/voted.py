"""A contest that people have voted in: closed by the clock, counted, published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from elka.core.actor import GUEST, SYSTEM
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.models.results import Outcome
from elka.state.lifecycle import advance_due
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories

S, A = ContestStage, ApplicationStatus


@dataclass
class Vote:
    """A contest whose vote is over: four projects with 3, 2, 2 and 1 votes, money for two of them."""

    contest: Contest
    official: Person
    author: Person
    entries: list[Application]
    voters: list[Person]
    receipts: list[str]


def voted(work: Work, votes: tuple[int, ...] = (3, 2, 2, 1), **rules: Any) -> Vote:
    """Let people vote, and close the vote by the clock."""
    official, author = factories.official(work), factories.person(work)
    wanted = {"budget": 700_000, "min_votes": 2, "vote_limit": None, **rules}
    contest = factories.contest(work, official, stage=S.VOTING, **wanted)
    entries = [
        factories.application(
            work, contest, factories.project(work, author, title=f"Проект {number}", stage=ProjectStage.SUBMITTED)
        )
        for number in range(len(votes))
    ]
    voters = [factories.person(work) for _ in range(max(votes))]
    receipts = []
    for place, voter in enumerate(voters):
        work.actor = factories.actor(work, voter)
        picks = [entry.id for entry, count in zip(entries, votes, strict=True) if count > place]
        receipts.append(VotesState._cast(work, contest.id, picks).receipt)
    work.actor = SYSTEM
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.VOTING)).closes_at
    return Vote(contest, official, author, entries, voters, receipts)


def closed(work: Work, *args: Any, **rules: Any) -> Vote:
    """Let the clock close the vote and count it."""
    made = voted(work, *args, **rules)
    assert advance_due(work) == [made.contest.id]
    work.session.flush()
    return made


def published(work: Work, *args: Any, **rules: Any) -> Vote:
    """Publish the results as the official."""
    made = closed(work, *args, **rules)
    work.actor = factories.actor(work, made.official)
    ResultsState._publish(work, made.contest.id)
    work.session.flush()
    work.actor = GUEST
    return made


def outcomes(work: Work) -> list[Outcome]:
    found = work.session.execute(sa.select(Outcome).order_by(Outcome.rank).execution_options(populate_existing=True))
    return list(found.scalars())


def keys(work: Work, prefix: str) -> list[str]:
    found = work.session.execute(
        sa.select(JournalEntry.key).where(JournalEntry.key.startswith(prefix)).order_by(JournalEntry.id)
    )
    return list(found.scalars())
