"""The page of results of 543 projects and 802,034 votes, through the websocket, and its files over HTTP.

A guest opens the results, goes through the pages of winners and others, searches, twelve times over; one worker. Then the
files that the page offers are taken: the table as CSV and for Excel, all ballots. The published file is there, as it is
when the results are.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import statistics
import time
from typing import Any

import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.ground import Ground, ground
from elka.bench.publish import BALLOTS, FILE, PROJECTS, SEAL, VOTES, fill, measured
from elka.bench.wire import Wire, open_wire
from elka.core.actor import SYSTEM
from elka.db import work_as
from elka.state import result_count
from elka.state.results import ResultsState

ROUNDS = int(os.environ.get("ELKA_BENCH_ROUNDS", "12"))
PATH = "/contests/1/results"
QUERIES = ("", "?top=2", "?top=9", "?page=2", "?page=9", "?q=проект", "?q=№ 54", "?q=нет такого")
FILES = {"csv": "/contests/1/results.csv", "xlsx": "/contests/1/results.xlsx", "ballots": "/contests/1/ballots.pb"}


def run(progress: Progress) -> Figures:
    """Measure; return results_p50_ms and results_p95_ms of opening the page, seconds and MB of each file."""
    with ground(progress) as own:
        progress(f"{BALLOTS} ballots, {VOTES} votes, {PROJECTS} projects")
        fill(own)
        _publish(own)
        with own.server():
            progress("opening")
            waits = asyncio.run(_open(own))
            progress("taking the files")
            files = {name: _taken(own, path) for name, path in FILES.items()}
    figures: Figures = {
        "results_p50_ms": round(statistics.median(waits) * 1000, 1),
        "results_p95_ms": round(statistics.quantiles(waits, n=20)[18] * 1000, 1),
        "asked": len(waits),
        "projects": PROJECTS,
    }
    for name, (seconds, size) in files.items():
        figures |= {f"{name}_s": round(seconds, 3), f"{name}_mb": round(size / 2**20, 2)}
    return figures


def _publish(own: Ground) -> None:
    """Seal, count, write the file and open the results, as the clock, the jobs and an official do."""
    measured(own, SEAL)
    with work_as(SYSTEM, bind=own.engine) as work:
        result_count.count(work, 1)
    measured(own, FILE)
    with own.engine.begin() as connection:
        connection.execute(sa.text("UPDATE contests SET stage = 'awarded', published_at = now() WHERE id = 1"))


async def _open(own: Ground) -> list[float]:
    tab = await open_wire(own.port, PATH, cookie="")
    waits = []
    for turn in range(ROUNDS + 1):
        for query in QUERIES:
            tab.path = PATH + query
            started = time.perf_counter()
            await tab.call(ResultsState.load)
            await _shown(tab)
            if turn:  # the first round warms up
                waits.append(time.perf_counter() - started)
    await tab.close()
    return waits


async def _shown(tab: Wire) -> None:
    """Wait until the list comes: each loading sends it, changed or not."""
    name = ResultsState.get_full_name()
    while True:
        update = await tab.update()
        found: dict[str, Any] = (update.get("delta") or {}).get(name, {})
        if found.get("status_rx_state_") == "error":
            raise RuntimeError(f"the page shows an error: {found}")
        if "found_rx_state_" in found:
            return


def _taken(own: Ground, path: str) -> tuple[float, int]:
    """Take a file; return the seconds and its size."""
    connection = http.client.HTTPConnection("127.0.0.1", own.port, timeout=60)
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    seconds = time.perf_counter() - started
    connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
    return seconds, len(content)
