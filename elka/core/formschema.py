"""A template as JSON Schema 2020-12, for those who check applications without ЕЛКА, and back from it.

The schema describes answers as they are kept. What it cannot say (shares of a budget, the order of dates) stays out of
it; the template itself rides along as ``x-elka``, so that reading it back gives the very same template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elka.core import formrows
from elka.core.formcheck import bound
from elka.core.formfields import (
    MONEY_MAX,
    NUMBER_MAX,
    ROWS_MAX,
    AnyField,
    BudgetField,
    ChoiceField,
    ChoicesField,
    Condition,
    FieldKind,
    FilesField,
    LineField,
    MoneyField,
    NumberField,
    PeopleField,
    ScheduleField,
    Test,
    TextField,
)
from elka.core.formreading import EAST, LINK_MAX, NORTH, OF_REGION, SOUTH, WEST
from elka.core.formtemplate import BadForm, FormSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXTENSION = "x-elka"

Schema = dict[str, Any]


def json_schema(spec: FormSpec) -> Schema:
    """Return the schema of an application's answers by key, JSON-ready."""
    questions = {key: field for key, field in spec.by_key.items() if field.kind is not FieldKind.SECTION}
    always = {key: field for key, field in questions.items() if field.shown_if is None}
    schema: Schema = {
        "$schema": DIALECT,
        "title": "Заявка",
        "type": "object",
        "properties": {
            key: _words(field) | (_LIMITS[field.kind](field) if key in always else {})
            for key, field in questions.items()
        },
        "required": [key for key, field in always.items() if field.required],
        "additionalProperties": False,
        EXTENSION: spec.dump(),
    }
    conditions = {key: field.shown_if for key, field in spec.by_key.items() if field.shown_if}
    if conditions:
        order = {key: place for place, key in enumerate(spec.by_key)}
        schema["$defs"] = {_named(key): _met(spec, key, condition, order) for key, condition in conditions.items()}
    if len(questions) > len(always):
        schema["allOf"] = [_when_shown(key, field) for key, field in questions.items() if key not in always]
    return schema


def from_json_schema(obj: object) -> FormSpec:
    """Return the template that ``json_schema`` was made of. Raises BadForm for anything else."""
    if not isinstance(obj, dict) or obj.get("$schema") != DIALECT or EXTENSION not in obj:
        raise BadForm("Это не шаблон заявки ЕЛКИ. Выберите файл, который был выгружен из конструктора.")
    spec = FormSpec.load(obj[EXTENSION])
    properties = obj.get("properties")
    known = {key for key, field in spec.by_key.items() if field.kind is not FieldKind.SECTION}
    if not isinstance(properties, dict) or properties.keys() != known:
        raise BadForm("Файл правили вручную, и его части расходятся. Выгрузите шаблон из конструктора заново.")
    return spec


def _words(field: AnyField) -> Schema:
    words: Schema = {"title": field.label}
    about = "\n\n".join(part for part in (field.hint, getattr(field, "text", "")) if part)
    if about:
        words["description"] = about
    if field.example:
        words["examples"] = [field.example]
    return words


# Conditions


def _named(key: str) -> str:
    return f"shown.{key}"


def _when_shown(key: str, field: AnyField) -> Schema:
    then: Schema = {"properties": {key: _LIMITS[field.kind](field)}}
    if field.required:
        then["required"] = [key]
    return {"if": {"$ref": f"#/$defs/{_named(key)}"}, "then": then}


def _met(spec: FormSpec, key: str, condition: Condition, order: dict[str, int]) -> Schema | bool:
    """Say when a field is shown: the field that it looks at is shown, and its answer passes."""
    asked = spec.by_key.get(condition.key)
    if asked is None or order[condition.key] >= order[key]:
        return False
    passes = _passes(asked, condition)
    if asked.shown_if is None:
        return passes
    return {"allOf": [{"$ref": f"#/$defs/{_named(asked.key)}"}, passes]}


def _passes(asked: AnyField, condition: Condition) -> Schema | bool:
    negative = condition.test in (Test.IS_NOT, Test.EMPTY)
    if asked.kind is FieldKind.SECTION:  # it is never answered
        return negative
    answered: Schema = {"required": [asked.key]}
    if condition.test in (Test.FILLED, Test.EMPTY):
        return {"not": answered} if negative else answered
    if asked.kind is FieldKind.CONSENT and condition.value == "false":
        return answered if negative else {"not": answered}
    wanted = _wanted(asked, condition)
    if wanted is None:
        return negative
    met: Schema = {"properties": {asked.key: wanted}, **answered}
    return {"not": met} if negative else met


