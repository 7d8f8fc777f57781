"""Results as people see them: reasons, pages, words; and nothing of them before they are published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import reflex as rx

from elka import clock
from elka.core import tally
from elka.db import Work
from elka.models.contests import ContestStage
from elka.state.contest import ContestState
from elka.state.contest_desk import ContestDeskState
from elka.state.project_page import ProjectState
from elka.state.result_desk import ResultsDeskState
from elka.state.results import REST_PAGE, WINNERS_PAGE, ResultsState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.voted import closed, published
from tests.words import plain

S = ContestStage


def test_results_are_told_with_reasons(work: Work) -> None:
    made = published(work)
    shown = ResultsState._opened(work, made.contest.id, "", 1, 1)
    row = shown.row
    assert (row.winners, row.listed, row.voters, row.votes) == ("2", "4", "3", "8")
    assert [plain(text) for text in (row.spent, row.budget, row.left)] == ["600 000 ₽", "700 000 ₽", "100 000 ₽"]
    assert row.spent_percent == 85
    assert [one.rank for one in shown.listed.winners] == ["1", "2"]
    assert [plain(one.why) for one in shown.listed.rest] == [
        "При равенстве голосов жребий выбрал другой проект, и бюджета на этот уже не хватило.",
        "Не хватило 1 голоса до минимума в 2 голоса.",
    ]
    (draw,) = shown.draws
    assert [lot.won for lot in draw.lots] == [True, False]
    assert [lot.lot for lot in draw.lots] == [tally.lot("seed", int(lot.key))[:12] for lot in draw.lots]
    assert shown.rules[-1].code == "printf '%s' 'seed:НОМЕР' | sha256sum"


def test_the_budget_is_a_reason(work: Work) -> None:
    made = published(work, (3, 2, 1), budget=500_000, min_votes=1)
    rest = ResultsState._opened(work, made.contest.id, "", 1, 1).listed.rest
    assert plain(rest[0].why) == "Не хватило бюджета: оставалось 200 000 ₽, нужно 300 000 ₽. Хватило бы ещё " + (
        "1 голоса." if tally.lot("seed", made.entries[1].id) < tally.lot("seed", made.entries[0].id) else "2 голосов."
    )


def test_five_hundred_projects_come_by_pages_and_words(work: Work, queries: Callable[..., int]) -> None:
    made = published(work)
    one = queries(lambda: ResultsState._opened(work, made.contest.id, "", 1, 1))
    many = published(work, tuple(range(1, 60)), budget=3_000_000, min_votes=1)
    assert queries(lambda: ResultsState._opened(work, many.contest.id, "", 1, 1)) <= one
    listed = ResultsState._opened(work, many.contest.id, "", "2", "3").listed
    assert (listed.top, len(listed.winners), len(listed.top_pages)) == (2, 1, 2)
    assert (listed.page, len(listed.rest), listed.pages) == (3, 49 - 2 * REST_PAGE, [1, 2, 3])
    assert len(ResultsState._opened(work, many.contest.id, "", 1, 1).listed.winners) == WINNERS_PAGE
    found = ResultsState._listed(work, many.contest.id, "проект 58", 1, 1)
    assert ([one.title for one in found.winners], found.rest) == (["Проект 58"], [])


SECRETS = ("7 голосов", "5 голосов", "3 голоса", "600 000", "Победитель", "Не хватило б", "жребий вы")


def said(delta: object) -> str:
    """Return all that a delta says, with ordinary spaces."""
    return repr(delta).replace("\\xa0", " ")


async def test_no_delta_holds_hidden_figures(work: Work) -> None:
    """Neither a guest nor the author nor the official gets a figure before publication, from any page of the contest."""
    made = closed(work, (7, 5, 5, 3), min_votes=4, budget=654_321)
    tokens = ["", *(signed_in(work, one) for one in (made.author, made.official, made.voters[0]))]
    contest, title = made.contest.id, "Проект 3"
    pages: list[tuple[type[rx.State], str]] = [
        (ResultsState, f"/contests/{contest}/results"),
        (ContestState, f"/contests/{contest}"),
        (ResultsDeskState, f"/office/contests/{contest}/results"),
        (ContestDeskState, f"/office/contests/{contest}"),
        (ProjectState, f"/projects/{made.entries[0].project_id}"),
    ]
    commit(work)
    for token in tokens:
        for state, path in pages:
            page = shown_to(state, token=token, path=path)
            async for _ in page.load():
                pass
            text = said(await sent(page))
            for secret in SECRETS:
                assert secret not in text, (state, secret)
        head = shown_to(ResultsState, token=token, path=f"/contests/{contest}")
        await head.load_head()
        row = (await sent(head))["row"]
        assert not row.is_known
        assert (row.winners, row.voters, row.votes, row.spent, row.csv) == ("",) * 5
        await head.search(title)
        await head.show_page(1)
        await head.show_top(1)
        assert (head.winners, head.rest, head.found) == ([], [], "")


async def test_the_page_after_publication(work: Work) -> None:
    made = published(work)
    made.contest.published_at = clock.now() - timedelta(hours=1)
    commit(work)
    page = shown_to(ResultsState, path=f"/contests/{made.contest.id}/results")
    async for _ in page.load():
        pass
    delta = await sent(page)
    assert delta["status"] == "ready"
    assert len(delta["winners"]) == 2
    text = said(delta)
    for told in ("3 голоса", "600 000", "жребий вы", "Не хватило 1"):
        assert told in text
    await page.search("проект 3")
    assert [one.title for one in page.rest] == ["Проект 3"]
    assert page.winners == []


async def test_results_that_do_not_exist(work: Work) -> None:
    commit(work)
    page = shown_to(ResultsState, path="/contests/77/results")
    async for _ in page.load():
        pass
    assert page.status == "missing"


async def test_the_desk_counts_and_publishes(work: Work) -> None:
    made = closed(work)
    token = signed_in(work, made.official)
    commit(work)
    page = shown_to(ResultsDeskState, token=token, path=f"/office/contests/{made.contest.id}/results")
    async for _ in page.load():
        pass
    assert page.row.is_counted
    assert [check.ok for check in page.checks] == [True] * 6
    await page.count()
    await page.publish()
    assert page.row.is_published
    assert page.checks == []


def test_the_desk_before_the_count(work: Work) -> None:
    official = factories.official(work)
    work.actor = factories.actor(work, official)
    desk = ResultsDeskState._desk(work, factories.contest(work, official, stage=S.DECISION).id)
    assert desk.row.may_count
    assert not desk.row.is_counted
    assert [check.ok for check in desk.checks] == [True, True, True, False]
    voting = ResultsDeskState._desk(work, factories.contest(work, official, stage=S.VOTING).id)
    assert "ещё не закрылось" in voting.row.waiting.replace("\u00a0", " ")
    assert voting.checks == []
