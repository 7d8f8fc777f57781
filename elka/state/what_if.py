"""«Что если»: before a rule is chosen, all of them are counted on past or imaginary votes.

Never on votes that are not published: running figures are hidden from officials too. What is made is kept for an hour
(``elka/trials.py``) and changes nothing in the contest.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
import structlog

from elka import limits, trials
from elka.core.csv_cells import BOM, lines
from elka.core.imagined import PICKS_MAX
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.contests import Allot, Contest, WinnersBy
from elka.state.base import Events, Fault, Flow, listed
from elka.state.building import for_office
from elka.state.contest_words import STAGES
from elka.state.what_if_order import KINDS, SOURCES, Asked, asked_of
from elka.state.what_if_table import table_of
from elka.state.what_if_votes import cast_of_file, own_of, past_contests
from elka.state.what_if_words import (
    LineRow,
    Lines,
    Picture,
    Reasons,
    RuleRow,
    Spreads,
    WhyRow,
    lines_of,
    picture_of,
    reasons_of,
    spreads_of,
)
from elka.ui import labels
from elka.ui.rows import Option, SpreadRow, page_window

_TITLE_MAX = 120
_LOOK_SECONDS = 0.3
_SPREAD_FIRST = "mes-add1-greedy"
_TO_PICTURE = "document.getElementById('picture')?.focus()"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WhatIfRow:
    """The contest for which rules are compared."""

    id: int = 0
    title: str = ""
    back: str = ""
    status: str = ""
    tone: str = "grey"
    budget: str = ""
    projects: str = ""
    leaves_out: str = ""


@dataclass(frozen=True)
class Desk:
    """All that the page shows before anything is counted."""

    row: WhatIfRow
    past: list[Option]
    places: list[Option]
    values: dict[str, str]


class WhatIfState(Flow, rx.State):
    """Comparing rules for one contest."""

    row: WhatIfRow = WhatIfRow()
    past: list[Option] = []
    places: list[Option] = []
    values: dict[str, str] = {}
    source: str = "imagined"
    file: str = ""
    counting: bool = False
    done: int = 0
    of: int = 0
    picture: Picture = Picture("", "", "", "", [], [])
    rules: list[RuleRow] = []
    rows: list[LineRow] = []
    only_disputed: bool = True
    disputed: int = 0
    found: str = ""
    page_number: int = 1
    pages: int = 1
    window: list[int] = []
    rule: str = ""
    money_places: list[SpreadRow] = []
    money_directions: list[SpreadRow] = []
    places_without: str = ""
    directions_without: str = ""
    money_note: str = ""
    project: str = ""
    project_about: str = ""
    reasons: list[WhyRow] = []
    _turn: int = 0  # of the picture that is waited for: another one has another

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the contest in the address; a picture made before stays as long as the contest is the same."""
        asked = self._part(2)
        if asked != str(self.row.id):
            self._turn += 1
            self.counting, self.row, self.file, self.status = False, WhatIfRow(), "", "loading"
            self._forget()
            yield
        yield await self._load(self._desk, asked, into=self._show)

    @rx.event
    async def choose(self, source: str) -> None:
        """Choose where votes come from."""
        if source in SOURCES:
            self.source, self.errors = source, {}

    @rx.event
    async def arrived(self, answer: str) -> Events:
        """Name the file that has come."""
        return await self._run(self._file_told, self.row.id, answer, then=self._named)

    @rx.event
    async def drop_file(self) -> Events:
        """Forget the file of votes."""
        return await self._run(self._dropped, self.row.id, then=self._named)

    @rx.event(background=True)
    async def compare(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Make votes and count them by all rules, telling how far it is."""
        counting = trials.Counting()
        async with self:
            asked = await self._ordered(form, counting)
        if not isinstance(asked, tuple):
            for event in listed(asked):
                yield event
            return
        order, future, turn, contest_id = asked
        while not future.done():
            await asyncio.sleep(_LOOK_SECONDS)
            async with self:
                if self._turn != turn:
                    counting.stop()
                    return
                self.done, self.of = counting.done, counting.of
        async with self:
            events = await self._finished(order, future, turn, contest_id)
        for event in listed(events):
            yield event

    @rx.event
    async def stop(self) -> None:
        """Wait no longer for the picture."""
        self._turn += 1
        self.counting = False

    @rx.event
    async def show_disputed(self, only: bool) -> Events:
        """Show only the projects that the rules disagree on, or all of them."""
        return await self._matrix(only is True, 1)

    @rx.event
    async def turn_to(self, page: int) -> Events:
        """Turn the matrix to a page."""
        good = isinstance(page, int) and not isinstance(page, bool)
        return await self._matrix(self.only_disputed, page if good else 1)

    @rx.event
    async def spread_by(self, rule: str) -> Events:
        """Show how the money of a rule spreads."""
        return await self._run(self._spreads, self.row.id, self.picture.key, rule, then=self._spread_shown)

    @rx.event
    async def ask_why(self, project: str) -> Events:
        """Show why a project wins or does not by each rule."""
        return await self._run(self._reasons, self.row.id, self.picture.key, project, then=self._reasons_shown)

    # Flows

    @staticmethod
    def _desk(work: Work, contest_id: object) -> Desk:
        contest = for_office(work, contest_id)
        own = own_of(work, contest)
        status, tone = STAGES[contest.stage]
        draft = contest.stage is ContestStage.DRAFT
        here = f"/office/contests/{contest.id}"
        used = [place for number, place in enumerate(own.places) if not own.projects or number in own.at]
        return Desk(
            row=WhatIfRow(
                id=contest.id or 0,
                title=labels.typographer(contest.title) or "Без названия",
                back=f"{here}/build?step=winners" if draft else here,
                status=status,
                tone=tone,
                budget=labels.money(contest.budget),
                projects=labels.plural(len(own.projects), "допущенная заявка", "допущенные заявки", "допущенных заявок")
                if own.projects
                else "",
                leaves_out=labels.typographer(_leaves_out(contest)),
            ),
            past=past_contests(work),
            places=[Option(str(place.id), place.name) for place in used],
            values=_defaults(contest),
        )

    @staticmethod
    def _asked(work: Work, contest_id: object, source: object, form: object) -> Asked:
        """Read what is to be counted. Raises Invalid with a message at each wrong field."""
        contest = for_office(work, contest_id)
        limits.hit("what_if", account=work.person())
        return asked_of(work, contest, source, form)

    @staticmethod
    def _kept(work: Work, contest_id: object, asked: Asked, compared: Any) -> Picture:
        """Keep a picture for an hour."""
        person, contest = work.person(), for_office(work, contest_id)
        key = trials.keep_picture(person, contest.id or 0, asked.about, compared)
        return picture_of(key, asked.about, compared)

    @staticmethod
    def _lines(work: Work, contest_id: object, key: object, only_disputed: bool, page: int) -> Lines:
        return lines_of(_picture(work, contest_id, key)[1], only_disputed=only_disputed, page=page)

    @staticmethod
    def _spreads(work: Work, contest_id: object, key: object, rule: object) -> Spreads:
        return spreads_of(_picture(work, contest_id, key)[1], rule)

    @staticmethod
    def _reasons(work: Work, contest_id: object, key: object, project: object) -> Reasons:
        found = reasons_of(_picture(work, contest_id, key)[1], project)
        if found is None:
            raise NotFound("Такого проекта в этой картине нет.")
        return found

    @staticmethod
    def _table(work: Work, contest_id: object, key: object) -> tuple[str, str]:
        """Return the name and the text of the comparison as CSV."""
        contest = for_office(work, contest_id)
        about, compared = _picture(work, contest_id, key)
        return f"Что если — {contest.title}.csv", BOM + lines(table_of(about, compared))

    @staticmethod
    def _may_send(work: Work, contest_id: object) -> None:
        """Whether a file of votes may be sent; counts the attempt."""
        person = work.person()
        for_office(work, contest_id)
        limits.hit("what_if", account=person)

    @staticmethod
    def _sent(work: Work, contest_id: object, data: bytes) -> dict[str, Any]:
        """Read a file of votes through and keep it for an hour. Raises Refused with the number of the line."""
        person, contest = work.person(), for_office(work, contest_id)
        profile = cast_of_file(data, own_of(work, contest)).profile
        trials.keep_votes(person, contest.id or 0, data)
        return {"ballots": profile.voters, "projects": len(profile.projects), "votes": len(profile.indices)}

    @staticmethod
    def _file_told(work: Work, contest_id: object, answer: object) -> str:
        """Say what is in the file, by the route's answer; whether it is there is looked at here."""
        person, contest = work.person(), for_office(work, contest_id)
        trials.votes(person, contest.id or 0)
        try:
            told = json.loads(answer) if isinstance(answer, str) else {}
            ballots, projects, votes = (int(told[name]) for name in ("ballots", "projects", "votes"))
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
            return "Файл готов"
        return (
            f"{labels.plural(ballots, 'бюллетень', 'бюллетеня', 'бюллетеней')}, "
            f"{labels.plural(projects, 'проект', 'проекта', 'проектов')}, "
            f"{labels.plural(votes, 'голос', 'голоса', 'голосов')}"
        )

    @staticmethod
    def _dropped(work: Work, contest_id: object) -> str:
        person, contest = work.person(), for_office(work, contest_id)
        trials.forget_votes(person, contest.id or 0)
        return ""

    # What is shown

    async def _ordered(self, form: object, counting: trials.Counting) -> Any:
        """Begin to count; return the order, or events where it is refused."""
        if self.counting:
            return None
        try:
            asked = await self._work(self._asked, self.row.id, self.source, form)
            future = trials.start(asked.make, counting)
        except Refused as refused:
            return self._refused(refused)
        except Fault as fault:
            return rx.toast.error(str(fault))
        self._turn += 1
        self.errors, self.counting, self.done, self.of = {}, True, 0, 0
        self.values = {name: _typed(form, name, value) for name, value in self.values.items()}
        return asked, future, self._turn, self.row.id

    async def _finished(self, asked: Asked, future: Any, turn: int, contest_id: int) -> Events:
        """Show the picture, unless another one is waited for by now."""
        if self._turn != turn:
            return None
        self.counting = False
        try:
            picture = await self._work(self._kept, contest_id, asked, future.result())
        except Refused as refused:
            return self._refused(refused)
        except Fault as fault:
            return rx.toast.error(str(fault))
        except Exception:
            number = f"{random.getrandbits(32):08x}"
            log.exception("comparison failed", request=number)
            return rx.toast.error(str(Fault(number)))
        self._forget()
        self.picture, self.rules = picture, picture.rules
        events = await self._matrix(self.only_disputed, 1)
        shown = await self._run(self._spreads, contest_id, picture.key, _SPREAD_FIRST, then=self._spread_shown)
        return [*listed(events), *listed(shown), rx.call_script(_TO_PICTURE)]

    async def _matrix(self, only_disputed: bool, page: int) -> Events:
        self.only_disputed = only_disputed
        return await self._run(self._lines, self.row.id, self.picture.key, only_disputed, page, then=self._lines_shown)

    def _lines_shown(self, found: Lines) -> None:
        self.rows, self.page_number, self.pages = found.rows, found.page, found.pages
        self.disputed, self.found = found.disputed, found.found
        self.window = page_window(found.page, found.pages)

    def _spread_shown(self, found: Spreads) -> None:
        self.rule, self.money_note = found.rule, found.note
        self.money_places, self.money_directions = found.places, found.directions
        self.places_without, self.directions_without = found.places_without, found.directions_without

    def _reasons_shown(self, found: Reasons) -> Events:
        self.project, self.project_about, self.reasons = found.title, found.about, found.rows
        return rx.call_script("elka.open('what-if-why')")

    def _named(self, file: str) -> None:
        self.file = file

    def _show(self, desk: Desk) -> None:
        fresh = self.row.id != desk.row.id
        self.row, self.past, self.places = desk.row, desk.past, desk.places
        if fresh:
            self.values = desk.values

    def _forget(self) -> None:
        self.picture, self.rules, self.rows = Picture("", "", "", "", [], []), [], []
        self.money_places, self.money_directions, self.reasons, self.project = [], [], [], ""


def _picture(work: Work, contest_id: object, key: object) -> tuple[dict[str, Any], Any]:
    """Return a picture of the actor's own, of a contest that they may run."""
    person, contest = work.person(), for_office(work, contest_id)
    return trials.picture(person, contest.id or 0, key)


def _typed(form: object, name: str, before: str) -> str:
    """Return what was typed into a field, to be shown again; what it held before where the field was not there."""
    typed = form.get(name) if isinstance(form, dict) else None
    return typed[:_TITLE_MAX] if isinstance(typed, str) else before


def _leaves_out(contest: Contest) -> str:
    """Say what of the contest's own rules takes no part in the comparison."""
    parts = [
        *(["категории"] if contest.category_basis else []),
        *(["места вместо бюджета"] if contest.allot is Allot.PLACES else []),
        *(["баллы комиссии"] if contest.winners_by is not WinnersBy.VOTES else []),
    ]
    return f"Сравниваются голоса в одном общем бюджете. Не участвуют: {', '.join(parts)}." if parts else ""


def _defaults(contest: Contest) -> dict[str, str]:
    return {
        "budget": "",
        "min_votes": str(contest.min_votes),
        "step": "1",
        "voters": "5000",
        "projects": "40",
        "picks": str(min(contest.vote_limit or 3, PICKS_MAX)),
        "loyalty": "40",
        "group_place": "",
        "group": "0",
        "seed": "1",
        "kind": contest.vote_kind.value if contest.vote_kind.value in KINDS else "approval",
        "past": "",
    }
