"""How people call themselves: surnames, names and patronymics as they are kept and compared."""

from __future__ import annotations

import re
import unicodedata

from elka.errors import Refused

LONGEST_NAME = 60

# Letters of any alphabet with their marks, joined by a hyphen, an apostrophe or a space: «Анна-Мария», «О'Коннор»,
# «Сайнахов оглы». No digits, no marks of a sentence: a name goes into letters that we send.
_NAME = re.compile(r"[^\W\d_]+\.?(?:[ '’-][^\W\d_]+\.?)*", re.UNICODE)


class BadName(Refused):
    """The text is not a name."""


def normal_name(text: str) -> str:
    """Return a name as it is kept: one form of each letter, single spaces, capital first letters. Raises BadName.

    Only a name typed wholly small or wholly in capitals is set anew: «де ла Крус» stays as its owner writes it.
    """
    name = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())
    if len(name) > LONGEST_NAME:
        raise BadName(f"Слишком длинно: хватит {LONGEST_NAME} знаков.")
    if not _NAME.fullmatch(name):
        raise BadName("Здесь могут быть только буквы, дефис, апостроф и пробел.")
    if name.islower() or (name.isupper() and len(name) > 1):
        name = re.sub(r"(?<![^\W\d_])[^\W\d_]", lambda first: first[0].upper(), name.lower())
    return name


def plain(text: str) -> str:
    """Return what a text is compared by when people type it: small letters, ё as е, no spaces around."""
    return " ".join(text.casefold().replace("ё", "е").replace("\u00a0", " ").split())
