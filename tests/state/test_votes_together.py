"""Ballots that come at the same moment: one unit of work, and each as if it had come alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka import clock, limits
from elka.core.receipts import receipt_code
from elka.core.secret import token_hash
from elka.db import Work
from elka.errors import SignInNeeded, TooOften
from elka.models.contests import ContestStage
from elka.models.people import Person
from elka.models.vote_refusals import BallotAnnulled, NotConfirmed, NotOnBallot, TooManyPicks, Unreadable, VotingClosed
from elka.models.votes import Cast
from elka.settings import settings
from elka.state.base import Asker
from elka.state.vote_guard import ProofAsked
from elka.state.votes import Paper, VotesState, _cast_all
from elka.together import Apart
from tests import factories
from tests.browser import commit, shown_to, signed_in

MANY = 12


@dataclass(frozen=True)
class Vote:
    """A contest that votes now, committed: what is on its ballot, the voters in the order of their ids, their sign-ins."""

    work: Work
    contest: int
    ballot: list[int]
    people: list[Person]
    tokens: list[str]

    def paper(self, voter: int, picks: object, address: str = "") -> Paper:
        where = address or f"10.0.{voter}.1"
        return Paper(Asker(token_hash(self.tokens[voter]), where, "test"), (self.contest, picks, [], ""))

    def tab(self, voter: int) -> VotesState:
        path, address = f"/contests/{self.contest}/vote", f"10.0.{voter}.1"
        return shown_to(VotesState, token=self.tokens[voter], path=path, address=address)

    def voted(self) -> list[int]:
        """Return who has cast a ballot, by their places; every ballot has its votes, its trace and its journal entry."""
        tables = ("ballots", "votes", "vote_traces", "journal WHERE key = 'ballot.cast'")
        counts = {self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}
        found = [row[0] for row in self.rows("SELECT person_id FROM ballots WHERE picks = 1 ORDER BY person_id")]
        assert counts == {len(found)}
        return [[person.id for person in self.people].index(one) for one in found]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        self.work.session.rollback()  # to see what others have committed
        return [tuple(row) for row in self.work.session.execute(sa.text(statement))]


@pytest.fixture
def vote(work: Work) -> Vote:
    work.now = clock.now()
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, vote_limit=2)
    author = factories.person(work)
    ballot = [factories.application(work, contest, factories.project(work, author)).id for _ in range(3)]
    people = [factories.person(work) for _ in range(MANY)]
    tokens = [signed_in(work, person) for person in people]
    commit(work)
    return Vote(work, contest.id, ballot, people, tokens)


@pytest.fixture
def taken(empty: sa.Engine) -> Iterator[list[int]]:
    """How many ballots each statement has cast."""
    sizes: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if "elka_cast" in statement:
            sizes.append(len(values["voters"]))

    sa.event.listen(empty, "before_cursor_execute", note)
    yield sizes
    sa.event.remove(empty, "before_cursor_execute", note)


async def test_a_rush_is_cast_by_few_units_of_work(vote: Vote, taken: list[int]) -> None:
    tabs = [vote.tab(voter) for voter in range(MANY)]
    await asyncio.gather(*(tab.cast(vote.contest, vote.ballot[:1]) for tab in tabs))
    assert [(tab.accepted, tab.said) for tab in tabs] == [(True, "Голос учтён")] * MANY
    assert (sum(taken), len(taken) < MANY) == (MANY, True)
    assert vote.voted() == list(range(MANY))
    stored = dict(vote.rows("SELECT person_id, receipt FROM ballots"))
    assert [stored[person.id] for person in vote.people] == [tab.receipt for tab in tabs]
    assert vote.rows("SELECT count(DISTINCT address_key) FROM vote_traces") == [(MANY,)]


def test_a_refusal_is_of_its_own_ballot_alone_and_writes_nothing(vote: Vote, taken: list[int]) -> None:
    vote.work.session.execute(
        sa.text("UPDATE people SET email_confirmed_at = NULL WHERE id = :id"), {"id": vote.people[1].id}
    )
    commit(vote.work)
    for _ in range(60):
        limits.hit("vote", account=vote.people[2].id)
    picks = {3: vote.ballot, 4: [10**9], 5: ["1"], 6: [vote.ballot[0]] * 2}
    papers = [vote.paper(voter, picks.get(voter, vote.ballot[:1])) for voter in range(MANY)]
    stranger = Paper(Asker(None, "10.1.1.1", "test"), (vote.contest, vote.ballot[:1], [], ""))
    told = _cast_all(vote.contest, [stranger, *reversed(papers)])
    expected = [Cast, NotConfirmed, TooOften, TooManyPicks, NotOnBallot, Unreadable, Unreadable] + [Cast] * 5
    assert [type(one) for one in told] == [SignInNeeded, *reversed(expected)]
    assert taken == [8]
    assert vote.voted() == [0, 7, 8, 9, 10, 11]


def test_a_contest_that_is_closed_refuses_all_of_them(vote: Vote) -> None:
    vote.work.session.execute(sa.text("UPDATE contests SET stage = 'decision'"))
    commit(vote.work)
    told = _cast_all(vote.contest, [vote.paper(voter, vote.ballot[:1]) for voter in range(3)])
    assert [type(one) for one in told] == [VotingClosed] * 3
    assert vote.voted() == []


def test_each_is_judged_by_the_moment_it_came(vote: Vote) -> None:
    """Those who came before the end vote, however late they are cast; those after it do not."""
    closes = vote.work.now
    vote.work.session.execute(sa.text("ALTER TABLE contest_phases DISABLE TRIGGER dates_stand"))
    vote.work.session.execute(
        sa.text("UPDATE contest_phases SET closes_at = :at WHERE kind = 'voting'"), {"at": closes}
    )
    vote.work.session.execute(sa.text("ALTER TABLE contest_phases ENABLE TRIGGER dates_stand"))
    commit(vote.work)
    came = [closes - timedelta(seconds=1), closes, closes - timedelta(microseconds=1)]
    papers = [
        Paper(Asker(token_hash(vote.tokens[voter]), "", "", arrived=at), (vote.contest, vote.ballot[:1], [], ""))
        for voter, at in enumerate(came)
    ]
    assert [type(one) for one in _cast_all(vote.contest, papers)] == [Cast, VotingClosed, Cast]
    assert vote.rows("SELECT cast_at FROM ballots ORDER BY person_id") == [(came[0],), (came[2],)]


async def test_two_tabs_of_one_voter_have_one_ballot(vote: Vote) -> None:
    told = _cast_all(vote.contest, [vote.paper(0, vote.ballot[:1]), vote.paper(0, vote.ballot[1:2])])
    assert [type(one) for one in told] == [Cast, Apart]
    tabs = [vote.tab(1), vote.tab(1), vote.tab(2)]
    await asyncio.gather(*(tab.cast(vote.contest, [pick]) for tab, pick in zip(tabs, vote.ballot, strict=True)))
    assert all(tab.accepted for tab in tabs)
    assert tabs[0].receipt == tabs[1].receipt != tabs[2].receipt
    assert vote.rows("SELECT picks FROM ballots ORDER BY person_id") == [(1,)] * 3
    chosen = vote.rows("SELECT v.application_id FROM votes v JOIN ballots b ON b.id = v.ballot_id ORDER BY b.person_id")
    assert chosen == [(vote.ballot[0],), (vote.ballot[1],), (vote.ballot[2],)]


async def test_an_annulled_ballot_stops_nobody_else(vote: Vote, taken: list[int]) -> None:
    assert isinstance(_cast_all(vote.contest, [vote.paper(0, vote.ballot[:1])])[0], Cast)
    row = vote.rows("SELECT id FROM ballots")[0][0]
    officials = [factories.official(vote.work) for _ in range(2)]
    vote.work.session.execute(
        sa.text(
            "WITH a AS (INSERT INTO annulments (contest_id, ground, words, pattern, size, proposed_by, proposed_at, answer) "
            "VALUES (:contest, 'bots', 'Голоса отданы подряд', '', 1, :by, :now, '') RETURNING id) "
            "INSERT INTO annulment_ballots (annulment_id, ballot_id, contest_id) SELECT a.id, :ballot, :contest FROM a"
        ),
        {"contest": vote.contest, "by": officials[0].id, "now": vote.work.now, "ballot": row},
    )
    vote.work.session.execute(
        sa.text("UPDATE annulments SET decided_by = :by, decided_at = :now, confirmed = true"),
        {"by": officials[1].id, "now": vote.work.now},
    )
    commit(vote.work)
    taken.clear()
    told = _cast_all(vote.contest, [vote.paper(voter, vote.ballot[1:2]) for voter in range(3)])
    assert [type(one) for one in told] == [BallotAnnulled, Cast, Cast]
    assert taken == [3]  # nothing was undone and cast anew
    assert vote.voted() == [0, 1, 2]


async def test_what_breaks_for_one_is_done_for_the_others(vote: Vote, taken: list[int]) -> None:
    """The database itself refuses one of them, and so the whole transaction: each is cast by itself then."""
    vote.work.session.execute(
        sa.text(
            "INSERT INTO ballots (contest_id, person_id, receipt, cast_at, changed_at) "
            "VALUES (:contest, :other, :receipt, now(), now())"
        ),
        {
            "contest": vote.contest,
            "other": vote.people[5].id,
            "receipt": receipt_code(settings().key(), vote.contest, vote.people[1].id),
        },
    )
    commit(vote.work)
    tabs = [vote.tab(voter) for voter in range(4)]
    told = await asyncio.gather(*(tab.cast(vote.contest, vote.ballot[:1]) for tab in tabs))
    assert [tab.accepted for tab in tabs] == [True, False, True, True]
    assert "Что-то сломалось" in str(told[1])
    assert vote.rows("SELECT count(*) FROM votes") == [(3,)]
    assert sum(taken) > len(tabs)


def test_a_crowd_is_asked_within_one_unit_of_work_too(vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is ahead in the same unit of work counts as having voted; each is asked a question of their own."""
    monkeypatch.setattr(settings(), "burst_address", 4)
    school = [vote.paper(voter, vote.ballot[:1], address="10.9.9.9") for voter in range(6)]
    told = _cast_all(vote.contest, [*school, vote.paper(6, vote.ballot[:1])])
    assert [type(one) for one in told] == [Cast] * 4 + [ProofAsked] * 2 + [Cast]
    assert vote.voted() == [0, 1, 2, 3, 6]
    asked = [one.challenge for one in told if isinstance(one, ProofAsked)]
    assert asked[0].challenge != asked[1].challenge
    assert type(_cast_all(vote.contest, school[5:])[0]) is ProofAsked
