"""The table of results over HTTP: only of what is published, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import httpx
import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import clock, publishing
from elka.core import csv_cells
from elka.db import Work
from elka.models.contests import ContestStage
from elka.models.results import Count, Outcome
from elka.routes.results import ROUTES
from elka.settings import settings
from elka.state import result_seal, result_table
from tests import factories
from tests.browser import commit, signed_in

DANGEROUS = ["=HYPERLINK(1)", "+7", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", "＋7", "－1", "＠SUM(A1)"]


def site() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=ROUTES)), base_url=settings().origin)


def counted(work: Work, titles: list[str], *, published: bool) -> int:
    """Make a contest whose results are counted, and perhaps published."""
    official = factories.official(work)
    stage = ContestStage.AWARDED if published else ContestStage.DECISION
    when = clock.now() - timedelta(hours=1) if published else None
    contest = factories.contest(work, official, stage=stage, published_at=when)
    for place, title in enumerate(titles):
        entry = factories.application(work, contest, factories.project(work, official, title=title))
        work.session.add(
            Outcome(
                contest_id=contest.id,
                application_id=entry.id,
                rank=place + 1,
                votes=100 - place,
                amount=300_000,
                won=place == 0,
                reason="won" if place == 0 else "no_budget",
                lacking_money=None if place == 0 else 100_000,
            )
        )
    work.session.add(
        Count(
            contest_id=contest.id,
            rule="greedy",
            counted_at=work.now,
            ballots=100,
            votes=100,
            budget=1_000_000,
            spent=300_000,
            min_votes=0,
            seed="seed",
        )
    )
    commit(work)
    return contest.id


async def test_the_table_of_published_results(work: Work) -> None:
    contest = counted(work, ["Лыжня", "Сквер"], published=True)
    async with site() as client:
        answer = await client.get(f"/contests/{contest}/results.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Место"], row["Проект"], row["Голоса"], row["Итог"]) for row in rows] == [
        ("1", "Лыжня", "100", "Победил"),
        ("2", "Сквер", "99", "Не победил"),
    ]
    assert "оставалось 200\u00a0000\u00a0₽" in rows[1]["Почему"]
    assert rows[0]["Сумма, руб."] == "300000"


async def test_no_cell_is_a_formula(work: Work) -> None:
    contest = counted(work, DANGEROUS, published=True)
    async with site() as client:
        answer = await client.get(f"/contests/{contest}/results.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["Проект"] for row in rows] == [f"'{title}" for title in DANGEROUS]
    for row in rows:
        assert not any(
            cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) for cell in row.values()
        )


def test_cells() -> None:
    assert [csv_cells.cell(text) for text in DANGEROUS] == [f"'{text}" for text in DANGEROUS]
    assert [csv_cells.cell(value) for value in (-5, 0, "Двор", "")] == [-5, 0, "Двор", ""]


async def test_a_long_table_comes_in_batches(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_table, "EXPORT_BATCH", 3)
    contest = counted(work, [f"Проект {number}" for number in range(8)], published=True)
    async with site() as client:
        answer = await client.get(f"/contests/{contest}/results.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Место"] for row in rows] == [str(place) for place in range(1, 9)]


async def test_before_publication_there_is_no_table_for_anybody(work: Work) -> None:
    contest = counted(work, ["Лыжня", "Сквер"], published=False)
    official = factories.official(work, region=True)
    token = signed_in(work, official)
    commit(work)
    async with site() as client:
        for cookies in ({}, {"elka": token}):
            client.cookies.update(cookies)
            answer = await client.get(f"/contests/{contest}/results.csv")
            assert answer.status_code == 404
            assert "Лыжня" not in answer.text
        assert (await client.get("/contests/99999/results.csv")).status_code == 404
        assert (await client.get(f"/contests/{2**70}/results.csv")).status_code == 404


async def test_the_book_for_excel_holds_numbers_and_no_formulas(work: Work) -> None:
    contest = counted(work, ["=HYPERLINK(1)", "Сквер"], published=True)
    async with site() as client:
        answer = await client.get(f"/contests/{contest}/results.xlsx")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Итоги", "Как считали"]
    table = list(book["Итоги"].values)
    assert [row[0] for row in table] == ["Место", 1, 2]
    assert table[1][3] == "=HYPERLINK(1)"
    assert all(cell.data_type != "f" for row in book["Итоги"].iter_rows() for cell in row)
    assert table[1][7:9] == (300_000, 100)
    assert ("Проектов", "2") in list(book["Как считали"].values)


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


async def test_files_of_ballots_and_protocols_over_http(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "folder", lambda: tmp_path)
    contest = counted(work, ["Лыжня", "Сквер"], published=True)
    official = factories.official(work)
    work.session.execute(
        sa.update(Outcome).where(Outcome.contest_id == contest).values(votes=0)
    )  # nobody has voted in this contest
    result_seal.seal(work, contest)
    stranger = factories.official(work, place="Сургут")
    tokens = {"own": signed_in(work, official), "other": signed_in(work, stranger), "": ""}
    commit(work)
    async with site() as client:
        assert (await client.get(f"/contests/{contest}/ballots.pb")).status_code == 404
        assert publishing.make(contest)
        answer = await client.get(f"/contests/{contest}/ballots.pb")
        assert answer.status_code == 200
        assert answer.text.startswith("META\n")
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="elka-contest-{contest}.pb"')
        empty(tmp_path)
        assert (await client.get(f"/contests/{contest}/ballots.pb")).status_code == 404
        for who, status in (("", 401), ("other", 403), ("own", 200)):
            client.cookies.clear()
            client.cookies.update({"elka": tokens[who]} if who else {})
            answer = await client.get(f"/office/contests/{contest}/protocol.pdf")
            assert answer.status_code == status
    pages = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "Лыжня" in pages
    assert "Подписи" in pages
    assert "Корень бюллетеней" in pages


async def test_before_publication_no_file_is_given_to_anybody(work: Work) -> None:
    contest = counted(work, ["Лыжня", "Сквер"], published=False)
    token = signed_in(work, factories.official(work, region=True))
    commit(work)
    async with site() as client:
        for cookies in ({}, {"elka": token}):
            client.cookies.update(cookies)
            for path in (f"/contests/{contest}/ballots.pb", f"/contests/{contest}/results.xlsx"):
                answer = await client.get(path)
                assert answer.status_code == 404
                assert "Лыжня" not in answer.text
        assert (await client.get(f"/office/contests/{contest}/protocol.pdf")).status_code in {403, 404}
        for path in ("/contests/99999/ballots.pb", f"/contests/{2**70}/results.xlsx"):
            assert (await client.get(path)).status_code == 404
        client.cookies.clear()
        assert (await client.get("/office/contests/99999/protocol.pdf")).status_code == 401


async def test_a_cancelled_contest_has_no_table(work: Work) -> None:
    contest = counted(work, ["Лыжня"], published=False)  # once published it cannot be cancelled any more
    work.session.execute(
        sa.text("UPDATE contests SET stage = 'cancelled', cancel_reason = 'Денег не выделили.' WHERE id = :id"),
        {"id": contest},
    )
    commit(work)
    async with site() as client:
        assert (await client.get(f"/contests/{contest}/results.csv")).status_code == 404
