"""Points of the map of Ugra, sized by what stands there."""

from __future__ import annotations

from elka.core.geo import project
from elka.ui import labels
from elka.ui.rows import MapPoint

SMALLEST, LARGEST = 6, 26  # radii, in the units of the drawing, which is 1000 wide
MANY = 12  # projects of one place: where none has as many, no point is drawn at its largest


def projects_point(
    name: str, lat: float, lon: float, number: int, *, most: int, href: str = "", faint: bool = False
) -> MapPoint:
    """Return the point of a settlement with ``number`` projects, where the richest has ``most``.

    The area grows with the number.
    """
    x, y = project(lat, lon)
    return MapPoint(
        x=x,
        y=y,
        radius=round(SMALLEST + (LARGEST - SMALLEST) * (number / max(most, MANY)) ** 0.5, 1),
        title=f"{name}: {labels.plural(number, 'проект', 'проекта', 'проектов')}",
        href=href,
        faint=faint,
    )
