"""Frozen contents and their differences."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from elka.core.content import ChangeKind, Content, Line, Member, Picture, Piece, compare, words_changed

BASE = Content(
    title="Лыжня под звёздами",
    direction="Спорт и ЗОЖ",
    settlement="Игрим",
    municipality="Берёзовский район",
    summary="Свет на трассе у школы.",
    starts_on=date(2027, 3, 1),
    ends_on=date(2027, 9, 30),
    budget=(
        Line(name="Опоры", quantity="24 шт.", amount=300_000, source="municipality"),
        Line(name="Монтаж", amount=50_000, source="residents"),
    ),
    group=(Member(person_id=1, duty="автор"), Member(person_id=2)),
    photos=(Picture(id=5, key="aa"),),
)


def test_content_survives_the_database() -> None:
    assert Content.model_validate(BASE.dump()) == BASE
    assert BASE.cost == 350_000
    assert BASE.asked_from("municipality") == 300_000


def test_unknown_shapes_are_refused() -> None:
    with pytest.raises(ValidationError):
        Content.model_validate({**BASE.dump(), "form": 3})
    with pytest.raises(ValidationError):
        Content.model_validate({**BASE.dump(), "phone": "+79220000000"})


def test_nothing_changed() -> None:
    assert compare(BASE, BASE) == ()


def test_every_kind_of_change_is_told() -> None:
    new = BASE.model_copy(
        update={
            "summary": "Тёплый свет на трассе у школы.",
            "ends_on": date(2027, 10, 31),
            "budget": (
                Line(name="Опоры", quantity="20 шт.", amount=250_000, source="municipality"),
                Line(name="Щит", amount=40_000, source="municipality"),
            ),
            "group": (Member(person_id=1, duty="автор"), Member(person_id=3)),
            "photos": (),
        }
    )
    found = compare(BASE, new)
    assert [(one.kind, one.field) for one in found] == [
        (ChangeKind.TEXT, "summary"),
        (ChangeKind.DATES, "dates"),
        (ChangeKind.LINE, "Опоры"),
        (ChangeKind.LINE, "Монтаж"),
        (ChangeKind.LINE, "Щит"),
        (ChangeKind.MEMBER, "2"),
        (ChangeKind.MEMBER, "3"),
        (ChangeKind.PHOTO, "aa"),
    ]
    assert found[3].new is None
    assert found[4].old is None


def test_lines_of_one_name_are_told_apart() -> None:
    twice = BASE.model_copy(update={"budget": (*BASE.budget, BASE.budget[0])})
    assert [one.field for one in compare(BASE, twice)] == ["Опоры (2)"]


def test_words_changed_reads_in_order() -> None:
    assert words_changed("Свет у школы", "Тёплый свет у школы") == (
        (Piece.REMOVED, "Свет"),
        (Piece.ADDED, "Тёплый свет"),
        (Piece.SAME, " у школы"),
    )


def test_a_sentence_at_the_end_is_just_added() -> None:
    assert words_changed("Нужны сваи.", "Нужны сваи. Доски свои.") == (
        (Piece.SAME, "Нужны сваи."),
        (Piece.ADDED, " Доски свои."),
    )


@given(st.text(max_size=80), st.text(max_size=80))
def test_pieces_put_together_give_both_texts(old: str, new: str) -> None:
    pieces = words_changed(old, new)
    assert "".join(text for kind, text in pieces if kind is not Piece.ADDED) == old
    assert "".join(text for kind, text in pieces if kind is not Piece.REMOVED) == new
