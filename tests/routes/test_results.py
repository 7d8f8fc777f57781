"""The table of results over HTTP: only of what is published, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import clock
from elka.core import csv_cells
from elka.db import Work
from elka.models.contests import ContestStage
from elka.models.results import Count, Outcome
from elka.routes.results import ROUTES
from elka.settings import settings
from elka.state import results
from tests import factories
from tests.browser import commit, signed_in

DANGEROUS = ["=HYPERLINK(1)", "+7", "-1", "@SUM(A1)", "\tx", "\rx"]


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
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_cells() -> None:
    assert [csv_cells.cell(text) for text in DANGEROUS] == [f"'{text}" for text in DANGEROUS]
    assert [csv_cells.cell(value) for value in (-5, 0, "Двор", "")] == [-5, 0, "Двор", ""]


async def test_a_long_table_comes_in_batches(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "EXPORT_BATCH", 3)
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


async def test_a_cancelled_contest_has_no_table(work: Work) -> None:
    contest = counted(work, ["Лыжня"], published=True)
    work.session.execute(
        sa.text("UPDATE contests SET stage = 'cancelled', cancel_reason = 'Денег не выделили.' WHERE id = :id"),
        {"id": contest},
    )
    commit(work)
    async with site() as client:
        assert (await client.get(f"/contests/{contest}/results.csv")).status_code == 404
