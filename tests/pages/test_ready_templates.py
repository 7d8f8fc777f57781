"""Each of the four ready templates at the browser, from an empty contest to an application that the applicant sees admitted.

Only time is helped, and what the journey is not about is prepared beside the browser: projects that have been there
before, and the neighbours of a group.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.core.lifecycle import PhaseKind
from elka.models.people import Person
from elka.models.projects import GroupMember, ProjectStage
from tests import factories
from tests.pages.contest_steps import (
    CHANGE,
    LONG_TEXT,
    LONGER_TEXT,
    NEED,
    Keys,
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
    photo,
    picture,
    publish,
    read_application,
    step,
    submit,
    write,
)
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
OPERATOR = "operator@demo.elka.invalid"  # of the region
OFFICIAL = "official@demo.elka.invalid"  # of Берёзовский район


def _official(site: Site, visitor: Come, email: str) -> Visitor:
    return visitor(name="official", person=site.person(email))


def _budget_row(page: Page, place: int, name: str, amount: str, source: str) -> None:
    sheet = page.locator("#at-budget")
    if sheet.get_by_label(f"Что, строка {place}").count() == 0:
        sheet.get_by_role("button", name="Добавить строку").click()
    sheet.get_by_label(f"Что, строка {place}").fill(name)
    sheet.get_by_label(f"Сумма, ₽, строка {place}").fill(amount)
    sheet.get_by_label(f"Кто платит, строка {place}").select_option(label=source)


def _work_row(page: Page, place: int, name: str, begin: str, end: str) -> None:
    sheet = page.locator("#at-schedule")
    sheet.get_by_role("button", name="Добавить этап").click()
    sheet.get_by_label(f"Что сделаете, строка {place}").fill(name)
    sheet.get_by_label(f"Начало, строка {place}").fill(begin)
    sheet.get_by_label(f"Конец, строка {place}").fill(end)


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
    _work_row(page, 1, "Поставить модуль базы", "2027-04-01", "2027-03-01")
    expect(page.locator("#at-schedule").get_by_text("Конец раньше начала.")).to_be_visible()
    page.locator("#at-schedule").get_by_label("Конец, строка 1").fill("2027-08-31")
    expect(page.locator("#at-schedule").get_by_text("Конец раньше начала.")).to_have_count(0)
    expect(page.locator("#at-budget").get_by_label("Кто платит, строка 1")).to_have_value("municipality")
    expect(page.locator("#at-budget").get_by_text("Другой источник")).to_have_count(0)
    _budget_row(page, 3, "Модуль базы с отоплением", "6 000 000", "Бюджет региона")
    expect(page.locator(".budget-troubles")).to_contain_text("больше 70")
    picture(page, "apply-budget", page.locator("#at-budget"))
    _budget_row(page, 3, "Модуль базы с отоплением", "600 000", "Бюджет региона")
    expect(page.locator(".budget-troubles")).to_have_count(0)
    attach(page, "quotes", paper("Предложение поставщика.pdf"))
    write(answer(page, "meeting_on"), "2026-09-15")
    write(answer(page, "meeting_people"), "84")
    attach(page, "minutes", paper("Протокол собрания.pdf"))
    page.get_by_role("checkbox", name="Трудом").check()
    write(answer(page, "labour_how"), "Расчистим площадку, соберём мебель, покрасим стены.")


def test_regional_by_a_municipality(site: Site, visitor: Come) -> None:
    title = "Конкурс инициативных проектов: Югра строит"
    official = _official(site, visitor, OPERATOR)
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
    _budget_row(page, 1, "Фонари с опорами", "420 000", "Бюджет муниципалитета")
    _budget_row(page, 2, "Расчистка тропы", "60 000", "Жители")
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
    official = _official(site, visitor, OFFICIAL)
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
    _work_row(page, 1, "Привести гараж в порядок", "2027-06-01", "2027-06-20")
    page.get_by_role("checkbox", name="Дети").check()
    page.get_by_role("checkbox", name="Молодёжь").check()
    write(answer(page, "people_helped"), "40")
    write(answer(page, "experience"), "Два года чиним велосипеды соседям.")
    write(answer(page, "link"), "не ссылка")
    expect_trouble(page, "link", re.compile("."))
    write(answer(page, "link"), "https://example.org/velo")
    expect_no_trouble(page, "link")
    _budget_row(page, 1, "Инструмент и стойки", "180 000", "Бюджет региона")
    attach(page, "quotes", paper("Прайс на инструмент.pdf"))
    page.get_by_role("checkbox", name=re.compile("Согласие с условиями")).check()


def test_individuals_on_a_phone_at_fourteen(site: Site, visitor: Come) -> None:
    title = "Гранты для тех, кто придумал сам"
    official = _official(site, visitor, OPERATOR)
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
    official = Keys(_official(site, visitor, OFFICIAL))
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
