"""Somebody who follows a link to one project: what they read, how they sign in, where they are after that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from elka.demo.personas import BY_KEY, PASSWORD
from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage, VoteKind
from tests import factories
from tests.office import filed
from tests.pages.test_every_page import _serious, _sideways
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
TITLE = "Сквер ветеранов на берегу Северной Сосьвы: дорожки и освещение"


@dataclass(frozen=True)
class Vote:
    """A contest that votes, and the project whose link went round."""

    contest: int
    project: int
    voter: int


@pytest.fixture
def vote(site: Site) -> Vote:
    """Make a ranked contest of a dozen projects."""
    with site.work() as work:
        contest = factories.contest(
            work, factories.official(work), stage=ContestStage.VOTING, vote_kind=VoteKind.RANKED, vote_limit=4
        )
        author = factories.person(work)
        for number in range(11):
            filed(work, contest, status=A.ADMITTED, author=author, title=f"Скамейка {number + 1}")
        made = filed(work, contest, status=A.ADMITTED, author=author, title=TITLE)
        return Vote(contest.id, made.project_id, factories.person(work).id)


def _ask(page: Page) -> None:
    page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).first.click()


def test_from_a_link_to_a_counted_vote_on_a_phone(site: Site, vote: Vote, visitor: Come) -> None:
    person = visitor(name="linked", phone=True)
    page = person.open(f"/projects/{vote.project}")
    expect(page.get_by_text("В бюллетене он будет первым: нажмите плюс, потом «Проголосовать»")).to_be_visible()
    page.get_by_role("link", name="Открыть бюллетень").filter(visible=True).first.click()
    page.wait_for_url("**/vote?project=*")
    person.settled()
    # How to vote stands on top, not behind a press.
    how = page.get_by_text(re.compile(r"Расставьте\sпо\sместам\sдо\s4\sпроектов"))
    expect(how.filter(visible=True).first).to_be_in_viewport()
    pinned = page.locator(".ballot-pinned")
    expect(pinned).to_contain_text("Нажмите плюс, чтобы взять его в бюллетень")
    pinned.get_by_role("button", name=f"Выбрать: {TITLE}").click()
    expect(pinned).to_contain_text("Проект в бюллетене. Осталось нажать «Проголосовать».")
    # Sending is not open to a guest: they are told so before they are taken away.
    _ask(page)
    dialog = page.get_by_role("alertdialog", name="Осталось войти")
    expect(dialog.get_by_role("button", name="Отправить")).to_have_count(0)
    assert _serious(page) == []
    assert _sideways(page) == []
    dialog.get_by_role("link", name="Войти").click()
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    person.settled()
    back = quote(f"/contests/{vote.contest}/vote?project={vote.project}", safe="")
    for name, door in (("Не помню пароль", "/restore"), ("Зарегистрируйтесь", "/sign-up")):
        expect(page.get_by_role("link", name=name)).to_have_attribute("href", f"{door}?next={back}")
    page.get_by_label("Электронная почта").fill(BY_KEY["activist"].email)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.locator("form#sign-in button[type=submit]").click()
    page.wait_for_url(f"**/contests/{vote.contest}/vote?project={vote.project}")
    person.settled()
    # Nobody takes the choice that is still there for sent.
    expect(page.get_by_text("Ваш выбор на месте, но ещё не отправлен").first).to_be_visible()
    _ask(page)
    page.get_by_role("alertdialog", name="Отправить бюллетень?").get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("dialog", name="Голос учтён")).to_be_visible()
    expect(page.get_by_text("Ваш выбор на месте, но ещё не отправлен")).to_have_count(0)
    page.get_by_role("button", name="Готово").click()
    expect(pinned).to_contain_text("Ваш голос за этот проект учтён.")
    # The receipt is what one comes back for: before the list, not after all of it.
    page.reload()
    person.settled()
    receipt = page.locator(".ballot-aside .receipt-code").filter(visible=True)
    expect(receipt).to_have_count(1)
    assert receipt.bounding_box()["y"] < page.locator(".ballot-rows .choice").first.bounding_box()["y"]
    # What was taken out is not told to be counted.
    pinned.get_by_role("button", name=f"Выбрать: {TITLE}").click()
    expect(pinned).to_contain_text("Чтобы изменение учли, отправьте бюллетень ещё раз.")


def test_the_door_in_the_top_bar_leads_back(site: Site, vote: Vote, visitor: Come) -> None:
    person = visitor(name="door")
    page = person.open(f"/contests/{vote.contest}/vote?project={vote.project}")
    # Narrowing the list forgets nothing of what one came for.
    page.get_by_label("Найти проект на бюллетене").fill("скамейка 3")
    expect(page.locator(".ballot-rows .choice")).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"project={vote.project}"))
    page.get_by_role("banner").get_by_role("link", name="Войти", exact=True).click()
    page.wait_for_url(f"**/sign-in?next=*project%3D{vote.project}*")
