"""A form of sixty fields with a hundred applicants at once: opening it, saving a field, submitting, each through the websocket.

Every applicant opens the form of a draft, answers its questions one after another, and submits: most of them as fast as
the answers come back (``save_``: what one worker can do), the last ones with the pauses of one who types (``typed_``: what
a person waits). A field counts as saved when the server says so **and** its row is in the database afterwards; all applications
must have got a number. One worker.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import time
from typing import Any

import sqlalchemy as sa

from elka.bench import Figures, Progress
from elka.bench.applicants import Applicant, Reception, address, reception
from elka.bench.ground import Ground, ground
from elka.bench.wire import Wire, open_wire
from elka.db import work_as
from elka.state.application_fill import FillState
from elka.state.base import COOKIE

APPLICANTS = int(os.environ.get("ELKA_BENCH_APPLICANTS", "100"))
PAUSE = 2.0  # seconds between two fields of one who types: a hundred of them save fifty fields a second
TYPED = 8  # of the fields are answered at that pace, after the others
SAVES = int(os.environ.get("ELKA_BENCH_SAVES", "48"))  # of the form's own fields, by each applicant


def run(progress: Progress) -> Figures:
    """Measure; return open_, save_, typed_ and submit_ p50 and p99 in ms, saves_per_s."""
    with ground(progress) as own:
        progress(f"{APPLICANTS} drafts")
        with work_as(bind=own.engine) as work:
            made = reception(work, APPLICANTS)
        with own.server():
            progress("opening, saving, submitting")
            waits, seconds = asyncio.run(_fill(own, made))
        _check(own, made)
    figures: Figures = {"saves_per_s": round(len(waits["save"]) / seconds, 1)}
    for name, taken in waits.items():
        figures[f"{name}_p50_ms"] = round(statistics.median(taken) * 1000, 1)
        figures[f"{name}_p99_ms"] = round(statistics.quantiles(taken, n=100)[98] * 1000, 1)
    return figures | {"applicants": APPLICANTS, "fields": len(made.answers) + 12, "saves": len(waits["save"])}


async def _fill(own: Ground, made: Reception) -> tuple[dict[str, list[float]], float]:
    """Return the seconds of every opening, saving and submitting, and of all the saving without pauses."""
    opens: list[float] = []

    async def arrive(number: int, one: Applicant) -> Wire:
        started = time.perf_counter()
        path = f"/applications/{one.application}/fill"
        tab = await open_wire(own.port, path, cookie=f"{COOKIE}={one.token}", address=address(number))
        opens.append(time.perf_counter() - started)
        return tab

    tabs = await asyncio.gather(*(arrive(number, one) for number, one in enumerate(made.applicants)))
    fields = list(made.answers.items())[:SAVES]
    saves: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_save_all(tab, fields[:-TYPED], saves) for tab in tabs))
    seconds = time.perf_counter() - started
    typed: list[float] = []
    await asyncio.gather(*(_save_all(tab, fields[-TYPED:], typed, pause=PAUSE) for tab in tabs))
    submits = await asyncio.gather(*(_submit(tab) for tab in tabs))
    for tab in tabs:
        await tab.close()
    return {"open": opens, "save": saves, "typed": typed, "submit": list(submits)}, seconds


async def _save_all(tab: Wire, fields: list[tuple[str, Any]], waits: list[float], *, pause: float = 0) -> None:
    for key, answer in fields:
        await asyncio.sleep(pause and random.uniform(0, 2 * pause))  # noqa: S311  pauses, no secrets
        typed = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        started = time.perf_counter()
        await tab.call(FillState.save, key=key, value=typed)
        said = await _events(tab)
        if "kept" not in said:
            raise RuntimeError(f"{key} was not saved: {said[:300]}")
        waits.append(time.perf_counter() - started)


async def _submit(tab: Wire) -> float:
    started = time.perf_counter()
    await tab.call(FillState.submit)
    said = await _events(tab)
    if "/applications/" not in said:
        raise RuntimeError(f"an application was not taken: {said[:300]}")
    return time.perf_counter() - started


async def _events(tab: Wire) -> str:
    """Wait for what the page is told to do."""
    while True:
        update: dict[str, Any] = await tab.update()
        if update.get("events"):
            return json.dumps(update["events"], ensure_ascii=False)


def _check(own: Ground, made: Reception) -> None:
    with own.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT count(*) FROM answers")).scalar_one()
        numbers = connection.execute(sa.text("SELECT number FROM applications ORDER BY number")).scalars().all()
    expected = APPLICANTS * min(SAVES, len(made.answers))
    if kept != expected:
        raise RuntimeError(f"{expected} fields were saved and {kept} are in the database")
    if list(numbers) != list(range(1, APPLICANTS + 1)):
        raise RuntimeError("the applications did not get their numbers one after another")
