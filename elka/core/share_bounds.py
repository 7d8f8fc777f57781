"""What supporters bring together at a price, and what a price is therefore not below."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)
SUMS = 64 * EPS  # a bound on the relative error of numpy's pairwise sum of up to 2**53 numbers
BELOW, ABOVE = 1 - 4 * EPS, 1 + 4 * EPS  # what a product or a quotient of floats may be off


def asked_at(mass: Floats | None, price: float) -> Floats | float:
    """Return what a price per point asks of each supporter. ``mass``: as in ``Supports.of``."""
    return price if mass is None else price * mass


def points_at(money: Floats, mass: Floats | None, asked: Floats | float) -> float:
    """Return the points of those who have what is asked of them."""
    rich = money >= asked
    return int(np.count_nonzero(rich)) if mass is None else float(np.add.reduce(mass * rich))


def paid_at(money: Floats, asked: Floats | float) -> float:
    """Return what all bring together of what is asked."""
    return float(np.add.reduce(np.minimum(money, asked)))


def raised(money: Floats, mass: Floats | None, due: float, price: float) -> float | None:
    """Return what the price is not below if ``price`` brings less than what is due, else None; infinity: nothing brings it.

    What is brought grows by no more than the points of the rich from here on.
    """
    asked = asked_at(mass, price)
    lacks = due - paid_at(money, asked)
    if lacks <= 0:
        return None
    points = points_at(money, mass, asked)
    return price + lacks / points if points else inf
