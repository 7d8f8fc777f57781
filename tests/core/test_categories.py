"""Categories by population: every settlement in one of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.categories import Bounds, Flaw, flaws


def test_bounds_that_meet_are_whole() -> None:
    assert flaws([(None, 10_000), (10_000, 100_000), (100_000, None)]) == []
    assert flaws([(None, None)]) == []


def test_gaps_and_overlaps_are_found() -> None:
    assert flaws([(None, 10_000), (20_000, None)]) == [Flaw(10_000, 20_000)]
    assert flaws([(None, 20_000), (10_000, None)]) == [Flaw(10_000, 20_000, (0, 1))]
    assert flaws([(1_000, 5_000)]) == [Flaw(0, 1_000), Flaw(5_000, None)]
    assert flaws([(None, None), (None, None)]) == [Flaw(0, None, (0, 1))]
    assert flaws([]) == [Flaw(0, None)]


bound = st.none() | st.integers(0, 200)


@settings(deadline=None)
@given(st.lists(st.tuples(bound, bound), max_size=6), st.integers(0, 300))
def test_a_flaw_is_where_not_exactly_one_category_is(bounds: list[Bounds], people: int) -> None:
    takers = [
        place
        for place, (first, below) in enumerate(bounds)
        if (first or 0) <= people and (below is None or people < below)
    ]
    covering = [one for one in flaws(bounds) if one.low <= people and (one.high is None or people < one.high)]
    assert [list(one.places) for one in covering] == ([] if len(takers) == 1 else [takers])
