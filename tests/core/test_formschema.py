"""Templates as JSON Schema, judged by a reader that is not ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from elka.core.formspec import BadForm, FormSpec, check, compiled, from_json_schema, json_schema, shown
from tests.core.formanswers import answers_for, any_answers
from tests.core.formparts import SETTINGS
from tests.core.formspecs import rough_templates, templates


def form(*fields: dict[str, Any]) -> FormSpec:
    return FormSpec.load({"format": "elka-form", "fields": [{"label": "Вопрос", **field} for field in fields]})


LAND = form(
    {
        "key": "land",
        "kind": "choice",
        "options": [{"value": "own", "label": "Своя"}, {"value": "rent", "label": "Аренда"}],
    },
    {"key": "lease", "kind": "line", "min_length": 3, "shown_if": {"key": "land", "value": "rent"}},
    {"key": "years", "kind": "number", "least": 1, "most": 49, "shown_if": {"key": "lease", "test": "filled"}},
    {"key": "why", "kind": "text", "required": False, "shown_if": {"key": "years", "test": "at_least", "value": "10"}},
)


@settings(**SETTINGS)
@given(templates() | rough_templates())
def test_it_is_json_schema(spec: FormSpec) -> None:
    schema = json_schema(spec)
    Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == [key for key, field in spec.by_key.items() if field.kind != "section"]


@settings(**SETTINGS)
@given(templates() | rough_templates(), st.data())
def test_what_is_right_is_right_by_the_schema(spec: FormSpec, data: st.DataObject) -> None:
    answers = data.draw(any_answers(spec) | answers_for(spec))
    if check(spec, answers):
        return
    known = {key: value for key, value in answers.items() if key in json_schema(spec)["properties"]}
    kept = compiled(spec).model_validate(known).model_dump(by_alias=True, exclude_none=True)
    assert [error.message for error in Draft202012Validator(json_schema(spec)).iter_errors(kept)] == []


@settings(**SETTINGS)
@given(templates(), st.data())
def test_the_schema_asks_what_the_form_asks(spec: FormSpec, data: st.DataObject) -> None:
    """Without one of the required answers the schema finds just what the form finds."""
    answers = data.draw(answers_for(spec))
    required = sorted(key for key in answers if spec.by_key[key].required)
    gone = data.draw(st.sampled_from(required))
    del answers[gone]
    validator = Draft202012Validator(json_schema(spec))
    still_shown = {key: value for key, value in answers.items() if key in shown(spec, answers)}
    if check(spec, still_shown):
        assert not validator.is_valid(still_shown)
    else:
        assert validator.is_valid(still_shown)


@pytest.mark.parametrize(
    ("answers", "right"),
    [
        ({"land": "own"}, True),
        ({"land": "own", "lease": "x", "years": "сто"}, True),  # hidden: nobody's business
        ({"land": "rent"}, False),
        ({"land": "rent", "lease": "№1"}, False),
        ({"land": "rent", "lease": "Договор 1"}, False),
        ({"land": "rent", "lease": "Договор 1", "years": 5}, True),
        ({"land": "rent", "lease": "Договор 1", "years": 50}, False),
        ({"land": "rent", "lease": "Договор 1", "years": 10, "why": ""}, False),
        ({"land": "rent", "lease": "Договор 1", "years": 10, "why": "Так дешевле"}, True),
        ({"land": "buy"}, False),
        ({"land": "own", "other": 1}, False),
        ({}, False),
    ],
)
def test_conditions_are_if_then(answers: dict[str, Any], right: bool) -> None:
    assert Draft202012Validator(json_schema(LAND)).is_valid(answers) is right


@pytest.mark.parametrize(
    ("test", "value", "passing", "failing"),
    [
        ("is", "a", {"several": ["a", "b"]}, {"several": ["b"]}),
        ("is_not", "a", {"several": ["b"]}, {"several": ["a"]}),
        ("filled", "", {"several": ["b"]}, {}),
        ("empty", "", {}, {"several": ["b"]}),
    ],
)
def test_conditions_on_several_choices(test: str, value: str, passing: dict[str, Any], failing: dict[str, Any]) -> None:
    spec = form(
        {"key": "several", "kind": "choices", "required": False, "options": [{"value": v, "label": v} for v in "ab"]},
        {"key": "more", "kind": "line", "shown_if": {"key": "several", "test": test, "value": value}},
    )
    validator = Draft202012Validator(json_schema(spec))
    assert not validator.is_valid(passing)
    assert validator.is_valid({**passing, "more": "да"})
    assert validator.is_valid(failing)


def test_words_and_limits_of_a_field_are_in_the_schema() -> None:
    spec = form(
        {"key": "name", "kind": "line", "hint": "Коротко", "example": "Лыжня", "min_length": 5, "max_length": 40},
        {"key": "share", "kind": "number", "digits": 2, "least": 0, "most": 100, "required": False},
        {"key": "sum", "kind": "money", "most": 500},
        {"key": "agree", "kind": "consent", "hint": "Прочтите", "text": "Согласен."},
        {"key": "part", "kind": "section"},
    )
    schema = json_schema(spec)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"] == {
        "name": {
            "title": "Вопрос",
            "description": "Коротко",
            "examples": ["Лыжня"],
            "type": "string",
            "minLength": 5,
            "maxLength": 40,
        },
        "share": {"title": "Вопрос", "type": "number", "minimum": 0, "maximum": 100},
        "sum": {"title": "Вопрос", "type": "integer", "minimum": 0, "maximum": 500},
        "agree": {"title": "Вопрос", "description": "Прочтите\n\nСогласен.", "const": True},
    }
    assert schema["required"] == ["name", "sum", "agree"]
    assert schema["additionalProperties"] is False
    assert schema["x-elka"] == spec.dump()


@pytest.mark.parametrize(
    ("obj", "words"),
    [
        (None, "Это не шаблон заявки ЕЛКИ"),
        ([], "Это не шаблон заявки ЕЛКИ"),
        ({"type": "object"}, "Это не шаблон заявки ЕЛКИ"),
        (LAND.dump(), "Это не шаблон заявки ЕЛКИ"),
        ({**json_schema(LAND), "$schema": "http://json-schema.org/draft-07/schema#"}, "Это не шаблон заявки ЕЛКИ"),
        ({**json_schema(LAND), "x-elka": 5}, "Это не шаблон заявки ЕЛКИ"),
        ({**json_schema(LAND), "x-elka": {**LAND.dump(), "fields": [{}]}}, "Поле 1: не указан вид"),
        ({**json_schema(LAND), "properties": {}}, "Файл правили вручную"),
        ({**json_schema(LAND), "properties": None}, "Файл правили вручную"),
    ],
)
def test_anything_else_is_refused_in_words(obj: object, words: str) -> None:
    with pytest.raises(BadForm) as caught:
        from_json_schema(obj)
    assert caught.value.message.startswith(words)
