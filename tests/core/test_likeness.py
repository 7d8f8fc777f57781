"""What is suggested as two plans for one place, and what is not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.geo import distance_km
from elka.core.likeness import ALIKE, NEAR, Cluster, Pair, Sketch, clusters_of, pairs_of

HERE = (62.5241, 66.6014)


def moved(north: float, east: float) -> tuple[float, float]:
    """A point so many metres from here."""
    return HERE[0] + north / 111_195, HERE[1] + east / 111_195 / math.cos(math.radians(HERE[0]))


def alike(*sketches: Sketch) -> list[Pair]:
    return pairs_of(sketches)


@pytest.mark.parametrize(("north", "east", "metres"), [(0, 0, 0), (40, 30, 50), (0, 99, 99), (-60, -60, 85)])
def test_near_points(north: float, east: float, metres: int) -> None:
    one = Sketch(1, "Каток", 1, point=HERE)
    assert alike(Sketch(2, "Сквер у школы", 2, point=moved(north, east)), one) == [Pair(1, 2, metres=metres)]


@pytest.mark.parametrize("point", [None, moved(101, 0), moved(0, 101), moved(80, 80)])
def test_points_that_are_not_near(point: tuple[float, float] | None) -> None:
    assert alike(Sketch(1, "Каток", 1, point=HERE), Sketch(2, "Сквер у школы", 1, point=point)) == []


def test_the_point_of_a_settlement_is_no_yard() -> None:
    centre = moved(20, 0)
    two = [Sketch(key, name, 1, point=HERE, centre=centre) for key, name in ((1, "Каток"), (2, "Сквер у школы"))]
    assert alike(*two) == []


@given(st.lists(st.tuples(st.floats(-200, 200), st.floats(-200, 200)), min_size=2, max_size=12))
def test_near_is_what_the_way_between_them_says(steps: list[tuple[float, float]]) -> None:
    points = [moved(*step) for step in steps]
    names = "абвгдежзиклм"
    found = {
        pair.ids for pair in alike(*(Sketch(key, names[key] * 5, key, point=one) for key, one in enumerate(points)))
    }
    for one in range(len(points)):
        for two in range(one + 1, len(points)):
            metres = distance_km(*points[one], *points[two]) * 1000
            if abs(metres - NEAR) > 0.5:
                assert ((one, two) in found) == (metres < NEAR)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Освещение лыжной трассы", "Освещение лыжной трассы"),
        ("Сквер «Ёлочки» у школы № 2", "Сквер у школы № 2 — «Елочки»"),
        ("Благоустройство набережной", "Благоустройство набережной!"),
        ("Детская площадка на улице Мира", "Детские площадки на улице Мира"),
        ("Двор дома 5 по улице Мира", "Двор домов 5 и 7 по улице Мира"),
    ],
)
def test_titles_all_but_the_same(one: str, two: str) -> None:
    [pair] = alike(Sketch(1, one, 1), Sketch(2, two, 1))
    assert pair.percent is not None
    assert pair.percent >= ALIKE
    assert alike(Sketch(1, one, 1), Sketch(2, two, 2)) == []  # in another settlement it is another place


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Освещение лыжной трассы", "Освещение хоккейного корта"),
        ("Двор дома 5 по улице Мира", "Двор дома 7 по улице Мира"),
        ("Сквер", "Каток"),
        ("!", "?"),
    ],
)
def test_titles_of_different_things(one: str, two: str) -> None:
    assert alike(Sketch(1, one, 1), Sketch(2, two, 1)) == []


def test_one_address() -> None:
    known = Sketch(1, "Каток", 1, "ул. Мира, 5")
    assert alike(known, Sketch(2, "Сквер у школы", 1, "УЛ МИРА 5")) == [Pair(1, 2, same_address=True)]
    for place, address in ((1, "ул. Мира, 6"), (2, "ул. Мира, 5"), (1, "")):
        assert alike(known, Sketch(2, "Сквер у школы", place, address)) == []
    # A street without a house is a street.
    assert alike(Sketch(1, "Каток", 1, "ул. Мира"), Sketch(2, "Сквер у школы", 1, "ул. Мира")) == []


def test_pairs_that_share_a_project_are_one_cluster_unless_it_grows_too_large() -> None:
    chain = [Pair(1, 2, metres=5), Pair(2, 3, metres=7), Pair(5, 6, percent=90), Pair(3, 4, metres=9)]
    assert [one.ids for one in clusters_of(chain, set(), most=20)] == [(1, 2, 3, 4), (5, 6)]
    assert clusters_of(chain, {(2, 3)}, most=20)[0] == Cluster((1, 2), (Pair(1, 2, metres=5),))
    assert [one.ids for one in clusters_of(chain, set(), most=3)] == [(1, 2, 3), (3, 4), (5, 6)]
    assert clusters_of(chain, {pair.ids for pair in chain}, most=20) == []


pairs = st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda ids: ids[0] < ids[1]), max_size=15)


@given(pairs, pairs, st.integers(2, 5))
def test_every_pair_that_waits_is_in_one_cluster(
    found: set[tuple[int, int]], seen: set[tuple[int, int]], most: int
) -> None:
    told = clusters_of([Pair(*ids, metres=sum(ids)) for ids in found], seen, most=most)
    listed = [pair.ids for cluster in told for pair in cluster.pairs]
    assert sorted(listed) == sorted(found - seen)
    for cluster in told:
        assert 2 <= len(cluster.ids) <= most
        assert set(cluster.ids) == {one for pair in cluster.pairs for one in pair.ids}
