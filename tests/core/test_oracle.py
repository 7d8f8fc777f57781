"""The same winners as pabutools, the reference of the field, on random elections of many shapes.

What it said is kept in ``tests/oracle/golden.json.gz``; ``make oracle`` asks it anew.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from elka.core.profile import BallotKind, from_ballots
from elka.core.shares import Satisfaction, add1, equal_shares
from elka.core.tally import Entry, Room, Terms, count
from tests.oracle.instances import INSTANCES, SHAPES, instance

GOLDEN = json.loads(gzip.decompress((Path(__file__).parent.parent / "oracle" / "golden.json.gz").read_bytes()).decode())
SATISFACTION = {
    "mes": Satisfaction.COST,
    "mes-cards": Satisfaction.CARDINALITY,
    "mes-points": Satisfaction.POINTS,
}


def winners(number: int, rule: str) -> list[int]:
    given = instance(number)
    costs = dict(enumerate(given["costs"]))
    points = given["points"] if rule.startswith("mes-points") else None
    kind = BallotKind.CUMULATIVE if points else BallotKind.APPROVAL
    profile = from_ballots(costs, given["ballots"], points, kind=kind)
    if rule == "greedy":
        # pabutools breaks ties by the order that it was given; here the seed of the draw gives the same one.
        votes = profile.totals.tolist()
        entries = [Entry(one, cost, votes[one]) for one, cost in costs.items()]
        found = count(entries, Terms(room=Room(budget=given["budget"])), seed=given["seed"])
        return sorted(outcome.id for outcome in found.winners)
    order = np.empty(len(costs), int)
    order[given["order"]] = np.arange(len(costs))
    buy = add1 if rule.endswith("-add1") else equal_shares
    satisfaction = SATISFACTION[rule.removesuffix("-add1")]
    return sorted(buy(profile, given["budget"], satisfaction=satisfaction, order=order.tolist()).bought)


def test_there_is_enough_to_compare() -> None:
    assert len(GOLDEN) == INSTANCES
    assert INSTANCES >= 500
    assert {len(one) for one in GOLDEN} == {7}
    assert len(SHAPES) == 8


@pytest.mark.parametrize("rule", sorted(GOLDEN[0]))
def test_the_winners_are_those_of_pabutools(rule: str) -> None:
    differing = {}
    for number, said in enumerate(GOLDEN):
        supported = {one for ballot in instance(number)["ballots"] for one in ballot}
        expected = [one for one in said[rule] if one in supported]  # it gives leftovers to what nobody voted for
        if (ours := winners(number, rule)) != expected:
            differing[number] = (ours, expected)
    assert differing == {}
