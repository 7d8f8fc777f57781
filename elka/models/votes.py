"""Ballots and votes. What must never happen here is refused by the database itself.

- one ballot for a voter and contest: a unique key;
- one vote for a ballot and application: the primary key;
- ballot, vote and application are of one contest: composite foreign keys;
- the limit per voter: ``picks`` is kept by a trigger on ``votes`` (the locked ballot row counts), ``pick_limit`` is
  copied from the contest by another, and a check compares them; so it is with ``cost`` and ``cost_limit`` of a knapsack,
  and with ``points`` and ``points_limit`` where points are shared;
- the limits of categories: ``ballot_parts`` counts each category of a ballot in the same way, under the same lock;
- a vote of a ranked ballot has its place, one of shared points has them, and no other has either: a trigger; no place is
  taken twice on a ballot: a unique key;
- nothing enters a closed vote: ballots are cast by ``elka_cast`` (migrations/versions/triggers_0008.sql), which
  judges the contest under a lock that a count takes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from elka.errors import NotFound, Refused
from elka.models.base import Moment, big_id
from elka.models.vote_refusals import (
    BallotAnnulled,
    BallotEmpty,
    Elsewhere,
    ForeignPart,
    NotOnBallot,
    OverPart,
    OverPartPurse,
    OverPoints,
    OverPurse,
    PicksKept,
    ProofNeeded,
    TooManyOfPart,
    TooManyPicks,
    TooYoung,
    Unreadable,
    VotingClosed,
    VotingNotOpen,
)
from elka.models.vote_traces import UNTRACED, Trace, columns, guarded

if TYPE_CHECKING:
    from sqlmodel import Session

MOST_PICKS = 1000  # of an unlimited ballot; no ballot of the region is half as long
MOST_POINTS = 1000  # that a ballot may share
LOCK = 7_235_111  # of casting (shared) and counting (alone); the second key is the contest's id


class Ballot(SQLModel, table=True):
    """One voter's ballot in one contest. ``receipt`` proves that it was counted, never for whom."""

    __tablename__ = "ballots"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "person_id"),
        sa.UniqueConstraint("id", "contest_id"),
        sa.UniqueConstraint("contest_id", "receipt"),
        sa.CheckConstraint("picks >= 0", name="picks_not_negative"),
        sa.CheckConstraint("pick_limit IS NULL OR picks <= pick_limit", name="picks_within_limit"),
        sa.CheckConstraint("cost_limit IS NULL OR cost <= cost_limit", name="cost_within_limit"),
        sa.CheckConstraint("points_limit IS NULL OR points <= points_limit", name="points_within_limit"),
        sa.Index("ix_ballots_person", "person_id"),
        sa.Index("ix_ballots_annulled", "id", postgresql_where=sa.text("annulled_by IS NOT NULL")),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    picks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    pick_limit: int | None = None
    # Of a knapsack only: what the picks cost together and may cost, rubles. Otherwise 0 and None.
    cost: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    cost_limit: int | None = Field(default=None, sa_type=sa.BigInteger)
    # Where points are shared only: what the votes give together and may give. Otherwise 0 and None.
    points: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    points_limit: int | None = None
    receipt: str
    cast_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    # Set by a confirmed annulment alone (models/annulments.py). Figures read ``valid_ballots`` and ``valid_votes``.
    annulled_by: int | None = Field(default=None, foreign_key="annulments.id", sa_type=sa.BigInteger)


class BallotPart(SQLModel, table=True):
    """What a ballot holds of one category that has a limit of its own, kept by the triggers of ``votes``.

    ``pick_limit``: of projects; ``cost_limit``: what they may cost together, rubles (a knapsack), otherwise 0 and None.
    """

    __tablename__ = "ballot_parts"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["ballot_id", "contest_id"], ["ballots.id", "ballots.contest_id"], name="fk_ballot_parts_ballot"
        ),
        sa.ForeignKeyConstraint(
            ["category_id", "contest_id"],
            ["contest_categories.id", "contest_categories.contest_id"],
            name="fk_ballot_parts_category",
        ),
        sa.CheckConstraint("picks >= 0", name="picks_not_negative"),
        sa.CheckConstraint("pick_limit IS NULL OR picks <= pick_limit", name="picks_within_limit"),
        sa.CheckConstraint("cost_limit IS NULL OR cost <= cost_limit", name="cost_within_limit"),
    )

    ballot_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    category_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    contest_id: int = Field(sa_type=sa.BigInteger)
    picks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    pick_limit: int | None = None
    cost: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    cost_limit: int | None = Field(default=None, sa_type=sa.BigInteger)


class Vote(SQLModel, table=True):
    """One vote of a ballot for an application: with its ``place`` (1 is the best) or its ``points``, where a ballot has them."""

    __tablename__ = "votes"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["ballot_id", "contest_id"], ["ballots.id", "ballots.contest_id"], name="fk_votes_ballot"
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "contest_id"],
            ["applications.id", "applications.contest_id"],
            name="fk_votes_application",
        ),
        sa.CheckConstraint("place BETWEEN 1 AND 1000", name="place_range"),
        sa.CheckConstraint("points BETWEEN 1 AND 1000", name="points_range"),
        sa.CheckConstraint("num_nonnulls(place, points) <= 1", name="place_or_points"),
        sa.Index("ix_votes_contest_application", "contest_id", "application_id"),
        sa.Index("uq_votes_place", "ballot_id", "place", unique=True, postgresql_where=sa.text("place IS NOT NULL")),
    )

    ballot_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    application_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    contest_id: int = Field(sa_type=sa.BigInteger)
    place: int | None = Field(default=None, sa_type=sa.SmallInteger)
    points: int | None = Field(default=None, sa_type=sa.SmallInteger)


