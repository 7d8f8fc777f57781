"""The ``.pb`` format of Pabulib: reading and writing, all kinds of votes.

A text of three sections, META (key;value), PROJECTS and VOTES, each a table with semicolons and quotes as in CSV
(http://pabulib.org/format; Faliszewski et al., 2023). Keys and columns that are not ours are kept: what was read is
written again as it was.

Lines are read one by one and ballots gathered in parts, so that a file of 802,034 votes takes about a second and little
more memory than its ballots.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from elka.core.profile import BadProfile, Profile, Project, VoteType
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_SECTIONS = ("META", "PROJECTS", "VOTES")
_KINDS = {kind.value: kind for kind in VoteType} | {"knapsack": VoteType.APPROVAL}
_AT_ONCE = 20_000
_DECIMALS = 6  # of money and of points
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,6})?")
_CATEGORIES = ("category", "categories")


class BadPabulib(Refused):
    """The file is not what the format says; ``line`` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        """Name the line."""
        super().__init__(f"Строка {line}: {message}" if line else message)
        self.line = line


@dataclass(frozen=True, eq=False)
class PabulibFile:
    """A file: its profile and all else that stands in it.

    ``project_columns`` and ``vote_columns`` are the headers in order; the values of columns that the profile does not
    hold (all but id and cost; all but vote and points) are in ``project_cells`` and ``vote_cells``, by column.
    """

    meta: dict[str, str]
    profile: Profile
    project_columns: tuple[str, ...]
    project_cells: dict[str, list[str]]
    vote_columns: tuple[str, ...]
    vote_cells: dict[str, list[str]]


def read(lines: Iterable[str]) -> PabulibFile:
    """Read a file from its lines (an open text file will do). Raises BadPabulib with the number of the line."""
    reader = _Reader(lines)
    try:
        return reader.file()
    except csv.Error as error:
        raise BadPabulib("строку не прочитать как таблицу: проверьте кавычки и знаки.", reader.line) from error
    except UnicodeDecodeError as error:
        raise BadPabulib("файл не в кодировке UTF-8.") from error
    except BadProfile as error:
        raise BadPabulib(error.message) from error


def write(file: PabulibFile) -> Iterator[str]:
    """Yield the lines of a file, each with its end."""
    profile = file.profile
    yield "META\nkey;value\n"
    for pair in file.meta.items():
        yield _line(pair)
    yield "PROJECTS\n" + _line(file.project_columns)
    for place, project in enumerate(profile.projects):
        own = {"project_id": project.id, "cost": decimal(project.cost, profile.scale)}
        yield _line([own.get(name) or file.project_cells[name][place] for name in file.project_columns])
    yield "VOTES\n" + _line(file.vote_columns)
    for start in range(0, profile.rows, _AT_ONCE):
        for place, own in enumerate(_ballots(profile, start), start=start):
            yield _line([own[name] if name in own else file.vote_cells[name][place] for name in file.vote_columns])


def file_of(profile: Profile, meta: Mapping[str, str], voters: Sequence[str] | None = None) -> PabulibFile:
    """Make a file of a profile (one row for each voter). ``meta``: description, country, unit, instance, rule, dates.

    ``voters``: their ids; by default numbers from 1. What the profile knows itself is filled in.
    """
    own = {
        "num_projects": str(len(profile.projects)),
        "num_votes": str(profile.rows),
        "budget": decimal(profile.budget, profile.scale),
        "vote_type": profile.kind.value,
    }
    columns = ("voter_id", "vote", "points") if profile.points is not None else ("voter_id", "vote")
    cells = {
        "name": [project.name for project in profile.projects],
        "category": [",".join(project.categories) for project in profile.projects],
    }
    kept = {name: values for name, values in cells.items() if any(values)}
    names = list(voters) if voters is not None else [str(number) for number in range(1, profile.rows + 1)]
    return PabulibFile(dict(meta) | own, profile, ("project_id", "cost", *kept), kept, columns, {"voter_id": names})


