"""What is wrong with a template itself: told to the official who builds it, and in the way of its publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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
from elka.core.formtyped import FIRST_YEAR, LAST_YEAR
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
_FIGURES = (FieldKind.NUMBER, FieldKind.MONEY)
_COMPARED = (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.CONSENT, *_FIGURES)  # whose answer can be looked at
_COMPARISONS = (Test.AT_LEAST, Test.AT_MOST)
_ALWAYS_TESTED = (Test.FILLED, Test.EMPTY)
_MEND_CONDITION = "Поправьте условие показа или уберите его."


def troubles(spec: FormSpec) -> dict[str, str]:
    """Return what to mend before the template can be published, by field key; "" for the template as a whole."""
    found: dict[str, str] = {}
    earlier: dict[str, AnyField] = {}
    parts: set[ProjectPart] = set()
    for field in spec.fields:
        first = next(_of_field(field, earlier, parts, spec.by_key), "")
        if first:
            found.setdefault(field.key, first)
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


def _of_field(
    field: AnyField, earlier: Mapping[str, AnyField], parts: set[ProjectPart], by_key: Mapping[str, AnyField]
) -> Iterator[str]:
    """Give the troubles of a field, the one to mend first before the others."""
    if field.key in earlier:
        yield "Ключ поля повторяется. Удалите одно из двух полей."
    if not one_line(field.label):
        yield "Назовите поле."
    yield from _limits(field)
    yield from _part(field, parts)
    if field.shown_if is not None:
        yield from _condition(field, field.shown_if, earlier, by_key)


def _limits(field: AnyField) -> Iterator[str]:
    match field:
        case LineField() | TextField() if field.min_length > field.max_length:
            yield "Наименьшая длина больше наибольшей. Поправьте одну из них."
        case NumberField() | MoneyField() if _crossed(field.least, field.most):
            yield "Наименьшее значение больше наибольшего. Поправьте одно из них."
        case DateField() if field.earliest and field.latest and field.earliest > field.latest:
            yield "Самая ранняя дата позже самой поздней. Поправьте одну из них."
        case DateField() if _never(field):
            yield f"Проверьте год: даты бывают с {FIRST_YEAR} по {LAST_YEAR} год."
        case ChoiceField() if field.of_project not in OF_REGION:
            yield from _options(field)
        case ChoicesField():
            yield from _options(field)
            yield from _how_many(field)
        case FilesField() if not field.types:
            yield "Отметьте хотя бы один тип файлов."
        case BudgetField():
            yield from _shares(field)
        case ConsentField() if not one_line(field.text):
            yield "Напишите текст, с которым соглашается заявитель."


def _never(field: DateField) -> bool:
    return (field.earliest is not None and field.earliest.year > LAST_YEAR) or (
        field.latest is not None and field.latest.year < FIRST_YEAR
    )


def _crossed(least: int | None, most: int | None) -> bool:
    return least is not None and most is not None and least > most


def _options(field: ChoiceField | ChoicesField) -> Iterator[str]:
    if len(field.options) < 2:  # noqa: PLR2004  one answer is no choice
        yield "Добавьте хотя бы два варианта ответа."
    if not all(one_line(option.label) for option in field.options):
        yield "Назовите каждый вариант ответа."
    twice = _twice(one_line(option.label).casefold() for option in field.options)
    if twice is not None:
        yield f"Вариант «{field.options[twice].label}» повторяется. Назовите его иначе или удалите."
    twice = _twice(option.value for option in field.options)
    if twice is not None:
        yield (
            f"У варианта «{field.options[twice].label}» то же значение, что у другого. Удалите его и добавьте заново."
        )


def _twice(values: Iterable[str]) -> int | None:
    """Return the place of the first value that was there before."""
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value in seen:
            return place
        seen.add(value)
    return None


def _how_many(field: ChoicesField) -> Iterator[str]:
    if field.least > len(field.options):
        yield "Нужно выбрать больше вариантов, чем их есть. Добавьте варианты или уменьшите число."
    if _crossed(field.least, field.most):
        yield "Выбрать нужно больше, чем можно. Поправьте одно из чисел."


def _shares(field: BudgetField) -> Iterator[str]:
    if _twice(share.source for share in field.shares) is not None:
        yield "Один источник указан дважды. Оставьте одну строку."
    if any(share.least > share.most for share in field.shares):
        yield "Наименьшая доля источника больше наибольшей. Поправьте одну из них."
    if sum(share.least for share in field.shares) > 100:  # noqa: PLR2004  percent
        yield f"Наименьшие доли вместе больше 100{NBSP}%: такой сметы не бывает. Уменьшите их."
    if len(field.shares) == len(SOURCES) and sum(share.most for share in field.shares) < 100:  # noqa: PLR2004
        yield f"Наибольшие доли вместе меньше 100{NBSP}%: такой сметы не бывает. Увеличьте их."


# A field as a part of the project


def _part(field: AnyField, taken: set[ProjectPart]) -> Iterator[str]:
    part = field.of_project
    if field.kind is FieldKind.BUDGET and part is not ProjectPart.BUDGET:
        yield "Смета всегда берётся из проекта. Свяжите поле со сметой проекта."
    elif field.kind is FieldKind.PEOPLE and part is not ProjectPart.GROUP:
        yield "Люди всегда берутся из группы проекта. Свяжите поле с инициативной группой."
    elif part is not None and field.kind is not PART_KINDS[part]:
        kind = _KINDS[PART_KINDS[part]]
        yield f"«{_PARTS[part]}» заполняют полем вида «{kind}». Смените вид или отвяжите поле от проекта."
    elif part in taken:
        yield f"«{_PARTS[part]}» уже есть в шаблоне. Оставьте одно такое поле."
    elif part is not None and isinstance(field, LineField | TextField) and field.max_length > PART_LENGTHS[part]:
        yield f"В проекте для этого не больше {PART_LENGTHS[part]} знаков. Уменьшите наибольшую длину."
    elif part is ProjectPart.PHOTOS and isinstance(field, FilesField) and not _holds_photos(field):
        yield f"Фотографии проекта: только изображения, не больше {PHOTOS_MAX}. Поправьте типы и число файлов."
    elif part in ALWAYS and field.shown_if is not None:
        yield "Это есть в каждой заявке. Уберите условие показа."


def _holds_photos(field: FilesField) -> bool:
    return set(field.types) == {FileType.IMAGE} and field.most_files <= PHOTOS_MAX


# A condition


def _condition(
    field: AnyField, condition: Condition, earlier: Mapping[str, AnyField], by_key: Mapping[str, AnyField]
) -> Iterator[str]:
    asked = earlier.get(condition.key)
    if condition.key == field.key:
        yield f"Условие смотрит на само это поле. {_MEND_CONDITION}"
    elif condition.key not in by_key:
        yield f"Условие смотрит на поле, которого нет. {_MEND_CONDITION}"
    elif asked is None:
        yield "Условие смотрит на поле, которое стоит ниже. Поднимите то поле или уберите условие."
    elif asked.kind is FieldKind.SECTION:
        yield f"Условие смотрит на раздел, а у раздела нет ответа. {_MEND_CONDITION}"
    elif condition.test in _COMPARISONS and asked.kind not in _FIGURES:
        yield f"«{asked.label}» — не число, сравнивать можно только числа и суммы. {_MEND_CONDITION}"
    elif condition.test not in _ALWAYS_TESTED and asked.kind not in _COMPARED:
        yield f"У поля «{asked.label}» можно проверить только, заполнено ли оно. {_MEND_CONDITION}"
    elif condition.test not in _ALWAYS_TESTED and not _possible(asked, condition.value):
        yield f"У поля «{asked.label}» не бывает такого ответа. {_MEND_CONDITION}"


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
