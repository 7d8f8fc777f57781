"""Casting a ballot: who may, when, how many, and what stays of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka import clock
from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded, TooOften
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestStage, PhaseKind, VoteKind
from elka.models.vote_refusals import (
    BallotEmpty,
    Elsewhere,
    NotConfirmed,
    NotOnBallot,
    OverPurse,
    PicksKept,
    TooManyPicks,
    TooYoung,
    VotingClosed,
    VotingNotOpen,
)
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.factories import JUDGED
from tests.models.test_judging import ALONE
from tests.state.test_lifecycle import FIRST


@pytest.fixture
def contest(work: Work) -> Contest:
    """Make a contest that votes, three picks a voter."""
    return factories.contest(work, factories.official(work), stage=ContestStage.VOTING, vote_limit=3)


@pytest.fixture
def ballot(work: Work, contest: Contest) -> list[int]:
    """Admit five applications and return their ids."""
    author = factories.person(work)
    return [factories.application(work, contest, factories.project(work, author)).id for _ in range(5)]


@pytest.fixture
def voter(work: Work, ballot: list[int]) -> Work:
    """Sign a resident in."""
    work.actor = factories.actor(work, factories.person(work))
    return work


def costs_of(work: Work) -> list[tuple[int, int | None]]:
    return [tuple(row) for row in work.session.execute(sa.text("SELECT cost, cost_limit FROM ballots"))]


def votes_of(work: Work) -> list[int]:
    return list(work.session.scalars(sa.text("SELECT application_id FROM votes ORDER BY application_id")))


def journal_of(work: Work) -> list[tuple[str, dict[str, Any]]]:
    rows = work.session.execute(sa.text("SELECT key, facts FROM journal WHERE key LIKE 'ballot.%' ORDER BY id"))
    return [(row.key, row.facts) for row in rows]


def test_a_ballot_is_counted_and_journalled_without_picks(voter: Work, contest: Contest, ballot: list[int]) -> None:
    cast = VotesState._cast(voter, contest.id, ballot[:3])
    assert cast.changed
    assert len(cast.receipt) == 14
    assert votes_of(voter) == ballot[:3]
    assert journal_of(voter) == [("ballot.cast", {"contest": contest.id})]
    row = voter.session.execute(sa.text("SELECT picks, pick_limit, receipt FROM ballots")).one()
    assert tuple(row) == (3, 3, cast.receipt)


def test_the_same_ballot_twice_changes_nothing(voter: Work, contest: Contest, ballot: list[int]) -> None:
    first = VotesState._cast(voter, contest.id, ballot[:2])
    voter.now += timedelta(minutes=1)
    again = VotesState._cast(voter, str(contest.id), ballot[:2][::-1])
    assert (again.receipt, again.changed) == (first.receipt, False)
    assert len(journal_of(voter)) == 1
    changed_at = voter.session.execute(sa.text("SELECT changed_at FROM ballots")).scalar_one()
    assert changed_at == voter.now - timedelta(minutes=1)


def test_a_ballot_may_be_changed_and_taken_back(voter: Work, contest: Contest, ballot: list[int]) -> None:
    first = VotesState._cast(voter, contest.id, ballot[:3])
    assert VotesState._cast(voter, contest.id, ballot[2:5]).receipt == first.receipt
    assert votes_of(voter) == ballot[2:5]
    assert VotesState._cast(voter, contest.id, []).answer == "empty"
    assert votes_of(voter) == []
    assert len(journal_of(voter)) == 3


def test_where_votes_stay_they_may_only_be_added_to(work: Work) -> None:
    contest = factories.contest(
        work, factories.official(work), stage=ContestStage.VOTING, vote_limit=3, may_change_votes=False
    )
    author = factories.person(work)
    listed = [factories.application(work, contest, factories.project(work, author)) for _ in range(4)]
    ballot = [row.id for row in listed]
    work.actor = factories.actor(work, factories.person(work))
    VotesState._cast(work, contest.id, ballot[:2])
    for picks in (ballot[1:3], [], ballot[:1]):
        with pytest.raises(PicksKept):
            VotesState._cast(work, contest.id, picks)
    assert VotesState._cast(work, contest.id, ballot[:3]).changed
    assert votes_of(work) == ballot[:3]
    listed[0].status = ApplicationStatus.WITHDRAWN  # a project that left frees its place
    work.session.flush()
    VotesState._cast(work, contest.id, ballot[1:])
    assert votes_of(work) == ballot[1:]


def test_an_empty_ballot_is_not_a_ballot(voter: Work, contest: Contest) -> None:
    with pytest.raises(BallotEmpty):
        VotesState._cast(voter, contest.id, [])
    assert voter.session.execute(sa.text("SELECT count(*) FROM ballots")).scalar_one() == 0


def test_the_limit_is_kept(voter: Work, contest: Contest, ballot: list[int]) -> None:
    with pytest.raises(TooManyPicks, match="не больше 3 проектов"):
        VotesState._cast(voter, contest.id, ballot[:4])
    assert votes_of(voter) == []


def test_an_unlimited_ballot_takes_everything(work: Work) -> None:
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, vote_limit=None)
    author = factories.person(work)
    ballot = [factories.application(work, contest, factories.project(work, author)).id for _ in range(12)]
    work.actor = factories.actor(work, factories.person(work))
    assert VotesState._cast(work, contest.id, ballot).changed
    assert votes_of(work) == ballot


def test_a_knapsack_holds_no_more_than_the_budget(work: Work) -> None:
    contest = factories.contest(
        work, factories.official(work), stage=ContestStage.VOTING, budget=1_000_000, vote_kind=VoteKind.KNAPSACK
    )
    author = factories.person(work)
    costs = (500_000, 400_000, 100_000, 100_001)
    rows = [
        factories.application(work, contest, factories.project(work, author), amount=cost, cost=cost) for cost in costs
    ]
    ballot = [row.id for row in rows]
    work.actor = factories.actor(work, factories.person(work))
    with pytest.raises(OverPurse, match=r"дороже бюджета конкурса на 1\s₽"):
        VotesState._cast(work, contest.id, [ballot[0], ballot[1], ballot[3]])
    assert votes_of(work) == []
    assert VotesState._cast(work, contest.id, ballot[:3]).answer == "new"  # to the last ruble
    assert costs_of(work) == [(1_000_000, 1_000_000)]
    # What is taken back makes room for another in the same ballot.
    assert VotesState._cast(work, contest.id, [ballot[1], ballot[2], ballot[3]]).answer == "changed"
    assert costs_of(work) == [(600_001, 1_000_000)]
    rows[1].status = ApplicationStatus.WITHDRAWN  # and so does a project that left
    work.session.flush()
    VotesState._cast(work, contest.id, [ballot[0], ballot[2], ballot[3]])
    assert costs_of(work) == [(700_001, 1_000_000)]
    assert VotesState._cast(work, contest.id, []).answer == "empty"
    assert costs_of(work) == [(0, 1_000_000)]


def test_what_a_project_costs_stands_once_it_has_votes(voter: Work, contest: Contest, ballot: list[int]) -> None:
    VotesState._cast(voter, contest.id, ballot[:1])
    with pytest.raises(sa.exc.IntegrityError, match="cannot change"), voter.session.begin_nested():
        voter.session.execute(sa.text("UPDATE applications SET amount = amount + 1 WHERE id = :id"), {"id": ballot[0]})
    voter.session.execute(sa.text("UPDATE applications SET amount = amount + 1 WHERE id = :id"), {"id": ballot[1]})


def test_other_ballots_have_no_sum(voter: Work, contest: Contest, ballot: list[int]) -> None:
    VotesState._cast(voter, contest.id, ballot[:2])
    assert costs_of(voter) == [(0, None)]


def test_a_guest_is_asked_to_sign_in(voter: Work, contest: Contest, ballot: list[int]) -> None:
    voter.actor = GUEST
    with pytest.raises(SignInNeeded):
        VotesState._cast(voter, contest.id, ballot[:1])


def test_a_vote_needs_a_confirmed_address(voter: Work, contest: Contest, ballot: list[int]) -> None:
    voter.actor = replace(voter.actor, confirmed=False)
    with pytest.raises(NotConfirmed):
        VotesState._cast(voter, contest.id, ballot[:1])


def test_age_is_counted_by_the_day_in_ugra(work: Work, now: datetime) -> None:
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, voter_age=16)
    pick = factories.application(work, contest, factories.project(work, factories.person(work))).id
    work.actor = factories.actor(work, factories.person(work, birth=date(2010, 11, 24)))
    with pytest.raises(TooYoung, match="с 16 лет"):
        VotesState._cast(work, contest.id, [pick])
    work.now = datetime(2026, 11, 23, 19, 30, tzinfo=now.tzinfo)  # half past midnight of the birthday in Ugra
    assert VotesState._cast(work, contest.id, [pick]).changed


def test_who_files_and_who_votes_have_ages_of_their_own(work: Work) -> None:
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, min_age=18, voter_age=14)
    pick = factories.application(work, contest, factories.project(work, factories.person(work))).id
    work.actor = factories.actor(work, factories.person(work, birth=date(2012, 1, 1)))
    assert VotesState._cast(work, contest.id, [pick]).changed


def test_only_local_people_vote_where_the_contest_says_so(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=ContestStage.VOTING, voters_local=True)
    pick = factories.application(work, contest, factories.project(work, factories.person(work))).id
    stranger = factories.person(work, place="Сургут")
    work.actor = factories.actor(work, stranger)
    with pytest.raises(Elsewhere, match="исправьте населённый пункт"):
        VotesState._cast(work, contest.id, [pick])
    assert votes_of(work) == []
    stranger.settlement_id = factories.settlement(work, "Саранпауль").id  # another village of the same municipality
    work.session.flush()
    assert VotesState._cast(work, contest.id, [pick]).changed
    region = factories.contest(work, official, region=True, stage=ContestStage.VOTING, voters_local=True)
    other = factories.application(work, region, factories.project(work, factories.person(work))).id
    work.actor = factories.actor(work, factories.person(work, place="Сургут"))
    assert VotesState._cast(work, region.id, [other]).changed  # of the region are all


@pytest.mark.parametrize(("phases", "refusal"), [(FIRST, VotingNotOpen), (JUDGED, VotingClosed), (ALONE, VotingClosed)])
def test_nobody_votes_while_the_commission_works(
    work: Work, phases: tuple[PhaseKind, ...], refusal: type[Refused]
) -> None:
    contest = factories.contest(work, factories.official(work), stage=ContestStage.EXPERT, phases=phases)
    pick = factories.application(work, contest, factories.project(work, factories.person(work))).id
    work.actor = factories.actor(work, factories.person(work))
    with pytest.raises(refusal):
        VotesState._cast(work, contest.id, [pick])


@pytest.mark.parametrize(
    ("stage", "refusal"),
    [
        (ContestStage.ANNOUNCED, VotingNotOpen),
        (ContestStage.ACCEPTING, VotingNotOpen),
        (ContestStage.ADMISSION, VotingNotOpen),
        (ContestStage.DECISION, VotingClosed),
        (ContestStage.AWARDED, VotingClosed),
        (ContestStage.CLOSED, VotingClosed),
        (ContestStage.DRAFT, NotFound),
    ],
)
def test_only_an_open_vote_takes_ballots(work: Work, stage: ContestStage, refusal: type[Refused]) -> None:
    contest = factories.contest(work, factories.official(work), stage=stage)
    pick = factories.application(work, contest, factories.project(work, factories.person(work))).id
    work.actor = factories.actor(work, factories.person(work))
    with pytest.raises(refusal):
        VotesState._cast(work, contest.id, [pick])


def test_the_clock_closes_the_vote_before_any_job_does(voter: Work, contest: Contest, ballot: list[int]) -> None:
    opens, closes = voter.session.execute(
        sa.text("SELECT opens_at, closes_at FROM contest_phases WHERE kind = 'voting'")
    ).one()
    for moment, refusal in ((opens - timedelta(seconds=1), VotingNotOpen), (closes, VotingClosed)):
        voter.now = moment
        with pytest.raises(refusal):
            VotesState._cast(voter, contest.id, ballot[:1])
    for moment in (opens, closes - timedelta(microseconds=1)):
        voter.now = moment
        VotesState._cast(voter, contest.id, ballot[:1])


def test_only_projects_of_this_ballot(voter: Work, contest: Contest, ballot: list[int]) -> None:
    by = factories.official(voter)
    other = factories.contest(voter, by, stage=ContestStage.VOTING)
    author = factories.person(voter)
    elsewhere = factories.application(voter, other, factories.project(voter, author)).id
    waiting = factories.application(
        voter, contest, factories.project(voter, author), status=ApplicationStatus.SUBMITTED
    ).id
    gone = voter.session.get_one(Application, ballot[0])
    gone.status = ApplicationStatus.WITHDRAWN
    voter.session.flush()
    for strange in (elsewhere, waiting, gone.id, 2**62):
        with pytest.raises(NotOnBallot) as refused:
            VotesState._cast(voter, contest.id, [ballot[1], strange])
        assert refused.value.application_id == strange
    assert votes_of(voter) == []


@pytest.mark.parametrize(
    "garbage",
    [None, 1, "1", {}, {"0": 1}, [None], ["1"], [1.0], [True], [0], [-1], [2**63], [1, 1], [[1]], list(range(1, 1002))],
)
def test_garbage_is_no_ballot(voter: Work, contest: Contest, garbage: object) -> None:
    with pytest.raises(Refused):
        VotesState._cast(voter, contest.id, garbage)


@pytest.mark.parametrize("garbage", [None, "", "x", -1, 0, 2**31, 2**70, True, 1.5, [], {}, "1e3", "\u0661"])
def test_garbage_is_no_contest(voter: Work, ballot: list[int], garbage: object) -> None:
    with pytest.raises(NotFound):
        VotesState._cast(voter, garbage, ballot[:1])


@pytest.mark.parametrize("picks", [1, 3])
def test_casting_is_one_statement(
    voter: Work, contest: Contest, ballot: list[int], picks: int, queries: Callable[[Callable[[], object]], int]
) -> None:
    assert (
        queries(lambda: VotesState._cast(voter, contest.id, ballot[4:])) == 2
    )  # its pace is asked once in five seconds
    assert queries(lambda: VotesState._cast(voter, contest.id, ballot[:picks])) == 1


def test_casting_has_a_sane_pace(voter: Work, contest: Contest, ballot: list[int]) -> None:
    for _ in range(60):
        VotesState._cast(voter, contest.id, ballot[:1])
    with pytest.raises(TooOften):
        VotesState._cast(voter, contest.id, ballot[:1])


async def test_a_browser_hears_of_its_own_ballot_alone(voter: Work, contest: Contest, ballot: list[int]) -> None:
    """What is sent back: the receipt and what became of it, no picks and no figures; a refusal leaves no receipt."""
    person = factories.person(voter)
    token = signed_in(voter, person)
    opens = clock.now() - timedelta(days=1)
    voter.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    voter.session.execute(
        sa.text("UPDATE contest_phases SET opens_at = :opens, closes_at = :closes WHERE kind = 'voting'"),
        {"opens": opens, "closes": opens + timedelta(days=2)},
    )
    voter.session.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))
    commit(voter)
    path = f"/contests/{contest.id}/vote"
    state = shown_to(VotesState, token=token, path=path)
    await state.cast(contest.id, ballot[:2])
    told = await sent(state)
    assert set(told) <= {"contest", "receipt", "said", "accepted", "attempt", "errors"}
    assert (told["accepted"], told["attempt"], told["said"], len(told["receipt"])) == (True, 1, "Голос учтён", 14)
    await state.cast(contest.id, [])
    assert (state.receipt, state.said) == ("", "Голоса отозваны")
    guest = shown_to(VotesState, path=path)
    await guest.cast(contest.id, ballot[:2])
    told = await sent(guest)
    assert not told.get("accepted")
    assert not told.get("receipt")
