"""Who may file what: every rule alone decides its own answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.eligibility import Entry, Filer, Rule, Terms, most_of, of_person, of_project, within_share

TODAY = date(2026, 11, 23)
OFFICES = frozenset({"municipality"})
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
    may_file=True,
    is_free=True,
    municipality_id=7,
    direction_id=1,
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
        ({"may_file": False}, Rule.FILER),
        ({"is_free": False}, Rule.STAGE),
        ({"municipality_id": 8}, Rule.PLACE),
        ({"direction_id": 3}, Rule.DIRECTION),
        ({"ends_on": None}, Rule.DATES),
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
        (replace(TERMS, max_age=35), Filer(age=36, confirmed=True), Rule.AGE),
        (TERMS, Filer(age=30, confirmed=False), Rule.CONFIRMED),
        (replace(TERMS, local_only=True), Filer(age=30, confirmed=True, municipality_id=8), Rule.LIVES),
        (replace(TERMS, local_only=True), Filer(age=30, confirmed=True), Rule.LIVES),
        (replace(TERMS, applicants=OFFICES), Filer(age=30, confirmed=True), Rule.APPLICANT),
        (TERMS, Filer(age=30, confirmed=True, offices=frozenset({7}), for_office=True), Rule.APPLICANT),
    ],
)
def test_rules_of_the_person(terms: Terms, filer: Filer, rule: Rule) -> None:
    assert [check.rule for check in of_person(terms, filer) if not check.ok] == [rule]


@pytest.mark.parametrize(
    ("terms", "filer"),
    [
        (replace(TERMS, max_age=35), Filer(age=35, confirmed=True)),
        (replace(TERMS, local_only=True), Filer(age=30, confirmed=True, municipality_id=7)),
        # Neither age nor home matter to an office.
        (
            replace(TERMS, applicants=OFFICES, min_age=60, local_only=True),
            Filer(age=30, confirmed=True, municipality_id=8, offices=frozenset({7}), for_office=True),
        ),
    ],
)
def test_who_may_file(terms: Terms, filer: Filer) -> None:
    assert all(check.ok for check in of_person(terms, filer))


def test_what_the_template_does_not_ask_is_not_judged() -> None:
    empty = replace(ENTRY, amount=0, cost=0, ends_on=None)
    assert failed(TERMS, empty) == [Rule.DATES, Rule.BUDGET, Rule.SUM]
    assert failed(replace(TERMS, asks_money=False, asks_dates=False), empty) == []
    assert failed(replace(TERMS, realised=True), empty) == []


@given(st.integers(1, 10**9), st.integers(1, 100))
def test_the_largest_share_is_allowed_and_one_more_rouble_is_not(cost: int, share: int) -> None:
    assert within_share(most_of(cost, share), cost, share)
    assert not within_share(most_of(cost, share) + 1, cost, share)
