"""What every table shares: column kinds, naming of constraints, fetching through the actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

if TYPE_CHECKING:
    from enum import StrEnum

    from elka.core.actor import Actor

# Stable names let migrations alter what they once made.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Moment = sa.DateTime(timezone=True)


def one_of(kind: type[StrEnum], name: str) -> Any:
    """Return a text column type that the database limits to the values of ``kind``."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def big_id() -> Any:
    """Return the primary key of a table that grows."""
    return Field(default=None, primary_key=True, sa_type=sa.BigInteger)


class Scoped(Protocol):
    """A table whose rows are seen through an actor."""

    id: Any

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Return the condition on the rows that this actor may know of."""
        ...
