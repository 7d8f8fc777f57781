"""The content of an application: frozen from a project, and made ready to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Change, ChangeKind, Content, Line, Member, Picture, Piece, compare
from elka.core.texts import blocks
from elka.db import Work
from elka.models.people import Person
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import BudgetLine, GroupMember, Photo, Project
from elka.ui import labels, rows

TEXT_NAMES = {
    "title": "Название",
    "direction": "Направление",
    "settlement": "Населённый пункт",
    "address": "Адрес",
    "summary": "Коротко",
    "problem": "Какую проблему решает",
    "outcome": "Что изменится",
}
_LONG = ("problem", "outcome")
_UNDATED = "не указаны"


@dataclass(frozen=True)
class TextRow:
    """One piece of a long text: a paragraph, or an item of a list."""

    text: str
    item: bool = False


@dataclass(frozen=True)
class MemberRow:
    """A person of the group as officials and the project's own people see them."""

    name: str
    initials: str
    duty: str
    tone: int


@dataclass(frozen=True)
class PhotoRow:
    """A photo of a revision."""

    id: int
    src: str
    alt: str


@dataclass(frozen=True)
class ContentRow:
    """A content made ready to be read."""

    title: str = ""
    direction: str = ""
    place: str = ""
    summary: str = ""
    problem: tuple[TextRow, ...] = ()
    outcome: tuple[TextRow, ...] = ()
    term: str = ""
    total: str = ""
    budget: tuple[rows.BudgetLine, ...] = ()
    sources: tuple[rows.Source, ...] = ()
    group: tuple[MemberRow, ...] = ()
    photos: tuple[PhotoRow, ...] = ()


@dataclass(frozen=True)
class PieceRow:
    """A piece of a changed text: ``kind`` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class ChangeRow:
    """One difference between revisions: what changed, and how."""

    name: str
    pieces: tuple[PieceRow, ...]


def freeze(work: Work, project: Project) -> Content:
    """Return the project's content as it is now; the people of the group are those who confirmed."""
    place, municipality, direction = work.session.execute(
        sa.select(col(Settlement.name), col(Municipality.name), col(Direction.name))
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .join(Direction, col(Direction.id) == project.direction_id)
        .where(col(Settlement.id) == project.settlement_id)
    ).one()
    lines = work.session.execute(
        sa.select(BudgetLine).where(col(BudgetLine.project_id) == project.id).order_by(col(BudgetLine.position))
    ).scalars()
    members = work.session.execute(
        sa.select(GroupMember).where(col(GroupMember.project_id) == project.id).order_by(col(GroupMember.person_id))
    ).scalars()
    photos = work.session.execute(
        sa.select(Photo).where(col(Photo.project_id) == project.id).order_by(col(Photo.id))
    ).scalars()
    return Content(
        title=project.title,
        direction=direction,
        settlement=place,
        municipality=municipality,
        address=project.address,
        summary=project.summary,
        problem=project.problem,
        outcome=project.outcome,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        budget=tuple(
            Line(name=line.name, quantity=line.quantity, amount=line.amount, source=line.source.value) for line in lines
        ),
        group=tuple(Member(person_id=one.person_id, duty=one.duty) for one in members if one.is_confirmed),
        photos=tuple(Picture(id=photo.id or 0, key=photo.key, alt=photo.alt) for photo in photos),
    )


def names_of(work: Work, contents: Iterable[Content], *, full: bool) -> dict[int, str]:
    """Return the names of the people of these contents: in full for those on duty, as agreed to for others."""
    ids = {member.person_id for content in contents for member in content.group}
    people = work.session.execute(sa.select(Person).where(col(Person.id).in_(ids))).scalars() if ids else ()
    return {person.id or 0: person.full_name if full else person.name for person in people}


