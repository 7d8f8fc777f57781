"""Reading forms: anything may come, all troubles are told at once."""

from __future__ import annotations

from typing import Any

import pytest

from elka.core.forms import Form
from elka.errors import Invalid, Refused


@pytest.mark.parametrize(
    "payload", [None, [], "text", 7, {"name": {"a": 1}}, {"name": ["x"]}, {"name": "x" * 301}, {"name": "a\x00b"}]
)
def test_garbage_reads_as_nothing(payload: Any) -> None:
    form = Form(payload)
    assert form.text("name") == ""
    assert form.raw("name") == ""
    assert not form.ticked("name")


def test_all_troubles_come_together_and_the_first_of_a_field_counts() -> None:
    def number(text: str) -> int:
        if not text.isdigit():
            raise Refused("Только цифры.")
        return int(text)

    form = Form({"age": "семь", "city": "  Новый   Уренгой "})
    assert form.text("city") == "Новый Уренгой"
    assert form.read("age", number, "Сколько лет?") is None
    assert form.read("height", number, "Какой рост?") is None
    form.refuse("age", "Другое.")
    with pytest.raises(Invalid) as caught:
        form.check()
    assert caught.value.fields == {"age": "Только цифры.", "height": "Какой рост?"}


def test_a_ticked_box() -> None:
    form = Form({"a": "on", "b": True, "c": "", "d": False, "e": 1.5})
    assert [name for name in "abcde" if form.ticked(name)] == ["a", "b"]
