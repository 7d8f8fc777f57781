"""A whole application against its template: which questions are asked, what is wrong, how much is filled in.

A field is asked when it has no condition, or when the field that its condition looks at is asked too and its answer
passes. An answer to a question that is not asked is nobody's business: it is neither checked nor told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from elka.core.formfields import (
    AnyField,
    BudgetField,
    ChoicesField,
    Condition,
    DateField,
    FieldKind,
    LineField,
    MoneyField,
    NumberField,
    PeopleField,
    ProjectPart,
    ScheduleField,
    Test,
    TextField,
)
from elka.core.formreading import read
from elka.core.formtemplate import FormSpec
from elka.core.formtyped import figure
from elka.core.formwords import NBSP, SOURCES_OF, counted, day, money, number, percent
from elka.errors import Refused

_TEXTS = (FieldKind.LINE, FieldKind.TEXT)
_TEXT_CELLS = ("name", "quantity", "duty")
_UNREADABLE = "Ответ не читается. Заполните поле заново."


def shown(spec: FormSpec, answers: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of the fields that are asked, sections among them."""
    seen: set[str] = set()
    for key, field in spec.by_key.items():
        condition = field.shown_if
        if condition is None or (
            condition.key in seen and _passes(condition, *_kept(spec.by_key[condition.key], answers))
        ):
            seen.add(key)
    return frozenset(seen)


