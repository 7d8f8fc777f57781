"""Counting by scores, by both, within categories and by places: worked by hand."""

from __future__ import annotations

import pytest

from elka.core.draws import lot
from elka.core.rating import POINTS_MAX
from elka.core.tally import By, Entry, Reason, Room, Terms, count
from tests.core.tallies import by_id, reasons

R = Reason


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
