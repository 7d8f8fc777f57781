"""Letters that the site sends: written in the same transaction as their cause, sent by a job after it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from elka.models.base import Moment, big_id


class Mail(SQLModel, table=True):
    """One letter. ``message_id`` is fixed when written, so that a repeated delivery can be recognised."""

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_waiting", "id", postgresql_where=sa.text("sent_at IS NULL")),)

    id: int | None = big_id()
    person_id: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    to_address: str
    subject: str
    body: str
    message_id: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    error: str | None = None
