"""Turnout by place and by age without revealing anyone: small cells are merged, and no merged one can be worked out.

What is shown is a partition: every line has at least ``least`` people, and all lines together are everybody, so
subtracting lines from the whole gives lines again. What is merged is told as one sum, without saying whom it is of.

**How it is merged.** First go the cells with fewer than ``least`` people, empty ones too: that nobody voted is also
something about somebody. While their sum is itself small, or so large that it gives them away (four people each in all
of them), others follow, in the order of secret lots: were it always the smallest, its size would tell of the small
ones. Whoever knows this rule, the names of all cells and all that is shown, but not the lots, still has at least two
possible numbers for every merged cell; ``tests/core/test_turnout.py`` goes through all of them.

It is said once, when the vote has closed, and kept so: tables of two days would give away whoever moved between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LEAST = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the turnout: whom it is of (None: of all that were merged), and how many voted."""

    key: str | None
    people: int


def merged(counts: Mapping[str, int], lot: Callable[[str], bytes], *, least: int = LEAST) -> list[Cell]:
    """Return the lines that may be shown: in the order of ``counts``, the merged ones as one line at the end.

    ``lot``: a secret number of each cell, by which it is decided who follows the small ones. Nothing at all when there
    are fewer than ``least`` people, or when nothing but the merged line would be left. Raises ValueError on a negative
    number.
    """
    if any(people < 0 for people in counts.values()):
        raise ValueError("a number of people cannot be negative")
    if sum(counts.values()) < least:
        return []
    hidden = {key for key, people in counts.items() if people < least}
    others = sorted((key for key in counts if key not in hidden), key=lot, reverse=True)
    while hidden and others and _tells(counts, hidden, least):
        hidden.add(others.pop())
    shown = [Cell(key, people) for key, people in counts.items() if key not in hidden]
    if not shown:
        return []
    return [*shown, Cell(None, sum(counts[key] for key in hidden))] if hidden else shown


def _tells(counts: Mapping[str, int], hidden: set[str], least: int) -> bool:
    """Whether the sum of the merged cells is too small to be shown, or gives a cell away."""
    rest = sum(counts[key] for key in hidden)
    return rest < least or len(hidden) < 2 or rest == len(hidden) * (least - 1)  # noqa: PLR2004  two hide each other
