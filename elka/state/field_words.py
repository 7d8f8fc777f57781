"""Words and icons of template fields: their kinds, limits, conditions, audiences. The one place that has them.

The constructor's cards, the applicant's form and the PDF of an application say the same about the same field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from elka.core.formfields import (
    AnyField,
    Audience,
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
    PeopleField,
    ProjectPart,
    ScheduleField,
    SectionField,
    SourceShare,
    Test,
    TextField,
)
from elka.ui import labels
from elka.ui.labels import NBSP


@dataclass(frozen=True)
class KindWords:
    """A kind of field: its name, its lucide icon, the label that a new field begins with, what it is for."""

    name: str
    icon: str
    label: str
    about: str


KINDS: dict[FieldKind, KindWords] = {
    FieldKind.LINE: KindWords("Строка", "type", "Новый вопрос", "Короткий ответ: имя, адрес, название"),
    FieldKind.TEXT: KindWords("Текст", "align-left", "Расскажите подробнее", "Ответ в несколько абзацев"),
    FieldKind.NUMBER: KindWords("Число", "hash", "Сколько", "Сколько людей, метров, штук"),
    FieldKind.MONEY: KindWords("Сумма", "banknote", "Сумма", "Рубли, целым числом"),
    FieldKind.DATE: KindWords("Дата", "calendar", "Когда", "Один день"),
    FieldKind.CHOICE: KindWords("Один ответ", "circle-dot", "Выберите ответ", "Один ответ из списка"),
    FieldKind.CHOICES: KindWords("Несколько ответов", "list-checks", "Отметьте подходящее", "Сколько угодно ответов"),
    FieldKind.FILES: KindWords("Файлы", "paperclip", "Приложите файлы", "Документы, сметы, письма поддержки"),
    FieldKind.BUDGET: KindWords("Смета", "table-2", "Смета", "Работы с суммами по источникам"),
    FieldKind.SCHEDULE: KindWords("План работ", "calendar-range", "План работ", "Что, с какого дня и по какой"),
    FieldKind.POINT: KindWords("Точка на карте", "map-pin", "Покажите на карте", "Место проекта"),
    FieldKind.PEOPLE: KindWords(
        "Группа", "users-round", "Инициативная группа", "Люди, которые сами подтвердили участие"
    ),
    FieldKind.LINK: KindWords("Ссылка", "link", "Ссылка", "Адрес страницы"),
    FieldKind.CONSENT: KindWords("Согласие", "file-check", "Согласие", "Заявление, с которым соглашаются"),
    FieldKind.SECTION: KindWords("Раздел", "heading", "Новый раздел", "Заголовок с пояснением"),
}


@dataclass(frozen=True)
class PartWords:
    """A part of the project: its name in the palette, and what a new field for it asks."""

    name: str
    label: str
    hint: str = ""


PARTS: dict[ProjectPart, PartWords] = {
    ProjectPart.TITLE: PartWords("Название", "Название проекта"),
    ProjectPart.SUMMARY: PartWords(
        "Коротко", "Что предлагаете", "Одно-два предложения: они стоят на карточке проекта."
    ),
    ProjectPart.PROBLEM: PartWords(
        "Проблема", "Какую проблему решает", "Что сейчас не так, кого это касается, сколько людей."
    ),
    ProjectPart.OUTCOME: PartWords("Результат", "Что изменится", "Что появится и как этим будут пользоваться."),
    ProjectPart.ADDRESS: PartWords("Место", "Место", "Улица и дом, двор, школа, берег: как объяснили бы соседу."),
    ProjectPart.DIRECTION: PartWords("Направление", "Направление"),
    ProjectPart.SETTLEMENT: PartWords("Населённый пункт", "Населённый пункт"),
    ProjectPart.STARTS_ON: PartWords("Начало", "Начнёте"),
    ProjectPart.ENDS_ON: PartWords("Конец", "Закончите"),
    ProjectPart.BUDGET: PartWords(
        "Смета", "Смета", "Каждую работу отдельной строкой, с тем, кто её оплатит. Итог сложится сам."
    ),
    ProjectPart.GROUP: PartWords("Группа", "Инициативная группа", "Считаются те, кто сам подтвердил участие."),
    ProjectPart.PHOTOS: PartWords("Фотографии", "Фотографии", "Как это место выглядит сейчас."),
}
# What a card adds about who sees the answer, and what the official chooses from.
SEEN_BY = {
    Audience.EVERYONE: "видят все",
    Audience.EXPERTS: "видят эксперты и организатор",
    Audience.OFFICIALS: "видит только организатор",
}
AUDIENCES = {
    Audience.EVERYONE: "Все, когда заявка опубликована",
    Audience.EXPERTS: "Эксперты и организатор",
    Audience.OFFICIALS: "Только организатор",
}
FILE_TYPES = {
    FileType.PDF: "PDF",
    FileType.IMAGE: "фото",
    FileType.DOCUMENT: "документы",
    FileType.TABLE: "таблицы",
    FileType.ARCHIVE: "архивы",
}
FILE_NOTES = {
    FileType.PDF: "PDF",
    FileType.IMAGE: "Фотографии и рисунки (JPG, PNG, WEBP)",
    FileType.DOCUMENT: "Документы (DOCX, ODT, RTF)",
    FileType.TABLE: "Таблицы (XLSX, ODS, CSV)",
    FileType.ARCHIVE: "Архивы (ZIP)",
}
SOURCES = {
    "region": "регион",
    "municipality": "муниципалитет",
    "residents": "жители",
    "legal_entities": "организации",
    "in_kind": "натурой",
}
TESTS = {
    Test.IS: "равно",
    Test.IS_NOT: "не равно",
    Test.FILLED: "заполнено",
    Test.EMPTY: "не заполнено",
    Test.AT_LEAST: "не меньше",
    Test.AT_MOST: "не больше",
}
_ANSWERS = ("ответа", "ответов", "ответов")


def asks(field: AnyField) -> str:
    """Say in one line what a field asks and how much of it: «Строка, до 120 знаков»."""
    return labels.typographer(_asks(field))


def seen_by(field: AnyField) -> str:
    """Say who sees the answer where that is not everybody; empty otherwise."""
    return "" if field.audience is Audience.EVERYONE else SEEN_BY[field.audience]


def condition(shown_if: Condition | None, fields: Mapping[str, AnyField]) -> str:
    """Say when a field is shown: «если «Вклад жителей» = деньги»; empty for always. ``fields``: of the template by key."""
    if shown_if is None:
        return ""
    source = fields.get(shown_if.key)
    if source is None:
        return "если… (поля для условия больше нет)"
    return labels.typographer(f"если «{source.label}» {_passes(shown_if, source)}")


def answer_words(source: AnyField, value: str) -> str:
    """Return the words of a condition's value as the field it looks at knows them."""
    if isinstance(source, ConsentField):
        return "дано" if value == "true" else "не дано"
    if isinstance(source, MoneyField):
        return labels.money(int(value)) if value.isdigit() else value
    if isinstance(source, NumberField):
        return f"{value}{NBSP}{source.unit}".strip()
    options = source.options if isinstance(source, ChoiceField | ChoicesField) else ()
    return next((one.label for one in options if one.value == value), value)


