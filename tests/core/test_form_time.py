"""How long a template takes."""

from __future__ import annotations

import json
from pathlib import Path

from elka import data
from elka.core.form_time import minutes, questions
from elka.core.formfields import LineField, SectionField, TextField
from elka.core.formspec import FormSpec


def test_the_standard_form_takes_half_an_hour() -> None:
    path = Path(data.__file__).parent / "templates" / "standard_form.json"
    fields = FormSpec.load(json.loads(path.read_text())).fields
    assert (questions(fields), minutes(fields)) == (12, 30)


def test_nothing_asked_takes_no_time() -> None:
    assert minutes([]) == 0
    assert minutes([SectionField(key="a", label="Раздел")]) == 0
    assert minutes([LineField(key="a", label="Имя")]) == 1


def test_a_longer_text_takes_longer_but_not_for_ever() -> None:
    times = [minutes([TextField(key="a", label="Текст", max_length=most)] * 3) for most in (200, 2000, 6000)]
    assert times == sorted(times)
    assert times[-1] <= 25
