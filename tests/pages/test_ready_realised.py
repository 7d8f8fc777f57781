"""The contest of realised projects at the browser, by keyboard alone: made, filed in and decided."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import expect

from elka.core.lifecycle import PhaseKind
from elka.models.people import Person
from elka.models.projects import ProjectStage
from tests import factories
from tests.pages.application_steps import OFFICIAL, Come, official_at
from tests.pages.contest_steps import (
    LONG_TEXT,
    LONGER_TEXT,
    Keys,
    expect_admitted,
    expect_no_trouble,
    expect_trouble,
    move_clock,
    paper,
    photo,
)
from tests.served import Site


def _publish_by_keys(official: Keys) -> int:
    official.visitor.open("/office/contests/new")
    official.radio(re.compile("В инициативе — будущее Югры"))
    official.type("Название", "Сделано своими руками")
    official.button("Создать черновик")
    page = official.page
    page.wait_for_url("**/build*")
    official.visitor.settled()
    contest = int(re.search(r"/contests/(\d+)/build", page.url).group(1))
    official.type("Название", "Сделано своими руками — 2027")
    steps = page.get_by_role("navigation", name="Шаги конструктора")
    official.link("Проверка", within=steps)
    expect(page.get_by_text("Всё заполнено, можно публиковать")).to_be_visible()
    official.button("Опубликовать конкурс")
    official.button("Опубликовать", within=page.get_by_role("alertdialog"))
    page.wait_for_url(re.compile(rf"/office/contests/{contest}$"))
    official.visitor.settled()
    expect(page.get_by_role("heading", name="Сделано своими руками — 2027", level=1)).to_be_visible()
    return contest


def _fill_realised(applicant: Keys) -> None:
    page = applicant.page
    applicant.type("Как было", "Ходили вброд.")
    expect_trouble(page, "was", re.compile("100"))
    applicant.type("Как было", LONG_TEXT)
    expect_no_trouble(page, "was")
    applicant.type("Что сделали", LONGER_TEXT)
    applicant.type("Что изменилось", LONG_TEXT)
    applicant.date("Когда закончили", "09092026")
    applicant.type("Сколько потратили", "340000")
    applicant.type("Сколько людей пользуется", "260")
    applicant.attach("Фотографии результата", photo("мостки.png"))
    applicant.attach("Отзывы и публикации", paper("Заметка в газете.pdf"))
    applicant.type("Ссылка на публикацию или видео", "https://example.org/mostki")
    applicant.type("Совет тем, кто захочет повторить", "Начните с замера паводка.")
    applicant.tick(re.compile("Согласие делиться опытом"))


def test_realised_by_keyboard_alone(site: Site, visitor: Come) -> None:
    with site.work() as work:
        author = factories.person(work, first_name="Пётр", last_name="Сайнахов").id
        name = "Мостки через ручей"
        factories.project(
            work,
            work.session.get(Person, author),
            title=name,
            stage=ProjectStage.REALISED,
            starts_on=date(2026, 5, 1),
            ends_on=date(2026, 9, 1),
        )
    official = Keys(official_at(site, visitor, OFFICIAL))
    contest = _publish_by_keys(official)
    move_clock(site, contest, PhaseKind.ACCEPTING)

    applicant = Keys(visitor(name="applicant", person=author))
    page = applicant.visitor.open(f"/contests/{contest}/apply")
    applicant.radio(re.compile(f"^{name}"))
    applicant.choose("Номинация", "Люди помогают людям")
    applicant.button("Начать заявку")
    page.wait_for_url("**/fill")
    applicant.visitor.settled()
    application = int(re.search(r"/applications/(\d+)/fill", page.url).group(1))
    _fill_realised(applicant)
    expect(page.locator(".kept-safe")).to_be_attached()
    applicant.button("Проверить и подать")
    ask = page.get_by_role("alertdialog", name="Подать заявку?")
    expect(ask).to_be_visible()
    applicant.button("Подать", within=ask)
    page.wait_for_url(re.compile(r"/applications/\d+\?new=1"))
    expect(page.get_by_text("Готово!")).to_be_visible()

    move_clock(site, contest, PhaseKind.ADMISSION)
    page = official.visitor.open(f"/office/contests/{contest}/applications")
    official.link(re.compile(name))
    page.wait_for_url("**/office/applications/*")
    official.visitor.settled()
    expect(page.locator(".read")).to_contain_text("Начните с замера паводка.")
    page.keyboard.press("a")
    ask = page.get_by_role("dialog", name="Допустить заявку?")
    expect(ask).to_be_visible()
    official.button("Допустить", within=ask)
    expect(page.locator("main").get_by_text("Допущена", exact=True).filter(visible=True).first).to_be_visible()
    expect_admitted(applicant.visitor, application)
