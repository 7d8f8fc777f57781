"""A finished export of applications, given to whoever asked for it."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from elka.core.filenames import disposition
from elka.errors import NotFound, Refused
from elka.routes.guard import refusal, run_flow
from elka.state.exports import ExportsState, Finished


async def show(request: Request) -> Response:
    """Give the file."""
    try:
        finished: Finished = await run_flow(request, ExportsState._file, request.path_params["export_id"])
        if not await asyncio.to_thread(finished.path.is_file):
            raise NotFound
    except Refused as refused:
        return refusal(refused)
    return FileResponse(
        finished.path,
        headers={"Content-Disposition": disposition(finished.name), "Cache-Control": "private, no-store"},
    )


ROUTES = [Route("/office/exports/{export_id:int}", show, methods=["GET"])]
