"""The page of corrections and the versions on the page of results: what the browser receives, and who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import clock, keeping, publishing
from elka.db import Work
from elka.errors import NotFound, WrongStage
from elka.models.annulments import Annulment
from elka.models.contests import Contest
from elka.models.paper import PaperBatch, PaperStatus
from elka.models.people import Person
from elka.models.result_corrections import CorrectionStatus, ResultCorrection
from elka.models.result_versions import FileKind, VersionFile
from elka.routes.results import ROUTES
from elka.settings import settings
from elka.state import result_corrections
from elka.state.correction_desk import CorrectionDeskState
from elka.state.office_tasks import tasks_of
from elka.state.paper import PaperState
from elka.state.result_film import ResultFilmState
from elka.state.result_protocol import protocol
from elka.state.results import ResultsState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.corrected import WORDS, act, asked, corrected, in_order, kept
from tests.garbage import GARBAGE
from tests.state.test_paper import batch, confirmed, do, line
from tests.state.test_paper import closed as paper_closed
from tests.state.test_paper import made as paper_made
from tests.voted import Vote, published
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")

S = CorrectionDeskState


@pytest.fixture
def made(work: Work) -> Vote:
    """Results published an hour ago by the real clock: the browser's state asks it."""
    work.now = clock.now() - timedelta(days=30)
    found = published(work)
    found.contest.published_at = clock.now() - timedelta(days=2)
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(sa.text("UPDATE result_versions SET published_at = :at"), {"at": found.contest.published_at})
    work.session.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))
    work.session.flush()
    work.now = clock.now() - timedelta(days=1)
    return found


def desk(work: Work, made: Vote, who: Person | None) -> Any:
    token = "" if who is None else signed_in(work, who)
    commit(work)
    return shown_to(S, token=token, path=f"/office/contests/{made.contest.id}/correction")


async def loaded(page: Any) -> Any:
    async for _ in page.load():
        pass
    return page


async def proposed(work: Work, made: Vote) -> Any:
    """Go through the page as the first official does."""
    page = await loaded(desk(work, made, made.official))
    await page.choose_ground("site")
    await page.pick(in_order(made)[0].id)
    await page.foresee({"words": WORDS})
    await page.propose()
    return page


async def test_one_looks_and_proposes_and_another_signs(work: Work, made: Vote, second: Person) -> None:
    first, _, loser, _ = in_order(made)
    page = await loaded(desk(work, made, made.official))
    assert page.head.may_propose
    assert [one.value for one in page.grounds] == ["renounced", "ineligible", "site", "ballots", "note"]
    await page.choose_ground("site")
    assert [one.id for one in page.found] == [one.id for one in in_order(made)]
    await page.search("проект 3")
    assert [plain(one.title) for one in page.found] == ["Проект 3"]
    await page.search(str(loser.number))
    assert [one.id for one in page.found] == [loser.id]
    await page.pick(first.id)
    await page.pick(loser.id)
    await page.pick(loser.id)
    assert page.picked_ids == [first.id]
    await page.foresee({"words": "Мало"})
    assert "words" in page.errors
    assert page.change.digest == ""
    await page.foresee({"words": WORDS})
    told = [(plain(one.what), one.tone) for one in page.change.lines]
    assert told == [("Победитель, снимается с итогов", "red"), ("Станет победителем", "green")]
    assert plain(page.change.winners) == "Победителей: 2 → 2"
    assert plain(page.change.spent) == "Распределено: 600 000 ₽ → 600 000 ₽"
    await page.propose()
    assert (page.picked_ids, page.ground, page.change.digest) == ([], "", "")
    [row] = page.rows
    assert (row.waits, row.may_sign, row.may_take_back) == (True, False, True)
    assert "подписывает другой сотрудник" in plain(row.barred)
    assert not page.head.may_propose

    other = await loaded(desk(work, made, second))
    assert "ещё сохраняются" in plain(other.rows[0].barred)
    kept(work, made)
    other = await loaded(desk(work, made, second))
    [row] = other.rows
    assert (row.may_sign, row.may_take_back, row.barred) == (True, False, "")
    assert [plain(one.what) for one in row.change.lines] == [one for one, _ in told]
    await other.sign(row.id)
    assert other.rows[0].status == "Подписано, версия 2"
    assert other.head.version == 2
    assert other.head.may_propose
    assert [one.value for one in other.returned] == [str(first.id)]
    assert "returned" in [one.value for one in other.grounds]


async def test_the_second_finds_it_among_the_tasks(work: Work, made: Vote, second: Person) -> None:
    await proposed(work, made)

    def tasks(who: Person) -> list[str]:
        act(work, who)
        return [one.href for one in tasks_of(work, Contest.municipality_id == made.contest.municipality_id)]

    here = f"/office/contests/{made.contest.id}/correction"
    assert here in tasks(second)
    assert here not in tasks(made.official)


