"""The template of a contest as a file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from elka.errors import Refused
from elka.routes.guard import refusal, run_flow
from elka.state.build_templates import BuildTemplateState


async def template(request: Request) -> Response:
    """Give a contest without its place and its dates as JSON, to officials of the place."""
    try:
        name, text = await run_flow(request, BuildTemplateState._file, request.path_params["contest_id"])
    except Refused as refused:
        return refusal(refused)
    return Response(
        text,
        media_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


ROUTES = [Route("/office/contests/{contest_id:int}/template.json", template, methods=["GET"])]
