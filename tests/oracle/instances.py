"""Random contests of many shapes for the comparison with pabutools, and how a golden case becomes a profile."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from elka.core.counting import count_by
from elka.core.profile import Profile, Project, VoteType
from elka.core.verdicts import Counted, CountTerms, Rule

CASES = 800
APPROVAL_RULES = (
    "greedy",
    "mes",
    "mes-cards",
    "mes-greedy",
    "mes-cards-greedy",
    "mes-add1",
    "mes-cards-add1",
    "mes-add1-greedy",
)
POINTS_RULES = ("mes", "mes-add1", "mes-cards")
COSTS = ("even", "equal", "few", "unequal", "round")
BALLOTS = ("independent", "few kinds", "parties", "everything", "sparse")

Case = dict[str, Any]


def cases() -> list[Case]:
    """Make the cases; always the same."""
    return [_case(number, Random(number)) for number in range(CASES)]  # noqa: S311  a seeded generator, not cryptography


def _case(number: int, random: Random) -> Case:
    kind = random.choice(["approval", "approval", "approval", "cumulative", "scoring", "ordinal"])
    voters = random.choice([1, 2, 3, random.randint(4, 12), random.randint(13, 60), random.randint(61, 200)])
    count = random.choice([1, 2, random.randint(3, 8), random.randint(9, 20), random.randint(21, 40)])
    costs = _costs(random, count)
    total = sum(costs)
    budget = random.choice([max(costs), total, max(*costs, 1, total // 2), max(*costs, 1, total // 4), total + 7])
    rule = random.choice(APPROVAL_RULES if kind == "approval" else POINTS_RULES)
    case: Case = {
        "kind": kind,
        "rule": rule,
        "budget": budget,
        "costs": costs,
        "ballots": _ballots(random, kind, voters, count),
        "seed": f"seed {number}",
    }
    if "add1" in rule:
        # Steps of a percent, as most cities take them, and some larger ones.
        case["step"] = random.choice(["1/100", "1/100", "1/20", "1/7"])
    return case


def _costs(random: Random, count: int) -> list[int]:
    match random.choice(COSTS):
        case "even":
            return [random.randint(1, 100) for _ in range(count)]
        case "equal":
            return [random.choice([1, 10, 30])] * count
        case "few":
            return [random.choice([10, 20, 30]) for _ in range(count)]
        case "unequal":
            return [int(10 ** random.uniform(0, 6)) for _ in range(count)]
    return [1000 * random.randint(1, 20) for _ in range(count)]


def _ballots(random: Random, kind: str, voters: int, count: int) -> list[list[int] | list[list[int]]]:
    shape = random.choice(BALLOTS)
    liked = [random.random() for _ in range(count)]
    if random.random() < 0.3:
        liked[random.randrange(count)] = 0.0  # nobody supports it
    kinds = [[place for place in range(count) if random.random() < liked[place]] for _ in range(4)]
    found: list[Any] = []
    for _ in range(voters):
        match shape:
            case "few kinds":
                ballot = list(random.choice(kinds))
            case "parties":
                party = random.randrange(3)
                ballot = [place for place in range(count) if place % 3 == party and random.random() < 0.8]
            case "everything":
                ballot = list(range(count))
            case "sparse":
                ballot = [place for place in range(count) if random.random() < liked[place] / 5]
            case _:
                ballot = [place for place in range(count) if random.random() < liked[place]]
        random.shuffle(ballot)
        if kind in {"cumulative", "scoring"}:
            found.append([[place, random.randint(1, 5)] for place in ballot])
        else:
            found.append(ballot)
    return found


def profile_of(case: Case) -> Profile:
    """Return the profile of a case; the ids are p0, p1 and so on."""
    projects = [Project(f"p{place}", cost) for place, cost in enumerate(case["costs"])]
    kind = VoteType(case["kind"])
    if kind.has_points:
        ballots: list[Any] = [{f"p{place}": points for place, points in ballot} for ballot in case["ballots"]]
    else:
        ballots = [[f"p{place}" for place in ballot] for ballot in case["ballots"]]
    return Profile.of(kind, projects, case["budget"], ballots)


def ours(case: Case) -> Counted:
    """Count a case by our rules. Borda points are the classical ones, as pabutools has them."""
    terms = CountTerms(by_ballot=True, step=Fraction(case.get("step", "1/100")))
    return count_by(Rule(case["rule"]), profile_of(case), terms, seed=case["seed"])
