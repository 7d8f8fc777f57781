"""The comparison of «Что если» as a table for spreadsheets. Not a state."""

from __future__ import annotations

from elka.core.comparing import Compared
from elka.core.verdicts import Rule
from elka.state.what_if_words import RULES, with_money


def table_of(about: dict[str, str], compared: Compared) -> list[list[object]]:
    """Return the comparison as rows of a spreadsheet: the rules first, then the projects."""
    rows: list[list[object]] = [["Что если", about.get("title", "")], ["Это прикидка", about.get("note", "")], []]
    rows.append(
        [
            "Правило",
            "Победителей",
            "Потрачено, руб.",
            "Остаток, руб.",
            "Есть победитель, %",
            "Победителей на человека",
            "Денег его победителей на человека, руб.",
            "Мест с деньгами",
            "Джини",
        ]
    )
    rows += [
        [
            RULES[Rule(one.rule)][0],
            one.winners,
            _roubles(one.cost, compared),
            _roubles(compared.budget - one.cost, compared),
            _decimal(one.represented * 100 / max(1, compared.voters)),
            _decimal(one.mean_winners),
            _decimal(one.mean_money / compared.scale),
            with_money(one),
            _decimal(one.gini),
        ]
        for one in compared.rules
    ]
    names = [RULES[Rule(one.rule)][0] for one in compared.rules]
    rows += [[], ["Номер", "Проект", "Место", "Направление", "Стоимость, руб.", "Голоса", *names]]
    rows += [
        [one.id, one.name, one.place, one.direction, _roubles(one.cost, compared), one.votes]
        + ["победил" if won else "" for won in one.won]
        for one in compared.projects
    ]
    return rows


def _roubles(units: int, compared: Compared) -> object:
    return units // compared.scale if units % compared.scale == 0 else _decimal(units / compared.scale)


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
