"""An official's table of 1,162 applications, drafts and 9,000 other applications beside it, through the websocket.

One official opens the table and asks for it by one filter after another, as links and selects do: each status, words,
sums, places, people, marks, other filters combined, other orders, far pages. Then one application after another is read.
Then everything that waits for a decision is admitted at once: the preview, and the deed with its letters. One worker.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from typing import Any

import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.desk import FILED, Desk, desk
from elka.bench.ground import Ground, ground
from elka.bench.wire import Wire, open_wire
from elka.db import work_as
from elka.state.admission import AdmissionState
from elka.state.admission_list import AdmissionListState
from elka.state.base import COOKIE
from elka.state.mass_actions import MassState

ROUNDS = int(os.environ.get("ELKA_BENCH_ROUNDS", "12"))
READ = 60
QUERIES = (
    "",
    "status=submitted",
    "status=returned&sort=term",
    "status=open&who=me",
    "who=none&sort=submitted",
    "q=площадка",
    "q=хатанзеева&status=open",
    "q=№ 700",
    "least=300000&most=600000&sort=-amount",
    "mark=again,long&sort=submitted",
    "mark=late",
    "applicant=group&sort=title",
    "sort=-share&page=20",
    "sort=place&page=11",
    "sort=who&page=3",
    "q=трасса&status=open&who=none&least=100000&most=900000&applicant=group&mark=long&sort=-amount",
)


def run(progress: Progress) -> Figures:
    """Measure; return table_, read_ p50 and p95 in ms, mass_preview_ms and mass_per_s (admissions with letters)."""
    with ground(progress) as own:
        progress(f"{FILED} applications and the region around them")
        with work_as(bind=own.engine) as work:
            made = desk(work)
        with own.server():
            progress("filtering, reading, admitting")
            figures = asyncio.run(_work_through(own, made))
        _check(own, made, int(figures["mass"]))
    return figures


async def _work_through(own: Ground, made: Desk) -> Figures:
    path = f"/office/contests/{made.contest}/applications"
    tab = await open_wire(own.port, path, cookie=f"{COOKIE}={made.token}")
    tables = []
    for turn in range(ROUNDS + 1):
        for query in QUERIES:
            seconds = await _show(tab, AdmissionListState, f"{path}?{query}", "rows")
            if turn:  # the first round warms up
                tables.append(seconds)
    ids = _waiting(own, made)[: READ + 1]
    reads = [
        await _show(tab, AdmissionState, f"/office/applications/{one}?status=submitted", "sections") for one in ids
    ][1:]
    started = time.perf_counter()
    await tab.call(
        MassState.open, deed="admit", contest_id=made.contest, ids=[], everything=True, query="status=submitted"
    )
    await _until(tab, MassState, "step", "preview")
    previewed = time.perf_counter()
    await tab.call(MassState.confirm)
    await _until(tab, MassState, "step", "done")
    ended = time.perf_counter()
    await tab.close()
    count = len(_admitted_by(own, made))
    return {
        **_told("table", tables),
        **_told("read", reads),
        "mass_preview_ms": round((previewed - started) * 1000, 1),
        "mass_per_s": round(count / (ended - previewed), 1),
        "mass": count,
        "applications": FILED,
        "asked": len(tables),
    }


async def _show(tab: Wire, state: Any, address: str, var: str) -> float:
    """Go to an address and wait for what it shows; return the seconds."""
    tab.path = address
    started = time.perf_counter()
    await tab.call(state.load)
    await _until(tab, state, var)
    return time.perf_counter() - started


async def _until(tab: Wire, state: Any, var: str, value: object = None) -> None:
    """Wait until a var of the state comes, with this value if one is given."""
    name = f"{var}_rx_state_"
    while True:
        delta = (await tab.update()).get("delta") or {}
        found = delta.get(state.get_full_name(), {})
        if delta and found.get("status_rx_state_") == "error":
            raise RuntimeError(f"the page shows an error: {found}")
        if found.get(name) and value in (None, found[name]):
            return


def _told(name: str, waits: list[float]) -> Figures:
    return {
        f"{name}_p50_ms": round(statistics.median(waits) * 1000, 1),
        f"{name}_p95_ms": round(statistics.quantiles(waits, n=20)[18] * 1000, 1),
    }


def _waiting(own: Ground, made: Desk) -> list[int]:
    query = "SELECT id FROM applications WHERE contest_id = :contest AND status = 'submitted' ORDER BY number"
    with own.engine.connect() as connection:
        return list(connection.execute(sa.text(query), {"contest": made.contest}).scalars())


def _admitted_by(own: Ground, made: Desk) -> list[int]:
    query = "SELECT subject_id FROM journal WHERE key = 'application.admitted' AND actor_id = :official"
    with own.engine.connect() as connection:
        return list(connection.execute(sa.text(query), {"official": made.officials[0]}).scalars())


def _check(own: Ground, made: Desk, admitted: int) -> None:
    left = len(_waiting(own, made))
    if left or not admitted:
        raise RuntimeError(f"{admitted} were admitted and {left} still wait")
