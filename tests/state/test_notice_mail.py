"""Digests and reminders: one letter about all that is unread, once; a reminder a term."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.db import Work, work_as
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ContestPhase, ContestStage, PhaseKind
from elka.models.notices import NoticeKind, NoticeSetting
from elka.models.people import Person
from elka.settings import settings
from elka.state.notice_mail import remind, send_digests
from elka.state.notices import notify, read_all
from tests.factories import DAY, actor, application, contest, official, person, project
from tests.letters import letters
from tests.notices import notices
from tests.words import plain

K, A, S = NoticeKind, ApplicationStatus, ContestStage
HOUR = timedelta(hours=1)


def gather(
    work: Work, *people: Person, title: str = "Новость", kind: NoticeKind = K.OFFICE_TASK, **fields: Any
) -> None:
    notify(work, [one.id for one in people], kind, **{"title": title, "href": "/office", "digest": True, **fields})


@pytest.fixture
def who(work: Work) -> Person:
    return person(work)


# Digests


def test_a_digest_gathers_an_hour_of_news_and_goes_once(work: Work, who: Person) -> None:
    gather(work, who, title="Первая", text="Подробности первой.", href="/office/contests/1")
    work.now += HOUR / 2
    gather(work, who, title="Вторая", href="/office/contests/2")
    assert send_digests(work) == 0
    work.now += HOUR / 2
    assert send_digests(work) == 1, "the first is due, and takes the second along"
    assert send_digests(work) == 0
    (letter,) = letters(work)
    assert plain(letter.subject) == "Вторая и ещё 1 уведомление"
    body = plain(letter.body)
    origin = settings().origin
    assert body.index(f"Вторая\n{origin}/office/contests/2") < body.index("Первая\nПодробности первой.\n")
    assert f"Отключить письма «Задачи организатора»: {origin}/me/notices/settings" in body
    assert {line.mailed_at for line in notices(work)} == {work.now}
    assert {line.read_at for line in notices(work)} == {None}, "a letter reads nothing on the site"


def test_later_news_neither_put_a_digest_off_nor_repeat_it(work: Work, who: Person) -> None:
    for _ in range(3):
        gather(work, who, group_key="g")
        work.now += HOUR / 3
    assert send_digests(work) == 1
    work.now += DAY
    assert send_digests(work) == 0
    gather(work, who, group_key="g", title="Ещё")
    assert send_digests(work) == 0
    work.now += HOUR
    assert send_digests(work) == 1
    assert [letter.subject for letter in letters(work)] == ["Новость", "Ещё"]
    assert [line.count for line in notices(work)] == [4]


def test_what_was_read_is_not_mailed(work: Work, who: Person) -> None:
    gather(work, who)
    work.actor = actor(work, who)
    read_all(work)
    work.now += HOUR
    work.actor = SYSTEM
    assert send_digests(work) == 0
    assert letters(work) == []


def test_a_kind_switched_off_since_is_left_out(work: Work, who: Person) -> None:
    gather(work, who, title="Заявка", kind=K.OFFICE_APPLICATION)
    gather(work, who, title="Задача")
    other = person(work)
    gather(work, other)
    work.session.add(NoticeSetting(person_id=who.id, kind=K.OFFICE_TASK, by_mail=False))
    work.session.add(NoticeSetting(person_id=other.id, kind=K.OFFICE_TASK, by_mail=False))
    work.now += HOUR
    assert send_digests(work) == 2
    assert [letter.subject for letter in letters(work)] == ["Заявка"]
    assert send_digests(work) == 0


def test_by_mail_alone(work: Work, who: Person) -> None:
    work.session.add(NoticeSetting(person_id=who.id, kind=K.OFFICE_TASK, on_site=False))
    work.session.flush()
    gather(work, who, group_key="g")
    gather(work, who, group_key="g", title="Вторая")
    work.now += HOUR
    assert send_digests(work) == 1
    (line,) = notices(work, who)
    assert (line.shown, line.count, line.read_at) == (False, 2, work.now), "done with: what comes next begins anew"
    gather(work, who, group_key="g", title="Третья")
    assert [line.count for line in notices(work, who)] == [2, 1]


def test_erased_and_unconfirmed_people_get_nothing(work: Work) -> None:
    erased, unconfirmed = person(work), person(work)
    gather(work, erased, unconfirmed)
    erased.erase(work.now)
    unconfirmed.email_confirmed_at = None
    work.now += HOUR
    assert send_digests(work) == 2
    assert letters(work) == []
    assert send_digests(work) == 0


def test_a_long_digest_is_cut(work: Work, who: Person) -> None:
    for number in range(40):
        gather(work, who, title=f"Новость {number}")
    work.now += HOUR
    send_digests(work)
    (letter,) = letters(work)
    assert "и ещё 39 уведомлений" in plain(letter.subject)
    assert "И ещё 10 уведомлений" in plain(letter.body)
    assert {line.mailed_at for line in notices(work)} == {work.now}


def test_people_take_no_queries_of_their_own(work: Work, queries: Callable[[Callable[[], object]], int]) -> None:
    gather(work, person(work))
    work.now += HOUR
    one = queries(lambda: send_digests(work))
    gather(work, *[person(work) for _ in range(30)])
    work.now += HOUR
    assert queries(lambda: send_digests(work)) == one
    assert len(letters(work)) == 31


def test_two_workers_and_fresh_news_at_once_write_each_letter_once(empty: sa.Engine, now: datetime) -> None:
    with work_as(SYSTEM, now=now, bind=empty) as work:
        crowd = [person(work) for _ in range(40)]
        gather(work, *crowd, group_key="g")
        gather(work, *crowd, title="Вторая")
    start, done, faults = Barrier(5), [], []

    def run(job: Callable[[Work], int | None]) -> None:
        try:
            start.wait()
            with work_as(SYSTEM, now=now + HOUR, bind=empty) as work:
                done.append(job(work) or 0)
        except BaseException as error:  # noqa: BLE001  a thread's fault must fail the test
            faults.append(error)

    def news(work: Work) -> None:
        gather(work, *crowd, group_key="g", title="Свежая")

    jobs = [send_digests, send_digests, send_digests, news, news]
    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with work_as(SYSTEM, now=now + HOUR, bind=empty) as work:
        send_digests(work)  # who was passed over because of the fresh news
        told = [letter.person_id for letter in letters(work)]
        assert sorted(told) == [one.id for one in crowd], "fresh news wait for an hour of their own"
        assert {line.count for line in notices(work) if line.group_key == "g"} == {3}


# Reminders


def near(work: Work, status: ApplicationStatus, **fields: Any) -> tuple[Application, Person]:
    """Make an application whose term ends in two days: of its contest's reception, or its own."""
    author = person(work)
    row = contest(work, official(work), start=work.now - 8 * DAY)
    some: dict[str, Any] = {"created_at": work.now - DAY}
    if status is A.DRAFT:
        some |= {"number": None, "submitted_at": None, "revision": 0}
    if status is A.RETURNED:
        some |= {"ground": "Уточните цену.", "decided_at": work.now, "correct_by": work.now + 2 * DAY}
    return application(work, row, project(work, author), status=status, **some | fields), author


