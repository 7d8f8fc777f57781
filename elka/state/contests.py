"""The list of contests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import reflex as rx
import sqlalchemy as sa
from reflex.event import EventSpec
from sqlmodel import col

from elka import clock
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.contests import Contest, ContestPhase
from elka.state.base import Events, Flow
from elka.state.contest_rows import ContestCard, contest_cards, municipality_options
from elka.state.lifecycle import advance_due
from elka.ui import labels
from elka.ui.rows import Option, Tab, page_window

S = ContestStage
PAGE = 12
TABS: dict[str, tuple[str, tuple[ContestStage, ...]]] = {
    "now": ("Идут сейчас", (S.ACCEPTING, S.ADMISSION, S.VOTING, S.EXPERT, S.DECISION)),
    "soon": ("Скоро", (S.ANNOUNCED,)),
    "past": ("Архив", (S.AWARDED, S.CLOSED, S.CANCELLED)),
}
# What one can act in comes first.
_ORDER = (
    S.VOTING,
    S.ACCEPTING,
    S.ANNOUNCED,
    S.ADMISSION,
    S.EXPERT,
    S.DECISION,
    S.AWARDED,
    S.CLOSED,
    S.CANCELLED,
)


@dataclass(frozen=True)
class ContestList:
    """All that the page of contests shows."""

    tab: str
    address: str
    place: str
    tabs: list[Tab]
    cards: list[ContestCard]
    page: int
    pages: list[int]
    year: str = ""
    years: list[Option] = field(default_factory=list)


class ContestsState(Flow, rx.State):
    """The list of contests; the address holds tab, place, year of the archive and page."""

    tab: str = "now"
    address: str = "/contests"
    place: str = ""
    tabs: list[Tab] = []
    cards: list[ContestCard] = []
    page: int = 1
    pages: list[int] = []
    places: list[Option] = []
    year: str = ""
    years: list[Option] = []

    @rx.event
    async def load(self) -> Events:
        """Show what the address asks for."""
        asked = self._query("tab", "now"), self._query("place"), self._query("page", "1"), self._query("year")
        return await self._load(self._listed, *asked, into=self._show)

    @rx.event
    def show_place(self, place: str) -> Events:
        """Choose a municipality."""
        return rx.redirect(_address(self.tab, place if isinstance(place, str) else "", year=self.year))

    @rx.event
    def show_year(self, year: str) -> Events:
        """Choose a year of the archive."""
        return rx.redirect(_address(self.tab, self.place, year=year if isinstance(year, str) else ""))

    @rx.event
    def show_page(self, page: int) -> Events:
        """Go to another page of the list."""
        return rx.redirect(_address(self.tab, self.place, page if isinstance(page, int) else 1, self.year))

    @staticmethod
    def _listed(
        work: Work, tab: object, place: object, page: object, year: object = ""
    ) -> tuple[ContestList, list[Option]]:
        places = municipality_options(work)
        known = tab if isinstance(tab, str) and tab in TABS else "now"
        chosen = place if isinstance(place, str) and place in {option.value for option in places} else ""
        seen = [Contest.visible_to(work.actor), col(Contest.announced_at).is_not(None)]
        if chosen:
            seen.append(sa.or_(col(Contest.municipality_id) == int(chosen), col(Contest.municipality_id).is_(None)))
        by_stage = sa.select(col(Contest.stage), sa.func.count()).where(*seen).group_by(col(Contest.stage))
        counts = {row[0]: row[1] for row in work.session.execute(by_stage)}
        totals = {name: sum(counts.get(stage, 0) for stage in stages) for name, (_, stages) in TABS.items()}
        years = _years(work, seen) if known == "past" else {}
        of_year = year if isinstance(year, str) and year in years else ""
        if of_year:
            seen.append(int(of_year) == _YEAR)
        last = max(1, -(-(years[of_year] if of_year else totals[known]) // PAGE))
        number = min(page_number(page), last)
        ids = work.session.execute(
            sa.select(col(Contest.id))
            .where(*seen, col(Contest.stage).in_(TABS[known][1]))
            .order_by(*_sorted(known))
            .limit(PAGE)
            .offset((number - 1) * PAGE)
        ).scalars()
        tabs = [
            Tab(_address(name, chosen), title, labels.number(totals[name]) if totals[name] else "")
            for name, (title, _) in TABS.items()
        ]
        cards = contest_cards(work, list(ids))
        options = [Option(one, f"{one} ({labels.number(count)})") for one, count in years.items()]
        pages = page_window(number, last) if last > 1 else []
        return ContestList(known, _address(known, chosen), chosen, tabs, cards, number, pages, of_year, options), places

    @staticmethod
    def _advance_due(work: Work) -> list[int]:
        """Move every contest whose clock has come; the job of every minute."""
        return advance_due(work)

    def _show(self, listed: tuple[ContestList, list[Option]]) -> None:
        found, self.places = listed
        self.tab, self.address, self.place = found.tab, found.address, found.place
        self.tabs, self.cards = found.tabs, found.cards
        self.page, self.pages = found.page, found.pages
        self.year, self.years = found.year, found.years


# A contest is of the year in which its results were published, or, cancelled, in which it was announced.
_YEAR = sa.cast(
    sa.func.extract(
        "year",
        sa.func.timezone(clock.LOCAL.key, sa.func.coalesce(col(Contest.published_at), col(Contest.announced_at))),
    ),
    sa.Integer,
)


def _years(work: Work, seen: list[Any]) -> dict[str, int]:
    """Return how many contests of the archive each year has, the newest first."""
    found = work.session.execute(
        sa.select(_YEAR.label("year"), sa.func.count().label("many"))
        .where(*seen, col(Contest.stage).in_(TABS["past"][1]))
        .group_by(sa.text("1"))
        .order_by(sa.text("1 DESC"))
    )
    return {str(row.year): row.many for row in found}


def _address(tab: str, place: str, page: int = 1, year: str = "") -> str:
    asked = {"tab": tab if tab != "now" else "", "place": place, "page": str(page) if page > 1 else ""}
    asked["year"] = year if tab == "past" else ""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/contests?{query}" if query else "/contests"


def keep_address(path: str, **asked: object) -> EventSpec:
    """Write what a list shows into the address, so that a link or a reload shows the same; nothing is loaded."""
    query = urlencode({name: str(value) for name, value in asked.items() if value and value != 1})
    address = f"{path}?{query}" if query else path
    return rx.call_script(f"window.history.replaceState(window.history.state, '', {json.dumps(address)})")


def page_number(value: object) -> int:
    """Read a page number that a browser sent; 1 for whatever is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:6])
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6 else 1


def _sorted(tab: str) -> list[Any]:
    by_stage = sa.case({stage: place for place, stage in enumerate(_ORDER)}, value=col(Contest.stage))
    ends = (
        sa.select(sa.func.min(col(ContestPhase.closes_at)))
        .where(
            col(ContestPhase.contest_id) == col(Contest.id),
            sa.cast(col(ContestPhase.kind), sa.String) == sa.cast(col(Contest.stage), sa.String),
        )
        .correlate(Contest)
        .scalar_subquery()
    )
    if tab == "past":
        return [sa.func.coalesce(col(Contest.published_at), col(Contest.announced_at)).desc(), col(Contest.id).desc()]
    return [by_stage, ends, col(Contest.id)]
