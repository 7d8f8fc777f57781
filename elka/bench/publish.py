"""Publishing 120,000 ballots with 802,034 votes for 543 projects: root, shuffle and file; then a stranger's check of it.

The ballots lie in PostgreSQL as people cast them. Sealing (what the clock does as the vote closes: read, shuffle, hash
root, turnout) and the file (read, shuffle, root again, write, checksum) are measured apart, each in a process of its
own, so that its peak of memory is its own; then ``elka verify`` with the root and a receipt, as a stranger runs it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psycopg
import sqlalchemy as sa

from elka import build
from elka.bench import Figures, Progress
from elka.bench.ground import Ground, ground
from elka.core.actor import SYSTEM
from elka.core.receipts import receipt_code
from elka.db import work_as
from elka.models.contests import Contest, CountRule
from elka.models.results import counted
from elka.state.results import ResultsState

BALLOTS = int(os.environ.get("ELKA_BENCH_BALLOTS", "120000"))
VOTES = int(os.environ.get("ELKA_BENCH_VOTES", "802034"))
PROJECTS = 543
_SCARCE = 300_000_000  # rubles: about a third of what all projects cost
_SPREAD = 0.85  # standard deviation of the logarithm of popularity, as in the demo region

_PEOPLE = """
    INSERT INTO people (last_name, first_name, patronymic, settlement_id, email, phone, password_hash, birth_date,
        created_at, email_confirmed_at)
    SELECT 'Избиратель', n::text, '', (SELECT id FROM settlements ORDER BY id OFFSET n % 200 LIMIT 1),
        'voter' || n || '@demo.elka.invalid', '+7900' || n, '!', date '1940-01-01' + (n % 25000), now(), now()
    FROM generate_series(1, :ballots) AS n
"""
_CONTEST = """
    INSERT INTO contests (id, kind, title, summary, rules, stage, budget, min_cost, max_cost, max_share, min_age, group_min,
        min_votes, may_change_votes, figures_hidden, draw_seed, created_by, created_at, announced_at, version)
    VALUES (1, 'regional', 'Региональный конкурс', '', '', 'voting', 1300000000, 0, 10000000, 90, 14, 1, 0, true, true,
        'bench', (SELECT min(id) FROM people), now(), now(), 1);
    INSERT INTO contest_phases VALUES (1, 'voting', now() - interval '14 days', now() + interval '1 hour');
    INSERT INTO projects (id, author_id, title, summary, problem, outcome, address, direction_id, settlement_id, stage,
        created_at, updated_at, published_at, version)
    SELECT n, (SELECT min(id) FROM people), 'Проект № ' || n, '', '', '', '', (SELECT min(id) FROM directions),
        (SELECT min(id) FROM settlements), 'submitted', now(), now(), now(), 1
    FROM generate_series(1, {projects}) AS n;
    INSERT INTO applications (id, contest_id, project_id, number, status, revision, cost, amount, submitted_by,
        submitted_at, created_at, changed_at)
    SELECT n, 1, n, n, 'admitted', 1, 3000000, 1000000 + n * 7919 % 2000000, (SELECT min(id) FROM people), now(), now(),
        now()
    FROM generate_series(1, {projects}) AS n;
"""
_CLOSE = "UPDATE contests SET stage = 'decision' WHERE id = 1"
# In a process of its own: what is done, how long it took, the most memory that the process ever held.
_MEASURE = """
import json, time
from elka.bench.publish import peak_mb
from elka import publishing
from elka.core.actor import SYSTEM
from elka.db import work_as
from elka.state import result_seal
with work_as(SYSTEM) as work:
    work.session.connection()
