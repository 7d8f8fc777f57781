"""Many connections at once: one decision, whole ballots, and nothing annulled that is not counted out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import sqlalchemy as sa

from elka.core import proof
from elka.core.actor import SYSTEM, Actor
from elka.db import work_as
from elka.errors import Refused
from elka.models.annulments import Ground
from elka.models.contests import ContestStage
from elka.settings import settings
from elka.state import annulments
from elka.state.vote_guard import ProofAsked, asked
from elka.state.votes import VotesState
from tests import factories
from tests.models.test_votes_race import NOW, ask, at_once, cast

FORM = {"ground": Ground.BOTS.value, "words": "Голоса отданы подряд с одного адреса за две минуты."}
AT_ONCE = 12


@pytest.fixture
def connections(empty: sa.Engine) -> Iterator[sa.Engine]:
    engine = sa.create_engine(empty.url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def ground(connections: sa.Engine, voters: int, officials: int) -> tuple[int, list[int], list[Actor], list[Actor]]:
    """Commit a vote in which everybody has voted; return the contest, its projects, the voters and the officials."""
    with work_as(SYSTEM, now=NOW, bind=connections) as work:
        serving = [factories.official(work) for _ in range(officials)]
        contest = factories.contest(work, serving[0], stage=ContestStage.VOTING, vote_limit=None)
        author = factories.person(work)
        ballot = [factories.application(work, contest, factories.project(work, author)).id for _ in range(3)]
        people = [factories.actor(work, factories.person(work)) for _ in range(voters)]
        found = contest.id, ballot, people, [factories.actor(work, one) for one in serving]
    for one in people:
        assert cast(connections, one, found[0], ballot[:1])
    return found


def proposed(connections: sa.Engine, official: Actor, contest_id: int) -> int:
    with work_as(official, now=NOW, bind=connections) as work:
        ids = list(work.session.scalars(sa.text("SELECT id FROM ballots ORDER BY id")))
        return int(annulments.propose(work, contest_id, ids, FORM).id or 0)


def test_of_many_who_decide_at_once_one_does(connections: sa.Engine) -> None:
    contest_id, _, _, officials = ground(connections, 4, AT_ONCE + 1)
    row = proposed(connections, officials[0], contest_id)

    def decide(number: int) -> bool:
        form = {"confirmed": "true"} if number % 2 else {"confirmed": "false", "answer": "Это обычные люди."}
        try:
            with work_as(officials[1 + number], now=NOW, bind=connections) as work:
                annulments.decide(work, row, form)
        except Refused:
            return False
        return True

    assert sum(bool(done) for done in at_once(AT_ONCE, decide)) == 1
    [(confirmed,)] = ask(connections, "SELECT confirmed FROM annulments")
    assert ask(connections, "SELECT count(*) FROM ballots WHERE annulled_by IS NOT NULL") == [(4 if confirmed else 0,)]
    keys = "'ballots.annulled', 'ballots.annulment_declined'"
    assert ask(connections, f"SELECT count(*) FROM journal WHERE key IN ({keys})") == [(1,)]
    assert ask(connections, "SELECT count(*) FROM notices WHERE kind = 'vote'") == [(4 if confirmed else 0,)]


def test_ballots_are_proposed_once_whoever_is_quicker(connections: sa.Engine) -> None:
    contest_id, _, _, officials = ground(connections, 3, AT_ONCE)

    def propose(number: int) -> bool:
        try:
            proposed(connections, officials[number], contest_id)
        except Refused:
            return False
        return True

    assert sum(bool(done) for done in at_once(AT_ONCE, propose)) == 1
    assert ask(connections, "SELECT count(*), sum(size) FROM annulments") == [(1, 3)]


def test_a_ballot_that_is_being_changed_is_annulled_as_it_was_or_as_it_became(connections: sa.Engine) -> None:
    """Voters change their ballots while two officials annul them: every change is whole and before it, or refused."""
    contest_id, ballot, people, officials = ground(connections, 40, 2)
    row = proposed(connections, officials[0], contest_id)
    started = Event()

    def change(actor: Actor) -> bool:
        done = cast(connections, actor, contest_id, ballot) is not None
        started.set()
        return done

    def decide() -> None:
        started.wait(timeout=60)
        with work_as(officials[1], now=NOW, bind=connections) as work:
            annulments.decide(work, row, {"confirmed": "true"})

    with ThreadPoolExecutor(9) as threads:
        deciding = threads.submit(decide)
        changed = list(threads.map(change, people))
    deciding.result()
    assert ask(connections, "SELECT count(*) FROM valid_votes") == [(0,)]
    assert ask(connections, "SELECT count(*) FROM ballots WHERE picks = 3") == [(sum(changed),)]
    assert ask(connections, "SELECT count(*) FROM ballots WHERE picks NOT IN (1, 3)") == [(0,)]
    with work_as(people[0], now=NOW, bind=connections) as work, pytest.raises(Refused, match="аннулирован"):
        VotesState._cast(work, contest_id, ballot[1:])


def test_one_proof_in_many_tabs_is_taken_once(connections: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "proof_work", 1000)
    contest_id, ballot, [voter], _ = ground(connections, 1, 1)
    with work_as(voter, now=NOW, bind=connections) as work:
        challenge = asked(work, contest_id).challenge
    sent = proof.payload(challenge, proof.solve(challenge))

    def push(number: int) -> bool:
        try:
            with work_as(voter, now=NOW, bind=connections) as work:
                VotesState._cast(work, contest_id, [ballot[number % 3]], proof=sent)
        except ProofAsked:
            return False
        return True

    assert sum(bool(done) for done in at_once(AT_ONCE, push)) == 1
    assert ask(connections, "SELECT count(*) FROM used_proofs") == [(1,)]
