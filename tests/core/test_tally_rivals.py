"""Counting projects that exclude each other: one wins, and what was lacking is exact."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from elka.core.draws import lot
from elka.core.tally import Entry, Reason, Room, Terms, Tie, count
from tests.core.tallies import by_id, contests, louder, seeds, terms

R = Reason
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
