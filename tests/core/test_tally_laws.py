"""What holds for any contest, by whatever rule of the terms it is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elka.core.draws import lot
from elka.core.rating import POINTS_MAX, weighed
from elka.core.tally import By, Count, Entry, Outcome, Reason, Room, Terms, count, greedy
from tests.core.tallies import by_id, contests, louder, seeds, terms

R = Reason


def counted_together(found: Count, rules: Terms) -> dict[int | None, list[Outcome]]:
    """Return the outcomes by what they share a room with."""
    own = dict(rules.parts)
    together: dict[int | None, list[Outcome]] = defaultdict(list)
    for outcome in found.outcomes:
        together[outcome.category if outcome.category in own else None].append(outcome)
    return together


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
