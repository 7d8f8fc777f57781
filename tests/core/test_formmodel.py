"""A template compiled to pydantic."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from elka.core.formspec import FormSpec, compiled

SPEC = FormSpec.load(
    {
        "format": "elka-form",
        "fields": [
            {"key": "class", "kind": "choice", "label": "Вид", "options": [{"value": v, "label": v} for v in "ab"]},
            {"key": "json", "kind": "money", "label": "Сумма", "hint": "Всего", "most": 500},
            {"key": "part", "kind": "section", "label": "Раздел"},
            {"key": "spec", "kind": "text", "label": "Почему", "shown_if": {"key": "class", "value": "b"}},
        ],
    }
)


def test_what_is_kept_is_what_was_asked() -> None:
    kept = compiled(SPEC).model_validate({"class": "b", "json": 5, "spec": " Надо. "})
    assert kept.model_dump(by_alias=True, exclude_none=True) == {"class": "b", "json": 5, "spec": "Надо."}
    hidden = compiled(SPEC).model_validate({"class": "a", "json": 5, "spec": ["ложь"]})
    assert hidden.model_dump(by_alias=True, exclude_none=True) == {"class": "a", "json": 5}
    with pytest.raises(ValidationError, match="frozen"):
        hidden.field_1 = 7


def test_errors_stand_at_their_keys_in_russian() -> None:
    with pytest.raises(ValidationError) as caught:
        compiled(SPEC).model_validate({"class": "b", "json": 501, "part": 1})
    told = {error["loc"]: error["msg"] for error in caught.value.errors()}
    assert told == {
        ("json",): "Не больше 500\N{NO-BREAK SPACE}₽.",
        ("spec",): "Заполните это поле.",
        ("part",): "Extra inputs are not permitted",
    }


def test_fields_carry_their_words() -> None:
    fields = compiled(SPEC).model_fields
    assert [(one.alias, one.title, one.description) for one in fields.values()] == [
        ("class", "Вид", None),
        ("json", "Сумма", "Всего"),
        ("spec", "Почему", None),
    ]


def test_equal_templates_share_one_validator() -> None:
    assert compiled(FormSpec.load(SPEC.dump())) is compiled(SPEC)
    other = compiled(SPEC.model_copy(update={"fields": SPEC.fields[:1]}))
    assert other is not compiled(SPEC)
    assert compiled(SPEC).model_validate({"class": "a", "json": 1})  # each asks by its own template
    assert other.model_validate({"class": "b"}).model_dump(by_alias=True) == {"class": "b"}
