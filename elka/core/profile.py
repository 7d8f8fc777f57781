"""Ballots as the counting reads them: who supports which project, and how much, in arrays.

A profile is kept by project: of each project the numbers of its supporters and what they gave it. That is the order in
which every rule asks, and 802,034 votes take 10 MB of it. Kinds of ballots are those of Pabulib.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class BallotKind(StrEnum):
    """How a voter fills the ballot. Choosing one project and a knapsack are approvals with a limit."""

    APPROVAL = "approval"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The votes of ``voters`` people for projects ``ids`` (shape: projects) that cost ``costs`` (rubles).

    The supporters of project ``p`` are ``supporters[starts[p]:starts[p + 1]]`` (numbers from 0 to ``voters - 1``,
    ascending), and ``given`` holds what each gave it, from 1 on: 1 in an approval, points, or Borda's in an ordinal one.
    """

    ids: Ints
    costs: Ints
    voters: int
    starts: Ints
    supporters: NDArray[np.int32]
    given: Ints
    kind: BallotKind = BallotKind.APPROVAL

    @property
    def counts(self) -> Ints:
        """How many people support each project."""
        return np.diff(self.starts)

    @property
    def totals(self) -> Ints:
        """What each project got altogether: votes, or points."""
        sums = np.concatenate(([0], np.cumsum(self.given)))
        totals: Ints = sums[self.starts[1:]] - sums[self.starts[:-1]]
        return totals

    def of(self, project: int) -> NDArray[np.int32]:
        """Return the supporters of the project at this place."""
        return self.supporters[self.starts[project] : self.starts[project + 1]]

    def given_to(self, project: int) -> Ints:
        """Return what its supporters gave the project at this place."""
        return self.given[self.starts[project] : self.starts[project + 1]]


def from_arrays(
    ids: Sequence[int] | Ints,
    costs: Sequence[int] | Ints,
    voter: Ints,
    project: Ints,
    given: Ints | None = None,
    *,
    voters: int | None = None,
    kind: BallotKind = BallotKind.APPROVAL,
) -> Profile:
    """Make a profile of votes: ``voter`` gives ``project`` (its place in ``ids``) ``given``, 1 if None.

    ``voters``: how many ballots there are, should some be empty. Raises ValueError on a doubled vote, on a place that is
    not there, and on anything negative.
    """
    names, prices = np.asarray(ids, np.int64), np.asarray(costs, np.int64)
    amount = np.ones(len(voter), np.int64) if given is None else np.asarray(given, np.int64)
    if len(np.unique(names)) < len(names):
        raise ValueError("the same project twice")
    if (prices < 0).any() or (amount < 1).any():
        raise ValueError("a cost cannot be negative, and a vote gives at least 1")
    if len(voter) and (voter.min() < 0 or project.min() < 0 or project.max() >= len(names)):
        raise ValueError("a vote for a project that is not there")
    many = max(int(voter.max()) + 1 if len(voter) else 0, voters or 0)
    key = project.astype(np.int64) * max(many, 1) + voter
    order = np.argsort(key, kind="stable")
    key = key[order]
    if (key[1:] == key[:-1]).any():
        raise ValueError("a ballot names the same project twice")
    starts = np.searchsorted(project[order], np.arange(len(names) + 1)).astype(np.int64)
    return Profile(names, prices, many, starts, voter[order].astype(np.int32), amount[order], kind)


def from_ballots(
    costs: Mapping[int, int],
    ballots: Iterable[Sequence[int]],
    given: Iterable[Sequence[int]] | None = None,
    *,
    kind: BallotKind = BallotKind.APPROVAL,
) -> Profile:
    """Make a profile of ballots that list ids of projects; ``given`` lists what each of them got.

    Ordinal ballots, best first, need no ``given``: the last project of a ballot gets 1, each before it one more, counted
    from the longest ballot, so that the first place is worth the same on every ballot (Borda).
    """
    listed = [list(ballot) for ballot in ballots]
    ids = list(costs)
    place = {one: at for at, one in enumerate(ids)}
    try:
        project = np.array([place[one] for ballot in listed for one in ballot], np.int64)
    except KeyError as error:
        raise ValueError(f"a vote for a project that is not there: {error}") from error
    voter = np.repeat(np.arange(len(listed), dtype=np.int64), [len(ballot) for ballot in listed])
    if given is not None:
        amount = np.array([one for ballot in given for one in ballot], np.int64)
    elif kind is BallotKind.ORDINAL:
        longest = max((len(ballot) for ballot in listed), default=0)
        amount = np.array([longest - at for ballot in listed for at in range(len(ballot))], np.int64)
    else:
        amount = np.ones(len(project), np.int64)
    if len(amount) != len(project):
        raise ValueError("as many points as projects are needed on every ballot")
    return from_arrays(ids, list(costs.values()), voter, project, amount, voters=len(listed), kind=kind)
