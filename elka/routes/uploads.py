"""A file that a browser sends: multipart, the file in the field «file», counted as it comes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from elka.errors import Refused
from elka.ui import labels

FIELDS_ROOM = 16_384  # boundaries and fields of the form beside the file itself
NOT_WHOLE = "Файл не дошёл целиком. Повторите."


class TooLarge(Refused):
    """The body is larger than the file may be."""

    def __init__(self, limit: int) -> None:
        """Say how large it may be, bytes."""
        super().__init__(f"Файл больше {labels.file_size(limit)}. Выберите поменьше.")


@asynccontextmanager
async def received(request: Request, limit: int) -> AsyncIterator[UploadFile]:
    """Receive the file and hold it, on disk when it is large; raise ``TooLarge`` at the first byte too many."""
    most = limit + FIELDS_ROOM
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or int(declared) > most:
        raise TooLarge(limit)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise MultiPartException("not a form")

    async def counted() -> AsyncGenerator[bytes, None]:
        seen = 0
        async for chunk in request.stream():
            seen += len(chunk)
            if seen > most:
                raise TooLarge(limit)
            yield chunk

    parser = MultiPartParser(request.headers, counted(), max_files=1, max_fields=4, max_part_size=FIELDS_ROOM)
    form = await parser.parse()
    try:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            for begun in parser._files_to_close_on_error:  # a body that breaks off is no error to the parser
                begun.close()
            raise Refused("Выберите файл.", field="file")
        if (upload.size or 0) > limit:
            raise TooLarge(limit)
        yield upload
    finally:
        await form.close()
