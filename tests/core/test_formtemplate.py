"""Versions of a template: loading, dumping, the hash, garbage."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from elka.core.formfields import FIELDS_MAX
from elka.core.formspec import BadForm, FormSpec
from elka.core.formtemplate import storable
from tests.core.formparts import SETTINGS, json_values
from tests.core.formspecs import rough_templates

LINE = {"key": "it", "kind": "line", "label": "Строка"}


def form(*fields: object, **more: object) -> dict[str, Any]:
    return {"format": "elka-form", "version": 1, "fields": list(fields), **more}


def test_the_dump_leaves_no_default_to_chance() -> None:
    assert FormSpec.load(form(LINE)).dump() == {
        "format": "elka-form",
        "version": 1,
        "fields": [
            {
                "key": "it",
                "label": "Строка",
                "hint": "",
                "example": "",
                "required": True,
                "shown_if": None,
                "audience": "everyone",
                "hidden_from_experts": False,
                "of_project": None,
                "kind": "line",
                "min_length": 0,
                "max_length": 120,
            }
        ],
    }


def test_the_hash_is_of_the_meaning() -> None:
    spec = FormSpec.load(form(LINE))
    # Whoever changes the canonical form changes every published version: this is what a version is known by.
    assert spec.sha256 == "4a3cf9646598a4b107f7d3312fd3abbeca82708261436e5a25fda41c9c0d7f8f"
    turned = {key: LINE[key] for key in reversed(LINE)}
    assert FormSpec.load(form({**turned, "required": True})).sha256 == spec.sha256
    assert FormSpec.load(form({**LINE, "required": False})).sha256 != spec.sha256
    assert hash(FormSpec.load(form(LINE))) == hash(spec)


def test_copies_know_their_own_fields() -> None:
    spec = FormSpec.load(form(LINE, {**LINE, "key": "other"}))
    assert list(spec.by_key) == ["it", "other"]
    fewer = spec.model_copy(update={"fields": spec.fields[1:]})
    assert list(fewer.by_key) == ["other"]
    assert fewer.sha256 != spec.sha256
    for same in (copy.deepcopy(spec), pickle.loads(pickle.dumps(spec)), spec.model_copy()):  # noqa: S301  our own bytes
        assert same == spec
        assert same.sha256 == spec.sha256
    with pytest.raises(ValidationError):
        spec.model_copy(update={"fields": "x"})


def test_of_a_repeated_key_the_first_counts() -> None:
    spec = FormSpec.load(form({"key": "a", "kind": "section", "label": "А"}, LINE, {**LINE, "label": "Вторая"}))
    assert [(key, field.label) for key, field in spec.by_key.items()] == [("a", "А"), ("it", "Строка")]


@pytest.mark.parametrize(
    ("obj", "words"),
    [
        (None, "Это не шаблон заявки ЕЛКИ. Выберите файл, который был выгружен из конструктора."),
        ("{}", "Это не шаблон заявки ЕЛКИ. Выберите файл, который был выгружен из конструктора."),
        ({"fields": [LINE]}, "Это не шаблон заявки ЕЛКИ. Выберите файл, который был выгружен из конструктора."),
        (form(version=2), "Шаблон сделан в более новой ЕЛКЕ. Обновите эту или выгрузите шаблон заново."),
        ({"format": "elka-form"}, "В шаблоне нет списка полей."),
        ({"format": "elka-form", "fields": 5}, "Поля шаблона должны быть списком."),
        (form(more=1), "В файле есть лишнее. Выберите файл, который был выгружен из конструктора."),
        (form(*[LINE] * (FIELDS_MAX + 1)), f"В шаблоне не больше {FIELDS_MAX} полей. Уберите лишние."),
        (form(LINE, 5), "Поле 2: неверное значение."),
        (form(LINE, {"key": "x"}), "Поле 2: не указан вид."),
        (form({**LINE, "kind": "poll"}), "Поле 1: такого вида поля нет."),
        (form({"key": "x", "kind": "line"}), "Поле 1: не хватает свойства «label»."),
        (form({**LINE, "colour": "red"}), "Поле 1: лишнее свойство «colour»."),
        (form({**LINE, "label": ""}), "Поле 1: пустой текст в свойстве «label»."),
        (form({**LINE, "label": "о" * 161}), "Поле 1: слишком длинный текст в свойстве «label»."),
        (form({**LINE, "max_length": 301}), "Поле 1: слишком большое значение в свойстве «max_length»."),
        (form({**LINE, "max_length": 0}), "Поле 1: слишком маленькое значение в свойстве «max_length»."),
        (form({**LINE, "max_length": "много"}), "Поле 1: неверное значение «max_length»."),
        (form({**LINE, "audience": "all"}), "Поле 1: неизвестное значение в свойстве «audience»."),
        (form({**LINE, "shown_if": {"key": "a", "test": "x"}}), "Поле 1: неизвестное значение в свойстве «test»."),
        (
            form({**LINE, "key": "Ключ"}),
            "Поле 1: ключ из латинских строчных букв, цифр и подчёркиваний, до 40 знаков: «key».",
        ),
        (form({**LINE, "label": "a\x00"}), "В шаблоне есть знаки, которые нельзя хранить. Наберите этот текст заново."),
        (form({**LINE, "\ud800": 1}), "В шаблоне есть знаки, которые нельзя хранить. Наберите этот текст заново."),
        (form({**LINE, "options": [0] * 60_000}), "Шаблон слишком велик."),
    ],
)
def test_garbage_is_refused_in_words(obj: object, words: str) -> None:
    with pytest.raises(BadForm) as caught:
        FormSpec.load(obj)
    assert caught.value.message == words


@settings(**SETTINGS)
@given(rough_templates().map(FormSpec.dump), json_values, st.data())
def test_a_damaged_template_loads_or_is_refused(dump: dict[str, Any], garbage: Any, data: st.DataObject) -> None:
    """Put garbage in the place of any part of a template."""
    places: list[tuple[Any, Any]] = [(dump, key) for key in dump]
    for field in dump["fields"]:
        places += [(field, key) for key in field] + [(field["shown_if"], key) for key in field["shown_if"] or ()]
    whole, key = data.draw(st.sampled_from(places))
    whole[key] = garbage
    try:
        spec, words = FormSpec.load(dump), ""
    except BadForm as refused:
        spec, words = None, refused.message
    if spec is None:
        assert words.endswith(".")
    else:
        assert FormSpec.load(json.loads(json.dumps(spec.dump()))) == spec


def test_storable_texts() -> None:
    assert storable("Ёлка 🎄")
    assert not storable("a\x00")
    assert not storable("\ud83c")
