"""Saved views: one's own alone, by name, and the ready ones with their counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.applications import ApplicationStatus
from elka.models.exports import VIEWS_MOST, SavedView
from elka.state.saved_views import SavedViewsState, ViewRow
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.office import DAY, Office, filed, office

A = ApplicationStatus
views = SavedViewsState._views
save = SavedViewsState._save
rename = SavedViewsState._rename
remove = SavedViewsState._remove
GARBAGE = [None, "", -1, 0, 2**63, True, [], {}, 1.5]


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work)


def own(work: Work, desk: Office) -> list[ViewRow]:
    return views(work, desk.contest.id)[2]


def test_a_view_is_saved_opened_renamed_and_removed(work: Work, desk: Office) -> None:
    save(work, desk.contest.id, "  Большие   суммы ", "?least=1000000&sort=-amount&page=4&evil=1")
    (view,) = own(work, desk)
    assert (view.name, view.query) == ("Большие суммы", "least=1000000&sort=-amount")
    assert view.href == f"/office/contests/{desk.contest.id}/applications?least=1000000&sort=-amount"
    rename(work, view.id, "Миллионы")
    assert [one.name for one in own(work, desk)] == ["Миллионы"]
    remove(work, view.id)
    remove(work, view.id)  # the same click twice
    assert own(work, desk) == []


def test_the_same_name_shows_something_else_from_now_on(work: Work, desk: Office) -> None:
    save(work, desk.contest.id, "Мой", "who=me")
    save(work, desk.contest.id, "Мой", "who=none")
    save(work, desk.contest.id, "Другой", "")
    assert [(one.name, one.query) for one in own(work, desk)] == [("Другой", ""), ("Мой", "who=none")]
    other = next(one for one in own(work, desk) if one.name == "Другой")
    with pytest.raises(Refused, match="уже есть"):
        rename(work, other.id, "Мой")
    rename(work, other.id, "Другой")


def test_views_of_others_are_invisible(work: Work, desk: Office) -> None:
    save(work, desk.contest.id, "Мой", "who=me")
    (mine,) = own(work, desk)
    work.actor = factories.actor(work, desk.colleague)
    assert own(work, desk) == []
    with pytest.raises(NotFound):
        rename(work, mine.id, "Чужой")
    remove(work, mine.id)
    assert work.session.execute(sa.select(SavedView.name)).scalars().all() == ["Мой"]
    save(work, desk.contest.id, "Мой", "status=open")  # each has their own of this name
    assert [one.query for one in own(work, desk)] == ["status=open"]


def test_there_is_an_end_to_them(work: Work, desk: Office) -> None:
    for number in range(VIEWS_MOST):
        save(work, desk.contest.id, f"Вид {number}", "")
    with pytest.raises(Refused) as refusal:
        save(work, desk.contest.id, "Ещё один", "")
    assert "view" in refusal.value.fields


def test_only_the_office_has_views(work: Work, desk: Office) -> None:
    save(work, desk.contest.id, "Мой", "")
    (mine,) = own(work, desk)
    for who in (factories.person(work), factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        for call in (
            lambda: views(work, desk.contest.id),
            lambda: save(work, desk.contest.id, "Чужой", ""),
        ):
            with pytest.raises(Denied):
                call()
    work.actor = GUEST
    for call in (
        lambda: views(work, desk.contest.id),
        lambda: save(work, desk.contest.id, "Чужой", ""),
        lambda: remove(work, mine.id),
    ):
        with pytest.raises(SignInNeeded):
            call()


def test_who_lost_the_duty_keeps_no_way_in(work: Work, desk: Office) -> None:
    save(work, desk.contest.id, "Мой", "")
    (mine,) = own(work, desk)
    work.session.execute(
        sa.text("UPDATE role_grants SET revoked_at = now() WHERE person_id = :id"), {"id": desk.official.id}
    )
    work.actor = factories.actor(work, desk.official)
    with pytest.raises(Denied):
        rename(work, mine.id, "Новый")


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, desk: Office, garbage: object) -> None:
    with pytest.raises(NotFound):
        views(work, garbage)
    with pytest.raises(Refused):
        save(work, desk.contest.id, garbage, "")
    with pytest.raises(NotFound):
        rename(work, garbage, "Имя")
    remove(work, garbage)
    save(work, desk.contest.id, "Мой", garbage)
    assert [one.query for one in own(work, desk)] == [""]


def test_ready_views_count(work: Work, desk: Office) -> None:
    filed(work, desk.contest, revision=2)
    filed(work, desk.contest, assignee_id=desk.official.id)
    filed(work, desk.contest, status=A.RETURNED, correct_by=work.now - DAY, assignee_id=desk.colleague.id)
    filed(work, desk.contest, status=A.ADMITTED)
    assert {one.name: one.count for one in views(work, desk.contest.id)[1]} == {
        "Ждут решения": "2",
        "Мои": "1",
        "Исправленные": "1",
        "Срок вышел": "1",
        "Без исполнителя": "1",
    }


def test_as_many_queries_for_one_as_for_thirty(work: Work, desk: Office, queries: Callable[..., int]) -> None:
    save(work, desk.contest.id, "Мой", "")
    filed(work, desk.contest)
    before = queries(lambda: views(work, desk.contest.id))
    for number in range(29):
        save(work, desk.contest.id, f"Вид {number}", "")
        filed(work, desk.contest)
    assert queries(lambda: views(work, desk.contest.id)) == before


async def test_the_browser_gets_its_own_views(work: Work, desk: Office) -> None:
    save(work, desk.contest.id, "Мой", "who=me")
    work.actor = factories.actor(work, desk.colleague)
    save(work, desk.contest.id, "Вид коллеги", "")
    token = signed_in(work, desk.official)
    commit(work)
    page = shown_to(SavedViewsState, token=token, path=f"/office/contests/{desk.contest.id}/applications")
    await page.load()
    seen = await sent(page)
    assert [one.name for one in seen["own"]] == ["Мой"]
    assert "коллеги" not in repr(seen)
    await page.save({"view": "Второй", "query": "status=open"})
    assert [one.name for one in page.own] == ["Второй", "Мой"]
    second, mine = page.own
    await page.rename(second.id, "Первый")
    await page.remove(mine.id)
    assert [one.name for one in page.own] == ["Первый"]
    await page.save({"view": "", "query": ""})
    assert "view" in page.errors
    await page.save([])
    assert [one.name for one in page.own] == ["Первый"]
