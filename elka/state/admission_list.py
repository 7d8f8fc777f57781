"""The office's table of a contest's applications: filters, order and page, all in the address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import ContestCategory
from elka.models.contests import Contest, ContestDirection
from elka.models.places import Direction, Municipality, Settlement
from elka.state.admission_rows import PAGE, AppliedRow, applied_rows
from elka.state.application_filters import IN_NAME, KEYS, MARKS, ME, NOBODY, TABS, Filters, conditions, joined
from elka.state.assignments import colleagues
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.contests import page_number
from elka.state.project_filters import LONGEST_QUERY, alphabetical, typed_words
from elka.ui import labels
from elka.ui.rows import Option, Tab, page_window

# Orders by name, beside the heads of the columns: on a phone there are none.
ORDERS = {
    "number": "По номеру",
    "submitted": "Дольше всех ждут",
    "-submitted": "Сначала новые",
    "term": "Срок ближе",
    "-amount": "Сумма больше",
    "amount": "Сумма меньше",
    "title": "По названию",
    "who": "По исполнителю",
}
CHOSEN_BY = ("category", "direction", "place", "settlement", "least", "most", "applicant", "who", "sort")


@dataclass(frozen=True)
class AppliedHead:
    """The contest above the table. ``drafts``: how many the applicants have begun; nothing more is known of them."""

    contest_id: int = 0
    contest: str = ""
    is_draft: bool = False
    may_decide: bool = False
    drafts: str = ""


@dataclass(frozen=True)
class Choices:
    """What there is to choose from; empty lists are not offered."""

    categories: tuple[Option, ...] = ()
    directions: tuple[Option, ...] = ()
    places: tuple[Option, ...] = ()
    settlements: tuple[Option, ...] = ()
    applicants: tuple[Option, ...] = ()
    people: tuple[Option, ...] = ()
    hands: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Chip:
    """One filter that is on, and where one comes without it."""

    label: str
    href: str


@dataclass(frozen=True)
class Applied:
    """All that the table shows."""

    head: AppliedHead
    rows: list[AppliedRow]
    filters: Filters
    choices: Choices
    tabs: list[Tab]
    chips: list[Chip]
    count: int
    pages: int


class AdmissionListState(Flow, rx.State):
    """Applications of one contest."""

    head: AppliedHead = AppliedHead()
    rows: list[AppliedRow] = []
    filters: Filters = Filters()
    sorts: list[Option] = [Option(key, name) for key, name in ORDERS.items()]
    choices: Choices = Choices()
    marks: list[Option] = [Option(name, label) for name, label in MARKS.items()]
    chosen_marks: list[str] = []
    tabs: list[Tab] = []
    chips: list[Chip] = []
    address: str = ""
    query: str = ""
    scope: str = ""  # what a choice of rows belongs to: the contest and what was asked for
    found: str = ""
    count: int = 0
    ids: list[int] = []
    page: int = 1
    pages: list[int] = []
    column: str = "number"
    order: str = "number"
    descending: bool = False
    narrowed: bool = False
    more_open: bool = False
    least: str = ""
    most: str = ""
    found_by: int = 0  # counts words that came from elsewhere than the field itself: part of its key
    _typed: str = ""

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show what the address asks for."""
        asked = self._part(2)
        if asked != str(self.head.contest_id):
            self.rows, self.status = [], "loading"
            yield
        query = {key: self._query(key) for key in KEYS}
        yield await self._load(self._applied, asked, query, into=self._show)

    @rx.event
    def search(self, words: str) -> Events:
        """Find by number, title, applicant or in whose name."""
        self._typed = typed_words(words)
        return self._turn(q=self._typed)

    @rx.event
    def choose(self, name: str, value: str) -> Events:
        """Change one filter or the order."""
        if name not in CHOSEN_BY or not isinstance(value, str):
            return None
        return self._turn(**{name: value[:LONGEST_QUERY]})

    @rx.event
    def sort(self, column: str) -> Events:
        """Sort by a column; once more turns the order round."""
        return self._turn(sort=self.filters.turned(column)) if isinstance(column, str) else None

    @rx.event
    def toggle(self, mark: str) -> Events:
        """Take a mark into the filter, or out of it."""
        if not isinstance(mark, str) or mark not in MARKS:
            return None
        kept = [one for one in self.filters.marks if one != mark]
        return self._turn(mark=",".join(kept if mark in self.filters.marks else [*kept, mark]))

    @rx.event
    def show_page(self, page: int) -> Events:
        """Go to another page."""
        return [self._to(self.filters.query(page=page_number(page))), rx.call_script("window.scrollTo({top: 0})")]

    @staticmethod
    def _applied(work: Work, contest_id: object, asked: object) -> Applied:
        """Return a page of the table; a page past the end is the last one."""
        contest = for_office(work, contest_id)
        filters = Filters.read(asked if isinstance(asked, dict) else {})
        counts = counts_by_status(work, contest.id or 0, filters)
        total = _sum_of(counts, filters.status)
        pages = max(1, -(-total // PAGE))
        filters = replace(filters, page=min(filters.page, pages))
        choices = _choices(work, contest, filters)
        return Applied(
            head=AppliedHead(
                contest_id=contest.id or 0,
                contest=labels.typographer(contest.title),
                is_draft=contest.stage is ContestStage.DRAFT,
                may_decide=contest.is_admitting(),
                drafts=_drafts(work, contest.id or 0),
            ),
            rows=applied_rows(work, filters, contest),
            filters=filters,
            choices=choices,
            tabs=_tabs(contest.id or 0, filters, counts),
            chips=_chips(contest.id or 0, filters, choices),
            count=total,
            pages=pages,
        )

    def _show(self, applied: Applied) -> None:
        filters = applied.filters
        self.head, self.rows, self.filters = applied.head, applied.rows, filters
        self.choices, self.tabs, self.chips = applied.choices, applied.tabs, applied.chips
        self.query = filters.query()
        self.address = _address(applied.head.contest_id, self.query)
        self.scope = f"{applied.head.contest_id}?{filters.query(sort='number')}"
        self.chosen_marks, self.count = filters.marks, applied.count
        self.ids = [row.id for row in applied.rows]
        self.found = labels.plural(applied.count, "заявка", "заявки", "заявок")
        self.page, self.pages = filters.page, page_window(filters.page, applied.pages) if applied.pages > 1 else []
        self.column, self.descending = filters.sort.removeprefix("-"), filters.sort.startswith("-")
        self.order = filters.sort if filters.sort in ORDERS else ""
        self.narrowed = filters.selects
        rest = (filters.direction, filters.settlement, filters.least, filters.most, filters.applicant, filters.mark)
        self.more_open = any(rest)
        self.least, self.most = (labels.number(int(one)) if one else "" for one in (filters.least, filters.most))
        if filters.q != self._typed:
            self._typed = filters.q
            self.found_by += 1

    def _turn(self, **changes: str) -> Events:
        """Go to what the changed filters find. Words being typed must not fill the history of the browser."""
        fresh = Filters.read({**vars(self.filters), **_with_place(changes), "page": 1})
        if fresh == self.filters:
            return None
        return self._to(fresh.query(), replace="q" in changes)

    def _to(self, query: str, *, replace: bool = False) -> rx.event.EventSpec:
        return rx.redirect(_address(self.head.contest_id, query), replace=replace)


def counts_by_status(work: Work, contest_id: int, filters: Filters) -> dict[ApplicationStatus, int]:
    """Return how many of what the filters find stand at each status, whatever tab is open."""
    found = work.session.execute(
        joined(col(Application.status), sa.func.count())
        .where(*conditions(filters, contest_id, me=work.person(), now=work.now, of_tab=False))
        .group_by(col(Application.status))
    )
    return {row[0]: row[1] for row in found}


def _with_place(changes: dict[str, str]) -> dict[str, str]:
    """Drop the settlement when the municipality changes: of one it is none of another."""
    return {"settlement": "", **changes} if "place" in changes else changes


def _sum_of(counts: dict[ApplicationStatus, int], tab: str) -> int:
    return sum(counts.get(status, 0) for status in TABS[tab][1])


def _address(contest_id: int, query: str) -> str:
    here = f"/office/contests/{contest_id}/applications"
    return f"{here}?{query}" if query else here


def _tabs(contest_id: int, filters: Filters, counts: dict[ApplicationStatus, int]) -> list[Tab]:
    return [
        Tab(_address(contest_id, filters.query(status=name)), label, labels.number(_sum_of(counts, name)))
        for name, (label, _) in TABS.items()
        if name in ("", "open", filters.status) or _sum_of(counts, name)
    ]


def _drafts(work: Work, contest_id: int) -> str:
    count = work.session.execute(
        sa.select(sa.func.count()).where(
            col(Application.contest_id) == contest_id, col(Application.status) == ApplicationStatus.DRAFT
        )
    ).scalar_one()
    return labels.number(count) if count else ""


def _choices(work: Work, contest: Contest, filters: Filters) -> Choices:
    people = colleagues(work, contest)
    names = [Option(str(one.id), one.name, _load(one.load)) for one in people if not one.is_me]
    mine = next(one for one in people if one.is_me)
    return Choices(
        categories=_options(
            work,
            sa.select(col(ContestCategory.id), col(ContestCategory.name))
            .where(col(ContestCategory.contest_id) == contest.id)
            .order_by(col(ContestCategory.position)),
        ),
        directions=_options(
            work,
            sa.select(col(Direction.id), col(Direction.name))
            .where(_accepted(contest.id or 0))
            .order_by(col(Direction.position)),
        ),
        places=()
        if contest.municipality_id
        else _options(
            work, sa.select(Municipality.id, Municipality.name).order_by(alphabetical(col(Municipality.name)))
        ),
        settlements=_settlements(work, contest, filters),
        applicants=tuple(Option(kind, IN_NAME[kind]) for kind in IN_NAME if kind in contest.applicants)
        if len(contest.applicants) > 1
        else (),
        people=(Option(ME, "Я", _load(mine.load)), Option(NOBODY, "Никто"), *names),
        hands=(
            Option(str(mine.id), "Я", _load(mine.load)),
            *(Option(str(one.id), one.name, _load(one.load)) for one in people if one.serves and not one.is_me),
        ),
    )


def _accepted(contest_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on directions that the contest accepts: those it names, or all."""
    of_contest = sa.select(col(ContestDirection.direction_id)).where(col(ContestDirection.contest_id) == contest_id)
    return sa.or_(col(Direction.id).in_(of_contest), ~sa.exists(of_contest))


def _settlements(work: Work, contest: Contest, filters: Filters) -> tuple[Option, ...]:
    """Return the settlements of the contest's municipality, or of the chosen one; in the region none until one is."""
    of_place = contest.municipality_id or int(filters.place or 0)
    return _options(
        work,
        sa.select(col(Settlement.id), col(Settlement.name))
        .where(col(Settlement.municipality_id) == of_place)
        .order_by(alphabetical(col(Settlement.name))),
    )


def _options(work: Work, query: sa.Select[Any]) -> tuple[Option, ...]:
    return tuple(Option(str(key), name) for key, name in work.session.execute(query))


def _load(count: int) -> str:
    return f"в работе: {labels.number(count)}" if count else "заявок нет"


def _chips(contest_id: int, filters: Filters, choices: Choices) -> list[Chip]:
    """Name the filters that are on. One whose choice is not offered any more can still be taken off."""

    def named(options: Sequence[Option], value: str) -> str:
        return next((one.label for one in options if one.value == value), "нет в списке")

    found: list[tuple[str, str]] = []
    if filters.q:
        found.append((f"«{filters.q}»", filters.query(q="")))
    for name, options in (
        ("category", choices.categories),
        ("direction", choices.directions),
        ("place", choices.places),
        ("settlement", choices.settlements),
        ("applicant", choices.applicants),
    ):
        if value := getattr(filters, name):
            found.append((named(options, value), filters.query(**{name: ""})))
    if filters.who:
        by = {ME: "веду я", NOBODY: "никто не ведёт"}
        found.append((by.get(filters.who) or f"ведёт {named(choices.people, filters.who)}", filters.query(who="")))
    if filters.least:
        found.append((f"от{labels.NBSP}{labels.money(int(filters.least))}", filters.query(least="")))
    if filters.most:
        found.append((f"до{labels.NBSP}{labels.money(int(filters.most))}", filters.query(most="")))
    found += [
        (MARKS[mark], filters.query(mark=",".join(one for one in filters.marks if one != mark)))
        for mark in filters.marks
    ]
    return [Chip(label, _address(contest_id, query)) for label, query in found]
