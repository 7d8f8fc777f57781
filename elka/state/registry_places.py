"""Where the projects of the registry stand: points of the map, municipalities and settlements, the sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.places import Municipality, Settlement
from elka.models.projects import Project, ProjectStage
from elka.state.map_points import projects_point
from elka.state.registry_filters import Filters, everywhere
from elka.ui import labels
from elka.ui.rows import MapPoint


@dataclass(frozen=True)
class AreaRow:
    """A municipality, or a settlement of the one chosen, in the list beside the map. ``share``: percent of the most."""

    href: str
    name: str
    count: str
    share: int
    chosen: bool


class Cell(NamedTuple):
    """The projects of one settlement at one stage: the map, the areas, the tabs and the sums are made of these."""

    municipality: int
    municipality_name: str
    settlement: int
    name: str
    lat: float | None
    lon: float | None
    stage: ProjectStage
    number: int
    granted: int

    def is_in(self, filters: Filters) -> bool:
        """Tell whether it is in the chosen place."""
        if filters.settlement:
            return str(self.settlement) == filters.settlement
        return not filters.place or str(self.municipality) == filters.place

    def is_at(self, filters: Filters) -> bool:
        """Tell whether it is at the chosen stage."""
        return not filters.stage or self.stage.value == filters.stage


def cells_of(work: Work, filters: Filters) -> list[Cell]:
    """Count the projects of every place and stage, whatever place and stage are chosen, in one query."""
    rows = work.session.execute(
        sa.select(
            col(Municipality.id),
            col(Municipality.name),
            col(Settlement.id),
            col(Settlement.name),
            col(Settlement.lat),
            col(Settlement.lon),
            col(Project.stage),
            sa.func.count(),
            sa.cast(sa.func.coalesce(sa.func.sum(col(Project.granted)), 0), sa.BigInteger),
        )
        .select_from(Project)
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(*everywhere(filters))
        .group_by(col(Municipality.id), col(Settlement.id), col(Project.stage))
    )
    return [Cell(*row) for row in rows]


def summary(cells: list[Cell]) -> str:
    """Write «949 проектов на 2,1 млрд ₽ в 22 муниципалитетах»; nothing for none."""
    number, granted = sum(cell.number for cell in cells), sum(cell.granted for cell in cells)
    if not number:
        return ""
    places = len({cell.municipality for cell in cells})
    money = f" на{labels.NBSP}{labels.money_short(granted)}" if granted else ""
    where = labels.plural(places, "муниципалитете", "муниципалитетах", "муниципалитетах")
    return f"{labels.plural(number, 'проект', 'проекта', 'проектов')}{money} в{labels.NBSP}{where}"


def points(filters: Filters, cells: list[Cell]) -> list[MapPoint]:
    """Return the points of settlements, the largest below the others."""
    numbers: dict[int, int] = {}
    settlements: dict[int, Cell] = {}
    for cell in cells:
        numbers[cell.settlement] = numbers.get(cell.settlement, 0) + cell.number
        settlements[cell.settlement] = cell
    most = max(numbers.values(), default=1)
    return [
        projects_point(
            cell.name,
            cell.lat,
            cell.lon,
            numbers[key],
            most=most,
            href=filters.href(place=str(cell.municipality), settlement=str(key)),
            faint=not cell.is_in(filters),
        )
        for key, cell in sorted(settlements.items(), key=lambda pair: (-numbers[pair[0]], pair[0]))
        if cell.lat is not None and cell.lon is not None
    ]


def areas(filters: Filters, cells: list[Cell]) -> list[AreaRow]:
    """Return municipalities by the number of their projects; inside a chosen one, its settlements, the chosen first.

    Where the chosen one has nothing, the municipalities that have are told.
    """
    mine = [cell for cell in cells if str(cell.municipality) == filters.place]
    numbers: dict[tuple[int, str], int] = {}
    for cell in mine or cells:
        area = (cell.settlement, cell.name) if mine else (cell.municipality, cell.municipality_name)
        numbers[area] = numbers.get(area, 0) + cell.number
    most = max(numbers.values(), default=1)
    chosen = filters.settlement if mine else ""

    def rank(area: tuple[int, str]) -> tuple[bool, int, str]:
        return str(area[0]) != chosen, -numbers[area], area[1].lower().replace("ё", "е")

    def href(key: int) -> str:
        if not mine:
            return filters.href(place=str(key))
        return filters.href(settlement="" if str(key) == chosen else str(key))

    return [
        AreaRow(
            href=href(key),
            name=name,
            count=labels.number(numbers[key, name]),
            share=max(2, labels.percent(numbers[key, name], most)),
            chosen=str(key) == chosen,
        )
        for key, name in sorted(numbers, key=rank)
    ]
