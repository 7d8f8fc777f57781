"""The print version of an application, made on demand."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from elka import printing
from elka.core.filenames import disposition
from elka.errors import Refused
from elka.routes.attachments import SANDBOX
from elka.routes.guard import refusal, run_flow
from elka.state.application_print import printed

_setting = asyncio.Semaphore(2)  # no more than two pages at once in one process


async def show(request: Request) -> Response:
    """Give the PDF: the newest submitted revision, or a draft as it stands."""
    try:
        name, paper = await run_flow(request, printed, request.path_params["application_id"])
    except Refused as refused:
        return refusal(refused)
    async with _setting:
        made = await asyncio.to_thread(printing.pdf, paper)
    return Response(
        made,
        media_type="application/pdf",
        headers={
            "Content-Disposition": disposition(name, inline=True),
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": SANDBOX,
        },
    )


ROUTES = [Route("/applications/{application_id:int}.pdf", show, methods=["GET"])]
