"""People, what they agreed to, how they sign in, and what was granted to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Grant, Role
from elka.models.base import Moment, big_id, one_of
from elka.models.places import Settlement

if TYPE_CHECKING:
    from sqlmodel import Session


class ConsentKind(StrEnum):
    """What a person agrees to; each is a document of its own (152-ФЗ)."""

    PERSONAL_DATA = "personal_data"
    PUBLICATION = "publication"
    REPRESENTATIVE = "representative"
    RULES = "rules"


class TokenKind(StrEnum):
    """What a one-time token opens."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a kind of token, not a password
    ENTER = "enter"


class Person(SQLModel, table=True):
    """A resident with an account. Contacts and birth date never reach anyone but the person and those on duty."""

    __tablename__ = "people"
    __table_args__ = (
        sa.Index("uq_people_email", "email", unique=True, postgresql_where=sa.text("erased_at IS NULL")),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: int | None = big_id()
    last_name: str
    first_name: str
    patronymic: str = ""
    settlement_id: int = Field(foreign_key="settlements.id", index=True)
    email: str
    phone: str
    password_hash: str
    birth_date: date
    created_at: datetime = Field(sa_type=Moment, index=True)
    email_confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    erased_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def name(self) -> str:
        """First name and surname, as shown to others."""
        return f"{self.first_name} {self.last_name}"

    @property
    def full_name(self) -> str:
        """Surname, name and patronymic, as in papers."""
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


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


class SignIn(SQLModel, table=True):
    """A signed-in browser. The cookie holds a random token, this row only its hash."""

    __tablename__ = "sign_ins"

    id: int | None = big_id()
    token_hash: bytes = Field(unique=True)
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    user_agent: str = ""
    address: str = ""


class OneTimeToken(SQLModel, table=True):
    """A link or ticket that opens one thing once; kept as a hash."""

    __tablename__ = "one_time_tokens"

    id: int | None = big_id()
    kind: TokenKind = Field(sa_type=one_of(TokenKind, "kind"))
    token_hash: bytes = Field(unique=True)
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class RoleGrant(SQLModel, table=True):
    """A duty granted by someone, at a time, for a municipality (None: the region); ended by revoking."""

    __tablename__ = "role_grants"
    __table_args__ = (
        sa.Index(
            "uq_role_grants_standing",
            "person_id",
            "role",
            sa.text("coalesce(municipality_id, 0)"),
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: int | None = big_id()
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    role: Role = Field(sa_type=one_of(Role, "role"))
    municipality_id: int | None = Field(default=None, foreign_key="municipalities.id")
    granted_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    granted_at: datetime = Field(sa_type=Moment)
    revoked_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


_GRANTS = (
    sa.select(
        sa.func.array_agg(
            sa.func.concat(sa.cast(sa.column("role"), sa.Text), ":", sa.func.coalesce(sa.column("municipality_id"), 0))
        )
    )
    .select_from(sa.text("role_grants"))
    .where(sa.text("role_grants.person_id = people.id AND role_grants.revoked_at IS NULL"))
    .scalar_subquery()
)

_ACTOR: sa.Select[Any] = (
    sa.select(
        col(SignIn.id),
        col(Person.id),
        col(Person.birth_date),
        col(Person.email_confirmed_at),
        col(Person.verified_at),
        col(Person.settlement_id),
        col(Settlement.municipality_id),
        _GRANTS,
    )
    .join_from(SignIn, Person, col(Person.id) == col(SignIn.person_id))
    .join(Settlement, col(Settlement.id) == col(Person.settlement_id))
    .where(
        col(SignIn.token_hash) == sa.bindparam("token_hash"),
        col(SignIn.revoked_at).is_(None),
        col(SignIn.expires_at) > sa.bindparam("now"),
        col(Person.erased_at).is_(None),
    )
)


def actor_of(session: Session, token_hash: bytes, now: datetime) -> Actor | None:
    """Return who holds this sign-in, in one query; None for an unknown, ended or revoked one."""
    row = session.connection().execute(_ACTOR, {"token_hash": token_hash, "now": now}).first()
    if row is None:
        return None
    grants = []
    for text in row[7] or ():
        role, _, place = text.partition(":")
        grants.append(Grant(Role(role), int(place) or None))
    return Actor(
        person_id=row[1],
        sign_in_id=row[0],
        grants=frozenset(grants),
        birth_date=row[2],
        confirmed=row[3] is not None,
        verified=row[4] is not None,
        settlement_id=row[5],
        municipality_id=row[6],
    )
