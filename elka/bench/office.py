"""The office's table of 1,162 applications under its filters, among 10,000 others: p95 of showing it, through the websocket.

One official looks at the table as fast as it comes, by every kind of filter, order and page in turn; then ten officials do
so at once. What is measured is from the address to the rows in the browser's state: the server's work and the way back.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from datetime import date, timedelta

import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.applicants import address
from elka.bench.ground import Ground, ground
from elka.bench.wire import Wire, open_wire
from elka.core.actor import Role
from elka.core.identifiers import DEMO_DOMAIN
from elka.core.secret import new_token, token_hash
from elka.data.standard_form import standard_form
from elka.db import Work, work_as
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.forms import FormVersion
from elka.models.people import Person
from elka.models.places import Settlement
from elka.models.roles import RoleGrant
from elka.models.sign_in import SignIn
from elka.state.admission_list import AdmissionListState
from elka.state.base import COOKIE

APPLICATIONS = int(os.environ.get("ELKA_BENCH_APPLICATIONS", "1162"))
OTHERS = int(os.environ.get("ELKA_BENCH_OTHERS", "10000"))
ROUNDS = int(os.environ.get("ELKA_BENCH_ROUNDS", "10"))
OFFICIALS = 10
STATE = AdmissionListState.get_full_name()
DAY = timedelta(days=1)
QUERIES = (
    "",
    "status=submitted",
    "status=admitted&sort=-amount",
    "q=двор",
    "q=заявитель 11",
    "page=12",
    "page=24&sort=title",
    "least=200000&most=400000",
    "place=2",
    "direction=3&sort=-submitted",
    "who=none&sort=submitted",
    "mark=long&status=submitted",
    "status=returned&sort=term",
    "q=77&least=100000&sort=-share",
)
# Statuses in the shares of a busy contest. People and projects are as many as applications.
FILL = """
INSERT INTO people (last_name, first_name, patronymic, settlement_id, email, phone, password_hash, birth_date, created_at,
        email_confirmed_at)
    SELECT 'Заявитель', 'Мария ' || n, '', s.ids[1 + n % array_length(s.ids, 1)], 'bench' || n || '@' || :domain,
        '+7911' || lpad(n::text, 7, '0'), '!', '1990-01-01', now(), now()
    FROM generate_series(1, :count) AS n, (SELECT array_agg(id ORDER BY id) AS ids FROM settlements) AS s;
INSERT INTO projects (author_id, title, summary, problem, outcome, address, direction_id, settlement_id, stage, created_at,
        updated_at, published_at, version)
    SELECT p.id, (ARRAY['Двор без сугробов', 'Лыжня под звёздами', 'Причал у школы', 'Свет на тропе'])[1 + p.id % 4] || ' ' || p.id,
        'Проект жителей.', '', '', '', d.ids[1 + p.id % array_length(d.ids, 1)], p.settlement_id, 'submitted', now(), now(),
        now(), 1
    FROM people p, (SELECT array_agg(id ORDER BY id) AS ids FROM directions) AS d WHERE p.email LIKE 'bench%';
INSERT INTO applications (contest_id, project_id, number, status, revision, cost, amount, submitted_by, submitted_at,
        created_at, changed_at, decided_by, decided_at, ground, correct_by)
    SELECT CASE WHEN n <= :own THEN :contest ELSE :other END, id, n,
        status, 1 + (n % 7 = 0)::int, 400000 + n * 100 % 500000, 100000 + n * 100 % 300000, author_id,
        now() - (n % 400) * interval '1 hour', now() - interval '20 days', now(),
        CASE WHEN status <> 'submitted' THEN :official END, CASE WHEN status <> 'submitted' THEN now() END,
        CASE WHEN status IN ('returned', 'rejected') THEN 'Смета не подтверждена документами.' END,
        CASE WHEN status = 'returned' THEN now() + (n % 9 - 2) * interval '1 day' END
    FROM (SELECT row_number() OVER (ORDER BY id) AS n, id, author_id FROM projects) AS listed,
        LATERAL (SELECT (ARRAY['submitted', 'submitted', 'submitted', 'admitted', 'admitted', 'returned', 'rejected'])[1 + n % 7]
            AS status) AS drawn;
INSERT INTO revisions (application_id, number, content, submitted_by, submitted_at)
    SELECT a.id, r, '{}', a.submitted_by, a.submitted_at FROM applications a, generate_series(1, a.revision) AS r;
