"""The settings of a template field as text: how each is read from a control, checked and written back.

Every function returns a new field: fields are frozen. Only what a field can never hold is refused here; settings that do
not fit together yet (the least above the most) are kept and told by ``formspec.troubles``, so that they can be typed in
any order.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from elka.core.formfields import (
    CONSENT_MAX,
    EXAMPLE_MAX,
    FIELD,
    FILE_MB_MAX,
    FILES_MAX,
    HINT_MAX,
    LABEL_MAX,
    LINE_MAX,
    MONEY_MAX,
    NUMBER_MAX,
    OPTION_MAX,
    OPTIONS_MAX,
    PART_LENGTHS,
    ROWS_MAX,
    TEXT_MAX,
    AnyField,
    Audience,
    BudgetField,
    Choice,
    ChoiceField,
    ChoicesField,
    FieldKind,
    FilesField,
    FileType,
    ProjectPart,
    SourceShare,
)
from elka.core.formrows import SOURCES
from elka.core.formtyped import day_typed, figure, roubles, string
from elka.core.formwords import number
from elka.core.texts import one_line, paragraphs
from elka.errors import NotFound, Refused

_LATIN = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            [
                "a",
                "b",
                "v",
                "g",
                "d",
                "e",
                "e",
                "zh",
                "z",
                "i",
                "i",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
                "t",
                "u",
                "f",
                "kh",
                "ts",
                "ch",
                "sh",
                "shch",
                "",
                "y",
                "",
                "e",
                "iu",
                "ia",
            ],
            strict=True,
        )
    )
)
WHOLE_SHARE = 100
PHOTOS_MOST = 12  # of one project


class How(StrEnum):
    """What a setting is, so how its control looks."""

    LINE = "line"
    TEXT = "text"
    WHOLE = "whole"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: ``least`` and ``most`` are of the number, or of the characters of a text; ``blank``: may be empty."""

    how: How
    least: int = 0
    most: int = 0
    blank: bool = False


SHARE, OPTION, AUDIENCE = "share-", "option-", "audience"
FLAGS = ("required", "hidden_from_experts")
LABEL = Setting(How.LINE, 1, LABEL_MAX)
HINT = Setting(How.TEXT, 0, HINT_MAX, blank=True)
EXAMPLE = Setting(How.LINE, 0, EXAMPLE_MAX, blank=True)
_NUMBER = Setting(How.WHOLE, -NUMBER_MAX, NUMBER_MAX, blank=True)
_MONEY = Setting(How.MONEY, 0, MONEY_MAX, blank=True)
_DAY = Setting(How.DAY, blank=True)
_SETTINGS: dict[FieldKind, dict[str, Setting]] = {
    FieldKind.LINE: {
        "example": EXAMPLE,
        "min_length": Setting(How.WHOLE, 0, LINE_MAX),
        "max_length": Setting(How.WHOLE, 1, LINE_MAX),
    },
    FieldKind.TEXT: {
        "example": EXAMPLE,
        "min_length": Setting(How.WHOLE, 0, TEXT_MAX),
        "max_length": Setting(How.WHOLE, 1, TEXT_MAX),
    },
    FieldKind.NUMBER: {
        "example": EXAMPLE,
        "least": _NUMBER,
        "most": _NUMBER,
        "digits": Setting(How.WHOLE, 0, 3),
        "unit": Setting(How.LINE, 0, 20, blank=True),
    },
    FieldKind.MONEY: {"example": EXAMPLE, "least": _MONEY, "most": _MONEY},
    FieldKind.DATE: {"earliest": _DAY, "latest": _DAY},
    FieldKind.CHOICES: {
        "least": Setting(How.WHOLE, 0, OPTIONS_MAX),
        "most": Setting(How.WHOLE, 1, OPTIONS_MAX, blank=True),
    },
    FieldKind.FILES: {
        "most_files": Setting(How.WHOLE, 1, FILES_MAX),
        "max_mb": Setting(How.WHOLE, 1, FILE_MB_MAX),
    },
    FieldKind.SCHEDULE: {"most_rows": Setting(How.WHOLE, 1, ROWS_MAX)},
    FieldKind.PEOPLE: {"least": Setting(How.WHOLE, 1, 100)},
    FieldKind.LINK: {"example": EXAMPLE},
    FieldKind.CONSENT: {"text": Setting(How.TEXT, 0, CONSENT_MAX, blank=True)},
}


