"""What the registry is chosen by: its address, the conditions and the order that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlmodel import col

from elka.clock import LOCAL
from elka.db import Work
from elka.models import search
from elka.models.places import Settlement
from elka.models.projects import IN_REGISTRY, Project, ProjectStage
from elka.state.project_filters import (
    about,
    alphabetical,
    direction_choices,
    inside,
    municipality_choices,
    number_of,
    one_of,
    typed_words,
)
from elka.ui.rows import Option

SORTS = {
    "new": "Новые",
    "old": "Давние",
    "large": "Крупные суммы",
    "small": "Небольшие суммы",
    "title": "По названию",
}
STAGES = {
    ProjectStage.REALISED: "Готово",
    ProjectStage.REALISING: "Делают сейчас",
    ProjectStage.SUPPORTED: "Победили и готовятся",
}
# A column of the table, and the orders that presses on its head turn through.
COLUMNS = {"title": ("title",), "year": ("new", "old"), "sum": ("large", "small")}
ASCENDING = {"old", "small", "title"}
KEYS = ("q", "direction", "place", "settlement", "year", "stage", "sort", "page")

# The day a project is dated by: when it was finished; until then, when it won support.
DAY = sa.func.coalesce(
    col(Project.realised_on), sa.cast(sa.func.timezone(LOCAL.key, col(Project.supported_at)), sa.Date)
)
YEAR = sa.cast(sa.extract("year", DAY), sa.Integer)


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything that makes no sense is left out of it."""

    q: str = ""
    direction: str = ""
    place: str = ""
    settlement: str = ""
    year: str = ""
    stage: str = ""
    sort: str = "new"
    page: int = 1

    def href(self, **changes: str | int) -> str:
        """Return the address with these changes: a change of filters goes to the first page, of a place to all of it."""
        if "place" in changes:
            changes = {"settlement": "", **changes}
        asked = replace(self, **{"page": 1, **changes})
        plain = Filters()
        pairs = {key: value for key, value in vars(asked).items() if value != getattr(plain, key)}
        if asked.settlement:
            del pairs["place"]  # a settlement has its municipality
        query = urlencode(pairs, errors="replace")
        return f"/registry?{query}" if query else "/registry"


@dataclass(frozen=True)
class Choices:
    """What there is to choose from."""

    directions: list[Option]
    places: list[Option]
    years: list[Option]


def choices(work: Work) -> Choices:
    """Return what there is to choose from; of years, those that have projects."""
    years = work.session.execute(
        sa.select(YEAR.label("year")).where(*_in_registry(), DAY.is_not(None)).distinct().order_by(sa.desc("year"))
    )
    return Choices(
        direction_choices(work), municipality_choices(work), [Option(str(year), str(year)) for (year,) in years]
    )


def sensible(work: Work, asked: dict[str, object], among: Choices) -> tuple[Filters, str]:
    """Return the filters that make sense, and the name of the chosen settlement."""

    def chosen(name: str, options: list[Option]) -> str:
        return one_of(asked.get(name), {option.value for option in options})

    filters = Filters(
        q=typed_words(asked.get("q")),
        direction=chosen("direction", among.directions),
        place=chosen("place", among.places),
        year=chosen("year", among.years),
        stage=one_of(asked.get("stage"), {stage.value for stage in STAGES}),
        sort=one_of(asked.get("sort"), SORTS) or "new",
        page=max(1, number_of(asked.get("page"))),
    )
    found = None
    if key := number_of(asked.get("settlement")):
        found = work.session.execute(
            sa.select(col(Settlement.municipality_id), col(Settlement.name)).where(col(Settlement.id) == key)
        ).one_or_none()
    if found is None:
        return filters, ""
    return replace(filters, place=str(found[0]), settlement=str(key)), found[1]


def everywhere(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of all filters but the place and the stage: those stay to be compared with others."""
    where = list(_in_registry())
    if search.words_of(filters.q):
        where.append(search.matches(filters.q))
    if filters.direction:
        where.append(about(filters.direction))
    if filters.year:
        where.append(int(filters.year) == YEAR)
    return where


def here(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the place and the stage."""
    where: list[sa.ColumnElement[bool]] = []
    if filters.settlement:
        where.append(col(Project.settlement_id) == int(filters.settlement))
    elif filters.place:
        where.append(inside(filters.place))
    if filters.stage:
        where.append(col(Project.stage) == ProjectStage(filters.stage))
    return where


def in_order(filters: Filters) -> list[sa.ColumnElement[object]]:
    """Return the order; among the new ones, those with the very words that were typed come first."""
    key = col(Project.id)
    match filters.sort:
        case "old":
            chosen = [DAY.asc().nulls_last(), key.asc()]
        case "large":
            chosen = [col(Project.granted).desc().nulls_last(), key.desc()]
        case "small":
            chosen = [col(Project.granted).asc().nulls_last(), key.desc()]
        case "title":
            chosen = [alphabetical(col(Project.title)), key]
        case _:
            chosen = [DAY.desc().nulls_last(), key.desc()]
    if filters.sort == "new" and search.words_of(filters.q):
        return [search.matches_exactly(filters.q).desc(), *chosen]
    return chosen


def _in_registry() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Project.stage).in_(IN_REGISTRY), col(Project.published_at).is_not(None)
