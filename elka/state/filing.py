"""Filing: eligibility told before the first field, in whose name, which project, and the draft that begins there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import clock, limits
from elka.core.eligibility import Rule, of_person, of_project
from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused
from elka.models.answers import NAME_MAX
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ApplicantKind, Contest, phases_of
from elka.models.notices import NoticeKind
from elka.models.places import Municipality
from elka.models.projects import TITLE_MAX, Project
from elka.state import applicants, submission
from elka.state.application_words import CheckRow, first_refusal, person_check, project_check
from elka.state.base import Events, Flow
from elka.state.eligibility import entries, filer_of, place_of, terms_of
from elka.state.filing_rows import (
    BLOCKING,
    FilingRow,
    GoingRow,
    allowed_directions,
    going_rows,
    office_projects,
    own_projects,
    project_option,
    settlements_here,
)
from elka.state.forms import spec_of
from elka.state.notices import notify
from elka.state.project_new import ProjectNewState
from elka.state.project_rows import direction_options, settlement_options
from elka.ui import labels
from elka.ui.rows import Option

if TYPE_CHECKING:
    from datetime import datetime

A = ApplicationStatus
LIMITS = {"title": TITLE_MAX, "organization_name": NAME_MAX}  # characters
NEW = "new"  # in place of a project's id: begin one
_BEGINNING = (ContestStage.ANNOUNCED, ContestStage.ACCEPTING)


@dataclass(frozen=True)
class Filing:
    """All that the page of filing shows."""

    row: FilingRow
    person: list[CheckRow]
    names: list[Option]
    projects: list[Option]
    checks: list[CheckRow]
    nominations: list[Option]
    going: list[GoingRow]
    directions: list[Option]
    settlements: list[Option]


class FilingState(Flow, rx.State):
    """The way of a project into a contest, up to its draft."""

    row: FilingRow = FilingRow()
    person: list[CheckRow] = []
    names: list[Option] = []
    projects: list[Option] = []
    checks: list[CheckRow] = []
    nominations: list[Option] = []
    going: list[GoingRow] = []
    directions: list[Option] = []
    settlements: list[Option] = []
    busy: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the rules, in whose name one may file, and the projects to choose from."""
        self.busy = False
        return await self._load(self._filing, self._part(1), self._query("project"), into=self._show)

    @rx.event
    async def choose_name(self, name: str) -> Events:
        """File in another's name: other projects may be chosen then."""
        return await self._load(self._filing, self._part(1), "", name, into=self._show)

    @rx.event
    async def choose_project(self, project: str) -> Events:
        """Show what the contest says of another project."""
        return await self._load(self._filing, self._part(1), project, self.row.name, self.row.search, into=self._show)

    @rx.event
    async def search(self, text: str) -> Events:
        """Look for a project of the municipality by its title."""
        return await self._load(self._filing, self._part(1), "", self.row.name, text, into=self._show)

    @rx.event
    async def begin(self, form: dict[str, Any]) -> Events:
        """Begin a draft, or go on with the one that is there."""
        self.busy = True
        yield
        events = await self._run(self._begin, self.row.contest_id, form, then=_to_form)
        self.busy = False
        yield events

    def _show(self, filing: Filing) -> None:
        self.row, self.person, self.names, self.projects = filing.row, filing.person, filing.names, filing.projects
        self.checks, self.nominations, self.going = filing.checks, filing.nominations, filing.going
        self.directions, self.settlements = filing.directions, filing.settlements
        self.errors = {}

    # Flows

    @staticmethod
    def _filing(
        work: Work, contest_id: object, project_id: object = "", name: object = "", search: object = ""
    ) -> Filing:
        person_id = work.person()
        contest = work.get(Contest, contest_id)
        if not contest.is_public():
            raise NotFound
        spec = spec_of(work.session, contest)
        names = applicants.name_options(work, contest)
        chosen_name = name if any(option.value == name for option in names) else names[0].value if names else ""
        office = applicants.office_in(str(chosen_name))
        terms, filer = terms_of(work, contest, spec), filer_of(work, for_office=office is not None)
        place, opens = place_of(work, contest), _opens(work, contest)
        person = [(check, person_check(check, terms, filer, place, opens)) for check in of_person(terms, filer)]
        wanted = search[:100] if isinstance(search, str) else ""
        found = (
            office_projects(work, contest, office, wanted)
            if office is not None
            else own_projects(work, contest, person_id)
        )
        told = {}
        today = clock.local(work.now).date()
        for project, entry in zip(found, entries(work, contest, found, for_office=office is not None), strict=True):
            checks = [
                (check, project_check(check, terms, entry, project.id or 0, place))
                for check in of_project(terms, entry, today)
            ]
            told[str(project.id)] = (project, checks)
        chosen = project_id if isinstance(project_id, str) and project_id in {*told, NEW} else ""
        options = [project_option(project, checks) for project, checks in told.values()]
        if not chosen and options:
            chosen = options[0].value
        if office is None and not terms.realised:
            options.append(Option(NEW, "Новый проект", "Название, направление и место — остальное в заявке"))
            chosen = chosen or NEW
        may_begin = all(row.ok or (check.rule is Rule.OPEN and opens != "") for check, row in person)
        return Filing(
            row=FilingRow(
                **_term(work, contest),
                contest_id=contest.id or 0,
                contest=labels.typographer(contest.title),
                place=place,
                may_begin=may_begin and bool(names),
                name=str(chosen_name),
                for_office=office is not None,
                project=chosen,
                search=wanted,
                realised=terms.realised,
                home=str(work.actor.settlement_id or ""),
            ),
            person=[row for _, row in person],
            names=names,
            projects=options,
            checks=[row for _, row in told[chosen][1] if not row.ok] if chosen in told else [],
            nominations=applicants.nomination_options(work, contest),
            going=going_rows(work, contest, person_id),
            directions=allowed_directions(direction_options(work), terms.directions),
            settlements=settlements_here(work, contest, settlement_options(work)),
        )

    @staticmethod
    def _begin(work: Work, contest_id: object, form: object) -> int:
        """Make a draft and return its id; begun already, by another click or tab, it is that one."""
        person_id = work.person()
        contest = work.get(Contest, contest_id)
        typed = form if isinstance(form, dict) else {}
        name = typed.get("name")
        if not contest.is_public():
            raise NotFound
        if not isinstance(name, str) or all(option.value != name for option in applicants.name_options(work, contest)):
            raise Denied("В этот конкурс нельзя подать заявку от такого имени.")
        wrong: dict[str, str] = {}
        facts = applicants.read(work, contest, name, typed, wrong)
        if wrong:
            raise Invalid(wrong)
        project = _chosen(work, contest, typed, name)
        # Two clicks or tabs begin in turn, and the second finds what the first has made. A lock on the project's row
        # would stand in the way of those who fill an application in: they lock theirs first, then the project.
        submission.hold(work, submission.BEGINNING, project.id or 0)
        there = _standing(work, contest, project)
        if there is not None and (there.submitted_by == person_id or project.is_author(work.actor)):
            return there.id or 0
        _require_eligible(work, contest, name, project)
        if there is not None:
            raise Refused("Заявка этого проекта в этот конкурс уже начата. Её заполняют автор и его группа.")
        limits.hit("write", account=person_id)
        application = Application(
            contest_id=contest.id or 0,
            project_id=project.id or 0,
            status=A.DRAFT,
            revision=0,
            cost=0,
            amount=0,
            submitted_by=person_id,
            created_at=work.now,
            changed_at=work.now,
            **facts,
        )
        work.session.add(application)
        work.session.flush()
        work.record("application.begun", "application", application.id, contest=contest.id, project=project.id)
        if application.municipality_id is not None:
            _tell_author(work, contest, project, application, application.municipality_id)
        return application.id or 0

    @staticmethod
    def _submit(work: Work, contest_id: object, project_id: object) -> int:
        """Begin and submit at once, in the person's own name; a second call returns the same application."""
        contest = work.get(Contest, contest_id)
        kinds = [
            kind
            for kind in ApplicantKind
            if kind.value in contest.applicants and kind is not ApplicantKind.MUNICIPALITY
        ]
        name = kinds[0].value if kinds else ApplicantKind.RESIDENT.value
        application_id = FilingState._begin(work, contest.id, {"name": name, "project": project_id})
        submission.submit(work, application_id)
        return application_id