"""


def run(progress: Progress) -> Figures:
    """Measure; return p50_ms, p95_ms and p99_ms for one official, and p95_ten_ms for ten at once."""
    with ground(progress) as own:
        progress(f"{APPLICATIONS} applications among {OTHERS} others")
        with work_as(bind=own.engine) as work:
            contest, tokens = _fill(work)
        with own.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
        with own.server():
            progress("looking")
            alone, many = asyncio.run(_look(own, contest, tokens))
    hundred = statistics.quantiles(alone, n=100)
    return {
        "p50_ms": round(statistics.median(alone) * 1000, 1),
        "p95_ms": round(hundred[94] * 1000, 1),
        "p99_ms": round(hundred[98] * 1000, 1),
        "p95_ten_ms": round(statistics.quantiles(many, n=100)[94] * 1000, 1),
        "applications": APPLICATIONS,
        "looks": len(alone) + len(many),
    }


def _fill(work: Work) -> tuple[int, list[str]]:
    """Make officials (their sign-in tokens), two contests and all applications; return the contest that is looked at."""
    session, now = work.session, work.now
    home = session.scalars(sa.select(Settlement.id).order_by(Settlement.id).limit(1)).one()
    officials = [
        Person(
            last_name="Сотрудник",
            first_name=f"№ {number}",
            settlement_id=home,
            email=f"official{number}@{DEMO_DOMAIN}",
            phone=f"+7900{number:07d}",
            password_hash="!",  # noqa: S106  nobody signs in by password here
            birth_date=date(1980, 1, 1),
            created_at=now,
            email_confirmed_at=now,
        )
        for number in range(OFFICIALS)
    ]
    session.add_all(officials)
    session.flush()
    tokens = [new_token() for _ in officials]
    for person, token in zip(officials, tokens, strict=True):
        session.add(RoleGrant(person_id=person.id or 0, role=Role.OFFICIAL, granted_at=now))
        session.add(
            SignIn(token_hash=token_hash(token), person_id=person.id, created_at=now, seen_at=now, expires_at=now + DAY)
        )
    contest, other = (_contest(work, officials[0]) for _ in range(2))
    values = {
        "count": APPLICATIONS + OTHERS,
        "own": APPLICATIONS,
        "contest": contest,
        "other": other,
        "official": officials[0].id,
        "domain": DEMO_DOMAIN,
    }
    for statement in FILL.split(";\n"):
        if statement.strip():
            session.execute(sa.text(statement), values)
    return contest, tokens


def _contest(work: Work, by: Person) -> int:
    spec, now = standard_form(), work.now
    contest = Contest(
        kind=ContestKind.REGIONAL,
        title="Проверка под нагрузкой",
        stage=ContestStage.ADMISSION,
        budget=100_000_000,
        max_cost=10_000_000,
        draw_seed="bench",
        created_by=by.id,
        created_at=now,
        announced_at=now,
        form_version=1,
    )
    work.session.add(contest)
    work.session.flush()
    number = int(contest.id or 0)
    work.session.add(FormVersion(contest_id=number, number=1, spec=spec.dump(), sha256=spec.sha256, frozen_at=now))
    for kind, opens, closes in (
        (PhaseKind.ACCEPTING, now - 30 * DAY, now - DAY),
        (PhaseKind.ADMISSION, now - DAY, now + 10 * DAY),
        (PhaseKind.VOTING, now + 10 * DAY, now + 20 * DAY),
    ):
        work.session.add(ContestPhase(contest_id=number, kind=kind, opens_at=opens, closes_at=closes))
    work.session.flush()
    return number


async def _look(own: Ground, contest: int, tokens: list[str]) -> tuple[list[float], list[float]]:
    """Return the seconds of every look: of one official, then of ten at once."""
    path = f"/office/contests/{contest}/applications"
    tabs = [
        await open_wire(own.port, path, cookie=f"{COOKIE}={token}", address=address(number))
        for number, token in enumerate(tokens)
    ]
    alone: list[float] = []
    for _ in range(ROUNDS):
        alone += await _through(tabs[0], path)
    many = await asyncio.gather(*(_through(tab, path) for tab in tabs))
    for tab in tabs:
        await tab.close()
    return alone, [wait for waits in many for wait in waits]


async def _through(tab: Wire, path: str) -> list[float]:
    """Look at the table by every query in turn; each differs from the one before, so that its answer is told from it."""
    waits = []
    for query in (*QUERIES[1:], QUERIES[0]):
        tab.path = f"{path}?{query}" if query else path
        started = time.perf_counter()
        await tab.call(AdmissionListState.load)
        while True:
            shown = ((await tab.update()).get("delta") or {}).get(STATE, {})
            if shown.get("status_rx_state_") == "error":
                raise RuntimeError("the table could not be shown")
            if "address_rx_state_" in shown or "scope_rx_state_" in shown:
                break
        waits.append(time.perf_counter() - started)
    return waits
