"""Reloading a page: an answer «not modified» must not lock up the copy that the browser has."""

from __future__ import annotations

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send

from elka.routes.edge import Edge


@pytest.mark.parametrize("status", [200, 304])
async def test_a_304_sets_no_policy_of_its_own(status: int) -> None:
    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"etag", b'"x"')]})
        await send({"type": "http.response.body", "body": b""})

    async with AsyncClient(transport=ASGITransport(Edge(behind)), base_url="http://localhost:8000") as client:
        answer = await client.get("/sign-up/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("content-security-policy" in answer.headers) is (status == 200)
    assert ("cache-control" in answer.headers) is (status == 200)
