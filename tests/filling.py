"""A resident who has begun an application with a field of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from elka.db import Work
from elka.models.answers import Answer
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.projects import GroupMember, Project
from tests.factories import actor, contest, official, person, project
from tests.forms import begun, give_form


@dataclass
class Case:
    """A resident who has begun an application with a field of every kind."""

    contest: Contest
    author: Person
    project: Project
    id: int


def filling(work: Work) -> Case:
    """Let a resident begin an application of a contest with a field of every kind; they act."""
    row = contest(work, official(work))
    give_form(work, row)
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    return Case(row, author, made, begun(work, row, made))


def member_of(work: Work, made: Project, *, confirmed: bool = True) -> Person:
    who = person(work)
    work.session.add(
        GroupMember(
            project_id=made.id,
            person_id=who.id,
            duty="",
            invited_at=work.now,
            confirmed_at=work.now if confirmed else None,
        )
    )
    work.session.flush()
    return who


def kept(work: Work, case: Case) -> dict[str, Any]:
    rows = work.session.execute(sa.select(Answer.key, Answer.value).where(Answer.application_id == case.id))
    return {row[0]: row[1] for row in rows}
