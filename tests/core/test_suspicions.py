"""How unusual a crowd of votes is."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from elka.core.suspicions import LEAST, run_surprise, surprise

SIZES, USUAL = st.integers(0, 100_000), st.floats(0.01, 10_000)


@given(SIZES, USUAL)
def test_more_is_never_less_surprising(seen: int, usual: float) -> None:
    assert 0 <= surprise(seen, usual) <= surprise(seen + 1, usual)
    assert surprise(int(usual), usual) == 0


@given(st.integers(1, 60), st.floats(0.5, 30))
def test_it_is_never_stronger_than_the_chance_itself(seen: int, usual: float) -> None:
    """Chernoff's bound is above the true tail, so the figure never says «rarer» than it is."""
    tail = 1 - sum(math.exp(-usual + k * math.log(usual) - math.lgamma(k + 1)) for k in range(seen))
    assert 10 ** -surprise(seen, usual) >= tail - 1e-9


@given(st.integers(1, 50), st.floats(0.001, 0.999), st.integers(1, 10**6))
def test_a_run_surprises_by_its_length_and_by_rarity(length: int, share: float, ballots: int) -> None:
    assert run_surprise(length, share, ballots) <= run_surprise(length + 1, share, ballots)
    assert run_surprise(length, share, ballots) >= run_surprise(length, share, ballots * 10)
    assert run_surprise(length, min(0.999, share * 1.5), ballots) <= run_surprise(length, share, ballots)


def test_everyday_crowds_stay_below_what_is_shown() -> None:
    assert surprise(4, 2.0) < LEAST
    assert run_surprise(12, 0.6, 5000) < LEAST  # where most people agree, runs are long
    assert surprise(48, 1.4) > LEAST
    assert run_surprise(12, 0.02, 5000) > LEAST
