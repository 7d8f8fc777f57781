"""Votes for «Что если» as a file, and its comparison as a table."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from python_multipart.exceptions import FormParserError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elka.core.filenames import disposition
from elka.errors import Refused
from elka.routes.guard import refusal, run_flow, same_origin
from elka.routes.uploads import NOT_WHOLE, TooLarge, received
from elka.state.what_if import WhatIfState
from elka.state.what_if_votes import FILE_MAX

# Reading a million of votes takes memory: one at a time in one process.
_reading = asyncio.Semaphore(1)


async def take(request: Request) -> Response:
    """Take a file of votes: multipart, the file in the field «file»."""
    if not same_origin(request):
        return JSONResponse({"message": "Откройте «Что если» и выберите файл там."}, HTTPStatus.FORBIDDEN)
    contest_id = request.path_params["contest_id"]
    try:
        await run_flow(request, WhatIfState._may_send, contest_id)
        async with received(request, FILE_MAX) as upload:
            data = await asyncio.to_thread(upload.file.read)
        async with _reading:
            told = await run_flow(request, WhatIfState._sent, contest_id, data)
    except TooLarge as refused:
        return JSONResponse({"message": refused.message}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except Refused as refused:
        return refusal(refused)
    except (MultiPartException, FormParserError, HTTPException):
        return JSONResponse({"message": NOT_WHOLE}, HTTPStatus.BAD_REQUEST)
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return JSONResponse(told, HTTPStatus.CREATED)


async def table(request: Request) -> Response:
    """Give a comparison as CSV, to whoever made it."""
    key = request.path_params["key"]
    try:
        name, text = await run_flow(request, WhatIfState._table, request.path_params["contest_id"], key)
    except Refused as refused:
        return refusal(refused)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": disposition(name, inline=False),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


ROUTES = [
    Route("/office/contests/{contest_id:int}/what-if/votes", take, methods=["POST"]),
    Route("/office/contests/{contest_id:int}/what-if/{key}.csv", table, methods=["GET"]),
]
