"""Votes a second that one worker accepts through the real websocket, 200 voters at once, each vote durable.

Each of 200 signed-in voters keeps a tab open on the ballot and votes in one contest after another, a new ballot with
one pick each time, waiting for its receipt before the next. A vote counts when its receipt came back **and** its row
is in the database afterwards. Beside it, on the same PostgreSQL in the same run: plain durable single-row inserts by
16 connections, as the measure of what this machine's disk and database can do at all.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import psycopg
import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.ground import Ground, ground
from elka.bench.wire import Wire, open_wire
from elka.core.identifiers import DEMO_DOMAIN
from elka.core.secret import new_token, token_hash
from elka.db import Work, work_as
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.people import Person
from elka.models.places import Direction, Settlement
from elka.models.projects import Project, ProjectStage
from elka.models.sign_in import SignIn
from elka.state.base import COOKIE
from elka.state.votes import VotesState

VOTERS = int(os.environ.get("ELKA_BENCH_VOTERS", "200"))
ROUNDS = int(os.environ.get("ELKA_BENCH_ROUNDS", "25"))  # contests, so ballots of each voter
PROJECTS = 12
WRITERS = 16
RAW_SECONDS = 3.0
STATE = VotesState.get_full_name()


def run(progress: Progress) -> Figures:
    """Measure; return votes_per_s, p50_ms, p99_ms, raw_per_s and ratio (votes to raw inserts)."""
    with ground(progress) as own:
        progress(f"{VOTERS} voters, {ROUNDS} contests")
        with work_as(bind=own.engine) as work:
            tokens, contests = _people_and_contests(work)
        # One machine is all voters here: the questions are asked of the database as ever, and never answered with yes.
        with own.server(
            ELKA_BURST_ADDRESS="1000000",
            ELKA_BURST_NET="1000000",
            ELKA_BURST_FRESH="1000000",
            ELKA_BURST_FLOOR="1000000",
        ):
            progress("voting")
            seconds, waits = asyncio.run(_vote(own, tokens, contests))
        _check(own, len(waits))
        progress("plain inserts")
        raw = _raw_per_second(own.url)
    rate = len(waits) / seconds
    return {
        "votes_per_s": round(rate, 1),
        "p50_ms": round(statistics.median(waits) * 1000, 1),
        "p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 1),
        "raw_per_s": round(raw, 1),
        "ratio": round(rate / raw, 3),
        "votes": len(waits),
        "voters": VOTERS,
    }


def _people_and_contests(work: Work) -> tuple[list[str], list[tuple[int, list[int]]]]:
    """Make the voters (their sign-in tokens) and the contests (each with the ids on its ballot)."""
    session, now = work.session, work.now
    home = session.scalars(sa.select(Settlement.id).limit(1)).one()
    direction = session.scalars(sa.select(Direction.id).limit(1)).one()
    people = [
        Person(
            last_name="Избиратель",
            first_name=f"№ {number}",
            settlement_id=home,
            email=f"voter{number}@{DEMO_DOMAIN}",
            phone=f"+7900{number:07d}",
            password_hash="!",  # noqa: S106  nobody signs in by password here
            birth_date=date(1990, 1, 1),
            created_at=now,
            email_confirmed_at=now,
        )
        for number in range(VOTERS)
    ]
    session.add_all(people)
    session.flush()
    tokens = [new_token() for _ in people]
    session.add_all(
        SignIn(
            token_hash=token_hash(token),
            person_id=person.id,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=1),
        )
        for person, token in zip(people, tokens, strict=True)
    )
    projects = [
        Project(
            author_id=people[0].id,
            title=f"Проект {number}",
            direction_id=direction,
            settlement_id=home,
            stage=ProjectStage.SUBMITTED,
            created_at=now,
            updated_at=now,
            published_at=now,
        )
        for number in range(PROJECTS)
    ]
    session.add_all(projects)
    session.flush()
    return tokens, [_contest(work, people[0], projects) for _ in range(ROUNDS)]


def _contest(work: Work, by: Person, projects: list[Project]) -> tuple[int, list[int]]:
    contest = Contest(
        kind=ContestKind.REGIONAL,
        title="Голосование под нагрузкой",
        stage=ContestStage.VOTING,
        budget=10_000_000,
        max_cost=1_000_000,
        vote_limit=3,
        draw_seed="bench",
        created_by=by.id,
        created_at=work.now,
        announced_at=work.now,
    )
    work.session.add(contest)
    work.session.flush()
    day = timedelta(days=1)
    work.session.add(
        ContestPhase(contest_id=contest.id, kind=PhaseKind.VOTING, opens_at=work.now - day, closes_at=work.now + day)
    )
    ballot = [
        Application(
            contest_id=contest.id,
            project_id=project.id,
            number=number,
            status=ApplicationStatus.ADMITTED,
            cost=500_000,
            amount=400_000,
            submitted_by=by.id,
            submitted_at=work.now,
        )
        for number, project in enumerate(projects, start=1)
    ]
    work.session.add_all(ballot)
    work.session.flush()
    return int(contest.id or 0), [int(row.id or 0) for row in ballot]


async def _vote(own: Ground, tokens: list[str], contests: list[tuple[int, list[int]]]) -> tuple[float, list[float]]:
    """Return the seconds of the whole voting and of every vote."""
    path = f"/contests/{contests[0][0]}/vote"
    gate = asyncio.Semaphore(20)  # people do not open the page in the same millisecond

    async def arrive(number: int, token: str) -> Wire:
        # Addresses of their own, as voters have: the pace of one address is limited.
        address = f"127.0.{1 + number // 250}.{1 + number % 250}" if sys.platform == "linux" else "127.0.0.1"
        async with gate:
            return await open_wire(own.port, path, cookie=f"{COOKIE}={token}", address=address)

    tabs = await asyncio.gather(*(arrive(number, token) for number, token in enumerate(tokens)))
    waits: list[float] = []

    async def vote(number: int, tab: Wire) -> None:
        for contest_id, ballot in contests:
            started = time.perf_counter()
            await tab.call(
                VotesState.cast, contest_id=contest_id, application_ids=[ballot[(number + contest_id) % len(ballot)]]
            )
            while True:
                update = await tab.update()
                receipt = (update.get("delta") or {}).get(STATE, {}).get("receipt_rx_state_")
                if receipt:
                    break
                if update.get("events"):
                    raise RuntimeError(f"a vote was refused: {update['events']}")
            waits.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(vote(number, tab) for number, tab in enumerate(tabs)))
    seconds = time.perf_counter() - started
    for tab in tabs:
        await tab.close()
    return seconds, waits


def _check(own: Ground, acknowledged: int) -> None:
    with own.engine.connect() as connection:
        stored = connection.execute(sa.text("SELECT count(*) FROM votes")).scalar_one()
    if stored != acknowledged:
        raise RuntimeError(f"{acknowledged} votes were acknowledged and {stored} are in the database")


def _raw_per_second(url: str) -> float:
    """Insert single rows, a durable commit each, from 16 connections; return rows a second."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a bigint, b text)")
    stop = time.perf_counter() + RAW_SECONDS

    def write(number: int) -> int:
        done = 0
        with psycopg.connect(url, autocommit=True) as connection:
            while time.perf_counter() < stop:
                connection.execute("INSERT INTO plain (a, b) VALUES (%s, %s)", (number, "vote"))
                done += 1
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as threads:
        rows = sum(threads.map(write, range(WRITERS)))
    return rows / (time.perf_counter() - started)
