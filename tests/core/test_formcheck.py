"""A whole application: what is asked, what is wrong with it, how much of it is filled in."""

from __future__ import annotations

from typing import Any

import pytest

from elka.core.formspec import FormSpec, check, filled, shown
from tests.core.test_formrows import FILE, LINE, MEMBER, WORK
from tests.words import plain

OPTIONS = [{"value": value, "label": value.upper()} for value in ("a", "b", "c")]


def form(*fields: dict[str, Any]) -> FormSpec:
    return FormSpec.load({"format": "elka-form", "fields": [{"label": "Вопрос", **field} for field in fields]})


def trouble(field: dict[str, Any], value: object) -> str:
    """Return what is wrong with one answer."""
    return plain(check(form({"key": "it", **field}), {"it": value}).get("it", ""))


def budget(**amounts: int) -> list[dict[str, Any]]:
    return [{"name": "Работы", "quantity": "", "amount": sum_, "source": source} for source, sum_ in amounts.items()]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"kind": "line"}, "Заполните это поле."),
        ({"kind": "text"}, "Заполните это поле."),
        ({"kind": "number"}, "Укажите число."),
        ({"kind": "money"}, "Укажите сумму."),
        ({"kind": "date"}, "Укажите дату."),
        ({"kind": "choice", "options": OPTIONS}, "Выберите один из вариантов."),
        ({"kind": "choice", "of_project": "direction"}, "Выберите направление."),
        ({"kind": "choice", "of_project": "settlement"}, "Выберите населённый пункт."),
        ({"kind": "choices", "options": OPTIONS}, "Выберите хотя бы один вариант."),
        ({"kind": "files"}, "Приложите файл."),
        ({"kind": "files", "of_project": "photos"}, "Добавьте хотя бы одну фотографию."),
        ({"kind": "budget"}, "Добавьте в смету хотя бы одну строку."),
        ({"kind": "schedule"}, "Добавьте в план хотя бы одну строку."),
        ({"kind": "point"}, "Поставьте точку на карте."),
        ({"kind": "people"}, "Соберите группу: пока никто не подтвердил участие."),
        ({"kind": "link"}, "Укажите ссылку."),
        ({"kind": "consent"}, "Поставьте отметку: без неё заявку не подать."),
    ],
)
def test_what_is_required_must_be_filled_in(field: dict[str, Any], words: str) -> None:
    for empty in (None, "", False if field["kind"] == "consent" else ""):
        assert trouble(field, empty) == words
        assert trouble({**field, "required": False}, empty) == ""
    assert check(form({"key": "it", **field}), {}) == {"it": words}


