"""A new project begins with its first words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col, select

from elka import limits
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models.people import Person
from elka.models.project_fields import CHOICES, read_choice
from elka.models.projects import SUMMARY_MAX, TITLE_MAX, GroupMember, Project, ProjectStage
from elka.models.readiness import TITLE_LEAST
from elka.state.base import Events, Flow
from elka.state.project_rows import direction_options, settlement_options
from elka.ui.rows import Option

DRAFTS_MAX = 30
SAME_FORM = timedelta(minutes=10)


class ProjectNewState(Flow, rx.State):
    """The form of a new project. What is typed into it outlives signing in: the browser keeps it until it is sent."""

    directions: list[Option] = []
    settlements: list[Option] = []
    home: str = ""
    signed_in: bool = False
    busy: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the form, to guests too."""
        self.errors, self.busy = {}, False
        return await self._load(self._choices, into=self._show)

    @rx.event
    async def create(self, form: dict[str, Any]) -> Events:
        """Make a draft of the form and go on to its editor."""
        self.busy = True
        yield
        events = await self._run(self._create, form, then=self._made)
        self.busy = False
        yield events

    def _show(self, found: tuple[list[Option], list[Option], str, bool]) -> Events:
        self.directions, self.settlements, self.home, self.signed_in = found
        # Once the choices are drawn: a select takes back only what it can hold.
        return rx.call_script("setTimeout(() => window.elka?.draft?.('new-project'), 120)")

    def _made(self, project_id: int) -> list[Any]:
        return [
            rx.call_script("window.elka?.forget?.('new-project')"),
            rx.redirect(f"/me/projects/{project_id}?step=description"),
        ]

    @staticmethod
    def _choices(work: Work) -> tuple[list[Option], list[Option], str, bool]:
        home = str(work.actor.settlement_id or "")
        return direction_options(work), settlement_options(work), home, work.actor.is_signed_in

    @staticmethod
    def _create(work: Work, form: object) -> int:
        """Make a private draft and return its id; the same form sent twice gives the same draft."""
        person_id = work.person()
        limits.hit("write", account=person_id)
        title, summary, chosen = _read(work, form if isinstance(form, dict) else {})
        # The row of the author is locked, so that a double click waits for the first one and finds its draft.
        work.session.execute(sa.select(Person.id).where(col(Person.id) == person_id).with_for_update())
        drafts = work.session.exec(
            select(Project).where(
                Project.author_id == person_id,
                col(Project.published_at).is_(None),
                Project.stage == ProjectStage.IDEA,
            )
        ).all()
        for draft in drafts:
            if draft.title == title and draft.version == 1 and draft.created_at > work.now - SAME_FORM:
                return int(draft.id or 0)
        if len(drafts) >= DRAFTS_MAX:
            raise Refused(f"У вас уже {DRAFTS_MAX} черновиков. Опубликуйте или уберите в архив лишние.")
        project = Project(
            author_id=person_id,
            title=title,
            summary=summary,
            direction_id=chosen["direction"],
            settlement_id=chosen["settlement"],
            created_at=work.now,
            updated_at=work.now,
        )
        work.session.add(project)
        work.session.flush()
        work.session.add(
            GroupMember(
                project_id=project.id,
                person_id=person_id,
                duty="автор",
                invited_at=work.now,
                confirmed_at=work.now,
            )
        )
        work.record("project.drafted", "project", project.id)
        return int(project.id or 0)


def _read(work: Work, form: dict[str, Any]) -> tuple[str, str, dict[str, int]]:
    """Check the form; raise ``Invalid`` with every wrong field at once."""
    title, summary = one_line(str(form.get("title", ""))), one_line(str(form.get("summary", "")))
    wrong: dict[str, str] = {}
    if len(title) < TITLE_LEAST:
        wrong["title"] = f"Назовите проект: хотя бы {TITLE_LEAST} знаков."
    elif len(title) > TITLE_MAX:
        wrong["title"] = f"Название длиннее {TITLE_MAX} знаков. Сократите."
    if len(summary) > SUMMARY_MAX:
        wrong["summary"] = f"Длиннее {SUMMARY_MAX} знаков. Сократите: для подробностей будет место дальше."
    chosen: dict[str, int] = {}
    for field in CHOICES:
        try:
            chosen[field] = read_choice(work.session, field, form.get(field))
        except Refused as refused:
            wrong[field] = refused.message
    if wrong:
        raise Invalid(wrong)
    return title, summary, chosen
