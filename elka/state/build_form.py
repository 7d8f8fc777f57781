"""The step «Форма заявки»: the fields of a template are added, moved, doubled, taken out. Each is one change of history.

The settings of the chosen field are its fields that save themselves; its answers and its condition, which are chosen
and not typed, are in ``build_field.py``, which goes on from this state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import reflex as rx

from elka.core import fieldsettings
from elka.core.formfields import BY_KIND, LABEL_MAX, FieldKind, ProjectPart
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.readiness_contest import FORM
from elka.state.base import Events, Fault, listed
from elka.state.build import BuildState
from elka.state.build_cards import OWN_KINDS, CardRow, ChosenRow, PaletteRow, Sheet, palette, values_in
from elka.state.build_fields import OwnFields, StepFields, left_over
from elka.state.building import change, for_office, require_seen, undo
from elka.state.building_form import (
    Ask,
    Made,
    depending,
    fresh_key,
    inserted,
    locked,
    made_of,
    misplaced,
    named,
    one_of,
    part_field,
    roomy,
    sheet,
)
from elka.state.building_order import number_at
from elka.state.field_words import KINDS
from elka.state.try_form import TryFormState

_WORDS = {
    "label": "вопрос",
    "hint": "подсказка",
    "example": "пример",
    "required": "обязательность",
    "audience": "кто видит ответ",
    "hidden_from_experts": "скрыто ли от экспертов",
    "text": "текст согласия",
}
# The card is brought into sight and takes the focus.
_TO_CARD = (
    "setTimeout(() => {{ const card = document.querySelector('[data-item=\"{key}\"] .field-name');"
    " card?.focus({{ preventScroll: true }}); card?.scrollIntoView({{ block: 'nearest' }}); }}, 120)"
)
# A new one is named at once: the cursor stands in its question, save where that would call up a keyboard on the screen.
_TO_QUESTION = (
    "setTimeout(() => {{ const card = document.querySelector('[data-item=\"{key}\"] .field-name');"
    " const words = matchMedia('(pointer: fine)').matches && document.getElementById('{key}.label');"
    " (words || card)?.focus({{ preventScroll: true }}); words?.select?.();"
    " card?.scrollIntoView({{ block: 'nearest' }}); }}, 120)"
)


class Done(NamedTuple):
    """A change that was made, and what the step shows after it."""

    made: Made
    fields: StepFields


class BuildFormState(OwnFields, rx.State):
    """The template of a contest while it is built."""

    is_draft: bool = True
    head: str = ""
    order: list[str] = []
    cards: list[CardRow] = []
    chosen: str = ""
    mine: CardRow = CardRow("", "", "")  # the chosen card, fresher than the list while its settings are typed
    field: ChosenRow = ChosenRow()
    kinds: list[PaletteRow] = palette()
    parts: list[PaletteRow] = []
    is_full: bool = False
    whole: str = ""  # what is wrong with the form as a whole
    undoing: str = ""  # what was just done and can be taken back
    ask: Ask = Ask("", "", "")
    tab: str = "field"
    note: str = ""
    _whole: bool = False
    _edit: int = 0
    _asked: tuple[str, tuple[Any, ...]] | None = None

    @rx.event
    async def choose(self, key: str) -> Events:
        """Show the settings of a field."""
        if key not in self.order or key == self.chosen:
            return None
        self.errors, self.clashes, self.chosen, self.note = {}, {}, key, ""
        return [
            *listed(await self._load(self._opened, self.contest, key, into=self._absorb)),
            *listed(self._followed()),
        ]

    @rx.event
    def close(self) -> Events:
        """Show no field's settings; focus goes back to its card."""
        # The list takes over what stood in the chosen card alone.
        self.cards = [self.mine if card.key == self.mine.key else card for card in self.cards]
        key, self.chosen, self.field = self.chosen, "", ChosenRow()
        self.errors, self.clashes = {}, {}
        return rx.call_script(_TO_CARD.format(key=key)) if key in self.order else None

    @rx.event
    def open_tab(self, tab: str) -> None:
        """Look at the settings, or at what a resident will see."""
        if tab in ("field", "seen"):
            self.tab = tab

    @rx.event
    def look_at(self, whole: bool) -> Events:
        """Look at the whole form, or at the chosen field alone, as a resident will see it."""
        self._whole = whole is True
        return self._followed()

    @rx.event
    async def add(self, kind: str) -> Events:
        """Add an own field after the chosen one, or at the end."""
        return await self._do("_add", kind, self.chosen)

    @rx.event
    async def add_part(self, part: str) -> Events:
        """Add a field for a part of the project."""
        return await self._do("_add_part", part, self.chosen)

    @rx.event
    async def duplicate(self, key: str) -> Events:
        """Put a copy of a field under it."""
        return await self._do("_duplicate", key)

    @rx.event
    async def move(self, key: str, position: int) -> Events:
        """Put a field in another place, from 0."""
        return await self._do("_move", key, position)

    @rx.event
    async def remove(self, key: str) -> Events:
        """Take a field out; it can be put back."""
        return await self._do("_remove", key)

    @rx.event
    async def agree(self) -> Events:
        """Do what was asked about, with its consequence."""
        asked, self._asked = self._asked, None
        if asked is None:
            return None
        return await self._do(asked[0], *asked[1], sure=True)

    @rx.event
    async def take_back(self) -> Events:
        """Take back what was just done here."""
        edit, self._edit, self.undoing = self._edit, 0, ""
        return await self._do("_take_back", edit) if edit else None

    @rx.event
    async def bring_back(self, unsaved: str) -> Events:
        """Save what an earlier visit left unsaved in the settings of a field, and show that field."""
        found = [field.partition(".")[0] for field, _, _ in left_over(unsaved, f"build-{self.contest}-")]
        events = [await self.choose(key) for key in found[:1] if key in self.order]
        return [*events, *listed(await self._restored(unsaved))]

    async def _do(self, flow: str, *arguments: Any, sure: bool = False, at: str = "") -> Events:
        """Run a flow of the template; if it has a consequence elsewhere, ask first. A refusal is told at ``at``."""
        try:
            done = await self._work(
                self._shown_after,
                getattr(self, flow),
                self.chosen,
                self.contest,
                *arguments,
                **({"sure": True} if sure else {}),
            )
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            if not at:
                return rx.toast.error(str(refused))
            self.errors = {**self.errors, at: str(refused)}
            return None
        self.errors = {name: text for name, text in self.errors.items() if name != at}
        if isinstance(done, Ask):
            self.ask, self._asked = done, (flow, arguments)
            return rx.call_script("window.elka?.open('form-ask')")
        made = done.made
        self.undoing, self._edit = made.text, made.edit
        if made.added:
            self.chosen, self.errors, self.clashes, self.note = made.added, {}, {}, ""
        if self.chosen not in done.fields.more.order:
            self.chosen, self.note = "", ""  # it was this very person who took it out
        self._absorb(done.fields)
        return [
            BuildState.refresh,
            *listed(self._followed()),
            *([rx.call_script(_TO_QUESTION.format(key=made.added))] if made.added else []),
        ]

    async def _saving(self, field: str, value: str, seen: str | None) -> Events:
        return [*listed(await super()._saving(field, value, seen)), *listed(self._followed())]

    def _followed(self) -> Events:
        """Let the preview, where it is looked at, show what has just changed."""
        if self.tab != "seen":
            return None
        return TryFormState.follow("" if self._whole else self.chosen)

    def _beside(self) -> tuple[Any, ...]:
        return (self.chosen,)

    def _take(self, more: Sheet) -> None:
        """Take the rows over; what has not changed is not sent again."""
        if self.chosen and self.chosen not in more.order:
            self.chosen, self.note = "", "Поле, которое вы правили, убрали из формы."
        rows: dict[str, Any] = {"is_draft": more.is_draft, "head": more.head, "order": more.order, "whole": more.whole}
        rows |= {"parts": more.parts, "is_full": more.is_full, "field": more.chosen}
        rows["mine"] = next((card for card in more.cards if card.key == self.chosen), CardRow("", "", ""))
        # While the settings of one card are typed, the list stands still and the card is drawn from ``mine``.
        if _others(self.cards, self.chosen) != _others(more.cards, self.chosen):
            rows["cards"] = more.cards
        for name, value in rows.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    # Flows

    @staticmethod
    def _opened(work: Work, contest_id: object, chosen: object = "") -> StepFields:
        return _step(work, contest_id, chosen)

    @staticmethod
    def _save(
        work: Work, contest_id: object, field: object, value: object, seen: object, chosen: object = ""
    ) -> StepFields:
        """Write one setting, named «key.setting». ``seen``: what the writer's screen held; None: overwrite it."""
        key, _, name = field.partition(".") if isinstance(field, str) else ("", "", "")
        row = one_of(locked(work, contest_id), key)
        there = row.typed()
        try:
            fresh = fieldsettings.saved(there, name, value)
            before, after = fieldsettings.written(there, name), fieldsettings.written(fresh, name)
            with change(work, contest_id, FORM, f"«{row.label}»: {_WORDS.get(name, 'ограничения')}"):
                if require_seen(str(field), before, after, seen):
                    row.write(fresh)
        except Refused as refused:
            raise _named_so(refused, str(field)) from None
        return _step(work, contest_id, chosen)

    @staticmethod
    def _add(work: Work, contest_id: object, kind: object, after: object) -> Made:
        if kind not in [one.value for one in OWN_KINDS]:
            raise NotFound
        known = FieldKind(str(kind))
        field = BY_KIND[known](key=fresh_key(known.value), label=KINDS[known].label)
        return inserted(work, contest_id, field, after)

    @staticmethod
    def _add_part(work: Work, contest_id: object, part: object, after: object) -> Made:
        if part not in list(ProjectPart):
            raise NotFound
        return inserted(work, contest_id, part_field(ProjectPart(str(part))), after)

    @staticmethod
    def _duplicate(work: Work, contest_id: object, key: object) -> Made:
        row = one_of(locked(work, contest_id), key)
        if row.of_project is not None:
            raise Refused("Это часть проекта: в форме она бывает один раз.")
        field = row.typed()
        label = f"{field.label[: LABEL_MAX - 8]} (копия)"
        copy = field.model_copy(update={"key": fresh_key(row.kind.value), "label": label})
        return inserted(work, contest_id, copy, key)

    @staticmethod
    def _move(work: Work, contest_id: object, key: object, position: object, *, sure: bool = False) -> Made | Ask:
        if not isinstance(position, int) or isinstance(position, bool):
            raise NotFound
        rows = roomy(work, contest_id)
        row = one_of(rows, key)
        rest = [one for one in rows if one is not row]
        place = max(0, min(position, len(rest)))
        broken = misplaced([*rest[:place], row, *rest[place:]])
        if broken and not sure:
            return Ask(
                "Переместить поле?",
                f"{named(broken)}: условие смотрит на поле, которое окажется ниже. Условие пропадёт, и вопрос будут "
                "видеть все. Это можно отменить.",
                "Переместить",
            )
        text = f"Перемещено поле «{row.label}»"
        with change(work, contest_id, FORM, text) as made:
            if rows.index(row) != place:
                row.position = number_at(rest, place)
            for one in broken:
                one.shown_if = None
        return made_of(work, made.contest, text if broken else "")

    @staticmethod
    def _remove(work: Work, contest_id: object, key: object, *, sure: bool = False) -> Made | Ask:
        rows = locked(work, contest_id)
        row = one_of(rows, key)
        broken = depending(rows, row.key)
        if broken and not sure:
            return Ask(
                "Убрать поле?",
                f"{named(broken)}: условие смотрит на это поле. Условие пропадёт, и вопрос будут видеть все. "
                "Это можно отменить.",
                "Убрать",
            )
        text = f"Убрано поле «{row.label}»"
        with change(work, contest_id, FORM, text) as made:
            for one in broken:
                one.shown_if = None
            work.session.delete(row)
        return made_of(work, made.contest, text)

    @staticmethod
    def _take_back(work: Work, contest_id: object, edit_id: object) -> Made:
        undo(work, contest_id, edit_id)
        return Made()

    @staticmethod
    def _shown_after(
        work: Work, flow: Callable[..., Made | Ask], chosen: object, contest_id: object, *arguments: Any, **more: Any
    ) -> Done | Ask:
        """Run a flow and return what the step shows after it, in one unit of work."""
        made = flow(work, contest_id, *arguments, **more)
        return made if isinstance(made, Ask) else Done(made, _step(work, contest_id, made.added or chosen))


def _step(work: Work, contest_id: object, chosen: object) -> StepFields:
    shown = sheet(work, for_office(work, contest_id), chosen)
    one = next((one for one in shown.fields if one.key == chosen), None)
    return StepFields(shown.contest_id, shown.version, values_in(one) if one is not None else {}, shown)


def _named_so(refused: Refused, field: str) -> Refused:
    """Tell a refusal at the name under which the state keeps the setting."""
    refused.fields = {field: refused.message}
    return refused


def _others(cards: list[CardRow], chosen: str) -> list[CardRow]:
    """Return the cards, with nothing of the chosen one but its place."""
    return [card if card.key != chosen else CardRow(card.key, "", "") for card in cards]
