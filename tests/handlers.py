"""Handlers that a browser may call: found by themselves, with whatever may be sent to each, and called as the site does."""

from __future__ import annotations

import ast
import inspect
import json
import re
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.utils.format import json_dumps
from reflex_base.event import Event, EventHandler
from reflex_base.event.processor.base_state_processor import _prepare_event_payload

from elka.pages import registered
from elka.state.gate import Gate
from tests.garbage import LONG, SCALARS, SHAPES

# Written by tests/state/test_gate.py, which holds it equal to what there is.
SNAPSHOT = Path(__file__).parent / "state" / "handlers.txt"

_NAME = re.compile(r"[a-z_]{1,30}")


def handler_names() -> list[str]:
    return [line.split("(")[0] for line in SNAPSHOT.read_text().splitlines()]


@lru_cache(maxsize=1)
def _states() -> dict[str, type[rx.State]]:
    registered(demo=True)  # importing the pages imports every state
    found, left = {}, [rx.State]
    while left:
        for state in left.pop().get_substates():
            found[state.__name__] = state
            left.append(state)
    return found


# The steps of the constructor are loaded when they are gone to, not with the page.
STEPS_AT = "/office/contests/[contest_id]/build"


def handler_of(name: str) -> tuple[type[rx.State], EventHandler, str]:
    module, state, handler = name.split(".")
    # A handler of a mixin is told by the mixin's module: its state is another's.
    owner: type[rx.State] = getattr(import_module(f"elka.state.{module}"), state, None) or _states()[state]
    return owner, owner.event_handlers[handler], f"{owner.get_full_name()}.{handler}"


@lru_cache(maxsize=256)
def routes_of(state: type[rx.State]) -> tuple[str, ...]:
    """Return the addresses of the pages that load this state; of all dynamic pages where none does."""
    pages = registered(demo=True)
    loaded = [
        page.route
        for page in pages
        if any(
            isinstance(one, EventHandler) and one.fn.__qualname__.split(".")[0] == state.__name__
            for one in page.on_load
        )
    ]
    if not loaded and state.__module__.startswith("elka.state.build_"):
        return (STEPS_AT,)
    return tuple(loaded or ["/", *(page.route for page in pages if "[" in page.route)])


@cache
def _words(module: str) -> frozenset[str]:
    """Return the texts of a module that may be names of fields: whatever its flows look for in a form is among them."""
    found = set()
    for node in ast.walk(ast.parse(Path(import_module(module).__file__ or "").read_text())):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _NAME.fullmatch(node.value):
                found.add(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return frozenset(found)


def _fields(handler: EventHandler) -> tuple[str, ...]:
    """Return what a form of this handler may hold: names in its module and in the modules of ours that it uses."""
    module = import_module(handler.fn.__module__)
    used = {handler.fn.__module__}
    used |= {
        value.__module__
        for value in vars(module).values()
        if (inspect.isclass(value) or inspect.isfunction(value)) and (value.__module__ or "").startswith("elka.")
    }
    return tuple(sorted(frozenset().union(*(_words(name) for name in used if not name.startswith("elka.ui")))))


def _takes_forms(handler: EventHandler) -> bool:
    """Whether an argument may be a form: where all are said to be texts, numbers or lists, one dictionary is like another."""
    given = list(inspect.signature(handler.fn).parameters.values())[1:]
    return any(one.annotation is one.empty or re.search(r"dict|object|Any", str(one.annotation)) for one in given)


def payloads_of(handler: EventHandler, ids: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return payloads for all arguments of a handler: real ids, garbage, forms full of garbage, wrong arguments."""
    names = list(inspect.signature(handler.fn).parameters)[1:]
    if not names:
        return [{}]
    rounds: list[list[Any]] = [[one] * len(names) for one in (*ids, *map(str, ids[:3]), *SCALARS, *SHAPES)]
    fields = _fields(handler)
    values = (*SCALARS, *SHAPES) if _takes_forms(handler) else (None, "7", {})
    forms: list[Any] = [dict.fromkeys(fields, one) for one in values]
    rounds += [[form] * len(names) for form in forms]
    for place in range(len(names) if len(names) > 1 else 0):
        for one in (ids[0], None, 2**63, "\x00", [], {}, LONG, forms[0]):
            mixed: list[Any] = [ids[-1]] * len(names)
            mixed[place] = one
            rounds.append(mixed)
    found: list[dict[str, Any]] = [dict(zip(names, one, strict=True)) for one in rounds]
    return [*found, {}, {**found[0], "extra": 1}, {"self": 1}, {names[0]: 1, "": 2}]


async def call_handler(state: rx.State, name: str, handler: EventHandler, payload: dict[str, Any]) -> str:
    """Call a handler as the site does; return all that the browser would receive. Exceptions pass."""
    root = state._get_root_state()
    if await Gate().preprocess(None, root, Event(name=name, payload=payload)) is not None:
        return ""
    heard: list[Any] = []

    async def tell(events: Any) -> None:
        heard.append(await root._get_resolved_delta())
        root._clean()
        if events is not None:
            heard.extend(Event.from_event_type(events))

    answer = handler.fn(state, **_prepare_event_payload(handler, payload))
    if inspect.isawaitable(answer):
        answer = await answer
    if inspect.isasyncgen(answer):
        async for events in answer:
            await tell(events)
    elif inspect.isgenerator(answer):
        for events in answer:
            await tell(events)
    else:
        await tell(answer)
    return json.dumps(json.loads(json_dumps(heard)), ensure_ascii=False)
