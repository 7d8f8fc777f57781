"""Points of the map of Ugra, sized by what stands there."""

from __future__ import annotations

from elka.core.geo import project
from elka.ui import labels
from elka.ui.rows import MapPoint

SMALLEST, LARGEST = 4, 22  # radii, in the units of the drawing, which is 1000 wide
GROWTH = 1.6


def projects_point(name: str, lat: float, lon: float, number: int, *, href: str = "", faint: bool = False) -> MapPoint:
    """Return the point of a settlement with ``number`` projects; its area grows with the number."""
    x, y = project(lat, lon)
    return MapPoint(
        x=x,
        y=y,
        radius=round(min(SMALLEST + number**0.5 * GROWTH, LARGEST), 1),
        title=f"{name}: {labels.plural(number, 'проект', 'проекта', 'проектов')}",
        href=href,
        faint=faint,
    )
