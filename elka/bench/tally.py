"""Counting ballots of the region's size by every rule, and the ratio to pabutools on 20,000 × 100 in the same run.

802,034 approvals of 120,000 voters over 543 projects, then 1.5 million of as many voters as that takes. Popularity is
uneven, as it is in cities. Each size is counted in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from elka.bench import Figures, Progress
from elka.core.profile import Profile, from_arrays
from elka.core.rules import Rule, count_by
from elka.core.shares import add1

ROOT = Path(__file__).resolve().parents[2]
SIZES = (("", 802_034, 120_000), ("_1500k", 1_500_000, 224_000))
PROJECTS = 543
REPEATS = 3
ORACLE = ROOT / ".oracle-venv"


def run(progress: Progress) -> Figures:
    """Measure; return seconds by rule for both sizes, peak_mb, and ratio_to_pabutools (the same winners are required)."""
    figures: Figures = {}
    for suffix, votes, voters in SIZES:
        progress(f"{votes} votes of {voters} voters")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(_measure, votes, voters).result()
        figures |= {f"{name}{suffix}": value for name, value in found.items()}
    progress("pabutools, 20,000 voters and 100 projects: minutes")
    return figures | _beside_pabutools()


def election(votes: int, voters: int, projects: int) -> tuple[Profile, int]:
    """Return a random election with exactly so many approvals, and its budget: a quarter of what all would cost."""
    draw = np.random.default_rng(2026)
    popularity = 1 / np.arange(1, projects + 1) ** 0.7
    popularity /= popularity.sum()
    pairs = np.empty(0, np.int64)
    while len(pairs) < votes:
        more = draw.integers(0, voters, votes) * projects + draw.choice(projects, votes, p=popularity)
        pairs = np.unique(np.concatenate((pairs, more)))
    pairs = draw.permutation(pairs)[:votes]
    costs = draw.integers(5, 101, projects) * 10_000
    profile = from_arrays(np.arange(projects), costs, pairs // projects, pairs % projects, voters=voters)
    return profile, int(costs.sum()) // 4


def _measure(votes: int, voters: int) -> dict[str, float]:
    profile, budget = election(votes, voters, PROJECTS)
    figures: dict[str, float] = {"votes": votes, "voters": voters, "projects": PROJECTS}
    for name, rule in (("greedy", Rule.GREEDY), ("mes", Rule.MES), ("mes_add1", Rule.MES_ADD1)):
        seconds = _median(lambda rule=rule: count_by(rule, profile, budget=budget, seed="seed"))
        figures[f"{name}_s"] = round(seconds, 4)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return figures


def _median(call: Callable[[], Any]) -> float:
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _beside_pabutools() -> Figures:
    """Complete equal shares by steps of one per cent, by both; raise unless the winners are the same."""
    make = shutil.which("make") or "make"
    subprocess.run([make, "--no-print-directory", f"{ORACLE.name}/installed"], cwd=ROOT, check=True, stdout=sys.stderr)
    profile, budget = election(140_000, 20_000, 100)
    ballots: list[list[int]] = [[] for _ in range(profile.voters)]
    for project in range(len(profile.ids)):
        for voter in profile.of(project).tolist():
            ballots[voter].append(project)
    given = {"costs": profile.costs.tolist(), "budget": budget, "ballots": ballots}
    script = ROOT / "tests" / "oracle" / "time_mes.py"
    said = subprocess.run(
        [str(ORACLE / "bin" / "python"), str(script)],
        input=json.dumps(given),
        text=True,
        capture_output=True,
        check=True,
    )
    theirs = json.loads(said.stdout)
    ours = _median(lambda: add1(profile, budget))
    if sorted(add1(profile, budget).bought) != theirs["winners"]:
        raise RuntimeError("pabutools finds other winners")
    return {
        "mes_add1_20k_s": round(ours, 4),
        "pabutools_20k_s": round(theirs["seconds"], 1),
        "ratio_to_pabutools": round(theirs["seconds"] / ours, 1),
    }
