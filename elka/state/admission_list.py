"""The official's list of a contest's applications: filter, search, pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.people import Person
from elka.models.places import Municipality, Settlement
from elka.models.projects import Project
from elka.state.application_filters import FILTERS, matching, read_filters
from elka.state.application_words import STATUSES
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.contest_desk import counts_of
from elka.state.contests import keep_address, page_number
from elka.state.project_rows import place_of
from elka.ui import labels
from elka.ui.rows import Option, page_window

A = ApplicationStatus
PAGE = 30


@dataclass(frozen=True)
class AppliedRow:
    """One application in the official's list."""

    id: int
    href: str
    number: str
    title: str
    applicant: str
    place: str
    amount: str
    submitted: str
    status: str
    tone: str
    note: str


@dataclass(frozen=True)
class AppliedHead:
    """The contest above the list."""

    contest_id: int = 0
    contest: str = ""
    is_draft: bool = False


@dataclass(frozen=True)
class Applied:
    """All that the list shows."""

    head: AppliedHead
    rows: list[AppliedRow]
    filters: list[Option]
    kind: str
    query: str
    found: str
    page: int
    pages: list[int]


class AdmissionListState(Flow, rx.State):
    """Applications of one contest; the address holds filter, words and page."""

    head: AppliedHead = AppliedHead()
    rows: list[AppliedRow] = []
    choices: list[Option] = []
    kind: str = ""
    query: str = ""
    found: str = ""
    page: int = 1
    pages: list[int] = []

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show what the address asks for."""
        asked = self._part(2)
        if asked != str(self.head.contest_id):
            self.rows, self.status = [], "loading"
            yield
        query = self._query("status"), self._query("q"), self._query("page")
        yield await self._load(self._applied, asked, *query, into=self._show)

    @rx.event(supersedes=True)
    async def search(self, words: str) -> Events:
        """Find by number, title or applicant."""
        return await self._load(self._applied, self.head.contest_id, self.kind, words, 1, into=self._show_found)

    @rx.event
    async def choose(self, kind: str) -> Events:
        """Show one status alone."""
        return await self._load(self._applied, self.head.contest_id, kind, self.query, 1, into=self._show_found)

    @rx.event
    async def show_page(self, page: int) -> Events:
        """Go to another page."""
        return await self._load(self._applied, self.head.contest_id, self.kind, self.query, page, into=self._show_found)

    @staticmethod
    def _applied(work: Work, contest_id: object, kind: object, words: object, page: object) -> Applied:
        contest = for_office(work, contest_id)
        asked = read_filters({"status": kind, "q": words})
        chosen, query = asked.get("status", ""), asked.get("q", "")
        joined = (
            sa.select(Application, col(Project.title), Person, col(Settlement.name), col(Municipality.name))
            .join(Project, col(Project.id) == col(Application.project_id))
            .join(Person, col(Person.id) == col(Application.submitted_by))
            .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
            .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
            .where(*matching(contest.id or 0, asked))
        )
        count = work.session.execute(sa.select(sa.func.count()).select_from(joined.subquery())).scalar_one()
        last = max(1, -(-count // PAGE))
        number = min(page_number(page), last)
        listed = work.session.execute(
            joined.order_by(col(Application.number)).limit(PAGE).offset((number - 1) * PAGE)
        ).all()
        counts = counts_of(work, contest.id or 0)
        return Applied(
            head=AppliedHead(contest.id or 0, labels.typographer(contest.title), contest.stage is ContestStage.DRAFT),
            rows=[_row(work, *row) for row in listed],
            filters=[_option(name, counts) for name in FILTERS],
            kind=chosen,
            query=query,
            found=labels.plural(count, "заявка", "заявки", "заявок"),
            page=number,
            pages=page_window(number, last) if last > 1 else [],
        )

    def _show_found(self, applied: Applied) -> Events:
        self._show(applied)
        path = f"/office/contests/{applied.head.contest_id}/applications"
        return keep_address(path, status=applied.kind, q=applied.query, page=applied.page)

    def _show(self, applied: Applied) -> None:
        self.head, self.rows = applied.head, applied.rows
        self.choices = [
            Option(one.value, f"{one.label} · {one.note}" if one.note else one.label) for one in applied.filters
        ]
        self.kind, self.query, self.found = applied.kind, applied.query, applied.found
        self.page, self.pages = applied.page, applied.pages


def _option(name: str, counts: dict[ApplicationStatus, int]) -> Option:
    label, statuses = FILTERS[name]
    count = sum(counts.get(status, 0) for status in statuses)
    return Option(name, label, labels.number(count) if count else "")


def _row(
    work: Work, application: Application, title: str, applicant: Person, settlement: str, municipality: str
) -> AppliedRow:
    status, tone = STATUSES[application.status]
    note = ""
    if application.status is A.RETURNED:
        status = "На исправлении"
    if application.status is A.RETURNED and application.correct_by is not None:
        late = application.correct_by <= work.now
        note = "срок вышел" if late else labels.deadline(application.correct_by)
    elif application.status is A.SUBMITTED and application.revision > 1:
        note = "исправлена"
    return AppliedRow(
        id=application.id or 0,
        href=f"/office/applications/{application.id}",
        number=f"№{labels.NBSP}{application.number}",
        title=labels.typographer(title),
        applicant=applicant.full_name or applicant.name,
        place=place_of(settlement, municipality),
        amount=labels.money(application.amount),
        submitted=labels.day(application.submitted_at),
        status=status,
        tone=tone,
        note=note,
    )
