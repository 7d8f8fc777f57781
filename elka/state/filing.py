"""Filing: the way of a project into a contest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.core.content import Content
from elka.core.eligibility import Entry, Rule, Terms, of_person, of_project
from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.errors import NotFound
from elka.models.applications import STANDING, Application, ApplicationStatus, Revision
from elka.models.contests import Contest, phases_of
from elka.models.projects import Project, ProjectStage
from elka.state.application_content import freeze
from elka.state.application_words import CheckRow, person_check, project_check, tell
from elka.state.base import Events, Flow
from elka.state.contest_words import current_phase
from elka.state.eligibility import entries, filer_of, place_of, require_all, terms_of
from elka.ui import labels
from elka.ui.rows import Option

if TYPE_CHECKING:
    from datetime import datetime

MOST_PROJECTS = 60  # of one person on the page of filing


@dataclass(frozen=True)
class OwnProject:
    """One of the person's projects in the list to choose from."""

    id: int
    title: str
    amount: str
    note: str
    wrong: int


@dataclass(frozen=True)
class FilingRow:
    """What the page of filing shows of the contest and of the person's way into it."""

    contest_id: int = 0
    contest: str = ""
    place: str = ""
    closes: str = ""
    closes_iso: str = ""
    now_iso: str = ""
    person_ok: bool = False


@dataclass(frozen=True)
class Filing:
    """All that the page of filing shows."""

    row: FilingRow
    person: list[CheckRow]
    projects: list[OwnProject]
    chosen: int
    checks: list[CheckRow]


class FilingState(Flow, rx.State):
    """The way of a project into a contest."""

    row: FilingRow = FilingRow()
    person: list[CheckRow] = []
    options: list[Option] = []
    chosen: int = 0
    checks: list[CheckRow] = []
    ready: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the rules, the person's projects and what is missing."""
        return await self._load(self._filing, self._part(1), self._query("project"), into=self._show)

    @rx.event
    async def choose(self, project_id: str) -> Events:
        """Show what is missing in another project."""
        return await self._load(self._filing, self._part(1), project_id, into=self._show)

    @rx.event
    async def submit(self, contest_id: int, project_id: int) -> Events:
        """File the project and go to its application."""
        return await self._run(self._submit, contest_id, project_id, then=_to_application)

    @staticmethod
    def _filing(work: Work, contest_id: object, project_id: object = 0) -> Filing:
        person_id = work.person()
        contest = work.get(Contest, contest_id)
        if not contest.is_public():
            raise NotFound
        terms, filer = terms_of(work, contest), filer_of(work)
        place = place_of(work, contest)
        own = _own_projects(work, person_id)
        answers = {
            project.id or 0: _answers(work, terms, project, entry, place)
            for project, entry in zip(own, entries(work, contest, own), strict=True)
        }
        listed = [_own_row(project, answers[project.id or 0]) for project in own]
        listed.sort(key=lambda one: one.wrong)
        chosen = int(project_id) if str(project_id).isascii() and str(project_id).isdigit() else 0
        if chosen not in answers:
            chosen = listed[0].id if listed else 0
        person = [person_check(check, terms, filer) for check in of_person(terms, filer)]
        return Filing(
            row=_filing_row(work, contest, place, all(check.ok for check in person)),
            person=person,
            projects=listed,
            chosen=chosen,
            checks=answers[chosen][1] if chosen else [],
        )

    @staticmethod
    def _submit(work: Work, contest_id: object, project_id: object) -> int:
        """File the project and return the id of its application; a second call returns the same one."""
        person_id = work.person()
        contest = work.get(Contest, contest_id, lock=True)
        project = work.get(Project, project_id, lock=True)
        standing = work.session.execute(
            sa.select(Application).where(
                col(Application.contest_id) == contest.id,
                col(Application.project_id) == project.id,
                col(Application.status).in_(STANDING),
            )
        ).scalar_one_or_none()
        if standing is not None and project.is_author(work.actor):
            return standing.id or 0
        require_all(work, contest, project, refiling=False)
        content = freeze(work, project)
        last = work.session.execute(
            sa.select(sa.func.max(Application.number)).where(col(Application.contest_id) == contest.id)
        ).scalar_one()
        application = Application(
            contest_id=contest.id or 0,
            project_id=project.id or 0,
            status=ApplicationStatus.DRAFT,
            revision=0,
            cost=0,
            amount=0,
            submitted_by=person_id,
            created_at=work.now,
        )
        work.session.add(application)
        amount = content.asked_from(contest.purse.value)
        application.submit(work.now, person_id, number=(last or 0) + 1, cost=content.cost, amount=amount)
        work.session.flush()
        keep_revision(work, application, content)
        project.submit(work.now)
        work.record(
            "application.submitted",
            "application",
            application.id,
            contest=contest.id,
            project=project.id,
            number=application.number,
        )
        tell_filed(work, application, contest, project, "submitted")
        return application.id or 0

    def _show(self, filing: Filing) -> None:
        self.row, self.person = filing.row, filing.person
        self.options = [Option(str(one.id), one.title, f"{one.amount} · {one.note}") for one in filing.projects]
        self.chosen, self.checks = filing.chosen, filing.checks
        self.ready = filing.row.person_ok and bool(filing.checks) and all(check.ok for check in filing.checks)
        self.errors = {}


