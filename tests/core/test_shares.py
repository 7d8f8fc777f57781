"""The Method of Equal Shares: against its definition in fractions, by hand, and the fairness that it promises."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.counting import count_by
from elka.core.draws import rivals
from elka.core.profile import Profile, VoteType
from elka.core.share_run import Run
from elka.core.share_sketch import Sketch
from elka.core.shares import add_one, equal_shares, share_of
from elka.core.supports import Supports, Utility
from elka.core.verdicts import CountTerms, Rule
from tests.core.profiles import ballots_of, endless, groups, profiles, projects_of, slow_shares

APPROVALS = [VoteType.APPROVAL, VoteType.CHOOSE_1, VoteType.ORDINAL]
POINTS = [VoteType.CUMULATIVE, VoteType.SCORING]
shares = st.sampled_from([Fraction(1), Fraction(3, 2), Fraction(7, 3), Fraction(10**6)])


def approvals(costs: list[int], budget: int, ballots: list[list[str]]) -> Profile:
    return Profile.of(VoteType.APPROVAL, projects_of(costs), budget, ballots)


def utilities(profile: Profile) -> list[Utility]:
    return [Utility.POINTS] if profile.points is not None else [Utility.COST, Utility.CARDINALITY]


@settings(deadline=None, max_examples=300)
@given(profiles(kinds=[*APPROVALS, *POINTS]), st.randoms(use_true_random=False), shares)
def test_it_is_what_its_definition_says(profile: Profile, random: Random, times: Fraction) -> None:
    order = list(range(len(profile.projects)))
    random.shuffle(order)
    share = Fraction(profile.budget, max(profile.voters, 1)) * times
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        found = equal_shares(supports, profile.budget, order, share=share)
        expected = slow_shares(profile.costs.tolist(), ballots_of(profile), supports.worth, order, share)
        assert list(found.winners) == expected
        assert found.spent == sum(profile.projects[one].cost for one in expected)


@settings(deadline=None, max_examples=100)
@given(profiles(kinds=[*APPROVALS, *POINTS], voters=8, projects=5), st.sampled_from([100, 10, 1]))
def test_add_one_is_the_last_result_that_the_budget_pays_for(profile: Profile, parts: int) -> None:
    order = list(range(len(profile.projects)))
    costs, ballots = profile.costs.tolist(), ballots_of(profile)
    # A project dearer than the whole budget takes no part.
    able = [one for one in order if costs[one] <= profile.budget]
    ballots = [{one: points for one, points in ballot.items() if one in able} for ballot in ballots]
    supported = {one for ballot in ballots for one, points in ballot.items() if points}
    if not ballots or profile.budget == 0:
        return
    share = Fraction(profile.budget, len(ballots))
    step = share / parts
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        found = add_one(supports, profile.budget, order, step)
        assert found.spent <= profile.budget
        raised, last = share, None
        while True:
            won = slow_shares(costs, ballots, supports.worth, order, raised)
            left = profile.budget - sum(costs[one] for one in won)
            if left < 0 or not any(costs[one] <= left for one in supported - set(won)):
                break
            raised, last = raised + step, won
        expected = won if left >= 0 else last
        assert set(found.winners) == set(expected)
        if sum(costs[one] for one in supported) > profile.budget:  # else all win, and shares are raised at once
            assert list(found.winners) == expected


@settings(deadline=None, max_examples=200)
@given(profiles(kinds=[*APPROVALS, *POINTS], voters=8, projects=5), st.sampled_from([100, 10, 1]), st.data())
def test_add_one_of_exclusive_projects_is_that_step_by_step(profile: Profile, parts: int, data: st.DataObject) -> None:
    order, costs = list(range(len(profile.projects))), profile.costs.tolist()
    able, ballots = [one for one in order if costs[one] <= profile.budget], ballots_of(profile)
    if not ballots or profile.budget == 0 or len(able) < 2:
        return
    some = st.frozensets(st.sampled_from(able), min_size=2, max_size=3)
    bars = rivals(data.draw(st.lists(some, min_size=1, max_size=2)))
    share = Fraction(profile.budget, len(ballots))
    supported = {one for ballot in ballots for one, points in ballot.items() if points and one in able}
    for utility in utilities(profile):
        supports = Supports(profile, utility)
        found = add_one(supports, profile.budget, order, share / parts, rivals=bars)
        assert not any(set(found.winners) & bars.get(one, frozenset()) for one in found.winners)
        assert list(found.winners) == _step_by_step(supports, profile.budget, share / parts, able, bars, supported)


def _step_by_step(
    supports: Supports,
    budget: int,
    step: Fraction,
    able: list[int],
    bars: Mapping[int, frozenset[int]],
    supported: set[int],
) -> list[int]:
    """Add1 as it is defined: shares are raised step by step while something else fits and nothing is overspent."""
    raised, last = share_of(supports, budget), None
    while True:
        run = equal_shares(supports, budget, range(len(supports.costs)), able=able, rivals=bars, share=raised)
        left = budget - run.spent
        waiting = supported - set(run.winners) - run.barred.keys()
        if left < 0 and last is not None:
            return last
        if not any(supports.costs[one] <= left for one in waiting):
            return list(run.winners)
        raised, last = raised + step, list(run.winners)


def test_a_barred_project_that_more_money_brings_before_its_rival_is_waited_for() -> None:
    # p3 bars p1 while its supporters cannot pay for it. With more money p1 comes first and takes what paid for p2.
    ballots = [["p0", "p1", "p2"]] * 3 + [["p0", "p1"], ["p0"], ["p3"], ["p3"], ["p4"]]
    supports = Supports(approvals([5, 10, 6, 1, 6], 20, ballots), Utility.COST)
    bars, step = rivals([frozenset({1, 3})]), Fraction(1, 10)
    found = add_one(supports, 20, range(5), step, rivals=bars)
    assert list(found.winners) == _step_by_step(supports, 20, step, list(range(5)), bars, set(range(5))) == [0, 1]


def test_a_count_that_would_go_on_for_days_can_be_stopped() -> None:
    asked = 0

    def between() -> None:
        nonlocal asked
        asked += 1
        if asked == 100:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        count_by(Rule.MES_CARDS_ADD1, endless(), CountTerms(), seed="s", between=between)


def test_by_hand() -> None:
    # Two thirds of the voters get two thirds of the money; greedy would give all of it to them.
    ballots = [["p0", "p1", "p2"]] * 6 + [["p3"]] * 3
    found = equal_shares(Supports(approvals([30, 30, 30, 30], 90, ballots), Utility.COST), 90, [0, 1, 2, 3])
    assert found.winners == (0, 1, 3)
    assert [one.price for one in found.rounds] == [5.0, 5.0, 10.0]
    assert [(one.full, one.rest, one.empty) for one in found.rounds] == [(6, 0, 0), (0, 6, 0), (0, 3, 0)]
    assert found.missing == {2: 30}
    assert [one.spent for one in found.rounds] == [30, 60, 90]
    assert [one.left for one in found.rounds] == [60.0, 30.0, 0.0]


def test_who_has_less_than_the_price_gives_the_rest() -> None:
    ballots = [["p0"], ["p0", "p1"], ["p1"]]
    found = equal_shares(Supports(approvals([10, 14], 30, ballots), Utility.CARDINALITY), 30, [0, 1])
    assert found.winners == (0, 1)
    assert [one.price for one in found.rounds] == [5.0, 9.0]
    assert [(one.full, one.rest) for one in found.rounds] == [(2, 0), (1, 1)]


def test_just_affordable_in_thirds() -> None:
    # 100 / 3 is not a float: three voters have just 100 together, and float sums would not tell.
    for cost, winners in ((100, (0,)), (101, ())):
        found = equal_shares(Supports(approvals([cost], 100, [["p0"]] * 3), Utility.COST), 100, [0])
        assert found.winners == winners
    sevenths = [["p0", "p1"]] * 7
    found = equal_shares(Supports(approvals([33, 67], 100, sevenths), Utility.CARDINALITY), 100, [0, 1])
    assert found.winners == (0, 1)
    assert found.rounds[-1].left == 0


def test_prices_that_differ_in_the_last_place_are_told_apart() -> None:
    # 1/3 and 333333333333333/999999999999998: equal to 15 digits.
    costs = [333_333_333_333_333, 333_333_333_333_334]
    ballots = [["p0", "p1"]] * 3
    for order in ([0, 1], [1, 0]):
        found = equal_shares(Supports(approvals(costs, sum(costs), ballots), Utility.CARDINALITY), sum(costs), order)
        assert found.winners[0] == 0
        assert found.ties == ()


@settings(deadline=None)
@given(profiles(kinds=[VoteType.APPROVAL, *POINTS]), st.randoms(use_true_random=False))
def test_equal_ballots_counted_together_change_nothing(profile: Profile, random: Random) -> None:
    order = list(range(len(profile.projects)))
    many = [ballot for ballot in ballots_of(profile) for _ in range(3)]
    random.shuffle(many)
    rows = [{profile.ids[one]: points for one, points in ballot.items()} for ballot in many]
    apart = Profile.of(
        profile.kind, profile.projects, profile.budget, rows if profile.kind.has_points else [[*row] for row in rows]
    )
    weighted = Profile.from_arrays(
        profile.kind,
        profile.projects,
        profile.budget,
        profile.indptr,
        profile.indices,
        points=profile.points,
        weights=[3] * profile.rows,
    )
    for utility in utilities(profile):
        one, other = (equal_shares(Supports(each, utility), profile.budget, order) for each in (apart, weighted))
        assert one.winners == other.winners
        assert [(r.full, r.rest, r.empty) for r in one.rounds] == [(r.full, r.rest, r.empty) for r in other.rounds]


def fair(profile: Profile, winners: set[int], utility: Utility) -> bool:
    """Extended justified representation up to one project, by its definition, over all groups and all sets of projects.

    A group that holds the share of the budget that a set T costs, and whose members all give at least ``a[p]`` to each
    ``p`` of T, has a member with more than ``Σ a - utility of one project`` of the winners, or all of T is won. Source:
    Peters, Pierczyński, Skowron 2021, where the method is proved to satisfy it.
    """
    ballots, costs = ballots_of(profile), profile.costs.tolist()
    worth = Supports(profile, utility).worth

    def value(who: int, project: int) -> int:
        return worth[project] * max(0, ballots[who].get(project, 0))

    for group in groups(len(ballots)):
        for wanted in groups(len(costs)):
            if sum(costs[one] for one in wanted) * len(ballots) > len(group) * profile.budget:
                continue
            promised = sum(min(value(who, one) for who in group) for one in wanted)
            missing = set(wanted) - winners
            if not missing or min(value(who, one) for who in group for one in missing) == 0:
                continue
            if not any(
                sum(value(who, one) for one in winners) + max(value(who, one) for one in missing) > promised
                for who in group
            ):
                return False
    return True


@settings(max_examples=60, deadline=None)
@given(profiles(kinds=[VoteType.APPROVAL, *POINTS], voters=5, projects=4))
def test_every_group_gets_what_it_deserves_up_to_one_project(profile: Profile) -> None:
    order = list(range(len(profile.projects)))
    for utility in utilities(profile):
        found = equal_shares(Supports(profile, utility), profile.budget, order)
        assert fair(profile, set(found.winners), utility)


def test_the_check_of_fairness_finds_unfairness() -> None:
    profile = approvals([1, 1, 1, 1], 4, [["p0", "p1"], ["p2", "p3"]])
    assert not fair(profile, {0, 1}, Utility.COST)
    assert not fair(profile, {0, 1, 2}, Utility.COST)
    assert fair(profile, {0, 1, 2, 3}, Utility.COST)


def test_a_step_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        add_one(Supports(approvals([1], 1, [["p0"]]), Utility.COST), 1, [0], Fraction(0))


@pytest.mark.parametrize("more", [0, 1, 10**6])
def test_lonely_projects_are_not_waited_for_step_by_step(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand voters; of the lonely projects both fit the budget, one does, or both and money is left."""
    runs = 0
    play = Run.play

    def counted(run: Run) -> None:
        nonlocal runs
        runs += 1
        play(run)

    monkeypatch.setattr(Run, "play", counted)
    costs = [500_000, 300_000, 200_000]
    budget = sum(costs) - (0 if more == 1 else 1) + (more if more > 1 else 0)
    profile = approvals(costs, budget, [["p0"]] * 1000 + [["p1"], ["p2"]])
    found = add_one(Supports(profile, Utility.COST), budget, [0, 1, 2], Fraction(budget, 100 * 1002))
    assert set(found.winners) == ({0, 2} if more == 0 else {0, 1, 2})
    assert runs < 10


