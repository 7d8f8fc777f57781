"""What identifies a person: phones, e-mails, ages, and how they are shown half-hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from elka.errors import Refused

if TYPE_CHECKING:
    from datetime import date

DEMO_DOMAIN = "demo.elka.invalid"
"""Where the people of the demo region have their mail: the reserved ending reaches nobody (RFC 2606)."""

_SHORTEST_PHONE_TO_SHOW = 7
_INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


class BadPhone(Refused):
    """The text is not a phone number that could be called."""


class BadInn(Refused):
    """The text is not the tax number of an organization."""


class BadEmail(Refused):
    """The text is not an e-mail address."""


def normal_phone(text: str) -> str:
    """Return the number in E.164 (``+79821234567``). Without a country code it is taken for a Russian one.

    Raises BadPhone.
    """
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException as error:
        raise BadPhone("Проверьте номер: нужен телефон вида +7 982 123-45-67.", field="phone") from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone("Такого номера нет: проверьте цифры, нужен телефон вида +7 982 123-45-67.", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_inn(text: str) -> str:
    """Return the ИНН of an organization, ten digits, after its check digit was counted anew (приказ ФНС ЕД-7-14/559@).

    Raises BadInn.
    """
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == len(_INN_WEIGHTS) + 1):
        raise BadInn("ИНН организации: десять цифр.")
    check = sum(weight * int(digit) for weight, digit in zip(_INN_WEIGHTS, digits, strict=False)) % 11 % 10
    if check != int(digits[-1]) or not int(digits):
        raise BadInn("Такого ИНН не бывает: проверьте цифры.")
    return digits


def normal_email(text: str) -> str:
    """Return the address to store and compare by: trimmed, lower case, domain in Unicode. Asks no DNS.

    Mailboxes that differ by case alone are one: no provider in use tells them apart, and people type both.
    Reserved endings are refused, save that of the demo region. Raises BadEmail.
    """
    text = text.strip().lower()
    demo = text.endswith(f"@{DEMO_DOMAIN}")
    try:
        checked = validate_email(
            text.replace(f"@{DEMO_DOMAIN}", "@example.org") if demo else text, check_deliverability=False
        )
    except EmailNotValidError as error:
        raise BadEmail(
            "Проверьте адрес: нужна почта вида имя@пример.рф или name@example.com.", field="email"
        ) from error
    return f"{checked.local_part}@{DEMO_DOMAIN}" if demo else checked.normalized.lower()


def mask_email(email: str) -> str:
    """Return the address with its middle hidden: ``m••••a@mail.ru``; the dots do not tell the length."""
    local, _, domain = email.rpartition("@")
    tail = local[-1] if len(local) > 2 else ""  # noqa: PLR2004  two letters would be shown whole
    return f"{local[:1]}••••{tail}@{domain}"


def mask_phone(e164: str) -> str:
    """Return the number with all but its country and last two digits hidden: ``+7 ••• •••-••-67``."""
    if len(e164) < _SHORTEST_PHONE_TO_SHOW:
        return "•••"
    if e164.startswith("+7"):
        return f"+7 ••• •••-••-{e164[-2:]}"
    return f"{e164[:2]}••• •••{e164[-2:]}"


def age_on(birth: date, day: date) -> int:
    """Return full years on ``day``. Who was born on 29 February grows older on 1 March in a common year.

    A person reaches an age on the day after the birthday only in criminal law; here the birthday itself counts.
    Negative for a day before the birth.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