def content_row(content: Content, names: dict[int, str]) -> ContentRow:
    """Make a content ready to be read."""
    by_source: dict[str, int] = {}
    for line in content.budget:
        by_source[line.source] = by_source.get(line.source, 0) + line.amount
    return ContentRow(
        title=labels.typographer(content.title),
        direction=content.direction,
        place=", ".join(part for part in (content.address, content.settlement, content.municipality) if part),
        summary=labels.typographer(content.summary),
        problem=_text(content.problem),
        outcome=_text(content.outcome),
        term=_term(content.starts_on, content.ends_on),
        total=labels.money(content.cost),
        budget=tuple(
            rows.BudgetLine(
                name=line.name,
                amount=labels.money(line.amount),
                note=" · ".join(part for part in (line.quantity, labels.SOURCES.get(line.source, "")) if part),
            )
            for line in content.budget
        ),
        sources=tuple(
            rows.Source(name=labels.SOURCES.get(source, source), amount=labels.money(amount), weight=max(1, amount))
            for source, amount in by_source.items()
            if amount
        ),
        group=tuple(
            MemberRow(
                name=_name(names, member),
                initials=labels.initials(_name(names, member)),
                duty=member.duty,
                tone=rows.person_tone(str(member.person_id)),
            )
            for member in content.group
        ),
        photos=tuple(
            PhotoRow(id=photo.id, src=f"/photos/{photo.id}-480.webp", alt=photo.alt) for photo in content.photos
        ),
    )


def change_rows(old: Content, new: Content, names: dict[int, str]) -> list[ChangeRow]:
    """Make the differences of two contents ready to be read."""
    return [_change_row(change, names) for change in compare(old, new)]


def _change_row(change: Change, names: dict[int, str]) -> ChangeRow:
    if change.kind is ChangeKind.TEXT:
        pieces = [PieceRow(kind.value, text) for kind, text in change.pieces]
        return ChangeRow(TEXT_NAMES[change.field], tuple(shortened(pieces)))
    name, tell = _TELLERS[change.kind]
    parts = []
    for kind, value in ((Piece.REMOVED, change.old), (Piece.ADDED, change.new)):
        if value is not None:
            parts.append(PieceRow(kind.value, tell(value, names)))
    return ChangeRow(name, tuple(parts))


def shortened(pieces: Sequence[PieceRow], around: int = 90) -> Iterable[PieceRow]:
    """Cut what stayed the same down to the words around the changes."""
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        if piece.kind != Piece.SAME.value or len(piece.text) <= around * (1 if place in (0, last) else 2):
            yield piece
            continue
        head = "" if place == 0 else piece.text[:around]
        tail = "" if place == last else piece.text[-around:]
        yield PieceRow(piece.kind, f"{head}…{tail}" if head or tail else "…")


def _tell_line(line: Line, _: dict[int, str]) -> str:
    quantity = f" ({line.quantity})" if line.quantity else ""
    return f"{line.name}{quantity}: {labels.money(line.amount)}, {labels.SOURCES.get(line.source, line.source)} "


def _tell_member(member: Member, names: dict[int, str]) -> str:
    return f"{_name(names, member)}{f', {member.duty}' if member.duty else ''} "


def _tell_photo(photo: Picture, _: dict[int, str]) -> str:
    return f"{photo.alt or 'без подписи'} "


def _tell_dates(dates: tuple[object, object], _: dict[int, str]) -> str:
    return f"{_term(*dates)} "  # type: ignore[arg-type]


_TELLERS = {
    ChangeKind.DATES: ("Сроки", _tell_dates),
    ChangeKind.LINE: ("Смета", _tell_line),
    ChangeKind.MEMBER: ("Инициативная группа", _tell_member),
    ChangeKind.PHOTO: ("Фото", _tell_photo),
}


def _name(names: dict[int, str], member: Member) -> str:
    return names.get(member.person_id) or "Участник"


def _term(starts: labels.Date | None, ends: labels.Date | None) -> str:
    if starts is None and ends is None:
        return _UNDATED
    if starts is None or ends is None:
        return f"с {labels.date(starts)}" if starts else f"до {labels.date(ends)}"  # type: ignore[arg-type]
    return labels.date_range(starts, ends)


def _text(text: str) -> tuple[TextRow, ...]:
    found: list[TextRow] = []
    for block in blocks(labels.typographer(text)):
        found += [TextRow(item, item=True) for item in block.items] or [TextRow(block.text)]
    return tuple(found)
