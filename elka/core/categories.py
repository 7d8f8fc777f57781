"""Whether the categories of a contest by population take every settlement, and each only once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Bounds = tuple[int | None, int | None]  # from (inclusive), below (exclusive); None: no bound


@dataclass(frozen=True)
class Flaw:
    """A stretch of population that no category takes (``places`` empty) or that two of them take.

    ``low`` inclusive, ``high`` exclusive; None: without end.
    """

    low: int
    high: int | None
    places: tuple[int, ...] = ()


def flaws(bounds: Sequence[Bounds]) -> list[Flaw]:
    """Return gaps and overlaps, from the smallest population up. A category whose bounds are empty is left out."""
    edges = sorted({0, *(edge for pair in bounds for edge in pair if edge is not None)})
    found: list[Flaw] = []
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        places = tuple(place for place, pair in enumerate(bounds) if _takes(pair, low))
        if len(places) == 1:
            continue
        last = found[-1] if found else None
        if last is not None and last.high == low and last.places == places:
            found[-1] = Flaw(last.low, high, places)
        else:
            found.append(Flaw(low, high, places))
    return found


def _takes(pair: Bounds, count: int) -> bool:
    first, below = pair
    return (first or 0) <= count and (below is None or count < below)
