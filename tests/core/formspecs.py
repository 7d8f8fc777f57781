"""Templates and answers to draw in property tests: right ones, rough ones and whatever may come from outside.

``templates()`` make sense and can be answered; ``rough_templates()`` only load. ``answers_for(spec)`` are right, so that
nothing is wrong with them; ``any_answers(spec)`` mix right ones with garbage; ``typed()`` is what a control may send.
"""

from __future__ import annotations

import operator
import string
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from elka.core.formfields import (
    FIELD,
    MONEY_MAX,
    NUMBER_MAX,
    OPTIONS_MAX,
    AnyField,
    Audience,
    BudgetField,
    Choice,
    ChoiceField,
    ChoicesField,
    Condition,
    ConsentField,
    DateField,
    FieldKind,
    FilesField,
    FileType,
    LineField,
    LinkField,
    MoneyField,
    NumberField,
    PeopleField,
    PointField,
    ProjectPart,
    ScheduleField,
    SectionField,
    SourceShare,
    Test,
    TextField,
)
from elka.core.formrows import AMOUNT_MAX, MEGABYTE, SOURCES
from elka.core.formspec import FormSpec, shown

SETTINGS = {"deadline": None}  # the machine may be busy; how fast it is, is measured elsewhere
FIRST, LAST = date(1800, 1, 1), date(2200, 12, 31)
KEYS = (*"abcdefgh", "title", "json", "class", "model_config", "field_0", "spec", "copy")
LETTERS = "абвгдеёжзийклмн "

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
named = st.text(LETTERS + string.ascii_letters, min_size=1, max_size=20).map(lambda text: f"о{text.strip()}")
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\x00", "\ud800", "", " ", "true", "[]", "{}", "[[[", "NaN", "null", '[{"name": "x"}]']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


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


# Templates


@st.composite
def templates(draw: st.DrawFn) -> FormSpec:
    """Draw a template that makes sense: its parts of the project, fields of every kind, conditions that can be met."""
    always = [
        LineField(key="title", label="Название", of_project=ProjectPart.TITLE, min_length=draw(st.integers(0, 9))),
        ChoiceField(key="direction", label="Направление", of_project=ProjectPart.DIRECTION),
        ChoiceField(key="settlement", label="Населённый пункт", of_project=ProjectPart.SETTLEMENT),
    ]
    kinds = draw(st.lists(st.sampled_from(list(FieldKind)), max_size=9))
    once = {FieldKind.BUDGET, FieldKind.PEOPLE}
    kinds = [kind for place, kind in enumerate(kinds) if kind not in once or kind not in kinds[:place]]
    own = [draw(_right_field(kind, f"k{place}")) for place, kind in enumerate(kinds)]
    fields: list[AnyField] = []
    for field in draw(st.permutations([*always, *own])):
        if field.of_project is None:
            condition = draw(st.none() | _right_condition(fields))
            fields.append(field.model_copy(update={"shown_if": condition}))
        else:
            fields.append(field)
    return FormSpec(fields=tuple(fields))


@st.composite
def _right_field(draw: st.DrawFn, kind: FieldKind, key: str) -> AnyField:
    common = st.fixed_dictionaries(
        {
            "label": named,
            "hint": st.just("") | words,
            "example": st.just("") | words,
            "required": st.booleans(),
            "audience": st.sampled_from(Audience),
            "hidden_from_experts": st.booleans(),
        }
    )
    own = draw(SETTINGS_OF[kind]) if kind in SETTINGS_OF else {}
    return FIELD.validate_python({"kind": kind, "key": key, **draw(common), **own})


def _pair(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    return st.tuples(values, values).map(lambda pair: (min(pair), max(pair)))


def _limits(least: str, most: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw limits that do not cross; either may be absent."""
    return st.tuples(_pair(values), st.booleans(), st.booleans()).map(
        lambda found: {least: found[0][0] if found[1] else None, most: found[0][1] if found[2] else None}
    )


def _lengths() -> st.SearchStrategy[dict[str, int]]:
    return _pair(st.integers(0, 40)).map(lambda pair: {"min_length": pair[0], "max_length": max(1, pair[1])})


@st.composite
def _several(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(_options())
    least, most = draw(_pair(st.integers(0, len(options))))
    return {"options": options, "least": least, "most": draw(st.none() | st.just(max(1, most)))}


def _options() -> st.SearchStrategy[tuple[Choice, ...]]:
    odd = st.sampled_from(["да", "нет", "[", '["да"]', '["да", "нет"]', " ", "1", "true"])
    return st.lists(odd | named, min_size=2, max_size=6, unique=True).map(
        lambda values: tuple(Choice(value=value, label=f"{place} {value}") for place, value in enumerate(values))
    )


@st.composite
def _shares(draw: st.DrawFn) -> tuple[SourceShare, ...]:
    """Draw limits around a budget that exists."""
    whole = _percents(draw)
    return tuple(
        SourceShare(source=source, least=draw(st.integers(0, part)), most=draw(st.integers(part, 100)))
        for source, part in whole.items()
        if draw(st.booleans())
    )


def _percents(draw: st.DrawFn) -> dict[str, int]:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)))
    return dict(zip(SOURCES, (b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)), strict=True))


# What only a kind has, so that it can be answered.
SETTINGS_OF: dict[FieldKind, st.SearchStrategy[dict[str, Any]]] = {
    FieldKind.LINE: _lengths(),
    FieldKind.TEXT: _lengths(),
    FieldKind.NUMBER: st.builds(
        operator.or_,
        _limits("least", "most", st.integers(-NUMBER_MAX, NUMBER_MAX) | st.integers(-9, 99)),
        st.fixed_dictionaries({"digits": st.integers(0, 3), "unit": st.sampled_from(["", "чел.", "км²", "5"])}),
    ),
    FieldKind.MONEY: _limits("least", "most", st.integers(0, MONEY_MAX)),
    FieldKind.DATE: _limits("earliest", "latest", st.dates(FIRST, LAST)),
    FieldKind.CHOICE: st.fixed_dictionaries({"options": _options()}),
    FieldKind.CHOICES: _several(),
    FieldKind.FILES: st.fixed_dictionaries({"most_files": st.integers(1, 20), "max_mb": st.integers(1, 50)}),
    FieldKind.BUDGET: st.fixed_dictionaries({"shares": _shares()}),
    FieldKind.SCHEDULE: st.fixed_dictionaries({"most_rows": st.integers(1, 60)}),
    FieldKind.PEOPLE: st.fixed_dictionaries({"least": st.integers(1, 100)}),
    FieldKind.CONSENT: st.fixed_dictionaries({"text": named}),
}


def _right_condition(earlier: list[AnyField]) -> st.SearchStrategy[Condition]:
    equal = [Test.IS, Test.IS_NOT]
    found: list[st.SearchStrategy[Condition]] = []
    for field in earlier:
        if field.kind is FieldKind.SECTION:
            continue
        key = st.just(field.key)
        found.append(st.builds(Condition, key=key, test=st.sampled_from([Test.FILLED, Test.EMPTY])))
        tests, values = st.sampled_from(equal), st.nothing()
        match field:
            case ChoiceField() | ChoicesField() if field.options:
                values = st.sampled_from([option.value for option in field.options])
            case ConsentField():
                values = st.sampled_from(["true", "false"])
            case NumberField() | MoneyField():
                tests, values = st.sampled_from([*equal, Test.AT_LEAST, Test.AT_MOST]), right(field).map(str)
        found.append(st.builds(Condition, key=key, test=tests, value=values))
    return st.one_of(found) if found else st.nothing()


def rough_templates() -> st.SearchStrategy[FormSpec]:
    """Draw a template that loads, whatever sense it makes: repeated keys, crossed limits, conditions on anything."""
    small = st.integers(0, 60)
    maybe = st.none() | st.integers(0, 9)
    options = st.lists(st.builds(Choice, value=st.sampled_from("абв"), label=st.sampled_from("АБВ ")), max_size=4)
    common = {
        "key": st.sampled_from(KEYS),
        "label": words,
        "hint": st.just("") | words,
        "required": st.booleans(),
        "of_project": st.none() | st.sampled_from(ProjectPart),
        "shown_if": st.none()
        | st.builds(
            Condition,
            key=st.sampled_from(KEYS) | words,
            test=st.sampled_from(Test),
            value=st.sampled_from(["", "а", "true", "false", "5", "-1", "1,5"]) | words,
        ),
    }
    length = {"min_length": small, "max_length": st.integers(1, 60)}
    shares = st.lists(
        st.builds(SourceShare, source=st.sampled_from(SOURCES), least=st.integers(0, 100), most=st.integers(0, 100)),
        max_size=5,
    ).map(tuple)
    fields: list[st.SearchStrategy[AnyField]] = [
        st.builds(LineField, **common, **length),
        st.builds(TextField, **common, **length),
        st.builds(NumberField, **common, least=maybe, most=maybe, digits=st.integers(0, 3)),
        st.builds(MoneyField, **common, least=maybe, most=maybe),
        st.builds(DateField, **common, earliest=st.none() | st.dates(), latest=st.none() | st.dates()),
        st.builds(ChoiceField, **common, options=options.map(tuple)),
        st.builds(
            ChoicesField,
            **common,
            options=options.map(tuple),
            least=st.integers(0, OPTIONS_MAX),
            most=st.none() | st.integers(1, OPTIONS_MAX),
        ),
        st.builds(FilesField, **common, types=st.lists(st.sampled_from(FileType), max_size=2).map(tuple)),
        st.builds(BudgetField, **common, shares=shares),
        st.builds(ScheduleField, **common, most_rows=st.integers(1, 3)),
        st.builds(PointField, **common),
        st.builds(PeopleField, **common, least=st.integers(1, 5)),
        st.builds(LinkField, **common),
        st.builds(ConsentField, **common, text=st.just("") | words),
        st.builds(SectionField, **common),
    ]
    return st.lists(st.one_of(fields), max_size=8).map(lambda found: FormSpec(fields=tuple(found)))


# Answers


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
    days = _pair(st.dates(FIRST, LAST).map(date.isoformat))
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
