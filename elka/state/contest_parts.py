"""What a contest is made of, as people read it: its rules, its categories, the criteria of its commission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion, categories_of, criteria_of
from elka.models.contests import Allot, Contest, ContestDirection, phases_of
from elka.models.judging import asks_scores, has_own_room, part_limits
from elka.models.places import Direction, Municipality, Settlement
from elka.state.contest_rules import Rule, rules
from elka.state.part_words import part_words
from elka.ui import labels


@dataclass(frozen=True)
class CategoryRow:
    """A category: whom it is for, and what it has of its own to give, and how much of it a ballot may hold."""

    name: str
    who: str
    room: str
    limit: str = ""


@dataclass(frozen=True)
class MarkRow:
    """What one mark means."""

    mark: str
    text: str


@dataclass(frozen=True)
class CriterionRow:
    """A criterion of the commission. ``only``: the category it is for; empty for all."""

    name: str
    hint: str
    weight: str
    most: str
    only: str
    marks: list[MarkRow]


@dataclass(frozen=True)
class Parts:
    """All of it; criteria only where the commission's marks decide something."""

    rules: list[Rule]
    categories: list[CategoryRow]
    criteria: list[CriterionRow]


def parts_of(work: Work, contest: Contest) -> Parts:
    """Return what the contest is made of, in words."""
    contest_id = contest.id or 0
    phases = phases_of(work.session, contest_id)
    categories = categories_of(work.session, contest_id) if contest.category_basis is not None else []
    settlements = _settlements(work, categories)
    criteria = criteria_of(work.session, contest_id) if asks_scores(contest, phases) else []
    directions = {
        row.id: row.name
        for row in work.session.execute(sa.select(Direction).order_by(col(Direction.position))).scalars()
    }
    taken = set(
        work.session.execute(
            sa.select(ContestDirection.direction_id).where(col(ContestDirection.contest_id) == contest_id)
        ).scalars()
    )
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    told = rules(
        contest,
        municipality.name if municipality else None,
        [name.lower() for key, name in directions.items() if key in taken],
        phases=phases,
        categories=categories,
        criteria=criteria,
    )
    names = {one.id: labels.typographer(one.name) for one in categories}
    return Parts(
        rules=told,
        categories=[_category(contest, one, directions, settlements) for one in categories],
        criteria=[criterion_row(one, names) for one in criteria],
    )


def rules_of(work: Work, contest: Contest) -> list[Rule]:
    """Return the rules of a contest in plain words."""
    return parts_of(work, contest).rules


def population(low: int | None, below: int | None) -> str:
    """Write bounds of population: ``от 10 000 до 100 000 человек``; the upper one is exclusive."""
    people = "человек"
    if low is None and below is None:
        return "любое население"
    if below is None:
        return f"от{labels.NBSP}{labels.number(low or 0)}{labels.NBSP}{people}"
    if not low:
        return f"меньше{labels.NBSP}{labels.number(below)}{labels.NBSP}{people}"
    return f"от{labels.NBSP}{labels.number(low)} до{labels.NBSP}{labels.number(below)}{labels.NBSP}{people}"


def _settlements(work: Work, categories: Sequence[ContestCategory]) -> dict[int | None, str]:
    """Return the names of the settlements that these categories list, the largest first."""
    listed = {key for one in categories for key in one.settlements}
    if not listed:
        return {}
    found = work.session.execute(
        sa.select(Settlement)
        .where(col(Settlement.id).in_(listed))
        .order_by(col(Settlement.population).desc().nulls_last(), col(Settlement.name))
    ).scalars()
    return {row.id: row.name for row in found}


def _category(
    contest: Contest,
    category: ContestCategory,
    directions: dict[int | None, str],
    settlements: dict[int | None, str],
) -> CategoryRow:
    who = ""
    if contest.category_basis is CategoryBasis.POPULATION:
        who = f"Место проекта: {population(category.people_from, category.people_below)}"
    elif contest.category_basis is CategoryBasis.DIRECTION:
        who = labels.listing(directions[key].lower() for key in category.directions if key in directions).capitalize()
    elif contest.category_basis is CategoryBasis.SETTLEMENT:
        who = labels.listing(name for key, name in settlements.items() if key in category.settlements)
    room = ""
    if has_own_room(contest, category):
        room = (
            labels.money_short(category.budget or 0)
            if contest.allot is Allot.BUDGET
            else labels.plural(category.places or 0, "место", "места", "мест")
        )
    limit = next((part_words(part) for part in part_limits(contest, [category])), "")
    return CategoryRow(labels.typographer(category.name), who, room, f"В бюллетене {limit}" if limit else "")


def criterion_row(criterion: Criterion, names: dict[int | None, str]) -> CriterionRow:
    """Return a criterion in words. ``names``: of categories, to say which one it is for alone."""
    return CriterionRow(
        name=labels.typographer(criterion.name),
        hint=labels.typographer(criterion.hint),
        weight=f"{criterion.weight}{labels.NBSP}%",
        most=f"до{labels.NBSP}{criterion.most}",
        only=names.get(criterion.category_id, "") if criterion.category_id else "",
        marks=mark_rows(criterion),
    )


def mark_rows(criterion: Criterion) -> list[MarkRow]:
    """Return what the described marks of a criterion mean, the highest first."""
    told: Sequence[dict[str, object]] = [one for one in criterion.marks if isinstance(one, dict) and one.get("text")]
    found = [(int(str(one.get("mark", 0))), str(one["text"])) for one in told]
    return [MarkRow(str(mark), labels.typographer(text)) for mark, text in sorted(found, reverse=True)]
