"""The cabinet: what to do next, by deadline, and one's own things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from elka.db import Work
from elka.errors import NotFound, SignInNeeded
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestStage
from elka.models.groups import Invitation
from elka.models.people import Person
from elka.models.projects import GroupMember, ProjectStage
from elka.models.votes import Ballot
from elka.state.activist import ActivistState, Cabinet
from tests import factories

S = ProjectStage
A = ApplicationStatus


@pytest.fixture
def me(work: Work) -> Person:
    row = factories.person(work)
    work.actor = factories.actor(work, row)
    return row


def cabinet(work: Work) -> Cabinet:
    work.session.flush()
    return ActivistState._cabinet(work)


def titles(work: Work) -> list[str]:
    return [task.title.replace("\u00a0", " ") for task in cabinet(work).tasks]


def letter(work: Work, me: Person, project_id: int, author: Person) -> Invitation:
    row = Invitation(project_id=project_id, email=me.email, nonce="n", invited_by=author.id, invited_at=work.now)
    work.session.add(row)
    work.session.flush()
    return row


def test_a_guest_signs_in_first(work: Work):
    for call in (
        lambda: ActivistState._cabinet(work),
        lambda: ActivistState._answer(work, "letter", 1, True),
    ):
        with pytest.raises(SignInNeeded):
            call()


def test_a_newcomer_has_nothing_yet(work: Work, me: Person):
    assert cabinet(work) == Cabinet("Мария", [], [], [], [], [])


def test_next_steps_by_their_deadlines(work: Work, me: Person):
    official = factories.official(work)
    author = factories.person(work)
    factories.project(work, me, title="Черновик идеи", stage=S.IDEA, published=False)
    ready = factories.project(work, me, title="Готовый проект")
    returned = factories.project(work, me, title="С замечаниями", stage=S.SUBMITTED)
    accepting = factories.contest(work, official, stage=ContestStage.ACCEPTING)
    admission = factories.contest(work, official, stage=ContestStage.ADMISSION)
    factories.application(
        work, admission, returned, status=A.RETURNED, ground="Уточните смету.", correct_by=work.now + timedelta(days=2)
    )
    factories.contest(work, official, stage=ContestStage.VOTING, title="Голосуем", start=work.now - timedelta(days=29))
    letter(work, me, factories.project(work, author, title="Чужой проект").id, author)
    assert titles(work) == [
        "Проголосуйте: Голосуем",
        "Исправьте заявку: С замечаниями",
        "Подайте заявку: Готовый проект",
        "Вас зовут в группу: Чужой проект",
        "Допишите черновик: Черновик идеи",
    ]
    tasks = cabinet(work).tasks
    assert [task.soon for task in tasks] == [True, True, False, False, False]
    assert tasks[2].href == f"/contests/{accepting.id}/apply?project={ready.id}"


def test_a_vote_is_called_for_once_and_not_elsewhere(work: Work, me: Person):
    official = factories.official(work)
    mine = factories.contest(work, official, stage=ContestStage.VOTING, title="Свой")
    factories.contest(work, official, stage=ContestStage.VOTING, title="Чужой", place="Сургут")
    factories.contest(work, official, stage=ContestStage.VOTING, title="Для взрослых", voter_age=80)
    late = factories.contest(work, official, stage=ContestStage.VOTING, title="Поздно")
    assert sorted(titles(work)) == ["Проголосуйте: Поздно", "Проголосуйте: Свой"]
    work.session.add(Ballot(contest_id=mine.id, person_id=me.id, receipt="AAAA", cast_at=work.now, changed_at=work.now))
    assert titles(work) == ["Проголосуйте: Поздно"]
    late.stage = ContestStage.DECISION
    assert titles(work) == []
    (ballot,) = cabinet(work).ballots
    assert (ballot.contest, ballot.receipt, ballot.href) == ("Свой", "AAAA", f"/contests/{mine.id}/vote")


def test_a_winner_is_asked_to_tell(work: Work, me: Person):
    factories.project(work, me, title="Победа", stage=S.SUPPORTED)
    factories.project(work, me, title="Опоздание", stage=S.REALISING, starts_on=None, ends_on=work.now.date())
    factories.project(work, me, title="В работе", stage=S.REALISING)
    assert sorted(titles(work)) == ["Готово? Опоздание", "Победил: Победа"]


def test_an_unconfirmed_address_comes_first_and_proves_nothing(work: Work):
    me = factories.person(work, confirmed=False)
    work.actor = factories.actor(work, me)
    author = factories.person(work)
    letter(work, me, factories.project(work, author).id, author)
    assert titles(work) == ["Подтвердите почту"]


def test_invitations_are_answered_in_place(work: Work, me: Person):
    author = factories.person(work)
    first, second = (factories.project(work, author, title=f"Проект {n}", published=False) for n in "АБ")
    by_letter = letter(work, me, first.id, author)
    work.session.add(GroupMember(project_id=second.id, person_id=me.id, invited_at=work.now))
    assert {(task.kind, task.key) for task in cabinet(work).tasks} == {("letter", by_letter.id), ("member", second.id)}
    seen = ActivistState._answer(work, "letter", by_letter.id, True)
    assert [group.project_id for group in seen.groups] == [first.id]
    seen = ActivistState._answer(work, "member", second.id, False)
    assert (len(seen.groups), seen.tasks) == (1, [])
    seen = ActivistState._leave(work, first.id)
    assert (seen.groups, seen.projects) == ([], [])


@pytest.mark.parametrize(
    ("kind", "key"), [("letter", 0), ("member", None), ("letter", "x"), ("other", 1), (None, 1), ([], {}), ("go", 0)]
)
def test_garbage_answers_find_nothing(work: Work, me: Person, kind: Any, key: Any):
    with pytest.raises(NotFound):
        ActivistState._answer(work, kind, key, True)


def test_an_outcome_is_not_told_before_publication(work: Work, me: Person):
    contest = factories.contest(work, factories.official(work), stage=ContestStage.DECISION)
    project = factories.project(work, me, stage=S.SUBMITTED)
    factories.application(work, contest, project, status=A.WON)
    assert cabinet(work).applications[0].status == "Допущена"
    contest.published_at = work.now
    assert cabinet(work).applications[0].status == "Победила"


def test_nothing_of_others_is_in_it(work: Work, me: Person):
    other = factories.person(work, last_name="Тайная", name_is_public=False)
    project = factories.project(work, other, title="Чужое", published=False)
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
    factories.application(work, contest, project)
    work.session.add(
        Ballot(contest_id=contest.id, person_id=other.id, receipt="СЕКРЕТ", cast_at=work.now, changed_at=work.now)
    )
    shown = repr(cabinet(work))
    for secret in ("Чужое", "СЕКРЕТ", "Тайная", "@example.org"):
        assert secret not in shown


def test_as_many_queries_for_one_row_as_for_many(
    work: Work, me: Person, queries: Callable[[Callable[[], object]], int]
):
    factories.project(work, me)
    one = queries(lambda: cabinet(work))
    contest = factories.contest(work, factories.official(work), stage=ContestStage.ACCEPTING)
    for number in range(30):
        project = factories.project(work, me, stage=[S.IDEA, S.PROJECT, S.SUBMITTED][number % 3])
        if number % 3 == 2:
            factories.application(work, contest, project, status=A.SUBMITTED)
    work.session.flush()
    assert queries(lambda: cabinet(work)) == one
