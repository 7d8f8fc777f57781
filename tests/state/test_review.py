"""Reading an application: beside an earlier revision or another one, and the way on by the filters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound, SignInNeeded
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.state.admission import AdmissionState
from elka.state.application_filters import Filters
from elka.state.review_line import next_waiting, place_of
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.office import Office, content_of, draft, filed, office, remark, revise
from tests.words import plain

A = ApplicationStatus
review = AdmissionState._review


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work)


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
