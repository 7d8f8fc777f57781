"""Annulled ballots in the published file: they stand there, marked, and no counting program takes them for votes.

The hash root was fixed when voting closed, over **all** ballots as they were cast. What was annulled after or before
that stands in rows of META, as receipts do; whoever checks puts them back among the others to get the root, and counts
without them:

- ``elka_annulled``: how many ballots are annulled;
- ``elka_annulments``: on what grounds, one line of JSON: number, ground, when two people decided it, how many ballots;
- ``elka_annulled_1``…: the ballots, sorted by pseudonym, with spaces between: number of the annulment, pseudonym, picks
  (and the third cell of a ballot, if there is one), with slashes between;
- ``elka_annulled_receipts_1``…: their receipts, sorted, with spaces between: number of the annulment, receipt;
- ``elka_annulled_sha256``: SHA-256 over all of that (``digest``), journalled at every annulment.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from elka.core.hashchain import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROW = 100_000  # characters of a cell; csv readers take up to 131,072


@dataclass(frozen=True, slots=True)
class Ruling:
    """One annulment as everybody may read it. ``at``: ISO 8601, to the second."""

    number: int
    ground: str
    at: str
    ballots: int


@dataclass(frozen=True, slots=True)
class Annulled:
    """All that is annulled in a contest. ``lines`` and ``receipts`` with the number of their annulment, sorted by text."""

    rulings: tuple[Ruling, ...] = ()
    lines: tuple[tuple[int, str], ...] = ()
    receipts: tuple[tuple[int, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is annulled."""
        return bool(self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 over the list, hexadecimal; "" of an empty one."""
        if not self:
            return ""
        parts = [
            _rulings(self.rulings),
            *(_ballot(*one) for one in self.lines),
            *(_receipt(*one) for one in self.receipts),
        ]
        return sha256("\n".join(parts).encode()).hexdigest()

    def ground_of(self, receipt: str) -> str:
        """Return on what ground the ballot of a receipt was annulled, "" when it was not."""
        numbers = {code: number for number, code in self.receipts}
        grounds = {one.number: one.ground for one in self.rulings}
        return grounds.get(numbers.get(receipt, -1), "")

    def strange(self, receipts: Iterable[str]) -> list[str]:
        """Return what to say of receipts here that are not among all."""
        missing = {code for _, code in self.receipts} - set(receipts)
        return [f"Квитанции {code} аннулированного бюллетеня нет среди всех" for code in sorted(missing)]

    def meta(self) -> Iterator[tuple[str, object]]:
        """Give the rows of META; none where nothing is annulled."""
        if not self:
            return
        yield "elka_annulled", len(self.lines)
        yield "elka_annulments", _rulings(self.rulings)
        for name, parts in (
            ("elka_annulled", (_ballot(*one) for one in self.lines)),
            ("elka_annulled_receipts", (_receipt(*one) for one in self.receipts)),
        ):
            for number, row in enumerate(_rows(parts), start=1):
                yield f"{name}_{number}", row
        yield "elka_annulled_sha256", self.digest


@dataclass(slots=True)
class Reading:
    """What a file says of annulled ballots, and what is wrong with it, in plain Russian."""

    annulled: Annulled = field(default_factory=Annulled)
    wrong: list[str] = field(default_factory=list)


def read(meta: Mapping[str, str]) -> Reading:
    """Read the rows of META. Whatever they hold, it is told and not raised."""
    told = {key: value for key, value in meta.items() if key.startswith("elka_annul")}
    if not told:
        return Reading()
    try:
        found = Annulled(
            tuple(_ruling(one) for one in json.loads(meta.get("elka_annulments", ""))),
            tuple(_read_ballot(text) for text in _texts(meta, "elka_annulled")),
            tuple(_read_receipt(text) for text in _texts(meta, "elka_annulled_receipts")),
        )
        return Reading(found, list(_wrong(found, told)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Reading(wrong=["Список аннулированных бюллетеней не читается"])


def _wrong(found: Annulled, meta: Mapping[str, str]) -> Iterator[str]:
    there = Counter(number for number, _ in found.lines)
    if meta.get("elka_annulled") != str(len(found.lines)):
        yield f"Аннулировано бюллетеней: указано {meta.get('elka_annulled') or 'ничего'}, на деле {len(found.lines)}"
    if there != Counter({one.number: one.ballots for one in found.rulings}):
        yield "Бюллетеней у каждого аннулирования не столько, сколько указано"
    if Counter(number for number, _ in found.receipts) != there:
        yield "Квитанций аннулированных бюллетеней не столько, сколько самих бюллетеней"
    if meta.get("elka_annulled_sha256") != found.digest:
        yield "Список аннулированных не тот, хеш которого указан"
    elif {key: str(value) for key, value in found.meta()} != meta:
        yield "Список аннулированных записан не так, как его пишем мы"


def _rulings(rulings: Iterable[Ruling]) -> str:
    return canonical(
        [{"number": one.number, "ground": one.ground, "at": one.at, "ballots": one.ballots} for one in rulings]
    ).decode()


def _ruling(one: Mapping[str, Any]) -> Ruling:
    made = Ruling(one["number"], one["ground"], one["at"], one["ballots"])
    numbers, texts = (made.number, made.ballots), (made.ground, made.at)
    if not all(type(number) is int for number in numbers) or not all(isinstance(text, str) for text in texts):
        raise TypeError(one)
    return made


def _ballot(number: int, line: str) -> str:
    return f"{number}/{line.replace(';', '/')}"


def _read_ballot(text: str) -> tuple[int, str]:
    number, _, line = text.partition("/")
    return int(number), line.replace("/", ";")


def _receipt(number: int, code: str) -> str:
    return f"{number}/{code}"


def _read_receipt(text: str) -> tuple[int, str]:
    number, _, code = text.partition("/")
    return int(number), code


def _rows(parts: Iterable[str]) -> Iterator[str]:
    row: list[str] = []
    length = 0
    for part in parts:
        if row and length + len(part) > ROW:
            yield " ".join(row)
            row, length = [], 0
        row.append(part)
        length += len(part) + 1
    if row:
        yield " ".join(row)


def _texts(meta: Mapping[str, str], name: str) -> Iterator[str]:
    number = 1
    while (row := meta.get(f"{name}_{number}")) is not None:
        yield from row.split(" ")
        number += 1
