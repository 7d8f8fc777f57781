"""Applications of a contest as the office's table shows them. No contacts: those are on the page of reading alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.answers import Attachment
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import ContestCategory
from elka.models.contests import ApplicantKind, Contest
from elka.models.people import Person
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.state.application_filters import IN_NAME, Assignee, Filer, Filters, conditions, in_order, joined
from elka.state.application_words import STATUSES
from elka.state.project_rows import place_of
from elka.ui import labels

A = ApplicationStatus
PAGE = 50
# What an official reads: what the applicant has to do is not what the office has to.
OFFICE_STATUSES = STATUSES | {A.RETURNED: ("На исправлении", "amber"), A.APPEALED: ("Жалоба", "red")}


@dataclass(frozen=True)
class AppliedRow:
    """One application in the office's table. ``note``: in whose name; ``late``: its term has passed."""

    id: int
    href: str
    number: str
    title: str
    applicant: str
    full_name: str
    note: str
    place: str
    direction: str
    category: str
    amount: str
    share: str
    submitted: str
    revision: str
    files: str
    status: str
    tone: str
    term: str
    late: bool
    who: str
    mine: bool


def applied_rows(work: Work, filters: Filters, contest: Contest) -> list[AppliedRow]:
    """Return one page of the table, in one query."""
    me, contest_id = work.person(), contest.id or 0
    page = (
        joined(col(Application.id), sa.func.row_number().over(order_by=in_order(filters)).label("place"))
        .where(*conditions(filters, contest_id, me=me, now=work.now))
        .order_by(*in_order(filters))
        .limit(PAGE)
        .offset((filters.page - 1) * PAGE)
        .subquery("page")
    )
    files = (
        sa.select(sa.func.count())
        .where(col(Attachment.application_id) == col(Application.id), col(Attachment.removed_at).is_(None))
        .correlate(Application)
        .scalar_subquery()
    )
    found = work.session.execute(
        joined(
            Application,
            col(Project.title),
            col(Person.last_name),
            col(Person.first_name),
            col(Person.patronymic),
            col(Settlement.name),
            col(Municipality.name),
            col(Direction.name),
            col(ContestCategory.name),
            col(Filer.name),
            col(Assignee.last_name),
            col(Assignee.first_name),
            col(Assignee.patronymic),
            files,
            page=page,
        ).order_by(page.c.place)
    )
    query = filters.query()
    own = contest.municipality_id is not None
    return [_row(work.now, me, query, own, *row) for row in found]


def _row(
    now: datetime,
    me: int,
    query: str,
    own_place: bool,
    application: Application,
    title: str,
    last_name: str,
    first_name: str,
    patronymic: str,
    settlement: str,
    municipality: str,
    direction: str,
    category: str | None,
    filer: str | None,
    *others: object,
) -> AppliedRow:
    *assignee, files = others
    status, tone = OFFICE_STATUSES[application.status]
    term, late = term_of(application, now)
    here = f"/office/applications/{application.id}"
    return AppliedRow(
        id=application.id or 0,
        href=f"{here}?{query}" if query else here,
        number=f"№{labels.NBSP}{application.number}",
        title=labels.typographer(title),
        applicant=labels.short_name(last_name, first_name, patronymic) if last_name else first_name,
        full_name=" ".join(part for part in (last_name, first_name, patronymic) if part),
        note=in_name(application, filer),
        place=settlement if own_place else place_of(settlement, municipality),
        direction=direction,
        category=category or labels.DASH,
        amount=labels.money(application.amount),
        share=labels.share(application.amount, application.cost),
        submitted=labels.day(application.submitted_at) if application.submitted_at else "",
        revision=str(application.revision),
        files=str(files) if files else labels.DASH,
        status=status,
        tone=tone,
        term=term,
        late=late,
        who=labels.short_name(*(str(part or "") for part in assignee)) if assignee[0] or assignee[1] else "",
        mine=application.assignee_id == me,
    )


def in_name(application: Application, municipality: str | None) -> str:
    """Say in whose name an application is filed; nothing for a resident's own."""
    match application.applicant:
        case ApplicantKind.MUNICIPALITY:
            return municipality or IN_NAME[ApplicantKind.MUNICIPALITY]
        case ApplicantKind.ORGANIZATION:
            return labels.typographer(application.organization_name or IN_NAME[ApplicantKind.ORGANIZATION])
        case ApplicantKind.GROUP:
            return IN_NAME[ApplicantKind.GROUP]
        case _:
            return ""


def term_of(application: Application, now: datetime) -> tuple[str, bool]:
    """Say what time an application is bound by, and whether it is past: a term to correct, or how long it waits."""
    if application.status is A.RETURNED and application.correct_by is not None:
        if application.correct_by <= now:
            return f"срок вышел {labels.day(application.correct_by)}", True
        return labels.deadline(application.correct_by), False
    if application.status is A.SUBMITTED and application.submitted_at is not None:
        days = (now - application.submitted_at).days
        waits = f"ждёт {labels.plural(days, 'день', 'дня', 'дней')}" if days else "ждёт меньше суток"
        return f"исправлена, {waits}" if application.revision > 1 else waits, False
    return "", False
