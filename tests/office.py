"""An office with applications: builders for tests of everything that officials do with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from elka.core.content import Content
from elka.db import Work
from elka.models.answers import Remark
from elka.models.applications import UNDECIDED, Application, ApplicationStatus, Revision
from elka.models.contests import Contest, ContestStage
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.state.application_content import freeze
from tests import factories

A = ApplicationStatus
DAY = timedelta(days=1)
GROUND = "Смета не подтверждена расчётом."
_numbers = count(1)


@dataclass
class Office:
    """A contest that is being checked, its official (who acts) and a colleague."""

    contest: Contest
    official: Person
    colleague: Person
    filed: list[Application] = field(default_factory=list)


def office(work: Work, *, region: bool = False, stage: ContestStage = ContestStage.ADMISSION, **fields: Any) -> Office:
    """Make an office of Берёзовский район (or of the region); the official acts from now on."""
    by = factories.official(work, region=region)
    colleague = factories.official(work, region=region)
    colleague.last_name, colleague.first_name = "Сайнахова", "Людмила"
    row = factories.contest(work, by, region=region, stage=stage, **fields)
    work.actor = factories.actor(work, by)
    return Office(row, by, colleague)


def filed(
    work: Work, to: Contest, *, status: ApplicationStatus = A.SUBMITTED, author: Person | None = None, **fields: Any
) -> Application:
    """Make an application as the site would have it: numbered, with its revision, its project in the contest."""
    person = author or factories.person(work)
    of_project = {name: fields.pop(name) for name in ("title", "place", "amount", "own") if name in fields}
    stage = ProjectStage.SUBMITTED if status in (*UNDECIDED, A.ADMITTED) else ProjectStage.PROJECT
    project = factories.project(work, person, stage=stage, **of_project)
    content = freeze(work, project)
    if status in (A.RETURNED, A.REJECTED):
        fields.setdefault("ground", GROUND)
    if status is A.RETURNED:
        fields.setdefault("correct_by", work.now + 3 * DAY)
    fields.setdefault("amount", content.asked_from("municipality"))
    row = factories.application(
        work, to, project, status=status, **{"number": next(_numbers), "cost": content.cost, **fields}
    )
    revise(work, row, row.revision, content)
    return row


def revise(work: Work, application: Application, number: int, content: Content) -> None:
    """Keep a revision; the application stands at it."""
    work.session.add(
        Revision(
            application_id=application.id,
            number=number,
            content=content.dump(),
            submitted_by=application.submitted_by,
            submitted_at=work.now,
        )
    )
    application.revision = number
    work.session.flush()


def content_of(work: Work, application: Application) -> Content:
    """Return what was submitted last."""
    return Content.model_validate(work.session.get_one(Revision, (application.id, application.revision)).content)


def draft(work: Work, to: Contest) -> Application:
    """Make a draft, which no office may hear of."""
    author = factories.person(work)
    project = factories.project(work, author, title="Тайный черновик")
    return factories.application(
        work, to, project, status=A.DRAFT, number=None, submitted_at=None, revision=0, cost=0, amount=0
    )


def remark(work: Work, application: Application, by: Person, key: str, text: str, *, sent: bool = False) -> Remark:
    """Make a remark at a field."""
    row = Remark(
        application_id=application.id,
        revision=application.revision,
        key=key,
        text=text,
        written_by=by.id,
        written_at=work.now,
        sent_at=work.now if sent else None,
    )
    work.session.add(row)
    work.session.flush()
    return row


def project_of(work: Work, application: Application) -> Project:
    """Return the application's project."""
    return work.session.get_one(Project, application.project_id)


def letters(work: Work) -> list[Mail]:
    """Return the letters that were written, in their order."""
    work.session.flush()
    return list(work.session.execute(sa.select(Mail).order_by(Mail.id)).scalars())
