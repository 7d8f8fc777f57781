"""Municipalities and settlements of the region."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.names import plain
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlmodel import Session

_KINDS = re.compile(r"^(г|гор|город|пгт|п|пос|посёлок|поселок|с|село|д|дер|деревня)\.?\s+", re.IGNORECASE)


class UnknownPlace(Refused):
    """The text is not the name of one of our settlements."""


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


def settlement_labels(session: Session) -> list[tuple[int, str]]:
    """Return (id, name to choose by) of every settlement, the largest first: «Игрим, Берёзовский район»."""
    query = (
        sa.select(col(Settlement.id), col(Settlement.name), col(Municipality.name))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .order_by(col(Settlement.population).desc().nulls_last(), col(Settlement.name))
    )
    return [(key, name if name == of else f"{name}, {of}") for key, name, of in session.execute(query)]


def find_settlement(labels: Sequence[tuple[int, str]], typed: str) -> int:
    """Return which of ``settlement_labels`` was typed: in full, or by a name that only one has. Raises UnknownPlace."""
    wanted = plain(typed)
    short = _KINDS.sub("", wanted)
    exact = [(key, label) for key, label in labels if plain(label) == wanted]
    found = exact or [(key, label) for key, label in labels if plain(label.partition(",")[0]) == short]
    if len(found) == 1:
        return found[0][0]
    if found:
        raise UnknownPlace(f"Таких несколько: {_listed(label for _, label in found)}. Выберите из списка.")
    near = get_close_matches(short, [plain(label.partition(",")[0]) for _, label in labels], n=2, cutoff=0.7)
    guesses = [label for _, label in labels if plain(label.partition(",")[0]) in near]
    hint = f"Может быть, {' или '.join(guesses)}?" if guesses else "Начните вводить название и выберите из списка."
    raise UnknownPlace(f"Такого населённого пункта в списке нет. {hint}")


def _listed(labels: Iterable[str]) -> str:
    return "; ".join(f"«{label}»" for label in labels)


class Direction(SQLModel, table=True):
    """What a project is about; ``icon`` is a lucide name, ``motif`` the figure of the drawn cover."""

    __tablename__ = "directions"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    icon: str
    motif: str
    position: int = 0
