"""Every rule of a contest refuses what breaks it, and says so beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models.applications import Application
from elka.models.contests import ContestDirection
from elka.models.projects import BudgetLine, ProjectStage, Source
from elka.state.filing import NEW, FilingState
from tests.factories import direction
from tests.filing import Case, filed, ready

submit = FilingState._submit
filing = FilingState._filing
begin = FilingState._begin


@pytest.fixture
def case(work: Work) -> Case:
    return ready(work)


Spoil = Callable[[Work, Case], None]


def _young(work: Work, case: Case) -> None:
    work.actor = replace(work.actor, birth_date=date(2013, 1, 1))


def _unconfirmed(work: Work, case: Case) -> None:
    work.actor = replace(work.actor, confirmed=False)


def _elsewhere(work: Work, case: Case) -> None:
    case.contest.municipality_id = 1 if case.contest.municipality_id != 1 else 2


def _other_direction(work: Work, case: Case) -> None:
    work.session.add(ContestDirection(contest_id=case.contest.id, direction_id=direction(work, "ecology").id))


def _overdue(work: Work, case: Case) -> None:
    case.project.starts_on = case.project.ends_on = date(2026, 11, 23)


def _old(work: Work, case: Case) -> None:
    case.contest.max_age = 35


def _from_elsewhere(work: Work, case: Case) -> None:
    case.contest.local_only = True
    work.actor = replace(work.actor, municipality_id=case.contest.municipality_id + 1)


def _taken(work: Work, case: Case) -> None:
    case.project.stage = ProjectStage.SUBMITTED


def _dear(work: Work, case: Case) -> None:
    case.contest.max_cost = 299_999


def _greedy(work: Work, case: Case) -> None:
    case.contest.max_share = 85


def _alone(work: Work, case: Case) -> None:
    case.contest.group_min = 2


def _moneyless(work: Work, case: Case) -> None:
    work.session.execute(
        sa.update(BudgetLine).where(BudgetLine.project_id == case.project.id).values(source=Source.RESIDENTS)
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_young, "Вам 13 лет: участвовать можно с 14 лет"),
        (_old, "Вам 36 лет: участвовать можно от 14 до 35 лет"),
        (_from_elsewhere, "Конкурс для жителей муниципалитета"),
        (_taken, "уже участвует"),
        (_overdue, "Сроки"),
        (_unconfirmed, "Почта не подтверждена"),
        (_elsewhere, "не для этого места"),
        (_other_direction, "направление"),
        (_dear, "а можно до"),
        (_greedy, "Доля конкурса больше 85"),
        (_alone, "нужно не меньше 2"),
        (_moneyless, "нет денег конкурса"),
    ],
)
def test_every_rule_refuses_and_is_told_beforehand(work: Work, case: Case, spoil: Spoil, words: str) -> None:
    spoil(work, case)
    work.session.flush()
    told = filing(work, case.contest.id)
    wrong = [row for row in (*told.person, *told.checks) if not row.ok]
    plain = [row.text.replace("\N{NO-BREAK SPACE}", " ") for row in wrong]
    assert any(words in text for text in plain)
    assert all(row.mend for row in wrong)
    with pytest.raises(Refused) as refusal:
        submit(work, case.contest.id, case.project.id)
    said = " ".join([refusal.value.message, *refusal.value.fields.values()])
    assert words in said.replace("\N{NO-BREAK SPACE}", " ")
    assert work.session.execute(sa.select(Application.number)).scalars().all() in ([], [None])


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"problem": "  "}, "problem", "Заполните это поле"),
        ({"starts_on": None}, "starts_on", "Укажите дату"),
        ({"summary": "Свет."}, "summary", "Слишком коротко"),
    ],
)
def test_what_the_template_asks_is_told_at_its_field(
    work: Work, case: Case, change: dict[str, object], key: str, words: str
) -> None:
    for name, value in change.items():
        setattr(case.project, name, value)
    work.session.flush()
    with pytest.raises(Invalid) as refusal:
        submit(work, case.contest.id, case.project.id)
    assert list(refusal.value.fields) == [key]
    assert words in refusal.value.fields[key]


@pytest.mark.parametrize("spoil", [_young, _unconfirmed, _from_elsewhere, _taken, _elsewhere])
def test_who_may_not_file_may_not_begin(work: Work, case: Case, spoil: Spoil) -> None:
    spoil(work, case)
    work.session.flush()
    for form in ({"project": case.project.id}, {"project": NEW, "title": "Каток за клубом"}):
        if spoil in (_taken, _elsewhere) and form["project"] == NEW:
            continue
        with pytest.raises(Refused):
            begin(work, case.contest.id, {"name": "resident", **form})
    assert filed(work) == 0
