"""Photos over HTTP: sent by the people of a project, seen by whoever may see the project."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from python_multipart.exceptions import FormParserError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from elka import photos
from elka.db import GUEST, in_thread, work_as
from elka.errors import NotFound, Refused
from elka.routes.guard import refusal, run_flow, same_origin
from elka.routes.uploads import NOT_WHOLE, TooLarge, received
from elka.settings import settings
from elka.state.photos import PhotosState

FOR_EVER = "public, max-age=31536000, immutable"
# Decoding a photo takes memory: no more than two at once in one process.
_decoding = asyncio.Semaphore(2)


async def send(request: Request) -> Response:
    """Take one photo of a project: multipart, the file in the field «file»."""
    if not same_origin(request):
        return JSONResponse({"message": "Откройте страницу проекта и приложите файл там."}, HTTPStatus.FORBIDDEN)
    project_id = request.path_params["project_id"]
    try:
        await run_flow(request, PhotosState._may_add, project_id)
        async with received(request, settings().photo_limit) as upload:
            photo = await _prepared(await upload.read())
        photo_id = await run_flow(request, PhotosState._add, project_id, photo)
    except TooLarge as refused:
        return JSONResponse({"message": refused.message}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except Refused as refused:
        return refusal(refused)
    except (MultiPartException, FormParserError, HTTPException):
        return JSONResponse({"message": NOT_WHOLE}, HTTPStatus.BAD_REQUEST)
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return JSONResponse({"id": photo_id, "src": f"/photos/{photo_id}-480.webp"}, HTTPStatus.CREATED)


async def show(request: Request) -> Response:
    """Give one width of a photo: public ones may be kept by anybody for ever, others by nobody."""
    photo_id, width = request.path_params["photo_id"], request.path_params["width"]

    def public() -> tuple[object, bool]:
        with work_as(GUEST) as work:
            return PhotosState._file(work, photo_id, width)

    try:
        try:
            path, is_public = await in_thread(public)  # without asking who it is: most photos are public
        except NotFound:
            path, is_public = await run_flow(request, PhotosState._file, photo_id, width)
    except Refused:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": FOR_EVER if is_public else "private, no-store", "X-Content-Type-Options": "nosniff"}
    if not await asyncio.to_thread(path.is_file):
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return FileResponse(path, media_type="image/webp", headers=headers)


async def _prepared(data: bytes) -> photos.Prepared:
    async with _decoding:
        return await asyncio.to_thread(photos.prepare, data)


ROUTES = [
    Route("/projects/{project_id:int}/photos", send, methods=["POST"]),
    Route("/photos/{photo_id:int}-{width:int}.webp", show, methods=["GET"]),
]
