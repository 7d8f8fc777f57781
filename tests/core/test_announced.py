"""A contest counted by what it announced: ballots as arrays, and equal shares within each room."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.announced import Ballots, Candidate, Marked, Rules, count
from elka.core.outcomes import Reason, Room, Terms
from elka.core.verdicts import Rule
from tests.core.publications import Voted, contests

APPROVAL, SHARED = Marked(), Marked("cumulative", points=100)
sets = st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True), max_size=8)


def text(rows: list[list[int]]) -> list[str]:
    return [",".join(map(str, row)) for row in rows]


def rules(rule: Rule = Rule.MES, marked: Marked = APPROVAL, budget: int = 100, **terms: object) -> Rules:
    return Rules(1, budget, Terms(**{"room": Room(budget=budget), **terms}), "s", marked, {}, rule.value)  # type: ignore[arg-type]  # of a test


@given(sets)
def test_votes_are_those_that_stand_on_the_ballots(picks: list[list[int]]) -> None:
    ballots = Ballots.of([6, 5, 4, 3, 2, 1], APPROVAL, text(picks))
    given_to = Counter(pick for row in picks for pick in row)
    assert ballots.votes == {one: given_to[one] for one in range(1, 7)}
    assert ballots.points is None
    assert ballots.named == sum(map(len, picks))


@given(sets, st.data())
def test_points_are_those_that_stand_beside(picks: list[list[int]], data: st.DataObject) -> None:
    points = [[data.draw(st.integers(1, 9)) for _ in row] for row in picks]
    ballots = Ballots.of(range(1, 7), SHARED, text(picks), text(points))
    sums = Counter[int]()
    for row, given_here in zip(picks, points, strict=True):
        sums.update(dict(zip(row, given_here, strict=True)))
    assert ballots.points == {one: sums[one] for one in range(1, 7)}


@given(sets)
def test_the_first_of_a_short_ranking_is_worth_as_much_as_of_a_long_one(picks: list[list[int]]) -> None:
    points = Ballots.of(range(1, 7), Marked("ordinal", most=4), text(picks)).points
    sums = Counter[int]()
    for row in picks:
        sums.update({one: 4 - place for place, one in enumerate(row)})
    assert points == {one: sums[one] for one in range(1, 7)}


@given(sets, st.sets(st.integers(1, 6)))
def test_ballots_among_some_projects_name_those_alone_and_none_is_empty(picks: list[list[int]], some: set[int]) -> None:
    part = Ballots.of(range(1, 7), APPROVAL, text(picks)).among(sorted(some))
    left = [[one for one in row if one in some] for row in picks]
    rows = [
        [part.ids[place] for place in part.places[start:end].tolist()]
        for start, end in zip(part.starts[:-1].tolist(), part.starts[1:].tolist(), strict=True)
    ]
    assert rows == [row for row in left if row]


@pytest.mark.parametrize(
    ("picks", "points"),
    [
        (["1,9"], ["1,1"]),
        (["1"], ["1,1"]),
        (["1,2"], ["1"]),
        (["1,2"], []),
        (["1"], ["0"]),
        (["x"], ["1"]),
        (["1,"], ["1,1"]),
        ([""], [""]),
    ],
)
def test_what_is_no_ballot(picks: list[str], points: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Ballots.of([1, 2], SHARED, picks, points)


def test_each_room_shares_its_own_budget_among_its_own_voters() -> None:
    # Category 1 has 60 for two voters, the common room 40 for the other two; a project of no room gets nothing.
    candidates = [
        Candidate(1, 30, category=1),
        Candidate(2, 40, category=1),
        Candidate(3, 40),
        Candidate(4, 10, category=2),
    ]
    ballots = Ballots.of([1, 2, 3, 4], APPROVAL, ["1", "1,3", "3", "4"])
    own = rules(parts=((1, Room(budget=60)),), room=Room(budget=40))
    found = count(own, candidates, ballots)
    assert {one.id: (one.won, one.category, one.reason) for one in found.outcomes} == {
        1: (True, 1, Reason.WON),
        2: (False, 1, Reason.NO_VOTES),
        3: (False, None, Reason.NO_SHARE),
        4: (True, 2, Reason.WON),
    }
    assert [one.rank for one in found.outcomes] == [1, 2, 3, 4]
    # Kopecks of a share, and how many have one: two in the category, three in the common room.
    assert found.shares == ((1, 3_000, 2), (None, 1_333, 3))
    assert found.spent == 40
    lost = next(one for one in found.outcomes if one.id == 3)
    assert lost.lacking_money == 14  # two shares of 13,33 are 26,67

    closed = count(rules(parts=((1, Room(budget=60)),), room=None), candidates, ballots)
    assert {one.id for one in closed.outcomes if one.reason is Reason.NO_CATEGORY} == {3, 4}


def test_a_minimum_of_people_stands_before_points() -> None:
    candidates = [Candidate(1, 10, votes=1, points=9), Candidate(2, 10, votes=2, points=2)]
    for rule in (Rule.GREEDY, Rule.MES):
        ballots = Ballots.of([1, 2], SHARED, ["1", "2", "2"], ["9", "1", "1"])
        found = count(rules(rule, SHARED, min_votes=2), candidates, ballots)
        assert {one.id: (one.won, one.reason, one.lacking_votes) for one in found.outcomes} == {
            1: (False, Reason.BELOW_MINIMUM, 1),
            2: (True, Reason.WON, None),
        }


def test_equal_prices_are_drawn_and_told() -> None:
    candidates = [Candidate(1, 10), Candidate(2, 10)]
    ballots = Ballots.of([1, 2], APPROVAL, ["1,2"])
    found = count(rules(budget=10), candidates, ballots)
    [draw] = found.draws
    assert (draw.votes, draw.points, draw.decisive) == (None, None, True)
    assert draw.ids[0] == found.winners[0].id


def test_what_cannot_be_counted() -> None:
    candidates = [Candidate(1, 10)]
    ballots = Ballots.of([1], APPROVAL, ["1"])
    with pytest.raises(ValueError, match="from ballots"):
        count(rules(), candidates)
    with pytest.raises(ValueError, match="not places"):
        count(rules(room=Room(places=1)), candidates, ballots)


BOTH = (frozenset({1, 3}),)  # of category 1 and of the common room


@pytest.mark.parametrize("rule", [Rule.GREEDY, Rule.MES, Rule.MES_ADD1, Rule.MES_ADD1_GREEDY])
def test_a_winner_of_a_room_bars_its_rival_in_the_rooms_after_it(rule: Rule) -> None:
    candidates = [Candidate(1, 20, category=1), Candidate(2, 10, category=1), Candidate(3, 10), Candidate(4, 10)]
    ballots = Ballots.of([1, 2, 3, 4], APPROVAL, ["1,3", "1,3", "3", "3", "4"])
    counted = [replace(one, votes=ballots.votes[one.id]) for one in candidates]
    own = rules(rule, parts=((1, Room(budget=60)),), room=Room(budget=40), exclusive=BOTH)
    found = {one.id: one for one in count(own, counted, ballots).outcomes}
    # 3 has more votes and loses all the same: the category is counted before the common room.
    assert (found[1].won, found[3].won, found[3].reason, found[3].barred_by) == (True, False, Reason.EXCLUDED, 1)
    assert found[3].lacking_votes is None  # no number of votes would have helped
    free = {
        one.id: one for one in count(replace(own, terms=replace(own.terms, exclusive=())), counted, ballots).outcomes
    }
    assert free[3].won


def test_who_loses_in_the_first_room_bars_nobody() -> None:
    candidates = [Candidate(1, 70, category=1), Candidate(3, 10)]
    ballots = Ballots.of([1, 3], APPROVAL, ["1,3", "3"])
    counted = [replace(one, votes=ballots.votes[one.id]) for one in candidates]
    for rule in (Rule.GREEDY, Rule.MES):
        own = rules(rule, parts=((1, Room(budget=60)),), room=Room(budget=40), exclusive=BOTH)
        found = {one.id: one for one in count(own, counted, ballots).outcomes}
        assert (found[1].won, found[3].won, found[3].barred_by) == (False, True, None)


def test_supporters_of_a_barred_project_keep_their_shares() -> None:
    candidates = [Candidate(1, 10), Candidate(2, 10), Candidate(3, 20)]
    ballots = Ballots.of([1, 2, 3], APPROVAL, ["1", "1", "2,3", "3"])
    own = rules(budget=40, exclusive=(frozenset({1, 2}),))
    found = {one.id: one for one in count(own, candidates, ballots).outcomes}
    assert {key: (one.won, one.barred_by) for key, one in found.items()} == {
        1: (True, None),
        2: (False, 1),
        3: (True, None),
    }


@settings(deadline=None, max_examples=300)
@given(contests())
def test_never_two_winners_of_one_group_under_any_rule_in_any_rooms(made: Voted) -> None:
    found = count(
        made.rules,
        made.candidates,
        Ballots.of(
            [one.id for one in made.candidates],
            made.rules.marked,
            [line.split(";")[1] for line in made.lines],
            [line.split(";")[2] for line in made.lines if line.count(";") > 1],
        ),
    )
    won = {one.id for one in found.winners}
    for group in made.rules.terms.exclusive:
        assert len(group & won) <= 1
    for one in found.outcomes:
        assert (one.barred_by is not None) == (one.reason is Reason.EXCLUDED)
        if one.barred_by is not None:
            assert one.barred_by in won
            assert any({one.id, one.barred_by} <= group for group in made.rules.terms.exclusive)
