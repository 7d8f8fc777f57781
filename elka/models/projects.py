"""Projects: an idea and the project that grows from it are one record with a lifecycle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from elka import clock
from elka.core.actor import Actor, Role
from elka.errors import Refused, WrongStage
from elka.models.base import Moment, big_id, one_of

TITLE_MAX = 120
SUMMARY_MAX = 200
TEXT_MAX = 6000
ADDRESS_MAX = 200
DUTY_MAX = 80
LINES_MAX = 60
LINE_NAME_MAX = 160
QUANTITY_MAX = 60
AMOUNT_MAX = 10**10
PHOTOS_MAX = 12
ALT_MAX = 200
MEMBERS_MAX = 200
MEMBER_AGE = 14


class ProjectStage(StrEnum):
    """Where a project is on its way."""

    IDEA = "idea"
    PROJECT = "project"
    SUBMITTED = "submitted"
    SUPPORTED = "supported"
    REALISING = "realising"
    REALISED = "realised"
    ARCHIVED = "archived"


# A project that did not win goes back to PROJECT and may be submitted again.
NEXT: dict[ProjectStage, frozenset[ProjectStage]] = {
    ProjectStage.IDEA: frozenset({ProjectStage.PROJECT, ProjectStage.ARCHIVED}),
    ProjectStage.PROJECT: frozenset({ProjectStage.SUBMITTED, ProjectStage.IDEA, ProjectStage.ARCHIVED}),
    ProjectStage.SUBMITTED: frozenset({ProjectStage.PROJECT, ProjectStage.SUPPORTED}),
    ProjectStage.SUPPORTED: frozenset({ProjectStage.REALISING}),
    ProjectStage.REALISING: frozenset({ProjectStage.REALISED}),
    ProjectStage.REALISED: frozenset(),
    ProjectStage.ARCHIVED: frozenset({ProjectStage.IDEA}),
}

# What a correction of published results moves, and nothing else does.
CORRECTED: dict[ProjectStage, ProjectStage] = {
    ProjectStage.SUPPORTED: ProjectStage.PROJECT,
    ProjectStage.PROJECT: ProjectStage.SUPPORTED,
}

IN_REGISTRY = (ProjectStage.SUPPORTED, ProjectStage.REALISING, ProjectStage.REALISED)
EDITABLE = frozenset({ProjectStage.IDEA, ProjectStage.PROJECT})


class EditingClosed(WrongStage):
    """The project stands at a stage where its texts and budget may not change."""


class Source(StrEnum):
    """Where the money, goods or labour of a budget line come from."""

    REGION = "region"
    MUNICIPALITY = "municipality"
    RESIDENTS = "residents"
    LEGAL_ENTITIES = "legal_entities"
    IN_KIND = "in_kind"


# What search by words reads: one case, and «ё» told from «е» by nobody. The index holds the very same expression.
# Written as PostgreSQL itself would print it, so that the model and the database can be compared.
SEARCHED = (
    "to_tsvector('russian'::regconfig, "
    "replace(lower((title::text || ' '::text) || summary::text), 'ё'::text, 'е'::text))"
)


class Project(SQLModel, table=True):
    """An idea or project of residents. Money in whole rubles. Private until ``published_at``.

    ``invite_nonce`` is mixed into the link that invites to the group; None: there is no link.
    """

    __tablename__ = "projects"
    __table_args__ = (
        sa.Index("ix_projects_listed", "published_at", "id"),
        sa.Index("ix_projects_stage_settlement", "stage", "settlement_id"),
        sa.Index("ix_projects_search", sa.text(SEARCHED), postgresql_using="gin"),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 160", name="title_length"),
        sa.CheckConstraint("granted IS NULL OR granted >= 0", name="granted_not_negative"),
        sa.CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
    )

    id: int | None = big_id()
    author_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    title: str
    summary: str = ""
    problem: str = ""
    outcome: str = ""
    address: str = ""
    direction_id: int = Field(foreign_key="directions.id", index=True)
    settlement_id: int = Field(foreign_key="settlements.id", index=True)
    stage: ProjectStage = Field(default=ProjectStage.IDEA, sa_type=one_of(ProjectStage, "stage"))
    starts_on: date | None = None
    ends_on: date | None = None
    cover_photo_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    supported_at: datetime | None = Field(default=None, sa_type=Moment)
    realised_on: date | None = None
    granted: int | None = Field(default=None, sa_type=sa.BigInteger)
    won_contest_id: int | None = Field(default=None, foreign_key="contests.id", sa_type=sa.BigInteger)
    invite_nonce: str | None = None
    version: int = 1

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show published ones to everybody, all of their own (author or group) to the people of the project."""
        if actor.is_system:
            return sa.true()
        public = col(cls.published_at).is_not(None)
        if actor.person_id is None:
            return public
        mine = (
            sa.exists()
            .where(
                col(GroupMember.project_id) == col(cls.id),
                col(GroupMember.person_id) == actor.person_id,
                col(GroupMember.declined_at).is_(None),
            )
            .correlate(cls)
        )
        return sa.or_(public, col(cls.author_id) == actor.person_id, mine)

    @classmethod
    def listed(cls) -> sa.ColumnElement[bool]:
        """Return the condition on what public lists show: published and not in the archive."""
        return sa.and_(col(cls.published_at).is_not(None), col(cls.stage) != ProjectStage.ARCHIVED)

    @property
    def is_draft(self) -> bool:
        """Whether only its own people see it."""
        return self.published_at is None

    def is_author(self, actor: Actor) -> bool:
        """Whether the actor made the project."""
        return actor.person_id is not None and actor.person_id == self.author_id

    def may_edit(self, actor: Actor, members: Iterable[GroupMember]) -> bool:
        """Whether the actor is the author or a confirmed member of the group (at whatever stage)."""
        if actor.is_system or self.is_author(actor):
            return True
        return actor.person_id is not None and any(
            member.project_id == self.id and member.person_id == actor.person_id and member.is_confirmed
            for member in members
        )

    def may_report(self, actor: Actor, municipality_id: int) -> bool:
        """Whether the actor may tell how the realisation goes: the author or an official of the place."""
        return actor.is_system or self.is_author(actor) or actor.has(Role.OFFICIAL, municipality_id)

    def require_editable(self, *, returned: bool = False) -> None:
        """Raise ``EditingClosed`` unless texts and budget may change now.

        ``returned``: the project's application was returned for correction, which opens editing again.
        """
        if self.stage in EDITABLE or (returned and self.stage is ProjectStage.SUBMITTED):
            return
        raise EditingClosed(_CLOSED[self.stage])

    def touch(self, now: datetime) -> None:
        """Note that the content changed."""
        self.updated_at = now
        self.version += 1

    def publish(self, now: datetime) -> None:
        """Show the idea to everybody."""
        if self.stage not in EDITABLE:
            raise WrongStage("Опубликовать можно только идею или проект.")
        if self.published_at is not None:
            raise Refused("Это уже опубликовано.")
        self.published_at = now
        self.touch(now)

    def become_project(self, now: datetime) -> None:
        """Grow from an idea into a project; an unpublished one is published by the same step."""
        self._move(ProjectStage.PROJECT, now)
        self.published_at = self.published_at or now

    def submit(self, now: datetime) -> None:
        """Enter a contest: from now on it stands as it was submitted."""
        if self.stage is ProjectStage.IDEA:
            raise WrongStage("В конкурс подают готовый проект: сначала доведите идею до проекта.")
        if self.stage is ProjectStage.SUBMITTED:
            raise WrongStage("Проект уже участвует в конкурсе. Дождитесь итогов или отзовите заявку.")
        self._move(ProjectStage.SUBMITTED, now)

    def return_to_project(self, now: datetime) -> None:
        """Leave a contest without a win (or by withdrawing): free to change and submit again."""
        if self.stage is not ProjectStage.SUBMITTED:
            raise WrongStage("Проект не участвует в конкурсе.")
        self._move(ProjectStage.PROJECT, now)

    def support(self, now: datetime, contest_id: int, amount: int) -> None:
        """Win a contest. ``amount``: rubles granted."""
        self._move(ProjectStage.SUPPORTED, now)
        self.supported_at = now
        self.won_contest_id = contest_id
        self.granted = amount

    def win_by_correction(self, now: datetime, contest_id: int, amount: int) -> None:
        """Win a contest whose published results were corrected. ``amount``: rubles granted."""
        self._correct(ProjectStage.SUPPORTED, now)
        self.supported_at, self.won_contest_id, self.granted = now, contest_id, amount

    def lose_by_correction(self, now: datetime) -> None:
        """Lose what was won, as published results were corrected: free to change and submit again."""
        self._correct(ProjectStage.PROJECT, now)
        self.supported_at = self.won_contest_id = self.granted = None

    def start(self, now: datetime) -> None:
        """Begin to realise a supported project."""
        self._move(ProjectStage.REALISING, now)

    def finish(self, day: date, now: datetime) -> None:
        """Report that the project is realised. ``day``: when, in the time of Ugra; not in the future."""
        if day > clock.local(now).date():
            raise Refused("Дата завершения ещё не наступила.", field="realised_on")
        if self.supported_at is not None and day < clock.local(self.supported_at).date():
            raise Refused("Дата завершения раньше, чем проект получил поддержку.", field="realised_on")
        self._move(ProjectStage.REALISED, now)
        self.realised_on = day

    def archive(self, now: datetime) -> None:
        """Take out of the lists; the page stays for those who have the link."""
        self._move(ProjectStage.ARCHIVED, now)

    def restore(self, now: datetime) -> None:
        """Return from the archive as an idea."""
        if self.stage is not ProjectStage.ARCHIVED:
            raise WrongStage("Проект не в архиве.")
        self._move(ProjectStage.IDEA, now)

    def _correct(self, to: ProjectStage, now: datetime) -> None:
        if CORRECTED.get(self.stage) is not to:
            raise WrongStage(_WRONG[self.stage])
        self.stage = to
        self.touch(now)

    def _move(self, to: ProjectStage, now: datetime) -> None:
        if to not in NEXT[self.stage]:
            raise WrongStage(_WRONG[self.stage])
        self.stage = to
        self.touch(now)


