"""Results of a contest: counting, publishing, the page of results, the check of a receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from reflex.event import EventSpec
from sqlmodel import col

from elka import limits
from elka.core.receipts import normal_receipt
from elka.db import Work
from elka.errors import Refused
from elka.models.annulments import ground_of_receipt
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.projects import Project
from elka.models.result_versions import Edition
from elka.models.results import Outcome
from elka.models.votes import Ballot
from elka.state import result_count
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.contest_words import Rule
from elka.state.contests import keep_address, page_number
from elka.state.result_editions import edition_asked
from elka.state.result_groups import Groups, groups_of
from elka.state.result_proof import Proof, proof_of
from elka.state.result_rows import (
    PROJECTS,
    DrawRow,
    OutcomeRow,
    ResultsRow,
    draw_rows,
    head,
    is_known,
    outcome_rows,
    rule_rows,
)
from elka.state.result_table import csv_row, table_rows
from elka.state.result_versions import Versions, versions_told
from elka.ui import labels
from elka.ui.rows import Option, page_window

FOUND = "found"
WINNERS_PAGE, REST_PAGE = 9, 20


@dataclass(frozen=True)
class Listed:
    """A page of winners and a page of the others, both by the same words."""

    winners: list[OutcomeRow]
    top: int
    top_pages: list[int]
    rest: list[OutcomeRow]
    page: int
    pages: list[int]
    found: str
    rest_found: str
    query: str
    category: str


@dataclass(frozen=True)
class ResultsPage:
    """All that the page of results shows."""

    row: ResultsRow
    listed: Listed
    draws: list[DrawRow]
    rules: list[Rule]
    categories: list[Option]
    proof: Proof
    versions: Versions


class ResultsState(Flow, rx.State):
    """The results of one contest, for everybody."""

    row: ResultsRow = ResultsRow()
    winners: list[OutcomeRow] = []
    top: int = 1
    top_pages: list[int] = []
    rest: list[OutcomeRow] = []
    page: int = 1
    pages: list[int] = []
    found: str = ""
    rest_found: str = ""
    query: str = ""
    category: str = ""
    categories: list[Option] = []
    draws: list[DrawRow] = []
    rules: list[Rule] = []
    proof: Proof = Proof()
    versions: Versions = Versions()
    receipt: str = ""  # what the last check said: found, missing, on what ground annulled, or nothing yet

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the results of the contest in the address; another one than before begins with a skeleton."""
        asked, version = self._part(1), self._query("version")
        self.receipt, self.errors = "", {}
        if (str(self.row.id), str(self.row.version or "")) != (asked, version):
            self.row, self.status = ResultsRow(), "loading"
            yield
        query, top, page = self._query("q"), self._query("top", "1"), self._query("page", "1")
        category = self._query("category")
        yield await self._load(self._opened, asked, query, top, page, category, version, into=self._show)

    @rx.event
    async def load_head(self) -> Events:
        """Show only the figures, for the page of the contest itself."""
        self.receipt, self.errors = "", {}
        return await self._load(self._head, self._part(1), into=self._show_head)

    @rx.event(supersedes=True)
    async def search(self, query: str) -> Events:
        """Find projects among the results by words; the address keeps them."""
        asked = query, 1, 1, self.category, self.row.version or ""
        return await self._load(self._listed, self.row.id, *asked, into=self._show_found)

    @rx.event
    async def choose_category(self, category: str) -> Events:
        """Show the projects of one category, or all; the address keeps it."""
        asked = self.query, 1, 1, category, self.row.version or ""
        return await self._load(self._listed, self.row.id, *asked, into=self._show_found)

    @rx.event
    async def show_top(self, page: int) -> Events:
        """Go to another page of winners."""
        asked = self.query, page, self.page, self.category, self.row.version or ""
        return await self._load(self._listed, self.row.id, *asked, into=self._show_found)

    @rx.event
    async def show_page(self, page: int) -> Events:
        """Go to another page of the other projects."""
        asked = self.query, self.top, page, self.category, self.row.version or ""
        return await self._load(self._listed, self.row.id, *asked, into=self._show_found)

    @rx.event
    async def check_receipt(self, form: dict[str, Any]) -> Events:
        """Say whether a ballot with this receipt is counted."""
        self.receipt = ""
        return await self._run(self._check_receipt, self.row.id, form, then=self._show_receipt)

    # Deeds

    @staticmethod
    def _count(work: Work, contest_id: object) -> bool:
        """Count the ballots; return whether the result is another one than before. The system, or an official."""
        contest = work.get(Contest, contest_id) if work.actor.is_system else for_office(work, contest_id)
        return result_count.count(work, contest.id or 0)

    @staticmethod
    def _publish(work: Work, contest_id: object) -> None:
        """Open the results to everybody; an official of the place only."""
        result_count.publish(work, for_office(work, contest_id).id or 0)

    @staticmethod
    def _check_receipt(work: Work, contest_id: object, form: object) -> str:
        """Say of the ballot with this receipt: "found", "" (there is none), or on what ground it was annulled.

        Never whose it is, nor for whom.
        """
        contest = work.get(Contest, contest_id)
        limits.hit("receipt", account=work.actor.person_id, address=work.address)
        typed = form.get("receipt") if isinstance(form, dict) else None
        receipt = normal_receipt(typed) if isinstance(typed, str) else ""
        if not receipt:
            raise Refused("В номере двенадцать букв и цифр: 7K3M-Q0ZT-X9AB.", field="receipt")
        there = sa.exists().where(
            col(Ballot.contest_id) == contest.id, col(Ballot.receipt) == receipt, col(Ballot.picks) > 0
        )
        if not work.session.execute(sa.select(there)).scalar_one():
            return ""
        return ground_of_receipt(work.session, contest.id or 0, receipt) or FOUND

    # Pages

    @staticmethod
    def _head(work: Work, contest_id: object) -> ResultsRow:
        contest = work.get(Contest, contest_id)
        return head(work, contest, edition_asked(work, contest))

    @staticmethod
    def _opened(
        work: Work,
        contest_id: object,
        query: object,
        top: object,
        page: object,
        category: object = "",
        version: object = "",
    ) -> ResultsPage:
        contest = work.get(Contest, contest_id)
        edition = edition_asked(work, contest, version)
        if not is_known(contest, work):
            proof = proof_of(work, contest, edition)
            return ResultsPage(head(work, contest, edition), _nothing(), [], [], [], proof, Versions())
        groups = groups_of(work, contest, edition)
        return ResultsPage(
            row=head(work, contest, edition),
            listed=_listed(work, contest, query, top, page, category, edition, groups),
            draws=draw_rows(work, edition),
            rules=rule_rows(work, contest),
            categories=[Option(str(key), name) for key, name in groups.names.items()],
            proof=proof_of(work, contest, edition),
            versions=versions_told(work, contest, edition),
        )

    @staticmethod
    def _listed(
        work: Work,
        contest_id: object,
        query: object,
        top: object,
        page: object,
        category: object = "",
        version: object = "",
    ) -> Listed:
        contest = work.get(Contest, contest_id)
        if not is_known(contest, work):
            return _nothing()
        edition = edition_asked(work, contest, version)
        return _listed(work, contest, query, top, page, category, edition, groups_of(work, contest, edition))

    @staticmethod
    def _export(work: Work, contest_id: object, after: object) -> list[tuple[object, ...]]:
        """Return the next rows of the table for CSV, see ``table_rows``."""
        return [csv_row(row) for row in table_rows(work, contest_id, after)]

    def _show(self, opened: ResultsPage) -> None:
        self.row, self.draws, self.rules = opened.row, opened.draws, opened.rules
        self.categories, self.proof, self.versions = opened.categories, opened.proof, opened.versions
        self._show_listed(opened.listed)

    def _show_head(self, row: ResultsRow) -> None:
        if row.id != self.row.id:
            self.winners, self.rest, self.draws = [], [], []
            self.proof, self.versions = Proof(), Versions()
        self.row = row

    def _show_found(self, listed: Listed) -> EventSpec:
        self._show_listed(listed)
        asked = {
            "version": self.row.version,
            "q": listed.query,
            "category": listed.category,
            "top": listed.top,
            "page": listed.page,
        }
        return keep_address(f"/contests/{self.row.id}/results", **asked)

    def _show_listed(self, listed: Listed) -> None:
        self.winners, self.top, self.top_pages = listed.winners, listed.top, listed.top_pages
        self.rest, self.page, self.pages = listed.rest, listed.page, listed.pages
        self.found, self.rest_found = listed.found, listed.rest_found
        self.query, self.category = listed.query, listed.category

    def _show_receipt(self, said: str) -> None:
        self.receipt = said or "missing"


