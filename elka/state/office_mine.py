"""The applications that an official deals with, in all contests, by term. Not a state."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import UNDECIDED, Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.projects import Project
from elka.state.admission_rows import OFFICE_STATUSES, term_of
from elka.ui import labels
from elka.ui.rows import Tab

A = ApplicationStatus
SHOWN = 7


@dataclass(frozen=True)
class MineRow:
    """One application in an official's hands."""

    title: str
    note: str
    href: str
    status: str
    tone: str
    term: str
    late: bool


@dataclass(frozen=True)
class Mine:
    """The most urgent ones, and how many there are by contest: each a way into its table."""

    rows: list[MineRow]
    places: list[Tab]


def mine_of(work: Work) -> Mine:
    """Return what waits in the actor's hands: terms that have passed, appeals, those waiting longest, then the rest."""
    everywhere, places = work.actor.places_of(Role.OFFICIAL)
    own = [
        col(Application.assignee_id) == work.person(),
        col(Application.status).in_(UNDECIDED),
        col(Contest.stage).in_((ContestStage.ACCEPTING, ContestStage.ADMISSION)),
    ]
    if not everywhere:
        own.append(col(Contest.municipality_id).in_(places))
    joined = sa.join(Application, Contest, col(Contest.id) == col(Application.contest_id))
    late = sa.and_(col(Application.status) == A.RETURNED, col(Application.correct_by) <= work.now)
    order = sa.case(
        (late, 0), (col(Application.status) == A.APPEALED, 1), (col(Application.status) == A.SUBMITTED, 2), else_=3
    )
    found = work.session.execute(
        sa.select(Application, col(Project.title), col(Contest.title))
        .select_from(joined)
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(*own)
        .order_by(
            order, sa.func.coalesce(col(Application.correct_by), col(Application.submitted_at)), col(Application.id)
        )
        .limit(SHOWN)
    )
    counted = work.session.execute(
        sa.select(col(Contest.id), col(Contest.title), sa.func.count())
        .select_from(joined)
        .where(*own)
        .group_by(col(Contest.id), col(Contest.title))
        .order_by(sa.func.count().desc(), col(Contest.id))
    )
    return Mine(
        rows=[_row(work, *row) for row in found],
        places=[
            Tab(
                f"/office/contests/{key}/applications?status=open&who=me",
                labels.typographer(title),
                labels.number(count),
            )
            for key, title, count in counted
        ],
    )


def _row(work: Work, application: Application, project: str, contest: str) -> MineRow:
    status, tone = OFFICE_STATUSES[application.status]
    term, late = term_of(application, work.now)
    return MineRow(
        title=labels.typographer(f"№ {application.number} {project}"),
        note=labels.typographer(contest),
        href=f"/office/applications/{application.id}?status=open&who=me",
        status=status,
        tone=tone,
        term=term,
        late=late,
    )
