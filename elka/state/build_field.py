"""What the chosen field of a template is set to: every property of every kind, its answers, its condition.

A setting is saved over what its writer has seen; when somebody else has changed it meanwhile, both are shown and the
writer chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka.core import fieldsettings
from elka.core.formfields import AnyField, Condition, SectionField
from elka.core.formspec import FormSpec, troubles
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.forms import FormField
from elka.models.readiness_contest import FORM
from elka.state.base import Events, Fault
from elka.state.build import BuildState
from elka.state.build_cards import Sheet, candidates, first_condition, seen_of, value_asked
from elka.state.build_form import BuildFormState
from elka.state.building import Clashed, change, require_seen
from elka.state.building_form import Ask, Made, depending, locked, made_of, named, one_of, regional
from elka.state.field_words import needs_value, tests_for

_VALUE_MOST = 40  # signs of a figure that a condition compares with


class BuildFieldState(BuildFormState):
    """The settings of the chosen field."""

    @rx.event
    async def save(self, key: str, name: str, value: str) -> Events:
        """Save one setting; a trouble is told at it and takes nothing away."""
        if not isinstance(name, str) or not isinstance(value, str):
            return None
        seen = self._seen.get(name) if key == self.chosen else None
        return await self._saved(name, value, self._save, key, name, value, seen)

    @rx.event
    async def turn_flag(self, key: str, name: str, on: bool) -> Events:
        """Turn «обязательное» or «скрыть от экспертов» on or off."""
        if name not in fieldsettings.FLAGS:
            return None
        return await self._saved(name, "", self._save, key, name, on is True, None)

    @rx.event
    async def show_to(self, key: str, audience: str) -> Events:
        """Choose who sees the answer."""
        return await self._saved("audience", "", self._save, key, "audience", audience, None)

    @rx.event
    async def keep_mine(self) -> Events:
        """Settle a clash: overwrite what the other wrote, knowingly."""
        name, self.clash = self.clash, ""
        if not name:
            return None
        self._seen = {**self._seen, name: self.theirs}
        return await self.save(self.chosen, name, self._mine)

    @rx.event
    async def take_theirs(self) -> Events:
        """Settle a clash: take what the other wrote."""
        self.clash, self.errors = "", {}
        return await self._load(self._sheet, self._contest, self.chosen, into=self._show)

    @rx.event
    async def add_option(self, key: str, form: dict[str, Any]) -> Events:
        """Add an answer to choose."""
        label = form.get("option") if isinstance(form, dict) else None
        return await self._changed("options", self._add_option, key, label)

    @rx.event
    async def rename_option(self, key: str, value: str, label: str) -> Events:
        """Correct the words of an answer."""
        return await self._changed(f"option-{value}", self._rename_option, key, value, label, anew=False)

    @rx.event
    async def move_option(self, key: str, value: str, position: int) -> Events:
        """Put an answer in another place."""
        return await self._changed("options", self._move_option, key, value, position)

    @rx.event
    async def remove_option(self, key: str, value: str) -> Events:
        """Take an answer out."""
        return await self._do("_remove_option", key, value)

    @rx.event
    async def take_type(self, key: str, kind: str, on: bool) -> Events:
        """Take a type of file, or not."""
        return await self._changed("types", self._take_type, key, kind, on)

    @rx.event
    async def set_share(self, key: str, source: str, end: str, typed: str) -> Events:
        """Set an end of a source's share of the budget."""
        return await self._changed(f"share-{source}-{end}", self._set_share, key, source, end, typed, anew=False)

    @rx.event
    async def take_source(self, key: str, source: str, on: bool) -> Events:
        """Take a source of money into the budget, or not."""
        return await self._changed("shares", self._set_share, key, source, "on", on)

    @rx.event
    async def set_condition(self, key: str, what: str, value: str) -> Events:
        """Choose when the field is shown: «on», «off», or the field it looks at («key»), the «test», the «value»."""
        return await self._changed("condition", self._set_condition, key, what, value, anew=what != "figure")

    async def _saved(self, name: str, mine: str, flow: Callable[..., Any], *arguments: Any) -> Events:
        """Run the flow of one setting; nothing is drawn anew under the hands of whoever types."""
        try:
            done = await self._work(self._shown_after, flow, self.chosen, self._contest, *arguments)
        except SignInNeeded:
            return self._to_sign_in()
        except Clashed as clashed:
            self.clash, self.theirs, self._mine = name, clashed.theirs, mine
            return None
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, name: getattr(refused, "fields", {}).get(name, str(refused))}
            return None
        return self._drawn(done.sheet, name, anew=False)

    async def _changed(
        self, name: str, flow: Callable[..., Any], key: str, *arguments: Any, anew: bool = True
    ) -> Events:
        """Run the flow of something that is chosen, not typed; ``anew``: controls are drawn again with what is kept."""
        try:
            done = await self._work(self._shown_after, flow, self.chosen, self._contest, key, *arguments)
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            found = getattr(refused, "fields", {})
            self.errors = {**self.errors, **(found or {name: str(refused)})}
            return None
        return self._drawn(done.sheet, name, anew=anew)

    def _drawn(self, sheet: Sheet, name: str, *, anew: bool) -> Events:
        self.errors = {one: text for one, text in self.errors.items() if one != name}
        if self.clash == name:
            self.clash = ""
        if anew:
            self._show(sheet)
        else:
            self._list(sheet)
            self.field = sheet.chosen
            one = next((one for one in sheet.fields if one.key == self.chosen), None)
            if one is not None and name in seen_of(one):
                self._seen = {**self._seen, name: seen_of(one)[name]}
        return BuildState.refresh

    # Flows

    @staticmethod
    def _save(work: Work, contest_id: object, key: object, name: object, typed: object, seen: object) -> Made:
        """Write one setting. ``seen``: what the writer's screen held; None to overwrite whatever stands there."""
        if not isinstance(name, str):
            raise NotFound
        row = one_of(locked(work, contest_id), key)
        there = row.typed()
        fresh = fieldsettings.saved(there, name, typed)
        text = f"«{row.label}»: {_SETTING_WORDS.get(name, 'свойства')}"
        with change(work, contest_id, FORM, text) as made:
            if require_seen(name, fieldsettings.written(there, name), fieldsettings.written(fresh, name), seen):
                row.write(fresh)
        return made_of(work, made.contest)

    @staticmethod
    def _add_option(work: Work, contest_id: object, key: object, label: object) -> Made:
        return _written(work, contest_id, key, "ответ добавлен", lambda one: fieldsettings.with_option(one, label)[0])

    @staticmethod
    def _rename_option(work: Work, contest_id: object, key: object, value: object, label: object) -> Made:
        return _written(
            work, contest_id, key, "слова ответа", lambda one: fieldsettings.renamed_option(one, value, label)
        )

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
    def _set_share(work: Work, contest_id: object, key: object, source: object, end: object, typed: object) -> Made:
        return _written(
            work, contest_id, key, "доли источников", lambda one: fieldsettings.with_share(one, source, end, typed)
        )

    @staticmethod
    def _set_condition(work: Work, contest_id: object, key: object, what: object, value: object) -> Made:
        rows = locked(work, contest_id)
        row = one_of(rows, key)
        above = regional(work, candidates(row.typed(), [one.typed() for one in rows]), [one.key for one in rows])
        known = {one.key: one for one in above}
        fresh = _condition(row, known, what, value)
        with change(work, contest_id, FORM, f"«{row.label}»: условие показа") as made:
            row.shown_if = fresh.model_dump(mode="json") if fresh else None
        return made_of(work, made.contest)


