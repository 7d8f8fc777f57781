"""What an applicant has filled in beside the project: answers, files, remarks at the fields, appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.models.base import Moment, big_id

REMARK_MAX = 1000
APPEAL_MIN = 20
APPEAL_MAX = 3000
NAME_MAX = 160


class Answer(SQLModel, table=True):
    """The answer to one field of the template, as ``core/formspec`` reads it. ``version`` counts its changes."""

    __tablename__ = "answers"

    application_id: int = Field(foreign_key="applications.id", primary_key=True, sa_type=sa.BigInteger)
    key: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_type=JSONB(none_as_null=False))
    version: int = 1
    changed_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    changed_at: datetime = Field(sa_type=Moment)


class Attachment(SQLModel, table=True):
    """A file of an application. Its bytes lie under ``sha256`` and are never changed; a removed one stays for revisions.

    ``size`` in bytes; ``media_type`` is told by the bytes.
    """

    __tablename__ = "attachments"
    __table_args__ = (sa.Index("ix_attachments_application", "application_id", "key"),)

    id: int | None = big_id()
    application_id: int = Field(foreign_key="applications.id", sa_type=sa.BigInteger)
    key: str
    name: str
    media_type: str
    size: int = Field(sa_type=sa.BigInteger)
    sha256: str
    created_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class Remark(SQLModel, table=True):
    """What the office asks to correct in one field (``key`` "" for the whole). ``sent_at`` None: not sent yet.

    ``revision``: what it was written about.
    """

    __tablename__ = "remarks"
    __table_args__ = (sa.Index("ix_remarks_application", "application_id"),)

    id: int | None = big_id()
    application_id: int = Field(foreign_key="applications.id", sa_type=sa.BigInteger)
    revision: int
    key: str = ""
    text: str
    written_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    written_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class Appeal(SQLModel, table=True):
    """An applicant's objection to a rejection, and its answer. ``upheld`` True: the applicant was right."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.Index("uq_appeals_open", "application_id", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (upheld IS NULL) AND (decided_at IS NULL OR coalesce(answer, '') <> '')",
            name="decided_whole",
        ),
    )

    id: int | None = big_id()
    application_id: int = Field(foreign_key="applications.id", sa_type=sa.BigInteger, index=True)
    text: str
    filed_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    filed_at: datetime = Field(sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    upheld: bool | None = None
    answer: str | None = None


def answers_of(session: Session, application_id: int) -> dict[str, Any]:
    """Return the answers of an application by key."""
    rows = session.execute(
        sa.select(col(Answer.key), col(Answer.value)).where(col(Answer.application_id) == application_id)
    )
    return {row[0]: row[1] for row in rows}
