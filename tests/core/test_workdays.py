"""Days off: weekends, holidays, what decrees move, and what the law alone moves where there is no decree yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from elka.core.lifecycle import PhaseKind
from elka.data.workdays import decision_days, least_terms, workdays

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-23", ""),
        ("2026-11-22", "воскресенье"),
        ("2026-11-04", "День народного единства"),
        ("2026-01-09", "перенесённый выходной"),
        ("2026-12-31", "перенесённый выходной"),
        ("2025-11-01", ""),  # a working Saturday
        ("2025-11-03", "перенесённый выходной"),
        # Without a decree: 1 May 2027 is a Saturday, 9 May a Sunday, 12 June a Saturday.
        ("2027-05-03", "перенесённый выходной"),
        ("2027-05-04", ""),
        ("2027-05-10", "перенесённый выходной"),
        ("2027-06-14", "перенесённый выходной"),
        ("2027-01-08", "новогодние каникулы"),
        ("2027-01-11", ""),  # the weekend of 2–3 January is moved by decree alone
    ],
)
def test_a_day_is_off_for_a_reason(day: str, why: str) -> None:
    assert workdays().off(date.fromisoformat(day)) == why


def test_the_working_days_of_2026_are_those_of_the_production_calendar() -> None:
    first = date(2026, 1, 1)
    assert workdays().count(first, date(2026, 12, 31)) == 247
    assert [
        workdays().count(date(2026, month, 1), date(2026, month + 1, 1) - DAY) for month in (1, 2, 3, 5, 6, 11)
    ] == [
        15,
        19,
        21,
        19,
        21,
        20,
    ]


def test_terms_have_reasons() -> None:
    assert set(least_terms()) == set(PhaseKind)
    assert all(one.working_days and one.why for one in least_terms().values())
    assert least_terms()[PhaseKind.ADMISSION].working_days == 5
    assert decision_days() == 30
