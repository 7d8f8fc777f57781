"""«Что если» in the browser: an official compares rules before the contest is announced, on a screen and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from elka.core.lifecycle import ContestStage
from elka.demo.personas import BY_KEY
from elka.models.people import Person
from tests import factories
from tests.pages.visitor import Visitor
from tests.served import Site
from tests.trying import PB

Come = Callable[..., Visitor]


@pytest.fixture
def draft(site: Site) -> tuple[int, int]:
    """Make a draft of the demo's official; return its id and theirs."""
    with site.work() as work:
        by = work.session.execute(sa.select(Person).where(Person.email == BY_KEY["official"].email)).scalar_one()
        contest = factories.contest(work, by, stage=ContestStage.DRAFT, title="Какое правило")
        return contest.id or 0, by.id or 0


def test_from_the_constructor_to_a_table(visitor: Come, draft: tuple[int, int], tmp_path: Path) -> None:
    contest, official = draft
    some = visitor(person=official)
    some.forgive("422")  # the broken file
    tab = some.open(f"/office/contests/{contest}/build?step=winners")
    tab.get_by_role("link", name="Что если: сравнить правила").click()
    expect(tab.get_by_role("heading", name="Что если: сравнить правила")).to_be_visible()

    tab.get_by_label("Голосующих").fill("много")
    tab.get_by_role("button", name="Сравнить правила").click()
    expect(tab.get_by_text(re.compile("Целое число от 1 до 200.000"))).to_be_visible()
    tab.get_by_label("Голосующих").fill("1500")
    tab.get_by_role("button", name="Сравнить правила").click()
    expect(tab.get_by_role("heading", name="Что получилось")).to_be_focused()
    expect(tab.get_by_text("а не прогноз")).to_be_visible()
    first = tab.locator(".what-if-summary").inner_text()
    assert first.startswith("Правила расходятся")

    rows = tab.locator(".matrix tbody tr")
    disputed = rows.count()
    tab.locator("label", has_text="Только где правила расходятся").click()
    expect(rows).to_have_count(40)
    assert disputed < 40
    tab.locator(".what-if-project").first.click()
    dialog = tab.locator("#what-if-why")
    expect(dialog.get_by_text("Равные доли, подъём и остаток")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.get_by_label("Правило", exact=True).select_option(label="По голосам")
    expect(tab.locator(".spread").first).to_be_visible()
    with tab.expect_download() as given:
        tab.get_by_role("link", name="Скачать таблицу, CSV").click()
    table = Path(given.value.path()).read_text(encoding="utf-8-sig")
    assert table.count("Проект ") >= 40

    # The same knobs and the same seed: the same picture, after a reload too.
    tab.reload()
    some.settled()
    tab.get_by_role("button", name="Сравнить правила").click()
    expect(tab.get_by_role("heading", name="Что получилось")).to_be_focused()
    assert tab.locator(".what-if-summary").inner_text() == first

    # A file of votes, first a broken one.
    tab.locator("#source label", has_text="Pabulib").click()
    box = tab.locator("input[type=file]")
    box.set_input_files({"name": "bad.pb", "mimeType": "text/plain", "buffer": PB.replace("1,2", "1,9").encode()})
    expect(tab.locator(".file-note", has_text="Строка 14")).to_be_visible()
    box.set_input_files({"name": "votes.pb", "mimeType": "text/plain", "buffer": PB.encode()})
    expect(tab.get_by_text("Файл прочитан")).to_be_visible()
    tab.get_by_label("Голосов для победы, не меньше").fill("0")
    tab.get_by_role("button", name="Сравнить правила").click()
    expect(tab.get_by_text("Голоса из файла", exact=True)).to_be_visible()


def test_on_a_phone(visitor: Come, draft: tuple[int, int]) -> None:
    contest, official = draft
    some = visitor(person=official, phone=True)
    tab = some.open(f"/office/contests/{contest}/what-if")
    tab.get_by_label("Как человек заполняет бюллетень").select_option("ranked")
    tab.get_by_role("button", name="Сравнить правила").tap()
    expect(tab.get_by_role("heading", name="Что получилось")).to_be_focused()
    expect(tab.locator("th.col-name", has_text="По местам в бюллетене")).to_be_visible()
    expect(tab.locator(".matrix .matrix-name").first).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
