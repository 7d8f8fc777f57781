"""A run of the Method of Equal Shares of which only the winners are asked; ``core.share_run`` makes it with all figures.

Voters are not followed with a doubt of their own. ``Sketch`` keeps their money in float64 and one number, ``lost``: how
far all of it may be off together.

**Why one number is enough.** A round maps money to money: ``m → (m - y·points)⁺``, where ``y`` brings the cost together.
It never increases the sum of differences between two states ``m`` and ``n``. (Let ``u`` be the larger of both for each
voter. Where voters are richer the price is lower, so both states end below what becomes of ``u``; each by as much in sum
as it began, as all three pay the cost; and for each voter one of ``u - m`` and ``u - n`` is nothing.) So errors do not grow
from round to round, they only add up, and all of them together bound what the supporters of any project seem to have.

**What is certain.** A project is taken when the prices of all others are surely above its own, or when all that are near
are paid in equal parts: then prices are fractions of whole numbers, compared as such (``Contest.place``). Where bounds do
not decide, the sketch ends as unsure, and the run has to be made in full.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from elka.core.share_bounds import ABOVE, BELOW, EPS, SUMS, Floats, asked_at, paid_at, points_at, raised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from elka.core.supports import Supports

_LESS = 1 - 4 * SUMS
_NEAR = 1e-9  # a price that is not known within this part of it is not known
_TRIES = 100
_APART = 2**216  # fractions with denominators below 2**106 that differ have different whole numbers of such parts


class UnsureError(Exception):
    """Bounds do not decide."""


class Contest:
    """What all runs of a contest have in common. ``limit``, ``rivals``, ``order``: as in ``core.share_run.Run``.

    ``turns``: the projects in the order in which they are taken while everybody pays in equal parts, exactly;
    ``place``: of each in it; ``least``: what the price of a unit of utility is not below;
    ``supporters``: their rows and points as in ``Supports.of``, what the project costs and what a point is worth.
    """

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
        turn = {one: (costs[one] * _APART // (total[one] * worth[one]), order[one]) for one in known}
        self.turns = sorted(known, key=lambda one: turn[one])
        self.place = {one: place for place, one in enumerate(self.turns)}
        self.least = {one: costs[one] / total[one] / worth[one] * (1 - 8 * EPS) for one in known}
        self.supporters = {one: (*supports.of(one), costs[one], worth[one]) for one in known}
        self.voters = {one: supports.voters_of(who) for one, (who, *_) in self.supporters.items()}


@dataclass(slots=True)
class Beginning:
    """The rounds in which everybody pays in equal parts: the same whatever the shares are, if they are no smaller.

    ``turn``: how many turns have passed; ``paid``: what each row has paid; ``lost``: how far that may be off together.
    """

    paid: Floats
    turn: int = 0
    winners: list[int] = field(default_factory=list)
    barred: set[int] = field(default_factory=set)
    spent: int = 0
    lost: float = 0.0

    def lengthen(self, contest: Contest, share: float) -> None:
        """Go on as far as such shares allow."""
        supports = contest.supports
        while self.turn < len(contest.turns) and self.spent <= contest.limit:
            one = contest.turns[self.turn]
            if one not in self.barred:
                who, mass = supports.of(one)
                price = supports.costs[one] / supports.total[one]
                paid = self.paid.take(who) + asked_at(mass, price)
                more = EPS * (supports.costs[one] + share * contest.voters[one])
                off = self.lost + more + 4 * EPS * share * supports.voters
                if float((share * supports.weights.take(who) - paid).min()) <= off:
                    return
                self.paid[who] = paid
                self.lost += more
                self.winners.append(one)
                self.spent += supports.costs[one]
                self.barred.update(contest.rivals.get(one, ()))
            self.turn += 1


@dataclass(slots=True)
class _Offer:
    """A project in a round with the bounds of its price per point, and what its supporters have.

    ``plain``: all of them surely have more than the price.
    """

    project: int
    price: float
    low: float
    high: float
    plain: bool
    money: Floats


class Sketch:
    """One run. ``winners``: in the order they are taken, the last one not paid for if it is overspent."""

    def __init__(self, contest: Contest, share: Fraction, beginning: Beginning, like: Sketch | None = None) -> None:
        """``like``: a run of shares that differ little; what won there is asked first here, and decides nothing."""
        supports = contest.supports
        self.contest = contest
        self.share = float(share)
        self.most = self.share * ABOVE  # of a price per point: nobody has more for one
        self.sure = True
        self.plain = True  # every winner was paid in equal parts
        self.winners = list(beginning.winners)
        self.barred = set(beginning.barred)
        self.spent = beginning.spent
        self.money: Floats = supports.weights * self.share - beginning.paid
        self.lost = beginning.lost + 4 * EPS * self.share * supports.voters
        self.heap = [
            (contest.least[one], one)
            for one in contest.turns[beginning.turn :]
            # Not those whose supporters could not pay with all that they are given.
            if contest.voters[one] * self.most >= contest.supporters[one][2]
        ]
        heapify(self.heap)
        self.taken = set(beginning.winners)
        self.prices: dict[int, float] = {}  # of the winners taken here
        self.guesses = list(reversed(like.prices.items())) if like else []

    def play(self) -> None:
        """Go on to the end, or until the winners cost more than the limit, or bounds do not decide."""
        try:
            while not self.overspent and (offer := self._cheapest()) is not None:
                self._take(offer)
        except UnsureError:
            self.sure = False

    @property
    def overspent(self) -> bool:
        """Whether the winners cost more than the limit."""
        return self.spent > self.contest.limit

    @property
    def could_still_win(self) -> bool:
        """Whether the rest of the limit would pay for a project that did not win."""
        left, costs = self.contest.limit - self.spent, self.contest.supports.costs
        settled = {*self.winners, *self.barred}
        return any(costs[one] <= left and one not in settled for one in self.contest.turns)

    def _cheapest(self) -> _Offer | None:
        """Return the project of the smallest price per utility; None when nothing is affordable."""
        heap = self.heap
        guess = self._guess()
        best = self._at_most(guess) if guess else inf
        offers: list[_Offer] = []
        while heap and heap[0][0] <= best:
            least, one = heappop(heap)
            if one in self.barred:
                continue
            if guess and one == guess.project:
                offers.append(guess)
                continue
            who, mass, cost, worth = self.contest.supporters[one]
            money, due = self.money.take(who), cost * _LESS - self.lost
            if best < inf and (bound := raised(money, mass, due, best * worth * ABOVE)) is not None:
                if bound <= self.most:
                    heappush(heap, (bound / worth * BELOW, one))
            elif (offer := self._offer(one, money, least * worth)) is not None:
                offers.append(offer)
                best = min(best, self._at_most(offer))
        return self._chosen(offers, best) if offers else None

    def _guess(self) -> _Offer | None:
        """Return the offer of what won next in the run that this one is like. Its price then is where the search begins."""
        while self.guesses:
            one, price = self.guesses[-1]
            if one not in self.taken and one not in self.barred:
                return self._offer(one, self.money.take(self.contest.supporters[one][0]), price)
            self.guesses.pop()
        return None

    def _at_most(self, offer: _Offer) -> float:
        return offer.high / self.contest.supporters[offer.project][3] * ABOVE

    def _chosen(self, offers: list[_Offer], best: float) -> _Offer:
        """Return the one that is certainly the cheapest, and put the others back. Raises UnsureError."""
        lows = [offer.low / self.contest.supporters[offer.project][3] * BELOW for offer in offers]
        near = [offer for offer, low in zip(offers, lows, strict=True) if low <= best]
        if len(near) > 1 and not all(offer.plain for offer in near):
            raise UnsureError
        chosen = min(near, key=lambda offer: self.contest.place[offer.project])
        for offer, low in zip(offers, lows, strict=True):
            if offer is not chosen:
                heappush(self.heap, (low, offer.project))
        return chosen

    def _offer(self, one: int, money: Floats, known: float) -> _Offer | None:
        """Bound the price per point of a project, searched from ``known`` on; None: it is not affordable."""
        _, mass, cost, _ = self.contest.supporters[one]
        off = self.lost + cost * (1 - _LESS)
        price, asked = known, asked_at(mass, known)
        points, sure = points_at(money, mass, asked), -1.0
        for _ in range(_TRIES):
            if points == 0:
                break
            # What is brought grows ever slower with the price: such a step never goes too far up, and from too far up
            # it leads below.
            step = (cost - paid_at(money, asked)) / points
            price += step
            sure, before = points_at(money, mass, asked_at(mass, price * (1 + _NEAR))), points
            if sure == before and step >= 0:
                break
            asked = asked_at(mass, price)
            points = points_at(money, mass, asked)
            if points == before:
                break
        else:
            raise UnsureError
        if points == 0 and float(np.add.reduce(money)) < cost - off:
            return None
        if points == 0 or off > _NEAR * price * sure:
            raise UnsureError
        return _Offer(
            project=one,
            price=price,
            low=price * BELOW - off / points,
            high=price * ABOVE + off / sure,
            plain=sure == self.contest.supports.total[one]
            and 2 * self.lost < _NEAR * price
            and 2 * off < _NEAR * price * points,
            money=money,
        )

    def _take(self, offer: _Offer) -> None:
        """Let the supporters pay."""
        one = offer.project
        who, mass, cost, _ = self.contest.supporters[one]
        rest = offer.money - asked_at(mass, offer.price)
        self.money[who] = np.maximum(rest, 0.0, out=rest)
        self.lost += cost * (1 - _LESS) + EPS * self.share * self.contest.voters[one]
        self.spent += cost
        self.plain = self.plain and offer.plain
        self.winners.append(one)
        self.taken.add(one)
        self.prices[one] = offer.price
        self.barred.update(self.contest.rivals.get(one, ()))
