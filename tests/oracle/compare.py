"""Compare our counting with pabutools on random contests, and keep its results as golden: ``make oracle``.

Runs in an environment of its own, with pabutools, numpy and nothing else. Ties are broken there by the order that our
count states (more votes, lower cost, the smallest SHA-256 of the seed and the id), written here anew.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from pabutools.election import (
    Additive_Borda_Sat,
    Additive_Cardinal_Sat,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    Cardinality_Sat,
    CardinalProfile,
    Cost_Sat,
    CumulativeBallot,
    CumulativeProfile,
    Instance,
    OrdinalBallot,
    OrdinalProfile,
    Project,
)
from pabutools.fractions import frac
from pabutools.rules import completion_by_rule_combination, greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

from tests.oracle.instances import Case, cases, ours

GOLDEN = Path(__file__).with_name("golden.json.gz")


def main() -> None:
    """Compare all cases, write the golden file, exit 1 on a difference."""
    different = 0
    kept: list[Case] = []
    for number, case in enumerate(cases()):
        theirs, mine = winners(case), sorted(ours(case).winners)
        if theirs != mine:
            different += 1
            sys.stderr.write(f"case {number} {case['kind']} {case['rule']}: pabutools {theirs}, ours {mine}\n")
        kept.append(case | {"winners": theirs})
        if number % 100 == 99:
            sys.stderr.write(f"{number + 1} compared\n")
    text = json.dumps(kept, separators=(",", ":")).encode()
    GOLDEN.write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
    sys.stdout.write(f"{len(kept)} contests compared, {different} differ\n")
    sys.exit(1 if different else 0)


def winners(case: Case) -> list[str]:
    """Return the winners that pabutools finds, without projects that nobody supports (its greedy takes them last)."""
    projects = [Project(f"p{place}", cost) for place, cost in enumerate(case["costs"])]
    instance = Instance(projects, budget_limit=case["budget"])
    profile, satisfaction = _profile(case, projects)
    votes = _votes(case)
    ties = TieBreakingRule(lambda _instance, _profile, project: _order(case, votes, project))
    rule = case["rule"]
    if rule == "greedy":
        # Satisfaction by cost over cost: the votes.
        found = greedy_utilitarian_welfare(instance, profile, Cost_Sat, tie_breaking=ties)
    else:
        sat = Cardinality_Sat if rule.startswith("mes-cards") else satisfaction
        params: dict[str, Any] = {"sat_class": sat, "tie_breaking": ties}
        if "add1" in rule:
            step = Fraction(case["step"]) * case["budget"] / len(case["ballots"])
            params["voter_budget_increment"] = frac(step.numerator, step.denominator)
        if rule.endswith("greedy"):
            rules = [method_of_equal_shares, greedy_utilitarian_welfare]
            found = completion_by_rule_combination(
                instance, profile, rules, [params, {"sat_class": Cost_Sat, "tie_breaking": ties}]
            )
        else:
            found = method_of_equal_shares(instance, profile, **params)
    return sorted(project.name for project in found if votes[project.name])


def _profile(case: Case, projects: list[Project]) -> tuple[Any, Any]:
    match case["kind"]:
        case "approval":
            return ApprovalProfile([ApprovalBallot({projects[one] for one in b}) for b in case["ballots"]]), Cost_Sat
        case "cumulative":
            ballots = [CumulativeBallot({projects[one]: points for one, points in b}) for b in case["ballots"]]
            return CumulativeProfile(ballots), Additive_Cardinal_Sat
        case "scoring":
            ballots = [CardinalBallot({projects[one]: points for one, points in b}) for b in case["ballots"]]
            return CardinalProfile(ballots), Additive_Cardinal_Sat
    return OrdinalProfile([OrdinalBallot([projects[one] for one in b]) for b in case["ballots"]]), Additive_Borda_Sat


def _votes(case: Case) -> Counter[str]:
    """Count the ballots that give a project something: by Borda points the last of a ballot gets nothing."""
    votes: Counter[str] = Counter()
    for ballot in case["ballots"]:
        if case["kind"] in {"cumulative", "scoring"}:
            votes.update(f"p{one}" for one, _ in ballot)
        else:
            by_place = case["kind"] == "ordinal" and not case["rule"].startswith("mes-cards")
            votes.update(f"p{one}" for one in (ballot[:-1] if by_place else ballot))
    return votes


def _order(case: Case, votes: Counter[str], project: Project) -> tuple[int, int, str]:
    lot = sha256(f"{case['seed']}:{project.name}".encode()).hexdigest()
    return -votes[project.name], int(project.cost), lot


if __name__ == "__main__":
    main()
