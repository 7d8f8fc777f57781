"""Covers drawn by code: northern hills, firs and one white figure that tells what a project is about.

The same seed and motif always give the same picture, on every machine and in every version of Python.
The picture is 800 × 450; what matters lies within x 170…630 and y 45…405, so it may be cropped to a square thumb
or to a wide band.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from math import exp, sin

WIDTH, HEIGHT = 800, 450
DEFAULT = "firs"
"""Drawn when a motif is unknown."""

_MASK = 2**64 - 1
_Ridge = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class _Palette:
    """Five tones from the sky to the nearest firs."""

    night: bool
    sky: str
    far: str
    middle: str
    front: str
    ink: str


@dataclass(frozen=True, slots=True)
class _Figure:
    """What tells the theme; data/covers.toml says what each field means."""

    half: int
    palettes: list[str]
    art: str
    afloat: bool = False
    wintry: bool = False


_BOOK = tomllib.loads(files("elka.data").joinpath("covers.toml").read_text(encoding="utf-8"))
_PALETTES = {
    name: _Palette(kind == "nights", *tones) for kind in ("palettes", "nights") for name, tones in _BOOK[kind].items()
}
_FIGURES = {name: _Figure(**fields) for name, fields in _BOOK["motifs"].items()}
MOTIFS: tuple[str, ...] = tuple(_FIGURES)
"""All figures there are; see the column ``motif`` of data/directions.csv."""


class _Dice:
    """Throws that depend on the seed alone (splitmix64), whatever ``random`` does in other versions."""

    def __init__(self, seed: str) -> None:
        self.state = int.from_bytes(sha256(seed.encode()).digest()[:8], "big")

    def between(self, low: float, high: float) -> float:
        """Return a number from low to high."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return low + (high - low) * (mixed ^ (mixed >> 31)) / _MASK

    def one_of(self, things: Sequence[str]) -> str:
        """Return one of the things."""
        return things[min(int(self.between(0, len(things))), len(things) - 1)]

    def chance(self, share: float) -> bool:
        """Return true in this share of throws."""
        return self.between(0, 1) < share


def draw(seed: int, motif: str) -> str:
    """Return the SVG of a cover, under 8 KB."""
    if motif not in _FIGURES:
        motif = DEFAULT
    figure = _FIGURES[motif]
    dice = _Dice(f"{motif}/{seed}")
    tones = _PALETTES[dice.one_of([*figure.palettes * 3, *_PALETTES])]
    x = dice.between(370, 430)
    ground = 372 if figure.afloat else dice.between(362, 378)

    far = _hill(dice, dice.between(150, 185), 20)
    middle = _hill(dice, dice.between(222, 250), 18)
    front = _hill(dice, 322, 17, flat=(x, figure.half, ground - 46))
    keep = (x - figure.half - 26, x + figure.half + 26)

    parts = [
        f'<path fill="{tones.sky}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>',
        *_sky(dice, tones, wintry=figure.wintry),
    ]
    if dice.chance(0.5):
        haze = _hill(dice, 132, 26)
        parts.append(_land(haze, _mixed(tones.sky, tones.far, 0.5)))
    parts += [
        _land(far, tones.far),
        _wood(dice, tones.middle, far, (26, 42), count=9, sink=6, clear=(x - figure.half, x + figure.half)),
        _land(middle, tones.middle),
        _wood(dice, tones.front, middle, (56, 88), count=11, sink=26, clear=keep),
    ]
    art = _standing(figure, tones, x, ground)
    if figure.afloat:
        parts += [_water(dice, tones), art, *_banks(dice, tones)]
    else:
        parts += [
            _land(front, tones.front, step=82),
            _wood(dice, tones.ink, front, (98, 150), count=8, sink=62, clear=keep),
            art,
        ]
    if not tones.night and dice.chance(0.75 if figure.wintry else 0.1):
        parts.append(_flakes(dice, 30, 2.2, 0.85, HEIGHT))
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="xMidYMid slice">{body}</svg>'
    )


def _hill(dice: _Dice, height: float, swing: float, flat: tuple[float, float, float] | None = None) -> _Ridge:
    """Return the line of a hill; around ``flat`` (x, half a width, y) it is level, for a figure to stand on."""
    long, short = dice.between(105, 160), dice.between(48, 66)
    first, second = dice.between(0, 6.28), dice.between(0, 6.28)

    def line(x: float) -> float:
        y = height + swing * sin(x / long + first) + swing / 3 * sin(x / short + second)
        if flat is None:
            return y
        middle, half, level = flat
        return y + (level - y) * exp(-(((x - middle) / (half * 1.5)) ** 4))

    return line


