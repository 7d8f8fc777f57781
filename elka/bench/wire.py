"""A browser's side of the websocket, as light as can be: socket.io packets over one plain WebSocket.

It sends the same frames as the page does (``.web/utils/state.js``), and leaves the processor to what is measured.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from reflex.constants import Endpoint
from reflex_base.utils.format import format_event_handler

NAMESPACE = str(Endpoint.EVENT)
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_SHORT, _LONG = 126, 127


class Wire:
    """One tab of one browser."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, token: str) -> None:
        """Use ``open_wire``."""
        self.reader, self.writer, self.path, self.token = reader, writer, path, token
        self.known: dict[str, dict[str, Any]] = {}  # what the site has told of each state so far

    @property
    def port(self) -> int:
        """The port of our own end: by it the worker at the other end is found."""
        return int(self.writer.get_extra_info("sockname")[1])

    def told(self, state: Any, name: str) -> Any:
        """Return a var as the page shows it now; None for one that was never sent."""
        return self.known.get(state.get_full_name(), {}).get(f"{name}_rx_state_")

    async def call(self, handler: Any, **payload: Any) -> None:
        """Send an event of the page, as a click does."""
        await self._packet(f"42{NAMESPACE},", ["event", self._event(format_event_handler(handler), payload)])

    async def update(self) -> dict[str, Any]:
        """Wait for the next update: ``delta`` by state, ``events`` for the page."""
        head = f"42{NAMESPACE},"
        while True:
            text = await self._message()
            if text == "2":
                await self._send("3")
            elif text.startswith(head):
                name, update = json.loads(text[len(head) :])
                if name == "event":
                    for state, news in (update.get("delta") or {}).items():
                        self.known.setdefault(state, {}).update(news)
                    return dict(update)
                if name == "new_token":
                    self.token = update

    async def close(self) -> None:
        """Leave."""
        self.writer.close()

    def _event(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        router = {"pathname": self.path, "query": {}, "asPath": self.path}
        return {"name": name, "payload": payload, "router_data": router}

    async def _packet(self, head: str, body: Any) -> None:
        await self._send(head + json.dumps(body, ensure_ascii=False, separators=(",", ":")))

    async def _send(self, text: str, kind: int = _TEXT) -> None:
        data = text.encode()
        size = len(data)
        # A client must mask; a mask of zeros leaves the bytes as they are.
        if size < _SHORT:
            head = bytes((0x80 | kind, 0x80 | size))
        elif size < 1 << 16:
            head = bytes((0x80 | kind, 0x80 | _SHORT)) + size.to_bytes(2, "big")
        else:
            head = bytes((0x80 | kind, 0x80 | _LONG)) + size.to_bytes(8, "big")
        self.writer.write(head + bytes(4) + data)
        await self.writer.drain()

    async def _message(self) -> str:
        parts = []
        while True:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size == _SHORT:
                size = int.from_bytes(await self.reader.readexactly(2), "big")
            elif size == _LONG:
                size = int.from_bytes(await self.reader.readexactly(8), "big")
            data = await self.reader.readexactly(size) if size else b""
            kind = first & 0x0F
            if kind == _CLOSE:
                raise ConnectionResetError("the server closed the websocket")
            if kind == _PING:
                await self._send(data.decode(), _PONG)
            elif kind != _PONG:
                parts.append(data)
                if first & 0x80:
                    return b"".join(parts).decode()


async def open_wire(port: int, path: str, *, cookie: str, address: str = "127.0.0.1", token: str = "") -> Wire:
    """Connect as a page at ``path`` does, hydrate, run its ``on_load``, and wait until all of it has come.

    ``address`` is the client's own: on Linux all of 127.0.0.0/8 is this machine, so each browser can have another.
    ``token``: of a tab that was open before and comes back.
    """
    from reflex.state import State

    token = token or str(uuid4())
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24, local_addr=(address, 0))
    writer.write(
        (
            f"GET {NAMESPACE}/?token={token}&EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {quote(cookie, safe='=;-_')}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
        ).encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    if " 101 " not in head.split("\r\n", 1)[0]:
        raise ConnectionRefusedError(f"no websocket: {head.splitlines()[0]}")
    wire = Wire(reader, writer, path, token)
    await wire._message()
    hydrate = wire._event(f"{State.get_full_name()}.hydrate_and_load", {})
    await wire._packet(f"40{NAMESPACE},", {"event": hydrate})
    while True:
        delta = (await wire.update()).get("delta") or {}
        if delta.get(State.get_full_name(), {}).get("is_hydrated_rx_state_"):
            return wire
