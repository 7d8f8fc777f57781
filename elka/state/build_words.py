"""How the constructor speaks: names of a contest's fields, their values, and what a change of a draft was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from elka.core.lifecycle import PhaseKind
from elka.models.contest_fields import FLAGS, MONEY, TEXTS, as_shown
from elka.models.contest_parts import CategoryBasis
from elka.models.contests import Allot, ApplicantKind, ContestKind, CountRule, VoteKind, WinnersBy
from elka.state.contest_words import PHASES
from elka.ui import labels

NAMES = {
    "title": "Название",
    "summary": "Для чего конкурс",
    "rules": "Дополнительные условия",
    "kind": "Вид конкурса",
    "municipality_id": "Место",
    "budget": "Бюджет",
    "min_cost": "Наименьшая сумма",
    "max_cost": "Наибольшая сумма",
    "max_share": "Наибольшая доля",
    "min_age": "Возраст заявителя от",
    "max_age": "Возраст заявителя до",
    "group_min": "Людей в группе",
    "applicants": "Кто подаёт",
    "local_only": "Только жители места",
    "appeal_days": "Дней на возражение",
    "correction_days": "Дней на исправление",
    "category_basis": "Категории",
    "vote_kind": "Как выбирают",
    "vote_limit": "Голосов у человека",
    "points_limit": "Баллов у человека",
    "min_votes": "Голосов для победы",
    "voter_age": "Возраст голосующих",
    "voters_local": "Голосуют только жители места",
    "voters_own_part": "Голосуют только за проекты своего места",
    "may_change_votes": "Выбор можно менять",
    "figures_hidden": "Счёт скрыт до итогов",
    "paper": "Голосуют и на бумаге",
    "winners_by": "Побеждают",
    "allot": "Сколько победителей",
    "count_rule": "Раздача бюджета",
    "places": "Мест",
    "public_weight": "Доля голосов жителей",
    "min_score": "Баллов для победы",
    "min_reviews": "Оценок у заявки",
}
KINDS: dict[ContestKind, tuple[str, str]] = {
    ContestKind.MUNICIPAL: ("Муниципальный", "Жители предлагают, что сделать в их посёлке или городе"),
    ContestKind.REGIONAL: ("Региональный", "Проекты со всей Югры, на деньги округа"),
    ContestKind.INDIVIDUALS: ("Для физических лиц", "Грант получает сам человек"),
    ContestKind.REALISED: ("Реализованных проектов", "Награждают то, что уже сделано"),
}
APPLICANTS: dict[ApplicantKind, tuple[str, str]] = {
    ApplicantKind.RESIDENT: ("Житель", "один человек"),
    ApplicantKind.GROUP: ("Инициативная группа", "несколько человек, каждый подтвердил участие"),
    ApplicantKind.ORGANIZATION: ("Организация", "некоммерческая, от её имени"),
    ApplicantKind.MUNICIPALITY: ("Муниципалитет", "по проекту своих жителей"),
}
BASES: dict[CategoryBasis, tuple[str, str]] = {
    CategoryBasis.POPULATION: ("По числу жителей", "Посёлки соревнуются с посёлками, города с городами"),
    CategoryBasis.DIRECTION: ("По направлениям", "Спорт отдельно, культура отдельно"),
    CategoryBasis.NOMINATION: ("По номинациям", "Номинацию или район города выбирает заявитель"),
    CategoryBasis.SETTLEMENT: ("По населённым пунктам", "Части муниципалитета: у каждой свой список сёл и посёлков"),
}
VOTE_KINDS: dict[VoteKind, tuple[str, str]] = {
    VoteKind.APPROVAL: ("Отмечает, что поддерживает", "Сколько это стоит вместе, не важно"),
    VoteKind.KNAPSACK: ("Собирает набор на бюджет конкурса", "Выбранное вместе стоит не больше бюджета"),
    VoteKind.RANKED: (
        "Расставляет проекты по местам",
        "Первое место даёт больше всего баллов, каждое следующее на балл меньше",
    ),
    VoteKind.POINTS: ("Делит баллы между проектами", "Одному проекту можно отдать сколько угодно из своих баллов"),
}
# How the budget is given out, as it is chosen; a rule is made of these (``build_rules``).
SHARINGS = {
    "list": ("Сверху вниз по списку", "Проект побеждает, если его сумма помещается в остаток бюджета"),
    "shares": (
        "Равными долями",
        "Каждый голосующий распоряжается своей долей: деньги получают и небольшие группы, и посёлки",
    ),
}
RESTS = {
    "add1-greedy": ("Поднять доли, потом отдать по голосам", "Бюджет расходуется почти весь"),
    "add1": ("Поднять доли", "Все доли растут шаг за шагом, пока победители помещаются в бюджет"),
    "greedy": ("Отдать по голосам", "Остаток получают следующие по списку"),
    "none": ("Не раздавать", "Остаётся в бюджете"),
}
COUNT_RULES: dict[CountRule, tuple[str, str]] = {
    one: (
        SHARINGS["shares" if one.is_shares else "list"][0]
        + ("" if not one.is_shares else f", остаток: {RESTS[one.rest][0].lower()}")
        + (", по числу проектов" if one.by_number else ""),
        "",
    )
    for one in CountRule
}
WINNERS: dict[WinnersBy, tuple[str, str]] = {
    WinnersBy.VOTES: ("По голосам жителей", "Выше тот, за кого больше голосов"),
    WinnersBy.SCORES: ("По баллам комиссии", "Выше тот, у кого больше баллов"),
    WinnersBy.BOTH: ("По голосам и баллам", "Голоса и баллы складываются с весом"),
}
ALLOTS: dict[Allot, tuple[str, str]] = {
    Allot.BUDGET: ("Пока хватает бюджета", "Сверху вниз, пока сумма проекта помещается в остаток"),
    Allot.PLACES: ("Столько-то мест", "Первые места по списку"),
}
_CHOICES: dict[str, Mapping[Any, tuple[str, str]]] = {
    "kind": KINDS,
    "category_basis": BASES,
    "vote_kind": VOTE_KINDS,
    "winners_by": WINNERS,
    "allot": ALLOTS,
    "count_rule": COUNT_RULES,
}
_UNITS = {**dict.fromkeys(MONEY, "₽"), "max_share": "%", "public_weight": "%"}
_SHORT = 60  # signs of a text that is told whole
ARROW = "\N{RIGHTWARDS ARROW}"


def value_words(field: str, value: Any) -> str:
    """Tell a value of a contest's field, as the history keeps it."""
    if field in _CHOICES:
        return "нет" if value is None else _CHOICES[field][value][0].lower()
    if field in FLAGS:
        return "да" if value else "нет"
    if field == "applicants":
        return labels.listing(APPLICANTS[ApplicantKind(one)][0].lower() for one in value) or "никто"
    if field in TEXTS:
        return f"«{value}»" if value else "пусто"
    if value is None:
        return "без предела" if field in {"vote_limit", "max_age"} else "не указано"
    text = as_shown(field, value)
    return f"{text}{labels.NBSP}{_UNITS[field]}" if field in _UNITS else text