# What counts, annulled ballots left out: views of the database (migrations/versions/triggers_0006.sql).
valid_ballots = sa.table(
    "valid_ballots", *(sa.column(name, sa.BigInteger) for name in ("id", "contest_id", "person_id", "picks"))
)
valid_votes = sa.table(
    "valid_votes", *(sa.column(name, sa.BigInteger) for name in ("ballot_id", "application_id", "contest_id"))
)


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot as it stands after casting. ``answer``: new, changed, empty (taken back), or same (nothing written)."""

    contest_id: int
    receipt: str
    answer: str

    @property
    def changed(self) -> bool:
        """Whether this very call wrote something."""
        return self.answer != "same"


_REFUSALS: dict[str, Callable[[Any], Refused]] = {
    "missing": lambda _: NotFound(),
    "soon": lambda row: VotingNotOpen(row.opens),
    "closed": lambda row: VotingClosed(row.closes),
    "young": lambda row: TooYoung(row.youngest),
    "elsewhere": lambda _: Elsewhere(),
    "empty": lambda _: BallotEmpty(),
    "limit": lambda row: TooManyPicks(row.most),
    "purse": lambda row: OverPurse(row.cost, row.purse),
    "points": lambda row: OverPoints(row.given, row.share),
    "part": lambda row: TooManyOfPart(row.part, row.part_picks, row.part_most),
    "part_purse": lambda row: OverPartPurse(row.part, row.part_cost, row.part_purse),
    "foreign": lambda row: ForeignPart(row.part),
    "shape": lambda _: Unreadable(),
    "strange": lambda row: NotOnBallot(row.culprit),
    "kept": lambda row: PicksKept(row.culprit),
}
_CAST = guarded("elka_cast(:contest, w.voter, w.age, w.chosen, w.points, w.receipt, w.now)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A whole ballot that is to be cast: ``chosen`` are ids of applications, distinct.

    Where a ballot is ranked they are in the order of preference; where points are shared, ``points`` are what each gets.
    The caller has made sure who the voter is. ``receipt`` is used if there is no ballot yet.
    """

    voter: int
    age: int
    chosen: Sequence[int]
    points: Sequence[int] | None
    receipt: str
    now: datetime
    trace: Trace = UNTRACED


def cast_ballots(session: Session, contest_id: int, wanted: Sequence[Wanted]) -> list[Cast | Refused]:
    """Cast ballots of different voters in one round trip; write the journal. The same ballot twice changes nothing.

    Returns for each how it stands, or why it was refused (NotFound, ProofNeeded, a refusal of this module): nothing was
    written of that one. Raises what the database itself refuses: nothing was written of any.
    """
    values = {
        "contest": contest_id,
        "voters": [one.voter for one in wanted],
        "ages": [one.age for one in wanted],
        "picks": [_array(one.chosen) for one in wanted],
        "shares": [None if one.points is None else _array(one.points) for one in wanted],
        "receipts": [one.receipt for one in wanted],
        "moments": [one.now for one in wanted],
    }
    rows = session.connection().execute(_CAST, values | columns([one.trace for one in wanted]))
    return [_answer(contest_id, one, row) for one, row in zip(wanted, rows, strict=True)]


def cast_ballot(session: Session, contest_id: int, wanted: Wanted) -> Cast:
    """Cast one ballot. Raises NotFound, ProofNeeded and the refusals of this module."""
    try:
        [answer] = cast_ballots(session, contest_id, [wanted])
    except sa.exc.IntegrityError as error:
        if "annulled ballot stands" in str(error.orig):
            raise BallotAnnulled from error
        if "ck_ballots_picks_within_limit" in str(error.orig):
            raise TooManyPicks(len(wanted.chosen) - 1) from error
        if "ck_ballot_parts_" in str(error.orig):
            raise OverPart from error
        raise
    if isinstance(answer, Refused):
        raise answer
    return answer


def _answer(contest_id: int, wanted: Wanted, row: Any) -> Cast | Refused:
    if row.annulled:
        return BallotAnnulled()
    if row.answer is None:
        return ProofNeeded(row.why)
    if row.answer in {"new", "changed", "same"}:
        return Cast(contest_id, row.receipt, row.answer if wanted.chosen or row.answer == "same" else "empty")
    return _REFUSALS[row.answer](row)


def _array(numbers: Sequence[int]) -> str:
    """Write an array as PostgreSQL reads it: arrays of different lengths cannot be sent as one of arrays."""
    return f"{{{','.join(map(str, numbers))}}}"


def hold_casting(session: Session, contest_id: int) -> None:
    """Wait for the ballots that are being cast, and let no other in until this transaction ends."""
    session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, contest_id)))
