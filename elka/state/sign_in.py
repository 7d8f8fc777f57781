"""Signing in: by password, by a link from a letter, by a new password. All ways end in one ticket for the browser.

A websocket cannot set a cookie, so a handler makes a one-time ticket (60 s), the browser posts it to ``/auth/enter``
(``routes/sign_in.py``), and that answers with an HttpOnly cookie. The ticket is never in an address or a log.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import reflex as rx
import sqlalchemy as sa
from reflex.event import EventSpec

from elka import limits
from elka.core.actor import Actor
from elka.core.forms import Form
from elka.core.identifiers import mask_email, normal_email
from elka.db import Work
from elka.errors import Denied, Invalid, Refused
from elka.models.people import Person
from elka.models.sign_in import LinkDead, OneTimeToken, SignIn, TokenKind
from elka.passwords import LONGEST, hash_password, is_outdated, verify, weakness
from elka.settings import settings
from elka.state import letters
from elka.state.base import Events, Flow

HOME = "/me"
EVEN_ANSWER = 0.5  # seconds; what depends on whether an account exists must not be told by the time it takes
LINKS = (TokenKind.CONFIRM_EMAIL, TokenKind.CHANGE_EMAIL)
_LED_ON = re.compile(
    r"/(contests/[0-9]{1,18}(/vote|/apply|/results)?|projects/[0-9]{1,18})(\?project=[0-9]{1,18})?", re.ASCII
)
WRONG = "Неверная почта или пароль."


class SignInState(Flow, rx.State):
    """The sign-in form, and what follows when the browser has posted its ticket."""

    unconfirmed: str = ""
    mail_page: bool = False
    busy: bool = False

    @rx.event
    async def load(self) -> Events:
        """Send on whoever is signed in already."""
        self.unconfirmed, self.errors, self.busy, self.mail_page = "", {}, False, has_mail_page()
        return await self._load(self._is_signed_in, into=self._go_on)

    @rx.event
    async def enter(self, form: dict) -> AsyncIterator[Events]:
        """Check e-mail and password and let the browser in."""

        def then(ticket: str) -> Events:
            if ticket:
                return enter_with(ticket, local_path(self._query("next")))
            self.unconfirmed = Form(form).text("email")
            return None

        self.unconfirmed, self.busy = "", True
        yield None
        events = await self._run(self._enter, form, self._query("next"), then=then)
        self.busy = False
        yield events

    @rx.event
    async def entered(self, answer: object) -> Events:
        """Say so when the browser was not let in; on success it has left this page by now."""
        if answer:
            return rx.toast.error("Войти не получилось: проверьте связь и попробуйте ещё раз.")
        return None

    def _go_on(self, signed_in: bool) -> Events:
        return rx.redirect(local_path(self._query("next"))) if signed_in else None

    @staticmethod
    def _is_signed_in(work: Work) -> bool:
        return work.actor.is_signed_in

    @staticmethod
    def _enter(work: Work, payload: object, back: object = "") -> str:
        """Return a ticket; "" when the password is right but the address is not confirmed (a letter goes out again)."""
        form = Form(payload)
        email = form.read("email", normal_email, "Введите почту.")
        password = form.raw("password", LONGEST)
        if not password:
            form.refuse("password", "Введите пароль.")
        form.check()
        limits.hit("sign_in", account=email, address=work.address)
        person = Person.by_email(work.session, email or "")
        if not verify(person and person.password_hash, password) or person is None:
            raise Invalid({"password": WRONG})
        limits.forgive("sign_in", account=email, address=work.address)
        if is_outdated(person.password_hash):
            person.password_hash = hash_password(password)
        if person.email_confirmed_at is None:
            if limits.allows("letter", account=email):
                token = OneTimeToken.issue(
                    work.session, TokenKind.CONFIRM_EMAIL, _id(person), work.now, email=person.email
                )
                work.mail(person, *letters.confirm(person.first_name, token, way_on(back)))
            return ""
        return ticket_for(work, person)

    @staticmethod
    def _redeem(work: Work, ticket: object) -> str:
        """Use a ticket up and return the token for the cookie. Whoever was signed in in this browser no longer is."""
        entry = OneTimeToken.redeem(work.session, (TokenKind.ENTER,), ticket, work.now)
        person = work.session.get(Person, entry.person_id)
        if person is None or person.erased_at is not None:
            raise LinkDead
        SignInState._leave(work)
        work.actor = Actor(person_id=person.id)
        work.record("person.signed_in", "person", person.id)
        return SignIn.open(work.session, entry.person_id, work.now, user_agent=work.user_agent, address=work.address)

    @staticmethod
    def _leave(work: Work) -> None:
        """End the sign-in of this browser, if there is one."""
        if work.actor.sign_in_id is not None:
            work.get(SignIn, work.actor.sign_in_id, lock=True).revoke(work.now)
            work.record("person.signed_out", "person", work.actor.person_id)


@dataclass(frozen=True)
class LinkRow:
    """What a link from a letter is about, for whoever opened it."""

    first_name: str
    email: str
    is_change: bool


class ConfirmState(Flow, rx.State):
    """A link that confirms an address: opening it does nothing, pressing the button does (mail scanners open links)."""

    row: LinkRow = LinkRow("", "", is_change=False)
    confirmed: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show whose address it is."""
        self.confirmed = False
        return await self._load(self._link, self._code(), into=self._show)

    @rx.event
    async def confirm(self) -> Events:
        """Confirm the address, and sign in after a sign-up."""

        def then(ticket: str) -> Events:
            self.confirmed = True
            return enter_with(ticket, local_path(self._query("next"))) if ticket else None

        return await self._run(self._confirm, self._code(), then=then)

    def _show(self, row: LinkRow) -> None:
        self.row = row

    def _code(self) -> object:
        return self.router.url.path.rstrip("/").rsplit("/", 1)[-1]

    @staticmethod
    def _link(work: Work, code: object) -> LinkRow:
        token = OneTimeToken.find(work.session, LINKS, code, work.now)
        person = work.session.get_one(Person, token.person_id)
        return LinkRow(
            first_name=person.first_name,
            email=mask_email(token.email or person.email),
            is_change=token.kind is TokenKind.CHANGE_EMAIL,
        )

    @staticmethod
    def _confirm(work: Work, code: object) -> str:
        """Confirm the address that the link was sent to; return a ticket after a sign-up, "" after a change."""
        token = OneTimeToken.redeem(work.session, LINKS, code, work.now)
        person = work.session.get_one(Person, token.person_id, with_for_update=True)
        is_change = token.kind is TokenKind.CHANGE_EMAIL
        if is_change and work.person() != person.id:
            # The letter may have gone to a stranger by a slip of the pen: they must not get the account with it.
            raise Denied("Войдите в тот аккаунт, почту которого меняете, и откройте ссылку ещё раз.")
        email = token.email or person.email
        lock_email(work, email)
        owner = Person.by_email(work.session, email)
        if owner is not None and owner.id != person.id:
            raise LinkDead("Эта почта уже у другого аккаунта. Укажите в настройках иную.")
        if is_change:
            work.mail(person, *letters.email_changed(person.first_name, mask_email(email)))
        else:
            work.actor = Actor(person_id=person.id)
        person.confirm_email(email, work.now)
        OneTimeToken.cancel(work.session, LINKS, _id(person), work.now)
        work.record("person.email_changed" if is_change else "person.email_confirmed", "person", person.id)
        return "" if is_change else ticket_for(work, person)


