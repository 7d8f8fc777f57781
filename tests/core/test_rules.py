"""Rules over whole ballots: what each of them promises, on random elections."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.profile import BallotKind, Profile, from_ballots
from elka.core.rules import Rule, count_by, told
from elka.core.shares import Satisfaction, add1, equal_shares
from elka.core.tally import Entry, Reason, Room, Terms, count, lot

SHARING = [rule for rule in Rule if rule.startswith("mes")]


@st.composite
def elections(draw: st.DrawFn, *, projects: int = 7, voters: int = 9) -> tuple[Profile, int, list[list[int]]]:
    """Draw an approval election: its profile, its budget, its ballots."""
    costs = draw(st.lists(st.integers(1, 60), min_size=1, max_size=projects))
    names = list(range(10, 10 + len(costs)))
    ballots = draw(
        st.lists(st.lists(st.sampled_from(names), unique=True, max_size=len(names)), min_size=1, max_size=voters)
    )
    budget = draw(st.integers(max(costs), sum(costs)))
    return from_ballots(dict(zip(names, costs, strict=True)), ballots), budget, ballots


def terms(rule: Rule) -> dict[str, int]:
    return {"places": 3} if rule is Rule.TOP else {"min_votes": 2} if rule is Rule.THRESHOLD else {}


@given(elections(), st.sampled_from(list(Rule)))
def test_the_budget_is_never_exceeded_and_everybody_reads_why(
    drawn: tuple[Profile, int, list[list[int]]], rule: Rule
) -> None:
    profile, budget, _ = drawn
    result = count_by(rule, profile, budget=budget, seed="s", **terms(rule))
    costs = dict(zip(profile.ids.tolist(), profile.costs.tolist(), strict=True))
    spent = sum(costs[one] for one in result.winners)
    assert spent == result.count.spent
    assert spent <= budget or rule is Rule.TOP
    reasons = told(result)
    assert set(reasons) == set(costs)
    assert all(text.endswith(".") for text in reasons.values())
    assert sorted(outcome.rank for outcome in result.count.outcomes) == list(range(1, len(costs) + 1))


@given(elections(), st.sampled_from(list(Rule)), st.randoms())
def test_the_order_of_ballots_and_projects_does_not_matter(
    drawn: tuple[Profile, int, list[list[int]]], rule: Rule, random: object
) -> None:
    profile, budget, ballots = drawn
    costs = list(zip(profile.ids.tolist(), profile.costs.tolist(), strict=True))
    random.shuffle(costs)
    random.shuffle(ballots)
    other = from_ballots(dict(costs), [random.sample(ballot, len(ballot)) for ballot in ballots])
    one = count_by(rule, profile, budget=budget, seed="s", **terms(rule))
    two = count_by(rule, other, budget=budget, seed="s", **terms(rule))
    assert one.winners == two.winners
    assert told(one) == told(two)


def reference(costs: dict[int, int], ballots: list[list[int]], budget: int, *, by_cost: bool) -> list[int]:
    """The rule by its definition, in fractions, slowly; equal projects by their number."""
    left = [Fraction(budget, len(ballots))] * len(ballots)
    bought: list[int] = []
    while True:
        offers = []
        for one, cost in costs.items():
            people = [at for at, ballot in enumerate(ballots) if one in ballot]
            if one in bought or sum(left[at] for at in people) < cost:
                continue
            poor_first = sorted(people, key=lambda at: left[at])
            missing = Fraction(cost)
            for rank, at in enumerate(poor_first):
                price = missing / (len(people) - rank)
                if left[at] >= price:
                    offers.append((price / (cost if by_cost else 1), one, price, people))
                    break
                missing -= left[at]
        if not offers:
            return bought
        _, one, price, people = min(offers)
        bought.append(one)
        for at in people:
            left[at] -= min(left[at], price)


@settings(max_examples=300)
@given(elections(projects=8, voters=12), st.booleans())
def test_equal_shares_are_what_their_definition_says(
    drawn: tuple[Profile, int, list[list[int]]], by_cost: bool
) -> None:
    profile, budget, ballots = drawn
    costs = dict(zip(profile.ids.tolist(), profile.costs.tolist(), strict=True))
    satisfaction = Satisfaction.COST if by_cost else Satisfaction.CARDINALITY
    found = equal_shares(profile, budget, satisfaction=satisfaction)
    assert [profile.ids[one] for one in found.bought] == reference(costs, ballots, budget, by_cost=by_cost)


@settings(max_examples=150)
@given(elections(projects=5, voters=6), st.booleans())
def test_no_group_is_left_out_but_for_one_project(drawn: tuple[Profile, int, list[list[int]]], by_cost: bool) -> None:
    """EJR up to one project (Peters, Pierczyński, Skowron): by brute force over all groups and sets of projects."""
    profile, budget, ballots = drawn
    costs = dict(zip(profile.ids.tolist(), profile.costs.tolist(), strict=True))
    satisfaction = Satisfaction.COST if by_cost else Satisfaction.CARDINALITY
    won = {int(profile.ids[one]) for one in equal_shares(profile, budget, satisfaction=satisfaction).bought}
    worth = costs if by_cost else dict.fromkeys(costs, 1)
    for size in range(1, len(ballots) + 1):
        for group in combinations(range(len(ballots)), size):
            common = set(costs).intersection(*(ballots[at] for at in group))
            for many in range(1, len(common) + 1):
                for wanted in combinations(sorted(common), many):
                    if sum(costs[one] for one in wanted) * len(ballots) > size * budget:
                        continue
                    deserved = sum(worth[one] for one in wanted)
                    assert any(
                        _has(ballots[at], won, worth) >= deserved
                        or any(_has(ballots[at], won | {one}, worth) > deserved for one in wanted)
                        for at in group
                    )


def _has(ballot: list[int], won: set[int], worth: dict[int, int]) -> int:
    return sum(worth[one] for one in won.intersection(ballot))


@given(elections())
def test_completion_takes_nothing_away_from_the_budget(drawn: tuple[Profile, int, list[list[int]]]) -> None:
    profile, budget, _ = drawn
    plain = count_by(Rule.MES, profile, budget=budget, seed="s")
    filled = count_by(Rule.MES_GREEDY, profile, budget=budget, seed="s")
    assert filled.winners[: len(plain.winners)] == plain.winners
    assert set(filled.winners) - set(plain.winners) == set(filled.completed)
    left = budget - filled.count.spent
    assert all(outcome.cost > left for outcome in filled.count.outcomes if not outcome.won and outcome.votes)


@given(elections())
def test_what_supporters_lack_is_what_they_lack(drawn: tuple[Profile, int, list[list[int]]]) -> None:
    """Were the project cheaper by what was lacking, the supporters could have paid it out of what they had left."""
    profile, budget, ballots = drawn
    ids = profile.ids.tolist()
    drawn_order = sorted(ids, key=lambda one: lot("s", one))
    shares = equal_shares(profile, budget, order=[drawn_order.index(one) for one in ids])
    spent = sum(int(profile.costs[one]) for one in shares.bought)
    assert sum(shares.purses, Fraction()) >= 0
    if shares.rounds:
        assert abs(shares.rounds[-1].left - (budget - spent)) < Fraction(1, 1000)
    for outcome in count_by(Rule.MES, profile, budget=budget, seed="s").count.outcomes:
        if outcome.reason is Reason.NO_SHARE:
            place = ids.index(outcome.id)
            assert 0 <= outcome.cost - outcome.lacking_money <= shares.purses[place] + 1
            assert outcome.lacking_money > 0
    assert len(ballots) == profile.voters


@pytest.mark.parametrize("rule", [Rule.GREEDY, *SHARING])
def test_of_exclusive_projects_one_wins(rule: Rule) -> None:
    profile = from_ballots({1: 10, 2: 10, 3: 10}, [[1, 2, 3], [1, 2, 3], [1, 2], [1]])
    result = count_by(rule, profile, budget=40, seed="s", exclusive=[[1, 2]])
    assert sorted(result.winners) == [1, 3]
    outcome = next(one for one in result.count.outcomes if one.id == 2)
    assert (outcome.reason, outcome.barred_by) == (Reason.EXCLUDED, 1)
    assert "выше оказался проект Каток" in told(result, {1: "Каток"})[2]


@settings(max_examples=300)
@given(elections(), st.data())
def test_lacking_votes_are_enough_among_exclusive_projects_too(
    drawn: tuple[Profile, int, list[list[int]]], data: st.DataObject
) -> None:
    profile, budget, _ = drawn
    rows = zip(profile.ids.tolist(), profile.costs.tolist(), profile.totals.tolist(), strict=True)
    entries = [Entry(*row) for row in rows]
    ids = [entry.id for entry in entries]
    group = data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=4))
    terms = Terms(room=Room(budget=budget), exclusive=(tuple(group),))
    found = count(entries, terms, seed="s")
    assert sum(outcome.id in group for outcome in found.winners) <= 1
    for outcome in found.outcomes:
        if outcome.reason is Reason.NO_BUDGET and outcome.lacking_votes:
            more = [
                Entry(one.id, one.cost, one.votes + outcome.lacking_votes * (one.id == outcome.id)) for one in entries
            ]
            assert outcome.id in {one.id for one in count(more, terms, seed="s").winners}
            less = [
                Entry(one.id, one.cost, one.votes + (outcome.lacking_votes - 1) * (one.id == outcome.id))
                for one in entries
            ]
            assert outcome.id not in {one.id for one in count(less, terms, seed="s").winners}


def test_greedy_gives_all_to_the_most_and_equal_shares_to_each_group() -> None:
    # 60 people of a town want three projects, 40 of a village one: by votes the town takes everything.
    profile = from_ballots({1: 30, 2: 30, 3: 30, 4: 35}, [[1, 2, 3]] * 60 + [[4]] * 40)
    assert sorted(count_by(Rule.GREEDY, profile, budget=100, seed="s").winners) == [1, 2, 3]
    result = count_by(Rule.MES, profile, budget=100, seed="s")
    assert 4 in result.winners
    assert len(result.winners) == 3
    assert "40 человек оплатили его из своих равных долей" in told(result)[4]


def test_raising_the_shares_passes_over_what_costs_more_than_everything() -> None:
    profile = from_ballots({1: 200, 2: 40, 3: 60}, [[1, 2], [1], [1, 3], [3]])
    found = add1(profile, 100)
    assert sorted(profile.ids[one] for one in found.bought) == [2, 3]


def test_points_move_shares() -> None:
    profile = from_ballots({1: 10, 2: 10}, [[1, 2], [1, 2]], [[5, 1], [5, 1]], kind=BallotKind.CUMULATIVE)
    assert count_by(Rule.MES_POINTS, profile, budget=10, seed="s").winners == (1,)


def test_the_places_of_an_ordinal_ballot_are_points_of_borda() -> None:
    profile = from_ballots({1: 1, 2: 1, 3: 1}, [[3, 1, 2], [3]], kind=BallotKind.ORDINAL)
    assert profile.totals.tolist() == [2, 1, 6]


@pytest.mark.parametrize(
    ("rule", "more", "words"),
    [
        (Rule.TOP, {}, "places"),
        (Rule.GREEDY, {"places": 2}, "places"),
        (Rule.THRESHOLD, {}, "least number"),
    ],
)
def test_terms_that_do_not_fit_are_refused(rule: Rule, more: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        count_by(rule, from_ballots({1: 1}, [[1]]), budget=1, seed="", **more)


@pytest.mark.parametrize(
    ("costs", "ballots", "words"),
    [({1: 1}, [[2]], "not there"), ({1: 1}, [[1, 1]], "twice"), ({1: -1}, [[1]], "negative")],
)
def test_a_profile_that_makes_no_sense_is_refused(costs: dict[int, int], ballots: list[list[int]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_ballots(costs, ballots)


@given(elections())
def test_nobody_and_nothing(drawn: tuple[Profile, int, list[list[int]]]) -> None:
    profile, budget, _ = drawn
    costs = dict(zip(profile.ids.tolist(), profile.costs.tolist(), strict=True))
    for ballots in ([], [[]], [[], []]):
        empty = from_ballots(costs, ballots)
        for rule in Rule:
            result = count_by(rule, empty, budget=budget, seed="s", **terms(rule))
            assert result.winners == ()
            assert {outcome.reason for outcome in result.count.outcomes} == {Reason.NO_VOTES}
