"""The published ballots of a contest on disk: made once after publication, given to whoever asks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from elka.core import pabulib
from elka.db import Work
from elka.models import ballot_books
from elka.models.contests import Contest
from elka.settings import settings

KINDS = {"pb": "ballots.pb", "receipts": "receipts.txt"}


def folder() -> Path:
    """Return where they are kept."""
    return settings().files / "ballots"


def kept(work: Work, contest: Contest, kind: str) -> Path:
    """Return a file of a contest whose results are published, made now if it is not there yet.

    Its name holds the moment of publication: results that are published anew get a file anew.
    """
    stamp = int(contest.published_at.timestamp()) if contest.published_at else 0
    place = folder() / f"{contest.id}-{stamp}-{KINDS[kind]}"
    if not place.is_file():
        election, receipts = ballot_books.book(work.session, contest, settings().key())
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = {"pb": pabulib.write(election), "receipts": (f"{one}\n" for one in receipts)}
        for name, pieces in beside.items():
            _put(folder() / f"{contest.id}-{stamp}-{KINDS[name]}", pieces)
    return place


def _put(place: Path, pieces: Iterable[str]) -> None:
    """Write whole or not at all: two that ask at once write the same."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=place.parent, delete=False) as file:
        file.writelines(pieces)
    Path(file.name).replace(place)
