"""Which notices a person wants, on the site and by mail: each kind has a switch of its own, saved at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import reflex as rx
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from elka.core.actor import Role
from elka.db import Work
from elka.errors import NotFound
from elka.models.notices import OFFICE, NoticeKind, NoticeSetting
from elka.models.people import Person
from elka.state.base import Events, Flow
from elka.state.notice_words import KINDS
from elka.ui import labels

SWITCHES = ("on_site", "by_mail")


@dataclass(frozen=True)
class SwitchRow:
    """One kind with its two switches."""

    kind: str
    name: str
    about: str
    on_site: bool
    by_mail: bool


@dataclass(frozen=True)
class Switches:
    """All of the page. ``office``: kinds of those on duty, empty for others. ``email``: where letters go."""

    own: list[SwitchRow]
    office: list[SwitchRow]
    email: str
    is_confirmed: bool
    saved: str = ""


class NoticeSettingsState(Flow, rx.State):
    """The page ``/me/notices/settings``."""

    own: list[SwitchRow] = []
    office: list[SwitchRow] = []
    email: str = ""
    is_confirmed: bool = True
    saved: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show the switches."""
        return await self._load(self._switches, into=self._show)

    @rx.event
    async def switch(self, kind: str, where: str, on: bool) -> Events:
        """Switch a kind on or off, on the site (``on_site``) or by mail (``by_mail``)."""
        return await self._run(self._switch, kind, where, on, then=self._show)

    @staticmethod
    def _switches(work: Work) -> Switches:
        person = work.session.get_one(Person, work.person())
        kept = {
            row.kind: row
            for row in work.session.execute(
                sa.select(NoticeSetting)
                .where(col(NoticeSetting.person_id) == person.id)
                .execution_options(populate_existing=True)
            ).scalars()
        }
        on_duty = work.actor.has_any(Role.OFFICIAL)
        return Switches(
            own=[_row(kind, kept.get(kind)) for kind in NoticeKind if kind not in OFFICE],
            office=[_row(kind, kept.get(kind)) for kind in NoticeKind if kind in OFFICE] if on_duty else [],
            email=person.email,
            is_confirmed=person.email_confirmed_at is not None,
        )

    @staticmethod
    def _switch(work: Work, kind: object, where: object, on: object) -> Switches:
        me = work.person()
        if not isinstance(kind, str) or kind not in list(NoticeKind) or where not in SWITCHES:
            raise NotFound
        if not isinstance(on, bool):
            raise NotFound
        values = dict.fromkeys(SWITCHES, True) | {str(where): on}
        work.session.execute(
            insert(NoticeSetting)
            .values(person_id=me, kind=NoticeKind(kind), **values)
            .on_conflict_do_update(index_elements=["person_id", "kind"], set_={str(where): on})
        )
        return replace(NoticeSettingsState._switches(work), saved=f"Сохранено в {labels.time(work.now)}")

    def _show(self, switches: Switches) -> None:
        self.own, self.office = switches.own, switches.office
        self.email, self.is_confirmed, self.saved = switches.email, switches.is_confirmed, switches.saved


def _row(kind: NoticeKind, kept: NoticeSetting | None) -> SwitchRow:
    words = KINDS[kind]
    return SwitchRow(
        kind=kind.value,
        name=words.name,
        about=labels.typographer(words.about),
        on_site=kept.on_site if kept else True,
        by_mail=kept.by_mail if kept else True,
    )
