"""Names of the people of the demo region: Russian, Khanty, Mansi, Komi, Tatar and others who live in Ugra.

Every name is put together by the generator from ``names.toml``; a likeness to a real person is chance.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_BOOK = tomllib.loads((files("elka.demo") / "names.toml").read_text(encoding="utf-8"))
_GROUPS = [group["names"].split() for group in _BOOK["surnames"]]
_BORN = [(era["before"], era["men"].split(), era["women"].split()) for era in _BOOK["born"]]

NORTHERN = frozenset(
    name for names, group in zip(_GROUPS, _BOOK["surnames"], strict=True) if group.get("northern") for name in names
)
"""Surnames of Khanty, Mansi and Northern Komi families."""
SURNAMES = frozenset(name for names in _GROUPS for name in names)
MALE_NAMES = frozenset(name for _, men, _ in _BORN for name in men)
FEMALE_NAMES = frozenset(name for _, _, women in _BORN for name in women)

_SHARE_OF_WOMEN = 0.58  # women sign up a little more often
_GENERATION = 27  # years between a father and a child, on the average
_INVARIABLE = ("ко", "ук", "юк", "ник", "ян", "зе", "ых", "их", "зи", "гы", "оз")
_VOWELS = "аеёиоуыэюя"
# Fathers whose names lose or gain a letter: (stem and ending for a son, for a daughter).
_UNLIKE_OTHERS = {
    "Никита": ("Никитич", "Никитична"),
    "Илья": ("Ильич", "Ильинична"),
    "Савва": ("Саввич", "Саввична"),
    "Лука": ("Лукич", "Лукинична"),
    "Лев": ("Львович", "Львовна"),
    "Пётр": ("Петрович", "Петровна"),
    "Павел": ("Павлович", "Павловна"),
    "Яков": ("Яковлевич", "Яковлевна"),
    "Михаил": ("Михайлович", "Михайловна"),
}


@dataclass(frozen=True, slots=True)
class FullName:
    """A name in its three parts, in the forms of the person's gender."""

    last: str
    first: str
    patronymic: str
    female: bool


def feminine(surname: str) -> str:
    """Return the form of a surname that a woman bears: Кузнецова, Покровская, Толстая, Шевченко."""
    if surname.endswith(_INVARIABLE):
        return surname
    if surname.endswith(("ий", "ой")):
        return surname[:-2] + "ая"
    return surname + "а"


def patronymic(father: str, *, female: bool) -> str:
    """Return the patronymic from the father's name: Ильич and Ильинична, Юрьевич, Дмитриевна, Игоревич."""
    if father in _UNLIKE_OTHERS:
        return _UNLIKE_OTHERS[father][female]
    stem, soft = father, False
    if father.endswith("ий"):
        stem, soft = father[:-2], True
        last, before = stem[-1].lower(), stem[-2].lower()
        stem += "и" if last in "гкх" or (last not in _VOWELS and before not in _VOWELS) else "ь"
    elif father.endswith(("й", "ь")):
        stem, soft = father[:-1], True
    return stem + ("е" if soft else "о") + ("вна" if female else "вич")


def any_name(random: Random, birth_year: int, *, village: bool = False) -> FullName:
    """Draw a name that suits the year of birth; in villages the families of the North are met far more often."""
    female = random.random() < _SHARE_OF_WOMEN
    men, women = _names_of(birth_year)
    fathers, _ = _names_of(birth_year - _GENERATION)
    surname = random.choice(random.choices(_GROUPS, cum_weights=_VILLAGE if village else _TOWN)[0])
    return FullName(
        last=feminine(surname) if female else surname,
        first=random.choice(women if female else men),
        patronymic=patronymic(random.choice(fathers), female=female),
        female=female,
    )


def _names_of(year: int) -> tuple[list[str], list[str]]:
    return next((men, women) for before, men, women in _BORN if year < before)


def _cumulative(northern: float) -> list[float]:
    total, sums = 0.0, []
    for group, names in zip(_BOOK["surnames"], _GROUPS, strict=True):
        total += group["weight"] * len(names) * (northern if group.get("northern") else 1)
        sums.append(total)
    return sums


_TOWN = _cumulative(0.5)
_VILLAGE = _cumulative(12.0)
