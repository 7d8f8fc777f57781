"""The gate before every handler, by itself and through the websocket."""

from __future__ import annotations

import asyncio
import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

import elka.state
from elka.settings import settings
from elka.state.contests import ContestsState
from elka.state.gate import Gate, callable_handlers
from elka.state.viewer import ViewerState
from tests.handlers import SNAPSHOT
from tests.served import Site
from tests.wire import opened

RENEW = f"python -m {__name__}"


def listing() -> list[str]:
    """Return every handler of ours that a browser may call, with its arguments, as the snapshot writes them."""
    for module in iter_modules(elka.state.__path__):
        import_module(f"elka.state.{module.name}")
    lines = []
    for handler in callable_handlers().values():
        module = handler.fn.__module__
        if module.startswith("elka."):
            arguments = list(inspect.signature(handler.fn).parameters.values())[1:]
            shown = ", ".join(f"{one}".split(":")[0].split("=")[0].strip() for one in arguments)
            lines.append(f"{module.removeprefix('elka.state.')}.{handler.fn.__qualname__}({shown})")
    return sorted(lines)


def test_every_handler_that_a_browser_may_call_is_known() -> None:
    kept, found = SNAPSHOT.read_text().splitlines(), listing()
    new, gone = sorted(set(found) - set(kept)), sorted(set(kept) - set(found))
    assert found == kept, (
        f"anybody on the network can call: {new or 'nothing new'}; no longer there: {gone or 'none'}. If each new one "
        f"checks its arguments and its caller, renew the list by `{RENEW}` and commit it; if not, begin its name with _"
    )


def test_the_framework_may_be_asked_for_little() -> None:
    """Nothing of Reflex passes but what pages themselves send: no ``setvar``, no uploads, no shared states."""
    theirs = {name.rsplit(".", 1)[1] for name, one in callable_handlers().items() if "elka." not in one.fn.__module__}
    assert theirs == {
        "hydrate",
        "hydrate_and_load",
        "on_load_internal",
        "update_vars_internal",
        "set_is_hydrated",
        "handle_frontend_exception",
    }


VIEWER = ViewerState.get_full_name()
CONTESTS = ContestsState.get_full_name()
REFUSED: list[tuple[str, Any]] = [
    (f"{VIEWER}.setvar", {"var_name": "is_admin", "value": True}),
    (f"{rx.State.get_full_name()}.setvar", {"var_name": "is_hydrated", "value": False}),
    (f"{VIEWER}._show", {"facts": {"is_admin": True}}),
    (f"{VIEWER}._viewer", {}),
    (f"{VIEWER}._sign_in_token", {}),
    (f"{VIEWER}.nothing", {}),
    (f"{VIEWER}.__init__", {}),
    (f"{VIEWER}.reset", {}),
    ("nowhere.load", {}),
    ("", {}),
    (f"{CONTESTS}.show_place", {}),
    (f"{CONTESTS}.show_place", {"place": "1", "more": "2"}),
    (f"{CONTESTS}.show_place", {"self": None, "place": "1"}),
    (f"{CONTESTS}.show_place", {"place": "x" * settings().payload_limit}),
    (f"{CONTESTS}.show_place", {"place": ["x"] * (settings().payload_limit // 4)}),
    (f"{CONTESTS}.show_place", {"x" * settings().payload_limit: "1"}),
]


@pytest.mark.parametrize(("name", "payload"), REFUSED)
async def test_the_gate_refuses(name: str, payload: dict[str, Any]) -> None:
    root = rx.State(_reflex_internal_init=True)
    answer = await Gate().preprocess(None, root, Event(name=name, payload=payload))
    assert answer == StateUpdate()


@pytest.mark.parametrize("depth", [1, 100_000])
async def test_a_deep_payload_is_measured_or_refused(depth: int) -> None:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    root = rx.State(_reflex_internal_init=True)
    answer = await Gate().preprocess(None, root, Event(name=f"{CONTESTS}.show_place", payload={"place": deep}))
    assert answer == (None if depth == 1 else StateUpdate())
    while deep:  # taken apart one by one: freeing it at once would go as deep
        deep = deep.pop()


async def test_what_pages_send_passes() -> None:
    root = rx.State(_reflex_internal_init=True)
    for name, payload in ((f"{VIEWER}.load", {}), (f"{CONTESTS}.show_place", {"place": "3"})):
        assert await Gate().preprocess(None, root, Event(name=name, payload=payload)) is None


def _is_unknown(fault: str) -> bool:
    """Whether this is the framework's own complaint about a name that nobody handles, made before the gate is asked."""
    return "No registered handler found" in fault


async def test_nothing_refused_changes_what_a_tab_holds(site: Site) -> None:
    site.faults()
    async with opened(site) as tab:
        before = await tab.vars()
        assert before[VIEWER]["known"] is True
        assert before[VIEWER]["is_admin"] is False
        for name, payload in REFUSED:
            await tab.send(name, payload)
            assert await tab.answers(quiet=0.1) == [], name
        assert await tab.vars() == before
        # The tab still works.
        await tab.send(f"{CONTESTS}.show_place", {"place": "3"})
        assert any(update.get("events") for update in await tab.answers()), "the tab does not work any more"
    assert [fault for fault in site.faults() if not _is_unknown(fault)] == []


async def test_a_flood_in_one_message_ends_the_connection(site: Site) -> None:
    """The websocket itself refuses a message that is many times over the limit."""
    async with opened(site) as tab:
        await tab.send(f"{CONTESTS}.show_place", {"place": "x" * 2**21})
        for _ in range(100):
            if not tab.client.connected:
                break
            await asyncio.sleep(0.05)
        assert not tab.client.connected
    assert [fault for fault in site.faults() if not _is_unknown(fault)] == []


GARBAGE = (None, 5, [], {}, ["a"], "text", [["a", 1]], True)


async def test_garbage_in_place_of_an_event_breaks_nothing(site: Site) -> None:
    for name in GARBAGE:
        async with opened(site) as tab:
            for payload in GARBAGE:
                await tab.send(name, payload)
                await tab.send(f"{VIEWER}.load", payload)
    async with opened(site) as tab:
        assert (await tab.vars())[VIEWER]["known"] is True
    site.faults()  # the framework complains of such events in the log, as it should


if __name__ == "__main__":
    SNAPSHOT.write_text("\n".join(listing()) + "\n")
