"""Correcting published results in the browser: one official proposes, another signs on a phone, everybody reads both versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from elka.core.lifecycle import ContestStage
from elka.models.applications import ApplicationStatus
from elka.models.contests import PhaseKind
from elka.state.results import ResultsState
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import Site

Come = Callable[..., Visitor]
WORDS = "Заявитель отказался, письмо от 25 ноября 2026 г. № 7."


@dataclass(frozen=True)
class Made:
    contest: int
    first: int
    second: int


@pytest.fixture
def made(site: Site) -> Made:
    """Publish a contest of a commission with money for two of three projects; the site's own job keeps its files.

    Ballots would be sealed with another secret here than the site's.
    """
    with site.work() as work:
        first, second, author = factories.official(work), factories.official(work), factories.person(work)
        phases = (PhaseKind.ACCEPTING, PhaseKind.EXPERT)
        contest = factories.contest(
            work,
            first,
            stage=ContestStage.DECISION,
            phases=phases,
            winners_by="scores",
            budget=600_000,
            title="Дворы и тропы",
            start=work.now - timedelta(days=25),
        )
        criterion = factories.criterion(work, contest)
        for name, mark in (("лесная", 90), ("озёрная", 80), ("речная", 70)):
            entry = filed(
                work, contest, status=ApplicationStatus.ADMITTED, author=author, title=f"Тропа {name}", amount=300_000
            )
            factories.judged(work, entry, {criterion.id: mark})
        work.actor = factories.actor(work, first)
        ResultsState._count(work, contest.id)
        ResultsState._publish(work, contest.id)
        return Made(contest.id or 0, first.id or 0, second.id or 0)


def test_one_proposes_another_signs_and_everybody_reads_both(site: Site, visitor: Come, made: Made) -> None:
    first = visitor(person=made.first)
    first.forgive("422")
    tab = first.open(f"/office/contests/{made.contest}/results")
    tab.get_by_role("link", name="Исправить итоги").click()
    expect(tab.get_by_role("heading", name="Исправить итоги")).to_be_visible()
    tab.locator("#ground label", has_text="Заявитель отказался от проекта").click()
    tab.locator("#projects li", has_text="Тропа лесная").get_by_role("button", name="Снять").click()
    expect(tab.get_by_role("button", name="Оставить в итогах")).to_be_visible()
    tab.get_by_role("button", name="Посмотреть, что изменится").click()
    expect(tab.get_by_text("Объясните, что и почему исправляется")).to_be_visible()
    tab.get_by_label("Что и почему исправляется").fill(WORDS)
    tab.get_by_role("button", name="Посмотреть, что изменится").click()
    change = tab.locator("#change")
    expect(change.get_by_text("Победитель, снимается с итогов")).to_be_visible()
    expect(change.get_by_text("Станет победителем")).to_be_visible()
    expect(change.get_by_role("link", name="Тропа речная")).to_be_visible()
    change.get_by_role("button", name="Предложить исправление").click()
    expect(tab.get_by_text("Ждёт подписи")).to_be_visible()
    expect(tab.get_by_role("button", name="Подписать исправление")).to_have_count(0)

    other = visitor(person=made.second, phone=True)
    page = other.open(f"/office/contests/{made.contest}/correction")
    for _ in range(40):  # the site's job keeps the files of version 1 within a minute
        if page.get_by_role("button", name="Подписать исправление").count():
            break
        page.wait_for_timeout(2500)
        page.reload()
        other.settled()
    page.get_by_role("button", name="Подписать исправление").click()
    page.get_by_role("button", name="Подписать", exact=True).click()
    expect(page.get_by_text("Подписано, версия 2")).to_be_visible()

    guest = visitor()
    seen = guest.open(f"/contests/{made.contest}/results")
    expect(seen.get_by_text("Итоги исправлены").first).to_be_visible()
    expect(seen.locator(".notice", has_text="Итоги исправлены")).to_contain_text(WORDS.split(",", maxsplit=1)[0])
    expect(seen.locator(".grid").get_by_text("Тропа речная")).to_be_visible()
    expect(seen.locator(".outcomes")).to_contain_text("Снят с итогов")
    seen.locator("#versions").get_by_role("link", name="Открыть эту версию").click()
    guest.settled()
    expect(seen.get_by_text("Это версия 1, она больше не действует")).to_be_visible()
    expect(seen.locator(".grid").get_by_text("Тропа лесная")).to_be_visible()
    with seen.expect_download() as loading:
        seen.locator("#versions li", has_text="Первая публикация").get_by_role("link", name="Таблица, CSV").click()
    assert loading.value.suggested_filename == f"elka-contest-{made.contest}-v1.csv"
    seen.get_by_role("link", name="Действующие итоги").click()
    guest.settled()
    expect(seen.locator(".grid").get_by_text("Тропа речная")).to_be_visible()
