"""Drafts of applications that came to nothing: deleted by their people, tidied long after the contest. Not a state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.errors import WrongStage
from elka.models.answers import Answer, Attachment
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.notices import NoticeKind
from elka.models.projects import Project
from elka.state.application_rights import require_own
from elka.state.notices import Line, notify_each
from elka.state.submission import may_submit
from elka.ui import labels

A = ApplicationStatus
KEPT = timedelta(days=90)  # after reception closed or the contest was cancelled
TOLD = timedelta(days=14)  # before it is deleted
EXPIRING = "application.expiring"  # the journal's word for that


def delete_draft(work: Work, application_id: object) -> None:
    """Delete a draft with all that was filled in beside the project."""
    work.person()
    application = work.get(Application, application_id, lock=True)
    require_own(work, application)
    project = work.session.get_one(Project, application.project_id)
    work.require(may_submit(work, application, project), "Удалить черновик может тот, кто подаёт заявку.")
    if application.status is not A.DRAFT:
        raise WrongStage("Поданную заявку не удаляют: её можно отозвать.")
    work.record(
        "application.deleted",
        "application",
        application.id,
        contest=application.contest_id,
        project=application.project_id,
    )
    _delete(work, [application.id or 0])


def tidy(work: Work) -> int:
    """Delete drafts of receptions that ended long ago, whose people were told of it in time; return how many."""
    old = work.session.execute(
        _ended(work.now - KEPT).where(_told(work.now - TOLD)).with_for_update(of=Application, skip_locked=True)
    ).scalars()
    ids = [application.id or 0 for application in old]
    _delete(work, ids)
    return len(ids)


def tell_of_tidying(work: Work) -> int:
    """Tell those whose draft is about to be deleted, once; return how many drafts that were."""
    found = list(
        work.session.execute(
            _ended(work.now - KEPT + TOLD).where(~_told(work.now)).with_for_update(of=Application, skip_locked=True)
        ).scalars()
    )
    day = labels.date(work.now + TOLD)
    lines = []
    for application in found:
        contest = work.session.get_one(Contest, application.contest_id)
        project = work.session.get_one(Project, application.project_id)
        title = labels.typographer(f"Черновик заявки удалится {day}")
        text = labels.typographer(
            f"Приём в конкурс «{contest.title}» давно закончился. Проект «{project.title}» остаётся вашим, а ответы и файлы "
            "черновика можно до этого дня переписать или сохранить."
        )
        lines.append(
            Line(
                person_id=application.submitted_by,
                title=title,
                text=text,
                href=f"/applications/{application.id}/fill",
                letter=(title, text),
            )
        )
        work.record(EXPIRING, "application", application.id, contest=contest.id)
    notify_each(work, NoticeKind.DEADLINE, lines)
    return len(found)


def forget(work: Work, person_id: int) -> None:
    """Let go of what a person filled in and never filed; what was submitted stays as it was, in its revisions.

    Drafts of their own projects are deleted: nobody else can submit them. Of applications that no longer stand the
    answers to be edited go, and files that no revision lists.
    """
    mine = work.session.execute(
        sa.select(col(Application.id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(
            col(Application.status) == A.DRAFT,
            col(Project.author_id) == person_id,
            col(Application.municipality_id).is_(None),
        )
        .with_for_update(of=Application)
    ).scalars()
    _delete(work, list(mine))
    ended = sa.select(col(Application.id)).where(
        col(Application.submitted_by) == person_id, col(Application.status).in_((A.WITHDRAWN, A.REJECTED))
    )
    work.session.execute(sa.delete(Answer).where(col(Answer.application_id).in_(ended)))
    work.session.execute(
        sa.update(Attachment)
        .where(
            col(Attachment.created_by) == person_id,
            col(Attachment.removed_at).is_(None),
            ~Attachment._listed_in(sa.true()),
        )
        .values(removed_at=work.now)
        .execution_options(synchronize_session=False)
    )


def _told(before: datetime) -> sa.ColumnElement[bool]:
    """Return the condition on drafts whose people were told by then: the journal remembers it."""
    return sa.exists().where(
        col(JournalEntry.subject_kind) == "application",
        col(JournalEntry.subject_id) == col(Application.id),
        col(JournalEntry.key) == EXPIRING,
        col(JournalEntry.at) <= before,
    )


def _ended(before: datetime) -> Any:
    """Select the drafts of contests whose reception closed before a moment."""
    return (
        sa.select(Application)
        .join(
            ContestPhase,
            sa.and_(
                col(ContestPhase.contest_id) == col(Application.contest_id),
                col(ContestPhase.kind) == PhaseKind.ACCEPTING,
            ),
        )
        .where(col(Application.status) == A.DRAFT, col(ContestPhase.closes_at) <= before)
        .order_by(col(Application.id))
    )


def _delete(work: Work, ids: list[int]) -> None:
    if not ids:
        return
    work.session.flush()
    for table in (Answer, Attachment):
        work.session.execute(sa.delete(table).where(col(table.application_id).in_(ids)))
    work.session.execute(sa.delete(Application).where(col(Application.id).in_(ids)))
