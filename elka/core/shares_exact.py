"""The exact side of the Method of Equal Shares: prices and money as whole numbers and fractions.

What a voter has left is never stored: it is their share less what they paid, unless they gave all. So the money of any
number of voters is ``share · (their number) - Σ price[k] · (their points for the k-th winner)``, and the sums of points
are whole numbers that numpy counts exactly. The price of a round follows from the prices before it: from who gave all
they had, and from the points of those who paid in full.

Nothing of this is computed before it is asked for: the size of a fraction grows with every round that it depends on.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from elka.core.supports import Supports

Who = NDArray[np.intp]
Ints = NDArray[np.int64]

_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of a round: who gave all they had left, and the points of those who paid in full."""

    cost: int
    gave_all: Who
    points: int


class Payments:
    """All payments of a run."""

    def __init__(self, supports: Supports, share: Fraction) -> None:
        self.supports = supports
        self.share = share
        self.list: list[Payment] = []
        self.round_of = np.full(len(supports.costs), -1, dtype=np.int64)
        self._exact: dict[int, Fraction] = {}
        self._dues: dict[int, tuple[int, list[int]]] = {}

    def add(self, one: int, gave_all: Who, points: int, exact: Fraction | None) -> int:
        """Note who paid for a project, and the price if it is known; return the number of the round."""
        number = len(self.list)
        if exact is not None:
            self._exact[number] = exact
        self.round_of[one] = number
        self.list.append(Payment(self.supports.costs[one], gave_all, points))
        return number

    def exact(self, number: int) -> Fraction:
        """Return the exact price of a round; those before it that it depends on are computed first."""
        needed, waiting = {number} - self._exact.keys(), [number]
        while waiting:
            at = waiting.pop()
            if at not in self._exact:
                earlier = {k for k, points in enumerate(self._due(at)[1]) if points} - self._exact.keys() - needed
                needed |= earlier
                waiting += earlier
        for at in sorted(needed):
            shares, paid = self._due(at)
            due = self.list[at].cost - shares * self.share
            due += sum((points * self._exact[k] for k, points in enumerate(paid) if points), Fraction())
            self._exact[at] = due / self.list[at].points
        return self._exact[number]

    def price(self, one: int, poor: Who, undecided: Who, rich: Who) -> Fraction | None:
        """Return the exact price per point of a project, given who is surely poor or rich; None: not affordable.

        Supporters who have nothing left are in none of the three.
        """
        due = self.supports.costs[one] - self.money_of(poor)
        points = self.supports.points_of(one, rich)
        groups = sorted(self._groups(one, undecided))
        points += sum(mass for _, _, mass in groups)
        for ratio, money, mass in groups:
            if points and due <= ratio * points:
                break
            due -= money
            points -= mass
        if points:
            return due / points
        if due > 0:
            return None
        return max((ratio for ratio, _, _ in groups), default=Fraction())

    def gives_all(self, one: int, who: Who, price: Fraction) -> NDArray[np.bool_]:
        """Tell who of ``who`` has no more than the price asks."""
        money, index = self._money_each(who)
        mass = self.supports.points_each(one, who)
        pairs, place = np.unique(np.stack([index, mass]), axis=1, return_inverse=True)
        told = [money[int(group)] <= price * int(points) for group, points in pairs.T]
        return np.array(told, dtype=bool)[place.reshape(-1)]

    def money_of(self, who: Who) -> Fraction:
        """Return the exact money that voters (who have some) have left together."""
        shares, paid = self._sums(who)
        rest = shares * self.share
        for number, points in enumerate(paid):
            if points:
                rest -= points * self.exact(number)
        return rest

    def points_by_round(self, who: Who) -> Ints:
        """Return the points of some voters for each winner so far."""
        return np.array(self._sums(who)[1], dtype=np.int64)

    def _groups(self, one: int, who: Who) -> list[tuple[Fraction, Fraction, int]]:
        """Return money per point, money and points of voters, summed over those who are equal in money and points."""
        if len(who) == 0:
            return []
        money, index = self._money_each(who)
        mass = self.supports.points_each(one, who)
        pairs, counts = np.unique(np.stack([index, mass]), axis=1, return_counts=True)
        return [
            (money[int(group)] / int(points), money[int(group)] * int(count), int(points) * int(count))
            for (group, points), count in zip(pairs.T, counts, strict=True)
        ]

    def _money_each(self, who: Who) -> tuple[list[Fraction], Ints]:
        """Return the exact money of each, as a list of different amounts and the place of each voter in it."""
        kinds: dict[bytes, int] = {}
        amounts: list[Fraction] = []
        index = np.zeros(len(who), dtype=np.int64)
        for start in range(0, len(who), _AT_ONCE):
            part = who[start : start + _AT_ONCE]
            paid = np.zeros((len(part), len(self.list) + 1), dtype=np.int64)
            paid[:, -1] = self.supports.weights_each(part)
            row, number, points = self._entries(part)
            paid[row, number] = points
            rows, place = np.unique(paid, axis=0, return_inverse=True)
            of_rows = np.zeros(len(rows), dtype=np.int64)
            for at, signature in enumerate(rows):
                key = signature.tobytes()
                if key not in kinds:
                    kinds[key] = len(amounts)
                    amounts.append(self._amount(signature))
                of_rows[at] = kinds[key]
            index[start : start + _AT_ONCE] = of_rows[place.reshape(-1)]
        return amounts, index

    def _amount(self, signature: Ints) -> Fraction:
        rest = int(signature[-1]) * self.share
        for number in np.flatnonzero(signature[:-1]):
            rest -= int(signature[number]) * self.exact(int(number))
        return rest

    def _entries(self, who: Who) -> tuple[NDArray[np.intp], Ints, Ints]:
        """Return place in ``who``, number of the round and points, for everything that ``who`` paid for."""
        row, project, points = self.supports.entries(who)
        number = self.round_of[project]
        won = number >= 0
        return row[won], number[won], points[won]

    def _sums(self, who: Who, rounds: int | None = None) -> tuple[int, list[int]]:
        """Return how many shares the voters have, and their points for each winner of the first rounds (None: all)."""
        rounds = len(self.list) if rounds is None else rounds
        if len(who) == 0:
            return 0, []
        _, number, points = self._entries(who)
        before = number < rounds
        sums = np.bincount(number[before], weights=points[before], minlength=rounds)
        return self.supports.voters_of(who), [int(one) for one in sums.tolist()]

    def _due(self, number: int) -> tuple[int, list[int]]:
        """Return the sums of those who gave all in a round, over the rounds before it."""
        if number not in self._dues:
            self._dues[number] = self._sums(self.list[number].gave_all, number)
        return self._dues[number]
