"""A person's copy of their own data, as a file."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from elka import clock
from elka.errors import Refused, SignInNeeded
from elka.routes.guard import refusal, run_flow
from elka.state.account_copy import copy_of_account


async def copy(request: Request) -> Response:
    """Return the file; a guest is asked to sign in first."""
    try:
        found = await run_flow(request, copy_of_account)
    except SignInNeeded:
        return RedirectResponse("/sign-in?next=/me/settings", status_code=303)
    except Refused as refused:
        return refusal(refused)
    return Response(
        json.dumps(found, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="elka-{clock.today().isoformat()}.json"',
            "Cache-Control": "no-store",
        },
    )


ROUTES = [Route("/me/copy.json", copy, methods=["GET"])]