def settings_for(field: AnyField) -> dict[str, Setting]:
    """Return the settings of a field that are typed, in the order of their controls."""
    own = _SETTINGS.get(FieldKind(field.kind), {})
    part = field.of_project
    if part is ProjectPart.PHOTOS:
        own = {"most_files": Setting(How.WHOLE, 1, PHOTOS_MOST)}
    elif part in PART_LENGTHS:
        longest = PART_LENGTHS[part]
        own = {name: _shortened(one, longest) if name.endswith("_length") else one for name, one in own.items()}
    return {"label": LABEL, "hint": HINT, **own}


def names_of(field: AnyField) -> list[str]:
    """Return everything of a field that is typed or chosen by itself: settings, flags, shares, words of answers."""
    names = [*settings_for(field), *FLAGS, AUDIENCE]
    if isinstance(field, BudgetField):
        names += [f"{SHARE}{one.source}-{end}" for one in shares_of(field) for end in ("least", "most")]
    if isinstance(field, ChoiceField | ChoicesField) and field.of_project is None:
        names += [f"{OPTION}{one.value}" for one in field.options]
    return names


def written(field: AnyField, name: str) -> str:
    """Return what a setting holds, as its control shows it; "" for what the field does not have."""
    if name.startswith(OPTION):
        listed = field.options if isinstance(field, ChoiceField | ChoicesField) else ()
        return next((one.label for one in listed if name == f"{OPTION}{one.value}"), "")
    if name.startswith(SHARE):
        source, _, end = name.removeprefix(SHARE).rpartition("-")
        shares = shares_of(field) if isinstance(field, BudgetField) else ()
        return next((str(getattr(one, end)) for one in shares if one.source == source), "")
    value = getattr(field, name)
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, int) and settings_for(field).get(name, LABEL).how is How.MONEY:
        return number(value)
    return "" if value is None else str(value)


def saved(field: AnyField, name: str, typed: object) -> AnyField:
    """Return the field with one setting as it was typed; raise a refusal at the setting otherwise."""
    if name.startswith(OPTION):
        return renamed_option(field, name.removeprefix(OPTION), typed)
    if name.startswith(SHARE):
        source, _, end = name.removeprefix(SHARE).rpartition("-")
        if end not in ("least", "most"):
            raise NotFound
        return with_share(field, source, end, typed)
    if name in FLAGS:
        return changed(field, name, typed in (True, "true"))
    if name == AUDIENCE:
        if typed not in list(Audience) or field.of_project is not None:
            raise NotFound
        return changed(field, name, typed)
    setting = settings_for(field).get(name)
    if setting is None:
        raise NotFound
    try:
        value = _read(setting, typed)
    except Refused as refused:
        raise Refused(refused.message, field=name) from None
    return changed(field, name, "" if value is None and isinstance(getattr(field, name), str) else value)


def changed(field: AnyField, name: str, value: Any) -> AnyField:
    """Return a checked copy of the field with one thing changed."""
    try:
        return FIELD.validate_python({**field.model_dump(), name: value})
    except ValidationError as error:
        raise Refused("Такое значение сюда не подходит.", field=name) from error


# What is chosen from a list


def with_option(field: AnyField, label: object) -> tuple[AnyField, str]:
    """Return the field with one more answer to choose, and its value."""
    options = _options(field)
    if len(options) >= OPTIONS_MAX:
        raise Refused(f"Ответов может быть не больше {OPTIONS_MAX}.", field="options")
    text = _option_label(label)
    if any(one.label == text for one in options):
        raise Refused("Такой ответ уже есть.", field="options")
    value = _value_for(text, {one.value for one in options})
    return changed(field, "options", (*options, Choice(value=value, label=text))), value


def renamed_option(field: AnyField, value: object, label: object) -> AnyField:
    """Return the field with the words of an answer corrected; its value stays what it is."""
    options, found = _options(field), _option(field, value)
    at = f"{OPTION}{found.value}"
    try:
        text = _option_label(label)
    except Refused as refused:
        raise Refused(refused.message, field=at) from None
    if any(one.label == text for one in options if one is not found):
        raise Refused("Такой ответ уже есть.", field=at)
    fresh = Choice(value=found.value, label=text)
    return changed(field, "options", tuple(fresh if one is found else one for one in options))


def moved_option(field: AnyField, value: object, place: object) -> AnyField:
    """Return the field with an answer put in another place, from 0."""
    found = _option(field, value)
    if not isinstance(place, int) or isinstance(place, bool):
        raise NotFound
    rest = [one for one in _options(field) if one is not found]
    rest.insert(max(0, min(place, len(rest))), found)
    return changed(field, "options", tuple(rest))