def test_a_section_asks_nothing() -> None:
    spec = form({"key": "it", "kind": "section", "required": True})
    assert check(spec, {}) == {}
    assert shown(spec, {}) == {"it"}
    assert filled(spec, {}) == (0, 0)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ({"kind": "line", "min_length": 5}, "Лёд", "Слишком коротко: нужно хотя бы 5 знаков, сейчас 3. Допишите."),
        ({"kind": "text", "min_length": 22}, "Лёд", "Слишком коротко: нужно хотя бы 22 знака, сейчас 3. Допишите."),
        ({"kind": "line", "max_length": 2}, "Лёд", "Слишком длинно: 3 из 2. Сократите."),
        ({"kind": "line"}, 5, "Ответ не читается. Заполните поле заново."),
        ({"kind": "number", "least": 1000, "unit": "м"}, 999, "Не меньше 1 000 м."),
        ({"kind": "number", "most": 5}, 6, "Не больше 5."),
        ({"kind": "number"}, "6", "Ответ не читается. Заполните поле заново."),
        ({"kind": "money", "least": 50_000}, 1, "Не меньше 50 000 ₽."),
        ({"kind": "money"}, "1 000 ₽", "Ответ не читается. Заполните поле заново."),
        ({"kind": "date", "earliest": "2027-03-01"}, "2027-02-28", "Не раньше 01.03.2027."),
        ({"kind": "date", "latest": "2027-03-01"}, "2027-03-02", "Не позже 01.03.2027."),
        ({"kind": "date"}, "01.03.2027", "Ответ не читается. Заполните поле заново."),
        ({"kind": "choice", "options": OPTIONS}, "d", "Выберите один из вариантов."),
        ({"kind": "choices", "options": OPTIONS, "least": 2}, ["a"], "Выберите хотя бы 2 варианта."),
        ({"kind": "choices", "options": OPTIONS, "most": 2}, ["a", "b", "c"], "Выберите не больше 2 вариантов."),
        ({"kind": "choices", "options": OPTIONS}, ["b", "a"], "Ответ не читается. Заполните поле заново."),
        ({"kind": "files", "most_files": 1}, [FILE, FILE], "Не больше 1 файла. Уберите лишние."),
        (
            {"kind": "files", "max_mb": 1},
            [{**FILE, "size": 2 * 1024**2}],
            "Файл «Смета.pdf» больше 1 МБ. Уменьшите его или приложите другой.",
        ),
        ({"kind": "budget"}, [LINE, {**LINE, "name": ""}], "Строка 2: назовите работу или уберите строку."),
        ({"kind": "budget"}, [{**LINE, "amount": 0}], "«Опоры»: укажите сумму."),
        ({"kind": "budget"}, [{**LINE, "amount": "5"}], "Ответ не читается. Заполните поле заново."),
        ({"kind": "schedule"}, [{**WORK, "name": ""}], "Строка 1: назовите работу или уберите строку."),
        ({"kind": "schedule"}, [{**WORK, "ends_on": ""}], "«Монтаж»: укажите, когда начнёте и когда закончите."),
        (
            {"kind": "schedule"},
            [{**WORK, "ends_on": "2027-02-28"}],
            "«Монтаж»: окончание раньше начала. Поправьте одну из дат.",
        ),
        ({"kind": "point"}, {"lat": 55.75, "lon": 37.61}, "Точка за пределами Югры. Поставьте её на карте округа."),
        (
            {"kind": "people", "least": 3},
            [MEMBER],
            "Подтвердили участие: 1, а нужно хотя бы 3. Пригласите ещё людей или дождитесь ответа.",
        ),
        ({"kind": "link"}, "example.ru", "Ответ не читается. Заполните поле заново."),
        ({"kind": "consent"}, "on", "Ответ не читается. Заполните поле заново."),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(field: dict[str, Any], value: object, words: str) -> None:
    assert trouble(field, value) == words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"kind": "line", "min_length": 3}, "Лёд"),
        ({"kind": "line", "max_length": 3}, " Лёд "),  # a space too many in an old text is no fault
        ({"kind": "number", "least": 5, "most": 5}, 5),
        ({"kind": "number", "digits": 2}, 0.25),
        ({"kind": "money", "least": 5, "most": 5}, 5),
        ({"kind": "date", "earliest": "2027-03-01", "latest": "2027-03-01"}, "2027-03-01"),
        ({"kind": "choices", "options": OPTIONS, "least": 1, "most": 2}, ["a", "c"]),
        ({"kind": "files", "most_files": 2}, [FILE, FILE]),
        ({"kind": "files", "of_project": "photos"}, [{**FILE, "name": "Фотография", "size": 0}]),
        ({"kind": "budget"}, [LINE, {**LINE, "name": " Ещё\u00a0опоры"}]),
        ({"kind": "schedule"}, [{**WORK, "ends_on": WORK["starts_on"]}]),
        ({"kind": "people", "least": 2}, [MEMBER, {"person_id": 8, "duty": ""}]),
    ],
)
def test_what_just_fits_is_right(field: dict[str, Any], value: object) -> None:
    assert trouble(field, value) == ""


# Shares of a budget

REGION = [{"source": "region", "most": 70}]


