"""Contests: their rules, stages and dates, and the lifecycle table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Role
from elka.models.base import Moment, big_id, one_of


class ContestKind(StrEnum):
    """Who holds the contest."""

    MUNICIPAL = "municipal"
    REGIONAL = "regional"


class ContestStage(StrEnum):
    """Where a contest is on its way."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    ACCEPTING = "accepting"
    ADMISSION = "admission"
    VOTING = "voting"
    DECISION = "decision"
    AWARDED = "awarded"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PhaseKind(StrEnum):
    """A stage with dates of its own; each may be absent."""

    ACCEPTING = "accepting"
    ADMISSION = "admission"
    VOTING = "voting"
    DECISION = "decision"


_S = ContestStage
# Stages without dates of their own are skipped, so a move may go past them.
NEXT: dict[ContestStage, frozenset[ContestStage]] = {
    _S.DRAFT: frozenset({_S.ANNOUNCED, _S.CANCELLED}),
    _S.ANNOUNCED: frozenset({_S.ACCEPTING, _S.ADMISSION, _S.VOTING, _S.CANCELLED}),
    _S.ACCEPTING: frozenset({_S.ADMISSION, _S.VOTING, _S.DECISION, _S.CANCELLED}),
    _S.ADMISSION: frozenset({_S.VOTING, _S.DECISION, _S.CANCELLED}),
    _S.VOTING: frozenset({_S.DECISION, _S.CANCELLED}),
    _S.DECISION: frozenset({_S.AWARDED, _S.CANCELLED}),
    _S.AWARDED: frozenset({_S.CLOSED, _S.CANCELLED}),
    _S.CLOSED: frozenset(),
    _S.CANCELLED: frozenset(),
}


class Contest(SQLModel, table=True):
    """A contest of projects. Money in whole rubles, shares in percent, ages in full years.

    ``vote_limit`` None: a voter may support any number of projects, one vote each.
    ``draw_seed`` is published with the announcement; ties are drawn from it (trust: votes, 5).
    """

    __tablename__ = "contests"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'municipal') = (municipality_id IS NOT NULL)", name="place_of_kind"),
        sa.CheckConstraint("budget > 0", name="budget_positive"),
        sa.CheckConstraint("vote_limit IS NULL OR vote_limit BETWEEN 1 AND 1000", name="vote_limit_range"),
        sa.CheckConstraint("min_votes >= 0", name="min_votes_not_negative"),
        sa.CheckConstraint("max_share BETWEEN 1 AND 100", name="max_share_range"),
        sa.CheckConstraint("min_cost >= 0 AND max_cost >= min_cost", name="costs_in_order"),
        sa.CheckConstraint("min_age BETWEEN 14 AND 100", name="min_age_range"),
        sa.CheckConstraint("group_min BETWEEN 1 AND 100", name="group_min_range"),
        sa.CheckConstraint("stage <> 'cancelled' OR cancel_reason IS NOT NULL", name="cancel_reason_given"),
        sa.Index("ix_contests_stage", "stage"),
    )

    id: int | None = big_id()
    kind: ContestKind = Field(sa_type=one_of(ContestKind, "kind"))
    municipality_id: int | None = Field(default=None, foreign_key="municipalities.id")
    title: str
    summary: str = ""
    rules: str = ""
    stage: ContestStage = Field(default=ContestStage.DRAFT, sa_type=one_of(ContestStage, "stage"))
    budget: int = Field(sa_type=sa.BigInteger)
    min_cost: int = Field(default=0, sa_type=sa.BigInteger)
    max_cost: int = Field(sa_type=sa.BigInteger)
    max_share: int = 100
    min_age: int = 14
    group_min: int = 1
    vote_limit: int | None = None
    min_votes: int = 0
    may_change_votes: bool = True
    figures_hidden: bool = True
    draw_seed: str | None = None
    created_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    announced_at: datetime | None = Field(default=None, sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    cancel_reason: str | None = None
    version: int = 1

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show drafts only to the officials of the place, the rest to everybody."""
        public = col(cls.announced_at).is_not(None)
        everywhere, places = actor.places_of(Role.OFFICIAL)
        if actor.is_system or everywhere:
            return sa.true()
        if places:
            return sa.or_(public, col(cls.municipality_id).in_(places))
        return public

    def may_edit(self, actor: Actor) -> bool:
        """Whether the actor is an official of the contest's place."""
        return actor.is_system or actor.has(Role.OFFICIAL, self.municipality_id)


class ContestPhase(SQLModel, table=True):
    """The dates of one stage of a contest: from ``opens_at`` (inclusive) to ``closes_at`` (exclusive)."""

    __tablename__ = "contest_phases"
    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="opens_before_closing"),)

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    kind: PhaseKind = Field(primary_key=True, sa_type=one_of(PhaseKind, "kind"))
    opens_at: datetime = Field(sa_type=Moment)
    closes_at: datetime = Field(sa_type=Moment)


class ContestDirection(SQLModel, table=True):
    """A direction that the contest accepts; none at all means every direction."""

    __tablename__ = "contest_directions"

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    direction_id: int = Field(foreign_key="directions.id", primary_key=True)
