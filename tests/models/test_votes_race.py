"""Many connections at once: the limit holds, nothing doubles, and a count sees whole ballots only."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import combinations
from threading import Barrier, Event

import pytest
import sqlalchemy as sa

from elka.core.actor import SYSTEM, Actor
from elka.db import work_as
from elka.errors import Refused
from elka.models.contest_parts import CategoryBasis
from elka.models.contests import Contest, ContestStage, VoteKind
from elka.models.vote_refusals import TooManyOfPart, VotingClosed
from elka.models.votes import hold_casting
from elka.state.votes import VotesState
from tests import factories

AT_ONCE = 50
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def connections(empty: sa.Engine) -> Iterator[sa.Engine]:
    """Make an engine that opens a real connection for every unit of work."""
    engine = sa.create_engine(empty.url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def vote_of(connections: sa.Engine, projects: int, voters: int, **rules: object) -> tuple[int, list[int], list[Actor]]:
    """Commit a contest that votes; return its id, its applications and its voters."""
    with work_as(SYSTEM, now=NOW, bind=connections) as work:
        contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, **rules)
        author = factories.person(work)
        ballot = [factories.application(work, contest, factories.project(work, author)).id for _ in range(projects)]
        actors = [factories.actor(work, factories.person(work)) for _ in range(voters)]
        return contest.id, ballot, actors


def ask(connections: sa.Engine, statement: str) -> list[tuple[int, ...]]:
    with connections.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def cast(connections: sa.Engine, actor: Actor, contest_id: int, picks: list[int]) -> str | None:
    """Cast in a connection of its own; return the receipt, None when it was refused."""
    try:
        with work_as(actor, now=NOW, bind=connections) as work:
            receipt = VotesState._cast(work, contest_id, picks).receipt
    except Refused:
        return None
    return receipt


def at_once(calls: int, one: object) -> list[object]:
    """Run ``one(number)`` in as many threads, all let go at the same moment."""
    line = Barrier(calls)

    def run(number: int) -> object:
        line.wait(timeout=60)
        return one(number)

    with ThreadPoolExecutor(calls) as threads:
        return list(threads.map(run, range(calls)))


def test_one_person_in_fifty_tabs_with_one_ballot(connections: sa.Engine) -> None:
    contest_id, ballot, [voter] = vote_of(connections, 5, 1, vote_limit=3)
    receipts = at_once(AT_ONCE, lambda _: cast(connections, voter, contest_id, ballot[:3]))
    assert len(set(receipts)) == 1
    assert receipts[0] is not None
    assert ask(connections, "SELECT picks, (SELECT count(*) FROM votes) FROM ballots") == [(3, 3)]
    assert ask(connections, "SELECT count(*) FROM journal WHERE key = 'ballot.cast'") == [(1,)]


def test_one_person_in_fifty_tabs_with_different_ballots(connections: sa.Engine) -> None:
    contest_id, ballot, [voter] = vote_of(connections, 6, 1, vote_limit=3)
    choices = [list(three) for three in combinations(ballot, 3)]
    receipts = at_once(AT_ONCE, lambda n: cast(connections, voter, contest_id, choices[n % len(choices)]))
    assert len(set(receipts)) == 1
    assert ask(connections, "SELECT picks FROM ballots") == [(3,)]
    [votes] = [sorted(row[0] for row in ask(connections, "SELECT application_id FROM votes"))]
    assert votes in choices  # one of the ballots as a whole, never a mixture


def test_where_votes_stay_the_limit_holds_in_fifty_tabs(connections: sa.Engine) -> None:
    contest_id, ballot, [voter] = vote_of(connections, AT_ONCE, 1, vote_limit=5, may_change_votes=False)
    receipts = at_once(AT_ONCE, lambda n: cast(connections, voter, contest_id, [ballot[n]]))
    assert sum(receipt is not None for receipt in receipts) == 1  # each of the others would take the first one back
    assert ask(connections, "SELECT picks, (SELECT count(*) FROM votes) FROM ballots") == [(1, 1)]


def test_raw_inserts_cannot_pass_the_limit_either(connections: sa.Engine) -> None:
    """The guard is the database's own: it holds for whoever writes past the flow."""
    contest_id, ballot, [voter] = vote_of(connections, AT_ONCE, 1, vote_limit=3)
    with work_as(SYSTEM, now=NOW, bind=connections) as work:
        work.session.execute(
            sa.text(
                "INSERT INTO ballots (contest_id, person_id, receipt, cast_at, changed_at) "
                "VALUES (:contest, :voter, 'R', now(), now())"
            ),
            {"contest": contest_id, "voter": voter.person_id},
        )
    statement = sa.text(
        "INSERT INTO votes (ballot_id, application_id, contest_id) SELECT id, :pick, contest_id FROM ballots"
    )

    def push(number: int) -> bool:
        try:
            with connections.begin() as connection:
                connection.execute(statement, {"pick": ballot[number]})
        except sa.exc.IntegrityError as error:
            if "ck_ballots_picks_within_limit" not in str(error):
                raise
            return False
        return True

    assert sum(bool(passed) for passed in at_once(AT_ONCE, push)) == 3
    assert ask(connections, "SELECT picks, (SELECT count(*) FROM votes) FROM ballots") == [(3, 3)]