def _land(line: _Ridge, fill: str, step: int = 164) -> str:
    """Fill all that lies under a line: cubic curves with the line's own slopes."""
    third = step / 3
    points = []
    for place in range(-10, 811, step):
        y, slope = line(place), (line(place + 1) - line(place - 1)) / 2
        if place < 0:
            points.append(f"M{place} {y:.0f}C{place + third:.0f} {y + slope * third:.0f} ")
        else:
            points.append(f"{place - third:.0f} {y - slope * third:.0f} {place} {y:.0f}S")
    return f'<path fill="{fill}" d="{"".join(points)[:-1]}V460H-10z"/>'


def _fir(x: float, y: float, height: float) -> str:
    """Outline a fir of three stacked triangles with its foot at x, y."""
    wide, tier, in_ = height * 0.31, height * 0.29, height * 0.11
    low, mid, top = round(wide), round(wide * 0.78), round(wide * 0.55)
    notch, step = round(in_), round(tier)
    tip = round(height) - 2 * step
    return (
        f"M{x:.0f} {y - height:.0f}l{top} {tip}h{notch - top}l{mid - notch} {step}h{notch - mid}l{low - notch} {step}"
        f"h{-2 * low}l{low - notch} {-step}h{notch - mid}l{mid - notch} {-step}h{notch - top}z"
    )


def _wood(
    dice: _Dice,
    fill: str,
    line: _Ridge,
    heights: tuple[float, float],
    *,
    count: int,
    sink: float,
    clear: tuple[float, float],
) -> str:
    """Scatter firs along a line in groups, the lower the larger, none in the clear."""
    small, large = heights
    taken: list[float] = []
    firs: list[tuple[float, float, float]] = []
    heart = dice.between(0, WIDTH)
    for _ in range(count * 4):
        if len(firs) == count:
            break
        if dice.chance(0.3):
            heart = dice.between(0, WIDTH)
        x = heart + dice.between(-1, 1) * large * 1.5
        depth = dice.between(0, 1)
        height = small + (large - small) * (0.65 * depth + dice.between(0, 0.35))
        wide = height * 0.31
        if not -wide < x < WIDTH + wide or clear[0] - wide < x < clear[1] + wide:
            continue
        if any(abs(x - other) < wide * 1.15 for other in taken):
            continue
        taken.append(x)
        firs.append((line(x) + 6 + sink * depth, x, height))
    return f'<path fill="{fill}" d="{"".join(_fir(x, y, height) for y, x, height in sorted(firs))}"/>'


def _sky(dice: _Dice, tones: _Palette, *, wintry: bool) -> list[str]:
    """Draw what is above the hills."""
    x, y, size = dice.between(190, 610), dice.between(92, 150), dice.between(26, 44)
    if tones.night:
        parts = [_flakes(dice, 26, 1.5, 0.7, 190)]
        if dice.chance(0.8):
            parts += _aurora(dice)
        if dice.chance(0.6):
            parts.append(f'<path fill="#fdf6dc" d="M{x:.0f} {y - 32:.0f}a24 24 0 1 0 22 36a20 20 0 0 1 -22 -36z"/>')
        return parts
    disc = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}" fill="#fff" opacity=".8"/>'
    halo = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size * 1.75:.0f}" fill="#fff" opacity=".3"/>'
    kind = dice.one_of(["sun", "sun", "haloed", "bands", "bands", "clouds", "clouds"])
    parts = []
    if kind == "bands":
        parts += _bands(dice)
        if dice.chance(0.6):
            parts.append(disc)
    elif kind == "clouds":
        parts += [disc] * dice.chance(0.5) + [_cloud(dice, left) for left in (60, 330, 570)]
    else:
        parts += [halo, disc] if kind == "haloed" else [disc]
    if not wintry and dice.chance(0.45):
        parts.append(_birds(dice, tones))
    return parts


def _ribbon(line: _Ridge, thick: float, swell: float, phase: float, paint: str) -> str:
    """Draw a band along a line, of half a width ``thick`` ± ``swell``."""
    places = range(-10, 811, 164)
    halves = [thick + swell * sin(place / 130 + phase) for place in places]
    top = [(place, line(place) - half) for place, half in zip(places, halves, strict=True)]
    low = [(place, line(place) + half) for place, half in zip(places, halves, strict=True)]
    return f'<path {paint} d="M{_curve(top)}L{_curve(low[::-1])}z"/>'


