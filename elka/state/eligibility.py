"""May this project be filed in this contest? The facts are gathered here, judged in ``core/eligibility``."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.core.eligibility import Entry, Filer, Rule, Terms, of_person, of_project
from elka.core.identifiers import age_on
from elka.db import Work
from elka.errors import Refused, SignInNeeded
from elka.models.contests import Contest, ContestDirection, phases_of
from elka.models.places import Municipality, Settlement
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage
from elka.state.application_words import CheckRow, first_refusal, person_check, project_check
from elka.state.contest_words import place_name


def terms_of(work: Work, contest: Contest) -> Terms:
    """Return what the contest asks of those who file."""
    directions = work.session.execute(
        sa.select(ContestDirection.direction_id).where(col(ContestDirection.contest_id) == contest.id)
    ).scalars()
    return Terms(
        is_open=contest.is_accepting(work.now, phases_of(work.session, contest.id or 0)),
        min_age=contest.min_age,
        group_min=contest.group_min,
        min_cost=contest.min_cost,
        max_cost=contest.max_cost,
        max_share=contest.max_share,
        municipality_id=contest.municipality_id,
        directions=frozenset(directions),
    )


def filer_of(work: Work) -> Filer:
    """Return the actor as one who files; raise ``SignInNeeded`` for a guest."""
    if work.actor.birth_date is None:
        raise SignInNeeded
    return Filer(age_on(work.actor.birth_date, clock.local(work.now).date()), work.actor.confirmed)


def entries(work: Work, contest: Contest, projects: Sequence[Project]) -> list[Entry]:
    """Return the projects as entries to this contest, in the same order, by a fixed number of queries."""
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
    return [
        Entry(
            is_author=project.is_author(work.actor),
            is_published=not project.is_draft,
            is_ready=project.stage is ProjectStage.PROJECT,
            municipality_id=places[project.settlement_id],
            direction_id=project.direction_id,
            empty_texts=tuple(
                name for name in ("summary", "problem", "outcome") if not str(getattr(project, name)).strip()
            ),
            starts_on=project.starts_on,
            ends_on=project.ends_on,
            cost=int(sums.get(project.id, (0, 0))[0]),
            amount=int(sums.get(project.id, (0, 0))[1]),
            group=groups.get(project.id, 0),
        )
        for project in projects
    ]


def require_all(work: Work, contest: Contest, project: Project, *, refiling: bool) -> None:
    """Raise ``Refused`` with the first rule that is not met. Refiling asks neither for reception nor for the stage."""
    terms, filer = terms_of(work, contest), filer_of(work)
    place = place_of(work, contest)
    person = [check for check in of_person(terms, filer) if not (refiling and check.rule is Rule.OPEN)]
    rows = [person_check(check, terms, filer) for check in person]
    entry = entries(work, contest, [project])[0]
    rows += [
        project_check(check, terms, entry, project.id or 0, place)
        for check in of_project(terms, entry, clock.local(work.now).date())
        if not (refiling and check.rule is Rule.STAGE)
    ]
    if wrong := first_refusal(rows):
        raise Refused(wrong)


def refiling_checks(work: Work, contest: Contest, project: Project) -> list[CheckRow]:
    """Answer the rules for a project whose application was returned: reception and stage are behind it."""
    terms = terms_of(work, contest)
    entry = entries(work, contest, [project])[0]
    answers = of_project(terms, entry, clock.local(work.now).date())
    place = place_of(work, contest)
    shown = sorted((check for check in answers if check.rule is not Rule.STAGE), key=lambda check: check.ok)
    return [project_check(check, terms, entry, project.id or 0, place) for check in shown]


def place_of(work: Work, contest: Contest) -> str:
    """Return the name of the contest's municipality, or of the region."""
    if contest.municipality_id is None:
        return place_name(None)
    return place_name(work.session.get_one(Municipality, contest.municipality_id).name)
