"""How «Что если» speaks: names of rules, the rows of its tables, the few sentences on top. Not a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from elka.core.comparing import Compared, ProjectLine, RuleFigures, Spread
from elka.core.verdicts import Rule
from elka.ui import labels
from elka.ui.rows import SpreadRow

LINES_PAGE = 40
PROJECTS = ("проект", "проекта", "проектов")
_PROJECTS_IN = ("проекте", "проектах", "проектах")
_PLACES = ("место", "места", "мест")
_PLACES_TO = ("месту", "местам", "местам")
_EVEN = ((0.35, "почти поровну"), (0.55, "скорее поровну"), (0.75, "неровно"))
_NO_PLACE = "Место не указано"
_NO_DIRECTION = "Направление не указано"

# Full name, short name for narrow columns, what the rule does.
RULES: dict[Rule, tuple[str, str, str]] = {
    Rule.GREEDY: ("По голосам", "Голоса", "Больше голосов — раньше очередь, пока хватает бюджета"),
    Rule.BORDA: ("По местам в бюллетене", "Борда", "Первое место даёт больше баллов, чем последнее"),
    Rule.SCORES: ("По сумме баллов", "Баллы", "Больше баллов — раньше очередь, пока хватает бюджета"),
    Rule.MES: (
        "Равные доли",
        "Доли",
        "У каждого равная доля бюджета: проект покупают его сторонники, остаток не тратится",
    ),
    Rule.MES_ADD1: (
        "Равные доли, подъём долей",
        "Доли, подъём",
        "Доли поднимают шаг за шагом, пока победители помещаются",
    ),
    Rule.MES_GREEDY: ("Равные доли, остаток по голосам", "Доли, остаток", "Что осталось, отдают по голосам"),
    Rule.MES_ADD1_GREEDY: (
        "Равные доли, подъём и остаток",
        "Доли, оба",
        "Доли поднимают, а что осталось — отдают по голосам",
    ),
    Rule.MES_CARDS: ("По числу проектов", "Число", "Равные доли, где важно число побед: дешёвые выигрывают чаще"),
    Rule.MES_CARDS_ADD1: ("По числу проектов, подъём долей", "Число, подъём", "То же, доли поднимают"),
    Rule.MES_CARDS_GREEDY: ("По числу проектов, остаток по голосам", "Число, остаток", "То же, остаток по голосам"),
    Rule.MES_CARDS_ADD1_GREEDY: (
        "По числу проектов, подъём и остаток",
        "Число, оба",
        "То же, доли поднимают, остаток отдают по голосам",
    ),
}


@dataclass(frozen=True)
class RuleRow:
    """A rule and what it gives, in words and figures."""

    key: str
    name: str
    short: str
    note: str
    winners: str
    cost: str
    rest: str
    spent: int
    represented: str
    represented_percent: int
    each: str
    each_money: str
    even: str
    lower: str
    places: str
    least: str
    own: bool = False  # the rule of the contest itself, as it stands now


@dataclass(frozen=True)
class CellRow:
    """Whether a project wins by one rule."""

    name: str
    won: bool


@dataclass(frozen=True)
class LineRow:
    """A project under all rules."""

    id: str
    title: str
    about: str
    cost: str
    votes: str
    agreed: str
    cells: list[CellRow]


@dataclass(frozen=True)
class WhyRow:
    """Why a project wins or does not by one rule."""

    name: str
    won: bool
    why: str


@dataclass(frozen=True)
class Picture:
    """A whole picture as the page shows it."""

    key: str
    title: str
    note: str
    facts: str
    summary: list[str]
    rules: list[RuleRow]


@dataclass(frozen=True)
class Lines:
    """A page of the matrix."""

    rows: list[LineRow]
    page: int
    pages: int
    disputed: int
    found: str


@dataclass(frozen=True)
class Spreads:
    """How the money of one rule spreads."""

    rule: str
    places: list[SpreadRow]
    directions: list[SpreadRow]
    places_without: str
    directions_without: str
    note: str


@dataclass(frozen=True)
class Reasons:
    """A project with its reasons."""

    title: str
    about: str
    rows: list[WhyRow]


def picture_of(key: str, about: dict[str, str], compared: Compared) -> Picture:
    """Return what stands above the matrix."""
    facts = (
        f"{labels.plural(compared.voters, 'голосующий', 'голосующих', 'голосующих')}, "
        f"{labels.plural(len(compared.projects), *PROJECTS)}, бюджет {_money(compared.budget, compared)}"
    )
    if compared.min_votes:
        facts += f", минимум {labels.plural(compared.min_votes, 'голос', 'голоса', 'голосов')}"
    return Picture(
        key=key,
        title=labels.typographer(about.get("title", "")),
        note=labels.typographer(about.get("note", "")),
        facts=facts,
        summary=[labels.typographer(one) for one in summary(compared)],
        rules=[_rule(one, compared, about.get("rule", "")) for one in compared.rules],
    )


def summary(compared: Compared) -> list[str]:
    """Say in a few sentences what differs."""
    disputed = sum(one.is_disputed for one in compared.projects)
    whole = len(compared.projects)
    winners = [one.winners for one in compared.rules]
    if not any(winners):
        return ["Ни по одному правилу не побеждает никто: бюджета или голосов не хватает ни одному проекту."]
    said = [
        f"Правила расходятся в {labels.plural(disputed, *_PROJECTS_IN)} из {labels.number(whole)}."
        if disputed
        else f"По всем правилам побеждают одни и те же: {labels.plural(winners[0], *PROJECTS)}."
    ]
    by_votes, by_shares = _of(compared, Rule.GREEDY), _of(compared, Rule.MES_ADD1_GREEDY)
    if by_votes is None or by_shares is None or not disputed:
        return said
    many, few = with_money(by_shares), with_money(by_votes)
    if many != few:
        said.append(
            f"Равные доли (подъём и остаток) дают деньги {labels.plural(many, *_PLACES_TO)} вместо {labels.number(few)} "
            "по голосам."
        )
    more, less = (labels.share(one.represented, compared.voters) for one in (by_shares, by_votes))
    said.append(
        f"Хотя бы один победитель есть у {more} голосующих вместо {less}."
        if more != less
        else f"И по голосам, и по равным долям хотя бы один победитель есть у {more} голосующих."
    )
    plain = _of(compared, Rule.MES)
    if plain is not None and plain.cost * 10 < compared.budget * 9:
        rest = labels.share(compared.budget - plain.cost, compared.budget)
        said.append(f"Без подъёма и остатка равные доли оставляют нераспределёнными {rest} бюджета.")
    return said


def lines_of(compared: Compared, *, only_disputed: bool, page: int) -> Lines:
    """Return one page of the matrix, what the rules disagree on first."""
    found = [one for one in compared.projects if one.is_disputed or not only_disputed]
    pages = max(1, -(-len(found) // LINES_PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * LINES_PAGE : page * LINES_PAGE]
    shorts = [RULES[Rule(one.rule)][1] for one in compared.rules]
    return Lines(
        rows=[_line(one, shorts, compared) for one in shown],
        page=page,
        pages=pages,
        disputed=sum(one.is_disputed for one in compared.projects),
        found=labels.plural(len(found), *PROJECTS),
    )


def spreads_of(compared: Compared, rule: object) -> Spreads:
    """Return how the money of a rule spreads; of the last rule where another is asked for."""
    one = next((figures for figures in compared.rules if figures.rule == rule), compared.rules[0])
    known = any(spread.people is not None for spread in one.places)
    return Spreads(
        rule=one.rule,
        places=[_bar(spread, one.places, compared, _NO_PLACE) for spread in one.places if spread.money],
        directions=[_bar(spread, one.directions, compared, _NO_DIRECTION) for spread in one.directions if spread.money],
        places_without=_without(
            [_bar(spread, one.places, compared, _NO_PLACE) for spread in one.places if spread.projects]
        ),
        directions_without=_without(
            [_bar(spread, one.directions, compared, _NO_DIRECTION) for spread in one.directions if spread.projects]
        ),
        note=labels.typographer(
            "Полоса — доля денег, чёрточка — доля голосующих этого места."
            if known
            else "Полоса — доля денег, чёрточка — доля голосов за проекты этого места: где живут голосующие, неизвестно."
        ),
    )


def reasons_of(compared: Compared, project: object) -> Reasons | None:
    """Return why a project wins or does not by each rule; None where there is no such project."""
    one = next((line for line in compared.projects if line.id == project), None)
    if one is None:
        return None
    return Reasons(
        title=labels.typographer(one.name),
        about=_about(one, compared),
        rows=[
            WhyRow(RULES[Rule(figures.rule)][0], won, labels.typographer(why))
            for figures, won, why in zip(compared.rules, one.won, one.why, strict=True)
        ],
    )


def with_money(one: RuleFigures) -> int:
    """Count the places that get any money."""
    return sum(spread.money > 0 for spread in one.places)


def _rule(one: RuleFigures, compared: Compared, own: str) -> RuleRow:
    name, short, note = RULES[Rule(one.rule)]
    return RuleRow(
        key=one.rule,
        name=name,
        short=short,
        note=labels.typographer(note),
        winners=labels.number(one.winners),
        cost=_money(one.cost, compared),
        rest=_money(compared.budget - one.cost, compared),
        spent=labels.percent(one.cost, compared.budget),
        represented=labels.share(one.represented, compared.voters),
        represented_percent=labels.percent(one.represented, compared.voters),
        each=labels.number(one.mean_winners, 1),
        each_money=f"на {labels.money_short(round(one.mean_money / compared.scale))}",
        even=_even(one) if one.winners else labels.DASH,
        lower=f"{labels.share(one.lower_half, 1)} — менее довольной половине" if one.winners else "",
        places=f"{labels.number(with_money(one))} из {labels.number(_all_places(one))}" if one.places else labels.DASH,
        least=_least(one),
        own=one.rule == own,
    )


def _even(one: RuleFigures) -> str:
    return next((word for most, word in _EVEN if one.gini < most), "очень неровно")


def _least(one: RuleFigures) -> str:
    """Say which place is represented worst, where it is known who lives where."""
    known = [spread for spread in one.places if spread.people and spread.represented is not None]
    if not known:
        return ""
    worst = min(known, key=lambda spread: ((spread.represented or 0) / (spread.people or 1), spread.people or 0))
    return f"{worst.name or _NO_PLACE}: {labels.share(worst.represented or 0, worst.people or 1)}"


def _line(one: ProjectLine, shorts: Sequence[str], compared: Compared) -> LineRow:
    yes = sum(one.won)
    agreed = "Всегда" if yes == len(one.won) else f"{yes} из {len(one.won)}" if yes else "Никогда"
    return LineRow(
        id=one.id,
        title=labels.typographer(one.name),
        about=_about(one, compared),
        cost=_money(one.cost, compared),
        votes=labels.plural(one.votes, "голос", "голоса", "голосов"),
        agreed=agreed,
        cells=[CellRow(short, won) for short, won in zip(shorts, one.won, strict=True)],
    )


def _about(one: ProjectLine, compared: Compared) -> str:
    parts = [
        one.place,
        _money(one.cost, compared),
        labels.plural(one.votes, "голос", "голоса", "голосов"),
    ]
    return " · ".join(part for part in parts if part)


def _bar(one: Spread, among: Sequence[Spread], compared: Compared, unnamed: str) -> SpreadRow:
    """Return a bar; all bars are of one scale: the longest of money and people is whole."""
    money = sum(spread.money for spread in among)
    known = any(spread.people is not None for spread in among)
    weighs = [(spread.people or 0) if known else spread.votes for spread in among]
    weight = (one.people or 0) if known else one.votes
    whole = sum(weighs)
    most = max([spread.money / money for spread in among if money] + [one / whole for one in weighs if whole] + [0.01])
    fair = weight / whole if whole else 0.0
    return SpreadRow(
        name=one.name or unnamed,
        money=labels.money_short(one.money / compared.scale),
        share=labels.share(one.money, money) if money else labels.DASH,
        percent=max(1, round(one.money / money / most * 100)) if one.money else 0,
        fair=labels.share(weight, whole) if whole and not (known and one.people is None) else "",
        fair_percent=round(fair / most * 100),
        note=f"{labels.number(one.winners)} из {labels.number(one.projects)}",
    )


def _without(bars: Sequence[SpreadRow]) -> str:
    """Name what gets nothing, with the share that its people or its votes have."""
    named = [f"{one.name} ({one.fair})" if one.fair else one.name for one in bars if one.percent == 0]
    return labels.typographer(f"Без денег: {', '.join(named)}.") if named else ""


def _of(compared: Compared, rule: Rule) -> RuleFigures | None:
    return next((one for one in compared.rules if one.rule == rule.value), None)


def _all_places(one: RuleFigures) -> int:
    return sum(spread.projects > 0 for spread in one.places)


def _money(units: int, compared: Compared) -> str:
    return labels.money_short(units / compared.scale)
