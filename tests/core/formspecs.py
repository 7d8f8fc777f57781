"""Templates to draw in property tests: ``templates()`` make sense and can be answered; ``rough_templates()`` only load."""

from __future__ import annotations

import operator
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
from elka.core.formrows import SOURCES
from elka.core.formspec import FormSpec
from tests.core.formanswers import right
from tests.core.formparts import FIRST, LAST, named, pair, words

KEYS = (*"abcdefgh", "title", "json", "class", "model_config", "field_0", "spec", "copy")


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


def _limits(least: str, most: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw limits that do not cross; either may be absent."""
    return st.tuples(pair(values), st.booleans(), st.booleans()).map(
        lambda found: {least: found[0][0] if found[1] else None, most: found[0][1] if found[2] else None}
    )


def _lengths() -> st.SearchStrategy[dict[str, int]]:
    return pair(st.integers(0, 40)).map(lambda pair: {"min_length": pair[0], "max_length": max(1, pair[1])})


@st.composite
def _several(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(_options())
    least, most = draw(pair(st.integers(0, len(options))))
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
