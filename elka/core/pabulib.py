"""The ``.pb`` format of Pabulib: an election with its projects and ballots in one file that researchers and tools read.

Three parts (META, PROJECTS, VOTES), each a CSV with ``;`` and a heading of its own (pabulib.org/format). What is not
known here is kept: reading and writing back is the identity. Ids of projects are any words; rubles may have kopecks in a
foreign file, so a cost is read as it is written and must be whole here.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from elka.core.profile import BallotKind, Profile, from_arrays
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

_PARTS = ("META", "PROJECTS", "VOTES")
_KINDS = {
    "approval": BallotKind.APPROVAL,
    "choose-1": BallotKind.APPROVAL,
    "ordinal": BallotKind.ORDINAL,
    "cumulative": BallotKind.CUMULATIVE,
    "scoring": BallotKind.SCORING,
}


class BadFile(Refused):
    """The file is not what it should be."""

    def __init__(self, line: int, message: str) -> None:
        """``line``: where, from 1; 0 for the file as a whole."""
        super().__init__(f"Строка {line}: {message}" if line else message)
        self.line = line


@dataclass(slots=True)
class Election:
    """A file, as it is: ``meta`` by key, ``projects`` and ``votes`` as rows under their headings (``*_columns``)."""

    meta: dict[str, str]
    project_columns: list[str]
    projects: list[list[str]]
    vote_columns: list[str]
    votes: list[list[str]] = field(default_factory=list)

    @property
    def budget(self) -> int:
        """The budget, whole rubles; raises BadFile."""
        return _whole(self.meta.get("budget", ""), 0, "бюджет (budget)")

    @property
    def kind(self) -> BallotKind:
        """What kind of ballots these are; raises BadFile."""
        found = _KINDS.get(self.meta.get("vote_type", ""))
        if found is None:
            raise BadFile(0, f"Такой вид бюллетеней (vote_type) неизвестен: {self.meta.get('vote_type', '')!r}.")
        return found

    def column(self, name: str) -> list[str]:
        """Return a column of the projects; raises BadFile if there is none."""
        if name not in self.project_columns:
            raise BadFile(0, f"У проектов нет столбца {name}.")
        at = self.project_columns.index(name)
        return [row[at] if at < len(row) else "" for row in self.projects]

    @property
    def project_ids(self) -> list[str]:
        """The ids of the projects, as they are written."""
        return self.column("project_id")

    @property
    def numbers(self) -> list[int]:
        """Return what each project is counted, and drawn among equals, under, in the order of the file.

        Its id where all ids are numbers, as in a file of ours; else its place among the sorted ids. Either way the order
        of the file decides nothing.
        """
        ids = self.project_ids
        if all(one.isascii() and one.isdigit() and str(int(one)) == one and len(one) < 19 for one in ids):  # noqa: PLR2004  bigint
            return [int(one) for one in ids]
        place = {one: at for at, one in enumerate(sorted(ids))}
        return [place[one] for one in ids]

    def profile(self) -> Profile:
        """Return the ballots as they are counted, projects under their ``numbers``.

        Ranks of ordinal ballots become Borda's points. Raises BadFile.
        """
        ids = self.project_ids
        place = {one: at for at, one in enumerate(ids)}
        if len(place) < len(ids):
            raise BadFile(0, "Один и тот же проект описан дважды.")
        costs = [
            _whole(cost, 0, f"стоимость проекта {one}") for one, cost in zip(ids, self.column("cost"), strict=True)
        ]
        voter, project, given = self._votes(place)
        try:
            return from_arrays(self.numbers, costs, voter, project, given, voters=len(self.votes), kind=self.kind)
        except ValueError as error:
            raise BadFile(0, "В одном из бюллетеней проект назван дважды или получил меньше одного балла.") from error

    def _votes(self, place: dict[str, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if "vote" not in self.vote_columns:
            raise BadFile(0, "У бюллетеней нет столбца vote.")
        at = self.vote_columns.index("vote")
        listed = [row[at].split(",") if len(row) > at and row[at] else [] for row in self.votes]
        sizes = np.array([len(one) for one in listed], np.int64)
        try:
            project = np.array([place[one.strip()] for ballot in listed for one in ballot], np.int64)
        except KeyError as error:
            raise BadFile(0, f"В бюллетене назван проект, которого нет: {error.args[0]}.") from error
        voter = np.repeat(np.arange(len(listed), dtype=np.int64), sizes)
        if self.kind is BallotKind.APPROVAL:
            given = np.ones(len(project), np.int64)
        elif self.kind is BallotKind.ORDINAL:
            first = np.repeat(np.cumsum(sizes) - sizes, sizes)
            given = int(sizes.max(initial=0)) - (np.arange(len(project)) - first)
        else:
            given = self._points(sizes)
        kept = given > 0  # nought points are no support
        return voter[kept], project[kept], given[kept]

    def _points(self, sizes: np.ndarray) -> np.ndarray:
        if "points" not in self.vote_columns:
            raise BadFile(0, "У бюллетеней с баллами нет столбца points.")
        at = self.vote_columns.index("points")
        listed = [row[at].split(",") if len(row) > at and row[at] else [] for row in self.votes]
        if [len(one) for one in listed] != sizes.tolist():
            raise BadFile(0, "В одном из бюллетеней баллов не столько, сколько проектов.")
        try:
            return np.array([int(one) for ballot in listed for one in ballot], np.int64)
        except ValueError as error:
            raise BadFile(0, "Баллы должны быть целыми числами.") from error


def read(source: TextIO) -> Election:
    """Read a file; raises BadFile with the line where it goes wrong."""
    parts: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    reader = csv.reader(source, delimiter=";")
    try:
        for row in reader:
            if len(row) == 1 and row[0].strip("\ufeff ").upper() in _PARTS:
                name = row[0].strip("\ufeff ").upper()
                if name in parts:
                    raise BadFile(reader.line_num, f"Часть {name} начинается второй раз.")
                current = parts[name] = []
            elif current is None and row:
                raise BadFile(reader.line_num, "Файл должен начинаться со строки META.")
            elif row and current is not None:
                current.append(row)
    except csv.Error as error:
        raise BadFile(reader.line_num, "Строка не читается как CSV с точкой с запятой.") from error
    for name in _PARTS:
        if name not in parts:
            raise BadFile(0, f"В файле нет части {name}.")
        if not parts[name]:
            raise BadFile(0, f"Часть {name} пуста: нет даже заголовка.")
    meta = {row[0]: row[1] if len(row) > 1 else "" for row in parts["META"][1:]}
    return Election(meta, parts["PROJECTS"][0], parts["PROJECTS"][1:], parts["VOTES"][0], parts["VOTES"][1:])


def write(election: Election) -> Iterator[str]:
    """Write a file, piece by piece."""
    yield from _part("META", [["key", "value"], *([key, value] for key, value in election.meta.items())])
    yield from _part("PROJECTS", [election.project_columns, *election.projects])
    yield from _part("VOTES", [election.vote_columns, *election.votes])


def _part(name: str, rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"{name}\n"
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";", lineterminator="\n")
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % 10_000 == 0:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def _whole(text: str, line: int, name: str) -> int:
    plain = text.strip()
    whole, _, part = plain.partition(".")
    if not (whole.isascii() and whole.isdigit() and not part.strip("0") and len(whole) <= 15):  # noqa: PLR2004  under 10^15
        raise BadFile(line, f"Не целое число: {name}.")
    return int(whole)
