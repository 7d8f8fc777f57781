"""`/health`: whether the database answers, is migrated, and jobs move. JSON, for operators and balancers."""

from __future__ import annotations

from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elka import doctor
from elka.db import in_thread

log = structlog.get_logger(__name__)


async def health(_request: Request) -> Response:
    """Return 200 when all is well, 503 otherwise, with one word for each part."""

    def look() -> dict[str, Any]:
        return {finding.name: "ok" if finding.ok else finding.detail for finding in doctor.basics()}

    try:
        parts = await in_thread(look)
    except Exception:
        log.exception("health check failed")
        parts = {"database": "unreachable"}
    well = all(state == "ok" for state in parts.values())
    return JSONResponse(
        {"status": "ok" if well else "failing", **parts},
        status_code=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


ROUTES = [Route("/health", health)]
