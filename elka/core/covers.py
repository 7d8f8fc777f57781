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
    peaks: bool = False
    one_way: bool = False


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
    tones = _PALETTES[dice.one_of(figure.palettes)]
    x = dice.between(372, 428)
    from_left = dice.chance(0.4)

    ground = 356 if figure.afloat else dice.between(348, 361)
    far = _hill(dice, dice.between(148, 178), 20)
    middle = _hill(dice, dice.between(214, 240), 18)
    clear = (x - figure.half - 26, x + figure.half + 26)

    parts = [
        f'<path fill="{tones.sky}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>',
        *_sky(dice, tones, from_left=from_left, wintry=figure.wintry),
        _distance(dice, tones, peaks=figure.peaks),
        _land(far, tones.far),
        _wood(dice, tones.middle, far, (24, 48), count=10, sink=6, clear=(x - figure.half, x + figure.half)),
        _land(middle, tones.middle),
        _wood(dice, tones.front, middle, (54, 96), count=10, sink=26, clear=clear),
    ]
    art = _standing(figure, tones, x, ground, mirrored=not from_left and not figure.one_way)
    if figure.afloat:
        parts += [_water(dice, tones), art, *_banks(dice, tones)]
    else:
        front = _hill(dice, 310, 17, level=(x, figure.half, ground - 46))
        parts += [
            _land(front, tones.front, step=82),
            _wood(dice, tones.ink, front, (94, 178), count=8, sink=64, clear=clear),
            art,
        ]
    if not tones.night and dice.chance(0.7 if figure.wintry else 0.08):
        parts += [_specks(dice, 34, 1.7, 0.8, HEIGHT), _specks(dice, 16, 3, 0.8, HEIGHT)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="xMidYMid slice">{"".join(parts)}</svg>'
    )


def _hill(dice: _Dice, height: float, swing: float, level: tuple[float, float, float] | None = None) -> _Ridge:
    """Return the line of a hill; around ``level`` (x, half a width, y) it is even, for a figure to stand on."""
    long, short = dice.between(105, 160), dice.between(48, 66)
    first, second = dice.between(0, 6.28), dice.between(0, 6.28)

    def line(x: float) -> float:
        y = height + swing * sin(x / long + first) + swing / 3 * sin(x / short + second)
        if level is None:
            return y
        middle, half, even = level
        return y + (even - y) * exp(-(((x - middle) / (half * 1.5)) ** 4))

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
    for _ in range(count * 6):
        if len(firs) == count:
            break
        if dice.chance(0.3):
            heart = dice.between(0, WIDTH)
        x = heart + dice.between(-1, 1) * large * 1.5
        depth = dice.between(0, 1)
        aside = min(abs(x - WIDTH / 2) / WIDTH * 2, 1)  # tall firs frame the picture
        height = small + (large - small) * (0.45 * depth + 0.25 * aside + dice.between(0, 0.3))
        wide = height * 0.31
        if not -wide < x < WIDTH + wide or clear[0] - wide < x < clear[1] + wide:
            continue
        if any(abs(x - other) < wide * 1.15 for other in taken):
            continue
        taken.append(x)
        firs.append((line(x) + 6 + sink * depth, x, height))
    return f'<path fill="{fill}" d="{"".join(_fir(x, y, height) for y, x, height in sorted(firs))}"/>'


