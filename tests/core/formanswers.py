"""Answers to draw in property tests: right ones, and whatever may come from outside.

``answers_for(spec)`` are right, so that nothing is wrong with them; ``any_answers(spec)`` mix right ones with garbage;
``typed()`` is what a control may send.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from elka.core.formfields import (
    MONEY_MAX,
    NUMBER_MAX,
    AnyField,
    BudgetField,
    ChoiceField,
    ChoicesField,
    DateField,
    FieldKind,
    FilesField,
    NumberField,
    PeopleField,
    ProjectPart,
    ScheduleField,
)
from elka.core.formrows import AMOUNT_MAX, MEGABYTE, SOURCES
from elka.core.formspec import FormSpec, shown
from tests.core.formparts import FIRST, LAST, LETTERS, json_values, named, pair, words


def typed() -> st.SearchStrategy[Any]:
    """Draw what a control may send: garbage, and what is nearly right for one kind or another."""
    row = st.fixed_dictionaries(
        {},
        optional={
            "name": json_values | words,
            "quantity": json_values,
            "amount": json_values | st.sampled_from(["1 200 ₽", "0", 5]),
            "source": json_values | st.sampled_from(SOURCES),
            "starts_on": json_values | st.sampled_from(["2027-03-01", "1.3.2027", "31.02.2027"]),
            "ends_on": json_values,
            "person_id": json_values,
            "id": json_values,
            "size": json_values,
            "sha256": json_values | st.just("ab" * 32),
            "lat": json_values | st.floats(57, 67),
            "lon": json_values | st.floats(58, 87),
        },
    )
    return (
        json_values
        | row
        | st.lists(row, max_size=3)
        | st.binary(max_size=4)
        | st.dates()
        | st.text(string.digits + " .,-+₽eE:/[]{}\"'", max_size=24)
        | st.text(string.ascii_lowercase + ":/.@?#%[]\\ыё", max_size=24).map(lambda text: f"https://{text}")
        | st.sampled_from(["[" * 20_000, "x" * 100_001, "1" * 5000, object(), "61.0, 69.0", "on", ["a", "a"]])
    )


@st.composite
def answers_for(draw: st.DrawFn, spec: FormSpec) -> dict[str, Any]:
    """Draw answers with which nothing is wrong: every required question that is shown, and some of the others."""
    answers: dict[str, Any] = {}
    for key, field in spec.by_key.items():
        if field.kind is FieldKind.SECTION or key not in shown(spec, answers):
            continue
        if field.required or draw(st.booleans()):
            answers[key] = draw(right(field))
    return answers


def any_answers(spec: FormSpec) -> st.SearchStrategy[dict[str, Any]]:
    """Draw answers to some of the questions, right or not, hidden ones among them."""
    return st.fixed_dictionaries({}, optional={key: right(field) | json_values for key, field in spec.by_key.items()})


def right(field: AnyField) -> st.SearchStrategy[Any]:
    """Draw an answer to one field as it is kept; nothing if the field allows none."""
    return RIGHT[field.kind](field)


def _number(field: NumberField) -> st.SearchStrategy[float]:
    scale = 10**field.digits
    least = -NUMBER_MAX if field.least is None else field.least
    most = NUMBER_MAX if field.most is None else field.most
    return _between(least * scale, most * scale).map(lambda found: _plain(Decimal(found) / scale))


def _date(field: DateField) -> st.SearchStrategy[str]:
    earliest, latest = max(field.earliest or FIRST, FIRST), min(field.latest or LAST, LAST)
    return st.dates(earliest, latest).map(date.isoformat) if earliest <= latest else st.nothing()


def _choice(field: ChoiceField) -> st.SearchStrategy[str]:
    if field.of_project in (ProjectPart.DIRECTION, ProjectPart.SETTLEMENT):
        return st.integers(1, 10**9 - 1).map(str)
    return st.sampled_from([option.value for option in field.options]) if field.options else st.nothing()


def _schedule(field: ScheduleField) -> st.SearchStrategy[list[dict[str, str]]]:
    days = pair(st.dates(FIRST, LAST).map(date.isoformat))
    row = st.tuples(named, days).map(lambda found: {"name": found[0], "starts_on": found[1][0], "ends_on": found[1][1]})
    return st.lists(row, min_size=1, max_size=min(3, field.most_rows))


def _people(field: PeopleField) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.integers(1, 10**9).map(
        lambda first: [{"person_id": first + place, "duty": ""} for place in range(field.least)]
    )


def _lines(least: int, most: int) -> st.SearchStrategy[str]:
    if least > most:
        return st.nothing()
    inner = st.text(LETTERS + "aя-", max_size=min(most, least + 20))
    return inner.map(lambda text: " ".join(text.split())[:most].strip().ljust(least, "о") or "о")


def _between(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most) if least <= most else st.nothing()


def _plain(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def _chosen(field: ChoicesField) -> st.SearchStrategy[list[str]]:
    values = list(dict.fromkeys(option.value for option in field.options))
    least, most = max(1, field.least), len(values) if field.most is None else min(field.most, len(values))
    if least > most:
        return st.nothing()
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True).map(
        lambda found: [value for value in values if value in found]
    )


def _files(field: FilesField) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries(
        {
            "id": st.integers(1, 2**63 - 1),
            "name": named,
            "size": st.integers(0, field.max_mb * MEGABYTE),
            "sha256": st.text("0123456789abcdef", min_size=64, max_size=64),
        }
    )
    return st.lists(row, min_size=1, max_size=min(2, field.most_files))


@st.composite
def _budgets(draw: st.DrawFn, field: BudgetField) -> list[dict[str, Any]]:
    """Draw a budget within the shares: each source gets its least, the rest goes wherever there is room."""
    limits = {share.source: (share.least, share.most) for share in field.shares}
    parts = {source: limits.get(source, (0, 100))[0] for source in SOURCES}
    for source in draw(st.permutations(SOURCES)):
        parts[source] += min(100 - sum(parts.values()), limits.get(source, (0, 100))[1] - parts[source])
    percent = draw(st.integers(1, AMOUNT_MAX // 100))
    return [
        {"name": draw(named), "quantity": draw(st.just("") | named), "amount": part * percent, "source": source}
        for source, part in parts.items()
        if part > 0
    ]


def _degrees(least: int, most: int) -> st.SearchStrategy[float]:
    return st.floats(least, most).map(lambda found: round(found, 6))


RIGHT: dict[FieldKind, Callable[[Any], st.SearchStrategy[Any]]] = {
    FieldKind.LINE: lambda field: _lines(max(1, field.min_length), field.max_length),
    FieldKind.TEXT: lambda field: _lines(max(1, field.min_length), field.max_length),
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: lambda field: _between(field.least or 0, MONEY_MAX if field.most is None else field.most),
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _chosen,
    FieldKind.FILES: _files,
    FieldKind.BUDGET: _budgets,
    FieldKind.SCHEDULE: _schedule,
    FieldKind.POINT: lambda _: st.fixed_dictionaries({"lat": _degrees(57, 67), "lon": _degrees(58, 87)}),
    FieldKind.PEOPLE: _people,
    FieldKind.LINK: lambda _: st.builds(
        "{}://{}.{}{}".format,
        st.sampled_from(["http", "https"]),
        st.text(string.ascii_lowercase + "ыё", min_size=1, max_size=20),
        st.sampled_from(["ru", "рф", "museum", "xn--p1ai"]),
        st.sampled_from(["", "/", ":8080/путь?a=1#x"]),
    ),
    FieldKind.CONSENT: lambda _: st.just(True),
    FieldKind.SECTION: lambda _: st.nothing(),
}
