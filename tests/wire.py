"""A tab of a browser without the browser: the site's websocket, spoken as the built pages do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import socketio
from reflex.constants import Endpoint
from reflex.state import State

from tests.served import Site

NAMESPACE = str(Endpoint.EVENT)
PATIENCE = 15


class Tab:
    """A connected tab. Events are named by their full names, as on the wire."""

    def __init__(self, client: socketio.AsyncClient, path: str) -> None:
        """Use ``opened``."""
        self.client, self.path = client, path
        self.updates: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        client.on("event", self._on_event, namespace=NAMESPACE)

    async def send(self, name: Any, payload: Any = None) -> None:
        """Send an event with any name and payload, as an attacker can."""
        event = {"name": name, "payload": {} if payload is None else payload, "router_data": self._router()}
        await self.client.emit("event", event, namespace=NAMESPACE)

    async def answers(self, quiet: float = 0.3) -> list[dict[str, Any]]:
        """Return the updates that come until nothing came for ``quiet`` seconds."""
        found = []
        while True:
            try:
                found.append(await asyncio.wait_for(self.updates.get(), quiet))
            except TimeoutError:
                return found

    async def vars(self) -> dict[str, dict[str, Any]]:
        """Ask for all that the site keeps for this tab; return it by state, without the framework's endings."""
        await self.answers(quiet=0.2)
        await self.send(f"{State.get_full_name()}.hydrate")
        update = await asyncio.wait_for(self.updates.get(), PATIENCE)
        return {
            state: {name.removesuffix("_rx_state_"): value for name, value in kept.items()}
            for state, kept in update["delta"].items()
        }

    async def _on_event(self, update: dict[str, Any]) -> None:
        await self.updates.put(update)

    def _router(self) -> dict[str, Any]:
        return {"pathname": self.path, "query": {}, "asPath": self.path}


@asynccontextmanager
async def opened(site: Site, path: str = "/", *, cookie: str = "") -> AsyncIterator[Tab]:
    """Connect as a page at ``path`` does, and load it."""
    client = socketio.AsyncClient(reconnection=False)
    tab = Tab(client, path)
    await client.connect(
        f"{site.address}?token={uuid4()}",
        headers={"Origin": site.address, "Cookie": f"elka={cookie}" if cookie else ""},
        transports=["websocket"],
        namespaces=[NAMESPACE],
        socketio_path=NAMESPACE,
        wait_timeout=PATIENCE,
    )
    try:
        await tab.send(f"{State.get_full_name()}.hydrate_and_load")
        while True:
            update = await asyncio.wait_for(tab.updates.get(), PATIENCE)
            if (update.get("delta") or {}).get(State.get_full_name(), {}).get("is_hydrated_rx_state_"):
                break
        await tab.answers(quiet=0.1)
        yield tab
    finally:
        await client.disconnect()
