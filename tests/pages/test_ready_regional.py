"""The regional contest of initiative projects at the browser: from a draft to a municipality's admitted application."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from elka.core.lifecycle import PhaseKind
from tests import factories
from tests.pages.application_steps import OFFICIAL, OPERATOR, Come, budget_row, official_at, work_row
from tests.pages.contest_steps import (
    CHANGE,
    NEED,
    admit,
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
    picture,
    publish,
    read_application,
    step,
    submit,
    write,
)
from tests.pages.visitor import Visitor
from tests.served import Site


def _spoil_and_mend(official: Visitor) -> None:
    """Spoil two things: the check must find both and lead to each."""
    page = step(official, "Сроки")
    stage = page.locator("#timeline-accepting")
    closes = page.locator("#timeline-admission").get_by_label("Конец")
    stage.get_by_label("Конец").fill(closes.input_value())
    stage.get_by_label("Конец").blur()
    expect(button(page, "Сдвинуть этот и следующие")).to_be_visible()
    page = step(official, "Критерии")
    write(page.get_by_label("Вес, %").first, "20")
    expect(page.locator("#criteria-weights li.is-good")).to_have_count(0)
    page = step(official, "Проверка")
    lacks = page.locator(".lacks a")
    expect(lacks).to_have_count(2)
    lacks.filter(has_text="Сроки").click()
    button(page, "Сдвинуть этот и следующие").click()
    expect(button(page, "Сдвинуть этот и следующие")).to_have_count(0)
    picture(page, "build-timeline")
    page = step(official, "Форма заявки")
    page.locator(".form-name", has_text="Какую проблему решает").click()
    expect(page.get_by_label("Вопрос", exact=True)).to_have_value("Какую проблему решает")
    picture(page, "build-form")
    page = step(official, "Критерии")
    write(page.get_by_label("Вес, %").first, "30")
    expect(page.locator("#criteria-weights li.is-good")).to_have_count(1)
    picture(page, "build-criteria")
    page = step(official, "Победители")
    picture(page, "build-winners")
    page = step(official, "Проверка")
    expect(page.get_by_text("Всё заполнено, можно публиковать")).to_be_visible()
    picture(page, "build-check")


def _fill_regional(page: Page) -> None:
    write(answer(page, "summary"), "Тёплая база у трассы: раздевалка, прокат и свет до девяти вечера.")
    write(answer(page, "problem"), "Мало.")
    expect_trouble(page, "problem", re.compile("100"))
    write(answer(page, "problem"), NEED)
    expect_no_trouble(page, "problem")
    write(answer(page, "outcome"), CHANGE)
    write(answer(page, "people_helped"), "ноль")
    expect_trouble(page, "people_helped", re.compile("."))
    write(answer(page, "people_helped"), "1 200")
    expect_no_trouble(page, "people_helped")
    expect(page.locator(".kept-safe")).to_be_attached()
    picture(page, "apply-form", page.locator("#at-problem"))
    page.locator("#at-point").get_by_label("Или координаты").fill("63.1935, 64.4206")
    expect(page.locator("#at-point").get_by_text("Игрим").first).to_be_attached()
    work_row(page, 1, "Поставить модуль базы", "2027-04-01", "2027-03-01")
    expect(page.locator("#at-schedule").get_by_text("Конец раньше начала.")).to_be_visible()
    page.locator("#at-schedule").get_by_label("Конец, строка 1").fill("2027-08-31")
    expect(page.locator("#at-schedule").get_by_text("Конец раньше начала.")).to_have_count(0)
    expect(page.locator("#at-budget").get_by_label("Кто платит, строка 1")).to_have_value("municipality")
    expect(page.locator("#at-budget").get_by_text("Другой источник")).to_have_count(0)
    budget_row(page, 3, "Модуль базы с отоплением", "6 000 000", "Бюджет региона")
    expect(page.locator(".budget-troubles")).to_contain_text("больше 70")
    picture(page, "apply-budget", page.locator("#at-budget"))
    budget_row(page, 3, "Модуль базы с отоплением", "600 000", "Бюджет региона")
    expect(page.locator(".budget-troubles")).to_have_count(0)
    attach(page, "quotes", paper("Предложение поставщика.pdf"))
    write(answer(page, "meeting_on"), "2026-09-15")
    write(answer(page, "meeting_people"), "84")
    attach(page, "minutes", paper("Протокол собрания.pdf"))
    page.get_by_role("checkbox", name="Трудом").check()
    write(answer(page, "labour_how"), "Расчистим площадку, соберём мебель, покрасим стены.")


def test_regional_by_a_municipality(site: Site, visitor: Come) -> None:
    title = "Конкурс инициативных проектов: Югра строит"
    official = official_at(site, visitor, OPERATOR)
    contest = begin_contest(
        official, "Региональный конкурс инициативных проектов", title, region=True, shot="office-new"
    )
    page = official.page
    picture(page, "build-basics")
    _spoil_and_mend(official)
    publish(official, contest)
    move_clock(site, contest, PhaseKind.ACCEPTING)

    name = "Лыжная база в Игриме"
    with site.work() as work:
        factories.project(work, factories.person(work), title=name)
    applicant = visitor(name="applicant", person=site.person(OFFICIAL))

    def choose(page: Page) -> None:
        page.get_by_label("Найти проект по названию").fill(name)
        page.get_by_role("radio", name=re.compile(name)).first.check()
        picture(page, "apply-eligibility")

    application = begin_application(applicant, contest, choose)
    page = applicant.page
    _fill_regional(page)
    # The consent is left out: the check says so and leads to it.
    button(page, "Проверить и подать").click()
    expect(page.get_by_role("heading", name="Осталось исправить")).to_be_visible()
    troubles = page.locator("#troubles li")
    expect(troubles).to_have_count(1)
    picture(page, "apply-check", page.locator("#troubles"))
    page.get_by_role("checkbox", name=re.compile("Согласие с условиями")).check()
    submit(page)
    picture(page, "application-after")

    move_clock(site, contest, PhaseKind.ADMISSION)
    page = official.open(f"/office/contests/{contest}/applications")
    expect(page.get_by_role("link", name=name).filter(visible=True).first).to_be_visible()
    picture(page, "office-table")
    page = read_application(official, contest, name)
    for words in ("Модуль базы с отоплением", "Протокол собрания.pdf", "Расчистим площадку", "Поставить модуль базы"):
        expect(page.locator(".read")).to_contain_text(words)
    picture(page, "office-reading")
    admit(official, contest, name)
    expect_admitted(applicant, application)
