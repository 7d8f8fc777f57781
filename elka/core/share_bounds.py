"""What supporters bring together at a price, and what a price is therefore not below."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)
SUMS = 64 * EPS  # a bound on the relative error of numpy's pairwise sum of up to 2**53 numbers
BELOW, ABOVE = 1 - 4 * EPS, 1 + 4 * EPS  # what a product or a quotient of floats may be off


def points_at(money: Floats, mass: Floats | None, price: float) -> float:
    """Return the points of those who have what a price per point asks of them. ``mass``: as in ``Supports.of``."""
    if mass is None:
        return int(np.count_nonzero(money >= price))
    return float(np.add.reduce(mass[money >= price * mass]))


def paid_at(money: Floats, mass: Floats | None, price: float) -> float:
    """Return what all bring together at a price per point."""
    return float(np.add.reduce(np.minimum(money, price if mass is None else price * mass)))


def raised(money: Floats, mass: Floats | None, due: float, price: float) -> float | None:
    """Return what the price is not below if ``price`` brings less than what is due, else None; infinity: nothing brings it.

    What is brought grows by no more than the points of the rich from here on.
    """
    lacks = due - paid_at(money, mass, price)
    if lacks <= 0:
        return None
    points = points_at(money, mass, price)
    return price + lacks / points if points else inf
