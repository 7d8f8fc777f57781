"""The official's cabinet: whose contests, and what is most urgent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from elka.core.actor import GUEST, Role
from elka.db import Work
from elka.errors import Denied, SignInNeeded
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestPhase, ContestStage, PhaseKind
from elka.models.people import Person
from elka.state.office import OfficeState
from tests.factories import actor, application, contest, grant, official, person, project
from tests.words import plain

cabinet = OfficeState._cabinet
DAY = timedelta(days=1)
S = ContestStage


def test_tasks_are_sorted_by_urgency(work: Work, by: Person) -> None:
    drafted = contest(work, by, stage=S.DRAFT)
    late = contest(work, by, stage=S.ACCEPTING, start=work.now - DAY)
    soon = contest(work, by, stage=S.ADMISSION)
    held = contest(work, by, stage=S.ADMISSION, start=work.now - 25 * DAY)
    results = contest(work, by, stage=S.DECISION)
    for row in (late, soon, held):
        application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED)
    found = cabinet(work, "", 1).tasks
    assert [task.href for task in found] == [
        f"/office/contests/{held.id}/applications?status=submitted",
        f"/office/contests/{soon.id}/applications?status=submitted",
        f"/office/contests/{results.id}/results",
        f"/office/contests/{late.id}/applications?status=submitted",
        f"/office/contests/{drafted.id}/build",
    ]
    assert found[0].tone == "red"
    assert "есть заявки без решения" in plain(found[0].title)
    assert plain(found[1].title) == "1 заявка ждёт решения"


def test_results_that_are_late_turn_red(work: Work, by: Person) -> None:
    row = contest(work, by, stage=S.DECISION)
    work.now = work.session.get_one(ContestPhase, (row.id, PhaseKind.DECISION)).closes_at
    task = cabinet(work, "", 1).tasks[0]
    assert (task.tone, plain(task.term)) == ("red", "срок вышел 28 ноября")


def test_what_was_not_corrected_in_time_is_a_task(work: Work, by: Person) -> None:
    row = contest(work, by)
    for days in (-1, 1):
        application(
            work,
            row,
            project(work, person(work)),
            status=ApplicationStatus.RETURNED,
            ground="Смета не подтверждена.",
            correct_by=work.now + DAY * days,
        )
    assert [plain(task.title) for task in cabinet(work, "", 1).tasks] == ["Не исправили в срок 1 заявку"]


def test_contests_of_the_place_alone(work: Work, by: Person) -> None:
    mine = contest(work, by)
    other = contest(work, official(work, place="Нижневартовск"), place="Нижневартовск")
    region = contest(work, official(work, region=True), region=True)
    shown = cabinet(work, "", 1)
    assert [row.id for row in shown.contests] == [mine.id]
    assert shown.place == "Берёзовский район"
    operator = official(work, region=True)
    work.actor = actor(work, operator)
    shown = cabinet(work, "", 1)
    assert {row.id for row in shown.contests} == {mine.id, other.id, region.id}
    assert shown.place == "Весь регион"


def test_the_cabinet_is_for_officials(work: Work, by: Person) -> None:
    expert = person(work)
    grant(work, expert, Role.EXPERT)
    for who in (person(work), expert):
        work.actor = actor(work, who)
        with pytest.raises(Denied):
            cabinet(work, "", 1)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        cabinet(work, "", 1)


def test_discarded_drafts_leave_no_trace(work: Work, by: Person) -> None:
    contest(work, by, stage=S.CANCELLED, announced_at=None, cancel_reason="Черновик удалён организатором.")
    kept = contest(work, by, stage=S.CANCELLED, cancel_reason="Денег не выделили.")
    assert [row.id for row in cabinet(work, "past", 1).contests] == [kept.id]


@pytest.mark.parametrize("garbage", [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5])
def test_garbage_shows_the_first_page(work: Work, by: Person, garbage: object) -> None:
    contest(work, by)
    shown = cabinet(work, garbage, garbage)
    assert (shown.tab, shown.page, len(shown.contests)) == ("work", 1, 1)


def test_as_many_queries_for_one_contest_as_for_twenty(work: Work, by: Person, queries: Callable[..., int]) -> None:
    def add() -> None:
        row = contest(work, by)
        application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED)
        application(work, row, project(work, person(work)), status=ApplicationStatus.RETURNED, ground="Смета не та.")

    add()
    work.session.flush()
    one = queries(lambda: cabinet(work, "", 1))
    for _ in range(19):
        add()
    assert queries(lambda: cabinet(work, "", 1)) == one


def test_appeals_and_what_came_back_are_told(work: Work, by: Person) -> None:
    row = contest(work, by, stage=S.ADMISSION)
    draft_author = person(work)
    application(
        work,
        row,
        project(work, draft_author),
        status=ApplicationStatus.DRAFT,
        number=None,
        submitted_at=None,
        revision=0,
        cost=0,
        amount=0,
    )
    for fields in ({"revision": 2, "assignee_id": by.id}, {}, {}):
        application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED, **fields)
    application(work, row, project(work, person(work)), status=ApplicationStatus.APPEALED)
    shown = cabinet(work, "", 1)
    assert [(plain(task.title), plain(task.note), task.href) for task in shown.tasks] == [
        (
            "1 жалоба ждёт ответа",
            "Инициативы Берёзовского района",
            f"/office/contests/{row.id}/applications?status=appealed",
        ),
        (
            "3 заявки ждут решения",
            "Инициативы Берёзовского района · исправленных: 1 · без исполнителя: 2",
            f"/office/contests/{row.id}/applications?status=submitted",
        ),
    ]
    assert shown.contests[0].applications == "4"  # drafts are nobody's


def test_a_vote_is_held_by_an_appeal(work: Work, by: Person) -> None:
    row = contest(work, by, stage=S.ADMISSION, start=work.now - 25 * DAY)
    application(work, row, project(work, person(work)))
    application(work, row, project(work, person(work)), status=ApplicationStatus.APPEALED)
    (task,) = cabinet(work, "", 1).tasks
    assert (task.tone, task.href) == ("red", f"/office/contests/{row.id}/applications?status=appealed")


def test_my_applications_stand_by_term(work: Work, by: Person) -> None:
    row = contest(work, by, stage=S.ADMISSION)
    returned = {"status": ApplicationStatus.RETURNED, "ground": "Смета не подтверждена."}

    def mine(number: int, **fields: object) -> None:
        application(work, row, project(work, person(work)), number=number, assignee_id=by.id, **fields)

    mine(1, **returned, correct_by=work.now + DAY)
    mine(2, status=ApplicationStatus.SUBMITTED, submitted_at=work.now - DAY)
    mine(3, status=ApplicationStatus.SUBMITTED, submitted_at=work.now - 5 * DAY)
    mine(4, status=ApplicationStatus.APPEALED)
    mine(5, **returned, correct_by=work.now - DAY)
    mine(6, status=ApplicationStatus.ADMITTED)
    application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED, number=7)
    other = contest(work, by, stage=S.VOTING)
    application(work, other, project(work, person(work)), status=ApplicationStatus.SUBMITTED, assignee_id=by.id)
    found = cabinet(work, "", 1).mine
    assert [plain(one.title).split()[1] for one in found.rows] == ["5", "4", "3", "2", "1"]
    assert [one.late for one in found.rows] == [True, False, False, False, False]
    assert [(one.value, one.count) for one in found.places] == [
        (f"/office/contests/{row.id}/applications?status=open&who=me", "5")
    ]


def test_what_was_given_elsewhere_is_not_mine_any_more(work: Work, by: Person) -> None:
    there = contest(work, official(work, place="Нижневартовск"), place="Нижневартовск", stage=S.ADMISSION)
    application(
        work, there, project(work, person(work)), status=ApplicationStatus.SUBMITTED, assignee_id=by.id, number=1
    )
    assert cabinet(work, "", 1).mine.rows == []
