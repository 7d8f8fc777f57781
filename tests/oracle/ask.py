"""Ask pabutools for the winners of every instance and write them down. Run in an environment of its own: `make oracle`.

Nothing of ours is imported but the instances: what it says is written as it is, and `tests/core/test_oracle.py` compares.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from instances import INSTANCES, instance  # type: ignore[import-not-found]  # beside this file
from pabutools.election import (  # type: ignore[import-not-found]
    Additive_Cardinal_Sat,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    Cardinality_Sat,
    CardinalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.fractions import frac
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

GOLDEN = Path(__file__).with_name("golden.json.gz")


def winners(number: int) -> dict[str, list[int]]:
    """Return the winners of one instance by rule."""
    given = instance(number)
    projects = [Project(f"p{at}", cost) for at, cost in enumerate(given["costs"])]
    names = {project: at for at, project in enumerate(projects)}
    place = {projects[at]: rank for rank, at in enumerate(given["order"])}
    election = Instance(projects, given["budget"])
    ties = TieBreakingRule(lambda _instance, _profile, project: place[project])
    approvals = ApprovalProfile([ApprovalBallot(projects[at] for at in ballot) for ballot in given["ballots"]])
    cardinal = CardinalProfile(
        [
            CardinalBallot({projects[at]: points for at, points in zip(ballot, said, strict=True)})
            for ballot, said in zip(given["ballots"], given["points"], strict=True)
        ]
    )

    def listed(found: object) -> list[int]:
        return sorted(names[project] for project in found)

    said = {"greedy": listed(greedy_utilitarian_welfare(election, approvals, sat_class=Cost_Sat, tie_breaking=ties))}
    for rule, profile, satisfaction in (
        ("mes", approvals, Cost_Sat),
        ("mes-cards", approvals, Cardinality_Sat),
        ("mes-points", cardinal, Additive_Cardinal_Sat),
    ):
        chosen = {"sat_class": satisfaction, "tie_breaking": ties}
        said[rule] = listed(method_of_equal_shares(election, profile, **chosen))
        step = frac(given["budget"], 100 * len(given["ballots"]))
        said[f"{rule}-add1"] = listed(method_of_equal_shares(election, profile, voter_budget_increment=step, **chosen))
    return said


if __name__ == "__main__":
    found = [winners(number) for number in range(INSTANCES)]
    with gzip.GzipFile(GOLDEN, "wb", mtime=0) as file:
        file.write(json.dumps(found, separators=(",", ":")).encode())
    sys.stdout.write(f"{len(found)} instances, {sum(len(one) for one in found)} outcomes: {GOLDEN.name}\n")
