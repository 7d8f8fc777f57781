"""Published results and their correction: proposed by one official, signed by another, with files that jobs have kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from elka import keeping, publishing
from elka.core import tally
from elka.core.actor import GUEST
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.projects import Project
from elka.models.result_corrections import CorrectionGround, ResultCorrection
from elka.models.result_versions import FileKind
from elka.state import result_corrections
from tests import factories
from tests.browser import commit
from tests.voted import Vote, published

WORDS = "Заявитель прислал письменный отказ 25 ноября."


def a_day_after(work: Work) -> Vote:
    """Four projects with 3, 2, 2 and 1 votes were published yesterday: two won."""
    found = published(work)
    work.now += timedelta(days=1)
    return found


def act(work: Work, who: Person) -> None:
    work.actor = factories.actor(work, who)


def in_order(made: Vote) -> list[Application]:
    """Return the entries as the count put them."""
    first, *tied, last = made.entries
    return [first, *sorted(tied, key=lambda entry: tally.lot("seed", entry.id)), last]


def asked(*gone: Application, ground: str = CorrectionGround.RENOUNCED.value, **more: Any) -> dict[str, Any]:
    return {"ground": ground, "words": WORDS, **{f"projects-{one.id}": True for one in gone}, **more}


def kept(work: Work, made: Vote) -> None:
    """Let the jobs make and keep the files of the version in force."""
    commit(work)
    for contest_id in publishing.due():
        assert publishing.make(contest_id)
    assert keeping.due() == [made.contest.id]
    assert set(keeping.keep(made.contest.id, now=work.now)) == set(FileKind) - (
        set() if made.voters else {FileKind.BALLOTS}
    )
    assert keeping.due() == []
    work.session.expire_all()


def proposed(work: Work, made: Vote, form: dict[str, Any]) -> ResultCorrection:
    act(work, made.official)
    return result_corrections.propose(work, made.contest.id, form)


def corrected(work: Work, made: Vote, second: Person, form: dict[str, Any]) -> ResultCorrection:
    """Propose, keep the files of the version in force, and sign."""
    row = proposed(work, made, form)
    if made.contest.id in _due(work):
        kept(work, made)
    act(work, second)
    work.now += timedelta(hours=1)
    assert result_corrections.sign(work, row.id, row.foreseen)
    work.session.flush()
    work.actor = GUEST
    return row


def _due(work: Work) -> list[int]:
    commit(work)
    return keeping.due()


def statuses(work: Work, entries: list[Application]) -> list[ApplicationStatus]:
    return [work.session.get_one(Application, one.id, populate_existing=True).status for one in entries]


def project_of(work: Work, entry: Application) -> Project:
    return work.session.get_one(Project, entry.project_id, populate_existing=True)


def entries_of(work: Work, key: str) -> list[dict[str, Any]]:
    found = work.session.execute(sa.select(JournalEntry.facts).where(JournalEntry.key == key).order_by(JournalEntry.id))
    return list(found.scalars())
