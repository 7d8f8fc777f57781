"""One projection for the outline and the points on it."""

import csv
import re
from importlib.resources import files

import pytest

from elka.core.geo import distance_km, outline, project


def corners() -> list[tuple[int, int]]:
    """Walk the outline's path: one absolute start, then relative steps."""
    numbers = [int(text) for text in re.findall(r"-?\d+", outline().path)]
    x, y = numbers[:2]
    walked = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        walked.append((x, y))
    return walked


def inside(x: float, y: float, border: list[tuple[int, int]]) -> bool:
    crossings = 0
    for (ax, ay), (bx, by) in zip(border, [*border[1:], border[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossings += 1
    return crossings % 2 == 1


def test_outline_fills_its_box():
    border = corners()
    xs, ys = [x for x, _ in border], [y for _, y in border]
    assert (min(xs), max(xs)) == pytest.approx((4, outline().width - 4), abs=1)
    assert (min(ys), max(ys)) == pytest.approx((4, outline().height - 4), abs=1)
    assert len(outline().path) < 4000


def test_every_municipal_centre_is_inside():
    border = corners()
    with files("elka.data").joinpath("municipalities.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == 22
    outside = [row["name"] for row in rows if not inside(*project(float(row["lat"]), float(row["lon"])), border)]
    assert outside == []


def test_north_is_up_and_east_is_right():
    x, y = project(61.0, 69.0)
    assert project(62.0, 69.0)[1] < y
    assert project(61.0, 70.0)[0] > x


def test_equal_areas():
    """A square degree shrinks with the cosine of its latitude, as it does on the globe."""

    def area(lat: float) -> float:
        (ax, ay), (bx, by) = project(lat - 0.5, 72.0), project(lat - 0.5, 73.0)
        (cx, cy), (dx, dy) = project(lat + 0.5, 73.0), project(lat + 0.5, 72.0)
        return abs((ax * by - bx * ay) + (bx * cy - cx * by) + (cx * dy - dx * cy) + (dx * ay - ax * dy)) / 2

    assert area(60) / area(64) == pytest.approx(0.5 / 0.4383711, rel=0.02)


def test_distance():
    surgut, nizhnevartovsk = (61.254, 73.3962), (60.9344, 76.5531)
    assert distance_km(*surgut, *nizhnevartovsk) == pytest.approx(173, abs=3)
    assert distance_km(*surgut, *surgut) == 0
