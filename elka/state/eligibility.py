"""May this project be filed in this contest? The facts are gathered here, judged in ``core/eligibility``."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.core.actor import Role
from elka.core.eligibility import Check, Entry, Filer, Rule, Terms, of_person, of_project
from elka.core.formfields import ProjectPart
from elka.core.formspec import FormSpec
from elka.core.identifiers import age_on
from elka.db import Work
from elka.errors import SignInNeeded
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ApplicantKind, Contest, ContestDirection, ContestKind, phases_of
from elka.models.places import Municipality, Settlement
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage
from elka.state.application_words import person_check, project_check
from elka.state.contest_words import place_name

# The part of the project that a rule is about: in a template with that part its trouble stands at that field.
PART_OF: dict[Rule, ProjectPart] = {
    Rule.PLACE: ProjectPart.SETTLEMENT,
    Rule.DIRECTION: ProjectPart.DIRECTION,
    Rule.DATES: ProjectPart.ENDS_ON,
    Rule.BUDGET: ProjectPart.BUDGET,
    Rule.SUM: ProjectPart.BUDGET,
    Rule.SHARE: ProjectPart.BUDGET,
    Rule.GROUP: ProjectPart.GROUP,
}


def terms_of(work: Work, contest: Contest, spec: FormSpec) -> Terms:
    """Return what the contest asks of those who file; ``spec``: its template."""
    directions = work.session.execute(
        sa.select(ContestDirection.direction_id).where(col(ContestDirection.contest_id) == contest.id)
    ).scalars()
    parts = {field.of_project for field in spec.fields}
    return Terms(
        is_open=contest.is_accepting(work.now, phases_of(work.session, contest.id or 0)),
        min_age=contest.min_age,
        group_min=contest.group_min,
        min_cost=contest.min_cost,
        max_cost=contest.max_cost,
        max_share=contest.max_share,
        municipality_id=contest.municipality_id,
        directions=frozenset(directions),
        max_age=contest.max_age,
        local_only=contest.local_only,
        applicants=frozenset(contest.applicants),
        asks_money=ProjectPart.BUDGET in parts,
        asks_dates=ProjectPart.ENDS_ON in parts,
        realised=contest.kind is ContestKind.REALISED,
    )


def filer_of(work: Work, *, for_office: bool = False) -> Filer:
    """Return the actor as one who files; raise ``SignInNeeded`` for a guest. ``for_office``: for their municipality."""
    if work.actor.birth_date is None:
        raise SignInNeeded
    return Filer(
        age=age_on(work.actor.birth_date, clock.local(work.now).date()),
        confirmed=work.actor.confirmed,
        municipality_id=work.actor.municipality_id,
        offices=offices_of(work),
        for_office=for_office,
    )


def offices_of(work: Work) -> frozenset[int]:
    """Return the municipalities whose officials may file in their name: those the actor is an official of."""
    return work.actor.places_of(Role.OFFICIAL)[1]


def entries(
    work: Work,
    contest: Contest,
    projects: Sequence[Project],
    *,
    of: Application | None = None,
    for_office: bool = False,
) -> list[Entry]:
    """Return the projects as entries to this contest, in the same order, by a fixed number of queries.

    ``of``: the application that is being submitted; a project that it holds is free for it.
    """
    ids = [project.id for project in projects]
    sums = {
        row[0]: (row[1], row[2])
        for row in work.session.execute(
            sa.select(
                col(BudgetLine.project_id),
                sa.func.sum(BudgetLine.amount),
                sa.func.coalesce(sa.func.sum(BudgetLine.amount).filter(col(BudgetLine.source) == contest.purse), 0),
            )
            .where(col(BudgetLine.project_id).in_(ids))
            .group_by(col(BudgetLine.project_id))
        )
    }
    groups = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(GroupMember.project_id), sa.func.count())
            .where(
                col(GroupMember.project_id).in_(ids),
                col(GroupMember.confirmed_at).is_not(None),
                col(GroupMember.declined_at).is_(None),
            )
            .group_by(col(GroupMember.project_id))
        )
    }
    places = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Settlement.id), col(Settlement.municipality_id)).where(
                col(Settlement.id).in_({project.settlement_id for project in projects})
            )
        )
    }
    offices = offices_of(work) if for_office else frozenset()
    return [
        Entry(
            may_file=places[project.settlement_id] in offices if for_office else project.is_author(work.actor),
            is_free=is_free(contest, project, of),
            municipality_id=places[project.settlement_id],
            direction_id=project.direction_id,
            starts_on=project.starts_on,
            ends_on=project.ends_on,
            cost=int(sums.get(project.id, (0, 0))[0]),
            amount=int(sums.get(project.id, (0, 0))[1]),
            group=groups.get(project.id, 0),
        )
        for project in projects
    ]


def is_free(contest: Contest, project: Project, of: Application | None = None) -> bool:
    """Whether the project may be submitted in this contest: at the right stage, and standing in no other one."""
    if not contest.moves_projects:
        return project.stage is ProjectStage.REALISED
    if of is not None and of.status is not ApplicationStatus.DRAFT:
        return project.stage is ProjectStage.SUBMITTED  # by this very application
    return project.stage in (ProjectStage.IDEA, ProjectStage.PROJECT)


def troubles_of(
    work: Work, contest: Contest, spec: FormSpec, application: Application, project: Project
) -> dict[str, str]:
    """Return which rules of the contest an application breaks: words by the key of the field to mend, "" for the whole.

    Submitting again asks nothing of the person any more, nor whether reception is open: there are terms for that.
    """
    for_office = application.applicant is ApplicantKind.MUNICIPALITY
    terms, filer = terms_of(work, contest, spec), filer_of(work, for_office=for_office)
    place = place_of(work, contest)
    entry = entries(work, contest, [project], of=application, for_office=for_office)[0]
    first = application.status is ApplicationStatus.DRAFT
    rows = [(check, person_check(check, terms, filer, place)) for check in of_person(terms, filer) if first]
    today = clock.local(work.now).date()
    rows += [
        (check, project_check(check, terms, entry, project.id or 0, place)) for check in of_project(terms, entry, today)
    ]
    found: dict[str, str] = {}
    for check, row in rows:
        if not check.ok:
            key = _field_of(spec, check)
            found.setdefault(key, f"{row.text}. {row.mend}".strip())
    return found


def place_of(work: Work, contest: Contest) -> str:
    """Return the name of the contest's municipality, or of the region."""
    if contest.municipality_id is None:
        return place_name(None)
    return place_name(work.session.get_one(Municipality, contest.municipality_id).name)


def _field_of(spec: FormSpec, check: Check) -> str:
    part = PART_OF.get(check.rule)
    return next((field.key for field in spec.fields if part and field.of_project is part), "")
