"""A template as a file: given to an official of the place, and taken back in place of the whole form, as one change."""

from __future__ import annotations

import json
from typing import Any

import reflex as rx

from elka.core.formfields import FieldKind
from elka.core.formspec import BadForm, FormSpec, from_json_schema, json_schema
from elka.core.ordering import spread
from elka.db import Work
from elka.models.contest_edits import last_edit
from elka.models.forms import FormField, fields_of
from elka.models.readiness_contest import FORM
from elka.state.base import Events, listed
from elka.state.build import BuildState
from elka.state.build_form import BuildFormState
from elka.state.building import change, for_building, for_office
from elka.state.forms import spec_of
from elka.ui import labels

FILE_MAX = 1024 * 1024  # bytes; 120 fields of 60 answers each are half of it
_DIGITS = 18  # of the id of a change


class BuildFileState(BuildFormState):
    """What the page does once a file has come."""

    @rx.event
    async def arrived(self, answer: str) -> Events:
        """Show the form that a file has brought, with the way to take it back."""
        told = _answer(answer)
        self.undoing, self._edit, self.chosen, self.note = told[0], told[1], "", ""
        shown = await self._load(self._opened, self.contest, "", into=self._absorb)
        close = rx.call_script("window.elka?.close('form-file')")
        return [close, BuildState.refresh, *listed(shown), *listed(self._followed())]

    # Flows

    @staticmethod
    def _exported(work: Work, contest_id: object) -> tuple[str, dict[str, Any]]:
        """Return the name of the file and the template as JSON Schema: of a draft as it stands, or as it was published."""
        contest = for_office(work, contest_id)
        return f"Форма заявки — {contest.title}.json", json_schema(spec_of(work.session, contest))

    @staticmethod
    def _may_import(work: Work, contest_id: object) -> None:
        for_building(work, contest_id)

    @staticmethod
    def _imported(work: Work, contest_id: object, data: bytes) -> dict[str, Any]:
        """Put the fields of a file in place of all that the form has; what it had comes back by one undoing."""
        spec = _spec(data)
        contest = for_building(work, contest_id)
        rows = fields_of(work.session, contest.id or 0)
        count = labels.plural(len(spec.fields), "поле", "поля", "полей")
        if FormSpec(fields=tuple(row.typed() for row in rows)) == spec:
            return {"text": "В файле та же самая форма", "edit": 0}
        text = f"Форма из файла: {count}"
        with change(work, contest_id, FORM, text):
            for row in rows:
                work.session.delete(row)
            work.session.flush()  # the old keys are free before the new rows take them
            for field, position in zip(spec.fields, spread(len(spec.fields)), strict=True):
                row = FormField(
                    contest_id=contest.id or 0,
                    key=field.key,
                    kind=FieldKind(field.kind),
                    label=field.label,
                    position=position,
                )
                row.write(field)
                work.session.add(row)
        return {"text": text, "edit": last_edit(work.session, contest.id or 0)}


def _spec(data: bytes) -> FormSpec:
    """Read a template out of a file, whatever was sent."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadForm("Файл не читается. Выберите файл .json, который был выгружен из конструктора.") from error
    spec = from_json_schema(found)
    keys = [field.key for field in spec.fields]
    parts = [field.of_project for field in spec.fields if field.of_project is not None]
    if len(set(keys)) < len(keys):
        raise BadForm("В файле два поля с одним ключом. Выгрузите шаблон из конструктора заново.")
    if len(set(parts)) < len(parts):
        raise BadForm("В файле одна часть проекта спрашивается дважды. Выгрузите шаблон из конструктора заново.")
    if any(not field.label.strip() for field in spec.fields):
        raise BadForm("В файле есть поле без названия. Выгрузите шаблон из конструктора заново.")
    return spec


def _answer(answer: object) -> tuple[str, int]:
    """Read what the route said of the file: how the change is called and which entry takes it back."""
    try:
        told = json.loads(answer) if isinstance(answer, str) else {}
    except (ValueError, RecursionError):
        return "", 0
    text, edit = (told.get("text"), told.get("edit")) if isinstance(told, dict) else ("", 0)
    good = isinstance(text, str) and isinstance(edit, int) and not isinstance(edit, bool) and len(str(edit)) <= _DIGITS
    return (str(text)[:200], int(edit)) if good else ("", 0)
