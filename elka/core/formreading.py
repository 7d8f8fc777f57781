"""One answer: what a control sent, read into the value that is kept, and written back as the control shows it.

While a person is typing, only what can never become right is refused: a thing of another kind, more than the most. What
may still grow (too short, too few, a plan without dates) is told by ``core/formcheck.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from elka.core import formrows
from elka.core.formfields import (
    NUMBER_MAX,
    AnyField,
    ChoiceField,
    ChoicesField,
    ConsentField,
    DateField,
    FieldKind,
    LineField,
    LinkField,
    MoneyField,
    NumberField,
    PointField,
    ProjectPart,
    SectionField,
    TextField,
)
from elka.core.formtyped import day_typed, figure, roubles, string, structure
from elka.core.formwords import NBSP, counted, day, number
from elka.core.texts import one_line, paragraphs
from elka.errors import Refused

LINK_MAX = 500
SOUTH, NORTH, WEST, EAST = 57, 67, 58, 87  # a box around Ugra, degrees
OF_REGION = (ProjectPart.DIRECTION, ProjectPart.SETTLEMENT)  # choices whose options are rows of the database

_DEGREE_DIGITS = 6  # a tenth of a metre
_PAIR = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)(?:\s*[,;]\s*|\s+)(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)")
_ROW_ID = re.compile(r"[1-9][0-9]{0,8}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9])", re.IGNORECASE)  # «site.ru:8080» has a port, not a scheme
_NOT_IN_LINK = re.compile(r"[\s<>\"\\]")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[^\W\d_]{{2,63}}|xn--[a-z0-9-]{{1,59}})", re.IGNORECASE)
_NO_OPTION = "Выберите один из вариантов."
_NO_PAGE = "Укажите адрес страницы, например https://example.ru."


def read(field: AnyField, typed: object) -> Any:
    """Return the answer as it is kept, None when there is none. Raises Refused at the field; anything may come."""
    if typed is None or typed == "":
        return None
    try:
        return _READERS[field.kind](field, typed)
    except Refused as refused:
        raise Refused(refused.message, field=field.key) from None


def written(field: AnyField, value: Any) -> str:
    """Return what ``read`` returned as the field's control shows it; reading that again gives the very same value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if field.kind is FieldKind.CONSENT:
        return "true" if value is True else ""
    if isinstance(value, int | float):
        return number(value) if abs(value) <= NUMBER_MAX else ""
    if field.kind is FieldKind.POINT and isinstance(value, dict):
        return f"{value.get('lat')}, {value.get('lon')}"
    return json.dumps(value, ensure_ascii=False)


def _line(field: LineField, typed: object) -> str | None:
    return _short_enough(one_line(string(typed)), field.max_length)


def _text(field: TextField, typed: object) -> str | None:
    return _short_enough(paragraphs(string(typed)), field.max_length)


def _short_enough(text: str, most: int) -> str | None:
    if len(text) > most:
        raise Refused(f"Слишком длинно: {number(len(text))} из {number(most)}. Сократите.")
    return text or None


def _number(field: NumberField, typed: object) -> float | None:
    if _blank(typed):
        return None
    value = figure(typed, field.unit)
    if value != value.quantize(Decimal(1).scaleb(-field.digits)):
        if field.digits == 0:
            raise Refused("Укажите целое число, без запятой.")
        raise Refused(f"После запятой не больше {counted(field.digits, 'цифры', 'цифр', 'цифр')}.")
    if field.most is not None and value > field.most:
        raise Refused(f"Не больше {number(field.most)}{f'{NBSP}{field.unit}' if field.unit else ''}.")
    return int(value) if value == value.to_integral_value() else float(value)


def _money(field: MoneyField, typed: object) -> int | None:
    if _blank(typed):
        return None
    return roubles(typed) if field.most is None else roubles(typed, field.most)


def _date(field: DateField, typed: object) -> str | None:
    if _blank(typed):
        return None
    value = day_typed(typed)
    if field.latest is not None and value > field.latest:
        raise Refused(f"Не позже {day(field.latest)}.")
    return value.isoformat()


def _choice(field: ChoiceField, typed: object) -> str | None:
    if field.of_project in OF_REGION:
        if isinstance(typed, int) and not isinstance(typed, bool) and 0 < typed < 10**9:
            return str(typed)
        if not isinstance(typed, str) or not _ROW_ID.fullmatch(typed):
            raise Refused(_NO_OPTION)
        return typed
    if not isinstance(typed, str) or all(typed != option.value for option in field.options):
        raise Refused(_NO_OPTION)
    return typed


def _choices(field: ChoicesField, typed: object) -> list[str] | None:
    values = [option.value for option in field.options]
    # A list, its JSON, or the value of a single box.
    chosen = structure(typed) if not isinstance(typed, str) or typed.startswith("[") else [typed]
    if not isinstance(chosen, list | tuple) or not all(isinstance(one, str) and one in values for one in chosen):
        raise Refused("Выберите из предложенных вариантов.")
    found = [value for value in dict.fromkeys(values) if value in chosen]
    if field.most is not None and len(found) > field.most:
        raise Refused(f"Выберите не больше {counted(field.most, 'варианта', 'вариантов', 'вариантов')}.")
    return found or None


def _point(_: PointField, typed: object) -> dict[str, float] | None:
    if isinstance(typed, str) and (pair := _PAIR.fullmatch(one_line(string(typed)))):
        typed = {"lat": pair[1], "lon": pair[2]}
    place = structure(typed)
    if place == {}:
        return None
    if not isinstance(place, dict) or place.get("lat") is None or place.get("lon") is None:
        raise Refused("Поставьте точку на карте.")
    lat, lon = (round(float(figure(place[name])), _DEGREE_DIGITS) for name in ("lat", "lon"))
    if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
        raise Refused("Точка за пределами Югры. Поставьте её на карте округа.")
    return {"lat": lat, "lon": lon}


def _link(_: LinkField, typed: object) -> str | None:
    text = one_line(string(typed))
    if not text:
        return None
    scheme, mark, rest = text.partition("://")
    if not mark and not _SCHEME.match(text):
        scheme, rest = "https", text.removeprefix("//")
    scheme = scheme.lower()
    if scheme not in {"http", "https"} or _NOT_IN_LINK.search(rest):
        raise Refused(_NO_PAGE)
    address = f"{scheme}://{rest}"
    try:
        parts = urlsplit(address)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        raise Refused(_NO_PAGE) from None
    if not sound or "@" in parts.netloc or not _HOST.fullmatch(parts.hostname or ""):
        raise Refused(_NO_PAGE)
    return _short_enough(address, LINK_MAX)


def _consent(_: ConsentField, typed: object) -> bool | None:
    if typed is True or typed in ("true", "on"):
        return True
    if typed is False or typed in ("false", "off"):
        return None
    raise Refused("Поставьте или снимите отметку.")


def _section(_: SectionField, __: object) -> None:
    raise Refused("Раздел ничего не спрашивает.")


def _blank(typed: object) -> bool:
    return isinstance(typed, str) and len(typed) < LINK_MAX and not one_line(typed)


_READERS: dict[FieldKind, Callable[[Any, object], Any]] = {
    FieldKind.LINE: _line,
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.FILES: formrows.files,
    FieldKind.BUDGET: formrows.budget,
    FieldKind.SCHEDULE: formrows.schedule,
    FieldKind.POINT: _point,
    FieldKind.PEOPLE: formrows.people,
    FieldKind.LINK: _link,
    FieldKind.CONSENT: _consent,
    FieldKind.SECTION: _section,
}
