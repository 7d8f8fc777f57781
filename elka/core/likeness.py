"""Which projects may be two plans for one place: near points, one address, titles that are all but the same.

It suggests, people decide. Over a thousand projects take a fraction of a second: points are compared along the latitude,
titles by their three-letter pieces, settlement by settlement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

NEAR = 100  # metres between two points
ALIKE = 80  # percent of the pieces of two titles that are the same
_CENTRE = 50  # metres: a point so near to that of the settlement is the settlement, and not a yard in it
_METRES = 111_195  # of a degree of latitude
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a project is compared. ``place``: its settlement; ``point`` and ``centre``: degrees, None: not known."""

    id: int
    title: str
    place: int
    address: str = ""
    point: tuple[float, float] | None = None
    centre: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two projects that look alike, the smaller id first.

    ``metres`` between their points, ``percent`` of their titles that is the same; None: that is not what they are alike by.
    """

    first: int
    second: int
    metres: int | None = None
    same_address: bool = False
    percent: int | None = None

    @property
    def ids(self) -> tuple[int, int]:
        """Both ids."""
        return self.first, self.second

    @property
    def order(self) -> tuple[int, int, int, int, int]:
        """Put the surest first: the nearest, those of one address, the most alike by title."""
        return (
            NEAR + 1 if self.metres is None else self.metres,
            not self.same_address,
            -(self.percent or 0),
            self.first,
            self.second,
        )


@dataclass(frozen=True, slots=True)
class Cluster:
    """Projects that look alike, one by way of another; ``pairs``: the surest first."""

    ids: tuple[int, ...]
    pairs: tuple[Pair, ...]


def pairs_of(sketches: Iterable[Sketch]) -> list[Pair]:
    """Return all pairs that look alike, the surest first."""
    listed = sorted(sketches, key=lambda one: one.id)
    near, one_address, titled = dict(_near(listed)), set(_at_one_address(listed)), dict(_titled_alike(listed))
    return sorted(
        (
            Pair(*ids, metres=near.get(ids), same_address=ids in one_address, percent=titled.get(ids))
            for ids in near.keys() | one_address | titled.keys()
        ),
        key=lambda pair: pair.order,
    )


def clusters_of(pairs: Iterable[Pair], handled: Collection[tuple[int, int]], *, most: int) -> list[Cluster]:
    """Put pairs that nobody has looked at together, no more than ``most`` projects in a cluster, the surest first."""
    waiting = sorted((pair for pair in pairs if pair.ids not in handled), key=lambda pair: pair.order)
    home: dict[int, tuple[set[int], list[Pair]]] = {}  # where each project is so far
    alone: list[tuple[set[int], list[Pair]]] = []
    for pair in waiting:
        mine = [home.get(one) or ({one}, []) for one in pair.ids]
        ids = mine[0][0] | mine[1][0]
        if len(ids) > most:
            alone.append((set(pair.ids), [pair]))
            continue
        known = mine[0][1] if mine[0][1] is mine[1][1] else [*mine[0][1], *mine[1][1]]
        known.append(pair)
        home |= dict.fromkeys(ids, (ids, known))
    found = [*{id(one[1]): one for one in home.values()}.values(), *alone]
    told = [Cluster(tuple(sorted(ids)), tuple(sorted(known, key=lambda pair: pair.order))) for ids, known in found]
    return sorted(told, key=lambda cluster: cluster.pairs[0].order)


def _near(sketches: Sequence[Sketch]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield pairs whose points are near, with the metres between them."""
    placed = sorted(
        ((*one.point, one.id) for one in sketches if one.point is not None and not _is_centre(one)),
        key=lambda row: row[0],
    )
    if not placed:
        return
    lat, lon, ids = (np.array(column) for column in zip(*placed, strict=True))
    ends = np.searchsorted(lat, lat + NEAR / _METRES, side="right")
    for at, end in enumerate(ends.tolist()):
        metres = (
            np.hypot(lat[at + 1 : end] - lat[at], (lon[at + 1 : end] - lon[at]) * np.cos(np.radians(lat[at]))) * _METRES
        )
        for other in np.flatnonzero(metres <= NEAR).tolist():
            one, two = int(ids[at]), int(ids[at + 1 + other])
            yield (min(one, two), max(one, two)), round(float(metres[other]))


def _is_centre(one: Sketch) -> bool:
    if one.point is None or one.centre is None:
        return False
    (lat, lon), (to_lat, to_lon) = one.point, one.centre
    return float(np.hypot(lat - to_lat, (lon - to_lon) * np.cos(np.radians(lat)))) * _METRES <= _CENTRE


def _at_one_address(sketches: Sequence[Sketch]) -> Iterator[tuple[int, int]]:
    """Yield pairs of one settlement whose addresses are the same to the number of the house."""
    at: dict[tuple[int, str], list[int]] = {}
    for one in sketches:
        plain = " ".join(_words(one.address))
        if _NUMBER.search(plain):
            at.setdefault((one.place, plain), []).append(one.id)
    for ids in at.values():
        yield from combinations(ids, 2)


def _titled_alike(sketches: Sequence[Sketch]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield pairs of one settlement whose titles are all but the same, unless they name different houses."""
    by_place: dict[int, list[Sketch]] = {}
    for one in sketches:
        by_place.setdefault(one.place, []).append(one)
    for listed in by_place.values():
        if len(listed) < 2:  # noqa: PLR2004  a pair
            continue
        same, sizes = _shared([_pieces(one.title) for one in listed])
        percent = 200 * same // np.maximum(sizes[:, None] + sizes[None, :], 1)
        for at, other in zip(*(places.tolist() for places in np.nonzero(np.triu(percent >= ALIKE, 1))), strict=True):
            houses, others = (set(_NUMBER.findall(listed[place].title)) for place in (at, other))
            if not houses or not others or houses & others:
                yield (listed[at].id, listed[other].id), int(percent[at, other])


def _shared(pieces: Sequence[frozenset[str]]) -> tuple[Any, Any]:
    """Return how many pieces each two titles share, and how many each has."""
    number = {piece: at for at, piece in enumerate(sorted(frozenset().union(*pieces)))}
    table = np.zeros((len(pieces), len(number)), dtype=np.float32)
    for row, one in enumerate(pieces):
        table[row, [number[piece] for piece in one]] = 1
    return (table @ table.T).astype(np.int64), table.sum(axis=1).astype(np.int64)


def _pieces(title: str) -> frozenset[str]:
    """Cut the words of a title into pieces of three letters; endings and the order of words matter little then."""
    return frozenset(
        padded[at : at + 3] for word in _words(title) for padded in (f" {word} ",) for at in range(len(padded) - 2)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("ё", "е"))
