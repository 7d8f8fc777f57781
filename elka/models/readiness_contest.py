"""What a contest still lacks before it can be published, by step and field of the constructor. The only place that knows.

``ContestParts`` is all that a contest is made of; ``lacks`` are errors that stop publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from elka.core.lifecycle import Dated, PhaseKind
from elka.models.contest_parts import ContestCategory, Criterion, categories_of, criteria_of
from elka.models.contests import Contest, phases_of
from elka.models.forms import FormField, fields_of

BASICS, TIMELINE, FORM, PUBLIC, CRITERIA, WINNERS, CHECK = (
    "basics",
    "timeline",
    "form",
    "public",
    "criteria",
    "winners",
    "check",
)
_PHASES = frozenset(kind.value for kind in PhaseKind)


@dataclass(frozen=True)
class ContestLack:
    """One thing that is missing or wrong: the step and the field where it is mended, and what to do."""

    step: str
    field: str
    text: str


@dataclass(frozen=True)
class ContestParts:
    """A contest with everything that belongs to it."""

    contest: Contest
    phases: Sequence[Dated] = ()
    fields: Sequence[FormField] = ()
    categories: Sequence[ContestCategory] = ()
    criteria: Sequence[Criterion] = ()

    def has(self, kind: PhaseKind) -> bool:
        """Whether the timeline has such a stage."""
        return any(phase.kind is kind for phase in self.phases)


def parts_of(session: Session, contest: Contest) -> ContestParts:
    """Read everything that belongs to a contest."""
    key = contest.id or 0
    return ContestParts(
        contest,
        phases_of(session, key),
        fields_of(session, key),
        categories_of(session, key),
        criteria_of(session, key),
    )


def lacks(parts: ContestParts, now: datetime) -> list[ContestLack]:
    """Return everything that is missing or wrong before the contest may be published, in the order of the steps."""
    return [
        ContestLack(TIMELINE if name in _PHASES else BASICS, name, text)
        for name, text in parts.contest.lacking(now, parts.phases).items()
    ]
