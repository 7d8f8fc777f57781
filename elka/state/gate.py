"""The gate before every handler: only declared handlers, only payloads of a sane size.

Reflex lets a client call any public method of any state, and ``setvar`` of each. Here an event passes only if its
handler is a public method of one of our states (or one of Reflex's own few), its payload is small, is text, and has
the arguments that the handler takes. That every such method is meant to be called from outside is held by a snapshot of
this list in the tests.
"""

from __future__ import annotations

import inspect
import json
from functools import lru_cache
from typing import Any

import reflex as rx
import structlog
from reflex.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event, EventHandler
from reflex_base.utils.form import form_data_as_dict

from elka.settings import settings

log = structlog.get_logger(__name__)

# What Reflex itself sends: opening a page, changed cookies or storage, a report of a fault in the browser.
FRAMEWORK = frozenset(
    {
        "hydrate",
        "hydrate_and_load",
        "on_load_internal",
        "update_vars_internal",
        "set_is_hydrated",
        "handle_frontend_exception",
    }
)


def _states(top: type[BaseState]) -> list[type[BaseState]]:
    found = [top]
    for state in top.get_substates():
        found.extend(_states(state))
    return found


def callable_handlers() -> dict[str, EventHandler]:
    """Return the handlers that a browser may call, by their full names."""
    found = {}
    for state in _states(rx.State):
        ours = state.__module__.startswith("elka.")
        for name, handler in state.event_handlers.items():
            declared = ours and not name.startswith("_") and name != "setvar"
            if declared or (not ours and name in FRAMEWORK):
                found[f"{state.get_full_name()}.{name}"] = handler
    return found


@lru_cache(maxsize=1)
def _allowed() -> dict[str, inspect.Signature]:
    return {name: inspect.signature(handler.fn) for name, handler in callable_handlers().items()}


class Gate(Middleware):
    """Refuse events of unknown or private handlers and of too large a payload, and say so in the log."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:  # noqa: ARG002  Reflex calls it so
        """Return an empty update, which ends the event, when it must not pass."""
        takes = _allowed().get(event.name)
        if takes is None:
            log.warning("event refused: unknown handler", handler=event.name[:120])
            return StateUpdate()
        if (size := _size(event.payload)) is None:
            log.warning("event refused: payload is no text", handler=event.name)
            return StateUpdate()
        if size > settings().payload_limit:
            log.warning("event refused: payload too large", handler=event.name)
            return StateUpdate()
        try:
            takes.bind(state, **event.payload)
            for value in event.payload.values():
                form_data_as_dict(value)  # the wrapping of a form, which Reflex takes on trust
        except (TypeError, ValueError):
            log.warning("event refused: other arguments than the handler takes", handler=event.name)
            return StateUpdate()
        return None


def _size(payload: dict[str, Any]) -> int | None:
    """Return the length in bytes; None for what no database and no page can hold: NUL, halves of characters."""
    try:
        text = json.dumps(payload, ensure_ascii=False, default=str)
        return None if "\\u0000" in text else len(text.encode())
    except UnicodeEncodeError:
        return None
    except (RecursionError, ValueError):
        return settings().payload_limit + 1
