"""The demo region's doors: «войти как…» and the letters that nobody sends. Both refuse anywhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import limits
from elka.core.forms import Form
from elka.core.identifiers import BadEmail, normal_email
from elka.db import Work
from elka.demo.personas import BY_KEY, PERSONAS
from elka.errors import NotFound, Refused
from elka.models.mail import Mail
from elka.models.people import Person
from elka.settings import Demo, settings
from elka.state.base import Events, Flow
from elka.state.sign_in import HOME, enter_with, has_mail_page, local_path, ticket_for
from elka.ui import labels

MOST_LETTERS = 40
_URL = re.compile(r"https?://[^\s«»]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of a letter; ``href`` when it is a link."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class LetterRow:
    """A letter as the demo page shows it."""

    id: int
    subject: str
    address: str
    sent: str
    lines: list[list[Piece]]


class DemoState(Flow, rx.State):
    """«Войти как…»."""

    is_loaded: bool = False
    current: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show who of them one is now."""
        return await self._load(self._personas, into=self._show)

    @rx.event
    async def enter(self, key: str) -> Events:
        """Become a persona."""
        path = local_path(self._query("next", HOME))
        return await self._run(self._enter, key, then=lambda ticket: enter_with(ticket, path))

    def _show(self, seen: tuple[bool, str]) -> None:
        self.is_loaded, self.current = seen

    @staticmethod
    def _personas(work: Work) -> tuple[bool, str]:
        """Return (whether the personas are in the database, the key of the one who is signed in here)."""
        _only_in_demo()
        loaded = work.session.execute(
            sa.select(col(Person.id), col(Person.email)).where(
                col(Person.email).in_([persona.email for persona in PERSONAS]), col(Person.erased_at).is_(None)
            )
        )
        people = dict(loaded.all())
        mine = people.get(work.actor.person_id)
        return bool(people), next((one.key for one in PERSONAS if one.email == mine), "")

    @staticmethod
    def _enter(work: Work, key: object) -> str:
        """Return a ticket for a persona, by the very way that a password leads to one."""
        _only_in_demo()
        limits.hit("persona", address=work.address)
        persona = BY_KEY.get(key) if isinstance(key, str) else None
        person = Person.by_email(work.session, persona.email) if persona else None
        if person is None:
            raise Refused("Такого персонажа здесь нет. Загрузите демонстрацию: elka demo.")
        return ticket_for(work, person)


class MailPageState(Flow, rx.State):
    """The letters of a demo site that has no SMTP server: instead of a mailbox.

    On a public demo only those to an address that the visitor names are shown.
    """

    letters: list[LetterRow] = []
    address: str = ""
    asks_address: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the letters, the newest first."""
        return await self._load(self._letters, self.address, into=self._show)

    @rx.event
    async def look(self, form: dict) -> Events:
        """Show the letters to one address."""
        self.address = Form(form).text("address")
        return await self._run(self._letters, self.address, then=self._show)

    def _show(self, letters: list[LetterRow]) -> None:
        self.letters = letters
        self.asks_address = settings().demo is Demo.PUBLIC

    @staticmethod
    def _letters(work: Work, address: object) -> list[LetterRow]:
        if not has_mail_page():
            raise NotFound
        query = sa.select(Mail).order_by(col(Mail.id).desc()).limit(MOST_LETTERS)
        if isinstance(address, str) and address:
            try:
                query = query.where(col(Mail.to_address) == normal_email(address))
            except BadEmail as error:
                raise Refused(str(error), field="address") from error
        elif settings().demo is Demo.PUBLIC:
            return []
        return [
            LetterRow(
                id=letter.id or 0,
                subject=letter.subject,
                address=letter.to_address,
                sent=labels.date_time(letter.created_at),
                lines=[_pieces(line) for line in letter.body.split("\n") if line],
            )
            for letter in work.session.execute(query).scalars()
        ]


def _only_in_demo() -> None:
    if not settings().is_demo:
        raise NotFound


def _pieces(line: str) -> list[Piece]:
    """Split a line into texts and links; those of this site lose their host, wherever the demo is opened from."""
    found: list[Piece] = []
    place = 0
    for match in _URL.finditer(line):
        if match.start() > place:
            found.append(Piece(line[place : match.start()]))
        url = match[0].rstrip(".,;:)")
        found.append(Piece(url, url.removeprefix(settings().origin) if url.startswith(settings().origin) else url))
        place = match.start() + len(url)
    if place < len(line):
        found.append(Piece(line[place:]))
    return found
