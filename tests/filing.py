"""A resident with a project ready for a contest that takes applications."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.projects import Project
from tests.factories import actor, contest, official, person, project


@dataclass
class Case:
    """A resident with a project ready for a contest that takes applications."""

    contest: Contest
    author: Person
    project: Project


def ready(work: Work) -> Case:
    """Let a resident with a project act."""
    row = contest(work, official(work))
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    return Case(row, author, made)


def filed(work: Work) -> int:
    return work.session.execute(sa.select(sa.func.count()).select_from(Application)).scalar_one()