def _chosen(work: Work, contest: Contest, typed: dict[str, Any], name: str) -> Project:
    """Return the project that was chosen, or a new one of its first words."""
    if typed.get("project") != NEW:
        return work.get(Project, typed.get("project"))
    if applicants.office_in(name) is not None or not contest.moves_projects:
        raise NotFound
    _require_eligible(work, contest, name)
    return work.get(Project, ProjectNewState._create(work, typed))


def _require_eligible(work: Work, contest: Contest, name: str, project: Project | None = None) -> None:
    """Raise ``Refused`` with the first rule that a draft may not begin without."""
    for_office = applicants.office_in(name) is not None
    terms = terms_of(work, contest, spec_of(work.session, contest))
    filer = filer_of(work, for_office=for_office)
    opens, place = _opens(work, contest), place_of(work, contest)
    rows = [
        person_check(check, terms, filer, place, opens)
        for check in of_person(terms, filer)
        if not (check.rule is Rule.OPEN and opens)
    ]
    if project is not None:
        entry = entries(work, contest, [project], for_office=for_office)[0]
        rows += [
            project_check(check, terms, entry, project.id or 0, place)
            for check in of_project(terms, entry, clock.local(work.now).date())
            if check.rule in BLOCKING
        ]
    if wrong := first_refusal(rows):
        raise Refused(wrong)


