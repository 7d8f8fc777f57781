"""Points: what the commission's marks are worth, and how points and votes make one rating. Whole numbers only.

**Units.** A mark is kept in hundredths (437 is 4.37). Points are hundredths of a point, from 0 to ``POINTS_MAX``: 7843
is 78.43 of 100.

**The score.** Every criterion has a weight and a highest mark. A project's score is the weighted mean of the parts that
its marks are of the highest ones, brought to 100 points and rounded to hundredths, halves up::

    score = 100 · Σ (weight · mark / highest) / Σ weight

**The rating.** Votes and score are brought to one measure: the votes to the most votes that a project of the same count
got, the score to its 100 points. ``w`` percent of the rating are the votes::

    rating = w · votes / most votes  +  (100 - w) · score / 100

Ratings are compared exactly, as whole numbers (``weighed``); rounding is for showing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

POINTS_MAX = 10_000
_MARK = 100  # hundredths in a mark
_ALL = 100  # percent


@dataclass(frozen=True, slots=True)
class Weighing:
    """A criterion in the arithmetic: its weight against the others' and its highest mark, whole."""

    id: int
    weight: int
    most: int


def score(marks: Mapping[int, int], criteria: Iterable[Weighing]) -> int | None:
    """Return the points of a project from its marks by criterion, hundredths; None while a mark is missing.

    Without criteria, or when none has a weight, there is nothing to be scored by: None too.
    """
    listed = list(criteria)
    weight = sum(one.weight for one in listed)
    if weight == 0 or any(one.id not in marks for one in listed):
        return None
    exact = sum((Fraction(one.weight * marks[one.id], one.most * _MARK) for one in listed), Fraction())
    return _half_up(exact * POINTS_MAX / weight)


def weighed(votes: int, points: int, *, public_weight: int, most: int) -> int:
    """Return a rating as a whole number, in units of 1 / ``scale(most)`` of a hundredth of a point.

    ``most``: the most votes that a project of the same count got; 0 when nobody voted.
    """
    return public_weight * votes * POINTS_MAX + (_ALL - public_weight) * points * max(most, 1)


def scale(most: int) -> int:
    """Return how many units of ``weighed`` make a hundredth of a point."""
    return _ALL * max(most, 1)


def shown(rating: int, most: int) -> int:
    """Return a rating in hundredths of a point, rounded, halves up."""
    return _half_up(Fraction(rating, scale(most)))


def _half_up(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