_SETTING_WORDS = {
    "label": "вопрос",
    "hint": "подсказка",
    "example": "пример",
    "required": "обязательность",
    "audience": "кто видит ответ",
    "hidden_from_experts": "скрыто ли от экспертов",
    "text": "текст согласия",
}


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
            raise Refused("Выше нет полей, на которые можно посмотреть.", field="condition")
        return there or first_condition(list(known.values())[-1])
    if what == "key":
        if not isinstance(value, str) or value not in known:
            raise NotFound("Этого поля выше уже нет.")
        return first_condition(known[value])
    if there is None or there.key not in known:
        raise NotFound("Условие уже убрали.")
    source = known[there.key]
    if what == "test":
        test = next((one for one in tests_for(source) if one.value == value), None)
        if test is None:
            raise NotFound
        kept = there.value if needs_value(test) and needs_value(there.test) else first_condition(source, test).value
        return Condition(key=there.key, test=test, value=kept if needs_value(test) else "")
    if what not in ("value", "figure") or not isinstance(value, str) or len(value) > _VALUE_MOST:
        raise NotFound
    return _compared(row, source, there, value)


def _compared(row: FormField, source: AnyField, there: Condition, value: str) -> Condition:
    """Return the condition with another value to compare with; it must be one that the field can be answered with."""
    text = value if value_asked(source, there) == "choice" else "".join(value.split()).replace(",", ".")
    fresh = there.model_copy(update={"value": text})
    alone = SectionField(key=row.key, label="-", shown_if=fresh)  # so that only the condition can be wrong
    if trouble := troubles(FormSpec(fields=(source.model_copy(update={"shown_if": None}), alone))).get(row.key):
        raise Refused(trouble, field="condition")
    return fresh