@pytest.mark.parametrize(
    ("shares", "rows", "words"),
    [
        ([], budget(region=1), ""),
        (REGION, budget(residents=100), ""),
        (REGION, budget(region=70, residents=30), ""),
        (
            [{"source": "municipality", "most": 90}],
            budget(municipality=940_000, residents=60_000),
            (
                "Доля бюджета муниципалитета 94 %: больше 90 %. "
                "Уменьшите её: при смете 1 000 000 ₽ это не больше 900 000 ₽."
            ),
        ),
        (
            REGION,
            budget(region=704, residents=296),
            "Доля бюджета региона 70,4 %: больше 70 %. Уменьшите её: при смете 1 000 ₽ это не больше 700 ₽.",
        ),
        (
            REGION,
            budget(region=7 * 10**9 + 1, residents=3 * 10**9 - 1),
            (
                "Доля бюджета региона чуть больше 70 %: больше 70 %. "
                "Уменьшите её: при смете 10 000 000 000 ₽ это не больше 7 000 000 000 ₽."
            ),
        ),
        (
            [{"source": "residents", "least": 5}],
            budget(region=961, residents=49),
            "Доля жителей 4,9 %: меньше 5 %. Увеличьте её: при смете 1 010 ₽ это не меньше 51 ₽.",
        ),
        (
            [{"source": "in_kind", "least": 5}, {"source": "legal_entities", "most": 0}],
            budget(region=50, legal_entities=50),
            (
                "Доля вклада натурой и трудом 0 %: меньше 5 %. Увеличьте её: при смете 100 ₽ это не меньше 5 ₽. "
                "Доля предпринимателей и организаций 50 %: больше 0 %. Уменьшите её: при смете 100 ₽ это не больше 0 ₽."
            ),
        ),
    ],
)
def test_shares_are_of_the_whole_and_exact(
    shares: list[dict[str, Any]], rows: list[dict[str, Any]], words: str
) -> None:
    assert trouble({"kind": "budget", "shares": shares}, rows) == words


def test_rows_of_one_source_add_up() -> None:
    rows = budget(region=40, residents=60) + budget(region=40)
    assert trouble({"kind": "budget", "shares": REGION}, rows) == ""
    assert trouble({"kind": "budget", "shares": [{"source": "region", "most": 58}]}, rows) == ""
    assert trouble({"kind": "budget", "shares": [{"source": "region", "most": 57}]}, rows).startswith(
        "Доля бюджета региона 57,1 %: больше 57 %."
    )


# Conditions


@pytest.mark.parametrize(
    ("asked", "test", "value", "passing", "failing"),
    [
        ({"kind": "choice", "options": OPTIONS}, "is", "a", ["a"], ["b", None, "d", 5]),
        ({"kind": "choice", "options": OPTIONS}, "is_not", "a", ["b", None], ["a"]),
        ({"kind": "choice", "of_project": "direction"}, "is", "5", ["5"], ["6", None]),
        ({"kind": "choices", "options": OPTIONS}, "is", "a", [["a"], ["a", "b"]], [["b"], [], None]),
        ({"kind": "choices", "options": OPTIONS}, "is_not", "a", [["b"], None], [["a", "b"]]),
        ({"kind": "consent"}, "is", "true", [True], [False, None, "x"]),
        ({"kind": "consent"}, "is", "false", [False, None], [True]),
        ({"kind": "consent"}, "is_not", "true", [None], [True]),
        ({"kind": "number", "digits": 1}, "is", "1,5", [1.5], [1, None, "x"]),
        ({"kind": "number"}, "at_least", "10", [10, 11], [9, None, True]),
        ({"kind": "number", "digits": 1}, "at_most", "0.5", [0.5, -1], [0.6, None]),
        ({"kind": "money"}, "at_least", "1000000", [1_000_000], [999_999, None]),
        ({"kind": "line"}, "filled", "", ["да"], [None, "", "  ", 7]),
        ({"kind": "files"}, "filled", "", [[FILE]], [[], None]),
        ({"kind": "people"}, "empty", "", [None, []], [[MEMBER]]),
        # What makes no sense is never met; ``troubles`` tells of it.
        ({"kind": "line"}, "at_least", "5", [], ["6", None]),
        ({"kind": "number"}, "at_least", "много", [], [6, None]),
        ({"kind": "section"}, "filled", "", [], [None, "x"]),
        ({"kind": "section"}, "empty", "", [None, "x"], []),
    ],
)
def test_a_condition_looks_at_the_answer(
    asked: dict[str, Any], test: str, value: str, passing: list[object], failing: list[object]
) -> None:
    spec = form(
        {"key": "asked", **asked},
        {"key": "more", "kind": "line", "shown_if": {"key": "asked", "test": test, "value": value}},
    )
    for answer in passing:
        assert shown(spec, {"asked": answer}) == {"asked", "more"}
        assert "more" in check(spec, {"asked": answer})
    for answer in failing:
        assert shown(spec, {"asked": answer}) == {"asked"}
        assert "more" not in check(spec, {"asked": answer})


