"""Counting: who wins, and why the others do not.

Pure arithmetic: no database, no clock, no randomness of its own. Money is in whole rubles, votes are whole numbers.

**The rule (greedy).** Projects are ranked by votes, most first. Going down the ranking, a project wins when it has
at least one vote, at least ``min_votes`` votes, and costs no more than what is left of the budget; one that does not
fit is passed over and the counting goes on, so a cheaper project below may still win.

**Ties.** Projects with equal votes are ordered by ``sha256(f"{seed}:{id}")`` in hexadecimal, smallest first. The seed
is published before the voting opens, so nobody can choose it for its effect, and anyone can repeat the draw::

    printf '%s' 'SEED:42' | sha256sum
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Reason(StrEnum):
    """Why a project won or did not."""

    WON = "won"
    NO_VOTES = "no_votes"
    BELOW_MINIMUM = "below_minimum"
    NO_BUDGET = "no_budget"


@dataclass(frozen=True, slots=True)
class Entry:
    """A project in the count: its cost in rubles and the votes it got."""

    id: int
    cost: int
    votes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one project.

    ``lacking_votes``: how many more votes, all else the same, would have made it win (None for a winner, and for a
    project that no number of votes could help because it costs more than the whole budget). For NO_VOTES and
    BELOW_MINIMUM it is the distance to the minimum, which alone may not have been enough for the budget too.
    ``lacking_money``: rubles short when its turn came (NO_BUDGET only).
    ``left_before``: rubles left of the budget when its turn came (None when the budget is not limited).
    ``tied_with``: the other projects with as many votes, in the order of the draw.
    """

    id: int
    rank: int
    votes: int
    cost: int
    won: bool
    reason: Reason
    lacking_votes: int | None
    lacking_money: int | None
    left_before: int | None
    tied_with: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """One tie that was drawn: ``ids`` in the order of the draw.

    ``decisive`` is true when another order of the same projects could have given other winners.
    """

    votes: int
    ids: tuple[int, ...]
    decisive: bool


@dataclass(frozen=True, slots=True)
class Count:
    """The whole result: outcomes in rank order, rubles spent, the seed and every draw made by it."""

    outcomes: tuple[Outcome, ...]
    spent: int
    seed: str
    draws: tuple[Draw, ...]

    @property
    def winners(self) -> tuple[Outcome, ...]:
        """The projects that won, in rank order."""
        return tuple(outcome for outcome in self.outcomes if outcome.won)


def lot(seed: str, entry_id: int) -> str:
    """Return the lot that a project draws: among equals the smallest comes first."""
    return sha256(f"{seed}:{entry_id}".encode()).hexdigest()


def greedy(entries: Iterable[Entry], *, budget: int | None, min_votes: int = 0, seed: str) -> Count:
    """Count by the greedy rule described at the top of this module.

    ``budget`` is in rubles; None means that it is not limited. The order of ``entries`` does not matter.
    Raises ValueError on a repeated id and on a negative cost, number of votes, budget or minimum.
    """
    listed = list(entries)
    _check(listed, budget, min_votes)
    lots = {entry.id: lot(seed, entry.id) for entry in listed}
    ranked = sorted(listed, key=lambda entry: (-entry.votes, lots[entry.id], entry.id))
    threshold = max(min_votes, 1)

    taken: list[Entry] = []
    left_after: list[int] = []  # what each winner left of the budget; never grows
    passed: list[tuple[Entry, Reason, int | None]] = []
    left = budget
    for entry in ranked:
        reason = _reason(entry, threshold, left)
        passed.append((entry, reason, left))
        if reason is Reason.WON and left is not None:
            left -= entry.cost
            taken.append(entry)
            left_after.append(left)

    def lacking(entry: Entry, reason: Reason) -> int | None:
        if reason in {Reason.NO_VOTES, Reason.BELOW_MINIMUM}:
            return threshold - entry.votes
        if reason is not Reason.NO_BUDGET or budget is None or entry.cost > budget:
            return None
        # It spends nothing now, so the others win the same without it. It must come before the first winner that
        # leaves less than its cost: as many votes are enough if its lot is smaller, one more if not.
        rival = taken[bisect_right(left_after, -entry.cost, key=lambda rest: -rest)]
        return rival.votes - entry.votes + (lots[entry.id] > lots[rival.id])

    ties = _ties(ranked)
    outcomes = tuple(
        Outcome(
            id=entry.id,
            rank=rank,
            votes=entry.votes,
            cost=entry.cost,
            won=reason is Reason.WON,
            reason=reason,
            lacking_votes=lacking(entry, reason),
            lacking_money=entry.cost - left_before if reason is Reason.NO_BUDGET and left_before is not None else None,
            left_before=left_before,
            tied_with=tuple(other for other in ties.get(entry.votes, ()) if other != entry.id),
        )
        for rank, (entry, reason, left_before) in enumerate(passed, start=1)
    )
    return Count(
        outcomes=outcomes,
        spent=sum(outcome.cost for outcome in outcomes if outcome.won),
        seed=seed,
        draws=tuple(
            Draw(votes=votes, ids=ids, decisive=_decisive([o for o in outcomes if o.votes == votes]))
            for votes, ids in ties.items()
            if votes >= threshold
        ),
    )


def _check(entries: Sequence[Entry], budget: int | None, min_votes: int) -> None:
    repeated = [entry_id for entry_id, times in Counter(entry.id for entry in entries).items() if times > 1]
    if repeated:
        raise ValueError(f"the same project twice in the count: {repeated}")
    if any(entry.cost < 0 or entry.votes < 0 for entry in entries):
        raise ValueError("a cost and a number of votes cannot be negative")
    if min_votes < 0 or (budget is not None and budget < 0):
        raise ValueError("a budget and a minimum of votes cannot be negative")


def _reason(entry: Entry, threshold: int, left: int | None) -> Reason:
    if entry.votes == 0:
        return Reason.NO_VOTES
    if entry.votes < threshold:
        return Reason.BELOW_MINIMUM
    if left is not None and entry.cost > left:
        return Reason.NO_BUDGET
    return Reason.WON


def _ties(ranked: Iterable[Entry]) -> dict[int, tuple[int, ...]]:
    groups = ((votes, tuple(entry.id for entry in group)) for votes, group in groupby(ranked, lambda e: e.votes))
    return {votes: ids for votes, ids in groups if len(ids) > 1}


def _decisive(tied: Sequence[Outcome]) -> bool:
    left = tied[0].left_before
    if left is None:
        return False
    could_win = [outcome.cost for outcome in tied if outcome.cost <= left]
    return sum(could_win) > left