def test_raw_inserts_cannot_pass_the_budget_of_a_knapsack(connections: sa.Engine) -> None:
    contest_id, ballot, [voter] = vote_of(connections, AT_ONCE, 1, vote_kind=VoteKind.KNAPSACK)
    assert cast(connections, voter, contest_id, ballot[:1])
    statement = sa.text(
        "INSERT INTO votes (ballot_id, application_id, contest_id) SELECT id, :pick, contest_id FROM ballots"
    )

    def push(number: int) -> bool:
        try:
            with connections.begin() as connection:
                connection.execute(statement, {"pick": ballot[number + 1]})
        except sa.exc.IntegrityError as error:
            if "ck_ballots_cost_within_limit" not in str(error):
                raise
            return False
        return True

    # 300 000 ₽ each of 1 000 000 ₽: two more fit.
    assert sum(bool(passed) for passed in at_once(AT_ONCE - 1, push)) == 2
    assert ask(connections, "SELECT picks, cost, cost_limit FROM ballots") == [(3, 900_000, 1_000_000)]
    with pytest.raises(sa.exc.IntegrityError, match="counted from votes only"), connections.begin() as connection:
        connection.execute(sa.text("UPDATE ballots SET cost = 0"))


def divided(
    connections: sa.Engine, projects: int, *, limits: dict[str, object], **rules: object
) -> tuple[int, list[int], Actor]:
    """Commit a contest of two categories that votes: the first half of its projects is in one, the rest in the other."""
    with work_as(SYSTEM, now=NOW, bind=connections) as work:
        contest = factories.contest(
            work,
            factories.official(work),
            stage=ContestStage.VOTING,
            category_basis=CategoryBasis.NOMINATION,
            **rules,
        )
        rows = [factories.category(work, contest, name, **limits) for name in ("Дворы", "Спорт")]
        author = factories.person(work)
        ballot = [
            factories.application(
                work, contest, factories.project(work, author), category_id=rows[n * 2 // projects].id
            ).id
            for n in range(projects)
        ]
        return contest.id, ballot, factories.actor(work, factories.person(work))


@pytest.mark.parametrize("kind", VoteKind)
def test_the_limit_of_a_category_holds_in_fifty_tabs(connections: sa.Engine, kind: VoteKind) -> None:
    contest_id, ballot, voter = divided(
        connections, 8, limits={"vote_limit": 2, "budget": 700_000}, vote_limit=5, vote_kind=kind, budget=2_000_000
    )
    choices = [list(some) for some in combinations(ballot, 4)][:AT_ONCE]
    allowed = [some for some in choices if len(set(some) & set(ballot[:4])) == 2]

    def vote(number: int) -> str | None:
        picks = choices[number]
        points = [1] * len(picks) if kind is VoteKind.POINTS else []
        try:
            with work_as(voter, now=NOW, bind=connections) as work:
                return VotesState._cast(work, contest_id, picks, points).receipt
        except TooManyOfPart:
            return None

    receipts = at_once(len(choices), vote)
    assert sum(receipt is not None for receipt in receipts) == len(allowed)
    assert ask(connections, "SELECT picks, pick_limit FROM ballot_parts") == [(2, 2)] * 2
    assert sorted(row[0] for row in ask(connections, "SELECT application_id FROM votes")) in allowed


def test_raw_inserts_cannot_pass_the_limits_of_categories(connections: sa.Engine) -> None:
    contest_id, ballot, voter = divided(connections, AT_ONCE, limits={"vote_limit": 3})
    assert cast(connections, voter, contest_id, ballot[:1])

    def push(number: int) -> bool:
        statement = (
            "INSERT INTO votes (ballot_id, application_id, contest_id) SELECT id, :pick, contest_id FROM ballots"
        )
        try:
            with connections.begin() as connection:
                connection.execute(sa.text(statement), {"pick": ballot[number + 1]})
        except sa.exc.IntegrityError as error:
            if "ck_ballot_parts_picks_within_limit" not in str(error):
                raise
            return False
        return True

    assert sum(bool(passed) for passed in at_once(AT_ONCE - 1, push)) == 5  # two more of the first, three of the second
    assert ask(connections, "SELECT picks FROM ballots") == [(6,)]
    assert ask(connections, "SELECT picks FROM ballot_parts") == [(3,), (3,)]
    for lie in ("UPDATE ballot_parts SET picks = 0", "DELETE FROM ballot_parts"):
        with pytest.raises(sa.exc.IntegrityError, match="counted from votes only"), connections.begin() as connection:
            connection.execute(sa.text(lie))
    with pytest.raises(sa.exc.IntegrityError, match="stands once judging"), connections.begin() as connection:
        connection.execute(sa.text("UPDATE applications SET category_id = NULL"))
    with connections.begin() as connection:
        connection.execute(sa.text("DELETE FROM votes"))
    assert ask(connections, "SELECT picks, cost FROM ballot_parts") == [(0, 0)] * 2


def test_raw_inserts_cannot_pass_the_budget_of_a_category(connections: sa.Engine) -> None:
    contest_id, ballot, voter = divided(
        connections, 20, limits={"budget": 700_000}, budget=2_000_000, vote_kind=VoteKind.KNAPSACK
    )
    assert cast(connections, voter, contest_id, ballot[:1])

    def push(number: int) -> bool:
        statement = (
            "INSERT INTO votes (ballot_id, application_id, contest_id) SELECT id, :pick, contest_id FROM ballots"
        )
        try:
            with connections.begin() as connection:
                connection.execute(sa.text(statement), {"pick": ballot[number + 1]})
        except sa.exc.IntegrityError as error:
            if "ck_ballot_parts_cost_within_limit" not in str(error):
                raise
            return False
        return True

    # 300 000 ₽ each, 700 000 ₽ of a category: one more of the first and two of the second fit.
    assert sum(bool(passed) for passed in at_once(19, push)) == 3
    assert ask(connections, "SELECT picks, cost, cost_limit FROM ballot_parts") == [(2, 600_000, 700_000)] * 2


def test_a_knapsack_in_fifty_tabs_is_one_of_its_ballots(connections: sa.Engine) -> None:
    contest_id, ballot, [voter] = vote_of(connections, 6, 1, vote_kind=VoteKind.KNAPSACK)
    choices = list(combinations(ballot, 3))
    receipts = at_once(AT_ONCE, lambda n: cast(connections, voter, contest_id, list(choices[n % len(choices)])))
    assert None not in receipts
    assert ask(connections, "SELECT picks, cost FROM ballots") == [(3, 900_000)]
    assert tuple(sorted(row[0] for row in ask(connections, "SELECT application_id FROM votes"))) in choices


def test_fifty_voters_at_once_are_all_counted(connections: sa.Engine) -> None:
    contest_id, ballot, voters = vote_of(connections, 3, AT_ONCE, vote_limit=None)
    receipts = at_once(AT_ONCE, lambda n: cast(connections, voters[n], contest_id, ballot))
    assert len(set(receipts)) == AT_ONCE
    assert ask(connections, "SELECT count(*), sum(picks) FROM ballots") == [(AT_ONCE, AT_ONCE * 3)]
    assert ask(connections, "SELECT count(*) FROM votes GROUP BY application_id") == [(AT_ONCE,)] * 3


def test_nothing_after_the_close_is_counted(connections: sa.Engine) -> None:
    """People vote while the vote is closed: every receipt is in the count, and the count is final."""
    contest_id, ballot, voters = vote_of(connections, 1, 300, vote_limit=None)
    started = Event()

    def vote(voter: Actor) -> str | None:
        receipt = cast(connections, voter, contest_id, ballot)
        started.set()
        return receipt

    def close() -> int:
        started.wait(timeout=60)
        with work_as(SYSTEM, now=NOW, bind=connections) as work:
            hold_casting(work.session, contest_id)
            work.session.get_one(Contest, contest_id).stage = ContestStage.DECISION
            work.session.flush()
            return int(work.session.scalar(sa.text("SELECT count(*) FROM votes")))

    with ThreadPoolExecutor(21) as threads:
        counting = threads.submit(close)
        receipts = list(threads.map(vote, voters))
    counted = counting.result()
    assert counted == sum(receipt is not None for receipt in receipts)
    assert ask(connections, "SELECT count(*) FROM votes") == [(counted,)]
    with work_as(voters[-1], now=NOW, bind=connections) as work, pytest.raises(VotingClosed):
        VotesState._cast(work, contest_id, ballot)