def _opens(work: Work, contest: Contest) -> str:
    """Return when reception opens, if it has not yet; a draft may be begun already."""
    phase = by_kind(phases_of(work.session, contest.id or 0)).get(PhaseKind.ACCEPTING)
    if contest.stage not in _BEGINNING or phase is None or phase.opens_at <= work.now:
        return ""
    return labels.date_time(phase.opens_at)


def _term(work: Work, contest: Contest) -> dict[str, str]:
    phases = phases_of(work.session, contest.id or 0)
    closes: datetime | None = None
    if contest.is_accepting(work.now, phases):
        closes = by_kind(phases)[PhaseKind.ACCEPTING].closes_at
    return {
        "closes": labels.left(closes, work.now) if closes else "",
        "closes_iso": closes.isoformat() if closes else "",
        "now_iso": work.now.isoformat(),
    }


def _standing(work: Work, contest: Contest, project: Project) -> Application | None:
    return work.session.execute(
        sa.select(Application).where(
            col(Application.contest_id) == contest.id,
            col(Application.project_id) == project.id,
            col(Application.status).not_in((A.WITHDRAWN, A.REJECTED)),
        )
    ).scalar_one_or_none()


def _tell_author(work: Work, contest: Contest, project: Project, application: Application, office: int) -> None:
    """Tell the author that their municipality files the project."""
    name = work.session.get_one(Municipality, office).name
    title = labels.typographer(f"Муниципалитет подаёт ваш проект: {project.title}")
    text = labels.typographer(f"{name} готовит заявку в конкурс «{contest.title}». Вы можете заполнять её вместе.")
    notify(
        work,
        [project.author_id],
        NoticeKind.APPLICATION,
        title=title,
        text=text,
        href=f"/applications/{application.id}/fill",
        letter=(title, f"{text}\n\nПроект: «{project.title}»\nПодаёт заявку: {name}"),
    )


def _to_form(application_id: int) -> rx.event.EventSpec:
    return rx.redirect(f"/applications/{application_id}/fill")
