"""Votes for «Что если» over HTTP: taken from the contest's office, refused with the line, the table given to its maker."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import trials
from elka.core.comparing import compare
from elka.core.lifecycle import ContestStage
from elka.db import work_as
from elka.routes.what_if import ROUTES
from elka.settings import settings
from elka.state.base import COOKIE
from elka.state.what_if import WhatIfState
from elka.state.what_if_votes import FILE_MAX
from tests.browser import signed_in
from tests.factories import actor, contest, official, person
from tests.trying import FORM, PB


class Site:
    """The routes, a draft, its official, a colleague, another place's one and a resident."""

    def __init__(self, empty: sa.Engine) -> None:
        self.empty = empty
        with work_as(bind=empty) as work:
            self.by = official(work)
            self.draft = contest(work, self.by, stage=ContestStage.DRAFT).id
            people = {
                "official": self.by,
                "colleague": official(work),
                "other": official(work, place="Сургут"),
                "resident": person(work),
            }
            self.tokens = {name: signed_in(work, one) for name, one in people.items()}

    def client(self, who: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=ROUTES)),
            base_url=settings().origin,
            cookies={COOKIE: self.tokens[who]} if who in self.tokens else {},
        )

    async def sent(self, who: str, data: bytes, *, origin: str = "", field: str = "file") -> httpx.Response:
        async with self.client(who) as client:
            return await client.post(
                f"/office/contests/{self.draft}/what-if/votes",
                files={field: ("votes.pb", data)},
                headers={"Origin": origin or settings().origin},
            )

    async def table(self, who: str, key: str) -> httpx.Response:
        async with self.client(who) as client:
            return await client.get(f"/office/contests/{self.draft}/what-if/{key}.csv")

    def picture(self) -> str:
        """Make a picture as the official and return its key."""
        with work_as(bind=self.empty) as work:
            work.actor = actor(work, self.by)
            asked = WhatIfState._asked(work, self.draft, "imagined", FORM)
            cast, terms = asked.make()
            return WhatIfState._kept(work, self.draft, asked, compare(cast, **terms)).key


@pytest.fixture
def site(empty: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    monkeypatch.setattr(trials, "folder", lambda: tmp_path / "what-if")
    return Site(empty)


async def test_a_file_is_taken_from_the_office(site: Site) -> None:
    answer = await site.sent("official", PB.encode())
    assert (answer.status_code, answer.json()) == (201, {"ballots": 3, "projects": 2, "votes": 4})
    assert [path.suffix for path in trials.folder().iterdir()] == [".votes"]


@pytest.mark.parametrize(("who", "status"), [("guest", 401), ("resident", 404), ("other", 404)])
async def test_it_is_refused_to_others(site: Site, who: str, status: int) -> None:
    assert (await site.sent(who, PB.encode())).status_code == status
    assert (await site.table(who, site.picture())).status_code == status
    assert not list(trials.folder().glob("*.votes"))


async def test_a_broken_file_a_large_one_and_a_stranger_page(site: Site) -> None:
    answer = await site.sent("official", PB.replace("b;1,2", "b;1,9").encode())
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("Строка 14")
    assert (await site.sent("official", b"x" * (FILE_MAX + 1))).status_code == 413
    assert (await site.sent("official", PB.encode(), origin="https://elsewhere.example")).status_code == 403
    assert (await site.sent("official", PB.encode(), field="other")).status_code == 422
    assert not trials.folder().exists()


async def test_the_table_is_given_to_whoever_made_it(site: Site) -> None:
    key = site.picture()
    answer = await site.table("official", key)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Что если — Инициативы Берёзовского района.csv" in unquote(answer.headers["content-disposition"])
    assert "По голосам" in answer.text
    assert (await site.table("colleague", key)).status_code == 404
    assert (await site.table("official", "0" * 32)).status_code == 404
