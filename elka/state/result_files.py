"""Files of published results: the ballots, the table for Excel, and the office's protocol. Not a state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elka import limits, publishing
from elka.core.filenames import safe_part
from elka.db import Work
from elka.errors import NotFound
from elka.models.publications import Publication
from elka.sheets import Column
from elka.state.result_proof import file_name, has_file
from elka.state.result_rows import head, rule_rows
from elka.state.result_table import known_contest

FACTS = (Column("Что", width=34), Column("Значение", width=80))


@dataclass(frozen=True)
class BallotsFile:
    """A published file to be given."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True)
class BookHead:
    """What a book of results begins with: its title and the facts of the count."""

    title: str
    name: str
    facts: list[tuple[str, str]]


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
    row, publication = head(work, contest), work.session.get(Publication, contest.id)
    facts = [
        ("Конкурс", contest.title),
        ("Кто проводит", row.place),
        ("Итоги опубликованы", row.published),
        ("Итоги подсчитаны", row.counted),
        ("Проектов", row.listed),
        ("Победителей", row.winners),
        *([("Проголосовали", row.voters), ("Голосов", row.votes)] if row.votes else []),
        (row.given, f"{row.spent} из {row.budget}"),
        *((rule.name, f"{rule.text} {rule.code}".strip()) for rule in rule_rows(work, contest)),
        *([("Корень бюллетеней", publication.root)] if publication else []),
    ]
    name = f"Итоги {safe_part(contest.title, 60)}.xlsx"
    return BookHead(contest.title, name, facts)
