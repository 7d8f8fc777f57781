"""Sharing work out: nobody gets much more than others, nobody gets what they must not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from elka.core.sharing import share_evenly

people = st.dictionaries(st.integers(1, 9), st.integers(0, 40), min_size=1, max_size=6)
pieces = st.lists(st.integers(1, 10_000), unique=True, max_size=60)


@given(pieces, people)
def test_every_piece_goes_to_the_least_loaded(found: list[int], loads: dict[int, int]) -> None:
    after = dict(loads)
    for piece, person in share_evenly(found, loads).items():
        assert after[person] == min(after.values())
        after[person] += 1
        assert piece in found
    assert sum(after.values()) == sum(loads.values()) + len(found)


@given(pieces, people, st.data())
def test_nobody_gets_what_they_must_not(found: list[int], loads: dict[int, int], data: st.DataObject) -> None:
    barred = {piece: data.draw(st.sets(st.sampled_from(sorted(loads)))) for piece in found}
    shared = share_evenly(found, loads, may_not=barred)
    assert all(person not in barred[piece] for piece, person in shared.items())
    assert set(shared) == {piece for piece in found if len(barred[piece]) < len(loads)}


def test_the_order_of_equals_is_their_id() -> None:
    assert share_evenly([10, 11, 12], {7: 0, 3: 0}) == {10: 3, 11: 7, 12: 3}
    assert share_evenly([1], {}) == {}
