"""May this person file this project in this contest? Every rule of the contest at once, each with its answer.

What has to be written into an application is the template's affair (``core/formspec``): here is only what the contest
asks of people, and of projects whatever form they come in. Pure: the states gather the facts and word the answers.
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
    APPLICANT = "applicant"
    AGE = "age"
    LIVES = "lives"
    CONFIRMED = "confirmed"
    FILER = "filer"
    STAGE = "stage"
    PLACE = "place"
    DIRECTION = "direction"
    DATES = "dates"
    BUDGET = "budget"
    SUM = "sum"
    SHARE = "share"
    GROUP = "group"


OF_PERSON = (Rule.OPEN, Rule.APPLICANT, Rule.AGE, Rule.LIVES, Rule.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contest asks. Money in whole rubles, ``max_share`` in percent, ages in full years.

    ``max_age`` None: no limit. ``municipality_id`` None: the whole region. ``local_only``: people of that municipality.
    ``directions`` empty: every direction. ``applicants``: in whose name one may file. ``asks_money``, ``asks_dates``:
    whether the template has the project's budget and its last day, without which the rules about them mean nothing.
    ``realised``: the contest is for projects that have been realised.
    """

    is_open: bool
    min_age: int
    group_min: int
    min_cost: int
    max_cost: int
    max_share: int
    municipality_id: int | None
    directions: frozenset[int]
    max_age: int | None = None
    local_only: bool = False
    applicants: frozenset[str] = frozenset({"resident"})
    asks_money: bool = True
    asks_dates: bool = True
    realised: bool = False


@dataclass(frozen=True, slots=True)
class Filer:
    """Who files: full years today, whether the e-mail is confirmed, where they live.

    ``offices``: municipalities in whose name they may file, as officials; ``for_office``: they do so now, and then
    neither age nor home matter.
    """

    age: int
    confirmed: bool
    municipality_id: int | None = None
    offices: frozenset[int] = frozenset()
    for_office: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What is filed. ``amount`` is what the budget asks from the contest, ``cost`` is all of it, rubles.

    ``may_file``: the project is the filer's own to file; ``is_free``: it stands in no other contest and at a stage that
    this one takes.
    """

    may_file: bool
    is_free: bool
    municipality_id: int
    direction_id: int
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
    checks = [Check(Rule.OPEN, terms.is_open)]
    if filer.for_office or terms.applicants == {"municipality"}:
        checks.append(Check(Rule.APPLICANT, "municipality" in terms.applicants and bool(filer.offices)))
    if not filer.for_office:
        checks.append(Check(Rule.AGE, terms.min_age <= filer.age <= (terms.max_age or filer.age)))
        if terms.local_only and terms.municipality_id is not None:
            checks.append(Check(Rule.LIVES, filer.municipality_id == terms.municipality_id))
    checks.append(Check(Rule.CONFIRMED, filer.confirmed))
    return tuple(checks)


def of_project(terms: Terms, entry: Entry, today: date) -> tuple[Check, ...]:
    """Answer the rules about the project. ``today``: the day in the time of Ugra."""
    checks = [
        Check(Rule.FILER, entry.may_file),
        Check(Rule.STAGE, entry.is_free),
        Check(Rule.PLACE, terms.municipality_id in (None, entry.municipality_id)),
        Check(Rule.DIRECTION, not terms.directions or entry.direction_id in terms.directions),
    ]
    if terms.asks_dates and not terms.realised:
        checks.append(Check(Rule.DATES, entry.ends_on is not None and entry.ends_on > today))
    if terms.asks_money and not terms.realised:
        checks += [
            Check(Rule.BUDGET, entry.amount > 0),
            Check(Rule.SUM, terms.min_cost <= entry.amount <= terms.max_cost),
            Check(Rule.SHARE, within_share(entry.amount, entry.cost, terms.max_share)),
        ]
    checks.append(Check(Rule.GROUP, entry.group >= terms.group_min))
    return tuple(checks)


def within_share(amount: int, cost: int, max_share: int) -> bool:
    """Whether ``amount`` is at most ``max_share`` percent of ``cost``; exact, in whole rubles."""
    return amount * 100 <= cost * max_share


def most_of(cost: int, max_share: int) -> int:
    """Return the largest sum that may be asked of a project of this cost, rubles."""
    return cost * max_share // 100
