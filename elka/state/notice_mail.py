"""Letters that gather what has happened, and reminders of terms: what the jobs of ``jobs.py`` do every few minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase
from elka.models.notices import Notice, NoticeKind, NoticeSetting
from elka.models.people import Person
from elka.models.projects import Project
from elka.state import notice_words
from elka.state.notice_words import News
from elka.state.notices import Line, notify_each

BATCH = 100  # people of one transaction
SOON = timedelta(hours=24)  # how long before a term people are reminded
AT_IT = timedelta(hours=1)  # who was at it so lately needs no reminder
_REMINDING = 0x656C6B61  # the lock of reminding: "elka"
A, S = ApplicationStatus, ContestStage


def send_digests(work: Work) -> int:
    """Write one letter to each person whose digest is due, about all that they have not read; return how many people.

    A person is locked while their letter is made, and what waits is read anew under that lock: two at once, or one
    after the other, write one letter. Whose lines somebody adds to at this moment is left for the next time: nobody
    waits for us, and the letter is whole. Not more than ``BATCH`` people at a time.
    """
    due = sa.select(col(Notice.person_id)).where(Notice.unmailed(), col(Notice.mail_at) <= work.now)
    people = {
        int(person.id or 0): person
        for person in work.session.execute(
            sa.select(Person)
            .where(col(Person.id).in_(due))
            .order_by(col(Person.id))
            .limit(BATCH)
            .with_for_update(key_share=True, skip_locked=True)
            .execution_options(populate_existing=True)
        ).scalars()
    }
    whole = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Notice.person_id), sa.func.count())
            .where(col(Notice.person_id).in_(people), Notice.unmailed())
            .group_by(col(Notice.person_id))
        )
    }
    lines: dict[int, list[Notice]] = defaultdict(list)
    wanted: dict[int, list[Notice]] = defaultdict(list)
    waiting = work.session.execute(
        sa.select(Notice, sa.func.coalesce(col(NoticeSetting.by_mail), sa.true()))
        .outerjoin(
            NoticeSetting,
            sa.and_(col(NoticeSetting.person_id) == col(Notice.person_id), col(NoticeSetting.kind) == col(Notice.kind)),
        )
        .where(col(Notice.person_id).in_(people), Notice.unmailed())
        .order_by(col(Notice.person_id), col(Notice.changed_at).desc(), col(Notice.id).desc())
        .with_for_update(of=Notice, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    for notice, by_mail in waiting:
        lines[notice.person_id].append(notice)
        if by_mail:
            wanted[notice.person_id].append(notice)
    # Another worker may have written to them between the two questions: then nothing is due any more.
    still = [
        person_id
        for person_id, some in lines.items()
        if len(some) >= whole.get(person_id, 0) and any(one.is_due(work.now) for one in some)
    ]
    letters = []
    for person_id in still:
        person = people[person_id]
        reachable = person.erased_at is None and person.email_confirmed_at is not None
        told = wanted[person_id] if reachable else []
        if told:
            letters.append((person, *notice_words.digest(person.first_name, told)))
        gone = {notice.id for notice in told}
        for notice in lines[person_id]:
            notice.mailed(work.now, gone=notice.id in gone)
    work.mail_each(letters)
    return len(still)


def remind(work: Work) -> int:
    """Remind of drafts and returned applications whose term ends within a day, once a term; return how many."""
    if not work.session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_REMINDING))).scalar_one():
        return 0  # another worker does
    lines = [*_drafts(work), *_returned(work)]
    told = set(
        work.session.execute(
            sa.select(col(Notice.group_key)).where(
                col(Notice.person_id).in_({line.person_id for line in lines}),
                col(Notice.group_key).in_([line.group_key for line in lines]),
            )
        ).scalars()
    )
    fresh = [line for line in lines if line.group_key not in told]
    notify_each(work, NoticeKind.DEADLINE, fresh)
    return len(fresh)


def _drafts(work: Work) -> Iterable[Line]:
    found = work.session.execute(
        sa.select(Application, col(Project.title), col(Contest.title), col(ContestPhase.closes_at))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .join(
            ContestPhase,
            sa.and_(col(ContestPhase.contest_id) == col(Contest.id), col(ContestPhase.kind) == PhaseKind.ACCEPTING),
        )
        .where(
            col(Application.status) == A.DRAFT,
            col(Contest.stage).in_((S.ANNOUNCED, S.ACCEPTING)),
            *_soon(work, col(ContestPhase.closes_at)),
            sa.func.coalesce(col(Application.changed_at), col(Application.created_at)) <= work.now - AT_IT,
        )
    )
    for application, project, contest, closes_at in found:
        yield _line(application, closes_at, notice_words.not_submitted(project, contest, closes_at))


def _returned(work: Work) -> Iterable[Line]:
    found = work.session.execute(
        sa.select(Application, col(Project.title), col(Contest.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(
            col(Application.status) == A.RETURNED,
            col(Contest.stage).in_((S.ACCEPTING, S.ADMISSION)),
            *_soon(work, col(Application.correct_by)),
            col(Application.decided_at) <= work.now - AT_IT,
        )
    )
    for application, project, contest in found:
        until = application.correct_by
        yield _line(application, until, notice_words.not_corrected(application.number, project, contest, until))


def _soon(work: Work, moment: sa.ColumnElement[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    return moment > work.now, moment <= work.now + SOON


def _line(application: Application, until: datetime, news: News) -> Line:
    return Line(
        person_id=application.submitted_by,
        title=news.title,
        text=news.line,
        href=f"/applications/{application.id}",
        group_key=f"term:application:{application.id}:{until.astimezone(UTC):%Y%m%dT%H%M%S}",
        letter=news.letter,
    )


__all__ = ["BATCH", "remind", "send_digests"]
