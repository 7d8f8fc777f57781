"""What an office keeps for itself: saved views of a table, and exports being made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor
from elka.models.base import Moment, big_id, one_of

VIEW_NAME_MAX = 60
VIEWS_MOST = 30  # of one person in one contest


class SavedView(SQLModel, table=True):
    """A person's own view of a contest's applications: ``query`` is what stands in the address."""

    __tablename__ = "saved_views"
    __table_args__ = (sa.UniqueConstraint("person_id", "contest_id", "name"),)

    id: int | None = big_id()
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    name: str
    query: str
    created_at: datetime = Field(sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show a view to whoever saved it."""
        return col(cls.person_id) == actor.person_id if actor.person_id is not None else sa.false()


class ExportKind(StrEnum):
    """What is being written."""

    TABLE = "table"  # XLSX
    ARCHIVE = "archive"  # ZIP: the table, a PDF of each application, its files


class ExportState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    GOING = "going"
    READY = "ready"
    FAILED = "failed"


class Export(SQLModel, table=True):
    """An export of a contest's applications, made by a job. ``filters``: what the table showed. ``size`` in bytes."""

    __tablename__ = "exports"
    __table_args__ = (sa.Index("ix_exports_contest", "contest_id", "id"),)

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    kind: ExportKind = Field(sa_type=one_of(ExportKind, "kind"))
    state: ExportState = Field(default=ExportState.WAITING, sa_type=one_of(ExportState, "state"))
    filters: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    done: int = 0
    total: int = 0
    size: int | None = Field(default=None, sa_type=sa.BigInteger)
    asked_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    asked_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show an export to whoever asked for it."""
        if actor.is_system:
            return sa.true()
        return col(cls.asked_by) == actor.person_id if actor.person_id is not None else sa.false()
