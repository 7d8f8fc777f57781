"""From ballots to the registry: counting, publishing, who may, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor
from elka.core import tally
from elka.core.actor import GUEST
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, SignInNeeded, WrongStage
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestStage
from elka.models.journal import JournalEntry
from elka.models.projects import Project, ProjectStage
from elka.models.results import Count, CountDiffers, NotCounted, Outcome
from elka.state.lifecycle import advance_due
from elka.state.result_desk import ResultsDeskState
from elka.state.results import ResultsState
from tests import factories
from tests.browser import commit
from tests.garbage import GARBAGE
from tests.letters import letters
from tests.voted import closed, keys, outcomes, published, voted
from tests.words import plain

S, A = ContestStage, ApplicationStatus


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