class RestoreState(Flow, rx.State):
    """A forgotten password: a letter with a link, then a new password."""

    sent_to: str = ""
    mail_page: bool = False
    busy: bool = False

    @rx.event
    async def load(self) -> None:
        """Begin with an empty form."""
        self.sent_to, self.errors, self.busy, self.mail_page = "", {}, False, has_mail_page()

    @rx.event
    async def ask(self, form: dict) -> AsyncIterator[Events]:
        """Send a letter, if there is an account; the answer is the same in both cases."""

        def then(email: str) -> None:
            self.sent_to = email

        self.busy = True
        yield None
        events = await evenly(self._run(self._ask, form, self._query("next"), then=then))
        self.busy = False
        yield events

    @rx.event
    async def open(self) -> Events:
        """Check the link from the letter."""
        self.errors = {}
        return await self._load(self._link, self._code(), into=lambda _: None)

    @rx.event
    async def change(self, form: dict) -> AsyncIterator[Events]:
        """Set the new password and sign in."""
        self.busy = True
        yield None

        def then(ticket: str) -> Events:
            return enter_with(ticket, local_path(self._query("next")))

        events = await self._run(self._change, self._code(), form, then=then)
        self.busy = False
        yield events

    def _code(self) -> object:
        return self.router.url.path.rstrip("/").rsplit("/", 1)[-1]

    @staticmethod
    def _ask(work: Work, payload: object, back: object = "") -> str:
        form = Form(payload)
        email = form.read("email", normal_email, "Введите почту, с которой регистрировались.") or ""
        form.check()
        limits.hit("restore", account=email, address=work.address)
        person = Person.by_email(work.session, email)
        if person is not None:
            token = OneTimeToken.issue(work.session, TokenKind.RESET_PASSWORD, _id(person), work.now, email=email)
            work.mail(person, *letters.restore(person.first_name, token, way_on(back)))
        return email

    @staticmethod
    def _link(work: Work, code: object) -> None:
        OneTimeToken.find(work.session, (TokenKind.RESET_PASSWORD,), code, work.now)

    @staticmethod
    def _change(work: Work, code: object, payload: object) -> str:
        """Set the password, end all sign-ins, and return a ticket. The letter has proved the address, too."""
        token = OneTimeToken.redeem(work.session, (TokenKind.RESET_PASSWORD,), code, work.now)
        person = work.session.get_one(Person, token.person_id, with_for_update=True)
        if token.email != person.email:
            raise LinkDead
        work.actor = Actor(person_id=person.id)
        set_password(work, person, Form(payload).raw("password", LONGEST * 2))
        if person.email_confirmed_at is None:
            person.confirm_email(person.email, work.now)
            OneTimeToken.cancel(work.session, LINKS, _id(person), work.now)
        limits.forgive("sign_in", account=person.email, address=work.address)
        return ticket_for(work, person)


