"""Sealing the journal into a hash chain, and checking it. No state: nobody does this from a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core import hashchain
from elka.models.journal import JournalEntry, JournalSeal

if TYPE_CHECKING:
    from elka.db import Work

LOCK = 7_235_112  # advisory: one process seals at a time, the others pass by
BATCH = 5000


def _canonical(entry: Any) -> bytes:
    return hashchain.canonical(
        {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "actor": entry.actor_id,
            "key": entry.key,
            "subject": [entry.subject_kind, entry.subject_id],
            "facts": entry.facts,
        }
    )


_COLUMNS = (
    col(JournalEntry.id),
    col(JournalEntry.at),
    col(JournalEntry.actor_id),
    col(JournalEntry.key),
    col(JournalEntry.subject_kind),
    col(JournalEntry.subject_id),
    col(JournalEntry.facts),
)


def seal(work: Work) -> int:
    """Seal entries that have no link yet, in the order of their ids; return how many.

    An entry that commits late gets a later link: its place in the chain is when it was sealed.
    """
    if not work.session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))).scalar_one():
        return 0
    last = work.session.execute(
        sa.select(col(JournalSeal.position), col(JournalSeal.hash)).order_by(col(JournalSeal.position).desc()).limit(1)
    ).first()
    position, previous = last or (0, hashchain.GENESIS)
    waiting = work.session.execute(
        sa.select(*_COLUMNS)
        .where(~sa.exists().where(col(JournalSeal.entry_id) == col(JournalEntry.id)))
        .order_by(col(JournalEntry.id))
        .limit(BATCH)
    ).all()
    links = []
    for entry in waiting:
        position += 1
        previous = hashchain.seal(previous, _canonical(entry))
        links.append({"position": position, "entry_id": entry.id, "hash": previous})
    if links:
        work.session.execute(sa.insert(JournalSeal), links)
    return len(links)


@dataclass(frozen=True)
class ChainReport:
    """What a check of the chain found. ``broken_at``: position of the first link that does not fit, or None."""

    links: int
    unsealed: int
    broken_at: int | None


def check(work: Work) -> ChainReport:
    """Recompute the whole chain from the entries."""
    rows = work.session.execute(
        sa.select(col(JournalSeal.position), col(JournalSeal.hash), *_COLUMNS)
        .join(JournalEntry, col(JournalEntry.id) == col(JournalSeal.entry_id), isouter=True)
        .order_by(col(JournalSeal.position)),
        execution_options={"yield_per": 5000},
    )
    previous, expected, broken = hashchain.GENESIS, 0, None
    for row in rows:
        expected += 1
        previous = hashchain.seal(previous, _canonical(row))
        if broken is None and (row.position != expected or row.hash != previous):
            broken = row.position
            previous = row.hash
    unsealed = work.session.execute(
        sa.select(sa.func.count())
        .where(~sa.exists().where(col(JournalSeal.entry_id) == col(JournalEntry.id)))
        .select_from(JournalEntry)
    ).scalar_one()
    return ChainReport(links=expected, unsealed=unsealed, broken_at=broken)
