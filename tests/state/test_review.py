"""Reading an application: every answer beside an earlier one or another's, and the way on by the filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.content import Content
from elka.core.formfields import (
    AnyField,
    Audience,
    BudgetField,
    Choice,
    ChoiceField,
    ChoicesField,
    ConsentField,
    DateField,
    FieldKind,
    FilesField,
    LineField,
    LinkField,
    MoneyField,
    NumberField,
    PeopleField,
    PointField,
    ProjectPart,
    ScheduleField,
    SectionField,
    SourceShare,
    TextField,
)
from elka.core.formspec import FormSpec
from elka.db import Work
from elka.errors import Denied, NotFound, SignInNeeded
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.state.admission import AdmissionState
from elka.state.application_filters import Filters
from elka.state.review_line import next_waiting, place_of
from elka.state.review_rows import Cell, Look, SectionRow, sections_of
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.office import Office, content_of, draft, filed, office, remark, revise
from tests.words import plain

A = ApplicationStatus
review = AdmissionState._review
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]
YES_NO = (Choice(value="a", label="Да"), Choice(value="b", label="Нет"))
SPEC = FormSpec(
    fields=(
        LineField(key="title", label="Название", of_project=ProjectPart.TITLE),
        SectionField(key="more", label="Подробности"),
        TextField(key="why", label="Зачем"),
        NumberField(key="people", label="Сколько людей", unit="чел.", digits=1),
        MoneyField(key="price", label="Цена", audience=Audience.OFFICIALS),
        DateField(key="day", label="Когда", audience=Audience.EXPERTS),
        ChoiceField(key="one", label="Выбор", options=YES_NO),
        ChoicesField(key="some", label="Несколько", options=YES_NO),
        FilesField(key="papers", label="Документы"),
        ScheduleField(key="plan", label="План"),
        PointField(key="spot", label="Точка"),
        LinkField(key="site", label="Сайт"),
        ConsentField(key="agreed", label="Согласие", text="Согласен."),
        BudgetField(key="budget", label="Смета", shares=(SourceShare(source="residents", least=10),)),
        PeopleField(key="group", label="Группа"),
        LineField(key="hidden", label="Скрытое", shown_if={"key": "one", "value": "b"}),
        LineField(key="empty", label="Пустое", required=False),
    )
)
ANSWERS: dict[str, Any] = {
    "why": "Первое.\n— раз\n— два",
    "people": 12.5,
    "price": 1_200_000,
    "day": "2027-03-01",
    "one": "a",
    "some": ["a", "b"],
    "papers": [{"id": 5, "name": "смета.pdf", "size": 2048, "sha256": "0" * 64}],
    "plan": [{"name": "Копать", "starts_on": "2027-03-01", "ends_on": "2027-03-09"}],
    "spot": {"lat": 63.2, "lon": 64.4},
    "site": "https://example.ru/a",
    "agreed": True,
}
CONTENT = Content(
    title="Лыжня",
    direction="Спорт",
    settlement="Игрим",
    municipality="Берёзовский район",
    budget=(
        {"name": "Опоры", "quantity": "4 шт.", "amount": 900, "source": "municipality"},
        {"name": "Монтаж", "amount": 100, "source": "residents"},
    ),
    group=({"person_id": 7, "duty": "автор"},),
    answers=ANSWERS,
)
LOOK = Look({7: "Кузнецова Мария"}, "municipality", 80)


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work)


def cells(sections: list[SectionRow], side: str = "mine") -> dict[str, Cell]:
    return {one.key: getattr(one, side) for part in sections for one in part.fields}


def said(cell: Cell) -> list[str]:
    return [plain(text.text) for text in cell.text]


def test_every_kind_of_answer_is_shown() -> None:
    sections = sections_of(SPEC, CONTENT, None, LOOK, same=False)
    assert [(one.key, one.title) for one in sections] == [("", ""), ("more", "Подробности")]
    found = cells(sections)
    assert said(found["title"]) == ["Лыжня"]
    assert [(text.text, text.item) for text in found["why"].text] == [("Первое.", False), ("раз", True), ("два", True)]
    assert said(found["people"]) == ["12,5 чел."]
    assert said(found["price"]) == ["1 200 000 ₽"]
    assert said(found["day"]) == ["1 марта 2027"]
    assert said(found["one"]) == ["Да"]
    assert said(found["some"]) == ["Да", "Нет"]
    (file,) = found["papers"].files
    assert (file.name, plain(file.note), file.href) == ("смета.pdf", "2 КБ", "/attachments/5")
    assert [(line.name, plain(line.figure)) for line in found["plan"].lines] == [("Копать", "1–9 марта 2027")]
    assert said(found["spot"]) == ["63.2, 64.4"]
    assert found["site"].href == "https://example.ru/a"
    assert said(found["agreed"]) == ["Согласие дано"]
    assert [(line.name, line.note, plain(line.figure)) for line in found["budget"].lines] == [
        ("Опоры", "4 шт. · Бюджет муниципалитета", "900 ₽"),
        ("Монтаж", "Жители", "100 ₽"),
    ]
    assert [(one.name, one.share, plain(one.limit), one.wrong) for one in found["budget"].sources] == [
        ("Бюджет муниципалитета", "90\N{NO-BREAK SPACE}%", "до 80 %", True),
        ("Жители", "10\N{NO-BREAK SPACE}%", "от 10 %", False),
    ]
    assert [(one.name, one.duty) for one in found["group"].people] == [("Кузнецова Мария", "автор")]
    assert "hidden" not in found
    assert found["empty"].is_empty


def test_every_kind_that_there_is_was_tried() -> None:
    assert {one.kind for one in SPEC.fields} == set(FieldKind)


def test_who_else_sees_an_answer_is_said() -> None:
    rows = {one.key: one for part in sections_of(SPEC, CONTENT, None, LOOK, same=False) for one in part.fields}
    assert rows["price"].audience == "Видит только организатор"
    assert rows["day"].audience == "Видят комиссия и организатор"
    assert rows["title"].audience == ""


def test_what_differs_from_an_earlier_revision() -> None:
    old = CONTENT.model_copy(
        update={
            "title": "Старая лыжня",
            "budget": (CONTENT.budget[0],),
            "answers": {**ANSWERS, "why": "Первое.\n— раз", "one": "b", "hidden": "видно"},
        }
    )
    sections = sections_of(SPEC, CONTENT, old, LOOK, same=True)
    rows = {one.key: one for part in sections for one in part.fields}
    assert {key for key, row in rows.items() if row.changed} == {"title", "why", "one", "budget", "hidden"}
    assert "".join(piece.text for piece in rows["title"].pieces if piece.kind != "added") == "Старая лыжня"
    assert "".join(piece.text for piece in rows["title"].pieces if piece.kind != "removed") == "Лыжня"
    assert [line.fresh for line in rows["budget"].mine.lines] == [False, True]
    assert said(rows["one"].other) == ["Нет"]
    assert rows["hidden"].mine.is_empty  # no longer asked, yet it was answered
    assert said(rows["hidden"].other) == ["видно"] or rows["hidden"].pieces
    assert all(part.changed for part in sections)
    another = sections_of(SPEC, CONTENT, old, LOOK, same=False)
    assert not any(one.changed or one.pieces for part in another for one in part.fields)
    assert said(cells(another, "other")["title"]) == ["Старая лыжня"]


def test_a_template_of_one_kind_never_breaks_the_page() -> None:
    for one in SPEC.fields:
        field: AnyField = one
        alone = FormSpec(fields=(field,))
        assert len(sections_of(alone, CONTENT, CONTENT, LOOK, same=True)) <= 1


def test_sides_follow_the_address(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest, number=7)
    first = content_of(work, row)
    revise(work, row, 2, first.model_copy(update={"summary": "Свет на трассе."}))
    revise(work, row, 3, first.model_copy(update={"summary": "Свет на всей трассе."}))
    filed(work, desk.contest, number=8, title="Сквер")
    draft(work, desk.contest)
    side = review(work, row.id).side
    assert (side.kind, side.title, side.mine) == ("revision", "Редакция 2", "Редакция 3")
    assert review(work, row.id, "", "r1").side.title == "Редакция 1"
    assert review(work, row.id, "", "r3").side.title == "Редакция 2"  # with itself there is nothing to compare
    assert review(work, row.id, "", "off").side.kind == "none"
    page = review(work, row.id, "", "n8")
    assert (page.side.kind, plain(page.side.title)) == ("application", "№ 8 «Сквер»")
    assert [one.value for one in page.sides] == ["r2", "r1", "n8", "off"]
    for garbage in ("n", "n999", "nx", "r", "rx", "r99", "n" + "9" * 30, *GARBAGE):
        assert review(work, row.id, "", garbage).side.title == "Редакция 2"


def test_contacts_are_on_this_page_and_the_look_is_journalled_once(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest, number=7)
    other = filed(work, desk.contest, number=8)

    def looks() -> list[tuple[int, int, int]]:
        work.session.flush()
        entries = work.session.execute(
            sa.select(JournalEntry).where(JournalEntry.key == "application.read").order_by(JournalEntry.id)
        ).scalars()
        return [(one.actor_id, one.subject_id, one.facts["revision"]) for one in entries]

    page = review(work, row.id)
    assert page.row.email.endswith("@example.org")
    assert page.row.phone.startswith("+7")
    me, colleague = desk.official.id, desk.colleague.id
    for _ in range(2):
        review(work, row.id)
    assert looks() == [(me, row.id, 1)]
    review(work, row.id, "", "n8")
    assert looks() == [(me, row.id, 1), (me, other.id, 1)]
    work.actor = factories.actor(work, desk.colleague)
    review(work, row.id)
    revise(work, row, 2, content_of(work, row))
    review(work, row.id)
    assert looks()[2:] == [(colleague, row.id, 1), (colleague, row.id, 2)]
    entry = (
        work.session.execute(sa.select(JournalEntry).where(JournalEntry.key == "application.read")).scalars().first()
    )
    assert "@" not in repr(entry.facts)


def test_who_may_read(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest)
    author = work.session.get_one(Person, row.submitted_by)
    for who in (factories.person(work), author, factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        with pytest.raises(Denied):
            review(work, row.id)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        review(work, row.id)
    assert work.session.execute(sa.select(JournalEntry)).first() is None


def test_a_draft_is_not_there_even_ones_own(work: Work, desk: Office) -> None:
    hidden = draft(work, desk.contest)
    with pytest.raises(NotFound):
        review(work, hidden.id)
    mine = factories.application(
        work,
        desk.contest,
        factories.project(work, desk.official),
        status=A.DRAFT,
        number=None,
        submitted_at=None,
        revision=0,
        cost=0,
        amount=0,
    )
    with pytest.raises(NotFound):
        review(work, mine.id)
    for garbage in GARBAGE:
        with pytest.raises(NotFound):
            review(work, garbage)


# The way on


def line(work: Work, desk: Office) -> list[Application]:
    sums = (300_000, 100_000, 200_000, 400_000)
    return [filed(work, desk.contest, number=place, amount=amount) for place, amount in enumerate(sums, start=1)]


def test_neighbours_follow_the_filter_and_the_order(work: Work, desk: Office) -> None:
    first, second, third, fourth = line(work, desk)
    fourth.status = A.ADMITTED
    work.session.flush()
    by_sum = Filters(status="submitted", sort="-amount")
    place = place_of(work, by_sum, third)
    assert (place.previous, place.following, place.text) == (first.id, second.id, "2 из 3")
    assert place_of(work, by_sum, second).following is None
    assert place_of(work, Filters(), third).text == "3 из 4"
    outside = place_of(work, by_sum, fourth)  # the largest sum, but not found
    assert (outside.previous, outside.following, outside.text) == (None, first.id, "")
    page = review(work, third.id, "status=submitted&sort=-amount")
    assert page.row.next_href == f"/office/applications/{second.id}?status=submitted&sort=-amount"
    assert page.row.previous_href == f"/office/applications/{first.id}?status=submitted&sort=-amount"
    assert page.row.list_href.endswith("/applications?status=submitted&sort=-amount")


def test_the_next_that_waits_is_found_round_the_end(work: Work, desk: Office) -> None:
    first, second, third, fourth = line(work, desk)
    second.status = A.ADMITTED
    third.status, third.ground = A.RETURNED, "Смета не подтверждена."
    work.session.flush()
    assert next_waiting(work, Filters(), first) == fourth.id
    assert next_waiting(work, Filters(), fourth) == first.id
    assert next_waiting(work, Filters(status="returned"), first) == third.id
    first.status = fourth.status = A.ADMITTED
    assert next_waiting(work, Filters(), fourth) is None
    fourth.status = A.APPEALED
    assert next_waiting(work, Filters(), first) == fourth.id


def test_deciding_goes_on_by_the_filter(work: Work, desk: Office) -> None:
    first, second, third, fourth = line(work, desk)
    query = "status=submitted&sort=-amount"
    assert AdmissionState._admit(work, fourth.id, query) == first.id
    assert AdmissionState._admit(work, first.id, query) == third.id
    assert AdmissionState._admit(work, third.id, query) == second.id
    assert AdmissionState._admit(work, second.id, query) is None


# Giving


def test_taking_and_giving(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest)
    give = AdmissionState._give
    give(work, row.id, str(desk.official.id))
    give(work, row.id, str(desk.official.id))  # the same click twice
    assert row.assignee_id == desk.official.id
    assert review(work, row.id).row.is_mine
    give(work, row.id, str(desk.colleague.id))
    assert review(work, row.id).row.assignee == "Сайнахова Людмила"
    elsewhere = factories.official(work, place="Нижневартовск")
    for hand in (str(elsewhere.id), str(factories.person(work).id), *GARBAGE):
        with pytest.raises(Exception, match="кому передать"):
            give(work, row.id, hand)
    assert row.assignee_id == desk.colleague.id
    work.actor = factories.actor(work, elsewhere)
    with pytest.raises(Denied):
        give(work, row.id, str(elsewhere.id))


def test_as_many_queries_for_one_remark_as_for_thirty(work: Work, desk: Office, queries: Callable[..., int]) -> None:
    row = filed(work, desk.contest)
    revise(work, row, 2, content_of(work, row))
    review(work, row.id)

    def add() -> None:
        remark(work, row, desk.official, "budget", "Где расчёт?", sent=True)
        filed(work, desk.contest)

    add()
    work.session.flush()
    before = queries(lambda: review(work, row.id))
    for _ in range(29):
        add()
    assert queries(lambda: review(work, row.id)) == before


async def test_the_page_keeps_the_filter_and_compares(work: Work, desk: Office) -> None:
    first, second, *_ = line(work, desk)
    token = signed_in(work, desk.official)
    commit(work)
    path = f"/office/applications/{first.id}?status=submitted&sort=-amount&vs=n2&evil=1"
    page = shown_to(AdmissionState, token=token, path=path)
    await pressed(page.load())
    assert page.query == "status=submitted&sort=-amount"
    assert (page.side.kind, page.side.versus) == ("application", "n2")
    seen = await sent(page)
    assert seen["row"].number == 1
    assert second.id not in [one.number for one in seen["revisions"]]
    for garbage in (None, [], "x", "№ two", "-1"):
        assert page.compare_with({"number": garbage}) is None
        assert "number" in page.errors
    assert page.compare_with({"number": " № 2 "}) is not None
    assert page.compare([]) is None
    page.turn_changes()
    assert page.changes_only
    await page.choose_ground("nonsense")
    assert page.code == ""
    await page.choose_ground("law")
    assert page.code == "law"


async def test_a_stranger_gets_nothing_of_it(work: Work, desk: Office) -> None:
    row = filed(work, desk.contest)
    author = work.session.get_one(Person, row.submitted_by)
    author.email, author.phone = "maria@example.org", "+79221234567"
    token = signed_in(work, factories.official(work, place="Нижневартовск"))
    commit(work)
    page = shown_to(AdmissionState, token=token, path=f"/office/applications/{row.id}")
    await pressed(page.load())
    seen = repr(await sent(page))
    assert "maria@" not in seen
    assert "Лыжня" not in seen
    await page.write_remark("budget", "Чужое")
    await page.give("1")
    await page.admit()
    await page.answer_appeal({})
    await page.remove_remark(1)
    work.session.expire_all()
    assert work.session.get_one(Application, row.id).status is A.SUBMITTED
    assert work.session.execute(sa.select(Revision)).scalars().one().number == 1
