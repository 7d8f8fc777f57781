"""The Method of Equal Shares, and its completion Add1. How a run goes, and why its winners are exact: ``core.share_run``."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from elka.core.share_run import Run, Shares
from elka.core.share_scout import Scout
from elka.core.share_sketch import Contest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from elka.core.supports import Supports

_SAFE = 1 + 1e-9  # of sums of floats


def equal_shares(
    supports: Supports,
    budget: int,
    order: Sequence[int],
    *,
    able: Iterable[int] | None = None,
    rivals: Mapping[int, frozenset[int]] | None = None,
    share: Fraction | None = None,
) -> Shares:
    """Run the method once. ``order``: the place of each project in ties, smallest first.

    ``able``: the projects that take part (None: all); ``rivals``: which projects a winner bars. ``share``: money of each
    voter, by default an equal part of the budget.
    """
    each = share if share is not None else share_of(supports, budget)
    run = Run(supports, each, order, able=_all(supports, able), rivals=rivals or {}, limit=None)
    run.play()
    return run.result()


def add_one(
    supports: Supports,
    budget: int,
    order: Sequence[int],
    step: Fraction,
    *,
    able: Iterable[int] | None = None,
    rivals: Mapping[int, frozenset[int]] | None = None,
    between: Callable[[], None] | None = None,
) -> Shares:
    """Run the method with shares raised by ``step`` (money of one voter) until the budget is used (Add1).

    The last result that the budget pays for counts. It ends as soon as no other supported project would fit, or when the
    next result costs more than the budget. If the budget pays for all that is supported, all of it wins, and the shares are
    raised at once as far as that takes. ``between``: called before each step that is run; it may raise to stop, for there
    may be very many where one project of one voter among millions has to be waited for. Raises ValueError if the step is
    not positive.
    """
    if step <= 0:
        raise ValueError("a step must be positive")
    chosen = [one for one in _all(supports, able) if supports.costs[one] <= budget]
    bars = rivals or {}

    def run_at(steps: int) -> Run:
        run = Run(supports, share_of(supports, budget) + steps * step, order, able=chosen, rivals=bars, limit=budget)
        run.play()
        return run

    waiting = _Waiting(supports, budget, chosen, bars, step)
    if (enough := waiting.enough_for_all()) is not None and not (rich := run_at(enough)).unpaid:
        return rich.result(enough)
    steps = waiting.skip(0)
    contest = Contest(supports, order, able=chosen, rivals=bars, limit=budget)
    scout = Scout(contest, share_of(supports, budget), step)
    last: tuple[Run, int] | None = None
    while True:
        if between is not None:
            between()
        sketch = scout.at(steps)
        # Where all paid in equal parts, the run itself tells how far the shares may be raised at once.
        run: Run | None = None if sketch.sure and not sketch.plain else run_at(steps)
        end = run or sketch
        if end.overspent and steps:
            # The step before counts. It may be known, unless it was passed over because it could end nothing.
            known = last if not waiting.skipped else None
            return known[0].result(known[1]) if known else run_at(steps - 1).result(steps - 1)
        if not end.could_still_win:
            return (run or run_at(steps)).result(steps)
        last = None if run is None else (run, steps)
        steps = waiting.skip(steps + (1 if run is None else run.steps_ahead(step)))


class _Waiting:
    """Steps of Add1 that need not be run, because they can neither overspend nor be the last.

    A project is out of reach while all the shares of its supporters together are less than it costs. As long as those
    within reach cost no more than the budget together, nothing can be overspent, whatever of them is bought; and if one out
    of reach still fits into what they leave, it is worth raising the shares further. So the next step that matters is the
    one that brings another project within reach.
    """

    def __init__(
        self,
        supports: Supports,
        budget: int,
        chosen: Iterable[int],
        rivals: Mapping[int, frozenset[int]],
        step: Fraction,
    ) -> None:
        self.supports, self.budget, self.step = supports, budget, step
        self.rivals = rivals
        self.share = share_of(supports, budget)
        known = [one for one in chosen if supports.total[one] > 0]
        reach = {one: Fraction(supports.costs[one], supports.voters_of(supports.of(one)[0])) for one in known}
        self.projects = sorted(known, key=lambda one: reach[one])
        self.reaches = [reach[one] for one in self.projects]
        self.sums = [0, *accumulate(supports.costs[one] for one in self.projects)]
        self.skipped = False  # whether the step before the last answer was passed over

    def skip(self, steps: int) -> int:
        """Return the first step from this one on that has to be run."""
        self.skipped = False
        while True:
            within = bisect_right(self.reaches, self.share + steps * self.step)
            left = self.budget - self.sums[within]
            if left < 0 or not any(
                self.supports.costs[one] <= left and one not in self.rivals for one in self.projects[within:]
            ):
                return steps
            steps = max(steps + 1, ceil((self.reaches[within] - self.share) / self.step))
            self.skipped = True

    def enough_for_all(self) -> int | None:
        """Return after how many steps everybody could pay for all they support, if the budget pays for everything; else None."""
        if self.sums[-1] > self.budget or self.rivals:
            return None
        due = np.zeros(len(self.supports.weights))
        for one in self.projects:
            who, mass = self.supports.of(one)
            points = self.supports.weights[who] if mass is None else mass
            due[who] += self.supports.costs[one] / self.supports.total[one] * points
        most = float((due / self.supports.weights).max(initial=0)) * _SAFE
        return max(0, ceil((Fraction(most) - self.share) / self.step))


def share_of(supports: Supports, budget: int) -> Fraction:
    """Return an equal share of the budget; nothing when nobody voted."""
    return Fraction(budget, max(supports.voters, 1))


def _all(supports: Supports, able: Iterable[int] | None) -> Iterable[int]:
    return range(len(supports.costs)) if able is None else able