async def test_declined_by_the_second_and_taken_back_by_the_first(work: Work, made: Vote, second: Person) -> None:
    await proposed(work, made)
    other = await loaded(desk(work, made, second))
    await other.decline({"answer": "Нет"})
    assert "answer" in other.errors
    await other.decline({"answer": "Решение комиссии ещё обжалуют."})
    assert other.rows[0].status == "Отклонено"
    page = await proposed(work, made)
    await page.take_back(page.rows[0].id)
    assert page.rows[0].status == "Отозвано"


async def test_what_grew_stale_is_told_on_the_page(work: Work, made: Vote, second: Person) -> None:
    await proposed(work, made)
    kept(work, made)
    other = await loaded(desk(work, made, second))
    project = in_order(made)[2].project_id
    work.session.execute(sa.text("UPDATE projects SET stage = 'archived' WHERE id = :id"), {"id": project})
    commit(work)
    await other.sign(other.rows[0].id)
    assert other.rows[0].status == "Устарело"
    assert "убран автором в архив" in plain(other.rows[0].answer)
    row = work.session.get_one(ResultCorrection, other.rows[0].id, populate_existing=True)
    assert row.status is CorrectionStatus.STALE


@pytest.mark.parametrize("who", ["guest", "resident", "author", "another place"])
async def test_strangers_see_nothing_and_do_nothing(work: Work, made: Vote, second: Person, who: str) -> None:
    page = await proposed(work, made)
    row = page.rows[0].id
    kept(work, made)
    person = {
        "guest": None,
        "resident": factories.person(work),
        "author": made.author,
        "another place": factories.official(work, place="Сургут"),
    }[who]
    other = await loaded(desk(work, made, person))
    told = await sent(other)
    assert (told["rows"], told["head"].id) == ([], 0)
    await other.choose_ground("site")
    await other.search("проект")
    await other.pick(in_order(made)[0].id)
    await other.foresee({"words": WORDS})
    await other.propose()
    await other.sign(row)
    await other.decline({"answer": "Так быть не должно."})
    await other.take_back(row)
    told = await sent(other)
    assert (other.found, other.picked, other.change.digest, other.rows) == ([], [], "", [])
    assert WORDS not in repr(told)
    assert work.session.get_one(ResultCorrection, row, populate_existing=True).waits


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_does_no_harm(work: Work, made: Vote, garbage: Any) -> None:
    page = await loaded(desk(work, made, made.official))
    await page.choose_ground(garbage)
    await page.search(garbage)
    await page.pick(garbage)
    await page.foresee(garbage)
    await page.propose()
    await page.sign(garbage)
    await page.decline(garbage)
    await page.take_back(garbage)
    assert page.rows == []
    assert work.session.execute(sa.select(sa.func.count()).select_from(ResultCorrection)).scalar_one() == 0


async def results(made: Vote, query: str = "") -> Any:
    page = shown_to(ResultsState, path=f"/contests/{made.contest.id}/results{query}")
    async for _ in page.load():
        pass
    return page


async def test_the_page_of_results_tells_of_the_correction_and_shows_both_versions(
    work: Work, made: Vote, second: Person
) -> None:
    first, winner, loser, last = in_order(made)
    commit(work)
    assert (await results(made)).versions.rows == []
    corrected(work, made, second, asked(first, ground="site"))
    kept(work, made)
    page = await results(made)
    assert [one.id for one in page.winners] == [winner.id, loser.id]
    assert [one.id for one in page.rest] == [last.id, first.id]
    assert plain(page.rest[1].why).startswith("Снят с итогов. Основание: Площадку проекта использовать нельзя.")
    told = page.versions
    assert plain(told.banner).startswith("Итоги исправлены ")
    assert (plain(told.ground), plain(told.words)) == ("Площадку проекта использовать нельзя", WORDS)
    assert [plain(one) for one in told.changes] == [
        "Проект «Проект 0» снят с итогов: больше не победитель",
        f"Проект «Проект {made.entries.index(loser)}» теперь победитель, 300 000 ₽",
    ]
    assert [(one.number, one.in_force, one.is_shown) for one in told.rows] == [(2, True, True), (1, False, False)]
    assert told.former == ""
    assert page.row.version == 0

    old = await results(made, "?version=1")
    assert [one.id for one in old.winners] == [first.id, winner.id]
    assert plain(old.versions.former) == "Это версия 1, она больше не действует. Действует версия 2."
    assert old.row.version == 1
    assert old.proof.ballots == f"/contests/{made.contest.id}/ballots.pb?version=1"
    assert old.proof.root == page.proof.root
    assert old.proof.sha256 != page.proof.sha256
    assert "-v1.pb" in old.proof.command
    await old.search("проект 0")
    assert [one.id for one in old.winners] == [first.id]
    film = shown_to(ResultFilmState, path=f"/contests/{made.contest.id}/results?version=1")
    await film.load()
    assert [one.id for one in film.frames] == [str(first.id), str(winner.id)]
    assert second.last_name not in repr(await sent(page))  # who signed is the office's affair

    for strange in ("?version=3", "?version=0", "?version=-1", "?version=x", "?version=99999999999"):
        assert (await results(made, strange)).status == "missing"
    [row] = [one for one in (await loaded(desk(work, made, made.official))).rows if one.status != "Ждёт подписи"]
    assert plain(row.decided).startswith("Петров О.")


