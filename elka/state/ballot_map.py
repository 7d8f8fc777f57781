"""Where the projects of a ballot stand: one point for each, by the applicant's own mark or by its settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.formfields import Audience, FieldKind
from elka.core.geo import project
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application, Revision
from elka.models.contests import Contest
from elka.models.forms import FormField
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.state.project_rows import cover_of, place_of
from elka.ui import labels

MOST = 1000  # points that a browser is given; no ballot of the region has half as many projects
_LAT, _LON = 90, 180


@dataclass(frozen=True)
class BallotPoint:
    """A project of the ballot on the drawing of Ugra (``core.geo``); ``id`` is its application's.

    ``exact``: the applicants put the point themselves; otherwise it is their settlement, or the centre of the district
    where the settlement's point is not known.
    """

    id: int
    x: float
    y: float
    exact: bool
    href: str
    title: str
    cover: str
    direction: str
    note: str
    cost: int


def ballot_points(work: Work, contest: Contest, wanted: list[Any]) -> list[BallotPoint]:
    """Return the points of the projects that are on the ballot, in two queries."""
    found = work.session.execute(
        sa.select(
            col(Application.id),
            col(Application.amount),
            col(Project.id),
            col(Project.title),
            col(Project.cover_photo_id),
            col(Direction.name),
            col(Direction.motif),
            col(Settlement.name),
            col(Municipality.name),
            sa.func.coalesce(col(Settlement.lat), col(Municipality.lat)),
            sa.func.coalesce(col(Settlement.lon), col(Municipality.lon)),
            marked_point(work, contest),
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT), *wanted)
        .order_by(col(Application.id))
        .limit(MOST)
    )
    return [_point(*row) for row in found]


def marked_point(work: Work, contest: Contest, *, everyone: bool = True) -> Any:
    """Return the point in the newest revision, if the template asks for one; with ``everyone`` only what all may see."""
    key = work.session.execute(
        sa.select(col(FormField.key))
        .where(
            col(FormField.contest_id) == contest.id,
            col(FormField.kind) == FieldKind.POINT,
            *([col(FormField.audience) == Audience.EVERYONE] if everyone else []),
        )
        .order_by(col(FormField.position))
        .limit(1)
    ).scalar()
    if key is None:
        return sa.null()
    return (
        sa.select(col(Revision.content)["answers"][key])
        .where(col(Revision.application_id) == col(Application.id), col(Revision.number) == col(Application.revision))
        .correlate(Application)
        .scalar_subquery()
    )


def _point(
    key: int,
    amount: int,
    project_id: int,
    title: str,
    photo: int | None,
    direction: str,
    motif: str,
    settlement: str,
    municipality: str,
    lat: float,
    lon: float,
    marked: object,
) -> BallotPoint:
    own = degrees_of(marked)
    x, y = project(*(own or (lat, lon)))
    return BallotPoint(
        id=key,
        x=x,
        y=y,
        exact=own is not None,
        href=f"/projects/{project_id}",
        title=labels.typographer(title),
        cover=cover_of(project_id, motif, photo),
        direction=direction,
        note=f"{place_of(settlement, municipality)} · {labels.money_short(amount)}",
        cost=amount,
    )


def degrees_of(value: object) -> tuple[float, float] | None:
    """Read an answer's point; it was checked when it was written, in whatever version of the template."""
    if not isinstance(value, dict):
        return None
    lat, lon = value.get("lat"), value.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float) or abs(lat) > _LAT or abs(lon) > _LON:
        return None
    return float(lat), float(lon)
