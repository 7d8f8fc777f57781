"""Sharing work out evenly: each next piece goes to whoever has the least. Pure."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


def share_evenly(
    pieces: Iterable[int],
    loads: Mapping[int, int],
    *,
    may_not: Mapping[int, Collection[int]] | None = None,
) -> dict[int, int]:
    """Return who gets which piece. ``loads``: what each has now; ``may_not``: who must not get a piece, by piece.

    Pieces are given in their order, each to the least loaded of those who may have it, among equals to the smallest id,
    so the same question has the same answer. A piece that nobody may have is left out.
    """
    barred = may_not or {}
    heap = [(load, person) for person, load in loads.items()]
    heapq.heapify(heap)
    given: dict[int, int] = {}
    for piece in pieces:
        aside = []
        while heap:
            load, person = heapq.heappop(heap)
            if person not in barred.get(piece, ()):
                given[piece] = person
                heapq.heappush(heap, (load + 1, person))
                break
            aside.append((load, person))
        for one in aside:
            heapq.heappush(heap, one)
    return given
