"""The figures on covers (``covers.py``) and the colours each brings along: what a project is about, in one glance.

A figure stands on the point 0 0, about 220 wide and 150 high, and is drawn over hills of its palette.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple


class Palette(NamedTuple):
    """Colours from the sky to the foreground; ``glow`` is the warm light of lamps and fires."""

    sky: str
    band: str
    sun: str
    hills: tuple[str, str, str, str]
    firs: tuple[str, str, str]
    figure: str = "#fff"
    shade: str = "#dfe9ee"
    glow: str = "#ffd98a"


_VIOLET = Palette(
    "#f5e7f5", "#ecd8ec", "#fffafd", ("#e2c6e0", "#c79cc4", "#a274a5", "#755488"), ("#b486b3", "#7c5a8d", "#4b4470"),
    shade="#e5cfe6",
)  # fmt: skip
_TEAL = Palette(
    "#e1f3f4", "#d0ebee", "#fff", ("#bfe1e6", "#8fc9d1", "#57a5b1", "#2c8394"), ("#83c2cb", "#3f8f9e", "#135c69"),
    shade="#c8e6ea",
)  # fmt: skip
_AMBER = Palette(
    "#fdf0dc", "#f9e3c0", "#fffdf6", ("#f5d9a9", "#e8bd78", "#cc9648", "#9c7130"), ("#dcb06a", "#93793c", "#57552f"),
    shade="#f3dfba",
)  # fmt: skip
_GREEN = Palette(
    "#e0f1e8", "#cfe8db", "#fbfffd", ("#c0e1d0", "#93cbb0", "#57a784", "#2a8563"), ("#86c3a7", "#3c9170", "#0f5f47"),
    shade="#cbe7d9",
)  # fmt: skip
_BLUE = Palette(
    "#e3ebfa", "#d3dff6", "#fff", ("#bfd0f0", "#93abe2", "#6380c6", "#4560a6"), ("#8aa3dc", "#4f6bb4", "#27397c"),
    shade="#cfdbf4",
)  # fmt: skip
_ROSE = Palette(
    "#fdebe7", "#f9dbd4", "#fffaf8", ("#f4c9bf", "#e3a296", "#c4796f", "#96555a"), ("#d89387", "#9b5a60", "#5f3548"),
    shade="#f5d5cd",
)  # fmt: skip
NIGHT = Palette(
    "#24335f", "#2f6d72", "#f4f1dc", ("#34487b", "#2f4271", "#283a63", "#1d2c4f"), ("#3d5285", "#22345d", "#121f3c"),
    figure="#eef3ff", shade="#aebce0",
)  # fmt: skip


Figure = Callable[[Random, Palette], str]


def _stroke(palette: Palette, path: str, width: float = 6, colour: str = "") -> str:
    return (
        f'<path fill="none" stroke="{colour or palette.figure}" stroke-width="{width:g}" stroke-linecap="round" '
        f'stroke-linejoin="round" d="{path}"/>'
    )


def _solid(colour: str, path: str, more: str = "") -> str:
    return f'<path fill="{colour}" d="{path}"{more}/>'


def _disc(colour: str, x: float, y: float, radius: float, more: str = "") -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"{more}/>'


def _halo(palette: Palette, x: float, y: float, radius: float) -> str:
    return _disc(palette.glow, x, y, radius, ' opacity=".22"') + _disc(
        palette.glow, x, y, radius * 0.6, ' opacity=".3"'
    )


def _ski(_: Random, p: Palette) -> str:
    tracks = _stroke(p, "M-250 62C-130-2-20-12 160 4", 7) + _stroke(p, "M-226 70C-112 12-6 4 178 18", 7)
    skier = _disc(p.figure, 18, -84, 10) + _stroke(p, "M12-70L-6-40l22 14-4 28M10-64l26 14M-6-40l-30 22", 9)
    return tracks + skier + _stroke(p, "M36-50L52-2M-34 2h88", 4)


def _firs_only(chance: Random, p: Palette) -> str:
    big = "".join(
        f'<use href="#f" transform="translate({x} 6)scale({size})"/>' for x, size in ((-58, 1.5), (54, 1.9), (0, 2.7))
    )
    flakes = "".join(f"M{chance.randrange(-150, 150)} {chance.randrange(-210, -20)}h.1" for _ in range(14))
    return f'<g fill="{p.figure}">{big}</g>' + _stroke(p, flakes, 6)


def _flame(_: Random, p: Palette) -> str:
    star = "M0-44l13 27 30 4-22 21 5 30-26-14-26 14 5-30-22-21 30-4z"
    fire = _solid(
        "#ff9d57", "M0-140c34 38 40 62 28 84-8 15-48 15-56 0-12-22 0-38 12-50 0 16 6 22 12 24 8-20 10-34 4-58z"
    )
    return _halo(p, 0, -84, 92) + _solid(p.shade, "M-96 20h192l-16-22H-80z") + _solid(p.figure, star) + fire


def _candle(_: Random, p: Palette) -> str:
    def one(x: int, height: int) -> str:
        body = f'<rect x="{x - 13}" y="{-height}" width="26" height="{height + 10}" rx="5" fill="{p.figure}"/>'
        fire = _solid("#ffb35c", f"M{x}-{height + 42}c16 20 16 34 0 36-16-2-16-16 0-36z")
        return _halo(p, x, -height - 22, 46) + body + fire

    return one(-50, 58) + one(50, 74) + one(0, 104)


def _hands(_: Random, p: Palette) -> str:
    def one(x: int, height: int, colour: str) -> str:
        return _disc(colour, x, -height - 20, 17) + _solid(
            colour, f"M{x - 22} 8V{-height + 30}q0-30 22-30t22 30V8q-22 10-44 0z"
        )

    arms = _stroke(p, "M-92-48q24 34 46 4q24 36 46 0q24 36 46 0q22 30 46-4", 9)
    return (
        arms
        + one(-92, 78, p.figure)
        + one(-46, 62, p.shade)
        + one(0, 84, p.figure)
        + one(46, 58, p.shade)
        + one(92, 76, p.figure)
    )


def _book(_: Random, p: Palette) -> str:
    left = _solid(p.figure, "M0-92C-34-116-84-116-118-100V0C-84-16-34-16 0 8z")
    right = _solid(p.shade, "M0-92C34-116 84-116 118-100V0C84-16 34-16 0 8z")
    lines = _stroke(p, "M-94-76q36-10 70 6M-94-50q36-10 70 6M-94-24q36-10 70 6", 5, p.hills[1])
    return left + right + lines + _stroke(p, "M94-76q-36-10-70 6M94-50q-36-10-70 6M94-24q-36-10-70 6", 5, p.figure)


def _tent(_: Random, p: Palette) -> str:
    body = _solid(p.figure, "M-120 10L0-118 120 10z") + _solid(p.shade, "M0-118L120 10H46z")
    return body + _solid(p.firs[2], "M0-60L28 10h-56z") + _stroke(p, "M0-118v-22l26 9-26 9", 5)


def _bridge(_: Random, p: Palette) -> str:
    river = _solid(p.shade, "M-700 52C-300 30 200 66 700 40v80H-700z", ' opacity=".55"')
    deck = _stroke(p, "M-180-6C-90-64 90-64 180-6", 12) + _stroke(p, "M-180-44C-90-104 90-104 180-44", 5)
    posts = "".join(
        f"M{x}-{44 + lift}v36" for x, lift in ((-180, 0), (-120, 28), (-60, 43), (0, 46), (60, 43), (120, 28), (180, 0))
    )
    return river + deck + _stroke(p, posts, 5) + _stroke(p, "M-110-36V30M110-36V30", 12)


def _stage(_: Random, p: Palette) -> str:
    shell = _solid(p.figure, "M-130 0V-70C-130-150 130-150 130-70V0z") + _solid(
        p.hills[3], "M-106 0V-66C-106-126 106-126 106-66V0z"
    )
    rays = _solid(p.glow, "M-60-108L-92 0h64zM60-108L92 0H28z", ' opacity=".4"')
    mic = _disc(p.figure, 0, -58, 9) + _stroke(p, "M0-50V-2M-16-2h32", 5)
    return shell + rays + mic + f'<rect x="-150" y="-2" width="300" height="18" rx="4" fill="{p.shade}"/>'


def _swing(_: Random, p: Palette) -> str:
    frame = _stroke(p, "M-118 8L-88-104-58 8M118 8L88-104 58 8M-98-104H98", 7)
    return (
        frame
        + _stroke(p, "M-34-104L-42-30M30-104L22-30", 4)
        + _stroke(p, "M-54-28h46M10-28h46", 9)
        + _stroke(p, "M4-104h.1", 4)
    )


def _heart(_: Random, p: Palette) -> str:
    heart = (
        "M0 0C-46-34-66-58-66-86c0-22 16-38 35-38 13 0 25 8 31 20 6-12 18-20 31-20 19 0 35 16 35 38 0 28-20 52-66 86z"
    )
    pulse = _stroke(p, "M-52-70h26l12-22 18 44 14-22h34", 7, p.hills[2])
    return f'<g transform="translate(0 -8)scale(1.12)">{_solid(p.figure, heart)}{pulse}</g>'


def _chum(_: Random, p: Palette) -> str:
    poles = _stroke(p, "M-14-150L92 6M14-150L-92 6M0-156V0", 5, p.firs[2])
    hide = _solid(p.figure, "M0-126L104 10q-104 16-208 0z") + _solid(p.shade, "M0-126L104 10q-34 6-60 8z")
    pattern = _stroke(
        p, "M-74-24l12-14 12 14 12-14 12 14 12-14 12 14 12-14 12 14 12-14 12 14 12-14 8 10", 4, p.hills[3]
    )
    smoke = _stroke(p, "M6-162c18-14-8-24 10-42", 5, p.shade)
    return smoke + poles + hide + pattern + _solid(p.firs[2], "M0-62l24 76h-48z")


def _boat(_: Random, p: Palette) -> str:
    water = _solid(p.hills[0], "M-700 12C-300 2 200 26 700 10V120H-700z", ' opacity=".75"')
    ripples = _stroke(p, "M-150 34h56M-40 44h110M112 34h60M-104 56h44", 4)
    sails = _solid(p.figure, "M-6-138V-22h-70z") + _solid(p.shade, "M6-120C52-92 62-52 60-22H6z")
    return (
        water
        + ripples
        + _stroke(p, "M0-146V2", 5)
        + sails
        + _solid(p.figure, "M-96-10H96C88 18 66 30 44 30h-92c-24 0-42-16-48-40z")
    )


def _screen(_: Random, p: Palette) -> str:
    beam = _solid(p.glow, "M-230 34L-104-124V-16z", ' opacity=".26"')
    board = f'<rect x="-112" y="-132" width="224" height="126" rx="10" fill="{p.figure}"/>'
    return beam + _stroke(p, "M-84-6V14M84-6V14", 8) + board + _solid(p.hills[2], "M-22-102L34-69-22-36z")


def _house(_: Random, p: Palette) -> str:
    smoke = _stroke(p, "M54-122c14-14-8-22 8-40", 6, p.shade)
    walls = _solid(p.figure, "M-84 10V-58h168V10z") + _solid(p.shade, "M-108-52L0-132 108-52z")
    chimney = _solid(p.figure, "M44-116h22v34H44z")
    return (
        smoke
        + chimney
        + walls
        + _solid(p.firs[2], "M-14 10v-46h32v46z")
        + "".join(f'<rect x="{x}" y="-36" width="26" height="26" rx="3" fill="{p.glow}"/>' for x in (-60, 40))
    )


def _path(_: Random, p: Palette) -> str:
    road = _solid(
        p.figure,
        "M-150 90C-60 30 90 34 44-6 20-28-30-30-14-62h14C6-36 66-30 92-6 136 38 40 50 30 90z",
        ' opacity=".92"',
    )
    return road + "".join(
        _stroke(p, f"M{x} {y}v-{height}", 4) + _disc(p.glow, x, y - height, 7)
        for x, y, height in ((-96, 40, 76), (112, 18, 62), (-44, -26, 42))
    )


def _ball(_: Random, p: Palette) -> str:
    net = "".join(f"M{x}-118v52" for x in range(-90, 91, 20)) + "".join(f"M-108-{y}h216" for y in (118, 101, 84, 66))
    ball = _disc(p.figure, -38, -158, 24) + _stroke(
        p, "M-62-160q24-6 46 10M-42-182q10 22-4 46M-38-158q14-6 22-18", 3.5, p.hills[2]
    )
    return _stroke(p, "M-110-130V10M110-130V10", 7) + _stroke(p, net, 2.5) + ball


def _lantern(_: Random, p: Palette) -> str:
    def lamp(x: int, height: int) -> str:
        light = _solid(p.glow, f"M{x - 14}-{height - 8}L{x - 74} 14h148L{x + 14}-{height - 8}z", ' opacity=".24"')
        head = _solid(p.figure, f"M{x - 20}-{height - 6}h40l-9-22h-22z") + _disc(p.glow, x, -height + 7, 10)
        return light + _stroke(p, f"M{x} 12V-{height - 4}", 6) + head

    return _halo(p, 0, -126, 52) + lamp(-112, 96) + lamp(112, 96) + lamp(0, 136)


def _water(_: Random, p: Palette) -> str:
    lake = _solid(p.hills[0], "M-700 6C-300-10 200 14 700-2V120H-700z", ' opacity=".8"')
    ripples = _stroke(p, "M-190 34q20-12 40 0t40 0M70 54q20-12 40 0t40 0M-70 72q20-12 40 0t40 0", 4)
    pier = _solid(p.figure, "M-60 84L-22-30h44L60 84z") + _stroke(p, "M-32-6h64M-40 20h80M-50 48h100", 4, p.hills[1])
    ring = f'<circle cx="0" cy="-82" r="26" fill="none" stroke="{p.figure}" stroke-width="13"/>'
    return (
        lake
        + ripples
        + pier
        + _stroke(p, "M0-58v32", 6)
        + ring
        + _stroke(p, "M-22-104l6 6M22-104l-6 6M-22-60l6-6M22-60l-6-6", 7, "#e2725b")
    )


def _drum(_: Random, p: Palette) -> str:
    rim = _disc(p.figure, 0, -68, 78) + _disc(p.shade, 0, -68, 64)
    rays = "".join(
        f"M0-68l{dx}{dy:+d}"
        for dx, dy in ((0, -44), (31, -31), (44, 0), (31, 31), (0, 44), (-31, 31), (-44, 0), (-31, -31))
    )
    return (
        rim
        + _stroke(p, rays, 4, p.hills[3])
        + _disc(p.hills[3], 0, -68, 13)
        + _stroke(p, "M58 6L104-56", 8)
        + _disc(p.figure, 108, -62, 15)
    )


def _alley(_: Random, p: Palette) -> str:
    def tree(x: int, y: int, size: float) -> str:
        crown = _disc(p.figure, 0, -84, 38) + _disc(p.shade, 12, -74, 24)
        return f'<g transform="translate({x} {y})scale({size})">{_stroke(p, "M0 0V-60", 8)}{crown}</g>'

    walk = _solid(p.shade, "M-70 84L-8-24H8L70 84z", ' opacity=".7"')
    return (
        walk
        + tree(-34, -16, 0.55)
        + tree(34, -16, 0.55)
        + tree(-70, 2, 0.8)
        + tree(70, 2, 0.8)
        + tree(-124, 30, 1.15)
        + tree(124, 30, 1.15)
    )


def _bench(_: Random, p: Palette) -> str:
    seat = _stroke(p, "M-92-30H72M-92-56H72M-92-76H72", 9) + _stroke(p, "M-72-28V10M52-28V10M-72-78v50M52-78v50", 6)
    lamp = _halo(p, 118, -140, 40) + _stroke(p, "M118 12V-128", 6) + _disc(p.glow, 118, -140, 14)
    return lamp + seat


FIGURES: dict[str, tuple[Figure, Palette]] = {
    "alley": (_alley, _GREEN),
    "ball": (_ball, _TEAL),
    "bench": (_bench, _ROSE),
    "boat": (_boat, _AMBER),
    "book": (_book, _BLUE),
    "bridge": (_bridge, _TEAL),
    "candle": (_candle, NIGHT),
    "chum": (_chum, _AMBER),
    "drum": (_drum, _ROSE),
    "firs": (_firs_only, _GREEN),
    "flame": (_flame, NIGHT),
    "hands": (_hands, _ROSE),
    "heart": (_heart, _ROSE),
    "house": (_house, _GREEN),
    "lantern": (_lantern, NIGHT),
    "path": (_path, _GREEN),
    "screen": (_screen, NIGHT),
    "ski": (_ski, _VIOLET),
    "stage": (_stage, _VIOLET),
    "swing": (_swing, _TEAL),
    "tent": (_tent, _AMBER),
    "water": (_water, _BLUE),
}
