"""A vote with ballots that one official proposes to annul and another annuls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.db import Work
from elka.models.annulments import Annulment, Ground
from elka.models.contests import ContestPhase, PhaseKind
from elka.models.notices import Notice, NoticeKind
from elka.models.people import Person
from elka.state import annulments
from elka.state.lifecycle import advance_due
from elka.state.results import ResultsState
from tests import factories
from tests.voted import Vote, voted

WORDS = "Голоса отданы подряд с одного адреса за две минуты."
FORM = {"ground": Ground.BOTS.value, "words": WORDS}
YES = {"confirmed": "true"}
NO = {"confirmed": "false", "answer": "Это сельская библиотека, там один адрес на всех."}
GROUND = "Голоса отданы программой, а не людьми"


def still_open(work: Work) -> Vote:
    """Three people have voted, the vote is still open."""
    found = voted(work)
    work.now -= timedelta(hours=1)
    return found


def act(work: Work, who: Person) -> None:
    work.actor = factories.actor(work, who)


def ballots_of(work: Work, *voters: Person) -> list[int]:
    ids = [one.id for one in voters]
    return list(
        work.session.scalars(sa.text("SELECT id FROM ballots WHERE person_id = ANY(:ids) ORDER BY id"), {"ids": ids})
    )


def proposed(work: Work, made: Vote, *voters: Person) -> Annulment:
    act(work, made.official)
    return annulments.propose(work, made.contest.id, ballots_of(work, *voters), FORM)


def annulled(work: Work, made: Vote, second: Person, *voters: Person) -> Annulment:
    row = proposed(work, made, *voters)
    act(work, second)
    return annulments.decide(work, row.id, YES)


def close(work: Work, made: Vote) -> None:
    work.actor = SYSTEM
    work.now = work.session.get_one(ContestPhase, (made.contest.id, PhaseKind.VOTING)).closes_at
    advance_due(work)
    work.session.flush()


def publish(work: Work, made: Vote) -> None:
    act(work, made.official)
    ResultsState._count(work, made.contest.id)
    ResultsState._publish(work, made.contest.id)
    work.session.flush()


def counted(work: Work) -> list[tuple[int, ...]]:
    return [tuple(row) for row in work.session.execute(sa.text("SELECT ballots, votes FROM counts"))]


def journal(work: Work, key: str) -> list[dict[str, Any]]:
    work.session.flush()
    return list(work.session.scalars(sa.text("SELECT facts FROM journal WHERE key = :key ORDER BY id"), {"key": key}))


def told(work: Work, who: Person) -> list[str]:
    rows = work.session.execute(
        sa.select(Notice.title).where(Notice.person_id == who.id, Notice.kind == NoticeKind.VOTE).order_by(Notice.id)
    )
    return list(rows.scalars())
