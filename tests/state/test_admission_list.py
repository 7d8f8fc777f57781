"""The office's table: what it finds, in which order, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, Role
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import Denied, NotFound, SignInNeeded
from elka.models.answers import Attachment
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import ContestCategory
from elka.models.people import Person
from elka.models.projects import Project
from elka.state.admission_list import AdmissionListState
from elka.state.application_filters import Filters
from elka.ui.rows import Option
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.office import DAY, Office, draft, filed, office, project_of
from tests.words import plain

A = ApplicationStatus
shown = AdmissionListState._applied
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5, {"status": ["submitted"], "page": {}, "who": 5}]


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work, applicants=["resident", "group", "organization"])


def found(work: Work, desk: Office, **asked: str) -> list[int]:
    """Return the numbers of what the filters find, in their order."""
    rows = shown(work, desk.contest.id, asked).rows
    return [int(plain(row.number).removeprefix("№").strip()) for row in rows]


def test_drafts_are_a_figure_and_nothing_more(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest, number=1)
    for _ in range(3):
        draft(work, desk.contest)
    mine = factories.project(work, desk.official, title="Мой черновик")
    factories.application(
        work, desk.contest, mine, status=A.DRAFT, number=None, submitted_at=None, revision=0, cost=0, amount=0
    )
    table = shown(work, desk.contest.id, {})
    assert table.head.drafts == "4"
    assert [one.id for one in table.rows] == [row.id]
    assert table.count == 1
    for words in ("Тайный", "Мой черновик"):
        assert shown(work, desk.contest.id, {"q": words}).count == 0
    assert "Тайный" not in repr(shown(work, desk.contest.id, {"status": "draft"}))


def test_words_find_number_title_applicant_and_in_whose_name(work: Work, desk: Office) -> None:
    author = factories.person(work, last_name="Хатанзеева", first_name="Екатерина")
    filed(work, desk.contest, number=1, title="Ёлка у дома культуры")
    filed(work, desk.contest, number=2, author=author, title="Лыжная трасса")
    filed(
        work,
        desk.contest,
        number=13,
        title="Сквер",
        applicant="organization",
        organization_name="АНО «Северное сияние»",
    )
    for words, numbers in {
        "елка у ДОМА": [1],
        "хатанзеева екат": [2],
        "№ 13": [13],
        "2": [2],
        "северное сияние": [13],
        "%": [],
        "_": [],
    }.items():
        assert found(work, desk, q=words) == numbers, words


def test_every_filter_narrows(work: Work, desk: Office) -> None:
    me, other = desk.official, desk.colleague
    filed(work, desk.contest, number=1, assignee_id=me.id, amount=100_000, submitted_at=work.now - 9 * DAY)
    filed(work, desk.contest, number=2, assignee_id=other.id, amount=200_000, revision=2)
    filed(work, desk.contest, number=3, amount=300_000, place="Берёзово", applicant="group")
    filed(work, desk.contest, number=4, status=A.RETURNED, correct_by=work.now - timedelta(hours=1))
    filed(work, desk.contest, number=5, status=A.RETURNED, correct_by=work.now + timedelta(hours=30))
    filed(work, desk.contest, number=6, status=A.ADMITTED)
    filed(work, desk.contest, number=7, status=A.APPEALED, submitted_at=work.now - 8 * DAY)
    filed(work, desk.contest, number=8, status=A.REJECTED)
    filed(work, desk.contest, number=9, status=A.WITHDRAWN)
    sport = project_of(work, work.session.execute(sa.select(Application).where(Application.number == 3)).scalar_one())
    sport.direction_id = factories.direction(work, "ecology").id
    work.session.flush()
    for asked, numbers in (
        ({"status": "submitted"}, [1, 2, 3]),
        ({"status": "open"}, [1, 2, 3, 4, 5, 7]),
        ({"status": "returned"}, [4, 5]),
        ({"status": "admitted"}, [6]),
        ({"status": "appealed"}, [7]),
        ({"status": "rejected"}, [8]),
        ({"status": "withdrawn"}, [9]),
        ({"who": "me"}, [1]),
        ({"who": str(other.id)}, [2]),
        ({"who": "none"}, [3, 4, 5, 6, 7, 8, 9]),
        ({"least": "200 000", "status": "submitted"}, [2, 3]),
        ({"most": "200000 ₽", "status": "submitted"}, [1, 2]),
        ({"least": "150000", "most": "250000"}, [2]),
        ({"applicant": "group"}, [3]),
        ({"settlement": str(factories.settlement(work, "Берёзово").id)}, [3]),
        ({"direction": str(sport.direction_id)}, [3]),
        ({"mark": "again"}, [2]),
        ({"mark": "long"}, [1, 7]),
        ({"mark": "long,again"}, []),
        ({"mark": "late"}, [4]),
        ({"mark": "soon"}, [5]),
        ({"who": "none", "status": "open", "mark": "long"}, [7]),
    ):
        assert found(work, desk, **asked) == numbers, asked


def test_categories_and_municipalities_of_a_regional_contest(work: Work) -> None:
    desk = office(work, region=True)
    small, large = (
        ContestCategory(contest_id=desk.contest.id, position=place, name=name)
        for place, name in enumerate(("Малые", "Большие"))
    )
    work.session.add_all([small, large])
    work.session.flush()
    filed(work, desk.contest, number=1, place="Сургут", category_id=large.id)
    filed(work, desk.contest, number=2, category_id=small.id)
    table = shown(work, desk.contest.id, {})
    assert [one.label for one in table.choices.categories] == ["Малые", "Большие"]
    assert [row.category for row in table.rows] == ["Большие", "Малые"]
    assert len(table.choices.places) == 22
    assert table.choices.settlements == ()
    home = str(factories.settlement(work, "Игрим").municipality_id)
    assert found(work, desk, category=str(small.id)) == [2]
    assert found(work, desk, place=home) == [2]
    assert any(one.label == "Игрим" for one in shown(work, desk.contest.id, {"place": home}).choices.settlements)
    assert found(work, desk, sort="category") == [2, 1]


def test_the_table_is_sorted_by_any_column(work: Work, desk: Office) -> None:
    late, soon = work.now + 4 * DAY, work.now + DAY
    first = filed(
        work, desk.contest, number=1, title="Ёлка", amount=100_000, own=100_000, status=A.RETURNED, correct_by=late
    )
    filed(work, desk.contest, number=2, title="Дом", amount=300_000, own=10_000, status=A.RETURNED, correct_by=soon)
    filed(work, desk.contest, number=3, title="Яр", amount=200_000, own=100_000, submitted_at=work.now - 3 * DAY)
    first.assignee_id = desk.colleague.id
    work.session.flush()
    for sort, numbers in {
        "number": [1, 2, 3],
        "-number": [3, 2, 1],
        "title": [2, 1, 3],
        "-amount": [2, 3, 1],
        "share": [1, 3, 2],
        "submitted": [3, 1, 2],
        "term": [2, 1, 3],
        "status": [3, 1, 2],
        "who": [1, 2, 3],
        "nonsense": [1, 2, 3],
    }.items():
        assert found(work, desk, sort=sort) == numbers, sort


def test_a_press_on_a_head_turns_the_order(work: Work) -> None:
    assert Filters().turned("title") == "title"
    assert Filters(sort="title").turned("title") == "-title"
    assert Filters(sort="-title").turned("title") == "title"


def test_the_address_holds_everything_and_is_read_back(work: Work) -> None:
    asked = Filters(q="двор", status="open", place="3", least="5", who="me", mark="again,late", sort="-amount", page=3)
    assert Filters.of_query(asked.query(page=3)) == asked
    assert Filters.of_query(asked.query(place="4")).place == "4"
    assert replace(asked, page=1) == Filters.of_query(asked.query())
    assert Filters().query() == ""


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_finds_everything_or_nothing(work: Work, desk: Office, garbage: object) -> None:
    row = filed(work, desk.contest)
    table = shown(work, desk.contest.id, garbage)
    assert [one.id for one in table.rows] in ([row.id], [])
    for name in vars(Filters()):
        assert {one.id for one in shown(work, desk.contest.id, {name: garbage}).rows} <= {row.id}
    if not isinstance(garbage, dict):
        with pytest.raises(NotFound):
            shown(work, garbage, {})


def test_a_page_past_the_end_is_the_last_one(work: Work, desk: Office) -> None:
    for number in range(1, 53):
        filed(work, desk.contest, number=number)
    table = shown(work, desk.contest.id, {"page": "99"})
    assert (table.filters.page, table.pages, len(table.rows), table.count) == (2, 2, 2, 52)


def test_tabs_count_by_status_whatever_else_is_asked(work: Work, desk: Office) -> None:
    for status in (A.SUBMITTED, A.SUBMITTED, A.RETURNED, A.ADMITTED):
        filed(work, desk.contest, status=status)
    filed(work, desk.contest, status=A.SUBMITTED, title="Сквер", assignee_id=desk.official.id)
    tabs = {tab.label: tab.count for tab in shown(work, desk.contest.id, {"status": "returned"}).tabs}
    assert tabs == {"Все": "5", "В работе": "4", "Ждут решения": "3", "На исправлении": "1", "Допущены": "1"}
    tabs = {tab.label: tab.count for tab in shown(work, desk.contest.id, {"who": "me"}).tabs}
    assert tabs == {"Все": "1", "В работе": "1", "Ждут решения": "1"}


def test_chips_take_one_filter_off(work: Work, desk: Office) -> None:
    asked = {"q": "двор", "who": "none", "least": "1000", "mark": "again,late"}
    chips = shown(work, desk.contest.id, asked).chips
    assert [plain(chip.label) for chip in chips] == [
        "«двор»",
        "никто не ведёт",
        "от 1 000 ₽",
        "Исправленные",
        "Срок исправления вышел",
    ]
    left = Filters.of_query(chips[3].href.partition("?")[2])
    assert (left.mark, left.q, left.who) == ("late", "двор", "none")


def test_a_row_tells_what_an_official_needs(work: Work, desk: Office) -> None:
    row = filed(
        work,
        desk.contest,
        number=7,
        status=A.RETURNED,
        correct_by=work.now - DAY,
        applicant="organization",
        organization_name="АНО «Север»",
        assignee_id=desk.official.id,
    )
    work.session.add_all(
        Attachment(
            application_id=row.id,
            key="papers",
            name="а.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0" * 64,
            created_by=row.submitted_by,
            created_at=work.now,
            removed_at=gone,
        )
        for gone in (None, None, work.now)
    )
    work.session.flush()
    (shown_row,) = shown(work, desk.contest.id, {"status": "returned"}).rows
    assert plain(shown_row.applicant) == "Кузнецова М."
    assert (shown_row.note, shown_row.files, shown_row.mine) == ("АНО «Север»", "2", True)
    assert (shown_row.status, plain(shown_row.term), shown_row.late) == ("На исправлении", "срок вышел 22 ноября", True)
    assert plain(shown_row.share) == "85 %"
    assert shown_row.href == f"/office/applications/{row.id}?status=returned"


def test_who_may_look(work: Work, desk: Office) -> None:
    expert = factories.person(work)
    factories.grant(work, expert, Role.EXPERT)
    for who in (factories.person(work), expert, factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        with pytest.raises(Denied):
            shown(work, desk.contest.id, {})
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        shown(work, desk.contest.id, {})
    work.actor = factories.actor(work, factories.official(work, region=True))
    assert shown(work, desk.contest.id, {}).head.may_decide


def test_a_draft_of_a_contest_elsewhere_does_not_exist(work: Work, desk: Office) -> None:
    there = factories.official(work, place="Нижневартовск")
    hidden = factories.contest(work, there, place="Нижневартовск", stage=ContestStage.DRAFT)
    with pytest.raises(NotFound):
        shown(work, hidden.id, {})


def test_as_many_queries_for_one_application_as_for_thirty(
    work: Work, desk: Office, queries: Callable[..., int]
) -> None:
    asked = {"q": "лыжня", "who": "me", "mark": "again", "sort": "-share", "least": "1"}

    def add() -> None:
        filed(work, desk.contest, assignee_id=desk.official.id, revision=2)

    add()
    for one in ({}, asked):
        before = queries(lambda asked=one: shown(work, desk.contest.id, asked))
        for _ in range(29):
            add()
        assert queries(lambda asked=one: shown(work, desk.contest.id, asked)) == before


def test_colleagues_and_their_loads_are_offered(work: Work, desk: Office) -> None:
    gone = factories.official(work)
    gone.last_name = "Уволенный"
    for who in (desk.official, desk.colleague, desk.colleague, gone):
        filed(work, desk.contest, assignee_id=who.id)
    filed(work, desk.contest, assignee_id=desk.colleague.id, status=A.ADMITTED)
    work.session.execute(sa.text("UPDATE role_grants SET revoked_at = now() WHERE person_id = :id"), {"id": gone.id})
    factories.official(work, place="Нижневартовск")
    choices = shown(work, desk.contest.id, {}).choices
    assert [(one.value, plain(one.label), one.note) for one in choices.people] == [
        ("me", "Я", "в работе: 1"),
        ("none", "Никто", ""),
        (str(desk.colleague.id), "Сайнахова Л.", "в работе: 2"),
        (str(gone.id), "Уволенный О.", "в работе: 1"),
    ]
    assert [one.value for one in choices.hands] == [str(desk.official.id), str(desk.colleague.id)]
    assert isinstance(choices.people[0], Option)


async def test_the_browser_gets_no_contacts(work: Work, desk: Office) -> None:
    author = factories.person(work, email="maria@example.org", phone="+79221234567")
    filed(work, desk.contest, author=author)
    token = signed_in(work, desk.official)
    commit(work)
    page = shown_to(AdmissionListState, token=token, path=f"/office/contests/{desk.contest.id}/applications?who=none")
    await pressed(page.load())
    seen = await sent(page)
    assert [row.applicant for row in seen["rows"]] == ["Кузнецова\N{NO-BREAK SPACE}М."] or len(seen["rows"]) == 1
    assert "maria@" not in repr(seen)
    assert "9221234567" not in repr(seen)
    assert seen["query"] == "who=none"


async def test_words_being_typed_stay_in_the_field(work: Work, desk: Office) -> None:
    filed(work, desk.contest, title="Двор")
    token = signed_in(work, desk.official)
    commit(work)
    path = f"/office/contests/{desk.contest.id}/applications"
    page = shown_to(AdmissionListState, token=token, path=path)
    await pressed(page.load())
    before = page.found_by
    assert page.search("двор") is not None
    page._show(shown(work, desk.contest.id, {"q": "двор"}))
    assert page.found_by == before  # the field is not drawn anew
    page._show(shown(work, desk.contest.id, {}))
    assert page.found_by == before + 1  # another link emptied it
    assert page.search("") is None  # what stands there already is not asked for again
    for name, value in (("status", "x"), ("_typed", "x"), ("who", 5), ([], "")):
        assert page.choose(name, value) is None
    assert page.toggle("nonsense") is None
    assert page.toggle([]) is None
    assert page.sort({}) is None


def test_an_erased_applicant_keeps_no_name(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest)
    work.session.get_one(Person, row.submitted_by).erase(work.now)
    work.session.flush()
    (one,) = shown(work, desk.contest.id, {}).rows
    assert (one.applicant, one.full_name) == ("Удалённый участник", "Удалённый участник")
    assert work.session.get_one(Project, row.project_id).title in plain(one.title)
