"""The registry: projects that won support, on the map and as a list; filters, order and page are all in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

import reflex as rx

from elka.db import Work
from elka.models.projects import ProjectStage
from elka.state.base import Events, Flow
from elka.state.project_filters import LONGEST_QUERY, typed_words
from elka.state.registry_filters import (
    ASCENDING,
    COLUMNS,
    KEYS,
    SORTS,
    STAGES,
    Choices,
    Filters,
    choices,
    sensible,
)
from elka.state.registry_places import AreaRow, areas, cells_of, points, summary
from elka.state.registry_rows import PAGE, RegistryRow, registry_rows
from elka.ui import labels
from elka.ui.rows import MapPoint, Option, Tab, page_window

LIST = "#list"  # the part of the page that an address leads to when the list itself was turned
AT_ONCE = 7  # areas in sight beside the map; the others are behind a press


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    name: str
    href: str


@dataclass(frozen=True)
class Found:
    """One page of the registry with what it is chosen by."""

    filters: Filters
    choices: Choices
    rows: list[RegistryRow]
    summary: str
    pages: int
    total: int
    tabs: list[Tab]
    chips: list[Chip]
    points: list[MapPoint]
    areas: list[AreaRow]
    region: str


class RegistryState(Flow, rx.State):
    """The registry at ``/registry``."""

    rows: list[RegistryRow] = []
    summary: str = ""
    filters: Filters = Filters()
    address: str = "/registry" + LIST  # of the chosen tab
    tabs: list[Tab] = []
    chips: list[Chip] = []
    points: list[MapPoint] = []
    areas: list[AreaRow] = []
    more_areas: list[AreaRow] = []
    region: str = ""  # the address of the same in all of Ugra, when a place is chosen
    directions: list[Option] = []
    places: list[Option] = []
    years: list[Option] = []
    sorts: list[Option] = [Option(key, name) for key, name in SORTS.items()]
    sorted_by: str = "year"
    descending: bool = True
    window: list[int] = []
    shown: str = ""
    filtered: bool = False
    taken: int = 0  # part of the fields' keys: they are drawn anew with what the address holds

    @rx.event
    async def load(self) -> Events:
        """Show what the address asks for."""
        return await self._load(self._list, {key: self._query(key) for key in KEYS}, into=self._show)

    @rx.event
    def search(self, form: dict[str, object]) -> Events:
        """Look for the words of the search field."""
        return rx.redirect(self.filters.href(q=typed_words(form.get("q") if isinstance(form, dict) else "")) + LIST)

    @rx.event
    def choose(self, name: str, value: str) -> Events:
        """Change one filter."""
        if name not in ("direction", "place", "year", "stage", "sort") or not isinstance(value, str):
            return None
        return rx.redirect(self.filters.href(**{name: value[:LONGEST_QUERY]}) + LIST)

    @rx.event
    def order(self, column: str) -> Events:
        """Sort by a column; the column that it is sorted by already turns around."""
        if not isinstance(column, str) or column not in COLUMNS:
            return None
        first, *others = COLUMNS[column]
        return rx.redirect(self.filters.href(sort=others[0] if others and self.filters.sort == first else first) + LIST)

    @rx.event
    def open_page(self, page: int) -> Events:
        """Turn to another page of the list."""
        if not isinstance(page, int) or not 0 < page < 10**6:
            return None
        return rx.redirect(self.filters.href(page=page) + LIST)

    def _show(self, found: Found) -> None:
        filters = found.filters
        self.rows, self.summary, self.filters, self.tabs = found.rows, found.summary, filters, found.tabs
        self.address = filters.href() + LIST
        self.chips, self.points, self.region = found.chips, found.points, found.region
        self.areas, self.more_areas = found.areas[:AT_ONCE], found.areas[AT_ONCE:]
        self.directions, self.places, self.years = found.choices.directions, found.choices.places, found.choices.years
        self.sorted_by = next(column for column, sorts in COLUMNS.items() if filters.sort in sorts)
        self.descending = filters.sort not in ASCENDING
        self.window = page_window(filters.page, found.pages) if found.pages > 1 else []
        first, last = (filters.page - 1) * PAGE + 1, min(found.total, filters.page * PAGE)
        self.shown = f"{labels.number(first)}–{labels.number(last)} из {labels.number(found.total)}"
        self.filtered = filters != Filters(sort=filters.sort, page=filters.page)
        self.taken += 1

    @staticmethod
    def _list(work: Work, asked: dict[str, object]) -> Found:
        """Return one page of the registry; a page past the end is the last one."""
        among = choices(work)
        filters, settlement = sensible(work, asked, among)
        cells = cells_of(work, filters)
        here = [cell for cell in cells if cell.is_in(filters)]
        counts = {stage: sum(cell.number for cell in here if cell.stage is stage) for stage in STAGES}
        chosen = [cell for cell in here if cell.is_at(filters)]
        total = sum(cell.number for cell in chosen)
        pages = max(1, -(-total // PAGE))
        filters = replace(filters, page=min(filters.page, pages))
        at_stage = [cell for cell in cells if cell.is_at(filters)]
        return Found(
            filters=filters,
            choices=among,
            rows=registry_rows(work, filters),
            summary=summary(chosen),
            pages=pages,
            total=total,
            tabs=_tabs(filters, counts),
            chips=_chips(filters, among, settlement),
            points=points(filters, at_stage),
            areas=areas(filters, at_stage),
            region=filters.href(place="") if filters.place else "",
        )


def _tabs(filters: Filters, counts: dict[ProjectStage, int]) -> list[Tab]:
    tabs = [Tab(filters.href(stage="") + LIST, "Все", labels.number(sum(counts.values())))]
    tabs.extend(
        Tab(filters.href(stage=stage.value) + LIST, name, labels.number(counts[stage]))
        for stage, name in STAGES.items()
    )
    return tabs


def _chips(filters: Filters, among: Choices, settlement: str) -> list[Chip]:
    def name(options: list[Option], value: str) -> str:
        return next(option.label for option in options if option.value == value)

    chips = []
    if filters.q:
        chips.append(Chip(f"«{filters.q}»", filters.href(q="") + LIST))
    if filters.place:
        chips.append(Chip(name(among.places, filters.place), filters.href(place="") + LIST))
    if filters.settlement:
        chips.append(Chip(settlement, filters.href(settlement="") + LIST))
    if filters.direction:
        chips.append(Chip(name(among.directions, filters.direction), filters.href(direction="") + LIST))
    if filters.year:
        chips.append(Chip(f"{filters.year} год", filters.href(year="") + LIST))
    return chips
