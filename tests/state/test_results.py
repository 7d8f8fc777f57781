"""From ballots to the registry: counting, publishing, and what nobody sees before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import reflex as rx
import sqlalchemy as sa

from elka import clock, doctor
from elka.core import tally
from elka.core.actor import GUEST, SYSTEM
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, Refused, SignInNeeded, TooOften, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.models.results import Count, CountDiffers, NotCounted, Outcome
from elka.state.contest import ContestState
from elka.state.contest_desk import ContestDeskState
from elka.state.lifecycle import advance_due
from elka.state.project_page import ProjectState
from elka.state.result_desk import ResultsDeskState
from elka.state.results import REST_PAGE, WINNERS_PAGE, ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.letters import letters
from tests.words import plain

S, A = ContestStage, ApplicationStatus
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]


@dataclass
class Vote:
    """A contest whose vote is over: four projects with 3, 2, 2 and 1 votes, money for two of them."""

    contest: Contest
    official: Person
    author: Person
    entries: list[Application]
    voters: list[Person]
    receipts: list[str]


def voted(work: Work, votes: tuple[int, ...] = (3, 2, 2, 1), **rules: Any) -> Vote:
    """Let people vote, and close the vote by the clock."""
    official, author = factories.official(work), factories.person(work)
    wanted = {"budget": 700_000, "min_votes": 2, "vote_limit": None, **rules}
    contest = factories.contest(work, official, stage=S.VOTING, **wanted)
    entries = [
        factories.application(
            work, contest, factories.project(work, author, title=f"Проект {number}", stage=ProjectStage.SUBMITTED)
        )
        for number in range(len(votes))
    ]
    voters = [factories.person(work) for _ in range(max(votes))]
    receipts = []
    for place, voter in enumerate(voters):
        work.actor = factories.actor(work, voter)
        picks = [entry.id for entry, count in zip(entries, votes, strict=True) if count > place]
        receipts.append(VotesState._cast(work, contest.id, picks).receipt)
    work.actor = SYSTEM
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.VOTING)).closes_at
    return Vote(contest, official, author, entries, voters, receipts)


def closed(work: Work, *args: Any, **rules: Any) -> Vote:
    """Let the clock close the vote and count it."""
    made = voted(work, *args, **rules)
    assert advance_due(work) == [made.contest.id]
    work.session.flush()
    return made


def published(work: Work, *args: Any, **rules: Any) -> Vote:
    """Publish the results as the official."""
    made = closed(work, *args, **rules)
    work.actor = factories.actor(work, made.official)
    ResultsState._publish(work, made.contest.id)
    work.session.flush()
    work.actor = GUEST
    return made


def outcomes(work: Work) -> list[Outcome]:
    found = work.session.execute(sa.select(Outcome).order_by(Outcome.rank).execution_options(populate_existing=True))
    return list(found.scalars())


def keys(work: Work, prefix: str) -> list[str]:
    found = work.session.execute(
        sa.select(JournalEntry.key).where(JournalEntry.key.startswith(prefix)).order_by(JournalEntry.id)
    )
    return list(found.scalars())


def test_from_ballots_to_the_registry(work: Work) -> None:
    made = published(work)
    first, *tied, last = made.entries
    drawn = sorted(tied, key=lambda entry: tally.lot("seed", entry.id))
    assert [entry.status for entry in (first, *drawn, last)] == [A.WON, A.WON, A.LOST, A.LOST]
    assert made.contest.stage is S.AWARDED
    assert made.contest.published_at == work.now
    won, lost = (work.session.get_one(Project, entry.project_id) for entry in (first, last))
    assert (won.stage, won.granted, won.won_contest_id) == (ProjectStage.SUPPORTED, 300_000, made.contest.id)
    assert won.supported_at == work.now
    assert lost.stage is ProjectStage.PROJECT
    assert keys(work, "contest.") == [
        "contest.closed_voting",
        "contest.opened_decision",
        "contest.counted",
        "contest.published",
    ]
    assert keys(work, "project.") == ["project.supported"] * 2
    told = {letter.subject: plain(letter.body) for letter in letters(work)}
    assert len(letters(work)) == 4
    assert "За него отдано 3 голоса. Выделено: 300 000 ₽" in told["Проект «Проект 0» победил"]
    bodies = [plain(letter.body) for letter in letters(work)]
    assert any("жребий выбрал другой проект" in body for body in bodies)
    assert any("Не хватило 1 голоса до минимума в 2 голоса" in body for body in bodies)
    work.session.commit()
    assert {finding.name for finding in doctor.invariants() if not finding.ok} <= {
        "applications without their revision"  # a factory's application has none
    }


def test_the_count_is_journalled_with_its_draws_and_nothing_of_a_voter(work: Work) -> None:
    made = closed(work)
    facts = work.session.execute(
        sa.select(JournalEntry.facts).where(JournalEntry.key == "contest.counted")
    ).scalar_one()
    ids = sorted((entry.id for entry in made.entries[1:3]), key=lambda key: tally.lot("seed", key))
    assert facts == {
        "ballots": 3,
        "votes": 8,
        "rule": "greedy",
        "draws": [{"votes": 2, "ids": ids, "decisive": True}],
    }


def test_a_recount_is_equal_and_leaves_no_trace(work: Work) -> None:
    made = closed(work)
    before = [row.model_dump() for row in outcomes(work)]
    count = work.session.get_one(Count, made.contest.id).model_dump()
    work.now += timedelta(hours=1)
    work.actor = factories.actor(work, made.official)
    assert ResultsState._count(work, str(made.contest.id)) is False
    advance_due(work)
    assert [row.model_dump() for row in outcomes(work)] == before
    assert work.session.get_one(Count, made.contest.id).model_dump() == count
    assert keys(work, "contest.counted") == ["contest.counted"]


def test_a_count_that_was_bent_is_not_published_but_counted_anew(work: Work) -> None:
    made = closed(work)
    work.session.execute(sa.update(Outcome).where(Outcome.rank == 4).values(votes=2))
    work.actor = factories.actor(work, made.official)
    with pytest.raises(CountDiffers):
        ResultsState._publish(work, made.contest.id)
    assert ResultsState._count(work, made.contest.id) is True
    assert [row.votes for row in outcomes(work)] == [3, 2, 2, 1]
    ResultsState._publish(work, made.contest.id)


def test_the_same_click_twice_publishes_once(work: Work) -> None:
    made = published(work)
    work.actor = factories.actor(work, made.official)
    ResultsState._publish(work, made.contest.id)
    assert len(letters(work)) == 4
    assert keys(work, "contest.published") == ["contest.published"]
    with pytest.raises(WrongStage, match="исправляют новой подписанной версией"):
        ResultsState._count(work, made.contest.id)


@pytest.mark.parametrize("flow", [ResultsState._count, ResultsState._publish, ResultsDeskState._desk])
def test_only_an_official_of_the_place(work: Work, flow: Callable[..., object]) -> None:
    made = closed(work)
    elsewhere = factories.official(work, place="Нижневартовск")
    for who in (made.author, made.voters[0], elsewhere):
        work.actor = factories.actor(work, who)
        with pytest.raises(Denied):
            flow(work, made.contest.id)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        flow(work, made.contest.id)
    work.actor = factories.actor(work, factories.official(work, region=True))
    flow(work, made.contest.id)


def test_the_system_counts_but_never_publishes(work: Work) -> None:
    made = closed(work)
    assert work.actor.is_system
    with pytest.raises(SignInNeeded):
        ResultsState._publish(work, made.contest.id)


@pytest.mark.parametrize("stage", [S.DRAFT, S.ANNOUNCED, S.ACCEPTING, S.ADMISSION, S.VOTING, S.CANCELLED])
def test_only_after_the_vote(work: Work, stage: S) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=stage, cancel_reason="Денег не выделили.")
    work.actor = factories.actor(work, official)
    for flow in (ResultsState._count, ResultsState._publish):
        with pytest.raises(WrongStage):
            flow(work, contest.id)
    assert outcomes(work) == []


def test_nothing_is_published_uncounted(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=S.DECISION)
    work.actor = factories.actor(work, official)
    with pytest.raises(NotCounted):
        ResultsState._publish(work, contest.id)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_no_contest(work: Work, garbage: object) -> None:
    work.actor = factories.actor(work, factories.official(work))
    for flow in (ResultsState._count, ResultsState._publish, ResultsState._head, ResultsDeskState._desk):
        with pytest.raises(NotFound):
            flow(work, garbage)
    with pytest.raises(NotFound):
        ResultsState._opened(work, garbage, garbage, garbage, garbage)
    with pytest.raises(NotFound):
        ResultsState._export(work, garbage, garbage)


def test_garbage_shows_the_first_pages(work: Work) -> None:
    made = published(work)
    for garbage in GARBAGE:
        listed = ResultsState._opened(work, made.contest.id, garbage, garbage, garbage).listed
        assert (listed.top, listed.page) == (1, 1)


def test_a_contest_that_cannot_be_counted_does_not_hold_the_others(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = voted(work), voted(work)
    count = tally.count

    def break_first(entries: list[tally.Entry], *terms: Any, **seed: Any) -> tally.Count:
        if any(entry.id == broken.entries[0].id for entry in entries):
            raise RuntimeError("broken")
        return count(entries, *terms, **seed)

    monkeypatch.setattr(tally, "count", break_first)
    advance_due(work)
    assert work.session.get(Count, broken.contest.id) is None
    assert work.session.get(Count, whole.contest.id) is not None
    monkeypatch.undo()
    advance_due(work)
    assert work.session.get(Count, broken.contest.id) is not None


def test_two_officials_publish_once(empty: sa.Engine, work: Work) -> None:
    made = closed(work)
    actors = [factories.actor(work, made.official), factories.actor(work, factories.official(work))]
    moment, contest_id = work.now, made.contest.id
    commit(work)
    start, faults = Barrier(4), []

    def press(number: int) -> None:
        try:
            start.wait(timeout=60)
            with work_as(actors[number % 2], now=moment, bind=empty) as own:
                ResultsState._publish(own, contest_id)
        except BaseException as error:  # noqa: BLE001  a thread's fault must fail the test
            faults.append(error)

    threads = [Thread(target=press, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert keys(work, "contest.published") == ["contest.published"]
    assert keys(work, "project.supported") == ["project.supported"] * 2
    assert len(letters(work)) == 4


# What is shown


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


# Receipts


def test_a_receipt_is_counted_or_unknown(work: Work) -> None:
    made = voted(work)
    work.now -= timedelta(days=1)
    other = factories.contest(work, made.official, stage=S.VOTING)
    work.actor = GUEST
    check = ResultsState._check_receipt
    receipt = made.receipts[0]
    assert check(work, made.contest.id, {"receipt": receipt})
    assert check(work, made.contest.id, {"receipt": f" {receipt.lower().replace('-', ' ')} "})
    assert not check(work, made.contest.id, {"receipt": "0000-0000-0000"})
    assert not check(work, other.id, {"receipt": receipt})
    work.actor = factories.actor(work, made.voters[0])
    VotesState._cast(work, made.contest.id, [])  # taken back: counted no more
    assert not check(work, made.contest.id, {"receipt": receipt})


@pytest.mark.parametrize("garbage", [None, "x", [], {}, {"receipt": None}, {"receipt": 5}, {"receipt": "Ж" * 5000}])
def test_garbage_is_no_receipt(work: Work, garbage: object) -> None:
    made = voted(work)
    with pytest.raises(Refused) as refused:
        ResultsState._check_receipt(work, made.contest.id, garbage)
    assert set(refused.value.fields) == {"receipt"}


def test_receipts_are_not_found_by_trying(work: Work) -> None:
    made = voted(work)
    work.actor = factories.actor(work, made.author)
    asked = made.contest.id, {"receipt": "0000-0000-0000"}
    for _ in range(30):
        ResultsState._check_receipt(work, *asked)
    with pytest.raises(TooOften):
        ResultsState._check_receipt(work, *asked)
    work.actor, work.address = GUEST, "10.0.0.7"
    for _ in range(300):
        ResultsState._check_receipt(work, *asked)
    with pytest.raises(TooOften):
        ResultsState._check_receipt(work, *asked)


async def test_the_answer_to_a_receipt_holds_nothing_else(work: Work) -> None:
    made = voted(work)
    commit(work)
    page = shown_to(ResultsState, path=f"/contests/{made.contest.id}")
    await page.load_head()
    await sent(page)
    page._get_root_state()._clean()
    await page.check_receipt({"receipt": made.receipts[1]})
    delta = await sent(page)
    assert delta["receipt"] == "found"
    assert set(delta) <= {"receipt", "errors"}
    await page.check_receipt({"receipt": "nonsense"})
    assert (page.receipt, list(page.errors)) == ("", ["receipt"])
