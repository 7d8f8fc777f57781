"""The days off of Russia and the lengths of stages that the law asks for, read from the tables beside."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from elka.core.lifecycle import PhaseKind
from elka.core.workdays import Holiday, Workdays, Year

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Least:
    """The least length of a stage in working days, and why."""

    working_days: int
    why: str


@lru_cache(maxsize=1)
def workdays() -> Workdays:
    """Return the days off of Russia."""
    table = _read("workdays.toml")
    return Workdays(
        holidays=tuple(
            Holiday(_month_day(one["from"]), _month_day(one.get("to", one["from"])), one["name"])
            for one in table["holiday"]
        ),
        years={
            one["year"]: Year(
                frozenset(map(date.fromisoformat, one["off"])), frozenset(map(date.fromisoformat, one["working"]))
            )
            for one in table["year"]
        },
    )


@lru_cache(maxsize=1)
def least_terms() -> dict[PhaseKind, Least]:
    """Return the least lengths of stages."""
    return {PhaseKind(one["stage"]): Least(one["working_days"], one["why"]) for one in _read("terms.toml")["least"]}


@lru_cache(maxsize=1)
def decision_days() -> int:
    """Return within how many days a municipality decides on an initiative project."""
    return int(_read("terms.toml")["decision"]["days"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
