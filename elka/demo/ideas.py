"""The hand-written ideas (``ideas_*.toml``) and how a project is written from one of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from elka.demo.places import Place, spot
from elka.models.projects import TITLE_MAX, Source

if TYPE_CHECKING:
    from random import Random

_PAYERS = {"m": Source.MUNICIPALITY, "p": Source.RESIDENTS, "b": Source.LEGAL_ENTITIES, "w": Source.IN_KIND}
_OWN = (Source.RESIDENTS, Source.LEGAL_ENTITIES, Source.IN_KIND)
_BARE_TITLE_TRIES = 6
_TOLD_APART_TRIES = 8


@dataclass(frozen=True, slots=True)
class Idea:
    """A hand-written idea with its variants. ``lines``: name, quantity, thousands of rubles, who pays."""

    key: str
    direction: str
    fits: str
    titles: tuple[str, ...]
    spots: tuple[str, ...]
    summary: tuple[str, ...]
    problem: tuple[str, ...]
    outcome: tuple[str, ...]
    lines: tuple[tuple[str, str, int, str], ...]
    names: tuple[str, ...] = ()
    slots: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def thousands(self) -> int:
        """The cost as written, thousands of rubles."""
        return sum(line[2] for line in self.lines)

    def suits(self, place: Place) -> bool:
        """Whether the idea can be met in such a place."""
        return self.fits == "any" or (self.fits == "town") == place.is_town


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line; ``amount`` in rubles."""

    name: str
    quantity: str
    amount: int
    source: Source


@dataclass(frozen=True, slots=True)
class Written:
    """A project's texts and budget."""

    idea: Idea
    title: str
    summary: str
    problem: str
    outcome: str
    address: str
    lines: tuple[Line, ...]

    @property
    def cost(self) -> int:
        """All of the budget, rubles."""
        return sum(line.amount for line in self.lines)

    def asked(self, source: Source) -> int:
        """Return what is asked from one source, rubles."""
        return sum(line.amount for line in self.lines if line.source is source)


@dataclass(frozen=True, slots=True)
class Purse:
    """What a contest gives: from whose money, how much at most for a project (rubles), what share (percent)."""

    source: Source = Source.MUNICIPALITY
    most: int = 12_000_000
    share: int = 95


@lru_cache(maxsize=1)
def ideas() -> tuple[Idea, ...]:
    """Read the book of ideas, in its own order."""
    found: list[Idea] = []
    for name in ("ideas_streets.toml", "ideas_people.toml"):
        book = tomllib.loads((files("elka.demo") / name).read_text(encoding="utf-8"))
        for entry in book["idea"]:
            variants = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
            variants["lines"] = tuple(tuple(line) for line in entry["lines"])
            found.append(Idea(**{**entry, **variants}))
    return tuple(found)


def write(random: Random, idea: Idea, place: Place, purse: Purse, used: set[str]) -> Written:
    """Write a project: choose variants, fill the slots, size the budget. ``used`` titles are avoided and added to."""
    where = spot(random, place, random.choice(idea.spots))
    inside = place.inside
    values = {
        **{key: random.choice(options) for key, options in idea.slots.items()},
        "in": inside,
        "In": inside[0].upper() + inside[1:],
        "name": random.choice(idea.names) if idea.names else "",
    }
    bullets = random.sample(idea.outcome, min(len(idea.outcome), random.randint(3, 4)))
    bullets.sort(key=idea.outcome.index)
    return Written(
        idea=idea,
        title=_title(random, idea, place, where.short, values, used),
        summary=random.choice(idea.summary).format(**values),
        problem=random.choice(idea.problem).format(**values),
        outcome="\n".join(f"— {bullet.format(**values)}" for bullet in bullets),
        address=where.address,
        lines=_budget(random, idea, values, purse),
    )


def _title(random: Random, idea: Idea, place: Place, spot_name: str, values: dict[str, Any], used: set[str]) -> str:
    title = ""
    for _ in range(_BARE_TITLE_TRIES):
        name = random.choice(idea.names) if idea.names else ""
        title = random.choice(idea.titles).format(**{**values, "name": name})
        if title not in used:
            used.add(title)
            return title
    whole = f"{place.name}, {spot_name}"
    endings = [spot_name, whole] if place.is_town else [place.name, whole]
    for ending in endings + [spot(random, place, "street").address for _ in range(_TOLD_APART_TRIES)]:
        longer = f"{title} — {ending}"
        if longer not in used and len(longer) <= TITLE_MAX:
            used.add(longer)
            return longer
    return title


def _budget(random: Random, idea: Idea, values: dict[str, Any], purse: Purse) -> tuple[Line, ...]:
    size = min(random.uniform(0.72, 1.38), 0.97 * purse.most / (idea.thousands * 1000))
    lines = [
        Line(
            name,
            quantity.format(**values),
            _rounded(thousands * 1000 * size * random.uniform(0.93, 1.07)),
            _PAYERS.get(payer, purse.source),
        )
        for name, quantity, thousands, payer in idea.lines
    ]
    return _within_share(lines, purse)


def _within_share(lines: list[Line], purse: Purse) -> tuple[Line, ...]:
    """Bring what is asked under the share: first the municipality takes lines over, then residents work more."""

    def excess() -> int:
        asked = sum(line.amount for line in lines if line.source is purse.source)
        return asked - sum(line.amount for line in lines) * purse.share // 100

    while purse.source is not Source.MUNICIPALITY and excess() > 0:
        asked = sorted((line for line in lines if line.source is purse.source), key=lambda line: line.amount)
        if len(asked) == 1:
            break
        moved = next((line for line in asked if line.amount >= excess()), asked[-1])
        lines[lines.index(moved)] = Line(moved.name, moved.quantity, moved.amount, Source.MUNICIPALITY)
    if excess() > 0:
        place = max(index for index, line in enumerate(lines) if line.source in _OWN)
        own = lines[place]
        more = own.amount + _rounded(excess() * 100 / purse.share) + 1000
        lines[place] = Line(own.name, own.quantity, more, own.source)
    return tuple(lines)


def _rounded(rubles: float) -> int:
    step = 1000 if rubles >= 20_000 else 500  # noqa: PLR2004  small sums are written to the half thousand
    return max(step, round(rubles / step) * step)
