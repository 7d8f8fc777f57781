"""May this person file this project in this contest? Every rule at once, each with its answer.

Pure: the states gather the facts and word the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Rule(StrEnum):
    """A condition of filing, in the order in which people read them."""

    OPEN = "open"
    AGE = "age"
    CONFIRMED = "confirmed"
    AUTHOR = "author"
    PUBLISHED = "published"
    STAGE = "stage"
    PLACE = "place"
    DIRECTION = "direction"
    TEXTS = "texts"
    DATES = "dates"
    BUDGET = "budget"
    SUM = "sum"
    SHARE = "share"
    GROUP = "group"


OF_PERSON = (Rule.OPEN, Rule.AGE, Rule.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contest asks. Money in whole rubles, ``max_share`` in percent, ages in full years.

    ``municipality_id`` None: the whole region. ``directions`` empty: every direction.
    """

    is_open: bool
    min_age: int
    group_min: int
    min_cost: int
    max_cost: int
    max_share: int
    municipality_id: int | None
    directions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Filer:
    """Who files: full years today, whether the e-mail is confirmed."""

    age: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What is filed. ``amount`` is what the budget asks from the contest, ``cost`` is all of it, rubles."""

    is_author: bool
    is_published: bool
    is_ready: bool
    municipality_id: int
    direction_id: int
    empty_texts: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    cost: int
    amount: int
    group: int


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to one rule."""

    rule: Rule
    ok: bool


def of_person(terms: Terms, filer: Filer) -> tuple[Check, ...]:
    """Answer the rules that do not depend on the project."""
    return (
        Check(Rule.OPEN, terms.is_open),
        Check(Rule.AGE, filer.age >= terms.min_age),
        Check(Rule.CONFIRMED, filer.confirmed),
    )


def of_project(terms: Terms, entry: Entry, today: date) -> tuple[Check, ...]:
    """Answer the rules about the project. ``today``: the day in the time of Ugra."""
    dated = entry.starts_on is not None and entry.ends_on is not None
    return (
        Check(Rule.AUTHOR, entry.is_author),
        Check(Rule.PUBLISHED, entry.is_published),
        Check(Rule.STAGE, entry.is_ready),
        Check(Rule.PLACE, terms.municipality_id in (None, entry.municipality_id)),
        Check(Rule.DIRECTION, not terms.directions or entry.direction_id in terms.directions),
        Check(Rule.TEXTS, not entry.empty_texts),
        Check(Rule.DATES, dated and entry.ends_on is not None and entry.ends_on > today),
        Check(Rule.BUDGET, entry.amount > 0),
        Check(Rule.SUM, terms.min_cost <= entry.amount <= terms.max_cost),
        Check(Rule.SHARE, within_share(entry.amount, entry.cost, terms.max_share)),
        Check(Rule.GROUP, entry.group >= terms.group_min),
    )


def within_share(amount: int, cost: int, max_share: int) -> bool:
    """Whether ``amount`` is at most ``max_share`` percent of ``cost``; exact, in whole rubles."""
    return amount * 100 <= cost * max_share


def most_of(cost: int, max_share: int) -> int:
    """Return the largest sum that may be asked of a project of this cost, rubles."""
    return cost * max_share // 100
