"""Imaginary votes: made by a few knobs, the same by the same seed, and doing what the knobs say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.imagined import BadKnobs, Imagined, Knobs, imagine, made_up
from elka.core.profile import Project, VoteType

POPULATION = [6000, 3000, 800, 200]
BUDGET = 10_000_000
PROJECTS = [Project(str(number), 100_000 * (number + 1)) for number in range(12)]
PLACES = [number % 3 for number in range(12)]  # of the last place there are none


def made(**knobs: object) -> Imagined:
    return imagine(PROJECTS, PLACES, POPULATION, BUDGET, Knobs(**knobs))  # type: ignore[arg-type]  # knobs of a test


def own_share(found: Imagined) -> float:
    """Return what part of all picks falls on projects of the voter's own place."""
    homes = found.homes[found.profile.row_of_entry]
    return float((np.array(PLACES)[found.profile.indices] == homes).mean())


@given(
    voters=st.integers(1, 400),
    picks=st.integers(1, 30),
    loyalty=st.integers(0, 100),
    group=st.integers(0, 60),
    place=st.sampled_from([0, 1, 2]),
    kind=st.sampled_from([VoteType.APPROVAL, VoteType.ORDINAL, VoteType.CUMULATIVE]),
    seed=st.text(max_size=5),
)
def test_any_knobs_make_a_whole_vote_and_the_same_one_again(
    voters: int, picks: int, loyalty: int, group: int, place: int, kind: VoteType, seed: str
) -> None:
    knobs = Knobs(voters, picks, loyalty, place, group, kind, seed)
    first, second = (imagine(PROJECTS, PLACES, POPULATION, BUDGET, knobs) for _ in range(2))
    profile = first.profile
    assert profile.voters == voters == len(first.homes)
    lengths = np.diff(profile.indptr)
    assert lengths.min() >= 1
    assert lengths.max() <= min(len(PROJECTS), 2 * picks - 1)
    assert profile.kind is kind
    if profile.points is not None:
        assert profile.points.tolist() == [one for length in lengths for one in range(length, 0, -1)]
    assert (profile.indices == second.profile.indices).all()
    assert (profile.indptr == second.profile.indptr).all()
    assert (first.homes == second.homes).all()


@given(voters=st.integers(1, 5000), population=st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_people_live_where_people_live(voters: int, population: list[int]) -> None:
    at = [next(place for place, people in enumerate(population) if people)]
    homes = imagine(PROJECTS[:1], at, population, BUDGET, Knobs(voters=voters)).homes
    exact = np.array(population) / sum(population) * voters
    assert (np.abs(np.bincount(homes, minlength=len(population)) - exact) <= 1).all()


def test_loyalty_draws_votes_home() -> None:
    shares = [own_share(made(voters=4000, picks=2, loyalty=loyalty)) for loyalty in (0, 50, 100)]
    assert shares[0] + 0.2 < shares[1] < shares[2] - 0.1
    # Whoever has projects of their own place votes for these alone; of the last place there are none.
    assert shares[2] == pytest.approx(0.98, abs=0.01)


def test_a_group_votes_as_one_for_its_own_place() -> None:
    found = made(voters=1000, picks=3, group_place=2, group=30)
    rows = np.split(found.profile.indices, found.profile.indptr[1:-1])[-300:]
    assert len({tuple(row) for row in rows}) == 1
    assert {PLACES[one] for one in rows[0]} == {2}
    assert (found.homes[-300:] == 2).all()


def test_another_seed_makes_another_vote() -> None:
    one, other = (made(voters=300, seed=seed).profile.votes().tolist() for seed in ("1", "2"))
    assert one != other


@given(count=st.integers(1, 200), budget=st.integers(10_000, 10**12), seed=st.text(max_size=3))
def test_projects_are_made_up_within_the_budget(count: int, budget: int, seed: str) -> None:
    projects, places = made_up(count, budget, POPULATION, ["Спорт", "Память"], seed)
    assert (projects, places) == made_up(count, budget, POPULATION, ["Спорт", "Память"], seed)
    assert len(projects) == len(places) == count
    assert all(0 <= place < len(POPULATION) for place in places)
    assert all(10_000 <= one.cost <= max(budget, 10_000) for one in projects)


@pytest.mark.parametrize(
    ("knobs", "field"),
    [
        ({"voters": 0}, "voters"),
        ({"voters": 200_001}, "voters"),
        ({"picks": 0}, "picks"),
        ({"picks": 31}, "picks"),
        ({"loyalty": 101}, "loyalty"),
        ({"group": 61, "group_place": 0}, "group"),
        ({"group": 10}, "group_place"),
        ({"group": 10, "group_place": 3}, "group_place"),
    ],
)
def test_wrong_knobs_are_named(knobs: dict[str, int], field: str) -> None:
    with pytest.raises(BadKnobs) as refused:
        made(**knobs)
    assert set(refused.value.fields) == {field}


def test_there_must_be_something_to_vote_for_and_somebody_to_vote() -> None:
    for projects, places, population in (
        ([], [], POPULATION),
        (PROJECTS, PLACES, [0, 0, 0]),
        (PROJECTS, PLACES[:-1], POPULATION),
        (PROJECTS, [9] * 12, POPULATION),
    ):
        with pytest.raises(BadKnobs):
            imagine(projects, places, population, BUDGET, Knobs())
    with pytest.raises(BadKnobs):
        made_up(1001, BUDGET, POPULATION, [], "1")
