"""The way of a contest: its stages, the table of moves, and what the clock says.

Pure: the moment is an argument. A stage with dates of its own is called a phase; each phase may be absent.

**The clock.** Reception opens at its minute and closes at its minute; the check of applications (admission) follows
the closing of reception even when it has no dates of its own. Then the projects are judged: by a vote, by the
commission (expert), or by both in the order of their dates. Voting opens only between its own two moments; what follows
the last judging stage begins when that stage closes. A vote whose whole time went by before it could open never opens
by itself: a vote of zero length would be a lie, so the contest waits for new dates.
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
    EXPERT = "expert"
    DECISION = "decision"
    AWARDED = "awarded"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PhaseKind(StrEnum):
    """A stage with dates of its own; each may be absent. Listed in their usual order (``by_kind`` gives the real one)."""

    ACCEPTING = "accepting"
    ADMISSION = "admission"
    VOTING = "voting"
    EXPERT = "expert"
    DECISION = "decision"


class Hold(StrEnum):
    """Why the next stage does not open by itself although its moment has come."""

    UNDECIDED = "undecided"
    NOTHING_ADMITTED = "nothing_admitted"
    MISSED = "missed"


_S = ContestStage
# Stages without dates of their own are skipped, so a move may go past them.
NEXT: dict[ContestStage, frozenset[ContestStage]] = {
    _S.DRAFT: frozenset({_S.ANNOUNCED, _S.CANCELLED}),
    _S.ANNOUNCED: frozenset({_S.ACCEPTING, _S.ADMISSION, _S.VOTING, _S.CANCELLED}),
    _S.ACCEPTING: frozenset({_S.ADMISSION, _S.VOTING, _S.EXPERT, _S.DECISION, _S.CANCELLED}),
    _S.ADMISSION: frozenset({_S.VOTING, _S.EXPERT, _S.DECISION, _S.CANCELLED}),
    # The two ways of judging come in either order: the dates of a contest say which (``next_due``).
    _S.VOTING: frozenset({_S.EXPERT, _S.DECISION, _S.CANCELLED}),
    _S.EXPERT: frozenset({_S.VOTING, _S.DECISION, _S.CANCELLED}),
    _S.DECISION: frozenset({_S.AWARDED, _S.CANCELLED}),
    _S.AWARDED: frozenset({_S.CLOSED}),  # published results are not taken back
    _S.CLOSED: frozenset(),
    _S.CANCELLED: frozenset(),
}

# Stages that the clock can move on from, and those before any judging.
RUNNING = (_S.ANNOUNCED, _S.ACCEPTING, _S.ADMISSION, _S.VOTING, _S.EXPERT)
BEFORE_VOTING = (_S.DRAFT, _S.ANNOUNCED, _S.ACCEPTING, _S.ADMISSION)


class Dated(Protocol):
    """The dates of one stage: from ``opens_at`` (inclusive) to ``closes_at`` (exclusive), UTC."""

    @property
    def kind(self) -> PhaseKind:
        """Which stage it is."""
        ...

    @property
    def opens_at(self) -> datetime:
        """Its first moment."""
        ...

    @property
    def closes_at(self) -> datetime:
        """The first moment after it."""
        ...


@dataclass(frozen=True, slots=True)
class Phase:
    """Dates outside the database; the same shape as a row of ``contest_phases``."""

    kind: PhaseKind
    opens_at: datetime
    closes_at: datetime


_JUDGING = (PhaseKind.VOTING, PhaseKind.EXPERT)


def order_of(phases: Iterable[Dated]) -> list[PhaseKind]:
    """Return all kinds in the order of this contest, absent ones too: the commission may come before the vote."""
    found = {phase.kind: phase for phase in phases}
    order = list(PhaseKind)
    if all(kind in found for kind in _JUDGING) and found[PhaseKind.EXPERT].opens_at < found[PhaseKind.VOTING].opens_at:
        place = order.index(PhaseKind.VOTING)
        order[place : place + 2] = [PhaseKind.EXPERT, PhaseKind.VOTING]
    return order


def by_kind(phases: Iterable[Dated]) -> dict[PhaseKind, Dated]:
    """Return the phases by kind, in the order of this contest."""
    found = {phase.kind: phase for phase in phases}
    return {kind: found[kind] for kind in order_of(found.values()) if kind in found}


def judging(phases: Iterable[Dated]) -> list[Dated]:
    """Return the phases in which projects are judged, in their order: the vote, the commission, or both."""
    return [phase for kind, phase in by_kind(phases).items() if kind in _JUDGING]


def judged_after(stage: ContestStage, phases: Iterable[Dated]) -> Dated | None:
    """Return the judging phase that follows a stage; None when the decision does."""
    listed = judging(phases)
    if stage.value not in _JUDGING:
        return listed[0] if listed else None
    kinds = [phase.kind.value for phase in listed]
    place = kinds.index(stage.value) + 1 if stage.value in kinds else len(listed)
    return listed[place] if place < len(listed) else None


def is_open(phases: Iterable[Dated], kind: PhaseKind, now: datetime) -> bool:
    """Whether the moment lies within the dates of this phase, to the second."""
    return any(phase.kind is kind and phase.opens_at <= now < phase.closes_at for phase in phases)


def next_due(stage: ContestStage, phases: Iterable[Dated], now: datetime) -> ContestStage | None:
    """Return the one stage that the clock asks for next, or None when nothing is due."""
    dates = by_kind(phases)
    judged = judged_after(stage, dates.values())
    if stage is _S.ANNOUNCED:
        return _begun(dates, judged, now)
    if stage is _S.ACCEPTING:
        return _S.ADMISSION if _over(dates.get(PhaseKind.ACCEPTING), now) else None
    if stage is _S.ADMISSION:
        if judged is not None:
            return _opened(judged, now)
        return _S.DECISION if _over(dates.get(PhaseKind.ADMISSION), now) else None
    if stage in (_S.VOTING, _S.EXPERT):
        current = dates.get(PhaseKind(stage.value))
        if current is not None and current.closes_at <= now:
            return _S.DECISION if judged is None else _opened(judged, now)
    return None


def _begun(dates: Mapping[PhaseKind, Dated], judged: Dated | None, now: datetime) -> ContestStage | None:
    """Return the first stage of an announced contest once its moment has come."""
    for kind, stage in ((PhaseKind.ACCEPTING, _S.ACCEPTING), (PhaseKind.ADMISSION, _S.ADMISSION)):
        if kind in dates:
            return stage if dates[kind].opens_at <= now else None
    if judged is not None and judged.kind is PhaseKind.VOTING:
        return _opened(judged, now)
    return None


def _over(phase: Dated | None, now: datetime) -> bool:
    """Whether a phase has closed, or has no dates that could keep it open."""
    return phase is None or phase.closes_at <= now


def _opened(phase: Dated, now: datetime) -> ContestStage | None:
    """Return the stage of a judging phase whose moment has come; a vote only while it lasts."""
    if phase.opens_at > now or (phase.kind is PhaseKind.VOTING and phase.closes_at <= now):
        return None
    return ContestStage(phase.kind.value)


def due_stage(stage: ContestStage, phases: Iterable[Dated], now: datetime) -> ContestStage:
    """Return the stage that the clock asks for at this moment, as far as it goes; never a step back."""
    dates = tuple(phases)
    while (step := next_due(stage, dates, now)) is not None:
        stage = step
    return stage


def held(stage: ContestStage, phases: Iterable[Dated], now: datetime, *, undecided: int, admitted: int) -> Hold | None:
    """Return why the next judging stage does not open although its moment has come; None when it need not or may."""
    listed = list(phases)
    judged = judged_after(stage, listed) if stage in (_S.ADMISSION, _S.EXPERT, _S.VOTING) else None
    if judged is None or now < judged.opens_at:
        return None
    if stage is not _S.ADMISSION and is_open(listed, PhaseKind(stage.value), now):
        return None
    if judged.kind is PhaseKind.VOTING and now >= judged.closes_at:
        return Hold.MISSED
    if stage is not _S.ADMISSION:
        return None
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
    listed = list(phases)
    dates = {name: Phase(name, phase.opens_at, phase.closes_at) for name, phase in by_kind(listed).items()}
    if kind is PhaseKind.ADMISSION and kind not in dates:
        opens, follows = dates[PhaseKind.ACCEPTING].closes_at, judging(listed)
        dates[kind] = Phase(kind, opens, max(opens, follows[0].opens_at) if follows else opens)
    current = dates[kind]
    shift = until - current.closes_at
    if shift.total_seconds() <= 0:
        raise ValueError("a phase can only be prolonged")
    order = [PhaseKind.ACCEPTING, PhaseKind.ADMISSION, *(phase.kind for phase in judging(listed)), PhaseKind.DECISION]
    return {
        name: Phase(name, phase.opens_at, until)
        if name is kind
        else phase
        if order.index(name) < order.index(kind)
        else Phase(name, phase.opens_at + shift, phase.closes_at + shift)
        for name, phase in dates.items()
    }
