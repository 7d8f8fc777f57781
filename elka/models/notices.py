"""Notices: what has happened that concerns a person, on the site and by mail, and what they want to hear of."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor
from elka.models.base import Moment, big_id, one_of


class NoticeKind(StrEnum):
    """What a notice is about; each can be switched off by itself, on the site and by mail."""

    APPLICATION = "application"  # of one's own: received, returned, admitted, rejected, appeal answered
    DEADLINE = "deadline"  # a draft or a correction whose term comes near
    RESULT = "result"
    CONTEST = "contest"  # a contest that one takes part in was prolonged, corrected or cancelled
    GROUP = "group"  # invitations and answers to them
    OFFICE_APPLICATION = "office_application"  # new and resubmitted applications, appeals, withdrawals
    OFFICE_TASK = "office_task"  # an application was given to one; a contest waits for its official
    VOTE = "vote"  # one's own ballot was annulled, or counts again


OFFICE = frozenset({NoticeKind.OFFICE_APPLICATION, NoticeKind.OFFICE_TASK})
KEPT = timedelta(days=180)  # older ones are removed, read or not


class Notice(SQLModel, table=True):
    """One line in a person's notices. Unread ones of the same ``group_key`` are one line with a ``count``.

    ``href``: the very place. ``several``: how a line of several is titled: the forms of what is counted and the rest of
    the title, as «новая заявка|новые заявки|новых заявок|в конкурсе „Двор“»; empty: titled as the newest of them.
    ``mail_at``: when a digest by mail is due, None: none is; ``mailed_at``: when it went.
    """

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index("ix_notices_person", "person_id", "changed_at"),
        sa.Index(
            "uq_notices_unread",
            "person_id",
            "group_key",
            unique=True,
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index("ix_notices_mail", "mail_at", postgresql_where=sa.text("mail_at IS NOT NULL AND mailed_at IS NULL")),
    )

    id: int | None = big_id()
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    kind: NoticeKind = Field(sa_type=one_of(NoticeKind, "kind"))
    group_key: str
    title: str
    text: str = ""
    href: str
    several: str = ""
    count: int = 1
    shown: bool = True  # False: the person wants this kind by mail alone
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)
    mail_at: datetime | None = Field(default=None, sa_type=Moment)
    mailed_at: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show a notice to its own person alone."""
        return col(cls.person_id) == actor.person_id if actor.person_id is not None else sa.false()

    @classmethod
    def waiting(cls, person_id: int) -> sa.ColumnElement[bool]:
        """Return the condition on what the person has not read on the site; an index of its own holds these."""
        return sa.and_(col(cls.person_id) == person_id, col(cls.read_at).is_(None), col(cls.shown))

    @classmethod
    def unmailed(cls) -> sa.ColumnElement[bool]:
        """Return the condition on what waits for a digest by mail, due or not; an index of its own holds these."""
        return sa.and_(col(cls.mail_at).is_not(None), col(cls.mailed_at).is_(None), col(cls.read_at).is_(None))

    def is_due(self, now: datetime) -> bool:
        """Whether its digest should have gone by now."""
        return self.mail_at is not None and self.mail_at <= now

    def mailed(self, now: datetime, *, gone: bool) -> None:
        """Take it out of those that wait for a digest: it has ``gone`` by mail, or nobody wants it by mail any more."""
        self.mail_at, self.mailed_at = (self.mail_at, now) if gone else (None, None)
        if not self.shown:
            self.read(now)

    def read(self, now: datetime) -> None:
        """Take it as read: what was read on the site needs no letter."""
        if self.read_at is None:
            self.read_at = now
            if self.mailed_at is None:
                self.mail_at = None


class NoticeSetting(SQLModel, table=True):
    """What a person switched; kinds without a row are on, on the site and by mail."""

    __tablename__ = "notice_settings"

    person_id: int = Field(foreign_key="people.id", primary_key=True, sa_type=sa.BigInteger)
    kind: NoticeKind = Field(primary_key=True, sa_type=one_of(NoticeKind, "kind"))
    on_site: bool = True
    by_mail: bool = True
