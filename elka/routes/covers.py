"""Drawn covers of projects without a photo: the same address is always the same picture."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from elka.core import covers


@lru_cache(maxsize=512)
def _drawn(seed: int, motif: str) -> bytes:
    return covers.draw(seed, motif).encode()


async def cover(request: Request) -> Response:
    """Draw a cover by its seed and motif."""
    seed, motif = request.path_params["seed"], request.path_params["motif"]
    if motif not in covers.MOTIFS or seed >= 2**63:
        return Response(status_code=404)
    return Response(
        _drawn(seed, motif),
        media_type="image/svg+xml",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


ROUTES = [Route("/covers/{seed:int}-{motif}.svg", cover)]
