"""Ranked ballots and shared points, from the vote to the published file; equal shares as the rule of a contest."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor, publishing
from elka.core.actor import SYSTEM
from elka.core.verifying import verify
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import Application
from elka.models.contests import Contest, ContestPhase, ContestStage, CountRule, PhaseKind, VoteKind
from elka.models.projects import ProjectStage
from elka.models.publications import Publication
from elka.models.results import Outcome
from elka.models.vote_refusals import OverPoints, PicksKept, TooManyPicks, Unreadable
from elka.state.lifecycle import advance_due
from elka.state.result_film import ResultFilmState
from elka.state.result_table import EXPORT_HEAD, table_rows
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")

S = ContestStage


def voting(work: Work, amounts: Sequence[int] = (100_000,) * 3, **rules: Any) -> tuple[Contest, list[int]]:
    official, author = factories.official(work), factories.person(work)
    wanted = {"budget": 200_000, "max_cost": 200_000, "vote_limit": 3, "min_votes": 0, **rules}
    contest = factories.contest(work, official, stage=S.VOTING, **wanted)
    return contest, [
        factories.application(work, contest, factories.project(work, author), amount=amount).id for amount in amounts
    ]


def cast(work: Work, voter: Any, contest: Contest, picks: list[int], points: Sequence[int] = ()) -> str:
    work.actor = factories.actor(work, voter)
    try:
        return VotesState._cast(work, contest.id, picks, list(points)).answer
    finally:
        work.actor = SYSTEM


def marks(work: Work) -> list[tuple[int, int | None, int | None]]:
    found = work.session.execute(sa.text("SELECT application_id, place, points FROM votes ORDER BY 2, 1"))
    return [tuple(row) for row in found]


def sums(work: Work) -> list[tuple[int, int]]:
    return [tuple(row) for row in work.session.execute(sa.text("SELECT picks, points FROM ballots ORDER BY id"))]


def test_a_ranked_ballot_keeps_its_order_and_is_turned_over(work: Work) -> None:
    contest, [a, b, c] = voting(work, vote_kind=VoteKind.RANKED)
    voter = factories.person(work)
    assert cast(work, voter, contest, [c, a]) == "new"
    assert marks(work) == [(c, 1, None), (a, 2, None)]
    assert cast(work, voter, contest, [c, a]) == "same"
    assert cast(work, voter, contest, [a, c, b]) == "changed"
    assert marks(work) == [(a, 1, None), (c, 2, None), (b, 3, None)]
    assert sums(work) == [(3, 0)]
    assert cast(work, voter, contest, [b]) == "changed"
    assert marks(work) == [(b, 1, None)]
    assert cast(work, voter, contest, []) == "empty"
    assert sums(work) == [(0, 0)]


def test_points_are_shared_and_shared_anew(work: Work) -> None:
    contest, [a, b, c] = voting(work, vote_kind=VoteKind.POINTS, points_limit=10, vote_limit=None)
    voter = factories.person(work)
    assert cast(work, voter, contest, [a, b], [7, 3]) == "new"
    assert cast(work, voter, contest, [b, a], [3, 7]) == "same"
    assert sums(work) == [(2, 10)]
    assert cast(work, voter, contest, [a, c], [1, 9]) == "changed"
    assert marks(work) == [(a, None, 1), (c, None, 9)]
    assert sums(work) == [(2, 10)]
    with pytest.raises(OverPoints, match="раздали 11 из 10"):
        cast(work, voter, contest, [a, c], [2, 9])
    assert sums(work) == [(2, 10)]


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (VoteKind.POINTS, []),
        (VoteKind.POINTS, [1]),
        (VoteKind.POINTS, [1, 0]),
        (VoteKind.POINTS, [1, -1]),
        (VoteKind.POINTS, [1, True]),
        (VoteKind.POINTS, [1, 10**6]),
        (VoteKind.RANKED, [1, 2]),
        (VoteKind.APPROVAL, [1, 1]),
        (VoteKind.KNAPSACK, [1, 1]),
    ],
)
def test_a_ballot_of_another_kind_is_refused(work: Work, kind: VoteKind, points: list[int]) -> None:
    contest, [a, b, _] = voting(work, vote_kind=kind)
    with pytest.raises(Unreadable):
        cast(work, factories.person(work), contest, [a, b], points)
    assert marks(work) == []


@pytest.mark.parametrize("points", [None, "1,2", {"a": 1}, [[1]], [1] * 1001])
def test_points_that_make_no_sense(work: Work, points: Any) -> None:
    contest, [a, _, _] = voting(work, vote_kind=VoteKind.POINTS)
    work.actor = factories.actor(work, factories.person(work))
    with pytest.raises(Refused):
        VotesState._cast(work, contest.id, [a], points)


def test_more_places_than_there_are(work: Work) -> None:
    contest, ballot = voting(work, (1000,) * 4, vote_kind=VoteKind.RANKED)
    with pytest.raises(TooManyPicks):
        cast(work, factories.person(work), contest, ballot)


@pytest.mark.parametrize("kind", [VoteKind.RANKED, VoteKind.POINTS])
def test_what_may_not_change_keeps_place_and_points(work: Work, kind: VoteKind) -> None:
    contest, [a, b, c] = voting(work, vote_kind=kind, may_change_votes=False, points_limit=9)
    voter = factories.person(work)
    shared = kind is VoteKind.POINTS
    cast(work, voter, contest, [a, b], [2, 1] if shared else [])
    with pytest.raises(PicksKept):
        cast(work, voter, contest, [b, a], [2, 1] if shared else [])
    assert cast(work, voter, contest, [a, b, c], [2, 1, 3] if shared else []) == "changed"


def test_a_withdrawn_project_does_not_shut_a_ballot_that_may_not_change(work: Work) -> None:
    contest, [a, b, c] = voting(work, vote_kind=VoteKind.RANKED, may_change_votes=False)
    voter = factories.person(work)
    cast(work, voter, contest, [a, b])
    work.session.execute(sa.text("UPDATE applications SET status = 'withdrawn' WHERE id = :id"), {"id": a})
    with pytest.raises(PicksKept):
        cast(work, voter, contest, [c, b])
    assert cast(work, voter, contest, [b, c]) == "changed"
    assert marks(work) == [(b, 1, None), (c, 2, None)]


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (VoteKind.APPROVAL, "place) SELECT id, {a}, contest_id, 1"),
        (VoteKind.APPROVAL, "points) SELECT id, {a}, contest_id, 1"),
        (VoteKind.RANKED, "points) SELECT id, {a}, contest_id, 1"),
        (VoteKind.RANKED, "place) SELECT id, {a}, contest_id, NULL"),
        (VoteKind.RANKED, "place) SELECT id, {a}, contest_id, 1"),
        (VoteKind.POINTS, "points) SELECT id, {a}, contest_id, 5"),
        (VoteKind.POINTS, "points) SELECT id, {a}, contest_id, NULL"),
    ],
)
def test_the_database_itself_refuses(work: Work, kind: VoteKind, columns: str) -> None:
    contest, [a, b, _] = voting(work, vote_kind=kind, points_limit=5)
    cast(work, factories.person(work), contest, [b], [1] if kind is VoteKind.POINTS else [])
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(
            sa.text(f"INSERT INTO votes (ballot_id, application_id, contest_id, {columns.format(a=a)} FROM ballots")
        )


def counted(work: Work, contest: Contest) -> dict[int, Outcome]:
    work.now = work.session.get_one(ContestPhase, (contest.id, PhaseKind.VOTING)).closes_at
    assert advance_due(work) == [contest.id]
    work.session.flush()
    found = work.session.execute(sa.select(Outcome).where(Outcome.contest_id == contest.id)).scalars()
    return {one.application_id: one for one in found}


def checked(work: Work, contest: Contest) -> None:
    """Let the job make the file, and count by it."""
    commit(work)
    assert publishing.make(contest.id)
    row = work.session.get_one(Publication, contest.id, populate_existing=True)
    text = publishing.path_of(contest.id, row.sha256 or "").read_text(encoding="utf-8")
    found = verify(io.StringIO(text, newline=""), known_root=row.root)
    assert found.ok, found.checks
    won = sa.select(Outcome.application_id).where(Outcome.contest_id == contest.id, Outcome.won)
    assert set(found.winners) == set(work.session.execute(won).scalars())


def test_places_count_as_points_and_everybody_reads_them(work: Work) -> None:
    contest, [a, b, c] = voting(work, vote_kind=VoteKind.RANKED)
    # a: 3 + 3; b: 2 + 3 + 2; c: 1. By votes alone b would lead as well, but a would not be so near.
    for ballot in ([a, b], [a, c, b], [b, a]):
        cast(work, factories.person(work), contest, ballot)
    found = counted(work, contest)
    assert {one: (row.votes, row.given, row.won) for one, row in found.items()} == {
        a: (3, 8, True),
        b: (3, 6, True),
        c: (1, 2, False),
    }
    assert found[c].lacking_votes in (4, 5)
    checked(work, contest)


def test_withdrawn_projects_leave_no_gap_in_a_ranking(work: Work) -> None:
    contest, [a, b, _] = voting(work, vote_kind=VoteKind.RANKED)
    cast(work, factories.person(work), contest, [a, b])
    work.session.execute(sa.text("UPDATE applications SET status = 'withdrawn' WHERE id = :id"), {"id": a})
    work.session.expire_all()
    found = counted(work, contest)
    assert (found[b].votes, found[b].given) == (1, 3)
    assert a not in found


def test_a_minimum_is_of_people_not_of_points(work: Work) -> None:
    contest, [a, b, _] = voting(work, vote_kind=VoteKind.POINTS, points_limit=10, min_votes=2)
    cast(work, factories.person(work), contest, [a], [10])
    for _ in range(2):
        cast(work, factories.person(work), contest, [b], [1])
    found = counted(work, contest)
    assert (found[a].won, found[a].reason, found[a].lacking_votes) == (False, "below_minimum", 1)
    assert (found[b].won, found[b].given) == (True, 2)
    checked(work, contest)


@pytest.mark.parametrize("rule", [one for one in CountRule if one.is_shares])
@pytest.mark.parametrize("kind", VoteKind)
def test_equal_shares_of_every_kind_are_counted_and_counted_again(work: Work, rule: CountRule, kind: VoteKind) -> None:
    contest, ballot = voting(
        work, (60_000, 60_000, 60_000, 50_000), budget=130_000, vote_kind=kind, count_rule=rule, points_limit=9
    )
    a, b, c, d = ballot
    for chosen in ([a, b], [a, b], [a, b, c], [b, a], [d], [d]):
        picks = chosen[:2] if kind is VoteKind.KNAPSACK else chosen
        points = [3, 2, 1][: len(picks)] if kind is VoteKind.POINTS else []
        cast(work, factories.person(work), contest, picks, points)
    found = counted(work, contest)
    assert {one for one, row in found.items() if row.won} <= {a, b, d}
    assert sum(row.amount for row in found.values() if row.won) <= 130_000
    assert all(row.paid for row in found.values() if row.reason == "won")
    checked(work, contest)
    assert {finding.name for finding in doctor.invariants() if not finding.ok} <= {
        "applications without their revision"  # a factory's application has none
    }


def test_a_village_gets_its_share_where_the_list_gives_it_nothing(work: Work) -> None:
    """Six of the town want three projects, four of the village one: by the list the town takes all."""
    amounts = (50_000, 50_000, 50_000, 60_000)
    winners = {}
    for rule in (CountRule.GREEDY, CountRule.MES):
        contest, ballot = voting(work, amounts, budget=150_000, count_rule=rule)
        for voter in range(10):
            cast(work, factories.person(work), contest, ballot[:3] if voter < 6 else ballot[3:])
        found = counted(work, contest)
        winners[rule] = {ballot.index(one) for one, row in found.items() if row.won}
    assert winners[CountRule.GREEDY] == {0, 1, 2}
    assert 3 in winners[CountRule.MES]
    assert len(winners[CountRule.MES]) == 2


def test_what_people_read_of_equal_shares(work: Work) -> None:
    official, author = factories.official(work), factories.person(work)
    contest = factories.contest(
        work,
        official,
        stage=S.VOTING,
        budget=150_000,
        max_cost=150_000,
        min_votes=0,
        vote_limit=3,
        count_rule=CountRule.MES,
    )
    entries: list[Application] = [
        factories.application(
            work, contest, factories.project(work, author, stage=ProjectStage.SUBMITTED), amount=amount
        )
        for amount in (50_000, 50_000, 50_000, 60_000)
    ]
    ids = [one.id or 0 for one in entries]
    for voter in range(10):
        cast(work, factories.person(work), contest, ids[:3] if voter < 6 else ids[3:])
    counted(work, contest)
    work.actor = factories.actor(work, official)
    ResultsState._publish(work, contest.id)
    commit(work)
    shown = ResultsState._opened(work, contest.id, "", 1, 1)
    [first, second] = shown.listed.winners
    assert (first.standing, second.standing) == ("Раунд 1", "Раунд 2")
    # Six shares of 15 000 pay 50 000: 8 333,33 each; four shares of 15 000 just pay 60 000.
    assert plain(first.why) == "Победил в раунде 1: каждый сторонник заплатил 8 333,33 ₽ из своей доли."
    assert plain(second.why) == "Победил в раунде 2: сторонники (4 человека) отдали всё, что оставалось от их долей."
    assert {plain(one.why) for one in shown.listed.rest} == {
        "Не хватило долей сторонников: к концу подсчёта у них вместе оставалось 40 000 ₽, нужно 50 000 ₽, не хватило 10 000 ₽."
    }
    assert "делится на всех проголосовавших поровну" in plain(shown.rules[0].text)
    assert [draw.title for draw in shown.draws] == ["Сторонники платили бы поровну"]
    rows = table_rows(work, contest.id, None)
    assert EXPORT_HEAD.index("Баллы жителей") == EXPORT_HEAD.index("Голоса") + 2
    film = ResultFilmState._film(work, contest.id)
    assert [plain(one.got) for one in film.frames or []] == [
        "6 голосов, до 8 333,33 ₽ с человека",
        "4 голоса, до 15 000 ₽ с человека",
    ]
    assert [plain(one.left) for one in film.frames or []] == ["100 000 ₽", "40 000 ₽"]
    assert sum("Победил в раунде" in plain(str(row[-1])) for row in rows) == 2