before = peak_mb()
started = time.perf_counter()
{deed}
seconds = time.perf_counter() - started
print(json.dumps({{"seconds": seconds, "peak_mb": peak_mb(), "more_mb": peak_mb() - before}}))
"""
SEAL = "with work_as(SYSTEM) as work:\n    result_seal.seal(work, 1)"
FILE = "assert publishing.make(1)"


def run(progress: Progress) -> Figures:
    """Measure; return seal_s, file_s, count_s (also with equal shares), verify_s, the peak of memory of each process and file_mb.

    ``more_mb``: of the peak, what the work itself added to the program and its connection.
    """
    with ground(progress) as own:
        progress(f"{BALLOTS} ballots, {VOTES} votes")
        fill(own)
        progress("sealing")
        sealing = measured(own, SEAL)
        with work_as(SYSTEM, bind=own.engine) as work:
            started = time.perf_counter()
            ResultsState._count(work, 1)
            counting = time.perf_counter() - started
        progress("counting by equal shares")
        sharing = _by_shares(own)
        progress("writing the file")
        writing = measured(own, FILE)
        progress("checking it")
        with own.engine.connect() as connection:
            root, receipt = connection.execute(
                sa.text("SELECT root, (SELECT min(receipt) FROM ballots) FROM publications")
            ).one()
        checking = _verified(own, root, receipt)
        size = next((own.home / "files" / "publications").iterdir()).stat().st_size
    return {
        "seal_s": round(sealing["seconds"], 2),
        "seal_peak_mb": round(sealing["peak_mb"], 1),
        "seal_more_mb": round(sealing["more_mb"], 1),
        "file_s": round(writing["seconds"], 2),
        "file_peak_mb": round(writing["peak_mb"], 1),
        "file_more_mb": round(writing["more_mb"], 1),
        "count_s": round(counting, 2),
        "count_shares_s": round(sharing, 2),
        "verify_s": round(checking["seconds"], 2),
        "verify_peak_mb": round(checking["peak_mb"], 1),
        "file_mb": round(size / 2**20, 1),
        "ballots": BALLOTS,
        "votes": VOTES,
    }


def peak_mb() -> float:
    """Return the most memory that this process has held since its program was loaded; Linux only, else 0.

    ``getrusage`` would count what its parent held when it was forked.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def fill(own: Ground) -> None:
    """Make the contest, its voters and their ballots, and close the vote."""
    with own.engine.begin() as connection:
        connection.execute(sa.text(_PEOPLE), {"ballots": BALLOTS})
        connection.execute(sa.text(_CONTEST.format(projects=PROJECTS)))
    ballots, picks = _drawn()
    key = own.environment["ELKA_SECRET_KEY"].encode()
    with psycopg.connect(own.url) as connection, connection.cursor() as cursor:
        first = cursor.execute("SELECT min(id) FROM people").fetchone()[0]
        with cursor.copy("COPY ballots (id, contest_id, person_id, receipt, cast_at, changed_at) FROM STDIN") as copy:
            for number in range(BALLOTS):
                person = first + number
                copy.write_row((number + 1, 1, person, receipt_code(key, 1, person), "now", "now"))
        with cursor.copy("COPY votes (ballot_id, application_id, contest_id) FROM STDIN") as copy:
            for ballot, pick in zip(ballots.tolist(), picks.tolist(), strict=True):
                copy.write_row((ballot + 1, pick + 1, 1))
        connection.commit()
    with own.engine.begin() as connection:
        connection.execute(sa.text(_CLOSE))
    with own.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)"))


def _drawn() -> tuple[np.ndarray, np.ndarray]:
    """Draw who votes for what: so many distinct pairs, popularity skewed, nobody without a vote."""
    random = np.random.default_rng(2026)
    popular = np.exp(random.normal(0, _SPREAD, PROJECTS))
    popular /= popular.sum()
    pairs = np.arange(BALLOTS, dtype=np.int64) * PROJECTS + random.choice(PROJECTS, BALLOTS, p=popular)
    while len(pairs) < VOTES:
        lacking = VOTES - len(pairs)
        fresh = random.integers(0, BALLOTS, lacking) * PROJECTS + random.choice(PROJECTS, lacking, p=popular)
        pairs = np.unique(np.concatenate([pairs, fresh]))
    return pairs // PROJECTS, pairs % PROJECTS


def _by_shares(own: Ground) -> float:
    """Count as if equal shares, completed by Add1 and by votes, had been announced: ballots are read from the database."""
    with work_as(SYSTEM, bind=own.engine) as work:
        contest = work.session.get_one(Contest, 1)
        work.session.expunge(contest)
        contest.count_rule, contest.budget = CountRule.MES_ADD1_GREEDY, _SCARCE
        started = time.perf_counter()
        counted(work.session, contest, work.now)
        return time.perf_counter() - started


def measured(own: Ground, deed: str) -> dict[str, float]:
    """Do something in a process of its own, with the site's key; return its seconds and its peak of memory."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE.format(deed=deed)],
        env=own.environment,
        cwd=build.ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _verified(own: Ground, root: str, receipt: str) -> dict[str, float]:
    """Run the command itself, the start of Python included; raise unless all fits."""
    path = next((own.home / "files" / "publications").iterdir())
    script = (
        "import json, sys\nfrom elka.cli import main\nsys.argv = ['elka', 'verify', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        "held = [line for line in open('/proc/self/status') if line.startswith('VmHWM')]\n"
        "print(json.dumps({'code': code, 'peak_mb': int(held[0].split()[1]) / 1024 if held else 0}))"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), "--root", root, "--receipt", receipt],
        env=own.environment,
        cwd=build.ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    seconds = time.perf_counter() - started
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if found["code"] != 0:
        raise RuntimeError(f"the file does not fit:\n{done.stdout}")
    return {"seconds": seconds, "peak_mb": found["peak_mb"]}
