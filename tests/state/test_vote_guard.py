"""Proofs of work before votes of a burst: when they are asked, of whom, and that each is taken once."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka import clock
from elka.core import proof
from elka.core.actor import SYSTEM
from elka.db import Work, work_as
from elka.models import vote_traces
from elka.models.contests import Contest, ContestStage
from elka.models.people import Person
from elka.models.vote_traces import networks
from elka.passwords import hash_password
from elka.settings import settings
from elka.state import vote_guard
from elka.state.account import AccountState
from elka.state.vote_guard import ProofAsked
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in

SCHOOL = "203.0.113.7"
AGENT = "Mozilla/5.0 (Windows NT 10.0) Chrome/120"


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "proof_work", 1000)


@pytest.fixture
def contest(work: Work) -> Contest:
    return factories.contest(work, factories.official(work), stage=ContestStage.VOTING)


@pytest.fixture
def pick(work: Work, contest: Contest) -> int:
    return factories.application(work, contest, factories.project(work, factories.person(work))).id


def cast(work: Work, contest: Contest, pick: int, who: Person, *, address: str = SCHOOL, sent: object = "") -> str:
    work.actor, work.address, work.user_agent = factories.actor(work, who), address, AGENT
    return VotesState._cast(work, contest.id, [pick], proof=sent).receipt


def old(work: Work) -> Person:
    return factories.person(work, created_at=work.now - timedelta(days=400))


def crowd(work: Work, contest: Contest, pick: int, size: int, *, address: str = SCHOOL, fresh: bool = False) -> None:
    for _ in range(size):
        cast(work, contest, pick, factories.person(work) if fresh else old(work), address=address)


def solved(asked: ProofAsked) -> str:
    return proof.payload(asked.challenge, proof.solve(asked.challenge))


def refused(work: Work, contest: Contest, pick: int, who: Person, **how: object) -> ProofAsked:
    with pytest.raises(ProofAsked) as found:
        cast(work, contest, pick, who, **how)
    return found.value


def test_a_class_votes_freely_and_a_crowd_after_it_proves_itself(work: Work, contest: Contest, pick: int) -> None:
    crowd(work, contest, pick, settings().burst_address)
    who = old(work)
    asked = refused(work, contest, pick, who)
    assert work.session.scalar(sa.text("SELECT count(*) FROM ballots WHERE person_id = :id"), {"id": who.id}) == 0
    assert cast(work, contest, pick, who, sent=solved(asked))
    row = work.session.execute(
        sa.text("SELECT proof FROM vote_traces WHERE person_id = :id"), {"id": who.id}
    ).scalar_one()
    assert row == "address"
    assert cast(work, contest, pick, old(work), address="198.51.100.1")  # elsewhere nobody is asked
    work.now += timedelta(minutes=settings().burst_minutes, seconds=1)
    assert cast(work, contest, pick, old(work))  # and not when the crowd has gone


def test_nobody_is_ever_refused_for_their_address(work: Work, contest: Contest, pick: int) -> None:
    for _ in range(settings().burst_address + 30):
        who = old(work)
        with suppress(ProofAsked):
            cast(work, contest, pick, who)
            continue
        sent = solved(refused(work, contest, pick, who))
        assert cast(work, contest, pick, who, sent=sent)
    assert work.session.scalar(sa.text("SELECT count(*) FROM ballots")) == settings().burst_address + 30


def test_new_accounts_of_one_address_are_asked_sooner(work: Work, contest: Contest, pick: int) -> None:
    crowd(work, contest, pick, settings().burst_fresh, fresh=True)
    refused(work, contest, pick, factories.person(work))
    assert cast(work, contest, pick, old(work))


def test_a_network_counts_as_well(work: Work, contest: Contest, pick: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "burst_net", 6)
    for number in range(6):
        cast(work, contest, pick, old(work), address=f"203.0.113.{number}")
    refused(work, contest, pick, old(work), address="203.0.113.200")
    assert cast(work, contest, pick, old(work), address="203.0.114.1")


def test_a_surge_asks_those_who_have_just_come(
    work: Work, contest: Contest, pick: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "burst_floor", 10)
    for number in range(12):
        cast(work, contest, pick, old(work), address=f"10.{number}.0.1")
    work.now += timedelta(seconds=20)
    refused(work, contest, pick, factories.person(work), address="10.99.0.1")
    assert cast(work, contest, pick, old(work), address="10.98.0.1")


def test_an_hour_of_many_votes_is_no_surge(
    work: Work, contest: Contest, pick: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "burst_floor", 3)
    for number in range(60):  # a vote a minute for an hour, then five in a minute
        cast(work, contest, pick, old(work), address=f"10.{number}.0.1")
        work.now += timedelta(minutes=1)
    for number in range(5):
        cast(work, contest, pick, old(work), address=f"10.{number}.9.1")
    vote_guard.forget_rhythms()
    assert cast(work, contest, pick, factories.person(work), address="10.99.0.1")


def test_a_proof_is_taken_once(work: Work, contest: Contest, pick: int) -> None:
    crowd(work, contest, pick, settings().burst_address)
    who = old(work)
    once = solved(refused(work, contest, pick, who))
    assert cast(work, contest, pick, who, sent=once)
    again = refused(work, contest, pick, who, sent=once)
    assert again.challenge.challenge != json.loads(base64.b64decode(once))["challenge"]


def test_a_proof_of_another_person_contest_or_time_is_none(work: Work, contest: Contest, pick: int) -> None:
    crowd(work, contest, pick, settings().burst_address)
    mine, thief = old(work), old(work)
    once = solved(refused(work, contest, pick, mine))
    refused(work, contest, pick, thief, sent=once)
    other = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
    there = factories.application(work, other, factories.project(work, mine)).id
    refused(work, other, there, mine, sent=once)
    work.now += timedelta(seconds=vote_guard.SECONDS)
    refused(work, contest, pick, mine, sent=once)
    fresh = solved(refused(work, contest, pick, mine, sent="x"))
    assert cast(work, contest, pick, mine, sent=fresh)


@pytest.mark.parametrize("garbage", [5, [1], {"a": 1}, "x", "A" * 10_000, True])
def test_garbage_is_answered_by_a_challenge(work: Work, contest: Contest, pick: int, garbage: object) -> None:
    refused(work, contest, pick, old(work), sent=garbage)


def test_a_refused_vote_leaves_its_proof(work: Work, contest: Contest, pick: int) -> None:
    """Nothing is used up by a vote that was not taken: the transaction takes the proof back with it."""
    crowd(work, contest, pick, settings().burst_address)
    who = old(work)
    once = solved(refused(work, contest, pick, who))
    point = work.session.begin_nested()
    with pytest.raises(Exception, match="нет в бюллетене"):
        cast(work, contest, 2**40, who, sent=once)
    point.rollback()
    assert cast(work, contest, pick, who, sent=once)


def test_what_is_kept_of_a_vote_is_no_address_and_no_pick(work: Work, contest: Contest, pick: int) -> None:
    cast(work, contest, pick, factories.person(work))
    row = work.session.execute(sa.text("SELECT * FROM vote_traces")).mappings().one()
    assert set(row) == {
        "contest_id",
        "person_id",
        "cast_at",
        "account_at",
        "address_key",
        "net_key",
        "agent_key",
        "proof",
    }
    kept = b"".join(bytes(row[name]) for name in ("address_key", "net_key", "agent_key"))
    assert SCHOOL.encode() not in kept
    assert len({bytes(row[name]) for name in ("address_key", "net_key", "agent_key")}) == 3
    other = vote_traces.trace_of(contest.id + 1, SCHOOL, AGENT, surging=False, proven=False)
    assert other.address_key != bytes(row["address_key"])  # of two contests nothing can be put together


@pytest.mark.parametrize(
    ("address", "one", "net"),
    [
        ("203.0.113.7", "4:203.0.113.7", "4n:203.0.113"),
        ("::ffff:203.0.113.7", "4:203.0.113.7", "4n:203.0.113"),
        ("2001:db8:1:2:3::4", "6:2001:0db8:0001:0002", "6n:2001:0db8:0001"),
        ("", "", ""),
        ("not an address", "", ""),
    ],
)
def test_what_counts_as_one_address(address: str, one: str, net: str) -> None:
    assert networks(address) == (one, net)


def test_an_unknown_address_is_remembered_without_one(work: Work, contest: Contest, pick: int) -> None:
    for _ in range(settings().burst_address + 5):
        cast(work, contest, pick, old(work), address="")
    assert work.session.scalar(sa.text("SELECT count(*) FROM vote_traces WHERE address_key IS NULL")) == 25


def test_traces_go_after_their_time(work: Work, contest: Contest, pick: int) -> None:
    who = old(work)
    cast(work, contest, pick, who)
    work.session.execute(sa.text("INSERT INTO used_proofs VALUES ('\\x01', :at)"), {"at": work.now - timedelta(1)})
    assert vote_traces.forget_old(work.session, work.now) == {"traces": 0, "proofs": 1}
    work.session.execute(sa.text("UPDATE contests SET published_at = :at"), {"at": work.now})
    late = work.now + timedelta(days=settings().traces_days)
    assert vote_traces.forget_old(work.session, late)["traces"] == 0
    assert vote_traces.forget_old(work.session, late + timedelta(seconds=1))["traces"] == 1
    assert work.session.scalar(sa.text("SELECT count(*) FROM ballots")) == 1


def test_who_erases_their_account_leaves_no_trace(work: Work, contest: Contest, pick: int) -> None:
    who = old(work)
    who.password_hash = hash_password("еловая шишка 12")
    cast(work, contest, pick, who)
    AccountState._erase(work, {"erase_password": "еловая шишка 12"})
    assert work.session.scalar(sa.text("SELECT count(*) FROM vote_traces")) == 0
    assert work.session.scalar(sa.text("SELECT count(*) FROM ballots")) == 1


async def test_a_browser_is_asked_and_answers(work: Work, contest: Contest, pick: int) -> None:
    """The question is a state of the ballot: a challenge in a var, no error, no toast; the answer casts."""
    work.now = clock.now()
    work.session.execute(sa.text("ALTER TABLE contest_phases DISABLE TRIGGER dates_stand"))
    work.session.execute(
        sa.text("UPDATE contest_phases SET opens_at = :a, closes_at = :b WHERE kind = 'voting'"),
        {"a": work.now - timedelta(days=1), "b": work.now + timedelta(days=1)},
    )
    work.session.execute(sa.text("ALTER TABLE contest_phases ENABLE TRIGGER dates_stand"))
    crowd(work, contest, pick, settings().burst_address)
    who = old(work)
    token = signed_in(work, who)
    commit(work)
    state = shown_to(VotesState, token=token, path=f"/contests/{contest.id}/vote", address=SCHOOL)
    assert await state.cast(contest.id, [pick]) is None
    told = await sent(state)
    assert (told["attempt"], told.get("accepted", False), told.get("errors", {})) == (1, False, {})
    assert set(told["challenge"]) == {"algorithm", "challenge", "salt", "signature", "maxnumber"}
    found = proof.Challenge(**told["challenge"])
    await state.cast(contest.id, [pick], [], proof.payload(found, proof.solve(found)))
    told = await sent(state)
    assert (state.accepted, state.said, state.challenge) == (True, "Голос учтён", {})
    with work_as(SYSTEM) as other:
        kept = other.session.scalar(sa.text("SELECT count(*) FROM used_proofs"))
    assert kept == 1
