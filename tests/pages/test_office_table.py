"""An official with many applications, in the browser: filter, pick, preview, decide; remarks from the list; on a phone too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.core.lifecycle import ContestStage
from elka.demo.personas import BY_KEY
from elka.models.answers import Remark
from elka.models.applications import Application, ApplicationStatus
from elka.models.people import Person
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
A = ApplicationStatus
COUNT = 8


@dataclass
class Desk:
    """A contest of the demo's official with applications that wait."""

    contest: int
    official: int
    ids: list[int]

    @property
    def path(self) -> str:
        return f"/office/contests/{self.contest}/applications"


@pytest.fixture
def desk(site: Site) -> Desk:
    """Make the contest beside the demo's own ones."""
    with site.work() as work:
        by = work.session.execute(sa.select(Person).where(Person.email == BY_KEY["official"].email)).scalar_one()
        contest = factories.contest(work, by, stage=ContestStage.ADMISSION, title="Много заявок")
        ids = [
            filed(work, contest, number=number, title=f"{'Сквер' if number % 2 else 'Лыжня'} № {number}").id or 0
            for number in range(1, COUNT + 1)
        ]
        return Desk(contest.id or 0, by.id or 0, ids)


def statuses(site: Site, desk: Desk) -> list[str]:
    with site.engine.connect() as connection:
        found = connection.execute(
            sa.select(Application.status).where(Application.contest_id == desk.contest).order_by(Application.number)
        )
        return [status.value for status in found.scalars()]


def box(tab: Page, place: int) -> object:
    return tab.locator("[data-pick]").nth(place)


