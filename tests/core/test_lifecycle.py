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
    prolonged,
)

S, K = ContestStage, PhaseKind
START = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = [S.ANNOUNCED, S.ACCEPTING, S.ADMISSION, S.VOTING, S.DECISION, S.AWARDED, S.CLOSED]


def at(day: float) -> datetime:
    return START + DAY * day


FULL = [
    Phase(K.ACCEPTING, at(0), at(10)),
    Phase(K.ADMISSION, at(10), at(15)),
    Phase(K.VOTING, at(16), at(20)),
    Phase(K.DECISION, at(20), at(25)),
]


@st.composite
def calendars(draw: st.DrawFn) -> list[Phase]:
    """Any phases in order, with gaps, any of them absent."""
    kinds = [kind for kind in K if draw(st.booleans())]
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
        assert ORDER.index(step) > ORDER.index(stage)
    reached = due_stage(stage, phases, at(day))
    assert next_due(reached, phases, at(day)) is None


@given(calendars(), st.integers(-3, 70), st.integers(0, 70))
def test_looking_often_or_seldom_makes_no_difference_before_voting(phases: list[Phase], day: int, more: int) -> None:
    often = due_stage(due_stage(S.ANNOUNCED, phases, at(day)), phases, at(day + more))
    seldom = due_stage(S.ANNOUNCED, phases, at(day + more))
    # The one difference: a vote seen open is closed, one that nobody opened in time stays to be dated anew.
    assert often is seldom or (seldom in {S.ANNOUNCED, S.ADMISSION} and often in {S.VOTING, S.DECISION})


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
        moved = DAY * days if list(K).index(name) > list(K).index(kind) else DAY * 0
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