def without_option(field: AnyField, value: object) -> AnyField:
    """Return the field without an answer."""
    found = _option(field, value)
    return changed(field, "options", tuple(one for one in _options(field) if one is not found))


def with_type(field: AnyField, kind: object, on: object) -> AnyField:
    """Return the field of files with a type of file taken or not."""
    if not isinstance(field, FilesField) or field.of_project is not None or kind not in list(FileType):
        raise NotFound
    kept = [one for one in FileType if (one in field.types if one != kind else on is True)]
    if not kept:
        raise Refused("Оставьте хотя бы один вид файлов.", field="types")
    return changed(field, "types", tuple(kept))


def with_share(field: AnyField, source: object, end: object, typed: object) -> AnyField:
    """Return the budget with one end of a source's share («least», «most»), or with the source taken or not («on»)."""
    if not isinstance(field, BudgetField) or source not in SOURCES or end not in ("least", "most", "on"):
        raise NotFound
    shares: dict[str, SourceShare] = {one.source: one for one in shares_of(field)}
    at = f"{SHARE}{source}-{end}"
    if end == "on":
        if typed is True:
            shares.setdefault(str(source), SourceShare.model_validate({"source": source}))
        else:
            shares.pop(str(source), None)
    else:
        if source not in shares:
            raise NotFound
        try:
            value = _read(Setting(How.WHOLE, 0, WHOLE_SHARE, blank=True), typed)
        except Refused as refused:
            raise Refused(refused.message, field=at) from None
        bound = value if value is not None else 0 if end == "least" else WHOLE_SHARE
        shares[str(source)] = shares[str(source)].model_copy(update={end: bound})
    if not shares:
        raise Refused("Оставьте хотя бы один источник.", field=at)
    fresh = tuple(shares[name] for name in SOURCES if name in shares)
    free = len(fresh) == len(SOURCES) and all((one.least, one.most) == (0, WHOLE_SHARE) for one in fresh)
    return changed(field, "shares", () if free else fresh)


def shares_of(field: BudgetField) -> tuple[SourceShare, ...]:
    """Return the sources that a budget takes with their limits; no ``shares`` mean every source with any share."""
    return field.shares or tuple(SourceShare.model_validate({"source": name}) for name in SOURCES)


def _shortened(setting: Setting, longest: int) -> Setting:
    return Setting(setting.how, setting.least, min(setting.most, longest), setting.blank)


def _read(setting: Setting, typed: object) -> Any:
    text = string(typed)
    match setting.how:
        case How.LINE | How.TEXT:
            clean = one_line(text) if setting.how is How.LINE else paragraphs(text)
            if len(clean) > setting.most:
                raise Refused(f"Слишком длинно: {number(len(clean))} из {number(setting.most)}. Сократите.")
            if len(clean) < setting.least:
                raise Refused("Без названия поле не понять. Пока осталось прежнее.")
            return clean
        case _ if not one_line(text):
            if not setting.blank:
                raise Refused("Впишите число. Пока осталось прежнее.")
            return None
        case How.DAY:
            return day_typed(text)
        case how:
            value = roubles(text) if how is How.MONEY else figure(text)
            if value != int(value):
                raise Refused("Впишите целое число.")
            if not setting.least <= value <= setting.most:
                raise Refused(f"Число от {number(setting.least)} до {number(setting.most)}.")
            return int(value)


def _options(field: AnyField) -> tuple[Choice, ...]:
    if not isinstance(field, ChoiceField | ChoicesField) or field.of_project is not None:
        raise NotFound
    return field.options


def _option(field: AnyField, value: object) -> Choice:
    found = next((one for one in _options(field) if one.value == value), None)
    if found is None:
        raise NotFound("Этого ответа уже нет: его убрал другой сотрудник.")
    return found


def _option_label(label: object) -> str:
    text = one_line(string(label))
    if not text:
        raise Refused("Впишите ответ.", field="options")
    if len(text) > OPTION_MAX:
        raise Refused(f"Слишком длинно: {number(len(text))} из {OPTION_MAX}. Сократите.", field="options")
    return text


def _value_for(label: str, taken: Container[str]) -> str:
    """Return a value for an answer: its words in latin letters, unlike those that are there."""
    word = re.sub(r"[^a-z0-9]+", "_", label.lower().translate(_LATIN))[:32].strip("_") or "answer"
    if word not in taken:
        return word
    return next(name for number in range(2, OPTIONS_MAX + 3) if (name := f"{word}_{number}") not in taken)