def _nothing() -> Listed:
    """Return what is listed of results that are not published."""
    return Listed([], 1, [], [], 1, [], "", "", "", "")


def _listed(
    work: Work,
    contest: Contest,
    query: object,
    top: object,
    page: object,
    category: object,
    edition: Edition,
    groups: Groups,
) -> Listed:
    """Return a page of each part of published results."""
    words = " ".join(query.split())[:80] if isinstance(query, str) else ""
    told = edition.outcomes
    wanted: list[Any] = [edition.own]
    if words:
        plain = sa.func.replace(sa.func.lower(col(Project.title)), "ё", "е")
        wanted.append(plain.contains(words.lower().replace("ё", "е"), autoescape=True))
    chosen = category if isinstance(category, str) and category in {str(key) for key in groups.names} else ""
    if chosen:
        wanted.append(col(told.category_id) == int(chosen))
    won, lost = work.session.execute(
        _of_projects(
            sa.select(sa.func.count().filter(col(told.won)), sa.func.count().filter(~col(told.won))), told, wanted
        )
    ).one()
    winners, top_page, top_pages = _page(work, told, [*wanted, col(told.won)], won, top, WINNERS_PAGE)
    rest, rest_page, pages = _page(work, told, [*wanted, ~col(told.won)], lost, page, REST_PAGE)
    rows = outcome_rows(work, contest, groups, [*winners, *rest], edition)
    return Listed(
        winners=rows[: len(winners)],
        top=top_page,
        top_pages=top_pages,
        rest=rows[len(winners) :],
        page=rest_page,
        pages=pages,
        found=labels.plural(won, *PROJECTS),
        rest_found=labels.plural(lost, *PROJECTS),
        query=words,
        category=chosen,
    )


def _page(
    work: Work, told: type[Outcome], wanted: list[Any], count: int, asked: object, size: int
) -> tuple[list[Outcome], int, list[int]]:
    last = max(1, -(-count // size))
    number = min(page_number(asked), last)
    rows = work.session.execute(
        _of_projects(sa.select(told), told, wanted).order_by(col(told.rank)).limit(size).offset((number - 1) * size)
    ).scalars()
    return list(rows), number, page_window(number, last) if last > 1 else []


def _of_projects(query: Any, told: type[Outcome], wanted: list[Any]) -> Any:
    return (
        query.select_from(told)
        .join(Application, col(Application.id) == col(told.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(*wanted)
    )