def _wanted(asked: AnyField, condition: Condition) -> Schema | None:
    """Return what the answer must look like to pass, None if none can."""
    compared = _COMPARED.get(condition.test)
    if asked.kind in (FieldKind.NUMBER, FieldKind.MONEY):
        limit = bound(condition.value)
        if limit is None:
            return None
        return {"type": "number", compared or "const": int(limit) if limit == int(limit) else float(limit)}
    if compared or (asked.kind is FieldKind.CONSENT and condition.value != "true"):
        return None
    if asked.kind is FieldKind.CHOICES:
        return {"type": "array", "contains": {"const": condition.value}}
    return {"const": True if asked.kind is FieldKind.CONSENT else condition.value}


_COMPARED = {Test.AT_LEAST: "minimum", Test.AT_MOST: "maximum"}


# Limits by kind


def _text(field: LineField | TextField) -> Schema:
    return {"type": "string", "minLength": max(1, field.min_length), "maxLength": field.max_length}


def _number(field: NumberField) -> Schema:
    least = -NUMBER_MAX if field.least is None else field.least
    most = NUMBER_MAX if field.most is None else field.most
    return _between(least, most) if field.digits else _whole(least, most)


def _money(field: MoneyField) -> Schema:
    return _whole(field.least or 0, MONEY_MAX if field.most is None else field.most)


def _choice(field: ChoiceField) -> Schema:
    if field.of_project in OF_REGION:
        return {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}
    return {"enum": _values(field)}


def _choices(field: ChoicesField) -> Schema:
    return _list({"enum": _values(field)}, field.least, field.most) | {"uniqueItems": True}


def _files(field: FilesField) -> Schema:
    size = _whole(0, field.max_mb * formrows.MEGABYTE)
    digest = {"type": "string", "pattern": "^[0-9a-f]{1,64}$"}
    return _list(_row(id=_ID, name=_words_of(formrows.FILE_NAME_MAX), size=size, sha256=digest), 1, field.most_files)


def _budget(_: BudgetField) -> Schema:
    amount = _whole(1, formrows.AMOUNT_MAX)
    source = {"enum": list(formrows.SOURCES)}
    quantity = _words_of(formrows.QUANTITY_MAX)
    return _list(_row(name=_NAME, quantity=quantity, amount=amount, source=source), 1, ROWS_MAX)


def _schedule(field: ScheduleField) -> Schema:
    return _list(_row(name=_NAME, starts_on=_DAY, ends_on=_DAY), 1, field.most_rows)


def _people(field: PeopleField) -> Schema:
    return _list(_row(person_id=_ID, duty=_words_of(formrows.DUTY_MAX)), field.least, formrows.PEOPLE_MAX)


def _values(field: ChoiceField | ChoicesField) -> list[str]:
    return list(dict.fromkeys(option.value for option in field.options))


def _words_of(most: int) -> Schema:
    return {"type": "string", "maxLength": most}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _between(least: int, most: int) -> Schema:
    return {"type": "number", "minimum": least, "maximum": most}


def _list(items: Schema, least: int, most: int | None) -> Schema:
    return {"type": "array", "items": items, "minItems": max(1, least)} | ({} if most is None else {"maxItems": most})


def _row(**cells: Schema) -> Schema:
    return {"type": "object", "properties": cells, "required": list(cells), "additionalProperties": False}


_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": formrows.ROW_NAME_MAX}
_ID: Schema = {"type": "integer", "minimum": 1}
_DAY: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_LINK: Schema = {"type": "string", "format": "iri", "pattern": "^https?://", "maxLength": LINK_MAX}
_LIMITS: dict[FieldKind, Callable[[Any], Schema]] = {
    FieldKind.LINE: _text,
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: lambda _: _DAY,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.FILES: _files,
    FieldKind.BUDGET: _budget,
    FieldKind.SCHEDULE: _schedule,
    FieldKind.POINT: lambda _: _row(lat=_between(SOUTH, NORTH), lon=_between(WEST, EAST)),
    FieldKind.PEOPLE: _people,
    FieldKind.LINK: lambda _: _LINK,
    FieldKind.CONSENT: lambda _: {"const": True},
}
