"""Names as they are kept, and texts as they are compared."""

from __future__ import annotations

import pytest

from elka.core.names import BadName, normal_name, plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("кузнецова", "Кузнецова"),
        ("  КУЗНЕЦОВА ", "Кузнецова"),
        ("анна-мария", "Анна-Мария"),
        ("о’коннор", "О'Коннор"),
        ("де ла Крус", "де ла Крус"),
        ("Сайнахов   оглы", "Сайнахов оглы"),
        ("и\u0306лья".replace("и\u0306", "й"), "Йлья"),
        ("Ӈаркёлов", "Ӈаркёлов"),
        ("Ян", "Ян"),
        ("Я", "Я"),
    ],
)
def test_names_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "Иван1", "http://evil.ru", "Вы выиграли! Жмите", "Иван\u202eнавИ", "-", "И" * 61, "a_b", "<b>Иван</b>", "О''"],
)
def test_what_is_no_name(typed: str) -> None:
    with pytest.raises(BadName):
        normal_name(typed)


def test_two_forms_of_one_letter_are_one() -> None:
    assert normal_name("Андрей") == normal_name("Андреи\u0306")


def test_typed_texts_are_compared_plainly() -> None:
    assert plain(" Берёзовский\u00a0 РАЙОН ") == "березовский район"
