"""A state as a browser meets it: with a cookie, an address, and exactly what would be sent back."""

from __future__ import annotations

from typing import Any, TypeVar

import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import Session

from elka.db import Work
from elka.models.people import Person
from elka.models.sign_in import SignIn
from elka.settings import settings

S = TypeVar("S", bound=rx.State)


def shown_to(state: type[S], *, token: str = "", path: str = "/", address: str = "10.0.0.1") -> S:
    """Return the state of a browser that holds this sign-in and stands at this address."""
    root = rx.State(_reflex_internal_init=True)
    root.router = RouterData.from_router_data(
        {
            "headers": {"cookie": f"elka={token}" if token else "", "user-agent": "test", "origin": settings().origin},
            "ip": address,
            "asPath": path,
            "pathname": path.split("?", maxsplit=1)[0],
            "token": "client",
        }
    )
    found: Any = root.get_substate(state.get_full_name().split("."))
    root._clean()
    return found


async def sent(state: rx.State) -> dict[str, Any]:
    """Return what the browser would receive of this state now: names of vars without the framework's ending."""
    delta = await state._get_root_state()._get_resolved_delta()
    return {name.removesuffix("_rx_state_"): value for name, value in delta.get(state.get_full_name(), {}).items()}


async def pressed(call: Any) -> list[Any]:
    """Run a handler that shows itself busy meanwhile; return the events it sends in the end."""
    found: list[Any] = []
    async for events in call:
        if events is not None:
            found.extend(events if isinstance(events, list) else [events])
    return found


def signed_in(work: Work, person: Person) -> str:
    """Sign a person in and return the token of the cookie. Commit before a state looks at it."""
    return SignIn.open(work.session, person.id, work.now, user_agent="test", address="")


def commit(work: Work) -> None:
    """Let other connections see what the test has made."""
    session: Session = work.session
    session.commit()
