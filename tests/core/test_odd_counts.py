"""Counting at the edges of what it takes: sums near 2⁵³, kopecks, costs of nothing, ballots that stand for millions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.counting import count_by
from elka.core.profile import MOST, BadProfile, Profile, Project, VoteType
from elka.core.shares import equal_shares
from elka.core.supports import Supports, Utility
from elka.core.verdicts import BadRule, Counted, CountTerms, Rule
from tests.core.profiles import ballots_of, slow_price

KINDS = [VoteType.APPROVAL, VoteType.ORDINAL, VoteType.CUMULATIVE, VoteType.SCORING]
RULES = [rule for rule in Rule if rule not in {Rule.TOP, Rule.THRESHOLD, Rule.BORDA, Rule.SCORES}]


FEW, MANY = (1, 2, 3), (1, 2, 3, 999_999_937, 10**12)  # voters of a row


@st.composite
def odd(draw: st.DrawFn, *, kinds: Sequence[VoteType] = KINDS, heavy: Sequence[int] = MANY) -> Profile:
    """Profiles of few rows and projects with extreme numbers, many of them next to each other."""
    kind = draw(st.sampled_from(kinds))
    count = draw(st.integers(1, 5))
    names = draw(
        st.lists(
            st.sampled_from(["1", "10", "9", "ё", "е\u0308", "Ё", "№ 7", "=1+1", "А", "A"]),
            min_size=count,
            max_size=count,
            unique=True,
        )
    )
    base = draw(st.sampled_from([0, 1, 99, 100, 333_333_333, MOST // 6, MOST // 8 - 1]))
    costs = draw(st.lists(st.integers(max(0, base - 2), base + 2), min_size=count, max_size=count))
    total = sum(costs)
    budget = draw(st.sampled_from([0, 1, total // 2, max(total - 1, 0), total, min(total + 1, MOST - 1), MOST - 1]))
    rows = draw(st.lists(st.lists(st.sampled_from(names), min_size=1, unique=True), max_size=6))
    projects = [Project(name, cost) for name, cost in zip(names, costs, strict=True)]
    given_ = [{name: draw(st.sampled_from([0, 1, 2, 1000])) for name in row} for row in rows]
    made = Profile.of(kind, projects, budget, given_ if kind.has_points else rows, scale=100)
    weights = draw(st.lists(st.sampled_from(heavy), min_size=len(rows), max_size=len(rows)))
    return Profile.from_arrays(
        kind, projects, budget, made.indptr, made.indices, points=made.points, weights=weights, scale=100
    )


def slow(profile: Profile, worth: Sequence[int], order: Sequence[int], share: Fraction) -> list[int]:
    """The Method of Equal Shares in fractions, where a row of ballots has as many voters as it weighs."""
    rows = ballots_of(profile)
    weights = [1] * len(rows) if profile.weights is None else profile.weights.tolist()
    money = [share] * len(rows)
    left, won = set(range(len(profile.projects))), []
    while True:
        offers = []
        for one in left:
            backers = [who for who, ballot in enumerate(rows) if ballot.get(one, 0) > 0]
            if backers and sum(weights[who] * money[who] for who in backers) >= profile.projects[one].cost:
                price = slow_price(
                    profile.projects[one].cost, [(money[who], rows[who][one], weights[who]) for who in backers]
                )
                offers.append((price / worth[one], order[one], one, price))
        if not offers:
            return won
        _, _, one, price = min(offers)
        won.append(one)
        left.discard(one)
        for who, ballot in enumerate(rows):
            money[who] -= min(money[who], price * max(0, ballot.get(one, 0)))


def outcome(found: Counted) -> list[tuple[object, ...]]:
    return sorted((one.id, one.won, one.reason, one.votes, one.points, one.round) for one in found.verdicts)


def turned(profile: Profile, random: Random) -> Profile:
    """Return the same ballots and projects in another order; equal rows may be split into several."""
    names = list(profile.ids)
    order = sorted(range(len(names)), key=lambda _: random.random())
    projects = [profile.projects[one] for one in order]
    rows, weights = ballots_of(profile), profile.weights.tolist() if profile.weights is not None else []
    told: list[tuple[dict[int, int], int]] = []
    for ballot, weight in zip(rows, weights, strict=True):
        part = random.randrange(weight) if weight > 1 else 0
        told += [(ballot, one) for one in (part, weight - part) if one]
    random.shuffle(told)
    number = {one: place for place, one in enumerate(order)}
    indices = [[number[one] for one in ballot] for ballot, _ in told]
    ends = [0]
    for row in indices:
        ends.append(ends[-1] + len(row))
    return Profile.from_arrays(
        profile.kind,
        projects,
        profile.budget,
        ends,
        [one for row in indices for one in row],
        points=[points for ballot, _ in told for points in ballot.values()] if profile.kind.has_points else None,
        weights=[weight for _, weight in told],
        scale=profile.scale,
        longest=max((len(ballot) for ballot in rows), default=0),
    )


@settings(deadline=None, max_examples=400)
@given(odd(), st.randoms(use_true_random=False))
def test_equal_shares_are_what_they_are_in_fractions(profile: Profile, random: Random) -> None:
    order = list(range(len(profile.projects)))
    random.shuffle(order)
    share = Fraction(profile.budget, max(profile.voters, 1))
    for utility in [Utility.POINTS] if profile.points is not None else [Utility.COST, Utility.CARDINALITY]:
        supports = Supports(profile, utility)
        found = equal_shares(supports, profile.budget, order, share=share)
        assert list(found.winners) == slow(profile, supports.worth, order, share)
        assert found.spent <= profile.budget


@pytest.mark.parametrize("rule", RULES)
@settings(deadline=None, max_examples=60)
@given(data=st.data(), random=st.randoms(use_true_random=False), least=st.integers(0, 3))
def test_no_order_matters_and_the_budget_holds(rule: Rule, data: st.DataObject, random: Random, least: int) -> None:
    # Add1 raises the share of each voter by as little as there are voters: to one project of one voter among billions
    # it would go for days.
    profile = data.draw(odd(heavy=FEW if "add1" in rule else MANY))
    terms = CountTerms(min_votes=least, step=Fraction(1, 10))
    try:
        found = count_by(rule, profile, terms, seed="зерно")
    except BadRule:
        return
    assert found.cost <= profile.budget
    assert outcome(count_by(rule, turned(profile, random), terms, seed="зерно")) == outcome(found)


@settings(deadline=None, max_examples=200)
@given(profile=odd(kinds=[VoteType.APPROVAL]), more=st.sampled_from([1, 2, 10**12]), data=st.data())
def test_more_votes_never_hurt_a_winner_under_greedy(profile: Profile, more: int, data: st.DataObject) -> None:
    before = count_by(Rule.GREEDY, profile, CountTerms(), seed="s")
    for name in before.winners:
        place = profile.ids.index(name)
        after = Profile.from_arrays(
            profile.kind,
            profile.projects,
            profile.budget,
            [*profile.indptr, len(profile.indices) + 1],
            [*profile.indices, place],
            weights=[*(profile.weights if profile.weights is not None else ()), more],
            scale=profile.scale,
        )
        assert name in count_by(Rule.GREEDY, after, CountTerms(), seed="s").winners


@pytest.mark.parametrize(
    ("cost", "budget", "weight"), [(MOST, 1, 1), (MOST // 2, MOST, 1), (1, 1, MOST), (2**63, 1, 1), (1, 2**63, 1)]
)
def test_what_float64_does_not_hold_exactly_is_refused_in_words(cost: int, budget: int, weight: int) -> None:
    with pytest.raises(BadProfile, match="слишком"):
        Profile.from_arrays(VoteType.APPROVAL, [Project("a", cost)], budget, [0, 1], [0], weights=[weight])


@pytest.mark.parametrize("rule", RULES)
def test_nobody_votes_and_nothing_is_there(rule: Rule) -> None:
    for projects, budget in (([], 0), ([], 10), ([Project("a", 0)], 0), ([Project("a", 5)], 5)):
        empty = Profile.from_arrays(VoteType.APPROVAL, projects, budget, [0], [])
        assert count_by(rule, empty, CountTerms(), seed="s").winners == ()
        blank = replace(empty, indptr=Profile.of(VoteType.APPROVAL, projects, budget, [[], []]).indptr)
        assert count_by(rule, blank, CountTerms(), seed="s").winners == ()
