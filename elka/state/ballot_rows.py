"""The projects of a ballot as its page lists them, and what is on the reader's own ballot."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.applications import ON_BALLOT, Application
from elka.models.contest_parts import CategoryBasis, ContestCategory, categories_of
from elka.models.contests import Contest
from elka.models.judging import part_limits, part_purse
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.models.votes import Ballot, Vote
from elka.settings import settings
from elka.state.exclusive_rows import RivalRow, rivals_of
from elka.state.project_rows import cover_of, place_of
from elka.ui import labels

PAGE = 24
OTHERS = "Без категории"


@dataclass(frozen=True)
class Pick:
    """A project that is on the voter's ballot, as the browser keeps it; ``cost`` is what it asks for, rubles.

    ``place`` where the ballot is ranked and ``points`` where they are shared, otherwise 0.
    """

    id: int
    title: str
    cover: str
    cost: int
    place: int = 0
    points: int = 0


@dataclass(frozen=True)
class BallotRow:
    """A project of the ballot; ``id`` is its application's.

    ``rivals``: the projects beside which it cannot win. ``heading``: of the category that begins with it in the list.
    """

    id: int
    href: str
    title: str
    cover: str
    direction: str
    note: str
    cost: int
    rivals: list[RivalRow] = field(default_factory=list)
    heading: str = ""


@dataclass(frozen=True)
class BallotPart:
    """A category where categories limit the ballot: what it may hold of it, and which applications (``ids``) are of it.

    ``limit`` of projects and ``purse`` in rubles: 0 where there is none. ``closed``: not the reader's own, where each votes
    for their own place alone.
    """

    id: int
    name: str
    limit: int
    purse: int
    closed: bool
    ids: list[int]


def seed_of(work: Work, contest: Contest, tab: str) -> str:
    """Return what the reader's own order of projects is drawn from: their account, or the tab of a guest."""
    who = str(work.actor.person_id or tab)
    return sha256(b":".join((settings().key(), b"order", str(contest.id).encode(), who.encode()))).hexdigest()


def ballot_rows(
    work: Work, contest: Contest, wanted: list[Any], start: int, tab: str, *, grouped: bool = False
) -> tuple[list[BallotRow], int]:
    """Return a page of the ballot in the reader's own order, and how many there are, by a fixed number of queries.

    ``grouped``: category by category, each in that order.
    """
    order = sa.func.md5(sa.func.concat(seed_of(work, contest, tab), ":", col(Application.id)))
    found = work.session.execute(
        sa.select(
            col(Application.id),
            col(Application.amount),
            col(Project.id),
            col(Project.title),
            col(Project.cover_photo_id),
            col(Direction.name),
            col(Direction.motif),
            col(Settlement.name),
            col(Municipality.name),
            sa.func.count().over(),
            sa.func.coalesce(col(ContestCategory.name), OTHERS),
            sa.func.row_number().over(partition_by=col(ContestCategory.id), order_by=order) == 1,
        )
        .outerjoin(ContestCategory, col(ContestCategory.id) == col(Application.category_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT), *wanted)
        .order_by(*([col(ContestCategory.position)] if grouped else []), order)
        .limit(PAGE)
        .offset(start)
    ).all()
    rivals = rivals_of(work, contest, [row[0] for row in found])
    rows = [
        BallotRow(
            id=row[0],
            href=f"/projects/{row[2]}",
            title=labels.typographer(row[3]),
            cover=cover_of(row[2], row[6], row[4]),
            direction=row[5],
            note=f"{place_of(row[7], row[8])} · {labels.money_short(row[1])}",
            cost=row[1],
            rivals=rivals.get(row[0], []),
            heading=labels.typographer(row[10]) if grouped and row[11] else "",
        )
        for row in found
    ]
    return rows, found[0][9] if found else 0


def ballot_parts(work: Work, contest: Contest) -> list[BallotPart]:
    """Return the categories of the ballot where they limit it, each with its applications; otherwise nothing."""
    if contest.category_basis is None:
        return []
    rows = categories_of(work.session, contest.id or 0)
    limits = {part.id: part for part in part_limits(contest, rows)}
    own_only = contest.voters_own_part and contest.category_basis is CategoryBasis.SETTLEMENT
    if not limits and not own_only:
        return []
    ids: dict[int, list[int]] = {}
    for key, category in work.session.execute(
        sa.select(col(Application.id), col(Application.category_id))
        .where(
            col(Application.contest_id) == contest.id,
            col(Application.status).in_(ON_BALLOT),
            col(Application.category_id).is_not(None),
        )
        .order_by(col(Application.id))
    ):
        ids.setdefault(category, []).append(key)
    home = work.actor.settlement_id
    return [
        BallotPart(
            id=row.id or 0,
            name=labels.typographer(row.name),
            limit=row.vote_limit or 0,
            purse=part_purse(contest, row) or 0,
            closed=own_only and work.actor.is_signed_in and home not in row.settlements,
            ids=ids[row.id or 0],
        )
        for row in rows
        if row.id in ids
    ]


def ballot_directions(work: Work, contest: Contest) -> list[tuple[Direction, int]]:
    """Return the directions that are on the ballot with the number of their projects."""
    found = work.session.execute(
        sa.select(Direction, sa.func.count())
        .join(Project, col(Project.direction_id) == col(Direction.id))
        .join(Application, col(Application.project_id) == col(Project.id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT))
        .group_by(col(Direction.id))
        .order_by(col(Direction.position))
    )
    return [(row[0], row[1]) for row in found]


def place_column(contest: Contest) -> Any:
    """Return by what the projects of the ballot are told apart: settlements of a municipality, municipalities of the region."""
    return col(Municipality.id) if contest.municipality_id is None else col(Settlement.id)


def ballot_places(work: Work, contest: Contest) -> list[tuple[Municipality | Settlement, int]]:
    """Return the places that are on the ballot with the number of their projects, by name."""
    kind: type[Municipality | Settlement] = Municipality if contest.municipality_id is None else Settlement
    found = work.session.execute(
        sa.select(kind, sa.func.count())
        .select_from(Application)
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT))
        .group_by(kind.id)
        .order_by(kind.name)
    )
    return [(row[0], row[1]) for row in found]


def own_ballot(work: Work, contest: Contest) -> tuple[Ballot | None, list[Pick]]:
    """Return the reader's own ballot and what is on it, the first place and the most points first; nobody else's ever."""
    if work.actor.person_id is None:
        return None, []
    ballot = work.session.execute(
        sa.select(Ballot).where(col(Ballot.contest_id) == contest.id, col(Ballot.person_id) == work.actor.person_id)
    ).scalar_one_or_none()
    if ballot is None:
        return None, []
    found = work.session.execute(
        sa.select(
            col(Vote.application_id),
            col(Project.id),
            col(Project.title),
            col(Project.cover_photo_id),
            col(Direction.motif),
            col(Application.amount),
            sa.func.coalesce(col(Vote.place), 0),
            sa.func.coalesce(col(Vote.points), 0),
        )
        .join(Application, col(Application.id) == col(Vote.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Direction, col(Direction.id) == col(Project.direction_id))
        .where(col(Vote.ballot_id) == ballot.id, col(Application.status).in_(ON_BALLOT))
        .order_by(col(Vote.place), col(Vote.points).desc(), col(Vote.application_id))
    )
    return ballot, [
        Pick(key, labels.typographer(title), cover_of(project, motif, photo), *rest)
        for key, project, title, photo, motif, *rest in found
    ]
