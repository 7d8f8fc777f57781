"""The contests that the demo region holds, as ``contests.toml`` has them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from elka.demo.ideas import Purse
from elka.models.projects import Source


@dataclass(frozen=True, slots=True)
class Plan:
    """A contest as the book has it; days are counted from today."""

    key: str
    kind: str
    title: str
    summary: str
    rules: str
    stage: str
    budget: int
    max_cost: int
    max_share: int
    group_min: int
    min_votes: int
    accepting: tuple[int, int]
    admission: tuple[int, int]
    decision: tuple[int, int]
    voting: tuple[int, int] | None = None
    expert: tuple[int, int] | None = None
    municipality: str = ""
    min_cost: int = 0
    vote_limit: int | None = None
    vote_kind: str = "approval"
    points_limit: int = 10
    count_rule: str = "greedy"
    figures_hidden: bool = True
    paper: bool = False
    year: int = 0
    applications: dict[str, int] = field(default_factory=dict)
    ballots: float = 0
    local: bool = False
    directions: tuple[str, ...] = ()
    personas: dict[str, str] = field(default_factory=dict)
    voters: tuple[str, ...] = ()
    after: tuple[str, ...] = ("supported",)
    cancel_reason: str | None = None
    prolonged: dict[str, Any] = field(default_factory=dict)
    winners_by: str = "votes"
    public_weight: int = 50
    allot: str = "budget"
    places: int | None = None
    min_score: int = 0
    min_reviews: int = 0
    category_basis: str | None = None
    categories: tuple[dict[str, Any], ...] = ()
    criteria: tuple[dict[str, Any], ...] = ()
    judged: int | None = None
    ugra: dict[str, int] = field(default_factory=dict)

    @property
    def purse(self) -> Purse:
        """What a project may ask for here."""
        source = Source.REGION if self.kind == "regional" else Source.MUNICIPALITY
        return Purse(source, self.max_cost, self.max_share)


@lru_cache(maxsize=1)
def _book() -> dict[str, Any]:
    return tomllib.loads((files("elka.demo") / "contests.toml").read_text(encoding="utf-8"))


def plans() -> tuple[Plan, ...]:
    """Read the contests in the book's order."""
    found = []
    for entry in _book()["contest"]:
        values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in entry.items()}
        found.append(Plan(**values))
    return tuple(found)


def grounds(kind: str) -> list[str]:
    """Return why applications were ``returned`` or ``rejected``."""
    found: list[str] = _book()[kind]
    return found