def _curve(points: list[tuple[int, float]]) -> str:
    """Join points level at each: a stop, then cubic curves."""
    half = (points[1][0] - points[0][0]) / 2
    stops = [f"{x - half:.0f} {y:.0f} {x} {y:.0f}" for x, y in points[1:]]
    x, y = points[0]
    return f"{x} {y:.0f}C{x + half:.0f} {y:.0f} " + "S".join(stops)


def _bands(dice: _Dice) -> list[str]:
    """Draw two or three soft stripes over the sky."""
    paint = 'fill="#fff" opacity=".38"'
    heights = (70, 112, 150)[: 2 + dice.chance(0.5)]
    return [_ribbon(_hill(dice, y, 13), dice.between(6, 13), 2, y, paint) for y in heights]


def _aurora(dice: _Dice) -> list[str]:
    """Draw northern lights: ribbons that swell and thin."""
    start = dice.between(0, 6.28)
    return [
        _ribbon(_hill(dice, y, 22), 13, 9, start + y / 60, f'fill="{fill}" opacity="{opacity}"')
        for y, fill, opacity in ((66, "#7df0c4", 0.2), (88, "#7df0c4", 0.34), (112, "#a8c9ff", 0.22))
    ]


def _cloud(dice: _Dice, left: float) -> str:
    """Draw a flat cloud of three pills."""
    x, y = left + dice.between(-40, 60), dice.between(64, 128)
    wide = dice.between(70, 120)
    return (
        f'<path stroke="#fff" stroke-width="18" stroke-linecap="round" opacity=".72" '
        f'd="M{x:.0f} {y:.0f}h{wide:.0f}M{x + wide * 0.28:.0f} {y - 14:.0f}h{wide * 0.4:.0f}"/>'
    )


def _birds(dice: _Dice, tones: _Palette) -> str:
    """Draw three birds far away."""
    x, y = dice.between(150, 600), dice.between(70, 110)
    path = "".join(f"M{x + dx:.0f} {y + dy:.0f}q5 -7 10 0q5 -7 10 0" for dx, dy in ((0, 0), (30, -14), (44, 8)))
    return f'<path fill="none" stroke="{tones.front}" stroke-width="2.4" stroke-linecap="round" d="{path}"/>'


def _flakes(dice: _Dice, count: int, size: float, opacity: float, depth: float) -> str:
    """Draw snow or stars."""
    dots = "".join(f"M{dice.between(0, WIDTH):.0f} {dice.between(8, depth):.0f}h0" for _ in range(count))
    return f'<path stroke="#fff" stroke-width="{size * 2:.1f}" stroke-linecap="round" opacity="{opacity}" d="{dots}"/>'


def _water(dice: _Dice, tones: _Palette) -> str:
    """Draw a wide river with a few glints."""
    glints = "".join(
        f"M{dice.between(40, 700):.0f} {y + dice.between(-4, 4):.0f}h{dice.between(30, 90):.0f}"
        for y in range(318, 446, 13)
    )
    fill = _mixed(tones.front, tones.middle, 0.25)
    return (
        f'<path fill="{fill}" d="M0 300h{WIDTH}v150H0z"/>'
        f'<path stroke="#fff" stroke-width="3" stroke-linecap="round" opacity=".28" d="{glints}"/>'
    )


def _banks(dice: _Dice, tones: _Palette) -> list[str]:
    """Draw the near shore in the lower corners, with firs."""
    fill = _mixed(tones.front, tones.ink, 0.55)
    left, right = dice.between(120, 190), WIDTH - dice.between(120, 190)

    tall = (96.0, 140.0)
    shore = (
        f'<path fill="{fill}" d="M-10 366C60 352 {left:.0f} 392 {left + 90:.0f} 460H-10zM810 366'
        f'C740 352 {right:.0f} 392 {right - 90:.0f} 460H810z"/>'
    )
    return [
        shore,
        _wood(dice, tones.ink, lambda _: 372, tall, count=5, sink=40, clear=(left - 10, right + 10)),
    ]


def _standing(figure: _Figure, tones: _Palette, x: float, y: float) -> str:
    """Put a figure in its place."""
    line = 'fill="none" stroke="#fff" stroke-linecap="round" stroke-linejoin="round" stroke-width'
    shade = _mixed("#ffffff", tones.middle, 0.34)
    art = figure.art.replace("\n", "").format(s=shade, k=tones.ink, m=tones.front, g="#ffd27a", line=line)
    return f'<g transform="translate({x:.0f} {y:.0f})" fill="#fff">{art}</g>'


def _mixed(one: str, other: str, share: float) -> str:
    """Return a colour between two, ``share`` of the other."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
