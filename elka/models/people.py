"""People: who has an account, from what age, and what stays of it when it is erased."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Role
from elka.core.identifiers import age_on
from elka.models.base import Moment, big_id

if TYPE_CHECKING:
    from sqlmodel import Session

YOUNGEST = 14  # 152-ФЗ and the rules of contests: from 14 with a representative's consent
ADULT = 18
OLDEST = 120  # a mistyped year, not a person
NO_PASSWORD = "!"  # noqa: S105  what no password matches
ERASED_NAME = "Удалённый участник"


class AgeGroup(StrEnum):
    """What the age allows."""

    CHILD = "child"
    TEEN = "teen"
    ADULT = "adult"


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
    # Mirrors the standing consent to publication, so that lists need no join: models/consents.py keeps it.
    name_is_public: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    created_at: datetime = Field(sa_type=Moment, index=True)
    email_confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    erased_at: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Everyone sees their own record; administrators and the system see all."""
        if actor.is_system or actor.has_any(Role.ADMINISTRATOR):
            return sa.true()
        return col(cls.id) == actor.person_id if actor.person_id is not None else sa.false()

    @classmethod
    def by_email(cls, session: Session, email: str, *, lock: bool = False) -> Self | None:
        """Return whose account this (normalised) address is, locked if asked; None when it is nobody's."""
        query = sa.select(cls).where(col(cls.email) == email, col(cls.erased_at).is_(None))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return session.execute(query).scalar_one_or_none()

    @property
    def name(self) -> str:
        """The name as shown to others: without a consent to publication, the first name alone."""
        return f"{self.first_name} {self.last_name}".strip() if self.name_is_public else self.first_name

    @property
    def full_name(self) -> str:
        """Surname, name and patronymic, as in papers: for the person and for those on duty."""
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    @property
    def has_password(self) -> bool:
        """Whether the account can be entered by a password (personas of the demo region cannot)."""
        return self.password_hash != NO_PASSWORD

    def confirm_email(self, email: str, now: datetime) -> None:
        """Take the address whose owner has answered."""
        self.email = email
        self.email_confirmed_at = now

    def erase(self, now: datetime) -> None:
        """Leave a row without a person: votes and projects keep their number, nothing leads back to anybody."""
        self.last_name, self.first_name, self.patronymic = "", ERASED_NAME, ""
        self.email, self.phone, self.password_hash = "", "", NO_PASSWORD
        self.birth_date = self.birth_date.replace(month=1, day=1)  # the year alone, for statistics
        self.name_is_public = False
        self.verified_at = None
        self.erased_at = now


def age_group(birth: date, day: date) -> AgeGroup:
    """Return what a person born on ``birth`` may do on ``day``."""
    age = age_on(birth, day)
    if age < YOUNGEST:
        return AgeGroup.CHILD
    return AgeGroup.TEEN if age < ADULT else AgeGroup.ADULT