@pytest.mark.parametrize(
    ("status", "title"),
    [(A.DRAFT, "Черновик не подан, приём до 25 ноября"), (A.RETURNED, "не исправлена, срок до 25 ноября")],
)
def test_a_term_is_reminded_of_once_within_its_last_day(work: Work, status: ApplicationStatus, title: str) -> None:
    one, author = near(work, status)
    work.actor = SYSTEM
    assert remind(work) == 0
    work.now += DAY
    assert remind(work) == 1
    assert remind(work) == 0
    (line,) = notices(work, author)
    assert title in plain(line.title)
    assert (line.kind, line.href) == (K.DEADLINE, f"/applications/{one.id}")
    work.actor = actor(work, author)
    read_all(work)
    work.actor = SYSTEM
    assert remind(work) == 0, "read or not, once a term"
    (letter,) = letters(work)
    assert plain(letter.subject).endswith("до 25 ноября, 12:00")


def test_a_new_term_is_a_new_reminder(work: Work) -> None:
    one, author = near(work, A.DRAFT)
    work.now += DAY
    assert remind(work) == 1
    phase = work.session.get_one(ContestPhase, (one.contest_id, PhaseKind.ACCEPTING))
    phase.closes_at += 3 * DAY
    work.session.flush()
    assert remind(work) == 0
    work.now += 3 * DAY
    assert remind(work) == 1
    assert len(notices(work, author)) == 2


@pytest.mark.parametrize("later", [2 * DAY, 5 * DAY])
def test_a_term_that_has_passed_is_not_reminded_of(work: Work, later: timedelta) -> None:
    near(work, A.DRAFT)
    near(work, A.RETURNED)
    work.now += later
    assert remind(work) == 0


def test_who_was_at_it_just_now_is_left_in_peace(work: Work) -> None:
    near(work, A.DRAFT, changed_at=work.now + DAY)
    near(work, A.RETURNED, decided_at=work.now + DAY)
    work.now += DAY
    assert remind(work) == 0
    work.now += HOUR
    assert remind(work) == 2


def test_others_are_not_reminded(work: Work) -> None:
    for status in set(A) - {A.DRAFT, A.RETURNED}:
        near(work, status, ground="Не наше дело.", correct_by=None)
    cancelled, _ = near(work, A.DRAFT)
    work.session.execute(
        sa.text("UPDATE contests SET stage = 'cancelled', cancel_reason = 'Денег нет.' WHERE id = :id"),
        {"id": cancelled.contest_id},
    )
    work.now += DAY
    assert remind(work) == 0


@pytest.mark.parametrize(("on_site", "by_mail", "mails"), [(False, True, 1), (False, False, 0)])
def test_by_mail_alone_it_is_once_too(work: Work, on_site: bool, by_mail: bool, mails: int) -> None:
    _, author = near(work, A.DRAFT)
    work.session.add(NoticeSetting(person_id=author.id, kind=K.DEADLINE, on_site=on_site, by_mail=by_mail))
    work.now += DAY
    for _ in range(3):
        remind(work)
    assert len(letters(work)) == mails
    assert not any(line.shown for line in notices(work, author))


def test_two_jobs_at_once_remind_once(empty: sa.Engine, now: datetime) -> None:
    with work_as(SYSTEM, now=now, bind=empty) as work:
        for _ in range(10):
            near(work, A.DRAFT)
    start, faults = Barrier(4), []

    def job() -> None:
        try:
            start.wait()
            with work_as(SYSTEM, now=now + DAY, bind=empty) as work:
                remind(work)
        except BaseException as error:  # noqa: BLE001  a thread's fault must fail the test
            faults.append(error)

    threads = [Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with work_as(SYSTEM, now=now + DAY, bind=empty) as work:
        assert len(letters(work)) == 10
        assert {line.count for line in notices(work)} == {1}
