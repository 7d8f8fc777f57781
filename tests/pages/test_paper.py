"""Paper ballots in the browser: one official types a batch, another confirms it by the protocol; equal shares are chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from elka.core.lifecycle import ContestStage
from elka.models.applications import ApplicationStatus
from elka.models.contests import Contest
from elka.models.paper import PaperBatch, PaperStatus
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]


@dataclass(frozen=True)
class Made:
    contest: int
    first: int
    second: int
    numbers: list[int]


@pytest.fixture
def made(site: Site) -> Made:
    """Make a contest that takes paper ballots and votes now, with two officials."""
    with site.work() as work:
        first, second, author = factories.official(work), factories.official(work), factories.person(work)
        contest = factories.contest(work, first, stage=ContestStage.VOTING, paper=True, vote_limit=2, title="Урны")
        entries = [
            filed(work, contest, status=ApplicationStatus.ADMITTED, author=author, title=f"Площадка {number}")
            for number in range(3)
        ]
        return Made(contest.id or 0, first.id or 0, second.id or 0, [entry.number or 0 for entry in entries])


def batch(site: Site, contest: int) -> PaperBatch:
    with site.work() as work:
        found = work.session.execute(sa.select(PaperBatch).where(PaperBatch.contest_id == contest)).scalar_one()
        work.session.expunge(found)
        return found


def test_what_is_typed_and_not_saved_survives_a_reload(site: Site, visitor: Come, made: Made) -> None:
    first = visitor(person=made.first)
    tab = first.open(f"/office/contests/{made.contest}/paper")
    tab.get_by_role("button", name="Новая пачка").click()
    tab.get_by_label("Место и урна").fill("Школа")
    tab.get_by_role("button", name="Начать").click()
    text, ballots = tab.get_by_label("Бюллетени", exact=True), tab.get_by_label("Действительных бюллетеней")
    text.fill(str(made.numbers[0]))
    ballots.fill("1")
    tab.get_by_role("button", name="Сохранить черновик").click()
    expect(tab.get_by_text("Черновик сохранён")).to_be_visible()
    text.fill(f"{made.numbers[0]}\n{made.numbers[1]}")
    ballots.fill("2")
    tab.reload()  # the address names the batch: it opens by itself
    first.settled()
    expect(text).to_have_value(f"{made.numbers[0]}\n{made.numbers[1]}")
    expect(ballots).to_have_value("2")
    tab.get_by_role("button", name="Отправить на сверку").click()
    expect(tab.get_by_text("Ждёт второго человека").first).to_be_visible()
    assert batch(site, made.contest).status is PaperStatus.SENT


def test_one_types_and_another_confirms(site: Site, visitor: Come, made: Made) -> None:
    a, b, _ = made.numbers
    first = visitor(person=made.first)
    first.forgive("422")  # what makes no sense is refused at its field
    tab = first.open(f"/office/contests/{made.contest}")
    tab.get_by_role("link", name="Бумажные бюллетени").click()
    expect(tab.get_by_role("heading", name="Пачек пока нет")).to_be_visible()
    tab.get_by_role("button", name="Новая пачка").click()
    tab.get_by_role("button", name="Начать").click()
    expect(tab.get_by_text("Назовите место и урну")).to_be_visible()
    tab.get_by_label("Место и урна").fill("ДК, урна 1")
    tab.get_by_role("button", name="Начать").click()
    expect(tab.get_by_role("heading", name="ДК, урна 1")).to_be_visible()

    text = tab.get_by_label("Бюллетени", exact=True)
    tab.get_by_label("Действительных бюллетеней").fill("2")
    text.fill(f"{a} {b}\n999999")
    tab.get_by_role("button", name="Отправить на сверку").click()
    expect(tab.get_by_text("Строка 2: проекта № 999999 в бюллетене нет")).to_be_visible()
    expect(text).to_have_value(f"{a} {b}\n999999")
    text.fill(f"{a} {b}\n{b}")
    tab.get_by_role("button", name="Сохранить черновик").click()
    tab.reload()
    first.settled()
    tab.get_by_role("button", name=re.compile("ДК, урна 1")).click()
    expect(text).to_have_value(f"{a} {b}\n{b}")
    tab.get_by_role("button", name="Отправить на сверку").click()
    expect(tab.get_by_text("Ждёт второго человека").first).to_be_visible()
    expect(tab.get_by_role("button", name="Всё сходится, в подсчёт")).to_have_count(0)

    second = visitor(person=made.second, phone=True)
    second.forgive("422")
    other = second.open(f"/office/contests/{made.contest}/paper")
    other.get_by_role("button", name=re.compile("ДК, урна 1")).click()
    expect(other.get_by_role("row", name=re.compile("Площадка 1"))).to_contain_text("2")
    other.get_by_label("Действительных по протоколу", exact=True).fill("3")
    other.get_by_label("Недействительных по протоколу").fill("0")
    other.get_by_role("button", name="Всё сходится, в подсчёт").click()
    expect(other.get_by_text("В пачке внесено другое число").first).to_be_visible()
    other.get_by_label("Действительных по протоколу", exact=True).fill("2")
    other.get_by_role("button", name="Всё сходится, в подсчёт").click()
    expect(other.get_by_text("2 бюллетеня в подсчёте")).to_be_visible()
    row = batch(site, made.contest)
    assert (row.status, row.entered_by, row.decided_by) == (PaperStatus.CONFIRMED, made.first, made.second)


def test_equal_shares_and_points_are_announced_in_the_constructor(site: Site, visitor: Come) -> None:
    with site.work() as work:
        official = factories.official(work)
        contest = factories.contest(work, official, stage=ContestStage.DRAFT, title="Какие бюллетени").id or 0
        person = official.id or 0
    some = visitor(person=person)
    tab = some.open(f"/office/contests/{contest}/build?step=public")
    tab.locator("#public-vote_kind label", has_text="Делит баллы между проектами").click()
    points = tab.get_by_label("Баллов у одного человека")
    points.fill("12")
    points.blur()
    expect(tab.get_by_text("Каждый делит 12 баллов")).to_be_visible()
    tab.locator("label", has_text="Голосуют и на бумаге").click()
    expect(tab.get_by_text("Можно проголосовать и на бумаге")).to_be_visible()
    tab.goto(f"/office/contests/{contest}/build?step=winners")
    some.settled()
    tab.locator("#winners-sharing label", has_text="Равными долями").click()
    expect(tab.get_by_text("делится на всех проголосовавших поровну")).to_be_visible()
    tab.locator("#winners-rest label", has_text="Не раздавать").click()
    expect(tab.get_by_text("Что осталось, остаётся в бюджете.")).to_be_visible()
    with site.work() as work:
        row = work.session.get_one(Contest, contest)
        assert (row.vote_kind, row.points_limit, row.paper, row.count_rule) == ("points", 12, True, "mes")
