"""The step «Критерии»: what the commission looks at, how much each weighs, what each mark means, what it must not see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import reflex as rx

from elka.core.criteria import even
from elka.core.formfields import Audience, FieldKind
from elka.core.texts import one_line, paragraphs
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models import contest_fields
from elka.models.contest_parts import (
    CRITERIA_MAX,
    MARK_MAX,
    WEIGHTS_SUM,
    Criterion,
    categories_of,
    criteria_of,
)
from elka.models.contests import Contest
from elka.models.forms import fields_of
from elka.models.readiness_contest import CRITERIA
from elka.state.base import Events, listed
from elka.state.build_fields import OwnFields, StepFields, Tick, save_field
from elka.state.building import change, for_building, for_office, require_seen, undo
from elka.state.building_order import number_at, spaced
from elka.state.criteria_rows import OWN, Criteria, CriterionRow, WeightRow, held, shown, step_of, title
from elka.ui.rows import Option

NAME_MAX, HINT_MAX, MARK_TEXT_MAX = 120, 600, 300
_FIELD = re.compile(r"(\d{1,18})-(name|hint|weight|most|category|mark-\d{1,3})", re.ASCII)
_NAMES = {
    "name": "название",
    "hint": "пояснение",
    "weight": "вес",
    "most": "шкала",
    "category": "категория",
    "mark": "описание баллов",
}


class BuildCriteriaState(OwnFields, rx.State):
    """The criteria of a contest, in their order."""

    rows: list[CriterionRow] = []
    order: list[str] = []
    weights: list[WeightRow] = []
    categories: list[Option] = []
    hidden: list[Tick] = []
    has_commission: bool = True
    is_full: bool = False
    undoing: str = ""  # what was just done and can be taken back
    _edit: int = 0

    @rx.event
    async def add(self) -> Events:
        """Add a criterion at the end and go to it."""
        before = set(self.order)
        events = await self._changing(self._add)
        fresh = next((key for key in self.order if key not in before), "")
        script = f"window.elka?.lead?.('{fresh}-name', 120)"
        return [*listed(events), *([rx.call_script(script)] if fresh else [])]

    @rx.event
    async def duplicate(self, key: str) -> Events:
        """Put a copy of a criterion under it."""
        return await self._changing(self._duplicate, key)

    @rx.event
    async def remove(self, key: str) -> Events:
        """Take a criterion out; it can be put back."""
        return await self._changing(self._remove, key)

    @rx.event
    async def move(self, key: str, position: int) -> Events:
        """Put a criterion in another place, from 0."""
        return await self._changing(self._move, key, position)

    @rx.event
    async def share_evenly(self, category: str) -> Events:
        """Divide what there is to divide evenly among the criteria of a category («»: of all)."""
        return await self._changing(self._share_evenly, category)

    @rx.event
    async def hide(self, key: str) -> Events:
        """Hide the answer to a field of the form from the experts, or show it."""
        return await self._changing(self._hide, key)

    @rx.event
    async def take_back(self) -> Events:
        """Take back what was just done here."""
        edit, self._edit, self.undoing = self._edit, 0, ""
        return await self._changing(self._take_back, edit) if edit else None

    def _take(self, more: Criteria) -> None:
        self.rows, self.order, self.weights = more.rows, more.order, more.weights
        self.categories, self.hidden = more.categories, more.hidden
        self.has_commission, self.is_full = more.has_commission, more.is_full
        self.undoing, self._edit = more.done, more.edit

    # Flows

    @staticmethod
    def _opened(work: Work, contest_id: object) -> StepFields:
        return step_of(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields:
        if field == OWN:
            return step_of(work, save_field(work, contest_id, CRITERIA, OWN, value, seen))
        found = _FIELD.fullmatch(field) if isinstance(field, str) else None
        if found is None or not isinstance(value, str):
            raise NotFound
        column = found[2]
        with change(work, contest_id, CRITERIA, "Критерий") as made:
            row = _row(work, made.contest, found[1])
            fresh, there = _read(work, made.contest, row, column, value), held(row, column)
            if require_seen(str(field), shown(there), shown(fresh), seen):
                _write(row, column, fresh)
                made.text = f"{title(row)}: {_NAMES[column.partition('-')[0]]}"
        return step_of(work, made.contest)

    @staticmethod
    def _add(work: Work, contest_id: object) -> StepFields:
        contest, rows = _rows(work, contest_id)
        _require_room(rows)
        with change(work, contest_id, CRITERIA, "Критерий добавлен"):
            free = max(0, WEIGHTS_SUM - sum(row.weight for row in rows if row.category_id is None))
            row = Criterion(contest_id=contest.id or 0, position=number_at(rows, len(rows)), name="", weight=free)
            work.session.add(row)
        return step_of(work, contest)

    @staticmethod
    def _duplicate(work: Work, contest_id: object, key: object) -> StepFields:
        contest, rows = _rows(work, contest_id)
        _require_room(rows)
        row = _row(work, contest, key)
        with change(work, contest_id, CRITERIA, f"{title(row)}: копия"):
            copy = Criterion(
                contest_id=row.contest_id,
                category_id=row.category_id,
                position=number_at(rows, rows.index(row) + 1),
                name=f"{row.name[: NAME_MAX - 8]} (копия)" if row.name else "",
                hint=row.hint,
                weight=0,  # the sum stays what it was
                most=row.most,
                marks=list(row.marks),
            )
            work.session.add(copy)
        return step_of(work, contest)

    @staticmethod
    def _remove(work: Work, contest_id: object, key: object) -> StepFields:
        contest, _ = _rows(work, contest_id)
        row = _row(work, contest, key)
        text = f"{title(row)}: убран"
        with change(work, contest_id, CRITERIA, text):
            work.session.delete(row)
        return step_of(work, contest, done=text)

    @staticmethod
    def _move(work: Work, contest_id: object, key: object, position: object) -> StepFields:
        if not isinstance(position, int) or isinstance(position, bool):
            raise NotFound
        contest, rows = _rows(work, contest_id)
        row = _row(work, contest, key)
        rest = [one for one in rows if one is not row]
        place = max(0, min(position, len(rest)))
        if rows.index(row) != place:
            with change(work, contest_id, CRITERIA, f"{title(row)}: перемещён"):
                row.position = number_at(rest, place)
        return step_of(work, contest)

    @staticmethod
    def _share_evenly(work: Work, contest_id: object, category: object) -> StepFields:
        contest, rows = _rows(work, contest_id)
        chosen = _category(work, contest, category)
        common = [row for row in rows if row.category_id is None]
        if chosen is None:
            own = [sum(row.weight for row in rows if row.category_id == one) for one in _ids(rows)]
            mine, whole = common, WEIGHTS_SUM - max(own, default=0)
        else:
            mine = [row for row in rows if row.category_id == chosen]
            whole = WEIGHTS_SUM - sum(row.weight for row in common)
        if whole < 0:
            raise Refused("Критерии для всех категорий весят больше 100 %. Уменьшите сначала их.", field="weights")
        with change(work, contest_id, CRITERIA, "Веса критериев поровну"):
            for row, weight in zip(mine, even(whole, len(mine)), strict=True):
                row.weight = weight
        return step_of(work, contest)

    @staticmethod
    def _hide(work: Work, contest_id: object, key: object) -> StepFields:
        contest = for_building(work, contest_id)
        row = next((one for one in fields_of(work.session, contest.id or 0) if one.key == key), None)
        if row is None or row.kind is FieldKind.SECTION or row.audience is Audience.OFFICIALS:
            raise NotFound
        words = "эксперты видят" if row.hidden_from_experts else "скрыто от экспертов"
        with change(work, contest_id, CRITERIA, f"«{row.label}»: {words}"):
            row.hidden_from_experts = not row.hidden_from_experts
        return step_of(work, contest)

    @staticmethod
    def _take_back(work: Work, contest_id: object, edit_id: object) -> StepFields:
        undo(work, contest_id, edit_id)
        return step_of(work, for_office(work, contest_id))


def _rows(work: Work, contest_id: object) -> tuple[Contest, list[Criterion]]:
    """Return the draft, locked, with its criteria."""
    contest = for_building(work, contest_id)
    return contest, spaced(work.session, criteria_of(work.session, contest.id or 0))


def _row(work: Work, contest: Contest, key: object) -> Criterion:
    known = criteria_of(work.session, contest.id or 0)
    row = next((one for one in known if str(one.id) == key), None)
    if row is None:
        raise NotFound("Этого критерия уже нет: его убрал другой сотрудник.")
    return row


def _require_room(rows: Sequence[Criterion]) -> None:
    if len(rows) >= CRITERIA_MAX:
        raise Refused(f"Критериев не больше {CRITERIA_MAX}. Объедините похожие.")


def _ids(rows: Sequence[Criterion]) -> list[int]:
    return list(dict.fromkeys(row.category_id for row in rows if row.category_id is not None))


def _category(work: Work, contest: Contest, value: object) -> int | None:
    """Read a category as a list of them sends it; "" is for all of them."""
    if value == "":
        return None
    found = next((one for one in categories_of(work.session, contest.id or 0) if str(one.id) == value), None)
    if found is None or found.id is None:
        raise NotFound("Этой категории уже нет.")
    return found.id


def _read(work: Work, contest: Contest, row: Criterion, column: str, value: str) -> Any:
    field = f"{row.id}-{column}"
    if column == "category":
        return _category(work, contest, value)
    if column in ("weight", "most"):
        low, high = (0, WEIGHTS_SUM) if column == "weight" else (1, MARK_MAX)
        return contest_fields.whole_between(field, value, low, high)
    if column.startswith("mark-") and int(column.removeprefix("mark-")) > row.most:
        raise NotFound
    text = paragraphs(value) if column == "hint" else one_line(value)
    most = {"name": NAME_MAX, "hint": HINT_MAX}.get(column, MARK_TEXT_MAX)
    if len(text) > most:
        raise Refused(f"Слишком длинно: {len(text)} из {most}. Сократите.", field=field)
    return text


def _write(row: Criterion, column: str, value: Any) -> None:
    """Write a column; descriptions of marks that a shorter scale does not have go with them."""
    if column == "category":
        row.category_id = value
    elif column.startswith("mark-"):
        mark = int(column.removeprefix("mark-"))
        rest = [one for one in row.marks if one["mark"] != mark]
        row.marks = sorted([*rest, *([{"mark": mark, "text": value}] if value else [])], key=lambda one: one["mark"])
    else:
        setattr(row, column, value)
        row.marks = [one for one in row.marks if one["mark"] <= row.most]
