"""Telling people: who hears what, in one line or several, on the site and by mail, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from elka.core.actor import GUEST, SYSTEM, Role
from elka.db import Work, work_as
from elka.models.notices import KEPT, Notice, NoticeKind
from elka.models.people import Person
from elka.settings import settings
from elka.state import notice_words
from elka.state.application_words import LETTERS
from elka.state.notice_words import KINDS, LINES, OFFICE_TURNS, said, titled
from elka.state.notices import Line, forget_old, notify, notify_each, officials_of, read_all, unread
from tests.factories import actor, contest, grant, official, person, settlement
from tests.letters import letters
from tests.notices import notices, switch
from tests.words import plain

K = NoticeKind
SEVERAL = "новая заявка|новые заявки|новых заявок|в конкурсе «Двор»"
LETTER = ("Новость", "Вот что случилось.")


def say(work: Work, *people: Person, kind: NoticeKind = K.OFFICE_APPLICATION, **fields: Any) -> None:
    notify(work, [one.id for one in people], kind, **{"title": "Новость", "href": "/contests/1", **fields})


# Who hears what


def test_many_are_told_by_as_few_queries_as_one(work: Work, queries: Callable[[Callable[[], object]], int]) -> None:
    crowd = [person(work) for _ in range(30)]
    one = queries(lambda: say(work, crowd[0], letter=LETTER))
    assert queries(lambda: say(work, *crowd, letter=LETTER)) == one
    assert len(notices(work)) == 31
    assert len(letters(work)) == 31


def test_unread_news_of_a_group_are_one_line_with_a_count_and_the_newest_text(work: Work) -> None:
    who = person(work)
    for number in range(1, 13):
        say(
            work,
            who,
            title=f"Новая заявка № {number}",
            text=f"Проект {number}",
            href=f"/office/applications/{number}",
            group_key="submitted:contest:1",
            several=SEVERAL,
            several_href="/office/contests/1/applications",
        )
        work.now += timedelta(minutes=1)
        if number == 1:
            (line,) = notices(work, who)
            assert (titled(line), line.href, line.count) == ("Новая заявка № 1", "/office/applications/1", 1)
    (line,) = notices(work, who)
    assert (line.count, said(line), line.href) == (12, "Последнее: проект 12", "/office/contests/1/applications")
    assert plain(titled(line)) == "12 новых заявок в конкурсе «Двор»"
    assert (line.created_at, line.changed_at) == (work.now - timedelta(minutes=12), work.now - timedelta(minutes=1))
    work.actor = actor(work, who)
    read_all(work)
    say(work, who, own=True, group_key="submitted:contest:1")
    assert [one.count for one in notices(work, who)] == [12, 1]


def test_lines_without_a_group_stay_apart_and_groups_are_of_one_person(work: Work) -> None:
    one, other = person(work), person(work)
    say(work, one)
    say(work, one)
    say(work, one, other, group_key="g")
    say(work, other, group_key="g")
    assert [line.count for line in notices(work, one)] == [1, 1, 1]
    assert [line.count for line in notices(work, other)] == [2]


def test_the_same_group_twice_in_one_call_is_counted(work: Work) -> None:
    who = person(work)
    lines = [Line(who.id, f"Заявка {n}", f"/a/{n}", group_key="g") for n in (1, 2, 3)]
    notify_each(work, K.OFFICE_APPLICATION, lines, several=SEVERAL, several_href="/all")
    (line,) = notices(work, who)
    assert (line.count, line.title, line.href) == (3, "Заявка 3", "/all")


def test_who_acts_is_not_told_unless_asked_and_then_it_is_read_already(work: Work) -> None:
    me, other = person(work), person(work)
    work.actor = actor(work, me)
    say(work, me, other, letter=LETTER, digest=True)
    assert notices(work, me) == []
    assert [letter.person_id for letter in letters(work)] == [other.id]
    say(work, me, other, letter=LETTER, own=True)
    assert [line.read_at for line in notices(work, me)] == [work.now]
    assert [line.read_at for line in notices(work, other)] == [None, None]
    assert unread(work) == 0
    assert [letter.person_id for letter in letters(work)] == [other.id, me.id, other.id]


@pytest.mark.parametrize(
    ("on_site", "by_mail", "lines", "mails"),
    [(True, True, 1, 1), (True, False, 1, 0), (False, True, 0, 1), (False, False, 0, 0)],
)
def test_site_and_mail_are_switched_apart(work: Work, on_site: bool, by_mail: bool, lines: int, mails: int) -> None:
    who = person(work)
    switch(work, who, K.RESULT, on_site=on_site, by_mail=by_mail)
    say(work, who, kind=K.RESULT, letter=LETTER)
    assert sum(line.shown for line in notices(work, who)) == lines
    assert len(letters(work)) == mails
    say(work, who, kind=K.GROUP, letter=LETTER)  # another kind is not touched
    assert sum(line.shown for line in notices(work, who)) == lines + 1
    assert len(letters(work)) == mails + 1


def test_the_erased_the_unconfirmed_and_strangers(work: Work) -> None:
    erased, unconfirmed, other = person(work), person(work, confirmed=False), person(work)
    erased.erase(work.now)
    work.session.flush()
    say(work, erased, unconfirmed, letter=LETTER)
    notify(work, [2**40], K.GROUP, title="Никому", href="/me")
    assert [line.person_id for line in notices(work)] == [unconfirmed.id]
    assert letters(work) == []
    for somebody in (actor(work, other), GUEST):
        work.actor = somebody
        assert unread(work) == 0
        assert work.session.execute(sa.select(Notice).where(Notice.visible_to(somebody))).all() == []
    assert notices(work, other) == []


def test_a_letter_says_where_to_look_and_how_to_switch_it_off(work: Work) -> None:
    say(work, person(work), kind=K.CONTEST, letter=LETTER)
    (letter,) = letters(work)
    assert letter.subject == "Новость"
    for words in (
        "Здравствуйте, Мария!",
        "Вот что случилось.",
        f"Открыть: {settings().origin}/contests/1",
        f"Отключить письма «Изменения в конкурсах»: {settings().origin}/me/notices/settings",
    ):
        assert words in plain(letter.body)


def test_news_of_what_was_rolled_back_reach_nobody(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        who = person(work)

    def fail() -> None:
        with work_as(bind=empty) as work:
            notify(work, [who.id], K.RESULT, title="Победа", href="/contests/1", letter=LETTER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with work_as(bind=empty) as work:
        assert notices(work) == []
        assert letters(work) == []


@pytest.mark.parametrize("href", ["", "contests/1", "https://example.org", "//example.org", "javascript:alert(1)"])
def test_a_notice_leads_to_the_site_itself(work: Work, href: str) -> None:
    with pytest.raises(ValueError, match="a page of the site"):
        say(work, person(work), href=href)


def test_groups_hold_under_concurrency(empty: sa.Engine) -> None:
    """Twenty transactions at once, half of them in another order of people: one line each, counted to the last."""
    with work_as(bind=empty) as work:
        crowd = [person(work).id for _ in range(5)]
    start, faults = Barrier(10), []

    def tell(number: int) -> None:
        try:
            start.wait()
            for _ in range(2):
                with work_as(SYSTEM, bind=empty) as work:
                    order = crowd if number % 2 else crowd[::-1]
                    notify(
                        work, order, K.OFFICE_APPLICATION, title=str(number), href="/office", group_key="g", digest=True
                    )
        except BaseException as error:  # noqa: BLE001  a thread's fault must fail the test
            faults.append(error)

    threads = [Thread(target=tell, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with work_as(bind=empty) as work:
        assert [(line.person_id, line.count) for line in notices(work)] == [(one, 20) for one in crowd]


# Officials


def test_officials_are_those_of_the_place(work: Work) -> None:
    here, too, elsewhere = official(work), official(work), official(work, place="Нижневартовск")
    region = official(work, region=True)  # hears of regional contests alone
    left = official(work)
    work.session.execute(sa.text("UPDATE role_grants SET revoked_at = now() WHERE person_id = :id"), {"id": left.id})
    grant(work, person(work), Role.EXPERT, settlement(work).municipality_id)
    grant(work, too, Role.OFFICIAL)  # of the region too
    assert officials_of(work, contest(work, here)) == [here.id, too.id]
    assert officials_of(work, contest(work, region, region=True)) == [too.id, region.id]
    assert officials_of(work, contest(work, here, place="Нижневартовск")) == [elsewhere.id]


def test_the_region_stands_in_where_a_place_has_nobody(work: Work) -> None:
    region = official(work, region=True)
    assert officials_of(work, contest(work, region)) == [region.id]
    work.session.execute(sa.text("DELETE FROM role_grants"))
    assert officials_of(work, contest(work, region)) == []


# Reading


def test_opening_the_place_reads_the_line(work: Work) -> None:
    who, other = person(work), person(work)
    work.actor = SYSTEM
    say(work, who, other, href="/applications/5?from=list#answers")
    say(work, who, href="/applications/51", digest=True)
    work.actor = actor(work, who)
    assert unread(work) == 2
    assert unread(work, "/applications/9") == 2
    assert unread(work, "/applications/5") == 1
    assert unread(work, "/applications/51") == 0
    assert [line.read_at for line in notices(work, who)] == [work.now, work.now]
    assert notices(work, who)[1].mail_at is None, "what was read on the site needs no letter"
    assert [line.read_at for line in notices(work, other)] == [None]


def test_the_bell_counts_to_a_hundred(work: Work) -> None:
    who = person(work)
    notify_each(work, K.GROUP, [Line(who.id, "Новость", "/me")] * 150)
    work.actor = actor(work, who)
    assert unread(work) == 100
    read_all(work, K.RESULT)
    assert unread(work) == 100
    read_all(work, K.GROUP)
    assert unread(work) == 0


def test_old_ones_are_removed(work: Work) -> None:
    who = person(work)
    say(work, who)
    work.now += KEPT
    say(work, who)
    assert forget_old(work) == 0
    work.now += timedelta(seconds=1)
    assert forget_old(work) == 1
    assert len(notices(work, who)) == 1


# Words


def test_every_turn_and_kind_has_its_words() -> None:
    assert set(KINDS) == set(K)
    assert set(LINES) <= set(LETTERS)
    assert set(OFFICE_TURNS) <= set(LETTERS)


@given(st.text(max_size=400), st.integers(2, 3000))
def test_no_title_of_a_contest_breaks_a_line_of_several(contest_title: str, count: int) -> None:
    words = OFFICE_TURNS["submitted"].several.format(contest=contest_title)
    line = Notice(person_id=1, kind=K.GROUP, group_key="g", title="", href="/", several=words, count=count)
    assert plain(titled(line)).startswith(("1", "2", "3", "4", "5", "6", "7", "8", "9"))
    assert "новы" in titled(line) or "новая" in titled(line)


@given(st.text(max_size=2000))
def test_a_line_is_brief(text: str) -> None:
    short = notice_words.brief(text)
    assert "\n" not in short
    assert len(short) <= notice_words.BRIEF + 1
