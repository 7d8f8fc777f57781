"""What lets a stranger check a count: the sealed root, the files, and the turnout told so that nobody is revealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from elka.db import Work
from elka.models.contests import Contest
from elka.models.publications import Publication
from elka.models.results import Count
from elka.state.result_rows import is_known
from elka.ui import labels

VOTERS = ("человек", "человека", "человек")
_MERGED = {"places": "Остальные", "ages": "Остальные возрасты"}


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


def proof_of(work: Work, contest: Contest) -> Proof:
    """Return what everybody may know of the proof now; of ballots not sealed yet, or without a vote, nothing."""
    known = is_known(contest, work)
    xlsx = f"/contests/{contest.id}/results.xlsx" if known else ""
    row = work.session.get(Publication, contest.id)
    if row is None:
        return Proof(is_known=known, xlsx=xlsx)
    sealed = labels.date_time(row.sealed_at)
    if not known:
        return Proof(root=row.root, sealed=sealed)
    ready = has_file(work, row)
    places, ages = (turnout_rows(row, name) for name in _MERGED)
    return Proof(
        root=row.root,
        sealed=sealed,
        is_known=True,
        ballots=f"/contests/{contest.id}/ballots.pb" if ready else "",
        size=labels.file_size(row.size or 0) if ready else "",
        sha256=(row.sha256 or "") if ready else "",
        command=f"elka verify {file_name(contest)} --root {row.root}",
        xlsx=xlsx,
        places=places,
        ages=ages,
        merged="Где проголосовали меньше пяти человек, посчитано вместе с другими: так никого не узнать."
        if any(line[0] == "" for name in _MERGED for line in _lines(row, name))
        else "",
    )


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
    longest, everybody = max(people for _, people in lines), sum(people for _, people in lines)
    return [
        TurnoutRow(
            name=labels.typographer(of or _MERGED[name]),
            people=labels.number(people),
            share=labels.share(people, everybody),
            percent=labels.percent(people, longest),
        )
        for of, people in lines
    ]


def _lines(row: Publication, name: str) -> list[Any]:
    found = row.turnout.get(name, [])
    return found if isinstance(found, list) else []
