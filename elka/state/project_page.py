"""One project as everybody sees it, and what its author or the municipality tell of its realisation."""

from __future__ import annotations

from datetime import date

import reflex as rx

from elka.db import Work
from elka.errors import Refused
from elka.models.places import Settlement
from elka.models.projects import Project
from elka.state.base import Events, Flow
from elka.state.project_view import ProjectView, view_of


class ProjectState(Flow, rx.State):
    """The page ``/projects/ID``."""

    view: ProjectView = ProjectView()

    @rx.event
    async def load(self) -> Events:
        """Show the project whose id is in the address."""
        wanted = self._part(1)
        self.errors = {}
        if wanted != str(self.view.id):
            self.view, self.status = ProjectView(), "loading"
            yield
        yield await self._load(self._view, wanted, into=self._show)

    @rx.event
    async def start(self) -> Events:
        """Tell everybody that the work has begun."""
        return await self._run(self._start, self.view.id, done="Отмечено: проект делают", then=self._show)

    @rx.event
    async def finish(self, form: dict[str, str]) -> Events:
        """Tell everybody that the project is realised."""
        day = form.get("realised_on") if isinstance(form, dict) else None
        return await self._run(
            self._finish, self.view.id, day, done="Проект завершён и стоит в реестре", then=self._show
        )

    def _show(self, view: ProjectView) -> None:
        self.view = view

    # Flows

    @staticmethod
    def _view(work: Work, project_id: object) -> ProjectView:
        return view_of(work, work.get(Project, project_id))

    @staticmethod
    def _start(work: Work, project_id: object) -> ProjectView:
        project = _reported(work, project_id)
        project.start(work.now)
        work.record("project.started", "project", project.id)
        return view_of(work, project)

    @staticmethod
    def _finish(work: Work, project_id: object, day: object) -> ProjectView:
        project = _reported(work, project_id)
        try:
            on = date.fromisoformat(day if isinstance(day, str) else "")
        except ValueError as error:
            raise Refused("Укажите день, когда всё было готово.", field="realised_on") from error
        project.finish(on, work.now)
        work.record("project.realised", "project", project.id, on=on.isoformat())
        return view_of(work, project)


def _reported(work: Work, project_id: object) -> Project:
    """Return the project, locked, if the actor may tell how its realisation goes."""
    work.person()
    project = work.get(Project, project_id, lock=True)
    home = work.session.get_one(Settlement, project.settlement_id).municipality_id
    work.require(project.may_report(work.actor, home), "Это отмечают автор проекта или муниципалитет.")
    return project
