"""An application made ready to be printed, for its own people and for the contest's office. Not a state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka import limits
from elka.core.content import Content
from elka.core.filenames import safe_part
from elka.core.formfields import AnyField, ConsentField, FieldKind, ProjectPart
from elka.core.formspec import FormSpec, shown
from elka.core.hashchain import canonical
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contest_parts import ContestCategory
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.places import Municipality
from elka.models.projects import Project
from elka.printing import Paper, Part, Table, Words
from elka.state.answer_words import NOBODY, ODD, Names, applicant_of, day_of, in_words, source_name, sums_by_source
from elka.state.application_content import names_of
from elka.state.application_rights import is_filler
from elka.state.application_words import STATUSES
from elka.state.contest_words import place_name
from elka.state.forms import frozen_content, spec_of, values_in
from elka.ui import labels

DRAFT = "Черновик"


def printed(work: Work, application_id: object) -> tuple[str, Paper]:
    """Return the name of the file, and what to print: the newest submitted revision, or a draft as it stands.

    Only its own people and the office of its contest may have it, and every answer is meant for both.
    """
    person_id = work.person()
    application = work.get(Application, application_id)
    contest = work.session.get_one(Contest, application.contest_id)
    work.require(
        is_filler(work, application) or contest.may_edit(work.actor),
        "Печатная версия есть у тех, кто подаёт заявку, и у организатора конкурса.",
    )
    limits.hit("print", account=person_id)
    (paper,) = papers(work, contest, [application])
    return f"{safe_part(f'{paper.kicker} {paper.title}', 80)}.pdf", paper


def papers(work: Work, contest: Contest, applications: Sequence[Application]) -> list[Paper]:
    """Return what to print of applications of one contest, with the names of people in full."""
    contents = contents_of(work, contest, applications)
    names = names_of(work, [content for content, _ in contents], full=True)
    authors = _people(work, {one.submitted_by for one in applications})
    places = {row[0]: row[1] for row in work.session.execute(sa.select(Municipality.id, Municipality.name))}
    categories = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(ContestCategory.id), col(ContestCategory.name)).where(
                col(ContestCategory.contest_id) == contest.id
            )
        )
    }
    specs: dict[int, FormSpec] = {}
    found = []
    for application, (content, when) in zip(applications, contents, strict=True):
        is_draft = application.status is ApplicationStatus.DRAFT
        kicker = f"{DRAFT} заявки" if is_draft else f"Заявка №{labels.NBSP}{application.number}"
        revision = "ещё не подана" if is_draft else f"{application.revision} от {labels.date_time(when)}"
        person, home = authors.get(application.submitted_by, ""), places.get(application.municipality_id or 0, "")
        facts = [
            ("Организатор", place_name(places.get(contest.municipality_id or 0))),
            ("Заявитель", applicant_of(application, person, home)),
            ("Состояние", _status(contest, application)),
            ("Редакция", revision),
            ("Просят у организатора", labels.money(content.asked_from(contest.purse.value))),
            ("Вся стоимость", labels.money(content.cost)),
        ]
        if application.category_id in categories:
            facts.append(("Категория", categories[application.category_id]))
        version = content.template if contest.form_version else 0
        if version not in specs:
            specs[version] = spec_of(work.session, contest, version)
        found.append(
            Paper(
                title=labels.typographer(content.title),
                kicker=kicker,
                contest=labels.typographer(contest.title),
                facts=tuple(facts),
                parts=_parts(specs[version], content, names),
                footer=f"{kicker}, как она стоит {labels.date_time(when)}"
                if is_draft
                else f"{kicker}, редакция {revision}",
                checksum=sha256(canonical(content.dump())).hexdigest(),
                moment=when,
                mark=DRAFT if is_draft else "",
            )
        )
    return found


def contents_of(work: Work, contest: Contest, applications: Sequence[Application]) -> list[tuple[Content, datetime]]:
    """Return the newest submitted content of each application and when that was; of a draft, what it holds now."""
    ids = [one.id for one in applications if one.status is not ApplicationStatus.DRAFT]
    rows = work.session.execute(
        sa.select(col(Revision.application_id), col(Revision.content), col(Revision.submitted_at))
        .join(Application, col(Application.id) == col(Revision.application_id))
        .where(col(Application.id).in_(ids), col(Revision.number) == col(Application.revision))
    )
    kept = {row[0]: (Content.model_validate(row[1]), row[2]) for row in rows}
    return [
        kept[one.id]
        if one.id in kept
        else (frozen_content(work, contest, one, work.session.get_one(Project, one.project_id)), work.now)
        for one in applications
    ]


def _people(work: Work, ids: Iterable[int]) -> dict[int, str]:
    people = work.session.execute(sa.select(Person).where(col(Person.id).in_(ids))).scalars()
    return {person.id or 0: person.full_name or person.name for person in people}


def _status(contest: Contest, application: Application) -> str:
    if contest.stage is ContestStage.CANCELLED and application.is_standing:
        return "Конкурс отменён"
    return STATUSES[application.status][0]


def _parts(spec: FormSpec, content: Content, names: Names) -> tuple[Part, ...]:
    """Lay the answers out by the sections of the template, in its order; questions that were not asked are left out."""
    values = values_in(content, spec)
    asked = shown(spec, values)
    found: list[tuple[str, str, list[Words | Table]]] = [("", "", [])]
    for key, field in spec.by_key.items():
        if key not in asked:
            continue
        if field.kind is FieldKind.SECTION:
            found.append((field.label, field.hint, []))
        else:
            found[-1][2].append(_item(field, values.get(key), names))
    return tuple(Part(title, note, tuple(items)) for title, note, items in found if items or title)


def _item(field: AnyField, value: Any, names: Names) -> Words | Table:
    if not value:
        return Words(field.label, "")
    try:
        return _laid_out(field, value, names)
    except ODD:
        return Words(field.label, str(value))


def _laid_out(field: AnyField, value: Any, names: Names) -> Words | Table:
    match field.kind:
        case FieldKind.BUDGET:
            return _budget(field.label, value)
        case FieldKind.SCHEDULE:
            rows = tuple((one["name"], day_of(one["starts_on"]), day_of(one["ends_on"])) for one in value)
            return Table(field.label, ("Что", "Начало", "Окончание"), (3, 1.2, 1.2), (False, False, False), rows)
        case FieldKind.PEOPLE:
            rows = tuple((names.get(one["person_id"]) or NOBODY, one.get("duty", "")) for one in value)
            return Table(field.label, ("Фамилия, имя, отчество", "Чем занимается"), (2, 2), (False, False), rows)
        case FieldKind.FILES:
            return _files(field, value)
        case _:
            words = in_words(field, value, names)
            agreed = field.text if isinstance(field, ConsentField) else ""
            return Words(field.label, f"{words}. {agreed}" if agreed else words)


def _budget(label: str, lines: list[dict[str, Any]]) -> Table:
    whole = sum(line["amount"] for line in lines)
    foot = [
        (source_name(source), "", labels.share(amount, whole), labels.money(amount))
        for source, amount in sums_by_source(lines).items()
    ]
    return Table(
        label,
        ("Работа", "Количество", "Кто платит", "Сумма"),
        (3, 1.3, 2.2, 1.5),
        (False, False, False, True),
        tuple((one["name"], one["quantity"], source_name(one["source"]), labels.money(one["amount"])) for one in lines),
        (*foot, ("Всего", "", "", labels.money(whole))),
    )


def _files(field: AnyField, value: list[dict[str, Any]]) -> Table:
    if field.of_project is ProjectPart.PHOTOS:
        rows = tuple((one["name"], one["sha256"]) for one in value)
        return Table(field.label, ("Подпись", "SHA-256"), (2, 3.6), (False, False), rows, small=True)
    rows = tuple((one["name"], labels.file_size(one["size"]), one["sha256"]) for one in value)
    return Table(field.label, ("Файл", "Размер", "SHA-256"), (1.8, 0.8, 3.6), (False, True, False), rows, small=True)
