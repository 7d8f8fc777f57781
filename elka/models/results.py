"""The count of a contest and each project's outcome with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from elka.models.base import Moment


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
