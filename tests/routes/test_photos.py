"""Sending photos and looking at them, over HTTP."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image
from starlette.applications import Starlette

from elka import clock, photos
from elka.core.secret import new_token, token_hash
from elka.db import Work, work_as
from elka.models.people import Person
from elka.models.projects import PHOTOS_MAX, GroupMember, Photo, Project, ProjectStage
from elka.models.sign_in import SignIn
from elka.routes.photos import ROUTES
from elka.settings import settings
from elka.state.base import COOKIE
from tests import factories


def picture(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


class Site:
    """The routes, people who are signed in, and a private project of the first of them."""

    def __init__(self, empty: sa.Engine) -> None:
        self.empty = empty
        self.tokens: dict[str, str] = {}
        with work_as(bind=empty) as work:
            people = {name: factories.person(work) for name in ("author", "member", "invited", "stranger")}
            project = factories.project(work, people["author"], published=False)
            for name in ("member", "invited"):
                confirmed = work.now if name == "member" else None
                work.session.add(
                    GroupMember(
                        project_id=project.id, person_id=people[name].id, invited_at=work.now, confirmed_at=confirmed
                    )
                )
            for name, person in people.items():
                self.tokens[name] = self.sign_in(work, person)
            self.project = project.id

    @staticmethod
    def sign_in(work: Work, person: Person) -> str:
        token = new_token()
        work.session.add(
            SignIn(
                token_hash=token_hash(token),
                person_id=person.id,
                created_at=work.now,
                seen_at=work.now,
                expires_at=clock.now() + timedelta(days=1),
            )
        )
        return token

    def client(self, who: str | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=ROUTES)),
            base_url=settings().origin,
            cookies={COOKIE: self.tokens[who]} if who else {},
        )

    async def send(
        self, who: str | None, data: bytes, *, project: object = None, origin: str | None = "", name: str = "file"
    ) -> httpx.Response:
        headers = {} if origin is None else {"Origin": origin or settings().origin}
        async with self.client(who) as client:
            return await client.post(
                f"/projects/{project or self.project}/photos", files={name: ("фото.png", data)}, headers=headers
            )

    async def look(self, who: str | None, photo: int, width: int = 480) -> httpx.Response:
        async with self.client(who) as client:
            return await client.get(f"/photos/{photo}-{width}.webp")

    def kept(self) -> list[Photo]:
        with work_as(bind=self.empty) as work:
            return list(work.session.execute(sa.select(Photo).order_by(Photo.id)).scalars())

    def change(self, **fields: object) -> None:
        with work_as(bind=self.empty) as work:
            work.session.execute(sa.update(Project).values(**fields))


@pytest.fixture
async def site(empty: sa.Engine) -> AsyncIterator[Site]:
    return Site(empty)


@pytest.mark.parametrize("who", ["author", "member"])
async def test_people_of_the_project_send_photos(site: Site, who: str):
    answer = await site.send(who, picture())
    assert answer.status_code == 201
    (photo,) = site.kept()
    assert answer.json() == {"id": photo.id, "src": f"/photos/{photo.id}-480.webp"}
    assert photos.path_of(site.project, photo.key, 960).is_file()
    with work_as(bind=site.empty) as work:
        assert work.session.get(Project, site.project).cover_photo_id == photo.id


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("stranger", 404), ("invited", 403)])
async def test_nobody_else_does(site: Site, who: str | None, status: int):
    answer = await site.send(who, picture())
    assert answer.status_code == status
    assert answer.json()["message"]
    site.change(published_at=clock.now())
    assert (await site.send(who, picture())).status_code == (401 if who is None else 403)
    assert site.kept() == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_other_sites_cannot_send_for_a_person(site: Site, origin: str | None):
    assert (await site.send("author", picture(), origin=origin)).status_code == 403
    assert site.kept() == []


async def test_the_same_picture_twice_is_one_photo(site: Site):
    first, second = await site.send("author", picture()), await site.send("author", picture())
    assert first.json() == second.json()
    assert len(site.kept()) == 1


async def test_no_more_than_a_dozen(site: Site):
    with work_as(bind=site.empty) as work:
        author = work.session.get(Project, site.project).author_id
        for number in range(PHOTOS_MAX):
            facts = {"key": str(number), "width": 1, "height": 1, "created_at": work.now}
            work.session.add(Photo(project_id=site.project, author_id=author, **facts))
    answer = await site.send("author", picture())
    assert answer.status_code == 422
    assert "Удалите лишнюю" in answer.json()["message"]


async def test_a_project_in_a_contest_is_closed(site: Site):
    site.change(stage=ProjectStage.SUBMITTED)
    assert (await site.send("author", picture())).status_code == 422


async def test_large_files_are_stopped_while_they_come(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings(), "photo_limit", 20_000)
    answer = await site.send("author", b"x" * 60_000)
    assert answer.status_code == 413
    assert "Выберите поменьше" in answer.json()["message"]

    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        while taken < 10**9:
            taken += 10_000
            yield b"x" * 10_000

    async with site.client("author") as client:
        answer = await client.post(
            f"/projects/{site.project}/photos",
            content=endless(),
            headers={"Origin": settings().origin, "Content-Type": "multipart/form-data; boundary=b"},
        )
    assert answer.status_code == 413
    assert taken < 100_000


@pytest.mark.parametrize("body", [b"", b"nonsense", b"--b\r\n\r\n"])
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=b", "multipart/form-data", "application/json", "image/png"]
)
async def test_garbage_bodies_get_an_answer(site: Site, body: bytes, kind: str):
    async with site.client("author") as client:
        answer = await client.post(
            f"/projects/{site.project}/photos",
            content=body,
            headers={"Origin": settings().origin, "Content-Type": kind},
        )
    assert answer.status_code in {400, 422}
    assert answer.json()["message"]


async def test_what_is_not_a_photo_is_refused_in_words(site: Site):
    answer = await site.send("author", b"<svg onload='alert(1)'/>")
    assert answer.status_code == 422
    assert "JPEG" in answer.json()["message"]
    assert (await site.send("author", picture(), name="other")).status_code == 422
    assert (await site.send("author", picture(), project=2**62)).status_code == 404
    assert (await site.send("author", picture(), project=2**70)).status_code == 404


async def test_a_private_photo_is_for_the_people_of_the_project(site: Site):
    photo = (await site.send("author", picture())).json()["id"]
    for who in ("author", "member", "invited"):
        answer = await site.look(who, photo)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["content-type"] == "image/webp"
    for who in ("stranger", None):
        assert (await site.look(who, photo)).status_code == 404


async def test_a_public_photo_is_for_everybody_and_for_ever(site: Site):
    photo = (await site.send("author", picture())).json()["id"]
    site.change(published_at=clock.now())
    answer = await site.look(None, photo, 1600)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert Image.open(io.BytesIO(answer.content)).size == (640, 480)


@pytest.mark.parametrize(
    "path", ["/photos/1-480.webp", "/photos/0-480.webp", f"/photos/{2**70}-480.webp", "/photos/x-1.webp"]
)
async def test_what_is_not_there(site: Site, path: str):
    async with site.client("author") as client:
        assert (await client.get(path)).status_code == 404
    photo = (await site.send("author", picture())).json()["id"]
    assert (await site.look("author", photo, 481)).status_code == 404
    photos.drop(site.project, site.kept()[0].key)
    assert (await site.look("author", photo)).status_code == 404
