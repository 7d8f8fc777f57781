"""An appeal against a rejection: in time, by those who filed, while the project is free."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.answers import Appeal
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestStage
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import GroupMember, Project, ProjectStage
from elka.state.application_fill import FillState
from elka.state.applications import ApplicationState
from elka.state.filing import FilingState
from elka.state.submission import release
from tests.factories import actor, contest, official, person, project
from tests.forms import begun
from tests.words import plain

A = ApplicationStatus
appeal = ApplicationState._appeal
opened = ApplicationState._opened
WORDS = "Смета составлена по ценам поставщика, предложение приложено к заявке."


@pytest.fixture
def rejected(work: Work) -> Application:
    """An application that was rejected a minute ago; its author is the actor."""
    by = official(work)
    row = contest(work, by)
    author = person(work)
    work.actor = actor(work, author)
    application = work.session.get_one(Application, FilingState._submit(work, row.id, project(work, author).id))
    application.reject("Смета не подтверждена ценами.", now=work.now, by=by.id)
    release(work, row, work.session.get_one(Project, application.project_id))
    work.session.flush()
    return application


def test_an_appeal_holds_the_project_until_it_is_answered(work: Work, rejected: Application) -> None:
    told = opened(work, rejected.id)
    assert told.row.may_appeal
    assert plain(told.row.appeal_by) == "до 28 ноября, 12:00"
    appeal(work, rejected.id, f"  {WORDS}\r\n")
    assert rejected.status is A.APPEALED
    assert work.session.get_one(Project, rejected.project_id).stage is ProjectStage.SUBMITTED
    row = work.session.execute(sa.select(Appeal)).scalar_one()
    assert (row.text, row.filed_by, row.filed_at) == (WORDS, work.actor.person_id, work.now)
    told = opened(work, rejected.id)
    assert (told.row.status, told.row.may_appeal) == ("Обжалуется", False)
    assert [(one.outcome, one.answer) for one in told.appeals] == [("Ждёт ответа", "")]
    assert "ответит на жалобу" in plain(told.row.next_step)
    subjects = work.session.execute(sa.select(Mail.subject).order_by(Mail.id)).scalars().all()
    assert plain(subjects[-1]) == "Жалоба по заявке № 1 подана"


def test_the_answer_is_read(work: Work, rejected: Application) -> None:
    appeal(work, rejected.id, WORDS)
    row = work.session.execute(sa.select(Appeal)).scalar_one()
    row.decided_by, row.decided_at, row.upheld, row.answer = rejected.decided_by, work.now, True, "Вы правы."
    rejected.answer_appeal(upheld=True)
    work.session.flush()
    told = opened(work, rejected.id)
    assert [(one.outcome, one.answer) for one in told.appeals] == [("Удовлетворена", "Вы правы.")]
    assert told.row.status == "Ждёт решения"


@pytest.mark.parametrize("text", [None, 5, [], "", "   ", "Не согласен.", "я" * 3001])
def test_an_appeal_gives_its_reasons(work: Work, rejected: Application, text: object) -> None:
    with pytest.raises(Refused) as refusal:
        appeal(work, rejected.id, text)
    assert list(refusal.value.fields) == ["appeal"]
    assert rejected.status is A.REJECTED


def test_the_term_counts_from_the_decision(work: Work, rejected: Application) -> None:
    work.now += timedelta(days=5)
    assert not opened(work, rejected.id).row.may_appeal
    with pytest.raises(WrongStage, match="Срок обжалования вышел"):
        appeal(work, rejected.id, WORDS)
    work.now -= timedelta(microseconds=1)
    appeal(work, rejected.id, WORDS)
    with pytest.raises(WrongStage):
        appeal(work, rejected.id, WORDS)


def test_where_there_are_no_appeals(work: Work, rejected: Application) -> None:
    work.session.get_one(Contest, rejected.contest_id).appeal_days = 0
    work.session.flush()
    assert (opened(work, rejected.id).row.may_appeal, opened(work, rejected.id).row.appeal_by) == (False, "")
    with pytest.raises(WrongStage, match="не обжалуют"):
        appeal(work, rejected.id, WORDS)


def test_too_late_for_this_contest(work: Work, rejected: Application) -> None:
    work.session.execute(sa.text("UPDATE contests SET stage = :stage"), {"stage": ContestStage.VOTING.value})
    work.session.expire_all()
    with pytest.raises(WrongStage, match="Проверка заявок закончилась"):
        appeal(work, rejected.id, WORDS)


def test_a_project_that_went_on_is_not_held_again(work: Work, rejected: Application) -> None:
    made = work.session.get_one(Project, rejected.project_id)
    other = contest(work, official(work))
    key = FilingState._submit(work, other.id, made.id)
    with pytest.raises(Refused, match="подан в другой конкурс"):
        appeal(work, rejected.id, WORDS)
    ApplicationState._withdraw(work, key)
    again = begun(work, work.session.get_one(Contest, rejected.contest_id), made)
    with pytest.raises(Refused, match="начали новую заявку"):
        appeal(work, rejected.id, WORDS)
    FillState._delete(work, again)
    made.stage = ProjectStage.ARCHIVED
    with pytest.raises(Refused, match="не готов к подаче"):
        appeal(work, rejected.id, WORDS)


def test_only_who_filed_appeals(work: Work, rejected: Application) -> None:
    member = person(work)
    work.session.add(
        GroupMember(
            project_id=rejected.project_id, person_id=member.id, duty="", invited_at=work.now, confirmed_at=work.now
        )
    )
    work.session.flush()
    by = work.session.get_one(Person, rejected.decided_by)
    for who, refusal in ((member, Denied), (person(work), NotFound), (by, NotFound)):
        work.actor = actor(work, who)
        with pytest.raises(refusal):
            appeal(work, rejected.id, WORDS)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        appeal(work, rejected.id, WORDS)


@pytest.mark.parametrize("status", [status for status in A if status not in {A.REJECTED, A.DRAFT}])
def test_only_a_rejection_is_appealed_against(work: Work, rejected: Application, status: ApplicationStatus) -> None:
    rejected.status = status
    work.session.flush()
    with pytest.raises(WrongStage):
        appeal(work, rejected.id, WORDS)
    assert work.session.execute(sa.select(sa.func.count()).select_from(Appeal)).scalar_one() == 0
