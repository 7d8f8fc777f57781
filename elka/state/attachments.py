"""Files of an application: taken in by a route, listed under their fields, removed and put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import reflex as rx
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from elka import attachments, limits
from elka.core.actor import GUEST
from elka.core.filetypes import INLINE, accept, words
from elka.core.formfields import KEY, FieldKind, FilesField
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.answers import Attachment
from elka.models.applications import Application
from elka.models.contests import Contest, phases_of
from elka.models.forms import FormField
from elka.settings import settings
from elka.state.application_rights import for_filling, is_filler, may_fill, require_own
from elka.state.base import Events, Flow
from elka.ui import labels
from elka.ui.rows import FileRow

MB = 2**20
KEPT_REMOVED = timedelta(days=1)  # of what no revision lists: time enough to put it back
TURNS = 3  # how many times over an application may fill its room with files that were removed since


@dataclass(frozen=True)
class DropRow:
    """Where the files of one field are sent, and what it takes. ``closed``: nothing may be added now."""

    label: str
    url: str
    accept: str
    hint: str
    max_mb: int
    closed: bool


@dataclass(frozen=True)
class Filed:
    """The files of an application by field, with what each field takes."""

    application_id: int
    rows: dict[str, list[FileRow]]
    drops: dict[str, DropRow]


@dataclass(frozen=True)
class Stored:
    """A file to be given: where it lies, its name, whether a browser may show it in place, whether everybody may see it."""

    path: Path
    name: str
    media_type: str
    inline: bool
    is_public: bool


class AttachmentsState(Flow, rx.State):
    """The files of the application whose id is in the address, by the key of their field."""

    shown_application: int = 0
    keys: list[str] = []  # of the fields, in the order of the template
    rows: dict[str, list[FileRow]] = {}
    drops: dict[str, DropRow] = {}
    _removed: list[int] = []  # by this browser since the page was opened: they can be put back

    @rx.event
    async def load(self) -> Events:
        """Show the files."""
        self._removed, self.errors = [], {}
        return await self._load(self._list, self._part(1), [], into=self._show)

    @rx.event
    async def arrived(self, _answer: str) -> Events:
        """Show what the route has just taken in."""
        return await self._load(self._list, self.shown_application, self._removed, into=self._show)

    @rx.event
    async def remove(self, attachment_id: int) -> Events:
        """Take a file out of the application; it can be put back."""
        return await self._run(self._remove, attachment_id, self._removed, then=self._took)

    @rx.event
    async def put_back(self, attachment_id: int) -> Events:
        """Undo a removal."""
        return await self._run(self._put_back, attachment_id, self._removed, then=self._took)

    def _took(self, changed: tuple[Filed, int, bool]) -> None:
        filed, attachment_id, removed = changed
        others = [one for one in self._removed if one != attachment_id]
        self._removed = [*others, attachment_id] if removed else others
        self._show(filed)

    def _show(self, filed: Filed) -> None:
        self.shown_application, self.keys = filed.application_id, list(filed.drops)
        self.rows, self.drops = filed.rows, filed.drops

    # Flows

    @staticmethod
    def _list(work: Work, application_id: object, removed: object) -> Filed:
        work.person()
        application = work.get(Application, application_id)
        require_own(work, application)
        return _filed(work, application, removed)

    @staticmethod
    def _may_add(work: Work, application_id: object, key: object) -> tuple[int, int]:
        """Refuse before the body of an upload is read; return (the application, bytes that the file may have)."""
        _, application, _ = for_filling(work, application_id, lock=False)
        limits.hit("file", account=work.person(), address=work.address)
        field = _field(work, application, key)
        _require_room(work, application, field, 0)
        return application.id or 0, field.max_mb * MB

    @staticmethod
    def _add(work: Work, application_id: object, key: object, file: attachments.Arrived) -> dict[str, object]:
        """Enter a file that lies on disk; the same one sent to a field twice is one."""
        _, application, _ = for_filling(work, application_id)
        field = _field(work, application, key)
        if file.type not in field.types:
            raise Refused(f"Этот файл сюда не подходит. Подойдут: {words(field.types)}.", field="file")
        if file.size > field.max_mb * MB:
            raise Refused(f"Файл больше {field.max_mb} МБ. Выберите поменьше.", field="file")
        row = _same(work, application, field.key, file.sha256)
        if row is None:
            _require_room(work, application, field, file.size)
            if not attachments.path_of(application.id or 0, file.sha256).is_file():
                raise Refused("Файл не сохранился. Приложите его ещё раз.", field="file")
            row = Attachment(
                application_id=application.id or 0,
                key=field.key,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                sha256=file.sha256,
                created_by=work.person(),
                created_at=work.now,
            )
            work.session.add(row)
            work.session.flush()
            application.changed_at = work.now
            _journal(work, row, "added")
        return {"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256}

    @staticmethod
    def _remove(work: Work, attachment_id: object, removed: object) -> tuple[Filed, int, bool]:
        application, row = _changeable(work, attachment_id)
        if row.removed_at is None:
            row.removed_at = application.changed_at = work.now
            _journal(work, row, "removed")
        key = row.id or 0
        return _filed(work, application, [*_ids(removed), key]), key, True

    @staticmethod
    def _put_back(work: Work, attachment_id: object, removed: object) -> tuple[Filed, int, bool]:
        application, row = _changeable(work, attachment_id)
        if row.removed_at is not None:
            if _same(work, application, row.key, row.sha256) is not None:
                raise Refused("Такой же файл уже приложен снова.")
            _require_room(work, application, _field(work, application, row.key), row.size)
            row.removed_at, application.changed_at = None, work.now
            _journal(work, row, "put_back")
        return _filed(work, application, removed), row.id or 0, False

    @staticmethod
    def _file(work: Work, attachment_id: object) -> Stored:
        """Return a file that the actor may see."""
        row = work.get(Attachment, attachment_id)
        public = sa.select(col(Attachment.id)).where(col(Attachment.id) == row.id, Attachment.visible_to(GUEST))
        return Stored(
            path=attachments.path_of(row.application_id, row.sha256),
            name=row.name,
            media_type=row.media_type,
            inline=row.media_type in INLINE,
            is_public=work.session.execute(public).first() is not None,
        )


def tidy(work: Work) -> int:
    """Forget files that were removed long ago and that no revision lists; return how many. Their bytes go later."""
    gone = work.session.execute(
        sa.delete(Attachment)
        .where(
            col(Attachment.removed_at) < work.now - KEPT_REMOVED,
            ~Attachment._listed_in(sa.true()),
        )
        .returning(col(Attachment.id))
    ).all()
    return len(gone)


def sweep(work: Work) -> int:
    """Delete bytes that have had no row for a day: of uploads that were refused in the end, and of forgotten files."""
    swept = 0
    for folder in attachments.folders():
        known = set(
            work.session.execute(
                sa.select(col(Attachment.sha256)).where(col(Attachment.application_id) == int(folder.name))
            ).scalars()
        )
        swept += attachments.sweep(folder, known, before=(work.now - KEPT_REMOVED).timestamp())
    return swept


def lost(work: Work) -> list[int]:
    """Return the files whose bytes are not on disk, whole (``doctor``)."""
    rows = work.session.execute(
        sa.select(
            col(Attachment.id), col(Attachment.application_id), col(Attachment.sha256), col(Attachment.size)
        ).order_by(col(Attachment.id)),
        execution_options={"yield_per": 1000},
    )
    return [row[0] for row in rows if not attachments.is_whole(row[1], row[2], row[3])]


def _changeable(work: Work, attachment_id: object) -> tuple[Application, Attachment]:
    """Return a file and its application, locked, if the actor may change them now."""
    work.person()
    known = work.get(Attachment, attachment_id)
    _, application, _ = for_filling(work, known.application_id)
    return application, work.get(Attachment, known.id, lock=True)


def _field(work: Work, application: Application, key: object) -> FilesField:
    """Return a field of the template that takes files of its own (photos belong to the project)."""
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise NotFound
    row = work.session.execute(
        sa.select(FormField).where(col(FormField.contest_id) == application.contest_id, col(FormField.key) == key)
    ).scalar_one_or_none()
    if row is None or row.kind is not FieldKind.FILES or row.of_project is not None:
        raise NotFound
    return _typed(row)


def _typed(row: FormField) -> FilesField:
    try:
        field = row.typed()
    except ValidationError as error:
        raise NotFound from error
    if not isinstance(field, FilesField):
        raise NotFound
    return field


def _require_room(work: Work, application: Application, field: FilesField, size: int) -> None:
    """Refuse one file too many in the field, one byte too many in the application."""
    here = col(Attachment.removed_at).is_(None)
    count, taken, everything = work.session.execute(
        sa.select(
            sa.func.count().filter(here, col(Attachment.key) == field.key),
            sa.func.coalesce(sa.func.sum(col(Attachment.size)).filter(here), 0),
            sa.func.coalesce(sa.func.sum(col(Attachment.size)), 0),
        ).where(col(Attachment.application_id) == application.id)
    ).one()
    if count >= field.most_files:
        files = labels.plural(field.most_files, "файла", "файлов", "файлов")
        raise Refused(f"Сюда можно приложить не больше {files}. Уберите лишний.", field="file")
    most = settings().application_limit
    if taken + size > most:
        raise Refused(f"Все файлы заявки вместе больше {labels.file_size(most)}. Уберите лишние.", field="file")
    if everything + size > most * TURNS:
        raise Refused("Файлы этой заявки слишком часто меняли. Продолжите завтра.", field="file")


def _same(work: Work, application: Application, key: str, checksum: str) -> Attachment | None:
    return work.session.execute(
        sa.select(Attachment).where(
            col(Attachment.application_id) == application.id,
            col(Attachment.key) == key,
            col(Attachment.sha256) == checksum,
            col(Attachment.removed_at).is_(None),
        )
    ).scalar_one_or_none()


def _journal(work: Work, row: Attachment, turn: str) -> None:
    work.record(f"attachment.{turn}", "application", row.application_id, attachment=row.id, field=row.key)


def _ids(removed: object) -> list[int]:
    return [one for one in removed if isinstance(one, int)] if isinstance(removed, list) else []


def _filed(work: Work, application: Application, removed: object) -> Filed:
    """Return the files by field: those that are there, and those that this browser has just removed."""
    work.session.flush()
    contest = work.session.get_one(Contest, application.contest_id)
    phases = phases_of(work.session, contest.id or 0)
    open_now = is_filler(work, application) and may_fill(contest, application, phases, work.now)
    fields = [
        _typed(row)
        for row in work.session.execute(
            sa.select(FormField)
            .where(
                col(FormField.contest_id) == contest.id,
                col(FormField.kind) == FieldKind.FILES,
                col(FormField.of_project).is_(None),
            )
            .order_by(col(FormField.position))
        ).scalars()
    ]
    rows: dict[str, list[FileRow]] = {field.key: [] for field in fields}
    present = dict.fromkeys(rows, 0)
    found = work.session.execute(
        sa.select(Attachment)
        .where(
            col(Attachment.application_id) == application.id,
            sa.or_(col(Attachment.removed_at).is_(None), col(Attachment.id).in_(_ids(removed))),
        )
        .order_by(col(Attachment.id))
    ).scalars()
    for one in found:
        if one.key in rows:
            rows[one.key].append(_file_row(one, changeable=open_now))
            present[one.key] += one.removed_at is None
    return Filed(
        application_id=application.id or 0,
        rows=rows,
        drops={
            field.key: DropRow(
                label=field.label,
                url=f"/applications/{application.id}/files/{field.key}",
                accept=accept(field.types),
                hint=_hint(field),
                max_mb=field.max_mb,
                closed=not open_now or present[field.key] >= field.most_files,
            )
            for field in fields
        },
    )


def _file_row(row: Attachment, *, changeable: bool) -> FileRow:
    return FileRow(
        id=row.id or 0,
        name=row.name,
        note=labels.file_size(row.size),
        href=f"/attachments/{row.id}",
        removed=row.removed_at is not None,
        changeable=changeable,
    )


def _hint(field: FilesField) -> str:
    files = labels.plural(field.most_files, "файла", "файлов", "файлов")
    size = labels.file_size(field.max_mb * MB)
    return f"{words(field.types)}. До{labels.NBSP}{files}, каждый не больше {size}."
