"""An application filled in through everything that goes wrong: a lost link, an expired sign-in, a second device."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.models.people import Person
from elka.models.sign_in import SignIn
from elka.passwords import hash_password
from tests import factories
from tests.forms import GOOD, begun, give_form
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
OFFLINE = "Нет связи. Всё, что вы пишете, хранится в этом браузере"
SAVED = re.compile("Сохранено")
PASSWORD = "кедровая тропа у дома"


@dataclass
class Case:
    """A resident with a draft of an application that has a field of every kind."""

    id: int
    person: int


@pytest.fixture
def case(site: Site) -> Case:
    with site.work() as work:
        row = factories.contest(work, factories.official(work))
        give_form(work, row)
        author = factories.person(work)
        made = factories.project(work, author)
        work.actor = factories.actor(work, author)
        return Case(begun(work, row, made), author.id)


def answer(site: Site, case: Case, key: str) -> object:
    with site.engine.connect() as connection:
        return connection.execute(
            sa.text("SELECT value FROM answers WHERE application_id = :id AND key = :key"), {"id": case.id, "key": key}
        ).scalar_one_or_none()


def mark(page: Page):
    return page.locator(".kept")


def opened(visitor: Visitor, case: Case) -> Page:
    page = visitor.open(f"/applications/{case.id}/fill")
    expect(page.get_by_label("Девиз")).to_be_visible()
    page.wait_for_timeout(400)  # what the browser held is put back by then
    return page


def test_what_is_typed_survives_a_lost_link_and_an_expired_sign_in(visitor: Come, site: Site, case: Case) -> None:
    resident = visitor(name="resident", person=case.person)
    resident.forgive("WebSocket|ERR_INTERNET_DISCONNECTED|Failed to load|request failed|websocket")
    page = opened(resident, case)
    motto, story = page.get_by_label("Девиз"), page.get_by_label("История")
    motto.fill("Первый девиз")
    expect(mark(page)).to_have_text(SAVED)
    assert answer(site, case, "motto") == "Первый девиз"

    # The link is lost in the middle of a sentence, and the page is even reloaded from nowhere later.
    resident.context.set_offline(True)
    story.fill("Началось с того, что погас фонарь у школы.")
    story.blur()
    expect(mark(page)).to_have_text(OFFLINE)
    assert answer(site, case, "story") is None
    resident.context.set_offline(False)
    expect(mark(page)).to_have_text(SAVED)
    assert answer(site, case, "story") == "Началось с того, что погас фонарь у школы."

    # Typed, and the page closed before a second has passed: it is there after opening it anew.
    resident.context.set_offline(True)
    motto.fill("Второй девиз")
    resident.context.set_offline(False)
    page = opened(resident, case)
    expect(page.get_by_label("Девиз")).to_have_value("Второй девиз")
    expect(mark(page)).to_have_text(SAVED)
    assert answer(site, case, "motto") == "Второй девиз"

    # The sign-in ends; what was typed waits through signing in again.
    with site.work() as work:
        person = work.session.get_one(Person, case.person)
        SignIn.revoke_all(work.session, case.person, work.now)
        email = person.email
        person.password_hash = hash_password(PASSWORD)
    page.get_by_label("Девиз").fill("Третий девиз")
    page.get_by_label("Девиз").blur()
    page.wait_for_url("**/sign-in?next=**")
    resident.settled()
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label("Пароль", exact=True).first.fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).filter(visible=True).first.click()
    page.wait_for_url(f"**/applications/{case.id}/fill")
    resident.settled()
    expect(page.get_by_label("Девиз")).to_have_value("Третий девиз")
    expect(mark(page)).to_have_text(SAVED)
    assert answer(site, case, "motto") == "Третий девиз"


def test_two_devices_fill_in_one_application(visitor: Come, site: Site, case: Case) -> None:
    computer, phone = (
        visitor(name="computer", person=case.person),
        visitor(name="phone", person=case.person, phone=True),
    )
    here, there = opened(computer, case), opened(phone, case)
    there.get_by_label("Девиз").fill("С телефона")
    expect(mark(there)).to_have_text(SAVED)
    here.get_by_label("Девиз").fill("С компьютера")
    clash = here.get_by_text("изменили с другого устройства")
    expect(clash).to_be_visible()
    assert answer(site, case, "motto") == "С телефона"
    here.get_by_role("button", name="Оставить моё").click()
    expect(clash).not_to_be_visible()
    expect(mark(here)).to_have_text(SAVED)
    assert answer(site, case, "motto") == "С компьютера"

    # What the other writes appears by itself, and does not touch the field that is being typed in.
    story = there.get_by_label("История")
    story.fill("Пишу здесь своё, не отвлекаясь ни на что.")
    here.get_by_label("Охват").fill("250")
    here.get_by_label("Охват").blur()
    expect(there.get_by_label("Охват")).to_have_value("250", timeout=40_000)
    expect(there.get_by_label("Девиз")).to_have_value("С компьютера")
    expect(story).to_have_value("Пишу здесь своё, не отвлекаясь ни на что.")


def test_from_the_first_field_to_the_receipt(visitor: Come, site: Site, case: Case) -> None:
    resident = visitor(name="resident", person=case.person)
    page = opened(resident, case)
    page.get_by_role("button", name="Проверить и подать").filter(visible=True).first.click()
    expect(page.get_by_role("heading", name="Осталось исправить")).to_be_visible()
    expect(page.get_by_label("Девиз")).to_be_focused()
    page.get_by_label("Девиз").fill(GOOD["motto"])
    page.get_by_label("История").fill(GOOD["story"])
    page.get_by_label("Охват").fill(GOOD["reach"])
    page.get_by_label("Трудом").check()
    page.get_by_label("Дети").check()
    # The budget as one types: a share over its limit is told at once, and mended.
    sums = page.get_by_label("Сумма, ₽")
    sums.first.fill("480000")
    expect(page.get_by_text("Доля бюджета муниципалитета 91 %: больше 90 %.")).to_be_visible()
    sums.first.fill("300000")
    expect(page.get_by_text("больше 90 %")).not_to_be_visible()
    page.get_by_role("button", name="Добавить строку").click()
    page.keyboard.type("Доставка")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("40000")
    expect(page.get_by_text(re.compile(r"390\s000")).first).to_be_visible()
    # A point by the keyboard.
    page.get_by_label("Начните с населённого пункта").select_option(label="Игрим, Берёзовский район")
    page.locator("#f-point").press("ArrowUp")
    page.get_by_label("Всё верно").check()
    expect(page.get_by_role("heading", name="Осталось исправить")).not_to_be_visible()
    expect(page.get_by_text("14 из 14").first).to_be_visible()
    expect(mark(page)).to_have_text(SAVED)
    page.get_by_role("button", name="Проверить и подать").filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Подать", exact=True).click()
    page.wait_for_url(f"**/applications/{case.id}?new=1")
    expect(page.get_by_text("Готово!")).to_be_visible()
    expect(page.get_by_text("Свет для всех")).to_be_visible()
    # Changed and submitted again while reception lasts; the difference is told.
    page.get_by_role("link", name="Изменить заявку").click()
    page.wait_for_url("**/fill")
    resident.settled()
    page.get_by_label("Девиз").fill("Свет и тепло для всех")
    expect(mark(page)).to_have_text(SAVED)
    page = resident.open(f"/applications/{case.id}")
    expect(page.get_by_text("Вы изменили заявку, но ещё не подали снова")).to_be_visible()
    page.get_by_role("button", name="Подать снова").click()
    expect(page.get_by_text("редакция 2")).to_be_visible()