async def test_files_of_every_version_over_http(work: Work, made: Vote, second: Person) -> None:
    first = in_order(made)[0]
    corrected(work, made, second, asked(first))
    kept(work, made)
    token = signed_in(work, made.official)
    commit(work)
    contest = made.contest.id
    files = {
        (row.number, row.kind): row
        for row in work.session.execute(sa.select(VersionFile).where(VersionFile.contest_id == contest)).scalars()
    }
    addresses = {
        FileKind.BALLOTS: f"/contests/{contest}/ballots.pb",
        FileKind.TABLE: f"/contests/{contest}/results.csv",
        FileKind.BOOK: f"/contests/{contest}/results.xlsx",
        FileKind.PROTOCOL: f"/office/contests/{contest}/protocol.pdf",
    }
    transport = httpx.ASGITransport(Starlette(routes=ROUTES))
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin, cookies={"elka": token}) as client:
        for (number, kind), row in files.items():
            answer = await client.get(addresses[kind], params={"version": number})
            assert answer.status_code == 200
            assert answer.headers["etag"] == f'"{row.sha256}"'
            assert len(answer.content) == row.size
            if number == 2:
                assert (await client.get(addresses[kind])).content == answer.content
        for kind, address in addresses.items():
            for strange in ("3", "0", "x", "1 OR 1"):
                assert (await client.get(address, params={"version": strange})).status_code == 404, kind
        client.cookies.clear()
        answer = await client.get(addresses[FileKind.PROTOCOL], params={"version": 1})
        assert answer.status_code == 401
        assert (await client.get(addresses[FileKind.TABLE], params={"version": 1})).status_code == 200


def test_the_protocol_of_a_version_tells_who_signed(work: Work, made: Vote, second: Person) -> None:
    second.last_name, second.first_name = "Сайнахова", "Людмила"
    corrected(work, made, second, asked(in_order(made)[0]))
    act(work, made.official)
    work.now = clock.now()
    said = repr(protocol(work, made.contest.id)[1]).replace("\\xa0", " ")
    for words in ("Исправление итогов", WORDS, "Сайнахова Л.", "Петров О.", "Снят с итогов. Основание: Заявитель"):
        assert words in said


def test_a_batch_of_paper_is_taken_out_by_a_correction(work: Work) -> None:
    one = paper_made(work)
    a, b, c = one.numbers
    key = confirmed(work, one, f"{line(c)}\n{line(c)}\n{line(c, b)}", 3)
    other = confirmed(work, one, f"{line(a)}\n{line(a, b)}", 2)
    paper_closed(work, one)
    do(work, one.first, ResultsState._publish, one.contest.id)
    commit(work)
    publishing.make(one.contest.id)
    keeping.keep(one.contest.id, now=work.now)
    with pytest.raises(sa.exc.IntegrityError, match="do not change after"), work.session.begin_nested():
        work.session.execute(
            sa.text("UPDATE paper_batches SET status = 'withdrawn', leaving_by = :a, withdrawn_by = :b WHERE id = :id"),
            {"a": one.first.id, "b": one.second.id, "id": key},
        )
    form = {"ground": "paper", "words": "Протокол урны 1 внесён дважды, акт № 2.", f"batches-{key}": True}
    row = do(work, one.first, result_corrections.propose, one.contest.id, form)
    assert row.batches == [key]
    with pytest.raises(WrongStage, match="больше не меняются"):
        do(work, one.first, PaperState._start, one.contest.id, {})
    work.now += timedelta(hours=1)
    assert do(work, one.second, result_corrections.sign, row.id, row.foreseen)
    gone = batch(work, key)
    assert (gone.status, gone.leaving_by, gone.withdrawn_by) == (PaperStatus.WITHDRAWN, one.first.id, one.second.id)
    assert batch(work, other).status is PaperStatus.CONFIRMED
    votes = dict(work.session.execute(sa.text("SELECT application_id, votes FROM outcomes")).all())
    assert [votes[key] for key in one.ids] == [2, 1, 0]
    assert work.session.execute(sa.select(sa.func.count()).select_from(Annulment)).scalar_one() == 0
    assert work.session.execute(sa.select(sa.func.count()).select_from(PaperBatch)).scalar_one() == 2


def test_the_archive_is_of_published_results_alone(work: Work, made: Vote) -> None:
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(sa.text("UPDATE contests SET stage = 'decision', published_at = NULL"))
    work.session.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))
    work.session.expire_all()
    for version in (1, "1"):
        assert ResultsState._opened(work, made.contest.id, "", 1, 1, "", version).listed.winners == []
    with pytest.raises(NotFound):
        ResultsState._opened(work, made.contest.id, "", 1, 1, "", 2)
