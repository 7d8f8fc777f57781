"""Rows of the page of filing: projects to choose from, applications that go on already. Not a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.eligibility import Rule
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.places import Settlement
from elka.models.projects import Project, ProjectStage
from elka.state.application_words import STATUSES, CheckRow
from elka.state.eligibility import offices_of
from elka.ui import labels
from elka.ui.rows import Option

A = ApplicationStatus
MOST_PROJECTS = 60  # on the page of filing
BLOCKING = frozenset({Rule.FILER, Rule.STAGE, Rule.PLACE})  # the others can be mended while filling in


@dataclass(frozen=True)
class FilingRow:
    """What the page of filing shows of the contest and of the person's way into it.

    ``name``: in whose name («resident», «municipality:7»); ``project``: the chosen one's id or «new».
    """

    contest_id: int = 0
    contest: str = ""
    place: str = ""
    closes: str = ""
    closes_iso: str = ""
    now_iso: str = ""
    may_begin: bool = False
    name: str = ""
    for_office: bool = False
    project: str = ""
    search: str = ""
    realised: bool = False
    home: str = ""


@dataclass(frozen=True)
class GoingRow:
    """An application of one's own in this contest that has been begun already."""

    title: str
    status: str
    tone: str
    href: str
    action: str


def own_projects(work: Work, contest: Contest, person_id: int) -> list[Project]:
    """Return the person's own projects of the stages that the contest takes, those that stand in another one last."""
    stages = (ProjectStage.IDEA, ProjectStage.PROJECT, ProjectStage.SUBMITTED)
    return list(
        work.session.execute(
            sa.select(Project)
            .where(
                col(Project.author_id) == person_id,
                col(Project.stage).in_(stages if contest.moves_projects else (ProjectStage.REALISED,)),
            )
            .order_by(
                col(Project.stage) == ProjectStage.SUBMITTED, col(Project.updated_at).desc(), col(Project.id).desc()
            )
            .limit(MOST_PROJECTS)
        ).scalars()
    )


def office_projects(work: Work, contest: Contest, office: int, search: str) -> list[Project]:
    """Return the published projects of a municipality that are ready to be filed in the contest."""
    begun = sa.exists().where(
        col(Application.project_id) == col(Project.id),
        col(Application.contest_id) == contest.id,
        col(Application.status).not_in((A.WITHDRAWN, A.REJECTED)),
    )
    stage = ProjectStage.PROJECT if contest.moves_projects else ProjectStage.REALISED
    words = f"%{search.strip().replace('%', '').replace('_', '')}%"
    return list(
        work.session.execute(
            sa.select(Project)
            .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
            .where(
                col(Settlement.municipality_id) == office,
                col(Project.published_at).is_not(None),
                col(Project.stage) == stage,
                ~begun,
                col(Project.title).ilike(words),
            )
            .order_by(col(Project.updated_at).desc())
            .limit(MOST_PROJECTS)
        ).scalars()
    )


def project_option(project: Project, checks: Sequence[tuple[Any, CheckRow]]) -> Option:
    """Return a project to choose, with what stands in its way."""
    blocked = [row.text for check, row in checks if not row.ok and check.rule in BLOCKING]
    wrong = [row for check, row in checks if not row.ok]
    note = "готов к подаче"
    if blocked:
        note = blocked[0]
    elif wrong:
        note = f"в заявке останется поправить: {len(wrong)}"
    return Option(str(project.id), labels.typographer(project.title), labels.typographer(note))


def going_rows(work: Work, contest: Contest, person_id: int) -> list[GoingRow]:
    """Return the applications of the person's projects, or of their municipality, that go on in this contest."""
    found = work.session.execute(
        sa.select(Application, col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(
            col(Application.contest_id) == contest.id,
            col(Application.status).not_in((A.WITHDRAWN, A.REJECTED)),
            sa.or_(Application.of_person(person_id), col(Application.municipality_id).in_(offices_of(work))),
        )
        .order_by(col(Application.id).desc())
        .limit(MOST_PROJECTS)
    )
    rows = []
    for application, title in found:
        status, tone = STATUSES[application.status]
        draft = application.status is A.DRAFT
        rows.append(
            GoingRow(
                title=labels.typographer(title),
                status=status if draft else f"{status}, №{labels.NBSP}{application.number}",
                tone=tone,
                href=f"/applications/{application.id}" + ("/fill" if draft else ""),
                action="Продолжить" if draft else "Открыть",
            )
        )
    return rows


def allowed_directions(options: list[Option], ids: frozenset[int]) -> list[Option]:
    """Leave the directions that a contest takes; no ``ids``: all of them."""
    return [option for option in options if not ids or int(option.value) in ids]


def settlements_here(work: Work, contest: Contest, options: list[Option]) -> list[Option]:
    """Leave the settlements of the contest's municipality; of a regional one all."""
    if contest.municipality_id is None:
        return options
    ids = set(
        work.session.execute(
            sa.select(col(Settlement.id)).where(col(Settlement.municipality_id) == contest.municipality_id)
        ).scalars()
    )
    return [option for option in options if int(option.value) in ids]
