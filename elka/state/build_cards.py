"""What the step «Форма заявки» shows: the cards of a template and the settings of the chosen field. Not a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elka.core import fieldsettings
from elka.core.fieldsettings import How, settings_for, shares_of
from elka.core.form_time import minutes, questions
from elka.core.formfields import (
    FIELDS_MAX,
    PART_KINDS,
    AnyField,
    BudgetField,
    ChoiceField,
    ChoicesField,
    Condition,
    ConsentField,
    FieldKind,
    FilesField,
    FileType,
    SectionField,
    Test,
)
from elka.core.formspec import FormSpec, troubles
from elka.state import field_words
from elka.state.field_words import KINDS, PARTS
from elka.ui import labels
from elka.ui.rows import Option

FIELD_WORDS = ("поле", "поля", "полей")
OWN_KINDS = tuple(kind for kind in FieldKind if kind not in (FieldKind.BUDGET, FieldKind.PEOPLE))
# Names of the settings as their controls bear them, and what is said under the name.
_NAMES: dict[str, tuple[str, str]] = {
    "label": ("Вопрос", ""),
    "hint": ("Подсказка", ""),
    "example": ("Пример ответа", ""),
    "min_length": ("Знаков, не меньше", "0 — сколько угодно"),
    "max_length": ("Знаков, не больше", ""),
    "digits": ("Знаков после запятой", "0 — целое число"),
    "unit": ("Единица", "метров, человек, лет"),
    "earliest": ("Не раньше", ""),
    "latest": ("Не позже", ""),
    "least": ("Не меньше", ""),
    "most": ("Не больше", ""),
    "most_files": ("Файлов, не больше", ""),
    "max_mb": ("Один файл, МБ, не больше", ""),
    "most_rows": ("Строк, не больше", ""),
    "text": ("Текст, с которым соглашаются", ""),
}
_OF_KIND: dict[tuple[FieldKind, str], tuple[str, str]] = {
    (FieldKind.SECTION, "label"): ("Заголовок", ""),
    (FieldKind.SECTION, "hint"): ("Пояснение", ""),
    (FieldKind.CONSENT, "label"): ("Заголовок", ""),
    (FieldKind.CHOICES, "least"): ("Ответов, не меньше", "0 — сколько угодно"),
    (FieldKind.CHOICES, "most"): ("Ответов, не больше", "Пусто — любое число"),
    (FieldKind.PEOPLE, "least"): ("Человек, не меньше", "Считая автора; только подтвердившие участие"),
}
_LONG = frozenset({"label", "hint", "example", "text", "unit"})


@dataclass(frozen=True)
class CardRow:
    """One field in the list. A section has a ``number`` and a ``count`` of its fields instead of what it asks."""

    key: str
    kind: str
    name: str
    asks: str = ""
    seen_by: str = ""
    condition: str = ""
    trouble: str = ""
    required: bool = False
    of_project: bool = False
    number: str = ""
    count: str = ""


@dataclass(frozen=True)
class PaletteRow:
    """Something that can be added. ``taken``: it is in the form already, or the form is full."""

    value: str
    kind: str
    name: str
    about: str
    taken: bool = False


@dataclass(frozen=True)
class SettingRow:
    """A setting that is typed. ``how``: line, text, whole, money, day; ``wide``: takes the whole row of the panel.

    ``field``: the name under which the state keeps what stands in it.
    """

    field: str
    label: str
    hint: str
    how: str
    most: int
    wide: bool


@dataclass(frozen=True)
class ShareRow:
    """A source of money in a budget; its limits are kept under the names ``least`` and ``most``."""

    source: str
    name: str
    on: bool
    least: str
    most: str


@dataclass(frozen=True)
class TickRow:
    """Something that is on or off."""

    value: str
    label: str
    on: bool


@dataclass(frozen=True)
class AnswerRow:
    """An answer to choose; its words are kept under the name ``field``."""

    value: str
    label: str
    field: str


@dataclass(frozen=True)
class ConditionRow:
    """When a field is shown. ``asks`` says what the value is: choice, figure, or nothing."""

    on: bool = False
    possible: bool = False
    key: str = ""
    test: str = ""
    value: str = ""
    asks: str = ""
    sources: list[Option] = field(default_factory=list)
    tests: list[Option] = field(default_factory=list)
    answers: list[Option] = field(default_factory=list)


@dataclass(frozen=True)
class ChosenRow:
    """The chosen field: every setting that its kind has. What stands in them the state keeps by the names given here."""

    key: str = ""
    kind: str = ""
    kind_name: str = ""
    part: str = ""
    trouble: str = ""
    asks: bool = True
    audience_open: bool = True
    required: str = ""
    audience: str = ""
    hidden: str = ""
    settings: list[SettingRow] = field(default_factory=list)
    has_options: bool = False
    options: list[AnswerRow] = field(default_factory=list)
    option_keys: list[str] = field(default_factory=list)
    types: list[TickRow] = field(default_factory=list)
    shares: list[ShareRow] = field(default_factory=list)
    condition: ConditionRow = ConditionRow()


@dataclass(frozen=True)
class Sheet:
    """All that the step shows. ``fields`` are the template as it stands, with the region's own options filled in."""

    contest_id: int
    version: int
    is_draft: bool
    head: str
    order: list[str]
    cards: list[CardRow]
    chosen: ChosenRow
    parts: list[PaletteRow]
    is_full: bool
    whole: str
    fields: tuple[AnyField, ...]


