"""Views of the office's table: ready ones, and those that each official saves for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.exports import VIEW_NAME_MAX, VIEWS_MOST, SavedView
from elka.state.application_filters import Filters, conditions, joined
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.ui import labels

READY = {
    "Ждут решения": Filters(status="submitted"),
    "Мои": Filters(status="open", who="me"),
    "Исправленные": Filters(mark="again"),
    "Срок вышел": Filters(mark="late"),
    "Без исполнителя": Filters(status="open", who="none"),
}


@dataclass(frozen=True)
class ViewRow:
    """One view. ``id`` 0: a ready one. ``query`` is what stands in the address."""

    id: int
    name: str
    query: str
    href: str
    count: str = ""


class SavedViewsState(Flow, rx.State):
    """The views above the table."""

    contest_id: int = 0
    ready: list[ViewRow] = []
    own: list[ViewRow] = []
    taken: int = 0  # counts changes: part of the fields' keys

    @rx.event
    async def load(self) -> Events:
        """Show the views of the contest in the address."""
        return await self._load(self._views, self._part(2), into=self._show)

    @rx.event
    async def save(self, form: dict[str, Any]) -> Events:
        """Save what the table shows under a name."""
        typed = form if isinstance(form, dict) else {}
        name, query = typed.get("view"), typed.get("query")
        return await self._run(self._save, self.contest_id, name, query, done="Вид сохранён", then=self._again)

    @rx.event
    async def rename(self, view_id: int, name: str) -> Events:
        """Give a view another name."""
        return await self._run(self._rename, view_id, name, then=self._again)

    @rx.event
    async def remove(self, view_id: int) -> Events:
        """Drop a view; what it showed can be saved again."""
        return await self._run(self._remove, view_id, done="Вид удалён", then=self._again)

    @staticmethod
    def _views(work: Work, contest_id: object) -> tuple[int, list[ViewRow], list[ViewRow]]:
        """Return the contest's id, the ready views with their counts, and the actor's own ones; by name."""
        contest = for_office(work, contest_id)
        key = contest.id or 0
        counts = _counts(work, key)
        ready = [
            ViewRow(0, name, filters.query(), _href(key, filters.query()), labels.number(count) if count else "")
            for (name, filters), count in zip(READY.items(), counts, strict=True)
        ]
        rows = work.session.execute(
            sa.select(SavedView)
            .where(SavedView.visible_to(work.actor), col(SavedView.contest_id) == key)
            .order_by(sa.func.lower(col(SavedView.name)), col(SavedView.id))
        ).scalars()
        return key, ready, [ViewRow(one.id or 0, one.name, one.query, _href(key, one.query)) for one in rows]

    @staticmethod
    def _save(work: Work, contest_id: object, name: object, query: object) -> None:
        """Save a view; one of the same name shows something else from now on."""
        contest = for_office(work, contest_id, lock=True)
        called = _named(name)
        wanted = Filters.of_query(query).query()
        mine = _mine(work, contest)
        same = next((one for one in mine if one.name == called), None)
        if same is not None:
            same.query = wanted
            return
        if len(mine) >= VIEWS_MOST:
            raise Refused(f"Сохранено уже {VIEWS_MOST} видов. Удалите лишние.", field="view")
        work.session.add(
            SavedView(
                person_id=work.person(), contest_id=contest.id or 0, name=called, query=wanted, created_at=work.now
            )
        )

    @staticmethod
    def _rename(work: Work, view_id: object, name: object) -> None:
        view = work.get(SavedView, view_id)
        contest = for_office(work, view.contest_id, lock=True)
        called = _named(name)
        if any(one.name == called and one.id != view.id for one in _mine(work, contest)):
            raise Refused("Вид с таким названием уже есть.", field="view")
        view.name = called

    @staticmethod
    def _remove(work: Work, view_id: object) -> None:
        try:
            view = work.get(SavedView, view_id)
        except NotFound:
            work.person()
            return  # the same click twice
        work.session.delete(view)

    async def _again(self, _: object) -> Events:
        shown = await self._load(self._views, self.contest_id, into=self._show)
        return [rx.call_script("elka.close('save-view')"), *listed(shown)]

    def _show(self, found: tuple[int, list[ViewRow], list[ViewRow]]) -> None:
        self.contest_id, self.ready, self.own = found
        self.taken += 1


def _mine(work: Work, contest: Contest) -> list[SavedView]:
    return list(
        work.session.execute(
            sa.select(SavedView).where(SavedView.visible_to(work.actor), col(SavedView.contest_id) == contest.id)
        ).scalars()
    )


def _named(name: object) -> str:
    called = one_line(name) if isinstance(name, str) else ""
    if not 0 < len(called) <= VIEW_NAME_MAX:
        raise Refused(f"Назовите вид: до {VIEW_NAME_MAX} знаков.", field="view")
    return called


def _counts(work: Work, contest_id: int) -> list[int]:
    """Return how many each ready view finds, by one query."""
    me = work.person()
    found = work.session.execute(
        joined(
            *(
                sa.func.count().filter(*conditions(filters, contest_id, me=me, now=work.now))
                for filters in READY.values()
            )
        ).where(col(Application.contest_id) == contest_id)
    ).one()
    return list(found)


def _href(contest_id: int, query: str) -> str:
    here = f"/office/contests/{contest_id}/applications"
    return f"{here}?{query}" if query else here
