"""Figures inside messages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.formrows import SOURCES
from elka.core.formwords import SOURCES_OF, counted, day, money, number, percent
from elka.ui import labels
from tests.words import plain


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (1_200_000, "1 200 000"), (-1500, "−1 500"), (0.5, "0,5"), (1200.25, "1 200,25"), (12.0, "12")],
)
def test_numbers(value: float, words: str) -> None:
    assert plain(number(value)) == words


@given(st.integers(-(10**12), 10**12))
def test_core_and_the_interface_write_alike(value: int) -> None:
    assert number(value) == labels.number(value)
    assert money(value) == labels.money(value)
    assert counted(abs(value), "знак", "знака", "знаков") == labels.plural(abs(value), "знак", "знака", "знаков")


def test_days_and_sources() -> None:
    assert day(date(2027, 3, 1)) == "01.03.2027"
    assert day(date(202, 3, 1)) == "01.03.0202"
    assert tuple(SOURCES_OF) == SOURCES


@pytest.mark.parametrize(
    ("part", "whole", "beside", "words"),
    [
        (94, 100, 90, "94 %"),
        (90, 100, 90, "90 %"),
        (904, 1000, 90, "90,4 %"),
        (9004, 10_000, 90, "90,04 %"),
        (8996, 10_000, 90, "89,96 %"),
        (9 * 10**9 + 1, 10**10, 90, "чуть больше 90 %"),
        (9 * 10**9 - 1, 10**10, 90, "чуть меньше 90 %"),
        (1, 3, 90, "33 %"),
        (0, 5, 5, "0 %"),
    ],
)
def test_a_share_never_looks_like_the_limit_that_it_breaks(part: int, whole: int, beside: int, words: str) -> None:
    assert plain(percent(part, whole, beside=beside)) == words
