"""A contest with a template of every kind of field, and somebody with a project to fill it in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from elka.core.formfields import (
    AnyField,
    Audience,
    BudgetField,
    Choice,
    ChoiceField,
    ChoicesField,
    Condition,
    ConsentField,
    DateField,
    FilesField,
    FileType,
    LineField,
    LinkField,
    MoneyField,
    NumberField,
    PeopleField,
    PointField,
    ProjectPart,
    ScheduleField,
    SectionField,
    SourceShare,
    TextField,
)
from elka.core.formspec import FormSpec
from elka.db import Work
from elka.models.contests import Contest
from elka.models.forms import FormField, FormVersion
from elka.models.projects import Project
from elka.state.filing import FilingState

P = ProjectPart
ALL: tuple[AnyField, ...] = (
    SectionField(key="about", label="О проекте"),
    LineField(key="title", label="Название", min_length=5, of_project=P.TITLE),
    TextField(key="summary", label="Что предлагаете", min_length=20, max_length=200, of_project=P.SUMMARY),
    ChoiceField(key="direction", label="Направление", of_project=P.DIRECTION),
    TextField(key="problem", label="Проблема", max_length=3000, of_project=P.PROBLEM),
    ChoiceField(key="settlement", label="Населённый пункт", of_project=P.SETTLEMENT),
    DateField(key="ends_on", label="Закончите", of_project=P.ENDS_ON),
    BudgetField(key="budget", label="Смета", shares=(SourceShare(source="municipality", most=90),)),
    PeopleField(key="group", label="Группа"),
    FilesField(key="photos", label="Фото", types=(FileType.IMAGE,), required=False, of_project=P.PHOTOS),
    SectionField(key="more", label="Остальное"),
    LineField(key="motto", label="Девиз", max_length=60),
    TextField(key="story", label="История", min_length=10, max_length=500, audience=Audience.EXPERTS),
    NumberField(key="reach", label="Охват", least=1, most=1000, unit="человек"),
    DateField(key="day", label="День праздника", required=False),
    ChoiceField(
        key="how",
        label="Как участвуют",
        options=(Choice(value="money", label="Деньгами"), Choice(value="work", label="Трудом")),
    ),
    MoneyField(key="gift", label="Вклад", least=1000, shown_if=Condition(key="how", value="money")),
    ChoicesField(
        key="whom",
        label="Для кого",
        options=(Choice(value="kids", label="Дети"), Choice(value="old", label="Старшие")),
    ),
    FilesField(key="papers", label="Документы", required=False),
    ScheduleField(key="plan", label="План", required=False),
    PointField(key="point", label="Точка", required=False),
    LinkField(key="page", label="Страница", required=False),
    LineField(key="phone", label="Телефон", audience=Audience.OFFICIALS, required=False),
    ConsentField(key="truth", label="Всё верно"),
)
# Texts of controls with which everything required is answered.
GOOD = {
    "motto": "Свет для всех",
    "story": "Началось с того, что погас фонарь.",
    "reach": "250",
    "how": "work",
    "whom": '["kids"]',
    "truth": "true",
}


def give_form(work: Work, to: Contest, *fields: AnyField) -> FormSpec:
    """Give a contest this template instead of the one it has, frozen as the next version."""
    spec = FormSpec(fields=fields or ALL)
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(sa.delete(FormField).where(FormField.contest_id == to.id))
    for position, field in enumerate(spec.fields):
        row = FormField(contest_id=to.id, position=position, key=field.key, kind=field.kind, label=field.label)
        row.write(field)
        work.session.add(row)
    to.form_version += 1
    work.session.add(
        FormVersion(contest_id=to.id, number=to.form_version, spec=spec.dump(), sha256=spec.sha256, frozen_at=work.now)
    )
    work.session.flush()
    work.session.execute(sa.text("SET LOCAL session_replication_role = origin"))
    return spec


def begun(work: Work, to: Contest, of: Project, **form: Any) -> int:
    """Begin a draft of the actor's project and return its id."""
    return FilingState._begin(work, to.id, {"name": "resident", "project": of.id, **form})
