"""The applications of a contest as rows of a table and as papers, a batch at a time. Not a state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Content
from elka.core.formfields import AnyField, FieldKind, ProjectPart
from elka.core.formspec import FormSpec, shown
from elka.db import Work
from elka.models.applications import Application
from elka.models.contest_parts import ContestCategory
from elka.models.contests import ApplicantKind, Contest
from elka.models.people import Person
from elka.models.places import Municipality
from elka.printing import Paper
from elka.sheets import CellKind, Column
from elka.state.answer_words import APPLICANTS, in_words, source_name, sums_by_source
from elka.state.application_content import names_of
from elka.state.application_print import contents_of, papers
from elka.state.application_words import STATUSES
from elka.state.forms import spec_of, values_in
from elka.ui import labels

HEAD = (
    Column("№", CellKind.NUMBER, 7),
    Column("Проект", CellKind.TEXT, 40),
    Column("Состояние", CellKind.TEXT, 18),
    Column("Кто подаёт", CellKind.TEXT, 20),
    Column("Организация или муниципалитет", CellKind.TEXT, 26),
    Column("ИНН", CellKind.TEXT, 14),
    Column("Заявитель", CellKind.TEXT, 30),
    Column("Почта", CellKind.TEXT, 26),
    Column("Телефон", CellKind.TEXT, 18),
    Column("Муниципалитет", CellKind.TEXT, 24),
    Column("Населённый пункт", CellKind.TEXT, 20),
    Column("Категория", CellKind.TEXT, 20),
    Column("Просят у организатора", CellKind.MONEY, 16),
    Column("Вся стоимость", CellKind.MONEY, 16),
    *(Column(name, CellKind.MONEY, 16) for name in labels.SOURCES.values()),
    Column("Человек в группе", CellKind.NUMBER, 10),
    Column("Подана", CellKind.MOMENT, 17),
    Column("Редакция", CellKind.NUMBER, 10),
    Column("Решение", CellKind.MOMENT, 17),
    Column("Основание", CellKind.LONG, 40),
    Column("Исправить до", CellKind.MOMENT, 17),
    Column("Кто занимается", CellKind.TEXT, 26),
)
BUDGET_HEAD = (
    Column("№", CellKind.NUMBER, 7),
    Column("Проект", CellKind.TEXT, 40),
    Column("Работа", CellKind.TEXT, 44),
    Column("Количество", CellKind.TEXT, 18),
    Column("Кто платит", CellKind.TEXT, 30),
    Column("Сумма", CellKind.MONEY, 16),
)
_KINDS = {
    FieldKind.TEXT: (CellKind.LONG, 50),
    FieldKind.NUMBER: (CellKind.NUMBER, 14),
    FieldKind.MONEY: (CellKind.MONEY, 16),
    FieldKind.DATE: (CellKind.DAY, 13),
    FieldKind.CHOICES: (CellKind.LONG, 30),
    FieldKind.FILES: (CellKind.LONG, 36),
    FieldKind.BUDGET: (CellKind.LONG, 50),
    FieldKind.SCHEDULE: (CellKind.LONG, 40),
    FieldKind.PEOPLE: (CellKind.LONG, 36),
}


@dataclass(frozen=True)
class FileEntry:
    """A file of an application: its name, the name of its field, where its bytes are told by."""

    field: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One application to be exported. ``paper``: only where asked for; ``photos``: keys of the project's photos."""

    id: int
    number: int
    project_id: int
    title: str
    cells: tuple[object, ...]
    budget: tuple[tuple[object, ...], ...]
    files: tuple[FileEntry, ...]
    photos: tuple[str, ...]
    paper: Paper | None


def columns_of(work: Work, contest: Contest) -> tuple[Column, ...]:
    """Return the columns: what every application has, then one for each question of the template."""
    return (*HEAD, *(_column(field) for field in _questions(spec_of(work.session, contest))))


def entries(work: Work, contest: Contest, ids: Sequence[int], *, with_papers: bool) -> list[Entry]:
    """Return these applications in this order; those that are gone by now are left out."""
    found = {
        one.id: one
        for one in work.session.execute(sa.select(Application).where(col(Application.id).in_(ids))).scalars()
    }
    applications = [found[key] for key in ids if key in found]
    contents = [content for content, _ in contents_of(work, contest, applications)]
    printed: Sequence[Paper | None] = papers(work, contest, applications) if with_papers else [None] * len(applications)
    around = _around(work, contest, applications)
    names = names_of(work, contents, full=True)
    spec = spec_of(work.session, contest)
    return [
        _entry(application, content, spec, names, around, paper)
        for application, content, paper in zip(applications, contents, printed, strict=True)
    ]


