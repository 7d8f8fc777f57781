"""The last minute of a reception: two hundred submissions in its last ten seconds, and some after it.

Two hundred applicants hold a finished form open and submit at moments spread over the ten seconds before the closing; a
few more come after it. Each must be taken if it arrived in time and told why not if it did not; numbers go without gaps.
A second of grace on either side of the closing is not judged by this benchmark, as the way over the websocket takes time,
but by the server's own record: what was taken bears a moment before the closing, nothing bears a later one.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.applicants import Applicant, Reception, address, reception
from elka.bench.ground import Ground, ground
from elka.bench.wire import Wire, open_wire
from elka.db import work_as
from elka.state.application_fill import FillState
from elka.state.base import COOKIE

IN_TIME = int(os.environ.get("ELKA_BENCH_BURST", "200"))
LATE = 20
BEFORE = 120  # seconds to open all the forms
SPREAD = 10.0
GRACE = 1.0


def run(progress: Progress) -> Figures:
    """Measure; return accepted, refused, submit_p50_ms, submit_p99_ms, and the largest wait."""
    with ground(progress) as own:
        progress(f"{IN_TIME + LATE} finished drafts")
        closes_at = datetime.now(UTC) + timedelta(seconds=BEFORE)
        with work_as(bind=own.engine) as work:
            made = reception(work, IN_TIME + LATE, closes_at=closes_at, whole=True)
        with own.server():
            progress("opening the forms, then the last ten seconds")
            waits, taken = asyncio.run(_burst(own, made, closes_at))
        _check(own, taken, closes_at)
    return {
        "accepted": sum(taken.values()),
        "refused": len(taken) - sum(taken.values()),
        "submit_p50_ms": round(statistics.median(waits) * 1000, 1),
        "submit_p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 1),
        "submit_most_ms": round(max(waits) * 1000, 1),
        "seconds": SPREAD,
    }


async def _burst(own: Ground, made: Reception, closes_at: datetime) -> tuple[list[float], dict[int, bool]]:
    """Return the seconds of every submission, and by application whether it was taken."""
    gate = asyncio.Semaphore(20)  # the forms were opened long before

    async def arrive(number: int, one: Applicant) -> Wire:
        async with gate:
            path = f"/applications/{one.application}/fill"
            return await open_wire(own.port, path, cookie=f"{COOKIE}={one.token}", address=address(number))

    tabs = await asyncio.gather(*(arrive(number, one) for number, one in enumerate(made.applicants)))
    draw = random.Random(2026)  # noqa: S311  a benchmark's spread, not cryptography
    moments = [-GRACE - draw.random() * SPREAD for _ in range(IN_TIME)]
    moments += [GRACE + draw.random() * 2 for _ in range(LATE)]
    if (closes_at - datetime.now(UTC)).total_seconds() < GRACE + SPREAD:
        raise RuntimeError("opening the forms took longer than there was time for: the figures would say nothing")
    waits: list[float] = []
    taken: dict[int, bool] = {}

    async def submit(one: Applicant, tab: Wire, offset: float) -> None:
        await asyncio.sleep(max(0.0, (closes_at - datetime.now(UTC)).total_seconds() + offset))
        started = time.perf_counter()
        await tab.call(FillState.submit)
        while True:
            update = await tab.update()
            if update.get("events"):
                break
        waits.append(time.perf_counter() - started)
        said = json.dumps(update["events"], ensure_ascii=False)
        taken[one.application] = f"/applications/{one.application}?new" in said
        if taken[one.application] != (offset < 0):
            raise RuntimeError(f"submitted {offset:+.1f} s from the closing, and answered: {said[:300]}")

    await asyncio.gather(
        *(submit(one, tab, offset) for one, tab, offset in zip(made.applicants, tabs, moments, strict=True))
    )
    for tab in tabs:
        await tab.close()
    return waits, taken


def _check(own: Ground, taken: dict[int, bool], closes_at: datetime) -> None:
    with own.engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT id, number, submitted_at FROM applications WHERE status <> 'draft' ORDER BY number")
        ).all()
    if {row.id for row in rows} != {key for key, ok in taken.items() if ok}:
        raise RuntimeError("what was said to be taken differs from what is in the database")
    if [row.number for row in rows] != list(range(1, len(rows) + 1)):
        raise RuntimeError("the numbers have gaps")
    if any(row.submitted_at >= closes_at for row in rows):
        raise RuntimeError("an application bears a moment after the closing")
