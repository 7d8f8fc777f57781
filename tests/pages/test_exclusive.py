"""Two plans for one yard: an official marks them in the browser, a voter reads of it on the ballot."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from elka.core.lifecycle import ContestStage
from elka.models.applications import ApplicationStatus
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
GROUND = "Оба проекта займут одну площадку у школы."


@dataclass(frozen=True)
class Made:
    contest: int
    official: int
    voter: int
    numbers: list[int]


@pytest.fixture
def made(site: Site) -> Made:
    """Make a contest whose applications are checked: two projects have one address, the third another."""
    with site.work() as work:
        official, author, voter = factories.official(work), factories.person(work), factories.person(work)
        contest = factories.contest(
            work, official, stage=ContestStage.ADMISSION, title="Один двор", vote_kind="approval"
        )
        entries = [
            filed(work, contest, status=ApplicationStatus.ADMITTED, author=author, title=title)
            for title in ("Каток", "Сквер ветеранов", "Причал")
        ]
        for entry, address in zip(entries, ("ул. Мира, 5", "Ул. Мира 5", "ул. Речная, 1"), strict=True):
            work.session.execute(
                sa.text("UPDATE projects SET address = :address WHERE id = :id"),
                {"address": address, "id": entry.project_id},
            )
        return Made(contest.id or 0, official.id or 0, voter.id or 0, [entry.number or 0 for entry in entries])


def test_marked_in_the_office_and_read_on_the_ballot(site: Site, visitor: Come, made: Made) -> None:
    some = visitor(person=made.official)
    tab = some.open(f"/office/contests/{made.contest}")
    expect(tab.get_by_text("Есть похожие проекты")).to_be_visible()
    tab.get_by_role("link", name="Взаимоисключающие проекты").click()
    expect(tab.get_by_role("heading", name="Групп нет")).to_be_visible()
    expect(tab.get_by_text("Один адрес")).to_be_visible()
    tab.get_by_role("button", name="Отметить группу").click()
    numbers, ground = tab.get_by_label("Номера заявок"), tab.get_by_label("Почему победит только один")
    expect(numbers).to_have_value(f"{made.numbers[0]}, {made.numbers[1]}")
    numbers.fill(f"{made.numbers[0]}, 999999")
    ground.fill("Мало")
    tab.get_by_role("button", name="Сохранить группу").click()
    expect(tab.get_by_text("нет №\u00a0999999")).to_be_visible()
    expect(tab.get_by_text("Объясните, почему победит только один")).to_be_visible()
    expect(ground).to_have_value("Мало")
    numbers.fill(f"{made.numbers[0]}, {made.numbers[1]}")
    ground.fill(GROUND)
    tab.get_by_role("button", name="Сохранить группу").click()
    expect(tab.get_by_role("heading", name="Победит не больше одного")).to_be_visible()
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_text("Один адрес")).to_have_count(0)  # it is dealt with

    with site.work() as work:  # this contest's clock alone: others stand on the same site
        for statement in (
            "UPDATE contest_phases SET closes_at = now() - interval '1 minute' WHERE contest_id = :id AND kind = 'admission'",
            "UPDATE contest_phases SET opens_at = now() - interval '1 minute' WHERE contest_id = :id AND kind = 'voting'",
            "UPDATE contests SET stage = 'voting' WHERE id = :id",
        ):
            work.session.execute(sa.text(statement), {"id": made.contest})

    tab.reload()
    some.settled()
    expect(tab.get_by_text("теперь ничего не меняется")).to_be_visible()
    expect(tab.get_by_role("button", name="Новая группа")).to_have_count(0)
    expect(tab.get_by_role("button", name="Распустить")).to_have_count(0)

    phone = visitor(person=made.voter, phone=True)
    ballot = phone.open(f"/contests/{made.contest}/vote")
    card = ballot.locator(".choice", has=ballot.get_by_role("heading", name="Каток"))
    expect(card).to_contain_text("Победит только один: этот или «Сквер ветеранов».")
    expect(ballot.locator(".choice", has=ballot.get_by_role("heading", name="Причал"))).not_to_contain_text(
        "Победит только"
    )
    card.get_by_role("link", name="«Сквер ветеранов»").click()
    expect(ballot).to_have_url(re.compile(r"/projects/\d+$"))
    expect(ballot.get_by_text("Победит только один: этот или «Каток».")).to_be_visible()
    ballot.goto(f"/contests/{made.contest}#exclusive")
    phone.settled()
    expect(ballot.get_by_text(GROUND, exact=True)).to_be_visible()
