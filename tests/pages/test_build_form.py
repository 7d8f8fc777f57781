"""The step «Форма заявки» in a real browser: by keyboard alone, on a phone, and by two officials at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from elka.core.lifecycle import ContestStage
from elka.models.forms import FormField
from tests import factories
from tests.pages.visitor import Visitor
from tests.served import Site


@dataclass
class Draft:
    """A draft with an empty form, and its two officials."""

    contest: int
    officials: tuple[int, int]

    @property
    def step(self) -> str:
        """Where the form is built."""
        return f"/office/contests/{self.contest}/build?step=form"


@pytest.fixture
def draft(site: Site) -> Draft:
    with site.work() as work:
        officials = [factories.official(work) for _ in range(2)]
        contest = factories.contest(work, officials[0], stage=ContestStage.DRAFT)
        work.session.execute(sa.delete(FormField).where(FormField.contest_id == contest.id))
        return Draft(contest.id, (officials[0].id, officials[1].id))


def card(page: Page, name: str) -> Locator:
    return page.locator(".sortable-item", has=page.get_by_role("button", name=name, exact=False)).first


def expect_names(page: Page, *wanted: str) -> None:
    """Wait until the cards stand in this order, and in no other."""
    words = [name.replace(" ", r"\s") for name in wanted]
    expect(page.locator(".form-name")).to_have_text([re.compile(rf"^{one}( \*.*)?$") for one in words])


def kept(site: Site, draft: Draft) -> list[str]:
    with site.engine.connect() as connection:
        rows = connection.execute(
            sa.select(FormField.label).where(FormField.contest_id == draft.contest).order_by(FormField.position)
        )
        return [label for (label,) in rows]


def press(page: Page, button: Locator, key: str = "Enter") -> None:
    """Press a button by keyboard, as one who has no mouse."""
    button.focus()
    page.keyboard.press(key)


def add(page: Page, kind: str, label: str) -> None:
    """Add a field by keyboard and name it."""
    before = page.locator(".form-name").count()
    press(page, page.locator(".palette-open").get_by_role("button", name=kind, exact=True))
    expect(page.locator(".form-name")).to_have_count(before + 1)
    # The new field's question has the cursor already, its words chosen.
    expect(page.locator(".form-name[aria-pressed=true]")).not_to_have_text(label)
    expect(page.get_by_label("Вопрос", exact=True)).to_be_focused()
    page.keyboard.type(label)
    page.keyboard.press("Tab")
    expect(card(page, label)).to_be_visible()


def test_a_form_is_built_by_keyboard_alone(site: Site, draft: Draft, visitor: Callable[..., Visitor]) -> None:
    page = visitor(person=draft.officials[0]).open(draft.step)
    expect(page.get_by_text("Пока ни одного поля.", exact=True)).to_be_visible()
    for kind, label in [
        ("Один ответ", "Вклад жителей"),
        ("Сумма", "Сколько денег"),
        ("Строка", "Кто отвечает"),
        ("Дата", "Когда соберёмся"),
        ("Текст", "Что уже сделано"),
    ]:
        add(page, kind, label)

    # Answers to choose from.
    press(page, card(page, "Вклад жителей").locator(".form-name"))
    for answer in ("Деньги", "Свой труд"):
        page.get_by_placeholder("Ещё ответ").focus()
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        expect(page.get_by_label(f"Ответ: {answer}")).to_be_visible()

    # Space takes, arrows move, Space puts; Escape would have put it back.
    handle = card(page, "Что уже сделано").get_by_role("button", name="Переместить")
    handle.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Взято: «Что уже сделано», место 5 из 5.")).to_be_attached()
    for place in (4, 3, 2):
        page.wait_for_timeout(200)  # dnd-kit measures the list anew after each step; a finger is slower than a machine
        page.keyboard.press("ArrowUp")
        expect(page.get_by_text(f"«Что уже сделано»: место {place} из 5.")).to_be_attached()
    page.keyboard.press("Space")
    expect_names(page, "Вклад жителей", "Что уже сделано", "Сколько денег", "Кто отвечает", "Когда соберёмся")
    # Alt with an arrow moves from anywhere on the card, and the card keeps the focus.
    card(page, "Кто отвечает").locator(".form-name").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect_names(page, "Вклад жителей", "Что уже сделано", "Сколько денег", "Когда соберёмся", "Кто отвечает")
    expect(card(page, "Кто отвечает").locator(".form-name")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect_names(page, "Вклад жителей", "Что уже сделано", "Кто отвечает", "Сколько денег", "Когда соберёмся")

    # A condition, told on the card, and the preview that follows.
    press(page, card(page, "Сколько денег").locator(".form-name"))
    press(page, page.get_by_label("Показывать, если"), "Space")
    page.get_by_label("Ответ на вопрос").select_option(label="Вклад жителей")
    expect(card(page, "Сколько денег").locator(".form-if")).to_have_text("если «Вклад жителей» = Деньги")
    press(page, page.get_by_role("tab", name="Как увидит житель"))
    expect(page.locator(".form-preview").get_by_label("Сколько денег")).to_be_visible()
    press(page, page.get_by_role("button", name="Вся форма"))
    expect(page.locator(".form-preview").get_by_label("Сколько денег")).to_be_hidden()
    page.locator(".form-preview").get_by_label("Деньги").focus()
    page.keyboard.press("Space")
    expect(page.locator(".form-preview").get_by_label("Сколько денег")).to_be_visible()
    press(page, page.get_by_role("tab", name="Поле", exact=True))
    page.get_by_label("Вопрос", exact=True).fill("Сколько денег соберёте")
    page.keyboard.press("Tab")
    expect(card(page, "Сколько денег соберёте")).to_be_visible()
    press(page, page.get_by_role("tab", name="Как увидит житель"))
    expect(page.locator(".form-preview").get_by_label("Сколько денег соберёте")).to_be_visible()

    page.reload()
    wanted = ["Вклад жителей", "Что уже сделано", "Кто отвечает", "Сколько денег соберёте", "Когда соберёмся"]
    expect_names(page, *wanted)
    assert kept(site, draft) == wanted


def test_the_settings_are_a_screen_of_their_own_on_a_phone(
    site: Site, draft: Draft, visitor: Callable[..., Visitor]
) -> None:
    page = visitor(person=draft.officials[0], phone=True).open(draft.step)
    page.get_by_role("button", name="Добавить поле").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Число", exact=True).click()
    question = page.get_by_label("Вопрос", exact=True)
    question.fill("Сколько вас человек")
    page.get_by_label("Единица").fill("человек")
    page.get_by_label("Единица").blur()
    page.get_by_role("tab", name="Как увидит житель").click()
    expect(page.locator(".form-preview").get_by_label("Сколько вас человек")).to_be_visible()
    page.get_by_role("button", name="К форме").click()
    expect(question).to_be_hidden()
    chosen = page.locator(".form-name", has_text="Сколько вас человек")
    expect(chosen).to_be_focused()
    expect(card(page, "Сколько вас человек").locator(".form-asks")).to_contain_text("человек")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    chosen.click()
    page.get_by_role("tab", name="Поле", exact=True).click()
    page.locator(".form-settings-acts").get_by_role("button", name="Убрать").click()
    expect_names(page)
    page.get_by_role("button", name="Отменить", exact=True).click()
    expect_names(page, "Сколько вас человек")


def test_a_card_stays_in_the_hand_while_another_official_changes_the_form(
    site: Site, draft: Draft, visitor: Callable[..., Visitor]
) -> None:
    mine = visitor(person=draft.officials[0], name="one").open(draft.step)
    for kind, label in [("Строка", "Первый"), ("Строка", "Второй"), ("Строка", "Третий")]:
        add(mine, kind, label)
    theirs = visitor(person=draft.officials[1], name="other").open(draft.step)
    expect_names(theirs, "Первый", "Второй", "Третий")

    box = card(mine, "Третий").bounding_box()
    target = card(mine, "Первый").bounding_box()
    assert box
    assert target
    mine.mouse.move(box["x"] + 200, box["y"] + box["height"] / 2)
    mine.mouse.down()
    mine.mouse.move(box["x"] + 200, box["y"] + 10, steps=5)
    expect(mine.locator(".is-dragging")).to_have_count(1)
    theirs.locator(".palette-open").get_by_role("button", name="Дата", exact=True).click()
    expect_names(theirs, "Первый", "Второй", "Третий", "Когда")
    expect_names(mine, "Первый", "Второй", "Третий", "Когда")  # it has come while the card was in the hand
    expect(mine.locator(".is-dragging")).to_have_count(1)
    mine.mouse.move(box["x"] + 200, target["y"] + target["height"] / 2, steps=10)
    mine.mouse.up()
    expect_names(mine, "Третий", "Первый", "Второй", "Когда")
    expect_names(theirs, "Третий", "Первый", "Второй", "Когда")
    assert kept(site, draft) == ["Третий", "Первый", "Второй", "Когда"]
