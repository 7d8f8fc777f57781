"""Who of an office deals with which application: giving, taking, sharing out evenly. Not a state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.db import Work
from elka.models.applications import UNDECIDED, Application
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.projects import GroupMember, Project
from elka.models.roles import RoleGrant
from elka.state.project_filters import alphabetical
from elka.ui import labels


@dataclass(frozen=True)
class Colleague:
    """An official of the contest's place. ``load``: how many applications of the contest wait in their hands.

    ``serves`` False: no longer an official there, but still has applications.
    """

    id: int
    name: str
    load: int
    serves: bool
    is_me: bool


def colleagues(work: Work, contest: Contest) -> list[Colleague]:
    """Return the officials of the contest's place, whoever looks, and all who have applications of it; by name."""
    serving = sa.select(col(RoleGrant.person_id)).where(
        col(RoleGrant.role) == Role.OFFICIAL,
        RoleGrant.standing(),
        col(RoleGrant.municipality_id).is_not_distinct_from(contest.municipality_id),
    )
    has = (
        sa.select(col(Application.assignee_id).label("id"), sa.func.count().label("load"))
        .where(
            col(Application.contest_id) == contest.id,
            col(Application.assignee_id).is_not(None),
            col(Application.status).in_(UNDECIDED),
        )
        .group_by(col(Application.assignee_id))
        .subquery("has")
    )
    serves = col(Person.id).in_(serving)
    found = work.session.execute(
        sa.select(
            col(Person.id), col(Person.last_name), col(Person.first_name), col(Person.patronymic), has.c.load, serves
        )
        .outerjoin(has, has.c.id == col(Person.id))
        .where(
            col(Person.erased_at).is_(None),
            sa.or_(serves, has.c.load.is_not(None), col(Person.id) == work.person()),
        )
        .order_by(alphabetical(col(Person.last_name)), alphabetical(col(Person.first_name)), col(Person.id))
    )
    me = work.person()
    return [
        Colleague(key, labels.short_name(last, first, middle), load or 0, serves or key == me, key == me)
        for key, last, first, middle, load, serves in found
    ]


def groups_of(work: Work, application_ids: Iterable[int], people: Iterable[int]) -> dict[int, set[int]]:
    """Return who of the people stands behind which application: as the author or in the confirmed group."""
    ids, asked = list(application_ids), list(people)
    if not ids or not asked:
        return {}
    authors = sa.select(col(Application.id), col(Project.author_id)).join(
        Project, col(Project.id) == col(Application.project_id)
    )
    members = sa.select(col(Application.id), col(GroupMember.person_id)).join(
        GroupMember,
        sa.and_(
            col(GroupMember.project_id) == col(Application.project_id),
            col(GroupMember.confirmed_at).is_not(None),
            col(GroupMember.declined_at).is_(None),
        ),
    )
    found: dict[int, set[int]] = {}
    for query, person in ((authors, col(Project.author_id)), (members, col(GroupMember.person_id))):
        for key, one in work.session.execute(query.where(col(Application.id).in_(ids), person.in_(asked))):
            found.setdefault(key, set()).add(one)
    return found
