"""How it is told what one ballot may hold of a category."""

from __future__ import annotations

from collections.abc import Iterable

from elka.core.announced import Part
from elka.ui import labels

_PROJECTS_TO = ("проекта", "проектов", "проектов")


def part_words(part: Part) -> str:
    """Say what one ballot may hold of a category: «до 2 проектов, вместе не дороже 3 млн ₽», «один проект»."""
    told = []
    if part.most == 1:
        told.append(f"один{labels.NBSP}проект")
    elif part.most is not None:
        told.append(f"до{labels.NBSP}{labels.plural(part.most, *_PROJECTS_TO)}")
    if part.cost is not None:
        told.append(f"вместе не дороже {labels.money_short(part.cost)}")
    return ", ".join(told)


def parts_words(parts: Iterable[Part]) -> str:
    """Say it of all categories that have a limit: «Дворы» — до 2 проектов; «Спорт» — один проект."""
    return "; ".join(f"«{part.name}»{labels.NBSP}— {part_words(part)}" for part in parts)
