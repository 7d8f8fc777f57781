"""The cookie: who gets one, what it looks like, and who cannot plant or drop it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from httpx import ASGITransport, AsyncClient, Response
from starlette.routing import Router

from elka import clock
from elka.core.secret import token_hash
from elka.db import work_as
from elka.models.people import Person
from elka.models.sign_in import OneTimeToken, SignIn, TokenKind, actor_of
from elka.routes import account, sign_in
from elka.settings import settings
from tests import factories
from tests.browser import signed_in

HOME = {"Origin": "http://localhost:8000"}


@pytest.fixture
async def client(empty: sa.Engine) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(Router([*sign_in.ROUTES, *account.ROUTES]), client=("10.0.0.7", 5))
    async with AsyncClient(transport=transport, base_url="http://localhost:8000") as found:
        yield found


@pytest.fixture
def maria(empty: sa.Engine) -> Person:
    with work_as(bind=empty) as work:
        return factories.person(work, email="maria@example.org")


def ticket(empty: sa.Engine, person: Person) -> str:
    with work_as(bind=empty) as work:
        return OneTimeToken.issue(work.session, TokenKind.ENTER, person.id, work.now)


def cookie_of(empty: sa.Engine, person: Person) -> str:
    with work_as(bind=empty) as work:
        return signed_in(work, person)


def is_live(empty: sa.Engine, token: str) -> bool:
    with work_as(bind=empty) as work:
        return actor_of(work.session, token_hash(token), clock.now()) is not None


async def enter(client: AsyncClient, code: Any, headers: dict[str, str] | None = None) -> Response:
    return await client.post("/auth/enter", json={"ticket": code}, headers=HOME if headers is None else headers)


async def test_a_ticket_becomes_a_cookie_that_scripts_cannot_read(
    client: AsyncClient, empty: sa.Engine, maria: Person
) -> None:
    answer = await enter(client, ticket(empty, maria))
    assert answer.status_code == 204
    assert answer.content == b""
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("elka=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    assert is_live(empty, client.cookies["elka"])


async def test_behind_tls_the_cookie_is_secure(
    client: AsyncClient, empty: sa.Engine, maria: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "base_url", "https://elka.example")
    answer = await enter(client, ticket(empty, maria), {"Origin": "https://elka.example"})
    assert answer.status_code == 204
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_ticket_works_once(client: AsyncClient, empty: sa.Engine, maria: Person) -> None:
    code = ticket(empty, maria)
    assert (await enter(client, code)).status_code == 204
    again = await enter(client, code)
    assert again.status_code == 422
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.ru"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000.evil.ru"},
        {"Origin": "http://localhost:8000@evil.ru"},
        {"Origin": "http://evil.ru", "Referer": "http://localhost:8000/sign-in"},
        {"Referer": "https://evil.ru/http://localhost:8000/"},
    ],
)
async def test_login_csrf_is_refused_and_uses_nothing_up(
    client: AsyncClient, empty: sa.Engine, maria: Person, headers: dict[str, str]
) -> None:
    code = ticket(empty, maria)
    assert (await enter(client, code, headers)).status_code == 403
    assert (await enter(client, code)).status_code == 204


async def test_a_plain_form_cannot_post_a_ticket(client: AsyncClient, empty: sa.Engine, maria: Person) -> None:
    code = ticket(empty, maria)
    body = json.dumps({"ticket": code})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = await client.post("/auth/enter", content=body, headers={**HOME, "Content-Type": kind})
        assert answer.status_code == 403
    assert (await client.get("/auth/enter")).status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{}",
        b'{"ticket": null}',
        b'{"ticket": {"a": 1}}',
        b'{"ticket": ["x"]}',
        b'{"ticket": ""}',
        b'{"ticket": "x"}',
        b'{"ticket": "\\u0000"}',
        b"\xff\xfe",
        b"[" * 900,
        b'{"ticket": "' + b"x" * 5000 + b'"}',
    ],
)
async def test_garbage_lets_nobody_in(client: AsyncClient, body: bytes) -> None:
    answer = await client.post("/auth/enter", content=body, headers={**HOME, "Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert "set-cookie" not in answer.headers


async def test_a_cookie_planted_before_is_replaced_and_dead(
    client: AsyncClient, empty: sa.Engine, maria: Person
) -> None:
    with work_as(bind=empty) as work:
        attacker = factories.person(work)
    planted = cookie_of(empty, attacker)
    client.cookies.set("elka", planted)
    answer = await enter(client, ticket(empty, maria))
    fresh = answer.cookies["elka"]
    assert fresh != planted
    assert not is_live(empty, planted)
    with work_as(bind=empty) as work:
        assert actor_of(work.session, token_hash(fresh), clock.now()).person_id == maria.id


async def test_a_garbage_cookie_does_no_harm(client: AsyncClient, empty: sa.Engine, maria: Person) -> None:
    for garbage in ("x", "é", "a" * 3000, '"', "%00"):
        answer = await client.post(
            "/auth/enter",
            json={"ticket": ticket(empty, maria)},
            headers={**HOME, "Cookie": f"elka={garbage}".encode("latin-1")},
        )
        assert answer.status_code == 204


async def test_leaving_ends_the_sign_in_and_drops_the_cookie(
    client: AsyncClient, empty: sa.Engine, maria: Person
) -> None:
    token = cookie_of(empty, maria)
    client.cookies.set("elka", token)
    answer = await client.post("/auth/leave", headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert 'elka=""' in answer.headers["set-cookie"]
    assert not is_live(empty, token)
    assert (await client.post("/auth/leave", headers=HOME)).status_code == 303, "twice is no trouble"


async def test_others_cannot_sign_one_out(client: AsyncClient, empty: sa.Engine, maria: Person) -> None:
    token = cookie_of(empty, maria)
    client.cookies.set("elka", token)
    assert (await client.post("/auth/leave", headers={"Origin": "https://evil.ru"})).status_code == 403
    assert (await client.get("/auth/leave")).status_code == 405
    assert is_live(empty, token)


async def test_the_sign_in_remembers_its_browser(client: AsyncClient, empty: sa.Engine, maria: Person) -> None:
    await enter(client, ticket(empty, maria), {**HOME, "User-Agent": "Firefox/1"})
    with work_as(bind=empty) as work:
        row = work.session.execute(sa.select(SignIn)).scalar_one()
    assert row.user_agent == "Firefox/1"
    assert row.address == "10.0.0.7"


async def test_ones_copy_is_a_file_for_oneself_alone(client: AsyncClient, empty: sa.Engine, maria: Person) -> None:
    guest = await client.get("/me/copy.json")
    assert (guest.status_code, guest.headers["location"]) == (303, "/sign-in?next=/me/settings")
    client.cookies.set("elka", cookie_of(empty, maria))
    answer = await client.get("/me/copy.json")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="elka-')
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["person"]["email"] == "maria@example.org"
