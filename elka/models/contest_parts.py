"""What a contest is made of beside its own row: categories with budgets, criteria with their marks, marks given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.models.base import Moment, big_id

CATEGORIES_MAX = 40
CRITERIA_MAX = 30
MARK_MAX = 100
WEIGHTS_SUM = 100


class CategoryBasis(StrEnum):
    """What puts an application into a category."""

    POPULATION = "population"  # of the project's settlement; an unknown one counts as the smallest
    DIRECTION = "direction"
    NOMINATION = "nomination"  # the applicant chooses
    SETTLEMENT = (
        "settlement"  # of the project, by the lists of the categories; where one municipality holds the contest
    )


class ContestCategory(SQLModel, table=True):
    """A part of a contest with a budget or places of its own. Money in rubles, population in people.

    ``people_from`` inclusive, ``people_below`` exclusive; None: no bound. ``directions`` and ``settlements``: ids, each for
    its basis. ``vote_limit``: how many projects of it one ballot may name; None: only the whole ballot has a limit.
    """

    __tablename__ = "contest_categories"
    __table_args__ = (
        sa.UniqueConstraint("id", "contest_id"),
        sa.UniqueConstraint("contest_id", "position", deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("budget IS NULL OR budget > 0", name="budget_positive"),
        sa.CheckConstraint("places IS NULL OR places > 0", name="places_positive"),
        sa.CheckConstraint("vote_limit BETWEEN 1 AND 1000", name="vote_limit_range"),
        sa.CheckConstraint(
            "people_from IS NULL OR people_below IS NULL OR people_from < people_below", name="people_in_order"
        ),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    position: int
    name: str
    budget: int | None = Field(default=None, sa_type=sa.BigInteger)
    places: int | None = None
    people_from: int | None = None
    people_below: int | None = None
    vote_limit: int | None = None
    directions: list[int] = Field(
        default_factory=list, sa_type=ARRAY(sa.Integer), sa_column_kwargs={"server_default": "{}"}
    )
    settlements: list[int] = Field(
        default_factory=list, sa_type=ARRAY(sa.Integer), sa_column_kwargs={"server_default": "{}"}
    )

    def takes_population(self, people: int | None) -> bool:
        """Whether a settlement of so many people belongs here; one of unknown size counts as the smallest."""
        count = people or 0
        return (self.people_from or 0) <= count and (self.people_below is None or count < self.people_below)


class Criterion(SQLModel, table=True):
    """What the commission looks at. ``weight``: percent of the whole; marks go from 0 to ``most``.

    ``marks``: descriptions, ``[{"mark": 0, "text": "…"}]``. ``category_id`` None: for every category.
    """

    __tablename__ = "criteria"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["category_id", "contest_id"],
            ["contest_categories.id", "contest_categories.contest_id"],
            name="fk_criteria_category",
        ),
        sa.UniqueConstraint("contest_id", "position", deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name="weight_range"),
        sa.CheckConstraint("most BETWEEN 1 AND 100", name="most_range"),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    category_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    position: int
    name: str
    hint: str = ""
    weight: int = 0
    most: int = 5
    marks: list[Any] = Field(default_factory=list, sa_type=JSONB)


class Score(SQLModel, table=True):
    """The commission's mark of an application by one criterion, from its signed sheets: their average.

    ``mark``: hundredths of a mark (437 is 4.37). ``revision``: what was judged.
    """

    __tablename__ = "scores"
    __table_args__ = (sa.CheckConstraint("mark BETWEEN 0 AND 10000", name="mark_range"),)

    application_id: int = Field(foreign_key="applications.id", primary_key=True, sa_type=sa.BigInteger)
    criterion_id: int = Field(foreign_key="criteria.id", primary_key=True, sa_type=sa.BigInteger)
    mark: int
    revision: int
    given_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    given_at: datetime = Field(sa_type=Moment)


def category_for(
    basis: CategoryBasis | None,
    categories: Sequence[ContestCategory],
    people: int | None,
    direction_id: int,
    settlement_id: int,
) -> ContestCategory | None:
    """Return the first category, in their order, that a project belongs to by its settlement or its direction.

    None when there are no categories, when none fits, and where the applicant chooses (a nomination). ``elka_category_of``
    says the same in the database (migrations/versions/triggers_0008.sql).
    """
    if basis is CategoryBasis.POPULATION:
        return next((one for one in categories if one.takes_population(people)), None)
    if basis is CategoryBasis.DIRECTION:
        return next((one for one in categories if direction_id in one.directions), None)
    if basis is CategoryBasis.SETTLEMENT:
        return next((one for one in categories if settlement_id in one.settlements), None)
    return None


def categories_of(session: Session, contest_id: int) -> list[ContestCategory]:
    """Return the categories of a contest in their order, read anew."""
    return _in_order(session, ContestCategory, contest_id)


def criteria_of(session: Session, contest_id: int) -> list[Criterion]:
    """Return the criteria of a contest in their order, read anew."""
    return _in_order(session, Criterion, contest_id)


def _in_order(session: Session, table: Any, contest_id: int) -> list[Any]:
    return list(
        session.execute(
            sa.select(table)
            .where(col(table.contest_id) == contest_id)
            .order_by(col(table.position))
            .execution_options(populate_existing=True)
        ).scalars()
    )
