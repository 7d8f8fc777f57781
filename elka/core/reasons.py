"""Why a project won or did not, in plain Russian: one or two sentences made of the figures of the count itself."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from elka.core.formwords import NBSP, counted, number
from elka.core.tally import Reason
from elka.core.verdicts import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elka.core.verdicts import Counted, Verdict

_CENTS = 100


def reasons(found: Counted, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the reason of each project by its id. ``names``: how other projects are called in it, by their ids else."""
    return {verdict.id: why(verdict, found, names or {}) for verdict in found.verdicts}


def why(one: Verdict, found: Counted, names: Mapping[str, str]) -> str:
    """Say why a project won or did not."""
    match one.reason:
        case Reason.WON:
            text = _paid(one, found) if found.rule.is_shares else _won(one, found)
        case Reason.COMPLETED:
            text = (
                f"Победил при распределении остатка: {_got(one, found)}, "
                f"оставалось {_money(one.left_before or 0, found)}, нужно {_money(one.cost, found)}."
            )
        case Reason.BELOW_MINIMUM:
            text = (
                f"Не хватило {_votes_lacked(one.lacking_votes or 0)} до минимума: "
                f"{_votes(one.votes)}, а нужно не меньше {number(found.min_votes)}."
            )
        case Reason.NO_BUDGET:
            text = _no_budget(one, found)
        case Reason.NO_PLACE:
            text = f"Не хватило места: {_got(one, found)}.{_would(one, found)}"
        case Reason.EXCLUDED:
            named = names.get(one.barred_by or "", str(one.barred_by))
            text = f"Победил проект {named}, вместе с которым этот победить не может.{_would(one, found)}"
        case Reason.NO_SHARE:
            text = _no_share(one, found)
        case plain:
            text = _PLAIN[plain]
    return text + _equal(one, names)


_PLAIN = {
    Reason.NO_VOTES: "За проект никто не проголосовал.",
    Reason.NO_POINTS: "Проект не набрал ни одного балла.",
    Reason.NO_CATEGORY: "Проект не подошёл ни к одной категории, на которую выделены деньги или места.",
    Reason.NO_SCORE: "Комиссия не оценила проект.",
    Reason.BELOW_SCORE: "Комиссия дала меньше баллов, чем нужно.",
    Reason.WITHDRAWN: "Проект снят с итогов исправлением.",
}


def _won(one: Verdict, found: Counted) -> str:
    if one.left_before is None:
        return f"Победил: {_got(one, found)}, {number(one.rank)}-е место."
    return (
        f"Победил: {_got(one, found)}; стоит {_money(one.cost, found)}, а оставалось {_money(one.left_before, found)}."
    )


def _paid(one: Verdict, found: Counted) -> str:
    """Say what the supporters paid from their shares."""
    price = _money(one.price or 0, found)
    each = "за балл" if one.points is not None else "из своей доли"
    text = f"Победил в раунде {number(one.round or 0)}: {_supporters(one.votes)}"
    if one.full == one.votes:
        return f"{text}, {'каждый заплатил' if one.votes > 1 else 'он заплатил'} {price} {each}."
    parts = [f"{price} {each} заплатили {_people(one.full)}"] if one.full else []
    if one.rest:
        parts.append(f"всё, что оставалось, отдали {_people(one.rest)}")
    if one.empty:
        parts.append(f"доля уже была потрачена у {counted(one.empty, 'человека', 'человек', 'человек')}")
    return f"{text}; {', '.join(parts)}."


def _no_share(one: Verdict, found: Counted) -> str:
    missing = one.missing or 0
    return (
        f"Не хватило долей сторонников: {_supporters(one.votes)}, к концу подсчёта у них вместе "
        f"оставалось {_money(one.cost - missing, found)}, а нужно {_money(one.cost, found)}: "
        f"не хватило {_money(missing, found)}."
    )


def _no_budget(one: Verdict, found: Counted) -> str:
    left, short = one.left_before or 0, one.lacking_money or 0
    if one.cost > found.budget:
        over = one.cost - found.budget
        return f"Стоит {_money(one.cost, found)}: на {_money(over, found)} больше всего бюджета."
    was = f"оставалось {_money(left, found)}" if left else "бюджет был уже распределён"
    shares = ""
    if one.missing is not None:
        shares = f"Долей сторонников не хватило на {_money(one.missing, found)}, а при распределении остатка "
        was = f"{was}, нужно {_money(one.cost, found)}"
        return f"{shares}{was}: не хватило {_money(short, found)}."
    return (
        f"Не хватило бюджета: когда до проекта дошла очередь, {was}, нужно {_money(one.cost, found)}: "
        f"не хватило {_money(short, found)}.{_would(one, found)}"
    )


def _would(one: Verdict, found: Counted) -> str:
    """Say what would have made it win."""
    if not one.lacking_votes:
        return ""
    if found.rule.by_points:
        return f" Победил бы, если бы набрал на {_points(one.lacking_votes, found, lacked=True)} больше."
    return f" Победил бы, если бы набрал на {counted(one.lacking_votes, 'голос', 'голоса', 'голосов')} больше."


def _equal(one: Verdict, names: Mapping[str, str]) -> str:
    if not one.tied_with:
        return ""
    others = ", ".join(names.get(other, other) for other in one.tied_with)
    return f" Наравне с ним шли: {others}; порядок между ними решил жребий."


def _got(one: Verdict, found: Counted) -> str:
    if found.rule in {Rule.SCORES, Rule.BORDA} and one.points is not None:
        return _points(one.points, found)
    return _votes(one.votes)


def _votes(count: int) -> str:
    return counted(count, "голос", "голоса", "голосов")


def _votes_lacked(count: int) -> str:
    return counted(count, "голоса", "голосов", "голосов")


def _people(count: int) -> str:
    return counted(count, "человек", "человека", "человек")


def _supporters(count: int) -> str:
    return f"у проекта {counted(count, 'сторонник', 'сторонника', 'сторонников')}"


def _points(units: int, found: Counted, *, lacked: bool = False) -> str:
    if found.points_scale == 1:
        return counted(units, "балл", "балла", "баллов")
    # What is lacking is rounded up, what was got is rounded down: neither looks better than it is.
    thousandths = (ceil if lacked else floor)(units * 1000 / found.points_scale)
    if thousandths % 1000 == 0:
        return counted(thousandths // 1000, "балл", "балла", "баллов")
    return f"{number(thousandths / 1000)}{NBSP}балла"


def _money(units: float, found: Counted) -> str:
    """Write a sum in full, with kopecks if there are any."""
    cents = round(units * _CENTS / found.scale)
    whole, rest = divmod(cents, _CENTS)
    return f"{number(whole)}{f',{rest:02}' if rest else ''}{NBSP}₽"
