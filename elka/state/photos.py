"""Photos of a project: taken in by a route, put in order in the editor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col, select

from elka import photos
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.applications import Application
from elka.models.projects import ALT_MAX, PHOTOS_MAX, Photo, Project
from elka.state.application_rights import require_own
from elka.state.base import Events, Fault, Flow
from elka.state.project_rights import for_editing


@dataclass(frozen=True)
class PhotoRow:
    """A photo in the editor."""

    id: int
    src: str
    alt: str
    is_cover: bool
    note: str


class PhotosState(Flow, rx.State):
    """The photos step of the editor."""

    shown_project: int = 0
    rows: list[PhotoRow] = []
    room: int = PHOTOS_MAX

    @rx.event
    async def load(self) -> Events:
        """Show the photos of the project whose id is in the address."""
        self.errors = {}
        wanted = self._part(2)
        return await self._load(self._list, wanted, into=self._show)

    @rx.event
    async def load_of_application(self) -> Events:
        """Show the photos of the project behind the application whose id is in the address."""
        self.errors = {}
        return await self._load(self._of_application, self._part(1), into=self._show)

    @rx.event
    async def arrived(self, _answer: str) -> Events:
        """Show what the route has just taken in."""
        return await self._load(self._list, self.shown_project, into=self._show)

    @rx.event
    async def describe(self, photo_id: int, text: str) -> Events:
        """Say in words what the photo shows."""
        name = f"alt-{photo_id}"
        try:
            rows = await self._work(self._describe, self.shown_project, photo_id, text)
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, name: str(refused)}
            return None
        self.errors = {key: words for key, words in self.errors.items() if key != name}
        self._show(rows)
        return None

    @rx.event
    async def make_cover(self, photo_id: int) -> Events:
        """Choose the photo that stands on cards."""
        return await self._run(self._make_cover, self.shown_project, photo_id, done="Обложка выбрана", then=self._show)

    @rx.event
    async def drop_cover(self) -> Events:
        """Go back to the drawn cover."""
        return await self._run(self._drop_cover, self.shown_project, done="Обложка снова рисованная", then=self._show)

    @rx.event
    async def remove(self, photo_id: int) -> Events:
        """Delete a photo for good."""
        return await self._run(self._remove, self.shown_project, photo_id, done="Фотография удалена", then=self._show)

    def _show(self, found: tuple[int, list[PhotoRow]]) -> None:
        self.shown_project, self.rows = found
        self.room = PHOTOS_MAX - len(self.rows)

    # Flows

    @staticmethod
    def _list(work: Work, project_id: object) -> tuple[int, list[PhotoRow]]:
        return _rows(work, for_editing(work, project_id, closed_too=True))

    @staticmethod
    def _of_application(work: Work, application_id: object) -> tuple[int, list[PhotoRow]]:
        application = work.get(Application, application_id)
        require_own(work, application)
        return _rows(work, work.session.get_one(Project, application.project_id))

    @staticmethod
    def _may_add(work: Work, project_id: object) -> None:
        """Refuse before the body of an upload is read."""
        _require_room(work, for_editing(work, project_id))

    @staticmethod
    def _add(work: Work, project_id: object, photo: photos.Prepared) -> int:
        """Keep a checked photo and return its id; the same picture sent twice is the same photo."""
        project = for_editing(work, project_id)
        known = work.session.execute(
            sa.select(col(Photo.id)).where(col(Photo.project_id) == project.id, col(Photo.key) == photo.key)
        ).scalar_one_or_none()
        if known is not None:
            return int(known)
        _require_room(work, project)
        # Files first: a row without its files would be a broken picture, files without a row are only unseen.
        photos.keep(int(project.id or 0), photo)
        row = Photo(
            project_id=project.id,
            author_id=work.person(),
            key=photo.key,
            width=photo.width,
            height=photo.height,
            created_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        if project.cover_photo_id is None:
            project.cover_photo_id = row.id
        project.touch(work.now)
        work.record("photo.added", "project", project.id, photo=row.id)
        return int(row.id or 0)

    @staticmethod
    def _describe(work: Work, project_id: object, photo_id: object, text: object) -> tuple[int, list[PhotoRow]]:
        project = for_editing(work, project_id)
        photo = _photo(work, project, photo_id)
        words = one_line(text) if isinstance(text, str) else ""
        if len(words) > ALT_MAX:
            raise Refused(f"Подпись длиннее {ALT_MAX} знаков. Сократите.")
        if words != photo.alt:
            photo.alt = words
            project.touch(work.now)
        return _rows(work, project)

    @staticmethod
    def _make_cover(work: Work, project_id: object, photo_id: object) -> tuple[int, list[PhotoRow]]:
        project = for_editing(work, project_id)
        project.cover_photo_id = _photo(work, project, photo_id).id
        project.touch(work.now)
        return _rows(work, project)

    @staticmethod
    def _drop_cover(work: Work, project_id: object) -> tuple[int, list[PhotoRow]]:
        project = for_editing(work, project_id)
        project.cover_photo_id = None
        project.touch(work.now)
        return _rows(work, project)

    @staticmethod
    def _remove(work: Work, project_id: object, photo_id: object) -> tuple[int, list[PhotoRow]]:
        project = for_editing(work, project_id)
        photo = _photo(work, project, photo_id)
        if project.cover_photo_id == photo.id:
            project.cover_photo_id = None
        work.session.delete(photo)
        project.touch(work.now)
        work.record("photo.removed", "project", project.id, photo=photo.id)
        work.after_commit(partial(photos.drop, int(project.id or 0), photo.key))
        work.session.flush()
        return _rows(work, project)

    @staticmethod
    def _file(work: Work, photo_id: object, width: int) -> tuple[Path, bool]:
        """Return (the file of a photo that the actor may see, whether everybody may)."""
        photo = work.get(Photo, photo_id)
        if width not in photos.WIDTHS:
            raise NotFound
        public = work.session.execute(
            sa.select(col(Project.published_at).is_not(None)).where(col(Project.id) == photo.project_id)
        ).scalar_one()
        return photos.path_of(photo.project_id, photo.key, width), bool(public)


def _require_room(work: Work, project: Project) -> None:
    taken = work.session.execute(
        sa.select(sa.func.count()).select_from(Photo).where(col(Photo.project_id) == project.id)
    ).scalar_one()
    if taken >= PHOTOS_MAX:
        raise Refused(f"У проекта уже {PHOTOS_MAX} фотографий. Удалите лишнюю, чтобы добавить другую.")


def _photo(work: Work, project: Project, photo_id: object) -> Photo:
    photo = work.get(Photo, photo_id)
    if photo.project_id != project.id:
        raise NotFound
    return photo


def _rows(work: Work, project: Project) -> tuple[int, list[PhotoRow]]:
    found = work.session.exec(select(Photo).where(Photo.project_id == project.id).order_by(col(Photo.id))).all()
    rows = [
        PhotoRow(
            id=int(photo.id or 0),
            src=f"/photos/{photo.id}-480.webp",
            alt=photo.alt,
            is_cover=photo.id == project.cover_photo_id,
            note=f"{photo.width} × {photo.height}",
        )
        for photo in found
    ]
    return int(project.id or 0), rows
