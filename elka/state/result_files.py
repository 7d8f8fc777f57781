"""Files of published results: the ballots, the table for Excel, and the office's protocol. Not a state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from elka import limits, publishing
from elka.core.filenames import safe_part
from elka.db import Work
from elka.errors import NotFound
from elka.models.contests import Contest
from elka.models.publications import Publication
from elka.models.result_versions import FileKind, VersionFile
from elka.sheets import Column
from elka.state.building import for_office
from elka.state.result_editions import edition_asked
from elka.state.result_proof import file_name, has_file
from elka.state.result_rows import head, rule_rows
from elka.state.result_table import known_contest
from elka.state.result_versions import correction_facts

FACTS = (Column("Что", width=34), Column("Значение", width=80))


@dataclass(frozen=True)
class BallotsFile:
    """A published file to be given."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True)
class KeptFile:
    """A file of a version to be given, as it was published."""

    path: Path
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class BookHead:
    """What a book of results begins with: its title and the facts of the count."""

    title: str
    name: str
    facts: list[tuple[str, str]]


def kept_file(work: Work, contest_id: object, version: object, kind: FileKind) -> KeptFile | None:
    """Return a file of a version as it was published; None while there is none of the version in force.

    The protocol is for the contest's office. Raises NotFound before publication, and of a version that is not there.
    """
    if kind is FileKind.PROTOCOL:
        for_office(work, contest_id)
    contest = known_contest(work, contest_id)
    edition = edition_asked(work, contest, version)
    row = work.session.get(VersionFile, (contest.id, edition.number, kind)) if edition.version else None
    if row is None:
        if edition.in_force:
            return None
        raise NotFound("Такого файла у этой версии нет.")
    name = f"elka-contest-{contest.id}-v{row.number}.{kind.value}"
    return KeptFile(publishing.path_of(row.contest_id, row.sha256, kind.value), name, row.sha256, row.size)


def lost(work: Work) -> list[str]:
    """Return the names of published files that are not on the disk."""
    found = work.session.execute(sa.select(VersionFile).order_by(VersionFile.contest_id, VersionFile.number)).scalars()
    paths = [publishing.path_of(one.contest_id, one.sha256, one.kind.value) for one in found]
    return [path.name for path in paths if not path.is_file()]


def ballots_file(work: Work, contest_id: object) -> BallotsFile:
    """Return the published file of ballots. Raises NotFound before publication, and while the file is being written."""
    contest = known_contest(work, contest_id)
    row = work.session.get(Publication, contest.id)
    if row is None or row.sha256 is None or not has_file(work, row):
        raise NotFound("Файл бюллетеней ещё готовится. Откройте его через минуту.")
    return BallotsFile(publishing.path_of(row.contest_id, row.sha256), file_name(contest), row.sha256)


def book_head(work: Work, contest_id: object) -> BookHead:
    """Return what a book of results begins with. Raises NotFound before publication."""
    contest = known_contest(work, contest_id)
    limits.hit("book", address=work.address)
    return head_of_book(work, contest)


def head_of_book(work: Work, contest: Contest) -> BookHead:
    """Return the same of results known to be published."""
    edition = edition_asked(work, contest)
    row, publication = head(work, contest, edition), work.session.get(Publication, contest.id)
    facts = [
        ("Конкурс", contest.title),
        ("Кто проводит", row.place),
        ("Итоги опубликованы", row.published),
        ("Итоги подсчитаны", row.counted),
        ("Проектов", row.listed),
        ("Победителей", row.winners),
        *([("Проголосовали", row.voters), ("Голосов", row.votes)] if row.votes else []),
        (row.given, f"{row.spent} из {row.budget}"),
        *correction_facts(work, edition, public=True),
        *((rule.name, f"{rule.text} {rule.code}".strip()) for rule in rule_rows(work, contest)),
        *([("Корень бюллетеней", publication.root)] if publication else []),
    ]
    name = f"Итоги {safe_part(contest.title, 60)}.xlsx"
    return BookHead(contest.title, name, facts)
