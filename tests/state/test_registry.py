"""The registry: what stands in it, what it is chosen by, and what the browser gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import reflex as rx
from reflex.event import EventSpec

from elka.db import Work
from elka.models.contests import ContestStage
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.state.registry import AT_ONCE, LIST, Found, RegistryState
from elka.state.registry_filters import Filters
from elka.state.registry_rows import PAGE
from tests import factories

S = ProjectStage
NBSP = "\u00a0"


@pytest.fixture
def author(work: Work) -> Person:
    return factories.person(work)


def realised(work: Work, author: Person, title: str = "Каток", **fields: Any) -> Project:
    known = {
        "stage": S.REALISED,
        "granted": 1_000_000,
        "supported_at": datetime(2024, 3, 1, tzinfo=UTC),
        "realised_on": date(2024, 9, 1),
    }
    return factories.project(work, author, title=title, **known | fields)


def found(work: Work, **asked: object) -> Found:
    return RegistryState._list(work, asked)


def titles(work: Work, **asked: object) -> list[str]:
    return [row.title for row in found(work, **asked).rows]


def state() -> tuple[rx.State, Any]:
    root = rx.State(_reflex_internal_init=True)
    return root, root.get_substate(RegistryState.get_full_name().split("."))


class TestWhatStandsInIt:
    def test_only_published_and_supported(self, work: Work, author: Person):
        for stage in S:
            factories.project(work, author, title=stage.value, stage=stage)
        factories.project(work, author, title="Черновик", stage=S.REALISED, published=False)
        for actor in (work.actor, factories.actor(work, author)):
            work.actor = actor
            assert set(titles(work)) == {"supported", "realising", "realised"}

    def test_a_row(self, work: Work, author: Person):
        contest = factories.contest(work, author, stage=ContestStage.CLOSED, title='Конкурс "Наш двор"')
        project = realised(work, author, 'Клуб "Огонёк"', granted=1_250_000, won_contest_id=contest.id)
        (row,) = found(work).rows
        assert (row.href, row.title, row.place) == (
            f"/projects/{project.id}", "Клуб «Огонёк»", "Игрим, Берёзовский район",
        )  # fmt: skip
        assert (row.year, row.granted.replace(NBSP, " "), row.status) == ("2024", "1,3 млн ₽", "Готово")
        assert (row.contest, row.contest_href) == ("Конкурс «Наш двор»", f"/contests/{contest.id}")
        assert row.cover.startswith("/covers/")

    def test_without_a_contest_and_a_sum(self, work: Work, author: Person):
        realised(work, author, granted=None)
        (row,) = found(work).rows
        assert (row.contest, row.contest_href, row.granted) == ("", "", "")

    def test_a_contest_that_the_reader_may_not_see_is_not_named(self, work: Work, author: Person):
        contest = factories.contest(work, author, stage=ContestStage.DRAFT)
        realised(work, author, won_contest_id=contest.id)
        assert found(work).rows[0].contest == ""

    def test_the_year_of_support_until_it_is_done(self, work: Work, author: Person):
        # 31 December, 20:00 UTC is the next year in Ugra already.
        late = datetime(2025, 12, 31, 20, tzinfo=UTC)
        realised(work, author, stage=S.SUPPORTED, supported_at=late, realised_on=None)
        assert found(work).rows[0].year == "2026"
        assert titles(work, year="2026") == ["Каток"]
        assert titles(work, year="2025") == ["Каток"], "there is no such year to choose"


class TestFilters:
    @pytest.fixture
    def three(self, work: Work, author: Person) -> None:
        realised(work, author, "Каток")
        realised(work, author, "Музей", place="Сургут", granted=3_000_000, realised_on=date(2023, 5, 1))
        realised(
            work, author, "Тропа", stage=S.REALISING, realised_on=None, granted=500_000, place="Берёзово",
            direction_id=factories.direction(work, "ecology").id,
        )  # fmt: skip

    @pytest.mark.usefixtures("three")
    def test_each(self, work: Work):
        home, igrim = factories.settlement(work).municipality_id, factories.settlement(work).id
        assert set(titles(work)) == {"Каток", "Музей", "Тропа"}
        assert set(titles(work, place=str(home))) == {"Каток", "Тропа"}
        assert titles(work, settlement=str(igrim)) == ["Каток"]
        assert titles(work, year="2023") == ["Музей"]
        assert titles(work, direction="ecology") == ["Тропа"]
        assert titles(work, stage="realising") == ["Тропа"]
        assert titles(work, q="музеи") == ["Музей"]
        assert titles(work, q="музей", place=str(home)) == []

    @pytest.mark.usefixtures("three")
    def test_sums(self, work: Work):
        home = str(factories.settlement(work).municipality_id)
        all_of_them, at_home = found(work), found(work, place=home)
        assert all_of_them.summary.replace(NBSP, " ") == "3 проекта на 4,5 млн ₽ в 2 муниципалитетах"
        assert at_home.summary.replace(NBSP, " ") == "2 проекта на 1,5 млн ₽ в 1 муниципалитете"
        assert found(work, q="нетакого").summary == ""
        assert [tab.count for tab in all_of_them.tabs] == ["3", "2", "1", "0"]
        assert [tab.count for tab in at_home.tabs] == ["2", "1", "1", "0"]
        assert [tab.count for tab in found(work, place=home, stage="realising").tabs] == ["2", "1", "1", "0"]

    @pytest.mark.usefixtures("three")
    def test_places(self, work: Work):
        home, igrim = factories.settlement(work).municipality_id, factories.settlement(work).id
        everywhere = found(work)
        assert [(area.name, area.count, area.share) for area in everywhere.areas] == [
            ("Берёзовский район", "2", 100), ("Сургут", "1", 50),
        ]  # fmt: skip
        assert everywhere.areas[0].href == f"/registry?place={home}"
        inside = found(work, place=str(home))
        assert [area.name for area in inside.areas] == ["Берёзово", "Игрим"]
        assert inside.region == "/registry"
        chosen = found(work, settlement=str(igrim))
        assert [(area.name, area.chosen) for area in chosen.areas] == [("Игрим", True), ("Берёзово", False)]
        assert chosen.areas[0].href == f"/registry?place={home}"
        assert chosen.areas[1].href == f"/registry?settlement={factories.settlement(work, 'Берёзово').id}"

    @pytest.mark.usefixtures("three")
    def test_neighbours_of_a_place_that_has_nothing(self, work: Work):
        langepas = factories.settlement(work, "Лангепас")
        for asked in ({"place": str(langepas.municipality_id)}, {"settlement": str(langepas.id)}):
            nothing = found(work, **asked)
            assert (nothing.rows, nothing.summary) == ([], "")
            assert [area.name for area in nothing.areas] == ["Берёзовский район", "Сургут"]

    @pytest.mark.usefixtures("three")
    def test_points(self, work: Work):
        points = {point.title.replace(NBSP, " "): point for point in found(work, year="2024").points}
        assert set(points) == {"Игрим: 1 проект", "Берёзово: 1 проект"}
        igrim = factories.settlement(work).id
        assert points["Игрим: 1 проект"].href == f"/registry?settlement={igrim}&year=2024"
        faint = {point.title.split(":")[0]: point.faint for point in found(work, settlement=str(igrim)).points}
        assert faint == {"Игрим": False, "Берёзово": True, "Сургут": True}

    @pytest.mark.usefixtures("three")
    def test_chips_take_one_filter_away(self, work: Work):
        home, igrim = factories.settlement(work).municipality_id, factories.settlement(work).id
        chips = found(work, settlement=str(igrim), year="2024", q="каток").chips
        assert [(chip.name, chip.href.removesuffix(LIST)) for chip in chips] == [
            ("«каток»", f"/registry?settlement={igrim}&year=2024"),
            ("Берёзовский район", "/registry?q=%D0%BA%D0%B0%D1%82%D0%BE%D0%BA&year=2024"),
            ("Игрим", f"/registry?q=%D0%BA%D0%B0%D1%82%D0%BE%D0%BA&place={home}&year=2024"),
            ("2024 год", f"/registry?q=%D0%BA%D0%B0%D1%82%D0%BE%D0%BA&settlement={igrim}"),
        ]

    def test_order(self, work: Work, author: Person):
        for number, title in enumerate(["Ель", "Ёлка", "Еда"]):
            realised(work, author, title, realised_on=date(2024, 9, 1 + number), granted=(300, 100, 200)[number])
        assert titles(work) == ["Еда", "Ёлка", "Ель"]
        assert titles(work, sort="old") == ["Ель", "Ёлка", "Еда"]
        assert titles(work, sort="large") == ["Ель", "Еда", "Ёлка"]
        assert titles(work, sort="small") == ["Ёлка", "Еда", "Ель"]
        assert titles(work, sort="title") == ["Еда", "Ёлка", "Ель"]

    @pytest.mark.parametrize(
        "asked",
        [
            {"direction": "x' OR 1=1"}, {"place": "999"}, {"place": "x"}, {"settlement": "9" * 60}, {"settlement": "-1"},
            {"settlement": "²"}, {"settlement": "0"}, {"year": "1"}, {"year": "20x4"}, {"year": "9" * 30},
            {"stage": "archived"}, {"stage": "idea"}, {"sort": "random"}, {"page": "x"}, {"page": "-1"}, {"page": "0"},
            {"page": "9" * 40}, {"q": " \u0000 "}, {"q": "!&|():*<->'\"\\"}, {"q": None, "page": None, "year": None},
            {"direction": [], "q": {}, "settlement": [], "place": {}},
        ],
    )  # fmt: skip
    def test_garbage_in_the_address_does_no_harm(self, work: Work, author: Person, asked: dict[str, Any]):
        realised(work, author)
        assert titles(work, **asked) == ["Каток"]

    def test_nothing_at_all(self, work: Work):
        empty = found(work)
        assert (empty.rows, empty.total, empty.summary, empty.areas, empty.points) == ([], 0, "", [], [])


class TestPages:
    def test_pages(self, work: Work, author: Person):
        for number in range(PAGE + 2):
            realised(work, author, f"Проект {number}", realised_on=date(2024, 9, 1) + timedelta(days=number))
        first, second = found(work), found(work, page="2")
        assert (len(first.rows), len(second.rows), first.pages, first.total) == (PAGE, 2, 2, PAGE + 2)
        assert not {row.id for row in first.rows} & {row.id for row in second.rows}
        assert found(work, page="77").filters.page == 2

    @pytest.mark.parametrize("asked", [{}, {"q": "каток", "year": "2024", "stage": "realised"}])
    def test_as_many_queries_for_one_row_as_for_thirty(
        self, work: Work, author: Person, queries: Callable[[Callable[[], object]], int], asked: dict[str, object]
    ):
        contest = factories.contest(work, author, stage=ContestStage.CLOSED)
        realised(work, author, won_contest_id=contest.id)
        one = queries(lambda: found(work, **asked))
        for place in ("Сургут", "Берёзово", "Игрим"):
            for _ in range(10):
                realised(work, author, place=place, won_contest_id=contest.id)
        assert queries(lambda: found(work, **asked)) == one == 5

    def test_the_page_past_the_end_costs_nothing_more(self, work: Work, author: Person):
        realised(work, author)
        assert Filters(page=3).href() == "/registry"
        assert Filters(year="2024", page=3).href(page=2) == "/registry?year=2024&page=2"


class TestHandlers:
    def address(self, events: object) -> str:
        assert isinstance(events, EventSpec)
        return {str(name): str(value) for name, value in events.args}["path"].strip('"').removesuffix(LIST)

    async def test_they_lead_to_addresses(self):
        _, one = state()
        call = lambda name, *args: RegistryState.event_handlers[name].fn(one, *args)  # noqa: E731
        assert self.address(call("choose", "year", "2024")) == "/registry?year=2024"
        assert self.address(call("order", "sum")) == "/registry?sort=large"
        assert self.address(call("order", "year")) == "/registry?sort=old"
        assert self.address(call("open_page", 2)) == "/registry?page=2"
        assert self.address(call("search", {"q": "\ud800"})) == "/registry?q=%3F"
        assert self.address(call("search", {"q": " музей "})).endswith("q=%D0%BC%D1%83%D0%B7%D0%B5%D0%B9")

    @pytest.mark.parametrize(
        ("name", "args"),
        [
            ("choose", ("q", "x")), ("choose", ("page", "2")), ("choose", ({}, "x")), ("choose", ("year", {})),
            ("order", ("id",)), ("order", ([],)), ("open_page", ("2",)), ("open_page", (-1,)), ("open_page", (10**9,)),
        ],
    )  # fmt: skip
    async def test_garbage_leads_nowhere(self, name: str, args: tuple[Any, ...]):
        _, one = state()
        assert RegistryState.event_handlers[name].fn(one, *args) is None

    async def test_no_contacts_reach_the_browser(self, work: Work, author: Person):
        for number in range(AT_ONCE + 3):
            realised(work, author, f"Проект {number}")
        root, one = state()
        one._show(found(work))
        sent = json.dumps(await root._get_resolved_delta(), default=str, ensure_ascii=False)
        assert "Проект 1" in sent
        assert not [secret for secret in (author.email, author.phone, author.last_name) if secret in sent]