def set_password(work: Work, person: Person, password: str, *, keep: int | None = None) -> None:
    """Set a new password: all other sign-ins end, links to set it open nothing, the owner gets a letter."""
    trouble = weakness(password, person.email, person.first_name, person.last_name)
    if trouble:
        raise Invalid({"password": trouble})
    person.password_hash = hash_password(password)
    SignIn.revoke_all(work.session, _id(person), work.now, keep=keep)
    OneTimeToken.cancel(work.session, (TokenKind.RESET_PASSWORD, TokenKind.ENTER), _id(person), work.now)
    work.record("person.password_changed", "person", person.id)
    work.mail(person, *letters.password_changed(person.first_name))


def ticket_for(work: Work, person: Person) -> str:
    """Return a ticket that lets one browser in, within a minute."""
    return OneTimeToken.issue(work.session, TokenKind.ENTER, _id(person), work.now)


def lock_email(work: Work, email: str) -> None:
    """Let others who want this address wait until this work is over."""
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(email, 1))))


def enter_with(ticket: str, path: str) -> EventSpec:
    """Make the browser post its ticket and, once let in, open ``path`` anew (a websocket keeps its first cookies)."""
    script = (
        "(async () => { try {"
        ' const answer = await fetch("/auth/enter", {method: "POST", credentials: "same-origin",'
        ' headers: {"Content-Type": "application/json"},'
        f" body: JSON.stringify({{ticket: {json.dumps(ticket)}}})}});"
        f' if (answer.ok) {{ location.assign({json.dumps(path)}); return ""; }}'
        " return String(answer.status);"
        ' } catch { return "offline"; } })()'
    )
    return rx.call_script(script, callback=SignInState.entered)


def local_path(text: object) -> str:
    """Return where to go after sign-in: an address of ours only, else the person's cabinet.

    Browsers take two slashes, a backslash or a tab within for the way to another site.
    """
    if not isinstance(text, str) or not text.startswith("/") or text[1:2] in {"/", "\\"}:
        return HOME
    if "\\" in text or any(ord(letter) < ord(" ") for letter in text):
        return HOME
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path.startswith(("/auth/", "/sign-in", "/sign-up")):
        return HOME
    return text


def way_on(back: object) -> str:
    """Return the query of a letter's link that leads on to the page somebody came from; "" for all but contests and projects.

    The address of a letter may be anybody's, so nothing but such a path, with numbers alone in it, gets into one.
    """
    return f"?next={quote(back, safe='')}" if isinstance(back, str) and _LED_ON.fullmatch(back) else ""


async def evenly(answer: Awaitable[Events]) -> Events:
    """Give the answer no sooner than ``EVEN_ANSWER`` after the question."""
    started = time.monotonic()
    events = await answer
    await asyncio.sleep(max(0.0, EVEN_ANSWER - (time.monotonic() - started)))
    return events


def has_mail_page() -> bool:
    """Whether letters are read on the site's own demo page: demo, and nothing to send them by."""
    return settings().is_demo and settings().smtp_url is None


def _id(person: Person) -> int:
    if person.id is None:
        raise Refused("Запись ещё не сохранена.")
    return person.id