def check(spec: FormSpec, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return everything that is wrong with an application, by key: Russian, says what to do. Unknown keys are ignored."""
    wrong = {}
    for key, field in _asked(spec, answers):
        trouble = settle(field, answers.get(key))[1]
        if trouble:
            wrong[key] = trouble
    return wrong


def filled(spec: FormSpec, answers: Mapping[str, Any]) -> tuple[int, int]:
    """Count the required questions that are answered well, and all of them: full means that none of them is wrong."""
    required = [(key, field) for key, field in _asked(spec, answers) if field.required]
    return sum(not settle(field, answers.get(key))[1] for key, field in required), len(required)


def settle(field: AnyField, value: Any) -> tuple[Any, str]:
    """Return an answer as it counts once the field is asked (None: empty), and what is wrong with it ("": nothing)."""
    try:
        kept = read(field, value)
    except Refused as refused:
        return None, refused.message
    if kept is None:
        return None, _missing(field) if field.required else ""
    if kept != value and not _differs_in_spaces(field, kept, value):
        return None, _UNREADABLE
    limits = _LIMITS.get(field.kind)
    return kept, limits(field, kept) if limits else ""


def _asked(spec: FormSpec, answers: Mapping[str, Any]) -> Iterator[tuple[str, AnyField]]:
    visible = shown(spec, answers)
    return (
        (key, field) for key, field in spec.by_key.items() if key in visible and field.kind is not FieldKind.SECTION
    )


def _differs_in_spaces(field: AnyField, kept: Any, value: Any) -> bool:
    """Whether only words were cleaned: an old text with a space too many is no fault, a sum that is a text is one."""
    if field.kind in _TEXTS:
        return True
    if not isinstance(kept, list) or not isinstance(value, list) or len(kept) != len(value):
        return False
    return all(
        isinstance(old, dict)
        and isinstance(row, dict)
        and old.keys() == row.keys()
        and all(row[name] == old[name] for name in row if name not in _TEXT_CELLS)
        for row, old in zip(kept, value, strict=True)
    )


# Conditions


def _kept(field: AnyField, answers: Mapping[str, Any]) -> tuple[AnyField, Any]:
    """Return the field that a condition looks at with its answer; an unreadable one counts as none."""
    value = answers.get(field.key)
    if value is None or field.kind is FieldKind.SECTION:
        return field, None
    try:
        return field, read(field, value)
    except Refused:
        return field, None


def _passes(condition: Condition, field: AnyField, value: Any) -> bool:
    match condition.test:
        case Test.FILLED:
            return value is not None
        case Test.EMPTY:
            return value is None
        case Test.IS:
            return _is(field, value, condition.value)
        case Test.IS_NOT:
            return not _is(field, value, condition.value)
        case Test.AT_LEAST | Test.AT_MOST:
            wanted = bound(condition.value)
            if wanted is None or not _is_figure(value):
                return False
            found = Decimal(repr(value))
            return found >= wanted if condition.test is Test.AT_LEAST else found <= wanted


def _is(field: AnyField, value: Any, wanted: str) -> bool:
    if field.kind is FieldKind.CONSENT:
        return wanted == ("true" if value is True else "false")
    if _is_figure(value):
        return bound(wanted) == Decimal(repr(value))
    if field.kind is FieldKind.CHOICES:
        return value is not None and wanted in value
    return isinstance(value, str) and value == wanted


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def bound(text: str) -> Decimal | None:
    """Read the number that a condition compares with, None if it is none."""
    try:
        value = figure(text)
    except Refused:
        return None
    return value if value == value.quantize(Decimal("0.001")) else None  # no field has more digits


# What is missing, too little or does not fit together. What is too much ``read`` has refused already.

_MISSING = {
    FieldKind.LINE: "Заполните это поле.",
    FieldKind.TEXT: "Заполните это поле.",
    FieldKind.NUMBER: "Укажите число.",
    FieldKind.MONEY: "Укажите сумму.",
    FieldKind.DATE: "Укажите дату.",
    FieldKind.CHOICE: "Выберите один из вариантов.",
    FieldKind.CHOICES: "Выберите хотя бы один вариант.",
    FieldKind.FILES: "Приложите файл.",
    FieldKind.BUDGET: "Добавьте в смету хотя бы одну строку.",
    FieldKind.SCHEDULE: "Добавьте в план хотя бы одну строку.",
    FieldKind.POINT: "Поставьте точку на карте.",
    FieldKind.PEOPLE: "Соберите группу: пока никто не подтвердил участие.",
    FieldKind.LINK: "Укажите ссылку.",
    FieldKind.CONSENT: "Поставьте отметку: без неё заявку не подать.",
    FieldKind.SECTION: "",
}
_MISSING_PARTS = {
    ProjectPart.DIRECTION: "Выберите направление.",
    ProjectPart.SETTLEMENT: "Выберите населённый пункт.",
    ProjectPart.PHOTOS: "Добавьте хотя бы одну фотографию.",
}


def _missing(field: AnyField) -> str:
    part = field.of_project
    return (_MISSING_PARTS.get(part) if part else None) or _MISSING[field.kind]


def _text(field: LineField | TextField, value: str) -> str:
    if len(value) >= field.min_length:
        return ""
    least = counted(field.min_length, "знак", "знака", "знаков")
    return f"Слишком коротко: нужно хотя бы {least}, сейчас {number(len(value))}. Допишите."


def _number(field: NumberField, value: float) -> str:
    if field.least is None or value >= field.least:
        return ""
    return f"Не меньше {number(field.least)}{f'{NBSP}{field.unit}' if field.unit else ''}."


def _money(field: MoneyField, value: int) -> str:
    return "" if field.least is None or value >= field.least else f"Не меньше {money(field.least)}."


def _date(field: DateField, value: str) -> str:
    if field.earliest is None or date.fromisoformat(value) >= field.earliest:
        return ""
    return f"Не раньше {day(field.earliest)}."


def _choices(field: ChoicesField, value: list[str]) -> str:
    if len(value) >= field.least:
        return ""
    return f"Выберите хотя бы {counted(field.least, 'вариант', 'варианта', 'вариантов')}."


def _budget(field: BudgetField, value: list[dict[str, Any]]) -> str:
    for place, row in enumerate(value, 1):
        if not row["name"]:
            return f"Строка {place}: назовите работу или уберите строку."
        if not row["amount"]:
            return f"«{row['name']}»: укажите сумму."
    total = sum(row["amount"] for row in value)
    found = []
    for share in field.shares:
        part = sum(row["amount"] for row in value if row["source"] == share.source)
        whose = f"Доля {SOURCES_OF[share.source]}"
        if part * 100 > share.most * total:
            limit = f"при смете {money(total)} это не больше {money(share.most * total // 100)}"
            found.append(
                f"{whose} {percent(part, total, beside=share.most)}: больше {share.most}{NBSP}%. Уменьшите её: {limit}."
            )
        if part * 100 < share.least * total:
            limit = f"при смете {money(total)} это не меньше {money(-(-share.least * total // 100))}"
            found.append(
                f"{whose} {percent(part, total, beside=share.least)}: меньше {share.least}{NBSP}%. Увеличьте её: {limit}."
            )
    return " ".join(found)


def _schedule(_: ScheduleField, value: list[dict[str, Any]]) -> str:
    for place, row in enumerate(value, 1):
        if not row["name"]:
            return f"Строка {place}: назовите работу или уберите строку."
        if not row["starts_on"] or not row["ends_on"]:
            return f"«{row['name']}»: укажите, когда начнёте и когда закончите."
        if row["starts_on"] > row["ends_on"]:
            return f"«{row['name']}»: окончание раньше начала. Поправьте одну из дат."
    return ""


def _people(field: PeopleField, value: list[dict[str, Any]]) -> str:
    if len(value) >= field.least:
        return ""
    return (
        f"Подтвердили участие: {len(value)}, а нужно хотя бы {field.least}. Пригласите ещё людей или дождитесь ответа."
    )


_LIMITS: dict[FieldKind, Callable[[Any, Any], str]] = {
    FieldKind.LINE: _text,
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.CHOICES: _choices,
    FieldKind.BUDGET: _budget,
    FieldKind.SCHEDULE: _schedule,
    FieldKind.PEOPLE: _people,
}
