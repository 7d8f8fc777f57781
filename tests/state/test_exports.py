"""Asking for an export, seeing how far it is, taking it: who may, and what is told of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import httpx
import openpyxl
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import attachments, exporting, jobs, limits
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, Refused, SignInNeeded, TooOften
from elka.models.answers import Attachment
from elka.models.exports import Export, ExportKind, ExportState
from elka.models.journal import JournalEntry
from elka.models.roles import RoleGrant
from elka.routes.exports import ROUTES
from elka.settings import settings
from elka.state.application_filters import read_filters
from elka.state.attachments import lost, sweep
from elka.state.attachments import tidy as tidy_attachments
from elka.state.base import COOKIE
from elka.state.exports import KEPT, ExportsState, tidy
from tests import exported, filled
from tests.browser import commit, sent, shown_to, signed_in
from tests.exported import contest_of, run
from tests.filled import Filed
from tests.garbage import GARBAGE
from tests.words import plain

ask, listed, remove, file = ExportsState._ask, ExportsState._list, ExportsState._remove, ExportsState._file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "home", tmp_path)


@pytest.fixture
def office(work: Work) -> Filed:
    """Three filed applications, and an official at the desk."""
    found = contest_of(work, 3)
    work.actor = found.actor(work, "official")
    return found


def jobs_of(work: Work) -> list[tuple[str, str | None, dict[str, object]]]:
    rows = work.session.execute(
        sa.text("SELECT task_name, lock, args FROM procrastinate_jobs WHERE task_name = 'make_export' ORDER BY id")
    )
    return [tuple(row) for row in rows]


def test_an_export_is_asked_for(work: Work, office: Filed) -> None:
    shown = ask(work, office.contest.id, "table", "?status=submitted&q=%D0%B4%D0%B2%D0%BE%D1%80&page=3&evil=1")
    (row,) = shown.rows
    assert shown.going
    assert (row.state, row.percent, row.href, row.note) == ("waiting", 0, "", "в очереди")
    assert plain(row.title) == "Таблица Excel: 3 заявки (ждут решения, «двор»)"
    (export,) = work.session.execute(sa.select(Export)).scalars()
    assert export.filters == {"status": "submitted", "q": "двор"}
    assert jobs_of(work) == [("make_export", "exports", {"export_id": export.id})]
    entry = work.session.execute(
        sa.select(JournalEntry).where(JournalEntry.key == "applications.exported")
    ).scalar_one()
    assert (entry.actor_id, entry.subject_kind, entry.subject_id) == (
        office.people["official"].id,
        "contest",
        office.contest.id,
    )
    assert entry.facts == {"export": export.id, "format": "table", "applications": 3, "status": "submitted"}


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("official", None),
        ("region", None),
        ("elsewhere", Denied),
        ("author", Denied),
        ("stranger", Denied),
        ("guest", SignInNeeded),
    ],
)
def test_only_the_office_of_the_place_exports(work: Work, who: str, refusal: type[Refused] | None) -> None:
    found = contest_of(work, 1)
    work.actor = found.actor(work, who)
    for call in (lambda: ask(work, found.contest.id, "archive", ""), lambda: listed(work, found.contest.id)):
        if refusal is None:
            assert len(call().rows) == 1
        else:
            with pytest.raises(refusal):
                call()


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_exports_nothing(work: Work, office: Filed, garbage: object) -> None:
    with pytest.raises(NotFound):
        ask(work, garbage, "table", "")
    with pytest.raises(NotFound):
        remove(work, garbage)
    with pytest.raises(NotFound):
        file(work, garbage)
    if garbage != "":
        with pytest.raises(Refused, match="Выберите"):
            ask(work, office.contest.id, garbage, "")
    assert ask(work, office.contest.id, "table", garbage).rows[0].state == "waiting"  # no filter at all


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("&".join(f"a{number}=1" for number in range(5000)), {}),
        ("%ff%00=&q=%00", {}),
        ("status=draft", {}),
        ("status=nonsense&status=submitted", {}),
        ("q=" + "+двор" * 900, {"q": ("двор " * 20).strip()}),
        ("who=me&sort=-amount&mark=again,nonsense&page=7", {"who": "5", "sort": "-amount", "mark": "again"}),
    ],
)
def test_any_query_is_read(query: str, filters: dict[str, str]) -> None:
    assert read_filters(query, 5) == filters


def test_nothing_to_export_is_said(work: Work, office: Filed) -> None:
    with pytest.raises(Refused, match="выгружать нечего"):
        ask(work, office.contest.id, "table", "status=withdrawn")
    assert jobs_of(work) == []


def test_the_same_click_twice_is_one_export(work: Work, office: Filed) -> None:
    first = ask(work, office.contest.id, "table", "")
    assert ask(work, office.contest.id, "table", "?").rows == first.rows
    assert len(ask(work, office.contest.id, "archive", "").rows) == 2
    ask(work, office.contest.id, "table", "q=1")
    with pytest.raises(Refused, match="ещё готовятся"):
        ask(work, office.contest.id, "table", "q=2")


def test_two_clicks_at_once_are_one_export(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 1)
        official = found.actor(work, "official")
    start = Barrier(4)

    def click() -> None:
        start.wait()
        with work_as(official, bind=empty) as work:
            ask(work, found.contest.id, "table", "")

    clicks = [Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM exports")).scalar_one() == 1


def test_no_more_often_than_the_limit(work: Work, office: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "export", limits.Limit(account="1 per hour"))
    ask(work, office.contest.id, "table", "")
    with pytest.raises(TooOften):
        ask(work, office.contest.id, "archive", "")


def test_everybody_sees_their_own_exports_only(work: Work, office: Filed) -> None:
    (row,) = ask(work, office.contest.id, "table", "").rows
    work.actor = office.actor(work, "region")
    assert listed(work, office.contest.id).rows == []
    for call in (remove, file):
        with pytest.raises(NotFound):
            call(work, row.id)


def test_how_far_it_is_and_what_became_of_it(work: Work, office: Filed) -> None:
    ask(work, office.contest.id, "table", "")
    export = work.session.execute(sa.select(Export)).scalar_one()
    export.state, export.done = ExportState.GOING, 2
    work.session.flush()
    (row,) = listed(work, office.contest.id).rows
    assert (row.state, row.percent, plain(row.note)) == ("going", 66, "готово 2 из 3")
    export.state, export.size = ExportState.READY, 1_500_000
    work.session.flush()
    shown = listed(work, office.contest.id)
    assert not shown.going
    assert shown.rows[0].href == f"/office/exports/{export.id}"
    assert plain(shown.rows[0].note) == "1,4 МБ, хранится до 24 ноября 2026, 12:00"
    export.state = ExportState.FAILED
    work.session.flush()
    assert "не получилось" in listed(work, office.contest.id).rows[0].note
    work.now += KEPT + timedelta(seconds=1)
    assert listed(work, office.contest.id).rows == []


def test_a_removed_export_is_gone_with_its_file(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 1)
        work.actor = found.actor(work, "official")
        (row,) = ask(work, found.contest.id, "table", "").rows
    run(row.id)
    path = exporting.path_of(row.id, ExportKind.TABLE)
    assert path.exists()
    with work_as(found_actor(empty, found), bind=empty) as work:
        assert remove(work, row.id).rows == []
        assert path.exists()  # until it is certain
    assert not path.exists()


def found_actor(empty: sa.Engine, found: Filed, who: str = "official"):
    with work_as(bind=empty) as work:
        return found.actor(work, who)


async def test_the_state_tells_its_own_page(work: Work, office: Filed) -> None:
    token = signed_in(work, office.people["official"])
    stranger = signed_in(work, office.people["stranger"])
    commit(work)
    path = f"/office/contests/{office.contest.id}/applications"
    state = shown_to(ExportsState, token=token, path=path)
    await state.load()
    assert await sent(state) == {
        "contest_id": office.contest.id,
        "rows": [],
        "going": False,
        "status": "ready",
        "fault": "",
        "barred": False,
    }
    await state.ask("table", "?q=1")
    seen = await sent(state)
    assert seen["going"] is True
    assert seen["rows"][0].state == "waiting"
    run(seen["rows"][0].id)
    events = await state.refresh()
    assert state.rows[0].href == f"/office/exports/{state.rows[0].id}"
    assert "Выгрузка готова" in str(events)
    assert "Выгрузка готова" not in str(await state.refresh())
    other = shown_to(ExportsState, token=stranger, path=path)
    await other.load()
    assert other.status == "error"
    assert other.rows == []


async def get(who: str | None, tokens: dict[str, str], export_id: int) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=ROUTES))
    cookies = {COOKIE: tokens[who]} if who else {}
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin, cookies=cookies) as client:
        return await client.get(f"/office/exports/{export_id}")


async def test_whoever_asked_takes_the_file_while_they_hold_the_office(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 1)
        tokens = {who: signed_in(work, found.people[who]) for who in ("official", "region", "stranger")}
        work.actor = found.actor(work, "official")
        (row,) = ask(work, found.contest.id, "table", "").rows
    assert (await get("official", tokens, row.id)).status_code == 404  # not yet
    run(row.id)
    answer = await get("official", tokens, row.id)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    path = exporting.path_of(row.id, ExportKind.TABLE)
    assert answer.content == path.read_bytes()
    assert openpyxl.load_workbook(path)["Заявки"].max_row == 2
    assert [(await get(who, tokens, row.id)).status_code for who in ("region", "stranger", None)] == [404, 404, 401]
    assert (await get("official", tokens, 2**70)).status_code == 404
    with work_as(bind=empty) as work:
        work.session.execute(
            sa.update(RoleGrant).where(RoleGrant.person_id == found.people["official"].id).values(revoked_at=work.now)
        )
    assert (await get("official", tokens, row.id)).status_code == 403
    with work_as(bind=empty) as work:
        work.session.execute(sa.update(RoleGrant).values(revoked_at=None))
    path.unlink()
    assert (await get("official", tokens, row.id)).status_code == 404


async def test_a_worker_makes_what_was_asked_for(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 3)
        work.actor = found.actor(work, "official")
        for kind in ("table", "archive"):
            ask(work, found.contest.id, kind, "")
    async with jobs.open_app() as app:
        await app.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")
    with work_as(found_actor(empty, found), bind=empty) as work:
        shown = listed(work, found.contest.id)
    assert [row.state for row in shown.rows] == ["ready", "ready"]
    assert not shown.going


def test_exports_are_forgotten_after_a_day(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 1)
        old, new = (exported.begun(work, found, ExportKind.TABLE) for _ in range(2))
        old.asked_at = work.now - KEPT - timedelta(minutes=1)
    for one in (old, new):
        run(one.id)
    with work_as(bind=empty) as work:
        assert tidy(work) == 1
    assert [path.name for path in exporting.folder().iterdir()] == [f"{new.id}.xlsx"]


def test_files_that_no_revision_lists_are_forgotten_a_day_after_their_removal(work: Work) -> None:
    found = filled.filed(work)
    listed_one = filled.attachment(work, found.application, name="подан.pdf")
    filled.submitted(work, found, papers=[filled.listed(listed_one)])
    day_ago = work.now - timedelta(days=1, minutes=1)
    listed_one.removed_at = day_ago
    gone = filled.attachment(work, found.application, name="лишний.pdf", removed_at=day_ago)
    fresh = filled.attachment(work, found.application, name="только что.pdf", removed_at=work.now)
    present = filled.attachment(work, found.application, name="есть.pdf")
    work.session.flush()
    assert tidy_attachments(work) == 1
    left = set(work.session.execute(sa.select(Attachment.id)).scalars())
    assert left == {listed_one.id, fresh.id, present.id}
    assert gone.id not in left


def test_bytes_without_a_row_are_swept_and_rows_without_bytes_are_found(work: Work) -> None:
    found = filled.filed(work)
    row = filled.attachment(work, found.application, size=4)
    short = filled.attachment(work, found.application, name="обрезан.pdf", size=10)
    missing = filled.attachment(work, found.application, name="нет.pdf")
    for checksum in (row.sha256, short.sha256, "f" * 64):
        exported.lay(found.application.id, checksum, b"data")
    assert lost(work) == [short.id, missing.id]
    work.now += timedelta(days=365 * 20)  # the disk has the time of today
    assert sweep(work) == 1
    assert not attachments.path_of(found.application.id, "f" * 64).exists()
    assert attachments.path_of(found.application.id, row.sha256).exists()
