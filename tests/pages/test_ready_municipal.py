"""The municipal contest at the browser: a group of ten files, mends what was remarked, is admitted and judged."""

from __future__ import annotations

import re

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.core.lifecycle import PhaseKind
from elka.models.projects import GroupMember
from tests import factories
from tests.pages.application_steps import OFFICIAL, Come, budget_row, official_at
from tests.pages.contest_steps import (
    LONG_TEXT,
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


def _fill_municipal(page: Page) -> None:
    write(answer(page, "summary"), "Шесть фонарей на солнечных батареях вдоль тропы к школе.")
    write(answer(page, "problem"), LONG_TEXT)
    write(answer(page, "outcome"), LONG_TEXT)
    write(answer(page, "address"), "тропа от улицы Лермонтова до школы № 1")
    write(answer(page, "starts_on"), "2027-06-01")
    write(answer(page, "ends_on"), "2027-05-01")
    expect_trouble(page, "ends_on", re.compile("."))
    write(answer(page, "ends_on"), "2027-08-31")
    expect_no_trouble(page, "ends_on")
    budget_row(page, 1, "Фонари с опорами", "420 000", "Бюджет муниципалитета")
    budget_row(page, 2, "Расчистка тропы", "60 000", "Жители")
    attach(page, "quotes", paper("Цены на фонари.pdf"))
    attach(page, "minutes", paper("Протокол собрания.pdf"))
    write(answer(page, "upkeep"), "Лампы меняет ТОС, батареи проверяет электрик школы.")
    page.get_by_role("checkbox", name=re.compile("Согласие с условиями")).check()


def _return(page: Page) -> None:
    """Write a remark at one field and return the application with it."""
    field = page.locator("#field-upkeep")
    field.locator("summary", has_text="Замечание").click()
    write(field.get_by_label("Замечание: Кто будет содержать"), "Назовите ответственного от администрации.")
    expect(page.get_by_role("heading", name="Неотправленные замечания")).to_be_visible()
    picture(page, "office-remarks", field)
    button(page, re.compile("^Вернуть с замечаниями")).click()
    ask = page.get_by_role("dialog", name="Вернуть с замечаниями")
    expect(ask.get_by_text("Назовите ответственного от администрации.")).to_be_visible()
    ask.get_by_role("button", name="Вернуть", exact=True).click()
    expect(page.locator("main").get_by_text("На исправлении").filter(visible=True).first).to_be_visible()


def _correct(resident: Visitor) -> None:
    """Mend the field that has the remark and submit again."""
    page = resident.page
    page.get_by_role("link", name="Исправить заявку").filter(visible=True).first.click()
    page.wait_for_url("**/fill*")
    resident.settled()
    expect(page.locator("#at-upkeep")).to_contain_text("Назовите ответственного от администрации.")
    write(answer(page, "upkeep"), "Лампы меняет ТОС; от администрации отвечает отдел ЖКХ.")
    expect(page.locator(".kept-safe")).to_be_attached()
    button(page, "Проверить и подать снова").click()
    ask = page.get_by_role("alertdialog", name="Подать заявку снова?")
    ask.get_by_role("button", name="Подать", exact=True).click()
    page.wait_for_url(re.compile(r"/applications/\d+\?new=1"))


def test_municipal_by_a_group_of_ten_with_a_remark(site: Site, visitor: Come) -> None:
    title = "Инициативы жителей: улицы и дворы"
    official = official_at(site, visitor, OFFICIAL)
    contest = begin_contest(official, "Муниципальный конкурс инициативных групп", title)
    write(official.page.get_by_label("Для чего конкурс"), "")
    page = step(official, "Проверка")
    expect(page.locator(".lacks a")).to_have_count(1)
    page.locator(".lacks a").click()
    write(page.get_by_label("Для чего конкурс"), "Соберите соседей и предложите, что сделать на вашей улице.")
    publish(official, contest)
    move_clock(site, contest, PhaseKind.ACCEPTING)

    with site.work() as work:
        author = factories.person(work, first_name="Галина", last_name="Вокуева").id
        neighbours = [factories.person(work).id for _ in range(9)]
    resident = visitor(name="resident", person=author)
    name = "Свет на тропе к школе"

    def choose(page: Page) -> None:
        page.get_by_label("Как назовём проект").fill(name)
        page.get_by_label("Направление", exact=True).select_option(index=2)
        expect(page.get_by_label("Населённый пункт", exact=True)).not_to_have_value("")

    application = begin_application(resident, contest, choose)
    page = resident.page
    _fill_municipal(page)
    button(page, "Проверить и подать").click()
    expect_trouble(page, "group", re.compile("10"))
    _confirm_group(site, application, neighbours)
    page.reload()
    resident.settled()
    expect(answer(page, "upkeep")).to_have_value(re.compile("^Лампы меняет ТОС"))
    submit(page)

    move_clock(site, contest, PhaseKind.ADMISSION)
    page = read_application(official, contest, name)
    _return(page)

    page = resident.open(f"/applications/{application}")
    expect(page.get_by_text("Назовите ответственного от администрации.")).to_be_visible()
    picture(page, "application-returned")
    _correct(resident)

    page = read_application(official, contest, name)
    expect(page.locator(".read")).to_contain_text("отдел ЖКХ")
    admit(official, contest, name)
    expect_admitted(resident, application)
    _score(official, site, contest, name)


def _score(official: Visitor, site: Site, contest: int, title: str) -> None:
    """Write down the commission's sheets: all of it is counted as one writes."""
    move_clock(site, contest, PhaseKind.EXPERT)
    page = official.open(f"/office/contests/{contest}/scores")
    row = page.get_by_role("row").filter(has_text=title)
    fields = row.get_by_role("textbox")
    expect(fields).to_have_count(5)
    for field, typed in zip(fields.all(), ("3", "4,33", "5", "3,67", "4"), strict=True):
        write(field, typed)
    # (4,33 · 30 + 5 · 30 + 3,67 · 20 + 4 · 20) / 5
    expect(row.locator(".scores-total")).to_contain_text("86,66")
    picture(page, "office-scores")


def _confirm_group(site: Site, application: int, people: list[int]) -> None:
    with site.work() as work:
        project = work.session.execute(
            sa.text("SELECT project_id FROM applications WHERE id = :id"), {"id": application}
        ).scalar_one()
        for person in people:
            work.session.add(
                GroupMember(project_id=project, person_id=person, duty="", invited_at=work.now, confirmed_at=work.now)
            )
