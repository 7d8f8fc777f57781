"""The stages of a contest on a line of days: where they lie, what is worth a second look, how they are moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.lifecycle import Phase, PhaseKind, by_kind, disorder
from elka.core.timeline import About, Remark, length, line, moved, remarks, swapped
from elka.data.workdays import least_terms, workdays

ZONE = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)  # Monday
K = PhaseKind
LEAST = {kind: one.working_days for kind, one in least_terms().items()}


def phase(kind: PhaseKind, opens: str, closes: str) -> Phase:
    return Phase(
        kind, datetime.fromisoformat(opens).replace(tzinfo=ZONE), datetime.fromisoformat(closes).replace(tzinfo=ZONE)
    )


GOOD = [
    phase(K.ACCEPTING, "2026-11-30T09:00", "2026-12-18T18:00"),
    phase(K.ADMISSION, "2026-12-18T18:00", "2026-12-28T18:00"),
    phase(K.VOTING, "2026-12-29T09:00", "2027-01-22T18:00"),
    phase(K.DECISION, "2027-01-22T18:00", "2027-01-29T18:00"),
]


def said(phases: list[Phase], **more: int) -> list[tuple[PhaseKind, About]]:
    return [(one.kind, one.about) for one in remarks(phases, NOW, workdays(), LEAST, **more)]


def test_a_good_timeline_needs_no_second_look() -> None:
    assert said(GOOD) == []


def test_days_off_at_the_ends_are_named() -> None:
    found = remarks([phase(K.ACCEPTING, "2026-11-29T09:00", "2027-01-07T18:00")], NOW, workdays(), LEAST)
    assert [(one.end, one.why) for one in found if one.about is About.DAY_OFF] == [
        ("opens", "воскресенье"),
        ("closes", "новогодние каникулы"),
    ]


def test_a_short_stage_tells_how_short() -> None:
    short = [GOOD[0], phase(K.ADMISSION, "2026-12-18T18:00", "2026-12-23T18:00"), *GOOD[2:]]
    found = [one for one in remarks(short, NOW, workdays(), LEAST) if one.about is About.SHORT]
    assert found == [Remark(K.ADMISSION, About.SHORT, count=4, least=5)]


def test_gaps_are_told_in_days() -> None:
    gap = [GOOD[0], GOOD[1], phase(K.VOTING, "2027-01-11T09:00", "2027-01-22T18:00"), GOOD[3]]
    assert (K.VOTING, About.GAP) in said(gap)
    assert next(one.count for one in remarks(gap, NOW, workdays(), LEAST) if one.about is About.GAP) == 13


def test_a_check_without_dates_lasts_until_judging() -> None:
    assert said([GOOD[0], *GOOD[2:]]) == []
    at_once = [GOOD[0], phase(K.VOTING, "2026-12-18T18:00", "2027-01-22T18:00"), GOOD[3]]
    assert said(at_once) == [(K.VOTING, About.NO_CHECK)]


def test_results_want_a_date_and_a_law_may_want_it_soon() -> None:
    assert said(GOOD[:3]) == [(K.DECISION, About.NO_DECISION)]
    assert said(GOOD, decide_within=30) == [(K.DECISION, About.LATE)]
    assert said(GOOD, decide_within=60) == []


def test_a_reception_that_opens_at_once_is_told() -> None:
    begun = [phase(K.ACCEPTING, "2026-11-23T09:00", "2026-12-18T18:00"), *GOOD[1:]]
    assert said(begun) == [(K.ACCEPTING, About.BEGUN)]


def test_lengths_count_the_days_that_are_touched() -> None:
    assert length(phase(K.VOTING, "2026-11-23T09:00", "2026-11-27T18:00"), workdays()) == (5, 5)
    assert length(phase(K.VOTING, "2026-11-23T09:00", "2026-11-28T00:00"), workdays()) == (5, 5)
    assert length(phase(K.VOTING, "2026-11-28T09:00", "2026-11-29T10:00"), workdays()) == (2, 0)


def test_an_empty_line_is_none() -> None:
    assert line([], NOW, workdays()) is None


def test_the_line_marks_today_and_months() -> None:
    found = line(GOOD, NOW, workdays())
    assert found.today is None, "the contest begins next week"
    assert [day.month for day, _ in found.months] == [12, 1]
    begun = line([phase(K.ACCEPTING, "2026-11-21T09:00", "2026-11-25T12:00")], NOW, workdays())
    assert begun.today == pytest.approx(50, abs=7)
    assert sum(bar.width for bar in begun.off) == pytest.approx(2 / begun.days * 100, abs=0.1)


moments = st.integers(-8_000, 20_000).map(lambda hours: NOW + timedelta(hours=hours))
phases = st.lists(
    st.builds(
        lambda kind, opens, hours: Phase(kind, opens, opens + timedelta(hours=hours)),
        st.sampled_from(K),
        moments,
        st.integers(1, 24 * 90),
    ),
    unique_by=lambda one: one.kind,
    min_size=1,
)


@settings(deadline=None)
@given(phases, moments)
def test_everything_lies_on_the_line(some: list[Phase], now: datetime) -> None:
    found = line(some, now, workdays())
    assert set(found.stages) == {one.kind for one in some}
    for bar in (*found.stages.values(), *found.off):
        assert 0 <= bar.left <= bar.left + bar.width <= 100.001
    assert all(0 <= left < 100 for _, left in found.months)
    assert found.today is None or 0 <= found.today <= 100
    for one in remarks(some, now, workdays(), LEAST, decide_within=30):
        assert one.about in About


@settings(deadline=None)
@given(phases, st.integers(-400, 400))
def test_moving_keeps_lengths_and_there_and_back_is_home(some: list[Phase], days: int) -> None:
    by = timedelta(days=days)
    there = moved(some, by)
    assert by_kind(moved(there.values(), -by).values()) == by_kind(some)
    for one in some:
        assert there[one.kind].closes_at - there[one.kind].opens_at == one.closes_at - one.opens_at


@settings(deadline=None)
@given(phases)
def test_judging_in_the_other_order_takes_the_same_time(some: list[Phase]) -> None:
    kinds = {one.kind for one in some}
    if not {K.VOTING, K.EXPERT} <= kinds:
        with pytest.raises(ValueError, match="nothing to swap"):
            swapped(some)
        return
    was = {one.kind: one for one in some if one.kind in (K.VOTING, K.EXPERT)}
    now = swapped(some)
    assert {kind: one.closes_at - one.opens_at for kind, one in now.items()} == {
        kind: one.closes_at - one.opens_at for kind, one in was.items()
    }
    assert min(one.opens_at for one in now.values()) == min(one.opens_at for one in was.values())
    assert not disorder(now.values())
    if not disorder(was.values()):
        assert by_kind(swapped(now.values()).values()) == by_kind(was.values())
