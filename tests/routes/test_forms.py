"""A template as a file: given to whom it may be, taken from whom it may come; what was given is taken back as it was."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka.core.formfields import FieldKind
from elka.core.formspec import FormSpec, from_json_schema, json_schema
from elka.core.lifecycle import ContestStage
from elka.db import work_as
from elka.models.contest_edits import ContestEdit
from elka.models.forms import FormField, fields_of
from elka.routes.forms import ROUTES
from elka.settings import settings
from elka.state.base import COOKIE
from elka.state.build_file import FILE_MAX
from elka.state.building import undo
from tests.browser import signed_in
from tests.factories import actor, contest, official, person

_ORDER = sorted(FieldKind, key=lambda kind: kind is FieldKind.MONEY)  # the condition looks at what stands above
_OPTIONS = [{"value": "yes", "label": "Да"}, {"value": "no", "label": "Нет"}]
_OWN: dict[FieldKind, dict[str, Any]] = {
    FieldKind.CHOICE: {"options": _OPTIONS},
    FieldKind.CHOICES: {"options": _OPTIONS, "least": 1},
    FieldKind.MONEY: {"least": 1, "most": 5, "shown_if": {"key": "choice", "test": "is", "value": "yes"}},
    FieldKind.DATE: {"earliest": "2027-01-01", "audience": "officials"},
    FieldKind.FILES: {"types": ["pdf"], "hidden_from_experts": True},
    FieldKind.BUDGET: {"shares": [{"source": "residents", "least": 1}]},
    FieldKind.CONSENT: {"text": "Я согласен"},
}
# A field of every kind, some with all that a field can have.
RICH = FormSpec.load(
    {
        "format": "elka-form",
        "fields": [
            {"key": "title", "kind": "line", "label": "Название", "of_project": "title"},
            *(
                {"key": kind.value, "kind": kind.value, "label": f"Поле {kind}", **_OWN.get(kind, {})}
                for kind in _ORDER
            ),
        ],
    }
)


class Site:
    """The routes, a draft and an announced contest, their official, another's one and a resident."""

    def __init__(self, empty: sa.Engine) -> None:
        self.empty = empty
        with work_as(bind=empty) as work:
            self.by = official(work)
            self.draft = contest(work, self.by, stage=ContestStage.DRAFT).id
            self.announced = contest(work, self.by).id
            people = {"official": self.by, "other": official(work, place="Сургут"), "resident": person(work)}
            self.tokens = {name: signed_in(work, one) for name, one in people.items()}

    def client(self, who: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=ROUTES)),
            base_url=settings().origin,
            cookies={COOKIE: self.tokens[who]} if who in self.tokens else {},
        )

    async def given(self, who: str, contest_id: object = None) -> httpx.Response:
        async with self.client(who) as client:
            return await client.get(f"/office/contests/{contest_id or self.draft}/form.json")

    async def sent(
        self, who: str, data: bytes, *, contest_id: object = None, origin: str | None = "", field: str = "file"
    ) -> httpx.Response:
        headers = {} if origin is None else {"Origin": origin or settings().origin}
        async with self.client(who) as client:
            return await client.post(
                f"/office/contests/{contest_id or self.draft}/form",
                files={field: ("form.json", data)},
                headers=headers,
            )

    def form(self) -> FormSpec:
        with work_as(bind=self.empty) as work:
            return FormSpec(fields=tuple(row.typed() for row in fields_of(work.session, self.draft)))

    def edits(self) -> int:
        with work_as(bind=self.empty) as work:
            return work.session.execute(sa.select(sa.func.count()).select_from(ContestEdit)).scalar_one()


@pytest.fixture
def site(empty: sa.Engine) -> Site:
    return Site(empty)


def schema(spec: FormSpec = RICH) -> bytes:
    return json.dumps(json_schema(spec), ensure_ascii=False).encode()


