"""A few projects of a ballot side by side: what their own pages tell everybody, cut to what is compared."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col

from elka.core.texts import blocks
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application
from elka.models.contests import Contest
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.state.exclusive_rows import RivalRow, rivals_of
from elka.state.project_rows import cover_of, place_of
from elka.ui import labels

FEWEST, MOST = 2, 4
LONGEST = 320  # signs of a text that is told at once; the rest is on the project's page
_COVER = 800


@dataclass(frozen=True)
class CompareRow:
    """A project in the comparison; ``id`` is its application's. Empty texts were not written.

    ``rivals``: the projects beside which it cannot win.
    """

    id: int
    title: str
    href: str
    cover: str
    thumb: str
    place: str
    address: str
    direction: str
    asked: str
    whole: str
    share: str
    when: str
    summary: str
    problem: str
    outcome: str
    cost: int
    rivals: list[RivalRow] = field(default_factory=list)


def compare_rows(work: Work, contest: Contest, ids: list[int]) -> list[CompareRow]:
    """Return the projects of these applications in the order asked for; what is not on the ballot is left out."""
    found = work.session.execute(
        sa.select(Application, Project, Direction, col(Settlement.name), col(Municipality.name))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(
            col(Application.contest_id) == contest.id,
            col(Application.status).in_(ON_BALLOT),
            col(Application.id).in_(ids),
        )
    )
    rivals = rivals_of(work, contest, ids)
    rows = {
        application.id: CompareRow(
            id=application.id,
            title=labels.typographer(project.title),
            href=f"/projects/{project.id}",
            cover=cover_of(project.id, direction.motif, project.cover_photo_id, _COVER),
            thumb=cover_of(project.id, direction.motif, project.cover_photo_id),
            place=place_of(settlement, municipality),
            address=labels.typographer(project.address),
            direction=direction.name,
            asked=labels.money(application.amount),
            whole=labels.money(application.cost),
            share=labels.share(application.amount, application.cost) if application.cost else "",
            when=labels.date_range(project.starts_on, project.ends_on) if project.starts_on and project.ends_on else "",
            summary=labels.typographer(project.summary),
            problem=_told(project.problem),
            outcome=_told(project.outcome),
            cost=application.amount,
            rivals=rivals.get(application.id or 0, []),
        )
        for application, project, direction, settlement, municipality in found
    }
    return [rows[key] for key in ids if key in rows]


def _told(text: str) -> str:
    """Return a text as one paragraph, cut between words."""
    plain = " ".join(" ".join((block.text, *block.items)).strip() for block in blocks(text))
    if len(plain) > LONGEST:
        plain = plain[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:—-") + "…"
    return labels.typographer(plain)