def keep_revision(work: Work, application: Application, content: Content) -> None:
    """Keep what was submitted, for good."""
    work.session.add(
        Revision(
            application_id=application.id or 0,
            number=application.revision,
            content=content.dump(),
            submitted_by=application.submitted_by,
            submitted_at=work.now,
        )
    )
    work.session.flush()


def tell_filed(work: Work, application: Application, contest: Contest, project: Project, turn: str) -> None:
    """Send the applicant a receipt."""
    amount, when = labels.money(application.amount), labels.date_time(work.now)
    tell(work, application, contest, project.title, turn, amount=amount, when=when)


def _answers(work: Work, terms: Terms, project: Project, entry: Entry, place: str) -> tuple[Entry, list[CheckRow]]:
    """Return the entry with its answers, worded; what cannot be otherwise on this page is left out."""
    answers = of_project(terms, entry, clock.local(work.now).date())
    shown = [check for check in answers if check.rule is not Rule.AUTHOR]
    shown.sort(key=lambda check: check.ok)  # what is to be mended comes first
    return entry, [project_check(check, terms, entry, project.id or 0, place) for check in shown]


def _own_projects(work: Work, person_id: int) -> list[Project]:
    return list(
        work.session.execute(
            sa.select(Project)
            .where(
                col(Project.author_id) == person_id,
                col(Project.stage).in_((ProjectStage.IDEA, ProjectStage.PROJECT, ProjectStage.SUBMITTED)),
            )
            .order_by(col(Project.updated_at).desc())
            .limit(MOST_PROJECTS)
        ).scalars()
    )


def _own_row(project: Project, answer: tuple[Entry, list[CheckRow]]) -> OwnProject:
    entry, checks = answer
    wrong = [check for check in checks if not check.ok]
    note = f"осталось исправить: {len(wrong)}" if wrong else "можно подавать"
    if project.stage is not ProjectStage.PROJECT:
        note = "ещё идея" if project.stage is ProjectStage.IDEA else "уже в конкурсе"
    return OwnProject(project.id or 0, labels.typographer(project.title), labels.money(entry.amount), note, len(wrong))


def _filing_row(work: Work, contest: Contest, place: str, person_ok: bool) -> FilingRow:
    phase = current_phase(contest, phases_of(work.session, contest.id or 0), work.now)
    closes: datetime | None = phase.closes_at if phase is not None and phase.kind is PhaseKind.ACCEPTING else None
    return FilingRow(
        contest_id=contest.id or 0,
        contest=labels.typographer(contest.title),
        place=place,
        closes=labels.left(closes, work.now) if closes else "",
        closes_iso=closes.isoformat() if closes else "",
        now_iso=work.now.isoformat(),
        person_ok=person_ok,
    )


def _to_application(application_id: int) -> rx.event.EventSpec:
    return rx.redirect(f"/applications/{application_id}?new=1")
