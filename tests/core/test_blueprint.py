"""The document of a contest: reading back is the identity, garbage and what cannot be run is refused in words."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.blueprint import (
    At,
    BadTemplate,
    Basics,
    Blueprint,
    Categories,
    Category,
    Criterion,
    Mark,
    Stage,
    Timeline,
    Voting,
    Winning,
    day_of,
    moment_of,
    next_weekday,
)
from elka.core.formspec import troubles
from elka.data.contest_templates import ready_templates
from tests.core.formspecs import templates

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
keys = st.sampled_from(["sport", "culture", "north"])
moments = st.builds(At, day=st.integers(-30, 400), time=st.times())


def ordered(low: st.SearchStrategy[int], high: int) -> st.SearchStrategy[tuple[int, int]]:
    return low.flatmap(lambda first: st.tuples(st.just(first), st.integers(first, high)))


@st.composite
def blueprints(draw: Callable[..., Any]) -> Blueprint:
    """Any document that makes sense."""
    kind = draw(st.sampled_from(["municipal", "regional", "individuals", "realised"]))
    local = kind != "regional" and draw(st.booleans())
    min_cost, max_cost = draw(ordered(st.integers(1, 10**9), 10**12))
    min_age, max_age = draw(ordered(st.integers(14, 100), 120))
    applicants = ["resident", "group", "organization", *(["municipality"] if kind == "regional" else [])]
    stages = []
    for name in draw(
        st.lists(st.sampled_from(["accepting", "admission", "voting", "expert", "decision"]), unique=True)
    ):
        first, second = sorted(draw(st.lists(moments, min_size=2, max_size=2)), key=lambda at: (at.day, at.time))
        if (first.day, first.time) != (second.day, second.time):
            stages.append(Stage(kind=name, opens=first, closes=second))
    rows = [
        Category(
            name=draw(words),
            budget=draw(st.none() | st.integers(1, 10**12)),
            places=draw(st.none() | st.integers(1, 100)),
            people_from=low,
            vote_limit=draw(st.none() | st.integers(1, 1000)),
            people_below=low + size if size else None,
            directions=tuple(draw(st.lists(keys, unique=True))),
        )
        for low, size in draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=4))
    ]
    criteria = st.builds(
        Criterion,
        name=words,
        hint=words,
        weight=st.integers(0, 100),
        most=st.integers(1, 100),
        marks=st.lists(st.builds(Mark, mark=st.integers(0, 100), text=words), max_size=3).map(tuple),
        category=st.none() | st.integers(0, len(rows) - 1) if rows else st.none(),
    )
    return Blueprint(
        name=draw(words),
        sample=draw(st.booleans()),
        basics=Basics(
            kind=kind,
            title=draw(words.filter(bool)),
            summary=draw(words),
            rules=draw(words),
            budget=draw(st.integers(1, 10**12)),
            min_cost=min_cost,
            max_cost=max_cost,
            min_age=min_age,
            max_age=draw(st.sampled_from([None, max_age])),
            applicants=tuple(draw(st.lists(st.sampled_from(applicants), unique=True))),
            local_only=local,
            directions=tuple(draw(st.lists(keys, unique=True))),
        ),
        voting=draw(
            st.builds(
                Voting,
                kind=st.sampled_from(["approval", "knapsack"]),
                limit=st.none() | st.integers(1, 1000),
                age=st.integers(14, 100),
                local_only=st.just(local),
                may_change=st.booleans(),
                figures_hidden=st.booleans(),
                min_votes=st.integers(0, 1000),
            )
        ),
        winning=draw(
            st.builds(
                Winning,
                by=st.sampled_from(["votes", "scores", "both"]),
                allot=st.sampled_from(["budget", "places"]),
                places=st.none() | st.integers(1, 50),
                min_score=st.integers(0, 10_000),
            )
        ),
        timeline=Timeline(weekday=draw(st.integers(0, 6)), stages=tuple(stages)),
        categories=Categories(basis=draw(st.sampled_from([None, "population", "nomination"])), rows=tuple(rows)),
        form=draw(templates()),
        criteria=tuple(draw(st.lists(criteria, max_size=3))),
    )


@settings(deadline=None)
@given(blueprints())
def test_export_then_import_is_the_identity(one: Blueprint) -> None:
    text = json.dumps(one.dump(), ensure_ascii=False)
    again = Blueprint.read(text)
    assert again == one
    assert json.dumps(again.dump(), ensure_ascii=False) == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_garbage_is_refused_in_russian(value: object) -> None:
    for obj in (
        value,
        {"format": "elka-contest", "version": 1, "basics": value},
        {"format": "elka-contest", "a": value},
    ):
        with pytest.raises(BadTemplate) as refused:
            Blueprint.load(obj)
        assert any("а" <= letter <= "я" for letter in refused.value.message)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BadTemplate):
        Blueprint.read(text)


def paths(value: object, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, one in inside for found in [(*here, name), *paths(one, (*here, name))]]


REGIONAL = ready_templates()["regional"].dump()


@settings(deadline=None)
@given(st.sampled_from(paths(REGIONAL)), json_values)
def test_a_spoiled_template_is_read_or_refused_and_never_a_fault(path: tuple[Any, ...], value: object) -> None:
    spoiled = copy.deepcopy(REGIONAL)
    place: Any = spoiled
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    try:
        one = Blueprint.load(spoiled)
    except BadTemplate:
        return
    assert Blueprint.load(one.dump()) == one


def _with(path: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(REGIONAL)
    place: Any = changed
    *before, last = path.split(".")
    for name in before:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("winning.by", "knapsack", "Победители: шаблон просит то, чего эта ЕЛКА не умеет: «winning.by» = «knapsack»"),
        ("voting.method", "ranked", "Голосование: шаблон просит то, чего эта ЕЛКА не умеет: «voting.method»"),
        ("voting.anonymous", True, "чего эта ЕЛКА не умеет"),
        ("basics.kind", "federal", "Основное: шаблон просит то, чего эта ЕЛКА не умеет: «basics.kind» = «federal»"),
        ("capital", {"threshold": 50}, "чего эта ЕЛКА не умеет: «capital»"),
        ("version", 2, "в более новой ЕЛКЕ"),
        ("format", "elka-form", "Это не шаблон конкурса"),
        ("basics.min_cost", 10**11, "В шаблоне противоречие: наименьшая сумма"),
        ("basics.local_only", True, "нельзя ограничить жителями одного места"),
        ("basics.kind", "municipal", "муниципалитеты подают заявки только в региональный"),
        ("basics.max_age", 15, "возраст «от» больше"),
        ("basics.title", "щ\x00", "знаки, которые нельзя хранить"),
        ("timeline.stages.0.closes.day", -5, "этап кончается раньше"),
        ("timeline.stages.1.kind", "accepting", "один этап указан дважды"),
        ("timeline.stages.0.opens.time", "09:00+03:00", "часовой пояс"),
        ("categories.rows.1.people_below", 5, "нижняя граница"),
        ("criteria.0.category", 9, "к категории, которой нет"),
        ("form.fields.1.kind", "signature", "Форма заявки в шаблоне: поле 2: такого вида поля нет"),
        ("form.fields.1.key", "summary", "повторяется ключ поля"),
        ("form.fields.1.of_project", "summary", "два поля об одной части проекта"),
        ("basics.budget", "много", "Основное: неверное значение «basics.budget»"),
    ],
)
def test_what_cannot_be_run_or_contradicts_itself_is_refused_in_words(path: str, value: object, told: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        Blueprint.load(_with(path, value))
    assert told in refused.value.message


def test_files_have_a_size() -> None:
    with pytest.raises(BadTemplate, match="слишком велик"):
        Blueprint.read(" " * 200_001 + "{}")
    with pytest.raises(BadTemplate):
        Blueprint.read('{"format":"elka-contest","a":' + "[" * 5_000 + "]" * 5_000 + "}")


def test_the_ready_templates_are_whole() -> None:
    found = ready_templates()
    assert list(found) == ["municipal", "regional", "individuals", "realised"]
    for one in found.values():
        assert one.sample
        assert "для примера" in one.note
        assert troubles(one.form) == {}
        assert sum(criterion.weight for criterion in one.criteria) == 100
        assert 0 < len(one.note) <= 200
    regional, municipal, individuals, realised = (
        found[name] for name in ("regional", "municipal", "individuals", "realised")
    )
    assert [row.people_below for row in regional.categories.rows] == [10_000, 100_000, None]
    assert (regional.basics.max_share, regional.basics.max_cost, regional.voting.limit) == (70, 10_000_000, None)
    assert (municipal.basics.group_min, municipal.basics.min_age) == (10, 16)
    assert (individuals.basics.min_age, individuals.basics.min_cost, individuals.basics.max_cost) == (
        14,
        50_000,
        1_000_000,
    )
    assert len(individuals.basics.directions) == 18
    assert realised.categories.basis == "nomination"


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 6))
def test_days_of_the_week_are_kept(since: date, weekday: int) -> None:
    found = next_weekday(since, weekday)
    assert (found.weekday(), since <= found < since + timedelta(days=7)) == (weekday, True)


@settings(deadline=None)
@given(st.integers(-1800, 1800), st.times(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_moments_come_back(day: int, at: time, base: date) -> None:
    assert day_of(moment_of(At(day=day, time=at), base), base) == At(day=day, time=at)
