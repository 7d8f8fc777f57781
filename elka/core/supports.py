"""Who supports what, by project: the form in which the Method of Equal Shares reads a profile."""

from __future__ import annotations

from enum import StrEnum
from typing import cast

import numpy as np
from numpy.typing import NDArray

from elka.core.profile import Ints, Places, Profile

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_WORTH_GROUPING = 0.8  # with fewer different ballots than this part of all, equal ones are counted together
_SEED = 20260101


class Utility(StrEnum):
    """What a voter has of a winner they approve of: its cost, or one; with points, the points."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


class Supports:
    """Voters by project. A «row» is a voter, or several with equal ballots; its ``weight`` says how many.

    ``points`` of a row for a project: the sum of its voters' points (approval: 1 each), so always a whole number.
    ``total``: the points of each project; ``worth``: utility of a point.
    """

    def __init__(self, profile: Profile, utility: Utility) -> None:
        points = profile.points if utility is Utility.POINTS else None
        keep = None if profile.points is None else profile.points > 0
        indptr, indices, weights = profile.indptr, profile.indices, profile.weights
        if keep is not None and not keep.all():
            indptr = np.concatenate([[0], np.cumsum(keep)])[indptr]
            indices, points = indices[keep], None if points is None else points[keep]
        indptr, indices, points, weights = _grouped(indptr, indices, points, weights, len(profile.projects))
        self.costs: list[int] = profile.costs.tolist()
        self.voters = profile.voters
        self.worth = [max(cost, 1) if utility is Utility.COST else 1 for cost in self.costs]
        self._indptr, self._indices = indptr, indices
        self._weights = weights
        self.weights: Floats = np.ones(len(indptr) - 1) if weights is None else weights.astype(np.float64)
        self._points = _products(indptr, points, weights)
        count = len(self.costs)
        # Projects fit into 16 bits nearly always: then numpy sorts by radix.
        by_project = np.argsort(indices.astype(np.uint16) if count < 2**16 else indices, kind="stable")
        rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        self._who: Rows = rows[by_project]
        self._mass = None if self._points is None else self._points[by_project].astype(np.float64)
        self._start = np.concatenate([[0], np.cumsum(np.bincount(indices, minlength=count))]).tolist()
        sums = np.bincount(indices, weights=self._points, minlength=count)
        self.total: list[int] = [int(one) for one in sums.tolist()]
        self._place = np.zeros(len(self.weights), dtype=np.int64)

    def of(self, project: int) -> tuple[Rows, Floats | None]:
        """Return the rows that support a project and their points; None: one each."""
        part = slice(self._start[project], self._start[project + 1])
        return self._who[part], None if self._mass is None else self._mass[part]

    def voters_of(self, rows: Rows) -> int:
        """Return how many voters some rows are."""
        return len(rows) if self._weights is None else int(self._weights[rows].sum())

    def weights_each(self, rows: Rows) -> Ints:
        """Return the number of voters of each row."""
        return np.ones(len(rows), dtype=np.int64) if self._weights is None else self._weights[rows]

    def points_each(self, project: int, rows: Rows) -> Ints:
        """Return the points of some supporters for a project."""
        who, mass = self.of(project)
        if mass is None:
            return np.ones(len(rows), dtype=np.int64)
        return cast("Ints", mass[np.searchsorted(who, rows)].astype(np.int64))

    def points_of(self, project: int, rows: Rows) -> int:
        """Return the points of some supporters for a project together."""
        return len(rows) if self._mass is None else int(self.points_each(project, rows).sum())

    def entries(self, rows: Rows) -> tuple[NDArray[np.intp], Places, Ints]:
        """Return, for every project that some rows support: place in ``rows``, the project, the points."""
        start = self._indptr[rows]
        lengths = self._indptr[rows + 1] - start
        row = np.repeat(np.arange(len(rows)), lengths)
        at = np.arange(len(row)) + np.repeat(start - (np.cumsum(lengths) - lengths), lengths)
        points = np.ones(len(row), dtype=np.int64) if self._points is None else self._points[at]
        return row, self._indices[at], points


def _products(indptr: Ints, points: Ints | None, weights: Ints | None) -> Ints | None:
    """Return the points of each row for each of its projects; None: one each."""
    if weights is None:
        return points
    each = np.repeat(weights, np.diff(indptr))
    return each if points is None else each * points


def _grouped(
    indptr: Ints, indices: Places, points: Ints | None, weights: Ints | None, count: int
) -> tuple[Ints, Places, Ints | None, Ints | None]:
    """Put equal ballots together. Found by a 64-bit sum of random numbers, then compared entry by entry."""
    lengths = np.diff(indptr)
    rows = len(lengths)
    random = np.random.default_rng(_SEED).integers(1, 2**63, size=max(count, 1), dtype=np.uint64) | np.uint64(1)
    each = random[indices]
    if points is not None:
        each = (each ^ (each >> np.uint64(29))) * (points.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + each)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(each, dtype=np.uint64)])
    keys = sums[indptr[1:]] - sums[indptr[:-1]]
    # To count them is far cheaper than to tell which is which, and mostly that is the end of it.
    if 1 + np.count_nonzero(np.diff(np.sort(keys))) > _WORTH_GROUPING * rows:
        return indptr, indices, points, weights
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(indices + np.repeat(np.arange(rows, dtype=np.int64), lengths) * count, kind="stable")
    indices, points = indices[order], None if points is None else points[order]
    like = first[group]  # the ballot that each is compared to
    if (lengths[like] != lengths).any():
        return indptr, indices, points, weights
    at = np.repeat(indptr[like] - indptr[:-1], lengths) + np.arange(len(indices))
    if (indices[at] != indices).any() or (points is not None and (points[at] != points).any()):
        return indptr, indices, points, weights
    counted = np.bincount(group, weights=weights, minlength=len(first)).astype(np.int64)
    kept = lengths[first]
    ends = np.concatenate([[0], np.cumsum(kept)])
    at = np.repeat(indptr[first] - ends[:-1], kept) + np.arange(ends[-1])
    return ends, indices[at], None if points is None else points[at], counted