async def test_what_was_given_is_taken_back_as_it_was(site: Site) -> None:
    assert (await site.sent("official", schema())).status_code == 201
    assert site.form() == RICH
    answer = await site.given("official")
    assert answer.headers["content-type"].startswith("application/schema+json")
    assert "Форма заявки — Инициативы Берёзовского района.json" in unquote(answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "private, no-store"
    assert from_json_schema(answer.json()) == RICH
    edits = site.edits()
    again = await site.sent("official", answer.content)
    assert again.json() == {"text": "В файле та же самая форма", "edit": 0}
    assert (site.form(), site.edits()) == (RICH, edits)


async def test_a_file_replaces_the_form_as_one_change_that_is_undone_at_once(site: Site) -> None:
    before = site.form()
    told = (await site.sent("official", schema())).json()
    assert told["text"].startswith("Форма из файла")
    with work_as(bind=site.empty) as work:
        work.actor = actor(work, site.by)
        undo(work, site.draft, told["edit"])
    assert site.form() == before


async def test_the_announced_form_is_given_but_not_replaced(site: Site) -> None:
    assert (await site.given("official", site.announced)).status_code == 200
    refused = await site.sent("official", schema(), contest_id=site.announced)
    assert refused.status_code == 422
    assert "условия не меняют" in refused.json()["message"]


@pytest.mark.parametrize(("who", "status"), [("guest", 401), ("resident", 404), ("other", 404)])
async def test_strangers_neither_read_nor_write(site: Site, who: str, status: int) -> None:
    before = site.form()
    assert (await site.given(who)).status_code == status
    assert (await site.sent(who, schema())).status_code == status
    assert site.form() == before


async def test_nothing_is_taken_from_another_site(site: Site) -> None:
    for origin in (None, "https://example.org"):
        assert (await site.sent("official", schema(), origin=origin)).status_code == 403


async def test_contests_that_are_not_there(site: Site) -> None:
    for number in (10**6, 2**63):
        assert (await site.given("official", number)).status_code == 404
        assert (await site.sent("official", schema(), contest_id=number)).status_code == 404


def with_fields(change: Any) -> bytes:
    found = json_schema(RICH)
    change(found["x-elka"]["fields"])
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "не читается"),
        (b"\xff\xfe\x00", "не читается"),
        (b"[" * 100_000, "не читается"),
        (b"null", "не шаблон заявки"),
        (b'{"fields": []}', "не шаблон заявки"),
        (json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema"}).encode(), "не шаблон заявки"),
        (with_fields(lambda fields: fields.append(fields[0])), "одним ключом"),
        (with_fields(lambda fields: fields.__setitem__(0, fields[0] | {"kind": "secret"})), "такого вида поля нет"),
        (with_fields(lambda fields: fields.pop()), "расходятся"),
    ],
)
async def test_garbage_is_refused_in_words_and_changes_nothing(site: Site, data: bytes, words: str) -> None:
    before = site.form()
    refused = await site.sent("official", data)
    assert refused.status_code == 422
    assert words in refused.json()["message"]
    assert site.form() == before


async def test_a_file_of_another_size_or_none_at_all(site: Site) -> None:
    large = await site.sent("official", b" " * (FILE_MAX + 20_000))
    assert large.status_code == 413
    assert "1" in large.json()["message"]
    assert (await site.sent("official", schema(), field="other")).status_code == 422
    async with site.client("official") as client:
        bare = await client.post(
            f"/office/contests/{site.draft}/form", content=b"{}", headers={"Origin": settings().origin}
        )
    assert bare.status_code == 400


async def test_positions_of_a_file_leave_room_between_fields(site: Site) -> None:
    await site.sent("official", schema())
    with work_as(bind=site.empty) as work:
        numbers = work.session.execute(
            sa.select(FormField.position).where(FormField.contest_id == site.draft).order_by(FormField.position)
        ).scalars()
        listed = list(numbers)
    assert min(later - earlier for earlier, later in itertools.pairwise(listed)) > 1000
