"""Entering the commission's marks from its signed sheets: a table that saves itself cell by cell. No votes here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import Criterion, Score, categories_of, criteria_of
from elka.models.contests import Contest, phases_of
from elka.models.judgements import Judgement, judgements
from elka.models.judging import asks_scores, criteria_for, may_enter_scores
from elka.models.results import forget
from elka.state.base import Events, Fault, Flow
from elka.state.building import for_office
from elka.state.contest_parts import CriterionRow
from elka.state.contests import page_number
from elka.state.project_edit import Clash
from elka.state.score_rows import (
    SHEETS,
    Column,
    ScoreRow,
    ScoresHead,
    head_of,
    is_own,
    marked,
    read_mark,
    read_sheets,
    write_mark,
    write_sheets,
)
from elka.ui import labels
from elka.ui.rows import Tab, page_window

PAGE = 40
_NO_CATEGORY = "none"  # in the address


@dataclass(frozen=True)
class ScoreSheet:
    """A page of the table. ``address``: of this page of the list, as its tab has it."""

    head: ScoresHead
    columns: list[Column]
    criteria: list[CriterionRow]
    rows: list[ScoreRow]
    tabs: list[Tab]
    address: str
    category: str
    only_left: bool
    page: int
    pages: list[int]


@dataclass(frozen=True)
class Saved:
    """What one cell has changed: its row, and what stands above the table."""

    head: ScoresHead
    row: ScoreRow
    tabs: list[Tab]
    at: str


class ScoresState(Flow, rx.State):
    """The table of marks; the address holds category, filter and page."""

    head: ScoresHead = ScoresHead()
    columns: list[Column] = []
    criteria: list[CriterionRow] = []
    rows: list[ScoreRow] = []
    tabs: list[Tab] = []
    address: str = ""
    category: str = ""
    only_left: bool = False
    page: int = 1
    pages: list[int] = []
    saved: str = ""
    taken: int = 0  # counts reloads of the fields: part of their keys
    _seen: dict[str, str] = {}

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the marks of the contest in the address."""
        asked = self._part(2)
        self.errors, self.saved = {}, ""
        if asked != str(self.head.id):
            self.head, self.rows, self.status = ScoresHead(), [], "loading"
            yield
        wanted = self._query("category"), self._query("left"), self._query("page", "1")
        yield await self._load(self._sheet, asked, *wanted, into=self._show)

    @rx.event
    async def save(self, application_id: int, criterion_id: int, value: str) -> Events:
        """Save one mark; a trouble is told at its cell and takes nothing away."""
        if not isinstance(application_id, int) or not isinstance(criterion_id, int) or not isinstance(value, str):
            return None
        return await self._keep(f"{application_id}-{criterion_id}", self._save, application_id, criterion_id, value)

    @rx.event
    async def save_sheets(self, application_id: int, value: str) -> Events:
        """Save how many signed sheets there are."""
        if not isinstance(application_id, int) or not isinstance(value, str):
            return None
        return await self._keep(f"{application_id}-{SHEETS}", self._save_sheets, application_id, value)

    @rx.event
    def show_page(self, page: int) -> Events:
        """Go to another page of applications."""
        return rx.redirect(_address(self.head.id, self.category, left=self.only_left, page=page_number(page)))

    @rx.event
    def show_left(self, left: bool) -> Events:
        """Show only what is not judged yet, or all."""
        return rx.redirect(_address(self.head.id, self.category, left=left is True))

    # Flows

    @staticmethod
    def _sheet(work: Work, contest_id: object, category: object, left: object, page: object) -> ScoreSheet:
        contest = for_office(work, contest_id)
        phases = phases_of(work.session, contest.id or 0)
        listed = judgements(work.session, contest)
        head = head_of(work, contest, phases, listed)
        groups = _groups(work, contest, listed)
        chosen = category if isinstance(category, str) and category in groups else next(iter(groups))
        only_left = left == "1"
        inside = [one for one in groups[chosen][1] if not (only_left and one.is_done)]
        last = max(1, -(-len(inside) // PAGE))
        number = min(page_number(page), last)
        key = int(chosen) if chosen.isdigit() else None
        table = marked(work, contest, key, inside[(number - 1) * PAGE : number * PAGE] if head.is_shown else [])
        return ScoreSheet(
            head=head,
            columns=table.columns,
            criteria=table.criteria,
            rows=table.rows,
            tabs=_tabs(contest, groups),
            address=_address(contest.id or 0, chosen),
            category=chosen,
            only_left=only_left,
            page=number,
            pages=page_window(number, last) if last > 1 else [],
        )

    @staticmethod
    def _save(
        work: Work, contest_id: object, application_id: object, criterion_id: object, value: object, seen: str | None
    ) -> Saved | Clash:
        contest, application, judged = _enterable(work, contest_id, application_id)
        criterion = _criterion(work, contest, judged, criterion_id)
        if not isinstance(value, str):
            raise NotFound
        fresh, there = read_mark(value, criterion.most), judged.marks.get(criterion.id or 0)
        if fresh != there:
            if seen is not None and seen != write_mark(there):
                return Clash(f"{application.id}-{criterion.id}", write_mark(there))
            _write(work, application, criterion, fresh)
            _tell(work, contest, application, "scored", criterion=criterion.id, mark=fresh, was=there)
        return _saved(work, contest, application)

    @staticmethod
    def _save_sheets(
        work: Work, contest_id: object, application_id: object, value: object, seen: str | None
    ) -> Saved | Clash:
        contest, application, _ = _enterable(work, contest_id, application_id)
        if not isinstance(value, str):
            raise NotFound
        fresh, there = read_sheets(value), application.reviews
        if fresh != there:
            if seen is not None and seen != write_sheets(there):
                return Clash(f"{application.id}-{SHEETS}", write_sheets(there))
            application.reviews = fresh
            _tell(work, contest, application, "reviewed", sheets=fresh, was=there)
        return _saved(work, contest, application)

    async def _keep(self, cell: str, flow: Any, *arguments: Any) -> Events:
        try:
            result = await self._work(flow, self.head.id, *arguments, self._seen.get(cell))
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, cell: str(refused)}
            return None
        if isinstance(result, Clash):
            theirs = f"уже внесли {result.theirs}" if result.theirs else "оценку стёрли"
            self.errors = {**self.errors, cell: f"Здесь {theirs}. Повторите, если ваше число вернее."}
            self._seen = {**self._seen, cell: result.theirs}
            return None
        self.errors = {name: text for name, text in self.errors.items() if name != cell}
        self.head, self.tabs, self.saved = result.head, result.tabs, result.at
        self.rows = [result.row if row.id == result.row.id else row for row in self.rows]
        self._see([result.row])
        return None

    def _show(self, sheet: ScoreSheet) -> None:
        self.head, self.columns, self.criteria, self.rows = sheet.head, sheet.columns, sheet.criteria, sheet.rows
        self.tabs, self.address, self.category = sheet.tabs, sheet.address, sheet.category
        self.only_left, self.page, self.pages = sheet.only_left, sheet.page, sheet.pages
        self._seen = {}
        self._see(sheet.rows)
        self.taken += 1

    def _see(self, rows: Sequence[ScoreRow]) -> None:
        """Remember what the fields hold, to know it when somebody else has changed it."""
        for row in rows:
            self._seen[f"{row.id}-{SHEETS}"] = row.sheets
            self._seen |= {cell.key: cell.value for cell in row.cells}


def _address(contest_id: int, category: str, *, left: bool = False, page: int = 1) -> str:
    asked = {"category": category, "left": "1" if left else "", "page": str(page) if page > 1 else ""}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    path = f"/office/contests/{contest_id}/scores"
    return f"{path}?{query}" if query else path


Grouped = dict[str, tuple[str, list[Judgement]]]


def _groups(work: Work, contest: Contest, listed: Sequence[Judgement]) -> Grouped:
    """Return the applications by category, as the address names it: each category is judged by its own criteria."""
    if contest.category_basis is None:
        return {"": ("", list(listed))}
    names = {one.id: labels.typographer(one.name) for one in categories_of(work.session, contest.id or 0)}
    groups = {
        str(key): (name, inside)
        for key, name in names.items()
        if (inside := [one for one in listed if one.category_id == key])
    }
    if rest := [one for one in listed if one.category_id not in names]:
        groups[_NO_CATEGORY] = ("Без категории", rest)
    return groups or {"": ("", [])}


def _tabs(contest: Contest, groups: Grouped) -> list[Tab]:
    if len(groups) == 1 and "" in groups:
        return []
    return [
        Tab(_address(contest.id or 0, key), name, f"{sum(one.is_done for one in inside)} из {len(inside)}")
        for key, (name, inside) in groups.items()
    ]


def _enterable(work: Work, contest_id: object, application_id: object) -> tuple[Contest, Application, Judgement]:
    """Return what a mark is written to, the contest locked: no mark comes in while results are counted or published."""
    contest = for_office(work, contest_id, lock=True)
    if not may_enter_scores(contest) or not asks_scores(contest, phases_of(work.session, contest.id or 0)):
        raise WrongStage("Сейчас оценки этого конкурса не меняют. Обновите страницу.")
    application = work.get(Application, application_id, lock=True)
    if application.contest_id != contest.id or application.status is not ApplicationStatus.ADMITTED:
        raise NotFound("Этой заявки среди допущенных уже нет. Обновите страницу.")
    if is_own(work, application):
        raise Denied("Это заявка вашего проекта: оценки по ней вносит другой сотрудник.")
    return contest, application, judgements(work.session, contest, only=application.id)[0]


def _criterion(work: Work, contest: Contest, judged: Judgement, criterion_id: object) -> Criterion:
    own = criteria_for(criteria_of(work.session, contest.id or 0), judged.category_id)
    found = next((one for one in own if one.id == criterion_id and not isinstance(criterion_id, bool)), None)
    if found is None:
        raise NotFound("Такого критерия у этой заявки нет. Обновите страницу.")
    return found


def _write(work: Work, application: Application, criterion: Criterion, mark: int | None) -> None:
    row = work.session.get(Score, (application.id, criterion.id), populate_existing=True)
    if mark is None:
        if row is not None:
            work.session.delete(row)
        return
    if row is None:
        row = Score(
            application_id=application.id or 0,
            criterion_id=criterion.id or 0,
            mark=mark,
            revision=application.revision,
            given_by=work.person(),
            given_at=work.now,
        )
        work.session.add(row)
        return
    row.mark, row.revision, row.given_by, row.given_at = mark, application.revision, work.person(), work.now


def _tell(work: Work, contest: Contest, application: Application, verb: str, **facts: object) -> None:
    """Journal what was entered; a count that was made of other marks is no count any more."""
    work.record(f"application.{verb}", "application", application.id, contest=contest.id, **facts)
    work.session.flush()
    if forget(work.session, contest.id or 0):
        work.record("contest.uncounted", "contest", contest.id)


def _saved(work: Work, contest: Contest, application: Application) -> Saved:
    work.session.flush()
    listed = judgements(work.session, contest)
    mine = next(one for one in listed if one.application_id == application.id)
    return Saved(
        head=head_of(work, contest, phases_of(work.session, contest.id or 0), listed),
        row=marked(work, contest, mine.category_id, [mine]).rows[0],
        tabs=_tabs(contest, _groups(work, contest, listed)),
        at=f"Сохранено в {labels.time(work.now)}",
    )
