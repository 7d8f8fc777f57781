"""Applications: a project's entry into a contest, with the revisions that were submitted."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Role
from elka.errors import Refused, WrongStage
from elka.models.base import Moment, big_id, one_of
from elka.models.contests import ApplicantKind, Contest
from elka.models.projects import GroupMember, Project

_DAY = timedelta(days=1)
GROUND_MIN = 10
GROUND_MAX = 3000


class ApplicationStatus(StrEnum):
    """Where an application is on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    WON = "won"
    LOST = "lost"


_A = ApplicationStatus
NEXT: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    _A.DRAFT: frozenset({_A.SUBMITTED}),
    # Submitted again before reception closes: a new revision.
    _A.SUBMITTED: frozenset({_A.SUBMITTED, _A.RETURNED, _A.ADMITTED, _A.REJECTED, _A.WITHDRAWN}),
    # Returned again: other remarks or a new term.
    _A.RETURNED: frozenset({_A.SUBMITTED, _A.RETURNED, _A.REJECTED, _A.WITHDRAWN}),
    _A.ADMITTED: frozenset({_A.WON, _A.LOST, _A.WITHDRAWN}),
    _A.REJECTED: frozenset({_A.APPEALED}),
    # An appeal that is upheld puts the application back among those that wait for a decision.
    _A.APPEALED: frozenset({_A.SUBMITTED, _A.REJECTED, _A.WITHDRAWN}),
    _A.WITHDRAWN: frozenset(),
    _A.WON: frozenset(),
    _A.LOST: frozenset(),
}

# Open to everybody are those that stand in the contest; any other one is its people's own affair.
STANDING = (_A.SUBMITTED, _A.RETURNED, _A.ADMITTED, _A.WON, _A.LOST)
UNDECIDED = (_A.SUBMITTED, _A.RETURNED, _A.APPEALED)
# What an office knows of: drafts are nobody's but their own people's.
FILED = tuple(status for status in _A if status is not _A.DRAFT)
ON_BALLOT = (_A.ADMITTED, _A.WON, _A.LOST)


