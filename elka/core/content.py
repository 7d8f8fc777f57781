"""What an application holds, frozen on the day it was submitted, and how two such contents differ.

People of the group are kept by id and duty, never by name: a revision cannot be changed, so that a name in it could not
be erased when its owner asks for it. Whoever shows a revision looks the names up.
"""

from __future__ import annotations

import re
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

TEXTS = ("title", "direction", "settlement", "address", "summary", "problem", "outcome")
_WORDS = re.compile(r"\s*\S+|\s+")  # a word with the space before it: spaces alone would match everywhere, and slowly


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Frozen):
    """One line of the budget: what, how much, from whom. ``amount`` in whole rubles."""

    name: str
    quantity: str = ""
    amount: int
    source: str


class Member(_Frozen):
    """One confirmed person of the initiative group."""

    person_id: int
    duty: str = ""


class Picture(_Frozen):
    """One photo: its row and the key of its file (SHA-256 of the bytes, so it is the very same picture)."""

    id: int
    key: str
    alt: str = ""


class Content(_Frozen):
    """The whole of an application. ``form``: the version of this shape.

    ``template``: which version of the contest's template was filled in; ``answers`` to its own fields by key, as
    ``core/formspec`` reads them (the first shape had none: everything was of the project).
    """

    form: Literal[1, 2] = 2
    template: int = 1
    title: str
    direction: str
    settlement: str
    municipality: str
    address: str = ""
    summary: str = ""
    problem: str = ""
    outcome: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    budget: tuple[Line, ...] = ()
    group: tuple[Member, ...] = ()
    photos: tuple[Picture, ...] = ()
    answers: dict[str, Any] = Field(default_factory=dict)

    def dump(self) -> dict[str, object]:
        """Return what a JSON column keeps."""
        return self.model_dump(mode="json")

    @property
    def cost(self) -> int:
        """All of the budget, rubles."""
        return sum(line.amount for line in self.budget)

    def asked_from(self, source: str) -> int:
        """Return what the budget asks from one source, rubles."""
        return sum(line.amount for line in self.budget if line.source == source)


class Piece(StrEnum):
    """What happened to a piece of a text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class ChangeKind(StrEnum):
    """What a change is about."""

    TEXT = "text"
    DATES = "dates"
    LINE = "line"
    MEMBER = "member"
    PHOTO = "photo"


class Change(_Frozen):
    """One difference. For texts ``pieces`` tell it word by word; otherwise ``old`` and ``new`` (None: there was none).

    ``field`` is the text's field, the name of a budget line, or the id of a person or photo.
    """

    kind: ChangeKind
    field: str
    pieces: tuple[tuple[Piece, str], ...] = ()
    old: Line | Member | Picture | tuple[date | None, date | None] | None = None
    new: Line | Member | Picture | tuple[date | None, date | None] | None = None


def compare(old: Content, new: Content) -> tuple[Change, ...]:
    """Return every difference, in the order of the form."""
    changes = [
        Change(kind=ChangeKind.TEXT, field=field, pieces=words_changed(getattr(old, field), getattr(new, field)))
        for field in TEXTS
        if getattr(old, field) != getattr(new, field)
    ]
    terms = (old.starts_on, old.ends_on), (new.starts_on, new.ends_on)
    if terms[0] != terms[1]:
        changes.append(Change(kind=ChangeKind.DATES, field="dates", old=terms[0], new=terms[1]))
    changes += _paired(ChangeKind.LINE, _lines(old), _lines(new))
    changes += _paired(
        ChangeKind.MEMBER,
        {str(one.person_id): one for one in old.group},
        {str(one.person_id): one for one in new.group},
    )
    changes += _paired(ChangeKind.PHOTO, {one.key: one for one in old.photos}, {one.key: one for one in new.photos})
    return tuple(changes)


def words_changed(old: str, new: str) -> tuple[tuple[Piece, str], ...]:
    """Tell two texts apart word by word: what stayed, what went, what came, in reading order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[tuple[Piece, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((Piece.SAME, "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append((Piece.REMOVED, "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append((Piece.ADDED, "".join(after[j1:j2])))
    return tuple(pieces)


def _lines(content: Content) -> dict[str, Line]:
    """Name the lines; the second of the same name is told by its place."""
    found: dict[str, Line] = {}
    for line in content.budget:
        name, place = line.name, 1
        while name in found:
            place += 1
            name = f"{line.name} ({place})"
        found[name] = line
    return found


def _paired(
    kind: ChangeKind,
    old: dict[str, Line] | dict[str, Member] | dict[str, Picture],
    new: dict[str, Line] | dict[str, Member] | dict[str, Picture],
) -> list[Change]:
    names = [*old, *(name for name in new if name not in old)]
    return [
        Change(kind=kind, field=name, old=old.get(name), new=new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]
