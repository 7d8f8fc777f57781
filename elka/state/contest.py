"""The page of one contest: what goes on, what can be done now, the rules, the projects, the history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from reflex.event import EventSpec
from sqlmodel import col

from elka.core.actor import Role
from elka.core.lifecycle import BEFORE_VOTING, ContestStage
from elka.core.texts import blocks
from elka.db import Work
from elka.models.applications import STANDING, Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase, phases_of
from elka.models.places import Municipality
from elka.models.projects import Project
from elka.models.results import Count, Outcome
from elka.models.votes import valid_ballots
from elka.state.application_content import TextRow
from elka.state.application_words import STATUSES
from elka.state.base import Events, Flow
from elka.state.contest_act import act_of
from elka.state.contest_history import HistoryRow, history_rows
from elka.state.contest_parts import CategoryRow, CriterionRow, Parts, parts_of
from elka.state.contest_rows import EntryRow, entry_rows
from elka.state.contest_words import STAGES, Rule, current_phase, hold_of, place_name, timeline
from elka.state.contests import keep_address, page_number
from elka.state.exclusive_rows import GroupRow, group_rows, voting_words
from elka.state.lifecycle import waiting_and_admitted
from elka.ui import labels
from elka.ui.rows import Phase, page_window

S = ContestStage
PAGE = 12


@dataclass(frozen=True)
class OwnRow:
    """One of the person's own applications in the contest."""

    href: str
    title: str
    status: str
    tone: str


@dataclass(frozen=True)
class ContestRow:
    """A contest at the head of its page. ``act`` says what can be done: apply, vote, results or nothing."""

    id: int = 0
    title: str = ""
    summary: str = ""
    place: str = ""
    status: str = ""
    tone: str = "grey"
    is_draft: bool = False
    is_cancelled: bool = False
    is_published: bool = False
    is_moving: bool = True
    cancel_reason: str = ""
    hold: str = ""
    act: str = ""
    act_title: str = ""
    act_text: str = ""
    closes: str = ""
    closes_short: str = ""
    closes_iso: str = ""
    now_iso: str = ""
    budget: str = ""
    standing: str = ""
    standing_word: str = ""
    voters: str = ""
    voters_word: str = ""
    may_manage: bool = False
    shows_votes: bool = False
    entries_title: str = ""
    groups_lead: str = ""


@dataclass(frozen=True)
class ContestPage:
    """All that the page of a contest shows, but the entries."""

    row: ContestRow
    phases: list[Phase]
    parts: Parts
    extra: list[TextRow]
    history: list[HistoryRow]
    own: list[OwnRow]
    groups: list[GroupRow]


@dataclass(frozen=True)
class Entries:
    """A page of the contest's projects."""

    rows: list[EntryRow]
    found: str
    page: int
    pages: list[int]
    query: str


