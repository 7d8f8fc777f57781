"""A contest with a commission: criteria, admitted applications, and its official at the table of marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.models.applications import Application
from elka.models.contest_parts import Criterion
from elka.models.contests import Contest, ContestStage, WinnersBy
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.state.scores import ScoresState
from tests import factories
from tests.factories import JUDGED

S, K = ContestStage, PhaseKind
FIRST = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.VOTING, K.DECISION)


@dataclass
class Desk:
    """A contest at the commission's stage: two criteria, three admitted applications."""

    contest: Contest
    official: Person
    author: Person
    entries: list[Application]
    use: Criterion
    cost: Criterion


def desk(work: Work, **fields: Any) -> Desk:
    official, author = factories.official(work), factories.person(work)
    wanted = {"stage": S.EXPERT, "phases": JUDGED, "winners_by": WinnersBy.BOTH, "min_reviews": 2, **fields}
    contest = factories.contest(work, official, **wanted)
    made = Desk(
        contest,
        official,
        author,
        [
            factories.application(
                work, contest, factories.project(work, author, title=f"Проект {number}", stage=ProjectStage.SUBMITTED)
            )
            for number in range(3)
        ],
        factories.criterion(work, contest, "Польза", weight=60, most=5, marks=[{"mark": 5, "text": "Всем"}]),
        factories.criterion(work, contest, "Смета", weight=40, most=10),
    )
    work.actor = factories.actor(work, official)
    return made


def sheet(work: Work, made: Desk, category: object = "", left: object = "", page: object = 1) -> Any:
    return ScoresState._sheet(work, made.contest.id, category, left, page)


def save(
    work: Work, made: Desk, entry: Application, criterion: Criterion, value: object, seen: str | None = None
) -> Any:
    return ScoresState._save(work, made.contest.id, entry.id, criterion.id, value, seen)


def fill(work: Work, made: Desk, *entries: Application) -> None:
    """Enter everything for these applications."""
    for entry in entries or made.entries:
        save(work, made, entry, made.use, "4,5")
        save(work, made, entry, made.cost, "7")
        ScoresState._save_sheets(work, made.contest.id, entry.id, "3", None)
    work.session.flush()


def journal(work: Work, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    found = work.session.execute(
        sa.select(JournalEntry.key, JournalEntry.facts)
        .where(JournalEntry.key.startswith(prefix))
        .order_by(JournalEntry.id)
    )
    return [(row[0], row[1]) for row in found]
