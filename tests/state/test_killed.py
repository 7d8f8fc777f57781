"""The site killed while people vote: every acknowledged ballot is on disk, none is there twice, and the site comes back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import cycle

import sqlalchemy as sa

from elka import doctor
from elka.bench.wire import Wire, open_wire
from elka.state.base import COOKIE
from elka.state.votes import VotesState
from tests.served import Site

VOTERS = 25
ENOUGH = 60  # ballots acknowledged before the kill
STATE = VotesState.get_full_name()
LOST = (ConnectionError, asyncio.IncompleteReadError, OSError)


def _ballot(site: Site) -> tuple[int, list[int], list[int]]:
    """Return a contest that may be voted in and whose choice may be changed, its projects, and people to vote."""
    with site.engine.connect() as connection:
        contest = connection.execute(
            sa.text(
                "SELECT id FROM contests WHERE stage = 'voting' AND municipality_id IS NULL AND may_change_votes "
                "AND vote_kind = 'approval' ORDER BY id LIMIT 1"
            )
        ).scalar_one()
        projects = connection.execute(
            sa.text("SELECT id FROM applications WHERE contest_id = :id AND status = 'admitted' ORDER BY id"),
            {"id": contest},
        ).scalars()
        people = connection.execute(
            sa.text(
                "SELECT id FROM people WHERE email_confirmed_at IS NOT NULL AND birth_date < '2000-01-01' "
                "AND email LIKE 'person-%' AND id NOT IN (SELECT person_id FROM ballots WHERE contest_id = :id) "
                "ORDER BY id LIMIT :voters"
            ),
            {"id": contest, "voters": VOTERS},
        ).scalars()
        return contest, list(projects), list(people)


async def test_every_acknowledged_ballot_outlives_a_kill(either_site: Site) -> None:
    site = either_site
    contest, projects, people = _ballot(site)
    assert len(people) == VOTERS
    sent: dict[int, list[int]] = {}
    told: dict[int, tuple[int, str]] = {}
    killed = asyncio.Event()
    count = 0

    async def vote(place: int, person: int, tab: Wire) -> None:
        """Vote, and change one's mind again and again, until the site is gone."""
        nonlocal count
        for pick in cycle(projects[place % len(projects) :] + projects[: place % len(projects)]):
            sent.setdefault(person, []).append(pick)
            try:
                await tab.call(VotesState.cast, contest_id=contest, application_ids=[pick])
                while not (seen := ((await tab.update()).get("delta") or {}).get(STATE, {})).get("accepted_rx_state_"):
                    pass
            except LOST:
                return
            receipt = seen.get("receipt_rx_state_") or told.get(person, (0, ""))[1]
            told[person] = (pick, receipt)
            count += 1
            if count == ENOUGH:
                killed.set()
            await asyncio.sleep(0.05)  # people do not vote sixty times a minute: keep under the limit of a person

    tabs = [
        await open_wire(site.port, f"/contests/{contest}/vote", cookie=f"{COOKIE}={site.token(person)}")
        for person in people
    ]
    votes = [asyncio.create_task(vote(place, *pair)) for place, pair in enumerate(zip(people, tabs, strict=True))]
    await asyncio.wait_for(killed.wait(), 60)
    before = site.kill()
    await asyncio.wait_for(asyncio.gather(*votes), 30)
    for tab in tabs:
        await tab.close()
        with suppress(*LOST):
            await tab.writer.wait_closed()
    site.wait(not_pid=before)

    with site.engine.connect() as connection:
        kept = {
            row.person_id: row
            for row in connection.execute(
                sa.text(
                    "SELECT b.person_id, b.receipt, b.picks, array_agg(v.application_id) AS chosen FROM ballots b "
                    "JOIN votes v ON v.ballot_id = b.id WHERE b.contest_id = :id AND b.person_id = ANY(:people) "
                    "GROUP BY b.id"
                ),
                {"id": contest, "people": people},
            )
        }
        broken = [name for name, query in doctor.INVARIANTS.items() if connection.execute(sa.text(query)).scalar_one()]
    assert len(told) > VOTERS // 2
    for person, (pick, receipt) in told.items():
        row = kept[person]
        assert row.receipt == receipt
        assert (row.picks, len(row.chosen)) == (1, 1)
        # What was sent last may have been kept without the answer having come back.
        assert row.chosen[0] in {pick, sent[person][-1]}
    assert set(broken) <= {"ballots cast outside voting"}  # another test may have moved dates past its ballots
    site.faults()  # whatever was cut off in the middle
