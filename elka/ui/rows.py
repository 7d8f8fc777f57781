"""Small rows that states fill and parts draw. Pure Python: a state may keep them in public vars."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True)
class Phase:
    """One stage on the PhaseTimeline. ``when`` is past, now or future; ``done`` is 0…100 within the current stage."""

    name: str
    note: str = ""
    when: str = "future"
    done: int = 0
    weight: int = 10


@dataclass(frozen=True)
class Step:
    """One step of a Stepper. ``when`` is done, now or next; ``note`` says what is missing."""

    name: str
    when: str = "next"
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Option:
    """One choice of a select or a group. ``note`` is shown in groups only."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class FileRow:
    """One file of a file_list. ``note``: its size; ``removed``: it can still be put back; ``changeable``: at all now."""

    id: int
    name: str
    note: str
    href: str
    removed: bool = False
    changeable: bool = True


@dataclass(frozen=True)
class Tab:
    """One tab: its value (or address), its name, and how many things are behind it ("" for none)."""

    value: str
    label: str
    count: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a DataTable. ``key`` is what ``on_sort`` receives; ``end`` aligns figures to the right."""

    key: str
    label: str
    end: bool = False
    sortable: bool = False


@dataclass(frozen=True)
class BudgetLine:
    """One work of a budget: what, a note («24 шт.»), the sum as text."""

    name: str
    amount: str
    note: str = ""


@dataclass(frozen=True)
class Source:
    """One source of money: who, the sum as text, the weight of the sum on the bar (roubles will do)."""

    name: str
    amount: str
    weight: int


@dataclass(frozen=True)
class FrameRow:
    """One round of a film: the project that was taken, all figures as text.

    ``got``: by how many votes, or at what price for each supporter; ``spent`` and ``left``: after this round ("" where
    there is no budget); ``part``: its cost in percent of the budget; ``completed``: taken when the rest was given away.
    """

    id: str
    title: str
    cost: str
    got: str
    spent: str
    left: str
    part: float
    completed: bool = False


@dataclass(frozen=True)
class SpreadRow:
    """One bar of spread_bars: what a place gets (``money``, its ``share``), what would be ``fair`` ("" unknown).

    ``percent`` and ``fair_percent`` are lengths 0…100 on one scale for all bars; ``note``: «3 из 7» projects won.
    """

    name: str
    money: str
    share: str
    percent: int
    fair: str = ""
    fair_percent: int = 0
    note: str = ""


@dataclass(frozen=True)
class MapPoint:
    """One point of the map teaser, in the coordinates of ``core.geo.project``; ``radius`` in the same units.

    ``faint``: it stands outside of what was chosen.
    """

    x: float
    y: float
    radius: float
    title: str
    href: str = ""
    faint: bool = False


def spark(values: Sequence[float], width: int = 64, height: int = 28) -> str:
    """Turn a series into an SVG path for StatTile's sparkline. Fewer than two values give no line."""
    if len(values) < 2:  # noqa: PLR2004 - a line needs two ends
        return ""
    low, high = min(values), max(values)
    span = high - low or 1
    step = width / (len(values) - 1)
    marks = [
        f"{index * step:.1f} {height - 2 - (value - low) / span * (height - 4):.1f}"
        for index, value in enumerate(values)
    ]
    return "M" + "L".join(marks)


def page_window(page: int, pages: int, around: int = 1) -> list[int]:
    """Choose page numbers for a Pagination: first, last, those around the current one; 0 stands for a gap."""
    kept = sorted({1, pages, *range(page - around, page + around + 1)} & set(range(1, pages + 1)))
    out: list[int] = []
    for number in kept:
        if out and number - out[-1] == 2:  # noqa: PLR2004 - a gap of one page is that page
            out.append(number - 1)
        elif out and number - out[-1] > 1:
            out.append(0)
        out.append(number)
    return out


def person_tone(key: str) -> int:
    """Choose one of eight avatar colours for a person by id or name, the same every time."""
    return crc32(key.encode()) % 8