@dataclass(frozen=True)
class _Around:
    """What rows take from other tables, read once for a batch."""

    people: dict[int, Person]
    places: dict[int, str]
    categories: dict[int, str]
    purse: str


def _around(work: Work, contest: Contest, applications: Sequence[Application]) -> _Around:
    ids = {one.submitted_by for one in applications} | {one.assignee_id for one in applications}
    people = work.session.execute(sa.select(Person).where(col(Person.id).in_(ids - {None}))).scalars()
    places = work.session.execute(sa.select(col(Municipality.id), col(Municipality.name)))
    categories = work.session.execute(
        sa.select(col(ContestCategory.id), col(ContestCategory.name)).where(
            col(ContestCategory.contest_id) == contest.id
        )
    )
    return _Around(
        people={person.id or 0: person for person in people},
        places={row[0]: row[1] for row in places},
        categories={row[0]: row[1] for row in categories},
        purse=contest.purse.value,
    )


def _questions(spec: FormSpec) -> Iterable[AnyField]:
    """Return the fields that have a column of their own; the title stands in the head of every row."""
    return (
        field
        for field in spec.by_key.values()
        if field.kind is not FieldKind.SECTION and field.of_project is not ProjectPart.TITLE
    )


def _column(field: AnyField) -> Column:
    kind, width = _KINDS.get(field.kind, (CellKind.TEXT, 26))
    return Column(field.label, kind, width)


def _entry(
    application: Application,
    content: Content,
    spec: FormSpec,
    names: dict[int, str],
    around: _Around,
    paper: Paper | None,
) -> Entry:
    values = values_in(content, spec)
    asked = shown(spec, values)
    answers = [_cell(field, values.get(field.key) if field.key in asked else None, names) for field in _questions(spec)]
    files = tuple(
        FileEntry(field.label, one["name"], one["size"], one["sha256"])
        for field in spec.by_key.values()
        if field.kind is FieldKind.FILES and field.of_project is None and isinstance(values.get(field.key), list)
        for one in values[field.key]
    )
    number, title = application.number or 0, content.title
    return Entry(
        id=application.id or 0,
        number=number,
        project_id=application.project_id,
        title=title,
        cells=(*_head(application, content, around), *answers),
        budget=tuple(
            (number, title, line.name, line.quantity, source_name(line.source), line.amount) for line in content.budget
        ),
        files=files,
        photos=tuple(photo.key for photo in content.photos),
        paper=paper,
    )


def _head(application: Application, content: Content, around: _Around) -> tuple[object, ...]:
    person = around.people.get(application.submitted_by)
    assignee = around.people.get(application.assignee_id or 0)
    body = application.organization_name
    if application.applicant is ApplicantKind.MUNICIPALITY:
        body = around.places.get(application.municipality_id or 0)
    sums = sums_by_source([line.model_dump() for line in content.budget])
    return (
        application.number,
        content.title,
        STATUSES[application.status][0],
        APPLICANTS[application.applicant],
        body,
        application.organization_inn,
        (person.full_name or person.name) if person else None,
        person.email if person else None,
        labels.phone(person.phone) if person else None,
        content.municipality,
        content.settlement,
        around.categories.get(application.category_id or 0),
        content.asked_from(around.purse),
        content.cost,
        *(sums.get(source) for source in labels.SOURCES),
        len(content.group),
        application.submitted_at,
        application.revision,
        application.decided_at,
        application.ground,
        application.correct_by,
        (assignee.full_name or assignee.name) if assignee else None,
    )


def _cell(field: AnyField, value: Any, names: dict[int, str]) -> object:
    """Return an answer as its cell holds it: figures and days as themselves, all else in words."""
    if value in (None, "", []):
        return None
    if field.kind in (FieldKind.NUMBER, FieldKind.MONEY) and isinstance(value, int | float):
        return value
    if field.kind is FieldKind.DATE:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return str(value)
    return in_words(field, value, names)