def tests_for(source: AnyField) -> tuple[Test, ...]:
    """Return the tests that make sense for the answers of a field; none for a section."""
    match source:
        case SectionField():
            return ()
        case ConsentField():
            return (Test.IS,)
        case ChoiceField() | ChoicesField():
            return (Test.IS, Test.IS_NOT, Test.FILLED, Test.EMPTY)
        case NumberField() | MoneyField():
            return (Test.AT_LEAST, Test.AT_MOST, Test.IS, Test.IS_NOT, Test.FILLED, Test.EMPTY)
        case _:
            return (Test.FILLED, Test.EMPTY)


def needs_value(test: Test) -> bool:
    """Whether a test compares with a value."""
    return test not in (Test.FILLED, Test.EMPTY)


def _passes(shown_if: Condition, source: AnyField) -> str:
    words = answer_words(source, shown_if.value)
    several = isinstance(source, ChoicesField)
    match shown_if.test:
        case Test.IS if isinstance(source, ConsentField):
            return words
        case Test.IS:
            return f"включает «{words}»" if several else f"= {words}"
        case Test.IS_NOT:
            return f"не включает «{words}»" if several else f"≠ {words}"
        case Test.AT_LEAST:
            return f"от {words}"
        case Test.AT_MOST:
            return f"до {words}"
        case test:
            return TESTS[test]


