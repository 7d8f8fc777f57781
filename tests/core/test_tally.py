"""Counting: examples worked by hand, and properties that must hold for any contest."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.tally import Entry, Reason, greedy

contests = st.lists(
    st.builds(Entry, id=st.integers(1, 60), cost=st.integers(0, 40), votes=st.integers(0, 9)),
    max_size=25,
    unique_by=lambda entry: entry.id,
)
budgets = st.none() | st.integers(0, 200)
minimums = st.integers(0, 6)
seeds = st.text(max_size=8)


def by_id(count):
    return {outcome.id: outcome for outcome in count.outcomes}


def test_most_votes_first_and_what_does_not_fit_is_passed_over():
    count = greedy([Entry(1, 60, 300), Entry(2, 50, 200), Entry(3, 40, 100)], budget=100, seed="s")

    assert [outcome.id for outcome in count.winners] == [1, 3]
    assert count.spent == 100
    second = by_id(count)[2]
    assert second.reason is Reason.NO_BUDGET
    assert (second.left_before, second.lacking_money) == (40, 10)


def test_a_loser_by_budget_is_told_how_many_votes_would_have_made_it_win():
    # 3 (cost 50) fits only before 1, which leaves 40: it must outrank 300 votes, or match them with a smaller lot.
    count = greedy([Entry(1, 60, 300), Entry(2, 30, 200), Entry(3, 50, 100)], budget=100, seed="s")
    smaller_lot = sha256(b"s:3").hexdigest() < sha256(b"s:1").hexdigest()
    assert by_id(count)[3].lacking_votes == (200 if smaller_lot else 201)


def test_what_costs_more_than_the_whole_budget_is_promised_nothing():
    loser = greedy([Entry(1, 101, 5)], budget=100, seed="s").outcomes[0]
    assert (loser.reason, loser.lacking_votes, loser.lacking_money) == (Reason.NO_BUDGET, None, 1)


def test_minimum_votes():
    count = greedy([Entry(1, 10, 1000), Entry(2, 10, 786)], budget=None, min_votes=1000, seed="s")
    assert [outcome.won for outcome in count.outcomes] == [True, False]
    assert (count.outcomes[1].reason, count.outcomes[1].lacking_votes) == (Reason.BELOW_MINIMUM, 214)


def test_nobody_wins_without_a_single_vote():
    loser = greedy([Entry(1, 0, 0)], budget=None, seed="s").outcomes[0]
    assert (loser.won, loser.reason, loser.lacking_votes) == (False, Reason.NO_VOTES, 1)


def test_a_tie_is_drawn_as_documented():
    count = greedy([Entry(number, 10, 5) for number in range(1, 6)], budget=20, seed="Югра-2026")

    expected = sorted(range(1, 6), key=lambda number: sha256(f"Югра-2026:{number}".encode()).hexdigest())
    assert [outcome.id for outcome in count.outcomes] == expected
    assert [(draw.votes, list(draw.ids), draw.decisive) for draw in count.draws] == [(5, expected, True)]
    assert by_id(count)[expected[0]].tied_with == tuple(expected[1:])


@pytest.mark.parametrize(
    ("costs", "budget", "decisive"),
    [
        ((10, 10), 20, False),
        ((10, 10), 19, True),
        ((10, 200), 50, False),
        ((10, 10), None, False),
        ((60, 70), 50, False),
    ],
)
def test_a_draw_is_decisive_only_when_another_order_gives_other_winners(costs, budget, decisive):
    count = greedy([Entry(n, cost, 3) for n, cost in enumerate(costs)], budget=budget, seed="s")
    assert [draw.decisive for draw in count.draws] == [decisive]


def test_projects_that_could_not_win_are_not_drawn():
    assert (
        greedy([Entry(1, 1, 0), Entry(2, 1, 0), Entry(3, 1, 2), Entry(4, 1, 2)], budget=9, min_votes=3, seed="").draws
        == ()
    )


@pytest.mark.parametrize(
    ("entries", "rules"),
    [
        ([Entry(1, 1, 1), Entry(1, 2, 2)], {"budget": 5}),
        ([Entry(1, -1, 1)], {"budget": 5}),
        ([Entry(1, 1, -1)], {"budget": 5}),
        ([], {"budget": -1}),
        ([], {"budget": 1, "min_votes": -1}),
    ],
)
def test_nonsense_is_refused(entries, rules):
    with pytest.raises(ValueError, match=r"twice|negative"):
        greedy(entries, seed="s", **rules)


def test_an_empty_contest():
    assert greedy([], budget=10, seed="s").outcomes == ()


@given(contests, budgets, minimums, seeds)
def test_the_budget_is_never_exceeded(entries, budget, min_votes, seed):
    count = greedy(entries, budget=budget, min_votes=min_votes, seed=seed)
    assert count.spent == sum(outcome.cost for outcome in count.winners)
    assert budget is None or count.spent <= budget


@given(contests, budgets, minimums, seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(entries, budget, min_votes, seed, random):
    shuffled = random.sample(entries, len(entries))
    assert greedy(entries, budget=budget, min_votes=min_votes, seed=seed) == greedy(
        shuffled, budget=budget, min_votes=min_votes, seed=seed
    )


@given(contests, budgets, minimums, seeds, st.integers(1, 10), st.data())
def test_more_votes_never_hurt_a_winner(entries, budget, min_votes, seed, more, data):
    winners = greedy(entries, budget=budget, min_votes=min_votes, seed=seed).winners
    if not winners:
        return
    lucky = data.draw(st.sampled_from([outcome.id for outcome in winners]))
    louder = [replace(entry, votes=entry.votes + more) if entry.id == lucky else entry for entry in entries]
    assert by_id(greedy(louder, budget=budget, min_votes=min_votes, seed=seed))[lucky].won


@given(contests, budgets, minimums, seeds)
def test_every_reason_is_true(entries, budget, min_votes, seed):
    count = greedy(entries, budget=budget, min_votes=min_votes, seed=seed)
    assert [outcome.rank for outcome in count.outcomes] == list(range(1, len(entries) + 1))
    assert [outcome.votes for outcome in count.outcomes] == sorted((e.votes for e in entries), reverse=True)
    left = budget
    for outcome in count.outcomes:
        assert outcome.left_before == left
        match outcome.reason:
            case Reason.WON:
                assert outcome.won
                assert outcome.votes >= max(1, min_votes)
                assert outcome.lacking_votes is None
            case Reason.NO_VOTES:
                assert outcome.votes == 0
                assert outcome.lacking_votes == max(1, min_votes)
            case Reason.BELOW_MINIMUM:
                assert 0 < outcome.votes < min_votes
                assert outcome.lacking_votes == min_votes - outcome.votes
            case Reason.NO_BUDGET:
                assert outcome.lacking_money == outcome.cost - left > 0
        if outcome.won and left is not None:
            left -= outcome.cost


@given(contests, st.integers(0, 200), minimums, seeds)
def test_the_votes_lacking_for_the_budget_are_exact(entries, budget, min_votes, seed):
    for loser in greedy(entries, budget=budget, min_votes=min_votes, seed=seed).outcomes:
        if loser.reason is not Reason.NO_BUDGET:
            continue

        def wins_with(votes, loser=loser):
            again = [replace(entry, votes=votes) if entry.id == loser.id else entry for entry in entries]
            return by_id(greedy(again, budget=budget, min_votes=min_votes, seed=seed))[loser.id].won

        if loser.lacking_votes is None:
            assert not wins_with(10**6)
        else:
            assert loser.lacking_votes > 0
            assert wins_with(loser.votes + loser.lacking_votes)
            assert not wins_with(loser.votes + loser.lacking_votes - 1)


@given(contests, budgets, seeds)
def test_ties_are_reproducible(entries, budget, seed):
    count = greedy(entries, budget=budget, seed=seed)
    for draw in count.draws:
        assert list(draw.ids) == sorted(draw.ids, key=lambda number: sha256(f"{seed}:{number}".encode()).hexdigest())
        assert [o.id for o in count.outcomes if o.votes == draw.votes] == list(draw.ids)
