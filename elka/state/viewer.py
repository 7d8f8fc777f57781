"""Who looks at the page: what the shell shows of them."""

from __future__ import annotations

from urllib.parse import quote

import reflex as rx
from sqlmodel import select

from elka.core.actor import Role
from elka.db import Work
from elka.errors import Refused
from elka.models.people import Person
from elka.settings import settings
from elka.state.base import Events, Fault, Flow
from elka.state.notices import unread
from elka.ui.labels import initials

ENTRANCES = ("/sign-in", "/sign-up", "/restore", "/confirm/")  # pages that lead on to another one


class ViewerState(Flow, rx.State):
    """The signed-in person as the shell shows them; loaded with every page.

    ``back``: a query that brings a guest back to this page, for links to signing in and up; empty at the front page.
    """

    known: bool = False
    signed_in: bool = False
    name: str = ""
    initials: str = ""
    is_official: bool = False
    is_admin: bool = False
    unread: int = 0  # notices; counted up to notices.UNREAD_MOST
    back: str = ""
    demo: bool = settings().is_demo  # in the HTML itself: every page of a demo is marked from its first paint

    @rx.event
    async def load(self) -> Events:
        """Show who is signed in; notices that led to this very page are read by that."""
        self.back = self._way_back()
        return await self._load(self._viewer, self.router.url.path, into=self._show)

    @rx.event
    async def beat(self) -> Events:
        """Count the notices again, in a tab that stays open. What fails here, and a sign-in that ended, is not told."""
        try:
            count = await self._work(unread)
        except (Refused, Fault):
            return None
        if count != self.unread:
            self.unread = count
        return None

    def _way_back(self) -> str:
        here = self._query("next") if self.router.url.path.startswith(ENTRANCES) else self._own_address()
        return f"?next={quote(here, safe='')}" if here.strip("/") else ""

    @staticmethod
    def _viewer(work: Work, path: str = "") -> dict[str, object]:
        actor = work.actor
        facts: dict[str, object] = {
            "signed_in": actor.is_signed_in,
            "is_official": actor.has_any(Role.OFFICIAL),
            "is_admin": actor.has_any(Role.ADMINISTRATOR),
            "name": "",
            "initials": "",
            "unread": unread(work, path.rstrip("/")),
        }
        if actor.is_signed_in:
            first, last = work.session.exec(
                select(Person.first_name, Person.last_name).where(Person.id == actor.person_id)
            ).one()
            facts["name"], facts["initials"] = f"{first} {last}", initials(first, last)
        return facts

    def _show(self, facts: dict[str, object]) -> None:
        for name, value in facts.items():
            setattr(self, name, value)
        self.known = True
