"""The chosen field of a template: its answers, types of files, sources of money, and the condition for being shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka.core import fieldsettings
from elka.core.formfields import AnyField, Condition, SectionField
from elka.core.formspec import FormSpec, troubles
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.forms import FormField
from elka.models.readiness_contest import FORM
from elka.state.base import Events
from elka.state.build_cards import candidates, first_condition, value_asked
from elka.state.build_form import BuildFormState
from elka.state.building import change
from elka.state.building_form import Ask, Made, depending, locked, made_of, named, one_of, regional
from elka.state.field_words import needs_value, tests_for

_VALUE_MOST = 40  # signs of what a condition compares with


class BuildFieldState(BuildFormState):
    """What is chosen, not typed, about the chosen field."""

    @rx.event
    async def add_option(self, key: str, form: dict[str, Any]) -> Events:
        """Add an answer to choose."""
        label = form.get("option") if isinstance(form, dict) else None
        return await self._do("_add_option", key, label, at="options")

    @rx.event
    async def move_option(self, key: str, value: str, position: int) -> Events:
        """Put an answer in another place."""
        return await self._do("_move_option", key, value, position, at="options")

    @rx.event
    async def remove_option(self, key: str, value: str) -> Events:
        """Take an answer out."""
        return await self._do("_remove_option", key, value, at="options")

    @rx.event
    async def take_type(self, key: str, kind: str, on: bool) -> Events:
        """Take a type of file, or not."""
        return await self._do("_take_type", key, kind, on, at="types")

    @rx.event
    async def take_source(self, key: str, source: str, on: bool) -> Events:
        """Take a source of money into the budget, or not."""
        return await self._do("_take_source", key, source, on, at="shares")

    @rx.event
    async def set_condition(self, key: str, what: str, value: str) -> Events:
        """Choose when the field is shown: «on», «off», the field it looks at («key»), the «test», the «value»."""
        return await self._do("_set_condition", key, what, value, at="condition")

    # Flows

    @staticmethod
    def _add_option(work: Work, contest_id: object, key: object, label: object) -> Made:
        return _written(work, contest_id, key, "ответ добавлен", lambda one: fieldsettings.with_option(one, label)[0])

    @staticmethod
    def _move_option(work: Work, contest_id: object, key: object, value: object, place: object) -> Made:
        return _written(
            work, contest_id, key, "порядок ответов", lambda one: fieldsettings.moved_option(one, value, place)
        )

    @staticmethod
    def _remove_option(work: Work, contest_id: object, key: object, value: object, *, sure: bool = False) -> Made | Ask:
        rows = locked(work, contest_id)
        row = one_of(rows, key)
        fresh = fieldsettings.without_option(row.typed(), value)
        broken = [one for one in depending(rows, row.key) if (one.shown_if or {}).get("value") == value]
        if broken and not sure:
            return Ask(
                "Убрать ответ?",
                f"{named(broken)}: условие смотрит на этот ответ. Условие пропадёт, и вопрос будут видеть все. "
                "Это можно отменить.",
                "Убрать",
            )
        text = f"«{row.label}»: ответ убран"
        with change(work, contest_id, FORM, text) as made:
            for one in broken:
                one.shown_if = None
            row.write(fresh)
        return made_of(work, made.contest, text)

    @staticmethod
    def _take_type(work: Work, contest_id: object, key: object, kind: object, on: object) -> Made:
        return _written(work, contest_id, key, "виды файлов", lambda one: fieldsettings.with_type(one, kind, on))

    @staticmethod
    def _take_source(work: Work, contest_id: object, key: object, source: object, on: object) -> Made:
        return _written(
            work, contest_id, key, "источники денег", lambda one: fieldsettings.with_share(one, source, "on", on)
        )

    @staticmethod
    def _set_condition(work: Work, contest_id: object, key: object, what: object, value: object) -> Made:
        rows = locked(work, contest_id)
        row = one_of(rows, key)
        above = regional(work, candidates(row.typed(), [one.typed() for one in rows]), [one.key for one in rows])
        fresh = _condition(row, {one.key: one for one in above}, what, value)
        with change(work, contest_id, FORM, f"«{row.label}»: условие показа") as made:
            row.shown_if = fresh.model_dump(mode="json") if fresh else None
        return made_of(work, made.contest)


def _written(work: Work, contest_id: object, key: object, what: str, altered: Callable[[AnyField], AnyField]) -> Made:
    row = one_of(locked(work, contest_id), key)
    fresh = altered(row.typed())
    with change(work, contest_id, FORM, f"«{row.label}»: {what}") as made:
        row.write(fresh)
    return made_of(work, made.contest)


def _condition(row: FormField, known: dict[str, AnyField], what: object, value: object) -> Condition | None:
    """Return the condition after one of its parts was chosen; raise a refusal for what cannot be."""
    there = row.typed().shown_if
    if what == "off":
        return None
    if what == "on":
        if not known:
            raise Refused("Выше нет полей, на которые можно посмотреть.")
        return there or first_condition(list(known.values())[-1])
    if what == "key":
        if not isinstance(value, str) or value not in known:
            raise NotFound("Этого поля выше уже нет.")
        return first_condition(known[value])
    if there is None or there.key not in known:
        raise NotFound("Условие уже убрали.")
    if what == "test":
        return _tested(known[there.key], there, value)
    if what != "value" or not isinstance(value, str) or len(value) > _VALUE_MOST:
        raise NotFound
    return _compared(row, known[there.key], there, value)


def _tested(source: AnyField, there: Condition, value: object) -> Condition:
    """Return the condition with another test; what it compared with stays where the test compares at all."""
    test = next((one for one in tests_for(source) if one.value == value), None)
    if test is None:
        raise NotFound
    if not needs_value(test):
        return Condition(key=there.key, test=test)
    kept = there.value if needs_value(there.test) else first_condition(source, test).value
    return Condition(key=there.key, test=test, value=kept)


def _compared(row: FormField, source: AnyField, there: Condition, value: str) -> Condition:
    """Return the condition with another value to compare with; it must be one that the field can be answered with."""
    text = value if value_asked(source, there) == "choice" else "".join(value.split()).replace(",", ".")
    fresh = there.model_copy(update={"value": text})
    alone = SectionField(key=row.key, label="-", shown_if=fresh)  # so that only the condition can be wrong
    if trouble := troubles(FormSpec(fields=(source.model_copy(update={"shown_if": None}), alone))).get(row.key):
        raise Refused(trouble)
    return fresh
