"""A ballot on its way: the answer that never comes, another tab of the same voter, a vote that closes meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
GIVEN_UP = 25_000  # ms; the page gives up waiting after fifteen seconds


@dataclass(frozen=True)
class Vote:
    """A contest that votes, and one who may."""

    contest: int
    voter: int


@pytest.fixture
def vote(site: Site) -> Vote:
    """Make a contest of three projects."""
    with site.work() as work:
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
        author = factories.person(work)
        for title in ("Скамейка", "Карусель", "Фонари"):
            filed(work, contest, status=A.ADMITTED, author=author, title=title)
        return Vote(contest.id, factories.person(work).id)


@dataclass
class Wire:
    """The connection of a page, which can lose what is sent."""

    is_cut: bool = False
    ends: list[tuple[Any, Any]] = field(default_factory=list)

    def lay(self, page: Page) -> None:
        """Stand between the page and the site from now on."""
        page.route_web_socket(re.compile("_event"), self._connect)

    def break_off(self) -> None:
        """End the connection, as a dead spot does when the device has noticed; the next one is whole."""
        self.is_cut = False
        for one in self.ends[-1]:
            one.close()

    def _connect(self, socket: Any) -> None:
        server = socket.connect_to_server()
        self.ends.append((socket, server))
        socket.on_message(lambda message: None if self.is_cut else server.send(message))
        server.on_message(lambda message: None if self.is_cut else socket.send(message))


def _take(page: Page, *titles: str) -> None:
    for title in titles:
        page.get_by_role("button", name=f"Выбрать: {title}", exact=True).click()


def _send(page: Page) -> None:
    page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()


def _cast(site: Site, vote: Vote) -> list[str]:
    with site.engine.connect() as connection:
        return list(
            connection.execute(
                sa.text(
                    "SELECT p.title FROM votes v JOIN ballots b ON b.id = v.ballot_id "
                    "JOIN applications a ON a.id = v.application_id JOIN projects p ON p.id = a.project_id "
                    "WHERE b.contest_id = :id ORDER BY p.title"
                ),
                {"id": vote.contest},
            ).scalars()
        )


def test_a_ballot_that_was_lost_on_its_way_can_be_sent_again(site: Site, vote: Vote, visitor: Come) -> None:
    person = visitor(name="lost", person=vote.voter, phone=True)
    wire = Wire()
    wire.lay(person.page)
    page = person.open(f"/contests/{vote.contest}/vote")
    _take(page, "Скамейка", "Фонари")
    wire.is_cut = True
    _send(page)
    expect(page.get_by_text("Связь прервалась или очень медленная. Выбор сохранён").first).to_be_visible()
    expect(page.get_by_text("Ответа нет. Выбор сохранён").first).to_be_visible(timeout=GIVEN_UP)
    assert _cast(site, vote) == []
    wire.break_off()
    _send(page)
    expect(page.get_by_role("dialog", name="Голос учтён")).to_be_visible()
    expect(page.get_by_text("Ответа нет. Выбор сохранён")).to_have_count(0)
    assert _cast(site, vote) == ["Скамейка", "Фонари"]


def test_another_tab_does_not_undo_what_was_cast_in_this_one(site: Site, vote: Vote, visitor: Come) -> None:
    person = visitor(name="tabs", person=vote.voter)
    page = person.open(f"/contests/{vote.contest}/vote")
    other = person.context.new_page()
    other.goto(f"/contests/{vote.contest}/vote")
    expect(other.locator(".ballot-rows .choice")).to_have_count(3)
    _take(page, "Скамейка", "Карусель")
    _send(page)
    expect(page.get_by_role("dialog", name="Голос учтён")).to_be_visible()
    panel = other.locator(".ballot-panel")
    expect(panel.get_by_role("button", name="Голос учтён")).to_be_visible()
    expect(panel).to_contain_text("Выбрано: 2")
    # One more is added to the two, not put in their place.
    _take(other, "Фонари")
    other.get_by_role("button", name="Изменить голос").filter(visible=True).first.click()
    other.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()
    expect(other.get_by_role("dialog", name="Выбор изменён")).to_be_visible()
    assert _cast(site, vote) == ["Карусель", "Скамейка", "Фонари"]


def test_a_tab_that_was_left_sees_what_was_cast_elsewhere(site: Site, vote: Vote, visitor: Come) -> None:
    left = visitor(name="left", person=vote.voter)
    page = left.open(f"/contests/{vote.contest}/vote")
    expect(page.locator(".ballot-panel")).to_contain_text("Выбрано: 0")
    elsewhere = visitor(name="elsewhere", person=vote.voter, phone=True)
    theirs = elsewhere.open(f"/contests/{vote.contest}/vote")
    _take(theirs, "Карусель")
    _send(theirs)
    expect(theirs.get_by_role("dialog", name="Голос учтён")).to_be_visible()
    # The browser tells a page that it is hidden, and seen again later; a test has no other windows to cover it with.
    page.evaluate(
        """() => {
            const show = hidden => {
                Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
                document.dispatchEvent(new Event('visibilitychange'));
            };
            const now = Date.now;
            show(true);
            Date.now = () => now() + 60_000;
            show(false);
            Date.now = now;
        }"""
    )
    expect(page.locator(".ballot-panel")).to_contain_text("Выбрано: 1")
    expect(page.locator(".ballot-panel").get_by_role("button", name="Голос учтён")).to_be_visible()
    expect(page.locator(".ballot-aside .receipt-code")).to_be_visible()


def test_a_vote_that_closes_says_so_by_itself(site: Site, vote: Vote, visitor: Come) -> None:
    with site.engine.begin() as connection:
        # Past the guard that lets a vote only be prolonged: a test cannot wait for its days.
        connection.execute(sa.text("ALTER TABLE contest_phases DISABLE TRIGGER dates_stand"))
        connection.execute(
            sa.text(
                "UPDATE contest_phases SET closes_at = now() + interval '5 seconds' "
                "WHERE contest_id = :id AND kind = 'voting'"
            ),
            {"id": vote.contest},
        )
        connection.execute(sa.text("ALTER TABLE contest_phases ENABLE TRIGGER dates_stand"))
    page = visitor(name="late", person=vote.voter).open(f"/contests/{vote.contest}/vote")
    _take(page, "Карусель")
    expect(page.get_by_text("Голосование закрыто", exact=True)).to_be_visible(timeout=GIVEN_UP)
    expect(page.get_by_role("heading", name="Выбор не отправлен")).to_be_visible()
    assert _cast(site, vote) == []
