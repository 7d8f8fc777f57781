"""Paper ballots as an official types them: a line a ballot, or totals by project; what is wrong is told by its line.

Projects are named by the numbers of their applications, as they stand on the printed ballot. What was typed becomes rows
that the count reads like the ballots cast on the site (``core.announced``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from elka.core.announced import Marked, Marking, Part
from elka.core.hashchain import canonical
from elka.core.record_ids import BIG
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LINES_MAX = 3000
TEXT_MAX = 60_000  # characters of a batch: in the published file it is one cell, and readers take 131,072
_TOLD = 5  # troubles that are told at once
_BETWEEN = re.compile(r"[\s,;]+")
_PAIR = re.compile(r"(\d{1,9})\s*[:=\-–—\t ]\s*(\d{1,7})")
_SHARE = re.compile(r"(\d{1,9})[:=](\d{1,4})")


class PaperKind(StrEnum):
    """What a batch holds: every ballot, or only how many votes each project got in it."""

    BALLOTS = "ballots"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper ballot: ids of applications in the order written, and their points where those are shared."""

    picks: tuple[int, ...]
    points: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The ballot in a line: projects with commas, points after a semicolon."""
        listed = ",".join(map(str, self.picks))
        return f"{listed};{','.join(map(str, self.points))}" if self.points else listed

    @classmethod
    def of(cls, text: str) -> Slip:
        """Read a line; raises ValueError."""
        picks, _, points = text.partition(";")
        return cls(tuple(map(int, picks.split(","))), tuple(map(int, points.split(","))) if points else ())

    def among(self, ids: Collection[int]) -> Slip:
        """Return what it says of these projects."""
        kept = [place for place, pick in enumerate(self.picks) if pick in ids]
        return Slip(
            tuple(self.picks[place] for place in kept),
            tuple(self.points[place] for place in kept) if self.points else (),
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch says. ``totals``: votes by application."""

    slips: tuple[Slip, ...] = ()
    totals: Mapping[int, int] = field(default_factory=dict)

    def votes(self) -> dict[int, int]:
        """How many ballots name each project."""
        found = dict(self.totals)
        for slip in self.slips:
            for pick in slip.picks:
                found[pick] = found.get(pick, 0) + 1
        return found

    def dump(self) -> dict[str, Any]:
        """Return what a JSON column or the published file keeps."""
        if self.totals:
            return {"totals": {str(key): votes for key, votes in sorted(self.totals.items())}}
        return {"ballots": [slip.text for slip in self.slips]}

    @classmethod
    def load(cls, obj: Mapping[str, Any]) -> Batch:
        """Read a dump; raises KeyError, TypeError or ValueError on anything else."""
        if "totals" in obj:
            return cls(totals={int(key): int(votes) for key, votes in obj["totals"].items()})
        return cls(tuple(Slip.of(one) for one in obj["ballots"]))

    def among(self, ids: Collection[int]) -> Batch:
        """Return what it says of these projects; a ballot that names none of them is left out, as it is on the site."""
        slips = [slip.among(ids) for slip in self.slips]
        totals = {key: votes for key, votes in self.totals.items() if key in ids}
        return Batch(tuple(slip for slip in slips if slip.picks), totals)


