"""Templates of applications over HTTP: given as a file, taken from one."""

from __future__ import annotations

import asyncio
import json
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
from elka.state.build_file import FILE_MAX, BuildFileState


async def give(request: Request) -> Response:
    """Give the template of a contest as a JSON Schema file, to an official of its place."""
    try:
        name, schema = await run_flow(request, BuildFileState._exported, request.path_params["contest_id"])
    except Refused as refused:
        return refusal(refused)
    return Response(
        json.dumps(schema, ensure_ascii=False, indent=2),
        media_type="application/schema+json; charset=utf-8",
        headers={
            "Content-Disposition": disposition(name, inline=False),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def take(request: Request) -> Response:
    """Take a template from a file in place of the whole form: multipart, the file in the field «file»."""
    if not same_origin(request):
        return JSONResponse({"message": "Откройте конструктор и выберите файл там."}, HTTPStatus.FORBIDDEN)
    contest_id = request.path_params["contest_id"]
    try:
        await run_flow(request, BuildFileState._may_import, contest_id)
        async with received(request, FILE_MAX) as upload:
            data = await asyncio.to_thread(upload.file.read)
        told = await run_flow(request, BuildFileState._imported, contest_id, data)
    except TooLarge as refused:
        return JSONResponse({"message": refused.message}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except Refused as refused:
        return refusal(refused)
    except (MultiPartException, FormParserError, HTTPException):
        return JSONResponse({"message": NOT_WHOLE}, HTTPStatus.BAD_REQUEST)
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return JSONResponse(told, HTTPStatus.CREATED)


ROUTES = [
    Route("/office/contests/{contest_id:int}/form.json", give, methods=["GET"]),
    Route("/office/contests/{contest_id:int}/form", take, methods=["POST"]),
]
