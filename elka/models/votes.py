"""Ballots and votes. What must never happen here is refused by the database itself.

- one ballot for a voter and contest: a unique key;
- one vote for a ballot and application: the primary key;
- ballot, vote and application are of one contest: composite foreign keys;
- the limit per voter: ``picks`` is kept by a trigger on ``votes`` (the locked ballot row counts), ``pick_limit`` is
  copied from the contest by another, and a check compares them.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from elka.models.base import Moment, big_id


class Ballot(SQLModel, table=True):
    """One voter's ballot in one contest. ``receipt`` proves that it was counted, never for whom."""

    __tablename__ = "ballots"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "person_id"),
        sa.UniqueConstraint("id", "contest_id"),
        sa.UniqueConstraint("contest_id", "receipt"),
        sa.CheckConstraint("picks >= 0", name="picks_not_negative"),
        sa.CheckConstraint("pick_limit IS NULL OR picks <= pick_limit", name="picks_within_limit"),
        sa.Index("ix_ballots_person", "person_id"),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    picks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    pick_limit: int | None = None
    receipt: str
    cast_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class Vote(SQLModel, table=True):
    """One vote of a ballot for an application."""

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
        sa.Index("ix_votes_contest_application", "contest_id", "application_id"),
    )

    ballot_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    application_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    contest_id: int = Field(sa_type=sa.BigInteger)
