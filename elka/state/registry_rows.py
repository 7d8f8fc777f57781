"""Projects of the registry as its table shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.contests import Contest
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project, ProjectStage
from elka.state.project_rows import cover_of, place_of
from elka.state.registry_filters import DAY, Filters, everywhere, here, in_order
from elka.ui import labels

PAGE = 24


@dataclass(frozen=True)
class RegistryRow:
    """A project in the table."""

    id: int
    href: str
    title: str
    cover: str
    place: str
    direction: str
    year: str
    granted: str
    status: str
    tone: str
    contest: str
    contest_href: str


def registry_rows(work: Work, filters: Filters) -> list[RegistryRow]:
    """Return one page of the table, in one query."""
    order = in_order(filters)
    # Chosen before the joins: the index of the search knows its columns by their bare names.
    page = (
        sa.select(col(Project.id), sa.func.row_number().over(order_by=order).label("place"))
        .where(*everywhere(filters), *here(filters))
        .order_by(*order)
        .limit(PAGE)
        .offset((filters.page - 1) * PAGE)
        .subquery("page")
    )
    rows = work.session.execute(
        sa.select(
            col(Project.id),
            col(Project.title),
            col(Project.stage),
            col(Project.cover_photo_id),
            col(Project.granted),
            DAY,
            col(Settlement.name),
            col(Municipality.name),
            col(Direction.name),
            col(Direction.motif),
            col(Contest.id),
            col(Contest.title),
        )
        .select_from(page)
        .join(Project, col(Project.id) == page.c.id)
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .join(
            Contest,
            sa.and_(col(Contest.id) == col(Project.won_contest_id), Contest.visible_to(work.actor)),
            isouter=True,
        )
        .order_by(page.c.place)
    )
    return [_row(*row) for row in rows]


def _row(
    key: int,
    title: str,
    stage: ProjectStage,
    photo_id: int | None,
    granted: int | None,
    day: date | None,
    settlement: str,
    municipality: str,
    direction: str,
    motif: str,
    contest_id: int | None,
    contest: str | None,
) -> RegistryRow:
    status, tone = labels.PROJECT_STAGES[stage.value]
    return RegistryRow(
        id=key,
        href=f"/projects/{key}",
        title=labels.typographer(title),
        cover=cover_of(key, motif, photo_id),
        place=place_of(settlement, municipality),
        direction=direction,
        year=str(day.year) if day else "",
        granted=labels.money_short(granted) if granted else "",
        status=status,
        tone=tone,
        contest=labels.typographer(contest or ""),
        contest_href=f"/contests/{contest_id}" if contest_id else "",
    )
