"""Places with gaps: any place can be had, each row has a number of its own, and when there is no room that is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from elka.core.ordering import GAP, between, spread

numbers = st.lists(st.integers(0, 10_000), unique=True, max_size=12).map(sorted)


@given(numbers, st.integers(-3, 20), st.floats(0, 1))
def test_a_number_falls_between_its_neighbours(taken: list[int], place: int, nudge: float) -> None:
    found = between(taken, place, nudge)
    here = max(0, min(place, len(taken)))
    if found is None:
        assert taken[here] - (taken[here - 1] if here else -1) == 1
        return
    assert all(one < found for one in taken[:here])
    assert all(one > found for one in taken[here:])


@given(st.lists(st.tuples(st.integers(0, 200), st.floats(0, 1)), max_size=120))
def test_a_hundred_moves_find_room_in_a_fresh_list_or_say_so(places: list[tuple[int, float]]) -> None:
    taken: list[int] = []
    for place, nudge in places:
        found = between(taken, place, nudge)
        if found is None:
            taken = spread(len(taken))
            found = between(taken, place, nudge)
        assert found is not None
        taken.insert(max(0, min(place, len(taken))), found)
        assert taken == sorted(set(taken))


def test_the_numbers_of_a_full_list_fit_their_column() -> None:
    taken = spread(1000)
    assert taken[-1] < 2**31
    assert between(taken, 1000) == taken[-1] + GAP


def test_two_rows_of_one_place_get_unlike_numbers() -> None:
    taken = spread(2)
    assert len({between(taken, 1, nudge / 10) for nudge in range(10)}) == 10
