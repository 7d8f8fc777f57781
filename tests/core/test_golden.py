"""Our winners are those of pabutools on the golden contests, see tests/oracle/compare.py."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from elka.core.verdicts import Counted
from tests.oracle.instances import ours

GOLDEN = Path(__file__).parents[1] / "oracle" / "golden.json.gz"
CASES: list[dict[str, Any]] = json.loads(gzip.decompress(GOLDEN.read_bytes()))


@cache
def counted(seed: str) -> Counted:
    return ours(next(case for case in CASES if case["seed"] == seed))


@pytest.mark.parametrize("rule", sorted({case["rule"] for case in CASES}))
def test_the_winners_are_those_of_the_reference(rule: str) -> None:
    asked = [case for case in CASES if case["rule"] == rule]
    different = [case["seed"] for case in asked if sorted(counted(case["seed"]).winners) != case["winners"]]
    assert different == []


def test_the_golden_contests_are_many_and_of_all_kinds() -> None:
    assert len(CASES) >= 500
    kinds = Counter(case["kind"] for case in CASES)
    assert {"approval", "cumulative", "scoring", "ordinal"} == set(kinds)
    assert min(kinds.values()) > 50
    assert sum(bool(counted(case["seed"]).draws) for case in CASES) > 100  # the lot itself is compared
