"""The editor of a project: every field saves itself, and nobody overwrites another without knowing it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta

import reflex as rx
from reflex.event import EventSpec
from sqlmodel import select

from elka import clock
from elka.core.geo import project as point_of
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models import project_fields
from elka.models.places import Settlement
from elka.models.project_fields import FIELDS, LINES, TEXTS
from elka.models.projects import BudgetLine, Project
from elka.models.readiness import Lack, idea_lacks, project_lacks
from elka.state.base import Events, Fault, Flow
from elka.state.fitting import FitRow, fitting
from elka.state.project_rights import as_author, for_editing, is_returned
from elka.state.project_rows import cover_of, direction_options, place_of, setting_of, settlement_options, stage_badge
from elka.ui import labels
from elka.ui.rows import MapPoint, Option, Step

STEPS = {
    "idea": "Идея",
    "description": "Описание",
    "place": "Место и сроки",
    "budget": "Смета",
    "people": "Люди",
    "photos": "Фотографии",
    "check": "Проверка",
}


# On a phone the steps are a line that scrolls: today's is brought into sight.
_SHOW_STEP = (
    "setTimeout(() => { const step = document.querySelector('.editor-steps .is-now');"
    " if (step) step.closest('.editor-steps').scrollLeft = step.offsetLeft - 16; }, 80)"
)
LIMITS = {**LINES, **TEXTS}  # characters


@dataclass(frozen=True)
class EditRow:
    """A project as its editor shows it: values as the fields hold them, and what may be done."""

    id: int = 0
    title: str = ""
    summary: str = ""
    problem: str = ""
    outcome: str = ""
    address: str = ""
    direction: str = ""
    settlement: str = ""
    starts_on: str = ""
    ends_on: str = ""
    stage: str = "idea"
    stage_label: str = ""
    tone: str = "grey"
    is_draft: bool = True
    is_author: bool = False
    closed: str = ""
    saved: str = ""
    cover: str = ""
    place: str = ""
    direction_name: str = ""


@dataclass(frozen=True)
class Opened:
    """What the editor gets when it opens."""

    row: EditRow
    steps: list[Step]
    fits: list[FitRow]
    point: list[MapPoint]
    idea: list[Lack]
    project: list[Lack]
    directions: list[Option]
    settlements: list[Option]


@dataclass(frozen=True)
class Saved:
    """A field was saved, or stood so already. ``value``: what the database now holds."""

    field: str
    value: str
    at: str


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the field meanwhile; nothing was saved. ``theirs``: what the database holds."""

    field: str
    theirs: str


