"""Consents: documents that never change once published, and who agreed to which version (152-ФЗ, статьи 9 и 10.1)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.models.base import Moment, big_id, one_of

if TYPE_CHECKING:
    from sqlmodel import Session


class ConsentKind(StrEnum):
    """What a person agrees to; each is a document of its own (152-ФЗ)."""

    PERSONAL_DATA = "personal_data"
    PUBLICATION = "publication"
    REPRESENTATIVE = "representative"
    RULES = "rules"

    @property
    def slug(self) -> str:
        """The last part of the document's address."""
        return self.value.replace("_", "-")


class ConsentDocument(SQLModel, table=True):
    """One version of a consent text; never changed once published (a trigger refuses it)."""

    __tablename__ = "consent_documents"
    __table_args__ = (sa.UniqueConstraint("kind", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: ConsentKind = Field(sa_type=one_of(ConsentKind, "kind"))
    version: int
    title: str
    text: str
    sha256: str
    published_at: datetime = Field(sa_type=Moment)

    @classmethod
    def newest(cls, session: Session) -> dict[ConsentKind, Self]:
        """Return the document in force of each kind."""
        rows = session.execute(sa.select(cls).order_by(col(cls.version))).scalars()
        return {row.kind: row for row in rows}  # the last of each kind stays


class Consent(SQLModel, table=True):
    """A person's agreement with one version of a document; for 14-17 with the representative who gave theirs."""

    __tablename__ = "consents"
    __table_args__ = (
        sa.Index(
            "uq_consents_standing",
            "person_id",
            "document_id",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: int | None = big_id()
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    document_id: int = Field(foreign_key="consent_documents.id")
    given_at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    representative_name: str | None = None
    representative_phone: str | None = None

    @classmethod
    def of(cls, session: Session, person_id: int) -> list[tuple[Self, ConsentDocument]]:
        """Return all consents of a person with their documents, newest first."""
        query = (
            sa.select(cls, ConsentDocument)
            .join(ConsentDocument, col(ConsentDocument.id) == col(cls.document_id))
            .where(col(cls.person_id) == person_id)
            .order_by(col(cls.given_at).desc(), col(cls.id).desc())
        )
        return [(consent, document) for consent, document in session.execute(query)]

    def withdraw(self, now: datetime) -> None:
        """End the consent; a second time changes nothing."""
        if self.withdrawn_at is None:
            self.withdrawn_at = now
