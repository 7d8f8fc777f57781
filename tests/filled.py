"""An application with a template and all the people who could come near it: builders for tests of files, prints, exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from elka.core.actor import GUEST, Actor
from elka.core.content import Content
from elka.core.formfields import AnyField, Audience, BudgetField, FilesField, FileType, LineField, ProjectPart
from elka.db import Work
from elka.models.answers import Answer, Attachment
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import Contest
from elka.models.forms import FormField, FormVersion
from elka.models.people import Person
from elka.models.projects import GroupMember, Project
from elka.state.application_content import freeze
from elka.state.forms import freeze_form
from tests import factories

A = ApplicationStatus
FIELDS: tuple[AnyField, ...] = (
    LineField(key="title", label="Название", of_project=ProjectPart.TITLE),
    FilesField(
        key="papers",
        label="Документы",
        types=(FileType.PDF, FileType.DOCUMENT, FileType.TABLE, FileType.ARCHIVE),
        most_files=3,
        max_mb=2,
        required=False,
    ),
    FilesField(key="pictures", label="Схема", types=(FileType.IMAGE,), required=False),
    FilesField(key="secret", label="Справка", audience=Audience.OFFICIALS, types=tuple(FileType), required=False),
    FilesField(key="photos", label="Фото", of_project=ProjectPart.PHOTOS, types=(FileType.IMAGE,), required=False),
    BudgetField(key="budget", label="Смета"),
)


@dataclass
class Filed:
    """One application and everybody around it."""

    contest: Contest
    application: Application
    project: Project
    people: dict[str, Person]

    def actor(self, work: Work, who: str) -> Actor:
        """Return a person as they would be signed in; «guest» is nobody."""
        return GUEST if who == "guest" else factories.actor(work, self.people[who])


def template(work: Work, to: Contest, *fields: AnyField) -> None:
    """Give a contest these fields instead of the standard ones, frozen unless it is a draft."""
    # Past the guards: an announced contest keeps its template, but this one was made a moment ago.
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    for table in (FormField, FormVersion):
        work.session.execute(sa.delete(table).where(table.contest_id == to.id))
    work.session.execute(sa.text("SET LOCAL session_replication_role = origin"))
    for position, field in enumerate(fields):
        row = FormField(contest_id=to.id, position=position, key=field.key, kind=field.kind, label=field.label)
        row.write(field)
        work.session.add(row)
    work.session.flush()
    if to.form_version:
        to.form_version = 0
        freeze_form(work, to)


def filed(
    work: Work,
    *,
    status: ApplicationStatus = A.DRAFT,
    fields: tuple[AnyField, ...] = FIELDS,
    municipality: bool = False,
    **contest: Any,
) -> Filed:
    """Make a contest of Берёзовский район with one application, and the people: of it, near it, far from it.

    ``municipality``: the contest is the region's and Берёзовский район files.
    """
    people = {name: factories.person(work) for name in ("author", "member", "invited", "declined", "stranger")}
    people["official"] = factories.official(work)
    people["elsewhere"] = factories.official(work, place="Сургут")
    people["region"] = factories.official(work, region=True)
    to = factories.contest(work, people["official"], region=municipality, **contest)
    template(work, to, *fields)
    project = factories.project(work, people["author"])
    for name in ("member", "invited", "declined"):
        facts: dict[str, Any] = {"person_id": people[name].id, "project_id": project.id, "invited_at": work.now}
        facts["confirmed_at"] = None if name == "invited" else work.now
        facts["declined_at"] = work.now if name == "declined" else None
        work.session.add(GroupMember(**facts))
    place = factories.settlement(work, "Игрим").municipality_id
    files_for = {"applicant": "municipality", "municipality_id": place} if municipality else {}
    application = factories.application(work, to, project, status=status, **files_for)
    return Filed(to, application, project, people)


def answer(work: Work, application: Application, **values: Any) -> None:
    """Write answers as an applicant has typed them."""
    for key, value in values.items():
        work.session.add(
            Answer(
                application_id=application.id,
                key=key,
                value=value,
                changed_by=application.submitted_by,
                changed_at=work.now,
            )
        )
    work.session.flush()


def attachment(
    work: Work, application: Application, key: str = "papers", name: str = "смета.pdf", **fields: Any
) -> Attachment:
    """Enter a file (its bytes are up to the test)."""
    row = Attachment(
        **{
            "application_id": application.id,
            "key": key,
            "name": name,
            "media_type": "application/pdf",
            "size": 1000,
            "sha256": name.encode().hex().ljust(64, "0")[:64],
            "created_by": application.submitted_by,
            "created_at": work.now,
            **fields,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def listed(row: Attachment) -> dict[str, Any]:
    """Return how an answer tells of a file."""
    return {"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256}


def submitted(work: Work, filed: Filed, *, template: int = 1, **answers: Any) -> Content:
    """Keep the next revision with these answers, and submit the application if it was a draft."""
    application = filed.application
    if application.status is A.DRAFT:
        application.submit(work.now, application.submitted_by, number=12, cost=350_000, amount=300_000)
    else:
        application.revision += work.session.get(Revision, (application.id, application.revision)) is not None
    content = freeze(work, filed.project).model_copy(update={"template": template, "answers": answers})
    work.session.add(
        Revision(
            application_id=application.id,
            number=application.revision,
            content=content.dump(),
            submitted_by=application.submitted_by,
            submitted_at=work.now,
        )
    )
    work.session.flush()
    return content
