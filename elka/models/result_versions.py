"""Versions of published results: the first publication, and each signed correction of it; none is ever changed.

``counts`` and ``outcomes`` hold the version in force, and that is what the site reads. Every version, that one too, stands
here as it was published; what is in force can only become what the newest version says. The database holds all of it
(migrations/versions/triggers_0009.sql).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col

from elka.core.corrected import Withdrawn
from elka.core.hashchain import canonical
from elka.models.base import Moment, one_of
from elka.models.contests import Contest
from elka.models.publications import Publication
from elka.models.result_corrections import ResultCorrection
from elka.models.results import Count, Outcome


class FileKind(StrEnum):
    """A file of a version of results."""

    BALLOTS = "pb"
    TABLE = "csv"
    BOOK = "xlsx"
    PROTOCOL = "pdf"


class ResultVersion(SQLModel, table=True):
    """One version. ``count``: its row of ``counts``; ``withdrawn``: projects that are not in it (``core.corrected``).

    ``digest``: SHA-256 over all that it says, the digest of the version before it (``previous``) among it.
    """

    __tablename__ = "result_versions"
    __table_args__ = (
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint(
            "(number = 1) = (correction_id IS NULL) AND (number = 1) = (previous IS NULL)", name="first_or_correction"
        ),
        sa.CheckConstraint("length(digest) = 64", name="digest_whole"),
        sa.UniqueConstraint("correction_id"),
        sa.ForeignKeyConstraint(
            ["correction_id", "contest_id"],
            ["result_corrections.id", "result_corrections.contest_id"],
            name="fk_result_versions_correction",
        ),
    )

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    number: int = Field(primary_key=True)
    published_at: datetime = Field(sa_type=Moment)
    count: dict[str, Any] = Field(sa_type=JSONB)
    withdrawn: list[Any] = Field(default_factory=list, sa_type=JSONB)
    digest: str
    previous: str | None = None
    correction_id: int | None = Field(default=None, sa_type=sa.BigInteger)

    @property
    def gone(self) -> tuple[Withdrawn, ...]:
        """The projects that were taken out of this version."""
        return tuple(Withdrawn.load(one) for one in self.withdrawn)

    @property
    def counted(self) -> Count:
        """Its count, as it was."""
        facts = {**self.count, "counted_at": datetime.fromisoformat(self.count["counted_at"])}
        return Count(**facts)


class OutcomeVersion(SQLModel, table=True):
    """What a version says of one application: ``facts`` is its row of ``outcomes``; ``title`` of the project then."""

    __tablename__ = "outcome_versions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["contest_id", "number"],
            ["result_versions.contest_id", "result_versions.number"],
            name="fk_outcome_versions_version",
        ),
    )

    contest_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    number: int = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", primary_key=True, sa_type=sa.BigInteger)
    title: str
    facts: dict[str, Any] = Field(sa_type=JSONB)


class VersionFile(SQLModel, table=True):
    """A published file of a version, as it lies on the disk; ``size`` in bytes."""

    __tablename__ = "version_files"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["contest_id", "number"],
            ["result_versions.contest_id", "result_versions.number"],
            name="fk_version_files_version",
        ),
        sa.CheckConstraint("length(sha256) = 64", name="sha256_whole"),
    )

    contest_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    number: int = Field(primary_key=True)
    kind: FileKind = Field(primary_key=True, sa_type=one_of(FileKind, "kind"))
    sha256: str
    size: int = Field(sa_type=sa.BigInteger)
    made_at: datetime = Field(sa_type=Moment)


# Outcomes of former versions, read as those in force are: a class of its own, as one session may hold both.
_facts = sa.func.jsonb_populate_record(sa.text("NULL::outcomes"), col(OutcomeVersion.facts)).table_valued(
    *(sa.column(one.name, one.type) for one in sa.inspect(Outcome).local_table.columns), name="told"
)
_past = (
    sa.select(
        col(OutcomeVersion.number).label("version"),
        col(OutcomeVersion.contest_id).label("contest_id"),
        col(OutcomeVersion.application_id).label("application_id"),
        *(one for one in _facts.c if one.name not in ("contest_id", "application_id")),
    )
    .select_from(OutcomeVersion)
    .join(_facts, sa.true())
    .subquery("past_outcomes")
)


class PastOutcome:
    """An outcome of a version that may not be in force; the same fields as ``Outcome``."""

    amount: int
    lacking_money: int | None

    @property
    def left_before(self) -> int | None:
        """As ``Outcome.left_before``."""
        return None if self.lacking_money is None else self.amount - self.lacking_money


registry().map_imperatively(
    PastOutcome, _past, primary_key=[_past.c.contest_id, _past.c.version, _past.c.application_id]
)


@dataclass(frozen=True)
class Edition:
    """The results of a contest in one version, as pages and files read them.

    ``version`` None: nothing is kept of it yet (results that are not published); then it is what stands in ``outcomes``.
    ``count`` None: there is no count. ``current``: the number of the version in force.
    """

    contest_id: int
    count: Count | None
    version: ResultVersion | None = None
    current: int = 1

    @property
    def number(self) -> int:
        """Which version it is."""
        return self.current if self.version is None else self.version.number

    @property
    def in_force(self) -> bool:
        """Whether it is the version that holds."""
        return self.number == self.current

    @property
    def grounds(self) -> dict[int, str]:
        """On what ground each application was taken out of it."""
        return {} if self.version is None else {one.project: one.ground for one in self.version.gone}

    @property
    def outcomes(self) -> type[Outcome]:
        """What its outcomes are selected from, together with ``own``."""
        return Outcome if self.in_force else cast("type[Outcome]", PastOutcome)

    @property
    def own(self) -> sa.ColumnElement[bool]:
        """The condition on its outcomes."""
        if self.in_force:
            return col(Outcome.contest_id) == self.contest_id
        past = cast("Any", PastOutcome)
        return sa.and_(past.contest_id == self.contest_id, past.version == self.number)


def edition_of(session: Session, contest: Contest, number: int | None = None) -> Edition | None:
    """Return the results of a contest in a version, by default the one in force; None where there is no such version."""
    contest_id = contest.id or 0
    current = version_in_force(session, contest_id)
    if current is None or number in (None, current.number):
        if number not in (None, 1) and current is None:
            return None
        return Edition(contest_id, session.get(Count, contest_id), current, 1 if current is None else current.number)
    version = session.get(ResultVersion, (contest_id, number))
    return None if version is None else Edition(contest_id, version.counted, version, current.number)


def version_in_force(session: Session, contest_id: int) -> ResultVersion | None:
    """Return the newest version of a contest's results."""
    return session.execute(
        sa.select(ResultVersion)
        .where(col(ResultVersion.contest_id) == contest_id)
        .order_by(col(ResultVersion.number).desc())
        .limit(1)
    ).scalar_one_or_none()


