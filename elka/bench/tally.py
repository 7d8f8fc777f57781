"""Counting 802,034 and 1.5 million approvals by the rules, memory of it, and against pabutools on 20,000 voters × 100 projects.

Ballots are made as cities see them: few projects are popular, costs are log-normal, no ballot is longer than fifteen.
Seconds are of a whole count, from arrays of ballots to a reason for each project. Memory is what one process that reads
a `.pb` file and counts it adds to Python with numpy. pabutools runs in the environment of ``make oracle`` (made if it is
not there) on the same file, by the same rule (equal shares by cost, completed by steps of a percent of the budget), and
must find the same winners. The ratio is told twice: of seconds, and of seconds of the processor, which other work on the
machine changes less.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from elka.bench import Figures, Progress
from elka.core.counting import count_by
from elka.core.pabulib import file_of, write
from elka.core.profile import Profile, Project, VoteType
from elka.core.verdicts import CountTerms, Rule

SIZES = {"": (120_000, 802_034), "_1500k": (224_000, 1_500_000)}
PROJECTS = 543
LONGEST = 15
RULES = {
    "greedy_s": Rule.GREEDY,
    "mes_s": Rule.MES,
    "mes_add1_s": Rule.MES_ADD1,
    "mes_cards_s": Rule.MES_CARDS,
    "mes_cards_add1_s": Rule.MES_CARDS_ADD1,
}
PATIENCE = int(os.environ.get("ELKA_BENCH_ORACLE_SECONDS", "900"))
ROOT = Path(__file__).parents[2]
ORACLE = ROOT / ".oracle-venv" / "bin" / "python"
SEED = "ЕЛКА"

_MEMORY = """
import re, sys
from pathlib import Path
import numpy
def peak():
    # Not getrusage: its peak is inherited from the process that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
from elka.core.counting import count_by
from elka.core.pabulib import read
from elka.core.verdicts import CountTerms, Rule
with open(sys.argv[1], encoding="utf-8") as lines:
    profile = read(lines).profile
count_by(Rule.MES_ADD1, profile, CountTerms(), seed="s")
print(peak() - before)
"""


def run(progress: Progress) -> Figures:
    """Measure; return seconds by rule, peak_mb, and how many times faster than pabutools (ratio_to_pabutools).

    Seconds are of approvals; those that begin with ``ranked`` and ``points`` are of the same ballots as such.
    """
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        # First, as pabutools has a process to itself too: after the large contests ours takes a fifth more.
        figures |= _against_pabutools(Path(folder, "small.pb"), progress)
        for suffix, (voters, votes) in SIZES.items():
            progress(f"{votes} approvals of {voters} voters over {PROJECTS} projects")
            profile = contest(voters, votes, PROJECTS)
            for name, rule in RULES.items():
                figures[name + suffix] = round(_seconds(_counting(rule, profile)), 3)
            path = Path(folder, f"votes{suffix}.pb")
            _save(path, profile)
            progress("memory")
            figures["peak_mb" + suffix] = round(_memory(path), 1)
            figures |= {"votes" + suffix: votes, "voters" + suffix: voters}
        progress("the same ballots ranked, and with points")
        profile = contest(*SIZES[""], PROJECTS)
        for name, kind in (("ranked", VoteType.ORDINAL), ("points", VoteType.CUMULATIVE)):
            other = _of_kind(profile, kind)
            for rule_name in ("mes_s", "mes_add1_s"):
                figures[f"{name}_{rule_name}"] = round(_seconds(_counting(RULES[rule_name], other)), 3)
        figures["projects"] = PROJECTS
    return figures


def contest(voters: int, votes: int, projects: int, seed: int = 2026) -> Profile:
    """Make a contest of just so many votes; the same seed makes the same."""
    random = np.random.default_rng(seed)
    liked = random.lognormal(0, 1, projects)
    longest = min(LONGEST, projects)
    lengths = np.clip(votes // voters + random.integers(-4, 5, voters), 1, longest)
    while (more := votes - int(lengths.sum())) != 0:
        some = random.permutation(voters)[: abs(more)]
        lengths[some] = np.clip(lengths[some] + np.sign(more), 1, longest)
    parts = []
    for start in range(0, voters, 10_000):
        size = lengths[start : start + 10_000]
        # The largest of log-weights with Gumbel noise: a draw without replacement in proportion to the weights.
        noise = np.log(liked) + random.gumbel(size=(len(size), projects))
        first = np.argsort(-noise, axis=1)[:, :longest]
        parts.append(first[np.arange(longest) < size[:, None]])
    costs = (random.lognormal(14, 0.7, projects) // 1000 * 1000 + 1000).astype(int).tolist()
    return Profile.from_arrays(
        VoteType.APPROVAL,
        [Project(str(number), cost) for number, cost in enumerate(costs, start=1)],
        sum(costs) * 3 // 10,
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate(parts),
    )


def _of_kind(profile: Profile, kind: VoteType) -> Profile:
    """Return the same ballots as ranks, or with one to five points for each project."""
    points = np.random.default_rng(2026).integers(1, 6, len(profile.indices)) if kind.has_points else None
    return Profile.from_arrays(kind, profile.projects, profile.budget, profile.indptr, profile.indices, points=points)


def _counting(rule: Rule, profile: Profile) -> Callable[[], object]:
    return lambda: count_by(rule, profile, CountTerms(), seed=SEED)


def _seconds(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the median of three."""
    taken = []
    for _ in range(3):
        started = clock()
        act()
        taken.append(clock() - started)
    return statistics.median(taken)