def _asks(field: AnyField) -> str:
    name = KINDS[FieldKind(field.kind)].name
    own = _LIMITS.get(FieldKind(field.kind))
    return own(name, field) if own else name


def span(least: str | None, most: str | None, *, unit: str = "") -> str:
    """Write limits: «от 1 до 10 лет», «до 500 000 ₽»; empty when there are none."""
    parts = [f"{word}{NBSP}{end}" for word, end in (("от", least), ("до", most)) if end is not None]
    return f"{' '.join(parts)}{NBSP}{unit}".strip() if parts else ""


def _signs(name: str, field: LineField | TextField) -> str:
    if not field.min_length:
        return f"{name}, до {labels.plural(field.max_length, 'знака', 'знаков', 'знаков')}"
    return f"{name}, {labels.number(field.min_length)}–{labels.plural(field.max_length, 'знак', 'знака', 'знаков')}"


def _number(name: str, field: NumberField | MoneyField) -> str:
    unit = "₽" if isinstance(field, MoneyField) else field.unit
    return _listed(name, span(*_ends(field.least, field.most), unit=unit) or unit * (unit != "₽"))


def _date(name: str, field: DateField) -> str:
    first, last = (labels.date(one) if one else "" for one in (field.earliest, field.latest))
    return _listed(name, f"не раньше {first}" * bool(first), f"не позже {last}" * bool(last))


def _choice(_: str, field: ChoiceField) -> str:
    if field.of_project is not None:
        return "Один ответ из списка региона"
    return f"Один из {labels.plural(len(field.options), *_ANSWERS)}"


def _choices(_: str, field: ChoicesField) -> str:
    limits = span(*_ends(field.least or None, field.most))
    return _listed(f"Любые из {labels.plural(len(field.options), *_ANSWERS)}", limits)


def _files(_: str, field: FilesField) -> str:
    kinds = labels.listing([FILE_TYPES[one] for one in field.types], "или")
    most = labels.plural(field.most_files, "файла", "файлов", "файлов")
    return f"До {most}: {kinds}, до {field.max_mb}{NBSP}МБ каждый"


def _budget(_: str, field: BudgetField) -> str:
    if not field.shares:
        return "Смета по источникам"
    names = ", ".join(SOURCES[one.source] for one in field.shares)
    limited = [f"{SOURCES[one.source]} {bound}" for one in field.shares if (bound := _share(one))]
    return f"Смета: {names}" + (f". Доля: {', '.join(limited)}" if limited else "")


def _share(share: SourceShare) -> str:
    whole = 100
    least, most = share.least or None, share.most if share.most < whole else None
    return span(*_ends(least, most), unit="%")


def _schedule(name: str, field: ScheduleField) -> str:
    return f"{name}, до {labels.plural(field.most_rows, 'строки', 'строк', 'строк')}"


def _people(_: str, field: PeopleField) -> str:
    if field.least == 1:
        return "Автор и те, кого он пригласит"
    return f"Не меньше {labels.plural(field.least, 'человека', 'человек', 'человек')}, каждый подтверждает участие"


def _consent(name: str, field: ConsentField) -> str:
    line, most = " ".join(field.text.split()), 60
    short = line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"
    return f"{name}: {short}" if short else name


def _section(_: str, field: SectionField) -> str:
    return field.hint


_LIMITS: dict[FieldKind, Callable[[str, Any], str]] = {
    FieldKind.LINE: _signs,
    FieldKind.TEXT: _signs,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.FILES: _files,
    FieldKind.BUDGET: _budget,
    FieldKind.SCHEDULE: _schedule,
    FieldKind.PEOPLE: _people,
    FieldKind.CONSENT: _consent,
    FieldKind.SECTION: _section,
}


def _ends(least: int | None, most: int | None) -> tuple[str | None, str | None]:
    return (None if least is None else labels.number(least), None if most is None else labels.number(most))


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
