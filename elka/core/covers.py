"""Northern covers drawn by code, for projects that have no photo yet: hills, firs, a figure of the project's subject.

Pure: the same seed and motif give the same picture, byte for byte. The colours belong to the motif, so that a direction
is known by its cover; the seed moves hills, trees, sun and the figure.
"""

from random import Random

from elka.core.figures import FIGURES, NIGHT, Palette

WIDTH, HEIGHT = 800, 450
MOTIFS = frozenset(FIGURES)
_MOSTLY_RIGHT = 0.6  # figures stand right of the middle more often than left of it
_EDGE = 20  # a tree may lean out of the picture by so much


def draw(seed: int, motif: str) -> str:
    """Draw a cover as SVG text, 800 × 450, under 8 KB. An unknown motif is drawn as plain taiga (``firs``)."""
    figure, palette = FIGURES.get(motif, FIGURES["firs"])
    chance = Random(f"{seed}:{motif}")  # noqa: S311 - a picture, not a secret
    lines = [_ridge(chance, base, swing) for base, swing in ((190, 34), (252, 30), (318, 24), (384, 14))]
    here = chance.uniform(0.56, 0.68) if chance.random() < _MOSTLY_RIGHT else chance.uniform(0.34, 0.44)
    spot = WIDTH * here
    ground = _height(lines[3], spot)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.sky}"/>',
        _sky(chance, palette, sun_left=here > 1 / 2),
        _hill(lines[0], palette.hills[0]),
        _firs(chance, lines[0], palette.firs[0], 9, (0.3, 0.55)),
        _hill(lines[1], palette.hills[1]),
        _firs(chance, lines[1], palette.firs[1], 9, (0.6, 1.0), away=spot, room=130),
        _hill(lines[2], palette.hills[2]),
        _firs(chance, lines[2], palette.firs[1], 6, (0.9, 1.35), away=spot, room=150),
        _firs(chance, lines[2], palette.firs[2], 7, (0.9, 1.6), away=spot, room=165),
        _hill(lines[3], palette.hills[3]),
        f'<g transform="translate({spot:.0f} {ground + 12:.0f})">{figure(chance, palette)}</g>',
        _firs(chance, lines[3], palette.firs[2], 4, (1.3, 2.1), away=spot, room=215, sink=30),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice">'
        f"<defs>{_FIR}</defs>{''.join(parts)}</svg>"
    )


# The scene

_FIR = '<path id="f" d="M0-62l13 23h-6l13 21h-8l16 24H5V14h-10V6h-23l16-24h-8l13-21h-6z"/>'
_STEP = 100
_Line = list[float]


def _ridge(chance: Random, base: float, swing: float) -> _Line:
    lift, previous = chance.uniform(-swing, swing), chance.uniform(-swing, swing)
    line = []
    for _ in range(WIDTH // _STEP + 1):
        lift, previous = 0.45 * lift + 0.25 * previous + chance.uniform(-0.6, 0.6) * swing, lift
        line.append(round(base + lift, 1))
    return line


def _hill(line: _Line, colour: str) -> str:
    """Join the heights of a ridge by smooth curves, each half a step of run-up to the next."""
    half = _STEP // 2
    curve = f"M0 {line[0]:g}C{half} {line[0]:g} {half} {line[1]:g} {_STEP} {line[1]:g}"
    for place, height in enumerate(line[2:], 2):
        curve += f"S{place * _STEP - half} {height:g} {place * _STEP} {height:g}"
    return f'<path fill="{colour}" d="{curve}V{HEIGHT}H0z"/>'


def _height(line: _Line, x: float) -> float:
    left = min(int(x // _STEP), len(line) - 2)
    t = x / _STEP - left
    smooth = t * t * (3 - 2 * t)
    return line[left] + (line[left + 1] - line[left]) * smooth


def _firs(
    chance: Random,
    line: _Line,
    colour: str,
    count: int,
    sizes: tuple[float, float],
    away: float = -1000,
    room: float = 0,
    sink: float = 8,
) -> str:
    """Plant firs along a ridge in clumps, keeping ``room`` around the figure clear."""
    groves = [chance.uniform(0, WIDTH) for _ in range(max(2, count // 3))]
    trees = []
    for _ in range(count):
        x = chance.choice(groves) + chance.gauss(0, 62)
        if not -_EDGE < x < WIDTH + _EDGE or abs(x - away) < room:
            x = chance.choice((chance.uniform(0, WIDTH * 0.2), chance.uniform(WIDTH * 0.8, WIDTH)))
            if abs(x - away) < room:
                continue
        size = chance.uniform(*sizes)
        y = _height(line, min(max(x, 0), WIDTH - 1)) + chance.uniform(0, sink) + 4
        trees.append((y, f'<use href="#f" transform="translate({x:.0f} {y:.0f})scale({size:.2f})"/>'))
    return f'<g fill="{colour}">{"".join(tree for _, tree in sorted(trees))}</g>'


def _sky(chance: Random, palette: Palette, *, sun_left: bool) -> str:
    x = WIDTH * (chance.uniform(0.16, 0.36) if sun_left else chance.uniform(0.64, 0.84))
    y, radius = chance.uniform(74, 118), chance.uniform(30, 44)
    if palette is NIGHT:
        stars = "".join(f"M{chance.randrange(20, WIDTH - 20)} {chance.randrange(14, 170)}h.1" for _ in range(26))
        return (
            f'<path fill="none" stroke="#3fbf9a" stroke-width="46" stroke-linecap="round" opacity=".2" '
            f'd="{_wave(chance, 86, 34)}"/>'
            f'<path fill="none" stroke="#7a8cff" stroke-width="30" stroke-linecap="round" opacity=".22" '
            f'd="{_wave(chance, 128, 30)}"/>'
            f'<path stroke="#fff" stroke-width="3" stroke-linecap="round" opacity=".75" d="{stars}"/>'
            f'<circle cx="{x:.0f}" cy="{y - 20:.0f}" r="{radius * 0.62:.0f}" fill="{palette.sun}"/>'
        )
    bands = "".join(
        f'<path fill="none" stroke="{palette.band}" stroke-width="{width}" d="{_wave(chance, level, 20)}"/>'
        for level, width in ((78, 20), (128, 28))
    )
    return f'{bands}<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{palette.sun}" opacity=".92"/>'


def _wave(chance: Random, level: float, swing: float) -> str:
    heights = [level + chance.uniform(-swing, swing) for _ in range(4)]
    return f"M-30 {heights[0]:.0f}C200 {heights[1]:.0f} 520 {heights[2]:.0f} 830 {heights[3]:.0f}"
