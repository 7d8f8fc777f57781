"""Notices in a browser: the bell, the line that leads to its place and is read by that, the switches, the pulse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from elka.demo.personas import BY_KEY
from elka.models.contests import Contest, ContestStage
from elka.models.notices import NoticeKind
from elka.state.notices import forget, notify
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
KEY = "moderator"  # a persona whom nothing else of these tests tells anything


@pytest.fixture
def me(site: Site) -> Iterator[int]:
    """A persona without notices."""
    person_id = site.person(BY_KEY[KEY].email)
    with site.work() as work:
        forget(work, person_id)
    yield person_id
    with site.work() as work:
        forget(work, person_id)


def tell(site: Site, person_id: int, title: str, *, kind: NoticeKind = NoticeKind.CONTEST) -> int:
    """Tell them something that leads to a contest, and return the contest's id."""
    with site.work() as work:
        contest: int = work.session.execute(
            sa.select(sa.func.min(Contest.id)).where(Contest.stage == ContestStage.VOTING)
        ).scalar_one()
        notify(work, [person_id], kind, title=title, text="Подробности", href=f"/contests/{contest}", group_key=title)
        return contest


@pytest.mark.parametrize("phone", [False, True])
def test_a_line_leads_to_its_place_and_is_read_by_that(visitor: Come, site: Site, me: int, phone: bool) -> None:
    contest = tell(site, me, "Срок продлён")
    some = visitor(person=me, phone=phone)
    tab = some.open("/me")
    expect(tab.locator("header a.bell")).to_contain_text("непрочитанных: 1")
    tab.locator("header a.bell").click()
    expect(tab).to_have_url(re.compile(r"/me/notices/?$"))
    some.settled()
    row = tab.locator("li.notice-row")
    expect(row).to_have_count(1)
    expect(row).to_have_class(re.compile("is-unread"))
    row.get_by_role("link").click()
    expect(tab).to_have_url(re.compile(rf"/contests/{contest}/?$"))
    expect(tab.locator("header a.bell")).not_to_contain_text("непрочитанных")
    tab.go_back()
    expect(tab.get_by_role("heading", name="Сегодня")).to_be_visible()
    expect(tab.locator("li.notice-row")).not_to_have_class(re.compile("is-unread"))


def test_one_and_all_are_read_in_place(visitor: Come, site: Site, me: int) -> None:
    for title in ("Первая", "Вторая", "Третья"):
        tell(site, me, title)
    some = visitor(person=me)
    tab = some.open("/me/notices")
    expect(tab.locator("li.is-unread")).to_have_count(3)
    tab.get_by_role("button", name="Прочитано: Вторая").click()
    expect(tab.locator("li.is-unread")).to_have_count(2)
    expect(tab.locator("li.notice-row")).to_have_count(3)
    expect(tab.locator("header a.bell")).to_contain_text("непрочитанных: 2")
    tab.get_by_role("button", name="Прочитать все").click()
    expect(tab.locator("li.is-unread")).to_have_count(0)
    expect(tab.locator("header a.bell")).not_to_contain_text("непрочитанных")


HIDE = """hidden => {
    Object.defineProperty(document, "visibilityState", {value: hidden ? "hidden" : "visible", configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_an_open_tab_hears_of_news_while_it_is_seen(visitor: Come, site: Site, me: int) -> None:
    some = visitor(person=me)
    some.page.clock.install()
    some.forgive("WebSocket is closed before")  # a clock that runs ahead makes the link begin anew
    tab = some.open("/me/notices")
    expect(tab.get_by_role("heading", name="Пока тихо")).to_be_visible()
    tell(site, me, "Свежая")
    # A beat comes within 63 s. Twice that is less than the link waits for a sign of the server: it does not begin anew,
    # which would load the page again and so tell of the news by another way.
    tab.clock.run_for("01:05")
    expect(tab.locator("header a.bell")).to_contain_text("непрочитанных: 1")
    tab.get_by_role("button", name="Показать", exact=True).click()
    expect(tab.locator("li.is-unread")).to_have_count(1)
    # A tab behind others asks nothing; one that is seen again asks at once.
    tab.evaluate(HIDE, True)
    tell(site, me, "Вторая")
    tab.clock.run_for("01:05")
    tab.wait_for_timeout(500)  # an answer, had anything been asked, would be there
    assert "непрочитанных: 1" in tab.locator("header a.bell").inner_text()
    tab.evaluate(HIDE, False)
    expect(tab.locator("header a.bell")).to_contain_text("непрочитанных: 2")


def test_a_kind_is_switched_off_at_once(visitor: Come, site: Site, me: int) -> None:
    some = visitor(person=me)
    tab = some.open("/me/notices/settings")
    switch = tab.get_by_role("switch", name="Изменения в конкурсах: На сайте")
    expect(switch).to_be_checked()
    switch.uncheck()
    expect(tab.get_by_text("Сохранено в")).to_be_visible()
    tab.reload()
    some.settled()
    expect(tab.get_by_role("switch", name="Изменения в конкурсах: На сайте")).not_to_be_checked()
    expect(tab.get_by_role("switch", name="Изменения в конкурсах: Письмом")).to_be_checked()
    expect(tab.get_by_role("switch", name="Заявки жителей")).to_have_count(0)
    tell(site, me, "Не увидит")
    tab = some.open("/me/notices")
    expect(tab.get_by_role("heading", name="Пока тихо")).to_be_visible()


def test_the_address_holds_the_kind(visitor: Come, site: Site, me: int) -> None:
    tell(site, me, "О конкурсе")
    tell(site, me, "Об итогах", kind=NoticeKind.RESULT)
    some = visitor(person=me)
    tab = some.open("/me/notices")
    tab.get_by_role("navigation", name="Какие уведомления показать").get_by_role("link", name="Итоги").click()
    expect(tab).to_have_url(re.compile(r"kind=result"))
    expect(tab.locator("li.notice-row")).to_have_count(1)
    tab.reload()
    some.settled()
    expect(tab.locator("li.notice-row")).to_contain_text("Об итогах")
