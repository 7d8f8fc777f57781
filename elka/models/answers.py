"""What an applicant has filled in beside the project: answers, files, remarks at the fields, appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.core.actor import Actor, Role
from elka.core.formfields import Audience
from elka.models.applications import STANDING, Application, ApplicationStatus, Revision
from elka.models.base import Moment, big_id
from elka.models.contests import Contest
from elka.models.forms import FormField

REMARK_MAX = 1000
APPEAL_MIN = 20
APPEAL_MAX = 3000
NAME_MAX = 160


class Answer(SQLModel, table=True):
    """The answer to one field of the template, as ``core/formspec`` reads it. ``version`` counts its changes."""

    __tablename__ = "answers"

    application_id: int = Field(foreign_key="applications.id", primary_key=True, sa_type=sa.BigInteger)
    key: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_type=JSONB(none_as_null=False))
    version: int = 1
    changed_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    changed_at: datetime = Field(sa_type=Moment)


class Attachment(SQLModel, table=True):
    """A file of an application. Its bytes lie under ``sha256`` and are never changed; a removed one stays for revisions.

    ``size`` in bytes; ``media_type`` is told by the bytes.
    """

    __tablename__ = "attachments"
    __table_args__ = (sa.Index("ix_attachments_application", "application_id", "key"),)

    id: int | None = big_id()
    application_id: int = Field(foreign_key="applications.id", sa_type=sa.BigInteger)
    key: str
    name: str
    media_type: str
    size: int = Field(sa_type=sa.BigInteger)
    sha256: str
    created_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show all to the application's own people, to the contest's office what was ever submitted.

        Everybody sees what the standing revision lists, as long as it is there and its field is meant for everybody: a
        file that was added since is as private as a draft.
        """
        if actor.is_system:
            return sa.true()
        of_it = col(Application.id) == col(cls.application_id)
        ways = [
            sa.exists()
            .where(
                of_it,
                col(Application.status).in_(STANDING),
                col(FormField.contest_id) == col(Application.contest_id),
                col(FormField.key) == col(cls.key),
                col(FormField.audience) == Audience.EVERYONE,
                cls._listed_in(col(Revision.number) == col(Application.revision)),
                col(cls.removed_at).is_(None),
            )
            .correlate(cls)
        ]
        everywhere, places = actor.places_of(Role.OFFICIAL)
        if everywhere or places:
            office = sa.true() if everywhere else col(Contest.municipality_id).in_(places)
            filed = (of_it, col(Contest.id) == col(Application.contest_id), office)
            ways.append(
                sa.exists()
                .where(*filed, col(Application.status) != ApplicationStatus.DRAFT, cls._listed_in(sa.true()))
                .correlate(cls)
            )
            ways.append(sa.exists().where(of_it, col(Application.municipality_id).in_(places)).correlate(cls))
        if actor.person_id is not None:
            ways.append(sa.exists().where(of_it, Application.of_person(actor.person_id)).correlate(cls))
        return sa.or_(*ways)

    @classmethod
    def _listed_in(cls, revisions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """Return the condition that one of these revisions holds the file among its answers."""
        there = col(Revision.content)["answers"][col(cls.key)]
        listed = there.contains(sa.func.jsonb_build_array(sa.func.jsonb_build_object("id", col(cls.id))))
        return (
            sa.exists()
            .where(col(Revision.application_id) == col(cls.application_id), revisions, listed)
            .correlate(cls, Application)
        )


class Remark(SQLModel, table=True):
    """What the office asks to correct in one field (``key`` "" for the whole). ``sent_at`` None: not sent yet.

    ``revision``: what it was written about.
    """

    __tablename__ = "remarks"
    __table_args__ = (sa.Index("ix_remarks_application", "application_id"),)

    id: int | None = big_id()
    application_id: int = Field(foreign_key="applications.id", sa_type=sa.BigInteger)
    revision: int
    key: str = ""
    text: str
    written_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    written_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class Appeal(SQLModel, table=True):
    """An applicant's objection to a rejection, and its answer. ``upheld`` True: the applicant was right."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.Index("uq_appeals_open", "application_id", unique=True, postgresql_where=sa.text("decided_at IS NULL")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (upheld IS NULL) AND (decided_at IS NULL OR coalesce(answer, '') <> '')",
            name="decided_whole",
        ),
    )

    id: int | None = big_id()
    application_id: int = Field(foreign_key="applications.id", sa_type=sa.BigInteger, index=True)
    text: str
    filed_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    filed_at: datetime = Field(sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    upheld: bool | None = None
    answer: str | None = None


def answers_of(session: Session, application_id: int) -> dict[str, Any]:
    """Return the answers of an application by key."""
    rows = session.execute(
        sa.select(col(Answer.key), col(Answer.value)).where(col(Answer.application_id) == application_id)
    )
    return {row[0]: row[1] for row in rows}
