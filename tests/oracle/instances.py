"""Random elections of many shapes, the same on every machine. No dependency but Python: the oracle reads them too."""

from __future__ import annotations

import random
from hashlib import sha256
from typing import Any

INSTANCES = 600
SHAPES = ("few", "many", "alike", "unequal", "round", "exact", "sparse", "clones")


def instance(number: int) -> dict[str, Any]:
    """Return one: ``costs`` by id, ``budget``, ``ballots`` (ids), ``points`` beside them, the ``order`` of equal projects."""
    draw = random.Random(number)  # noqa: S311  elections, no secrets
    shape = SHAPES[number % len(SHAPES)]
    projects = draw.randint(2, 12)
    voters = draw.randint(1, 8) if shape == "few" else draw.randint(20, 120) if shape == "many" else draw.randint(3, 30)
    if shape in {"alike", "clones"}:
        costs = [draw.choice((10, 10, 20))] * projects
    elif shape == "unequal":
        costs = [draw.choice((1, 7, 1_000, 33_333, 250_001)) for _ in range(projects)]
    elif shape == "round":
        costs = [100 * draw.randint(1, 6) for _ in range(projects)]
    else:
        costs = [draw.randint(1, 1_000) for _ in range(projects)]
    budget = max(*costs, sum(costs) * draw.randint(10, 90) // 100)
    if shape == "exact":
        budget = max(*costs, sum(draw.sample(costs, draw.randint(1, projects))))
    most = 2 if shape == "sparse" else projects
    ballots = [sorted(draw.sample(range(projects), draw.randint(0, most))) for _ in range(voters)]
    if shape == "clones":
        ballots = [ballot for ballot in ballots[: max(1, voters // 4)] for _ in range(4)]
    points = [[draw.randint(1, 5) for _ in ballot] for ballot in ballots]
    order = sorted(range(projects), key=lambda one: sha256(f"{number}:{one}".encode()).hexdigest())
    return {
        "costs": costs,
        "budget": budget,
        "ballots": ballots,
        "points": points,
        "seed": str(number),
        "order": order,
    }