class ContestState(Flow, rx.State):
    """The page of one contest."""

    row: ContestRow = ContestRow()
    phases: list[Phase] = []
    rules: list[Rule] = []
    categories: list[CategoryRow] = []
    criteria: list[CriterionRow] = []
    extra: list[TextRow] = []
    history: list[HistoryRow] = []
    own: list[OwnRow] = []
    groups: list[GroupRow] = []
    entries: list[EntryRow] = []
    found: str = ""
    query: str = ""
    page: int = 1
    pages: list[int] = []

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the contest; another one than before begins with a skeleton."""
        asked = self._part(1)
        if str(self.row.id) != asked:
            self.status, self.entries, self.query = "loading", [], ""
            yield
        query, page = self._query("q"), self._query("page", "1")
        yield await self._load(self._opened, asked, query, page, into=self._show)

    @rx.event(supersedes=True)
    async def search(self, query: str) -> Events:
        """Find projects of the contest by words; the address keeps them."""
        return await self._load(self._entries, self.row.id, query, 1, into=self._show_found)

    @rx.event
    async def show_page(self, page: int) -> Events:
        """Go to another page of projects."""
        return await self._load(self._entries, self.row.id, self.query, page, into=self._show_found)

    @staticmethod
    def _opened(work: Work, contest_id: object, query: object, page: object) -> tuple[ContestPage, Entries]:
        contest = work.get(Contest, contest_id)
        phases = phases_of(work.session, contest.id or 0)
        municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
        shown = ContestPage(
            row=_row(work, contest, phases, municipality.name if municipality else None),
            phases=timeline(contest.stage, phases, work.now),
            parts=parts_of(work, contest),
            extra=[
                TextRow(text, item=bool(block.items))
                for block in blocks(labels.typographer(contest.rules))
                for text in (block.items or (block.text,))
            ],
            history=history_rows(work, contest.id or 0),
            own=_own(work, contest),
            groups=group_rows(work, contest),
        )
        return shown, ContestState._entries(work, contest.id, query, page)

    @staticmethod
    def _entries(work: Work, contest_id: object, query: object, page: object) -> Entries:
        contest = work.get(Contest, contest_id)
        words = " ".join(query.split())[:80] if isinstance(query, str) else ""
        wanted = [col(Application.contest_id) == contest.id, col(Application.status).in_(STANDING)]
        if words:
            plain = sa.func.replace(sa.func.lower(col(Project.title)), "ё", "е")
            wanted.append(plain.contains(words.lower().replace("ё", "е"), autoescape=True))
        count = work.session.execute(
            sa.select(sa.func.count())
            .select_from(Application)
            .join(Project, col(Project.id) == col(Application.project_id))
            .where(*wanted)
        ).scalar_one()
        last = max(1, -(-count // PAGE))
        number = min(page_number(page), last)
        listed = work.session.execute(
            sa.select(Application)
            .join(Project, col(Project.id) == col(Application.project_id))
            .outerjoin(
                Outcome,
                sa.and_(col(Outcome.contest_id) == contest.id, col(Outcome.application_id) == col(Application.id)),
            )
            .where(*wanted)
            .order_by(*_entries_order(contest, work), col(Application.number))
            .limit(PAGE)
            .offset((number - 1) * PAGE)
        ).scalars()
        found = labels.plural(count, "проект", "проекта", "проектов")
        pages = page_window(number, last) if last > 1 else []
        return Entries(entry_rows(work, contest, list(listed)), found, number, pages, words)

    def _show(self, opened: tuple[ContestPage, Entries]) -> None:
        shown, entries = opened
        self.row, self.phases, self.extra, parts = shown.row, shown.phases, shown.extra, shown.parts
        self.rules, self.categories, self.criteria = parts.rules, parts.categories, parts.criteria
        self.history, self.own, self.groups = shown.history, shown.own, shown.groups
        self._show_entries(entries)

    def _show_found(self, entries: Entries) -> EventSpec:
        self._show_entries(entries)
        return keep_address(f"/contests/{self.row.id}", q=entries.query, page=entries.page)

    def _show_entries(self, entries: Entries) -> None:
        self.entries, self.found, self.query = entries.rows, entries.found, entries.query
        self.page, self.pages = entries.page, entries.pages


def _entries_order(contest: Contest, work: Work) -> list[Any]:
    """Order by the result once it is public; before that by number, so that the order gives nothing away."""
    if contest.published_at is not None and contest.figures_visible(work.now):
        return [col(Outcome.rank).asc().nulls_last()]
    return []


def _own(work: Work, contest: Contest) -> list[OwnRow]:
    if work.actor.person_id is None:
        return []
    found = work.session.execute(
        sa.select(Application, col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(
            col(Application.contest_id) == contest.id,
            col(Application.status) != ApplicationStatus.WITHDRAWN,
            sa.or_(
                Application.of_person(work.actor.person_id),
                col(Application.municipality_id).in_(work.actor.places_of(Role.OFFICIAL)[1]),
            ),
        )
        .order_by(col(Application.number).asc().nulls_first())
        .limit(10)
    )
    return [
        _own_row(one, title)
        for one, title in found
        if one.status is not ApplicationStatus.DRAFT or contest.stage in BEFORE_VOTING
    ]


def _own_row(application: Application, title: str) -> OwnRow:
    name = f"«{labels.typographer(title)}»"
    if application.status is ApplicationStatus.DRAFT:
        return OwnRow(f"/applications/{application.id}/fill", f"Ваш черновик {name}", "Дописать", "amber")
    number = f"№{labels.NBSP}{application.number} {name}"
    return OwnRow(f"/applications/{application.id}", number, *STATUSES[application.status])


def _row(work: Work, contest: Contest, phases: list[ContestPhase], municipality: str | None) -> ContestRow:
    status, tone = STAGES[contest.stage]
    undecided, admitted = waiting_and_admitted(work, contest.id or 0)
    standing = undecided + admitted
    phase = current_phase(contest, phases, work.now)
    visible = contest.figures_visible(work.now)
    voters = _voters(work, contest) if visible else 0
    act, title, text = act_of(work, contest, phases)
    before = contest.stage in BEFORE_VOTING
    return ContestRow(
        id=contest.id or 0,
        title=labels.typographer(contest.title),
        summary=labels.typographer(contest.summary),
        place=place_name(municipality),
        status=status,
        tone=tone,
        is_draft=not contest.is_public(),
        is_cancelled=contest.stage is S.CANCELLED,
        is_published=contest.published_at is not None,
        is_moving=contest.stage in (S.ACCEPTING, S.ADMISSION, S.VOTING, S.EXPERT, S.DECISION),
        cancel_reason=labels.typographer(contest.cancel_reason or ""),
        hold=hold_of(contest, phases, work.now, undecided=undecided, admitted=admitted),
        act=act,
        act_title=labels.typographer(title),
        act_text=labels.typographer(text),
        closes=labels.left(phase.closes_at, work.now) if phase else "",
        closes_short=f"до{labels.NBSP}{labels.day(phase.closes_at)}" if phase else "",
        closes_iso=phase.closes_at.isoformat() if phase else "",
        now_iso=work.now.isoformat(),
        budget=labels.money_short(contest.budget),
        standing=labels.number(standing),
        standing_word=labels.form(standing, "заявка", "заявки", "заявок")
        if before
        else labels.form(standing, "проект", "проекта", "проектов"),
        voters=labels.number(voters) if visible else "",
        voters_word=labels.form(voters, "проголосовал", "проголосовали", "проголосовали"),
        may_manage=contest.may_edit(work.actor),
        shows_votes=visible,
        entries_title="Заявки" if before else "Проекты",
        groups_lead=_groups_lead(contest, phases),
    )


def _groups_lead(contest: Contest, phases: list[ContestPhase]) -> str:
    if contest.published_at is not None:
        return "Из каждой группы победить мог только один проект."
    return f"Из каждой группы победит не больше одного проекта. {voting_words(contest, phases)}".strip()


def _voters(work: Work, contest: Contest) -> int:
    """Return how many people voted: as counted, once it is; else as it stands now."""
    counted = work.session.get(Count, contest.id)
    if counted is not None:
        return counted.ballots
    return _count(work, valid_ballots, valid_ballots.c.contest_id == contest.id, valid_ballots.c.picks > 0)


def _count(work: Work, table: Any, *conditions: Any) -> int:
    return work.session.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()