def sheet_of(
    contest_id: int, version: int, fields: Sequence[AnyField], chosen: str, *, is_draft: bool, spec: FormSpec
) -> Sheet:
    """Put together what the step shows. ``fields`` with the region's options; ``spec``: the template itself."""
    by_key = {one.key: one for one in fields}
    wrong = troubles(spec)
    return Sheet(
        contest_id=contest_id,
        version=version,
        is_draft=is_draft,
        head=head_of(fields),
        order=[one.key for one in fields],
        cards=_cards(fields, by_key, wrong),
        chosen=chosen_row(by_key[chosen], fields, wrong.get(chosen, "")) if chosen in by_key else ChosenRow(),
        parts=_parts(fields),
        is_full=len(fields) >= FIELDS_MAX,
        whole=wrong.get("", ""),
        fields=tuple(fields),
    )


def head_of(fields: Sequence[AnyField]) -> str:
    """Say how large a form is: «14 полей, примерно 25 минут заполнения»."""
    count, time = questions(fields), minutes(fields)
    if not count:
        return "Пока ни одного поля."
    return (
        f"{labels.plural(count, *FIELD_WORDS)}, примерно {labels.plural(time, 'минута', 'минуты', 'минут')} заполнения."
    )


def palette() -> list[PaletteRow]:
    """Return the kinds of own fields that can be added."""
    return [PaletteRow(kind.value, kind.value, KINDS[kind].name, KINDS[kind].about) for kind in OWN_KINDS]


def chosen_row(one: AnyField, fields: Sequence[AnyField], trouble: str) -> ChosenRow:
    """Return the settings of a field, only those that its kind has."""
    kind = FieldKind(one.kind)
    part = one.of_project
    own = one.options if isinstance(one, ChoiceField | ChoicesField) and part is None else None
    listed = [
        AnswerRow(option.value, option.label, f"{one.key}.{fieldsettings.OPTION}{option.value}") for option in own or ()
    ]
    return ChosenRow(
        key=one.key,
        kind=kind.value,
        kind_name=KINDS[kind].name,
        part=PARTS[part].name if part else "",
        trouble=trouble,
        asks=not isinstance(one, SectionField),
        audience_open=part is None and not isinstance(one, SectionField),
        required=f"{one.key}.required",
        audience=f"{one.key}.{fieldsettings.AUDIENCE}",
        hidden=f"{one.key}.hidden_from_experts",
        settings=[_setting(one, name) for name in settings_for(one)],
        has_options=own is not None,
        options=listed,
        option_keys=[option.value for option in listed],
        types=_types(one),
        shares=_shares(one),
        condition=_condition(one, fields),
    )


def values_in(one: AnyField) -> dict[str, str]:
    """Return what the controls of a field hold, by the names under which the state keeps them."""
    return {f"{one.key}.{name}": fieldsettings.written(one, name) for name in fieldsettings.names_of(one)}


def candidates(one: AnyField, fields: Sequence[AnyField]) -> list[AnyField]:
    """Return the fields that a condition of this one may look at: those above it that ask something."""
    place = next((place for place, other in enumerate(fields) if other.key == one.key), 0)
    return [other for other in fields[:place] if field_words.tests_for(other)]


