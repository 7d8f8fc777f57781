"""Answers that are lists of rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from elka.core import formrows, formtroubles
from elka.core.formfields import PART_LENGTHS, ROWS_MAX, ProjectPart
from elka.core.formspec import read, written
from elka.models import projects
from tests.core.test_formreading import field, refusal

LINE = {"name": "Опоры", "quantity": "24 шт.", "amount": 300_000, "source": "municipality"}
WORK = {"name": "Монтаж", "starts_on": "2027-03-01", "ends_on": "2027-04-30"}
FILE = {"id": 5, "name": "Смета.pdf", "size": 1024, "sha256": "ab" * 32}
MEMBER = {"person_id": 7, "duty": "автор"}


def test_limits_are_those_of_the_project() -> None:
    """Core knows no tables, so what a project can hold is written twice and compared here."""
    assert formrows.ROW_NAME_MAX == projects.LINE_NAME_MAX
    assert formrows.QUANTITY_MAX == projects.QUANTITY_MAX
    assert formrows.DUTY_MAX == projects.DUTY_MAX
    assert formrows.AMOUNT_MAX == projects.AMOUNT_MAX
    assert formrows.PEOPLE_MAX == projects.MEMBERS_MAX
    assert ROWS_MAX == projects.LINES_MAX
    assert formrows.FILE_NAME_MAX >= projects.ALT_MAX
    assert formtroubles.PHOTOS_MAX == projects.PHOTOS_MAX
    assert tuple(projects.Source) == formrows.SOURCES
    assert PART_LENGTHS == {
        ProjectPart.TITLE: projects.TITLE_MAX,
        ProjectPart.SUMMARY: projects.SUMMARY_MAX,
        ProjectPart.PROBLEM: projects.TEXT_MAX,
        ProjectPart.OUTCOME: projects.TEXT_MAX,
        ProjectPart.ADDRESS: projects.ADDRESS_MAX,
    }


@pytest.mark.parametrize(
    ("kind", "rows"),
    [("budget", [LINE, LINE]), ("schedule", [WORK]), ("files", [FILE]), ("people", [MEMBER])],
)
def test_rows_come_as_a_list_or_as_its_json(kind: str, rows: list[dict[str, Any]]) -> None:
    asked = field(kind)
    assert read(asked, rows) == rows
    assert read(asked, json.dumps(rows)) == rows
    assert read(asked, tuple({**row, "more": 1} for row in rows)) == rows
    assert written(asked, rows) == json.dumps(rows, ensure_ascii=False)
    assert read(asked, written(asked, rows)) == rows
    assert read(asked, []) is None
    assert read(asked, "[]") is None


def test_a_row_that_is_being_typed_is_kept() -> None:
    assert read(field("budget"), [{"name": " Опоры ", "amount": "300 000 ₽", "source": "region"}]) == [
        {"name": "Опоры", "quantity": "", "amount": 300_000, "source": "region"}
    ]
    assert read(field("budget"), [{"source": "residents", "amount": ""}]) == [
        {"name": "", "quantity": "", "amount": 0, "source": "residents"}
    ]
    assert read(field("schedule"), [{"name": None, "starts_on": "1.3.2027"}]) == [
        {"name": "", "starts_on": "2027-03-01", "ends_on": ""}
    ]
    late = {"name": "Наоборот", "starts_on": "2027-05-01", "ends_on": "2027-04-01"}
    assert read(field("schedule"), [late]) == [late]


def test_each_person_counts_once() -> None:
    assert read(field("people"), [MEMBER, {"person_id": 8}, {**MEMBER, "duty": "ещё раз"}]) == [
        MEMBER,
        {"person_id": 8, "duty": ""},
    ]


@pytest.mark.parametrize(
    ("kind", "settings", "sent", "words"),
    [
        ("budget", {}, 5, "Таблица не читается. Обновите страницу и заполните её заново."),
        ("budget", {}, {"name": "x"}, "Таблица не читается. Обновите страницу и заполните её заново."),
        ("budget", {}, ["строка"], "Таблица не читается. Обновите страницу и заполните её заново."),
        ("budget", {}, "строка", "Ответ не читается. Заполните поле заново."),
        ("budget", {}, [LINE] * 61, "Не больше 60 строк. Уберите лишние."),
        ("budget", {}, [LINE, {**LINE, "source": "bank"}], "Строка 2. Выберите, кто это оплатит."),
        ("budget", {}, [{**LINE, "source": ["region"]}], "Строка 1. Выберите, кто это оплатит."),
        ("budget", {}, [{**LINE, "amount": "сто"}], "Строка 1. Введите число цифрами, например 1200."),
        ("budget", {}, [{**LINE, "amount": -1}], "Строка 1. Сумма не может быть отрицательной."),
        ("budget", {}, [{**LINE, "amount": 10**11}], "Строка 1. Не больше 10 000 000 000 ₽."),
        ("budget", {}, [{**LINE, "amount": True}], "Строка 1. Ответ не читается. Заполните поле заново."),
        ("budget", {}, [{**LINE, "name": "о" * 161}], "Строка 1. Слишком длинно: 161 из 160. Сократите."),
        ("budget", {}, [{**LINE, "quantity": 5}], "Строка 1. Ответ не читается. Заполните поле заново."),
        ("schedule", {"most_rows": 1}, [WORK, WORK], "Не больше 1 строки. Уберите лишние."),
        ("schedule", {}, [{**WORK, "ends_on": "31.02.2027"}], "Строка 1. Такой даты нет. Проверьте день и месяц."),
        ("people", {}, [{"person_id": "7"}], "Состав группы не читается. Обновите страницу."),
        ("people", {}, [{"person_id": True}], "Состав группы не читается. Обновите страницу."),
        ("people", {}, [{"person_id": 10**400}], "Состав группы не читается. Обновите страницу."),
        ("people", {}, [{"duty": "автор"}], "Состав группы не читается. Обновите страницу."),
        ("files", {"most_files": 2}, [FILE] * 3, "Не больше 2 файлов. Уберите лишние."),
        (
            "files",
            {"max_mb": 1},
            [{**FILE, "size": 1024**2 + 1}],
            "Файл «Смета.pdf» больше 1 МБ. Уменьшите его или приложите другой.",
        ),
        ("files", {}, [{**FILE, "size": -1}], "Файлы не читаются. Приложите их заново."),
        ("files", {}, [{**FILE, "size": 1.5}], "Файлы не читаются. Приложите их заново."),
        ("files", {}, [{**FILE, "id": 0}], "Файлы не читаются. Приложите их заново."),
        ("files", {}, [{**FILE, "sha256": "../../etc"}], "Файлы не читаются. Приложите их заново."),
        ("files", {}, [{"name": "x"}], "Файлы не читаются. Приложите их заново."),
    ],
)
def test_broken_rows_are_refused_with_their_place(
    kind: str, settings: dict[str, Any], sent: object, words: str
) -> None:
    assert refusal(field(kind, **settings), sent) == words
