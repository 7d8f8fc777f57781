"""Publishing the ballots of a vote of the region's size: pseudonyms and shuffle, the seal, the file, and checking it."""

from __future__ import annotations

import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from elka.bench import Figures, Progress
from elka.bench.tally import PROJECTS, SIZES, election
from elka.core import ballot_file, pabulib
from elka.core.ballot_file import Ballot, Published
from elka.core.tally import Entry, Room, Terms, count

SECRET = b"a secret of the benchmark"


def run(progress: Progress) -> Figures:
    """Measure in a process of its own; return seal_s, file_s, verify_s, file_mb and peak_mb."""
    _, votes, voters = SIZES[0]
    progress(f"{votes} votes of {voters} voters")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, votes, voters).result()


def _measure(votes: int, voters: int) -> dict[str, float]:
    profile, budget = election(votes, voters, PROJECTS)
    project = np.repeat(np.arange(PROJECTS), profile.counts)
    order = np.argsort(profile.supporters, kind="stable")
    voter, picked = profile.supporters[order], project[order] + 1
    cuts = np.flatnonzero(np.diff(voter)) + 1
    picks = [tuple(one.tolist()) for one in np.split(picked, cuts)]
    entries = [
        Entry(at + 1, cost, got)
        for at, (cost, got) in enumerate(zip(profile.costs.tolist(), profile.totals.tolist(), strict=True))
    ]
    terms = Terms(room=Room(budget=budget))
    won = {outcome.id for outcome in count(entries, terms, seed="seed").winners}
    figures: dict[str, float] = {"votes": votes, "ballots": len(picks), "projects": PROJECTS}
    started = time.perf_counter()
    ballots = [Ballot(ballot_file.pseudonym(SECRET, 1, at), one) for at, one in enumerate(picks)]
    receipts = [f"{at:012X}" for at in range(len(picks))]
    seal = ballot_file.sealed(1, ballots, receipts)
    figures["seal_s"] = round(time.perf_counter() - started, 3)
    with tempfile.TemporaryDirectory(prefix="elka-publish-") as folder:
        place = Path(folder) / "ballots.pb"
        started = time.perf_counter()
        projects = [Published(entry, f"Проект {entry.id}", True, entry.id in won) for entry in entries]
        about = {"description": "Югра", "budget": str(budget)}
        with place.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pabulib.write(ballot_file.published(seal, terms, "seed", projects, ballots, about)))
        figures["file_s"] = round(time.perf_counter() - started, 3)
        figures["file_mb"] = round(place.stat().st_size / 2**20, 1)
        started = time.perf_counter()
        with place.open(encoding="utf-8", newline="") as file:
            checks = ballot_file.check(pabulib.read(file), receipts=receipts, root=seal.root)
        figures["verify_s"] = round(time.perf_counter() - started, 3)
    if not all(one.holds for one in checks):
        raise RuntimeError(f"what was published does not hold: {[one.text for one in checks if not one.holds]}")
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return figures
