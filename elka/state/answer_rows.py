"""Answers of an application made ready to be read: by its own people, and by everybody what is meant for everybody.

Not a state. Parts of the project are shown by ``application_content``; here is what the template asks beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import GUEST
from elka.core.content import Content
from elka.core.formfields import Audience, FieldKind
from elka.core.formspec import FormSpec, changes
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.answers import Attachment
from elka.models.applications import Application, Revision
from elka.models.contests import Contest
from elka.state.answer_words import Names, in_words
from elka.state.application_content import ChangeRow, PieceRow, change_rows, shortened
from elka.state.forms import spec_of
from elka.ui import labels
from elka.ui.rows import FileRow

_SILENT = frozenset({FieldKind.SECTION, FieldKind.CONSENT})  # everybody who submits has agreed


@dataclass(frozen=True)
class AnswerRow:
    """An answer as it is read. ``href``: it is a link; ``files`` instead of words where files were asked for."""

    key: str
    label: str
    text: str = ""
    href: str = ""
    files: tuple[FileRow, ...] = ()


def answer_rows(
    spec: FormSpec, answers: Mapping[str, Any], names: Names, *, audience: Audience | None = None
) -> list[AnswerRow]:
    """Return the answers to the template's own fields, in its order. ``audience``: only what is meant for these."""
    found = []
    for field in spec.fields:
        value = answers.get(field.key)
        if field.of_project is not None or field.kind in _SILENT or value in (None, "", [], False):
            continue
        if audience is not None and field.audience is not audience:
            continue
        label = labels.typographer(field.label)
        if field.kind is FieldKind.FILES:
            found.append(AnswerRow(field.key, label, files=_files(value)))
            continue
        text = in_words(field, value, names)
        link = field.kind is FieldKind.LINK
        found.append(AnswerRow(field.key, label, text if link else labels.typographer(text), text if link else ""))
    return found


def public_answers(work: Work, contest: Contest, application: Application) -> list[AnswerRow]:
    """Return what everybody may read of an application that stands: answers of its newest revision meant for everyone.

    Nothing else of an application may reach a stranger, so that nothing else is even made ready here.
    """
    if not application.is_standing or contest.stage is ContestStage.CANCELLED:
        return []
    revision = work.session.get(Revision, (application.id, application.revision))
    if revision is None:
        return []
    content = Content.model_validate(revision.content)
    spec = spec_of(work.session, contest, content.template)
    rows = answer_rows(spec, content.answers, {}, audience=Audience.EVERYONE)
    open_to_all = set(
        work.session.execute(
            sa.select(col(Attachment.id)).where(
                col(Attachment.application_id) == application.id, Attachment.visible_to(GUEST)
            )
        ).scalars()
    )
    kept = [replace(row, files=tuple(one for one in row.files if one.id in open_to_all)) for row in rows]
    return [row for row in kept if row.text or row.files]


def all_changes(spec: FormSpec, old: Content, new: Content, names: dict[int, str]) -> list[ChangeRow]:
    """Return every difference of two contents: of the project's parts, and of the answers beside them."""
    found = change_rows(old, new, names)
    for change in changes(spec, old.answers, new.answers):
        if change.pieces:
            pieces = tuple(shortened([PieceRow(kind.value, text) for kind, text in change.pieces]))
        else:
            field = spec.by_key[change.key]
            said = (("removed", change.old), ("added", change.new))
            pieces = tuple(
                PieceRow(kind, f"{labels.typographer(in_words(field, value, names))} ")
                for kind, value in said
                if value is not None
            )
        found.append(ChangeRow(labels.typographer(change.label), pieces))
    return found


def _files(value: Any) -> tuple[FileRow, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        FileRow(
            id=one["id"],
            name=one["name"],
            note=labels.file_size(one["size"]),
            href=f"/attachments/{one['id']}",
            changeable=False,
        )
        for one in value
        if isinstance(one, dict) and {"id", "name", "size"} <= one.keys()
    )