def _sky(dice: _Dice, tones: _Palette, *, from_left: bool, wintry: bool) -> list[str]:
    """Draw what is above the hills; the light is on one side."""
    x = dice.between(150, 290) if from_left else dice.between(510, 650)
    if tones.night:
        moon = f'<path fill="#fdf3d0" d="M{x:.0f} {dice.between(58, 76):.0f}a24 24 0 1 0 22 36a20 20 0 0 1 -22 -36z"/>'
        stars = [_specks(dice, 30, 1.2, 0.6, 180), _specks(dice, 9, 2, 0.8, 150)]
        return [*stars, *_aurora(dice)] if dice.chance(0.65) else [*stars, moon]
    y, size = dice.between(96, 146), dice.between(27, 44)
    sun = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}" fill="#fff" opacity=".85"/>'
    halo = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size * 1.75:.0f}" fill="#fff" opacity=".32"/>'
    kind = dice.one_of(["clear", "haloed", "bands", "bands", "clouds"])
    if kind == "bands":
        return [*_bands(dice), *[sun] * dice.chance(0.6)]
    if kind == "clouds":
        return [*[sun] * dice.chance(0.6), *(_cloud(dice, left) for left in (60, 330, 570))]
    birds = [] if wintry else [_birds(dice, tones, 560 if from_left else 190)]
    return [halo, sun, *birds] if kind == "haloed" else [sun, *birds]


def _distance(dice: _Dice, tones: _Palette, *, peaks: bool) -> str:
    """Draw what is behind the hills: often nothing, a pale hill, or the snowy peaks of the Urals."""
    if not peaks or dice.chance(0.4):
        return _land(_hill(dice, 134, 24), _mixed(tones.sky, tones.far, 0.55)) if dice.chance(0.55) else ""
    rocks, snows = [], []
    x = dice.between(-60, 20)
    while x < WIDTH + 60:
        y = dice.between(86, 142)
        high = 230 - y
        wide = high * dice.between(0.9, 1.25)
        cap = high * 0.3
        slope = wide / high * cap
        rocks.append(f"M{x:.0f} {y:.0f}l{wide:.0f} {high:.0f}h{-2 * wide:.0f}z")
        snows.append(
            f"M{x:.0f} {y:.0f}l{slope:.0f} {cap:.0f}l{-slope * 0.55:.0f} {-cap * 0.3:.0f}l{-slope * 0.4:.0f} {cap * 0.45:.0f}"
            f"l{-slope * 0.45:.0f} {-cap * 0.45:.0f}l{-slope * 0.6:.0f} {cap * 0.3:.0f}z"
        )
        x += dice.between(95, 190)
    shine = 0.35 if tones.night else 0.8
    fill = _mixed(tones.sky, tones.far, 0.8)
    return f'<path fill="{fill}" d="{"".join(rocks)}"/><path fill="#fff" opacity="{shine}" d="{"".join(snows)}"/>'


def _ribbon(line: _Ridge, above: _Ridge, below: _Ridge, paint: str) -> str:
    """Draw a band along a line."""
    places = range(-10, 811, 164)
    top = [(place, line(place) - above(place)) for place in places]
    low = [(place, line(place) + below(place)) for place in places]
    return f'<path {paint} d="M{_curve(top)}L{_curve(low[::-1])}z"/>'


def _curve(points: list[tuple[int, float]]) -> str:
    """Join points level at each: a stop, then cubic curves."""
    half = (points[1][0] - points[0][0]) / 2
    stops = [f"{x - half:.0f} {y:.0f} {x} {y:.0f}" for x, y in points[1:]]
    x, y = points[0]
    return f"{x} {y:.0f}C{x + half:.0f} {y:.0f} " + "S".join(stops)


def _bands(dice: _Dice) -> list[str]:
    """Draw two or three soft stripes over the sky."""
    parts = []
    for y in (70, 112, 150)[: 2 + dice.chance(0.5)]:
        half = dice.between(6, 13)

        def thick(x: float, half: float = half) -> float:
            return half + 2 * sin(x / 90)

        parts.append(_ribbon(_hill(dice, y, 13), thick, thick, 'fill="#fff" opacity=".4"'))
    return parts


def _aurora(dice: _Dice) -> list[str]:
    """Draw northern lights: two curtains, bright at the hem, fading upwards."""
    parts = []
    for y, colours in ((112, ("#6f8cf0", "#58c9c9", "#6ff0b8")), (72, ("#8a6fe0", "#58b9d9", "#6ff0d0"))):
        hem, phase = _hill(dice, y, 19), dice.between(0, 6.28)
        for high, colour, opacity in zip((56, 32, 11), colours, (0.16, 0.24, 0.5), strict=True):

            def above(x: float, high: float = high, phase: float = phase) -> float:
                return high * (0.62 + 0.38 * sin(x / 120 + phase))

            parts.append(_ribbon(hem, above, lambda _: 0, f'fill="{colour}" opacity="{opacity}"'))
    return parts


