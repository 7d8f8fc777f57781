"""Mutually exclusive projects: groups of applications of which at most one may win, each with a ground that everybody reads.

The database itself holds: a group is of one contest, has 2 to 20 applications when a transaction ends, and nothing of it
changes once voting has opened (migrations/versions/triggers_0010.sql). Whether an application still takes part is asked
whenever groups are read, so that a group of which one is left excludes nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col

from elka.core.lifecycle import ContestStage
from elka.errors import WrongStage
from elka.models.applications import ON_BALLOT, STANDING, Application, ApplicationStatus
from elka.models.base import Moment, big_id
from elka.models.contests import Contest

LEAST, MOST = 2, 20
GROUPS_MAX = 300
GROUND_MIN, GROUND_MAX = 10, 500


class ExclusiveGroup(SQLModel, table=True):
    """A group. ``ground``: why its projects cannot be built together, public."""

    __tablename__ = "exclusive_groups"
    __table_args__ = (
        sa.UniqueConstraint("id", "contest_id"),
        sa.CheckConstraint(f"char_length(ground) BETWEEN {GROUND_MIN} AND {GROUND_MAX}", name="ground_given"),
        sa.Index("ix_exclusive_groups_contest", "contest_id"),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    ground: str
    made_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    made_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class ExclusiveMember(SQLModel, table=True):
    """An application in a group; it may stand in several."""

    __tablename__ = "exclusive_members"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["group_id", "contest_id"],
            ["exclusive_groups.id", "exclusive_groups.contest_id"],
            name="fk_exclusive_members_group",
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "contest_id"],
            ["applications.id", "applications.contest_id"],
            name="fk_exclusive_members_application",
        ),
        sa.Index("ix_exclusive_members_application", "application_id"),
    )

    group_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    application_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    contest_id: int = Field(sa_type=sa.BigInteger)


class SeenApart(SQLModel, table=True):
    """Two applications that look alike, and an official who saw that they do not exclude each other."""

    __tablename__ = "exclusive_apart"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="in_order"),
        *(
            sa.ForeignKeyConstraint(
                [name, "contest_id"],
                ["applications.id", "applications.contest_id"],
                name=f"fk_exclusive_apart_{name}",
            )
            for name in ("first_id", "second_id")
        ),
        sa.Index("ix_exclusive_apart_contest", "contest_id"),
    )

    first_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    second_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    contest_id: int = Field(sa_type=sa.BigInteger)
    seen_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    seen_at: datetime = Field(sa_type=Moment)


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is in force: its applications that take part, by id."""

    id: int
    ground: str
    applications: tuple[int, ...]


def require_marking(contest: Contest) -> None:
    """Raise unless groups may be made and changed now: while applications are admitted, as other decisions on them."""
    if not contest.is_admitting():
        raise WrongStage("Взаимоисключающие проекты отмечают до открытия голосования, потом ничего не меняется.")


def groups_in_force(session: Session, contest: Contest) -> list[Group]:
    """Return the groups of a contest of which two or more applications take part, in the order they were made."""
    before = contest.stage in (ContestStage.ANNOUNCED, ContestStage.ACCEPTING, ContestStage.ADMISSION)
    return groups_among(session, contest.id or 0, STANDING if before else ON_BALLOT)


def groups_among(session: Session, contest_id: int, statuses: Collection[ApplicationStatus]) -> list[Group]:
    """Return the groups of a contest as far as their applications have such a status; those of fewer than two are none."""
    rows = session.execute(
        sa.select(
            col(ExclusiveGroup.id),
            col(ExclusiveGroup.ground),
            sa.func.array_agg(sa.type_coerce(col(Application.id), sa.BigInteger)),
        )
        .join(ExclusiveMember, col(ExclusiveMember.group_id) == col(ExclusiveGroup.id))
        .join(Application, col(Application.id) == col(ExclusiveMember.application_id))
        .where(col(ExclusiveGroup.contest_id) == contest_id, col(Application.status).in_(statuses))
        .group_by(col(ExclusiveGroup.id))
        .having(sa.func.count() >= LEAST)
        .order_by(col(ExclusiveGroup.id))
    )
    return [Group(key, ground, tuple(sorted(ids))) for key, ground, ids in rows]


def exclusive_of(session: Session, contest_id: int) -> tuple[frozenset[int], ...]:
    """Return the groups by which a contest is counted: of what is on its ballot, no two alike."""
    sets = {frozenset(one.applications) for one in groups_among(session, contest_id, ON_BALLOT)}
    return tuple(sorted(sets, key=sorted))
