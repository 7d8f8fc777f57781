"""What officials can choose for a correction of results: projects, batches of paper ballots. Not a state."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.paper import PaperBatch, PaperStatus, ready_batches
from elka.models.projects import Project
from elka.models.result_versions import ResultVersion, version_in_force
from elka.models.results import Outcome
from elka.state.paper_rows import BALLOTS
from elka.ui import labels
from elka.ui.rows import Option

SHOWN = 8  # projects offered at once


@dataclass(frozen=True)
class PickRow:
    """A project that can be chosen."""

    id: int
    number: str
    title: str
    status: str
    tone: str


def picks_of(work: Work, contest: Contest, words: str, ids: list[int] | None = None) -> list[PickRow]:
    """Return projects of the results that can be taken out: winners first, found by words or by the application's number.

    ``ids``: these and no others.
    """
    version = version_in_force(work.session, contest.id or 0)
    gone = [one.project for one in version.gone] if version else []
    query = (
        sa.select(Outcome, col(Application.number), col(Project.title))
        .join(Application, col(Application.id) == col(Outcome.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Outcome.contest_id) == contest.id, col(Outcome.application_id).not_in(gone))
        .order_by(col(Outcome.won).desc(), col(Outcome.rank))
        .limit(SHOWN)
    )
    if ids is not None:
        query = query.where(col(Outcome.application_id).in_(ids)).limit(None)
    elif words.isdecimal() and len(words) < 10:  # noqa: PLR2004  fits an integer
        query = query.where(col(Application.number) == int(words))
    elif words:
        plain = sa.func.replace(sa.func.lower(col(Project.title)), "ё", "е")
        query = query.where(plain.contains(words.lower().replace("ё", "е"), autoescape=True))
    return [
        PickRow(
            id=row[0].application_id,
            number=f"№ {row.number}",
            title=labels.typographer(row.title),
            status="Победил" if row[0].won else f"{labels.number(row[0].rank)}-е место",
            tone="green" if row[0].won else "grey",
        )
        for row in work.session.execute(query)
    ]


def returned_options(work: Work, version: ResultVersion | None) -> list[Option]:
    """Return the projects that were taken out and can come back."""
    gone = [one.project for one in version.gone] if version else []
    if not gone:
        return []
    rows = work.session.execute(
        sa.select(col(Application.id), col(Application.number), col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.id).in_(gone))
        .order_by(col(Application.number))
    )
    return [Option(str(row.id), labels.typographer(row.title), f"Заявка № {row.number}") for row in rows]


def batch_options(work: Work, contest: Contest) -> list[Option]:
    """Return the batches that are in the count."""
    rows = work.session.execute(
        sa.select(PaperBatch)
        .where(col(PaperBatch.contest_id) == contest.id, col(PaperBatch.status) == PaperStatus.CONFIRMED)
        .order_by(col(PaperBatch.id))
    ).scalars()
    return [
        Option(
            str(row.id),
            labels.typographer(row.place),
            labels.plural(row.ballots, *BALLOTS),
        )
        for row in rows
    ]


def entered_options(work: Work, contest: Contest) -> list[Option]:
    """Return the batches that can take the place of counted ones."""
    return [
        Option(str(row.id), labels.typographer(row.place), turn_of(former, row))
        for row, former in ready_batches(work.session, contest.id or 0)
    ]


def turn_of(former: PaperBatch, fresh: PaperBatch) -> str:
    """Say how many ballots there were, and how many there are; the same number may hold other votes."""
    now = labels.plural(fresh.ballots, *BALLOTS)
    return now if former.ballots == fresh.ballots else f"{labels.number(former.ballots)} → {now}"
