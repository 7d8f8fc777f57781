"""How a run of the Method of Equal Shares would end, found out fast; ``core.share_run`` runs it with all its figures.

Add1 runs the method dozens of times and tells the story of one run. Of the others it asks what they spend and who wins, so
no voter need be followed with a doubt of their own. ``Scout`` follows the money in float64 and keeps one number, how far
all of it may be off together.

**Why one number is enough.** A round is a map of money to money: ``m → (m - y·points)⁺``, where ``y`` brings the cost
together. It never increases the sum of differences between two states. (Let ``u`` be the larger of both for each voter.
Richer voters pay a lower price, so both states stay below what becomes of ``u``; each stays below it by as much in sum as
before, because all three pay the cost; and of ``u - m`` and ``u - m'`` one is nothing for each voter.) So errors do not
grow from round to round, they only add up, and the whole of them bounds what the supporters of any project seem to have.

**What is decided.** A winner is certain when the bounds of all other prices are above its own, or when all who are near
are paid in equal parts: then prices are fractions of whole numbers, compared as such. If bounds decide nothing, the scout
does not know, and the run is made in full.

**Where runs begin alike.** While everybody pays in equal parts, winners come in the order of these prices, whatever the
shares are: who has more pays the same. So this beginning is kept, and raised shares begin where it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from elka.core.supports import Supports

Floats = NDArray[np.float64]
_EPS = float(np.finfo(np.float64).eps)
_SUMS = 64 * _EPS  # a bound on the relative error of numpy's pairwise sum of up to 2**53 numbers
_NEAR = 1e-9  # prices that are not known better than this are not known
_TRIES = 100
_APART = 2**216  # different fractions of numbers below 2**53 and 2**106 are different as whole parts of so many


class _Unsure(Exception):
    """Bounds decide nothing here."""


@dataclass(frozen=True, slots=True)
class Scouted:
    """How a run ends. ``winners``: in the order they were taken, the last one not paid for where it is ``overspent``.

    ``plain``: all of them were paid in equal parts. ``could_still_win``: what is left would pay for another project.
    """

    winners: tuple[int, ...]
    spent: int
    overspent: bool
    plain: bool
    could_still_win: bool


@dataclass(slots=True)
class _Offer:
    """A project in a round with the bounds of its price per point, and what its supporters have."""

    project: int
    price: float
    low: float
    high: float
    plain: bool
    money: Floats


class Scout:
    """Finds out how runs with rising shares end. ``limit``: as in ``core.share_run.Run``."""

    def __init__(
        self,
        supports: Supports,
        order: Sequence[int],
        *,
        able: Iterable[int],
        rivals: Mapping[int, frozenset[int]],
        limit: int,
    ) -> None:
        self.supports, self.rivals, self.limit = supports, rivals, limit
        costs, total, worth = supports.costs, supports.total, supports.worth
        known = [one for one in able if total[one] > 0]
        # The exact order of prices while everybody pays in equal parts, equal ones by the given order.
        turn = {one: (costs[one] * _APART // (total[one] * worth[one]), order[one]) for one in known}
        self.turns = sorted(known, key=lambda one: turn[one])
        self.place = {one: place for place, one in enumerate(self.turns)}
        self.voters = {one: supports.voters_of(supports.of(one)[0]) for one in known}
        self.least = {one: costs[one] / total[one] / worth[one] * (1 - 8 * _EPS) for one in known}
        # The beginning in which all pay in equal parts: how many turns it is long, and what each row paid in it.
        self.turn = 0
        self.paid: Floats = np.zeros(len(supports.weights))
        self.begun: list[int] = []
        self.begun_lost = 0.0
        self._restart()

    def at(self, share: Fraction) -> Scouted | None:
        """Return how the run with such shares ends; None: not known. A share is not smaller than that asked before."""
        self.share = float(share)
        self._begin()
        try:
            plain = self._go_on()
        except _Unsure:
            return None
        left = self.limit - self.spent
        won = {*self.winners, *self.barred}
        return Scouted(
            winners=tuple(self.winners),
            spent=self.spent,
            overspent=left < 0,
            plain=plain,
            could_still_win=any(self.supports.costs[one] <= left for one in self.turns if one not in won),
        )

    def _restart(self) -> None:
        """Forget all that was taken after the beginning."""
        self.winners = list(self.begun)
        self.spent = sum(self.supports.costs[one] for one in self.begun)
        self.barred = {rival for one in self.begun for rival in self.rivals.get(one, ())}

    def _begin(self) -> None:
        """Make the beginning as long as the shares allow."""
        supports, share = self.supports, self.share
        self._restart()
        while self.turn < len(self.turns) and self.spent <= self.limit:
            one = self.turns[self.turn]
            if one not in self.barred:
                who, mass = supports.of(one)
                price = supports.costs[one] / supports.total[one]
                paid = self.paid.take(who) + (price if mass is None else price * mass)
                more = _EPS * (supports.costs[one] + share * self.voters[one])
                if float((share * supports.weights.take(who) - paid).min()) <= self._lost_by_then() + more:
                    return
                self.paid[who] = paid
                self.begun_lost += more
                self.begun.append(one)
                self._won(one)
            self.turn += 1

    def _lost_by_then(self) -> float:
        """Bound how far all money together may be off at the end of the beginning."""
        return self.begun_lost + 4 * _EPS * self.share * self.supports.voters

    def _won(self, one: int) -> None:
        self.winners.append(one)
        self.spent += self.supports.costs[one]
        self.barred.update(self.rivals.get(one, ()))

    def _go_on(self) -> bool:
        """Run from the end of the beginning to the end of all; return whether nobody more was taken."""
        self.money: Floats = self.supports.weights * self.share - self.paid
        self.lost = self._lost_by_then()
        # Turns are in the order of these bounds, so it is a heap already.
        self.heap = [(self.least[one], one) for one in self.turns[self.turn :]]
        while self.spent <= self.limit and (offer := self._cheapest()) is not None:
            self._take(offer)
        return len(self.winners) == len(self.begun)

    def _cheapest(self) -> _Offer | None:
        """Return the project of the smallest price per utility; None when nothing is affordable."""
        worth, heap = self.supports.worth, self.heap
        offers: list[_Offer] = []
        best = inf
        while heap and heap[0][0] <= best:
            least, one = heappop(heap)
            if one in self.barred:
                continue
            offer = self._offer(one, least * worth[one], best * worth[one] * (1 + 4 * _EPS))
            if isinstance(offer, float):
                if offer < inf:
                    heappush(heap, (offer / worth[one] * (1 - 4 * _EPS), one))
                continue
            offers.append(offer)
            best = min(best, offer.high / worth[one] * (1 + 4 * _EPS))
        if not offers:
            return None
        near = [offer for offer in offers if offer.low / worth[offer.project] * (1 - 4 * _EPS) <= best]
        if len(near) > 1 and not all(offer.plain for offer in near):
            raise _Unsure
        chosen = min(near, key=lambda offer: self.place[offer.project])
        for offer in offers:
            if offer is not chosen:
                heappush(heap, (offer.low / worth[offer.project] * (1 - 4 * _EPS), offer.project))
        return chosen

    def _offer(self, one: int, known: float, best: float) -> _Offer | float:
        """Bound the price per point of a project whose price is ``known`` or higher.

        If it is above ``best``, a number that it is not below is enough; infinity where it is not affordable.
        """
        cost = self.supports.costs[one]
        who, mass = self.supports.of(one)
        money = self.money.take(who)
        off = self.lost + 4 * _SUMS * cost
        if best < inf:
            points = _points(money, mass, best)
            lacks = cost - off - _paid(money, mass, best)
            if lacks > 0:
                return best + lacks / points if points else inf
        total = float(np.add.reduce(money))
        if total < cost - off:
            return inf
        price, points = known, _points(money, mass, known)
        for _ in range(_TRIES):
            if not points:
                break
            # What is brought grows ever slower with the price: from below this step never goes too far.
            price += (cost - _paid(money, mass, price)) / points
            before, points = points, _points(money, mass, price)
            if before == points:
                break
        sure = _points(money, mass, price * (1 + _NEAR))
        if not points or before != points or off > _NEAR * price * sure:
            raise _Unsure
        plain = sure == self.supports.total[one] and self.lost < _NEAR * price
        return _Offer(
            one, price, price - off / points - 4 * _EPS * price, price + off / sure + 4 * _EPS * price, plain, money
        )

    def _take(self, offer: _Offer) -> None:
        """Let the supporters pay."""
        one = offer.project
        who, mass = self.supports.of(one)
        rest = offer.money - (offer.price if mass is None else offer.price * mass)
        self.money[who] = np.maximum(rest, 0.0)
        self.lost += 4 * _SUMS * self.supports.costs[one] + _EPS * self.share * self.voters[one]
        self._won(one)


def _points(money: Floats, mass: Floats | None, price: float) -> float:
    """Return the points of those who have what a price asks of them."""
    if mass is None:
        return float(np.count_nonzero(money >= price))
    return float(np.add.reduce(mass[money >= price * mass]))


def _paid(money: Floats, mass: Floats | None, price: float) -> float:
    """Return what supporters bring together at a price."""
    return float(np.add.reduce(np.minimum(money, price if mass is None else price * mass)))
