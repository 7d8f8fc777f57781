"""The Method of Equal Shares: every voter's ballot moves the same part of the budget (Peters, Pierczyński, Skowron 2021).

**The rule.** The budget is divided equally among the voters. A project is bought by its supporters: each pays the same
for the same satisfaction, ``rho`` for a unit of it, or all that is left to them. In each round the project with the
smallest ``rho`` is bought, until no supporters can afford theirs. Satisfaction of an approved project is its cost
(``COST``), or 1 (``CARDINALITY``); where voters gave points it is the points (``POINTS``).

**Completion.** What the rule leaves over is given out either by raising everybody's share, one step after another, until
the winners would cost more than the budget (``add1``; the last that did not, wins), or by votes (``greedy`` in
``core.rules``).

**Exactness.** Money is counted in whole units of a power of ten of a ruble so small that the whole budget is about
10^18 of them, so any two machines agree to the last digit; there are no floating-point decisions. A payment is rounded up
to a unit. What rounding may have hidden is allowed for: ``rho`` of two projects that differ by less count as equal and
are decided by ``order``, and supporters who lack less can afford the project. Equalities of exact arithmetic are thereby
kept; something else than equal is taken for equal only below a billionth of a kopeck.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from elka.core.profile import Profile

    Ints = NDArray[np.int64]

_MOST = 10**18
_MARGIN = 1e-9  # of a float that only says in which order to look


class Satisfaction(StrEnum):
    """What a voter has of a project that is bought."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Round:
    """A purchase: ``project`` (its place in the profile), how many paid, the most that one paid, all that is left; rubles."""

    project: int
    payers: int
    price: Fraction
    left: Fraction


@dataclass(frozen=True, slots=True)
class Shares:
    """What was bought, in order. Money in rubles.

    ``cost``: of all that was bought; ``share``: what each voter had; ``purses``: what the supporters of each project have
    left together, by its place.
    """

    rounds: tuple[Round, ...]
    cost: int
    share: Fraction
    purses: tuple[Fraction, ...]

    @property
    def bought(self) -> tuple[int, ...]:
        """The places of the projects that were bought, in order."""
        return tuple(one.project for one in self.rounds)


def equal_shares(
    profile: Profile,
    budget: int | Fraction,
    *,
    satisfaction: Satisfaction = Satisfaction.COST,
    order: Sequence[int] | None = None,
    taking: NDArray[np.bool_] | None = None,
) -> Shares:
    """Buy projects with equal shares of ``budget`` (rubles).

    ``order``: a number for each place in the profile; of equal projects the one with the smallest wins (None: by place).
    ``taking``: which projects take part (None: all). Nobody buys what nobody supports.
    """
    market = _Market(profile, Fraction(budget), satisfaction, order, taking)
    market.trade()
    return market.result()


