"""An application after it was filed: correcting, withdrawing, reading."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.content import Content
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import ContestStage
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage
from elka.state.applications import ApplicationState
from elka.state.filing import FilingState
from tests.factories import actor, contest, official, person, project
from tests.words import plain

opened = ApplicationState._opened
resubmit = ApplicationState._resubmit
withdraw = ApplicationState._withdraw
DAY = timedelta(days=1)
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]


@pytest.fixture
def author(work: Work) -> Person:
    return person(work)


@pytest.fixture
def filed(work: Work, author: Person) -> Application:
    """An application that its author has just submitted; the author is the actor."""
    row = contest(work, official(work))
    work.actor = actor(work, author)
    return work.session.get_one(Application, FilingState._submit(work, row.id, project(work, author).id))


def send_back(work: Work, application: Application) -> None:
    by = work.session.execute(sa.select(Person.id).where(Person.first_name == "Олег")).scalars().first()
    application.return_for_correction("Уточните цену опор.", now=work.now, by=by, until=work.now + 5 * DAY)
    work.session.flush()


def letters(work: Work) -> list[str]:
    return list(work.session.execute(sa.select(Mail.subject).order_by(Mail.id)).scalars())


def test_the_author_reads_it_with_what_comes_next(work: Work, filed: Application) -> None:
    page = opened(work, filed.id, True)
    assert (page.row.number, page.row.status, page.row.is_new) == (1, "Ждёт решения", True)
    assert page.row.may_withdraw
    assert not page.row.may_correct
    assert plain(page.content.title) == "Лыжня под звёздами"
    assert [plain(line.amount) for line in page.content.budget] == ["300 000 ₽", "50 000 ₽"]
    assert [member.name.split()[0] for member in page.content.group] == ["Мария"]


def test_the_group_reads_it_too_but_strangers_do_not(work: Work, filed: Application) -> None:
    member, invited = person(work), person(work)
    for who, confirmed in ((member, work.now), (invited, None)):
        work.session.add(
            GroupMember(
                project_id=filed.project_id, person_id=who.id, duty="", invited_at=work.now, confirmed_at=confirmed
            )
        )
    work.session.flush()
    work.actor = actor(work, member)
    assert not opened(work, filed.id).row.may_withdraw
    for flow in (resubmit, withdraw):
        with pytest.raises(Denied):
            flow(work, filed.id)
    for stranger in (invited, person(work)):
        work.actor = actor(work, stranger)
        for flow in (opened, resubmit, withdraw):
            with pytest.raises(NotFound):
                flow(work, filed.id)
    work.actor = GUEST
    for flow in (opened, resubmit, withdraw):
        with pytest.raises(SignInNeeded):
            flow(work, filed.id)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_not_found(work: Work, filed: Application, garbage: object) -> None:
    for flow in (opened, resubmit, withdraw):
        with pytest.raises(NotFound):
            flow(work, garbage)


def test_a_returned_one_is_corrected_as_the_next_revision(work: Work, filed: Application) -> None:
    send_back(work, filed)
    told = opened(work, filed.id)
    assert told.row.ground == "Уточните цену опор."
    assert told.row.may_correct
    assert told.changes == []
    with pytest.raises(Refused, match="ничего не изменилось"):
        resubmit(work, filed.id)


def test_resubmission_freezes_what_changed(work: Work, filed: Application) -> None:
    send_back(work, filed)
    work.session.execute(
        sa.update(BudgetLine)
        .where(BudgetLine.project_id == filed.project_id, BudgetLine.position == 0)
        .values(amount=280_000)
    )
    work.session.get_one(Project, filed.project_id).summary = "Тёплый свет на трассе."
    work.session.flush()
    assert [change.name for change in opened(work, filed.id).changes] == ["Коротко", "Смета"]
    work.now += DAY
    assert resubmit(work, filed.id) == 2
    assert resubmit(work, filed.id) == 2  # the same click twice
    assert (filed.status, filed.amount, filed.cost) == (ApplicationStatus.SUBMITTED, 280_000, 330_000)
    first, second = (
        Content.model_validate(work.session.get_one(Revision, (filed.id, number)).content) for number in (1, 2)
    )
    assert (first.summary, second.summary) == ("Свет на трассе у школы.", "Тёплый свет на трассе.")
    assert len(letters(work)) == 2
    assert opened(work, filed.id).row.ground == ""


def test_resubmission_meets_the_same_rules(work: Work, filed: Application) -> None:
    send_back(work, filed)
    work.session.get_one(Project, filed.project_id).outcome = ""
    with pytest.raises(Refused) as refusal:
        resubmit(work, filed.id)
    assert "Не заполнено" in plain(refusal.value.message)


def test_the_term_of_correction_holds_to_the_second(work: Work, filed: Application) -> None:
    send_back(work, filed)
    work.session.get_one(Project, filed.project_id).summary = "Иначе."
    work.now = filed.correct_by
    assert not opened(work, filed.id).row.may_correct
    with pytest.raises(Refused, match="Срок исправления вышел"):
        resubmit(work, filed.id)


def test_what_was_not_returned_is_not_resubmitted(work: Work, filed: Application) -> None:
    with pytest.raises(Refused):
        resubmit(work, filed.id)
    filed.admit(now=work.now, by=filed.submitted_by)
    work.session.flush()
    with pytest.raises(Refused):
        resubmit(work, filed.id)


def test_withdrawing_frees_the_project(work: Work, filed: Application) -> None:
    withdraw(work, filed.id)
    assert filed.status is ApplicationStatus.WITHDRAWN
    made = work.session.get_one(Project, filed.project_id)
    assert made.stage is ProjectStage.PROJECT
    assert letters(work)[-1].startswith("Заявка №")
    again = work.session.get_one(Application, FilingState._submit(work, filed.contest_id, made.id))
    assert (again.id != filed.id, again.number) == (True, 2)
    with pytest.raises(Refused):
        withdraw(work, filed.id)


def test_nothing_is_withdrawn_once_voting_is_open(work: Work, filed: Application, author: Person) -> None:
    filed.admit(now=work.now, by=filed.submitted_by)
    work.session.flush()
    work.session.execute(sa.text("UPDATE contests SET stage = 'voting'"))
    with pytest.raises(Refused, match="до открытия голосования"):
        withdraw(work, filed.id)
    assert filed.status is ApplicationStatus.ADMITTED


def test_a_cancelled_contest_is_told(work: Work, filed: Application) -> None:
    work.session.execute(
        sa.text("UPDATE contests SET stage = :stage, cancel_reason = 'Денег не выделили.'"),
        {"stage": ContestStage.CANCELLED.value},
    )
    work.session.expire_all()
    row = opened(work, filed.id).row
    assert row.status == "Конкурс отменён"
    assert "Денег не выделили" in plain(row.next_step)
    assert not row.may_withdraw


def test_every_turn_is_in_the_journal_without_words_of_people(work: Work, filed: Application) -> None:
    withdraw(work, filed.id)
    work.session.flush()
    entries = list(work.session.execute(sa.select(JournalEntry).order_by(JournalEntry.id)).scalars())
    assert [entry.key for entry in entries] == ["application.submitted", "application.withdrawn"]
    assert all(set(entry.facts) <= {"contest", "project", "number", "revision"} for entry in entries)
