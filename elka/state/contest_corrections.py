"""Words of an announced contest's form that are corrected: each correction is a new version of the form.

Only words change: labels, hints and examples. Whoever fills in a draft sees them at once; what was submitted keeps the
version that it was submitted by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.formfields import EXAMPLE_MAX, HINT_MAX, LABEL_MAX
from elka.core.lifecycle import BEFORE_VOTING, ContestStage
from elka.core.texts import one_line, paragraphs
from elka.db import Work
from elka.errors import Invalid, NotFound, WrongStage
from elka.models.forms import FormField, fields_of
from elka.state import contest_news
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.state.forms import freeze_form

LENGTHS = {"label": LABEL_MAX, "hint": HINT_MAX, "example": EXAMPLE_MAX}  # characters


@dataclass(frozen=True)
class WordsRow:
    """The words of one field of the form."""

    key: str = ""
    label: str = ""
    hint: str = ""
    example: str = ""
    is_section: bool = False


class ContestCorrectionsState(Flow, rx.State):
    """The words of the form of an announced contest."""

    contest: int = 0
    rows: list[WordsRow] = []
    picked: WordsRow = WordsRow()
    taken: int = 0  # counts openings of the dialog: part of its fields' keys

    @rx.event
    async def load(self) -> Events:
        """Show the words of the form of the contest in the address; none when they may not be corrected."""
        self.errors, self.rows = {}, []
        return await self._load(self._words, self._part(2), into=self._show)

    @rx.event
    async def pick(self, key: str) -> Events:
        """Open one field for correction."""
        found = next((row for row in self.rows if row.key == key), None)
        if found is None:
            return None
        self.picked, self.errors = found, {}
        self.taken += 1
        return rx.call_script("setTimeout(() => elka.open('correct'), 30)")

    @rx.event
    async def save(self, form: dict[str, Any]) -> Events:
        """Correct the words; everybody sees that they were corrected."""
        return await self._run(
            self._save, self.contest, self.picked.key, form, done="Форма поправлена", then=self._again
        )

    @staticmethod
    def _words(work: Work, contest_id: object) -> tuple[int, list[WordsRow]]:
        contest = for_office(work, contest_id)
        if not _correctable(contest.stage):
            return contest.id or 0, []
        return contest.id or 0, [
            WordsRow(row.key, row.label, row.hint, row.example, row.kind.value == "section")
            for row in fields_of(work.session, contest.id or 0)
        ]

    @staticmethod
    def _save(work: Work, contest_id: object, key: object, form: object) -> int:
        """Correct the words of a field and freeze the form anew; return its version."""
        contest = for_office(work, contest_id, lock=True)
        if not _correctable(contest.stage):
            raise WrongStage("Слова формы поправляют только до открытия голосования.")
        row = _field(work, contest.id or 0, key)
        typed = form if isinstance(form, dict) else {}
        fresh = {name: _read(row, name, typed.get(name)) for name in LENGTHS}
        wrong = {
            name: f"Слишком длинно: {len(text)} из {LENGTHS[name]}. Сократите."
            for name, text in fresh.items()
            if len(text) > LENGTHS[name]
        }
        if not fresh["label"]:
            wrong["label"] = "Без названия поле не понять."
        if wrong:
            raise Invalid(wrong)
        old = {name: getattr(row, name) for name, text in fresh.items() if getattr(row, name) != text}
        if not old:
            return contest.form_version
        for name in old:
            setattr(row, name, fresh[name])
        work.session.flush()
        version = freeze_form(work, contest)
        contest.version += 1
        work.record(
            "contest.form_corrected",
            "contest",
            contest.id,
            label=row.label,
            fields=sorted(old),
            old=old,
            version=version.number,
        )
        contest_news.edited(work, contest, ["слова в форме заявки"])
        return version.number

    def _show(self, found: tuple[int, list[WordsRow]]) -> None:
        self.contest, self.rows = found

    async def _again(self, _: object) -> list[Any]:
        events = await self._load(self._words, self.contest, into=self._show)
        return [rx.call_script("elka.close('correct')"), *listed(events)]


def _correctable(stage: ContestStage) -> bool:
    return stage in BEFORE_VOTING and stage is not ContestStage.DRAFT


def _field(work: Work, contest_id: int, key: object) -> FormField:
    row: FormField | None = (
        work.session.execute(
            sa.select(FormField)
            .where(col(FormField.contest_id) == contest_id, col(FormField.key) == key)
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if isinstance(key, str)
        else None
    )
    if row is None:
        raise NotFound
    return row


def _read(row: FormField, name: str, value: object) -> str:
    if not isinstance(value, str):
        return str(getattr(row, name))
    return one_line(value) if name == "label" else paragraphs(value)