def change_words(text: str, changes: Sequence[Mapping[str, Any]]) -> str:
    """Tell what a change was about: exactly, if it is one field or one stage; else in the words of its flow."""
    tables = {change["table"] for change in changes}
    if tables == {"contests"}:
        [change] = changes
        columns = [name for name in change["after"] if name in NAMES]
        if columns:
            return "; ".join(_column(name, change["before"][name], change["after"][name]) for name in columns)
    if tables == {"contest_phases"} and len(changes) == 1:
        return _phase(changes[0])
    return text


def _column(name: str, before: Any, after: Any) -> str:
    if name == "municipality_id":
        return f"{NAMES[name]}: изменено"
    if name in TEXTS and len(str(before)) + len(str(after)) > _SHORT * 2:
        return f"{NAMES[name]}: текст изменён"
    return f"{NAMES[name]}: {value_words(name, before)} {ARROW} {value_words(name, after)}"


def _phase(change: Mapping[str, Any]) -> str:
    name = PHASES[PhaseKind(change["key"][1])]
    before, after = change["before"], change["after"]
    if before is None:
        return f"{name}: этап добавлен"
    if after is None:
        return f"{name}: этап убран"
    ends = {"opens_at": "начало", "closes_at": "конец"}
    told = [
        f"{word} {_moment(before[column])} {ARROW} {_moment(after[column])}"
        for column, word in ends.items()
        if column in after
    ]
    return f"{name}: {', '.join(told)}"


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{labels.day_short(moment)}, {labels.time(moment)}"
