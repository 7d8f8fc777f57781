"""Answers of every kind: what people type, what is kept, what the control shows again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from elka.core.formfields import FIELD, AnyField, FieldKind
from elka.core.formspec import read, written
from elka.errors import Refused
from tests.words import plain

OPTIONS = [{"value": value, "label": value.upper()} for value in ("a", "b", "c")]


def field(kind: str, **settings: Any) -> AnyField:
    return FIELD.validate_python({"key": "it", "kind": kind, "label": "Вопрос", **settings})


def refusal(asked: AnyField, sent: object) -> str:
    """Return the words with which something is refused; they belong to the field."""
    with pytest.raises(Refused) as caught:
        read(asked, sent)
    assert caught.value.fields == {"it": caught.value.message}
    return plain(caught.value.message)


@pytest.mark.parametrize("kind", FieldKind)
def test_nothing_is_nothing_for_every_kind(kind: str) -> None:
    asked = field(kind)
    assert read(asked, None) is None
    assert read(asked, "") is None
    assert written(asked, None) == ""


@pytest.mark.parametrize(
    ("kind", "settings", "sent", "kept"),
    [
        ("line", {}, "  Лыжня \n под\u200b звёздами ", "Лыжня под звёздами"),
        ("line", {}, " \t\n", None),
        ("line", {}, "a\x00б\ud83d", "aб"),
        ("line", {"min_length": 10}, "ещё", "ещё"),  # a person is still typing
        ("text", {}, "Первый  \r\n\r\n\r\n\r\nВторой\n", "Первый\n\nВторой"),
        ("text", {}, "\n\n", None),
        ("number", {}, "1 200", 1200),
        ("number", {}, "−5", -5),
        ("number", {}, " ", None),
        ("number", {"least": 100}, "5", 5),
        ("number", {"digits": 2}, "1\u00a0200,50", 1200.5),
        ("number", {"digits": 1}, "3.0", 3),
        ("number", {"unit": "чел."}, "12 чел.", 12),
        ("number", {"unit": "2"}, "12", 12),
        ("number", {}, 7, 7),
        ("number", {"digits": 3}, 0.125, 0.125),
        ("number", {}, -0.0, 0),
        ("money", {}, "1 200 000 ₽", 1_200_000),
        ("money", {}, "1200000 руб.", 1_200_000),
        ("money", {}, "350 рублей", 350),
        ("money", {}, "350,00", 350),
        ("money", {}, "\u00a0", None),
        ("money", {"least": 50_000}, 7, 7),
        ("date", {}, "2027-03-01", "2027-03-01"),
        ("date", {}, " 1.3.2027 ", "2027-03-01"),
        ("date", {}, "01/03/2027", "2027-03-01"),
        ("date", {}, date(2027, 3, 1), "2027-03-01"),
        ("date", {"earliest": "2028-01-01"}, "2027-03-01", "2027-03-01"),
        ("date", {}, " ", None),
        ("choice", {"options": OPTIONS}, "b", "b"),
        ("choice", {"of_project": "direction"}, "17", "17"),
        ("choice", {"of_project": "settlement"}, 17, "17"),
        ("choices", {"options": OPTIONS}, ["c", "a", "c"], ["a", "c"]),
        ("choices", {"options": OPTIONS}, '["b"]', ["b"]),
        ("choices", {"options": OPTIONS}, "b", ["b"]),
        ("choices", {"options": OPTIONS, "least": 2}, ("b",), ["b"]),
        ("choices", {"options": OPTIONS}, [], None),
        ("point", {}, {"lat": 61.0042123456, "lon": 69, "zoom": 9}, {"lat": 61.004212, "lon": 69.0}),
        ("point", {}, '{"lat": "61,5", "lon": "69.25"}', {"lat": 61.5, "lon": 69.25}),
        ("point", {}, "61.0042, 69.0019", {"lat": 61.0042, "lon": 69.0019}),
        ("point", {}, "61.0042 69.0019", {"lat": 61.0042, "lon": 69.0019}),
        ("point", {}, {}, None),
        ("link", {}, "https://example.ru/a?b=1#в", "https://example.ru/a?b=1#в"),
        ("link", {}, "example.ru", "https://example.ru"),
        ("link", {}, "//example.ru/x", "https://example.ru/x"),
        ("link", {}, "ugra.example.ru:8080/x", "https://ugra.example.ru:8080/x"),
        ("link", {}, "HTTP://Югра.рф ", "http://Югра.рф"),
        ("link", {}, "\u200b", None),
        ("consent", {}, True, True),
        ("consent", {}, "on", True),
        ("consent", {}, "true", True),
        ("consent", {}, False, None),
        ("consent", {}, "off", None),
    ],
)
def test_what_people_type_is_read(kind: str, settings: dict[str, Any], sent: object, kept: object) -> None:
    asked = field(kind, **settings)
    value = read(asked, sent)
    assert value == kept
    assert type(value) is type(kept)
    assert read(asked, written(asked, value)) == kept


@pytest.mark.parametrize(
    ("kind", "settings", "value", "shown"),
    [
        ("line", {}, "Лыжня", "Лыжня"),
        ("number", {"digits": 2}, 1200.5, "1 200,5"),
        ("number", {}, -5, "−5"),
        ("money", {}, 1_200_000, "1 200 000"),
        ("date", {}, "2027-03-01", "2027-03-01"),
        ("choices", {"options": OPTIONS}, ["a", "b"], '["a", "b"]'),
        ("point", {}, {"lat": 61.5, "lon": 69.0}, "61.5, 69.0"),
        ("consent", {}, True, "true"),
        pytest.param("money", {}, 10**5000, "", id="enormous"),
    ],
)
def test_a_control_shows_what_is_kept(kind: str, settings: dict[str, Any], value: object, shown: str) -> None:
    assert plain(written(field(kind, **settings), value)) == shown


@pytest.mark.parametrize(
    ("kind", "settings", "sent", "words"),
    [
        ("line", {"max_length": 5}, "шестеро", "Слишком длинно: 7 из 5. Сократите."),
        ("text", {}, "о" * 3001, "Слишком длинно: 3 001 из 3 000. Сократите."),
        ("text", {}, "о" * 100_001, "Слишком длинно: больше 100 000 знаков. Сократите."),
        ("line", {}, 5, "Ответ не читается. Заполните поле заново."),
        ("line", {}, {"a": 1}, "Ответ не читается. Заполните поле заново."),
        ("number", {}, "сто", "Введите число цифрами, например 1200."),
        ("number", {}, "1e5", "Введите число цифрами, например 1200."),
        ("number", {}, float("nan"), "Введите число цифрами, например 1200."),
        ("number", {}, float("inf"), "Введите число цифрами, например 1200."),
        ("number", {}, True, "Ответ не читается. Заполните поле заново."),
        pytest.param("number", {}, 10**5000, "Слишком большое число. Проверьте, нет ли лишних нулей.", id="enormous"),
        ("number", {}, "9" * 15, "Слишком большое число. Проверьте, нет ли лишних нулей."),
        ("number", {}, "1,5", "Укажите целое число, без запятой."),
        ("number", {"digits": 1}, "1,55", "После запятой не больше 1 цифры."),
        ("number", {"digits": 2}, 1e-300, "После запятой не больше 2 цифр."),
        ("number", {"most": 1000, "unit": "м²"}, "1001", "Не больше 1 000 м²."),
        ("number", {"most": -1}, "0", "Не больше −1."),
        ("money", {}, "12,50", "Укажите сумму целыми рублями, без копеек."),
        ("money", {}, "-5", "Сумма не может быть отрицательной."),
        ("money", {"most": 1_000_000}, "1 000 001", "Не больше 1 000 000 ₽."),
        ("money", {}, "много", "Введите число цифрами, например 1200."),
        ("date", {}, "завтра", "Укажите дату: день, месяц и год."),
        ("date", {}, "31.02.2027", "Такой даты нет. Проверьте день и месяц."),
        ("date", {}, "0202-03-01", "Проверьте год."),
        ("date", {}, datetime(2027, 3, 1, 12), "Ответ не читается. Заполните поле заново."),  # noqa: DTZ001
        ("date", {"latest": "2027-12-31"}, "2028-01-01", "Не позже 31.12.2027."),
        ("choice", {"options": OPTIONS}, "d", "Выберите один из вариантов."),
        ("choice", {"options": OPTIONS}, ["a"], "Выберите один из вариантов."),
        ("choice", {"of_project": "direction"}, "07", "Выберите один из вариантов."),
        ("choice", {"of_project": "direction"}, "спорт", "Выберите один из вариантов."),
        ("choice", {"of_project": "settlement"}, 0, "Выберите один из вариантов."),
        ("choice", {"of_project": "settlement"}, True, "Выберите один из вариантов."),
        ("choices", {"options": OPTIONS}, ["a", "d"], "Выберите из предложенных вариантов."),
        ("choices", {"options": OPTIONS}, "d", "Выберите из предложенных вариантов."),
        ("choices", {"options": OPTIONS}, {"a": 1}, "Выберите из предложенных вариантов."),
        ("choices", {"options": OPTIONS}, "[" * 50_000, "Ответ не читается. Заполните поле заново."),
        ("choices", {"options": OPTIONS, "most": 1}, ["a", "b"], "Выберите не больше 1 варианта."),
        ("point", {}, "Игрим", "Ответ не читается. Заполните поле заново."),
        ("point", {}, [61, 69], "Поставьте точку на карте."),
        ("point", {}, {"lat": 61}, "Поставьте точку на карте."),
        ("point", {}, "55.75, 37.61", "Точка за пределами Югры. Поставьте её на карте округа."),
        ("point", {}, {"lat": float("nan"), "lon": 69}, "Введите число цифрами, например 1200."),
        ("consent", {}, 1, "Поставьте или снимите отметку."),
        ("section", {}, "что-нибудь", "Раздел ничего не спрашивает."),
    ],
)
def test_what_can_never_be_right_is_refused_in_words(
    kind: str, settings: dict[str, Any], sent: object, words: str
) -> None:
    assert refusal(field(kind, **settings), sent) == words


@pytest.mark.parametrize(
    "sent",
    [
        "javascript:alert(1)",
        "javascript://example.ru/%0aalert(1)",
        "data:text/html,x",
        "mailto:a@example.ru",
        "tel:83467000000",
        "ftp://example.ru",
        "http:example.ru",
        "https://",
        "https://localhost",
        "localhost:8080",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[",
        "https://example.ru:99999/",
        "https://example.ru:0/",
        "https://user@example.ru/",
        "https://sberbank.ru@evil.ru/",
        "https://-example.ru",
        "https://example..ru",
        "https://example.r",
        "https://example.ru/два слова",
        'https://example.ru/"onclick=',
        "https://example.ru\\@evil.ru",
        "https://exa℀mple.ru",
        "просто текст",
    ],
)
def test_only_pages_with_a_real_host_are_links(sent: str) -> None:
    assert refusal(field("link"), sent) == "Укажите адрес страницы, например https://example.ru."


def test_a_link_has_its_longest() -> None:
    assert refusal(field("link"), "https://example.ru/" + "a" * 500) == "Слишком длинно: 519 из 500. Сократите."