@dataclass(frozen=True, slots=True)
class PaperBox:
    """A confirmed batch as it is published. ``spoiled``: invalid ballots, ``ballots``: valid ones by the protocol."""

    id: int
    place: str
    ballots: int
    spoiled: int
    batch: Batch

    @property
    def digest(self) -> str:
        """The SHA-256 of all of it, hexadecimal: journalled when it was confirmed, and published with it."""
        return sha256(canonical(self._facts())).hexdigest()

    def dump(self) -> str:
        """Return it as one line of JSON, with its digest."""
        return canonical({**self._facts(), "sha256": self.digest}).decode()

    @classmethod
    def read(cls, text: str) -> PaperBox:
        """Read a dump. Raises ValueError unless it is one, to the letter, with its own digest."""
        try:
            found = json.loads(text)
            batch = Batch.load(found)
            box = cls(found["batch"], found["place"], found["valid"], found["spoiled"], batch)
            fits = box.dump() == text
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a batch of paper ballots: {error!r}") from error
        if not fits:
            raise ValueError("a batch of paper ballots does not have the digest that it names")
        if not box.is_whole:
            raise ValueError("a batch of paper ballots holds something else than whole numbers and a place")
        return box

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are numbers of ballots and of projects, whoever wrote them."""
        numbers = [self.id, self.ballots, self.spoiled, *self.batch.totals, *self.batch.totals.values()]
        numbers += [one for slip in self.batch.slips for one in (*slip.picks, *slip.points)]
        return isinstance(self.place, str) and all(type(one) is int and 0 <= one < BIG for one in numbers)

    @property
    def troubles(self) -> list[str]:
        """What does not fit within it: as many ballots as the protocol says, no project twice on one or over them all."""
        slips, totals = self.batch.slips, self.batch.totals
        if slips and len(slips) != self.ballots:
            return [f"В пачке {self.id} бюллетеней {len(slips)}, а по протоколу {self.ballots}"]
        if any(len(set(slip.picks)) < len(slip.picks) for slip in slips):
            return [f"В пачке {self.id} на одном бюллетене проект назван дважды"]
        if max(totals.values(), default=0) > self.ballots:
            return [f"В пачке {self.id} у проекта больше голосов, чем бюллетеней"]
        return []

    def _facts(self) -> dict[str, Any]:
        return {
            "batch": self.id,
            "place": self.place,
            "valid": self.ballots,
            "spoiled": self.spoiled,
            **self.batch.dump(),
        }


def paper_boxes(meta: Mapping[str, str]) -> list[PaperBox]:
    """Read the batches that the META section of a published file tells of. Raises Refused, in words."""
    found: list[PaperBox] = []
    while (text := meta.get(f"elka_paper_{len(found) + 1}")) is not None:
        try:
            found.append(PaperBox.read(text))
        except ValueError as error:
            raise Refused(f"пачка бумажных бюллетеней {len(found) + 1} не читается: {error}") from error
    if len({box.id for box in found}) < len(found):
        raise Refused("одна пачка бумажных бюллетеней стоит в файле дважды")
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and what is wrong with it, line by line; with a trouble there is no batch to be used."""

    batch: Batch
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the ballot: applications by their number, their costs by id, and what a ballot may hold."""

    numbers: Mapping[int, int]
    costs: Mapping[int, int]
    marked: Marked
    categories: Mapping[int, int | None] = field(default_factory=dict)  # of applications by id


def read(kind: PaperKind, text: str, printed: Printed, *, ballots: int) -> Reading:
    """Read what was typed. ``ballots``: how many there are by the protocol; the lines must come to as many."""
    if len(text) > TEXT_MAX:
        return Reading(Batch(), ("Слишком много строк для одной пачки. Разделите её.",))
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        return Reading(Batch(), ("Впишите хотя бы одну строку.",))
    if len(lines) > LINES_MAX:
        return Reading(Batch(), (f"В пачке не больше {LINES_MAX} строк. Разделите её.",))
    return (_read_totals if kind is PaperKind.TOTALS else _read_slips)(lines, printed, ballots)


def _read_slips(lines: list[tuple[int, str]], printed: Printed, ballots: int) -> Reading:
    slips: list[Slip] = []
    troubles: list[str] = []
    for number, line in lines:
        slip = _slip(line, printed)
        if isinstance(slip, Slip):
            slips.append(slip)
        else:
            troubles.append(f"Строка {number}: {slip}")
    if not troubles and len(slips) != ballots:
        troubles.append(f"По протоколу действительных бюллетеней {ballots}, а вписано {len(slips)}.")
    return Reading(Batch(tuple(slips)), tuple(troubles[:_TOLD]))


def _slip(line: str, printed: Printed) -> Slip | str:
    """Read one ballot; return in words what is wrong with it."""
    marked, parts = printed.marked, [part for part in _BETWEEN.split(line) if part]
    shared = marked.kind == Marking.CUMULATIVE
    picks: list[int] = []
    points: list[int] = []
    for part in parts:
        found = _SHARE.fullmatch(part) if shared else None
        name = found[1] if found else part
        if (shared and not found) or not (name.isascii() and name.isdigit()):
            return f"«{part[:20]}» не читается, нужно {'«номер:баллы»' if shared else 'число'}"
        key = printed.numbers.get(int(name)) if len(name) < 10 else None  # noqa: PLR2004  fits an integer
        if key is None:
            return f"проекта № {name[:20]} в бюллетене нет"
        if key in picks:
            return f"проект № {name} назван дважды"
        picks.append(key)
        if found:
            points.append(int(found[2]))
    return _over(picks, points, printed) or Slip(tuple(picks), tuple(points))


def _over(picks: list[int], points: list[int], printed: Printed) -> str:
    marked = printed.marked
    if marked.most is not None and len(picks) > marked.most:
        return f"выбрано {len(picks)}, а можно {marked.most}: такой бюллетень недействителен"
    if marked.cost is not None and sum(printed.costs[pick] for pick in picks) > marked.cost:
        return "выбранное дороже бюджета: такой бюллетень недействителен"
    if points and (min(points) < 1 or sum(points) > (marked.points or 0)):
        return f"роздано {sum(points)} баллов, а можно {marked.points}: такой бюллетень недействителен"
    if part := marked.overfull(picks, printed.costs, printed.categories):
        return f"в категории «{part.name}» {_more_than(part)}: такой бюллетень недействителен"
    return ""


def _more_than(part: Part) -> str:
    return f"выбрано больше {part.most}" if part.cost is None else "выбрано больше, чем можно"


def _read_totals(lines: list[tuple[int, str]], printed: Printed, ballots: int) -> Reading:
    totals: dict[int, int] = {}
    troubles: list[str] = []
    for number, line in lines:
        found = _PAIR.fullmatch(line)
        key = printed.numbers.get(int(found[1])) if found else None
        if found is None:
            troubles.append(f"Строка {number}: нужно «номер = голосов»")
        elif key is None:
            troubles.append(f"Строка {number}: проекта № {found[1]} в бюллетене нет")
        elif key in totals:
            troubles.append(f"Строка {number}: проект № {found[1]} уже был")
        elif int(found[2]) > ballots:
            troubles.append(f"Строка {number}: голосов {found[2]}, а бюллетеней {ballots}")
        else:
            totals[key] = int(found[2])
    most = printed.marked.most
    votes = sum(totals.values())
    if not troubles and most is not None and votes > ballots * most:
        troubles.append(f"Голосов вместе {votes}, а в {ballots} бюллетенях их не больше {ballots * most}.")
    if not troubles and votes < ballots:
        troubles.append(f"Голосов вместе {votes}, а действительных бюллетеней {ballots}: в каждом хотя бы один голос.")
    for part in () if troubles else printed.marked.parts:
        mine = sum(given for key, given in totals.items() if printed.categories.get(key) == part.id)
        if part.most is not None and mine > ballots * part.most:
            troubles.append(
                f"Голосов в категории «{part.name}» {mine}, а в {ballots} бюллетенях их не больше {ballots * part.most}."
            )
    return Reading(Batch(totals={key: votes for key, votes in totals.items() if votes}), tuple(troubles[:_TOLD]))
