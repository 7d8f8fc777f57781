"""Applications: a project's entry into a contest, with the revisions that were submitted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from elka.models.base import Moment, big_id, one_of


class ApplicationStatus(StrEnum):
    """Where an application is on its way."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    WON = "won"
    LOST = "lost"


_A = ApplicationStatus
NEXT: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    _A.SUBMITTED: frozenset({_A.RETURNED, _A.ADMITTED, _A.REJECTED, _A.WITHDRAWN}),
    _A.RETURNED: frozenset({_A.SUBMITTED, _A.REJECTED, _A.WITHDRAWN}),
    _A.ADMITTED: frozenset({_A.WON, _A.LOST, _A.WITHDRAWN}),
    _A.REJECTED: frozenset(),
    _A.WITHDRAWN: frozenset(),
    _A.WON: frozenset(),
    _A.LOST: frozenset(),
}

STANDING = (_A.SUBMITTED, _A.RETURNED, _A.ADMITTED, _A.WON, _A.LOST)
ON_BALLOT = (_A.ADMITTED, _A.WON, _A.LOST)


class Application(SQLModel, table=True):
    """A project in a contest. ``cost`` is all of the budget, ``amount`` what is asked from the contest, rubles."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.UniqueConstraint("id", "contest_id"),
        sa.UniqueConstraint("contest_id", "number"),
        sa.Index(
            "uq_applications_standing",
            "contest_id",
            "project_id",
            unique=True,
            postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected')"),
        ),
        sa.CheckConstraint("amount > 0 AND cost >= amount", name="amounts_in_order"),
        sa.CheckConstraint("status NOT IN ('rejected', 'returned') OR coalesce(ground, '') <> ''", name="ground_given"),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger, index=True)
    number: int
    status: ApplicationStatus = Field(sa_type=one_of(ApplicationStatus, "status"))
    revision: int = 1
    cost: int = Field(sa_type=sa.BigInteger)
    amount: int = Field(sa_type=sa.BigInteger)
    submitted_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    submitted_at: datetime = Field(sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    ground: str | None = None


class Revision(SQLModel, table=True):
    """What was submitted, as it was: the project's texts and budget on that day. Never changed."""

    __tablename__ = "revisions"

    application_id: int = Field(foreign_key="applications.id", primary_key=True, sa_type=sa.BigInteger)
    number: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_type=JSONB)
    submitted_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    submitted_at: datetime = Field(sa_type=Moment)
