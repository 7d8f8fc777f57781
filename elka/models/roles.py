"""Roles: duties granted to people for a municipality or for the region."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Role
from elka.errors import Refused
from elka.models.base import Moment, big_id, one_of

# Keeping the site is one duty for the whole region; the others can be divided by municipalities.
REGION_ONLY = frozenset({Role.ADMINISTRATOR})


class LastAdministrator(Refused):
    """Without an administrator nobody could grant roles any more."""

    def __init__(self, message: str = "Это последний администратор. Сначала назначьте другого.") -> None:
        """Say what to do first."""
        super().__init__(message)


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

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Everyone sees what was granted to them; who grants sees all."""
        if may_grant(actor):
            return sa.true()
        return col(cls.person_id) == actor.person_id if actor.person_id is not None else sa.false()

    @classmethod
    def standing(cls) -> sa.ColumnElement[bool]:
        """Return the condition on grants that were not revoked."""
        return col(cls.revoked_at).is_(None)

    def revoke(self, by: int | None, now: datetime) -> None:
        """End the duty. That an administrator stays is checked by the flow, under a lock of all of them."""
        self.revoked_by, self.revoked_at = by, now


def may_grant(actor: Actor) -> bool:
    """Whether the actor grants and revokes roles."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR)
