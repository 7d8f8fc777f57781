"""Keeping the files of published results: each version's ballots, tables and protocol lie on the disk as they were given.

A job does it after the publication, and after each correction. A file lies under a name that its checksum is a part of;
its row (``version_files``) is never changed, so whatever is given of an old version is what was published then.
"""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
import structlog
from sqlmodel import col

from elka import clock, printing, publishing, sheets
from elka.core import csv_cells
from elka.core.actor import SYSTEM
from elka.db import Work, work_as
from elka.models.contests import Contest
from elka.models.publications import Publication
from elka.models.result_versions import FileKind, ResultVersion, VersionFile, lacking, version_in_force
from elka.state.result_files import FACTS, BookHead, head_of_book
from elka.state.result_proof import has_file
from elka.state.result_protocol import protocol_of
from elka.state.result_table import COLUMNS, EXPORT_HEAD, csv_row, sheet_row, table_rows

log = structlog.get_logger(__name__)
Made = dict[FileKind, tuple[str, int]]


def due() -> list[int]:
    """Return the contests whose version in force lacks a file that can be made now."""
    with work_as(SYSTEM) as work:
        newest = sa.select(col(ResultVersion.contest_id)).group_by(col(ResultVersion.contest_id))
        ids = work.session.execute(newest.order_by(col(ResultVersion.contest_id))).scalars().all()
        return [contest_id for contest_id in ids if lacking(work.session, contest_id)]


def keep(contest_id: int, *, now: datetime | None = None) -> list[FileKind]:
    """Make and keep what the version in force lacks; return what was kept.

    The file of ballots comes first, as the protocol names its checksum: while it is being written nothing is kept.
    """
    with work_as(SYSTEM, now=now) as work:
        wanted = lacking(work.session, contest_id)
        contest, version = work.session.get_one(Contest, contest_id), version_in_force(work.session, contest_id)
        publication = work.session.get(Publication, contest_id)
        if version is None or not wanted or (publication is not None and not has_file(work, publication)):
            return []
        made = _made(work, contest, publication, wanted)
    with work_as(SYSTEM) as work:
        work.session.execute(
            sa.select(col(Contest.id)).where(col(Contest.id) == contest_id).with_for_update(key_share=True)
        )
        current = version_in_force(work.session, contest_id)
        kept = lacking(work.session, contest_id)
        if current is None or current.number != version.number:
            return []  # a correction was quicker; its own files come next
        now = clock.now()
        done = [kind for kind in wanted if kind in kept and kind in made]
        work.session.add_all(
            VersionFile(
                contest_id=contest_id,
                number=version.number,
                kind=kind,
                sha256=made[kind][0],
                size=made[kind][1],
                made_at=now,
            )
            for kind in done
        )
    log.info("files of results kept", contest=contest_id, version=version.number, files=[kind.value for kind in done])
    return done


def _made(work: Work, contest: Contest, publication: Publication | None, wanted: list[FileKind]) -> Made:
    """Write the files to the disk; return the hash and the size of each."""
    contest_id = contest.id or 0
    found: Made = {}
    if publication is not None and publication.sha256 and publication.size is not None:
        found[FileKind.BALLOTS] = (publication.sha256, publication.size)
    batches: list[list[tuple[object, ...]]] = []
    after: object = 0
    while rows := table_rows(work, contest_id, after):
        batches.append(rows)
        after = rows[-1][0]
    if FileKind.TABLE in wanted:
        text = csv_cells.BOM + csv_cells.lines([EXPORT_HEAD])
        text += "".join(csv_cells.lines([csv_row(row) for row in rows]) for rows in batches)
        found[FileKind.TABLE] = _put(contest_id, FileKind.TABLE, text.encode())
    if FileKind.BOOK in wanted:
        found[FileKind.BOOK] = _put(contest_id, FileKind.BOOK, book_of(head_of_book(work, contest), batches))
    if FileKind.PROTOCOL in wanted:
        found[FileKind.PROTOCOL] = _put(contest_id, FileKind.PROTOCOL, printing.pdf(protocol_of(work, contest)[1]))
    return found


def _put(contest_id: int, kind: FileKind, content: bytes) -> tuple[str, int]:
    digest = hashlib.sha256(content).hexdigest()
    path = publishing.path_of(contest_id, digest, kind.value)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{uuid4()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return digest, len(content)


def book_of(head: BookHead, batches: list[list[tuple[object, ...]]]) -> bytes:
    """Return the whole book for Excel: under a megabyte for thousands of projects.

    Not as a file that is removed after the answer: the server opens what it is told of only when we are done with it.
    """
    with tempfile.TemporaryDirectory(prefix="elka-results-") as folder:
        path = Path(folder) / "results.xlsx"
        with sheets.book(path, head.title) as made:
            table = made.sheet("Итоги", COLUMNS, frozen=4)
            for rows in batches:
                for row in rows:
                    table.row(sheet_row(row))
            facts = made.sheet("Как считали", FACTS)
            for fact in head.facts:
                facts.row(fact)
        return path.read_bytes()
