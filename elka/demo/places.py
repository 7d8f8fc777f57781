"""Where the demo projects stand: places in the right grammatical case, streets, microdistricts, spots."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

TOWN_FROM = 12_000
"""From this population a settlement is written about as a town: microdistricts, numbered schools."""
CITY_FROM = 100_000
"""From this population the numbers of schools and microdistricts run high."""

_BOOK = tomllib.loads((files("elka.demo") / "places.toml").read_text(encoding="utf-8"))
_TOWN_STREETS: list[str] = _BOOK["town_streets"].split()
_VILLAGE_STREETS: list[str] = _BOOK["village_streets"].split()
_SHARE_OF_MICRODISTRICTS = 0.55  # towns of the North are built by microdistricts


@dataclass(frozen=True, slots=True)
class Place:
    """A settlement as the generator sees it."""

    id: int
    name: str
    kind: str
    municipality_id: int
    municipality: str
    population: int

    @property
    def is_town(self) -> bool:
        """Whether there are microdistricts and several schools."""
        return self.population >= TOWN_FROM

    @property
    def is_city(self) -> bool:
        """Whether it is one of the largest."""
        return self.population >= CITY_FROM

    @property
    def inside(self) -> str:
        """«в Игриме», «в селе Ванзеват»."""
        return _BOOK["inside"].get(self.name) or f"{_BOOK['kinds'].get(self.kind, 'в посёлке')} {self.name}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where exactly: ``address`` for the project's page, ``short`` to tell one title from another."""

    address: str
    short: str


def spot(random: Random, place: Place, kind: str) -> Spot:
    """Choose a spot of the kind in the place; a kind that is not known is the address itself."""
    if kind == "street":
        return _street(random, place)
    if kind == "yard":
        return _microdistrict(random, place) if place.is_town else _street(random, place)
    if kind not in _BOOK["spots"]:
        return Spot(kind, kind)
    address = random.choice(_BOOK["spots"][kind]["town" if place.is_town else "village"]).format(
        number=random.randint(1, 24 if place.is_city else 7), park=random.choice(_BOOK["parks"])
    )
    return Spot(address, address)


def _street(random: Random, place: Place) -> Spot:
    name = f"ул. {random.choice(_TOWN_STREETS if place.is_town else _VILLAGE_STREETS)}"
    return Spot(f"{name}, {random.randint(1, 96 if place.is_town else 28)}", name)


def _microdistrict(random: Random, place: Place) -> Spot:
    if random.random() > _SHARE_OF_MICRODISTRICTS:
        return _street(random, place)
    name = f"{random.randint(1, 34 if place.is_city else 12)}-й микрорайон"
    house = random.randint(1, 40)
    return Spot(f"{name}, дома {house} и {house + random.randint(1, 6)}", name)
