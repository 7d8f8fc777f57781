"""Arithmetic of criteria: weights that make a hundred, and which marks of a scale are worth being described."""

from __future__ import annotations

WHOLE = 100
_ALL_MARKS = 10  # a longer scale is described at its ends and quarters


def even(whole: int, count: int) -> list[int]:
    """Divide percent evenly in whole numbers; what is left over goes to the first ones."""
    if count <= 0:
        return []
    share, rest = divmod(max(0, whole), count)
    return [share + (place < rest) for place in range(count)]


def described(most: int) -> list[int]:
    """Return the marks of a scale 0…``most`` that have descriptions."""
    if most <= _ALL_MARKS:
        return list(range(most + 1))
    return sorted({0, round(most / 4), round(most / 2), round(most * 3 / 4), most})
