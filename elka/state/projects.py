"""The list of projects: filters, search by words and pages, all in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models import search
from elka.models.projects import Project, ProjectStage
from elka.state.base import Events, Flow
from elka.state.project_filters import (
    LONGEST_QUERY,
    about,
    alphabetical,
    direction_choices,
    inside,
    municipality_choices,
    number_of,
    one_of,
    typed_words,
)
from elka.state.project_rows import ProjectRow, project_rows
from elka.ui import labels
from elka.ui.rows import Option, Tab, page_window

PAGE = 24
SORTS = {"new": "Сначала новые", "old": "Сначала давние", "changed": "Недавно дополненные", "title": "По названию"}
STAGES = {
    ProjectStage.IDEA: "Идеи",
    ProjectStage.PROJECT: "Проекты",
    ProjectStage.SUBMITTED: "В конкурсе",
    ProjectStage.SUPPORTED: "Победители",
    ProjectStage.REALISING: "Делают сейчас",
    ProjectStage.REALISED: "Готово",
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything that makes no sense is left out of it."""

    q: str = ""
    direction: str = ""
    place: str = ""
    stage: str = ""
    sort: str = "new"
    page: int = 1

    def href(self, **changes: str | int) -> str:
        """Return the address of the list with these changes; a change of filters goes back to the first page."""
        asked = replace(self, **{"page": 1, **changes})
        plain = Filters()
        pairs = {key: value for key, value in vars(asked).items() if value != getattr(plain, key)}
        query = urlencode(pairs, errors="replace")
        return f"/projects?{query}" if query else "/projects"


@dataclass(frozen=True)
class Found:
    """One page of the list."""

    filters: Filters
    rows: list[ProjectRow]
    total: int
    pages: int
    tabs: list[Tab]
    directions: list[Option]
    places: list[Option]


class ProjectsState(Flow, rx.State):
    """The list at ``/projects``."""

    rows: list[ProjectRow] = []
    tabs: list[Tab] = []
    directions: list[Option] = []
    places: list[Option] = []
    sorts: list[Option] = [Option(key, name) for key, name in SORTS.items()]
    filters: Filters = Filters()
    address: str = "/projects"  # of the chosen tab
    total: str = ""
    window: list[int] = []
    filtered: bool = False
    taken: int = 0  # part of the fields' keys: they are drawn anew with what the address holds

    @rx.event
    async def load(self) -> Events:
        """Show what the address asks for."""
        asked = {key: self._query(key) for key in ("q", "direction", "place", "stage", "sort", "page")}
        return await self._load(self._list, asked, into=self._show)

    @rx.event
    def search(self, form: dict[str, object]) -> Events:
        """Look for the words of the search field."""
        text = form.get("q") if isinstance(form, dict) else ""
        return rx.redirect(self.filters.href(q=typed_words(text)))

    @rx.event
    def choose(self, name: str, value: str) -> Events:
        """Change one filter."""
        if name not in ("direction", "place", "stage", "sort") or not isinstance(value, str):
            return None
        return rx.redirect(self.filters.href(**{name: value[:LONGEST_QUERY]}))

    @rx.event
    def open_page(self, page: int) -> Events:
        """Turn to another page of the list."""
        if not isinstance(page, int) or not 0 < page < 10**6:
            return None
        return [rx.redirect(self.filters.href(page=page)), rx.call_script("window.scrollTo({top: 0})")]

    def _show(self, found: Found) -> None:
        self.rows, self.tabs, self.filters = found.rows, found.tabs, found.filters
        self.directions, self.places = found.directions, found.places
        self.total = labels.plural(found.total, "проект", "проекта", "проектов")
        self.window = page_window(found.filters.page, found.pages) if found.pages > 1 else []
        self.address = found.filters.href()
        plain = Filters(sort=found.filters.sort, page=found.filters.page)
        self.filtered = found.filters != plain
        self.taken += 1

    @staticmethod
    def _list(work: Work, asked: dict[str, object]) -> Found:
        """Return one page of published projects; a page past the end is the last one."""
        directions, places = direction_choices(work), municipality_choices(work)
        filters = _filters(asked, directions, places)
        where = _conditions(filters)
        counts = {
            row[0]: row[1]
            for row in work.session.execute(
                sa.select(col(Project.stage), sa.func.count()).where(*where).group_by(col(Project.stage))
            )
        }
        total = counts.get(ProjectStage(filters.stage), 0) if filters.stage else sum(counts.values())
        pages = max(1, -(-total // PAGE))
        filters = replace(filters, page=min(filters.page, pages))
        if filters.stage:
            where.append(col(Project.stage) == ProjectStage(filters.stage))
        ids = work.session.execute(
            sa.select(col(Project.id))
            .where(*where)
            .order_by(*_order(filters))
            .limit(PAGE)
            .offset((filters.page - 1) * PAGE)
        ).scalars()
        return Found(
            filters=filters,
            rows=project_rows(work, ids),
            total=total,
            pages=pages,
            tabs=_tabs(filters, counts),
            directions=directions,
            places=places,
        )


def _filters(asked: dict[str, object], directions: list[Option], places: list[Option]) -> Filters:
    return Filters(
        q=typed_words(asked.get("q")),
        direction=one_of(asked.get("direction"), {option.value for option in directions}),
        place=one_of(asked.get("place"), {option.value for option in places}),
        stage=one_of(asked.get("stage"), {stage.value for stage in STAGES}),
        sort=one_of(asked.get("sort"), SORTS) or "new",
        page=max(1, number_of(asked.get("page"))),
    )


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of all filters but the stage, which the counts are told by."""
    where = [Project.listed()]
    if search.words_of(filters.q):
        where.append(search.matches(filters.q))
    if filters.direction:
        where.append(about(filters.direction))
    if filters.place:
        where.append(inside(filters.place))
    return where


def _order(filters: Filters) -> list[sa.ColumnElement[object]]:
    first: list[sa.ColumnElement[object]] = []
    if search.words_of(filters.q):
        first.append(search.matches_exactly(filters.q).desc())
    match filters.sort:
        case "old":
            return [*first, col(Project.published_at).asc(), col(Project.id).asc()]
        case "changed":
            return [*first, col(Project.updated_at).desc(), col(Project.id).desc()]
        case "title":
            return [*first, alphabetical(col(Project.title)), col(Project.id)]
        case _:
            return [*first, col(Project.published_at).desc(), col(Project.id).desc()]


def _tabs(filters: Filters, counts: dict[ProjectStage, int]) -> list[Tab]:
    tabs = [Tab(filters.href(stage=""), "Все", labels.number(sum(counts.values())))]
    tabs.extend(
        Tab(filters.href(stage=stage.value), name, labels.number(counts.get(stage, 0)))
        for stage, name in STAGES.items()
    )
    return tabs
