"""Count one `.pb` file by pabutools and tell the seconds and the winners: ``elka bench tally`` runs it.

The file is read by pabutools too, so that what we write is read by a reader that is not ours. Only the count is timed.
"""

from __future__ import annotations

import json
import sys
import time
from hashlib import sha256

from pabutools.election import Cost_Sat, Project, parse_pabulib
from pabutools.fractions import frac
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule


def main(path: str, seed: str) -> None:
    """Count by equal shares with utility by cost, raising the shares by a percent of the budget."""
    instance, profile = parse_pabulib(path)
    votes = {project: profile.approval_score(project) for project in instance}

    def order(_instance: object, _profile: object, project: Project) -> tuple[int, int, str]:
        lot = sha256(f"{seed}:{project.name}".encode()).hexdigest()
        return -votes[project], int(project.cost), lot

    started, worked = time.perf_counter(), time.process_time()
    found = method_of_equal_shares(
        instance,
        profile,
        sat_class=Cost_Sat,
        tie_breaking=TieBreakingRule(order),
        voter_budget_increment=frac(instance.budget_limit, 100 * profile.num_ballots()),
    )
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    winners = sorted(project.name for project in found)
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "winners": winners}))


if __name__ == "__main__":
    main(*sys.argv[1:])
