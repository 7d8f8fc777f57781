"""Published results as files: the table as CSV and for Excel, the ballots, the office's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from elka import keeping, printing
from elka.core import csv_cells
from elka.core.filenames import disposition
from elka.errors import NotFound, Refused
from elka.models.result_versions import FileKind
from elka.routes.attachments import SANDBOX
from elka.routes.guard import refusal, run_flow
from elka.state.result_files import BallotsFile, BookHead, ballots_file, book_head, kept_file
from elka.state.result_protocol import protocol
from elka.state.result_table import EXPORT_HEAD, table_rows
from elka.state.results import ResultsState
from elka.verify_app import NAME, verify_app

FOR_A_WHILE = "public, max-age=300"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {
    FileKind.BALLOTS: "text/plain; charset=utf-8",
    FileKind.TABLE: "text/csv; charset=utf-8",
    FileKind.BOOK: XLSX,
    FileKind.PROTOCOL: "application/pdf",
}
_setting = asyncio.Semaphore(2)  # no more than two pages or books at once in one process


async def table(request: Request) -> Response:
    """Give the results of a contest as CSV, a batch at a time, in the order of the count."""
    contest_id = request.path_params["contest_id"]
    try:
        if (kept := await _kept(request, FileKind.TABLE)) is not None:
            return kept
        first = await run_flow(request, ResultsState._export, contest_id, 0)
    except Refused as refused:
        return refusal(refused)

    async def body() -> AsyncIterator[str]:
        yield csv_cells.BOM + csv_cells.lines([EXPORT_HEAD])
        rows = first
        while rows:
            yield csv_cells.lines(rows)
            rows = await run_flow(request, ResultsState._export, contest_id, rows[-1][0])

    return StreamingResponse(
        body(),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="elka-contest-{contest_id}-results.csv"',
            "Cache-Control": FOR_A_WHILE,
            "X-Content-Type-Options": "nosniff",
        },
    )


async def book(request: Request) -> Response:
    """Give the results for Excel; written to a file first, in a memory that does not grow with the rows."""
    contest_id = request.path_params["contest_id"]
    try:
        if (kept := await _kept(request, FileKind.BOOK)) is not None:
            return kept
        head: BookHead = await run_flow(request, book_head, contest_id)
        batches, after = [], 0
        while rows := await run_flow(request, table_rows, contest_id, after):
            batches.append(rows)
            after = rows[-1][0]
    except Refused as refused:
        return refusal(refused)
    async with _setting:
        content = await asyncio.to_thread(keeping.book_of, head, batches)
    return Response(
        content,
        media_type=XLSX,
        headers={
            "Content-Disposition": disposition(head.name),
            "Cache-Control": FOR_A_WHILE,
            "X-Content-Type-Options": "nosniff",
        },
    )


async def ballots(request: Request) -> Response:
    """Give the published file of ballots, streamed from the disk."""
    try:
        if "version" in request.query_params and (kept := await _kept(request, FileKind.BALLOTS)) is not None:
            return kept
        file: BallotsFile = await run_flow(request, ballots_file, request.path_params["contest_id"])
        if not await asyncio.to_thread(file.path.is_file):
            raise NotFound("Файл бюллетеней ещё готовится. Откройте его через минуту.")
    except Refused as refused:
        return refusal(refused)
    return FileResponse(
        file.path,
        media_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": disposition(file.name),
            "Cache-Control": FOR_A_WHILE,
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{file.sha256}"',
        },
    )


async def verify_program(_: Request) -> Response:
    """Give the program that checks a file of ballots: what a stranger runs on a computer of their own."""
    return Response(
        await asyncio.to_thread(verify_app),
        media_type="application/zip",
        headers={
            "Content-Disposition": disposition(NAME),
            "Cache-Control": FOR_A_WHILE,
            "X-Content-Type-Options": "nosniff",
        },
    )


async def printed(request: Request) -> Response:
    """Give the protocol of results to the contest's office."""
    try:
        if (kept := await _kept(request, FileKind.PROTOCOL)) is not None:
            return kept
        name, paper = await run_flow(request, protocol, request.path_params["contest_id"])
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


async def _kept(request: Request, kind: FileKind) -> Response | None:
    """Give a file of the version asked for as it was published; None while there is none of the version in force."""
    asked = request.query_params.get("version", "")
    file = await run_flow(request, kept_file, request.path_params["contest_id"], asked, kind)
    if file is None:
        return None
    if not await asyncio.to_thread(file.path.is_file):
        if not asked:
            return None
        raise NotFound("Этого файла сейчас нет на диске сайта. Сообщите администратору.")
    is_office = kind is FileKind.PROTOCOL
    return FileResponse(
        file.path,
        media_type=MEDIA[kind],
        headers={
            "Content-Disposition": disposition(file.name, inline=is_office),
            "Cache-Control": "private, no-store" if is_office else FOR_A_WHILE,
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{file.sha256}"',
            **({"Content-Security-Policy": SANDBOX} if is_office else {}),
        },
    )


ROUTES = [
    Route("/contests/{contest_id:int}/results.csv", table, methods=["GET"]),
    Route("/contests/{contest_id:int}/results.xlsx", book, methods=["GET"]),
    Route("/contests/{contest_id:int}/ballots.pb", ballots, methods=["GET"]),
    Route(f"/{NAME}", verify_program, methods=["GET"]),
    Route("/office/contests/{contest_id:int}/protocol.pdf", printed, methods=["GET"]),
]
