"""The template of a contest over HTTP: to officials of the place alone."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette

from elka.core.blueprint import Blueprint
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.routes.contest_templates import ROUTES
from elka.settings import settings
from tests import factories
from tests.browser import commit, signed_in


async def test_the_file_is_given_to_officials_of_the_place(work: Work) -> None:
    by, other = factories.official(work), factories.official(work, place="Нижневартовск")
    draft = factories.contest(work, by, stage=ContestStage.DRAFT, title="Наш конкурс")
    mine, theirs, resident = (signed_in(work, one) for one in (by, other, factories.person(work)))
    commit(work)
    path = f"/office/contests/{draft.id}/template.json"
    transport = httpx.ASGITransport(Starlette(routes=ROUTES))
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as client:
        found = await client.get(path, headers={"cookie": f"elka={mine}"})
        refused = [
            await client.get(path, headers={"cookie": f"elka={token}"} if token else {})
            for token in ("", theirs, resident, "ерунда".encode().hex())
        ]
        missing = await client.get("/office/contests/999999/template.json", headers={"cookie": f"elka={mine}"})
    assert found.status_code == 200
    assert found.headers["content-disposition"] == f'attachment; filename="elka-contest-{draft.id}.json"'
    assert found.headers["cache-control"] == "private, no-store"
    assert Blueprint.read(found.text).basics.title == "Наш конкурс"
    assert [one.status_code for one in refused] == [401, 404, 404, 401]
    assert missing.status_code == 404
    assert not any("Наш конкурс" in one.text for one in refused)