_CLOSED = {
    ProjectStage.SUBMITTED: "Проект участвует в конкурсе, и менять его нельзя: все сравнивают то, что подано. "
    "Править можно, если комиссия вернёт заявку или вы её отзовёте.",
    ProjectStage.SUPPORTED: "Проект победил: условия, за которые голосовали, больше не меняются.",
    ProjectStage.REALISING: "Проект уже делают: условия, за которые голосовали, больше не меняются.",
    ProjectStage.REALISED: "Проект завершён и стоит в реестре, менять его нельзя.",
    ProjectStage.ARCHIVED: "Проект в архиве. Верните его из архива, чтобы править.",
}

_WRONG = {
    ProjectStage.IDEA: "Это ещё идея. Сначала доведите её до проекта.",
    ProjectStage.PROJECT: "Проект пока не участвует в конкурсе.",
    ProjectStage.SUBMITTED: "Проект участвует в конкурсе: дождитесь итогов или отзовите заявку.",
    ProjectStage.SUPPORTED: "Проект уже получил поддержку.",
    ProjectStage.REALISING: "Проект уже делают.",
    ProjectStage.REALISED: "Проект уже завершён.",
    ProjectStage.ARCHIVED: "Проект в архиве. Сначала верните его.",
}


class GroupMember(SQLModel, table=True):
    """A person of the initiative group; counts only when they confirmed it themselves."""

    __tablename__ = "group_members"

    project_id: int = Field(foreign_key="projects.id", primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="people.id", primary_key=True, sa_type=sa.BigInteger, index=True)
    duty: str = ""
    invited_at: datetime = Field(sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    declined_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def is_confirmed(self) -> bool:
        """Whether the person said yes and has not left."""
        return self.confirmed_at is not None and self.declined_at is None


class BudgetLine(SQLModel, table=True):
    """One line of a project's budget: what, how much, from whom. ``amount`` in whole rubles."""

    __tablename__ = "budget_lines"
    __table_args__ = (
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.UniqueConstraint("project_id", "position", deferrable=True, initially="DEFERRED"),
    )

    id: int | None = big_id()
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger)
    position: int
    name: str
    quantity: str = ""
    amount: int = Field(sa_type=sa.BigInteger)
    source: Source = Field(sa_type=one_of(Source, "source"))


class Photo(SQLModel, table=True):
    """A photo of a project, re-encoded on arrival; its files are named by ``key`` (SHA-256 of the largest one)."""

    __tablename__ = "photos"
    __table_args__ = (sa.UniqueConstraint("project_id", "key"),)

    id: int | None = big_id()
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger)
    author_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    key: str
    width: int
    height: int
    alt: str = ""
    created_at: datetime = Field(sa_type=Moment)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show what the project's own page shows."""
        return sa.exists().where(col(Project.id) == col(cls.project_id), Project.visible_to(actor)).correlate(cls)
