"""What is wrong with a template: every message, and that a good one has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from elka.core.formspec import FormSpec, troubles
from elka.data.reference import HERE
from tests.words import plain

STANDARD: Path = HERE / "templates" / "standard_form.json"
ALWAYS = (
    {"key": "title", "kind": "line", "label": "Название", "of_project": "title"},
    {"key": "direction", "kind": "choice", "label": "Направление", "of_project": "direction"},
    {"key": "settlement", "kind": "choice", "label": "Населённый пункт", "of_project": "settlement"},
)
OPTIONS = [{"value": value, "label": value.upper()} for value in ("a", "b")]
SOURCES = ("region", "municipality", "residents", "legal_entities", "in_kind")


def found(*fields: dict[str, Any]) -> dict[str, str]:
    spec = FormSpec.load({"format": "elka-form", "fields": [{"label": "Вопрос", **one} for one in fields]})
    return {key: plain(words) for key, words in troubles(spec).items()}


def test_the_standard_form_is_ready() -> None:
    spec = FormSpec.load(json.loads(STANDARD.read_text(encoding="utf-8")))
    assert troubles(spec) == {}
    assert FormSpec.load(spec.dump()) == spec
    assert len(spec.fields) == 16


def test_a_template_always_asks_what_every_application_has() -> None:
    assert found() == {"": "В шаблоне нет ни одного вопроса. Добавьте поля."}
    assert found({"key": "it", "kind": "section"}) == {"": "В шаблоне нет ни одного вопроса. Добавьте поля."}
    assert found({"key": "it", "kind": "line"}) == {
        "": "Это есть в каждой заявке, добавьте: «Название проекта», «Направление», «Населённый пункт»."
    }
    assert found(*ALWAYS[:2]) == {"": "Это есть в каждой заявке, добавьте: «Населённый пункт»."}
    assert found(*ALWAYS) == {}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"kind": "line", "label": " \u200b"}, "Назовите поле."),
        ({"kind": "line", "min_length": 6, "max_length": 5}, "Наименьшая длина больше наибольшей."),
        ({"kind": "text", "min_length": 6, "max_length": 5}, "Наименьшая длина больше наибольшей."),
        ({"kind": "number", "least": 6, "most": 5}, "Наименьшее значение больше наибольшего."),
        ({"kind": "money", "least": 6, "most": 5}, "Наименьшее значение больше наибольшего."),
        ({"kind": "date", "earliest": "2027-03-02", "latest": "2027-03-01"}, "Самая ранняя дата позже самой поздней."),
        ({"kind": "date", "latest": "0202-03-01"}, "Проверьте год: даты бывают с 1800 по 2200 год."),
        ({"kind": "date", "earliest": "2327-03-01"}, "Проверьте год: даты бывают с 1800 по 2200 год."),
        ({"kind": "choice"}, "Добавьте хотя бы два варианта ответа."),
        ({"kind": "choices", "options": OPTIONS[:1]}, "Добавьте хотя бы два варианта ответа."),
        ({"kind": "choice", "options": [OPTIONS[0], {"value": "x", "label": " "}]}, "Назовите каждый вариант ответа."),
        ({"kind": "choice", "options": [*OPTIONS, {"value": "x", "label": "a "}]}, "Вариант «a » повторяется."),
        (
            {"kind": "choices", "options": [*OPTIONS, {"value": "a", "label": "В"}]},
            "У варианта «В» то же значение, что у другого.",
        ),
        ({"kind": "choices", "options": OPTIONS, "least": 3}, "Нужно выбрать больше вариантов, чем их есть."),
        ({"kind": "choices", "options": OPTIONS, "least": 2, "most": 1}, "Выбрать нужно больше, чем можно."),
        ({"kind": "files", "types": []}, "Отметьте хотя бы один тип файлов."),
        ({"kind": "consent", "text": " "}, "Напишите текст, с которым соглашается заявитель."),
        ({"kind": "budget", "of_project": None}, "Смета всегда берётся из проекта."),
        ({"kind": "budget", "of_project": "title"}, "Смета всегда берётся из проекта."),
        ({"kind": "people", "of_project": None}, "Люди всегда берутся из группы проекта."),
        ({"kind": "text", "of_project": "address"}, "«Место» заполняют полем вида «строка»."),
        ({"kind": "section", "of_project": "photos"}, "«Фотографии» заполняют полем вида «файлы»."),
        ({"kind": "line", "of_project": "title"}, "«Название проекта» уже есть в шаблоне."),
        ({"kind": "text", "of_project": "summary"}, "В проекте для этого не больше 200 знаков."),
        ({"kind": "line", "of_project": "address", "max_length": 201}, "В проекте для этого не больше 200 знаков."),
        ({"kind": "files", "of_project": "photos"}, "Фотографии проекта: только изображения, не больше 12."),
        (
            {"kind": "files", "of_project": "photos", "types": ["image"], "most_files": 13},
            "Фотографии проекта: только изображения, не больше 12.",
        ),
        ({"kind": "files", "of_project": "photos", "types": ["image"], "most_files": 12}, None),
        ({"kind": "line", "of_project": "address", "max_length": 200}, None),
    ],
)
def test_a_field_by_itself(field: dict[str, Any], words: str | None) -> None:
    wrong = found(*ALWAYS, {"key": "it", **field})
    assert wrong.keys() == ({"it"} if words else set())
    assert wrong.get("it", "").startswith(words or "")


def test_a_repeated_key() -> None:
    assert found(*ALWAYS, {"key": "title", "kind": "text"}) == {
        "title": "Ключ поля повторяется. Удалите одно из двух полей."
    }


def shares(**limits: tuple[int, int]) -> dict[str, Any]:
    return {
        "key": "budget",
        "kind": "budget",
        "shares": [{"source": source, "least": least, "most": most} for source, (least, most) in limits.items()],
    }


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (shares(region=(0, 70)), ""),
        (shares(region=(60, 100), residents=(40, 100)), ""),
        (shares(region=(60, 100), residents=(41, 100)), "Наименьшие доли вместе больше 100 %"),
        (shares(region=(60, 50)), "Наименьшая доля источника больше наибольшей."),
        (shares(**dict.fromkeys(SOURCES, (0, 20))), ""),
        (shares(**dict.fromkeys(SOURCES, (0, 19))), "Наибольшие доли вместе меньше 100 %"),
        (shares(**dict.fromkeys(SOURCES[:4], (0, 19))), ""),
        ({**shares(), "shares": [{"source": "region"}, {"source": "region"}]}, "Один источник указан дважды."),
    ],
)
def test_shares_must_leave_room_for_a_budget(field: dict[str, Any], words: str) -> None:
    wrong = found(*ALWAYS, field)
    assert wrong.keys() == ({"budget"} if words else set())
    assert wrong.get("budget", "").startswith(words)


ASKED = (
    {"key": "part", "kind": "section"},
    {"key": "line", "kind": "line"},
    {"key": "one", "kind": "choice", "options": OPTIONS},
    {"key": "many", "kind": "choices", "options": OPTIONS},
    {"key": "agree", "kind": "consent", "text": "Да"},
    {"key": "whole", "kind": "number", "least": 1, "most": 9},
    {"key": "exact", "kind": "number", "digits": 2},
    {"key": "sum", "kind": "money"},
)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"key": "it", "test": "filled"}, "Условие смотрит на само это поле."),
        ({"key": "nowhere", "test": "filled"}, "Условие смотрит на поле, которого нет."),
        ({"key": "later", "test": "filled"}, "Условие смотрит на поле, которое стоит ниже."),
        ({"key": "part", "test": "filled"}, "Условие смотрит на раздел, а у раздела нет ответа."),
        ({"key": "line", "test": "filled"}, ""),
        ({"key": "line", "test": "empty"}, ""),
        ({"key": "line", "test": "is", "value": "x"}, "У поля «Вопрос» можно проверить только, заполнено ли оно."),
        ({"key": "line", "test": "at_least", "value": "5"}, "«Вопрос» — не число"),
        ({"key": "one", "test": "at_most", "value": "a"}, "«Вопрос» — не число"),
        ({"key": "one", "test": "is", "value": "a"}, ""),
        ({"key": "one", "test": "is_not", "value": "c"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "one", "test": "is"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "many", "test": "is", "value": "b"}, ""),
        ({"key": "many", "test": "is", "value": "c"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "direction", "test": "is", "value": "12"}, ""),
        ({"key": "direction", "test": "is", "value": "спорт"}, "У поля «Направление» не бывает такого ответа."),
        ({"key": "agree", "test": "is", "value": "true"}, ""),
        ({"key": "agree", "test": "is", "value": "да"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "whole", "test": "at_least", "value": "9"}, ""),
        ({"key": "whole", "test": "at_least", "value": "10"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "whole", "test": "at_most", "value": "0"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "whole", "test": "is", "value": "1,5"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "exact", "test": "is", "value": "1,5"}, ""),
        ({"key": "exact", "test": "is", "value": "пять"}, "У поля «Вопрос» не бывает такого ответа."),
        ({"key": "sum", "test": "at_least", "value": "1 000 000"}, ""),
        ({"key": "sum", "test": "at_least", "value": ""}, "У поля «Вопрос» не бывает такого ответа."),
    ],
)
def test_a_condition_must_be_able_to_be_met(condition: dict[str, Any], words: str) -> None:
    later = {"key": "later", "kind": "line"}
    wrong = found(*ALWAYS, *ASKED, {"key": "it", "kind": "line", "shown_if": condition}, later)
    assert wrong.keys() == ({"it"} if words else set())
    assert wrong.get("it", "").startswith(words)


def test_what_every_application_has_is_always_asked() -> None:
    title = {**ALWAYS[0], "shown_if": {"key": "direction", "test": "filled"}}
    assert found(*ALWAYS[1:], title) == {"title": "Это есть в каждой заявке. Уберите условие показа."}
