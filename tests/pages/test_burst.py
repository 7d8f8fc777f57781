"""A burst: the ballot is checked by itself and sent; two officials look at the crowd and annul it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from elka import clock
from elka.models.applications import ApplicationStatus as A
from elka.models.contests import ContestStage
from elka.models.vote_traces import trace_of
from elka.settings import settings
from elka.state.votes import VotesState
from tests import factories
from tests.office import filed
from tests.pages.visitor import Visitor
from tests.served import BURST, Site

WORDS = "Голоса отданы подряд с одного адреса, учётные записи созданы в тот же день."


@dataclass(frozen=True)
class Crowd:
    """A contest in which a crowd of new accounts of this machine's address has just voted."""

    contest: int
    voter: int
    officials: tuple[int, int]
    crowd: int


@pytest.fixture
def crowd(site: Site, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    # As the site itself would note it: with its own key.
    monkeypatch.setattr(settings(), "secret_key", SecretStr((site.home / "secret_key").read_text()))
    with site.work() as work:
        work.now = clock.now()
        officials = [factories.official(work) for _ in range(2)]
        contest = factories.contest(work, officials[0], stage=ContestStage.VOTING, title="Дворы посёлка", vote_limit=3)
        author = factories.person(work, created_at=work.now - timedelta(days=90))
        entries = [
            filed(work, contest, status=A.ADMITTED, author=author, title=f"Горка {number}").id for number in range(3)
        ]
        size = BURST + 5
        people = [factories.person(work, created_at=work.now - timedelta(hours=2)) for _ in range(size)]
        for person in people:
            work.actor = factories.actor(work, person)
            VotesState._cast(work, contest.id, entries[:1])
        mine = trace_of(contest.id, "127.0.0.1", "Chrome/120 Windows", surging=False, proven=False)
        work.session.execute(
            sa.text(
                "UPDATE vote_traces SET address_key = :address, net_key = :net, agent_key = :agent, "
                "cast_at = now() - make_interval(secs => 5 * (person_id % 50)) WHERE contest_id = :contest"
            ),
            {"address": mine.address_key, "net": mine.net_key, "agent": mine.agent_key, "contest": contest.id},
        )
        voter = factories.person(work, created_at=work.now - timedelta(days=90))
        return Crowd(contest.id, voter.id, (officials[0].id, officials[1].id), size)


def _vote(page: Page) -> None:
    page.get_by_role("button", name="Выбрать: Горка 1", exact=True).click()
    page.get_by_role("button", name="Проголосовать", exact=True).filter(visible=True).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Отправить").click()


def test_the_ballot_is_checked_by_itself_and_sent(site: Site, crowd: Crowd, visitor: Callable[..., Visitor]) -> None:
    page = visitor(name="voter", person=crowd.voter, phone=True).open(f"/contests/{crowd.contest}/vote")
    # What is said meanwhile is caught by an observer: the check may take less than a look.
    page.evaluate(
        "() => { window.said = []; new MutationObserver(() => { for (const one of document.querySelectorAll("
        "'dialog[open] [role=status]')) window.said.push(one.textContent); })"
        ".observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true}); }"
    )
    _vote(page)
    expect(page.get_by_role("dialog").locator("code").filter(visible=True).first).to_be_visible()
    assert any("Проверяем, что голосует человек" in text for text in page.evaluate("window.said"))
    expect(page.locator("#ballot-check")).to_be_hidden()
    with site.engine.connect() as connection:
        row = connection.execute(
            sa.text("SELECT proof, (SELECT count(*) FROM used_proofs) FROM vote_traces WHERE person_id = :id"),
            {"id": crowd.voter},
        ).one()
    assert tuple(row) == ("address", 1)


def test_two_officials_annul_a_crowd(site: Site, crowd: Crowd, visitor: Callable[..., Visitor]) -> None:
    path = f"/office/contests/{crowd.contest}/votes"
    first = visitor(name="first", person=crowd.officials[0]).open(f"/office/contests/{crowd.contest}")
    first.get_by_role("link", name="Необычные голоса").click()
    expect(first.get_by_role("heading", name=re.compile(r"с\sодного адреса")).first).to_be_visible()
    first.get_by_role("button", name=re.compile(r"^Посмотреть.*с\sодного")).first.click()
    dialog = first.get_by_role("dialog").filter(visible=True)
    expect(dialog.get_by_role("checkbox")).to_have_count(crowd.crowd)
    dialog.get_by_role("button", name="Предложить аннулировать").click()
    expect(dialog.get_by_text("Выберите основание.")).to_be_visible()
    dialog.get_by_label("Основание").select_option(label="Голоса отданы программой, а не людьми")
    dialog.get_by_label(re.compile("Пояснение")).fill(WORDS)
    dialog.get_by_role("button", name="Предложить аннулировать").click()
    expect(first.get_by_text("Это ваше предложение: решает другой сотрудник.")).to_be_visible()

    second = visitor(name="second", person=crowd.officials[1], phone=True).open(path)
    second.get_by_role("button", name="Подтвердить", exact=True).first.click()
    second.get_by_role("alertdialog").get_by_role("button", name="Подтвердить").click()
    expect(second.get_by_text("Аннулировано", exact=True)).to_be_visible()
    expect(second.get_by_text("Ничего необычного")).to_be_visible()
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with site.engine.connect() as connection:
        counted = connection.execute(
            sa.text(
                "SELECT (SELECT count(*) FROM valid_ballots b WHERE b.contest_id = :id), count(*) FROM ballots WHERE contest_id = :id"
            ),
            {"id": crowd.contest},
        ).one()
        victim = connection.execute(
            sa.text("SELECT person_id FROM ballots WHERE contest_id = :id LIMIT 1"), {"id": crowd.contest}
        ).scalar_one()
    assert tuple(counted) == (0, crowd.crowd)
    theirs = visitor(name="victim", person=victim, phone=True).open(f"/me/ballots/{crowd.contest}")
    expect(theirs.get_by_text("Бюллетень аннулирован")).to_be_visible()
    theirs.get_by_label("Почему решение неверно").fill("Мы голосовали всем классом с одного компьютера.")
    theirs.get_by_role("button", name="Отправить возражение").click()
    expect(theirs.get_by_text("Его прочитают оба сотрудника")).to_be_visible()
