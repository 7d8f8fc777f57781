"""Sketches of runs: they tell what full runs and the definition tell, or that they do not know; and how far money is off."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.bench.tally import contest as city
from elka.core.draws import rivals as rivals_of
from elka.core.profile import Profile, Project, VoteType
from elka.core.share_run import Run
from elka.core.share_scout import Scout
from elka.core.share_sketch import Beginning, Contest, Sketch
from elka.core.shares import add_one
from elka.core.supports import Supports, Utility
from tests.core.profiles import ballots_of, profiles, projects_of, slow_run, slow_shares

Rivals = dict[int, frozenset[int]]


def utilities(profile: Profile) -> list[Utility]:
    return [Utility.POINTS] if profile.points is not None else [Utility.COST, Utility.CARDINALITY]


@st.composite
def contests(draw: st.DrawFn) -> tuple[Profile, list[int], Rivals]:
    """A profile, an order of ties, and groups of which one may win; some projects cost nothing or more than all money."""
    profile = draw(profiles(voters=10, projects=6))
    costs = profile.costs.tolist()
    for place in draw(st.lists(st.integers(0, len(costs) - 1), max_size=2)):
        costs[place] = draw(st.sampled_from([0, 1, 10**12, 333_333_333_333_333]))
    changed = Profile.from_arrays(
        profile.kind,
        projects_of(costs),
        profile.budget,
        profile.indptr,
        profile.indices,
        points=profile.points,
        weights=draw(st.none() | st.lists(st.integers(1, 5), min_size=profile.rows, max_size=profile.rows)),
    )
    order = draw(st.permutations(range(len(costs))))
    groups = (
        draw(st.lists(st.frozensets(st.sampled_from(range(len(costs))), min_size=2), max_size=2)) if costs[1:] else []
    )
    return changed, order, dict(rivals_of(groups))


def voters_of(profile: Profile) -> list[dict[int, int]]:
    weights = [1] * profile.rows if profile.weights is None else profile.weights.tolist()
    return [ballot for ballot, times in zip(ballots_of(profile), weights, strict=True) for _ in range(times)]


@settings(deadline=None, max_examples=400)
@given(contests(), st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True), st.integers(1, 40))
def test_a_sketch_that_is_sure_tells_what_the_definition_tells(
    made: tuple[Profile, list[int], Rivals], steps: list[int], parts: int
) -> None:
    profile, order, bars = made
    costs, voters = profile.costs.tolist(), voters_of(profile)
    share = Fraction(max(profile.budget, 1), max(profile.voters, 1))
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        contest = Contest(supports, order, able=range(len(costs)), rivals=bars, limit=profile.budget)
        scout = Scout(contest, share, share / parts)
        for number in sorted(steps):
            sketch = scout.at(number)
            raised = share + number * share / parts
            won, _ = slow_run(costs, voters, supports.worth, order, raised, bars, profile.budget)
            run = Run(supports, raised, order, able=range(len(costs)), rivals=bars, limit=profile.budget)
            run.play()
            assert [one.project for one in run.rounds] == won
            assert sketch.winners == won[: len(sketch.winners)]
            if sketch.sure:
                assert sketch.winners == won
                assert sketch.spent == sum(costs[one] for one in won)
                assert sketch.overspent == run.overspent
                assert run.plain or not sketch.plain
                assert sketch.overspent or sketch.could_still_win == run.could_still_win


@pytest.mark.parametrize("kind", [VoteType.APPROVAL, VoteType.SCORING])
@pytest.mark.parametrize("seed", range(6))
def test_all_money_together_is_off_by_no_more_than_is_said(kind: VoteType, seed: int) -> None:
    random = Random(seed)  # noqa: S311  a seeded generator, not cryptography
    costs = [random.randint(100, 999) for _ in range(14)]
    ballots = [
        {
            one: random.randint(1, 5)
            for one in random.sample([f"p{number}" for number in range(14)], random.randint(1, 6))
        }
        for _ in range(61)
    ]
    given_ = ballots if kind.has_points else [[*ballot] for ballot in ballots]
    profile = Profile.of(kind, projects_of(costs), sum(costs), given_)
    share = Fraction(sum(costs), 3 * 61)
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        contest = Contest(supports, range(14), able=range(14), rivals={}, limit=sum(costs))
        beginning = Beginning(np.zeros(61))
        beginning.lengthen(contest, float(share))
        sketch = Sketch(contest, share, beginning)
        sketch.play()
        won, money = slow_run(costs, ballots_of(profile), supports.worth, range(14), share)
        assert sketch.sure
        assert sketch.winners == won
        assert len(won) > len(beginning.winners) > 0
        off = sum(abs(Fraction(found) - true) for found, true in zip(sketch.money.tolist(), money, strict=True))
        assert 0 < off <= sketch.lost
        assert sketch.lost > sum(costs[one] for one in won) * 2e-16  # every round of payments adds to it


@pytest.mark.parametrize("kind", [VoteType.APPROVAL, VoteType.SCORING])
def test_sketches_of_a_city_are_sure_and_follow_the_full_runs(kind: VoteType) -> None:
    made = city(3000, 18_000, 60, seed=7)
    points = np.random.default_rng(7).integers(1, 6, len(made.indices)) if kind.has_points else None
    profile = Profile.from_arrays(kind, made.projects, made.budget, made.indptr, made.indices, points=points)
    order = list(range(len(profile.projects)))
    share = Fraction(profile.budget, profile.voters)
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        contest = Contest(
            supports, order, able=order, rivals={0: frozenset({1}), 1: frozenset({0})}, limit=profile.budget
        )
        scout = Scout(contest, share, share / 100)
        for number in range(0, 80, 8):
            sketch = scout.at(number)
            run = Run(
                supports,
                share + number * share / 100,
                order,
                able=order,
                rivals=contest.rivals,
                limit=profile.budget,
            )
            run.play()
            assert sketch.sure
            assert not sketch.plain
            assert sketch.winners == [one.project for one in run.rounds]
            assert sketch.overspent == run.overspent
            off = np.abs(sketch.money - run.money)
            assert off.sum() <= sketch.lost + run.doubts.sum()
            assert sketch.lost < 1e-9 * run.share


def test_equal_prices_of_the_poor_are_not_decided_by_floats() -> None:
    # After p0 its voters have 5 left each. Of p1 and p2 each is paid by two of them and by 24 of a third one.
    ballots = [["p0", "p1", "p2"], ["p0", "p1", "p2"], ["p0"], ["p0", "p3"], ["p1"], ["p2"]]
    costs = [100, 34, 34, 50]
    profile = Profile.of(VoteType.APPROVAL, projects_of(costs), 180, ballots)
    supports = Supports(profile, Utility.COST)
    for order in ([0, 1, 2, 3], [0, 2, 1, 3]):
        contest = Contest(supports, order, able=range(4), rivals={}, limit=180)
        sketch = Scout(contest, Fraction(30), Fraction(1)).at(0)
        assert not sketch.sure
        assert sketch.winners == [0]
        found = add_one(supports, 180, order, Fraction(1, 7))
        first = min([1, 2], key=lambda one: order[one])
        assert found.winners == (0, first, 3 - first)
        assert found.share == 34  # now the third voter pays for the other one alone


@pytest.mark.parametrize("dear", [False, True])
def test_equal_prices_while_nobody_is_poor_are_decided_by_the_order(dear: bool) -> None:
    # If all support one that they cannot pay for, it is not a beginning in which all pay in equal parts.
    ballots = [["p0", "p1", "p3"], ["p1", "p2", "p3"], ["p2", "p0", "p3"]]
    profile = Profile.of(VoteType.APPROVAL, projects_of([9, 9, 9, 31 if dear else 1]), 50, ballots)
    supports = Supports(profile, Utility.COST)
    for order in ([0, 1, 2, 3], [2, 1, 0, 3], [1, 0, 2, 3]):
        contest = Contest(supports, order, able=range(4), rivals={}, limit=50)
        sketch = Scout(contest, Fraction(10), Fraction(1)).at(0)
        assert sketch.sure
        assert sketch.plain
        assert sketch.winners == ([] if dear else [3]) + sorted(range(3), key=lambda one: order[one])


@settings(deadline=None, max_examples=150)
@given(contests(), st.sampled_from([100, 10, 3]))
def test_add_one_with_rivals_is_the_last_result_that_the_budget_pays_for(
    made: tuple[Profile, list[int], Rivals], parts: int
) -> None:
    profile, order, bars = made
    costs, voters = profile.costs.tolist(), voters_of(profile)
    if not voters or profile.budget == 0:
        return
    able = [one for one in range(len(costs)) if costs[one] <= profile.budget]
    voters = [{one: points for one, points in ballot.items() if one in able} for ballot in voters]
    supported = {one for ballot in voters for one, points in ballot.items() if points > 0}
    share = Fraction(profile.budget, len(voters))
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        raised, last = share, None
        for _ in range(60):
            won = slow_shares(costs, voters, supports.worth, order, raised, bars)
            left = profile.budget - sum(costs[one] for one in won)
            settled = {*won, *(rival for one in won for rival in bars.get(one, ()))}
            if left < 0 or not any(costs[one] <= left for one in supported - settled):
                break
            raised, last = raised + share / parts, won
        else:
            return  # it takes too many steps to follow in fractions
        found = add_one(supports, profile.budget, order, share / parts, rivals=bars)
        assert set(found.winners) == set((won if left >= 0 else last) or ())


def test_a_share_of_doubts_larger_than_a_price_is_not_passed_over() -> None:
    # A project of one ruble beside one of 2**52: the price of the first is lost in what the money may be off.
    projects = [Project("p0", 2**52), Project("p1", 1), Project("p2", 1)]
    ballots = [["p0", "p1"]] * 3 + [["p0", "p2"]] * 3
    profile = Profile.of(VoteType.APPROVAL, projects, 2**52, ballots)
    supports = Supports(profile, Utility.CARDINALITY)
    random = Random(1)  # noqa: S311  a seeded generator, not cryptography
    for _ in range(20):
        order = random.sample(range(3), 3)
        raised = Fraction(2**52 + random.choice([-1, 0, 1, 2]), 6)
        contest = Contest(supports, order, able=range(3), rivals={}, limit=2**53)
        sketch = Scout(contest, raised, Fraction(1)).at(0)
        won = slow_shares([2**52, 1, 1], ballots_of(profile), supports.worth, order, raised)
        assert sketch.winners == (won if sketch.sure else won[: len(sketch.winners)])