def add1(
    profile: Profile,
    budget: int,
    *,
    satisfaction: Satisfaction = Satisfaction.COST,
    order: Sequence[int] | None = None,
    taking: NDArray[np.bool_] | None = None,
    step: Fraction | None = None,
) -> Shares:
    """Raise the shares until the winners would cost more than ``budget`` (rubles); return the last that did not.

    ``step``: rubles by which each voter's share grows at a time; None: by a hundredth of the first share, as cities do. The
    raising also ends when nothing that is supported fits into the rest of the budget. What costs more than the whole
    budget takes no part: bought with raised shares it would end the raising for everybody.
    """
    within = profile.costs <= budget
    taking = within if taking is None else taking & within
    grow = Fraction(budget, 100) if step is None else step * profile.voters
    virtual, best = Fraction(budget), None
    while True:
        market = _Market(profile, virtual, satisfaction, order, taking)
        market.trade(most=budget)
        if market.spent > budget and best is not None:
            return best.result()
        best = market
        if grow <= 0 or market.is_exhausted(budget):
            return best.result()
        virtual += grow


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a project costs now: ``part / whole`` money units for a unit of satisfaction, ``slack`` more or less.

    Its supporters pay ``part / payers`` of what each gave it, or all that they have.
    """

    project: int
    part: int
    payers: int
    whole: int
    slack: int

    @property
    def rough(self) -> float:
        return self.part / self.whole

    @property
    def low(self) -> Fraction:
        return Fraction(self.part - self.slack, self.whole)

    @property
    def high(self) -> Fraction:
        return Fraction(self.part + self.slack, self.whole)


class _Market:
    """One run of the rule: what everybody has left, and what has been bought."""

    def __init__(
        self,
        profile: Profile,
        budget: Fraction,
        satisfaction: Satisfaction,
        order: Sequence[int] | None,
        taking: NDArray[np.bool_] | None,
    ) -> None:
        self.profile = profile
        self.satisfaction = satisfaction
        self.order = range(len(profile.ids)) if order is None else order
        self.by_points = satisfaction is Satisfaction.POINTS and bool((profile.given != 1).any())
        self.costs: list[int] = profile.costs.tolist()
        largest = max(int(budget) + 1, *self.costs, 1) * (int(profile.given.max()) if self.by_points else 1)
        self.unit = 10 ** max(0, len(str(_MOST // largest)) - 1)
        voters = max(profile.voters, 1)
        self.share = budget / voters
        first = int(self.share * self.unit)
        self.left = np.full(profile.voters, first, np.int64)
        self.rest = first * profile.voters
        supported = profile.counts > 0
        self.open: list[int] = np.flatnonzero(supported if taking is None else supported & taking).tolist()
        self.given = profile.totals if self.by_points else profile.counts
        self.rounds: list[Round] = []
        self.spent = 0

    def is_exhausted(self, budget: int) -> bool:
        """Whether nothing more fits into what is left of the budget."""
        bought = {one.project for one in self.rounds}
        return all(self.costs[one] > budget - self.spent for one in self.open if one not in bought)

    def trade(self, *, most: int | None = None) -> None:
        """Buy while anything can be afforded; with ``most`` no further than the purchase that makes it cost more."""
        heap = sorted((self._least(one), one) for one in self.open)
        while heap and (most is None or self.spent <= most):
            chosen = self._cheapest(heap)
            if chosen is not None:
                self._buy(chosen)

    def result(self) -> Shares:
        profile = self.profile
        sums = np.concatenate(([0], np.cumsum(self.left[profile.supporters])))
        purses = (sums[profile.starts[1:]] - sums[profile.starts[:-1]]).tolist()
        return Shares(tuple(self.rounds), self.spent, self.share, tuple(Fraction(purse, self.unit) for purse in purses))

    def _cheapest(self, heap: list[tuple[float, int]]) -> _Offer | None:
        """Take the project to buy now out of the heap; what nobody can afford any more leaves it too.

        A price never falls, as supporters only grow poorer: what was found earlier bounds it from below, and whatever is
        bounded above the best found now need not be looked at.
        """
        looked: list[_Offer] = []
        best = float("inf")
        while heap and heap[0][0] * (1 - _MARGIN) <= best:
            offer = self._offer(heappop(heap)[1])
            if offer is not None:
                looked.append(offer)
                best = min(best, offer.rough * (1 + _MARGIN))
        if not looked:
            return None
        near = [offer for offer in looked if offer.rough <= best * (1 + _MARGIN)]
        reach = min(offer.high for offer in near)
        chosen = min((offer for offer in near if offer.low <= reach), key=lambda offer: self.order[offer.project])
        for offer in looked:
            if offer is not chosen:
                heappush(heap, (offer.rough, offer.project))
        return chosen

    def _least(self, project: int) -> float:
        """Return what the project cannot cost less than: all that was given to it pays, and nobody is poor."""
        given = int(self.given[project])
        measure = self.costs[project] if self.satisfaction is Satisfaction.COST else 1
        return float(self.costs[project] * self.unit / (given * max(measure, 1))) * (1 - _MARGIN)

    def _offer(self, project: int) -> _Offer | None:
        """Return what the project costs its supporters now; None if they cannot afford it."""
        own = self.left[self.profile.of(project)]
        many, cost = len(own), self.costs[project] * self.unit
        slack = many * (len(self.rounds) + 1)  # what rounding took from them so far, at the most
        measure = self.costs[project] if self.satisfaction is Satisfaction.COST else 1
        if cost == 0:
            return _Offer(project, 0, many, 1, 0)
        if not self.by_points and int(own.min()) * many >= cost:
            return _Offer(project, cost, many, many * measure, slack)
        if int(own.sum()) + slack < cost:
            return None
        part, payers = self._split(own, self.profile.given_to(project), cost)
        return _Offer(project, part, payers, payers * measure, slack)

    def _split(self, own: Ints, given: Ints, cost: int) -> tuple[int, int]:
        """Return the smallest part per unit, as a fraction, with which all together pay ``cost``; the poor pay all they have."""
        if self.by_points:
            by_wealth = np.argsort(own / given, kind="stable")
            own, given = own[by_wealth], given[by_wealth]
            payers = np.cumsum(given[::-1])[::-1]
        else:
            own = np.sort(own)
            payers = np.arange(len(own), 0, -1)
        missing = cost - (np.cumsum(own) - own)
        enough = own * payers >= missing * given if self.by_points else own * payers >= missing
        at = int(enough.argmax())
        if not enough[at]:  # they lack what rounding took: each pays all
            at = len(own) - 1
            return int(own[at]), int(given[at])
        return int(missing[at]), int(payers[at])

    def _buy(self, offer: _Offer) -> None:
        supporters = self.profile.of(offer.project)
        own = self.left[supporters]
        whole, part = divmod(offer.part, offer.payers)
        if self.by_points:
            given = self.profile.given_to(offer.project)
            asked = whole * given - (-part * given) // offer.payers
        else:
            asked = np.full(len(own), whole + (part > 0), np.int64)
        paid = np.minimum(own, asked)
        self.left[supporters] = own - paid
        self.rest -= int(paid.sum())
        self.spent += self.costs[offer.project]
        self.rounds.append(
            Round(
                offer.project,
                int(np.count_nonzero(paid)),
                Fraction(int(paid.max()), self.unit),
                Fraction(self.rest, self.unit),
            )
        )
