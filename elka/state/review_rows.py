"""An application as an office reads it: every answer of the template made ready to be shown, beside another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from elka.core.content import ChangeKind, Content, Piece, compare
from elka.core.formfields import AnyField, Audience, BudgetField, ChoiceField, ChoicesField, FieldKind, ProjectPart
from elka.core.formspec import FormSpec, changes, shown
from elka.core.texts import blocks
from elka.state.application_content import MemberRow, PhotoRow, PieceRow, TextRow
from elka.state.forms import values_in
from elka.ui import labels, rows

AUDIENCES = {
    Audience.EVERYONE: "",
    Audience.EXPERTS: "Видят комиссия и организатор",
    Audience.OFFICIALS: "Видит только организатор",
}
_PARTS = {
    ChangeKind.LINE: (ProjectPart.BUDGET,),
    ChangeKind.MEMBER: (ProjectPart.GROUP,),
    ChangeKind.PHOTO: (ProjectPart.PHOTOS,),
    ChangeKind.DATES: (ProjectPart.STARTS_ON, ProjectPart.ENDS_ON),
}


@dataclass(frozen=True)
class LineRow:
    """One line of a budget or of a plan. ``fresh``: it is not on the other side."""

    name: str
    note: str
    figure: str
    fresh: bool = False


@dataclass(frozen=True)
class SourceRow:
    """What one source of money gives. ``wrong``: its share breaks a limit of the template or the contest."""

    name: str
    amount: str
    share: str
    limit: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Cell:
    """An answer made ready to be drawn: what of it there is says how. All of it empty: it was not answered."""

    text: tuple[TextRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    total: str = ""
    sources: tuple[SourceRow, ...] = ()
    people: tuple[MemberRow, ...] = ()
    files: tuple[rows.FileRow, ...] = ()
    photos: tuple[PhotoRow, ...] = ()
    href: str = ""
    is_empty: bool = True


@dataclass(frozen=True)
class FieldRow:
    """One answer and, beside it, the other. ``pieces``: of a text that changed, word by word."""

    key: str
    label: str
    audience: str
    mine: Cell
    other: Cell
    changed: bool = False
    pieces: tuple[PieceRow, ...] = ()


@dataclass(frozen=True)
class SectionRow:
    """A section of the template with its answers."""

    key: str
    title: str
    fields: tuple[FieldRow, ...]
    changed: bool = False


@dataclass(frozen=True)
class Look:
    """What is needed to show a content: names of people by id, and what the contest gives at most."""

    names: Mapping[int, str] = field(default_factory=dict)
    purse: str = ""
    max_share: int = 100


def sections_of(spec: FormSpec, mine: Content, other: Content | None, look: Look, *, same: bool) -> list[SectionRow]:
    """Return the answers by sections of the template. ``same``: ``other`` is an earlier revision of the same application.

    Answers that conditions hide are left out, unless the other side has one.
    """
    here, there = values_in(mine, spec), values_in(other, spec) if other is not None else {}
    visible = shown(spec, here) | (shown(spec, there) & set(there))
    changed = _changed(spec, mine, other) if other is not None and same else {}
    found: list[tuple[str, str, list[FieldRow]]] = []
    for one in spec.fields:
        if one.kind is FieldKind.SECTION:
            found.append((one.key, labels.typographer(one.label), []))
            continue
        if one.key not in visible:
            continue
        if not found:
            found.append(("", "", []))
        found[-1][2].append(
            FieldRow(
                key=one.key,
                label=labels.typographer(one.label),
                audience=AUDIENCES[one.audience],
                mine=_cell(one, here.get(one.key), look, there.get(one.key) if same and other else None),
                other=_cell(one, there.get(one.key), look, here.get(one.key) if same else None),
                changed=one.key in changed,
                pieces=changed.get(one.key, ()),
            )
        )
    return [
        SectionRow(key, title, tuple(fields), any(one.changed for one in fields))
        for key, title, fields in found
        if fields
    ]


def changed_keys(spec: FormSpec, old: Content, new: Content) -> frozenset[str]:
    """Return the keys of the answers that differ."""
    return frozenset(_changed(spec, new, old))


def _changed(spec: FormSpec, new: Content, old: Content) -> dict[str, tuple[PieceRow, ...]]:
    """Return what differs by key; of texts, the pieces."""
    by_part = {one.of_project: one.key for one in spec.fields if one.of_project is not None}
    found: dict[str, tuple[PieceRow, ...]] = {}
    for change in compare(old, new):
        parts = _PARTS.get(change.kind) or (ProjectPart(change.field),)
        for part in parts:
            differs = change.kind is not ChangeKind.DATES or getattr(old, part.value) != getattr(new, part.value)
            if part in by_part and differs:
                found[by_part[part]] = _pieces(change.pieces)
    for answer in changes(spec, old.answers, new.answers):
        found[answer.key] = _pieces(answer.pieces)
    return found


def _pieces(pieces: Sequence[tuple[Piece, str]]) -> tuple[PieceRow, ...]:
    return tuple(PieceRow(kind.value, text) for kind, text in pieces)


def _cell(one: AnyField, value: Any, look: Look, beside: Any) -> Cell:
    """Make one answer ready. ``beside``: the same answer on the other side, to mark the lines that are new to it."""
    if value is None:
        return Cell()
    if one.of_project is ProjectPart.PHOTOS:
        return _photos(value)
    special = _CELLS.get(one.kind)
    return special(one, value, look, beside) if special else Cell(text=_said(one, value), is_empty=False)


def _said(one: AnyField, value: Any) -> tuple[TextRow, ...]:
    """Write an answer in words."""
    if isinstance(one, ChoicesField):
        return tuple(TextRow(_option(one, chosen), item=True) for chosen in value)
    words = _WORDS.get(one.kind)
    return (TextRow(words(one, value)),) if words else _paragraphs(str(value))


def _number(one: Any, value: Any) -> str:
    return f"{labels.number(value, 3)}{labels.NBSP}{one.unit}" if one.unit else labels.number(value, 3)


def _option(one: ChoiceField | ChoicesField, value: str) -> str:
    """Name a choice; direction and settlement are kept by name already."""
    return next((option.label for option in one.options if option.value == value), value)


def _paragraphs(text: str) -> tuple[TextRow, ...]:
    found: list[TextRow] = []
    for block in blocks(labels.typographer(text)):
        found += [TextRow(item, item=True) for item in block.items] or [TextRow(block.text)]
    return tuple(found)


def _schedule(_: AnyField, value: Any, __: Look, beside: Any) -> Cell:
    lines = tuple(LineRow(row["name"], "", _dates(row), bool(beside) and row not in beside) for row in value)
    return Cell(lines=lines, is_empty=False)


def _people(_: AnyField, value: Any, look: Look, __: Any) -> Cell:
    return Cell(people=tuple(_member(row, look) for row in value), is_empty=False)


def _files(_: AnyField, value: Any, __: Look, ___: Any) -> Cell:
    files = (
        rows.FileRow(row["id"], row["name"], labels.file_size(row["size"]), f"/attachments/{row['id']}")
        for row in value
    )
    return Cell(files=tuple(files), is_empty=False)


def _photos(value: Any) -> Cell:
    photos = (PhotoRow(row["id"], f"/photos/{row['id']}-480.webp", _alt(row["name"])) for row in value)
    return Cell(photos=tuple(photos), is_empty=False)


def _link(_: AnyField, value: Any, __: Look, ___: Any) -> Cell:
    return Cell(text=(TextRow(str(value)),), href=str(value), is_empty=False)


def _budget(one: AnyField, value: Any, look: Look, beside: Any) -> Cell:
    cost = sum(line["amount"] for line in value)
    before = beside or ()
    limits = {share.source: share for share in one.shares} if isinstance(one, BudgetField) else {}
    by_source: dict[str, int] = {}
    for line in value:
        by_source[line["source"]] = by_source.get(line["source"], 0) + line["amount"]
    sources = []
    for source, amount in sorted(by_source.items(), key=lambda pair: -pair[1]):
        least, most = (limits[source].least, limits[source].most) if source in limits else (0, 100)
        if source == look.purse:
            most = min(most, look.max_share)
        said = [f"от {least} %"] * (least > 0) + [f"до {most} %"] * (most < 100)  # noqa: PLR2004  percent
        sources.append(
            SourceRow(
                name=labels.SOURCES.get(source, source),
                amount=labels.money(amount),
                share=labels.share(amount, cost),
                limit=labels.typographer(" ".join(said)),
                wrong=not least * cost <= amount * 100 <= most * cost,
            )
        )
    return Cell(
        lines=tuple(
            LineRow(
                name=line["name"],
                note=" · ".join(part for part in (line["quantity"], labels.SOURCES.get(line["source"], "")) if part),
                figure=labels.money(line["amount"]),
                fresh=bool(before) and line not in before,
            )
            for line in value
        ),
        total=labels.money(cost),
        sources=tuple(sources),
        is_empty=False,
    )


def _member(row: Mapping[str, Any], look: Look) -> MemberRow:
    name = look.names.get(row["person_id"]) or "Участник"
    return MemberRow(name, labels.initials(name), row["duty"], rows.person_tone(str(row["person_id"])))


def _dates(row: Mapping[str, Any]) -> str:
    starts, ends = (date.fromisoformat(row[name]) if row.get(name) else None for name in ("starts_on", "ends_on"))
    if starts and ends:
        return labels.date_range(starts, ends)
    return labels.date(starts or ends) if starts or ends else ""  # type: ignore[arg-type]


def _alt(name: str) -> str:
    return "" if name == "Фотография" else name


_CELLS: dict[FieldKind, Callable[[Any, Any, Look, Any], Cell]] = {
    FieldKind.BUDGET: _budget,
    FieldKind.SCHEDULE: _schedule,
    FieldKind.PEOPLE: _people,
    FieldKind.FILES: _files,
    FieldKind.LINK: _link,
}
_WORDS: dict[FieldKind, Callable[[Any, Any], str]] = {
    FieldKind.MONEY: lambda _, value: labels.money(value),
    FieldKind.NUMBER: _number,
    FieldKind.DATE: lambda _, value: labels.date(date.fromisoformat(value)),
    FieldKind.CONSENT: lambda _, __: "Согласие дано",
    FieldKind.POINT: lambda _, value: f"{value['lat']}, {value['lon']}",
    FieldKind.CHOICE: _option,
}
