"""Filling an application in: every field saves itself, and nobody overwrites another unknowingly."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.answers import Answer
from elka.models.projects import BudgetLine
from elka.state.application_fill import FillState
from elka.state.fill_saving import Clash, Saved, left_over
from tests.factories import direction, settlement
from tests.filling import Case, filling, kept, member_of
from tests.forms import GOOD
from tests.garbage import GARBAGE
from tests.words import plain

opened = FillState._open
save = FillState._save
check = FillState._check
delete = FillState._delete


@pytest.fixture
def case(work: Work) -> Case:
    return filling(work)


# Saving


@pytest.mark.parametrize(
    ("key", "typed", "value", "text"),
    [
        ("motto", "  Свет   для всех ", "Свет для всех", "Свет для всех"),
        ("story", "Первая.\r\n\r\n\r\nВторая.", "Первая.\n\nВторая.", "Первая.\n\nВторая."),
        ("reach", "1 000", 1000, "1 000"),
        ("gift", "1 200 000 ₽", 1_200_000, "1 200 000"),
        ("day", "2027-06-12", "2027-06-12", "2027-06-12"),
        ("how", "money", "money", "money"),
        ("whom", '["old","kids"]', ["kids", "old"], '["kids", "old"]'),
        ("point", '{"lat": 63.19, "lon": 64.42}', {"lat": 63.19, "lon": 64.42}, '{"lat": 63.19, "lon": 64.42}'),
        ("page", "elka.example.ru/свет", "https://elka.example.ru/свет", "https://elka.example.ru/свет"),
        ("truth", "true", True, "true"),
        (
            "plan",
            '[{"name": "Опоры", "starts_on": "2027-03-01", "ends_on": ""}]',
            [{"name": "Опоры", "starts_on": "2027-03-01", "ends_on": ""}],
            '[{"ends_on": "", "name": "Опоры", "starts_on": "2027-03-01"}]',
        ),
    ],
)
def test_every_kind_of_answer_is_kept(work: Work, case: Case, key: str, typed: str, value: object, text: str) -> None:
    saved = save(work, case.id, key, typed, "")
    assert isinstance(saved, Saved)
    assert (saved.value, plain(saved.text), saved.at) == (value, text, "Сохранено в 12:00")
    work.session.flush()
    assert kept(work, case)[key] == value
    assert opened(work, case.id).held.seen[key] == saved.text
    assert isinstance(save(work, case.id, key, saved.text, saved.text), Saved)  # reading it again is the same
    assert kept(work, case)[key] == value


@pytest.mark.parametrize(
    ("key", "typed", "field", "value"),
    [
        ("title", "Свет над трассой", "title", "Свет над трассой"),
        ("summary", "Одно предложение о свете.", "summary", "Одно предложение о свете."),
        ("problem", "Темно.\nХолодно.", "problem", "Темно.\nХолодно."),
        ("ends_on", "2027-10-01", "ends_on", date(2027, 10, 1)),
    ],
)
def test_parts_of_the_project_go_into_the_project(
    work: Work, case: Case, key: str, typed: str, field: str, value: object
) -> None:
    version = case.project.version
    assert isinstance(save(work, case.id, key, typed, opened(work, case.id).held.seen[key]), Saved)
    assert getattr(case.project, field) == value
    assert case.project.version == version + 1
    assert kept(work, case) == {}


def test_direction_and_settlement_are_chosen_among_those_of_the_region(work: Work, case: Case) -> None:
    other, place = direction(work, "ecology"), settlement(work, "Берёзово")
    seen = opened(work, case.id).held.seen
    save(work, case.id, "direction", str(other.id), seen["direction"])
    save(work, case.id, "settlement", str(place.id), seen["settlement"])
    assert (case.project.direction_id, case.project.settlement_id) == (other.id, place.id)
    with pytest.raises(Refused) as refusal:
        save(work, case.id, "direction", "999999", None)
    assert list(refusal.value.fields) == ["direction"]


def test_the_budget_is_saved_whole_and_its_lines_keep_their_ids(work: Work, case: Case) -> None:
    ids = work.session.execute(sa.select(BudgetLine.id).order_by(BudgetLine.position)).scalars().all()
    rows = [
        {"name": "Опоры", "quantity": "24 шт.", "amount": "280 000", "source": "municipality"},
        {"name": "Монтаж", "quantity": "", "amount": 50_000, "source": "residents"},
        {"name": "", "quantity": "", "amount": 7, "source": "in_kind"},
    ]
    seen = opened(work, case.id).held.seen["budget"]
    saved = save(work, case.id, "budget", json.dumps(rows), seen)
    assert isinstance(saved, Saved)
    lines = work.session.execute(sa.select(BudgetLine).order_by(BudgetLine.position)).scalars().all()
    assert [(one.name, one.amount) for one in lines] == [("Опоры", 280_000), ("Монтаж", 50_000), ("", 7)]
    assert [one.id for one in lines][:2] == list(ids)
    assert isinstance(save(work, case.id, "budget", "[]", saved.text), Saved)
    assert work.session.execute(sa.select(sa.func.count()).select_from(BudgetLine)).scalar_one() == 0


def test_what_is_emptied_is_no_answer(work: Work, case: Case) -> None:
    save(work, case.id, "motto", "Свет", "")
    save(work, case.id, "truth", "true", "")
    assert isinstance(save(work, case.id, "motto", "  ", "Свет"), Saved)
    assert isinstance(save(work, case.id, "truth", "", "true"), Saved)
    work.session.flush()
    assert kept(work, case) == {}


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("motto", "я" * 61, "Слишком длинно: 61 из 60"),
        ("reach", "много", "Введите число"),
        ("reach", "1001", "Не больше 1 000"),
        ("how", "loud", "Выберите один из вариантов"),
        ("whom", '["loud"]', "Выберите"),
        ("page", "javascript:alert(1)", "Укажите адрес страницы"),
        ("point", '{"lat": 1, "lon": 1}', "за пределами Югры"),
        ("budget", '[{"name": "x", "source": "bank"}]', "кто это оплатит"),
        ("title", "Да", "хотя бы 5 знаков"),
        ("ends_on", "2026-02-31", "Такой даты нет"),
        ("ends_on", "2027-01-01", "Окончание раньше начала"),
    ],
)
def test_what_can_never_be_right_is_refused_at_its_field(
    work: Work, case: Case, key: str, typed: str, words: str
) -> None:
    with pytest.raises(Refused) as refusal:
        save(work, case.id, key, typed, None)
    assert list(refusal.value.fields) == [key]
    assert words in plain(refusal.value.message)


@pytest.mark.parametrize(
    "key", ["about", "papers", "group", "photos", "nobody", "@inn", "@nobody", "", None, 5, ["motto"]]
)
def test_there_is_nothing_to_type_elsewhere(work: Work, case: Case, key: object) -> None:
    with pytest.raises(NotFound):
        save(work, case.id, key, "text", None)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_not_found(work: Work, case: Case, garbage: object) -> None:
    for call in (
        lambda: save(work, garbage, "motto", "Свет", ""),
        lambda: opened(work, garbage),
        lambda: check(work, garbage),
        lambda: FillState._submit(work, garbage),
        lambda: delete(work, garbage),
    ):
        with pytest.raises(NotFound):
            call()
    assert FillState._news(work, garbage, ("another",)) is None
    for typed, seen in ((garbage, ""), ("Свет", garbage)):
        if not isinstance(typed, str) or not isinstance(seen, str | None):
            with pytest.raises(NotFound):
                save(work, case.id, "motto", typed, seen)


# Several at once


def test_what_another_has_written_is_told_and_not_overwritten(work: Work, case: Case) -> None:
    save(work, case.id, "motto", "Их вариант", "")
    mine = save(work, case.id, "motto", "Мой вариант", "")
    assert mine == Clash("motto", "Их вариант", "Их вариант")
    work.session.flush()
    assert kept(work, case)["motto"] == "Их вариант"
    assert isinstance(save(work, case.id, "motto", "Мой вариант", "Их вариант"), Saved)  # knowingly
    save(work, case.id, "title", "Название друга", case.project.title)
    assert save(work, case.id, "title", "Моё название", "Лыжня под звёздами") == Clash(
        "title", "Название друга", "Название друга"
    )
    assert case.project.title == "Название друга"


def test_the_same_written_twice_is_no_clash(work: Work, case: Case) -> None:
    save(work, case.id, "motto", "Одно и то же", "")
    assert isinstance(save(work, case.id, "motto", "Одно и то же", ""), Saved)
    rows = work.session.execute(sa.select(Answer.version).where(Answer.application_id == case.id)).scalars().all()
    assert rows == [1]


def test_news_come_when_something_has_changed(work: Work, case: Case) -> None:
    stamp = opened(work, case.id).held.stamp
    assert FillState._news(work, case.id, stamp) is None
    work.now += timedelta(minutes=1)
    saved = save(work, case.id, "motto", "Свет", "")
    assert isinstance(saved, Saved)
    work.session.flush()
    fresh = FillState._news(work, case.id, stamp)
    assert fresh is not None
    assert fresh.held.values["motto"] == "Свет"
    assert saved.before == stamp[:2]
    assert (*saved.after, *stamp[2:]) == fresh.held.stamp
    member_of(work, case.project)
    assert FillState._news(work, case.id, fresh.held.stamp) is not None


def test_as_many_queries_to_save_whatever_the_form_holds(work: Work, case: Case, queries: Any) -> None:
    few = queries(lambda: save(work, case.id, "motto", "Первый", None))
    for key, typed in GOOD.items():
        save(work, case.id, key, typed, None)
    work.session.flush()
    assert queries(lambda: save(work, case.id, "motto", "Второй", None)) <= few
    assert few <= 12


def test_what_a_browser_held_is_read_with_care() -> None:
    assert left_over('{"a-1-motto": {"was": "", "now": "Свет"}}', "a-1-") == [("motto", "", "Свет")]
    deep = "[" * 100_000
    for garbage in (None, 5, "", "[]", "null", "{", deep, '{"a-1-motto": 5}', '{"a-1-motto": {"was": 1, "now": ""}}'):
        assert left_over(garbage, "a-1-") == []
    assert left_over('{"a-2-motto": {"was": "", "now": "Свет"}}', "a-1-") == []
