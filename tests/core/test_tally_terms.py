"""Counting by scores, by both, within categories and by places: worked by hand, and what holds for any contest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elka.core.draws import lot
from elka.core.rating import POINTS_MAX, weighed
from elka.core.tally import By, Count, Entry, Outcome, Reason, Room, Terms, Tie, count, greedy

R = Reason
scores = st.none() | st.integers(0, POINTS_MAX) | st.sampled_from([0, 5_000, 7_500])
contests = st.lists(
    st.builds(
        Entry,
        id=st.integers(1, 60),
        cost=st.integers(0, 40),
        votes=st.integers(0, 9),
        score=scores,
        category=st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=25,
    unique_by=lambda entry: entry.id,
)
rooms = st.builds(Room, budget=st.none() | st.integers(0, 120), places=st.none() | st.integers(0, 6))
parts = st.lists(st.tuples(st.sampled_from([1, 2]), rooms), max_size=2, unique_by=lambda part: part[0]).map(tuple)
terms = st.builds(
    Terms,
    by=st.sampled_from(By),
    public_weight=st.integers(0, 100),
    min_votes=st.integers(0, 5),
    min_score=st.sampled_from([0, 0, 3_000, 6_000]),
    room=st.none() | rooms,
    parts=parts,
)
seeds = st.text(max_size=8)


def by_id(found: Count) -> dict[int, Outcome]:
    return {outcome.id: outcome for outcome in found.outcomes}


def counted_together(found: Count, rules: Terms) -> dict[int | None, list[Outcome]]:
    """Return the outcomes by what they share a room with."""
    own = dict(rules.parts)
    together: dict[int | None, list[Outcome]] = defaultdict(list)
    for outcome in found.outcomes:
        together[outcome.category if outcome.category in own else None].append(outcome)
    return together


def reasons(found: Count) -> dict[int, Reason]:
    return {outcome.id: outcome.reason for outcome in found.outcomes}


def test_by_scores_the_votes_do_not_matter() -> None:
    found = count(
        [Entry(1, 60, 900, 6_000), Entry(2, 50, 0, 9_000), Entry(3, 40, 5, 8_000)],
        Terms(by=By.SCORES, room=Room(budget=100)),
        seed="s",
    )
    assert [(one.id, one.points) for one in found.outcomes] == [(2, 9_000), (3, 8_000), (1, 6_000)]
    assert reasons(found) == {2: R.WON, 3: R.WON, 1: R.NO_BUDGET}
    last = by_id(found)[1]
    # It must come before 3, the first that leaves less than 60 (2 leaves 50 already: before 2).
    assert (last.left_before, last.lacking_money, last.lacking_votes) == (10, 50, None)
    assert last.lacking_points == 3_000 + (lot("s", 1) > lot("s", 2))


def test_a_rating_of_both_by_hand() -> None:
    entries = [Entry(1, 1, 200, 5_000), Entry(2, 1, 100, 9_000), Entry(3, 1, 150, 6_000)]
    even = count(entries, Terms(by=By.BOTH, public_weight=50, room=Room(places=2)), seed="s")
    # 50·200/200 + 25 = 75; 50·100/200 + 45 = 70; 50·150/200 + 30 = 67.5
    assert [(one.id, one.points, one.reason) for one in even.outcomes] == [
        (1, 7_500, R.WON),
        (2, 7_000, R.WON),
        (3, 6_750, R.NO_PLACE),
    ]
    assert by_id(even)[3].lacking_points in {250, 251}
    expert = count(entries, Terms(by=By.BOTH, public_weight=20, room=Room(places=1)), seed="s")
    assert [(one.id, one.points) for one in expert.outcomes] == [(2, 8_200), (3, 6_300), (1, 6_000)]


def test_ratings_are_compared_exactly_not_as_they_are_shown() -> None:
    # One vote of a million is less than half a hundredth of a point, and still decides.
    entries = [Entry(1, 1, 1_000_000, 5_000), Entry(2, 1, 400_001, 5_000), Entry(3, 1, 400_000, 5_000)]
    found = count(entries, Terms(by=By.BOTH, room=Room(places=2)), seed="s")
    assert [one.id for one in found.outcomes] == [1, 2, 3]
    assert found.outcomes[1].points == found.outcomes[2].points
    assert found.draws == ()
    assert found.outcomes[2].lacking_points == 1  # never «0 short»


def test_each_category_is_counted_by_itself() -> None:
    entries = [
        Entry(1, 60, 300, category=1),
        Entry(2, 50, 200, category=1),
        Entry(3, 40, 20, category=2),
        Entry(4, 40, 10, category=2),
        Entry(5, 40, 900),
    ]
    rules = Terms(room=None, parts=((2, Room(budget=50)), (1, Room(budget=100))))
    found = count(entries, rules, seed="s")
    assert [(one.id, one.rank, one.category) for one in found.outcomes] == [
        (3, 1, 2),
        (4, 2, 2),
        (1, 3, 1),
        (2, 4, 1),
        (5, 5, None),
    ]
    assert reasons(found) == {3: R.WON, 4: R.NO_BUDGET, 1: R.WON, 2: R.NO_BUDGET, 5: R.NO_CATEGORY}
    assert by_id(found)[4].left_before == 10
    assert found.spent == 100


def test_categories_without_a_room_of_their_own_share_one() -> None:
    entries = [Entry(1, 10, 3, category=1), Entry(2, 10, 2, category=2), Entry(3, 10, 1, category=3)]
    found = count(entries, Terms(room=Room(places=1), parts=((3, Room(places=1)),)), seed="s")
    assert reasons(found) == {3: R.WON, 1: R.WON, 2: R.NO_PLACE}
    assert [one.category for one in found.outcomes] == [3, 1, 2]


def test_votes_are_measured_by_the_most_of_their_own_category() -> None:
    entries = [Entry(1, 1, 1000, 0, category=1), Entry(2, 1, 10, 0, category=2)]
    rules = Terms(by=By.BOTH, public_weight=60, parts=((1, Room(places=1)), (2, Room(places=1))))
    assert [one.points for one in count(entries, rules, seed="s").outcomes] == [6_000, 6_000]


def test_every_gate_has_its_reason() -> None:
    entries = [
        Entry(1, 1, 9, 9_000),
        Entry(2, 1, 2, 9_000),
        Entry(3, 1, 0, 9_000),
        Entry(4, 1, 9, None),
        Entry(5, 1, 9, 4_999),
    ]
    found = by_id(count(entries, Terms(by=By.BOTH, min_votes=3, min_score=5_000), seed="s"))
    assert {key: one.reason for key, one in found.items()} == {
        1: R.WON,
        2: R.BELOW_MINIMUM,
        3: R.NO_VOTES,
        4: R.NO_SCORE,
        5: R.BELOW_SCORE,
    }
    assert (found[2].lacking_votes, found[3].lacking_votes, found[5].lacking_points) == (1, 3, 1)
    nothing = count([Entry(1, 1, 0, 0)], Terms(by=By.SCORES), seed="s").outcomes[0]
    assert (nothing.reason, nothing.won) == (R.NO_POINTS, False)
    # A gate of the commission before a vote.
    gated = reasons(count([Entry(1, 1, 9, 4_000), Entry(2, 1, 1, 5_000)], Terms(min_score=5_000), seed="s"))
    assert gated == {1: R.BELOW_SCORE, 2: R.WON}


def test_a_tie_of_points_is_drawn_among_those_who_passed() -> None:
    entries = [Entry(number, 1, 0 if number == 3 else 4, 7_000) for number in range(1, 6)]
    found = count(entries, Terms(by=By.SCORES, min_votes=1, room=Room(places=2)), seed="Югра")
    expected = tuple(sorted((1, 2, 4, 5), key=lambda number: lot("Югра", number)))
    (draw,) = found.draws
    assert (draw.ids, draw.points, draw.votes, draw.decisive) == (expected, 7_000, None, True)
    assert [one.id for one in found.winners] == list(expected[:2])
    enough = count(entries, Terms(by=By.SCORES, min_votes=1, room=Room(places=4)), seed="Югра")
    assert [draw.decisive for draw in enough.draws] == [False]


@pytest.mark.parametrize(
    ("entries", "rules"),
    [
        ([Entry(1, 1, 1, -1)], {}),
        ([Entry(1, 1, 1, POINTS_MAX + 1)], {}),
        ([], {"min_score": -1}),
        ([], {"public_weight": 101}),
        ([], {"room": Room(places=-1)}),
        ([], {"parts": ((1, Room(budget=-5)),)}),
        ([], {"parts": ((1, Room()), (1, Room()))}),
    ],
)
def test_nonsense_is_refused(entries: list[Entry], rules: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"score|weight|negative|twice"):
        count(entries, Terms(**rules), seed="s")


@given(contests, terms, seeds)
def test_no_room_is_ever_overfilled(entries: list[Entry], rules: Terms, seed: str) -> None:
    found = count(entries, rules, seed=seed)
    assert found.spent == sum(outcome.cost for outcome in found.winners)
    own: dict[int | None, Room | None] = {**dict(rules.parts), None: rules.room}
    for category, outcomes in counted_together(found, rules).items():
        room, won = own[category], [outcome for outcome in outcomes if outcome.won]
        if room is None:
            assert {outcome.reason for outcome in outcomes} == {R.NO_CATEGORY}
            continue
        assert room.budget is None or sum(outcome.cost for outcome in won) <= room.budget
        assert room.places is None or len(won) <= room.places


@given(contests, terms, seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(
    entries: list[Entry], rules: Terms, seed: str, random: Random
) -> None:
    shuffled = random.sample(entries, len(entries))
    assert count(entries, rules, seed=seed) == count(shuffled, rules, seed=seed)


@given(contests, terms, seeds)
def test_the_gates_hold_and_every_reason_is_true(entries: list[Entry], rules: Terms, seed: str) -> None:
    found = count(entries, rules, seed=seed)
    assert [outcome.rank for outcome in found.outcomes] == list(range(1, len(entries) + 1))
    assert sorted(outcome.id for outcome in found.outcomes) == sorted(entry.id for entry in entries)
    least = max(rules.min_votes, 1 if rules.by is By.VOTES else 0)
    holds: dict[Reason, Callable[[Outcome], bool]] = {
        R.WON: lambda one: one.votes >= least and (one.score or 0) >= rules.min_score,
        R.NO_VOTES: lambda one: one.votes == 0 and one.lacking_votes == least > 0,
        R.BELOW_MINIMUM: lambda one: 0 < one.votes < least and one.lacking_votes == least - one.votes,
        R.NO_SCORE: lambda one: one.score is None and rules.asks_scores,
        R.BELOW_SCORE: lambda one: one.lacking_points == rules.min_score - (one.score or 0) > 0,
        R.NO_POINTS: lambda one: one.points == 0,
        R.NO_BUDGET: lambda one: (one.lacking_money or 0) == one.cost - (one.left_before or 0) > 0,
        R.NO_PLACE: lambda one: one.lacking_money is None,
        R.NO_CATEGORY: lambda one: rules.room is None and not one.won,
    }
    for outcome in found.outcomes:
        assert holds[outcome.reason](outcome), outcome
        assert outcome.won == (outcome.reason is R.WON)
        if outcome.won:
            assert rules.by is By.VOTES or (outcome.score is not None and outcome.points is not None)
            assert (outcome.lacking_votes, outcome.lacking_points, outcome.lacking_money) == (None, None, None)


@given(contests, terms, seeds)
def test_ranks_follow_what_is_ranked_by(entries: list[Entry], rules: Terms, seed: str) -> None:
    found = count(entries, rules, seed=seed)
    for outcomes in counted_together(found, rules).values():
        most = max(outcome.votes for outcome in outcomes)
        keys = [
            {
                By.VOTES: one.votes,
                By.SCORES: one.score or 0,
                By.BOTH: weighed(one.votes, one.score or 0, public_weight=rules.public_weight, most=most),
            }[rules.by]
            for one in outcomes
        ]
        assert keys == sorted(keys, reverse=True)
        for one, other in pairwise(outcomes):
            assert one.rank + 1 == other.rank
        for place, (key, one) in enumerate(zip(keys, outcomes, strict=True)):
            equal = [other.id for at, other in enumerate(outcomes) if keys[at] == key and at != place]
            assert list(one.tied_with) == sorted(equal, key=lambda number: lot(seed, number))


def louder(entries: list[Entry], chosen: int, more: int) -> list[Entry]:
    return [replace(entry, votes=entry.votes + more) if entry.id == chosen else entry for entry in entries]


@given(contests.filter(bool), terms, seeds, st.integers(1, 20), st.data())
def test_more_votes_never_cost_a_rank(
    entries: list[Entry], rules: Terms, seed: str, more: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(entries)).id
    before = by_id(count(entries, rules, seed=seed))[chosen].rank
    assert by_id(count(louder(entries, chosen, more), rules, seed=seed))[chosen].rank <= before


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # many drawn contests have no winner at all
@given(contests, terms, seeds, st.integers(1, 20), st.data())
def test_more_votes_never_cost_a_win(
    entries: list[Entry], rules: Terms, seed: str, more: int, data: st.DataObject
) -> None:
    won = count(entries, rules, seed=seed).winners
    assume(won)
    chosen = data.draw(st.sampled_from(won))
    if rules.by is By.BOTH:
        # The one exception, told at the top of the module: who passes the most votes moves the measure of all.
        own = dict(rules.parts)
        inside = [
            entry.votes
            for entry in entries
            if (entry.category if entry.category in own else None)
            == (chosen.category if chosen.category in own else None)
        ]
        more = min(more, max(inside) - chosen.votes)
    assert by_id(count(louder(entries, chosen.id, more), rules, seed=seed))[chosen.id].won


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(contests, terms, seeds, st.integers(1, 20), st.data())
def test_by_places_more_votes_never_cost_a_win_whatever_the_measure(
    entries: list[Entry], rules: Terms, seed: str, more: int, data: st.DataObject
) -> None:
    free = replace(
        rules,
        room=rules.room and replace(rules.room, budget=None),
        parts=tuple((category, replace(room, budget=None)) for category, room in rules.parts),
        min_votes=0,
    )
    won = count(entries, free, seed=seed).winners
    assume(won)
    chosen = data.draw(st.sampled_from(won)).id
    assert by_id(count(louder(entries, chosen, more), free, seed=seed))[chosen].won


@given(contests, terms, seeds, st.integers(1, POINTS_MAX), st.data())
def test_a_better_score_never_costs_a_win(
    entries: list[Entry], rules: Terms, seed: str, more: int, data: st.DataObject
) -> None:
    won = count(entries, rules, seed=seed).winners
    assume(won)
    chosen = data.draw(st.sampled_from([outcome.id for outcome in won]))
    better = [
        replace(entry, score=min(POINTS_MAX, entry.score + more))
        if entry.id == chosen and entry.score is not None
        else entry
        for entry in entries
    ]
    assert by_id(count(better, rules, seed=seed))[chosen].won


@given(contests, terms, seeds)
def test_what_was_lacking_for_the_room_is_exact(entries: list[Entry], rules: Terms, seed: str) -> None:
    rules = replace(rules, by=By.SCORES if rules.by is By.BOTH else rules.by)
    for loser in count(entries, rules, seed=seed).outcomes:
        if loser.reason not in {R.NO_BUDGET, R.NO_PLACE}:
            continue

        def wins_with(extra: int, loser: Outcome = loser) -> bool:
            again = [
                entry
                if entry.id != loser.id
                else replace(entry, votes=entry.votes + extra)
                if rules.by is By.VOTES
                else replace(entry, score=(entry.score or 0) + extra)
                for entry in entries
            ]
            return by_id(count(again, rules, seed=seed))[loser.id].won

        lacking = loser.lacking_votes if rules.by is By.VOTES else loser.lacking_points
        if lacking is None:
            if rules.by is By.VOTES:
                assert not wins_with(10**6)
            continue
        assert lacking > 0
        if rules.by is By.SCORES and (loser.score or 0) + lacking > POINTS_MAX:
            continue  # one more than all points: only a better lot would have helped
        assert wins_with(lacking)
        assert not wins_with(lacking - 1)


@given(contests, st.none() | st.integers(0, 200), st.integers(0, 5), seeds)
def test_the_plain_rule_is_the_same_by_both_names(
    entries: list[Entry], budget: int | None, min_votes: int, seed: str
) -> None:
    whole = Terms(min_votes=min_votes, room=Room(budget=budget))
    assert greedy(entries, budget=budget, min_votes=min_votes, seed=seed) == count(entries, whole, seed=seed)


groups = st.lists(st.frozensets(st.integers(1, 60), min_size=2, max_size=4), max_size=3).map(tuple)


@given(contests, terms, groups, seeds)
def test_of_exclusive_projects_at_most_one_wins(
    entries: list[Entry], rules: Terms, exclusive: tuple[frozenset[int], ...], seed: str
) -> None:
    found = count(entries, replace(rules, exclusive=exclusive), seed=seed)
    won = {outcome.id for outcome in found.winners}
    for group in exclusive:
        assert len(group & won) <= 1
    for outcome in found.outcomes:
        assert (outcome.reason is R.EXCLUDED) == (outcome.barred_by is not None)
        if outcome.barred_by is not None:
            assert outcome.barred_by in won
            assert any({outcome.id, outcome.barred_by} <= group for group in exclusive)


@given(contests, groups, st.integers(0, 120), seeds, st.sampled_from([(), (Tie.COST,)]))
def test_what_was_lacking_is_exact_with_exclusive_projects(
    entries: list[Entry], exclusive: tuple[frozenset[int], ...], budget: int, seed: str, ties: tuple[Tie, ...]
) -> None:
    rules = Terms(room=Room(budget=budget, places=5), exclusive=exclusive, ties=ties)
    for loser in count(entries, rules, seed=seed).outcomes:
        if loser.reason in {R.EXCLUDED, R.NO_BUDGET, R.NO_PLACE} and loser.lacking_votes is not None:
            for extra, wins in ((loser.lacking_votes, True), (loser.lacking_votes - 1, False)):
                assert by_id(count(louder(entries, loser.id, extra), rules, seed=seed))[loser.id].won is wins


def test_equal_projects_go_by_the_stated_order_before_the_lot() -> None:
    entries = [Entry(1, 30, 5), Entry(2, 20, 5), Entry(3, 20, 5), Entry(4, 10, 6)]
    found = count(entries, Terms(room=Room(places=2), ties=(Tie.VOTES, Tie.COST)), seed="s")
    first, second = sorted((2, 3), key=lambda one: lot("s", one))
    assert [one.id for one in found.outcomes] == [4, first, second, 1]
    assert [(draw.ids, draw.decisive) for draw in found.draws] == [((first, second), True)]


def test_a_lot_between_exclusive_projects_decides() -> None:
    entries = [Entry(1, 10, 5), Entry(2, 10, 5)]
    found = count(entries, Terms(exclusive=(frozenset({1, 2}),)), seed="s")
    assert [draw.decisive for draw in found.draws] == [True]
    assert {one.reason for one in found.outcomes} == {R.WON, R.EXCLUDED}


@given(st.data())
def test_lacking_votes_are_just_enough_among_exclusive_projects(data: st.DataObject) -> None:
    sizes = st.tuples(st.integers(1, 9), st.integers(0, 9))
    entries = [
        Entry(one, cost, votes) for one, (cost, votes) in enumerate(data.draw(st.lists(sizes, min_size=1, max_size=7)))
    ]
    group = data.draw(st.sets(st.sampled_from([entry.id for entry in entries]), min_size=1, max_size=4))
    terms = Terms(room=Room(budget=data.draw(st.integers(0, 25))), exclusive=(frozenset(group),))
    found = count(entries, terms, seed="s")
    assert sum(outcome.id in group for outcome in found.winners) <= 1
    for outcome in found.outcomes:
        if outcome.reason in {Reason.NO_BUDGET, Reason.EXCLUDED} and outcome.lacking_votes:
            for more, wins in ((outcome.lacking_votes, True), (outcome.lacking_votes - 1, False)):
                raised = [replace(one, votes=one.votes + more * (one.id == outcome.id)) for one in entries]
                assert (outcome.id in {one.id for one in count(raised, terms, seed="s").winners}) is wins
