"""Profiles: the projects of a vote and all its ballots, as arrays.

Pure and immutable. Ballots are in compressed sparse rows: ballot ``v`` holds the projects
``indices[indptr[v] : indptr[v + 1]]``, in the order of preference where the vote is ordinal. So 802,034 approvals take
6 MB, and nothing ever loops over ballots in Python.

The names of the kinds of votes are those of the Pabulib format (Faliszewski et al., «Participatory Budgeting: Data,
Tools, and Analysis», 2023). A knapsack vote is an approval vote whose ballots fit the budget.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from math import lcm
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

Ints = NDArray[np.int64]
Places = NDArray[np.int32]

MOST = 2**53
"""Sums of points and of money stay below this, so that float64 holds them exactly."""


class VoteType(StrEnum):
    """What a ballot says of its projects."""

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        """Whether a ballot gives points to its projects."""
        return self in {VoteType.CUMULATIVE, VoteType.SCORING}


class BadProfile(Refused):
    """Projects and ballots that do not fit together."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ballot. ``cost`` in the units of the profile (see ``Profile.scale``)."""

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Profile:
    """Everything a rule needs. Arrays are read-only.

    ``budget`` and costs are whole numbers of 1/``scale`` of the currency (1: rubles, 100: kopecks).
    ``points``: for cumulative and scoring votes, whole numbers of 1/``points_scale`` of a point, one for each entry of
    ``indices``; None otherwise. ``weights``: how many equal ballots each row stands for; None: one each.
    ``longest``: how many projects a ballot may rank (ordinal votes); 0: as many as the longest ballot does.
    ``ids``: of the projects, in their order.
    """

    kind: VoteType
    projects: tuple[Project, ...]
    budget: int
    indptr: Ints
    indices: Places
    points: Ints | None = None
    weights: Ints | None = None
    scale: int = 1
    points_scale: int = 1
    longest: int = 0
    costs: Ints = field(init=False)
    ids: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Check that the parts fit together; raises BadProfile."""
        object.__setattr__(self, "ids", tuple(project.id for project in self.projects))
        try:
            object.__setattr__(self, "costs", np.array([project.cost for project in self.projects], dtype=np.int64))
        except OverflowError as error:
            raise BadProfile("Стоимость проекта слишком велика.") from error
        self._check()
        for array in (self.indptr, self.indices, self.points, self.weights, self.costs):
            if array is not None:
                array.setflags(write=False)

    @classmethod
    def from_arrays(
        cls,
        kind: VoteType,
        projects: Iterable[Project],
        budget: int,
        indptr: Any,
        indices: Any,
        **more: Any,
    ) -> Self:
        """Make a profile of arrays (copied): ``indptr`` (ballots + 1), ``indices`` and, if any, ``points``, ``weights``."""
        for name in ("points", "weights"):
            if more.get(name) is not None:
                more[name] = np.array(more[name], dtype=np.int64)
        return cls(
            kind=kind,
            projects=tuple(projects),
            budget=budget,
            indptr=np.array(indptr, dtype=np.int64),
            indices=np.array(indices, dtype=np.int32),
            **more,
        )

    @classmethod
    def of(
        cls,
        kind: VoteType,
        projects: Iterable[Project],
        budget: int,
        ballots: Iterable[Sequence[str] | Mapping[str, Any]],
        **more: Any,
    ) -> Self:
        """Make a profile of ballots by project ids; with points, each ballot maps an id to its points."""
        listed, rows = tuple(projects), list(ballots)
        number = {project.id: place for place, project in enumerate(listed)}
        try:
            indices = [number[one] for one in chain.from_iterable(rows)]
        except KeyError as error:
            raise BadProfile(f"В бюллетене проект, которого нет в списке: «{error.args[0]}».") from error
        indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
        if kind.has_points:
            exact = [Fraction(str(given)) for row in rows for given in _points_of(row)]
            more["points_scale"] = lcm(1, *(one.denominator for one in exact))
            more["points"] = [int(one * more["points_scale"]) for one in exact]
        return cls.from_arrays(kind, listed, budget, indptr, indices, **more)

    @property
    def rows(self) -> int:
        """How many rows of ballots there are; equal ballots may share one."""
        return len(self.indptr) - 1

    @property
    def voters(self) -> int:
        """How many ballots were cast, empty ones too."""
        return self.rows if self.weights is None else int(self.weights.sum())

    @property
    def row_of_entry(self) -> Places:
        """The row of each entry of ``indices``."""
        return np.repeat(np.arange(self.rows, dtype=np.int32), np.diff(self.indptr))

    def votes(self) -> Ints:
        """Count the ballots that name each project (with points: that give it more than nothing)."""
        taken = self.indices
        weights = None if self.weights is None else self.weights[self.row_of_entry]
        if self.points is not None:
            given = self.points > 0
            taken, weights = taken[given], None if weights is None else weights[given]
        return _sums(taken, weights, len(self.projects))

    def total_points(self) -> Ints:
        """Sum the points of each project, in 1/``points_scale``; for approval votes these are the votes."""
        if self.points is None:
            return self.votes()
        given = self.points if self.weights is None else self.points * self.weights[self.row_of_entry]
        return _sums(self.indices, given, len(self.projects))

    def without(self, ids: Collection[str]) -> Self:
        """Return the profile as if these projects had never been on the ballot; ballots that name no other are left out."""
        kept = np.array([project.id not in ids for project in self.projects], bool)
        keep = kept[self.indices]
        ends = np.concatenate([[0], np.cumsum(keep)])[self.indptr]
        filled = np.flatnonzero(np.diff(ends))
        return replace(
            self,
            projects=tuple(project for project in self.projects if project.id not in ids),
            indptr=np.concatenate([ends[:1], ends[1:][filled]]),
            indices=(np.cumsum(kept) - 1)[self.indices[keep]].astype(np.int32),
            points=None if self.points is None else self.points[keep],
            weights=None if self.weights is None else self.weights[filled],
        )

    def borda(self, *, by_ballot: bool = False) -> Profile:
        """Return a cumulative profile with the Borda points of an ordinal one.

        The first of a ballot gets as many points as projects may be ranked (``longest``), the next one less, and so
        on: who ranks fewer takes nothing from the first. ``by_ballot``: the classical count instead, by the length of
        each ballot, where the last one ranked gets nothing.
        """
        if self.kind is not VoteType.ORDINAL:
            raise BadProfile("Баллы Борда считаются по бюллетеням, где проекты расставлены по порядку.")
        lengths = np.diff(self.indptr)
        place = np.arange(len(self.indices)) - np.repeat(self.indptr[:-1], lengths)
        most = max(self.longest, int(lengths.max(initial=0)))
        points = np.repeat(lengths, lengths) - place - 1 if by_ballot else most - place
        return Profile.from_arrays(
            VoteType.CUMULATIVE,
            self.projects,
            self.budget,
            self.indptr,
            self.indices,
            points=points,
            weights=self.weights,
            scale=self.scale,
        )

    def _check(self) -> None:
        if len(set(self.ids)) < len(self.projects):
            raise BadProfile("Один и тот же проект указан дважды.")
        if self.budget < 0 or any(project.cost < 0 for project in self.projects):
            raise BadProfile("Бюджет и стоимость проекта не могут быть отрицательными.")
        if self.budget >= MOST or sum(project.cost for project in self.projects) >= MOST:
            raise BadProfile("Бюджет или стоимость проектов слишком велики.")
        self._check_ballots()
        self._check_numbers()

    def _check_ballots(self) -> None:
        count, ends = len(self.projects), self.indptr
        if len(ends) == 0 or ends[0] != 0 or ends[-1] != len(self.indices) or (np.diff(ends) < 0).any():
            raise BadProfile("Границы бюллетеней не сходятся с числом записей в них.")
        if len(self.indices) and not (self.indices.min() >= 0 and self.indices.max() < count):
            raise BadProfile("В бюллетене проект, которого нет в списке.")
        entries = self.indices + self.row_of_entry.astype(np.int64) * count
        if not (np.diff(entries) > 0).all() and (np.diff(np.sort(entries)) == 0).any():
            raise BadProfile("В одном бюллетене проект назван дважды.")
        if self.kind is VoteType.CHOOSE_1 and (np.diff(ends) > 1).any():
            raise BadProfile("В голосовании за один проект бюллетень называет несколько.")

    def _check_numbers(self) -> None:
        if (self.points is not None) != self.kind.has_points:
            raise BadProfile("Баллы в бюллетенях не подходят к виду голосования.")
        if self.points is not None and len(self.points) != len(self.indices):
            raise BadProfile("Баллов в бюллетенях не столько, сколько проектов.")
        if self.weights is not None and (len(self.weights) != self.rows or (self.weights < 1).any()):
            raise BadProfile("Вес бюллетеня — целое число от единицы, по одному на бюллетень.")
        voters = float(self.rows if self.weights is None else self.weights.astype(float).sum())
        given = 1.0 if self.points is None else float(np.abs(self.points).max(initial=1))
        if voters * given >= MOST:
            raise BadProfile("Голосов или баллов слишком много: их сумма не помещается в точное число.")


def _points_of(row: Sequence[str] | Mapping[str, Any]) -> Iterable[Any]:
    if not hasattr(row, "values"):
        raise BadProfile("В бюллетене с баллами у каждого проекта должны быть баллы.")
    return row.values()


def _sums(taken: Places, weights: Ints | None, count: int) -> Ints:
    """Sum weights by project. Exact: every sum is below 2**53 (see ``MOST``)."""
    if weights is None:
        return np.bincount(taken, minlength=count).astype(np.int64)
    return np.bincount(taken, weights=weights, minlength=count).astype(np.int64)
