"""Saving one field of an application: where its answer is kept, and that nobody overwrites another unknowingly.

Not a state. A save reads and writes only what it is about: the form as a whole is counted in the memory of its tab.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from elka import clock
from elka.core.formfields import AnyField, FieldKind, ProjectPart
from elka.core.formspec import read
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models import project_fields
from elka.models.answers import Answer
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.projects import Project
from elka.state import applicants
from elka.state.application_rights import for_filling
from elka.state.field_rows import text_of
from elka.state.forms import spec_of
from elka.ui import labels

# These are not typed: files are sent, people confirm themselves, sections ask nothing.
UNTYPED = frozenset({FieldKind.SECTION, FieldKind.FILES, FieldKind.PEOPLE})


@dataclass(frozen=True)
class Saved:
    """A field was saved, or stood so already. ``value``: as it is kept; ``text``: as its control holds it.

    ``before`` and ``after``: when the application was last changed and which version its project had, so that a tab knows
    whether anything else has changed meanwhile.
    """

    key: str
    value: Any
    text: str
    at: str
    before: tuple[Any, Any] = (None, None)
    after: tuple[Any, Any] = (None, None)


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the field meanwhile; nothing was saved. ``theirs``: what stands there, as a control's text."""

    key: str
    value: Any
    theirs: str


def save(work: Work, application_id: object, key: object, typed: object, seen: object) -> Saved | Clash:
    """Write one answer. ``seen``: the text that the writer's screen held; None to overwrite whatever stands there.

    Raises ``Refused`` at the field for what can never become right; what may still grow is saved as it is.
    """
    if not isinstance(key, str) or not isinstance(typed, str) or not isinstance(seen, str | None):
        raise NotFound
    contest, application, project = for_filling(work, application_id)
    before = (application.changed_at, project.version)
    if key in applicants.ASKED:
        found = _beside(work, contest, application, key, typed, seen)
    else:
        field = spec_of(work.session, contest).by_key.get(key)
        if field is None or field.kind in UNTYPED:
            raise NotFound
        value = read(field, typed)
        if field.of_project is None:
            found = _answer(work, application, field, value, seen)
        else:
            found = _part(work, contest, application, project, field, value, seen)
    if isinstance(found, Saved):
        return replace(found, before=before, after=(application.changed_at, project.version))
    return found


def _beside(
    work: Work, contest: Contest, application: Application, key: str, typed: str, seen: str | None
) -> Saved | Clash:
    if key not in applicants.asked(contest, application):
        raise NotFound
    there = applicants.written(application)[key]
    if seen is not None and there not in {seen, typed}:
        return Clash(key, there, there)
    text = applicants.write(work, contest, application, key, typed)
    application.changed_at = work.now
    return Saved(key, text, text, _at(work))


def _answer(work: Work, application: Application, field: AnyField, value: Any, seen: str | None) -> Saved | Clash:
    row = work.session.get(Answer, (application.id, field.key), populate_existing=True)
    there, text = text_of(field, row.value if row else None), text_of(field, value)
    if text == there:
        return Saved(field.key, value, text, _at(work))
    if seen is not None and seen != there:
        return Clash(field.key, row.value if row else None, there)
    if value is None and row is not None:
        work.session.delete(row)
    elif row is None:
        work.session.add(
            Answer(
                application_id=application.id or 0,
                key=field.key,
                value=value,
                changed_by=work.person(),
                changed_at=work.now,
            )
        )
    else:
        row.value, row.version = value, row.version + 1
        row.changed_by, row.changed_at = work.person(), work.now
    application.changed_at = work.now
    return Saved(field.key, value, text, _at(work))


def _part(
    work: Work,
    contest: Contest,
    application: Application,
    project: Project,
    field: AnyField,
    value: Any,
    seen: str | None,
) -> Saved | Clash:
    """Write a part of the project through the project itself."""
    part = ProjectPart(field.of_project or "")
    if not contest.moves_projects:
        raise Refused("Проект завершён и стоит в реестре, менять его нельзя.", field=field.key)
    try:
        project.require_editable(returned=application.status is not ApplicationStatus.DRAFT)
        if part is ProjectPart.BUDGET:
            there, fresh, write = _budget(work, project, value)
        else:
            there, fresh, write = _project_field(work, project, part, value)
    except Refused as refused:
        raise Refused(refused.message, field=field.key) from refused
    was, text = text_of(field, there), text_of(field, fresh)
    if text == was:
        return Saved(field.key, fresh, text, _at(work))
    if seen is not None and seen != was:
        return Clash(field.key, there, was)
    write()
    project.touch(work.now)
    application.changed_at = work.now
    return Saved(field.key, fresh, text, _at(work))


def _project_field(work: Work, project: Project, part: ProjectPart, value: Any) -> tuple[Any, Any, Any]:
    """Return (what stands there, what it shall be, the way to write it) of a plain field of the project."""
    name = part.value
    typed = str(value) if value is not None else ""
    fresh = project_fields.read(work.session, project, name, typed, clock.local(work.now).date())
    there = project_fields.written(project, name)
    return there or None, fresh or None, lambda: project_fields.write(project, name, fresh)


def _budget(work: Work, project: Project, value: Any) -> tuple[Any, Any, Any]:
    there = [
        {"name": one.name, "quantity": one.quantity, "amount": one.amount, "source": one.source.value}
        for one in project_fields.lines_of(work.session, project)
    ]
    return there or None, value, lambda: project_fields.write_budget(work.session, project, value or [])


def _at(work: Work) -> str:
    return f"Сохранено в {labels.time(work.now)}"


def left_over(unsaved: object, prefix: str) -> list[tuple[str, str, str]]:
    """Read what a browser says it held under ``prefix``: (key, what it stood over, what was typed)."""
    try:
        found = json.loads(unsaved) if isinstance(unsaved, str) else {}
    except (ValueError, RecursionError):
        return []
    rows = []
    for key, words in found.items() if isinstance(found, dict) else ():
        if key.startswith(prefix) and isinstance(words, dict):
            was, now = words.get("was"), words.get("now")
            if isinstance(was, str) and isinstance(now, str):
                rows.append((key.removeprefix(prefix), was, now))
    return rows
