"""Files of applications over HTTP: sent by the application's people, given to whoever may read them."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from elka import attachments
from elka.core.filenames import disposition
from elka.errors import Refused
from elka.routes.guard import refusal, run_flow, same_origin
from elka.routes.uploads import NOT_WHOLE, TooLarge, received
from elka.state.attachments import AttachmentsState, Stored

FOR_A_WHILE = "public, max-age=300"  # a file can be removed, an application withdrawn
# Nothing in a file may run or load anything, nor count as a page of ours. The browser's own viewer of PDF needs no more.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Reading a container or decoding a picture takes memory: no more than two at once in one process.
_examining = asyncio.Semaphore(2)


async def send(request: Request) -> Response:
    """Take one file of a field: multipart, the file in the field «file»."""
    if not same_origin(request):
        return JSONResponse({"message": "Откройте страницу заявки и приложите файл там."}, HTTPStatus.FORBIDDEN)
    application_id, key = request.path_params["application_id"], request.path_params["key"]
    try:
        application_id, most = await run_flow(request, AttachmentsState._may_add, application_id, key)
        async with received(request, most) as upload:
            arrived = await _kept(application_id, upload)
        entered = await run_flow(request, AttachmentsState._add, application_id, key, arrived)
    except TooLarge as refused:
        return JSONResponse({"message": refused.message}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except Refused as refused:
        return refusal(refused)
    except (MultiPartException, FormParserError, HTTPException):
        return JSONResponse({"message": NOT_WHOLE}, HTTPStatus.BAD_REQUEST)
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return JSONResponse(entered, HTTPStatus.CREATED)


async def show(request: Request) -> Response:
    """Give a file under its own name; only PDF and pictures may open in the browser."""
    try:
        stored: Stored = await run_flow(request, AttachmentsState._file, request.path_params["attachment_id"])
    except Refused:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    if not await asyncio.to_thread(stored.path.is_file):
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return FileResponse(
        stored.path,
        media_type=stored.media_type,
        headers={
            "Content-Disposition": disposition(stored.name, inline=stored.inline),
            "Cache-Control": FOR_A_WHILE if stored.is_public else "private, no-store",
            "Content-Security-Policy": SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _kept(application_id: int, upload: UploadFile) -> attachments.Arrived:
    """Examine the file and lay it down; its row comes after it."""

    def work() -> attachments.Arrived:
        arrived = attachments.examine(upload.file, upload.filename or "")
        attachments.keep(application_id, upload.file, arrived.sha256)
        return arrived

    async with _examining:
        return await asyncio.to_thread(work)


ROUTES = [
    Route("/applications/{application_id:int}/files/{key}", send, methods=["POST"]),
    Route("/attachments/{attachment_id:int}", show, methods=["GET"]),
]
