"""«Что если»: imaginary votes of 120,000 people for 543 projects made and counted by all rules, and how the site waits meanwhile.

Counting goes on in a thread beside an event loop, as it does in the site; a beat of five milliseconds on the loop tells
by how much anybody else's event could come late.
"""

from __future__ import annotations

import asyncio
import statistics
import time

import numpy as np

from elka.bench import Figures, Progress
from elka.core.comparing import Cast, compare
from elka.core.imagined import Knobs, imagine, made_up

VOTERS, PROJECTS, PICKS = 120_000, 543, 7
BUDGET = 400_000_000
PLACES = 40
_BEAT = 0.005


def run(progress: Progress) -> Figures:
    """Measure; return imagine_s, seconds by rule, whatif_s for all, and stall_p99_ms, stall_max_ms of the loop."""
    population = np.random.default_rng(2026).lognormal(8, 1.5, PLACES).astype(int).tolist()
    projects, at = made_up(PROJECTS, BUDGET, population, [f"Направление {number}" for number in range(18)], "bench")
    knobs = Knobs(voters=VOTERS, picks=PICKS, loyalty=40, group_place=at[0], group=10, seed="bench")
    progress(f"{VOTERS} voters, {PROJECTS} projects")
    started = time.perf_counter()
    made = imagine(projects, at, population, BUDGET, knobs)
    figures: Figures = {"imagine_s": round(time.perf_counter() - started, 2), "votes": len(made.profile.indices)}
    names = tuple(f"Место {number}" for number in range(PLACES))
    cast = Cast(
        made.profile, tuple(names[one] for one in at), tuple(one.categories[0] for one in projects), made.homes, names
    )
    progress("counting by all rules")
    return figures | asyncio.run(_counted(cast)) | {"voters": VOTERS, "projects": PROJECTS}


async def _counted(cast: Cast) -> Figures:
    """Count in a thread and keep the time between beats of the loop."""
    moments: list[float] = []
    late: list[float] = []
    started = time.perf_counter()
    counting = asyncio.create_task(
        asyncio.to_thread(
            compare, cast, budget=BUDGET, seed="bench", told=lambda *_: moments.append(time.perf_counter())
        )
    )
    while not counting.done():
        before = time.perf_counter()
        await asyncio.sleep(_BEAT)
        late.append(time.perf_counter() - before - _BEAT)
    found = await counting
    seconds = {
        f"{figures.rule.replace('-', '_')}_s": round(end - begin, 2)
        for figures, begin, end in zip(found.rules, moments, moments[1:], strict=False)
    }
    return seconds | {
        "whatif_s": round(time.perf_counter() - started, 2),
        "rules": len(found.rules),
        "stall_p99_ms": round(statistics.quantiles(late, n=100)[98] * 1000, 1),
        "stall_max_ms": round(max(late) * 1000, 1),
    }
