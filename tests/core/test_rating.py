"""Points and ratings: worked by hand, and what must hold of any marks."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.rating import POINTS_MAX, Weighing, scale, score, shown, weighed

CRITERIA = (Weighing(1, 60, 5), Weighing(2, 40, 10))

criteria = st.lists(
    st.builds(Weighing, id=st.integers(1, 30), weight=st.integers(0, 100), most=st.integers(1, 100)),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.id,
)


@st.composite
def marked(draw: st.DrawFn) -> tuple[list[Weighing], dict[int, int]]:
    listed = draw(criteria)
    return listed, {one.id: draw(st.integers(0, one.most * 100)) for one in listed}


@pytest.mark.parametrize(
    ("marks", "points"),
    [
        ({1: 500, 2: 1000}, 10_000),
        ({1: 0, 2: 0}, 0),
        ({1: 450, 2: 700}, 8_200),  # 60 · 4.5/5 + 40 · 7/10 = 54 + 28
        ({1: 433, 2: 667}, 7_864),  # 51.96 + 26.68
        ({1: 450}, None),
        ({}, None),
    ],
)
def test_a_score_by_hand(marks: dict[int, int], points: int | None) -> None:
    assert score(marks, CRITERIA) == points


def test_halves_go_up_and_weights_are_shares_of_their_sum() -> None:
    assert score({1: 1}, [Weighing(1, 100, 8)]) == 13  # 100 · 0.01 / 8 = 0.125 of a point
    assert score({1: 100, 2: 100}, [Weighing(1, 1, 1), Weighing(2, 1, 2)]) == 7_500
    assert score({1: 100}, [Weighing(1, 0, 1)]) is None
    assert score({}, []) is None


def test_a_rating_by_hand() -> None:
    # 40 % votes: 150 of 200 most is 30 points; 60 % of 80 points is 48.
    rating = weighed(150, 8_000, public_weight=40, most=200)
    assert shown(rating, 200) == 7_800
    assert shown(weighed(0, 8_000, public_weight=40, most=0), 0) == 4_800


@given(marked())
def test_a_score_is_within_a_hundred_points_and_near_the_exact_mean(
    given_marks: tuple[list[Weighing], dict[int, int]],
) -> None:
    listed, marks = given_marks
    points = score(marks, listed)
    if (weight := sum(one.weight for one in listed)) == 0:
        assert points is None
        return
    exact = sum(Fraction(one.weight * marks[one.id], one.most * 100) for one in listed) * POINTS_MAX / weight
    assert points is not None
    assert 0 <= points <= POINTS_MAX
    assert abs(points - exact) <= Fraction(1, 2)


@given(marked(), st.data())
def test_a_higher_mark_never_lowers_the_score(
    given_marks: tuple[list[Weighing], dict[int, int]], data: st.DataObject
) -> None:
    listed, marks = given_marks
    one = data.draw(st.sampled_from(listed))
    better = {**marks, one.id: data.draw(st.integers(marks[one.id], one.most * 100))}
    before, after = score(marks, listed), score(better, listed)
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, POINTS_MAX), st.integers(0, 100))
def test_a_rating_is_a_part_of_a_hundred_points(votes: int, more: int, points: int, weight: int) -> None:
    most = votes + more
    rating = weighed(votes, points, public_weight=weight, most=most)
    assert 0 <= rating <= scale(most) * POINTS_MAX
    exact = Fraction(weight * votes * 100, max(most, 1)) + Fraction((100 - weight) * points, 100)
    assert abs(shown(rating, most) - exact) <= Fraction(1, 2)
