"""The stages of a contest on a line of days, and what is worth a second look about them. Pure.

Moments come as wall-clock moments of the region; the words are up to the states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from elka.core.lifecycle import Dated, Phase, PhaseKind, by_kind, judging
from elka.core.workdays import Workdays

DAY = timedelta(days=1)
_MARGIN = 2  # days of air at both ends of the line


class About(StrEnum):
    """What a remark is about."""

    GAP = "gap"  # nothing goes on between two stages
    DAY_OFF = "day_off"  # a stage opens or closes on a day off
    SHORT = "short"  # less working days than advised
    NO_CHECK = "no_check"  # no time between reception and judging
    NO_DECISION = "no_decision"  # no dates for publishing the results
    LATE = "late"  # from reception to results longer than the law gives
    BEGUN = "begun"  # reception is to open at once


@dataclass(frozen=True)
class Remark:
    """A piece of advice at a stage. ``count``: days of a gap, working days of a stage; ``least``: those advised."""

    kind: PhaseKind
    about: About
    end: str = ""  # opens or closes
    day: date | None = None
    why: str = ""
    count: int = 0
    least: int = 0


@dataclass(frozen=True)
class Bar:
    """A stretch of the line in percent of its length."""

    left: float
    width: float


@dataclass(frozen=True)
class Line:
    """The line of days: bars of stages, days off, firsts of months, today (None: not on the line)."""

    first: date
    days: int
    stages: dict[PhaseKind, Bar]
    off: tuple[Bar, ...]
    months: tuple[tuple[date, float], ...]
    today: float | None


def length(phase: Dated, calendar: Workdays) -> tuple[int, int]:
    """Return how many days and how many working days a stage touches; a closing at midnight touches no new day."""
    first = phase.opens_at.date()
    last = (phase.closes_at - timedelta(microseconds=1)).date()
    return (last - first).days + 1, calendar.count(first, last)


def line(phases: Iterable[Dated], now: datetime, calendar: Workdays) -> Line | None:
    """Lay the stages on a line of days; None when there are none."""
    dates = by_kind(phases)
    if not dates:
        return None
    first = min(phase.opens_at.date() for phase in dates.values()) - DAY * _MARGIN
    last = max(phase.closes_at.date() for phase in dates.values()) + DAY * _MARGIN
    days = (last - first).days + 1
    start = datetime.combine(first, datetime.min.time(), tzinfo=now.tzinfo)

    def at(moment: datetime) -> float:
        return round((moment - start) / DAY / days * 100, 3)

    each = [first + DAY * place for place in range(days)]
    months = [day for day in each if day.day == 1]
    return Line(
        first=first,
        days=days,
        stages={
            kind: Bar(at(phase.opens_at), round(at(phase.closes_at) - at(phase.opens_at), 3))
            for kind, phase in dates.items()
        },
        off=tuple(_stretches([bool(calendar.off(day)) for day in each])),
        months=tuple((day, round((day - first).days / days * 100, 3)) for day in months),
        today=at(now) if first <= now.date() <= last else None,
    )


def remarks(
    phases: Iterable[Dated],
    now: datetime,
    calendar: Workdays,
    least: Mapping[PhaseKind, int],
    *,
    decide_within: int | None = None,
) -> list[Remark]:
    """Return what is worth a second look, in the order of the stages. ``decide_within``: days, if a law sets them."""
    dates = by_kind(phases)
    found: list[Remark] = []
    before: Dated | None = None
    for kind, phase in dates.items():
        if before is not None:
            found += _between(before, phase, dates)
        found += [
            Remark(kind, About.DAY_OFF, end, moment.date(), calendar.off(moment.date()))
            for end, moment in (("opens", phase.opens_at), ("closes", phase.closes_at))
            if calendar.off(moment.date())
        ]
        _, working = length(phase, calendar)
        if phase.opens_at < phase.closes_at and working < least.get(kind, 0):
            found.append(Remark(kind, About.SHORT, count=working, least=least[kind]))
        before = phase
    return found + _whole(dates, now, decide_within)


def moved(phases: Iterable[Dated], by: timedelta, *, since: datetime | None = None) -> dict[PhaseKind, Phase]:
    """Return the stages moved by so much: all of them, or those that open at ``since`` or later."""
    return {
        phase.kind: Phase(phase.kind, phase.opens_at + by, phase.closes_at + by)
        for phase in phases
        if since is None or phase.opens_at >= since
    }


def swapped(phases: Iterable[Dated]) -> dict[PhaseKind, Phase]:
    """Return the vote and the commission in the other order: each as long as before, the time between them kept.

    Raises ValueError unless there are both.
    """
    both = judging(phases)
    if not both[1:]:
        raise ValueError("there is nothing to swap")
    first, second = both
    lasts = first.closes_at - first.opens_at
    middle = first.opens_at + (second.closes_at - second.opens_at)
    opens = max(middle, second.closes_at - lasts)
    return {
        second.kind: Phase(second.kind, first.opens_at, middle),
        first.kind: Phase(first.kind, opens, opens + lasts),
    }


def _between(before: Dated, phase: Dated, dates: Mapping[PhaseKind, Dated]) -> list[Remark]:
    unchecked = before.kind is PhaseKind.ACCEPTING and PhaseKind.ADMISSION not in dates
    gap = (phase.opens_at - before.closes_at) // DAY
    if unchecked and phase.kind is not PhaseKind.DECISION:
        # An admission without dates of its own lasts from reception to judging.
        return [Remark(phase.kind, About.NO_CHECK, count=gap)] if gap < 1 else []
    return [Remark(phase.kind, About.GAP, count=gap)] if gap >= 1 else []


def _whole(dates: Mapping[PhaseKind, Dated], now: datetime, decide_within: int | None) -> list[Remark]:
    found = []
    reception, decision = dates.get(PhaseKind.ACCEPTING), dates.get(PhaseKind.DECISION)
    if reception is not None and reception.opens_at <= now < reception.closes_at:
        found.append(Remark(PhaseKind.ACCEPTING, About.BEGUN))
    if decision is None and judging(dates.values()):
        found.append(Remark(PhaseKind.DECISION, About.NO_DECISION))
    if decision is not None and reception is not None and decide_within is not None:
        days = (decision.closes_at - reception.closes_at) // DAY
        if days > decide_within:
            found.append(Remark(PhaseKind.DECISION, About.LATE, count=days, least=decide_within))
    return found


def _stretches(off: list[bool]) -> list[Bar]:
    """Return the runs of days off."""
    runs: list[Bar] = []
    begun: int | None = None
    for place, is_off in enumerate([*off, False]):
        if is_off and begun is None:
            begun = place
        elif not is_off and begun is not None:
            runs.append(
                Bar(round(begun / len(off) * 100, 3), round((place - begun) / len(off) * 100, 3)),
            )
            begun = None
    return runs
