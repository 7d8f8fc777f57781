"""Projects: an idea and the project that grows from it are one record with a lifecycle."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor
from elka.models.base import Moment, big_id, one_of

TITLE_MAX = 120


class ProjectStage(StrEnum):
    """Where a project is on its way."""

    IDEA = "idea"
    PROJECT = "project"
    SUBMITTED = "submitted"
    SUPPORTED = "supported"
    REALISING = "realising"
    REALISED = "realised"
    ARCHIVED = "archived"


# A project that did not win goes back to PROJECT and may be submitted again.
NEXT: dict[ProjectStage, frozenset[ProjectStage]] = {
    ProjectStage.IDEA: frozenset({ProjectStage.PROJECT, ProjectStage.ARCHIVED}),
    ProjectStage.PROJECT: frozenset({ProjectStage.SUBMITTED, ProjectStage.IDEA, ProjectStage.ARCHIVED}),
    ProjectStage.SUBMITTED: frozenset({ProjectStage.PROJECT, ProjectStage.SUPPORTED}),
    ProjectStage.SUPPORTED: frozenset({ProjectStage.REALISING}),
    ProjectStage.REALISING: frozenset({ProjectStage.REALISED}),
    ProjectStage.REALISED: frozenset(),
    ProjectStage.ARCHIVED: frozenset({ProjectStage.IDEA}),
}

IN_REGISTRY = (ProjectStage.SUPPORTED, ProjectStage.REALISING, ProjectStage.REALISED)


class Source(StrEnum):
    """Where the money, goods or labour of a budget line come from."""

    REGION = "region"
    MUNICIPALITY = "municipality"
    RESIDENTS = "residents"
    LEGAL_ENTITIES = "legal_entities"
    IN_KIND = "in_kind"


class Project(SQLModel, table=True):
    """An idea or project of residents. Money in whole rubles. Private until ``published_at``."""

    __tablename__ = "projects"
    __table_args__ = (
        sa.Index("ix_projects_listed", "published_at", "id"),
        sa.Index("ix_projects_stage_settlement", "stage", "settlement_id"),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 160", name="title_length"),
        sa.CheckConstraint("granted IS NULL OR granted >= 0", name="granted_not_negative"),
        sa.CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
    )

    id: int | None = big_id()
    author_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    title: str
    summary: str = ""
    problem: str = ""
    outcome: str = ""
    address: str = ""
    direction_id: int = Field(foreign_key="directions.id", index=True)
    settlement_id: int = Field(foreign_key="settlements.id", index=True)
    stage: ProjectStage = Field(default=ProjectStage.IDEA, sa_type=one_of(ProjectStage, "stage"))
    starts_on: date | None = None
    ends_on: date | None = None
    cover_photo_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    supported_at: datetime | None = Field(default=None, sa_type=Moment)
    realised_on: date | None = None
    granted: int | None = Field(default=None, sa_type=sa.BigInteger)
    won_contest_id: int | None = Field(default=None, foreign_key="contests.id", sa_type=sa.BigInteger)
    version: int = 1

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show published ones to everybody, all of their own (author or group) to the people of the project."""
        if actor.is_system:
            return sa.true()
        public = col(cls.published_at).is_not(None)
        if actor.person_id is None:
            return public
        mine = sa.exists().where(
            col(GroupMember.project_id) == col(cls.id),
            col(GroupMember.person_id) == actor.person_id,
            col(GroupMember.declined_at).is_(None),
        )
        return sa.or_(public, col(cls.author_id) == actor.person_id, mine)


class GroupMember(SQLModel, table=True):
    """A person of the initiative group; counts only when they confirmed it themselves."""

    __tablename__ = "group_members"

    project_id: int = Field(foreign_key="projects.id", primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="people.id", primary_key=True, sa_type=sa.BigInteger, index=True)
    duty: str = ""
    invited_at: datetime = Field(sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    declined_at: datetime | None = Field(default=None, sa_type=Moment)


class BudgetLine(SQLModel, table=True):
    """One line of a project's budget: what, how much, from whom. ``amount`` in whole rubles."""

    __tablename__ = "budget_lines"
    __table_args__ = (
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.UniqueConstraint("project_id", "position", deferrable=True, initially="DEFERRED"),
    )

    id: int | None = big_id()
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger)
    position: int
    name: str
    quantity: str = ""
    amount: int = Field(sa_type=sa.BigInteger)
    source: Source = Field(sa_type=one_of(Source, "source"))


class Photo(SQLModel, table=True):
    """A photo of a project, re-encoded on arrival; the file is named by ``key`` (SHA-256 of its bytes)."""

    __tablename__ = "photos"

    id: int | None = big_id()
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger, index=True)
    author_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    key: str
    width: int
    height: int
    alt: str = ""
    created_at: datetime = Field(sa_type=Moment)
