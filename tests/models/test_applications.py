"""The verbs of an application: its table of moves under any order of calls; who may know of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from elka.core.actor import GUEST, SYSTEM
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import FILED, NEXT, STANDING, Application, ApplicationStatus
from elka.models.contests import ContestStage
from elka.models.projects import GroupMember
from tests.factories import actor, application, contest, official, person, project

A = ApplicationStatus
START = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Life(RuleBasedStateMachine):
    """Any calls in any order, at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.row = Application(
            contest_id=1,
            project_id=1,
            status=A.DRAFT,
            revision=0,
            cost=0,
            amount=0,
            submitted_by=1,
        )
        self.now = START
        self.way = [A.DRAFT]

    @rule(hours=st.integers(0, 100))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def submit(self) -> None:
        self._try(lambda: self.row.submit(self.now, 1, number=1, cost=20, amount=10))

    @rule()
    def submit_again(self) -> None:
        late = self.row.correct_by is not None and self.now >= self.row.correct_by
        revision = self.row.revision
        if self._try(lambda: self.row.submit_again(self.now, 1, cost=20, amount=10)):
            assert not late
            assert self.row.revision == revision + 1

    @rule(days=st.integers(0, 10))
    def appeal(self, days: int) -> None:
        late = self.row.decided_at is not None and self.now >= self.row.decided_at + DAY * days
        if self._try(lambda: self.row.appeal(self.now, days)):
            assert not late

    @rule(upheld=st.booleans())
    def answer_appeal(self, upheld: bool) -> None:
        self._try(lambda: self.row.answer_appeal(upheld=upheld))

    @rule(ground=st.sampled_from(["", "мало", "Смета не подтверждена документами."]), days=st.integers(-1, 5))
    def send_back(self, ground: str, days: int) -> None:
        until = self.now + DAY * days
        self._try(lambda: self.row.return_for_correction(ground, now=self.now, by=2, until=until))

    @rule()
    def admit(self) -> None:
        self._try(lambda: self.row.admit(now=self.now, by=2))

    @rule(ground=st.sampled_from(["  ", "Смета не подтверждена документами."]))
    def reject(self, ground: str) -> None:
        self._try(lambda: self.row.reject(ground, now=self.now, by=2))

    @rule()
    def withdraw(self) -> None:
        self._try(self.row.withdraw)

    @rule(won=st.booleans())
    def settle(self, won: bool) -> None:
        self._try(lambda: self.row.settle(won))

    def _try(self, call: object) -> bool:
        before, revision = self.row.status, self.row.revision
        try:
            call()  # type: ignore[operator]
        except Refused:
            assert (self.row.status, self.row.revision) == (before, revision)
            return False
        self.way.append(self.row.status)
        return True

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        assert all(after in NEXT[before] for before, after in zip(self.way, self.way[1:], strict=False))

    @invariant()
    def reasons_are_always_given(self) -> None:
        if self.row.status in {A.RETURNED, A.REJECTED}:
            assert self.row.ground
        assert (self.row.correct_by is not None) == (self.row.status is A.RETURNED)
        assert self.row.is_standing == (self.row.status in STANDING)
        is_draft = self.row.status is A.DRAFT
        assert (self.row.number is None) == (self.row.submitted_at is None) == (self.row.revision == 0) == is_draft


TestLife = Life.TestCase


def seen(work: Work) -> set[A]:
    return set(work.session.execute(sa.select(Application.status).where(Application.visible_to(work.actor))).scalars())


@pytest.fixture
def filed(work: Work) -> list[Application]:
    """One application of each status, each of another project of one author."""
    to, author = contest(work, official(work), stage=ContestStage.ADMISSION), person(work)
    return [
        application(work, to, project(work, author), status=status, ground="Смета не подтверждена.") for status in A
    ]


def test_strangers_know_of_standing_ones_alone(work: Work, filed: list[Application]) -> None:
    for who in (GUEST, actor(work, person(work)), actor(work, official(work, place="Нижневартовск"))):
        work.actor = who
        assert seen(work) == set(STANDING)


def test_its_people_know_of_all_and_the_officials_of_the_place_of_what_was_filed(
    work: Work, filed: list[Application]
) -> None:
    from elka.models.people import Person

    author = work.session.get_one(Person, filed[0].submitted_by)
    for who in (SYSTEM, actor(work, author)):
        work.actor = who
        assert seen(work) == set(A)
    for who in (actor(work, official(work)), actor(work, official(work, region=True))):
        work.actor = who
        assert seen(work) == set(FILED)


def test_the_invited_know_no_more_than_strangers(work: Work, filed: list[Application]) -> None:
    member = person(work)
    for row in filed:
        work.session.add(GroupMember(project_id=row.project_id, person_id=member.id, duty="", invited_at=work.now))
    work.session.flush()
    work.actor = actor(work, member)
    assert seen(work) == set(STANDING)
