"""An application after it was filed: correcting, withdrawing, reading."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.content import Content
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage, Source
from elka.state.admission import AdmissionState
from elka.state.applications import ApplicationState
from elka.state.filing import FilingState
from tests.factories import actor, contest, official, person, project, settlement
from tests.garbage import GARBAGE
from tests.words import plain

opened = ApplicationState._opened
resubmit = ApplicationState._resubmit
withdraw = ApplicationState._withdraw
DAY = timedelta(days=1)


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


def reception(work: Work, application: Application) -> ContestPhase:
    return work.session.get_one(ContestPhase, (application.contest_id, PhaseKind.ACCEPTING))


def letters(work: Work) -> list[str]:
    return list(work.session.execute(sa.select(Mail.subject).order_by(Mail.id)).scalars())


def test_the_author_reads_it_with_what_comes_next(work: Work, filed: Application) -> None:
    page = opened(work, filed.id, True)
    assert (plain(page.row.number), page.row.status, page.row.is_new) == ("№ 1", "Ждёт решения", True)
    assert page.row.submitted.endswith("12:00:00")
    assert page.row.may_withdraw
    assert page.row.may_change  # while reception lasts
    assert page.changes == []
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
    assert told.row.may_change
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
    made = work.session.get_one(Project, filed.project_id)
    made.outcome, made.ends_on = "", work.now.date()
    made.starts_on = made.ends_on
    with pytest.raises(Invalid) as refusal:
        resubmit(work, filed.id)
    assert {key: plain(text).split(".")[0] for key, text in refusal.value.fields.items()} == {
        "outcome": "Заполните это поле",
        "ends_on": "Сроки проекта не указаны или уже прошли",
    }


def test_the_term_of_correction_holds_to_the_second(work: Work, filed: Application) -> None:
    send_back(work, filed)
    work.session.get_one(Project, filed.project_id).summary = "Иначе, но тоже в двух словах."
    work.now = filed.correct_by
    assert not opened(work, filed.id).row.may_change
    with pytest.raises(Refused, match="Срок исправления вышел"):
        resubmit(work, filed.id)
    work.now = filed.correct_by - timedelta(microseconds=1)
    assert resubmit(work, filed.id) == 2


def test_it_is_changed_and_submitted_again_while_reception_lasts(work: Work, filed: Application) -> None:
    assert resubmit(work, filed.id) == 1  # nothing has changed
    assert len(letters(work)) == 1
    work.session.get_one(Project, filed.project_id).summary = "Тёплый свет на трассе у школы."
    work.session.flush()
    told = opened(work, filed.id)
    assert [change.name for change in told.changes] == ["Коротко"]
    assert resubmit(work, filed.id) == 2
    told = opened(work, filed.id)
    assert (told.row.revision, plain(told.row.number), told.changes) == (2, "№ 1", [])
    assert [(one.number, [change.name for change in one.changes]) for one in told.revisions] == [
        (2, ["Коротко"]),
        (1, []),
    ]
    work.now = reception(work, filed).closes_at
    work.session.get_one(Project, filed.project_id).summary = "Свет на трассе будет ещё теплее."
    assert not opened(work, filed.id).row.may_change
    with pytest.raises(Refused, match="Приём заявок закончился"):
        resubmit(work, filed.id)


def test_what_was_decided_is_not_submitted_again(work: Work, filed: Application) -> None:
    filed.admit(now=work.now, by=filed.submitted_by)
    work.session.flush()
    with pytest.raises(WrongStage, match="допущена"):
        resubmit(work, filed.id)


def test_what_was_changed_and_not_submitted_does_not_stand(work: Work, filed: Application, author: Person) -> None:
    made = work.session.get_one(Project, filed.project_id)
    made.summary, made.settlement_id = "Совсем другое описание.", settlement(work, "Берёзово").id
    work.session.add(BudgetLine(project_id=made.id, position=2, name="Ещё", amount=1, source=Source.RESIDENTS))
    work.session.execute(sa.delete(BudgetLine).where(BudgetLine.project_id == made.id, BudgetLine.position == 0))
    work.session.flush()
    by = work.session.execute(sa.select(Person).where(Person.first_name == "Олег")).scalars().one()
    work.actor = actor(work, by)
    AdmissionState._admit(work, filed.id)
    assert (made.summary, made.settlement_id) == ("Свет на трассе у школы.", settlement(work).id)
    lines = work.session.execute(
        sa.select(BudgetLine.name, BudgetLine.amount)
        .where(BudgetLine.project_id == made.id)
        .order_by(BudgetLine.position)
    )
    assert [tuple(line) for line in lines] == [("Опоры", 300_000), ("Монтаж", 50_000)]


def test_a_draft_is_read_in_its_form(work: Work, author: Person) -> None:
    row = contest(work, official(work))
    work.actor = actor(work, author)
    key = FilingState._begin(work, row.id, {"name": "resident", "project": project(work, author).id})
    assert opened(work, key).draft == key
    for flow in (resubmit, withdraw):
        with pytest.raises(WrongStage):
            flow(work, key)


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


def test_an_admitted_applicant_is_told_who_judges(work: Work, filed: Application) -> None:
    filed.admit(now=work.now, by=filed.submitted_by)
    work.session.flush()
    assert "Голосование откроется" in plain(opened(work, filed.id).row.next_step)
    assert "Расскажите о проекте соседям" in plain(opened(work, filed.id).row.next_step)
    for stage, words in (
        ("voting", "решают жители"),
        ("expert", "оценивает комиссия"),
        ("decision", "подводит итоги"),
    ):
        work.session.execute(sa.text("UPDATE contests SET stage = :stage"), {"stage": stage})
        work.session.expire_all()
        assert words in plain(opened(work, filed.id).row.next_step)


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
    assert [entry.key for entry in entries] == ["application.begun", "application.submitted", "application.withdrawn"]
    assert all(set(entry.facts) <= {"contest", "project", "number", "revision"} for entry in entries)
