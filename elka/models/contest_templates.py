"""Contests kept as templates: everything that the constructor builds, without dates of a year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Role
from elka.models.base import Moment, big_id

NAME_MAX = 80
NOTE_MAX = 200


class ContestTemplate(SQLModel, table=True):
    """A template of an office. ``municipality_id`` None: of the region, for every office. ``body``: core/blueprint."""

    __tablename__ = "contest_templates"

    id: int | None = big_id()
    municipality_id: int | None = Field(default=None, foreign_key="municipalities.id")
    name: str
    note: str = ""
    body: dict[str, Any] = Field(sa_type=JSONB)
    created_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    archived_at: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show the region's templates to every official, those of a municipality to its own."""
        everywhere, places = actor.places_of(Role.OFFICIAL)
        if actor.is_system or everywhere:
            return sa.true()
        if not places:
            return sa.false()
        return sa.or_(col(cls.municipality_id).is_(None), col(cls.municipality_id).in_(places))

    def may_edit(self, actor: Actor) -> bool:
        """Whether the actor is an official of the template's place."""
        return actor.is_system or actor.has(Role.OFFICIAL, self.municipality_id)
