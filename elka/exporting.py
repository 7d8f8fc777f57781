"""Making an export: a table of applications, or an archive with a PDF of each and its files.

A job goes through ``steps``. A batch is read in one short work, written to disk between works, and counted, so that
nothing is held for long and the row of the export always says the truth. A run that was killed is simply run again: what
it left is written anew, except the PDFs, which are found by what they say. A removed export stops at its next batch.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlmodel import col

from elka import attachments, clock, photos, printing, sheets
from elka.core import csv_cells
from elka.core.actor import SYSTEM
from elka.core.filenames import safe_part, unique
from elka.db import Work, work_as
from elka.models.contests import Contest
from elka.models.exports import Export, ExportKind, ExportState
from elka.settings import settings
from elka.state.application_filters import matching_ids
from elka.state.export_rows import BUDGET_HEAD, Entry, columns_of, entries

BATCH = {ExportKind.TABLE: 100, ExportKind.ARCHIVE: 10}
ENDINGS = {ExportKind.TABLE: ".xlsx", ExportKind.ARCHIVE: ".zip"}
TABLE, MANIFEST = "Заявки.xlsx", "Файлы.csv"
MANIFEST_HEAD = ("Заявка №", "Файл", "Размер, байт", "SHA-256")
LOST = "нет на диске"
# Short, so that a path inside the archive stays within Windows' 260 characters wherever it is unpacked.
_TITLE, _FIELD, _NAME = 40, 24, 80
log = structlog.get_logger(__name__)


class Removed(Exception):  # noqa: N818  an order to stop, not a fault
    """The export was removed while it was being made."""


@dataclass(frozen=True)
class _Plan:
    """What is to be made."""

    id: int
    kind: ExportKind
    contest_id: int
    title: str
    ids: tuple[int, ...]
    columns: tuple[sheets.Column, ...]


def folder() -> Path:
    """Return the folder of finished exports; each has one for its parts while it is being made."""
    return settings().files / "exports"


def path_of(export_id: int, kind: ExportKind) -> Path:
    """Return where a finished export lies."""
    return folder() / f"{export_id}{ENDINGS[kind]}"


def drop(export_id: int) -> None:
    """Delete whatever there is of an export."""
    for kind in ExportKind:
        path_of(export_id, kind).unlink(missing_ok=True)
    shutil.rmtree(folder() / str(export_id), ignore_errors=True)


def steps(export_id: int) -> Iterator[int]:
    """Make an export step by step, giving how many applications are done; one that is over is left as it is.

    Whoever stops in between (the site is being shut down) leaves it to be begun again.
    """
    plan = _begin(export_id)
    if plan is None:
        return
    parts = folder() / str(export_id)
    parts.mkdir(parents=True, exist_ok=True)
    making = _archive(plan, parts) if plan.kind is ExportKind.ARCHIVE else _table(plan, parts)
    try:
        made = yield from making
        made.replace(path_of(plan.id, plan.kind))
        shutil.rmtree(parts)
        _end(plan, ExportState.READY, path_of(plan.id, plan.kind).stat().st_size)
    except Removed:
        drop(export_id)
    except Exception:
        log.exception("export failed", export=export_id)
        drop(export_id)
        with suppress(Removed):
            _end(plan, ExportState.FAILED, None)


def _begin(export_id: int) -> _Plan | None:
    with work_as(SYSTEM) as work:
        export = work.session.get(Export, export_id, with_for_update=True)
        if export is None or export.state in (ExportState.READY, ExportState.FAILED):
            return None
        contest = work.session.get_one(Contest, export.contest_id)
        ids = tuple(work.session.execute(matching_ids(export.contest_id, export.filters, work.now)).scalars())
        export.state, export.done, export.total = ExportState.GOING, 0, len(ids)
        return _Plan(export_id, export.kind, export.contest_id, contest.title, ids, columns_of(work, contest))


def _step(work: Work, plan: _Plan, done: int) -> None:
    """Write how far it is; raise ``Removed`` when nobody waits for it any more."""
    kept = work.session.execute(
        sa.update(Export).where(col(Export.id) == plan.id).values(done=done).returning(col(Export.id))
    ).first()
    if kept is None:
        raise Removed


def _end(plan: _Plan, state: ExportState, size: int | None) -> None:
    with work_as(SYSTEM) as work:
        _step(work, plan, len(plan.ids) if state is ExportState.READY else 0)
        work.session.execute(
            sa.update(Export).where(col(Export.id) == plan.id).values(state=state, size=size, ended_at=clock.now())
        )


def _batches(plan: _Plan) -> Iterator[list[Entry]]:
    size = BATCH[plan.kind]
    for start in range(0, len(plan.ids), size):
        with work_as(SYSTEM) as work:
            _step(work, plan, start)
            contest = work.session.get_one(Contest, plan.contest_id)
            batch = entries(work, contest, plan.ids[start : start + size], with_papers=plan.kind is ExportKind.ARCHIVE)
        yield batch


@contextmanager
def _sheets(plan: _Plan, path: Path) -> Iterator[tuple[sheets.Sheet, sheets.Sheet]]:
    with sheets.book(path, plan.title) as book:
        yield book.sheet("Заявки", plan.columns, frozen=2), book.sheet("Сметы", BUDGET_HEAD)


def _write(entry: Entry, applications: sheets.Sheet, budgets: sheets.Sheet) -> None:
    applications.row(entry.cells)
    for line in entry.budget:
        budgets.row(line)


def _table(plan: _Plan, parts: Path) -> Generator[int, None, Path]:
    path = parts / TABLE
    with _sheets(plan, path) as (applications, budgets):
        for batch in _batches(plan):
            for entry in batch:
                _write(entry, applications, budgets)
            yield applications.rows
    return path


def _archive(plan: _Plan, parts: Path) -> Generator[int, None, Path]:
    path, table = parts / "archive.part", parts / TABLE
    lines: list[tuple[object, ...]] = [MANIFEST_HEAD]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        with _sheets(plan, table) as (applications, budgets):
            for batch in _batches(plan):
                for entry in batch:
                    _write(entry, applications, budgets)
                    lines += _pack(archive, entry, parts)
                    yield applications.rows
        archive.write(table, TABLE)
        archive.writestr(MANIFEST, csv_cells.BOM + csv_cells.lines(lines))
    return path


def _pack(archive: zipfile.ZipFile, entry: Entry, parts: Path) -> list[tuple[object, ...]]:
    """Put the PDF, the files and the photos of an application into its own folder; return the lines of the manifest."""
    home = f"№ {entry.number} {safe_part(entry.title, _TITLE)}"
    if entry.paper is not None:
        archive.write(_printed(entry.paper, parts), f"{home}/Заявка № {entry.number}.pdf")
    taken: set[str] = set()
    lines: list[tuple[object, ...]] = []
    for file in entry.files:
        source = attachments.path_of(entry.id, file.sha256)
        name = unique(f"{home}/{safe_part(file.field, _FIELD)}/{_short(file.name)}", taken)
        # What people send is packed already: PDF, pictures, office files.
        there = _copy(archive, source, name)
        lines.append((entry.number, name if there else f"{name} ({LOST})", file.size, file.sha256))
    for place, key in enumerate(entry.photos, start=1):
        _copy(archive, photos.path_of(entry.project_id, key, photos.WIDTHS[-1]), f"{home}/Фото/{place}.webp")
    return lines


def _copy(archive: zipfile.ZipFile, source: Path, name: str) -> bool:
    try:
        archive.write(source, name, zipfile.ZIP_STORED)
    except FileNotFoundError:
        log.warning("file of an application is missing", path=str(source.relative_to(settings().files)))
        return False
    return True


def _printed(paper: printing.Paper, parts: Path) -> Path:
    """Return the PDF of a paper; one that an earlier run has made is taken as it is."""
    path = parts / f"{printing.digest(paper)}.pdf"
    if not path.exists():
        draft = path.with_suffix(".part")
        draft.write_bytes(printing.pdf(paper))
        draft.replace(path)
    return path


def _short(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{safe_part(stem, _NAME)}.{ending}" if dot else safe_part(name, _NAME)
