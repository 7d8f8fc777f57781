"""Who may file what: every rule alone decides its own answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.eligibility import Entry, Filer, Rule, Terms, most_of, of_person, of_project, within_share

TODAY = date(2026, 11, 23)
TERMS = Terms(
    is_open=True,
    min_age=16,
    group_min=3,
    min_cost=50_000,
    max_cost=500_000,
    max_share=90,
    municipality_id=7,
    directions=frozenset({1, 2}),
)
ENTRY = Entry(
    is_author=True,
    is_published=True,
    is_ready=True,
    municipality_id=7,
    direction_id=1,
    empty_texts=(),
    starts_on=date(2027, 3, 1),
    ends_on=date(2027, 9, 30),
    cost=350_000,
    amount=300_000,
    group=3,
)


def failed(terms: Terms, entry: Entry) -> list[Rule]:
    return [check.rule for check in of_project(terms, entry, TODAY) if not check.ok]


def test_a_good_project_passes_everything() -> None:
    assert failed(TERMS, ENTRY) == []
    assert all(check.ok for check in of_person(TERMS, Filer(age=16, confirmed=True)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_author": False}, Rule.AUTHOR),
        ({"is_published": False}, Rule.PUBLISHED),
        ({"is_ready": False}, Rule.STAGE),
        ({"municipality_id": 8}, Rule.PLACE),
        ({"direction_id": 3}, Rule.DIRECTION),
        ({"empty_texts": ("problem",)}, Rule.TEXTS),
        ({"starts_on": None}, Rule.DATES),
        ({"ends_on": TODAY}, Rule.DATES),
        ({"amount": 49_999}, Rule.SUM),
        ({"amount": 500_001, "cost": 900_000}, Rule.SUM),
        ({"amount": 315_001}, Rule.SHARE),
        ({"group": 2}, Rule.GROUP),
    ],
)
def test_one_flaw_fails_one_rule(change: dict[str, object], rule: Rule) -> None:
    assert failed(TERMS, replace(ENTRY, **change)) == [rule]


def test_nothing_asked_is_no_budget() -> None:
    assert failed(TERMS, replace(ENTRY, amount=0)) == [Rule.BUDGET, Rule.SUM]


def test_a_region_and_any_direction() -> None:
    assert failed(replace(TERMS, municipality_id=None, directions=frozenset()), replace(ENTRY, direction_id=9)) == []


@pytest.mark.parametrize(
    ("terms", "filer", "rule"),
    [
        (replace(TERMS, is_open=False), Filer(age=30, confirmed=True), Rule.OPEN),
        (TERMS, Filer(age=15, confirmed=True), Rule.AGE),
        (TERMS, Filer(age=30, confirmed=False), Rule.CONFIRMED),
    ],
)
def test_rules_of_the_person(terms: Terms, filer: Filer, rule: Rule) -> None:
    assert [check.rule for check in of_person(terms, filer) if not check.ok] == [rule]


@given(st.integers(1, 10**9), st.integers(1, 100))
def test_the_largest_share_is_allowed_and_one_more_rouble_is_not(cost: int, share: int) -> None:
    assert within_share(most_of(cost, share), cost, share)
    assert not within_share(most_of(cost, share) + 1, cost, share)
