"""The settings of a field as text: read, checked, written back; no typing makes a field that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.fieldsettings import (
    FLAGS,
    moved_option,
    renamed_option,
    saved,
    settings_for,
    with_option,
    with_share,
    with_type,
    without_option,
    written,
)
from elka.core.formfields import (
    BY_KIND,
    FIELD,
    AnyField,
    BudgetField,
    ChoiceField,
    ChoicesField,
    FieldKind,
    FilesField,
    LineField,
    MoneyField,
    NumberField,
    ProjectPart,
)
from elka.errors import NotFound, Refused

ANYTHING = st.one_of(
    st.text(max_size=40),
    st.integers(-(10**14), 10**14).map(str),
    st.sampled_from(["", "0", "1", "100", "1 200 000 ₽", "2027-03-01", "31.02.2027", "true", "\ud800", "x" * 7000]),
    st.none(),
    st.booleans(),
    st.integers(),
    st.lists(st.text(max_size=3), max_size=3),
)


def plain(kind: FieldKind) -> AnyField:
    return FIELD.validate_python({"key": "a", "label": "Вопрос", "kind": kind})


@given(st.sampled_from(FieldKind), st.data())
def test_whatever_is_typed_the_field_can_be_read(kind: FieldKind, data: st.DataObject) -> None:
    field = plain(kind)
    for _ in range(6):
        name = data.draw(st.sampled_from([*settings_for(field), *FLAGS, "audience", "key", "kind", "nothing"]))
        typed = data.draw(ANYTHING)
        try:
            field = saved(field, name, typed)
        except Refused:
            continue
        assert FIELD.validate_python(field.model_dump(mode="json")) == field
        assert (field.key, field.kind) == ("a", kind)


@given(st.sampled_from(FieldKind), st.data())
def test_what_a_control_shows_is_read_as_it_was(kind: FieldKind, data: st.DataObject) -> None:
    field = plain(kind)
    name = data.draw(st.sampled_from(list(settings_for(field))))
    try:
        field = saved(field, name, data.draw(ANYTHING))
    except Refused:
        return
    assert saved(field, name, written(field, name)) == field


@pytest.mark.parametrize(
    ("field", "name", "typed", "kept"),
    [
        (LineField(key="a", label="Имя"), "max_length", " 200 ", 200),
        (LineField(key="a", label="Имя"), "label", "  Как  вас зовут ", "Как вас зовут"),
        (MoneyField(key="a", label="Сумма"), "most", "500 000 ₽", 500_000),
        (MoneyField(key="a", label="Сумма", most=5), "most", "", None),
        (NumberField(key="a", label="Сколько"), "least", "−3", -3),
        (LineField(key="a", label="Имя"), "required", False, False),
        (LineField(key="a", label="Имя"), "audience", "experts", "experts"),
    ],
)
def test_settings_are_read_as_people_type_them(field: AnyField, name: str, typed: object, kept: Any) -> None:
    assert getattr(saved(field, name, typed), name) == kept


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("max_length", "301", "до 300"),
        ("max_length", "", "Впишите число"),
        ("max_length", "много", "числ"),
        ("max_length", "1,5", "целое"),
        ("label", "   ", "Без названия"),
        ("label", "я" * 161, "161"),
    ],
)
def test_what_cannot_be_is_refused_in_words_at_the_setting(name: str, typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        saved(LineField(key="a", label="Имя"), name, typed)
    assert name in refused.value.fields


def test_a_part_of_the_project_holds_no_more_than_the_project() -> None:
    title = LineField(key="title", label="Название", of_project=ProjectPart.TITLE)
    with pytest.raises(Refused, match="120"):
        saved(title, "max_length", "200")
    photos = FilesField(key="photos", label="Фото", of_project=ProjectPart.PHOTOS)
    assert list(settings_for(photos)) == ["label", "hint", "most_files"]


def test_answers_keep_their_values_when_their_words_are_corrected() -> None:
    field: AnyField = ChoiceField(key="a", label="Вклад")
    field, money = with_option(field, "Деньги")
    field, work = with_option(field, "Свой труд")
    assert (money, work) == ("dengi", "svoi_trud")
    field = renamed_option(field, money, "Деньгами")
    assert [(one.value, one.label) for one in field.options] == [("dengi", "Деньгами"), ("svoi_trud", "Свой труд")]
    field, again = with_option(field, "Деньги!")
    assert again == "dengi_2"
    field = moved_option(field, again, 0)
    assert [one.value for one in field.options] == ["dengi_2", "dengi", "svoi_trud"]
    assert [one.value for one in without_option(field, "dengi").options] == ["dengi_2", "svoi_trud"]


@pytest.mark.parametrize("label", ["", "  ", "Деньги", "я" * 121, None, 5])
def test_an_answer_has_words_of_its_own(label: object) -> None:
    field, _ = with_option(ChoicesField(key="a", label="Вклад"), "Деньги")
    with pytest.raises(Refused):
        with_option(field, label)


def test_answers_end_at_sixty() -> None:
    field: AnyField = ChoicesField(key="a", label="Вклад")
    for number in range(60):
        field, _ = with_option(field, f"Ответ {number}")
    with pytest.raises(Refused, match="60"):
        with_option(field, "Ещё один")


def test_no_answers_are_added_to_what_the_region_lists() -> None:
    field = ChoiceField(key="direction", label="Направление", of_project=ProjectPart.DIRECTION)
    with pytest.raises(NotFound):
        with_option(field, "Своё")


def test_a_budget_takes_sources_with_their_shares() -> None:
    field: AnyField = BudgetField(key="budget", label="Смета")
    field = with_share(field, "municipality", "most", "90")
    assert [(one.source, one.least, one.most) for one in field.shares][1] == ("municipality", 0, 90)
    field = with_share(field, "region", "on", False)
    assert [one.source for one in field.shares] == ["municipality", "residents", "legal_entities", "in_kind"]
    with pytest.raises(NotFound):
        with_share(field, "region", "least", "5")
    with pytest.raises(Refused, match="100") as refused:
        with_share(field, "residents", "least", "101")
    assert "share-residents-least" in refused.value.fields
    field = with_share(with_share(field, "region", "on", True), "municipality", "most", "")
    assert field.shares == ()
    for source in ("region", "municipality", "residents", "legal_entities"):
        field = with_share(field, source, "on", False)
    with pytest.raises(Refused, match="хотя бы один"):
        with_share(field, "in_kind", "on", False)


def test_files_are_of_some_type() -> None:
    field: AnyField = FilesField(key="a", label="Файлы")
    for kind in ("pdf", "image"):
        field = with_type(field, kind, False)
    assert [one.value for one in field.types] == ["document"]
    with pytest.raises(Refused, match="хотя бы один"):
        with_type(field, "document", False)
    assert [one.value for one in with_type(field, "archive", True).types] == ["document", "archive"]


def test_every_kind_has_a_name_to_be_asked_by() -> None:
    assert all("label" in settings_for(plain(kind)) for kind in BY_KIND)