def _cards(fields: Sequence[AnyField], by_key: Mapping[str, AnyField], wrong: Mapping[str, str]) -> list[CardRow]:
    counts: list[int] = []
    for one in fields:
        if isinstance(one, SectionField):
            counts.append(0)
        elif counts:
            counts[-1] += 1
    number = 0
    rows = []
    for one in fields:
        more: dict[str, Any] = {}
        if isinstance(one, SectionField):
            number += 1
            more = {"number": f"{number}.", "count": labels.plural(counts[number - 1], *FIELD_WORDS)}
        rows.append(
            CardRow(
                key=one.key,
                kind=FieldKind(one.kind).value,
                name=labels.typographer(one.label),
                asks=field_words.asks(one),
                seen_by=field_words.seen_by(one),
                condition=field_words.condition(one.shown_if, by_key),
                trouble=wrong.get(one.key, ""),
                required=one.required and not isinstance(one, SectionField),
                of_project=one.of_project is not None,
                **more,
            )
        )
    return rows


def _parts(fields: Sequence[AnyField]) -> list[PaletteRow]:
    taken = {one.of_project for one in fields}
    return [
        PaletteRow(part.value, PART_KINDS[part].value, words.name, words.label, part in taken)
        for part, words in PARTS.items()
    ]


def _setting(one: AnyField, name: str) -> SettingRow:
    setting = settings_for(one)[name]
    label, hint = _OF_KIND.get((FieldKind(one.kind), name), _NAMES[name])
    if not hint and setting.blank and setting.how in (How.WHOLE, How.MONEY, How.DAY):
        hint = "Пусто — без ограничения"
    if name == "max_length" and one.of_project is not None:
        hint = f"Проект вмещает до{labels.NBSP}{labels.number(setting.most)}"
    return SettingRow(
        field=f"{one.key}.{name}",
        label=label,
        hint=labels.typographer(hint),
        how=setting.how.value,
        most=setting.most if name in _LONG else 0,
        wide=name in _LONG,
    )


def _types(one: AnyField) -> list[TickRow]:
    if not isinstance(one, FilesField) or one.of_project is not None:
        return []
    return [TickRow(kind.value, field_words.FILE_NOTES[kind], kind in one.types) for kind in FileType]


def _shares(one: AnyField) -> list[ShareRow]:
    if not isinstance(one, BudgetField):
        return []
    known = {share.source: share for share in shares_of(one)}
    return [
        ShareRow(
            source=source,
            name=field_words.SOURCES[source].capitalize(),
            on=source in known,
            least=f"{one.key}.{fieldsettings.SHARE}{source}-least",
            most=f"{one.key}.{fieldsettings.SHARE}{source}-most",
        )
        for source in labels.SOURCES
    ]


def _condition(one: AnyField, fields: Sequence[AnyField]) -> ConditionRow:
    known = candidates(one, fields)
    sources = [Option(other.key, labels.typographer(other.label)) for other in known]
    source = next((other for other in known if one.shown_if and other.key == one.shown_if.key), None)
    if one.shown_if is None or source is None:
        return ConditionRow(on=one.shown_if is not None, possible=bool(known), sources=sources)
    return ConditionRow(
        on=True,
        possible=True,
        key=source.key,
        test=one.shown_if.test.value,
        value=one.shown_if.value,
        asks=value_asked(source, one.shown_if),
        sources=sources,
        tests=[Option(test.value, field_words.TESTS[test]) for test in field_words.tests_for(source)],
        answers=values_of(source),
    )


def value_asked(source: AnyField, condition: Condition) -> str:
    """Return what the value of a condition is typed as: choice, figure, or nothing."""
    if not field_words.needs_value(condition.test):
        return ""
    return "choice" if isinstance(source, ChoiceField | ChoicesField | ConsentField) else "figure"


def values_of(source: AnyField) -> list[Option]:
    """Return the values that a condition may compare with, where they are known beforehand."""
    if isinstance(source, ConsentField):
        return [Option("true", "дано"), Option("false", "не дано")]
    if isinstance(source, ChoiceField | ChoicesField):
        return [Option(one.value, one.label) for one in source.options]
    return []


def first_condition(source: AnyField, test: Test | None = None) -> Condition:
    """Return a condition to begin with: the first test that fits the field, with the first value that it may have."""
    tests = field_words.tests_for(source)
    chosen = test if test in tests else tests[0]
    values = values_of(source)
    value = values[0].value if values else "0"
    return Condition(key=source.key, test=chosen, value=value if field_words.needs_value(chosen) else "")
