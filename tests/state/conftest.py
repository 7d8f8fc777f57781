"""An official at work, and the draft that they build: what most tests of the office begin with."""

from __future__ import annotations

import pytest

from elka.db import Work
from elka.models.contests import Contest, ContestStage
from elka.models.people import Person
from tests.factories import actor, contest, official


@pytest.fixture
def by(work: Work) -> Person:
    """An official of Берёзовский район, who acts from now on."""
    row = official(work)
    work.actor = actor(work, row)
    return row


@pytest.fixture
def region(work: Work) -> Person:
    """An official of the region, who acts from now on."""
    row = official(work, region=True)
    work.actor = actor(work, row)
    return row


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    """A draft contest of theirs; a module that needs another one makes its own."""
    return contest(work, by, stage=ContestStage.DRAFT)


@pytest.fixture
def second(work: Work, made: object) -> Person:
    """A colleague of the official of ``made``, which each module makes for itself: the second person of two."""
    return official(work)
