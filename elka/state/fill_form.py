"""The form of an application as it is opened: who may see it, until when it can be filled in, all of its fields.

Not a state. One query tells whether anything of an open form has changed elsewhere (``news``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Content
from elka.core.lifecycle import PhaseKind, by_kind
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import Contest, phases_of
from elka.models.projects import GroupMember, Project
from elka.settings import settings
from elka.state import applicants, submission
from elka.state.application_rights import may_fill, require_fillable, require_own
from elka.state.application_words import STATUSES
from elka.state.fill_rows import Held, SectionRow, remarks_of, sections
from elka.state.forms import frozen_content, spec_of, values_of
from elka.ui import labels

A = ApplicationStatus


@dataclass(frozen=True)
class FillRow:
    """An application as its form shows it. ``closed``: why nothing may be changed; ``keep``: of the keys in the browser.

    ``term``: what ends; ``again``: it was submitted before; ``changed``: something differs from what was submitted.
    """

    id: int = 0
    number: str = ""
    contest_id: int = 0
    contest: str = ""
    project_id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    applicant: str = ""
    term: str = ""
    closes: str = ""
    closes_iso: str = ""
    now_iso: str = ""
    closed: str = ""
    remark: str = ""
    keep: str = ""
    is_draft: bool = True
    may_submit: bool = False
    again: bool = False
    changed: bool = True
    opens: str = ""
    publishes: bool = False


@dataclass(frozen=True)
class Opened:
    """All that the form is made of."""

    row: FillRow
    sections: list[SectionRow]
    held: Held


def open_form(work: Work, application_id: object) -> Opened:
    """Return the form of an application to its own people, whatever its status."""
    person_id = work.person()
    application = work.get(Application, application_id)
    require_own(work, application)
    contest = work.session.get_one(Contest, application.contest_id)
    project = work.session.get_one(Project, application.project_id)
    spec = spec_of(work.session, contest)
    held = Held(
        spec=spec,
        keys=applicants.asked(contest, application),
        values=values_of(work.session, spec, application, project),
        own=applicants.written(application),
        closed=submission.closed_parts(contest, spec),
        stamp=_stamp(work, application.id or 0),
    )
    row = _row(work, contest, application, project, person_id)
    return Opened(row, sections(work, contest, application, project, held, closed=row.closed != ""), held)


def news(work: Work, application_id: object, stamp: tuple[object, ...]) -> Opened | None:
    """Return the form anew if anything has changed since; one query when nothing has."""
    work.person()
    if not isinstance(application_id, int) or isinstance(application_id, bool) or not 0 < application_id < 2**63:
        return None
    now = _stamp(work, application_id)
    return open_form(work, application_id) if now and now != stamp else None


def last_saved(opened: Opened) -> str:
    """Say when anything of the form was saved last, by whomever."""
    changed = opened.held.stamp[0] if opened.held.stamp else None
    return f"Сохранено {labels.date_time(changed)}" if isinstance(changed, datetime) else ""


def _stamp(work: Work, application_id: int) -> tuple[object, ...]:
    """Return what changes whenever anything of the form does, by one query."""
    members = (
        sa.select(sa.func.count())
        .where(
            col(GroupMember.project_id) == col(Project.id),
            col(GroupMember.confirmed_at).is_not(None),
            col(GroupMember.declined_at).is_(None),
        )
        .correlate(Project)
        .scalar_subquery()
    )
    found = work.session.execute(
        sa.select(
            col(Application.changed_at),
            col(Project.version),
            col(Application.status),
            col(Application.revision),
            col(Contest.stage),
            members,
        )
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(col(Application.id) == application_id, Application.visible_to(work.actor))
    ).one_or_none()
    return tuple(found) if found else ()


def _row(work: Work, contest: Contest, application: Application, project: Project, person_id: int) -> FillRow:
    status, tone = STATUSES[application.status]
    phases = phases_of(work.session, contest.id or 0)
    closed = ""
    try:
        require_fillable(work, contest, application)
    except Refused as refused:
        closed = refused.message
    reception = by_kind(phases).get(PhaseKind.ACCEPTING)
    term, until = "Приём заявок", reception.closes_at if reception else None
    if application.status is A.RETURNED:
        term, until = "Исправить и подать снова", application.correct_by
    again = application.status is not A.DRAFT
    running = until is not None and may_fill(contest, application, phases, work.now) and until > work.now
    return FillRow(
        id=application.id or 0,
        number=f"№{labels.NBSP}{application.number}" if application.number else "",
        contest_id=contest.id or 0,
        contest=labels.typographer(contest.title),
        project_id=project.id or 0,
        title=labels.typographer(project.title),
        status=status,
        tone=tone,
        applicant=applicants.told(work, application),
        term=term,
        closes=labels.left(until, work.now) if until and running else "",
        closes_iso=until.isoformat() if until and running else "",
        now_iso=work.now.isoformat(),
        closed=closed,
        remark=remarks_of(work, application).get("", "") or _ground(application),
        keep=f"application-{application.id}-{_sign(person_id)}-",
        is_draft=not again,
        may_submit=submission.may_submit(work, application, project),
        again=again,
        changed=not again or _differs(work, contest, application, project),
        opens=labels.date_time(reception.opens_at) if reception and reception.opens_at > work.now else "",
        publishes=project.is_draft,
    )


def _ground(application: Application) -> str:
    return application.ground or "" if application.status is A.RETURNED else ""


def _sign(person_id: int) -> str:
    """Return a sign of the person that tells nothing: the next one at this computer is not shown what waits in it."""
    return sha256(settings().key() + f"tab:{person_id}".encode()).hexdigest()[:12]


def _differs(work: Work, contest: Contest, application: Application, project: Project) -> bool:
    """Whether anything has changed since it was submitted."""
    row = work.session.get_one(Revision, (application.id, application.revision))
    return Content.model_validate(row.content) != frozen_content(work, contest, application, project)