CHAIN = form(
    {"key": "has", "kind": "choice", "options": OPTIONS},
    {"key": "part", "kind": "section", "shown_if": {"key": "has", "value": "a"}},
    {"key": "which", "kind": "line", "shown_if": {"key": "has", "value": "a"}},
    {"key": "why", "kind": "line", "shown_if": {"key": "which", "test": "empty"}},
)


def test_what_hangs_on_a_hidden_question_is_hidden_too() -> None:
    assert shown(CHAIN, {"has": "b"}) == {"has"}
    assert shown(CHAIN, {"has": "b", "which": "эта"}) == {"has"}
    assert shown(CHAIN, {"has": "a"}) == {"has", "part", "which", "why"}
    assert shown(CHAIN, {"has": "a", "which": "эта"}) == {"has", "part", "which"}


def test_a_hidden_answer_is_not_checked() -> None:
    assert check(CHAIN, {"has": "b", "which": {"нечто": 1}, "why": 7}) == {}
    assert sorted(check(CHAIN, {"has": "a", "which": {"нечто": 1}})) == ["which", "why"]


@pytest.mark.parametrize("key", ["it", "later", "nowhere"])
def test_a_condition_on_itself_or_on_what_does_not_stand_earlier_is_never_met(key: str) -> None:
    spec = form(
        {"key": "it", "kind": "line", "shown_if": {"key": key, "test": "empty"}},
        {"key": "later", "kind": "line"},
    )
    assert shown(spec, {}) == {"later"}


# Completeness


def test_required_questions_that_are_shown_are_counted() -> None:
    spec = form(
        {"key": "title", "kind": "line", "min_length": 5},
        {"key": "about", "kind": "section"},
        {"key": "has", "kind": "choice", "options": OPTIONS},
        {"key": "which", "kind": "line", "shown_if": {"key": "has", "value": "a"}},
        {"key": "more", "kind": "text", "required": False},
    )
    assert filled(spec, {}) == (0, 2)
    assert filled(spec, {"title": "Лыжня", "more": "Ещё"}) == (1, 2)
    assert filled(spec, {"title": "Лыж"}) == (0, 2)  # too short: nothing that would stop the submission counts
    assert filled(spec, {"title": "Лыжня", "has": "a"}) == (2, 3)
    assert filled(spec, {"title": "Лыжня", "has": "a", "which": "эта"}) == (3, 3)
    assert filled(spec, {"title": "Лыжня", "has": "b", "which": "эта"}) == (2, 2)


def test_of_a_repeated_key_the_first_field_is_asked() -> None:
    spec = form({"key": "it", "kind": "number"}, {"key": "it", "kind": "line"})
    assert check(spec, {"it": 5}) == {}
    assert filled(spec, {"it": 5}) == (1, 1)