def test_filter_pick_a_range_preview_and_admit(visitor: Come, site: Site, desk: Desk) -> None:
    some = visitor(person=desk.official)
    tab = some.open(desk.path)
    expect(tab.locator("tbody tr")).to_have_count(COUNT)
    tab.get_by_role("searchbox", name="Номер, проект, заявитель").fill("сквер")
    expect(tab.locator("tbody tr")).to_have_count(COUNT // 2)
    expect(tab).to_have_url(re.compile(r"q=%D1%81%D0%BA%D0%B2%D0%B5%D1%80"))
    some.page.reload()  # the address shows the same
    some.settled()
    expect(tab.locator("tbody tr")).to_have_count(COUNT // 2)

    box(tab, 0).click()
    box(tab, 1).click(modifiers=["Shift"])
    expect(tab.get_by_text("Выбрано: 2")).to_be_visible()
    box(tab, 1).focus()
    tab.keyboard.press("Shift+ArrowDown")
    expect(tab.get_by_text("Выбрано: 3")).to_be_visible()
    tab.get_by_role("button", name="Допустить", exact=True).click()
    dialog = tab.locator("#mass")
    expect(dialog.get_by_role("heading", name="Допустим: 3")).to_be_visible()
    assert statuses(site, desk) == ["submitted"] * COUNT  # nothing happened yet
    dialog.get_by_role("button", name="Допустить 3").click()
    expect(dialog.get_by_role("heading", name="Допущено: 3")).to_be_visible()
    dialog.get_by_role("button", name="Готово").click()
    expect(tab.get_by_text("Выбрано: 3")).to_have_count(0)
    assert statuses(site, desk) == [
        "admitted" if number in (1, 3, 5) else "submitted" for number in range(1, COUNT + 1)
    ]

    # All that are found, those that cannot be admitted among them: told, and left alone.
    tab.get_by_role("link", name="Сбросить всё").click()
    expect(tab.locator("tbody tr")).to_have_count(COUNT)
    tab.get_by_label("Выбрать все на странице").click()
    tab.get_by_role("button", name="Допустить", exact=True).click()
    expect(dialog.get_by_role("heading", name=f"Допустим: {COUNT - 3}")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Нельзя: 3")).to_be_visible()
    dialog.get_by_role("button", name="Отмена").click()
    expect(dialog).to_be_hidden()


def test_a_remark_from_the_list_and_a_return_by_keys(visitor: Come, site: Site, desk: Desk) -> None:
    some = visitor(person=desk.official)
    tab = some.open(f"{desk.path}?status=submitted&sort=-number")
    tab.get_by_role("link", name=f"Лыжня № {COUNT}").click()
    expect(tab.get_by_role("heading", name=f"Заявка № {COUNT}")).to_be_visible()
    expect(tab.get_by_text(f"1 из {COUNT}")).to_be_visible()
    tab.keyboard.press("j")
    expect(tab.get_by_role("heading", name=f"Заявка № {COUNT - 1}")).to_be_visible()
    tab.keyboard.press("k")
    expect(tab.get_by_role("heading", name=f"Заявка № {COUNT}")).to_be_visible()

    field = tab.locator("#field-budget")
    field.get_by_text("Замечание", exact=True).click()
    field.get_by_text("Готовые замечания").click()
    ready = field.locator(".ready-remark").first
    text = ready.inner_text()
    ready.click()
    expect(field.get_by_role("textbox")).to_have_value(text)
    expect(tab.get_by_role("heading", name="Неотправленные замечания")).to_be_visible()
    expect(tab.get_by_text("Сохранено в")).to_be_visible()
    tab.reload()  # nothing typed is lost
    some.settled()
    expect(tab.locator("#field-budget").get_by_role("textbox")).to_have_value(text)

    tab.locator("h1").click()
    tab.keyboard.press("r")
    dialog = tab.locator("#send-back")
    expect(dialog.get_by_text("Уйдут вместе, одним письмом")).to_be_visible()
    expect(dialog.get_by_text(text)).to_be_visible()
    dialog.get_by_role("button", name="Вернуть").click()
    expect(tab.get_by_role("heading", name=f"Заявка № {COUNT - 1}")).to_be_visible()  # on by the filter
    assert statuses(site, desk)[-1] == "returned"
    with site.engine.connect() as connection:
        remark = connection.execute(
            sa.select(Remark.key, Remark.text, Remark.sent_at).where(Remark.application_id == desk.ids[-1])
        ).one()
    assert (remark.key, remark.text) == ("budget", text)
    assert remark.sent_at is not None

    # The key of admission asks once.
    tab.keyboard.press("a")
    expect(tab.get_by_role("heading", name="Допустить заявку?")).to_be_visible()
    expect(tab.locator("#do-admit")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name=f"Заявка № {COUNT - 2}")).to_be_visible()
    assert statuses(site, desk)[-2] == "admitted"


def test_views_and_columns_are_kept(visitor: Come, site: Site, desk: Desk) -> None:
    some = visitor(person=desk.official)
    tab = some.open(f"{desk.path}?least=100000&sort=-amount")
    tab.get_by_role("button", name="Сохранить вид").click()
    tab.get_by_label("Название", exact=True).fill("Крупные")
    tab.get_by_role("button", name="Сохранить", exact=True).click()
    view = tab.get_by_role("link", name="Крупные")
    expect(view).to_have_attribute("aria-current", "page")
    tab.get_by_role("link", name=re.compile("^Без исполнителя")).click()
    expect(tab).to_have_url(re.compile("who=none"))
    view.click()
    expect(tab).to_have_url(re.compile(r"least=100000&sort=-amount"))

    head = tab.locator("thead .col-place")
    expect(head).to_be_visible()
    expect(tab.locator("thead .col-share")).to_be_hidden()
    tab.locator("summary", has_text="Столбцы").click()
    tab.get_by_label("Место", exact=True).uncheck()
    tab.get_by_label("Доля", exact=True).check()
    tab.reload()
    some.settled()
    expect(head).to_be_hidden()
    expect(tab.locator("thead .col-share")).to_be_visible()
    tab.locator("thead .col-title button").click()
    expect(tab).to_have_url(re.compile("sort=title"))


def test_on_a_phone(visitor: Come, site: Site, desk: Desk) -> None:
    some = visitor(person=desk.official, phone=True)
    tab = some.open(desk.path)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for place in (0, 1):
        box(tab, place).tap()
    expect(tab.get_by_text("Выбрано: 2")).to_be_visible()
    tab.get_by_role("button", name="Передать").tap()
    dialog = tab.locator("#mass")
    dialog.locator("label").first.tap()
    dialog.get_by_role("button", name="Посмотреть, что будет").tap()
    expect(dialog.get_by_role("heading", name="Передадим: 2")).to_be_visible()
    dialog.get_by_role("button", name="Передать 2").tap()
    expect(dialog.get_by_role("heading", name="Передано: 2")).to_be_visible()
    dialog.get_by_role("button", name="Готово").tap()
    with site.engine.connect() as connection:
        mine = connection.execute(
            sa.select(sa.func.count()).where(
                Application.contest_id == desk.contest, Application.assignee_id == desk.official
            )
        ).scalar_one()
    assert mine == 2

    some.open(f"/office/applications/{desk.ids[0]}?who=me")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(tab.get_by_text("1 из 2")).to_be_visible()
    tab.get_by_role("button", name="Вернуть", exact=True).tap()
    expect(tab.locator("#send-back")).to_be_visible()
