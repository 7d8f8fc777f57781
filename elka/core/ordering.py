"""Places in a list that many people rearrange: numbers with gaps, so that a move changes one row and no other.

With one row to a change, each change can be undone by itself, and two people who move different rows do not meet.
"""

from __future__ import annotations

from collections.abc import Sequence

GAP = 2**20  # between neighbours of a fresh list: the numbers of a thousand rows still fit 31 bits
_MOST = 2**31 - 1


def spread(count: int) -> list[int]:
    """Return the numbers of a fresh list."""
    return [GAP * place for place in range(1, count + 1)]


def between(taken: Sequence[int], place: int, nudge: float = 0.5) -> int | None:
    """Return a number for a row that comes to stand at ``place`` among the ``taken`` ones (in their order, without it).

    ``nudge`` within 0…1 chooses among the free numbers of the gap: two rows that were given the same place one after the
    other, the first of them gone meanwhile, should not bear the same number. None: there is no room, ``spread`` first.
    """
    place = max(0, min(place, len(taken)))
    low = taken[place - 1] if place else -1
    high = taken[place] if place < len(taken) else min(low + 2 * GAP, _MOST)
    free = high - low - 1
    if free < 1:
        return None
    middle = min(free, max(1, free // 2))  # near the middle half of the gap, so that there stays room on both sides
    first = low + 1 + (free - middle) // 2
    return first + min(middle - 1, int(nudge * middle))
