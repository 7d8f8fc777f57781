"""Paper ballots: batches that one official enters and another confirms against the protocol of the place.

The database itself holds: the two are different people, a confirmed batch does not change, and once results are published
nothing changes but by a correction of them (migrations/versions/triggers_0011.sql).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col

from elka.core.actor import Actor, Role
from elka.core.paper import Batch, PaperBox, PaperKind
from elka.errors import Refused
from elka.models.base import Moment, big_id, one_of
from elka.models.contests import Contest

PLACE_MAX, NOTE_MAX, NOTE_MIN = 160, 1000, 10


class PaperStatus(StrEnum):
    """How far a batch is. ``LEAVING``: confirmed, and one official asks another to take it out.

    ``READY``: a second person found it right, and it waits for the correction that puts it in place of a counted one.
    """

    DRAFT = "draft"
    SENT = "sent"
    READY = "ready"
    CONFIRMED = "confirmed"
    LEAVING = "leaving"
    WITHDRAWN = "withdrawn"


COUNTED = (PaperStatus.CONFIRMED, PaperStatus.LEAVING)
WAITING = (PaperStatus.SENT, PaperStatus.LEAVING)  # for a second person
ENTERING = (PaperStatus.DRAFT, PaperStatus.SENT, PaperStatus.READY)  # not in the count yet


class PaperWaits(Refused):
    """Batches wait for a second person, so results cannot be published."""

    def __init__(self, number: int) -> None:
        """Say how many (``number``)."""
        super().__init__(
            f"Пачек бумажных бюллетеней ждут второго человека: {number}. Подтвердите их или верните, потом публикуйте."
        )


class PaperBatch(SQLModel, table=True):
    """Ballots of one box. ``text``: as typed; ``content``: as read when it was sent; ``spoiled``: invalid ballots.

    ``decided_by`` confirmed it. ``leaving_by`` asks to take it out for ``leaving_why``, ``withdrawn_by`` agreed.
    ``sha256`` of the confirmed content is in the journal and in the published file (``core.paper.PaperBox``).
    ``replaces``: the counted batch that it stands for, once a correction of published results has put it there.
    """

    __tablename__ = "paper_batches"
    __table_args__ = (
        sa.CheckConstraint("decided_by <> entered_by", name="two_people"),
        sa.CheckConstraint("withdrawn_by <> leaving_by", name="two_people_withdraw"),
        sa.CheckConstraint("ballots >= 0 AND spoiled >= 0", name="not_negative"),
        sa.CheckConstraint("(status = 'draft') = (content IS NULL)", name="content_when_sent"),
        sa.CheckConstraint(
            "(status IN ('ready', 'confirmed', 'leaving', 'withdrawn')) = (decided_by IS NOT NULL AND sha256 IS NOT NULL)",
            name="confirmed_by_somebody",
        ),
        sa.CheckConstraint("status <> 'leaving' OR leaving_by IS NOT NULL", name="leaving_asked"),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (status <> 'withdrawn' OR leaving_by IS NOT NULL)",
            name="withdrawn_by_somebody",
        ),
        sa.CheckConstraint("status <> 'ready' OR replaces IS NOT NULL", name="ready_instead"),
        sa.UniqueConstraint("id", "contest_id"),
        sa.ForeignKeyConstraint(
            ["replaces", "contest_id"],
            ["paper_batches.id", "paper_batches.contest_id"],
            name="fk_paper_batches_replaces",
        ),
        sa.Index("ix_paper_batches_contest", "contest_id"),
        sa.Index(
            "uq_paper_batches_replaces", "replaces", unique=True, postgresql_where=sa.text("status <> 'withdrawn'")
        ),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    place: str
    kind: PaperKind = Field(sa_type=one_of(PaperKind, "kind"))
    status: PaperStatus = Field(default=PaperStatus.DRAFT, sa_type=one_of(PaperStatus, "status"))
    text: str = ""
    ballots: int = 0
    spoiled: int = 0
    content: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    sha256: str | None = None
    note: str = ""
    entered_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    entered_at: datetime = Field(sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    leaving_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    leaving_why: str = ""
    withdrawn_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    version: int = 1
    replaces: int | None = Field(default=None, sa_type=sa.BigInteger)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show batches to officials of the contest's place alone."""
        return col(cls.contest_id).in_(
            sa.select(col(Contest.id)).where(sa.or_(sa.literal(actor.is_system), _of_office(actor)))
        )

    @property
    def batch(self) -> Batch:
        """What it says."""
        return Batch.load(self.content) if self.content else Batch()

    @property
    def facts(self) -> dict[str, Any]:
        """What the journal keeps of it once it is counted."""
        return {
            "batch": self.id,
            "place": self.place,
            "ballots": self.ballots,
            "spoiled": self.spoiled,
            "sha256": self.sha256,
            "entered_by": self.entered_by,
        }

    @property
    def box(self) -> PaperBox:
        """The batch as it is published."""
        return PaperBox(self.id or 0, self.place, self.ballots, self.spoiled, self.batch)


def counted_batches(session: Session, contest_id: int, *, entering: Collection[int] = ()) -> list[PaperBatch]:
    """Return the batches that are in the count, by id; ``entering``: those that a correction would put there as well."""
    status = col(PaperBatch.status)
    ready = sa.and_(status == PaperStatus.READY, col(PaperBatch.id).in_(entering))
    found = session.execute(
        sa.select(PaperBatch)
        .where(col(PaperBatch.contest_id) == contest_id, sa.or_(status.in_(COUNTED), ready))
        .order_by(col(PaperBatch.id))
    ).scalars()
    return list(found)


def ready_batches(session: Session, contest_id: int) -> list[tuple[PaperBatch, PaperBatch]]:
    """Return the batches that a correction can put in place of counted ones, each with the one it stands for, by id."""
    former = aliased(PaperBatch)
    found = session.execute(
        sa.select(PaperBatch, former)
        .join(former, col(former.id) == col(PaperBatch.replaces))
        .where(
            col(PaperBatch.contest_id) == contest_id,
            col(PaperBatch.status) == PaperStatus.READY,
            col(former.status) == PaperStatus.CONFIRMED,
        )
        .order_by(col(PaperBatch.id))
    )
    return [(row[0], row[1]) for row in found]


def require_paper_settled(session: Session, contest_id: int) -> None:
    """Raise PaperWaits while a batch waits for a second person."""
    waiting = session.execute(
        sa.select(sa.func.count())
        .select_from(PaperBatch)
        .where(col(PaperBatch.contest_id) == contest_id, col(PaperBatch.status).in_(WAITING))
    ).scalar_one()
    if waiting:
        raise PaperWaits(waiting)


def _of_office(actor: Actor) -> sa.ColumnElement[bool]:
    everywhere, places = actor.places_of(Role.OFFICIAL)
    return sa.true() if everywhere else col(Contest.municipality_id).in_(places)
