"""One field of an application template as a person sees it: the row that ``pages/fill_fields`` draws. Not a state.

The form of an application and the preview of the constructor draw the same rows. Pure of Reflex and of SQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from elka.core.filetypes import words as types_in_words
from elka.core.formfields import (
    AnyField,
    Audience,
    BudgetField,
    ChoiceField,
    ChoicesField,
    ConsentField,
    DateField,
    FieldKind,
    FilesField,
    LineField,
    LinkField,
    MoneyField,
    NumberField,
    PeopleField,
    ProjectPart,
    ScheduleField,
    TextField,
)
from elka.core.formreading import LINK_MAX
from elka.core.formspec import written
from elka.core.formwords import SOURCES_OF
from elka.ui import labels
from elka.ui.rows import Option

_SHORT = 20  # characters that anybody writes without being told
RADIOS_MOST = 6  # more answers than these are chosen from a list
# Kinds whose value goes to and fro as JSON.
STRUCTURED = frozenset(
    {
        FieldKind.CHOICES,
        FieldKind.FILES,
        FieldKind.BUDGET,
        FieldKind.SCHEDULE,
        FieldKind.POINT,
        FieldKind.PEOPLE,
    }
)
_SEEN_BY = {
    Audience.EVERYONE: "",
    Audience.EXPERTS: "Увидят организатор и комиссия",
    Audience.OFFICIALS: "Увидит только организатор",
}
_FILES = ("файла", "файлов", "файлов")


@dataclass(frozen=True)
class PlacePoint:
    """A settlement that a point on the map can be put at. ``x``, ``y``: in the units of ``core/geo``."""

    name: str
    lat: float
    lon: float
    x: float
    y: float


@dataclass(frozen=True)
class SourceLimit:
    """A source of money in a budget with its limits, percent of the whole cost. ``whose``: «доля бюджета региона»."""

    source: str
    label: str
    whose: str
    least: int = 0
    most: int = 100


@dataclass(frozen=True)
class BudgetLimits:
    """What a budget is checked by as one types. Money in whole rubles.

    ``purse``: the source that the contest pays from, "" for none; ``least`` and ``most`` of it; ``most_share``: percent.
    """

    sources: tuple[SourceLimit, ...] = ()
    purse: str = ""
    least: int = 0
    most: int = 0
    most_share: int = 100


@dataclass(frozen=True)
class FieldRow:
    """A field made ready to be drawn.

    ``control`` says what is drawn: the kind, or ``radios``/``select`` for a choice, ``photos`` for photos of the project.
    ``value``: what the control holds, JSON for structured kinds (``chosen`` for several choices); ``limits``: in words;
    ``most``: characters for the counter, or rows of a schedule; ``text``: of a consent.
    """

    key: str
    kind: str
    control: str
    label: str
    hint: str = ""
    example: str = ""
    required: bool = True
    value: str = ""
    chosen: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    limits: str = ""
    most: int = 0
    unit: str = ""
    text: str = ""
    seen_by: str = ""
    error: str = ""
    remark: str = ""
    shown: bool = True
    closed: bool = False
    budget: BudgetLimits = BudgetLimits()
    places: tuple[PlacePoint, ...] = ()


def field_row(
    field: AnyField,
    value: object = None,
    *,
    options: Sequence[Option] = (),
    error: str = "",
    remark: str = "",
    shown: bool = True,
    closed: bool = False,
    budget: BudgetLimits | None = None,
    places: Sequence[PlacePoint] = (),
) -> FieldRow:
    """Return the row of a field with its answer as ``core/formspec`` keeps it (None: empty).

    ``options``: of the region's directions or settlements, for the fields that stand for them; ``budget``: what the
    contest allows; ``places``: settlements to put a point at.
    """
    listed = tuple(options) or tuple(Option(one.value, one.label) for one in getattr(field, "options", ()))
    return FieldRow(
        key=field.key,
        kind=FieldKind(field.kind).value,
        control=control_of(field, len(listed)),
        label=labels.typographer(field.label),
        hint=labels.typographer(field.hint),
        example=labels.typographer(field.example),
        required=field.required,
        value=text_of(field, value),
        chosen=tuple(str(one) for one in value) if isinstance(field, ChoicesField) and isinstance(value, list) else (),
        options=listed,
        limits=limits_of(field),
        most=_most(field),
        unit=field.unit if isinstance(field, NumberField) else "",
        text=labels.typographer(field.text) if isinstance(field, ConsentField) else "",
        seen_by=_SEEN_BY[field.audience],
        error=error,
        remark=remark,
        shown=shown,
        closed=closed,
        budget=(budget or budget_limits(field)) if isinstance(field, BudgetField) else BudgetLimits(),
        places=tuple(places) if field.kind is FieldKind.POINT else (),
    )


def control_of(field: AnyField, options: int) -> str:
    """Return what a field is drawn as; ``options``: how many there are to choose from."""
    if field.of_project is ProjectPart.PHOTOS:
        return "photos"
    if isinstance(field, ChoiceField):
        return "radios" if options <= RADIOS_MOST else "select"
    return FieldKind(field.kind).value


def text_of(field: AnyField, value: object) -> str:
    """Return an answer as its control holds it, and as it is compared: JSON with its keys in order for structured kinds."""
    if value is None or value is False:
        return ""
    if field.kind in STRUCTURED:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return written(field, value)


def budget_limits(
    field: AnyField, *, purse: str = "", least: int = 0, most: int = 0, most_share: int = 100
) -> BudgetLimits:
    """Return what a budget field allows beside the contest's own limits; no ``shares``: every source."""
    own = {one.source: one for one in field.shares} if isinstance(field, BudgetField) else {}
    names: Mapping[str, str] = labels.SOURCES
    return BudgetLimits(
        sources=tuple(
            SourceLimit(source, names[source], SOURCES_OF[source], own[source].least, own[source].most)
            if source in own
            else SourceLimit(source, names[source], SOURCES_OF[source])
            for source in names
            if not own or source in own or source == purse
        ),
        purse=purse,
        least=least,
        most=most,
        most_share=most_share,
    )