class Application(SQLModel, table=True):
    """A project in a contest. ``cost`` is all of the budget, ``amount`` what is asked from the contest, rubles.

    A draft has no number, no ``submitted_at`` and revision 0. ``submitted_by``: who fills it in, then who submitted it.
    ``applicant``: in whose name; with ``municipality_id`` (the one that files) or the organization's name and ИНН.
    ``correct_by``: until when a returned application may be corrected. ``ground_code``: which ground of the rules.
    ``assignee_id``: who of the office deals with it. ``reviews``: signed score sheets behind its marks.
    """

    __tablename__ = "applications"
    __table_args__ = (
        sa.UniqueConstraint("id", "contest_id"),
        sa.UniqueConstraint("contest_id", "number"),
        sa.Index(
            "uq_applications_standing",
            "contest_id",
            "project_id",
            unique=True,
            postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected')"),
        ),
        sa.CheckConstraint("amount >= 0 AND cost >= amount", name="amounts_in_order"),
        sa.CheckConstraint("status NOT IN ('rejected', 'returned') OR coalesce(ground, '') <> ''", name="ground_given"),
        sa.CheckConstraint(
            "(status = 'draft') = (number IS NULL) AND (number IS NULL) = (submitted_at IS NULL)",
            name="draft_unnumbered",
        ),
        sa.CheckConstraint("(applicant = 'municipality') = (municipality_id IS NOT NULL)", name="municipality_named"),
        sa.ForeignKeyConstraint(
            ["category_id", "contest_id"],
            ["contest_categories.id", "contest_categories.contest_id"],
            name="fk_applications_category",
        ),
        sa.Index("ix_applications_listed", "contest_id", "status", "number"),
        sa.Index(
            "ix_applications_assignee", "assignee_id", "status", postgresql_where=sa.text("assignee_id IS NOT NULL")
        ),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger, index=True)
    number: int | None = None
    status: ApplicationStatus = Field(sa_type=one_of(ApplicationStatus, "status"))
    revision: int = 1
    applicant: ApplicantKind = Field(
        default=ApplicantKind.RESIDENT,
        sa_type=one_of(ApplicantKind, "applicant"),
        sa_column_kwargs={"server_default": "resident"},
    )
    municipality_id: int | None = Field(default=None, foreign_key="municipalities.id")
    organization_name: str | None = None
    organization_inn: str | None = None
    category_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    cost: int = Field(sa_type=sa.BigInteger)
    amount: int = Field(sa_type=sa.BigInteger)
    submitted_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    submitted_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime | None = Field(default=None, sa_type=Moment)
    changed_at: datetime | None = Field(default=None, sa_type=Moment)
    assignee_id: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    ground: str | None = None
    ground_code: str | None = None
    correct_by: datetime | None = Field(default=None, sa_type=Moment)
    reviews: int = Field(default=0, sa_column_kwargs={"server_default": "0"})

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show those that stand in a contest to everybody, all of them to their own people, what was filed to officials."""
        if actor.is_system:
            return sa.true()
        ways: list[sa.ColumnElement[bool]] = [col(cls.status).in_(STANDING)]
        everywhere, places = actor.places_of(Role.OFFICIAL)
        if everywhere:
            ways.append(col(cls.status) != _A.DRAFT)
        elif places:
            theirs = _aliases().contest
            office = sa.exists().where(col(theirs.id) == col(cls.contest_id), col(theirs.municipality_id).in_(places))
            ways.append(sa.and_(office, col(cls.status) != _A.DRAFT))
            ways.append(col(cls.municipality_id).in_(places))
        if actor.person_id is not None:
            ways.append(cls.of_person(actor.person_id))
        return sa.or_(*ways)

    @classmethod
    def of_person(cls, person_id: int) -> sa.ColumnElement[bool]:
        """Return the condition on applications of the person's own projects (author or confirmed in the group)."""
        own, one = _aliases().project, _aliases().member
        author = sa.exists().where(col(own.id) == col(cls.project_id), col(own.author_id) == person_id)
        member = sa.exists().where(
            col(one.project_id) == col(cls.project_id),
            col(one.person_id) == person_id,
            col(one.confirmed_at).is_not(None),
            col(one.declined_at).is_(None),
        )
        return sa.or_(author, member)

    @property
    def is_standing(self) -> bool:
        """Whether the application still takes part."""
        return self.status in STANDING

    @property
    def is_undecided(self) -> bool:
        """Whether voting has to wait for a decision on it."""
        return self.status in UNDECIDED

    def may_correct(self, now: datetime) -> bool:
        """Whether a returned application may be submitted anew at this moment, to the second."""
        return self.status is _A.RETURNED and (self.correct_by is None or now < self.correct_by)

    def submit(self, now: datetime, by: int, *, number: int, cost: int, amount: int) -> None:
        """Submit a draft, for the first time. ``number``: the next one of the contest."""
        if self.status is not _A.DRAFT:
            raise WrongStage("Эта заявка уже подана.")
        self._may_move(_A.SUBMITTED)
        self.status, self.number, self.revision = _A.SUBMITTED, number, 1
        self._taken(now, by, cost, amount)

    def submit_again(self, now: datetime, by: int, *, cost: int, amount: int) -> None:
        """Submit anew, the next revision with the sums of the day: after a return, or while reception still goes on."""
        self._may_move(_A.SUBMITTED)
        if self.status not in (_A.SUBMITTED, _A.RETURNED):
            raise WrongStage("Подать снова можно заявку, которую вернули или ещё не рассмотрели.")
        if self.status is _A.RETURNED and not self.may_correct(now):
            raise WrongStage("Срок исправления вышел. Свяжитесь с организатором: он может вернуть заявку ещё раз.")
        self.status = _A.SUBMITTED
        self.revision += 1
        self._taken(now, by, cost, amount)
        self.correct_by = None

    def appeal(self, now: datetime, days: int) -> None:
        """Object to a rejection within so many days of it."""
        self._may_move(_A.APPEALED)
        if not self.may_appeal(now, days):
            raise WrongStage("Срок обжалования вышел.")
        self.status = _A.APPEALED

    def answer_appeal(self, *, upheld: bool) -> None:
        """Answer an appeal: back among those that wait for a decision, or rejected as before: by whom and when, too."""
        if self.status is not _A.APPEALED:
            raise WrongStage("Жалобы на решение по этой заявке нет.")
        self.status = _A.SUBMITTED if upheld else _A.REJECTED
        if upheld:
            self.ground = self.ground_code = self.decided_at = self.decided_by = None

    def may_appeal(self, now: datetime, days: int) -> bool:
        """Whether a rejection may be appealed against at this moment."""
        return self.status is _A.REJECTED and self.decided_at is not None and now < self.decided_at + days * _DAY

    def return_for_correction(self, ground: str, *, now: datetime, by: int, until: datetime) -> None:
        """Send back with remarks; the applicant may correct it before ``until``."""
        self._may_move(_A.RETURNED)
        if until <= now:
            raise Refused("Срок исправления уже прошёл. Укажите время в будущем.", field="until")
        self.ground = _ground(ground)
        self.status, self.correct_by = _A.RETURNED, until
        self._decided(now, by)

    def admit(self, *, now: datetime, by: int) -> None:
        """Let it into the vote."""
        self._may_move(_A.ADMITTED)
        self.status, self.ground, self.correct_by = _A.ADMITTED, None, None
        self._decided(now, by)

    def reject(self, ground: str, *, now: datetime, by: int, code: str | None = None) -> None:
        """Refuse for a ground that the applicant will read. ``code``: which ground of the rules it is."""
        if self.status is _A.APPEALED:
            raise WrongStage("По заявке есть жалоба: сначала ответьте на неё.")
        self._may_move(_A.REJECTED)
        self.ground, self.ground_code = _ground(ground), code
        self.status, self.correct_by = _A.REJECTED, None
        self._decided(now, by)

    def withdraw(self) -> None:
        """Take it back."""
        self._may_move(_A.WITHDRAWN)
        self.status, self.correct_by = _A.WITHDRAWN, None

    def settle(self, won: bool) -> None:
        """Write the outcome of the contest."""
        target = _A.WON if won else _A.LOST
        self._may_move(target)
        self.status = target

    def settle_anew(self, won: bool) -> None:
        """Turn the outcome, as published results were corrected."""
        target, before = (_A.WON, _A.LOST) if won else (_A.LOST, _A.WON)
        if self.status is not before:
            raise WrongStage("С заявкой в её нынешнем состоянии так поступить нельзя. Обновите страницу.")
        self.status = target

    def _taken(self, now: datetime, by: int, cost: int, amount: int) -> None:
        self.cost, self.amount = cost, amount
        self.submitted_by, self.submitted_at, self.changed_at = by, now, now

    def _decided(self, now: datetime, by: int) -> None:
        self.decided_at, self.decided_by = now, by

    def _may_move(self, status: ApplicationStatus) -> None:
        if status not in NEXT[self.status]:
            raise WrongStage("С заявкой в её нынешнем состоянии так поступить нельзя. Обновите страницу.")


def _ground(text: str) -> str:
    cleaned = text.strip()
    if not GROUND_MIN <= len(cleaned) <= GROUND_MAX:
        raise Refused(
            f"Объясните решение заявителю: от {GROUND_MIN} до {GROUND_MAX} знаков.",
            field="ground",
        )
    return cleaned


class Revision(SQLModel, table=True):
    """What was submitted, as it was: the project's texts and budget on that day. Never changed."""

    __tablename__ = "revisions"

    application_id: int = Field(foreign_key="applications.id", primary_key=True, sa_type=sa.BigInteger)
    number: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_type=JSONB)
    submitted_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    submitted_at: datetime = Field(sa_type=Moment)


class _Aliases(NamedTuple):
    contest: type[Contest]
    project: type[Project]
    member: type[GroupMember]


@lru_cache(maxsize=1)
def _aliases() -> _Aliases:
    """Return what the conditions above look into: aliases keep them whole in queries that join the same tables.

    Made once: making an alias copies all columns of its table, which took 40 % of saving a field.
    """
    return _Aliases(aliased(Contest), aliased(Project), aliased(GroupMember))
