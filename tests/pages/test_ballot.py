"""A ballot of the region's size on a phone, within a budget, and what happens when the vote closes meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage, VoteKind
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

PROJECTS = 543
BUDGET = 1_000_000


@dataclass(frozen=True)
class Vote:
    """A contest that votes, and one who may."""

    contest: int
    voter: int
    project: int


@pytest.fixture
def knapsack(site: Site) -> Vote:
    """Make a contest of 543 projects in one ballot; each asks 300 000 ₽, one asks for half of the budget."""
    with site.work() as work:
        contest = factories.contest(
            work, factories.official(work), stage=ContestStage.VOTING, budget=BUDGET, vote_kind=VoteKind.KNAPSACK
        )
        author = factories.person(work)
        for number in range(PROJECTS - 1):
            filed(work, contest, status=A.ADMITTED, author=author, title=f"Скамейка у подъезда {number + 1}")
        last = filed(work, contest, status=A.ADMITTED, author=author, title="Большая карусель", amount=500_000)
        return Vote(contest.id, factories.person(work).id, last.project_id)


def _take(page: Page, words: str, title: str) -> None:
    """Find a project by words and take it."""
    page.get_by_label("Найти проект на бюллетене").fill(words)
    found = page.get_by_role("button", name=f"Выбрать: {title}", exact=True)
    expect(found).to_be_visible()
    found.click()


def _send(page: Page) -> None:
    page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()


def test_a_knapsack_of_543_projects_on_a_phone(site: Site, knapsack: Vote, visitor: Callable[..., Visitor]) -> None:
    person = visitor(name="phone", person=knapsack.voter, phone=True)
    # By a link of one project: it stands first, one press takes it.
    page = person.open(f"/contests/{knapsack.contest}/vote?project={knapsack.project}")
    expect(page.get_by_placeholder(re.compile(r"Найти среди 543\sпроектов"))).to_be_visible()
    pinned = page.locator(".ballot-pinned")
    pinned.get_by_role("button", name="Выбрать: Большая карусель").click()
    bar = page.locator(".ballot-bar")
    expect(bar).to_contain_text(re.compile(r"500\s000\s₽ из 1\s000\s000\s₽"))
    _take(page, "подъезда 77", "Скамейка у подъезда 77")
    expect(bar).to_contain_text(re.compile(r"800\s000\s₽"))
    # What does not fit is not taken, and it is said why.
    _take(page, "подъезда 101", "Скамейка у подъезда 101")
    expect(page.get_by_text(re.compile(r"осталось 200\s000\s₽, а нужно 300\s000\s₽")).first).to_be_visible()
    expect(bar).to_contain_text(re.compile(r"800\s000\s₽"))
    # Nothing is sent yet, and a reload loses nothing.
    page.reload()
    person.settled()
    expect(page.locator(".ballot-bar")).to_contain_text(re.compile(r"800\s000\s₽"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # All of them are on the map; a place of many opens a part of its cards.
    page.get_by_role("button", name="Карта").click()
    page.get_by_label("Найти проект на бюллетене").fill("")
    expect(page.get_by_text(re.compile(r"На карте 543\sпроекта"))).to_be_visible()
    heaps = [int(one.get_attribute("data-heap") or 0) for one in page.locator("[data-heap]").all()]
    assert sum(heaps) == PROJECTS
    page.locator("[data-heap]").first.click()
    expect(page.locator(".ballot-map-open .choice")).to_have_count(40)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _send(page)
    expect(page.get_by_role("dialog").locator("code").filter(visible=True).first).to_be_visible()
    with site.engine.connect() as connection:
        kept = connection.execute(
            sa.text("SELECT picks, cost, cost_limit FROM ballots WHERE contest_id = :id"), {"id": knapsack.contest}
        ).all()
    assert [tuple(row) for row in kept] == [(2, 800_000, BUDGET)]


def test_a_knapsack_by_keyboard_alone(site: Site, knapsack: Vote, visitor: Callable[..., Visitor]) -> None:
    page = visitor(name="keyboard", person=knapsack.voter).open(f"/contests/{knapsack.contest}/vote")
    page.get_by_label("Найти проект на бюллетене").focus()
    page.keyboard.type("подъезда 300")
    take = page.get_by_role("button", name="Выбрать: Скамейка у подъезда 300", exact=True)
    expect(page.locator(".choice")).to_have_count(1)  # the list is narrowed a moment after the last letter
    for _ in range(8):  # past the direction and the link of the project to its button
        page.keyboard.press("Tab")
        if take.evaluate("one => one === document.activeElement"):
            break
    expect(take).to_be_focused()
    page.keyboard.press("Enter")
    expect(take).to_have_attribute("aria-pressed", "true")
    vote = page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).first
    vote.focus()
    page.keyboard.press("Enter")
    ask = page.get_by_role("alertdialog")
    expect(ask.get_by_role("button", name="Вернуться")).to_be_focused()
    page.keyboard.press("Tab")
    expect(ask.get_by_role("button", name="Отправить")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("code").filter(visible=True).first).to_be_visible()


def test_the_vote_closes_while_one_chooses(site: Site, knapsack: Vote, visitor: Callable[..., Visitor]) -> None:
    page = visitor(name="late", person=knapsack.voter).open(f"/contests/{knapsack.contest}/vote")
    _take(page, "карусель", "Большая карусель")
    with site.engine.begin() as connection:
        # Past the guard that lets a vote only be prolonged: a test cannot wait for its days.
        connection.execute(sa.text("ALTER TABLE contest_phases DISABLE TRIGGER dates_stand"))
        connection.execute(
            sa.text(
                "UPDATE contest_phases SET closes_at = now() - interval '1 second' "
                "WHERE contest_id = :id AND kind = 'voting'"
            ),
            {"id": knapsack.contest},
        )
        connection.execute(sa.text("ALTER TABLE contest_phases ENABLE TRIGGER dates_stand"))
    _send(page)
    expect(page.get_by_text(re.compile("Голосование закрылось"))).to_be_visible()
    expect(page.get_by_text("Голосование закрыто", exact=True)).to_be_visible()
    # What was chosen is told to be unsent, not passed off as a vote.
    expect(page.get_by_role("heading", name="Выбор не отправлен")).to_be_visible()
    with site.engine.connect() as connection:
        cast = connection.execute(
            sa.text("SELECT count(*) FROM ballots WHERE contest_id = :id"), {"id": knapsack.contest}
        ).scalar_one()
    assert cast == 0
