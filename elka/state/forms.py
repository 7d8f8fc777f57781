"""The template of a contest and all the answers of an application, wherever they are kept. Not a state.

An answer to a field of the project's own lies in the project; every other one is a row of ``answers``; files are rows
of ``attachments``. Here they come together under the keys of the template, as ``core/formspec`` reads them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from elka.core.content import Content
from elka.core.formfields import AnyField, ProjectPart
from elka.core.formspec import FormSpec, shown
from elka.data.standard_form import standard_form
from elka.db import Work
from elka.models.answers import Attachment, answers_of
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.forms import FormVersion, fields_of
from elka.models.projects import BudgetLine, GroupMember, Photo, Project
from elka.state.application_content import freeze


def spec_of(session: Session, contest: Contest, version: int | None = None) -> FormSpec:
    """Return the template of a contest: as it was frozen (``version`` None: the newest), or as a draft stands now."""
    number = contest.form_version if version is None else version
    if not number:
        return FormSpec(fields=tuple(row.typed() for row in fields_of(session, contest.id or 0)))
    digest = session.execute(
        sa.select(col(FormVersion.sha256)).where(
            col(FormVersion.contest_id) == contest.id, col(FormVersion.number) == number
        )
    ).scalar_one()
    return _loaded(digest, contest.id or 0, number, session)


def template_of(session: Session, contest: Contest, version: int) -> FormSpec:
    """Return the template that an application was filled in by; the standard one where a contest has none of its own."""
    known = version if 0 < version <= contest.form_version else None
    spec = spec_of(session, contest, known)
    return spec if spec.fields else standard_form()


def freeze_form(work: Work, contest: Contest) -> FormVersion:
    """Freeze the template as it stands as the next version; the caller has made sure that it makes sense."""
    spec = FormSpec(fields=tuple(row.typed() for row in fields_of(work.session, contest.id or 0)))
    version = FormVersion(
        contest_id=contest.id or 0,
        number=contest.form_version + 1,
        spec=spec.dump(),
        sha256=spec.sha256,
        frozen_by=work.actor.person_id,
        frozen_at=work.now,
    )
    work.session.add(version)
    contest.form_version = version.number
    work.session.flush()
    return version


def values_of(session: Session, spec: FormSpec, application: Application, project: Project) -> dict[str, Any]:
    """Return every answer as it stands now, by key; empty ones are absent."""
    values = answers_of(session, application.id or 0)
    values |= files_of(session, application.id or 0)
    for field in spec.fields:
        if field.of_project is not None:
            values[field.key] = _of_project(session, field.of_project, project)
    known = spec.by_key
    return {key: value for key, value in values.items() if key in known and value not in (None, "", [])}


def files_of(session: Session, application_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the files of an application by field, in the order in which they came; removed ones are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(
        sa.select(Attachment)
        .where(col(Attachment.application_id) == application_id, col(Attachment.removed_at).is_(None))
        .order_by(col(Attachment.id))
    ).scalars():
        found.setdefault(row.key, []).append({"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256})
    return found


def frozen_content(work: Work, contest: Contest, application: Application, project: Project) -> Content:
    """Return the whole application as it is now, to be kept as a revision. Answers to hidden fields are not of it."""
    spec = spec_of(work.session, contest)
    values = values_of(work.session, spec, application, project)
    visible = shown(spec, values)
    own = {key: value for key, value in values.items() if key in visible and spec.by_key[key].of_project is None}
    return freeze(work, project).model_copy(update={"template": contest.form_version or 1, "answers": own})


def values_in(content: Content, spec: FormSpec) -> dict[str, Any]:
    """Return the answers of a revision by key. Direction and settlement are there by name, as they were then."""
    values: dict[str, Any] = dict(content.answers)
    for field in spec.fields:
        if field.of_project is not None:
            values[field.key] = _in_content(field, content)
    return {key: value for key, value in values.items() if value not in (None, "", [])}


_SPECS: dict[str, FormSpec] = {}
_MOST_SPECS = 256


def _loaded(sha256: str, contest_id: int, number: int, session: Session) -> FormSpec:
    """Return a frozen template, parsed once for its hash: versions never change."""
    if sha256 not in _SPECS:
        if len(_SPECS) >= _MOST_SPECS:
            _SPECS.clear()
        _SPECS[sha256] = FormSpec.load(session.get_one(FormVersion, (contest_id, number)).spec)
    return _SPECS[sha256]


def _of_project(session: Session, part: ProjectPart, project: Project) -> Any:
    match part:
        case ProjectPart.BUDGET:
            lines = session.execute(
                sa.select(BudgetLine).where(col(BudgetLine.project_id) == project.id).order_by(col(BudgetLine.position))
            ).scalars()
            return [
                {"name": one.name, "quantity": one.quantity, "amount": one.amount, "source": one.source.value}
                for one in lines
            ]
        case ProjectPart.GROUP:
            members = session.execute(
                sa.select(GroupMember)
                .where(col(GroupMember.project_id) == project.id)
                .order_by(col(GroupMember.person_id))
            ).scalars()
            return [{"person_id": one.person_id, "duty": one.duty} for one in members if one.is_confirmed]
        case ProjectPart.PHOTOS:
            photos = session.execute(
                sa.select(Photo).where(col(Photo.project_id) == project.id).order_by(col(Photo.id))
            ).scalars()
            return [{"id": one.id, "name": one.alt or "Фотография", "size": 0, "sha256": one.key} for one in photos]
        case ProjectPart.DIRECTION | ProjectPart.SETTLEMENT:
            return str(getattr(project, f"{part.value}_id"))
        case ProjectPart.STARTS_ON | ProjectPart.ENDS_ON:
            day = getattr(project, part.value)
            return day.isoformat() if day else None
        case _:
            return getattr(project, part.value)


def _in_content(field: AnyField, content: Content) -> Any:
    match field.of_project:
        case ProjectPart.BUDGET:
            return [line.model_dump(mode="json") for line in content.budget]
        case ProjectPart.GROUP:
            return [one.model_dump(mode="json") for one in content.group]
        case ProjectPart.PHOTOS:
            return [
                {"id": one.id, "name": one.alt or "Фотография", "size": 0, "sha256": one.key} for one in content.photos
            ]
        case ProjectPart.STARTS_ON | ProjectPart.ENDS_ON:
            day = getattr(content, field.of_project.value)
            return day.isoformat() if day else None
        case None:
            return None
        case _:
            return getattr(content, field.of_project.value)