class ProjectEditState(Flow, rx.State):
    """The editor of one project, and the form that begins a new one."""

    row: EditRow = EditRow()
    step: str = "idea"
    steps: list[Step] = []
    fits: list[FitRow] = []
    point: list[MapPoint] = []
    idea_lacks: list[Lack] = []
    project_lacks: list[Lack] = []
    directions: list[Option] = []
    settlements: list[Option] = []
    clash: str = ""  # the field that somebody else changed
    theirs: str = ""
    taken: int = 0  # counts reloads of the fields: part of their keys
    _seen: dict[str, str] = {}
    _mine: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show the project whose id is in the address."""
        step = self._query("step")
        self.step = step if step in STEPS else "idea"
        self.errors, self.clash = {}, ""
        wanted = self._part(2)
        if wanted != str(self.row.id):
            self.row, self.status = EditRow(), "loading"
            yield
        yield await self._load(self._open, wanted, self.step, into=self._show)

    @rx.event
    async def go(self, place: int) -> Events:
        """Go to a step by its place in the list."""
        names = list(STEPS)
        if not isinstance(place, int) or not 0 <= place < len(names):
            return None
        return rx.redirect(f"/me/projects/{self.row.id}?step={names[place]}")

    @rx.event
    async def save(self, field: str, value: str) -> Events:
        """Save one field; a trouble is told at the field and takes nothing away."""
        if field not in FIELDS or not isinstance(value, str):
            return None
        try:
            result = await self._work(self._save, self.row.id, field, value, self._seen.get(field))
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, field: getattr(refused, "fields", {}).get(field, str(refused))}
            return None
        if isinstance(result, Clash):
            self.clash, self.theirs, self._mine = field, result.theirs, value
            return None
        self.errors = {name: text for name, text in self.errors.items() if name != field}
        self._seen = {**self._seen, field: result.value}
        self.row = replace(self.row, **{field: result.value}, saved=result.at)
        if self.clash == field:
            self.clash = ""
        return self._kept(field, value, result.value)

    @rx.event
    async def bring_back(self, unsaved: str) -> Events:
        """Save what the browser still holds from before a reload, a lost link or an expired session."""
        events = []
        for field, was, now in _left_over(unsaved, self.row.id):
            if now == getattr(self.row, field):
                events.append(self._kept(field, now, now))
                continue
            self._seen = {**self._seen, field: was}
            self.row = replace(self.row, **{field: now})
            events.append(await self.save(field, now))
            self.taken += 1
        return events

    @rx.event
    async def keep_mine(self) -> Events:
        """Settle a clash: overwrite what the other wrote, knowingly."""
        field, self.clash = self.clash, ""
        if field not in FIELDS:
            return None
        self._seen = {**self._seen, field: self.theirs}
        return await self.save(field, self._mine)

    @rx.event
    def take_theirs(self) -> Events:
        """Settle a clash: take what the other wrote."""
        field, self.clash = self.clash, ""
        if field not in FIELDS:
            return None
        self._seen = {**self._seen, field: self.theirs}
        self.row = replace(self.row, **{field: self.theirs})
        self.taken += 1
        return self._kept(field, self._mine, self.theirs)

    @rx.event
    async def publish(self) -> Events:
        """Show the idea to everybody."""
        return await self._run(self._publish, self.row.id, done="Идея опубликована", then=self._again)

    @rx.event
    async def become_project(self) -> Events:
        """Make the idea a project."""
        return await self._run(self._become_project, self.row.id, done="Идея стала проектом", then=self._again)

    @rx.event
    async def archive(self) -> Events:
        """Put it into the archive; this can be undone."""
        return await self._run(
            self._archive, self.row.id, done="Проект в архиве. Вернуть его можно здесь же", then=self._again
        )

    @rx.event
    async def unarchive(self) -> Events:
        """Take it out of the archive."""
        return await self._run(self._restore, self.row.id, done="Проект снова среди ваших идей", then=self._again)

    async def _again(self, _: object) -> Events:
        return await self._load(self._open, self.row.id, self.step, into=self._show)

    def _show(self, opened: Opened) -> Events:
        # Fields are drawn anew only when something else stands in them: nobody is interrupted while typing.
        self.taken += any(getattr(self.row, field) != getattr(opened.row, field) for field in FIELDS)
        self.row, self.point = opened.row, opened.point
        self.steps, self.fits = opened.steps, opened.fits
        self.idea_lacks, self.project_lacks = opened.idea, opened.project
        self.directions, self.settlements = opened.directions, opened.settlements
        self._seen = {field: getattr(opened.row, field) for field in FIELDS}
        return [
            rx.call_script(
                f"window.elka?.unsaved?.('project-{opened.row.id}-') ?? '{{}}'", callback=ProjectEditState.bring_back
            ),
            rx.call_script(_SHOW_STEP),
        ]

    def _kept(self, field: str, value: str, stands: str) -> EventSpec:
        """Let the browser drop what it held; ``stands``: what the field holds now."""
        words = (json.dumps(text, ensure_ascii=False) for text in (f"project-{self.row.id}-{field}", value, stands))
        return rx.call_script(f"window.elka?.kept?.({', '.join(words)})")

    # Flows

    @staticmethod
    def _open(work: Work, project_id: object, step: str) -> Opened:
        project = for_editing(work, project_id, closed_too=True)
        lines = work.session.exec(select(BudgetLine).where(BudgetLine.project_id == project.id)).all()
        lacks = project_lacks(project, lines)
        return Opened(
            row=_row(work, project),
            steps=_steps(step, lacks),
            fits=[row for _, row in fitting(work, [int(project.id or 0)]).get(int(project.id or 0), [])],
            point=_point(work, project),
            idea=idea_lacks(project),
            project=lacks,
            directions=direction_options(work),
            settlements=settlement_options(work),
        )

    @staticmethod
    def _save(work: Work, project_id: object, field: object, value: object, seen: str | None) -> Saved | Clash:
        """Write one field. ``seen``: what the writer's screen held; None to overwrite whatever stands there."""
        project = for_editing(work, project_id)
        if field not in FIELDS or not isinstance(value, str):
            raise NotFound
        name = str(field)
        fresh = project_fields.read(work.session, project, name, value, clock.local(work.now).date())
        there = project_fields.written(project, name)
        if fresh != there:
            if seen is not None and seen != there:
                return Clash(name, there)
            project_fields.write(project, name, fresh)
            project.touch(work.now)
        return Saved(name, fresh, f"Сохранено в {labels.time(work.now)}")

    @staticmethod
    def _publish(work: Work, project_id: object) -> None:
        project = as_author(work, project_id)
        _require_confirmed(work)
        _require_complete(idea_lacks(project))
        project.publish(work.now)
        work.record("project.published", "project", project.id, stage=project.stage.value)

    @staticmethod
    def _become_project(work: Work, project_id: object) -> None:
        project = as_author(work, project_id)
        _require_confirmed(work)
        lines = work.session.exec(select(BudgetLine).where(BudgetLine.project_id == project.id)).all()
        _require_complete(project_lacks(project, lines))
        fresh = project.is_draft
        project.become_project(work.now)
        if fresh:
            work.record("project.published", "project", project.id, stage=project.stage.value)
        work.record("project.completed", "project", project.id)

    @staticmethod
    def _archive(work: Work, project_id: object) -> None:
        project = as_author(work, project_id)
        project.archive(work.now)
        work.record("project.archived", "project", project.id)

    @staticmethod
    def _restore(work: Work, project_id: object) -> None:
        project = as_author(work, project_id)
        project.restore(work.now)
        work.record("project.restored", "project", project.id)


