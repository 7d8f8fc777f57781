"""The template of a contest as the constructor changes it: rows with gaps between them, conditions kept whole. Not a state."""

from __future__ import annotations

import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from elka.core.fieldsettings import PHOTOS_MOST
from elka.core.formfields import (
    FIELD,
    FIELDS_MAX,
    PART_KINDS,
    PART_LENGTHS,
    AnyField,
    ChoiceField,
    FieldKind,
    FileType,
    ProjectPart,
)
from elka.core.formspec import FormSpec
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.contest_edits import last_edit
from elka.models.contests import Contest
from elka.models.forms import FormField, fields_of
from elka.models.readiness_contest import FORM
from elka.state.build_cards import Sheet, sheet_of
from elka.state.building import change, for_building
from elka.state.building_order import number_at, spaced
from elka.state.field_words import PARTS
from elka.state.project_rows import direction_options, settlement_options
from elka.ui import labels


@dataclass(frozen=True)
class Made:
    """A change that was made. ``text``: how it is called where it is worth being taken back by ``edit``; ``added``: a key."""

    text: str = ""
    edit: int = 0
    added: str = ""


@dataclass(frozen=True)
class Ask:
    """A change that has a consequence elsewhere: nothing was done, the official is asked first."""

    title: str
    text: str
    confirm: str


def fresh_key(kind: str) -> str:
    """Return a key for a new field: never one that was there before, so that any removal can be undone."""
    return f"{kind}_{secrets.token_hex(3)}"


def part_field(part: ProjectPart) -> AnyField:
    """Return a field to begin with for a part of the project."""
    kind, words = PART_KINDS[part], PARTS[part]
    wanted: dict[str, Any] = {"key": part.value, "kind": kind, "label": words.label, "hint": words.hint}
    wanted["of_project"] = part
    if part in PART_LENGTHS:
        wanted["max_length"] = PART_LENGTHS[part]
    if part is ProjectPart.PHOTOS:
        wanted |= {"types": (FileType.IMAGE,), "most_files": PHOTOS_MOST, "required": False}
    return FIELD.validate_python(wanted)


def sheet(work: Work, contest: Contest, chosen: object) -> Sheet:
    """Return what the step shows of a contest's template."""
    fields = tuple(row.typed() for row in fields_of(work.session, contest.id or 0))
    return sheet_of(
        contest.id or 0,
        contest.version,
        regional(work, fields, {one.shown_if.key for one in fields if one.shown_if}),
        chosen if isinstance(chosen, str) else "",
        is_draft=contest.stage is ContestStage.DRAFT,
        spec=FormSpec(fields=fields),
    )


def regional(work: Work, fields: Sequence[AnyField], keys: Container[str]) -> tuple[AnyField, ...]:
    """Fill in the answers that the region itself gives, directions and settlements, for the fields with these keys."""
    lists = {ProjectPart.DIRECTION: direction_options, ProjectPart.SETTLEMENT: settlement_options}
    return tuple(
        one.model_copy(update={"options": tuple(lists[one.of_project](work))})
        if isinstance(one, ChoiceField) and one.of_project in lists and one.key in keys
        else one
        for one in fields
    )


def one_of(rows: Sequence[FormField], key: object) -> FormField:
    """Return the row of a field by its key."""
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        raise NotFound("Этого поля уже нет: его убрал другой сотрудник.")
    return found


def depending(rows: Sequence[FormField], key: str) -> list[FormField]:
    """Return the fields whose condition looks at this one."""
    return [row for row in rows if row.shown_if and row.shown_if["key"] == key]


def locked(work: Work, contest_id: object) -> list[FormField]:
    """Return the rows of a draft that the actor may build, the contest locked."""
    return fields_of(work.session, for_building(work, contest_id).id or 0)


def roomy(work: Work, contest_id: object) -> list[FormField]:
    """Return the rows of a draft, locked, with gaps between their numbers."""
    return spaced(work.session, locked(work, contest_id))


def inserted(work: Work, contest_id: object, field: AnyField, after: object) -> Made:
    """Put a field under the one with the key ``after``; at the end when there is none such."""
    rows = roomy(work, contest_id)
    if len(rows) >= FIELDS_MAX:
        raise Refused(f"В форме помещается {FIELDS_MAX} полей. Уберите лишние.")
    if field.of_project is not None and any(row.of_project is field.of_project for row in rows):
        raise Refused(f"«{PARTS[field.of_project].name}» в форме уже есть.")
    if any(row.key == field.key for row in rows):
        field = field.model_copy(update={"key": fresh_key(field.key[:30])})
    place = next((place for place, row in enumerate(rows, 1) if row.key == after), len(rows))
    text = f"Добавлено поле «{field.label}»"
    with change(work, contest_id, FORM, text) as made:
        row = FormField(
            contest_id=made.contest.id or 0,
            key=field.key,
            kind=FieldKind(field.kind),
            label=field.label,
            position=number_at(rows, place),
        )
        row.write(field)
        work.session.add(row)
    return made_of(work, made.contest, added=field.key)


def made_of(work: Work, contest: Contest, text: str = "", *, added: str = "") -> Made:
    """Tell what was just done; with ``text`` it can be taken back where it was done."""
    return Made(text, last_edit(work.session, contest.id or 0) if text else 0, added)


def misplaced(rows: Sequence[FormField]) -> list[FormField]:
    """Return the fields whose condition would look at a field below them."""
    above: set[str] = set()
    known = {row.key for row in rows}
    found = []
    for row in rows:
        if row.shown_if and row.shown_if["key"] in known and row.shown_if["key"] not in above:
            found.append(row)
        above.add(row.key)
    return found


def named(rows: Sequence[FormField]) -> str:
    """List fields by name, to tell of a consequence."""
    return labels.listing([f"«{row.label}»" for row in rows])
