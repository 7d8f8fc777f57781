"""Projects as lists show them: one card, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import BudgetLine, Project, ProjectStage
from elka.ui import labels
from elka.ui.rows import Option


@dataclass(frozen=True)
class ProjectRow:
    """A project on a card."""

    id: int
    href: str
    title: str
    cover: str
    place: str
    direction: str
    status: str
    tone: str
    summary: str
    cost: str


def cover_of(project_id: int, motif: str, photo_id: int | None, width: int = 480) -> str:
    """Return the address of the picture of a project: its photo, or a drawn cover."""
    return f"/photos/{photo_id}-{width}.webp" if photo_id else f"/covers/{project_id}-{motif}.svg"


def place_of(settlement: str, municipality: str) -> str:
    """Write the place; a town that is a municipality by itself is named once."""
    return settlement if settlement == municipality else f"{settlement}, {municipality}"


def setting_of(work: Work, project: Project) -> tuple[Direction, Settlement, Municipality]:
    """Return what the project is about and where it is."""
    direction, settlement, municipality = work.session.execute(
        sa.select(Direction, Settlement, Municipality)
        .select_from(Project)
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(col(Project.id) == project.id)
    ).one()
    return direction, settlement, municipality


def project_rows(work: Work, ids: Iterable[int]) -> list[ProjectRow]:
    """Return the cards of these projects in this order, in one query, whoever may see them was decided before."""
    wanted = list(ids)
    if not wanted:
        return []
    cost = (
        sa.select(sa.func.coalesce(sa.func.sum(col(BudgetLine.amount)), 0))
        .where(col(BudgetLine.project_id) == col(Project.id))
        .correlate(Project)
        .scalar_subquery()
    )
    found = {
        row[0]: row
        for row in work.session.execute(
            sa.select(
                col(Project.id),
                col(Project.title),
                col(Project.summary),
                col(Project.stage),
                col(Project.published_at),
                col(Project.cover_photo_id),
                col(Project.granted),
                col(Settlement.name),
                col(Municipality.name),
                col(Direction.name),
                col(Direction.motif),
                cost,
            )
            .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
            .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
            .join(Direction, col(Direction.id) == col(Project.direction_id))
            .where(col(Project.id).in_(wanted))
        )
    }
    return [_card(*found[key]) for key in wanted if key in found]


def stage_badge(stage: ProjectStage, *, draft: bool) -> tuple[str, str]:
    """Return the words and the tone of a project's badge."""
    if draft and stage is not ProjectStage.ARCHIVED:
        return "Черновик", "grey"
    return labels.PROJECT_STAGES[stage.value]


def direction_options(work: Work) -> list[Option]:
    """Return the directions to choose from."""
    rows = work.session.execute(sa.select(Direction.id, Direction.name).order_by(col(Direction.position)))
    return [Option(str(key), name) for key, name in rows]


def settlement_options(work: Work) -> list[Option]:
    """Return the settlements to choose from, «ё» sorted as «е»."""
    rows = work.session.execute(
        sa.select(col(Settlement.id), col(Settlement.name), col(Municipality.name))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .order_by(sa.func.replace(sa.func.lower(col(Settlement.name)), "ё", "е"), col(Settlement.id))
    )
    return [Option(str(key), place_of(name, municipality)) for key, name, municipality in rows]


def _card(
    key: int,
    title: str,
    summary: str,
    stage: ProjectStage,
    published_at: object,
    photo_id: int | None,
    granted: int | None,
    settlement: str,
    municipality: str,
    direction: str,
    motif: str,
    cost: int,
) -> ProjectRow:
    status, tone = stage_badge(stage, draft=published_at is None)
    money = labels.money_short(granted or cost) if granted or cost else ""
    return ProjectRow(
        id=key,
        href=f"/projects/{key}",
        title=labels.typographer(title),
        cover=cover_of(key, motif, photo_id),
        place=place_of(settlement, municipality),
        direction=direction,
        status=status,
        tone=tone,
        summary=labels.typographer(summary),
        cost=f"Выделено {money}" if granted else money,
    )
