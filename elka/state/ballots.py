"""The page of a ballot: who may vote and why not, the projects in an order of one's own, what is on one's ballot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import reflex as rx
import sqlalchemy as sa
from reflex.event import EventSpec
from sqlmodel import col

from elka.core.lifecycle import BEFORE_VOTING
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.applications import Application
from elka.models.contests import Contest, phases_of
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.state.ballot_head import BallotHead, head_of
from elka.state.ballot_map import BallotPoint, ballot_points
from elka.state.ballot_rows import (
    PAGE,
    BallotPart,
    BallotRow,
    Pick,
    ballot_directions,
    ballot_parts,
    ballot_places,
    ballot_rows,
    own_ballot,
    place_column,
)
from elka.state.base import Events, Fault, Flow
from elka.state.comparing import FEWEST, MOST, CompareRow, compare_rows
from elka.state.contests import keep_address
from elka.state.exclusive_rows import rivals_of
from elka.ui import labels
from elka.ui.rows import Option

LONGEST_QUERY = 80
BIG = 2**63  # a bigint is less
VIEWS = ("list", "map", "later")
_PROJECTS = ("проект", "проекта", "проектов")


@dataclass(frozen=True)
class Listed:
    """A page of the list, or all of its projects as points of the map."""

    rows: list[BallotRow]
    total: int
    query: str
    direction: str
    place: str
    view: str = VIEWS[0]
    points: list[BallotPoint] = field(default_factory=list)
    part: str = ""


@dataclass(frozen=True)
class BallotPage:
    """All of the page."""

    head: BallotHead
    mine: list[Pick]
    directions: list[Option]
    places: list[Option]
    pinned: list[BallotRow]
    listed: Listed
    parts: list[BallotPart]


class BallotState(Flow, rx.State):
    """The page ``/contests/[contest_id]/vote``, without the choice itself: that lives in the browser.

    ``view``: list, map, or later (what one has put by, which is kept in the browser too and never sent).
    """

    head: BallotHead = BallotHead()
    mine: list[Pick] = []
    directions: list[Option] = []
    places: list[Option] = []
    parts: list[BallotPart] = []
    pinned: list[BallotRow] = []
    rows: list[BallotRow] = []
    points: list[BallotPoint] = []
    compared: list[CompareRow] = []
    comparing: bool = False
    view: str = VIEWS[0]
    found: str = ""
    more: str = ""
    query: str = ""
    direction: str = ""
    place: str = ""
    part: str = ""

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the ballot; another contest's than before begins with a skeleton."""
        asked = self._part(1)
        if str(self.head.id) != asked:
            self.status, self.rows, self.pinned, self.compared = "loading", [], [], []
            yield
        wanted = {name: self._query(name) for name in ("q", "direction", "place", "project", "view", "part")}
        yield await self._load(self._opened, asked, wanted, self._tab(), into=self._show)

    @rx.event
    async def again(self) -> Events:
        """Look again at one's ballot and at whether the vote is open, in a tab that one comes back to, or at the closing.

        The list stays as it is. What fails here is not told: nobody has asked.
        """
        if not self.head.id:
            return None
        try:
            head, mine = await self._work(self._own, self.head.id)
        except (Refused, Fault):
            return None
        self.head = replace(head, among=self.head.among, back=self.head.back)
        if mine != self.mine:  # what was chosen and not sent is held to it anew
            self.mine = mine
        return None

    @rx.event(supersedes=True)
    async def search(self, query: str) -> Events:
        """Find projects by words; the address keeps them."""
        return await self._find(query=query)

    @rx.event
    async def choose_direction(self, direction: str) -> Events:
        """Show the projects of one direction, or all."""
        return await self._find(direction=direction)

    @rx.event
    async def choose_place(self, place: str) -> Events:
        """Show the projects of one place, or all."""
        return await self._find(place=place)

    @rx.event
    async def choose_part(self, part: str) -> Events:
        """Show the projects of one category, or all."""
        return await self._find(part=part)

    @rx.event
    async def look(self, view: str) -> Events:
        """Show the projects as a list or on the map, or what one has put by."""
        return await self._find(view=view)

    @rx.event
    async def show_more(self) -> Events:
        """Add the next projects to the list."""
        asked = (
            self.head.id,
            self.query,
            self.direction,
            self.place,
            len(self.rows),
            self._tab(),
            self.view,
            self.part,
        )
        return await self._load(self._listed, *asked, into=self._add)

    @rx.event
    async def compare(self, application_ids: list[int]) -> AsyncIterator[Any]:
        """Show a few projects side by side."""
        self.compared, self.comparing = [], True
        yield
        events = await self._run(self._compare, self.head.id, application_ids, then=self._show_compared)
        self.comparing = False
        yield events

    async def _find(self, **asked: object) -> Events:
        """Show what is asked for, the rest of it as it was."""
        query, direction, place = (asked.get(name, getattr(self, name)) for name in ("query", "direction", "place"))
        view, part = asked.get("view", self.view), asked.get("part", self.part)
        return await self._load(
            self._listed, self.head.id, query, direction, place, 0, self._tab(), view, part, into=self._show_found
        )

    def _tab(self) -> str:
        return str(self.router.session.client_token)

    @staticmethod
    def _opened(work: Work, contest_id: object, wanted: dict[str, str], tab: str) -> BallotPage:
        contest = work.get(Contest, contest_id)
        if not contest.is_public():
            raise NotFound
        phases = phases_of(work.session, contest.id or 0)
        ballot, mine = own_ballot(work, contest)
        directions = ballot_directions(work, contest)
        project = _number(wanted.get("project"))
        head = head_of(work, contest, phases, ballot, sum(count for _, count in directions), project)
        options = [Option(key.key, f"{key.name} ({count})") for key, count in directions]
        pinned = ballot_rows(work, contest, [col(Application.project_id) == project], 0, tab)[0]
        places = [Option(str(place.id), f"{place.name} ({count})") for place, count in ballot_places(work, contest)]
        listed = Listed([], 0, "", "", "")
        if head.is_listed:
            narrowed = (wanted.get("q"), wanted.get("direction"), wanted.get("place"))
            listed = BallotState._listed(work, contest.id, *narrowed, 0, tab, wanted.get("view"), wanted.get("part"))
        parts = ballot_parts(work, contest) if head.is_listed else []
        return BallotPage(head, mine, options, places, pinned if head.is_listed else [], listed, parts)

    @staticmethod
    def _own(work: Work, contest_id: object) -> tuple[BallotHead, list[Pick]]:
        contest = work.get(Contest, contest_id)
        if not contest.is_public():
            raise NotFound
        ballot, mine = own_ballot(work, contest)
        return head_of(work, contest, phases_of(work.session, contest.id or 0), ballot), mine

    @staticmethod
    def _listed(
        work: Work,
        contest_id: object,
        query: object,
        direction: object,
        place: object,
        start: object,
        tab: str,
        view: object = VIEWS[0],
        part: object = "",
    ) -> Listed:
        contest = work.get(Contest, contest_id)
        if contest.stage in BEFORE_VOTING:
            raise NotFound
        words = one_line(query)[:LONGEST_QUERY] if isinstance(query, str) else ""
        key = direction if isinstance(direction, str) and direction.isidentifier() else ""
        where = _number(place)
        wanted: list[Any] = []
        if words:
            plain = sa.func.concat_ws(" ", col(Project.title), col(Settlement.name), col(Municipality.name))
            folded = sa.func.replace(sa.func.lower(plain), "ё", "е")
            wanted += [folded.contains(word, autoescape=True) for word in words.lower().replace("ё", "е").split()]
        if key:
            wanted.append(col(Direction.key) == key)
        if where:
            wanted.append(place_column(contest) == where)
        group = _number(part)
        if group:
            wanted.append(col(Application.category_id) == group)
        mine = str(group or "")
        shown = view if isinstance(view, str) and view in VIEWS else VIEWS[0]
        narrowed = (words, key, str(where or ""), shown)
        if shown == "map":
            points = _with_rivals(work, contest, ballot_points(work, contest, wanted))
            return Listed([], len(points), *narrowed, points, mine)
        first = start if isinstance(start, int) and 0 <= start < 10**5 else 0
        rows, total = ballot_rows(work, contest, wanted, first, tab, grouped=bool(ballot_parts(work, contest)))
        return Listed(rows, total, *narrowed, part=mine)

    @staticmethod
    def _compare(work: Work, contest_id: object, application_ids: object) -> list[CompareRow]:
        contest = work.get(Contest, contest_id)
        if contest.stage in BEFORE_VOTING or not isinstance(application_ids, list):
            raise NotFound
        ids = [key for key in application_ids if isinstance(key, int) and not isinstance(key, bool) and 0 < key < BIG]
        rows = compare_rows(work, contest, list(dict.fromkeys(ids))[:MOST])
        if len(rows) < FEWEST:
            raise Refused("Сравнивать нечего: отметьте два проекта или больше.")
        return rows

    def _show_compared(self, rows: list[CompareRow]) -> None:
        self.compared = rows

    def _show(self, page: BallotPage) -> None:
        self.head, self.mine, self.pinned = page.head, page.mine, page.pinned
        self.directions, self.places, self.parts = page.directions, page.places, page.parts
        self._show_list(page.listed, page.listed.rows)

    def _show_found(self, listed: Listed) -> EventSpec:
        self._show_list(listed, listed.rows)
        return keep_address(
            f"/contests/{self.head.id}/vote",
            q=listed.query,
            direction=listed.direction,
            place=listed.place,
            part=listed.part,
            project=self.pinned[0].href.rpartition("/")[2] if self.pinned else "",
            view=listed.view if listed.view != VIEWS[0] else "",
        )

    def _add(self, listed: Listed) -> None:
        known = {row.id for row in self.rows}
        self._show_list(listed, [*self.rows, *(row for row in listed.rows if row.id not in known)])

    def _show_list(self, listed: Listed, rows: list[BallotRow]) -> None:
        self.rows, self.query = rows, listed.query
        self.direction, self.place, self.part = listed.direction, listed.place, listed.part
        self.view, self.points = listed.view, listed.points
        rest = 0 if listed.view == "map" else listed.total - len(rows)
        self.more = f"Показать ещё {labels.number(min(rest, PAGE))} из {labels.number(rest)}" if rest > 0 else ""
        filtered = bool(listed.query or listed.direction or listed.place or listed.part)
        total = labels.plural(listed.total, *_PROJECTS)
        found = labels.form(listed.total, "Найден", "Найдено", "Найдено") if filtered else ""
        self.found = f"{found} {total}" if filtered else f"На карте {total}" if listed.view == "map" else ""


def _with_rivals(work: Work, contest: Contest, points: list[BallotPoint]) -> list[BallotPoint]:
    """Say on the cards of the map beside which projects theirs cannot win."""
    rivals = rivals_of(work, contest, [one.id for one in points])
    return [
        replace(one, note=f"{one.note} · победит этот или {', '.join(row.named for row in rivals[one.id])}")
        if one.id in rivals
        else one
        for one in points
    ]


def _number(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else 0  # noqa: PLR2004  bigint