def _save(path: Path, profile: Profile) -> None:
    meta = {"description": "ЕЛКА", "country": "Russia", "unit": "Ugra", "instance": "bench", "rule": "mes"}
    with path.open("w", encoding="utf-8") as out:
        out.writelines(write(file_of(profile, meta)))


def _memory(path: Path) -> float:
    """Return the megabytes that reading and counting a file adds, measured in a process of its own."""
    command = [sys.executable, "-c", _MEMORY, str(path)]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _against_pabutools(path: Path, progress: Progress) -> Figures:
    script = ROOT / "tests" / "oracle" / "timed.py"
    if not script.exists():
        progress("no comparison with pabutools: the tests are not here")
        return {}
    if not ORACLE.exists():
        progress("installing pabutools into an environment of its own")
        subprocess.run(["make", "oracle-installed"], cwd=ROOT, check=True, capture_output=True)  # noqa: S607
    profile = contest(20_000, 120_000, 100)
    _save(path, profile)
    ours = _seconds(_counting(Rule.MES_ADD1, profile))
    ours_cpu = _seconds(_counting(Rule.MES_ADD1, profile), time.process_time)
    found = count_by(Rule.MES_ADD1, profile, CountTerms(), seed=SEED)
    progress(f"pabutools, at most {PATIENCE} s")
    started = time.perf_counter()
    try:
        done = subprocess.run(
            [str(ORACLE), str(script), str(path), SEED], capture_output=True, text=True, check=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        # It did not finish: the ratio is at least this.
        theirs = time.perf_counter() - started
        return {"mes_add1_s_20k": round(ours, 4), "pabutools_s_at_least": round(theirs, 1)} | {
            "ratio_to_pabutools": round(theirs / ours, 1)
        }
    except subprocess.CalledProcessError as error:
        progress(f"no comparison: pabutools ended with {error.returncode}: {error.stderr[-300:]}")
        return {"mes_add1_s_20k": round(ours, 4)}
    told: dict[str, Any] = json.loads(done.stdout)
    if told["winners"] != sorted(found.winners):
        raise RuntimeError("pabutools finds other winners")
    return {
        "mes_add1_s_20k": round(ours, 4),
        "pabutools_s": round(told["seconds"], 1),
        "ratio_to_pabutools": round(told["seconds"] / ours, 1),
        "mes_add1_cpu_s_20k": round(ours_cpu, 4),
        "pabutools_cpu_s": round(told["cpu_seconds"], 1),
        "cpu_ratio_to_pabutools": round(told["cpu_seconds"] / ours_cpu, 1),
    }
