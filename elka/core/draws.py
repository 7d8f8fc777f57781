"""The draw: lots, what they may decide, and which projects exclude each other."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from elka.core.tally import Entry, Room


def lot(seed: str, entry_id: int | str) -> str:
    """Return the lot that a project draws: among equals the smallest comes first."""
    return sha256(f"{seed}:{entry_id}".encode()).hexdigest()


def promise(seed: str) -> str:
    """Return what is published of a seed before it is told: whoever sees the seed later knows that it is the same.

    The numbers that draw lots are those of applications, and an applicant sees theirs while it may be begun anew: a seed
    that is known by then lets one wait for a lucky number.
    """
    return sha256(seed.encode()).hexdigest()


def rivals(exclusive: Iterable[frozenset[int]]) -> dict[int, frozenset[int]]:
    """Return, for each project of a group, those that cannot win beside it."""
    found: dict[int, frozenset[int]] = {}
    for group in exclusive:
        for one in group:
            found[one] = found.get(one, frozenset()) | (group - {one})
    return found


def decisive(drawn: Sequence[Entry], left: Room, bars: Mapping[int, frozenset[int]]) -> bool:
    """Tell whether another order of equal projects could give other winners; ``left``: the room at their turn."""
    could_win = [entry for entry in drawn if left.budget is None or entry.cost <= left.budget]
    ids = {entry.id for entry in could_win}
    return left.places != 0 and (
        (left.budget is not None and sum(entry.cost for entry in could_win) > left.budget)
        or (left.places is not None and left.places < len(could_win))
        or any(ids & bars.get(one, frozenset()) for one in ids)
    )
