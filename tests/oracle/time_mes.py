"""Time the Method of Equal Shares of pabutools, completed by steps of one per cent, on an election read from stdin (JSON)."""

from __future__ import annotations

import json
import sys
import time

from pabutools.election import (  # type: ignore[import-not-found]
    ApprovalBallot,
    ApprovalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.fractions import frac
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

given = json.load(sys.stdin)
projects = [Project(f"p{at}", cost) for at, cost in enumerate(given["costs"])]
names = {project: at for at, project in enumerate(projects)}
election = Instance(projects, given["budget"])
profile = ApprovalProfile([ApprovalBallot(projects[at] for at in ballot) for ballot in given["ballots"]])
ties = TieBreakingRule(lambda _instance, _profile, project: names[project])
step = frac(given["budget"], 100 * len(given["ballots"]))
started = time.perf_counter()
found = method_of_equal_shares(election, profile, sat_class=Cost_Sat, tie_breaking=ties, voter_budget_increment=step)
seconds = time.perf_counter() - started
json.dump({"seconds": seconds, "winners": sorted(names[project] for project in found)}, sys.stdout)
