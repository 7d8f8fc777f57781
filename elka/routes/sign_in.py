"""The cookie: a ticket becomes a sign-in, and signing out ends it. A websocket can do neither."""

from __future__ import annotations

import json

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from elka.errors import Denied, Refused
from elka.routes.guard import refusal, run_flow, same_origin
from elka.settings import settings
from elka.state.base import COOKIE
from elka.state.sign_in import SignInState

log = structlog.get_logger(__name__)
LARGEST = 1024
# The longest that browsers keep a cookie: when a sign-in really ends is up to the database.
COOKIE_LIFE = 400 * 24 * 3600


async def enter(request: Request) -> Response:
    """Let the browser in that holds a ticket: POST {"ticket": "…"} from our own page."""
    if not same_origin(request) or request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        log.warning("sign-in refused: not from our page")
        return refusal(Denied("Войти можно только со страницы сайта."))
    try:
        ticket = json.loads(await _body(request))["ticket"]
        token = await run_flow(request, SignInState._redeem, ticket)
    except Refused as refused:
        return refusal(refused)
    except (ValueError, KeyError, TypeError, RecursionError):
        return JSONResponse({"message": "Неверный запрос."}, status_code=400)
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_LIFE, path="/", httponly=True, samesite="lax", secure=_is_secure()
    )
    return response


async def leave(request: Request) -> Response:
    """Sign this browser out: a form of ours posts here."""
    if not same_origin(request):
        log.warning("sign-out refused: not from our page")
        return refusal(Denied("Выйти можно только со страницы сайта."))
    await run_flow(request, SignInState._leave)
    response = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=_is_secure())
    return response


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise ValueError("too long")
    return body


def _is_secure() -> bool:
    return settings().origin.startswith("https:")


ROUTES = [
    Route("/auth/enter", enter, methods=["POST"]),
    Route("/auth/leave", leave, methods=["POST"]),
]
