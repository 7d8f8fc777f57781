"""Filling an application in: every field saves itself, nobody overwrites another unknowingly, strangers get nowhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.answers import Answer, Attachment
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, ContestCategory
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.people import Person
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage
from elka.state.application_fill import FillState
from elka.state.fill_rows import progress
from elka.state.fill_saving import Clash, Saved, left_over
from tests.factories import actor, contest, direction, official, person, project, settlement
from tests.forms import GOOD, begun, give_form
from tests.words import plain

opened = FillState._open
save = FillState._save
check = FillState._check
delete = FillState._delete
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]


@dataclass
class Case:
    """A resident who has begun an application with a field of every kind."""

    contest: Contest
    author: Person
    project: Project
    id: int


@pytest.fixture
def case(work: Work) -> Case:
    row = contest(work, official(work))
    give_form(work, row)
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    return Case(row, author, made, begun(work, row, made))


def member_of(work: Work, made: Project, *, confirmed: bool = True) -> Person:
    who = person(work)
    work.session.add(
        GroupMember(
            project_id=made.id,
            person_id=who.id,
            duty="",
            invited_at=work.now,
            confirmed_at=work.now if confirmed else None,
        )
    )
    work.session.flush()
    return who


def kept(work: Work, case: Case) -> dict[str, Any]:
    rows = work.session.execute(sa.select(Answer.key, Answer.value).where(Answer.application_id == case.id))
    return {row[0]: row[1] for row in rows}


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


# Who, and until when


def test_the_group_fills_it_in_and_the_author_submits(work: Work, case: Case) -> None:
    work.actor = actor(work, member_of(work, case.project))
    assert isinstance(save(work, case.id, "motto", "От группы", ""), Saved)
    assert not opened(work, case.id).row.may_submit
    for flow in (FillState._submit, delete):
        with pytest.raises(Denied):
            flow(work, case.id)


def test_strangers_do_not_know_of_it(work: Work, case: Case) -> None:
    strangers = [
        person(work),
        member_of(work, case.project, confirmed=False),
        official(work),
        official(work, region=True),
    ]
    for stranger in strangers:
        work.actor = actor(work, stranger)
        for call in (
            lambda: save(work, case.id, "motto", "Чужое", None),
            lambda: opened(work, case.id),
            lambda: check(work, case.id),
            lambda: FillState._submit(work, case.id),
            lambda: delete(work, case.id),
        ):
            with pytest.raises(NotFound):
                call()
        assert FillState._news(work, case.id, ()) is None
    work.actor = GUEST
    for call in (
        lambda: save(work, case.id, "motto", "Чужое", None),
        lambda: opened(work, case.id),
        lambda: FillState._submit(work, case.id),
        lambda: FillState._news(work, case.id, ()),
    ):
        with pytest.raises(SignInNeeded):
            call()
    assert kept(work, case) == {}


def test_a_submitted_one_is_seen_by_all_but_filled_in_by_none_of_them(work: Work, case: Case) -> None:
    for key, typed in GOOD.items():
        save(work, case.id, key, typed, None)
    FillState._submit(work, case.id)
    work.actor = actor(work, person(work))
    with pytest.raises(Denied):
        save(work, case.id, "motto", "Чужое", None)
    with pytest.raises(NotFound):
        opened(work, case.id)


@pytest.mark.parametrize("stage", [ContestStage.VOTING, ContestStage.CANCELLED])
def test_nothing_changes_once_it_is_late(work: Work, case: Case, stage: ContestStage) -> None:
    work.session.execute(
        sa.text("UPDATE contests SET stage = :stage, cancel_reason = 'Денег не выделили.'"), {"stage": stage.value}
    )
    work.session.expire_all()
    with pytest.raises(WrongStage):
        save(work, case.id, "motto", "Поздно", None)
    told = opened(work, case.id)
    assert told.row.closed
    assert all(one.closed for section in told.sections for one in section.fields)


def test_a_draft_is_still_kept_after_the_last_second_of_reception(work: Work, case: Case) -> None:
    work.now = work.session.get_one(ContestPhase, (case.contest.id, PhaseKind.ACCEPTING)).closes_at
    assert isinstance(save(work, case.id, "motto", "Дописываю", ""), Saved)
    assert opened(work, case.id).row.closes == ""


def test_a_project_that_stands_elsewhere_is_not_changed_through_another_draft(work: Work, case: Case) -> None:
    case.project.stage = ProjectStage.SUBMITTED
    work.session.flush()
    with pytest.raises(Refused) as refusal:
        save(work, case.id, "title", "Другое название", None)
    assert list(refusal.value.fields) == ["title"]
    assert isinstance(save(work, case.id, "motto", "Своё", ""), Saved)


def test_parts_of_a_realised_project_are_taken_as_the_registry_has_them(work: Work) -> None:
    row = contest(work, official(work), kind=ContestKind.REALISED)
    give_form(work, row)
    author = person(work)
    made = project(work, author, stage=ProjectStage.REALISED, problem="")
    work.actor = actor(work, author)
    key = begun(work, row, made)
    with pytest.raises(Refused, match="стоит в реестре"):
        save(work, key, "title", "Другое название", None)
    told = opened(work, key)
    assert {one.key for section in told.sections for one in section.fields if one.closed} >= {"title", "budget"}
    for name, typed in GOOD.items():
        save(work, key, name, typed, None)
    assert check(work, key) == {}  # an empty «problem» cannot be mended here
    FillState._submit(work, key)
    assert made.stage is ProjectStage.REALISED


# The form


def test_the_form_is_laid_out_by_sections(work: Work, case: Case) -> None:
    told = opened(work, case.id)
    assert [(plain(one.label), len(one.fields)) for one in told.sections] == [("О проекте", 9), ("Остальное", 13)]
    rows = {one.key: one for section in told.sections for one in section.fields}
    assert (rows["how"].control, rows["direction"].control, rows["photos"].control) == ("radios", "select", "photos")
    assert [option.label for option in rows["how"].options] == ["Деньгами", "Трудом"]
    assert rows["budget"].budget.purse == "municipality"
    assert (rows["budget"].budget.most, rows["budget"].budget.most_share) == (500_000, 90)
    assert rows["phone"].seen_by == "Увидит только организатор"
    assert all("Берёзовский" in place.name for place in rows["point"].places)
    here = {option.label for option in rows["settlement"].options}
    assert "Игрим, Берёзовский район" in here
    assert not any("Сургут" in label for label in here)


def test_conditions_and_the_count_follow_the_answers(work: Work, case: Case) -> None:
    told = opened(work, case.id)
    before = progress(told.held, told.sections)
    assert "gift" in before.hidden
    told.held.values["how"] = "money"
    after = progress(told.held, told.sections)
    assert "gift" not in after.hidden
    assert (after.done, after.total) == (before.done + 1, before.total + 1)
    assert after.wrong["gift"] == "Укажите сумму."
    assert [plain(step.name) for step in after.nav] == ["О проекте", "Остальное"]
    assert plain(after.nav[1].note).startswith("ещё")


def test_what_is_asked_beside_the_template(work: Work) -> None:
    row = contest(
        work,
        official(work),
        applicants=["resident", "organization"],
        category_basis=CategoryBasis.NOMINATION,
    )
    for place, name in enumerate(("Двор", "Спорт")):
        work.session.add(ContestCategory(contest_id=row.id, position=place, name=name))
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    work.session.flush()
    first, second = work.session.execute(sa.select(ContestCategory.id).order_by(ContestCategory.position)).scalars()
    key = begun(work, row, made, nomination=str(first))
    told = opened(work, key)
    assert [one.key for one in told.sections[0].fields] == ["@applicant", "@organization", "@inn", "@nomination"]
    assert {"@organization", "@inn"} <= set(progress(told.held, told.sections).hidden)
    assert isinstance(save(work, key, "@nomination", str(second), str(first)), Saved)
    assert save(work, key, "@nomination", str(first), str(first)) == Clash("@nomination", str(second), str(second))
    assert isinstance(save(work, key, "@applicant", "organization", "resident"), Saved)
    assert set(check(work, key)) == {"@organization", "@inn"}
    for typed in ("123", "7707083894", "0000000000"):
        with pytest.raises(Refused) as refusal:
            save(work, key, "@inn", typed, None)
        assert list(refusal.value.fields) == ["@inn"]
    save(work, key, "@inn", "7707 083 893", "")
    save(work, key, "@organization", "ТОС «Северный»", "")
    assert check(work, key) == {}
    found = work.session.get_one(Application, key)
    assert (found.applicant.value, found.organization_inn, found.category_id) == ("organization", "7707083893", second)
    for bad in ("municipality", "mayor", ""):
        with pytest.raises(Refused):
            save(work, key, "@applicant", bad, None)
    with pytest.raises(Refused):
        save(work, key, "@nomination", "999999", None)


# Drafts end


def test_a_draft_is_deleted_with_its_answers_and_files(work: Work, case: Case) -> None:
    save(work, case.id, "motto", "Свет", "")
    work.session.add(
        Attachment(
            application_id=case.id,
            key="papers",
            name="смета.pdf",
            media_type="application/pdf",
            size=10,
            sha256="0" * 64,
            created_by=case.author.id,
            created_at=work.now,
        )
    )
    work.session.flush()
    delete(work, case.id)
    for table in (Answer, Attachment, Application):
        assert work.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
    assert work.session.get_one(Project, case.project.id).stage is ProjectStage.PROJECT
    again = begun(work, case.contest, case.project)
    for key, typed in GOOD.items():
        save(work, again, key, typed, None)
    FillState._submit(work, again)
    with pytest.raises(WrongStage):
        delete(work, again)
    assert work.session.get_one(Application, again).status is ApplicationStatus.SUBMITTED


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
