"""Mutually exclusive projects of a contest in the hands of its officials: groups, and what is suggested to be one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.contests import Contest
from elka.state import exclusive_groups
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.state.contest_words import headed
from elka.state.exclusive_rows import SHOWN, GroupRow, SuggestionRow, group_rows, suggestion_rows, waiting_clusters
from elka.ui import labels

_EDITOR = "exclusive-group"


@dataclass(frozen=True)
class ExclusiveHead:
    """The contest above the groups. ``is_open``: groups may be changed now; ``note`` says why not."""

    id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    is_open: bool = False
    note: str = ""
    waiting: str = ""
    more: str = ""


@dataclass(frozen=True)
class GroupForm:
    """What the editor holds: which group (0: a new one), numbers of applications, the ground."""

    id: int = 0
    numbers: str = ""
    ground: str = ""
    title: str = "Новая группа"


@dataclass(frozen=True)
class ExclusivePage:
    """All that the page shows."""

    head: ExclusiveHead
    groups: list[GroupRow]
    suggestions: list[SuggestionRow]


class ExclusiveState(Flow, rx.State):
    """The page ``/office/contests/[contest_id]/exclusive``."""

    head: ExclusiveHead = ExclusiveHead()
    groups: list[GroupRow] = []
    suggestions: list[SuggestionRow] = []
    form: GroupForm = GroupForm()
    taken: int = 0  # counts openings of the editor: part of its fields' keys

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the groups of the contest in the address."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.head.id):
            self.head, self.groups, self.suggestions, self.status = ExclusiveHead(), [], [], "loading"
            yield
        yield await self._load(self._page, asked, into=self._show)

    @rx.event
    def begin(self) -> Events:
        """Open the editor for a new group."""
        return self._edit(GroupForm())

    @rx.event
    def take(self, key: str) -> Events:
        """Open the editor with the projects of a suggestion."""
        row = next((one for one in self.suggestions if one.key == key), None)
        return None if row is None else self._edit(GroupForm(0, row.numbers, row.ground))

    @rx.event
    def edit(self, group_id: int) -> Events:
        """Open the editor with a group."""
        row = next((one for one in self.groups if one.id == group_id), None)
        return None if row is None else self._edit(GroupForm(row.id, row.numbers, row.words, "Изменить группу"))

    @rx.event
    async def save(self, form: dict[str, Any]) -> Events:
        """Make the group, or change the one that is open."""
        if self.form.id:
            return await self._run(self._change, self.form.id, form, done="Группа изменена", then=self._again)
        return await self._run(self._mark, self.head.id, form, done="Группа отмечена", then=self._again)

    @rx.event
    async def dissolve(self, group_id: int) -> Events:
        """Take a group apart."""
        return await self._run(self._dissolve, group_id, done="Группа распущена", then=self._again)

    @rx.event
    async def see_apart(self, ids: list[int]) -> Events:
        """Note that these projects do not exclude each other."""
        return await self._run(self._see_apart, self.head.id, ids, done="Больше не предложим", then=self._again)

    @staticmethod
    def _page(work: Work, contest_id: object) -> ExclusivePage:
        contest = for_office(work, contest_id)
        clusters = waiting_clusters(work, contest) if contest.is_admitting() else []
        return ExclusivePage(
            head=_head(contest, len(clusters)),
            groups=group_rows(work, contest),
            suggestions=suggestion_rows(work, clusters[:SHOWN]),
        )

    @staticmethod
    def _mark(work: Work, contest_id: object, form: object) -> int:
        return exclusive_groups.mark(work, contest_id, form)

    @staticmethod
    def _change(work: Work, group_id: object, form: object) -> None:
        exclusive_groups.change(work, group_id, form)

    @staticmethod
    def _dissolve(work: Work, group_id: object) -> None:
        exclusive_groups.dissolve(work, group_id)

    @staticmethod
    def _see_apart(work: Work, contest_id: object, ids: object) -> None:
        exclusive_groups.see_apart(work, contest_id, ids)

    def _edit(self, form: GroupForm) -> Events:
        self.form, self.errors = form, {}
        self.taken += 1
        return rx.call_script(f"elka.open('{_EDITOR}')")

    async def _again(self, _: object) -> list[Any]:
        events = await self._load(self._page, self.head.id, into=self._show)
        return [rx.call_script(f"elka.close('{_EDITOR}')"), *listed(events)]

    def _show(self, page: ExclusivePage) -> None:
        self.head, self.groups, self.suggestions = page.head, page.groups, page.suggestions


def _head(contest: Contest, waiting: int) -> ExclusiveHead:
    is_open = contest.is_admitting()
    before = contest.stage in (ContestStage.DRAFT, ContestStage.ANNOUNCED)
    note = (
        "Отмечать можно, когда начнётся приём заявок."
        if before
        else "Отмечали до открытия голосования, теперь ничего не меняется."
    )
    return ExclusiveHead(
        **headed(contest),
        is_open=is_open,
        note="" if is_open else note,
        waiting=labels.number(waiting) if waiting else "",
        more=f"Ещё {labels.number(waiting - SHOWN)} появятся здесь, когда разберёте эти." if waiting > SHOWN else "",
    )
