"""Appeals: answered by somebody else than who rejected, and what follows either way."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.lifecycle import ContestStage, Hold
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.answers import Appeal
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import phases_of
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.state.admission import AdmissionState
from elka.state.appealing import appeal, may_appeal
from elka.state.appeals import answer
from elka.state.lifecycle import waiting_and_admitted
from tests import factories
from tests.browser import commit, pressed, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.office import DAY, GROUND, Office, filed, letters, office, project_of
from tests.words import plain

A = ApplicationStatus
review = AdmissionState._review
KEEP = {"upheld": "false", "answer": "Участок по-прежнему в федеральной собственности."}
UPHOLD = {"upheld": "true", "answer": "Выписка подтверждает: участок передан району."}


@pytest.fixture
def desk(work: Work) -> Office:
    found = office(work)
    found.filed.append(appealed(work, found, by=found.colleague))
    return found


def appealed(work: Work, desk: Office, *, by: Person, **fields: Any) -> Application:
    """Make an application whose rejection the applicant objects to."""
    row = filed(work, desk.contest, status=A.APPEALED, ground=GROUND, decided_by=by.id, decided_at=work.now, **fields)
    work.session.add(
        Appeal(
            application_id=row.id,
            text="Участок передан району в августе, выписка приложена.",
            filed_by=row.submitted_by,
            filed_at=work.now,
        )
    )
    work.session.flush()
    return row


def kept(work: Work) -> Appeal:
    work.session.flush()
    return work.session.execute(sa.select(Appeal).order_by(Appeal.id.desc())).scalars().first()


def test_an_upheld_one_waits_for_a_decision_again(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    assert answer(work, row.id, UPHOLD)
    assert (row.status, row.ground) == (A.SUBMITTED, None)
    assert (kept(work).upheld, kept(work).decided_by) == (True, desk.official.id)
    (letter,) = letters(work)
    assert "удовлетворена" in letter.subject
    assert "участок передан району" in plain(letter.body)
    assert project_of(work, row).stage is ProjectStage.SUBMITTED


def test_the_project_of_an_upheld_one_enters_the_contest_again(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    project_of(work, row).stage = ProjectStage.PROJECT  # rejected: it was free meanwhile
    answer(work, row.id, UPHOLD)
    assert project_of(work, row).stage is ProjectStage.SUBMITTED


def test_a_kept_one_stays_rejected_and_its_project_is_free(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    assert not answer(work, row.id, KEEP)
    assert row.status is A.REJECTED
    assert (kept(work).upheld, kept(work).answer) == (False, KEEP["answer"])
    assert project_of(work, row).stage is ProjectStage.PROJECT
    assert "осталось прежним" in plain(letters(work)[0].body)
    entry = work.session.execute(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).scalars().first()
    assert entry.key == "application.appeal_kept"
    assert "федеральной" not in repr(entry.facts)


def test_a_project_that_went_elsewhere_stays_there(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    other = factories.contest(work, desk.official)
    factories.application(work, other, project_of(work, row), status=A.SUBMITTED)
    with pytest.raises(Refused, match="в другой конкурс"):
        answer(work, row.id, UPHOLD)
    answer(work, row.id, KEEP)
    assert project_of(work, row).stage is ProjectStage.SUBMITTED  # in the other contest


def test_who_rejected_does_not_judge_themselves(work: Work, desk: Office) -> None:
    mine = appealed(work, desk, by=desk.official)
    with pytest.raises(Denied, match="другой сотрудник"):
        answer(work, mine.id, KEEP)
    assert not review(work, mine.id).row.may_answer
    work.actor = factories.actor(work, desk.colleague)
    assert review(work, mine.id).row.may_answer
    answer(work, mine.id, KEEP)


def test_where_there_is_nobody_else_they_do(work: Work, desk: Office) -> None:
    mine = appealed(work, desk, by=desk.official)
    work.session.execute(
        sa.text("UPDATE role_grants SET revoked_at = now() WHERE person_id = :id"), {"id": desk.colleague.id}
    )
    assert answer(work, mine.id, KEEP) is False
    again = appealed(work, desk, by=desk.official, author=factories.official(work))  # the other one is the applicant
    assert answer(work, again.id, KEEP) is False


def test_nobody_answers_on_their_own_project(work: Work, desk: Office) -> None:
    own = appealed(work, desk, by=desk.colleague, author=desk.official)
    with pytest.raises(Denied, match="ваш проект"):
        answer(work, own.id, KEEP)


def test_who_may_answer(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    author = work.session.get_one(Person, row.submitted_by)
    for who in (factories.person(work), author, factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        with pytest.raises((Denied, NotFound)):
            answer(work, row.id, KEEP)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        answer(work, row.id, KEEP)
    assert row.status is A.APPEALED
    work.actor = factories.actor(work, factories.official(work, region=True))
    answer(work, row.id, KEEP)


def test_only_what_was_appealed_is_answered_and_once(work: Work, desk: Office) -> None:
    plain_one = filed(work, desk.contest)
    with pytest.raises(Refused, match="нет"):
        answer(work, plain_one.id, KEEP)
    answer(work, desk.filed[0].id, KEEP)
    with pytest.raises(Refused, match="нет"):
        answer(work, desk.filed[0].id, UPHOLD)
    assert len(letters(work)) == 1


def test_nothing_comes_back_once_voting_opened(work: Work, desk: Office) -> None:
    work.session.execute(sa.text("UPDATE contests SET stage = 'voting'"))
    with pytest.raises(Refused, match="нельзя"):
        answer(work, desk.filed[0].id, UPHOLD)
    answer(work, desk.filed[0].id, KEEP)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, desk: Office, garbage: object) -> None:
    with pytest.raises(NotFound):
        answer(work, garbage, KEEP)
    for form in (
        garbage,
        {"upheld": garbage, "answer": "Длинный и понятный ответ заявителю."},
        {**KEEP, "answer": garbage},
    ):
        with pytest.raises(Refused) as refusal:
            answer(work, desk.filed[0].id, form)
        assert set(refusal.value.fields) <= {"upheld", "answer"}
    assert desk.filed[0].status is A.APPEALED


def test_voting_waits_for_the_answer(work: Work, desk: Office) -> None:
    filed(work, desk.contest, status=A.ADMITTED)
    undecided, admitted = waiting_and_admitted(work, desk.contest.id or 0)
    assert (undecided, admitted) == (1, 1)
    phases = phases_of(work.session, desk.contest.id or 0)
    later = work.now + 6 * DAY
    assert desk.contest.stage is ContestStage.ADMISSION
    assert desk.contest.hold(later, phases, undecided=undecided, admitted=admitted) is Hold.UNDECIDED
    answer(work, desk.filed[0].id, KEEP)
    undecided, admitted = waiting_and_admitted(work, desk.contest.id or 0)
    assert desk.contest.hold(later, phases, undecided=undecided, admitted=admitted) is None


async def test_the_page_answers(work: Work, desk: Office) -> None:
    token = signed_in(work, desk.official)
    commit(work)
    page = shown_to(AdmissionState, token=token, path=f"/office/applications/{desk.filed[0].id}")
    await pressed(page.load())
    assert page.row.may_answer
    assert [one.upheld for one in page.appeals] == [""]
    await page.answer_appeal({"answer": "нет"})
    assert set(page.errors) == {"upheld", "answer"}
    await page.answer_appeal(KEEP)
    assert [one.upheld for one in page.appeals] == ["no"]
    assert page.row.status == "Отклонена"


def test_an_answer_is_final(work: Work, desk: Office) -> None:
    (row,) = desk.filed
    decided = row.decided_at
    answer(work, row.id, KEEP)
    assert (row.decided_at, row.decided_by) == (decided, desk.colleague.id)  # who rejected, and when
    project = project_of(work, row)
    work.actor = factories.actor(work, work.session.get_one(Person, row.submitted_by))
    assert not may_appeal(work, desk.contest, row, project)
    with pytest.raises(Refused, match="уже ответили"):
        appeal(work, desk.contest, row, project, "Я всё равно не согласен с этим решением.")
    work.actor = factories.actor(work, desk.official)
    row.status, row.ground = A.SUBMITTED, None  # upheld by a court, say, and rejected anew
    row.reject(GROUND, now=work.now + DAY, by=desk.official.id or 0)
    work.now += 2 * DAY
    work.actor = factories.actor(work, work.session.get_one(Person, row.submitted_by))
    assert may_appeal(work, desk.contest, row, project)
