"""The count of a contest and each project's outcome with its reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.core import announced, tally
from elka.core.announced import Candidate, Rules
from elka.core.paper import Batch
from elka.errors import Refused, WrongStage
from elka.models.base import Moment
from elka.models.contests import Allot, Contest, ContestStage, VoteKind
from elka.models.paper import PaperBatch, counted_batches
from elka.models.publications import ballots_of, candidates_of, rules_for
from elka.models.votes import valid_ballots, valid_votes


class NotCounted(Refused):
    """There is nothing to publish yet."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Итоги ещё не подсчитаны. Нажмите «Подсчитать», потом публикуйте.")


class CountDiffers(Refused):
    """The ballots and the marks no longer give the result that was counted."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Сверка нашла расхождение с бюллетенями или оценками, поэтому ничего не опубликовано. Подсчитайте ещё раз."
        )


@dataclasses.dataclass(frozen=True)
class Leaving:
    """What a correction leaves out of a count: applications, ballots, batches of paper ballots, by id.

    ``entering``: batches that take the place of those.
    """

    projects: frozenset[int] = frozenset()
    ballots: tuple[int, ...] = ()
    batches: frozenset[int] = frozenset()
    entering: tuple[int, ...] = ()


NOTHING = Leaving()


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
    """What the count says of one application, and why.

    ``votes``: people who voted for it; ``given``: the points that their ballots gave it, where they give more than a vote.
    ``paper``: how many of the ``votes`` are of paper ballots. What is lacking is in what the projects are ranked by. ``paid``: how equal shares bought it (``core.outcomes.Paid``).
    """

    __tablename__ = "outcomes"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["application_id", "contest_id"],
            ["applications.id", "applications.contest_id"],
            name="fk_outcomes_application",
        ),
        sa.UniqueConstraint("contest_id", "rank", deferrable=True, initially="DEFERRED"),
    )

    contest_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    application_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    rank: int
    votes: int
    amount: int = Field(sa_type=sa.BigInteger)
    won: bool
    reason: str
    lacking_votes: int | None = None
    lacking_points: int | None = Field(default=None, sa_type=sa.BigInteger)  # hundredths of a point
    lacking_money: int | None = Field(default=None, sa_type=sa.BigInteger)
    tied_with: list[Any] = Field(default_factory=list, sa_type=JSONB)
    category_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    score: int | None = None  # the commission's, hundredths of 100 points
    # What it was ranked by, where not by votes alone; hundredths of a point, rounded: the count itself is exact.
    points: int | None = Field(default=None, sa_type=sa.BigInteger)
    given: int | None = Field(default=None, sa_type=sa.BigInteger)
    paper: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    paid: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    barred_by: int | None = Field(default=None, sa_type=sa.BigInteger)  # the winner that excludes it

    @property
    def left_before(self) -> int | None:
        """Rubles left of the budget when its turn came; known where the budget was the reason."""
        return None if self.lacking_money is None else self.amount - self.lacking_money


# What a count finds, without when: two counts of the same ballots are equal.
_FOUND = ("rule", "ballots", "votes", "budget", "spent", "min_votes", "seed", "draws", "terms")
_OF_ONE = (
    "application_id",
    "rank",
    "votes",
    "amount",
    "won",
    "reason",
    "lacking_votes",
    "lacking_money",
    "lacking_points",
    "tied_with",
    "category_id",
    "score",
    "points",
    "given",
    "paid",
    "paper",
    "barred_by",
)


def require_countable(contest: Contest) -> None:
    """Raise unless voting has closed and nothing is published yet."""
    if contest.stage in (ContestStage.AWARDED, ContestStage.CLOSED):
        raise WrongStage("Итоги опубликованы: заново их не подсчитывают, а исправляют новой подписанной версией.")
    if contest.stage is not ContestStage.DECISION:
        raise WrongStage("Итоги подводят, когда закончились голосование и оценка комиссии.")


def counted(
    session: Session, contest: Contest, now: datetime, leaving: Leaving = NOTHING
) -> tuple[Count, list[Outcome]]:
    """Count a contest by its own terms from the ballots and the commission's marks; nothing is written.

    ``leaving``: what a correction takes out. The same number of queries for any contest.
    """
    contest_id = contest.id or 0
    rules = rules_for(session, contest)
    candidates = [dataclasses.replace(one, gone=one.id in leaving.projects) for one in candidates_of(session, contest)]
    ids = [one.id for one in candidates]
    there = counted_batches(session, contest_id, entering=leaving.entering)
    batches = [row for row in there if row.id not in leaving.batches]
    paper = [row.batch.among(set(ids)) for row in batches]
    candidates = _voted(session, rules, candidates, paper, leaving)
    asks_ballots = contest.vote_kind.gives_points or contest.count_rule.is_shares
    ballots = None
    if asks_ballots:
        slips = [slip for one in paper for slip in one.slips]
        ballots = ballots_of(session, contest, rules, ids, slips, without=leaving.ballots)
        votes, points = ballots.votes, ballots.points
        candidates = [
            dataclasses.replace(one, votes=votes[one.id], points=None if points is None else points[one.id])
            for one in candidates
        ]
    cast = session.execute(
        sa.select(sa.func.count())
        .select_from(valid_ballots)
        .where(
            valid_ballots.c.contest_id == contest_id,
            valid_ballots.c.picks > 0,
            valid_ballots.c.id.not_in(leaving.ballots),
        )
    ).scalar_one()
    found = announced.count(rules, candidates, ballots)
    count = Count(
        contest_id=contest_id,
        rule=rules.rule,
        counted_at=now,
        ballots=cast + sum(row.ballots for row in batches),
        votes=sum(one.votes for one in candidates),
        budget=contest.budget,
        spent=found.spent,
        min_votes=rules.terms.min_votes,
        seed=found.seed,
        draws=[draw_facts(draw) for draw in found.draws],
        terms=term_facts(rules.terms, rules.names) | share_facts(contest.vote_kind, found, batches),
    )
    on_paper = _sum(one.votes() for one in paper)
    outcomes = [outcome_of(contest_id, one) for one in found.outcomes]
    for outcome in outcomes:
        outcome.paper = on_paper.get(outcome.application_id, 0)
    return count, outcomes


def share_facts(kind: VoteKind, found: tally.Count, batches: Sequence[PaperBatch] = ()) -> dict[str, Any]:
    """Return what is known of the ballots and of equal shares beside the terms; of plain votes there is nothing to add.

    ``paper``: how many ballots are on paper, and in how many batches. ``shares``: of each room its category (None: the common one), what each share was in the end (kopecks), and how many.
    """
    facts: dict[str, Any] = {}
    if kind.gives_points:
        facts["votes"] = kind.value
    if found.shares:
        facts["shares"] = [{"category": key, "share": each, "voters": many} for key, each, many in found.shares]
    if batches:
        facts["paper"] = {"ballots": sum(row.ballots for row in batches), "batches": len(batches)}
    return facts


def _sum(counts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in counts:
        for key, votes in one.items():
            found[key] = found.get(key, 0) + votes
    return found


def term_facts(terms: tally.Terms, names: Mapping[int, str]) -> dict[str, Any]:
    """Return the terms of a count as they are kept; of votes within one budget there is nothing to add.

    ``categories``: those counted by themselves, with what each had to give away. ``exclusive``: groups of applications of
    which at most one could win.
    """
    room = terms.room
    facts: dict[str, Any] = {}
    if terms.by is not tally.By.VOTES:
        facts["by"] = terms.by.value
    if terms.by is tally.By.BOTH:
        facts["public_weight"] = terms.public_weight
    if terms.min_score:
        facts["min_score"] = terms.min_score
    rooms = [one for _, one in terms.parts] + ([room] if room else [])
    if all(one.budget is None for one in rooms):
        facts["allot"] = Allot.PLACES.value
        if room is not None:
            facts["places"] = room.places
    if terms.parts:
        facts["categories"] = [
            {"id": key, "name": names.get(key, ""), "budget": own.budget, "places": own.places}
            for key, own in terms.parts
        ]
    if terms.exclusive:
        facts["exclusive"] = [sorted(group) for group in terms.exclusive]
    return facts


def draw_facts(draw: tally.Draw) -> dict[str, Any]:
    """Return a draw as it is kept: among equal votes, equal points, or (neither) equal prices for their supporters."""
    equal = {"votes": draw.votes, "points": draw.points}
    equal = {name: value for name, value in equal.items() if value is not None}
    return {**equal, "ids": list(draw.ids), "decisive": draw.decisive}


def _voted(
    session: Session, rules: Rules, candidates: Sequence[Candidate], paper: Sequence[Batch], leaving: Leaving
) -> list[Candidate]:
    """Return the projects with their votes, those on paper among them, and their scores where the count asks for them."""
    on_paper = _sum(one.votes() for one in paper)
    votes = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(valid_votes.c.application_id, sa.func.count())
            .where(valid_votes.c.contest_id == rules.contest, valid_votes.c.ballot_id.not_in(leaving.ballots))
            .group_by(valid_votes.c.application_id)
        )
    }
    return [
        dataclasses.replace(
            one,
            votes=votes.get(one.id, 0) + on_paper.get(one.id, 0),
            score=one.score if rules.terms.asks_scores else None,
        )
        for one in candidates
    ]


def outcome_of(contest_id: int, one: tally.Outcome) -> Outcome:
    """Return what the count says of one application as a row."""
    return Outcome(
        contest_id=contest_id,
        application_id=one.id,
        rank=one.rank,
        votes=one.votes if one.people is None else one.people,
        given=None if one.people is None else one.votes,
        amount=one.cost,
        won=one.won,
        reason=one.reason.value,
        lacking_votes=one.lacking_votes,
        lacking_money=one.lacking_money,
        lacking_points=one.lacking_points,
        tied_with=list(one.tied_with),
        category_id=one.category,
        score=one.score,
        points=one.points,
        paid=None if one.paid is None else dataclasses.asdict(one.paid),
        barred_by=one.barred_by,
    )


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


def forget(session: Session, contest_id: int) -> bool:
    """Drop a count that is out of date, unpublished; return whether there was one."""
    there = session.get(Count, contest_id) is not None
    session.execute(sa.delete(Outcome).where(col(Outcome.contest_id) == contest_id))
    session.execute(sa.delete(Count).where(col(Count.contest_id) == contest_id))
    return there
