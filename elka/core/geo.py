"""Places on the flat: one projection for the outline of Ugra and for every point drawn on it.

Albers' equal-area conic (J. P. Snyder, Map Projections: a Working Manual, USGS 1987, p. 98), on a sphere: at this size
the difference to the ellipsoid is under a pixel. Equal areas keep the north from looking larger than it is.
"""

import json
from functools import cache
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

_SOUTH, _NORTH = radians(60), radians(64)  # standard parallels
_MIDDLE_LAT, _MIDDLE_LON = radians(62), radians(72.6)
_N = (sin(_SOUTH) + sin(_NORTH)) / 2
_C = cos(_SOUTH) ** 2 + 2 * _N * sin(_SOUTH)
_RHO_0 = sqrt(_C - 2 * _N * sin(_MIDDLE_LAT)) / _N
_EARTH_KM = 6371.0088

# From radians of the projection to the units of the drawing, 1000 wide; fitted to the outline once.
_SCALE = 4560.7
_LEFT, _TOP = 491.7, 328.1


# The same figures for the browser, where a point is put on the drawing by hand (``ui/point.jsx``).
PROJECTION = {
    "n": _N,
    "c": _C,
    "rho": _RHO_0,
    "lon": _MIDDLE_LON,
    "scale": _SCALE,
    "left": _LEFT,
    "top": _TOP,
}


class Outline(NamedTuple):
    """The border of the region, ready to draw: an SVG path in a box of ``width`` × ``height``."""

    path: str
    width: int
    height: int


def project(lat: float, lon: float) -> tuple[float, float]:
    """Turn degrees into the units of the outline's drawing, x to the right and y down."""
    theta = _N * (radians(lon) - _MIDDLE_LON)
    rho = sqrt(_C - 2 * _N * sin(radians(lat))) / _N
    x, y = rho * sin(theta), _RHO_0 - rho * cos(theta)
    return round(_LEFT + x * _SCALE, 1), round(_TOP - y * _SCALE, 1)


def unproject(x: float, y: float) -> tuple[float, float]:
    """Turn units of the outline's drawing back into degrees: (latitude, longitude)."""
    east, down = (x - _LEFT) / _SCALE, _RHO_0 - (_TOP - y) / _SCALE
    rho, theta = hypot(east, down), atan2(east, down)
    return round(degrees(asin((_C - (rho * _N) ** 2) / (2 * _N))), 5), round(degrees(_MIDDLE_LON + theta / _N), 5)


def distance_km(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Measure the way between two points over a sphere, in kilometres (haversine)."""
    north, east = radians(to_lat - lat) / 2, radians(to_lon - lon) / 2
    chord = sin(north) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(east) ** 2
    return 2 * _EARTH_KM * asin(sqrt(chord))


@cache
def outline() -> Outline:
    """Read the border from ``elka/data/outline.json`` (its source is written there)."""
    stored = json.loads((Path(__file__).parent.parent / "data" / "outline.json").read_text(encoding="utf-8"))
    return Outline(stored["path"], *stored["size"])
