"""Every turn of an application and a contest that is told: to whom, by which channel, and by whose name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elka.core.actor import SYSTEM
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ContestPhase, ContestStage, PhaseKind
from elka.models.notices import NoticeKind
from elka.models.people import Person
from elka.models.projects import GroupMember, Project
from elka.state.admission import AdmissionState
from elka.state.application_words import tell_each
from elka.state.applications import ApplicationState
from elka.state.contest_desk import ContestDeskState
from elka.state.filing import FilingState
from elka.state.joining import answer_membership
from elka.state.lifecycle import advance_due
from elka.state.notice_words import titled
from tests.factories import DAY, actor, application, contest, official, person, project
from tests.letters import letters
from tests.notices import notices, switch, titles
from tests.words import plain

K, A, S = NoticeKind, ApplicationStatus, ContestStage


@pytest.fixture
def by(work: Work) -> Person:
    return official(work)


@pytest.fixture
def author(work: Work) -> Person:
    return person(work)


def filed(work: Work, by: Person, author: Person) -> Application:
    row = contest(work, by)
    work.actor = actor(work, author)
    return work.session.get_one(Application, FilingState._submit(work, row.id, project(work, author).id))


def test_the_way_of_an_application_is_told_to_both_sides(work: Work, by: Person, author: Person) -> None:
    one = filed(work, by, author)
    assert titles(work, author) == [f"Заявка № {one.number} принята"]
    assert titles(work, by) == [f"Новая заявка № {one.number} в конкурсе «Инициативы Берёзовского района»"]
    assert notices(work, by)[0].href == f"/office/applications/{one.id}"
    assert notices(work, by)[0].mail_at == work.now + timedelta(hours=1)
    assert len(letters(work)) == 1, "the receipt; the office hears later"

    work.actor = actor(work, by)
    until = (work.now + 3 * DAY).strftime("%Y-%m-%dT%H:%M")
    AdmissionState._send_back(work, one.id, {"until": until, "remarks": "Уточните цену опор."})
    returned = notices(work, author)[-1]
    assert plain(returned.title) == f"Заявка № {one.number}: нужны исправления"
    assert (returned.kind, returned.href, returned.read_at) == (K.APPLICATION, f"/applications/{one.id}", None)
    assert "до 26 ноября" in plain(returned.text)

    work.actor = actor(work, author)
    work.session.get_one(Project, one.project_id).summary = "Тёплый свет на трассе."
    work.session.flush()
    ApplicationState._resubmit(work, one.id)
    assert titles(work, by)[-1].startswith(f"Исправленная заявка № {one.number} в конкурсе")

    work.actor = actor(work, by)
    AdmissionState._admit(work, one.id)
    assert titles(work, author)[-1] == f"Заявка № {one.number} допущена"
    work.actor = actor(work, author)
    ApplicationState._withdraw(work, one.id)
    assert titles(work, by)[-1].startswith(f"Отозвана заявка № {one.number} в конкурсе")
    assert {line.kind for line in notices(work, by)} == {K.OFFICE_APPLICATION}
    assert len(letters(work)) == 5


def test_switched_off_letters_of_an_application_stay_unwritten(work: Work, by: Person, author: Person) -> None:
    switch(work, author, K.APPLICATION, by_mail=False)
    one = filed(work, by, author)
    work.actor = actor(work, by)
    AdmissionState._reject(work, one.id, {"code": "powers", "ground": "Это полномочие региона."})
    assert letters(work) == []
    assert "Это полномочие региона" in plain(notices(work, author)[-1].text)


def test_applications_of_one_contest_are_one_line_for_the_office(work: Work, by: Person) -> None:
    row = contest(work, by)
    for _ in range(3):
        author = person(work)
        work.actor = actor(work, author)
        FilingState._submit(work, row.id, project(work, author).id)
    (line,) = notices(work, by)
    assert plain(titled(line)) == f"3 новые заявки в конкурсе «{row.title}»"
    assert line.href == f"/office/contests/{row.id}/applications"


def test_results_are_of_their_own_kind(work: Work, by: Person, author: Person) -> None:
    row = contest(work, by, stage=S.DECISION)
    won, lost = (application(work, row, project(work, author, title=name)) for name in ("Свет", "Тень"))
    facts = {"got": "За него отдано 3 голоса.", "amount": "300 000 ₽", "reason": "Не хватило бюджета."}
    tell_each(work, row, "won", [(won, "Свет", facts)])
    tell_each(work, row, "lost", [(lost, "Тень", facts)])
    assert [line.kind for line in notices(work, author)] == [K.RESULT, K.RESULT]
    assert "Не хватило бюджета" in plain(notices(work, author)[1].text)


def test_changes_of_a_contest_reach_those_who_take_part_and_those_with_drafts(work: Work, by: Person) -> None:
    row = contest(work, by)
    people = {status: person(work) for status in A}
    ground = {A.RETURNED: "Уточните цену.", A.REJECTED: "Не наше дело."}
    for status, who in people.items():
        blank = {"number": None, "submitted_at": None, "revision": 0} if status is A.DRAFT else {}
        application(work, row, project(work, who), status=status, ground=ground.get(status), **blank)
    closes = work.session.get_one(ContestPhase, (row.id, PhaseKind.ACCEPTING)).closes_at
    work.actor = actor(work, by)
    later = (closes + 2 * DAY).strftime("%Y-%m-%dT%H:%M")
    ContestDeskState._prolong(work, row.id, {"until": later, "why": "Жители просят больше времени."})
    told = {status for status, who in people.items() if notices(work, who)}
    assert told == set(A) - {A.REJECTED, A.WITHDRAWN}
    (line,) = notices(work, people[A.DRAFT])
    assert (line.kind, line.href) == (K.CONTEST, f"/contests/{row.id}")
    assert plain(line.title).startswith("Срок продлён: приём заявок до ")
    assert "Жители просят больше времени" in plain(line.text)
    assert len(letters(work)) == len(told)
    assert notices(work, by) == []

    for summary in ("Лучшие идеи района доведём до проекта.", "Лучшие идеи сёл доведём до проекта."):
        ContestDeskState._save_texts(work, row.id, {"summary": summary})
    line = notices(work, people[A.DRAFT])[1]
    assert (line.count, plain(line.title)) == (2, f"Организатор уточнил конкурс «{row.title}»")
    assert line.mail_at == work.now + timedelta(hours=1)
    assert len(letters(work)) == len(told), "corrections come in a row: one letter gathers them"

    ContestDeskState._cancel(work, row.id, {"reason": "Бюджет района сократили."})
    assert titles(work, people[A.DRAFT])[-1] == f"Конкурс «{row.title}» отменён"
    assert notices(work, people[A.SUBMITTED])[-1].kind is K.CONTEST
    assert len([line for line in notices(work, people[A.DRAFT]) if "отменён" in line.title]) == 1


def test_the_clock_calls_the_officials(work: Work, by: Person) -> None:
    row = contest(work, by, stage=S.ACCEPTING)
    waiting = application(work, row, project(work, person(work)), status=A.SUBMITTED)
    work.actor = SYSTEM

    def pass_time(kind: PhaseKind) -> str:
        work.now = work.session.get_one(ContestPhase, (row.id, kind)).closes_at
        advance_due(work)
        advance_due(work)
        (line,) = notices(work, by)
        assert line.kind is K.OFFICE_TASK
        return f"{plain(line.title)} → {line.href}"

    desk = f"/office/contests/{row.id}"
    assert pass_time(PhaseKind.ACCEPTING) == f"Приём закончился: 1 заявка ждёт решения → {desk}/applications"
    assert pass_time(PhaseKind.ADMISSION) == f"Голосование не открылось: есть заявки без решения → {desk}"
    waiting.admit(now=work.now, by=by.id)
    work.session.flush()
    assert pass_time(PhaseKind.VOTING).startswith("Голосование не открылось в свой срок →")


def test_the_close_of_voting_asks_for_results(work: Work, by: Person) -> None:
    row = contest(work, by, stage=S.VOTING)
    work.now = work.session.get_one(ContestPhase, (row.id, PhaseKind.VOTING)).closes_at
    work.actor = SYSTEM
    advance_due(work)
    (line,) = notices(work, by)
    assert plain(line.title) == f"Подведите итоги конкурса «{row.title}»"
    assert line.href == f"/office/contests/{row.id}/results"


@pytest.mark.parametrize(
    ("yes", "title", "several"),
    [
        (
            True,
            "Новый участник в группе проекта «Лыжня „Звезда“»",
            "2 новых участника в группе проекта «Лыжня „Звезда“»",
        ),
        (False, "Отказ войти в группу проекта «Лыжня „Звезда“»", "2 отказа войти в группу проекта «Лыжня „Звезда“»"),
    ],
)
def test_an_author_hears_of_answers_without_anybodys_name(
    work: Work, author: Person, yes: bool, title: str, several: str
) -> None:
    made = project(work, author, title='Лыжня "Звезда"')
    for told in (title, several):
        guest = person(work, first_name="Илья", last_name="Неттин")
        work.session.add(GroupMember(project_id=made.id, person_id=guest.id, duty="", invited_at=work.now))
        work.session.flush()
        work.actor = actor(work, guest)
        answer_membership(work, made.id, yes=yes)
        assert titles(work, author) == [told]
    (line,) = notices(work, author)
    assert (line.kind, line.href) == (K.GROUP, f"/me/projects/{made.id}?step=people")
    assert "Неттин" not in line.title + line.text
    assert ["Илья Неттин" in plain(letter.body) for letter in letters(work)] == ([True, True] if yes else [])
