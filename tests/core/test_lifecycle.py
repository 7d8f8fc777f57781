"""The way of a contest under any clock and any order of calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.lifecycle import (
    NEXT,
    ContestStage,
    Hold,
    Phase,
    PhaseKind,
    disorder,
    due_stage,
    held,
    is_open,
    next_due,
    order_of,
    prolonged,
)

S, K = ContestStage, PhaseKind
START = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: float) -> datetime:
    return START + DAY * day


FULL = [
    Phase(K.ACCEPTING, at(0), at(10)),
    Phase(K.ADMISSION, at(10), at(15)),
    Phase(K.VOTING, at(16), at(20)),
    Phase(K.DECISION, at(20), at(25)),
]


AFTER = [*FULL[:3], Phase(K.EXPERT, at(21), at(24)), Phase(K.DECISION, at(24), at(26))]
BEFORE = [
    *FULL[:2],
    Phase(K.EXPERT, at(16), at(19)),
    Phase(K.VOTING, at(20), at(24)),
    Phase(K.DECISION, at(24), at(26)),
]
ALONE = [*FULL[:2], Phase(K.EXPERT, at(16), at(20)), FULL[3]]


@st.composite
def calendars(draw: st.DrawFn) -> list[Phase]:
    """Any phases in order, with gaps, any of them absent; the commission before the vote or after it."""
    order = list(K)
    if draw(st.booleans()):
        order[2:4] = [K.EXPERT, K.VOTING]
    kinds = [kind for kind in order if draw(st.booleans())]
    moment, found = 0, []
    for kind in kinds:
        opens = moment + draw(st.integers(0, 5))
        moment = opens + draw(st.integers(1, 9))
        found.append(Phase(kind, at(opens), at(moment)))
    return draw(st.permutations(found))


@given(calendars(), st.sampled_from(S), st.integers(-3, 70))
def test_the_clock_only_takes_allowed_steps_forward(phases: list[Phase], stage: S, day: int) -> None:
    step = next_due(stage, phases, at(day))
    if step is not None:
        assert step in NEXT[stage]
        way = [S.ANNOUNCED, *(S(kind.value) for kind in order_of(phases)), S.AWARDED, S.CLOSED]
        assert way.index(step) > way.index(stage)
    reached = due_stage(stage, phases, at(day))
    assert next_due(reached, phases, at(day)) is None


@given(calendars(), st.integers(-3, 70), st.integers(0, 70))
def test_looking_often_or_seldom_makes_no_difference_before_voting(phases: list[Phase], day: int, more: int) -> None:
    often = due_stage(due_stage(S.ANNOUNCED, phases, at(day)), phases, at(day + more))
    seldom = due_stage(S.ANNOUNCED, phases, at(day + more))
    # The one difference: a vote seen open is closed, one that nobody opened in time stays to be dated anew.
    missed = {S.ANNOUNCED, S.ADMISSION, S.EXPERT}
    assert often is seldom or (seldom in missed and often in {S.VOTING, S.EXPERT, S.DECISION})


@pytest.mark.parametrize(
    ("stage", "day", "expected"),
    [
        (S.DRAFT, 12, S.DRAFT),
        (S.ANNOUNCED, -0.001, S.ANNOUNCED),
        (S.ANNOUNCED, 0, S.ACCEPTING),
        (S.ACCEPTING, 9.999, S.ACCEPTING),
        (S.ACCEPTING, 10, S.ADMISSION),
        (S.ADMISSION, 15.5, S.ADMISSION),
        (S.ADMISSION, 16, S.VOTING),
        (S.VOTING, 19.999, S.VOTING),
        (S.VOTING, 20, S.DECISION),
        (S.DECISION, 90, S.DECISION),
        (S.ANNOUNCED, 17, S.VOTING),
        (S.CANCELLED, 17, S.CANCELLED),
    ],
)
def test_each_edge_of_the_calendar(stage: S, day: float, expected: S) -> None:
    assert due_stage(stage, FULL, at(day)) is expected


@pytest.mark.parametrize(
    ("phases", "stage", "day", "expected"),
    [
        (AFTER, S.ADMISSION, 16, S.VOTING),
        (AFTER, S.VOTING, 20, S.VOTING),  # closed, and the commission's moment has not come
        (AFTER, S.VOTING, 21, S.EXPERT),
        (AFTER, S.EXPERT, 23.999, S.EXPERT),
        (AFTER, S.EXPERT, 24, S.DECISION),
        (AFTER, S.ADMISSION, 22, S.ADMISSION),  # the vote was missed: the commission does not overtake it
        (BEFORE, S.ADMISSION, 15.999, S.ADMISSION),
        (BEFORE, S.ADMISSION, 16, S.EXPERT),
        (BEFORE, S.EXPERT, 19, S.EXPERT),
        (BEFORE, S.EXPERT, 20, S.VOTING),
        (BEFORE, S.VOTING, 24, S.DECISION),
        (BEFORE, S.EXPERT, 24, S.EXPERT),  # the vote was missed
        (ALONE, S.ADMISSION, 16, S.EXPERT),
        (ALONE, S.EXPERT, 20, S.DECISION),
        (ALONE, S.ACCEPTING, 30, S.DECISION),  # a commission that nobody looked at may still have worked
    ],
)
def test_the_commission_after_before_and_without_a_vote(phases: list[Phase], stage: S, day: float, expected: S) -> None:
    assert due_stage(stage, phases, at(day)) is expected
    assert due_stage(stage, phases[::-1], at(day)) is expected


def test_the_order_of_stages_is_that_of_their_dates() -> None:
    assert order_of(AFTER) == order_of(FULL) == order_of(ALONE) == order_of([]) == list(K)
    assert order_of(BEFORE) == [K.ACCEPTING, K.ADMISSION, K.EXPERT, K.VOTING, K.DECISION]
    assert disorder(AFTER) == disorder(BEFORE) == disorder(ALONE) == {}
    overlapping = [*BEFORE[:2], Phase(K.EXPERT, at(16), at(21)), *BEFORE[3:]]
    assert disorder(overlapping) == {K.VOTING: "overlap"}


@pytest.mark.parametrize(
    ("phases", "stage", "day", "undecided", "admitted", "expected"),
    [
        (BEFORE, S.ADMISSION, 16, 1, 5, Hold.UNDECIDED),
        (BEFORE, S.ADMISSION, 16, 0, 0, Hold.NOTHING_ADMITTED),
        (BEFORE, S.ADMISSION, 99, 1, 5, Hold.UNDECIDED),  # only a vote can be missed
        (BEFORE, S.EXPERT, 18, 0, 5, None),
        (BEFORE, S.EXPERT, 21, 0, 5, None),
        (BEFORE, S.EXPERT, 24, 0, 5, Hold.MISSED),
        (AFTER, S.VOTING, 20, 0, 5, None),
        (AFTER, S.VOTING, 22, 0, 5, None),
        (ALONE, S.ADMISSION, 21, 0, 5, None),
    ],
)
def test_why_judging_is_held(
    phases: list[Phase], stage: S, day: int, undecided: int, admitted: int, expected: Hold | None
) -> None:
    assert held(stage, phases, at(day), undecided=undecided, admitted=admitted) is expected


def test_prolonging_the_commission_moves_the_vote_only_if_it_comes_later() -> None:
    assert prolonged(BEFORE, K.EXPERT, at(21))[K.VOTING] == Phase(K.VOTING, at(22), at(26))
    after = prolonged(AFTER, K.EXPERT, at(25))
    assert (after[K.VOTING], after[K.DECISION]) == (AFTER[2], Phase(K.DECISION, at(25), at(27)))


def test_a_vote_that_missed_its_time_never_opens_and_closes_in_one_breath() -> None:
    assert due_stage(S.ADMISSION, FULL, at(20)) is S.ADMISSION
    assert held(S.ADMISSION, FULL, at(20), undecided=0, admitted=3) is Hold.MISSED


def test_admission_without_dates_follows_reception() -> None:
    bare = [FULL[0], FULL[2]]
    assert due_stage(S.ACCEPTING, bare, at(10)) is S.ADMISSION
    assert due_stage(S.ACCEPTING, bare, at(16)) is S.VOTING


@pytest.mark.parametrize(
    ("day", "undecided", "admitted", "expected"),
    [
        (15, 4, 0, None),
        (16, 1, 5, Hold.UNDECIDED),
        (16, 0, 0, Hold.NOTHING_ADMITTED),
        (16, 0, 5, None),
        (21, 1, 5, Hold.MISSED),
    ],
)
def test_why_voting_is_held(day: int, undecided: int, admitted: int, expected: Hold | None) -> None:
    assert held(S.ADMISSION, FULL, at(day), undecided=undecided, admitted=admitted) is expected
    assert held(S.VOTING, FULL, at(day), undecided=undecided, admitted=admitted) is None


def test_a_phase_is_open_from_its_first_moment_up_to_its_last() -> None:
    assert is_open(FULL, K.VOTING, at(16))
    assert not is_open(FULL, K.VOTING, at(20))
    assert not is_open(FULL, K.VOTING, at(15.999))
    assert not is_open([], K.VOTING, at(16))


def test_disorder_names_the_phase() -> None:
    assert disorder(FULL) == {}
    assert disorder([Phase(K.ACCEPTING, at(3), at(3))]) == {K.ACCEPTING: "backwards"}
    assert disorder([FULL[0], Phase(K.VOTING, at(9), at(12))]) == {K.VOTING: "overlap"}


@given(calendars(), st.sampled_from(K), st.integers(1, 30))
def test_prolonging_keeps_order_and_moves_what_follows(phases: list[Phase], kind: K, days: int) -> None:
    old = {phase.kind: phase for phase in phases}
    if kind not in old:
        return
    new = prolonged(phases, kind, old[kind].closes_at + DAY * days)
    assert disorder(new.values()) == disorder(phases) == {}
    assert set(new) == set(old)
    for name, phase in new.items():
        order = order_of(phases)
        moved = DAY * days if order.index(name) > order.index(kind) else DAY * 0
        assert phase.opens_at == old[name].opens_at + moved


def test_prolonging_gives_dates_to_an_admission_that_had_none() -> None:
    new = prolonged([FULL[0], FULL[2]], K.ADMISSION, at(21))
    assert new[K.ADMISSION] == Phase(K.ADMISSION, at(10), at(21))
    assert new[K.VOTING] == Phase(K.VOTING, at(21), at(25))


def test_prolonging_never_shortens() -> None:
    with pytest.raises(ValueError, match="only be prolonged"):
        prolonged(FULL, K.VOTING, at(20))
    with pytest.raises(KeyError):
        prolonged(FULL[:1], K.VOTING, at(20))
