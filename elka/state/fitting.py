"""Which open contests a finished project fits, by place and direction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.contests import Contest, ContestDirection, ContestPhase, ContestStage, PhaseKind
from elka.models.places import Settlement
from elka.models.projects import Project, ProjectStage
from elka.ui import labels


@dataclass(frozen=True)
class FitRow:
    """A contest that takes such projects now; ``href`` leads to filing this one there."""

    contest: str
    until: str
    href: str


def fitting(work: Work, project_ids: Iterable[int]) -> dict[int, list[tuple[datetime, FitRow]]]:
    """Return, by project, the contests it can be filed in today and until when, the soonest to close first.

    Sums and the size of the group are not judged here: the page of filing tells of them one by one.
    """
    any_direction = ~sa.exists().where(col(ContestDirection.contest_id) == col(Contest.id))
    its_direction = sa.exists().where(
        col(ContestDirection.contest_id) == col(Contest.id),
        col(ContestDirection.direction_id) == col(Project.direction_id),
    )
    found = work.session.execute(
        sa.select(col(Project.id), col(Contest.id), col(Contest.title), col(ContestPhase.closes_at))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(
            Contest,
            sa.or_(
                col(Contest.municipality_id).is_(None),
                col(Contest.municipality_id) == col(Settlement.municipality_id),
            ),
        )
        .join(
            ContestPhase,
            sa.and_(
                col(ContestPhase.contest_id) == col(Contest.id),
                col(ContestPhase.kind) == PhaseKind.ACCEPTING,
                col(ContestPhase.opens_at) <= work.now,
                col(ContestPhase.closes_at) > work.now,
            ),
        )
        .where(
            col(Project.id).in_(list(project_ids)),
            col(Project.stage) == ProjectStage.PROJECT,
            col(Contest.announced_at).is_not(None),
            col(Contest.stage).in_([ContestStage.ANNOUNCED, ContestStage.ACCEPTING]),
            sa.or_(any_direction, its_direction),
        )
        .order_by(col(ContestPhase.closes_at), col(Contest.id))
    )
    rows: dict[int, list[tuple[datetime, FitRow]]] = {}
    for project_id, contest_id, title, closes_at in found:
        row = FitRow(
            contest=labels.typographer(title),
            until=labels.deadline(closes_at),
            href=f"/contests/{contest_id}/apply?project={project_id}",
        )
        rows.setdefault(project_id, []).append((closes_at, row))
    return rows
