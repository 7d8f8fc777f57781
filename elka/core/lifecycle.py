"""The way of a contest: its stages, the table of moves, and what the clock says.

Pure: the moment is an argument. A stage with dates of its own is called a phase; each phase may be absent.

**The clock.** Reception opens at its minute and closes at its minute; the check of applications (admission) follows
the closing of reception even when it has no dates of its own; voting opens only between its own two moments; the
decision follows the closing of voting at once. A vote whose whole time went by before it could open never opens
by itself: a vote of zero length would be a lie, so the contest waits in admission for new dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class ContestStage(StrEnum):
    """Where a contest is on its way."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    ACCEPTING = "accepting"
    ADMISSION = "admission"
    VOTING = "voting"
    DECISION = "decision"
    AWARDED = "awarded"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PhaseKind(StrEnum):
    """A stage with dates of its own; each may be absent. Listed in their order."""

    ACCEPTING = "accepting"
    ADMISSION = "admission"
    VOTING = "voting"
    DECISION = "decision"


class Hold(StrEnum):
    """Why voting does not open by itself although its moment has come."""

    UNDECIDED = "undecided"
    NOTHING_ADMITTED = "nothing_admitted"
    MISSED = "missed"


_S = ContestStage
# Stages without dates of their own are skipped, so a move may go past them.
NEXT: dict[ContestStage, frozenset[ContestStage]] = {
    _S.DRAFT: frozenset({_S.ANNOUNCED, _S.CANCELLED}),
    _S.ANNOUNCED: frozenset({_S.ACCEPTING, _S.ADMISSION, _S.VOTING, _S.CANCELLED}),
    _S.ACCEPTING: frozenset({_S.ADMISSION, _S.VOTING, _S.DECISION, _S.CANCELLED}),
    _S.ADMISSION: frozenset({_S.VOTING, _S.DECISION, _S.CANCELLED}),
    _S.VOTING: frozenset({_S.DECISION, _S.CANCELLED}),
    _S.DECISION: frozenset({_S.AWARDED, _S.CANCELLED}),
    _S.AWARDED: frozenset({_S.CLOSED}),  # published results are not taken back
    _S.CLOSED: frozenset(),
    _S.CANCELLED: frozenset(),
}

# Stages that the clock can move on from, and those before voting.
RUNNING = (_S.ANNOUNCED, _S.ACCEPTING, _S.ADMISSION, _S.VOTING)
BEFORE_VOTING = (_S.DRAFT, _S.ANNOUNCED, _S.ACCEPTING, _S.ADMISSION)


class Dated(Protocol):
    """The dates of one stage: from ``opens_at`` (inclusive) to ``closes_at`` (exclusive), UTC."""

    kind: PhaseKind
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Phase:
    """Dates outside the database; the same shape as a row of ``contest_phases``."""

    kind: PhaseKind
    opens_at: datetime
    closes_at: datetime


def by_kind(phases: Iterable[Dated]) -> dict[PhaseKind, Dated]:
    """Return the phases by kind, in the order of a contest."""
    found = {phase.kind: phase for phase in phases}
    return {kind: found[kind] for kind in PhaseKind if kind in found}


def is_open(phases: Iterable[Dated], kind: PhaseKind, now: datetime) -> bool:
    """Whether the moment lies within the dates of this phase, to the second."""
    return any(phase.kind is kind and phase.opens_at <= now < phase.closes_at for phase in phases)


def next_due(stage: ContestStage, phases: Iterable[Dated], now: datetime) -> ContestStage | None:
    """Return the one stage that the clock asks for next, or None when nothing is due."""
    dates = by_kind(phases)
    accepting, admission = dates.get(PhaseKind.ACCEPTING), dates.get(PhaseKind.ADMISSION)
    voting = dates.get(PhaseKind.VOTING)
    due: ContestStage | None = None
    if stage is _S.ANNOUNCED:
        if accepting is not None:
            due = _S.ACCEPTING if accepting.opens_at <= now else None
        elif admission is not None:
            due = _S.ADMISSION if admission.opens_at <= now else None
        elif voting is not None:
            due = _S.VOTING if voting.opens_at <= now < voting.closes_at else None
    elif stage is _S.ACCEPTING:
        due = _S.ADMISSION if accepting is None or accepting.closes_at <= now else None
    elif stage is _S.ADMISSION:
        if voting is not None:
            due = _S.VOTING if voting.opens_at <= now < voting.closes_at else None
        elif admission is None or admission.closes_at <= now:
            due = _S.DECISION
    elif stage is _S.VOTING and voting is not None:
        due = _S.DECISION if voting.closes_at <= now else None
    return due


def due_stage(stage: ContestStage, phases: Iterable[Dated], now: datetime) -> ContestStage:
    """Return the stage that the clock asks for at this moment, as far as it goes; never a step back."""
    dates = tuple(phases)
    while (step := next_due(stage, dates, now)) is not None:
        stage = step
    return stage


def held(stage: ContestStage, phases: Iterable[Dated], now: datetime, *, undecided: int, admitted: int) -> Hold | None:
    """Return why voting does not open although its moment has come; None when it need not or may open."""
    voting = by_kind(phases).get(PhaseKind.VOTING)
    if stage is not _S.ADMISSION or voting is None or now < voting.opens_at:
        return None
    if now >= voting.closes_at:
        return Hold.MISSED
    if undecided:
        return Hold.UNDECIDED
    return None if admitted else Hold.NOTHING_ADMITTED


def disorder(phases: Iterable[Dated]) -> dict[PhaseKind, str]:
    """Return what is wrong with the dates, by phase: ``backwards`` (ends before it begins) or ``overlap``."""
    wrong: dict[PhaseKind, str] = {}
    before: Dated | None = None
    for kind, phase in by_kind(phases).items():
        if phase.opens_at >= phase.closes_at:
            wrong[kind] = "backwards"
        elif before is not None and phase.opens_at < before.closes_at:
            wrong[kind] = "overlap"
        before = phase
    return wrong


def prolonged(phases: Iterable[Dated], kind: PhaseKind, until: datetime) -> Mapping[PhaseKind, Phase]:
    """Return all dates after ``kind`` is prolonged to ``until``: what follows it moves by as much.

    An admission without dates gets them: from the closing of reception to ``until``.
    Raises KeyError for any other phase without dates, ValueError when ``until`` is not later than the old closing.
    """
    dates = {name: Phase(name, phase.opens_at, phase.closes_at) for name, phase in by_kind(phases).items()}
    if kind is PhaseKind.ADMISSION and kind not in dates:
        opens, closes = dates[PhaseKind.ACCEPTING].closes_at, dates[PhaseKind.VOTING].opens_at
        dates[kind] = Phase(kind, opens, max(opens, closes))
    current = dates[kind]
    shift = until - current.closes_at
    if shift.total_seconds() <= 0:
        raise ValueError("a phase can only be prolonged")
    order = list(PhaseKind)
    return {
        name: Phase(name, phase.opens_at, until)
        if name is kind
        else phase
        if order.index(name) < order.index(kind)
        else Phase(name, phase.opens_at + shift, phase.closes_at + shift)
        for name, phase in dates.items()
    }
