"""Small random profiles for the tests of counting, and slow counts written by the definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st

from elka.core.profile import Profile, Project, VoteType

Ballot = dict[int, int]


def ids(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


@st.composite
def profiles(
    draw: st.DrawFn, *, kinds: Sequence[VoteType] = tuple(VoteType), voters: int = 12, projects: int = 7
) -> Profile:
    """Profiles where equal costs, equal ballots and projects without support are common."""
    kind = draw(st.sampled_from(kinds))
    count = draw(st.integers(1, projects))
    cost = st.integers(1, draw(st.sampled_from([1, 3, 30, 10**6])))
    costs = draw(st.lists(cost, min_size=count, max_size=count))
    most = 1 if kind is VoteType.CHOOSE_1 else count
    ballot = st.lists(st.sampled_from(ids(count)), max_size=most, unique=True)
    rows = draw(st.lists(ballot, max_size=voters))
    budget = draw(st.integers(0, sum(costs) + 1))
    if kind.has_points:
        points = st.integers(0, 4)
        given = [{one: draw(points) for one in row} for row in rows]
        return Profile.of(kind, projects_of(costs), budget, given)
    return Profile.of(kind, projects_of(costs), budget, rows)


def projects_of(costs: Sequence[int]) -> list[Project]:
    return [Project(name, cost) for name, cost in zip(ids(len(costs)), costs, strict=True)]


def ballots_of(profile: Profile) -> list[Ballot]:
    """Return each ballot as points by place of the project; 1 where a vote has no points."""
    found = []
    for first, last in zip(profile.indptr[:-1].tolist(), profile.indptr[1:].tolist(), strict=True):
        given = [1] * (last - first) if profile.points is None else profile.points[first:last].tolist()
        found.append(dict(zip(profile.indices[first:last].tolist(), given, strict=True)))
    return found


def slow_shares(
    costs: Sequence[int],
    ballots: Sequence[Ballot],
    worth: Sequence[int],
    order: Sequence[int],
    share: Fraction,
    rivals: Mapping[int, frozenset[int]] | None = None,
) -> list[int]:
    """The Method of Equal Shares as it is defined, in fractions, voter by voter. A winner bars its rivals."""
    return slow_run(costs, ballots, worth, order, share, rivals)[0]


def slow_run(
    costs: Sequence[int],
    ballots: Sequence[Ballot],
    worth: Sequence[int],
    order: Sequence[int],
    share: Fraction,
    rivals: Mapping[int, frozenset[int]] | None = None,
    limit: int | None = None,
) -> tuple[list[int], list[Fraction]]:
    """Return the winners and what each voter has left; it ends when the winners cost more than the limit."""
    money = [share] * len(ballots)
    left = set(range(len(costs)))
    won: list[int] = []
    while limit is None or sum(costs[one] for one in won) <= limit:
        offers = []
        for one in left:
            supporters = [who for who, ballot in enumerate(ballots) if ballot.get(one, 0) > 0]
            if supporters and sum(money[who] for who in supporters) >= costs[one]:
                price = slow_price(costs[one], [(money[who], ballots[who][one], 1) for who in supporters])
                offers.append((price / worth[one], order[one], one, price))
        if not offers:
            break
        _, _, one, price = min(offers)
        won.append(one)
        left -= {one, *(rivals or {}).get(one, ())}
        for who, ballot in enumerate(ballots):
            money[who] -= min(money[who], price * max(0, ballot.get(one, 0)))
    return won, money


def slow_price(cost: int, supporters: list[tuple[Fraction, int, int]]) -> Fraction:
    """Return the smallest price per point at which the supporters bring the cost together.

    Of each: the money of one voter, the points that they give, how many voters are like that.
    """
    prices = [Fraction(money, points) for money, points, _ in supporters]
    for level in sorted(prices):
        if sum(many * min(money, level * points) for money, points, many in supporters) >= cost:
            told = list(zip(supporters, prices, strict=True))
            fixed = sum(many * money for (money, _, many), price in told if price < level)
            rest = sum(many * points for (_, points, many), price in told if price >= level)
            return Fraction(cost - fixed) / rest
    raise AssertionError("the supporters cannot pay")


def groups(count: int) -> list[tuple[int, ...]]:
    """Return every nonempty set of numbers below ``count``."""
    return [group for size in range(1, count + 1) for group in combinations(range(count), size)]


def endless() -> Profile:
    """Votes that Add1 (``mes-cards-add1``, budget 60) would count for days.

    Billions want p0, so a step is next to nothing; two voters can pay for p3 long before both pay the same for it, and p4,
    which still fits, is waited for meanwhile.
    """
    ballots = [["p0"], ["p1", "p2", "p3", "p4"], ["p3", "p4"], ["p5"]]
    made = Profile.of(VoteType.APPROVAL, projects_of([1, 5, 9, 20, 20, 30]), 60, ballots)
    return Profile.from_arrays(
        made.kind, made.projects, made.budget, made.indptr, made.indices, weights=[10**12, 1, 1, 1]
    )
