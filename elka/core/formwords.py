"""Figures and sums inside the messages of an application form. Core may not import ``ui``, whose labels need Babel."""

from __future__ import annotations

from datetime import date

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

# Whose share it is: «Доля бюджета муниципалитета 94 %».
SOURCES_OF = {
    "region": "бюджета региона",
    "municipality": "бюджета муниципалитета",
    "residents": "жителей",
    "legal_entities": "предпринимателей и организаций",
    "in_kind": "вклада натурой и трудом",
}


def number(value: float) -> str:
    """Write ``1200000`` as ``1 200 000`` and ``-1.5`` as ``−1,5``; no more than three digits after the comma."""
    whole, _, rest = (f"{value:,}" if isinstance(value, int) else f"{value:,.3f}").partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", NBSP).replace("-", MINUS) + (f",{rest}" if rest else "")


def money(roubles: int) -> str:
    """Write a sum: ``1 200 000 ₽``."""
    return f"{number(roubles)}{NBSP}₽"


def day(value: date) -> str:
    """Write a day as people type it: ``31.12.2027``."""
    return f"{value:%d.%m}.{value.year:04}"


def counted(count: int, one: str, few: str, many: str) -> str:
    """Write a figure with its noun: 1 знак, 2 знака, 5 знаков; after «больше»: 1 варианта, 2 вариантов."""
    last, teens = count % 10, 10 < count % 100 < 20  # noqa: PLR2004  the grammar's own figures
    noun = many if teens or last > 4 or last == 0 else one if last == 1 else few  # noqa: PLR2004
    return f"{number(count)}{NBSP}{noun}"


def percent(part: int, whole: int, *, beside: int) -> str:
    """Write a share in percent, rounded, yet never so that it looks equal to ``beside`` when it is not."""
    for digits in range(4):
        scale: int = 10**digits
        rounded = (part * 200 * scale + whole) // (2 * whole)
        if rounded != beside * scale or part * 100 == beside * whole:
            return f"{number(rounded if digits == 0 else rounded / scale)}{NBSP}%"
    return f"{'чуть больше' if part * 100 > beside * whole else 'чуть меньше'} {beside}{NBSP}%"
