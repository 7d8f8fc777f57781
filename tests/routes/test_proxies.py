"""A proxy that the settings do not know of is told of: in the log and by `elka doctor`."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from elka import doctor, proxies
from elka.routes.edge import Edge
from elka.settings import settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings(), "home", tmp_path)
    return tmp_path


def came(peer: str = "10.0.0.7", header: bytes = b"x-forwarded-for", kind: str = "websocket") -> Scope:
    headers = [(b"host", b"elka"), (header, b"203.0.113.9")]
    return {"type": kind, "path": "/_event/", "client": (peer, 5000) if peer else None, "headers": headers}


async def through(scope: Scope) -> list[str]:
    """Send it through the edge; return what the log says."""

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None: ...

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None: ...

    with capture_logs() as lines:
        await Edge(app)(scope, receive, send)
    return [line["event"] for line in lines if line["log_level"] == "warning"]


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.7", "fd00::1", ""])
async def test_it_is_told_of_once(peer: str, empty: sa.Engine) -> None:
    assert not proxies.unknown()
    assert await through(came(peer)) == [proxies.TROUBLE]
    assert await through(came(peer)) == []
    found = {finding.name: finding for finding in doctor.report()}["proxies"]
    assert (found.ok, found.detail) == (False, proxies.TROUBLE)
    assert "ELKA_TRUSTED_PROXIES" in found.detail
    proxies.forget()  # a new start
    assert {finding.name: finding.ok for finding in doctor.report()}["proxies"]
    assert await through(came(peer)) == [proxies.TROUBLE]


@pytest.mark.parametrize(
    "scope",
    [
        came(header=b"accept"),
        came(peer="8.8.8.8"),  # from far away anybody may write the header
        {"type": "lifespan"},
    ],
)
async def test_who_comes_by_no_proxy_is_not(scope: Scope) -> None:
    assert await through(scope) == []
    assert not proxies.unknown()


async def test_a_known_proxy_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await through(came()) == [proxies.TROUBLE]
    monkeypatch.setattr(settings(), "trusted_proxies", 1)
    assert not proxies.unknown()
    assert await through(came()) == []


async def test_what_was_long_ago_is_forgotten(home: Path) -> None:
    await through(came())
    old = time.time() - proxies.REMEMBERED - 60
    os.utime(home / "unknown_proxy", (old, old))
    assert not proxies.unknown()
