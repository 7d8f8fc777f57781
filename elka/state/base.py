"""What every state shares: running a flow as whoever is signed in, and telling its outcome."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import reflex as rx
import structlog
from reflex.event import EventSpec

from elka import clock
from elka.core.secret import token_hash
from elka.db import in_thread, work_of
from elka.errors import Denied, NotFound, Refused, SignInNeeded

COOKIE = "elka"  # the sign-in cookie, HttpOnly
log = structlog.get_logger(__name__)

Events = EventSpec | list[Any] | None


class Fault(Exception):  # noqa: N818  what a person is shown when it is our fault
    """Something broke on our side; ``number`` is in the log and on the person's screen."""

    def __init__(self, number: str) -> None:
        """Keep the number."""
        super().__init__(f"Что-то сломалось у нас. Мы уже записали ошибку, номер {number}.")
        self.number = number


@dataclass(frozen=True, slots=True)
class Asker:
    """A browser that asks for something. ``number`` is what it is called in the log.

    Deadlines are judged by the moment when it ``arrived``, however long the queue for a thread is.
    """

    sign_in: bytes | None
    address: str
    user_agent: str
    number: str = field(default_factory=lambda: f"{random.getrandbits(32):08x}")
    arrived: datetime = field(default_factory=clock.now)


class Flow(rx.State, mixin=True):
    """Mixin of every state with flows. ``status``: loading, ready, missing or error, for the page's frame.

    ``barred``: the error is that the page is somebody else's, and trying again will not help.

    A flow is a static method ``_name(work, …)`` of the same class: it touches no ``self``, so that tests, jobs and
    routes call it without Reflex. Public methods are open endpoints: they validate what they are given.
    """

    status: str = "loading"
    fault: str = ""
    barred: bool = False
    errors: dict[str, str] = {}

    async def _work(self, flow: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the flow in a thread, in one unit of work of the signed-in person.

        Refusals pass; anything else is logged under a number and raised as ``Fault``.
        """
        return await self._work_for(self._asker(), flow, *args, **kwargs)

    async def _work_for(self, asker: Asker, flow: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def run() -> Any:
            with (
                structlog.contextvars.bound_contextvars(request=asker.number, flow=flow.__qualname__),
                work_of(asker.sign_in, now=asker.arrived, address=asker.address, user_agent=asker.user_agent) as work,
            ):
                return flow(work, *args, **kwargs)

        try:
            return await in_thread(run)
        except Refused:
            raise
        except Exception as error:
            log.exception("flow failed", request=asker.number, flow=flow.__qualname__)
            raise Fault(asker.number) from error

    def _asker(self) -> Asker:
        headers = self.rx_router_headers  # of self.router, which is put together of five parts by each access
        token = _sign_in_token(headers.cookie)
        return Asker(token_hash(token) if token else None, self.rx_router_session.client_ip, headers.user_agent)

    async def _run(
        self,
        flow: Callable[..., Any],
        *args: Any,
        done: str | None = None,
        then: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> Events:
        """Do something: run the flow, show messages at their fields or as a toast; ``then`` gets the flow's result.

        ``then`` (sync or async) sets the vars to be shown and may return events. Nothing typed is cleared here.
        """
        try:
            value = await self._work(flow, *args, **kwargs)
        except Refused as refused:
            return self._refused(refused)
        except Fault as fault:
            return rx.toast.error(str(fault))
        self.errors = {}
        events = await _settle(then, value)
        if done:
            events.append(rx.toast.success(done))
        return events

    async def _load(
        self,
        flow: Callable[..., Any],
        *args: Any,
        into: Callable[[Any], Any],
        **kwargs: Any,
    ) -> Events:
        """Show something: run the flow and give its result to ``into``; sets ``status`` for the page's frame."""
        try:
            value = await self._work(flow, *args, **kwargs)
        except SignInNeeded:
            return self._to_sign_in()
        except NotFound:
            self.status = "missing"
            return None
        except Refused as refused:
            self.status, self.fault, self.barred = "error", refused.message, isinstance(refused, Denied)
            return None
        except Fault as fault:
            self.status, self.fault, self.barred = "error", str(fault), False
            return None
        events = await _settle(into, value)
        self.status, self.fault, self.barred = "ready", "", False
        return events

    def _refused(self, refused: Refused) -> Events:
        self.errors = dict(refused.fields)
        if isinstance(refused, SignInNeeded):
            return self._to_sign_in()
        if refused.fields:
            return [rx.toast.error(refused.message), rx.call_script("window.elka?.focusError()")]
        return rx.toast.error(refused.message)

    def _to_sign_in(self) -> EventSpec | None:
        """Leave for the sign-in page and come back to this very address.

        From that page itself there is nowhere to go: what a left page still had to say must not take its place.
        """
        if self.router.url.path.rstrip("/") == "/sign-in":
            return None
        return rx.redirect(f"/sign-in?next={quote(self._here(), safe='')}")

    def _here(self) -> str:
        """Return this very address within the site."""
        return self.router.url.path + (f"?{self.router.url.query}" if self.router.url.query else "")

    def _part(self, place: int) -> str:
        """Return one part of the address's path: ``/contests/12/apply`` has ``contests``, ``12``, ``apply``."""
        parts = [part for part in self.router.url.path.split("/") if part]
        return _text(parts[place]) if place < len(parts) else ""

    def _query(self, name: str, default: str = "") -> str:
        """Return one value of the address's query, cut to a sane length."""
        value = self.router.url.query_parameters.get(name, default)
        return _text(str(value))


def _sign_in_token(cookies: str) -> str | None:
    """Find our cookie; plain text search, as every event asks and the token is made of letters and digits."""
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value or None
    return None


def _text(value: str) -> str:
    """Cut to a sane length, without what no database takes: NUL and halves of characters."""
    return value[:200].replace("\x00", "").encode("utf-8", "ignore").decode()


async def _settle(call: Callable[[Any], Any] | None, value: Any) -> list[Any]:
    """Call and await what may be async; return its events as a list."""
    if call is None:
        return []
    events = call(value)
    if inspect.isawaitable(events):
        events = await events
    return listed(events)


def listed(events: Events) -> list[Any]:
    """Return the events of a handler as a list, to add others to them."""
    if events is None:
        return []
    return list(events) if isinstance(events, list | tuple) else [events]


__all__ = ["COOKIE", "Asker", "Events", "Fault", "Flow", "listed"]
