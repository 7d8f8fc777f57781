"""Filling a form in to try it: what an official fills in here is checked for real and kept nowhere.

The same rows, reading and checks as an application has. Also what the constructor shows as «Как увидит житель»: the
chosen field alone, or the whole form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from elka.core.formfields import AnyField, FieldKind, ProjectPart
from elka.core.formspec import FormSpec, check, filled, read, shown
from elka.db import Work
from elka.errors import Refused
from elka.models.contests import Contest
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.field_rows import FieldRow, field_row
from elka.state.fill_rows import HEADLESS, START, Region, SectionRow
from elka.state.forms import spec_of
from elka.ui import labels

_SAMPLE_MB = 0.1  # of a sample file
_MEGABYTE = 1024**2


@dataclass(frozen=True)
class Tried:
    """A form to be tried: its fields section by section."""

    contest_id: int
    version: int
    title: str
    sections: list[SectionRow]
    spec: FormSpec


class TryFormState(Flow, rx.State):
    """A form that is tried, with its answers in the memory of this tab."""

    title: str = ""
    back: str = ""
    sections: list[SectionRow] = []
    samples: dict[str, int] = {}  # how many sample files or people were put into a field
    done: int = 0
    total: int = 0
    left: int = 0  # what is still wrong; -1: nobody has asked yet
    only: str = ""  # the one field that is looked at; "" for the whole form
    taken: int = 0  # counts drawings anew: part of the keys
    _contest: int = 0
    _version: int = 0
    _rows: list[SectionRow] = []
    _spec: FormSpec = FormSpec(fields=())
    _answers: dict[str, Any] = {}
    _told: set[str] = set()
    _amiss: dict[str, str] = {}

    @rx.event
    async def load(self) -> Events:
        """Show the form of the contest that is in the address, empty."""
        self.only, self.left = "", -1
        self._forget()
        return await self._load(self._form, self._part(2), "", into=self._show)

    @rx.event
    async def follow(self, key: str) -> Events:
        """Look at one field («»: at the whole form) as a resident will see it, as it stands now."""
        contest_id = self._part(2)
        if not isinstance(key, str):
            return None
        if contest_id != str(self._contest):
            self._forget()
        self.only = key
        return await self._load(self._form, contest_id, key, into=self._show)

    @rx.event
    async def beat(self) -> Events:
        """Show what was changed in the constructor since."""
        if self.status != "ready":
            return None
        return await self._load(self._news, self._contest, self.only, self._version, into=self._heard)

    @rx.event
    def save(self, key: str, value: str) -> None:
        """Take what was typed into a field, as an application would."""
        field = self._spec.by_key.get(key) if isinstance(key, str) else None
        if field is None or not isinstance(value, str) or field.kind is FieldKind.SECTION:
            return
        try:
            answer = read(field, value)
        except Refused as refused:
            self._amiss[key] = refused.message
        else:
            self._amiss.pop(key, None)
            self._put(key, answer)
        self._told.add(key)
        self._count()

    @rx.event
    def add_sample(self, key: str) -> None:
        """Put a sample into a field of files or of people: nothing is sent anywhere from here."""
        field = self._spec.by_key.get(key) if isinstance(key, str) else None
        if field is None or field.kind not in (FieldKind.FILES, FieldKind.PEOPLE):
            return
        rows = [*self._answers.get(key, ()), _sample(field, len(self._answers.get(key, ())) + 1)]
        try:
            self._put(key, read(field, rows))
        except Refused as refused:
            self._amiss[key] = refused.message
        self._told.add(key)
        self._count()

    @rx.event
    def drop_samples(self, key: str) -> None:
        """Take the samples of a field away."""
        if isinstance(key, str):
            self._put(key, None)
            self._amiss.pop(key, None)
            self._count()

    @rx.event
    def check(self) -> Events:
        """Tell everything that an application filled in so would lack."""
        self._told = set(self._spec.by_key)
        self._count()
        self.left = len(self.errors)
        if self.left:
            return rx.call_script("window.elka?.focusError()")
        return rx.toast.success("Такую заявку можно подать")

    @rx.event
    async def clear(self) -> Events:
        """Begin anew."""
        return await self.load()

    def _forget(self) -> None:
        self._answers, self._told, self._amiss, self.left = {}, set(), {}, -1
        self.taken += 1

    def _put(self, key: str, answer: object) -> None:
        self._answers = {one: value for one, value in {**self._answers, key: answer}.items() if value is not None}

    def _show(self, tried: Tried) -> None:
        self._contest, self._version, self._spec = tried.contest_id, tried.version, tried.spec
        self.title, self.back = tried.title, f"/office/contests/{tried.contest_id}/build?step=form"
        self._rows = tried.sections
        known = {}
        for key, value in self._answers.items():
            try:
                known[key] = read(tried.spec.by_key[key], value) if key in tried.spec.by_key else None
            except Refused:
                continue
        self._answers = {key: value for key, value in known.items() if value is not None}
        self._count()

    def _heard(self, tried: Tried | None) -> None:
        if tried is not None:
            self._show(tried)

    def _count(self) -> None:
        visible = shown(self._spec, self._answers)
        wrong = check(self._spec, self._answers) | {key: text for key, text in self._amiss.items() if key in visible}
        self.errors = {key: text for key, text in wrong.items() if key in self._told}
        marked = [_marked(row, self.errors, visible | {self.only}) for row in self._rows]
        if self.sections != marked:
            self.sections = marked
        self.done, self.total = filled(self._spec, self._answers)
        self.samples = {
            key: len(self._answers.get(key, ()))
            for key, field in self._spec.by_key.items()
            if field.kind in (FieldKind.FILES, FieldKind.PEOPLE)
        }
        if self.left >= 0:
            self.left = len(wrong)

    # Flows

    @staticmethod
    def _form(work: Work, contest_id: object, only: object) -> Tried:
        return _tried(work, for_office(work, contest_id), only)

    @staticmethod
    def _news(work: Work, contest_id: object, only: object, version: object) -> Tried | None:
        contest = for_office(work, contest_id)
        return None if contest.version == version else _tried(work, contest, only)


def _tried(work: Work, contest: Contest, only: object) -> Tried:
    spec = spec_of(work.session, contest)
    return Tried(
        contest.id or 0, contest.version, labels.typographer(contest.title), _sections(work, contest, spec, only), spec
    )


def _sections(work: Work, contest: Contest, spec: FormSpec, only: object) -> list[SectionRow]:
    """Return the form section by section; ``only``: the key of the one field that is looked at."""
    region = Region(work, contest)
    listed = [one for one in spec.fields if not only or one.key == only]
    if only and listed and listed[0].kind is FieldKind.SECTION:
        return [_headed(listed[0], [])]
    found: list[SectionRow] = []
    head, rows = SectionRow(START, "" if only else HEADLESS, "", ()), []
    for one in listed:
        if one.kind is FieldKind.SECTION:
            found += [replace(head, fields=tuple(rows))] if rows else []
            head, rows = _headed(one, []), []
        else:
            rows.append(_row(region, one))
    return [*found, *([replace(head, fields=tuple(rows))] if rows else [])]


def _marked(row: SectionRow, errors: dict[str, str], visible: frozenset[str]) -> SectionRow:
    """Return a section with what is wrong at its fields, without those that are not asked now."""
    fields = [replace(one, error=errors.get(one.key, ""), shown=one.key in visible) for one in row.fields]
    return replace(row, fields=tuple(fields))


def _headed(one: AnyField, rows: list[FieldRow]) -> SectionRow:
    return SectionRow(one.key, labels.typographer(one.label), labels.typographer(one.hint), tuple(rows))


def _row(region: Region, one: AnyField) -> FieldRow:
    return field_row(
        one,
        options=region.options(one),
        budget=region.budget(one),
        places=region.places() if one.kind is FieldKind.POINT else (),
    )


def _sample(field: AnyField, number: int) -> dict[str, Any]:
    if field.kind is FieldKind.PEOPLE:
        return {"person_id": number, "duty": ""}
    name = f"Фото {number}.jpg" if field.of_project is ProjectPart.PHOTOS else f"Пример {number}.pdf"
    return {"id": number, "name": name, "size": int(_SAMPLE_MB * _MEGABYTE), "sha256": "0"}
