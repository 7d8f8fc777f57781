"""The step «Форма заявки»: the fields of a template are added, moved, doubled, taken out. Each is one change of history.

What a field itself is set to is in ``build_field.py``, which goes on from this state.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import reflex as rx

from elka.core.formfields import BY_KIND, LABEL_MAX, FieldKind, ProjectPart
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.readiness_contest import FORM
from elka.state.base import Events, Flow
from elka.state.build import BuildState
from elka.state.build_cards import OWN_KINDS, CardRow, ChosenRow, PaletteRow, Sheet, palette, seen_of
from elka.state.building import change, for_office, undo
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
    number_at,
    one_of,
    part_field,
    roomy,
    sheet,
)
from elka.state.field_words import KINDS


class Done(NamedTuple):
    """A change that was made, and what the step shows after it."""

    made: Made
    sheet: Sheet


class BuildFormState(Flow, rx.State):
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
    undoing: str = ""  # what was just done and can be taken back
    ask: Ask = Ask("", "", "")
    tab: str = "field"
    turn: int = 0  # counts drawings anew of the settings: part of their keys
    clash: str = ""  # the setting that somebody else has changed
    theirs: str = ""
    _contest: int = 0
    _version: int = 0
    _edit: int = 0
    _seen: dict[str, str] = {}
    _fresh: dict[str, str] = {}
    _mine: str = ""
    _asked: tuple[str, tuple[Any, ...]] | None = None

    @rx.event
    async def load(self) -> Events:
        """Show the template of the contest that is in the address."""
        asked = self._part(2)
        if asked != str(self._contest):
            self.status, self.chosen, self.undoing, self.cards, self.order = "loading", "", "", [], []
        self.errors, self.clash = {}, ""
        return await self._load(self._sheet, asked, self.chosen, into=self._show)

    @rx.event
    async def beat(self) -> Events:
        """Show what others have changed since."""
        if self.status != "ready":
            return None
        return await self._load(self._changed_since, self._contest, self._version, self.chosen, into=self._heard)

    @rx.event
    async def choose(self, key: str) -> Events:
        """Show the settings of a field."""
        if key not in self.order or key == self.chosen:
            return None
        self.errors, self.clash, self.chosen = {}, "", key
        return await self._load(self._sheet, self._contest, key, into=self._show)

    @rx.event
    def leave(self) -> None:
        """Show no field's settings."""
        self.chosen, self.field, self.errors, self.clash = "", ChosenRow(), {}, ""

    @rx.event
    def open_tab(self, tab: str) -> None:
        """Look at the settings, or at what a resident will see."""
        if tab in ("field", "seen"):
            self.tab = tab

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
        if not edit:
            return None
        return await self._do("_take_back", edit)

    async def _do(self, flow: str, *arguments: Any, sure: bool = False) -> Events:
        """Run a flow of the template; if it has a consequence elsewhere, ask first."""
        return await self._run(
            self._shown_after,
            getattr(self, flow),
            self.chosen,
            self._contest,
            *arguments,
            **({"sure": True} if sure else {}),
            then=lambda done: self._settled(done, flow, arguments),
        )

    def _settled(self, done: Done | Ask, flow: str = "", arguments: tuple[Any, ...] = ()) -> Events:
        if isinstance(done, Ask):
            self.ask, self._asked = done, (flow, arguments)
            return rx.call_script("window.elka?.open('form-ask')")
        made, sheet = done
        self.undoing, self._edit = made.text, made.edit
        if made.added:
            self.chosen, self.errors, self.clash = made.added, {}, ""
        if self.chosen not in sheet.order:
            self.chosen = ""
        self._show(sheet)
        return [BuildState.refresh, *([rx.call_script(_IN_SIGHT.format(key=made.added))] if made.added else [])]

    def _show(self, sheet: Sheet) -> Events:
        """Draw what is there now; the settings are drawn anew, for another field may be chosen."""
        self._list(sheet)
        self.field, self.turn = sheet.chosen, self.turn + 1
        one = next((one for one in sheet.fields if one.key == self.chosen), None)
        self._seen, self._fresh = seen_of(one) if one is not None else {}, {}
        return None

    def _heard(self, sheet: Sheet | None) -> Events:
        """Draw what others have changed, without touching the control that somebody is typing in."""
        if sheet is None:
            return None
        if self.chosen and self.chosen not in sheet.order:
            self.chosen = ""
            self._show(sheet)
            return rx.toast.info("Поле, которое вы правили, убрал другой сотрудник.")
        self._list(sheet)
        self.field = sheet.chosen
        one = next((one for one in sheet.fields if one.key == self.chosen), None)
        fresh = {name: text for name, text in (seen_of(one) if one else {}).items() if self._seen.get(name) != text}
        self._fresh = fresh
        return rx.call_script(_taken(fresh), callback=type(self).took) if fresh else None

    @rx.event
    def took(self, names: list[str]) -> None:
        """Hear which controls show the fresh values: those that nobody is typing in."""
        if isinstance(names, list):
            kept = {name: self._fresh[name] for name in names if isinstance(name, str) and name in self._fresh}
            self._seen = {**self._seen, **kept}

    def _list(self, sheet: Sheet) -> None:
        """Take the rows over; what has not changed is not sent again."""
        self._contest = sheet.contest_id
        rows = {"is_draft": sheet.is_draft, "head": sheet.head, "order": sheet.order}
        rows |= {"parts": sheet.parts, "is_full": sheet.is_full}
        for name, value in rows.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
        self._version = sheet.version
        self.mine = next((card for card in sheet.cards if card.key == self.chosen), CardRow("", "", ""))
        # While one card is typed in, the list stands still and the card is drawn from ``mine``.
        if [card for card in self.cards if card.key != self.chosen] != [
            card for card in sheet.cards if card.key != self.chosen
        ] or [card.key for card in self.cards] != sheet.order:
            self.cards = sheet.cards

    # Flows

    @staticmethod
    def _sheet(work: Work, contest_id: object, chosen: object) -> Sheet:
        return sheet(work, for_office(work, contest_id), chosen)

    @staticmethod
    def _changed_since(work: Work, contest_id: object, version: object, chosen: object) -> Sheet | None:
        contest = for_office(work, contest_id)
        return None if contest.version == version else sheet(work, contest, chosen)

    @staticmethod
    def _add(work: Work, contest_id: object, kind: object, after: object) -> Made:
        if kind not in [one.value for one in OWN_KINDS]:
            raise NotFound
        chosen = FieldKind(str(kind))
        field = BY_KIND[chosen](key=fresh_key(chosen.value), label=KINDS[chosen].label)
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
                row.position = number_at([one.position for one in rest], place)
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
        if isinstance(made, Ask):
            return made
        return Done(made, sheet(work, for_office(work, contest_id), made.added or chosen))


# On a phone and in a long form the new card is brought into sight and takes the focus.
_IN_SIGHT = (
    "setTimeout(() => {{ const card = document.querySelector('[data-key=\"{key}\"] .field-name');"
    " card?.focus({{ preventScroll: true }}); card?.scrollIntoView({{ block: 'nearest' }}); }}, 120)"
)


def _taken(fresh: dict[str, str]) -> str:
    return f"window.elka?.took?.('set-', {json.dumps(fresh, ensure_ascii=False)}) ?? []"
