"""Votes a second through the real websocket, by one worker and by two with Redis: 200 voters at once, each vote durable.

Each of 200 signed-in voters keeps a tab open on the ballot and votes in one contest after another, a new ballot with
one pick each time, waiting for its receipt before the next. A vote counts when its receipt came back **and** its row
is in the database afterwards. Beside it, on the same PostgreSQL in the same run: plain durable single-row inserts by
16 connections, as the measure of what this machine's disk and database can do at all.

The voters, the database and the site share the machine's processors, so what each of them takes is told too:
``site_ms``, ``database_ms``, ``redis_ms`` and ``load_ms`` are milliseconds of one processor for one vote, ``vote_ms`` their
sum, ``loop_ms`` what the event loops of the site take of its share; ``busy`` is how much of all processors was taken, and
``most_per_s`` how many votes a second they would allow if they did nothing else. ``together``: ballots of one unit of work,
on average. Figures of two workers end in ``_2w``.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import date, timedelta

import psutil
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

# One machine is all voters here: the database is asked for a proof as ever, and never says yes.
NOT_ASKED = {f"ELKA_BURST_{name}": "1000000" for name in ("ADDRESS", "NET", "FRESH", "FLOOR")}
VOTERS = int(os.environ.get("ELKA_BENCH_VOTERS", "200"))
ROUNDS = int(os.environ.get("ELKA_BENCH_ROUNDS", "25"))  # contests, so ballots of each voter
WORKERS = (1, 2)
PROJECTS = 12
WRITERS = 16
RAW_SECONDS = 3.0
STATE = VotesState.get_full_name()


def run(progress: Progress) -> Figures:
    """Measure; return votes_per_s, p50_ms, p99_ms, raw_per_s, ratio (votes to raw inserts), and the same with ``_2w``."""
    figures: Figures = {"voters": VOTERS}
    voted = 0
    with ground(progress) as own:
        progress(f"{VOTERS} voters, {ROUNDS} contests")
        with work_as(bind=own.engine) as work:
            tokens, contests = _people_and_contests(work)
        progress("plain inserts")
        raw = _raw_per_second(own.url)
        figures["raw_per_s"] = round(raw, 1)
        for turn, workers in enumerate(WORKERS):
            end = "" if workers == 1 else f"_{workers}w"
            fresh = contests[turn * ROUNDS : (turn + 1) * ROUNDS]
            with (
                own.redis() if workers > 1 else nullcontext({}) as more,
                own.server(workers, **more, **NOT_ASKED) as site,
            ):
                progress(f"voting, workers: {workers}")
                seconds, waits, spent = asyncio.run(_vote(own, site, tokens, fresh))
            voted += len(waits)
            together = _check(own, voted, {contest_id for contest_id, _ in fresh})
            rate = len(waits) / seconds
            figures |= {
                f"votes_per_s{end}": round(rate, 1),
                f"p50_ms{end}": round(statistics.median(waits) * 1000, 1),
                f"p99_ms{end}": round(statistics.quantiles(waits, n=100)[98] * 1000, 1),
                f"ratio{end}": round(rate / raw, 3),
                f"votes{end}": len(waits),
                f"together{end}": round(together, 1),
            }
            figures |= {f"{who}_ms{end}": round(1000 * taken / len(waits), 3) for who, taken in spent.items()}
            taken, processors = sum(spent.values()) - spent["loop"], psutil.cpu_count() or 1
            figures |= {
                f"vote_ms{end}": round(1000 * taken / len(waits), 3),
                f"busy{end}": round(taken / seconds / processors, 2),
                f"most_per_s{end}": round(processors * len(waits) / taken),
            }
    return figures


def _people_and_contests(work: Work) -> tuple[list[str], list[tuple[int, list[int]]]]:
    """Make the voters (their sign-in tokens) and the contests (each with the ids on its ballot), for one run after another."""
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
    return tokens, [_contest(work, people[0], projects) for _ in range(ROUNDS * len(WORKERS))]


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


async def _vote(
    own: Ground, site: subprocess.Popen[bytes], tokens: list[str], contests: list[tuple[int, list[int]]]
) -> tuple[float, list[float], dict[str, float]]:
    """Return the seconds of the whole voting, of every vote, and of processors by who took them."""
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

    before = _processors(own, site)
    started = time.perf_counter()
    await asyncio.gather(*(vote(number, tab) for number, tab in enumerate(tabs)))
    seconds = time.perf_counter() - started
    spent = {who: taken - before[who] for who, taken in _processors(own, site).items()}
    for tab in tabs:
        await tab.close()
    return seconds, waits, spent


def _processors(own: Ground, site: subprocess.Popen[bytes]) -> dict[str, float]:
    """Return the seconds of processors taken so far: by the site (and its event loops), the database, Redis, and by us."""
    taken = {"site": 0.0, "loop": 0.0, "database": 0.0, "redis": 0.0, "load": sum(os.times()[:2])}
    served = psutil.Process(site.pid)
    ours = {process.pid for process in (served, *served.children(recursive=True))}
    master = int((own.home / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            who = "site" if process.pid in ours else "redis" if process.name() == "valkey-server" else ""
            if process.pid == master or process.ppid() == master:
                who = "database"
            if who:
                taken[who] += sum(process.cpu_times()[:2])
            if who == "site":  # the loop runs in the main thread
                taken["loop"] += sum(
                    one.user_time + one.system_time for one in process.threads() if one.id == process.pid
                )
    return taken


def _check(own: Ground, acknowledged: int, contests: set[int]) -> float:
    """Make sure that all votes are there; return how many ballots of these contests one transaction has cast, on average."""
    with own.engine.connect() as connection:
        stored = connection.execute(sa.text("SELECT count(*) FROM votes")).scalar_one()
        together = connection.execute(
            sa.text(
                "SELECT count(*)::float / count(DISTINCT xmin::text) FROM vote_traces WHERE contest_id = ANY(:contests)"
            ),
            {"contests": list(contests)},
        ).scalar_one()
    if stored != acknowledged:
        raise RuntimeError(f"{acknowledged} votes were acknowledged and {stored} are in the database")
    return float(together)


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
