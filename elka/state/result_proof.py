"""What lets a stranger check a count: the sealed root, the files, and the turnout told so that nobody is revealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from elka.db import Work
from elka.models.contests import Contest
from elka.models.publications import Publication
from elka.models.result_versions import Edition, FileKind, VersionFile
from elka.models.results import Count
from elka.state.result_editions import asked_of
from elka.state.result_rows import is_known
from elka.ui import labels
from elka.verify_app import NAME

VOTERS = ("человек", "человека", "человек")
_MERGED = {"places": "Остальные места", "ages": "Остальные возрасты"}


@dataclass(frozen=True)
class TurnoutRow:
    """A line of the turnout. ``percent``: the length of its bar, of the longest one."""

    name: str
    people: str
    share: str
    percent: int


@dataclass(frozen=True)
class Proof:
    """The proof of a contest's count. Before publication only ``root`` and when it was sealed.

    ``ballots``: the address of the published file, "" while it is being written; ``command`` checks it.
    """

    root: str = ""
    sealed: str = ""
    is_known: bool = False
    ballots: str = ""
    size: str = ""
    sha256: str = ""
    command: str = ""
    xlsx: str = ""
    places: list[TurnoutRow] = field(default_factory=list)
    ages: list[TurnoutRow] = field(default_factory=list)
    merged: str = ""


def proof_of(work: Work, contest: Contest, edition: Edition) -> Proof:
    """Return what everybody may know of the proof now; of ballots not sealed yet, or without a vote, nothing."""
    known = is_known(contest, work)
    asked = asked_of(edition)
    xlsx = f"/contests/{contest.id}/results.xlsx{asked}" if known else ""
    row = work.session.get(Publication, contest.id)
    if row is None:
        return Proof(is_known=known, xlsx=xlsx)
    sealed = labels.date_time(row.sealed_at)
    if not known:
        return Proof(root=row.root, sealed=sealed)
    file = _file_of(work, row, edition)
    places, ages = (turnout_rows(row, name) for name in _MERGED)
    return Proof(
        root=row.root,
        sealed=sealed,
        is_known=True,
        ballots=f"/contests/{contest.id}/ballots.pb{asked}" if file else "",
        size=labels.file_size(file[1]) if file else "",
        sha256=file[0] if file else "",
        command=f"python {NAME} {_name_of(contest, edition)} --root {row.root}"
        + (f" --sha256 {file[0]}" if file else ""),
        xlsx=xlsx,
        places=places,
        ages=ages,
        merged="Где проголосовали меньше пяти человек, посчитано вместе с другими: так никого не узнать."
        if any(line[0] == "" for name in _MERGED for line in _lines(row, name))
        else "",
    )


def _file_of(work: Work, row: Publication, edition: Edition) -> tuple[str, int] | None:
    """Return the hash and the size of the file of a version; None while there is none."""
    if edition.in_force:
        return (row.sha256, row.size) if has_file(work, row) and row.sha256 and row.size else None
    kept = work.session.get(VersionFile, (row.contest_id, edition.number, FileKind.BALLOTS))
    return (kept.sha256, kept.size) if kept else None


def _name_of(contest: Contest, edition: Edition) -> str:
    return file_name(contest) if edition.in_force else f"elka-contest-{contest.id}-v{edition.number}.pb"


def has_file(work: Work, row: Publication) -> bool:
    """Whether there is a file of the very count that stands."""
    count = work.session.get(Count, row.contest_id)
    return row.sha256 is not None and count is not None and row.counted_at == count.counted_at


def file_name(contest: Contest) -> str:
    """Return the name under which the file is given."""
    return f"elka-contest-{contest.id}.pb"


def turnout_rows(row: Publication, name: str) -> list[TurnoutRow]:
    """Return the turnout by ``places`` or ``ages``; of one line alone, which says nothing, none."""
    lines = _lines(row, name)
    if len(lines) < 2:  # noqa: PLR2004
        return []
    longest = max(people for _, people in lines)
    return [
        TurnoutRow(
            name=labels.typographer(of or _MERGED[name]),
            people=labels.number(people),
            share=share,
            percent=labels.percent(people, longest),
        )
        for (of, people), share in zip(lines, labels.shares([people for _, people in lines]), strict=True)
    ]


def _lines(row: Publication, name: str) -> list[Any]:
    found = row.turnout.get(name, [])
    return found if isinstance(found, list) else []
