"""The count of a contest and each project's outcome with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.core import tally
from elka.errors import Refused, WrongStage
from elka.models.applications import ON_BALLOT, Application
from elka.models.base import Moment
from elka.models.contests import Contest, ContestStage
from elka.models.votes import Ballot, Vote

GREEDY = "greedy"


class NotCounted(Refused):
    """There is nothing to publish yet."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Голоса ещё не подсчитаны. Нажмите «Подсчитать», потом публикуйте.")


class CountDiffers(Refused):
    """The ballots no longer give the result that was counted."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Сверка нашла расхождение с бюллетенями, поэтому ничего не опубликовано. Подсчитайте ещё раз.")


class Count(SQLModel, table=True):
    """One count: by which rule, from how many ballots, with which seed for ties. Money in whole rubles."""

    __tablename__ = "counts"

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    rule: str
    counted_at: datetime = Field(sa_type=Moment)
    ballots: int
    votes: int
    budget: int = Field(sa_type=sa.BigInteger)
    spent: int = Field(sa_type=sa.BigInteger)
    min_votes: int
    seed: str
    draws: list[Any] = Field(default_factory=list, sa_type=JSONB)
    # Other terms of the rule: what was ranked by, places, categories; empty for votes within one budget.
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"})


class Outcome(SQLModel, table=True):
    """What the count says of one application, and why."""

    __tablename__ = "outcomes"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["application_id", "contest_id"],
            ["applications.id", "applications.contest_id"],
            name="fk_outcomes_application",
        ),
        sa.UniqueConstraint("contest_id", "rank"),
    )

    contest_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    application_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    rank: int
    votes: int
    amount: int = Field(sa_type=sa.BigInteger)
    won: bool
    reason: str
    lacking_votes: int | None = None
    lacking_money: int | None = Field(default=None, sa_type=sa.BigInteger)
    tied_with: list[Any] = Field(default_factory=list, sa_type=JSONB)
    category_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    score: int | None = None  # the commission's, hundredths of 100 points
    points: int | None = Field(default=None, sa_type=sa.BigInteger)  # what it was ranked by, where not by votes alone

    @property
    def left_before(self) -> int | None:
        """Rubles left of the budget when its turn came; known where the budget was the reason."""
        return None if self.lacking_money is None else self.amount - self.lacking_money


# What a count finds, without when: two counts of the same ballots are equal.
_FOUND = ("rule", "ballots", "votes", "budget", "spent", "min_votes", "seed", "draws")
_OF_ONE = (
    "application_id",
    "rank",
    "votes",
    "amount",
    "won",
    "reason",
    "lacking_votes",
    "lacking_money",
    "tied_with",
)


def require_countable(contest: Contest) -> None:
    """Raise unless voting has closed and nothing is published yet."""
    if contest.stage in (ContestStage.AWARDED, ContestStage.CLOSED):
        raise WrongStage("Итоги опубликованы и больше не меняются.")
    if contest.stage is not ContestStage.DECISION:
        raise WrongStage("Итоги подводят, когда голосование закрыто.")


def counted(session: Session, contest: Contest, now: datetime) -> tuple[Count, list[Outcome]]:
    """Count the ballots of a contest by its own rules; nothing is written. Two queries and one for the ballots."""
    votes = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(col(Vote.application_id), sa.func.count())
            .where(col(Vote.contest_id) == contest.id)
            .group_by(col(Vote.application_id))
        )
    }
    entries = [
        tally.Entry(row[0], row[1], votes.get(row[0], 0))
        for row in session.execute(
            sa.select(col(Application.id), col(Application.amount)).where(
                col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT)
            )
        )
    ]
    ballots = session.execute(
        sa.select(sa.func.count())
        .select_from(Ballot)
        .where(col(Ballot.contest_id) == contest.id, col(Ballot.picks) > 0)
    ).scalar_one()
    found = tally.greedy(entries, budget=contest.budget, min_votes=contest.min_votes, seed=contest.draw_seed or "")
    count = Count(
        contest_id=contest.id or 0,
        rule=GREEDY,
        counted_at=now,
        ballots=ballots,
        votes=sum(entry.votes for entry in entries),
        budget=contest.budget,
        spent=found.spent,
        min_votes=contest.min_votes,
        seed=found.seed,
        draws=[{"votes": draw.votes, "ids": list(draw.ids), "decisive": draw.decisive} for draw in found.draws],
    )
    outcomes = [
        Outcome(
            contest_id=contest.id or 0,
            application_id=one.id,
            rank=one.rank,
            votes=one.votes,
            amount=one.cost,
            won=one.won,
            reason=one.reason.value,
            lacking_votes=one.lacking_votes,
            lacking_money=one.lacking_money,
            tied_with=list(one.tied_with),
        )
        for one in found.outcomes
    ]
    return count, outcomes


def kept(session: Session, contest_id: int) -> tuple[Count | None, list[Outcome]]:
    """Return the count as it was written, its outcomes in rank order."""
    count = session.get(Count, contest_id, populate_existing=True)
    outcomes = session.execute(
        sa.select(Outcome)
        .where(col(Outcome.contest_id) == contest_id)
        .order_by(col(Outcome.rank))
        .execution_options(populate_existing=True)
    ).scalars()
    return count, list(outcomes)


def same(one: tuple[Count | None, list[Outcome]], other: tuple[Count | None, list[Outcome]]) -> bool:
    """Whether two counts say the same of everything."""

    def facts(count: Count | None, outcomes: list[Outcome]) -> object:
        head = None if count is None else [getattr(count, name) for name in _FOUND]
        return head, [[getattr(row, name) for name in _OF_ONE] for row in outcomes]

    return facts(*one) == facts(*other)


def replace(session: Session, count: Count, outcomes: list[Outcome]) -> None:
    """Write a count in place of a former one."""
    session.execute(sa.delete(Outcome).where(col(Outcome.contest_id) == count.contest_id))
    session.execute(sa.delete(Count).where(col(Count.contest_id) == count.contest_id))
    session.add(count)
    session.add_all(outcomes)
    session.flush()
