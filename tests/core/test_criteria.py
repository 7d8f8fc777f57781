"""Weights that make a hundred; marks worth being described."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.criteria import described, even


@given(st.integers(0, 100), st.integers(1, 40))
def test_shares_are_even_and_make_the_whole(whole: int, count: int) -> None:
    shares = even(whole, count)
    assert (sum(shares), len(shares)) == (whole, count)
    assert max(shares) - min(shares) <= 1


def test_nothing_is_divided_among_nobody() -> None:
    assert even(100, 0) == []
    assert even(-5, 2) == [0, 0]


@pytest.mark.parametrize(
    ("most", "marks"), [(1, [0, 1]), (5, [0, 1, 2, 3, 4, 5]), (20, [0, 5, 10, 15, 20]), (100, [0, 25, 50, 75, 100])]
)
def test_a_long_scale_is_described_at_its_quarters(most: int, marks: list[int]) -> None:
    assert described(most) == marks