def versions_of(session: Session, contest_id: int) -> list[tuple[ResultVersion, ResultCorrection | None]]:
    """Return all versions with what made them, the newest first."""
    found = session.execute(
        sa.select(ResultVersion, ResultCorrection)
        .outerjoin(ResultCorrection, col(ResultCorrection.id) == col(ResultVersion.correction_id))
        .where(col(ResultVersion.contest_id) == contest_id)
        .order_by(col(ResultVersion.number).desc())
    )
    return [(row[0], row[1]) for row in found]


def files_of(session: Session, contest_id: int) -> dict[tuple[int, FileKind], VersionFile]:
    """Return the kept files of a contest by version and kind."""
    found = session.execute(sa.select(VersionFile).where(col(VersionFile.contest_id) == contest_id)).scalars()
    return {(one.number, one.kind): one for one in found}


def lacking(session: Session, contest_id: int) -> list[FileKind]:
    """Return which files of the version in force are not kept yet; ballots have one only where there was a vote."""
    version = version_in_force(session, contest_id)
    kept = files_of(session, contest_id) if version is not None else {}
    number = 1 if version is None else version.number
    voted = session.get(Publication, contest_id) is not None
    return [kind for kind in FileKind if (number, kind) not in kept and (voted or kind is not FileKind.BALLOTS)]


def unkept(session: Session) -> list[int]:
    """Return the contests whose results are published and not kept as a version yet."""
    there = sa.exists().where(col(ResultVersion.contest_id) == col(Contest.id))
    found = session.execute(
        sa.select(col(Contest.id))
        .join(Count, col(Count.contest_id) == col(Contest.id))
        .where(col(Contest.published_at).is_not(None), ~there)
        .order_by(col(Contest.id))
    ).scalars()
    return list(found)


def keep_first(session: Session, contest: Contest) -> ResultVersion:
    """Keep what was published as version 1, once."""
    known = session.get(ResultVersion, (contest.id, 1))
    if known is not None:
        return known
    count = session.get_one(Count, contest.id, populate_existing=True)
    outcomes = session.execute(
        sa.select(Outcome)
        .where(col(Outcome.contest_id) == contest.id)
        .order_by(col(Outcome.rank))
        .execution_options(populate_existing=True)
    ).scalars()
    if contest.published_at is None:
        raise ValueError("results are kept when they are published")
    made = ResultVersion(
        contest_id=contest.id or 0, number=1, published_at=contest.published_at, count=facts_of(count), digest=""
    )
    return keep(session, made, list(outcomes))


# In one statement: with any outcome of a version there, none can be added.
_KEEP = sa.text(
    """
    INSERT INTO outcome_versions (contest_id, number, application_id, title, facts)
    SELECT :contest, :number, a.id, p.title, told.facts
    FROM jsonb_array_elements(CAST(:facts AS jsonb)) AS told (facts)
    JOIN applications a ON a.id = (told.facts ->> 'application_id')::bigint JOIN projects p ON p.id = a.project_id
    """
)


def keep(session: Session, made: ResultVersion, outcomes: Sequence[Outcome]) -> ResultVersion:
    """Write a version with its outcomes; its digest is computed here."""
    facts = [facts_of(one) for one in outcomes]
    made.digest = digest_of(made, facts)
    session.add(made)
    session.flush()
    session.execute(_KEEP, {"contest": made.contest_id, "number": made.number, "facts": json.dumps(facts)})
    return made


def digest_of(made: ResultVersion, facts: list[dict[str, Any]]) -> str:
    """Return SHA-256 over all that a version says, hexadecimal."""
    said = {
        "contest": made.contest_id,
        "number": made.number,
        "published_at": made.published_at,
        "count": made.count,
        "withdrawn": made.withdrawn,
        "previous": made.previous,
        "correction": made.correction_id,
        "outcomes": facts,
    }
    return sha256(canonical(said)).hexdigest()


def facts_of(row: Count | Outcome) -> dict[str, Any]:
    """Return a row as a version keeps it, by column."""
    found: dict[str, Any] = {}
    for one in sa.inspect(type(row)).local_table.columns:
        name, value = one.name, getattr(row, one.name)
        found[name] = value.isoformat() if isinstance(value, datetime) else value
    return found
