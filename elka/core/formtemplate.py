"""A version of an application template: its fields in order, its canonical form and how garbage is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from elka.core.formfields import FIELDS_MAX, AnyField
from elka.errors import Refused

FORMAT: Final = "elka-form"
_MOST_VALUES = 50_000  # in one template: 120 fields of 60 options are far below it


class BadForm(Refused):
    """What came is not a template of an application."""


class FormSpec(BaseModel):
    """A template as it is published. Equal templates have equal ``sha256``, whatever the order of their JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["elka-form"] = FORMAT
    version: Literal[1] = 1
    fields: tuple[AnyField, ...] = Field(max_length=FIELDS_MAX)

    def dump(self) -> dict[str, Any]:
        """Return what a JSON column keeps: every setting by name, so that a later default cannot change its meaning."""
        return self.model_dump(mode="json")

    @classmethod
    def load(cls, obj: object) -> FormSpec:
        """Read a dump, or a hand-written one whose fields leave defaults out. Raises BadForm with words for people."""
        if not isinstance(obj, dict) or obj.get("format") != FORMAT:
            raise BadForm("Это не шаблон заявки ЕЛКИ. Выберите файл, который был выгружен из конструктора.")
        if obj.get("version", 1) != 1:
            raise BadForm("Шаблон сделан в более новой ЕЛКЕ. Обновите эту или выгрузите шаблон заново.")
        _require_storable(obj)
        try:
            return cls.model_validate(obj)
        except ValidationError as error:
            raise BadForm(_told(error)) from error

    @cached_property
    def sha256(self) -> str:
        """Return the hash of the canonical JSON."""
        text = json.dumps(self.dump(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def by_key(self) -> Mapping[str, AnyField]:
        """Return the fields by key, in their order; of a repeated key the first counts (``troubles`` tells of it)."""
        found: dict[str, AnyField] = {}
        for field in self.fields:
            found.setdefault(field.key, field)
        return found

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:  # noqa: ARG002
        """Return a validated copy; pydantic's own would keep the hash and the keys of the old fields."""
        return self.model_validate({"fields": self.fields, **(update or {})})


def _require_storable(obj: object) -> None:
    """Raise BadForm for texts that no database keeps and for what is absurdly large."""
    waiting, seen = [obj], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > _MOST_VALUES:
            raise BadForm("Шаблон слишком велик.")
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, str) and not storable(value):
            raise BadForm("В шаблоне есть знаки, которые нельзя хранить. Наберите этот текст заново.")


def storable(text: str) -> bool:
    """Whether a database can keep the text: no NUL, no half of a sign (a lone surrogate)."""
    return "\x00" not in text and text == text.encode("utf-8", "ignore").decode("utf-8")


def _told(error: ValidationError) -> str:
    """Say in Russian what is wrong first, and where."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place, kind = first["loc"], first["type"]
    if place[:1] != ("fields",):
        return "В файле есть лишнее. Выберите файл, который был выгружен из конструктора."
    if len(place) == 1:
        return {
            "missing": "В шаблоне нет списка полей.",
            "too_long": f"В шаблоне не больше {FIELDS_MAX} полей. Уберите лишние.",
        }.get(kind, "Поля шаблона должны быть списком.")
    where = f"Поле {int(place[1]) + 1}" if isinstance(place[1], int) else "Поле"
    name = next((str(part) for part in reversed(place[3:]) if isinstance(part, str)), "")
    return f"{where}: {_WORDS.get(kind, 'неверное значение')}{f' «{name}»' if name else ''}."


_WORDS = {
    "union_tag_invalid": "такого вида поля нет",
    "union_tag_not_found": "не указан вид",
    "missing": "не хватает свойства",
    "extra_forbidden": "лишнее свойство",
    "string_pattern_mismatch": "ключ из латинских строчных букв, цифр и подчёркиваний, до 40 знаков:",
    "string_too_long": "слишком длинный текст в свойстве",
    "string_too_short": "пустой текст в свойстве",
    "too_long": "слишком много значений в свойстве",
    "greater_than_equal": "слишком маленькое значение в свойстве",
    "less_than_equal": "слишком большое значение в свойстве",
    "enum": "неизвестное значение в свойстве",
    "literal_error": "неизвестное значение в свойстве",
}
