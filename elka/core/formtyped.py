"""What people type into a form, whatever it is: a string, a figure, a sum, a day. Each raises Refused with words."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from elka.core.formfields import MONEY_MAX, NUMBER_MAX
from elka.core.formwords import MINUS, money, number
from elka.core.texts import one_line
from elka.errors import Refused

FIRST_YEAR, LAST_YEAR = 1800, 2200  # outside of them a year is mistyped

_LONGEST = 100_000  # characters: no control of ours sends more
_SPACE = re.compile(r"\s")
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(?:[.,][0-9]{1,10})?")
_ROUBLES = re.compile(r"(?:₽|руб(?:лей|ля|ль|\.)?|р\.?)$", re.IGNORECASE)
_ISO = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})")
_DOTTED = re.compile(r"(?P<d>[0-9]{1,2})[./](?P<m>[0-9]{1,2})[./](?P<y>[0-9]{4})")
_NO_NUMBER = "Введите число цифрами, например 1200."
_NO_DAY = "Укажите дату: день, месяц и год."
_UNREADABLE = "Ответ не читается. Заполните поле заново."


def string(typed: object) -> str:
    """Return the text that was typed, without halves of signs (lone surrogates) that nothing can keep."""
    if not isinstance(typed, str):
        raise Refused(_UNREADABLE)
    if len(typed) > _LONGEST:
        raise Refused(f"Слишком длинно: больше {number(_LONGEST)} знаков. Сократите.")
    return typed if typed.isascii() else typed.encode("utf-8", "ignore").decode("utf-8")


def figure(typed: object, unit: str = "") -> Decimal:
    """Read a number: «1 200,5 шт.», 1200.5."""
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        if isinstance(typed, float) and not isfinite(typed):
            raise Refused(_NO_NUMBER)
        # An enormous int cannot even be printed, so it is measured first.
        value = Decimal(repr(typed)) if abs(typed) <= NUMBER_MAX else Decimal(NUMBER_MAX + 1)
    else:
        text = _SPACE.sub("", one_line(string(typed))).replace(MINUS, "-")
        if not _NUMBER.fullmatch(text):
            text = text.removesuffix(_SPACE.sub("", unit))
        if not _NUMBER.fullmatch(text):
            raise Refused(_NO_NUMBER)
        value = Decimal(text.replace(",", "."))
    if abs(value) > NUMBER_MAX:
        raise Refused("Слишком большое число. Проверьте, нет ли лишних нулей.")
    return value


def roubles(typed: object, most: int = MONEY_MAX) -> int:
    """Read a sum in whole roubles: «1 200 000 ₽»."""
    value = figure(_ROUBLES.sub("", _SPACE.sub("", string(typed))) if isinstance(typed, str) else typed)
    if value != value.to_integral_value():
        raise Refused("Укажите сумму целыми рублями, без копеек.")
    if value < 0:
        raise Refused("Сумма не может быть отрицательной.")
    if value > most:
        raise Refused(f"Не больше {money(most)}.")
    return int(value)


def day_typed(typed: object) -> date:
    """Read a day: 2027-03-01, 01.03.2027 or 1.3.2027."""
    if isinstance(typed, date) and not isinstance(typed, datetime):
        found = typed
    else:
        text = one_line(string(typed))
        match = _ISO.fullmatch(text) or _DOTTED.fullmatch(text)
        if not match:
            raise Refused(_NO_DAY)
        try:
            found = date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            raise Refused("Такой даты нет. Проверьте день и месяц.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refused("Проверьте год.")
    return found


def structure(typed: object) -> object:
    """Return what a part of the page sent: as it is, or parsed if it came as JSON text."""
    if not isinstance(typed, str):
        return typed
    try:
        return json.loads(string(typed))
    except (ValueError, RecursionError):
        raise Refused(_UNREADABLE) from None