def read_ballots(
    lines: Iterable[str], projects: Iterable[Project], budget: int, kind: VoteType, *, scale: int = 1
) -> Profile:
    """Read a plain CSV of ballots: a header ``voter_id;vote`` (with points: ``;points``), then a line for each voter."""
    meta = {"vote_type": kind.value, "budget": decimal(budget, scale)}
    reader = _Reader(lines)
    reader.meta = {key: (value, 0) for key, value in meta.items()}
    reader.projects, reader.scale = tuple(projects), scale
    try:
        reader.read_votes()
        return reader.profile(budget)
    except csv.Error as error:
        raise BadPabulib("строку не прочитать как таблицу: проверьте кавычки и знаки.", reader.line) from error
    except BadProfile as error:
        raise BadPabulib(error.message) from error


def write_ballots(profile: Profile, voters: Sequence[str] | None = None) -> Iterator[str]:
    """Yield the lines of a plain CSV of ballots."""
    file = file_of(profile, {}, voters)
    yield _line(file.vote_columns)
    for start in range(0, profile.rows, _AT_ONCE):
        for place, own in enumerate(_ballots(profile, start), start=start):
            yield _line([file.vote_cells["voter_id"][place], *own.values()])


def decimal(units: int, scale: int) -> str:
    """Write whole units of 1/``scale`` as a decimal number: ``decimal(150, 100)`` is ``1.5``."""
    return format((Decimal(units) / scale).normalize(), "f") if units % scale else str(units // scale)


class _Reader:
    """Reads the sections one after another."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = csv.reader((line.removeprefix(BOM) for line in lines), delimiter=";")
        self.section = ""
        self.meta: dict[str, tuple[str, int]] = {}  # with the line where it stands
        self.projects: tuple[Project, ...] = ()
        self.scale = 1
        self.project_columns: tuple[str, ...] = ()
        self.project_cells: dict[str, list[str]] = {}
        self.vote_columns: tuple[str, ...] = ()
        self.vote_cells: dict[str, list[str]] = {}
        self.lengths: list[Any] = []
        self.indices: list[Any] = []
        self.points: list[tuple[Any, int]] = []  # by parts: whole units and how many of them make a point
        self.ballot_lines: list[int] = []

    @property
    def line(self) -> int:
        return self.lines.line_num

    def file(self) -> PabulibFile:
        for section in _SECTIONS:
            if section != self.section:
                self._until(section)
            match section:
                case "META":
                    self._read_meta()
                case "PROJECTS":
                    self._read_projects()
                case _:
                    self.read_votes()
        budget = int(self._decimal("budget") * self.scale)
        profile = self.profile(budget)
        self._same("num_projects", len(self.projects))
        self._same("num_votes", profile.rows)
        meta = {key: value for key, (value, _) in self.meta.items()}
        return PabulibFile(meta, profile, self.project_columns, self.project_cells, self.vote_columns, self.vote_cells)

    def profile(self, budget: int) -> Profile:
        kind = self._kind()
        points_scale = max((scale for _, scale in self.points), default=1)  # all are powers of ten
        points = [units * (points_scale // scale) for units, scale in self.points]
        lengths = np.concatenate([np.zeros(1, dtype=np.int64), *self.lengths])
        indices = np.concatenate([np.zeros(0, dtype=np.int32), *self.indices])
        longest = self.meta.get("max_length", ("0", 0))[0]
        try:
            return Profile(
                kind=kind,
                projects=self.projects,
                budget=budget,
                indptr=np.cumsum(lengths),
                indices=indices,
                points=np.concatenate([np.zeros(0, dtype=np.int64), *points]) if kind.has_points else None,
                scale=self.scale,
                points_scale=points_scale,
                longest=int(longest) if longest.isdecimal() and len(longest) <= _DECIMALS else 0,
            )
        except BadProfile as error:
            raise BadPabulib(error.message, self._line_of_bad(kind, lengths[1:], indices)) from error

    def _line_of_bad(self, kind: VoteType, lengths: Any, indices: Any) -> int | None:
        """Return the line of the first ballot that names a project twice, or two where one is allowed."""
        rows = np.repeat(np.arange(len(lengths)), lengths)
        entries = rows * max(len(self.projects), 1) + indices
        _, first = np.unique(entries, return_index=True)
        bad = rows[np.setdiff1d(np.arange(len(entries)), first)].tolist()
        if kind is VoteType.CHOOSE_1:
            bad += np.flatnonzero(lengths > 1).tolist()
        return self.ballot_lines[min(bad)] if bad else None

    def read_votes(self) -> None:
        self.vote_columns = self._header({"vote"} | ({"points"} if self._kind().has_points else set()))
        own = {"vote", "points"} if self._kind().has_points else {"vote"}
        self.vote_cells = {name: [] for name in self.vote_columns if name not in own}
        number = {project.id: place for place, project in enumerate(self.projects)}
        rows = self._rows()
        while part := list(islice(rows, _AT_ONCE)):
            self._take(part, number)

    def _take(self, part: list[tuple[int, list[str]]], number: dict[str, int]) -> None:
        """Add some ballots."""
        columns = {name: [row[at] for _, row in part] for at, name in enumerate(self.vote_columns)}
        for name, kept in self.vote_cells.items():
            kept.extend(columns[name])
        votes = columns["vote"]
        lengths = [vote.count(",") + 1 if vote else 0 for vote in votes]
        named = ",".join(filter(None, votes))
        try:
            self.indices.append(np.array([number[one] for one in named.split(",")] if named else [], dtype=np.int32))
        except KeyError:
            self._take_spaced(part, votes, number)
        self.lengths.append(np.array(lengths, dtype=np.int64))
        self.ballot_lines += [line for line, _ in part]
        if self._kind().has_points:
            self._take_points(part, lengths, columns["points"])

    def _take_spaced(self, part: list[tuple[int, list[str]]], votes: list[str], number: dict[str, int]) -> None:
        """Add ballots where ids have spaces around them, or name the line where an id is unknown."""
        found = []
        for (line, _), vote in zip(part, votes, strict=True):
            for one in vote.split(",") if vote else ():
                if one.strip() not in number:
                    raise BadPabulib(f"в бюллетене проект, которого нет в списке: «{one.strip()}».", line)
                found.append(number[one.strip()])
        self.indices.append(np.array(found, dtype=np.int32))

    def _take_points(self, part: list[tuple[int, list[str]]], lengths: list[int], points: list[str]) -> None:
        exact: list[Decimal] = []
        for (line, _), length, given in zip(part, lengths, points, strict=True):
            cells = given.split(",") if given else []
            if len(cells) != length:
                raise BadPabulib(f"проектов в бюллетене {length}, а баллов {len(cells)}.", line)
            exact += [_decimal_of(cell, "баллы", line) for cell in cells]
        scale = _scale(exact)
        self.points.append((np.array([int(one * scale) for one in exact], dtype=np.int64), scale))

    def _read_meta(self) -> None:
        self._header({"key", "value"})
        for line, row in self._rows():
            key, value = row
            if key in self.meta:
                raise BadPabulib(f"ключ «{key}» указан дважды.", line)
            self.meta[key] = value, line
        self._kind()

    def _read_projects(self) -> None:
        columns = self._header({"project_id", "cost"})
        self.project_columns = columns
        self.project_cells = {name: [] for name in columns if name not in {"project_id", "cost"}}
        listed, costs = [], []
        seen: set[str] = set()
        for line, row in self._rows():
            cells = dict(zip(columns, row, strict=True))
            name = cells["project_id"].strip()
            if not name or "," in name or name in seen:
                wrong = "указан дважды" if name in seen else "не годится: он не пуст и без запятых"
                raise BadPabulib(f"номер проекта «{name}» {wrong}.", line)
            seen.add(name)
            costs.append(_decimal_of(cells["cost"], "стоимость", line))
            if costs[-1] < 0:
                raise BadPabulib("стоимость не может быть отрицательной.", line)
            listed.append((name, cells))
            for column, kept in self.project_cells.items():
                kept.append(cells[column])
        self.scale = _scale([*costs, self._decimal("budget")])
        self.projects = tuple(
            Project(
                id=name,
                cost=int(cost * self.scale),
                name=cells.get("name", ""),
                categories=next(
                    (tuple(one.strip() for one in cells[key].split(",")) for key in _CATEGORIES if cells.get(key)), ()
                ),
            )
            for (name, cells), cost in zip(listed, costs, strict=True)
        )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a section with their lines, up to the head of the next one."""
        for row in self.lines:
            if _is_blank(row):
                continue
            if _is_head(row):
                self.section = row[0].strip().upper()
                return
            if len(row) != self.width:
                raise BadPabulib(f"столбцов {len(row)}, а в заголовке {self.width}.", self.line)
            yield self.line, row
        self.section = ""

    def _until(self, section: str) -> None:
        row = next((row for row in self.lines if not _is_blank(row)), [])
        if not row or not _is_head(row) or row[0].strip().upper() != section:
            raise BadPabulib(f"ожидался раздел {section}.", max(self.line, 1))
        self.section = section

    def _header(self, needed: set[str]) -> tuple[str, ...]:
        names = tuple(name.strip() for name in next((row for row in self.lines if not _is_blank(row)), []))
        missing = needed - set(names)
        if missing:
            raise BadPabulib(f"в заголовке нет столбца «{min(missing)}».", max(self.line, 1))
        if len(set(names)) < len(names):
            raise BadPabulib("столбцы в заголовке повторяются.", self.line)
        self.width = len(names)
        return names

    def _value(self, key: str) -> tuple[str, int]:
        if key not in self.meta:
            raise BadPabulib(f"в разделе META нет ключа «{key}».")
        return self.meta[key]

    def _kind(self) -> VoteType:
        value, line = self._value("vote_type")
        if value not in _KINDS:
            raise BadPabulib(f"неизвестный вид голосования «{value}»; есть: {', '.join(_KINDS)}.", line)
        return _KINDS[value]

    def _decimal(self, key: str) -> Decimal:
        value, line = self._value(key)
        found = _decimal_of(value, key, line)
        if found < 0:
            raise BadPabulib(f"«{key}» не может быть отрицательным.", line)
        return found

    def _same(self, key: str, count: int) -> None:
        if key in self.meta and self.meta[key][0] != str(count):
            value, line = self.meta[key]
            raise BadPabulib(f"{key} — {value}, а в файле их {count}.", line)


def _line(cells: Sequence[str]) -> str:
    """Write a row; quotes only where they are needed."""
    return (
        ";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(cell) else cell for cell in cells) + "\n"
    )


_QUOTED = re.compile(r'[;"\r\n]')


def _ballots(profile: Profile, start: int) -> Iterator[dict[str, str]]:
    """Yield the cells of some ballots from ``start``."""
    ends = profile.indptr[start : start + _AT_ONCE + 1].tolist()
    ids = profile.ids
    names = [ids[one] for one in profile.indices[ends[0] : ends[-1]].tolist()]
    points: list[str] = []
    if profile.points is not None:
        points = [decimal(one, profile.points_scale) for one in profile.points[ends[0] : ends[-1]].tolist()]
    for first, last in pairwise(ends):
        part = slice(first - ends[0], last - ends[0])
        ballot = {"vote": ",".join(names[part])}
        yield ballot | {"points": ",".join(points[part])} if profile.points is not None else ballot


def _is_blank(row: list[str]) -> bool:
    return not row or (len(row) == 1 and not row[0].strip())


def _is_head(row: list[str]) -> bool:
    return row[0].strip().upper() in _SECTIONS and not any(cell.strip() for cell in row[1:])


def _decimal_of(text: str, what: str, line: int) -> Decimal:
    if not _NUMBER.fullmatch(text.strip()):
        raise BadPabulib(f"{what}: «{text}» — не число.", line)
    return Decimal(text.strip().replace(",", "."))


def _scale(amounts: Iterable[Decimal]) -> int:
    """Return by what to multiply sums so that all are whole."""
    scale = 1
    for amount in amounts:
        while amount * scale != int(amount * scale):
            scale *= 10
    return scale
