"""A film of a count in the browser: played, stopped, stepped by keys, a slider and buttons; the same as a table."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.pages.visitor import Visitor

Come = Callable[..., Visitor]


def film(tab: Page, rounds: int) -> Locator:
    return tab.locator(".film-box", has=tab.locator(f"input[type=range][max='{rounds}']"))


def test_steps_by_keys_buttons_and_the_slider(visitor: Come) -> None:
    some = visitor()
    some.page.goto("/styleguide")
    tab = some.page
    one = film(tab, 18)
    expect(one.get_by_text("Пока не выбран ни один проект")).to_be_visible()
    slider = one.get_by_role("slider", name="Раунд")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    expect(one.locator(".film-round")).to_have_text("Раунд 2 из 18")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Раунд 2 из 18: "))
    expect(one.locator(".film-bar .is-taken")).to_have_count(2)
    tab.keyboard.press("End")
    expect(one.locator(".film-bar .is-taken")).to_have_count(18)
    expect(one.get_by_role("button", name="Следующий раунд")).to_be_disabled()
    one.get_by_role("button", name="Предыдущий раунд").click()
    tab.keyboard.press("ArrowLeft")
    expect(one.locator(".film-round")).to_have_text("Раунд 16 из 18")
    slider.fill("5")
    expect(one.locator(".film-round")).to_have_text("Раунд 5 из 18")
    one.get_by_role("button", name="К началу").click()
    expect(one.get_by_role("button", name="К началу")).to_be_disabled()


def test_plays_to_the_end_and_stops_by_hand(visitor: Come) -> None:
    some = visitor(phone=True)
    some.page.goto("/styleguide")
    tab = some.page
    one = film(tab, 250)
    one.get_by_role("button", name="Смотреть").tap()
    expect(one.locator(".film-bar .is-taken").nth(2)).to_be_attached()
    one.get_by_role("button", name="Пауза").tap()
    stopped = one.locator(".film-round").inner_text()
    expect(one.get_by_role("button", name="Смотреть")).to_be_visible()
    assert one.locator(".film-round").inner_text() == stopped
    one.get_by_role("slider", name="Раунд").fill("249")
    one.get_by_role("button", name="Смотреть").tap()
    expect(one.locator(".film-round")).to_have_text("Раунд 250 из 250")
    expect(one.get_by_role("button", name="Смотреть")).to_be_visible()
    one.get_by_text("Все раунды таблицей").tap()
    expect(one.locator(".film-table tbody tr")).to_have_count(250)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
