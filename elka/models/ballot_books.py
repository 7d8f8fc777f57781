"""The ballots of a contest as they are sealed when the vote closes and published with the results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from elka import clock
from elka.core import ballot_file
from elka.core.ballot_file import Ballot, Published, Seal
from elka.core.lifecycle import Phase, PhaseKind, by_kind
from elka.core.pabulib import Election
from elka.core.tally import Entry
from elka.models.applications import Application
from elka.models.contest_parts import categories_of
from elka.models.contests import Contest, phases_of
from elka.models.journal import JournalEntry
from elka.models.judging import terms_of
from elka.models.places import Municipality
from elka.models.projects import Project
from elka.models.results import Outcome
from elka.models.votes import Ballot as BallotRow
from elka.models.votes import Vote

SEALED = "contest.ballots_sealed"


def ballots_of(session: Session, contest_id: int, secret: bytes) -> tuple[list[Ballot], list[str]]:
    """Return all ballots that are not empty under their pseudonyms, and the receipts, each list in its own order."""
    rows = session.execute(
        sa.select(
            col(BallotRow.id),
            col(BallotRow.receipt),
            sa.func.array_agg(col(Vote.application_id)),
        )
        .join(Vote, col(Vote.ballot_id) == col(BallotRow.id))
        .where(col(BallotRow.contest_id) == contest_id, col(BallotRow.picks) > 0)
        .group_by(col(BallotRow.id))
    ).all()
    ballots = [Ballot(ballot_file.pseudonym(secret, contest_id, row[0]), tuple(sorted(row[2]))) for row in rows]
    return sorted(ballots, key=lambda one: one.pseudonym), sorted(row[1] for row in rows)


def seal(session: Session, contest_id: int, secret: bytes) -> Seal:
    """Seal the ballots as they are now."""
    return ballot_file.sealed(contest_id, *ballots_of(session, contest_id, secret))


def sealed_root(session: Session, contest_id: int) -> str:
    """Return the hash that was journalled when the vote closed; empty when it was not (contests of earlier days)."""
    facts: dict[str, Any] | None = session.execute(
        sa.select(col(JournalEntry.facts))
        .where(
            col(JournalEntry.subject_kind) == "contest",
            col(JournalEntry.subject_id) == contest_id,
            col(JournalEntry.key) == SEALED,
        )
        .order_by(col(JournalEntry.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return str(facts["root"]) if facts else ""


def book(session: Session, contest: Contest, secret: bytes) -> tuple[Election, list[str]]:
    """Return the file of a contest whose results are published, and its receipts."""
    contest_id = contest.id or 0
    ballots, receipts = ballots_of(session, contest_id, secret)
    phases = phases_of(session, contest_id)
    dates = by_kind([Phase(one.kind, one.opens_at, one.closes_at) for one in phases])
    voting = dates.get(PhaseKind.VOTING)
    municipality = session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    about = {
        "description": contest.title,
        "country": "Russia",
        "unit": municipality.name if municipality else "ХМАО — Югра",
        "instance": str(clock.local(voting.closes_at).year) if voting else "",
        "budget": str(contest.budget),
        "date_begin": _day(voting.opens_at) if voting else "",
        "date_end": _day(voting.closes_at) if voting else "",
        "language": "ru",
    }
    terms = terms_of(contest, phases, categories_of(session, contest_id))
    file = ballot_file.published(
        ballot_file.sealed(contest_id, ballots, receipts),
        terms,
        contest.draw_seed or "",
        _projects(session, contest_id, asks_scores=terms.asks_scores),
        ballots,
        about,
    )
    return file, receipts


def _projects(session: Session, contest_id: int, *, asks_scores: bool) -> Sequence[Published]:
    """Return what was counted, and what left the ballot after people had voted for it."""
    votes = (
        sa.select(col(Vote.application_id), sa.func.count().label("votes"))
        .where(col(Vote.contest_id) == contest_id)
        .group_by(col(Vote.application_id))
        .subquery()
    )
    rows = session.execute(
        sa.select(
            col(Application.id),
            col(Application.amount),
            col(Project.title),
            sa.func.coalesce(votes.c.votes, 0),
            Outcome,
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .outerjoin(votes, votes.c.application_id == col(Application.id))
        .outerjoin(
            Outcome,
            sa.and_(
                col(Outcome.application_id) == col(Application.id),
                col(Outcome.contest_id) == col(Application.contest_id),
            ),
        )
        .where(
            col(Application.contest_id) == contest_id,
            sa.or_(col(Outcome.rank).is_not(None), votes.c.votes.is_not(None)),
        )
    )
    found = []
    for one, amount, title, count, outcome in rows:
        score = outcome.score if outcome is not None and asks_scores else None
        category = None if outcome is None else outcome.category_id
        entry = Entry(one, amount, count, score, category)
        found.append(Published(entry, title, outcome is not None, outcome is not None and outcome.won))
    return found


def _day(moment: datetime) -> str:
    return clock.local(moment).date().isoformat()
