"""What every route of ours checks: where a request comes from and who sends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlparse

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from elka.core.secret import token_hash
from elka.db import Work, in_thread, work_of
from elka.errors import Denied, NotFound, NotNow, Refused, SignInNeeded, TooOften
from elka.settings import settings
from elka.state.base import COOKIE


def address_of(request: Request) -> str:
    """Return the client's address; behind N trusted proxies the N-th from the right of X-Forwarded-For."""
    hops = settings().trusted_proxies
    if hops:
        chain = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        if len(chain) >= hops:
            return chain[-hops]
    return request.client.host if request.client else ""


def same_origin(request: Request) -> bool:
    """Whether a browser sent this from our own page: by Origin, or by Referer where Origin is absent."""
    origin = request.headers.get("origin")
    if origin is None:
        parts = urlparse(request.headers.get("referer", ""))
        origin = f"{parts.scheme}://{parts.netloc}"
    return origin in settings().allowed_origins


def work_for(request: Request) -> AbstractContextManager[Work]:
    """Open a unit of work for whoever sends the request."""
    token = request.cookies.get(COOKIE)
    return work_of(
        token_hash(token) if token else None,
        address=address_of(request),
        user_agent=request.headers.get("user-agent", "")[:300],
    )


async def run_flow(request: Request, flow: Callable[..., Any], *args: Any) -> Any:
    """Run a flow in a thread as whoever sends the request. Refusals pass: see ``refusal``."""

    def run() -> Any:
        with work_for(request) as work:
            return flow(work, *args)

    return await in_thread(run)


def refusal(refused: Refused) -> Response:
    """Return the answer of a route to a refusal: the message in Russian, and the status that fits."""
    match refused:
        case NotFound():
            status = 404
        case SignInNeeded():
            status = 401
        case Denied():
            status = 403
        case TooOften():
            status = 429
        case NotNow():
            status = 503
        case _:
            status = 422
    return JSONResponse({"message": refused.message, "fields": refused.fields}, status_code=status)
