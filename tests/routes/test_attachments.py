"""Files of applications over HTTP: what is taken, from whom, and who may read it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from elka import attachments, clock, limits
from elka.core.lifecycle import ContestStage
from elka.db import work_as
from elka.models.answers import Attachment
from elka.models.applications import Application, ApplicationStatus
from elka.models.journal import JournalEntry
from elka.routes.attachments import ROUTES
from elka.settings import settings
from elka.state.base import COOKIE
from tests import files, filled
from tests.browser import signed_in

A = ApplicationStatus


class Site:
    """The routes, and one application with everybody around it."""

    def __init__(self, empty: sa.Engine, **how: Any) -> None:
        self.empty = empty
        with work_as(bind=empty) as work:
            self.filed = filled.filed(work, **how)
            self.tokens = {name: signed_in(work, person) for name, person in self.filed.people.items()}
            self.id = self.filed.application.id

    def client(self, who: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=ROUTES)),
            base_url=settings().origin,
            cookies={COOKIE: self.tokens[who]} if who in self.tokens else {},
        )

    async def send(
        self,
        who: str,
        data: bytes,
        key: str = "papers",
        *,
        name: str = "Протокол.pdf",
        field: str = "file",
        origin: str | None = "",
        application: object = None,
    ) -> httpx.Response:
        headers = {} if origin is None else {"Origin": origin or settings().origin}
        async with self.client(who) as client:
            return await client.post(
                f"/applications/{application or self.id}/files/{key}", files={field: (name, data)}, headers=headers
            )

    async def read(self, who: str, attachment: int) -> httpx.Response:
        async with self.client(who) as client:
            return await client.get(f"/attachments/{attachment}")

    def kept(self) -> list[Attachment]:
        with work_as(bind=self.empty) as work:
            return list(work.session.execute(sa.select(Attachment).order_by(Attachment.id)).scalars())

    def change(self, **fields: object) -> None:
        with work_as(bind=self.empty) as work:
            work.session.execute(sa.update(Application).values(**fields))

    def submit(self, **answers: object) -> None:
        """Submit the application with what it holds, or with these answers."""
        with work_as(bind=self.empty) as work:
            self.filed.application = work.session.get_one(Application, self.id)
            held: dict[str, list[object]] = {}
            for row in work.session.execute(sa.select(Attachment).where(Attachment.removed_at.is_(None))).scalars():
                held.setdefault(row.key, []).append(filled.listed(row))
            filled.submitted(work, self.filed, **{**held, **answers})


@pytest.fixture
def start(empty: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Site]:
    monkeypatch.setattr(settings(), "home", tmp_path)
    return lambda **how: Site(empty, **how)


@pytest.fixture
async def site(start: Callable[..., Site]) -> AsyncIterator[Site]:
    return start()


TAKEN = [
    ("papers", files.pdf(), "Протокол собрания.pdf", "application/pdf", True),
    ("papers", files.office(), "смета.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
    ("papers", files.open_document(), "смета.odt", "application/vnd.oasis.opendocument.text", False),
    ("papers", files.RTF, "смета.rtf", "application/rtf", False),
    ("papers", files.xlsx(), "смета.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
    ("papers", files.open_document("spreadsheet"), "смета.ods", "application/vnd.oasis.opendocument.spreadsheet", False),
    ("papers", files.CSV, "смета.csv", "text/csv; charset=utf-8", False),
    ("papers", files.CSV_1251, "смета.csv", "text/csv; charset=windows-1251", False),
    ("papers", files.zipped(план="1"), "всё.zip", "application/zip", False),
    ("pictures", files.picture("JPEG"), "двор.jpg", "image/jpeg", True),
    ("pictures", files.picture("PNG"), "двор.png", "image/png", True),
    ("pictures", files.picture("WEBP"), "двор.webp", "image/webp", True),
]  # fmt: skip


@pytest.mark.parametrize(("key", "data", "name", "media_type", "inline"), TAKEN)
async def test_a_file_comes_back_as_it_was_sent(
    site: Site, key: str, data: bytes, name: str, media_type: str, inline: bool
) -> None:
    answer = await site.send("author", data, key, name=f"C:\\Документы\\{name}")
    assert answer.status_code == 201
    (row,) = site.kept()
    assert answer.json() == {"id": row.id, "name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
    assert (row.key, row.media_type, row.created_by) == (key, media_type, site.filed.people["author"].id)
    assert attachments.path_of(site.id, row.sha256).read_bytes() == data
    given = await site.read("author", row.id)
    assert given.status_code == 200
    assert given.content == data
    assert given.headers["content-type"] == media_type
    kind, _, whole = given.headers["content-disposition"].partition(";")
    assert kind == ("inline" if inline else "attachment")
    assert unquote(whole.split("UTF-8''")[1]) == name
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "private, no-store"
    assert given.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


LIARS = [
    (files.HTML, "договор.pdf", "не принимаются"),
    (files.HTML, "договор.csv", "не принимаются"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "план.png", "не принимаются"),
    (files.PROGRAM, "план.pdf", "программа"),
    (files.office(files.WORD_MACROS), "смета.docx", "макросы"),
    (files.office(files.EXCEL_MACROS), "смета.xlsx", "макросы"),
    (files.zipped_as({"a": b"\0" * 30_000_000}), "смета.zip", "слишком много"),
    (files.picture_bomb(), "двор.png", "слишком много точек"),
    (files.pdf()[:-700], "план.pdf", "повреждён"),
    (files.office()[:-40], "смета.docx", "повреждён"),
    (files.picture("JPEG", (900, 700))[:-900], "двор.jpg", "повреждена"),
    (files.picture(), "двор.png", "Подойдут: PDF"),  # a picture is not among the types of this field
    (b"", "пусто.pdf", "пустой"),
]


@pytest.mark.parametrize(("data", "name", "said"), LIARS)
async def test_liars_are_refused_in_words_and_leave_no_row(site: Site, data: bytes, name: str, said: str) -> None:
    answer = await site.send("author", data, name=name)
    assert answer.status_code == 422
    assert said in answer.json()["message"]
    assert site.kept() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../x", "x.pdf"),
        ("..\\..\\windows\\system32\\план.pdf", "план.pdf"),
        ("сметаfdp.exe\u202e.pdf", "сметаfdp.exe.pdf"),
        ("x" * 400 + ".pdf", "x" * 110 + ".pdf"),
        ("con.pdf", "_con.pdf"),
        ("a|b?.pdf", "a_b_.pdf"),
    ],
)
async def test_names_are_made_safe(site: Site, sent: str, kept: str) -> None:
    answer = await site.send("author", files.pdf(), name=sent)
    assert answer.json()["name"] == kept
    inside = [path for path in attachments.folder().rglob("*") if path.is_file()]
    assert inside == [attachments.path_of(site.id, answer.json()["sha256"])]


@pytest.mark.parametrize(
    ("who", "status"),
    [("author", 201), ("member", 201), ("invited", 404), ("declined", 404), ("stranger", 404), ("guest", 401)]
    + [(who, 404) for who in ("official", "elsewhere", "region")],
)
async def test_only_its_own_people_send_to_a_draft(site: Site, who: str, status: int) -> None:
    answer = await site.send(who, files.pdf())
    assert answer.status_code == status
    assert len(site.kept()) == (status == 201)


@pytest.mark.parametrize(
    ("status", "stage", "code"),
    [
        (A.SUBMITTED, ContestStage.ACCEPTING, 201),
        (A.SUBMITTED, ContestStage.ADMISSION, 422),
        (A.ADMITTED, ContestStage.ADMISSION, 422),
        (A.DRAFT, ContestStage.VOTING, 422),
    ],
)
async def test_when_files_may_come(
    start: Callable[..., Site], status: ApplicationStatus, stage: ContestStage, code: int
) -> None:
    site = start(status=status, stage=stage)
    assert (await site.send("author", files.pdf())).status_code == code


async def test_the_municipality_that_files_sends_files(start: Callable[..., Site]) -> None:
    site = start(municipality=True)
    assert (await site.send("official", files.pdf())).status_code == 201
    assert (await site.send("elsewhere", files.pdf())).status_code == 404
    assert (await site.send("region", files.pdf())).status_code == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_other_sites_cannot_send_for_a_person(site: Site, origin: str | None) -> None:
    assert (await site.send("author", files.pdf(), origin=origin)).status_code == 403
    assert site.kept() == []


@pytest.mark.parametrize("key", ["title", "photos", "budget", "nothing", "x" * 300, "%00"])
async def test_only_fields_of_files_take_them(site: Site, key: str) -> None:
    assert (await site.send("author", files.pdf(), key)).status_code == 404
    assert site.kept() == []


async def test_the_same_file_sent_twice_is_one(site: Site) -> None:
    first, second = await site.send("author", files.pdf()), await site.send("member", files.pdf())
    assert first.json() == second.json()
    assert len(site.kept()) == 1
    await site.send("author", files.pdf(), "secret")
    assert [row.key for row in site.kept()] == ["papers", "secret"]
    assert len([path for path in attachments.folder().rglob("*") if path.is_file()]) == 1


async def test_a_field_takes_so_many_files(site: Site) -> None:
    for number in range(3):
        assert (await site.send("author", files.pdf(f"Лист {number}"))).status_code == 201
    answer = await site.send("author", files.pdf("Лист 4"))
    assert answer.status_code == 422
    assert "не больше 3" in answer.json()["message"].replace("\xa0", " ")
    assert len(site.kept()) == 3


async def test_all_files_together_have_a_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.zipped_as({"a": b"x"}, 0) + b""
    monkeypatch.setattr(settings(), "application_limit", len(data) + 10)
    assert (await site.send("author", data)).status_code == 201
    answer = await site.send("author", files.pdf())
    assert answer.status_code == 422
    assert "вместе больше" in answer.json()["message"]


async def test_large_files_are_stopped_while_they_come(site: Site) -> None:
    answer = await site.send("author", b"%PDF-1.7" + b"x" * (2 * 2**20) + b"%%EOF")
    assert answer.status_code == 413
    assert "2\xa0МБ" in answer.json()["message"]
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        while taken < 10**9:
            taken += 100_000
            yield b"x" * 100_000

    async with site.client("author") as client:
        answer = await client.post(
            f"/applications/{site.id}/files/papers",
            content=endless(),
            headers={"Origin": settings().origin, "Content-Type": "multipart/form-data; boundary=b"},
        )
    assert answer.status_code == 413
    assert taken < 3 * 2**20
    assert site.kept() == []


@pytest.mark.parametrize("body", [b"", b"nonsense", b"--b\r\n\r\n"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "multipart/form-data", "application/json"])
async def test_garbage_bodies_get_an_answer(site: Site, body: bytes, kind: str) -> None:
    async with site.client("author") as client:
        answer = await client.post(
            f"/applications/{site.id}/files/papers",
            content=body,
            headers={"Origin": settings().origin, "Content-Type": kind},
        )
    assert answer.status_code in {400, 422}
    assert answer.json()["message"]
    assert (await site.send("author", files.pdf(), field="other")).status_code == 422
    assert (await site.send("author", files.pdf(), application=2**70)).status_code == 404


async def test_a_person_sends_no_more_than_the_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "file", limits.Limit(account="2 per hour"))
    statuses = [(await site.send("author", files.pdf())).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]
    assert (await site.send("member", files.pdf())).status_code == 201


EVERYBODY = ("author", "member", "official", "elsewhere", "region", "invited", "declined", "stranger", "guest")
OWN = {"author", "member"}
OFFICE = {"official", "region"}


async def readers(site: Site, attachment: int) -> set[str]:
    return {who for who in EVERYBODY if (await site.read(who, attachment)).status_code == 200}


async def test_who_reads_a_file_along_the_way_of_an_application(site: Site) -> None:
    file = (await site.send("author", files.pdf())).json()["id"]
    hidden = (await site.send("author", files.pdf("Справка"), "secret")).json()["id"]
    assert await readers(site, file) == await readers(site, hidden) == OWN
    site.submit()
    assert await readers(site, file) == set(EVERYBODY)
    assert await readers(site, hidden) == OWN | OFFICE
    added = (await site.send("member", files.pdf("Новое"))).json()["id"]
    assert await readers(site, added) == OWN  # until it is submitted
    site.submit()
    assert await readers(site, added) == set(EVERYBODY)
    site.change(status=A.WITHDRAWN)
    assert await readers(site, added) == OWN | OFFICE


async def test_a_removed_file_stays_for_those_who_saw_it_submitted(site: Site) -> None:
    file = (await site.send("author", files.pdf())).json()["id"]
    site.submit()
    with work_as(bind=site.empty) as work:
        work.session.execute(sa.update(Attachment).values(removed_at=work.now))
    assert await readers(site, file) == OWN | OFFICE
    site.submit(papers=[])
    assert await readers(site, file) == OWN | OFFICE  # an earlier revision lists it


async def test_a_file_of_another_field_or_application_is_not_borrowed(site: Site) -> None:
    """That a revision names an id under another key opens nothing."""
    hidden = (await site.send("author", files.pdf("Справка"), "secret")).json()["id"]
    site.submit(papers=[{"id": hidden, "name": "x", "size": 1, "sha256": "0"}], secret=[])
    assert await readers(site, hidden) == OWN


async def test_the_region_reads_what_municipalities_file(start: Callable[..., Site]) -> None:
    site = start(municipality=True)
    file = (await site.send("official", files.pdf("Справка"), "secret")).json()["id"]
    assert await readers(site, file) == OWN | {"official"}
    site.submit()
    assert await readers(site, file) == OWN | {"official", "region"}


async def test_a_public_file_may_be_kept_for_a_while(site: Site) -> None:
    file = (await site.send("author", files.pdf())).json()["id"]
    site.submit()
    assert (await site.read("guest", file)).headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize("attachment", [0, 1, 2**62, 2**70])
async def test_what_is_not_there(site: Site, attachment: int) -> None:
    assert (await site.read("author", attachment)).status_code == 404
    file = (await site.send("author", files.pdf())).json()
    attachments.path_of(site.id, file["sha256"]).unlink()
    assert (await site.read("author", file["id"])).status_code == 404


async def test_every_turn_is_in_the_journal_without_names(site: Site) -> None:
    await site.send("author", files.pdf(), name="Кузнецова.pdf")
    with work_as(bind=site.empty) as work:
        (entry,) = work.session.execute(
            sa.select(JournalEntry).where(JournalEntry.key.startswith("attachment."))
        ).scalars()
    assert (entry.key, entry.subject_kind, entry.subject_id) == ("attachment.added", "application", site.id)
    assert entry.facts == {"attachment": site.kept()[0].id, "field": "papers"}
    assert entry.at > clock.now() - timedelta(minutes=1)


async def test_a_text_that_breaks_off_is_not_kept(site: Site) -> None:
    """The connection ends in the middle: nothing is entered, nothing lies about."""
    body = io.BytesIO(b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7 half')
    async with site.client("author") as client:
        answer = await client.post(
            f"/applications/{site.id}/files/papers",
            content=body.read(),
            headers={"Origin": settings().origin, "Content-Type": "multipart/form-data; boundary=b"},
        )
    assert answer.status_code in {400, 422}
    assert site.kept() == []
    assert not attachments.folder().exists()
