"""A ballot limited by categories, on a phone and by keyboard: counters in sight, why one cannot be taken, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.models.applications import ApplicationStatus as A
from elka.models.contest_parts import CategoryBasis
from elka.models.contests import ContestStage
from tests import factories
from tests.office import filed
from tests.pages.test_every_page import _serious, _sideways
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
YARDS, SPORT = ("Скамейка", "Карусель", "Фонари"), ("Лыжня", "Каток", "Турник")


@pytest.fixture
def vote(site: Site) -> tuple[int, int, dict[str, int]]:
    """Make a contest where two yards and one place for sport may be chosen; return it, a voter, applications by title."""
    with site.work() as work:
        contest = factories.contest(
            work,
            factories.official(work),
            stage=ContestStage.VOTING,
            vote_limit=3,
            category_basis=CategoryBasis.NOMINATION,
        )
        author = factories.person(work)
        ids = {}
        for name, limit, titles in (("Дворы", 2, YARDS), ("Спорт", 1, SPORT)):
            row = factories.category(work, contest, name, vote_limit=limit, budget=500_000)
            for title in titles:
                made = filed(work, contest, status=A.ADMITTED, author=author, title=title, category_id=row.id)
                ids[title] = made.id
        return contest.id, factories.person(work).id, ids


def _button(page: Page, title: str) -> Any:
    return page.locator(".ballot-rows .choice", has_text=title).locator(".toggle")


def _counts(page: Page, *told: str) -> None:
    expect(page.locator(".ballot-groups button > span:last-child")).to_have_text(list(told))


def test_a_ballot_of_two_categories_on_a_phone(site: Site, vote: Any, visitor: Come) -> None:
    contest, voter, ids = vote
    guest = visitor(name="groups", phone=True)
    page = guest.open(f"/contests/{contest}/vote")
    expect(page.locator(".ballot-heading")).to_have_text(["Дворы", "Спорт"])
    _counts(page, "выбрано 0 из 2", "выбрано 0 из 1")
    # By keyboard: two of the yards, and the third says why not.
    for title in YARDS[:2]:
        _button(page, title).press("Enter")
    _counts(page, "выбрано 2 из 2", "выбрано 0 из 1")
    third = page.locator(".ballot-rows .choice", has_text="Фонари")
    expect(third).to_contain_text("«Дворы»: выбрано 2 из 2")
    _button(page, "Фонари").press("Enter")
    expect(page.get_by_text("Уберите один проект этой категории").first).to_be_visible()
    _counts(page, "выбрано 2 из 2", "выбрано 0 из 1")
    # Of a category of one the next press replaces, and says so.
    _button(page, "Лыжня").press("Enter")
    _button(page, "Каток").press("Enter")
    expect(page.get_by_text("«Каток» вместо «Лыжня»").first).to_be_visible()
    _counts(page, "выбрано 2 из 2", "выбрано 1 из 1")
    # The counters stay in sight and narrow the list.
    groups = page.locator(".ballot-groups")
    _button(page, "Турник").scroll_into_view_if_needed()
    expect(groups).to_be_in_viewport()
    groups.get_by_role("button", name="Спорт").click()
    expect(page.locator(".ballot-rows .choice")).to_have_count(3)
    expect(page.locator(".ballot-heading")).to_have_text(["Спорт"])
    expect(page).to_have_url(re.compile("part="))
    groups.get_by_role("button", name="Спорт").click()
    expect(page.locator(".ballot-rows .choice")).to_have_count(6)
    assert _serious(page) == []
    assert _sideways(page) == []
    # Neither a reload nor signing in loses anything.
    page.reload()
    guest.settled()
    _counts(page, "выбрано 2 из 2", "выбрано 1 из 1")
    page.context.add_cookies([{"name": "elka", "value": site.token(voter), "url": site.address}])
    page.reload()
    guest.settled()
    _counts(page, "выбрано 2 из 2", "выбрано 1 из 1")
    page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("dialog").locator("code").filter(visible=True).first).to_be_visible()
    with site.engine.connect() as connection:
        cast = connection.execute(
            sa.text("SELECT application_id FROM votes WHERE contest_id = :id ORDER BY 1"), {"id": contest}
        ).scalars()
        assert list(cast) == sorted(ids[title] for title in ("Скамейка", "Карусель", "Каток"))
