"""The grant for individuals at the browser: filed on a phone by who is old enough, admitted among many."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from elka.core.lifecycle import PhaseKind
from tests import factories
from tests.pages.application_steps import OPERATOR, Come, budget_row, official_at, work_row
from tests.pages.contest_steps import (
    CHANGE,
    NEED,
    answer,
    attach,
    begin_application,
    begin_contest,
    button,
    expect_admitted,
    expect_no_trouble,
    expect_trouble,
    move_clock,
    paper,
    photo,
    picture,
    publish,
    read_application,
    submit,
    write,
)
from tests.served import Site


def _fill_individual(page: Page) -> None:
    write(answer(page, "summary"), "Чиним велосипеды вместе и учим этому младших.")
    write(answer(page, "problem"), NEED)
    expect(page.locator(".kept-safe")).to_be_attached()
    picture(page, "apply-phone", page.locator("#at-problem"))
    write(answer(page, "outcome"), CHANGE)
    photos = page.locator("#at-photos input[type=file]")
    photos.set_input_files(photo("гараж.png"))
    expect(page.locator("#at-photos img").first).to_be_visible()
    write(answer(page, "starts_on"), "2027-06-01")
    write(answer(page, "ends_on"), "2027-08-31")
    work_row(page, 1, "Привести гараж в порядок", "2027-06-01", "2027-06-20")
    page.get_by_role("checkbox", name="Дети").check()
    page.get_by_role("checkbox", name="Молодёжь").check()
    write(answer(page, "people_helped"), "40")
    write(answer(page, "experience"), "Два года чиним велосипеды соседям.")
    write(answer(page, "link"), "не ссылка")
    expect_trouble(page, "link", re.compile("."))
    write(answer(page, "link"), "https://example.org/velo")
    expect_no_trouble(page, "link")
    budget_row(page, 1, "Инструмент и стойки", "180 000", "Бюджет региона")
    attach(page, "quotes", paper("Прайс на инструмент.pdf"))
    page.get_by_role("checkbox", name=re.compile("Согласие с условиями")).check()


def test_individuals_on_a_phone_at_fourteen(site: Site, visitor: Come) -> None:
    title = "Гранты для тех, кто придумал сам"
    official = official_at(site, visitor, OPERATOR)
    contest = begin_contest(official, "Грант для физических лиц", title, region=True)
    publish(official, contest)
    move_clock(site, contest, PhaseKind.ACCEPTING)

    with site.work() as work:
        born = work.now.date() - timedelta(days=366 * 14)
        young = factories.person(work, birth=born, first_name="Тимофей", last_name="Лельхов").id
        child = factories.person(work, birth=born + timedelta(days=366)).id
    # A year younger: told before the first field, and let no further.
    page = visitor(name="child", person=child, phone=True).open(f"/contests/{contest}/apply")
    expect(page.locator("main .checks .is-wrong")).to_contain_text("14")
    expect(button(page, "Начать заявку")).to_have_count(0)

    teenager = visitor(name="teenager", person=young, phone=True)
    name = "Мастерская велосипедов"

    def choose(page: Page) -> None:
        page.get_by_label("Как назовём проект").fill(name)
        page.get_by_label("Направление", exact=True).select_option(index=1)

    application = begin_application(teenager, contest, choose)
    page = teenager.page
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    _fill_individual(page)
    submit(page)

    move_clock(site, contest, PhaseKind.ADMISSION)
    page = official.open(f"/office/contests/{contest}/applications")
    page.get_by_role("checkbox", name=re.compile("^Выбрать заявку")).check()
    button(page, "Допустить").click()
    ask = page.get_by_role("dialog").filter(visible=True)
    expect(ask).to_contain_text(name)
    picture(page, "office-mass")
    button(ask, re.compile("^Допустить")).click()
    button(ask, "Готово").click()
    page = read_application(official, contest, name)
    expect(page.locator(".read")).to_contain_text("Инструмент и стойки")
    expect_admitted(teenager, application)
