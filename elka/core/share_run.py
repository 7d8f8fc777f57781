"""The Method of Equal Shares: every voter has an equal share of the budget and pays for what they support.

Source: Peters, Pierczyński, Skowron, «Proportional Participatory Budgeting with Additive Utilities» (NeurIPS 2021);
the completion Add1: equalshares.net. Utilities are additive: voter ``i`` gets ``worth[p] · points[i, p]`` from project
``p``, where the points of an approval are 1, and ``worth`` is the cost (utility by cost) or 1 (by number).

**A round.** A project is affordable while its supporters together have its cost left. Each supporter pays ``y`` for a
point, or all they have left if that is less; ``y`` is the smallest that brings the cost together, and ``ρ = y / worth``
is the price of a unit of utility. The project with the smallest ρ is taken and paid. The end is when nothing is
affordable.

**Exact.** Winners are those of exact arithmetic, and yet almost everything is done in float64. It works by intervals:
the money of each voter is known within ``Run.doubts``, so each price within bounds that are computed beside it. Where
bounds do not decide (two prices may be equal, a project may be just affordable, a supporter may have just what they must
pay) the same is computed from whole numbers, see ``core.shares_exact``. So is a price whose bounds grow apart before it
is paid, so that doubts do not pile up: in practice they stay below 10⁻¹² of a share.

**Fast.** A price never falls as money goes, so old prices are lower bounds: a heap yields the few projects that can be
the cheapest. A voter's money is one number in an array; equal ballots share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from elka.core.share_bounds import ABOVE, BELOW, EPS, SUMS, Floats, raised
from elka.core.shares_exact import Payments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from elka.core.supports import Supports

_TINY = float(np.finfo(np.float64).tiny)
_DOUBT = 1e-10  # a larger part of a price than this in doubt is worth a fraction


@dataclass(frozen=True, slots=True)
class Round:
    """A project taken. ``price``: what a point cost its supporters at most; ``rho``: the same per unit of utility.

    ``full``: voters who paid the whole price; ``rest``: who gave all that they had left; ``empty``: who had nothing.
    ``spent``: on all projects so far; ``left``: money that all voters have left. Money is in units of the profile.
    """

    project: int
    price: float
    rho: float
    full: int
    rest: int
    empty: int
    spent: int
    left: float


@dataclass(frozen=True, slots=True)
class Equal:
    """Why rounds went on to one of several projects of the same ρ: the numbers of projects, the taken one first."""

    projects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """The result of one run. ``share``: what every voter had. ``barred``: project → the winner that excludes it.

    ``missing``: for each project that was not affordable, what its supporters lacked at the end, rounded up to a whole
    unit of money. ``steps``: how often Add1 raised the shares.
    """

    rounds: tuple[Round, ...]
    share: Fraction
    barred: dict[int, int]
    missing: dict[int, int]
    ties: tuple[Equal, ...] = ()
    steps: int = 0

    @property
    def winners(self) -> tuple[int, ...]:
        """The projects in the order they were taken."""
        return tuple(one.project for one in self.rounds)

    @property
    def spent(self) -> int:
        """What the winners cost."""
        return self.rounds[-1].spent if self.rounds else 0


@dataclass(slots=True)
class _Offer:
    """A project in a round with the bounds of its price per point, and the price itself where it was needed."""

    project: int
    low: float
    high: float
    exact: Fraction | None = None


class Run:
    """One run of the method with given shares. ``core.shares`` makes and plays them."""

    def __init__(
        self,
        supports: Supports,
        share: Fraction,
        order: Sequence[int],
        *,
        able: Iterable[int],
        rivals: Mapping[int, frozenset[int]],
        limit: int | None,
    ) -> None:
        self.supports = supports
        self.share = share
        self.order = order
        self.rivals = rivals
        self.limit = limit
        self.money: Floats = supports.weights * float(share)
        self.most = float(self.money.max(initial=0))
        self.doubts: Floats = np.full(len(self.money), 2 * EPS * self.most)  # bounds on the errors of ``money``
        self.error = 2 * EPS * self.most  # the largest doubt
        self.together = float(share * supports.voters)
        self.payments = Payments(supports, share)
        self.rounds: list[Round] = []
        self.ties: list[Equal] = []
        self.barred: dict[int, int] = {}
        self.out: set[int] = set()  # dropped: their supporters cannot pay any more
        self.spent = 0
        self.plain = True  # every winner was paid in equal parts: more money would have changed nothing
        self.able = [one for one in able if supports.total[one] > 0]
        costs, worth = supports.costs, supports.worth
        self.heap = [(costs[one] / supports.total[one] / worth[one] * (1 - 8 * EPS), one) for one in self.able]
        heapify(self.heap)

    def play(self) -> None:
        """Go on to the end, or until the winners cost more than the limit."""
        while not self.overspent and (offer := self._cheapest()) is not None:
            self._take(offer)

    @property
    def overspent(self) -> bool:
        """Whether the winners cost more than the limit."""
        return self.limit is not None and self.spent > self.limit

    @property
    def unpaid(self) -> list[int]:
        """The projects that were not affordable in the end, without those that a winner bars."""
        return sorted(self.out - self.barred.keys())

    @property
    def could_still_win(self) -> bool:
        """Whether the rest of the limit would pay for a project that did not win."""
        left = (self.limit or 0) - self.spent
        return any(self.supports.costs[one] <= left for one in self.unpaid)

    def steps_ahead(self, step: Fraction) -> int:
        """Return by how many steps the shares may be raised at once, because fewer would change nothing.

        Known only when every winner was paid in equal parts. Such winners come in the order of their prices without
        poor supporters, which is the same for richer voters, and what they take from each voter is the same too. So
        nothing changes until the supporters of another project can afford it when its turn in that order comes.
        """
        if not self.plain:
            return 1
        turns = [self._turn(one.project) for one in self.rounds]
        prices = np.array([one.price for one in self.rounds])
        ahead = np.inf
        for one in sorted(self.out):  # barred ones too: with more money one of them may come before its rival
            who, _ = self.supports.of(one)
            before = np.array([turn < self._turn(one) for turn in turns], dtype=bool)
            paid = float((self.payments.points_by_round(who) * prices)[before].sum())
            needed = (self.supports.costs[one] + paid) * (1 - 1e-9) / self.supports.voters_of(who)
            ahead = min(ahead, (needed - float(self.share)) / float(step))
        return max(1, int(ahead)) if ahead < np.inf else 1

    def _turn(self, one: int) -> tuple[Fraction, int]:
        """Return where a project stands among all while nobody is poor."""
        supports = self.supports
        return Fraction(supports.costs[one], supports.total[one] * supports.worth[one]), self.order[one]

    def result(self, steps: int = 0) -> Shares:
        """Tell the result; ``steps``: how often the shares were raised."""
        missing = {one: self._missing(one) for one in self.unpaid}
        rounds, ties = tuple(self.rounds), tuple(self.ties)
        return Shares(rounds, self.share, dict(self.barred), missing, ties, steps)

    def _cheapest(self) -> _Offer | None:
        """Return the project of the smallest ρ, ties by the order; None when nothing is affordable."""
        worth = self.supports.worth
        offers: list[_Offer] = []
        best = np.inf
        while self.heap and self.heap[0][0] <= best:
            low, one = heappop(self.heap)
            if one in self.barred:
                continue
            if best < np.inf and (bound := self._raised(one, best * worth[one] * ABOVE)) is not None:
                if bound < np.inf:
                    heappush(self.heap, (bound / worth[one] * BELOW, one))
                else:
                    self.out.add(one)
            elif (offer := self._offer(one, low * worth[one])) is not None:
                offers.append(offer)
                best = min(best, offer.high / worth[one] * ABOVE)
            else:
                self.out.add(one)
        if not offers:
            return None
        near = [offer for offer in offers if offer.low / worth[offer.project] * BELOW <= best]
        chosen = near[0] if len(near) == 1 else self._first(near)
        for offer in offers:
            if offer is not chosen:
                heappush(self.heap, (offer.low / worth[offer.project] * BELOW, offer.project))
        return chosen

    def _first(self, near: list[_Offer]) -> _Offer:
        """Choose among offers that the bounds do not tell apart."""
        worth = self.supports.worth
        for offer in near:
            if offer.exact is None:
                offer.exact = self._exact(offer.project, offer.low, offer.high)
        rho = {offer.project: (offer.exact or Fraction()) / worth[offer.project] for offer in near}
        least = min(rho.values())
        equal = sorted((o for o in near if rho[o.project] == least), key=lambda o: self.order[o.project])
        if len(equal) > 1:
            self.ties.append(Equal(tuple(offer.project for offer in equal)))
        return equal[0]

    def _raised(self, one: int, price: float) -> float | None:
        """Return what the price per point is not below if it is above ``price``, infinity if it is not affordable; else None."""
        who, mass = self.supports.of(one)
        cost = self.supports.costs[one]
        due = cost * (1 - 4 * SUMS) - len(who) * self.error
        return raised(self.money.take(who), mass, due, price)

    def _offer(self, one: int, known: float) -> _Offer | None:
        """Bound the price per point of a project whose price is ``known`` or higher; None: not affordable."""
        cost = self.supports.costs[one]
        if cost == 0:
            return _Offer(one, 0.0, 0.0, Fraction())
        who, mass = self.supports.of(one)
        money = self.money.take(who)
        total = have = float(np.add.reduce(money))
        slack = len(who) * self.error + SUMS * (total + cost)
        if total < cost - slack:
            return None
        price, points = known, float(self.supports.total[one])
        rest, of_rest = money, mass  # the supporters who are not known to be poorer than the price
        while True:
            rich = rest >= (price if of_rest is None else price * of_rest)
            many = np.count_nonzero(rich)
            if many == 0:
                break
            if many < len(rest):
                rest = rest[rich]
                have = float(np.add.reduce(rest))
                of_rest = None if of_rest is None else of_rest[rich]
                points = float(many if of_rest is None else np.add.reduce(of_rest))
            elif (cost - (total - have)) / points <= price:
                break
            price = max((cost - (total - have)) / points, price)
        low = price - slack / points - 4 * EPS * price
        high = price + 2 * slack / points + 4 * EPS * price
        sure = rest > (high if of_rest is None else high * of_rest) + self.error
        if 2 * (np.count_nonzero(sure) if of_rest is None else of_rest[sure].sum()) >= points:
            return _Offer(one, low, high)
        top = float((money if mass is None else money / mass).max()) * ABOVE + self.error
        exact = self._exact(one, low, top)
        if exact is None:
            return None
        return _Offer(one, float(exact) * (1 - 2 * EPS), float(exact) * (1 + 2 * EPS), exact)

    def _split(self, one: int, low: float, high: float) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Part the supporters who have money: surely poorer than the price, undecided, surely richer."""
        who, mass = self.supports.of(one)
        money = self.money.take(who)
        rich = money > (high if mass is None else high * mass) + self.error
        others = (~rich & (money > 0)).nonzero()[0]
        poor = money[others] < (low if mass is None else low * mass[others]) - self.error
        return others[poor], others[~poor], rich.nonzero()[0]

    def _exact(self, one: int, low: float, high: float) -> Fraction | None:
        """Return the exact price per point, which lies between the bounds; None if the project is not affordable."""
        who, _ = self.supports.of(one)
        poor, open_, rich = self._split(one, low, high)
        return self.payments.price(one, who[poor], who[open_], who[rich])

    def _take(self, offer: _Offer) -> None:
        """Let the supporters pay."""
        one = offer.project
        supports = self.supports
        who, mass = supports.of(one)
        poor, open_, rich = self._split(one, offer.low, offer.high)
        if len(open_) and offer.exact is None:
            offer.exact = self._exact(one, offer.low, offer.high)
        spent_out = who[poor]
        if len(open_):
            # An undecided supporter gives all when that is no more than the price asks.
            gives_all = self.payments.gives_all(one, who[open_], offer.exact or Fraction())
            spent_out = np.concatenate([spent_out, who[open_[gives_all]]])
            rich = np.concatenate([rich, open_[~gives_all]])
        payers = who[rich]
        price, doubt = self._price(offer, spent_out, payers)
        asked: Floats | float = price if mass is None else price * mass[rich]
        self.money[payers] = np.maximum(self.money.take(payers) - asked, _TINY)
        self.money[spent_out] = 0.0
        doubts = self.doubts.take(payers) + ((doubt if mass is None else doubt * mass[rich]) + 4 * EPS * self.most)
        self.doubts[payers] = doubts
        self.error = max(self.error, float(doubts.max(initial=0)))
        self.plain = self.plain and len(payers) == len(who)
        self.spent += supports.costs[one]
        self.rounds.append(self._round(one, price, who, payers, spent_out))
        for rival in self.rivals.get(one, frozenset()):
            self.barred.setdefault(rival, one)

    def _price(self, offer: _Offer, gave_all: NDArray[np.intp], payers: NDArray[np.intp]) -> tuple[float, float]:
        """Return the price per point that is paid, and a bound on its error."""
        points = self.supports.points_of(offer.project, payers)
        number = self.payments.add(offer.project, gave_all, points, offer.exact)
        if offer.exact is None:
            cost = self.supports.costs[offer.project]
            price = (cost - float(np.add.reduce(self.money[gave_all]))) / points
            doubt = (float(np.add.reduce(self.doubts[gave_all])) + SUMS * cost) / points + 2 * EPS * price
            if doubt <= _DOUBT * price:
                return price, doubt
            offer.exact = self.payments.exact(number)
        return float(offer.exact), EPS * float(offer.exact)

    def _round(
        self,
        one: int,
        price: float,
        who: NDArray[np.intp],
        payers: NDArray[np.intp],
        gave_all: NDArray[np.intp],
    ) -> Round:
        voters = self.supports.voters_of
        full, rest = voters(payers), voters(gave_all)
        return Round(
            project=one,
            price=price,
            rho=price / self.supports.worth[one],
            full=full,
            rest=rest,
            empty=voters(who) - full - rest,
            spent=self.spent,
            left=max(0.0, self.together - self.spent),
        )

    def _lacks(self, one: int) -> tuple[float, float]:
        """Bound what the supporters lack."""
        who, _ = self.supports.of(one)
        lacks = self.supports.costs[one] - float(np.add.reduce(self.money[who]))
        slack = len(who) * self.error + SUMS * self.supports.costs[one]
        return lacks - slack, lacks + slack

    def _missing(self, one: int) -> int:
        """Return what the supporters lack at the end, in whole units, rounded up."""
        least, most = self._lacks(one)
        if np.ceil(least) == np.ceil(most):
            return int(np.ceil(most))
        who, _ = self.supports.of(one)
        return ceil(self.supports.costs[one] - self.payments.money_of(who[self.money[who] > 0]))
