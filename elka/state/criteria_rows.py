"""What the step «Критерии» shows: criteria, sums of their weights, what the commission must not see. Not a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from elka.core.criteria import described, even
from elka.core.formfields import Audience, FieldKind
from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.models import contest_fields
from elka.models.contest_edits import last_edit
from elka.models.contest_parts import (
    CRITERIA_MAX,
    WEIGHTS_SUM,
    ContestCategory,
    Criterion,
    categories_of,
    criteria_of,
)
from elka.models.contests import Contest, phases_of
from elka.models.forms import FormField, fields_of
from elka.state.build_fields import StepFields, Tick
from elka.ui import labels
from elka.ui.rows import Option

OWN = "min_reviews"


@dataclass(frozen=True)
class MarkRow:
    """A mark of a scale; its description is kept under the name ``field``."""

    mark: int
    field: str


@dataclass(frozen=True)
class CriterionRow:
    """One criterion in the constructor; its fields are in ``values`` under ``"<id>-<column>"``."""

    key: str
    title: str
    scale: str
    category: str
    marks: list[MarkRow]


@dataclass(frozen=True)
class WeightRow:
    """The weights of a category together (``key`` "": of criteria for all), and what is wrong with their sum."""

    key: str
    name: str
    total: str
    says: str
    good: bool
    may_even: bool


@dataclass(frozen=True)
class Criteria:
    """What the step shows beside its fields."""

    rows: list[CriterionRow]
    order: list[str]
    weights: list[WeightRow]
    categories: list[Option]
    hidden: list[Tick]
    has_commission: bool
    is_full: bool
    done: str = ""
    edit: int = 0


def held(row: Criterion, column: str) -> Any:
    """Return what a column holds; «mark-3» is the description of that mark."""
    if column == "category":
        return row.category_id
    if column.startswith("mark-"):
        mark = int(column.removeprefix("mark-"))
        return next((str(one["text"]) for one in row.marks if one["mark"] == mark), "")
    return getattr(row, column)


def shown(value: Any) -> str:
    """Return a value as its control shows it."""
    return "" if value is None else str(value)


def title(row: Criterion) -> str:
    """Name a criterion in the history."""
    return f"Критерий «{row.name}»" if row.name else "Критерий без названия"


def step_of(work: Work, contest: Contest, *, done: str = "") -> StepFields:
    """Return what the step shows; ``done``: what was just done and can be taken back."""
    key = contest.id or 0
    rows, categories = criteria_of(work.session, key), categories_of(work.session, key)
    names = {one.id: one.name for one in categories}
    values = {OWN: contest_fields.written(contest, OWN)}
    for row in rows:
        for column in ("name", "hint", "weight", "most", "category", *(f"mark-{mark}" for mark in described(row.most))):
            values[f"{row.id}-{column}"] = shown(held(row, column))
    fields = [row for row in fields_of(work.session, key) if row.kind is not FieldKind.SECTION]
    more = Criteria(
        rows=[_criterion(row, names) for row in rows],
        order=[str(row.id) for row in rows],
        weights=_weights(rows, categories),
        categories=[Option("", "Для всех категорий"), *(Option(str(one.id), one.name) for one in categories)]
        if categories
        else [],
        hidden=[_hidden(row) for row in fields],
        has_commission=any(phase.kind is PhaseKind.EXPERT for phase in phases_of(work.session, key)),
        is_full=len(rows) >= CRITERIA_MAX,
        done=done,
        edit=last_edit(work.session, key) if done else 0,
    )
    return StepFields(key, contest.version, values, more)


def _criterion(row: Criterion, names: dict[int | None, str]) -> CriterionRow:
    return CriterionRow(
        key=str(row.id),
        title=labels.typographer(row.name) or "Без названия",
        scale=f"от 0 до {row.most}",
        category=names.get(row.category_id, "") if row.category_id is not None else "",
        marks=[MarkRow(mark, f"{row.id}-mark-{mark}") for mark in described(row.most)],
    )


def _weights(rows: Sequence[Criterion], categories: Sequence[ContestCategory]) -> list[WeightRow]:
    """Return the sums that must make a hundred: of all criteria, or of each category that has its own."""
    common = sum(row.weight for row in rows if row.category_id is None)
    mine = [row for row in rows if row.category_id is None]
    parted = [one for one in categories if any(row.category_id == one.id for row in rows)]
    found = []
    if not parted or len(parted) < len(categories):
        found.append(_weight("", "Все критерии" if not parted else "Категории без своих критериев", common, mine))
    elif mine:
        found.append(WeightRow("", "Критерии для всех категорий", _percent(common), "", True, _uneven(mine)))
    for one in parted:
        own = [row for row in rows if row.category_id == one.id]
        found.append(_weight(str(one.id), one.name, common + sum(row.weight for row in own), own))
    return found


def _weight(key: str, name: str, total: int, rows: Sequence[Criterion]) -> WeightRow:
    left = WEIGHTS_SUM - total
    says = ""
    if left > 0:
        says = f"Осталось распределить {_percent(left)}"
    elif left < 0:
        says = f"Лишние {_percent(-left)}: уменьшите веса"
    return WeightRow(key, name, _percent(total), says, not left, bool(rows) and (left != 0 or _uneven(rows)))


def _uneven(rows: Sequence[Criterion]) -> bool:
    weights = [row.weight for row in rows]
    return weights != even(sum(weights), len(weights))


def _percent(count: int) -> str:
    return f"{labels.number(count)}{labels.NBSP}%"


def _hidden(row: FormField) -> Tick:
    note = "Его видит только организатор" if row.audience is Audience.OFFICIALS else ""
    on = row.hidden_from_experts or row.audience is Audience.OFFICIALS
    return Tick(row.key, labels.typographer(row.label), note, on=on)
