"""The whole of the constructor's heart: any template × any answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from elka.core import formspec
from elka.core.formfields import AnyField, FieldKind
from elka.core.formspec import (
    FormSpec,
    changes,
    check,
    compiled,
    filled,
    from_json_schema,
    json_schema,
    read,
    shown,
    troubles,
    written,
)
from elka.errors import Refused
from tests.core.formanswers import answers_for, any_answers, typed
from tests.core.formparts import SETTINGS
from tests.core.formspecs import rough_templates, templates

any_template = templates() | rough_templates()


def questions(spec: FormSpec) -> set[str]:
    return {key for key, field in spec.by_key.items() if field.kind is not FieldKind.SECTION}


def told(spec: FormSpec, answers: dict[str, Any]) -> dict[str, str]:
    """Return what the compiled validator says, by key; nothing when it accepts the answers."""
    try:
        compiled(spec).model_validate(answers)
    except ValidationError as error:
        return {str(one["loc"][0]) if one["loc"] else "": one["msg"] for one in error.errors()}
    return {}


def outcome(field: AnyField, sent: object) -> tuple[Any, Refused | None]:
    try:
        return read(field, sent), None
    except Refused as refused:
        return None, refused


def accepts(spec: FormSpec, answers: dict[str, Any]) -> bool:
    return told(spec, answers) == {}


def test_everything_of_the_contract_is_there() -> None:
    assert sorted(formspec.__all__) == [
        "AnswerChange",
        "BadForm",
        "FormSpec",
        "changes",
        "check",
        "compiled",
        "filled",
        "from_json_schema",
        "json_schema",
        "read",
        "shown",
        "troubles",
        "written",
    ]
    assert all(hasattr(formspec, name) for name in formspec.__all__)


@settings(**SETTINGS)
@given(templates())
def test_a_template_that_makes_sense_has_no_troubles(spec: FormSpec) -> None:
    assert troubles(spec) == {}


@settings(**SETTINGS)
@given(any_template)
def test_a_template_comes_back_from_its_dump_and_its_schema_through_json_too(spec: FormSpec) -> None:
    assert FormSpec.load(spec.dump()) == spec
    assert from_json_schema(json_schema(spec)) == spec
    assert FormSpec.load(json.loads(json.dumps(spec.dump(), sort_keys=True))) == spec
    again = from_json_schema(json.loads(json.dumps(json_schema(spec))))
    assert again == spec
    assert again.sha256 == spec.sha256


@settings(**SETTINGS)
@given(any_template, st.data())
def test_any_template_and_any_answers_are_judged(spec: FormSpec, data: st.DataObject) -> None:
    answers = data.draw(any_answers(spec))
    visible, wrong = shown(spec, answers), check(spec, answers)
    assert visible <= spec.by_key.keys()
    assert wrong.keys() <= visible & questions(spec)  # a hidden field is never wrong
    assert all(isinstance(words, str) and words for words in troubles(spec).values())
    done, needed = filled(spec, answers)
    required = {key for key in visible & questions(spec) if spec.by_key[key].required}
    assert (done, needed) == (len(required - wrong.keys()), len(required))
    # The compiled validator says the very same: the same keys with the same words.
    assert accepts(spec, answers) == (not wrong and answers.keys() <= questions(spec))
    assert told(spec, {key: value for key, value in answers.items() if key in questions(spec)}) == wrong


@settings(**SETTINGS)
@given(templates(), st.data())
def test_right_answers_are_accepted_and_kept_as_they_are(spec: FormSpec, data: st.DataObject) -> None:
    answers = data.draw(answers_for(spec))
    assert check(spec, answers) == {}
    done, needed = filled(spec, answers)
    assert done == needed
    kept = compiled(spec).model_validate(answers).model_dump(by_alias=True, exclude_none=True)
    assert kept == answers
    assert changes(spec, answers, kept) == ()


@settings(**SETTINGS)
@given(templates(), st.data())
def test_reading_what_is_written_changes_nothing(spec: FormSpec, data: st.DataObject) -> None:
    for key, value in data.draw(answers_for(spec)).items():
        field = spec.by_key[key]
        assert read(field, value) == value
        assert read(field, written(field, value)) == value
        assert read(field, json.loads(json.dumps(value))) == value


@settings(**SETTINGS, max_examples=300)
@given(any_template, typed())
def test_whatever_is_typed_is_read_or_refused_at_its_field(spec: FormSpec, sent: object) -> None:
    for field in spec.fields:
        value, refused = outcome(field, sent)
        if refused is not None:
            assert refused.fields == {field.key: refused.message}
            continue
        assert read(field, value) == value
        assert read(field, written(field, value)) == value
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        assert "\\u0000" not in text.replace("\\\\", "")
        assert text.encode().decode() == text  # nothing that a database cannot keep


@settings(**SETTINGS)
@given(any_template, st.data())
def test_a_hidden_answer_changes_nothing(spec: FormSpec, data: st.DataObject) -> None:
    answers = data.draw(any_answers(spec))
    hidden = questions(spec) - shown(spec, answers)
    assume(hidden)
    without = {key: value for key, value in answers.items() if key not in hidden}
    assert shown(spec, without) == shown(spec, answers)
    assert check(spec, without) == check(spec, answers)


@settings(**SETTINGS)
@given(any_template, st.data())
def test_two_sets_of_any_answers_are_told_apart(spec: FormSpec, data: st.DataObject) -> None:
    old, new = data.draw(any_answers(spec)), data.draw(any_answers(spec))
    found = changes(spec, old, new)
    order = [key for key in spec.by_key if key in questions(spec)]
    assert [one.key for one in found] == [key for key in order if key in {one.key for one in found}]
    for one in found:
        assert bool(one.pieces) != (one.old is not None or one.new is not None)


def test_keys_that_no_template_knows_are_refused_by_the_validator_alone() -> None:
    spec = FormSpec.load({"format": "elka-form", "fields": [{"key": "json", "kind": "line", "label": "Строка"}]})
    assert check(spec, {"json": "да", "other": 1}) == {}
    assert accepts(spec, {"json": "да"})
    for more in ({"other": 1}, {"field_0": "да"}, {7: 1}, {"\ud800": 1}):
        assert not accepts(spec, {"json": "да", **more})
    for garbage in (None, [], "x", 7):
        assert not accepts(spec, garbage)  # type: ignore[arg-type]


@pytest.mark.parametrize("answers", [{"field": None}, {}])
def test_an_empty_answer_is_as_good_as_none(answers: dict[str, Any]) -> None:
    spec = FormSpec.load({"format": "elka-form", "fields": [{"key": "field", "kind": "line", "label": "Строка"}]})
    assert check(spec, answers) == {"field": "Заполните это поле."}
