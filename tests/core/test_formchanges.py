"""Two sets of answers told apart."""

from __future__ import annotations

from elka.core.content import Piece
from elka.core.formfields import FieldKind
from elka.core.formspec import AnswerChange, FormSpec, changes

SPEC = FormSpec.load(
    {
        "format": "elka-form",
        "fields": [
            {"key": "part", "kind": "section", "label": "Раздел"},
            {"key": "why", "kind": "text", "label": "Почему"},
            {"key": "sum", "kind": "money", "label": "Сумма", "shown_if": {"key": "why", "test": "empty"}},
            {"key": "name", "kind": "line", "label": "Имя"},
            {"key": "agree", "kind": "consent", "label": "Согласие", "text": "Да"},
        ],
    }
)


def test_texts_are_told_word_by_word_and_others_by_their_values() -> None:
    old = {"why": "Нужны сваи.", "sum": 5, "name": "Лыжня", "part": 1}
    new = {"agree": True, "sum": 7, "why": "Нужны сваи. Доски свои.", "name": "Лыжня"}
    assert changes(SPEC, old, new) == (
        AnswerChange(
            "why",
            "Почему",
            FieldKind.TEXT,
            pieces=((Piece.SAME, "Нужны сваи."), (Piece.ADDED, " Доски свои.")),
        ),
        AnswerChange("sum", "Сумма", FieldKind.MONEY, old=5, new=7),
        AnswerChange("agree", "Согласие", FieldKind.CONSENT, old=None, new=True),
    )


def test_an_answer_that_came_or_went() -> None:
    assert changes(SPEC, {}, {"name": "Лыжня"}) == (
        AnswerChange("name", "Имя", FieldKind.LINE, pieces=((Piece.ADDED, "Лыжня"),)),
    )
    assert changes(SPEC, {"name": "Лыжня", "sum": 5}, {}) == (
        AnswerChange("sum", "Сумма", FieldKind.MONEY, old=5),
        AnswerChange("name", "Имя", FieldKind.LINE, pieces=((Piece.REMOVED, "Лыжня"),)),
    )


def test_nothing_changed() -> None:
    answers = {"why": "Надо", "sum": 5}
    assert changes(SPEC, answers, dict(answers)) == ()
    assert changes(SPEC, {"why": "", "agree": False, "sum": None}, {"name": "", "more": 1}) == ()


def test_what_is_no_text_in_a_text_field_is_told_as_it_is() -> None:
    assert changes(SPEC, {"why": 5}, {"why": "Надо"}) == (
        AnswerChange("why", "Почему", FieldKind.TEXT, old=5, new="Надо"),
    )
