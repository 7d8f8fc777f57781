"""The journal of events: append-only (a trigger refuses changes), sealed into a hash chain by a job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from elka.models.base import Moment, big_id


class JournalEntry(SQLModel, table=True):
    """Who did what to which record. ``facts`` hold no contacts, tokens or picks of a ballot."""

    __tablename__ = "journal"
    __table_args__ = (sa.Index("ix_journal_subject", "subject_kind", "subject_id"),)

    id: int | None = big_id()
    at: datetime = Field(sa_type=Moment)
    actor_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    key: str
    subject_kind: str
    subject_id: int = Field(sa_type=sa.BigInteger)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)


class JournalSeal(SQLModel, table=True):
    """One link of the chain: ``hash`` covers the previous link and the entry."""

    __tablename__ = "journal_seals"

    position: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    entry_id: int = Field(foreign_key="journal.id", unique=True, sa_type=sa.BigInteger)
    hash: bytes
