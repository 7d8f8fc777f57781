"""Who changed what in a draft and when; taking back and bringing back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.contest_edits import CannotUndo, built_rows, merged, stand
from elka.models.people import Person
from elka.state import building
from elka.state.base import Events, Fault, Flow
from elka.state.build import STEPS
from elka.state.build_words import change_words
from elka.state.building import Deed, deeds, first_standing, for_building, for_office, to_redo, to_undo
from elka.ui import labels
from elka.ui.rows import person_tone

MOST = 400  # entries that are looked through
_BEAT = "window.dispatchEvent(new Event('elka:beat'))"


@dataclass(frozen=True)
class EditRow:
    """One line of the history: one change, or several of one person at one place. ``id``: the newest of them."""

    id: int
    who: str
    initials: str
    tone: int
    when: str
    step: str
    text: str
    taken_back: bool
    can: bool


class BuildHistoryState(Flow, rx.State):
    """The history of a draft, and the keys that take changes back."""

    rows: list[EditRow] = []
    opened: bool = False

    @rx.event
    async def open(self) -> Events:
        """Show the history."""
        self.opened = True
        return await self._load(self._history, self._part(2), into=self._show)

    @rx.event
    async def close(self) -> Events:
        """Close the panel."""
        self.opened = False
        return None

    @rx.event
    async def beat(self) -> Events:
        """Show what has been changed meanwhile, while the panel is open."""
        if not self.opened:
            return None
        try:
            rows = await self._work(self._history, self._part(2))
        except (Refused, Fault):
            return None  # the frame tells of it
        if rows != self.rows:
            self.rows = rows
        return None

    @rx.event
    async def undo(self) -> Events:
        """Take back one's own last change."""
        return await self._run(self._undo, self._part(2), then=self._told)

    @rx.event
    async def redo(self) -> Events:
        """Bring back what was taken back last."""
        return await self._run(self._redo, self._part(2), then=self._told)

    @rx.event
    async def turn(self, edit_id: int) -> Events:
        """Take back a line of the history, or bring it back."""
        return await self._run(self._turn, self._part(2), edit_id, then=self._told)

    @staticmethod
    def _history(work: Work, contest_id: object) -> list[EditRow]:
        contest = for_office(work, contest_id)
        groups = grouped(deeds(work, contest.id or 0, most=MOST))
        people = _people(work, {group[0].edit.actor_id for group in groups})
        rows = built_rows(work.session, contest.id or 0)
        return [_row(work, group, people[group[0].edit.actor_id], rows) for group in groups]

    @staticmethod
    def _undo(work: Work, contest_id: object) -> str:
        contest = for_building(work, contest_id)
        mine = to_undo(work, deeds(work, contest.id or 0, light=True))
        return _taken(work, contest.id or 0, mine, "Отменять нечего: ваши правки уже изменили снова.")

    @staticmethod
    def _redo(work: Work, contest_id: object) -> str:
        contest = for_building(work, contest_id)
        mine = to_redo(work, deeds(work, contest.id or 0, light=True))
        return _taken(work, contest.id or 0, mine, "Возвращать нечего.")

    @staticmethod
    def _turn(work: Work, contest_id: object, edit_id: object) -> str:
        contest = for_building(work, contest_id)
        groups = grouped(deeds(work, contest.id or 0, most=MOST))
        group = next((one for one in groups if one[0].edit.id == edit_id and not isinstance(edit_id, bool)), None)
        if group is None:
            raise NotFound("Такой записи в истории уже нет: обновите её.")
        text = ""
        for deed in group if group[0].holds else reversed(group):
            text = building.undo(work, contest.id, deed.last.id).text
        return text

    def _show(self, rows: list[EditRow]) -> None:
        self.rows = rows

    async def _told(self, text: str) -> Events:
        return [rx.toast.success(labels.typographer(text)), rx.call_script(_BEAT), type(self).beat]


def grouped(listed: Sequence[Deed]) -> list[list[Deed]]:
    """Put together what one person changed at one place in a row; newest first."""
    groups: list[list[Deed]] = []
    for deed in listed:
        if groups and _place(groups[-1][0]) == _place(deed):
            groups[-1].append(deed)
        else:
            groups.append([deed])
    return groups


def _place(deed: Deed) -> tuple[Any, ...]:
    places = sorted(
        (change["table"], str(change["key"]), *sorted(change["after"] or ()), change["before"] is None)
        for change in deed.edit.changes
    )
    alone = any(change["before"] is None or change["after"] is None for change in deed.edit.changes)
    return deed.edit.actor_id, deed.edit.step, deed.holds, tuple(places), deed.edit.id if alone else 0


def _taken(work: Work, contest_id: int, listed: list[Deed], nothing: str) -> str:
    deed = first_standing(listed, built_rows(work.session, contest_id))
    if deed is None:
        raise CannotUndo(nothing)
    return building.undo(work, contest_id, deed.last.id).text


def _people(work: Work, ids: set[int]) -> dict[int, Person]:
    found = work.session.execute(sa.select(Person).where(col(Person.id).in_(ids))).scalars()
    return {row.id or 0: row for row in found}


def _row(work: Work, group: list[Deed], who: Person, rows: Any) -> EditRow:
    newest, oldest = group[0], group[-1]
    changes = merged(deed.edit.changes for deed in reversed(group))
    next_to_turn = newest if newest.holds else oldest
    name = f"{who.first_name} {who.last_name}"
    return EditRow(
        id=newest.edit.id or 0,
        who="Вы" if who.id == work.actor.person_id else name,
        initials=labels.initials(who.first_name, who.last_name),
        tone=person_tone(str(who.id)),
        when=_when(newest.edit.at, work.now),
        step=STEPS.get(newest.edit.step, ""),
        text=labels.typographer(change_words(newest.edit.text, changes)),
        taken_back=not newest.holds,
        can=stand(next_to_turn.last.changes, rows),
    )


def _when(at: datetime, now: datetime) -> str:
    today = clock.local(at).date() == clock.local(now).date()
    return labels.time(at) if today else f"{labels.day(at)}, {labels.time(at)}"
