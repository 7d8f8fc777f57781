"""The frame of the constructor: the contest's head, its steps with what is missing, who else is here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.errors import Refused, SignInNeeded
from elka.models import readiness_contest as readiness
from elka.models.contest_edits import ContestEdit, ContestPresence, as_rows
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.places import Municipality
from elka.models.readiness_contest import ContestLack, ContestParts, parts_of
from elka.state.base import Events, Fault, Flow
from elka.state.build_words import change_words
from elka.state.building import deeds, first_standing, for_office, to_redo, to_undo
from elka.state.contest_words import STAGES, place_name
from elka.ui import labels
from elka.ui.rows import person_tone

STEPS: dict[str, str] = {
    readiness.BASICS: "Основное",
    readiness.TIMELINE: "Сроки",
    readiness.FORM: "Форма заявки",
    readiness.PUBLIC: "Голосование",
    readiness.CRITERIA: "Критерии",
    readiness.WINNERS: "Победители",
    readiness.CHECK: "Проверка",
}
# Steps that stand only while the timeline has their stage.
STEP_OF_PHASE = {readiness.PUBLIC: PhaseKind.VOTING, readiness.CRITERIA: PhaseKind.EXPERT}
SEEN_FOR = timedelta(seconds=15)
_MOST_PEOPLE = 6
_MOST_TOLD = 2  # lacks told beside the steps
_SHOW_STEP = (
    "setTimeout(() => { const step = document.querySelector('.build-steps [aria-current=step]');"
    " if (step) step.closest('ol').scrollLeft = step.offsetLeft - 16; }, 80); window.elka?.toPlace?.()"
)


@dataclass(frozen=True)
class BuildRow:
    """A contest at the head of its constructor."""

    id: int = 0
    version: int = 0
    title: str = ""
    place: str = ""
    kind: str = ""
    is_draft: bool = True
    saved: str = ""
    ready: bool = False
    status: str = ""
    tone: str = "grey"
    done: int = 0  # percent of the steps that lack nothing
    rest: str = ""
    undo: str = ""  # what «Отменить» would take back; "" for nothing
    redo: str = ""
    back_name: str = ""  # the steps before and after the current one
    back_href: str = ""
    next_name: str = ""
    next_href: str = ""


@dataclass(frozen=True)
class StepRow:
    """One step; ``note`` says what is missing."""

    key: str
    name: str
    number: str
    now: bool
    done: bool
    note: str
    href: str


@dataclass(frozen=True)
class PresentRow:
    """Somebody else who has the constructor open."""

    name: str
    initials: str
    tone: int
    where: str


@dataclass(frozen=True)
class Opened:
    """All that the frame shows."""

    row: BuildRow
    steps: list[StepRow]
    people: list[PresentRow]


class BuildState(Flow, rx.State):
    """The constructor of one contest: what every step stands in."""

    row: BuildRow = BuildRow()
    step: str = readiness.BASICS
    steps: list[StepRow] = []
    people: list[PresentRow] = []

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the contest and the step that are in the address."""
        asked, step = self._part(2), self._query("step")
        self.step = step if step in STEPS else readiness.BASICS
        if asked != str(self.row.id):
            self.row, self.status = BuildRow(), "loading"
            yield
        yield await self._load(self._opened, asked, self.step, into=self._show)
        if self.status == "ready":
            yield rx.call_script(_SHOW_STEP)

    @rx.event
    async def go(self, step: str) -> Events:
        """Go to a step."""
        if not isinstance(step, str) or step not in STEPS:
            return None
        return rx.redirect(f"/office/contests/{self.row.id}/build?step={step}")

    @rx.event
    async def refresh(self) -> Events:
        """Tell anew what is missing: something was just saved."""
        return await self._load(self._opened, self.row.id, self.step, into=self._show)

    @rx.event
    async def beat(self) -> Events:
        """Say that one is here and see who else is; tell anew what is missing when somebody has changed something."""
        if self.status != "ready":
            return None
        try:
            heard = await self._work(self._beaten, self.row.id, self.step, self.row.version)
        except SignInNeeded:
            return self._to_sign_in()
        except Refused as refused:  # the draft was thrown away, or the role taken away
            self.status, self.fault = "error", refused.message
            return None
        except Fault:
            return None  # the next beat may do better
        self._heard(heard)
        return None

    @staticmethod
    def _opened(work: Work, contest_id: object, step: object) -> Opened:
        contest = for_office(work, contest_id)
        known = step if isinstance(step, str) and step in STEPS else readiness.BASICS
        _appear(work, contest, known)
        return _frame(work, contest, known)

    @staticmethod
    def _beaten(work: Work, contest_id: object, step: object, version: object) -> Opened | list[PresentRow]:
        """Return who else is here; and the whole frame, if the contest has changed since ``version``."""
        contest = for_office(work, contest_id)
        known = step if isinstance(step, str) and step in STEPS else readiness.BASICS
        _appear(work, contest, known)
        return _present(work, contest) if contest.version == version else _frame(work, contest, known)

    def _show(self, opened: Opened) -> None:
        self.row, self.steps, self.people = opened.row, opened.steps, opened.people

    def _heard(self, heard: Opened | list[PresentRow]) -> None:
        if isinstance(heard, Opened):
            self._show(heard)
        elif heard != self.people:
            self.people = heard