def test_steps_are_passed_over_beside_a_project_that_many_want_and_cannot_pay_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs: list[Sketch] = []
    play = Sketch.play

    def counted(sketch: Sketch) -> None:
        runs.append(sketch)
        play(sketch)

    monkeypatch.setattr(Sketch, "play", counted)
    # p0 is the first by votes, but its voters cannot pay before a share is 145, nor for p1 then before it is 155.
    ballots = [["p0", "p1"]] * 10 + [["p0", "p2"]] * 10 + [["p3"]] * 10
    profile = approvals([2900, 100, 110, 2000], 3000, ballots)
    found = add_one(Supports(profile, Utility.COST), 3000, [0, 1, 2, 3], Fraction(1, 1000))
    assert found.winners == (0, 1)
    assert found.share == 155
    assert len(runs) < 20


def test_a_lonely_project_does_not_make_add_one_go_on_for_ever() -> None:
    # One voter of a thousand, a project of half the budget, steps of a thousandth of a percent.
    ballots = [["p0"]] * 999 + [["p1"]]
    profile = approvals([1000, 500_000], 1_000_000, ballots)
    found = add_one(Supports(profile, Utility.COST), 1_000_000, [0, 1], Fraction(1000, 100_000))
    assert found.winners == (0, 1)
    assert found.share >= 500_000
    assert found.share - 500_000 < Fraction(1, 50)
