"""Making the published file of a contest's ballots: when its count is there, by a job, long before anybody may have it.

The file lies under a name that its checksum is a part of, and the row of ``publications`` names it: whatever is given is
whole. A run that was killed is simply run again. Ballots that do not give the root sealed when voting closed are not
written at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col

from elka import clock
from elka.core import published
from elka.core.actor import SYSTEM
from elka.core.announced import Candidate
from elka.core.corrected import FIRST, Corrected, Replaced
from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.core.paper import PaperBox
from elka.db import Work, work_as
from elka.models.applications import Application
from elka.models.contest_parts import categories_of
from elka.models.contests import Contest, phases_of
from elka.models.paper import PaperBatch, counted_batches
from elka.models.places import Municipality
from elka.models.projects import Project
from elka.models.publications import BallotsChanged, Publication, Sealed, sealed
from elka.models.result_corrections import CorrectionGround, CorrectionStatus, ResultCorrection
from elka.models.result_versions import FileKind, OutcomeVersion, ResultVersion, VersionFile, files_of, version_in_force
from elka.models.results import Count, Outcome
from elka.settings import settings

PB = FileKind.BALLOTS
REGION = "Ханты-Мансийский автономный округ — Югра"
log = structlog.get_logger(__name__)


def folder() -> Path:
    """Return the folder of published files, those not published yet among them."""
    return settings().files / "publications"


def path_of(contest_id: int, sha256: str, kind: str = FileKind.BALLOTS.value) -> Path:
    """Return where a published file of a contest lies."""
    return folder() / f"{contest_id}-{sha256[:16]}.{kind}"


def due() -> list[int]:
    """Return the contests that are counted and have no file of that very count."""
    with work_as(SYSTEM) as work:
        found = work.session.execute(
            sa.select(Publication, col(Count.counted_at))
            .join(Count, col(Count.contest_id) == col(Publication.contest_id))
            .join(Contest, col(Contest.id) == col(Publication.contest_id))
            .where(col(Contest.stage) != ContestStage.CANCELLED)
            .order_by(col(Publication.contest_id))
        ).all()
    return [
        row.contest_id
        for row, counted_at in found
        if row.sha256 is None or row.counted_at != counted_at or not path_of(row.contest_id, row.sha256).exists()
    ]


def make(contest_id: int) -> bool:
    """Make the file of a contest; return whether it was made. Raises BallotsChanged; nothing is written then."""
    with work_as(SYSTEM) as work:
        publication = work.session.get(Publication, contest_id)
        count = work.session.get(Count, contest_id)
        if publication is None or count is None:
            return False
        contest = work.session.get_one(Contest, contest_id)
        found = sealed(work.session, contest, settings().key())
        if found.root != publication.root:
            raise BallotsChanged
        version = version_in_force(work.session, contest_id)
        edition = corrected_by(work.session, version)
        candidates = outcomes_of(work.session, contest, found.candidates, version)
        paper = [row.box for row in counted_batches(work.session, contest_id)]
        about, counted_at = _about(work, contest, count.counted_at), count.counted_at
    folder().mkdir(parents=True, exist_ok=True)
    draft = folder() / f"{uuid4()}.part"
    try:
        digest, size = _write(draft, about, found, candidates, paper, edition)
        draft.replace(path_of(contest_id, digest))
    finally:
        draft.unlink(missing_ok=True)
    return _keep(contest_id, counted_at, digest, size)


def _write(
    path: Path,
    about: dict[str, object],
    found: Sealed,
    candidates: list[Candidate],
    paper: list[PaperBox],
    edition: Corrected,
) -> tuple[str, int]:
    parts = (about, found.rules, candidates, found.lines, found.receipts, found.root, paper, found.annulled)
    with path.open("w", encoding="utf-8", newline="") as out:
        published.write(out, *parts, edition)
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest(), path.stat().st_size


def _keep(contest_id: int, counted_at: datetime, digest: str, size: int) -> bool:
    """Name the file in its row, unless the contest was counted anew meanwhile; forget the former one.

    Files of published versions stay: where the one in force was lost, only the very same may take its place.
    """
    with work_as(SYSTEM) as work:
        row = work.session.get_one(Publication, contest_id, with_for_update=True)
        count = work.session.get(Count, contest_id)
        former = row.sha256
        kept = {one.number: one.sha256 for (_, kind), one in files_of(work.session, contest_id).items() if kind is PB}
        version = version_in_force(work.session, contest_id)
        fits = count is not None and count.counted_at == counted_at
        if fits and version is not None and kept.get(version.number, digest) != digest:
            fits = False
            log.error("the published file cannot be made again: restore it from a backup", contest=contest_id)
        if fits:
            row.counted_at, row.sha256, row.size, row.made_at = counted_at, digest, size, clock.now()
    forgotten = former if fits else digest
    if forgotten is not None and (forgotten != digest or not fits) and forgotten not in kept.values():
        with suppress(FileNotFoundError):
            path_of(contest_id, forgotten).unlink()
    return fits


def corrected_by(session: Session, version: ResultVersion | None) -> Corrected:
    """Return what the file of a version says of it; of the first, and before publication, nothing."""
    if version is None or version.correction_id is None:
        return FIRST
    correction = session.get_one(ResultCorrection, version.correction_id)
    former = session.get_one(VersionFile, (version.contest_id, version.number - 1, PB))
    return Corrected(
        version=version.number,
        previous=former.sha256,
        ground=correction.ground_text,
        words=correction.words,
        at=version.published_at.isoformat(timespec="seconds"),
        withdrawn=version.gone,
        replaced=tuple(_replaced(session, version.contest_id)),
    )


def _replaced(session: Session, contest_id: int) -> Iterator[Replaced]:
    """Give the batches that are counted in place of others, and since which version each is."""
    counted = [row for row in counted_batches(session, contest_id) if row.replaces is not None]
    if not counted:
        return
    signed = session.execute(
        sa.select(ResultCorrection).where(
            col(ResultCorrection.contest_id) == contest_id,
            col(ResultCorrection.status) == CorrectionStatus.SIGNED,
            col(ResultCorrection.ground) == CorrectionGround.REPLACED,
        )
    ).scalars()
    since = {key: row.base + 1 for row in signed for key in row.entered}
    for row in counted:
        former = session.get_one(PaperBatch, row.replaces)
        yield Replaced(row.id or 0, former.id or 0, former.sha256 or "", since[row.id or 0])


def outcomes_of(
    session: Session, contest: Contest, candidates: list[Candidate], version: ResultVersion | None = None
) -> list[Candidate]:
    """Return the projects with what the count says of them: votes, score, whether they won; and their names.

    Once results are published the names are those of that moment.
    """
    names = {one.id: one.name for one in categories_of(session, contest.id or 0)}
    number = 0 if version is None else version.number
    told = {
        row.Outcome.application_id: row
        for row in session.execute(
            sa.select(Outcome, sa.func.coalesce(col(OutcomeVersion.title), col(Project.title)).label("title"))
            .join(Application, col(Application.id) == col(Outcome.application_id))
            .join(Project, col(Project.id) == col(Application.project_id))
            .outerjoin(
                OutcomeVersion,
                sa.and_(
                    col(OutcomeVersion.contest_id) == contest.id,
                    col(OutcomeVersion.number) == number,
                    col(OutcomeVersion.application_id) == col(Outcome.application_id),
                ),
            )
            .where(col(Outcome.contest_id) == contest.id)
        )
    }
    return [
        Candidate(
            id=one.id,
            cost=one.cost,
            category=one.category,
            votes=told[one.id].Outcome.votes,
            points=told[one.id].Outcome.given,
            name=told[one.id].title,
            category_name=names.get(one.category, ""),
            score=told[one.id].Outcome.score,
            won=told[one.id].Outcome.won,
        )
        for one in candidates
    ]


def _about(work: Work, contest: Contest, counted_at: datetime) -> dict[str, object]:
    """Return what Pabulib asks of META beside the figures."""
    voting = by_kind(phases_of(work.session, contest.id or 0))[PhaseKind.VOTING]
    opens, closes = clock.local(voting.opens_at), clock.local(voting.closes_at)
    place = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    return {
        "description": contest.title,
        "country": "Russia",
        "unit": place.name if place else REGION,
        "instance": closes.year,
        "date_begin": f"{opens:%d.%m.%Y}",
        "date_end": f"{closes:%d.%m.%Y}",
        "language": "ru",
        "currency": "RUB",
        "min_project_score_threshold": contest.min_votes,
        "elka_counted": counted_at.isoformat(timespec="seconds"),
    }
