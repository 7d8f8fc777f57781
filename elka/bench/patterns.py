"""Suspicious votes among 120,000 ballots with 802,034 votes: all crowds of a contest with their reasons, as the page asks.

The ballots are spread over two weeks and 60,000 addresses; into them are laid a burst of 48 new accounts and a library,
which must be found. Beside it: the votes of the contest counted with and without the view that
leaves annulled ballots out, 500 of them annulled, in the same run.
"""

from __future__ import annotations

import time

import psycopg
import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.ground import Ground, ground
from elka.bench.publish import BALLOTS, VOTES, fill
from elka.core.actor import SYSTEM
from elka.core.suspicions import Kind
from elka.db import work_as
from elka.models.vote_patterns import groups_of

TIMES = 5
# A ballot every ten seconds for two weeks; the places 50,000… are a crowd, 60,000… a library.
_TRACES = """
    INSERT INTO vote_traces (contest_id, person_id, cast_at, account_at, address_key, net_key, agent_key, proof)
    SELECT 1, person_id,
        CASE WHEN id BETWEEN 50000 AND 50047 THEN timestamptz '2026-11-10 12:00+5' + (id - 50000) * interval '12 seconds'
            ELSE timestamptz '2026-11-01 09:00+5' + id * interval '10 seconds' END,
        CASE WHEN id BETWEEN 50000 AND 50047 THEN timestamptz '2026-11-10 09:00+5'
            ELSE timestamptz '2025-01-01 09:00+5' + id % 500 * interval '1 day' END,
        decode(md5(CASE WHEN id BETWEEN 50000 AND 50047 THEN 'crowd' WHEN id BETWEEN 60000 AND 60079 THEN 'library'
            ELSE 'home ' || id % 60000 END), 'hex'),
        decode(md5('net ' || id % 5000), 'hex'), decode(md5('agent ' || id % 9), 'hex'), NULL
    FROM ballots WHERE contest_id = 1
"""
_ANNUL = """
    INSERT INTO annulments (contest_id, ground, words, pattern, size, proposed_by, proposed_at, answer)
        SELECT 1, 'bots', '', '', 500, min(id), now(), '' FROM people;
    INSERT INTO annulment_ballots SELECT (SELECT max(id) FROM annulments), id, 1 FROM ballots WHERE id BETWEEN 100001 AND 100500;
    UPDATE annulments SET decided_by = (SELECT min(id) + 1 FROM people), decided_at = now(), confirmed = true;
    ANALYZE;
"""
_COUNT = "SELECT application_id, count(*) FROM {votes} WHERE contest_id = 1 GROUP BY application_id"


def run(progress: Progress) -> Figures:
    """Measure; return patterns_s (the best of five), found, and counting of all votes and of those that count."""
    with ground(progress) as own:
        progress(f"{BALLOTS} ballots, {VOTES} votes")
        fill(own)
        with psycopg.connect(own.url, autocommit=True) as connection:
            connection.execute(_TRACES)
            connection.execute("VACUUM ANALYZE")
        progress("looking")
        seconds, kinds = [], set()
        for _ in range(TIMES):
            with work_as(SYSTEM, bind=own.engine) as work:
                started = time.perf_counter()
                found = groups_of(work.session, 1)
                seconds.append(time.perf_counter() - started)
            kinds = {one.kind for one in found}
        if Kind.BURST not in kinds:
            raise RuntimeError("the burst was not found")
        progress("annulling")
        with psycopg.connect(own.url, autocommit=True) as connection:
            connection.execute(_ANNUL)
        every, valid = (_best(own, _COUNT.format(votes=name)) for name in ("votes", "valid_votes"))
    return {
        "patterns_s": round(min(seconds), 2),
        "found": len(found),
        "ballots": BALLOTS,
        "count_all_s": round(every, 3),
        "count_valid_s": round(valid, 3),
    }


def _best(own: Ground, statement: str) -> float:
    seconds = []
    with own.engine.connect() as connection:
        for _ in range(TIMES):
            started = time.perf_counter()
            connection.execute(sa.text(statement)).all()
            seconds.append(time.perf_counter() - started)
    return min(seconds)
