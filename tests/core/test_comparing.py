"""Comparing rules: figures by hand, invariants on any votes, and a picture that is kept whole."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.comparing import Cast, as_facts, compare, figures_of, from_facts, inequality, rules_for
from elka.core.counting import count_by
from elka.core.profile import Profile, Project, VoteType
from elka.core.verdicts import CountTerms, Rule
from tests.core.profiles import profiles


def cast_of(profile: Profile) -> Cast:
    count = len(profile.projects)
    return Cast(profile, tuple("АБ"[one % 2] for one in range(count)), tuple("xyz"[one % 3] for one in range(count)))


def town() -> Cast:
    """Six people of a town vote for two dear projects, three of a village for its cheap one; money for one dear or both."""
    projects = [Project("a", 60, "Площадь"), Project("b", 60, "Сквер"), Project("c", 30, "Колодец")]
    profile = Profile.of(VoteType.APPROVAL, projects, 120, [["a", "b"]] * 6 + [["c"]] * 3)
    homes = np.array([0] * 6 + [1] * 3, dtype=np.int32)
    return Cast(profile, ("Город", "Город", "Село"), ("Спорт", "Спорт", ""), homes, ("Город", "Село"))


def test_a_village_gets_its_share_by_equal_shares_and_nothing_by_votes() -> None:
    found = compare(town(), budget=120, seed="s")
    by = {one.rule: one for one in found.rules}
    greedy, shares = by["greedy"], by["mes"]
    assert (greedy.winners, greedy.cost, greedy.represented) == (2, 120, 6)
    assert (shares.winners, shares.cost, shares.represented) == (2, 90, 9)
    assert [(one.name, one.money, one.people, one.represented) for one in greedy.places] == [
        ("Город", 120, 6, 6),
        ("Село", 0, 3, 0),
    ]
    assert [(one.name, one.money, one.represented) for one in shares.places] == [("Город", 60, 6), ("Село", 30, 3)]
    assert greedy.mean_winners == pytest.approx(12 / 9)
    assert greedy.mean_money == pytest.approx(120 * 6 / 9)
    assert greedy.gini == pytest.approx(1 / 3)
    lines = {one.id: one for one in found.projects}
    assert lines["c"].is_disputed
    assert lines["c"].name == "Колодец"
    assert "Не хватило бюджета" in lines["c"].why[0]
    assert "Победил в раунде" in lines["c"].why[1]
    assert found.projects[-1].id in {"a", "b"}  # what all rules agree on comes last
    assert not found.projects[-1].is_disputed


@given(profile=profiles())
def test_figures_fit_the_count(profile: Profile) -> None:
    cast = cast_of(profile)
    for rule in rules_for(profile.kind):
        found = count_by(rule, profile, CountTerms(), seed="s")
        figures = figures_of(found, cast)
        won = set(found.winners)
        assert figures.winners == len(won)
        assert sum(one.money for one in figures.places) == figures.cost == found.cost <= profile.budget
        assert sum(one.winners for one in figures.directions) == figures.winners
        assert sum(one.votes for one in figures.places) == int(profile.votes().sum())
        assert 0 <= figures.represented <= profile.voters
        assert 0 <= figures.gini <= 1
        assert 0 <= figures.lower_half <= 0.5 + 1e-9
        rows = [profile.indices[a:b] for a, b in zip(profile.indptr, profile.indptr[1:], strict=False)]
        given_points = (
            [None] * profile.rows
            if profile.points is None
            else [profile.points[a:b] for a, b in zip(profile.indptr, profile.indptr[1:], strict=False)]
        )
        seen = sum(
            (1 if profile.weights is None else int(profile.weights[number]))
            for number, (row, points) in enumerate(zip(rows, given_points, strict=True))
            if any(profile.ids[one] in won and (points is None or points[place] > 0) for place, one in enumerate(row))
        )
        assert figures.represented == seen


@given(profile=profiles())
def test_a_picture_is_kept_whole(profile: Profile) -> None:
    told: list[tuple[int, int]] = []
    found = compare(cast_of(profile), budget=profile.budget, seed="s", told=lambda done, of: told.append((done, of)))
    assert from_facts(json.loads(json.dumps(as_facts(found)))) == found
    count = len(rules_for(profile.kind))
    assert told == sorted(told)
    assert list(dict.fromkeys(told)) == [(done, count) for done in range(count + 1)]
    assert [len(one.won) for one in found.projects] == [count] * len(profile.projects)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 5)), min_size=1, max_size=30))
def test_inequality_is_that_of_the_people_one_by_one(rows: list[tuple[int, int]]) -> None:
    money, weights = (np.array(one, dtype=np.int64) for one in zip(*rows, strict=True))
    gini, lower = inequality(money, weights)
    people = sorted(one for one, times in rows for _ in range(times))
    whole, count = sum(people), len(people)
    if not whole:
        assert (gini, lower) == (0.0, 0.5)
        return
    exact = sum(abs(a - b) for a in people for b in people) / (2 * count * whole)
    assert gini == pytest.approx(exact, abs=1e-9)
    if count % 2 == 0:
        assert lower == pytest.approx(sum(people[: count // 2]) / whole, abs=1e-9)


def test_rules_fit_the_ballots() -> None:
    assert Rule.BORDA in rules_for(VoteType.ORDINAL)
    assert Rule.SCORES in rules_for(VoteType.CUMULATIVE)
    assert {Rule.BORDA, Rule.SCORES}.isdisjoint(rules_for(VoteType.APPROVAL))


def test_known_turnout_stands_for_homes() -> None:
    cast = town()
    known = Cast(cast.profile, cast.places, cast.directions, turnout={"Город": 6})
    places = compare(known, budget=120, seed="s").rules[0].places
    assert [(one.name, one.people, one.represented) for one in places] == [("Город", 6, None), ("Село", None, None)]