def _cloud(dice: _Dice, left: float) -> str:
    """Draw a flat cloud of three pills."""
    x, y = left + dice.between(-40, 60), dice.between(64, 128)
    wide = dice.between(70, 120)
    return (
        f'<path stroke="#fff" stroke-width="18" stroke-linecap="round" opacity=".72" '
        f'd="M{x:.0f} {y:.0f}h{wide:.0f}M{x + wide * 0.28:.0f} {y - 14:.0f}h{wide * 0.4:.0f}"/>'
    )


def _birds(dice: _Dice, tones: _Palette, left: float) -> str:
    """Draw three birds far away."""
    x, y = left + dice.between(-40, 40), dice.between(74, 106)
    path = "".join(f"M{x + dx:.0f} {y + dy:.0f}q5 -7 10 0q5 -7 10 0" for dx, dy in ((0, 0), (30, -14), (44, 8)))
    return f'<path fill="none" stroke="{tones.middle}" stroke-width="2.6" stroke-linecap="round" d="{path}"/>'


def _specks(dice: _Dice, count: int, size: float, opacity: float, depth: float) -> str:
    """Draw snow or stars."""
    dots = "".join(f"M{dice.between(0, WIDTH):.0f} {dice.between(8, depth):.0f}h0" for _ in range(count))
    return f'<path stroke="#fff" stroke-width="{size * 2:.1f}" stroke-linecap="round" opacity="{opacity}" d="{dots}"/>'


def _water(dice: _Dice, tones: _Palette) -> str:
    """Draw a wide river with a few glints."""
    glints = "".join(
        f"M{dice.between(40, 700):.0f} {y + dice.between(-4, 4):.0f}h{dice.between(30, 90):.0f}"
        for y in range(304, 446, 14)
    )
    fill = _mixed(tones.front, tones.middle, 0.25)
    return (
        f'<path fill="{fill}" d="M0 288h{WIDTH}v162H0z"/>'
        f'<path stroke="#fff" stroke-width="3" stroke-linecap="round" opacity=".28" d="{glints}"/>'
    )


def _banks(dice: _Dice, tones: _Palette) -> list[str]:
    """Draw the near shore in the lower corners, with firs."""
    fill = _mixed(tones.front, tones.ink, 0.55)
    left, right = dice.between(120, 190), WIDTH - dice.between(120, 190)
    shore = (
        f'<path fill="{fill}" d="M-10 340C60 330 {left:.0f} 376 {left + 90:.0f} 460H-10zM810 340'
        f'C740 330 {right:.0f} 376 {right - 90:.0f} 460H810z"/>'
    )

    def slope(x: float) -> float:
        return 350 + 0.3 * max(min(x, WIDTH - x), 0)

    return [shore, _wood(dice, tones.ink, slope, (92, 150), count=5, sink=26, clear=(96, WIDTH - 96))]


def _standing(figure: _Figure, tones: _Palette, x: float, y: float, *, mirrored: bool) -> str:
    """Put a figure in its place, its shaded side away from the light."""
    line = 'fill="none" stroke="#fff" stroke-linecap="round" stroke-linejoin="round" stroke-width'
    shade = _mixed("#ffffff", tones.middle, 0.34)
    art = figure.art.replace("\n", "").format(s=shade, k=tones.ink, m=tones.front, g="#ffd27a", line=line)
    turn = " scale(-1 1)" if mirrored else ""
    return f'<g transform="translate({x:.0f} {y:.0f}){turn}" fill="#fff">{art}</g>'


def _mixed(one: str, other: str, share: float) -> str:
    """Return a colour between two, ``share`` of the other."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
