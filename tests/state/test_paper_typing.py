"""Typing a batch of paper ballots: nothing typed is lost, two officials do not overwrite each other, the second learns of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.errors import Invalid, WrongStage
from elka.models.contests import Contest
from elka.models.notices import Notice
from elka.models.paper import PaperStatus
from elka.models.people import Person
from elka.state.office_tasks import TaskRow, tasks_of
from elka.state.paper import PaperState
from tests.browser import commit, sent, shown_to, signed_in
from tests.paper import Made, batch, do, made, typed
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
P = PaperStatus


def begun(work: Work, one: Made) -> int:
    return int(do(work, one.first, PaperState._start, one.contest.id, {"place": "Школа № 2", "kind": "totals"}))


def tasks(work: Work, one: Made, who: Person) -> list[TaskRow]:
    return [
        row
        for row in do(work, who, tasks_of, col(Contest.id) == one.contest.id)
        if row.href.startswith(f"/office/contests/{one.contest.id}/paper")
    ]


async def page_of(work: Work, one: Made, who: Person, key: int) -> PaperState:
    token = signed_in(work, who)
    commit(work)
    page = shown_to(PaperState, token=token, path=f"/office/contests/{one.contest.id}/paper?batch={key}")
    async for _ in page.load():
        pass
    return page


async def test_what_is_typed_is_kept_whatever_is_wrong_with_it(work: Work) -> None:
    one = made(work)
    key = begun(work, one)
    page = await page_of(work, one, one.first, key)
    form = {
        "text": f"{one.numbers[0]} = 3\n9999 = 1\nтри",
        "ballots": "4",
        "spoiled": "1",
        "version": "1",
        "send": "yes",
    }
    await page.save(form)
    assert plain((await sent(page))["errors"]["text"]) == (
        "Строка 2: проекта № 9999 в бюллетене нет. Строка 3: нужно «номер = голосов»."
    )
    row = batch(work, key)
    assert (row.text, row.ballots, row.spoiled, row.status) == (form["text"], 4, 1, P.DRAFT)
    # The page goes on from what was saved: its own next press is no clash.
    assert page.opened.version == row.version
    mended = {**form, "text": f"{one.numbers[0]} = 4", "version": str(page.opened.version)}
    await page.save(mended)
    assert page.errors == {}
    work.session.expire_all()
    assert batch(work, key).status is P.SENT


async def test_a_colleague_does_not_overwrite_what_was_saved_meanwhile(work: Work) -> None:
    one = made(work)
    key = begun(work, one)
    first, second = await page_of(work, one, one.first, key), await page_of(work, one, one.second, key)
    assert first.opened.version == second.opened.version
    await first.save({"text": "1 = 5", "ballots": "5", "spoiled": "", "version": str(first.opened.version)})
    events = await second.save({"text": "2 = 7", "ballots": "7", "spoiled": "", "version": str(second.opened.version)})
    assert "сохранил другой сотрудник" in repr(events)
    work.session.expire_all()
    assert (batch(work, key).text, batch(work, key).ballots) == ("1 = 5", 5)
    with pytest.raises(WrongStage):
        do(work, one.second, PaperState._save, key, {"text": "", "ballots": "", "spoiled": "", "version": "не число"})


def test_the_second_person_learns_that_a_batch_waits(work: Work) -> None:
    one = made(work)
    key = typed(work, one, str(one.numbers[0]), 1)
    assert [plain(row.title) for row in tasks(work, one, one.second)] == [
        "1 пачка бумажных бюллетеней ждёт второго человека"
    ]
    assert tasks(work, one, one.first) == []
    told = work.session.execute(
        sa.select(Notice.person_id, Notice.title).where(Notice.group_key == f"paper:{key}")
    ).all()
    assert one.second.id in {row[0] for row in told}
    assert one.first.id not in {row[0] for row in told}
    do(work, one.second, PaperState._confirm, key, {"own_ballots": "1", "own_spoiled": "0"})
    assert tasks(work, one, one.second) == []
    do(work, one.second, PaperState._ask_out, key, {"why": "Урна стояла без присмотра."})
    assert [len(tasks(work, one, who)) for who in (one.first, one.second)] == [1, 0]


def test_a_wrong_line_is_told_with_a_full_stop(work: Work) -> None:
    one = made(work)
    key = begun(work, one)
    with pytest.raises(Invalid) as refused:
        do(work, one.first, PaperState._save, key, {"text": "x\ny", "ballots": "2", "spoiled": "0", "send": "yes"})
    assert plain(refused.value.fields["text"]) == (
        "Строка 1: нужно «номер = голосов». Строка 2: нужно «номер = голосов»."
    )
