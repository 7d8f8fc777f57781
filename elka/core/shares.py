"""The Method of Equal Shares, and its completion Add1. How a run goes, and why its winners are exact: ``core.share_run``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from elka.core.share_run import Run, Shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from elka.core.supports import Supports


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
) -> Shares:
    """Run the method with shares raised by ``step`` (money of one voter) until the budget is used (Add1).

    The last result that the budget pays for counts. It ends as soon as no other supported project would fit, or when the
    next result costs more than the budget. Raises ValueError if the step is not positive.
    """
    if step <= 0:
        raise ValueError("a step must be positive")
    chosen = [one for one in _all(supports, able) if supports.costs[one] <= budget]
    share, steps = share_of(supports, budget), 0
    last: tuple[Run, int] | None = None
    while True:
        run = Run(supports, share, order, able=chosen, rivals=rivals or {}, limit=budget)
        run.play()
        if run.overspent and last is not None:
            return last[0].result(last[1])
        if not run.could_still_win:
            return run.result(steps)
        last = run, steps
        ahead = run.steps_ahead(step)
        steps += ahead
        share += ahead * step


def share_of(supports: Supports, budget: int) -> Fraction:
    """Return an equal share of the budget; nothing when nobody voted."""
    return Fraction(budget, max(supports.voters, 1))


def _all(supports: Supports, able: Iterable[int] | None) -> Iterable[int]:
    return range(len(supports.costs)) if able is None else able
