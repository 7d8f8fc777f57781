"""The table of published results as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from elka.core import csv_cells
from elka.errors import Refused
from elka.publishing import KINDS
from elka.routes.guard import refusal, run_flow
from elka.state.results import EXPORT_HEAD, ResultsState


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
            "Cache-Control": "public, max-age=300",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def ballots(request: Request) -> Response:
    """Give all ballots of a contest under pseudonyms, in the .pb format of Pabulib."""
    return await _file(request, "pb", "text/plain; charset=utf-8")


async def receipts(request: Request) -> Response:
    """Give all receipts that are counted, one to a line."""
    return await _file(request, "receipts", "text/plain; charset=utf-8")


async def _file(request: Request, kind: str, media_type: str) -> Response:
    contest_id = request.path_params["contest_id"]
    try:
        place = await run_flow(request, ResultsState._ballots, contest_id, kind)
    except Refused as refused:
        return refusal(refused)
    return FileResponse(
        place,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="elka-contest-{contest_id}-{KINDS[kind]}"',
            "Cache-Control": "public, max-age=300",
            "X-Content-Type-Options": "nosniff",
        },
    )


ROUTES = [
    Route("/contests/{contest_id:int}/results.csv", table, methods=["GET"]),
    Route("/contests/{contest_id:int}/ballots.pb", ballots, methods=["GET"]),
    Route("/contests/{contest_id:int}/receipts.txt", receipts, methods=["GET"]),
]