def limits_of(field: AnyField) -> str:
    """Say the limits of a field in words; empty when there is nothing to say."""
    words = ""
    match field:
        case LineField() | TextField() if field.min_length > _SHORT:
            words = f"не меньше {labels.plural(field.min_length, 'знака', 'знаков', 'знаков')}"
        case NumberField():
            words = _between(*(_figure(one, field.digits) for one in (field.least, field.most)), unit=field.unit)
        case MoneyField():
            words = _between(*(_figure(one) for one in (field.least, field.most)), unit="₽")
        case DateField():
            ends = (("с", field.earliest), ("по", field.latest))
            words = " ".join(f"{word} {labels.date(day)}" for word, day in ends if day)
        case ChoicesField():
            words = _choices_limit(field)
        case FilesField() if field.of_project is None:
            words = f"{types_in_words(field.types)}. До {labels.plural(field.most_files, *_FILES)}, каждый до {field.max_mb} МБ"
        case PeopleField() if field.least > 1:
            words = f"не меньше {labels.plural(field.least, 'человека', 'человек', 'человек')}"
    return labels.typographer(words[:1].upper() + words[1:])


def _choices_limit(field: ChoicesField) -> str:
    if field.most is not None and field.most == field.least:
        return f"выберите {field.most}"
    return _between(str(field.least) if field.least > 1 else None, str(field.most) if field.most else None, unit="")


def _figure(value: int | None, digits: int = 0) -> str | None:
    return None if value is None else labels.number(value, digits)


def _between(least: str | None, most: str | None, *, unit: str) -> str:
    parts = [f"{word} {end}" for word, end in (("от", least), ("до", most)) if end is not None]
    return " ".join([*parts, unit]).strip() if parts else ""


def _most(field: AnyField) -> int:
    match field:
        case LineField() | TextField():
            return field.max_length
        case LinkField():
            return LINK_MAX
        case ScheduleField():
            return field.most_rows
        case _:
            return 0