def _require_confirmed(work: Work) -> None:
    if not work.actor.confirmed:
        raise Denied("Сначала подтвердите почту: ссылка в письме, которое пришло при регистрации.")


def _require_complete(lacks: list[Lack]) -> None:
    if lacks:
        raise Refused("Пока не хватает: " + " ".join(lack.text for lack in lacks))


def _row(work: Work, project: Project) -> EditRow:
    closed = ""
    try:
        project.require_editable(returned=is_returned(work, project))
    except Refused as refused:
        closed = refused.message
    direction, settlement, municipality = setting_of(work, project)
    label, tone = stage_badge(project.stage, draft=project.is_draft)
    return EditRow(
        id=int(project.id or 0),
        **{field: project_fields.written(project, field) for field in FIELDS},
        stage=project.stage.value,
        stage_label=label,
        tone=tone,
        is_draft=project.is_draft,
        is_author=project.is_author(work.actor),
        closed=closed,
        saved=f"Сохранено в {labels.time(project.updated_at)}"
        if work.now - project.updated_at < timedelta(hours=12)
        else f"Сохранено {labels.date(project.updated_at)}",
        cover=cover_of(int(project.id or 0), direction.motif, project.cover_photo_id),
        place=place_of(settlement.name, municipality.name),
        direction_name=direction.name,
    )


def _point(work: Work, project: Project) -> list[MapPoint]:
    """Return the settlement's point on the map; none where it is not known."""
    place = work.session.get_one(Settlement, project.settlement_id)
    if place.lat is None or place.lon is None:
        return []
    x, y = point_of(place.lat, place.lon)
    return [MapPoint(x=round(x, 1), y=round(y, 1), radius=9, title=place.name)]


def _left_over(unsaved: object, project_id: int) -> list[tuple[str, str, str]]:
    """Read what a browser says it held: (field, what it stood over, what was typed)."""
    try:
        found = json.loads(unsaved) if isinstance(unsaved, str) else {}
    except ValueError:
        return []
    rows = []
    for key, words in found.items() if isinstance(found, dict) else ():
        field = key.removeprefix(f"project-{project_id}-")
        if field in LIMITS and isinstance(words, dict):
            was, now = words.get("was"), words.get("now")
            if isinstance(was, str) and isinstance(now, str):
                rows.append((field, was, now))
    return rows


def _steps(current: str, lacks: list[Lack]) -> list[Step]:
    rows = []
    for key, name in STEPS.items():
        missing = sum(lack.step == key for lack in lacks)
        whole = {"people", "photos", "check"}  # what nobody has to fill in
        when = "now" if key == current else ("next" if missing or key in whole else "done")
        note = f"ещё {labels.plural(missing, 'поле', 'поля', 'полей')}" if missing else ""
        rows.append(Step(name=name, when=when, note=note))
    return rows
