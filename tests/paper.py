"""Batches of paper ballots of a contest: entered by one official, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.db import Work
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.paper import PaperBatch
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.models.results import Outcome
from elka.state.lifecycle import advance_due
from elka.state.paper import PaperState
from tests import factories


@dataclass
class Made:
    contest: Contest
    first: Person
    second: Person
    ids: list[int]
    numbers: list[int]


def made(work: Work, stage: ContestStage = ContestStage.VOTING, **rules: Any) -> Made:
    first, second, author = factories.official(work), factories.official(work), factories.person(work)
    wanted = {"budget": 600_000, "vote_limit": 2, "min_votes": 0, "paper": True, **rules}
    contest = factories.contest(work, first, stage=stage, **wanted)
    entries = [
        factories.application(work, contest, factories.project(work, author, stage=ProjectStage.SUBMITTED))
        for _ in range(3)
    ]
    return Made(contest, first, second, [one.id or 0 for one in entries], [one.number or 0 for one in entries])


def do(work: Work, who: Person, flow: Callable[..., Any], *args: Any) -> Any:
    work.actor = factories.actor(work, who)
    try:
        found = flow(work, *args)
        work.session.flush()
        return found
    finally:
        work.actor = SYSTEM


def batch(work: Work, batch_id: int) -> PaperBatch:
    return work.session.get_one(PaperBatch, batch_id, populate_existing=True)


def typed(work: Work, one: Made, text: str, ballots: int, *, kind: str = "ballots", spoiled: int = 0) -> int:
    """Enter a batch and send it to a second person."""
    key = do(work, one.first, PaperState._start, one.contest.id, {"place": "ДК, урна 1", "kind": kind})
    form = {"text": text, "ballots": str(ballots), "spoiled": str(spoiled), "send": "yes"}
    do(work, one.first, PaperState._save, key, form)
    return int(key)


def confirmed(work: Work, one: Made, text: str, ballots: int, **more: Any) -> int:
    key = typed(work, one, text, ballots, **more)
    figures = {"own_ballots": str(ballots), "own_spoiled": str(more.get("spoiled", 0))}
    do(work, one.second, PaperState._confirm, key, figures)
    return key


def line(*numbers: int) -> str:
    return " ".join(map(str, numbers))


def closed(work: Work, one: Made) -> None:
    work.now = work.session.get_one(ContestPhase, (one.contest.id, PhaseKind.VOTING)).closes_at
    assert one.contest.id in advance_due(work)
    work.session.flush()


def outcomes(work: Work, one: Made) -> list[tuple[int, int, int]]:
    """Place in the contest, votes, votes on paper."""
    found = work.session.execute(
        sa.select(Outcome).where(Outcome.contest_id == one.contest.id).execution_options(populate_existing=True)
    ).scalars()
    return sorted((one.ids.index(row.application_id), row.votes, row.paper) for row in found)
