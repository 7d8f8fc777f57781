"""Two workers with Redis and one without behave alike: each story here is told to both."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
import reflex as rx
import sqlalchemy as sa
from reflex.state import BaseState

from elka import doctor
from elka.bench.wire import Wire, open_wire
from elka.models.applications import ApplicationStatus, Revision
from elka.models.contests import ContestStage
from elka.redis_server import RedisServer
from elka.state.application_fill import FillState
from elka.state.base import COOKIE
from elka.state.gate import _states
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.served import Site

VOTERS = 24
LIMIT = 2
PATIENCE = 30
TRIES = 40  # to meet another worker: each new connection goes to any of them
LOST = (ConnectionError, asyncio.IncompleteReadError, OSError)


@dataclass(frozen=True)
class Vote:
    """A contest that is voted in: what is on its ballot, and the voters by their sign-ins."""

    contest: int
    projects: list[int]
    voters: dict[int, str]

    @property
    def path(self) -> str:
        return f"/contests/{self.contest}/vote"


def _vote(site: Site, voters: int = VOTERS) -> Vote:
    with site.work() as work:
        by = factories.person(work)
        contest = factories.contest(work, by, stage=ContestStage.VOTING, region=True, vote_limit=LIMIT)
        entries = [
            factories.application(work, contest, factories.project(work, by, title=f"Проект {number}"))
            for number in range(4)
        ]
        work.session.add_all(  # the site's self-check looks for them
            Revision(application_id=entry.id, number=1, content={}, submitted_by=by.id, submitted_at=work.now)
            for entry in entries
        )
        people = [factories.person(work, email=f"voter-{contest.id}-{n}@example.org").id for n in range(voters)]
        found = contest.id, [entry.id for entry in entries]
    return Vote(*found, {person: site.token(person) for person in people})


_open: list[Wire] = []


@pytest.fixture(autouse=True)
async def _all_closed() -> AsyncIterator[None]:
    yield
    for tab in _open:
        tab.writer.close()
        with suppress(*LOST):
            await tab.writer.wait_closed()
    _open.clear()


async def _tab(site: Site, path: str, sign_in: str, **more: str) -> Wire:
    tab = await asyncio.wait_for(open_wire(site.port, path, cookie=f"{COOKIE}={sign_in}", **more), PATIENCE)
    _open.append(tab)
    return tab


@asynccontextmanager
async def _at_another(site: Site, worker: int, path: str, sign_in: str, token: str = "") -> AsyncIterator[Wire]:
    """Open a tab (``token``: that was open before) at another worker than this; where there is but one, at that one."""
    tab = await _tab(site, path, sign_in, token=token)
    for _ in range(TRIES):
        if len(site.workers()) == 1 or site.worker_of(tab.port) != worker:
            break
        await _closed(tab)
        tab = await _tab(site, path, sign_in, token=token)
    try:
        yield tab
    finally:
        await _closed(tab)


async def _closed(tab: Wire) -> None:
    await tab.close()
    with suppress(*LOST):
        await tab.writer.wait_closed()
    await asyncio.sleep(0.1)  # the worker hears of it


async def _cast(tab: Wire, vote: Vote, *picks: int) -> str:
    """Vote; return the receipt, or what the refusal says."""
    await tab.call(VotesState.cast, contest_id=vote.contest, application_ids=list(picks))
    while True:
        update = await asyncio.wait_for(tab.update(), PATIENCE)
        news = (update.get("delta") or {}).get(VotesState.get_full_name(), {})
        if "attempt_rx_state_" in news and tab.told(VotesState, "accepted"):
            return str(tab.told(VotesState, "receipt"))
        if said := "".join(str(event["payload"]) for event in update.get("events") or ()):
            # A toast is a script, and its words are in ASCII.
            return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), said)


async def _write(site: Site, tab: Wire, project_id: int, text: str) -> None:
    """Type into the draft, and wait until it is saved."""
    await tab.call(FillState.save, key="problem", value=text)
    for _ in range(PATIENCE * 20):
        with site.engine.connect() as connection:
            kept = connection.execute(sa.text("SELECT problem FROM projects WHERE id = :id"), {"id": project_id})
            if kept.scalar_one() == text:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"not saved; the tab shows {tab.known.get(FillState.get_full_name())}")


def _stored(site: Site, vote: Vote) -> dict[int, tuple[str, list[int]]]:
    """Return the ballots by voter: receipt and picks."""
    with site.engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT b.person_id, b.receipt, b.picks, array_agg(v.application_id ORDER BY v.application_id) AS chosen "
                "FROM ballots b JOIN votes v ON v.ballot_id = b.id WHERE b.contest_id = :id GROUP BY b.id"
            ),
            {"id": vote.contest},
        ).all()
        broken = [
            name
            for name, query in doctor.INVARIANTS.items()
            if "ballot" in name and connection.execute(sa.text(query)).scalar_one()
        ]
    assert set(broken) <= {"ballots cast outside voting"}  # another test may have moved dates past its ballots
    assert all(row.picks == len(row.chosen) for row in rows)
    assert len({row.person_id for row in rows}) == len(rows)
    return {row.person_id: (row.receipt, list(row.chosen)) for row in rows}


def _all_kept(
    stored: dict[int, tuple[str, list[int]]], told: dict[int, tuple[int, str]], sent: dict[int, list[int]]
) -> None:
    """What was acknowledged is there; what was sent last may have been kept without its answer having come back."""
    for person, (pick, receipt) in told.items():
        assert stored[person][0] == receipt
        assert stored[person][1][0] in {pick, sent[person][-1]}


async def test_a_rush_of_voters(either_site: Site) -> None:
    site = either_site
    vote = _vote(site)
    a, b, c, d = vote.projects
    tabs = {person: await _tab(site, vote.path, sign_in) for person, sign_in in vote.voters.items()}
    assert {site.worker_of(tab.port) for tab in tabs.values()} == set(site.workers())

    over = await asyncio.gather(*(_cast(tab, vote, a, b, c) for tab in tabs.values()))
    assert all("не больше 2" in said for said in over)
    assert not _stored(site, vote)

    receipts = dict(zip(tabs, await asyncio.gather(*(_cast(tab, vote, a, d) for tab in tabs.values())), strict=True))
    assert _stored(site, vote) == {person: (receipts[person], [a, d]) for person in tabs}
    assert len(set(receipts.values())) == VOTERS
    for tab in tabs.values():
        await _closed(tab)


async def test_one_voter_at_two_workers_has_one_ballot(either_site: Site) -> None:
    site = either_site
    vote = _vote(site, voters=6)
    for person, sign_in in vote.voters.items():
        here = await _tab(site, vote.path, sign_in)
        async with _at_another(site, site.worker_of(here.port), vote.path, sign_in) as there:
            a, b, c, d = vote.projects
            told = await asyncio.gather(_cast(here, vote, a, b), _cast(there, vote, c, d))
        await _closed(here)
        assert told[0] == told[1]  # the receipt is the ballot's, and there is but one
        receipt, chosen = _stored(site, vote)[person]
        assert receipt == told[0]
        assert chosen in ([a, b], [c, d])


async def test_the_pace_of_a_voter_is_counted_over_all_workers(either_site: Site) -> None:
    site = either_site
    vote = _vote(site, voters=1)
    (sign_in,) = vote.voters.values()
    a, b, *_ = vote.projects
    here = await _tab(site, vote.path, sign_in)
    async with _at_another(site, site.worker_of(here.port), vote.path, sign_in) as there:
        said = [await _cast((here, there)[turn % 2], vote, (a, b)[turn // 2 % 2]) for turn in range(62)]
    await _closed(here)
    assert len(set(said[:60])) == 1  # accepted, with the receipt
    assert all("Слишком много попыток" in text for text in said[60:])


async def test_a_receipt_given_by_one_worker_is_known_to_another(either_site: Site) -> None:
    site = either_site
    vote = _vote(site, voters=1)
    ((person, sign_in),) = vote.voters.items()
    here = await _tab(site, vote.path, sign_in)
    receipt = await _cast(here, vote, vote.projects[0])
    async with _at_another(site, site.worker_of(here.port), f"/contests/{vote.contest}/results", sign_in) as there:
        for typed, known in ((receipt, "found"), ("7K3M-Q0ZT-X9AB", "missing")):
            await there.call(ResultsState.check_receipt, form={"receipt": typed})
            while there.told(ResultsState, "receipt") != known:
                await asyncio.wait_for(there.update(), PATIENCE)
    await _closed(here)
    assert _stored(site, vote)[person][0] == receipt


async def test_a_tab_that_comes_back_to_another_worker_goes_on(either_site: Site) -> None:
    """What the tab had, and what the form knows of it: a draft that goes on clashes with nothing of its own."""
    site = either_site
    vote = _vote(site, voters=1)
    (sign_in,) = vote.voters.values()
    tab = await _tab(site, vote.path, sign_in)
    receipt = await _cast(tab, vote, vote.projects[0])
    worker, token = site.worker_of(tab.port), tab.token
    await _closed(tab)
    async with _at_another(site, worker, vote.path, sign_in, token) as again:
        assert again.token == token
        assert again.told(VotesState, "receipt") == receipt
        assert again.told(VotesState, "attempt") == 1

    with site.work() as work:
        author = factories.person(work)
        contest = factories.contest(work, author)
        project = factories.project(work, author)
        draft = factories.application(work, contest, project, status=ApplicationStatus.DRAFT)
        path, author_id, project_id = f"/applications/{draft.id}/fill", author.id, project.id
    sign_in = site.token(author_id)
    tab = await _tab(site, path, sign_in)
    await tab.call(FillState.arrive, mount="m1")
    while tab.told(FillState, "mount") != "m1":
        await asyncio.wait_for(tab.update(), PATIENCE)
    await _write(site, tab, project_id, "Темно.")
    worker, token = site.worker_of(tab.port), tab.token
    await _closed(tab)
    async with _at_another(site, worker, path, sign_in, token) as again:
        assert again.token == token
        await _write(site, again, project_id, "Темно, и холодно.")
        assert not again.told(FillState, "clashes")


async def test_a_worker_killed_while_people_vote(either_site: Site) -> None:
    """Who was at it comes back and goes on; who was not notices nothing; the worker is replaced."""
    site = either_site
    vote = _vote(site)
    sent: dict[int, list[int]] = {person: [] for person in vote.voters}
    told: dict[int, tuple[int, str]] = {}
    back: set[int] = set()
    enough, everybody_went_on, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    later = set(vote.voters)  # who has not voted since the kill
    tabs = {person: await _tab(site, vote.path, sign_in) for person, sign_in in vote.voters.items()}
    at = {person: site.worker_of(tab.port) for person, tab in tabs.items()}

    async def keep_voting(person: int, tab: Wire) -> None:
        turn = 0
        while not stop.is_set():
            pick = vote.projects[turn % len(vote.projects)]
            sent[person].append(pick)
            try:
                receipt = await _cast(tab, vote, pick)
                assert len(receipt) == 14, receipt
                told[person] = (pick, receipt)
                turn += 1
                later.discard(person)
                if not later:
                    everybody_went_on.set()
                if len(told) == VOTERS:
                    enough.set()
                await asyncio.sleep(0.15)
            except LOST:
                back.add(person)
                await _closed(tab)
                await asyncio.sleep(0.3)
                with suppress(*LOST):
                    name = tab.token
                    tab = await _tab(site, vote.path, vote.voters[person], token=name)
                    assert tab.token == name  # the dead worker holds no tab
        await _closed(tab)

    voting = [asyncio.create_task(keep_voting(person, tab)) for person, tab in tabs.items()]
    await asyncio.wait_for(enough.wait(), PATIENCE)
    victim = at[next(iter(vote.voters))]
    os.kill(victim, signal.SIGKILL)
    everybody_went_on.clear()
    later.update(vote.voters)
    await asyncio.wait_for(everybody_went_on.wait(), PATIENCE)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*voting), PATIENCE)
    site.wait()
    assert victim not in site.workers()
    assert len(site.workers()) == len(set(at.values()))
    assert back == {person for person, worker in at.items() if worker == victim}
    _all_kept(_stored(site, vote), told, sent)
    site.faults()  # the end of a worker is said in the log


async def test_redis_gone_and_back(wide_site: Site, redis_server: RedisServer) -> None:
    """No vote is taken that cannot be counted rightly, none that was taken is lost, and the site goes on by itself."""
    site = wide_site
    vote = _vote(site, voters=4)
    a, b, *_ = vote.projects
    tabs = {person: await _tab(site, vote.path, sign_in) for person, sign_in in vote.voters.items()}
    receipts = {person: await _cast(tab, vote, a) for person, tab in tabs.items()}
    redis_server.stop()
    said = await asyncio.gather(*(_cast(tab, vote, b) for tab in tabs.values()))
    assert all("Ничего не записано" in text for text in said), said
    assert site.get("/health").status == 503
    assert _stored(site, vote) == {person: (receipt, [a]) for person, receipt in receipts.items()}

    redis_server.start()
    site.wait()
    again = {person: await _cast(tab, vote, b) for person, tab in tabs.items()}
    assert again == receipts
    assert _stored(site, vote) == {person: (receipt, [b]) for person, receipt in receipts.items()}
    for tab in tabs.values():
        await _closed(tab)
    assert all("task error suppressed" in line for line in site.faults())  # Reflex's own complaint of what it mends


@pytest.mark.parametrize(
    "kind", sorted(_states(rx.State), key=lambda kind: kind.get_full_name()), ids=lambda kind: kind.get_full_name()
)
def test_every_state_goes_through_redis(kind: type[BaseState]) -> None:
    state = kind(init_substates=False, _reflex_internal_init=True)
    again = BaseState._deserialize(data=state._serialize())
    assert {name: getattr(again, name) for name in kind.base_vars} == {
        name: getattr(state, name) for name in kind.base_vars
    }
