"""What is wrong with a template itself: told to the official who builds it, and in the way of its publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from elka.core.formcheck import bound
from elka.core.formfields import (
    PART_KINDS,
    PART_LENGTHS,
    AnyField,
    BudgetField,
    ChoiceField,
    ChoicesField,
    Condition,
    ConsentField,
    DateField,
    FieldKind,
    FilesField,
    FileType,
    LineField,
    MoneyField,
    NumberField,
    ProjectPart,
    Test,
    TextField,
)
from elka.core.formreading import OF_REGION
from elka.core.formrows import SOURCES
from elka.core.formtemplate import FormSpec
from elka.core.formwords import NBSP
from elka.core.texts import one_line

ALWAYS = (ProjectPart.TITLE, ProjectPart.DIRECTION, ProjectPart.SETTLEMENT)  # no application is without them
PHOTOS_MAX = 12  # of a project (models/projects.py)

_PARTS = {
    ProjectPart.TITLE: "Название проекта",
    ProjectPart.SUMMARY: "Краткое описание",
    ProjectPart.PROBLEM: "Проблема",
    ProjectPart.OUTCOME: "Результат",
    ProjectPart.ADDRESS: "Место",
    ProjectPart.DIRECTION: "Направление",
    ProjectPart.SETTLEMENT: "Населённый пункт",
    ProjectPart.STARTS_ON: "Начало работ",
    ProjectPart.ENDS_ON: "Окончание работ",
    ProjectPart.BUDGET: "Смета",
    ProjectPart.GROUP: "Инициативная группа",
    ProjectPart.PHOTOS: "Фотографии",
}
_KINDS = {
    FieldKind.LINE: "строка",
    FieldKind.TEXT: "текст",
    FieldKind.CHOICE: "один вариант",
    FieldKind.DATE: "дата",
    FieldKind.BUDGET: "смета",
    FieldKind.PEOPLE: "люди",
    FieldKind.FILES: "файлы",
}
_OPTIONED = (FieldKind.CHOICE, FieldKind.CHOICES)
_FIGURES = (FieldKind.NUMBER, FieldKind.MONEY)
_MEND_CONDITION = "Поправьте условие показа или уберите его."


def troubles(spec: FormSpec) -> dict[str, str]:
    """Return what to mend before the template can be published, by field key; "" for the template as a whole."""
    found: dict[str, str] = {}
    earlier: dict[str, AnyField] = {}
    parts: set[ProjectPart] = set()
    for field in spec.fields:
        trouble = (
            ("Ключ поля повторяется. Удалите одно из двух полей." if field.key in earlier else "")
            or ("" if one_line(field.label) else "Назовите поле.")
            or _limits(field)
            or _part(field, parts)
            or (_condition(field, field.shown_if, earlier, spec.by_key) if field.shown_if else "")
        )
        if trouble:
            found.setdefault(field.key, trouble)
        earlier.setdefault(field.key, field)
        if field.of_project is not None:
            parts.add(field.of_project)
    whole = _whole(spec, parts)
    return {"": whole, **found} if whole else found


def _whole(spec: FormSpec, parts: set[ProjectPart]) -> str:
    if all(field.kind is FieldKind.SECTION for field in spec.fields):
        return "В шаблоне нет ни одного вопроса. Добавьте поля."
    lacking = [f"«{_PARTS[part]}»" for part in ALWAYS if part not in parts]
    return f"Это есть в каждой заявке, добавьте: {', '.join(lacking)}." if lacking else ""


# A field by itself


def _limits(field: AnyField) -> str:
    match field:
        case LineField() | TextField() if field.min_length > field.max_length:
            return "Наименьшая длина больше наибольшей. Поправьте одну из них."
        case NumberField() | MoneyField() if _crossed(field.least, field.most):
            return "Наименьшее значение больше наибольшего. Поправьте одно из них."
        case DateField() if field.earliest and field.latest and field.earliest > field.latest:
            return "Самая ранняя дата позже самой поздней. Поправьте одну из них."
        case ChoiceField():
            return "" if field.of_project in OF_REGION else _options(field)
        case ChoicesField():
            return _options(field) or _how_many(field)
        case FilesField() if not field.types:
            return "Отметьте хотя бы один тип файлов."
        case BudgetField():
            return _shares(field)
        case ConsentField() if not one_line(field.text):
            return "Напишите текст, с которым соглашается заявитель."
        case _:
            return ""


def _crossed(least: int | None, most: int | None) -> bool:
    return least is not None and most is not None and least > most


def _options(field: ChoiceField | ChoicesField) -> str:
    if len(field.options) < 2:  # noqa: PLR2004  one answer is no choice
        return "Добавьте хотя бы два варианта ответа."
    if not all(one_line(option.label) for option in field.options):
        return "Назовите каждый вариант ответа."
    twice = _twice(one_line(option.label).casefold() for option in field.options)
    if twice is not None:
        return f"Вариант «{field.options[twice].label}» повторяется. Назовите его иначе или удалите."
    twice = _twice(option.value for option in field.options)
    if twice is not None:
        return (
            f"У варианта «{field.options[twice].label}» то же значение, что у другого. Удалите его и добавьте заново."
        )
    return ""


def _twice(values: Iterable[str]) -> int | None:
    """Return the place of the first value that was there before."""
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value in seen:
            return place
        seen.add(value)
    return None


def _how_many(field: ChoicesField) -> str:
    if field.least > len(field.options):
        return "Нужно выбрать больше вариантов, чем их есть. Добавьте варианты или уменьшите число."
    if _crossed(field.least, field.most):
        return "Выбрать нужно больше, чем можно. Поправьте одно из чисел."
    return ""


def _shares(field: BudgetField) -> str:
    if _twice(share.source for share in field.shares) is not None:
        return "Один источник указан дважды. Оставьте одну строку."
    if any(share.least > share.most for share in field.shares):
        return "Наименьшая доля источника больше наибольшей. Поправьте одну из них."
    if sum(share.least for share in field.shares) > 100:  # noqa: PLR2004  percent
        return f"Наименьшие доли вместе больше 100{NBSP}%: такой сметы не бывает. Уменьшите их."
    if len(field.shares) == len(SOURCES) and sum(share.most for share in field.shares) < 100:  # noqa: PLR2004
        return f"Наибольшие доли вместе меньше 100{NBSP}%: такой сметы не бывает. Увеличьте их."
    return ""


# A field as a part of the project


def _part(field: AnyField, taken: set[ProjectPart]) -> str:
    part = field.of_project
    if field.kind is FieldKind.BUDGET and part is not ProjectPart.BUDGET:
        return "Смета всегда берётся из проекта. Свяжите поле со сметой проекта."
    if field.kind is FieldKind.PEOPLE and part is not ProjectPart.GROUP:
        return "Люди всегда берутся из группы проекта. Свяжите поле с инициативной группой."
    if part is None:
        return ""
    if field.kind is not PART_KINDS[part]:
        return (
            f"«{_PARTS[part]}» заполняют полем вида «{_KINDS[PART_KINDS[part]]}». Смените вид или отвяжите от проекта."
        )
    if part in taken:
        return f"«{_PARTS[part]}» уже есть в шаблоне. Оставьте одно такое поле."
    if isinstance(field, LineField | TextField) and field.max_length > PART_LENGTHS[part]:
        return f"В проекте для этого не больше {PART_LENGTHS[part]} знаков. Уменьшите наибольшую длину."
    if isinstance(field, FilesField) and (field.types != (FileType.IMAGE,) or field.most_files > PHOTOS_MAX):
        return f"Фотографии проекта: только изображения, не больше {PHOTOS_MAX}. Поправьте типы и число файлов."
    if part in ALWAYS and field.shown_if is not None:
        return "Это есть в каждой заявке. Уберите условие показа."
    return ""


# A condition


def _condition(
    field: AnyField, condition: Condition, earlier: Mapping[str, AnyField], by_key: Mapping[str, AnyField]
) -> str:
    if condition.key == field.key:
        return f"Условие смотрит на само это поле. {_MEND_CONDITION}"
    if condition.key not in by_key:
        return f"Условие смотрит на поле, которого нет. {_MEND_CONDITION}"
    if condition.key not in earlier:
        return "Условие смотрит на поле, которое стоит ниже. Поднимите то поле или уберите условие."
    asked = earlier[condition.key]
    if asked.kind is FieldKind.SECTION:
        return f"Условие смотрит на раздел, а у раздела нет ответа. {_MEND_CONDITION}"
    if condition.test in (Test.FILLED, Test.EMPTY):
        return ""
    if condition.test in (Test.AT_LEAST, Test.AT_MOST) and asked.kind not in _FIGURES:
        return f"«{asked.label}» – не число, сравнивать можно только числа и суммы. {_MEND_CONDITION}"
    if asked.kind not in (*_OPTIONED, *_FIGURES, FieldKind.CONSENT):
        return f"У поля «{asked.label}» можно проверить только, заполнено ли оно. {_MEND_CONDITION}"
    if not _possible(asked, condition.value):
        return f"У поля «{asked.label}» не бывает такого ответа. {_MEND_CONDITION}"
    return ""


def _possible(field: AnyField, value: str) -> bool:
    """Whether the field can be answered so."""
    match field:
        case ChoiceField() if field.of_project in OF_REGION:
            return value.isascii() and value.isdigit()
        case ChoiceField() | ChoicesField():
            return any(option.value == value for option in field.options)
        case ConsentField():
            return value in {"true", "false"}
        case NumberField() | MoneyField():
            wanted = bound(value)
            whole = isinstance(field, MoneyField) or field.digits == 0
            return (
                wanted is not None
                and not (whole and wanted != wanted.to_integral_value())
                and (field.least is None or wanted >= field.least)
                and (field.most is None or wanted <= field.most)
            )
        case _:
            return False
