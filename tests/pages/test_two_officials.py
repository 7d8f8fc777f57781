"""Two officials build one contest at once, each in a browser of their own.

They see each other and each other's changes within some seconds; nobody's words are lost, and one's undo is one's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from elka.core.lifecycle import ContestStage
from tests import factories
from tests.pages.contest_steps import begin_contest, button, step, write
from tests.pages.visitor import Visitor
from tests.served import Site

TEMPLATE = "Муниципальный конкурс инициативных групп"


@dataclass
class Pair:
    """Two officials of one municipality who have the same draft open."""

    contest: int
    anna: Visitor
    boris: Visitor


@pytest.fixture
def pair(site: Site, visitor: Callable[..., Visitor]) -> Pair:
    with site.work() as work:
        people = []
        for name in ("Анна", "Борис"):
            person = factories.official(work)
            person.first_name = name
            people.append(person.id)
    anna, boris = visitor(name="anna", person=people[0]), visitor(name="boris", person=people[1])
    contest = begin_contest(anna, TEMPLATE, "Вместе за одним столом")
    boris.open(f"/office/contests/{contest}/build")
    expect(_field(boris.page, "title")).to_have_value("Вместе за одним столом")
    return Pair(contest, anna, boris)


def _field(page: Page, name: str) -> Locator:
    return page.locator(f"#basics-{name}").locator("input, textarea").first


def _kept(site: Site, contest: int, column: str) -> object:
    with site.engine.connect() as connection:
        table = sa.table("contests", sa.column("id"), sa.column(column))
        return connection.execute(sa.select(table.c[column]).where(table.c.id == contest)).scalar_one()


def test_they_see_each_other_and_what_the_other_does(site: Site, pair: Pair) -> None:
    anna, boris = pair.anna.page, pair.boris.page
    here = boris.get_by_role("group", name="Кто ещё здесь")
    expect(here.get_by_text("Анна Петров — Основное")).to_be_attached()
    expect(anna.get_by_role("group", name="Кто ещё здесь").get_by_text("Борис Петров — Основное")).to_be_attached()
    write(_field(anna, "title"), "Наши дворы и улицы")
    expect(_field(boris, "title")).to_have_value("Наши дворы и улицы")
    expect(boris.get_by_role("heading", name="Наши дворы и улицы", level=1)).to_be_visible()
    step(pair.anna, "Сроки")
    expect(here.get_by_text("Анна Петров — Сроки")).to_be_attached()
    # A field that Boris is writing in stays his while the others follow Anna.
    step(pair.anna, "Основное")
    _field(boris, "summary").focus()
    boris.keyboard.press("End")
    boris.keyboard.type(" Допишу позже.")
    write(_field(anna, "group_min"), "12")
    expect(_field(boris, "group_min")).to_have_value("12")
    expect(_field(boris, "summary")).to_be_focused()
    expect(_field(boris, "summary")).to_have_value(re.compile("Допишу позже"))
    expect(_field(anna, "summary")).to_have_value(re.compile("Допишу позже"))
    # The form of applications goes along too.
    step(pair.anna, "Форма заявки")
    step(pair.boris, "Форма заявки")
    anna.locator(".form-name", has_text="Кто будет содержать").click()
    question = anna.get_by_label("Вопрос", exact=True)
    expect(question).to_have_value("Кто будет содержать")
    write(question, "Кто будет хозяином")
    expect(boris.locator(".form-name", has_text="Кто будет хозяином")).to_be_visible()


@pytest.mark.parametrize("mine", [True, False], ids=["keeps his own", "takes hers"])
def test_a_clash_at_one_field_is_told_and_settled(site: Site, pair: Pair, *, mine: bool) -> None:
    anna, boris = pair.anna.page, pair.boris.page
    hers, his = "Дворы Анны — 2027", "Дворы Бориса — 2027"
    _field(boris, "title").focus()
    write(_field(anna, "title"), hers)
    expect(boris.get_by_role("heading", name=hers, level=1)).to_be_visible()
    expect(_field(boris, "title")).to_have_value(
        "Вместе за одним столом"
    )  # he is in it: nothing jumps under the cursor
    _field(boris, "title").fill(his)
    clash = boris.locator(".clash")
    expect(clash).to_contain_text("Пока вы писали, это поле изменил другой сотрудник")
    expect(clash).to_contain_text(hers)
    expect(_field(boris, "title")).to_have_value(his)
    assert _kept(site, pair.contest, "title") == hers
    button(clash, "Оставить моё" if mine else "Взять их вариант").click()
    expect(clash).to_have_count(0)
    for page in (anna, boris):
        expect(_field(page, "title")).to_have_value(his if mine else hers)
        expect(page.get_by_role("heading", name=his if mine else hers, level=1)).to_be_visible()
    assert _kept(site, pair.contest, "title") == (his if mine else hers)


def test_undo_takes_back_only_ones_own(site: Site, pair: Pair) -> None:
    anna, boris = pair.anna.page, pair.boris.page
    undo = boris.get_by_role("button", name=re.compile("^Отменить"))
    expect(undo).to_be_disabled()
    write(_field(boris, "correction_days"), "9")
    expect(undo).to_be_enabled()
    write(_field(anna, "title"), "Название Анны — 2027")
    expect(boris.get_by_role("heading", name="Название Анны — 2027", level=1)).to_be_visible()
    undo.click()
    expect(_field(boris, "correction_days")).to_have_value("5")
    expect(undo).to_be_disabled()  # nothing of his own is left, hers is not his to take back
    expect(_field(anna, "correction_days")).to_have_value("5")
    expect(_field(boris, "title")).to_have_value("Название Анны — 2027")
    assert _kept(site, pair.contest, "title") == "Название Анны — 2027"
    redo = boris.get_by_role("button", name=re.compile("^Вернуть"))
    redo.click()
    expect(_field(anna, "correction_days")).to_have_value("9")


def test_what_one_publishes_the_other_cannot_build_on(site: Site, pair: Pair) -> None:
    anna, boris = pair.anna.page, pair.boris.page
    step(pair.anna, "Проверка")
    button(anna, "Опубликовать конкурс").click()
    anna.get_by_role("alertdialog").get_by_role("button", name="Опубликовать").click()
    anna.wait_for_url(re.compile(rf"/office/contests/{pair.contest}$"))
    expect(boris.get_by_text("Конкурс опубликован", exact=True)).to_be_visible()
    expect(_field(boris, "title")).to_have_count(0)
    boris.get_by_role("link", name="К конкурсу").click()
    boris.wait_for_url(re.compile(rf"/office/contests/{pair.contest}$"))
    assert _kept(site, pair.contest, "stage") != ContestStage.DRAFT.value
