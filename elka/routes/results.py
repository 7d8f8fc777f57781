"""The table of published results as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from elka.core import csv_cells
from elka.errors import Refused
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


ROUTES = [Route("/contests/{contest_id:int}/results.csv", table, methods=["GET"])]
