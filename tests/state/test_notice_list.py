"""The page of notices and the switches: one's own alone, unread first, page after page, what the browser receives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, SYSTEM
from elka.db import Work
from elka.errors import NotFound, SignInNeeded
from elka.models.notices import Notice, NoticeKind, NoticeSetting
from elka.models.people import Person
from elka.state.account_copy import copy_of_account
from elka.state.notice_list import PAGE, DayRow, NoticesState
from elka.state.notice_settings import NoticeSettingsState
from elka.state.notices import Line, forget, notify, notify_each
from elka.state.viewer import ViewerState
from tests.browser import commit, sent, shown_to, signed_in
from tests.factories import DAY, actor, official, person
from tests.garbage import GARBAGE
from tests.notices import notices
from tests.words import plain

K = NoticeKind
listed = NoticesState._listed
switch = NoticeSettingsState._switch


@pytest.fixture
def me(work: Work) -> Person:
    return person(work)


def tell(work: Work, who: Person, title: str, kind: NoticeKind = K.APPLICATION, **fields: Any) -> Notice:
    """Tell a person something as the clock does, and return the line."""
    before, work.actor = work.actor, SYSTEM
    notify(work, [who.id], kind, **{"title": title, "href": "/contests/1", **fields})
    work.actor = before
    return notices(work, who)[-1]


def shown(days: list[DayRow]) -> list[tuple[str, list[str]]]:
    return [(day.heading, [row.title for row in day.rows]) for day in days]


def test_unread_first_then_a_day_after_another(work: Work, me: Person) -> None:
    work.now -= 2 * DAY
    old = tell(work, me, "Давняя")
    tell(work, me, "Давняя непрочитанная")
    work.now += DAY
    yesterday = tell(work, me, "Вчерашняя")
    work.now += DAY
    today = tell(work, me, "Сегодняшняя")
    tell(work, me, "Свежая", text="Подробности")
    for line in (old, yesterday, today):
        line.read(work.now)
    work.session.flush()
    work.actor = actor(work, me)
    page = listed(work, "")
    assert shown(page.days) == [
        ("Непрочитанные", ["Свежая", "Давняя непрочитанная"]),
        ("Сегодня", ["Сегодняшняя"]),
        ("Вчера", ["Вчерашняя"]),
        (plain(page.days[3].heading).replace(" ", "\N{NO-BREAK SPACE}"), ["Давняя"]),
    ]
    assert plain(page.days[3].heading) == "21 ноября 2026"
    first, second = page.days[0].rows
    assert (first.when, first.text, first.unread) == ("сегодня, 12:00", "Подробности", True)
    assert plain(second.when) == "21 ноября 2026, 12:00"
    assert page.days[1].rows[0].when == "12:00"
    assert page.mark is None
    assert page.tabs == [], "one kind is no choice"


def test_pages_follow_one_another_without_gaps_whatever_is_read_meanwhile(work: Work, me: Person) -> None:
    # All of one and the same moment.
    lines = [Line(me.id, str(number), "/me", group_key=f"{number:03}") for number in range(PAGE * 2 + 10)]
    work.actor = SYSTEM
    notify_each(work, K.GROUP, lines)
    for line in notices(work, me):
        if int(line.title) % 3 == 0:
            line.read(work.now)
    work.session.flush()
    work.actor = actor(work, me)
    seen: list[str] = []
    mark, pages = None, 0
    while True:
        page = listed(work, "", mark)
        seen += [row.title for day in page.days for row in day.rows]
        pages += 1
        if page.mark is None:
            break
        mark = page.mark
    assert pages == 3
    assert len(seen) == len(set(seen)) == len(lines)
    unread = [title for title in seen if int(title) % 3]
    assert seen[: len(unread)] == unread == sorted(unread, key=int, reverse=True)


def test_by_kind(work: Work, me: Person) -> None:
    tell(work, me, "Заявка")
    tell(work, me, "Итог", K.RESULT).read(work.now)
    tell(work, me, "Скрытая", K.GROUP).shown = False
    work.session.flush()
    work.actor = actor(work, me)
    page = listed(work, "result")
    assert shown(page.days) == [("Сегодня", ["Итог"])]
    assert [(tab.label, tab.count, tab.value) for tab in page.tabs] == [
        ("Все", "1", "/me/notices"),
        ("Мои заявки", "1", "/me/notices?kind=application"),
        ("Итоги", "", "/me/notices?kind=result"),
    ]
    assert shown(listed(work, "deadline").days) == []
    for garbage in (*GARBAGE, "resultx", "щ" * 9999):
        assert [row.title for day in listed(work, garbage).days for row in day.rows] == ["Заявка", "Итог"]


def test_the_same_number_of_queries_for_one_row_and_for_thirty(
    work: Work, me: Person, queries: Callable[[Callable[[], object]], int]
) -> None:
    tell(work, me, "Одна")
    work.actor = actor(work, me)
    one = queries(lambda: listed(work, ""))
    for number in range(29):
        tell(work, me, str(number))
    assert queries(lambda: listed(work, "")) == one


def test_nothing_of_others_is_shown_or_touched(work: Work, me: Person) -> None:
    theirs = tell(work, person(work), "Чужая тайна")
    work.actor = actor(work, me)
    assert listed(work, "").days == []
    for key in (theirs.id, str(theirs.id), *GARBAGE):
        with pytest.raises(NotFound):
            NoticesState._read(work, key)
    NoticesState._read_all(work, "")
    looked = NoticesState._look(work, [theirs.id], None)
    assert (looked.still, looked.unread, looked.fresh) == (frozenset(), 0, False)
    assert notices(work)[0].read_at is None


def test_a_guest_is_asked_to_sign_in(work: Work, me: Person) -> None:
    line = tell(work, me, "Моя")
    work.actor = GUEST
    for flow, arguments in (
        (listed, ("",)),
        (NoticesState._read, (line.id,)),
        (NoticesState._read_all, ("",)),
        (NoticesState._look, ([], None)),
        (NoticeSettingsState._switches, ()),
        (switch, ("result", "on_site", False)),
    ):
        with pytest.raises(SignInNeeded):
            flow(work, *arguments)


def test_looking_again_tells_what_was_read_elsewhere_and_what_is_new(work: Work, me: Person) -> None:
    one, two = tell(work, me, "Одна"), tell(work, me, "Две")
    work.actor = actor(work, me)
    at = work.now
    work.now += timedelta(minutes=1)
    one.read(work.now)
    work.session.flush()
    looked = NoticesState._look(work, [one.id, two.id], at)
    assert (looked.still, looked.unread, looked.fresh) == (frozenset({two.id}), 1, False)
    tell(work, me, "Три")
    assert NoticesState._look(work, [one.id, two.id], at).fresh


# Switches


def test_every_kind_is_on_until_it_is_switched(work: Work, me: Person) -> None:
    work.actor = actor(work, me)
    page = NoticeSettingsState._switches(work)
    assert [row.kind for row in page.own] == ["application", "deadline", "result", "contest", "group", "vote"]
    assert all(row.on_site and row.by_mail for row in page.own)
    assert (page.office, page.email) == ([], me.email)
    page = switch(work, "result", "by_mail", False)
    page = switch(work, "result", "on_site", False)
    page = switch(work, "result", "by_mail", True)
    assert [(row.kind, row.on_site, row.by_mail) for row in page.own if not row.on_site] == [("result", False, True)]
    (kept,) = work.session.execute(sa.select(NoticeSetting)).scalars()
    assert (kept.person_id, kept.kind) == (me.id, K.RESULT)


def test_kinds_of_the_office_are_for_officials(work: Work) -> None:
    work.actor = actor(work, official(work))
    assert [row.kind for row in NoticeSettingsState._switches(work).office] == ["office_application", "office_task"]


@pytest.mark.parametrize(
    ("kind", "where", "on"),
    [
        *((garbage, "on_site", True) for garbage in GARBAGE),
        *(("result", garbage, True) for garbage in (*GARBAGE, "person_id", "kind")),
        *(("result", "on_site", garbage) for garbage in GARBAGE if garbage is not True),
    ],
)
def test_garbage_switches_nothing(work: Work, me: Person, kind: object, where: object, on: object) -> None:
    work.actor = actor(work, me)
    with pytest.raises(NotFound):
        switch(work, kind, where, on)
    assert work.session.execute(sa.select(NoticeSetting)).all() == []


# The account


def test_a_copy_of_the_account_holds_them_and_its_end_removes_them(work: Work, me: Person) -> None:
    other = person(work)
    tell(work, me, "Моя")
    tell(work, other, "Чужая")
    work.actor = actor(work, me)
    switch(work, "group", "by_mail", False)
    copy = copy_of_account(work)
    assert [row["title"] for row in copy["notices"]] == ["Моя"]
    assert [(row["kind"], row["by_mail"]) for row in copy["notice_settings"]] == [("group", False)]
    forget(work, me.id)
    assert [line.title for line in notices(work)] == ["Чужая"]
    assert work.session.execute(sa.select(NoticeSetting)).all() == []


# What the browser receives


async def test_the_browser_receives_ones_own_lines_and_no_more(work: Work, me: Person) -> None:
    tell(work, me, "Моя", text="Подробности", group_key="secret-key")
    tell(work, person(work), "Чужая тайна")
    token = signed_in(work, me)
    commit(work)
    state = shown_to(NoticesState, token=token, path="/me/notices")
    await state.load()
    vars_ = await sent(state)
    assert "Моя" in repr(vars_)
    for hidden in ("Чужая", "secret-key", "group_key", "person_id", "mail"):
        assert hidden not in repr(vars_)
    assert vars_["unread"] == 1
    (row,) = vars_["days"][0].rows
    await state.read(row.id)
    assert (await sent(state))["unread"] == 0
    assert state.days[0].rows[0].unread is False, "it stays where it is until the page is opened again"


async def test_the_bell_is_counted_with_the_page_and_on_every_beat(work: Work, me: Person) -> None:
    tell(work, me, "Одна", href="/applications/7")
    tell(work, me, "Две", href="/contests/3")
    token = signed_in(work, me)
    commit(work)
    viewer = shown_to(ViewerState, token=token, path="/applications/7")
    await viewer.load()
    assert (await sent(viewer))["unread"] == 1, "the page that a line leads to reads it"
    viewer._clean()
    await viewer.beat()
    assert "unread" not in await sent(viewer), "nothing new, nothing sent"
    tell(work, me, "Три")
    commit(work)
    await viewer.beat()
    assert (await sent(viewer))["unread"] == 2


async def test_a_guests_bell_stays_still(work: Work, me: Person) -> None:
    tell(work, me, "Моя")
    commit(work)
    viewer = shown_to(ViewerState, path="/")
    await viewer.load()
    assert await viewer.beat() is None
    assert viewer.unread == 0
