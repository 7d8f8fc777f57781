"""Municipalities and settlements of the region."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Municipality(SQLModel, table=True):
    """One of the 22 municipalities."""

    __tablename__ = "municipalities"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    full_name: str
    kind: str
    centre: str
    oktmo: str = Field(unique=True)
    population: int
    lat: float
    lon: float


class Settlement(SQLModel, table=True):
    """A town, village or urban settlement. Points of the smallest ones are not known."""

    __tablename__ = "settlements"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "name", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    kind: str
    municipality_id: int = Field(foreign_key="municipalities.id", index=True)
    lat: float | None = None
    lon: float | None = None
    population: int | None = None


class Direction(SQLModel, table=True):
    """What a project is about; ``icon`` is a lucide name, ``motif`` the figure of the drawn cover."""

    __tablename__ = "directions"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    icon: str
    motif: str
    position: int = 0
