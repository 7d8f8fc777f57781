"""Correcting published results, in the hands of a contest's officials: the page ``/office/contests/[contest_id]/correction``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from elka.db import Work
from elka.errors import Refused
from elka.models.result_corrections import TAKES_OUT
from elka.state import result_corrections
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.state.correction_picks import PickRow, picks_of
from elka.state.correction_rows import (
    Change,
    CorrectionDesk,
    CorrectionHead,
    CorrectionRow,
    change_of,
    desk_of,
)
from elka.ui.rows import Option

TAKES_OUT_NAMES = [ground.value for ground in TAKES_OUT]
_PICKED_MOST = 50


class CorrectionDeskState(Flow, rx.State):
    """Proposing, signing and declining corrections of one contest's results."""

    head: CorrectionHead = CorrectionHead()
    rows: list[CorrectionRow] = []
    grounds: list[Option] = []
    returned: list[Option] = []
    batches: list[Option] = []
    entered: list[Option] = []
    ground: str = ""
    query: str = ""
    found: list[PickRow] = []
    picked: list[PickRow] = []
    picked_ids: list[int] = []
    change: Change = Change()
    taken: int = 0  # counts what was read anew: part of the fields' keys
    _form: dict[str, Any] = {}

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the corrections of the contest in the address."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.head.id):
            self._clear()
            self.head, self.rows, self.status = CorrectionHead(), [], "loading"
            yield
        yield await self._load(self._desk, asked, into=self._show)

    @rx.event
    async def choose_ground(self, ground: str) -> Events:
        """Choose on what ground results are corrected; what was asked on another one is forgotten."""
        self.ground = ground if isinstance(ground, str) else ""
        self.picked, self.picked_ids, self.change, self.errors = [], [], Change(), {}
        return await self._run(self._picks, self.head.id, "", then=self._show_form)

    @rx.event(supersedes=True)
    async def search(self, query: str) -> Events:
        """Find projects by words or by the number of the application."""
        return await self._run(self._picks, self.head.id, query, then=self._show_found)

    @rx.event
    async def pick(self, application_id: int) -> Events:
        """Choose a project to be taken out, or leave it in."""
        ids = self.picked_ids
        wanted = [one for one in ids if one != application_id] if application_id in ids else [*ids, application_id]
        self.change = Change()
        return await self._run(self._picked, self.head.id, wanted, then=self._show_picked)

    @rx.event
    async def foresee(self, form: dict[str, Any]) -> Events:
        """Show what the correction would change, before it is proposed."""
        self.change = Change()
        self._form = _read(form, self.ground, self.picked_ids)
        return await self._run(self._foreseen, self.head.id, self._form, then=self._show_change)

    @rx.event
    async def propose(self) -> Events:
        """Propose what was shown."""
        form = {**self._form, "seen": self.change.digest}
        return await self._run(
            result_corrections.propose, self.head.id, form, done="Предложено, ждёт второй подписи", then=self._proposed
        )

    @rx.event
    async def sign(self, correction_id: int) -> Events:
        """Sign a correction as it stands on the screen."""
        seen = next((row.change.digest for row in self.rows if row.id == correction_id), "")
        return await self._run(result_corrections.sign, correction_id, seen, then=self._signed)

    @rx.event
    async def decline(self, form: dict[str, Any]) -> Events:
        """Decline the correction that waits."""
        waits = next((row.id for row in self.rows if row.waits), 0)
        return await self._run(
            result_corrections.decline, waits, form, done="Исправление отклонено", then=self._declined
        )

    @rx.event
    async def take_back(self, correction_id: int) -> Events:
        """Take one's own proposal back."""
        return await self._run(
            result_corrections.take_back, correction_id, done="Предложение отозвано", then=self._again
        )

    @staticmethod
    def _desk(work: Work, contest_id: object) -> CorrectionDesk:
        return desk_of(work, for_office(work, contest_id))

    @staticmethod
    def _picks(work: Work, contest_id: object, query: object) -> tuple[str, list[PickRow]]:
        contest = for_office(work, contest_id)
        words = " ".join(query.split())[:80] if isinstance(query, str) else ""
        return words, picks_of(work, contest, words) if contest.published_at is not None else []

    @staticmethod
    def _picked(work: Work, contest_id: object, ids: object) -> list[PickRow]:
        contest = for_office(work, contest_id)
        known = [one for one in ids if isinstance(one, int) and 0 < one < 2**63] if isinstance(ids, list) else []
        if len(known) > _PICKED_MOST:
            raise Refused(f"За один раз снимают не больше {_PICKED_MOST} проектов.")
        return picks_of(work, contest, "", known) if contest.published_at is not None else []

    @staticmethod
    def _foreseen(work: Work, contest_id: object, form: object) -> Change:
        contest = for_office(work, contest_id)
        result_corrections.require_words(form)
        return change_of(work, contest, result_corrections.preview(work, contest_id, form))

    def _show(self, desk: CorrectionDesk) -> None:
        self.head, self.rows, self.grounds = desk.head, desk.rows, desk.grounds
        self.returned, self.batches, self.entered = desk.returned, desk.batches, desk.entered

    def _show_found(self, found: tuple[str, list[PickRow]]) -> None:
        self.query, self.found = found

    def _show_form(self, found: tuple[str, list[PickRow]]) -> list[Any]:
        """Show the fields of the ground, with the words that were typed before a reload."""
        self._show_found(found)
        return [rx.call_script(f"setTimeout(() => window.elka?.draft?.('correction-{self.head.id}'), 120)")]

    def _show_picked(self, picked: list[PickRow]) -> None:
        self.picked, self.picked_ids = picked, [one.id for one in picked]

    def _show_change(self, change: Change) -> list[Any]:
        self.change = change
        return [rx.call_script("requestAnimationFrame(() => document.getElementById('change')?.focus())")]

    def _clear(self) -> None:
        self.ground, self.query, self.found = "", "", []
        self.picked, self.picked_ids = [], []
        self.change, self._form = Change(), {}
        self.taken += 1

    async def _again(self, _: object) -> list[Any]:
        return listed(await self._load(self._desk, self.head.id, into=self._show))

    async def _proposed(self, _: object) -> list[Any]:
        self._clear()
        return [rx.call_script(f"window.elka?.forget?.('correction-{self.head.id}')"), *await self._again(None)]

    async def _signed(self, done: bool) -> list[Any]:
        said = (
            rx.toast.success("Подписано: действует новая версия итогов")
            if done
            else rx.toast.error("Пока исправление ждало, данные изменились. Оно снято, почему — написано на странице.")
        )
        return [*await self._again(None), said]

    async def _declined(self, _: object) -> list[Any]:
        self.taken += 1
        return [rx.call_script("elka.close('decline')"), *await self._again(None)]


def _read(form: object, ground: str, picked: list[int]) -> dict[str, Any]:
    """Put together what the page holds and what the form says: the boxes that were ticked under their group's name."""
    typed = dict(form) if isinstance(form, dict) else {}
    return {**typed, "ground": ground, **({"projects": picked} if ground in TAKES_OUT_NAMES else {})}
