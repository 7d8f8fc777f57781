"""What the database itself holds of projects that exclude each other, whoever writes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from elka import doctor
from elka.core.actor import SYSTEM
from elka.db import Work, work_as
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestStage
from elka.models.exclusive import ExclusiveGroup, ExclusiveMember, exclusive_of, groups_in_force
from elka.models.projects import ProjectStage
from elka.models.publications import rules_for
from tests import factories
from tests.browser import commit

S, A = ContestStage, ApplicationStatus
GROUND = "Оба проекта займут одну площадку у школы."


def entries(work: Work, count: int, **fields: object) -> tuple[Contest, list[Application]]:
    official, author = factories.official(work), factories.person(work)
    contest = factories.contest(work, official, **{"stage": S.ADMISSION, **fields})  # type: ignore[arg-type]  # of a test
    return contest, [
        factories.application(work, contest, factories.project(work, author, stage=ProjectStage.SUBMITTED))
        for _ in range(count)
    ]


def group(work: Work, contest: Contest, members: list[Application], *, ground: str = GROUND) -> ExclusiveGroup:
    row = ExclusiveGroup(
        contest_id=contest.id or 0, ground=ground, made_by=contest.created_by, made_at=work.now, changed_at=work.now
    )
    work.session.add(row)
    work.session.flush()
    for one in members:
        work.session.add(ExclusiveMember(group_id=row.id, application_id=one.id, contest_id=contest.id))
    work.session.flush()
    return row


def refused(work: Work, statement: str, says: str) -> None:
    def write() -> None:
        with work.session.begin_nested():
            work.session.execute(sa.text(statement))
            work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(DBAPIError, match=says):
        write()


@pytest.mark.parametrize("stage", [S.ANNOUNCED, S.VOTING, S.EXPERT, S.DECISION, S.AWARDED, S.CLOSED, S.CANCELLED])
def test_nothing_changes_but_while_applications_are_admitted(work: Work, stage: S) -> None:
    contest, (one, two, three) = entries(work, 3)
    made = group(work, contest, [one, two])
    more = ", cancel_reason = 'Нет денег.'" if stage is S.CANCELLED else ""
    work.session.execute(sa.text(f"UPDATE contests SET stage = '{stage}'{more} WHERE id = {contest.id}"))
    for statement in (
        f"INSERT INTO exclusive_groups SELECT id + 1, contest_id, ground, made_by, made_at, changed_at FROM exclusive_groups WHERE id = {made.id}",
        f"INSERT INTO exclusive_members VALUES ({made.id}, {three.id}, {contest.id})",
        f"UPDATE exclusive_groups SET ground = 'Совсем другое основание.' WHERE id = {made.id}",
        f"DELETE FROM exclusive_members WHERE application_id = {one.id}",
        f"DELETE FROM exclusive_groups WHERE id = {made.id}",
    ):
        refused(work, statement, "does not change after voting has opened")


def test_a_group_is_of_one_contest_and_has_two_to_twenty(work: Work) -> None:
    contest, members = entries(work, 21)
    _, (stranger,) = entries(work, 1)
    made = group(work, contest, members[:2])
    work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    put = "INSERT INTO exclusive_members SELECT {group}, id, contest_id FROM applications WHERE id IN ({ids})"
    ids = ", ".join(str(one.id) for one in members[2:])
    refused(work, put.format(group=made.id, ids=stranger.id), "fk_exclusive_members_group")
    refused(
        work,
        f"INSERT INTO exclusive_members VALUES ({made.id}, {stranger.id}, {contest.id})",
        "fk_exclusive_members_app",
    )
    refused(work, put.format(group=made.id, ids=ids), "has 2 to 20 of them, not 21")
    refused(work, f"DELETE FROM exclusive_members WHERE application_id = {members[0].id}", "2 to 20 of them, not 1")
    refused(work, f"UPDATE exclusive_members SET application_id = {members[2].id}", "stays in its contest")
    refused(
        work, f"UPDATE exclusive_groups SET contest_id = {stranger.contest_id}", "stays in its contest|does not change"
    )
    refused(
        work,
        f"INSERT INTO exclusive_groups SELECT id + 1, contest_id, ground, made_by, made_at, changed_at FROM exclusive_groups WHERE id = {made.id}",
        "2 to 20 of them, not 0",
    )
    for ground in ("Коротко.", "д" * 501):
        refused(work, f"UPDATE exclusive_groups SET ground = '{ground}' WHERE id = {made.id}", "ground_given")
    work.session.execute(sa.text(put.format(group=made.id, ids=", ".join(str(one.id) for one in members[2:20]))))
    work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    work.session.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
    work.session.execute(sa.text(f"DELETE FROM exclusive_members WHERE group_id = {made.id}"))
    work.session.execute(sa.text(f"DELETE FROM exclusive_groups WHERE id = {made.id}"))
    work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))  # a whole group may go


def test_voting_does_not_open_while_a_group_is_being_made(work: Work) -> None:
    contest, (one, two) = entries(work, 2)
    commit(work)
    group(work, contest, [one, two])
    with work_as(SYSTEM, bind=work.session.get_bind()) as other:  # type: ignore[arg-type]  # the engine
        other.session.execute(sa.text("SET LOCAL lock_timeout = '150ms'"))
        with pytest.raises(DBAPIError, match="lock timeout"), other.session.begin_nested():
            other.session.execute(sa.text(f"UPDATE contests SET stage = 'voting' WHERE id = {contest.id}"))


def test_what_takes_no_part_excludes_nobody(work: Work) -> None:
    contest, (one, two, three) = entries(work, 3)
    group(work, contest, [one, two])
    group(work, contest, [two, three])
    group(work, contest, [one, two, three])
    ids = [row.id or 0 for row in (one, two, three)]
    assert {frozenset(row.applications) for row in groups_in_force(work.session, contest)} == {
        frozenset(ids[:2]),
        frozenset(ids[1:]),
        frozenset(ids),
    }
    assert len(exclusive_of(work.session, contest.id or 0)) == 3
    one.status = A.WITHDRAWN  # past our flows, and past the triggers of a group
    work.session.flush()
    # Of the first group one is left; the second and the third say the same now.
    assert exclusive_of(work.session, contest.id or 0) == (frozenset(ids[1:]),)
    assert rules_for(work.session, contest).terms.exclusive == (frozenset(ids[1:]),)
    three.status = A.SUBMITTED
    work.session.flush()
    assert exclusive_of(work.session, contest.id or 0) == ()  # not on the ballot
    assert len(groups_in_force(work.session, contest)) == 2  # and it may still come there


def test_the_self_check_knows_the_guards_and_finds_two_winners_of_a_group(work: Work) -> None:
    contest, (one, two) = entries(work, 2)
    group(work, contest, [one, two])
    assert {("exclusive_groups", "stands"), ("exclusive_members", "size_stands")} <= doctor.TRIGGERS
    check = sa.text(doctor.INVARIANTS["winners that exclude each other"])
    assert work.session.execute(check).scalar_one() == 0
    work.session.execute(
        sa.text(
            "INSERT INTO outcomes (contest_id, application_id, rank, votes, amount, won, reason, tied_with, paper) "
            f"SELECT contest_id, id, id, 1, amount, true, 'won', '[]', 0 FROM applications WHERE contest_id = {contest.id}"
        )
    )
    assert work.session.execute(check).scalar_one() == 1
