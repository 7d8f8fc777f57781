"""Published results as files: the table as CSV and for Excel, the ballots, the office's protocol."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from elka import printing, sheets
from elka.core import csv_cells
from elka.core.filenames import disposition
from elka.errors import NotFound, Refused
from elka.routes.attachments import SANDBOX
from elka.routes.guard import refusal, run_flow
from elka.state.result_files import FACTS, BallotsFile, BookHead, ballots_file, book_head
from elka.state.result_protocol import protocol
from elka.state.result_table import COLUMNS, EXPORT_HEAD, sheet_row, table_rows
from elka.state.results import ResultsState

FOR_A_WHILE = "public, max-age=300"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_setting = asyncio.Semaphore(2)  # no more than two pages or books at once in one process


async def table(request: Request) -> Response:
    """Give the results of a contest as CSV, a batch at a time, in the order of the count."""
    contest_id = request.path_params["contest_id"]
    try:
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
        head: BookHead = await run_flow(request, book_head, contest_id)
        batches, after = [], 0
        while rows := await run_flow(request, table_rows, contest_id, after):
            batches.append(rows)
            after = rows[-1][0]
    except Refused as refused:
        return refusal(refused)
    async with _setting:
        content = await asyncio.to_thread(_book_of, head, batches)
    return Response(
        content,
        media_type=XLSX,
        headers={
            "Content-Disposition": disposition(head.name),
            "Cache-Control": FOR_A_WHILE,
            "X-Content-Type-Options": "nosniff",
        },
    )


def _book_of(head: BookHead, batches: list[list[tuple[object, ...]]]) -> bytes:
    """Return the whole book: under a megabyte for thousands of projects.

    Not as a file that is removed after the answer: the server opens what it is told of only when we are done with it.
    """
    with tempfile.TemporaryDirectory(prefix="elka-results-") as folder:
        path = Path(folder) / "results.xlsx"
        _write_book(path, head, batches)
        return path.read_bytes()


def _write_book(path: Path, head: BookHead, batches: list[list[tuple[object, ...]]]) -> None:
    with sheets.book(path, head.title) as made:
        table = made.sheet("Итоги", COLUMNS, frozen=4)
        for rows in batches:
            for row in rows:
                table.row(sheet_row(row))
        facts = made.sheet("Как считали", FACTS)
        for fact in head.facts:
            facts.row(fact)


async def ballots(request: Request) -> Response:
    """Give the published file of ballots, streamed from the disk."""
    try:
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


async def printed(request: Request) -> Response:
    """Give the protocol of results to the contest's office."""
    try:
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


ROUTES = [
    Route("/contests/{contest_id:int}/results.csv", table, methods=["GET"]),
    Route("/contests/{contest_id:int}/results.xlsx", book, methods=["GET"]),
    Route("/contests/{contest_id:int}/ballots.pb", ballots, methods=["GET"]),
    Route("/office/contests/{contest_id:int}/protocol.pdf", printed, methods=["GET"]),
]