def _frame(work: Work, contest: Contest, step: str) -> Opened:
    parts = parts_of(work.session, contest)
    missing = readiness.lacks(parts, work.now)
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    steps = _steps(parts, missing, step)
    counted = [one for one in steps if one.key != readiness.CHECK]
    bad = {lack.step for lack in missing}
    undo, redo = _turns(work, parts)
    around = [None, *steps, None]
    place = next(index for index, one in enumerate(around) if one is not None and one.now)
    back, after = around[place - 1], around[place + 1]
    status, tone = STAGES[contest.stage]
    return Opened(
        row=BuildRow(
            id=contest.id or 0,
            version=contest.version,
            title=labels.typographer(contest.title),
            place=place_name(municipality.name if municipality else None),
            kind=contest.kind.value,
            is_draft=contest.stage is ContestStage.DRAFT,
            saved=_saved(work, contest),
            ready=not missing,
            done=labels.percent(sum(one.key not in bad for one in counted), len(counted)),
            rest=labels.typographer(" ".join(lack.text for lack in missing[:_MOST_TOLD])),
            undo=undo,
            redo=redo,
            status=status,
            tone=tone,
            back_name=back.name if back else "",
            back_href=back.href if back else "",
            next_name=after.name.lower() if after else "",
            next_href=after.href if after else "",
        ),
        steps=steps,
        people=_present(work, contest),
    )


def _steps(parts: ContestParts, missing: list[ContestLack], current: str) -> list[StepRow]:
    shown = [key for key in STEPS if key not in STEP_OF_PHASE or parts.has(STEP_OF_PHASE[key]) or key == current]
    rows = []
    for number, key in enumerate(shown, start=1):
        count = sum(lack.step == key for lack in missing)
        clean = not count and (key != readiness.CHECK or not missing)
        rows.append(
            StepRow(
                key=key,
                name=STEPS[key],
                number=str(number),
                now=key == current,
                done=clean and key != readiness.CHECK,
                note=f"ещё{labels.NBSP}{count}" if count else "",
                href=f"/office/contests/{parts.contest.id}/build?step={key}",
            )
        )
    return rows


def _turns(work: Work, parts: ContestParts) -> tuple[str, str]:
    """Return what would be taken back, and what brought back."""
    contest = parts.contest
    if contest.stage is not ContestStage.DRAFT:
        return "", ""
    listed, rows = deeds(work, contest.id or 0, light=True), as_rows(parts.rows)
    found = (first_standing(one, rows) for one in (to_undo(work, listed), to_redo(work, listed)))
    undo, redo = (labels.typographer(change_words(one.edit.text, one.edit.changes)) if one else "" for one in found)
    return undo, redo


def _saved(work: Work, contest: Contest) -> str:
    at = work.session.execute(
        sa.select(sa.func.max(col(ContestEdit.at))).where(col(ContestEdit.contest_id) == contest.id)
    ).scalar_one()
    moment = at or contest.created_at
    fresh = work.now - moment < timedelta(hours=12)
    return f"Сохранено в {labels.time(moment)}" if fresh else f"Сохранено {labels.day(moment)}"


def _appear(work: Work, contest: Contest, step: str) -> None:
    fresh = insert(ContestPresence).values(contest_id=contest.id, person_id=work.person(), step=step, seen_at=work.now)
    work.session.execute(
        fresh.on_conflict_do_update(
            index_elements=["contest_id", "person_id"], set_={"step": step, "seen_at": work.now}
        )
    )


def _present(work: Work, contest: Contest) -> list[PresentRow]:
    found = work.session.execute(
        sa.select(Person, col(ContestPresence.step))
        .join(ContestPresence, col(ContestPresence.person_id) == col(Person.id))
        .where(
            col(ContestPresence.contest_id) == contest.id,
            col(ContestPresence.person_id) != work.person(),
            col(ContestPresence.seen_at) > work.now - SEEN_FOR,
        )
        .order_by(col(Person.id))
        .limit(_MOST_PEOPLE)
    ).all()
    return [
        PresentRow(
            name=f"{person.first_name} {person.last_name}",
            initials=labels.initials(person.first_name, person.last_name),
            tone=person_tone(str(person.id)),
            where=STEPS.get(step, STEPS[readiness.BASICS]),
        )
        for person, step in found
    ]
