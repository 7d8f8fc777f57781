"""Answers in words: as they are printed and as they stand in a cell of a table. Not a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from elka.core.formfields import AnyField, ChoiceField, ChoicesField, FieldKind, NumberField
from elka.models.applications import Application
from elka.models.contests import ApplicantKind
from elka.ui import labels

NOBODY = "Участник"
APPLICANTS: dict[ApplicantKind, str] = {
    ApplicantKind.RESIDENT: "Житель",
    ApplicantKind.GROUP: "Инициативная группа",
    ApplicantKind.ORGANIZATION: "Организация",
    ApplicantKind.MUNICIPALITY: "Муниципалитет",
}
Names = Mapping[int, str]
# What an answer raises that does not have the shape of its field: a revision keeps for good whatever once got into it.
ODD = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError)


def applicant_of(application: Application, person: str, municipality: str) -> str:
    """Say who applies: «Инициативная группа, Кузнецова Мария», a municipality, an organization with its ИНН."""
    match application.applicant:
        case ApplicantKind.MUNICIPALITY:
            return municipality
        case ApplicantKind.ORGANIZATION:
            inn = f"ИНН{labels.NBSP}{application.organization_inn}" if application.organization_inn else ""
            return ", ".join(part for part in (application.organization_name, inn) if part) or person
        case ApplicantKind.GROUP:
            return f"{APPLICANTS[ApplicantKind.GROUP]}, {person}"
        case _:
            return person


def in_words(field: AnyField, value: Any, names: Names) -> str:
    """Return an answer as a text; "" for an empty one. ``names``: of the people of groups, by id."""
    if value in (None, "", [], False):
        return ""
    try:
        return _TOLD[field.kind](field, value, names)
    except ODD:
        return str(value)  # an answer of an odd shape is still shown to whoever has to judge it


def sums_by_source(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the sums of a budget by source, in the order of ``labels.SOURCES``; those without a rouble are left out."""
    found = dict.fromkeys(labels.SOURCES, 0)
    for line in lines:
        found[line["source"]] = found.get(line["source"], 0) + line["amount"]
    return {source: amount for source, amount in found.items() if amount}


def source_name(source: str) -> str:
    """Write where money comes from."""
    return labels.SOURCES.get(source, source)


def day_of(value: object) -> str:
    """Write a day kept as text: «1 марта 2027»; what is no day stays as it is."""
    try:
        return labels.date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")


def _text(_: AnyField, value: Any, __: Names) -> str:
    return str(value)


def _number(field: AnyField, value: Any, _: Names) -> str:
    digits, unit = (field.digits, field.unit) if isinstance(field, NumberField) else (3, "")
    return labels.number(value, digits) + (f"{labels.NBSP}{unit}" if unit else "")


def _choice(field: AnyField, value: Any, _: Names) -> str:
    options = field.options if isinstance(field, ChoiceField | ChoicesField) else ()
    names = {option.value: option.label for option in options}
    chosen = value if isinstance(value, list) else [value]
    return "; ".join(names.get(one, str(one)) for one in chosen)


def _files(_: AnyField, value: Any, __: Names) -> str:
    return "\n".join(
        f"{one['name']} ({labels.file_size(one['size'])})" if one["size"] else one["name"] for one in value
    )


def _budget(_: AnyField, value: Any, __: Names) -> str:
    lines = []
    for line in value:
        quantity = f" ({line['quantity']})" if line.get("quantity") else ""
        lines.append(f"{line['name']}{quantity}: {labels.money(line['amount'])}, {source_name(line['source'])}")
    return "\n".join(lines)


def _schedule(_: AnyField, value: Any, __: Names) -> str:
    return "\n".join(f"{one['name']}: {day_of(one['starts_on'])} — {day_of(one['ends_on'])}" for one in value)


def _point(_: AnyField, value: Any, __: Names) -> str:
    return f"{labels.number(value['lat'], 6)}° с. ш., {labels.number(value['lon'], 6)}° в. д."


def _people(_: AnyField, value: Any, names: Names) -> str:
    return "\n".join(", ".join(filter(None, (names.get(one["person_id"], NOBODY), one.get("duty")))) for one in value)


_TOLD = {
    FieldKind.LINE: _text,
    FieldKind.TEXT: _text,
    FieldKind.LINK: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: lambda _, value, __: labels.money(value),
    FieldKind.DATE: lambda _, value, __: day_of(value),
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choice,
    FieldKind.FILES: _files,
    FieldKind.BUDGET: _budget,
    FieldKind.SCHEDULE: _schedule,
    FieldKind.POINT: _point,
    FieldKind.PEOPLE: _people,
    FieldKind.CONSENT: lambda _, __, ___: "Да",
    FieldKind.SECTION: lambda _, __, ___: "",
}
