"""Rules of counting over whole ballots: one entry for all of them, each project with its reason.

Greedy by votes, places and thresholds are counted by ``core.tally`` from the votes of each project; the Method of Equal
Shares by ``core.shares`` from the ballots themselves. Both give the same ``tally.Count``, so whoever shows a result need
not know by which rule it was counted. ``told`` writes each outcome in plain Russian.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from elka.core.shares import Round, Satisfaction, Shares, add1, equal_shares
from elka.core.tally import Count, Entry, Outcome, Reason, Room, Terms, count, lot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elka.core.profile import Profile


class Rule(StrEnum):
    """How the winners are found.

    ``greedy``: by votes (or points), while the budget lasts. ``top``: the first places. ``threshold``: all that have
    enough votes, while the budget lasts. ``mes``: equal shares, satisfaction is the cost; ``mes-cards``: each project is
    worth the same; ``mes-points``: as much as the voter gave it. ``-add1`` and ``-greedy``: how what is left over is given
    out.
    """

    GREEDY = "greedy"
    TOP = "top"
    THRESHOLD = "threshold"
    MES = "mes"
    MES_ADD1 = "mes-add1"
    MES_GREEDY = "mes-greedy"
    MES_CARDS = "mes-cards"
    MES_CARDS_ADD1 = "mes-cards-add1"
    MES_CARDS_GREEDY = "mes-cards-greedy"
    MES_POINTS = "mes-points"
    MES_POINTS_ADD1 = "mes-points-add1"
    MES_POINTS_GREEDY = "mes-points-greedy"


@dataclass(frozen=True, slots=True)
class Result:
    """What was counted. ``rounds``: the purchases with equal shares, by id of the project; ``completed``: won by completion."""

    rule: Rule
    count: Count
    rounds: tuple[tuple[int, Round], ...] = ()
    completed: frozenset[int] = frozenset()
    share: Fraction | None = None
    supporters: tuple[tuple[int, int], ...] = ()

    @property
    def winners(self) -> tuple[int, ...]:
        """The ids of the winners, in the order in which they won."""
        return tuple(outcome.id for outcome in self.count.winners)


def count_by(
    rule: Rule,
    profile: Profile,
    *,
    budget: int,
    seed: str,
    min_votes: int = 0,
    places: int | None = None,
    exclusive: Sequence[Sequence[int]] = (),
) -> Result:
    """Count a profile. ``budget`` in rubles; ``min_votes``: votes (or points) that a project needs at least.

    ``places``: of ``top``. ``exclusive``: groups of ids of which one at the most may win: the others of a group take no
    part once one of it has won; with equal shares the most supported one of a group takes part alone. Equal projects are
    decided by the draw of ``seed`` (``tally.lot``). Raises ValueError on terms that do not fit the rule.
    """
    if (rule is Rule.TOP) != (places is not None):
        raise ValueError("places are told for the rule 'top', and for it alone")
    if rule is Rule.THRESHOLD and min_votes < 1:
        raise ValueError("the rule 'threshold' needs a least number of votes")
    if not rule.startswith("mes"):
        room = Room(places=places) if rule is Rule.TOP else Room(budget=budget)
        terms = Terms(min_votes=min_votes, room=room, exclusive=tuple(tuple(group) for group in exclusive))
        return Result(rule, count(_entries(profile), terms, seed=seed))
    return _by_shares(rule, profile, budget, seed, min_votes, exclusive)


def _entries(profile: Profile) -> list[Entry]:
    rows = zip(profile.ids.tolist(), profile.costs.tolist(), profile.totals.tolist(), strict=True)
    return [Entry(one, cost, votes) for one, cost, votes in rows]


def _by_shares(
    rule: Rule, profile: Profile, budget: int, seed: str, min_votes: int, exclusive: Sequence[Sequence[int]]
) -> Result:
    ids = profile.ids.tolist()
    entries = {entry.id: entry for entry in _entries(profile)}
    ranked = sorted(ids, key=lambda one: (-entries[one].votes, lot(seed, one)))
    drawn = {one: at for at, one in enumerate(sorted(ids, key=lambda one: lot(seed, one)))}
    rivals = _rivals(exclusive, ranked)
    barred = {one: Reason.BELOW_MINIMUM for one in ids if 0 < entries[one].votes < min_votes}
    barred |= {one: Reason.EXCLUDED for one in rivals if one not in barred}
    satisfaction = Satisfaction.COST
    if rule.startswith("mes-cards"):
        satisfaction = Satisfaction.CARDINALITY
    elif rule.startswith("mes-points"):
        satisfaction = Satisfaction.POINTS
    buy = add1 if rule.endswith("add1") else equal_shares
    shares = buy(
        profile,
        budget,
        satisfaction=satisfaction,
        order=[drawn[one] for one in ids],
        taking=np.array([one not in barred for one in ids], bool),
    )
    bought = [ids[one] for one in shares.bought]
    completed = _rest_by_votes(ranked, entries, budget, barred, bought) if rule.endswith("greedy") else []
    outcomes = _outcomes(ranked, entries, shares, ids, bought + completed, barred, rivals, min_votes)
    spent = sum(entries[one].cost for one in bought + completed)
    return Result(
        rule,
        Count(outcomes=tuple(outcomes), spent=spent, seed=seed, draws=()),
        tuple((ids[one.project], one) for one in shares.rounds),
        frozenset(completed),
        shares.share,
        tuple(zip(ids, profile.counts.tolist(), strict=True)),
    )


def _rivals(exclusive: Sequence[Sequence[int]], ranked: Sequence[int]) -> dict[int, int]:
    """Return who takes no part because a more supported one of its group does."""
    place = {one: at for at, one in enumerate(ranked)}
    found: dict[int, int] = {}
    for group in exclusive:
        first = min(group, key=lambda one: place[one])
        found |= {one: first for one in group if one != first}
    return found


def _rest_by_votes(
    ranked: Sequence[int], entries: dict[int, Entry], budget: int, barred: dict[int, Reason], bought: Sequence[int]
) -> list[int]:
    left = budget - sum(entries[one].cost for one in bought)
    taken = []
    for one in ranked:
        if one not in barred and one not in bought and entries[one].votes and entries[one].cost <= left:
            taken.append(one)
            left -= entries[one].cost
    return taken


def _outcomes(
    ranked: Sequence[int],
    entries: dict[int, Entry],
    shares: Shares,
    ids: Sequence[int],
    won: Sequence[int],
    barred: dict[int, Reason],
    rivals: dict[int, int],
    min_votes: int,
) -> list[Outcome]:
    purse = dict(zip(ids, shares.purses, strict=True))
    winners = set(won)
    found = []
    for rank, one in enumerate([*won, *(one for one in ranked if one not in winners)], start=1):
        entry = entries[one]
        outcome = Outcome(
            id=one,
            rank=rank,
            votes=entry.votes,
            cost=entry.cost,
            won=one in winners,
            reason=Reason.WON,
            lacking_votes=None,
            lacking_money=None,
            left_before=None,
            tied_with=(),
        )
        if one not in winners:
            reason = barred.get(one, Reason.NO_SHARE if entry.votes else Reason.NO_VOTES)
            lacking = max(0, -(-(entry.cost - purse[one]) // 1)) if reason is Reason.NO_SHARE else None
            outcome = replace(
                outcome,
                reason=reason,
                lacking_money=lacking,
                lacking_votes=min_votes - entry.votes if reason is Reason.BELOW_MINIMUM else None,
                barred_by=rivals.get(one) if reason is Reason.EXCLUDED else None,
            )
        found.append(outcome)
    return found


def told(result: Result, names: Mapping[int, str] | None = None) -> dict[int, str]:
    """Say of every project why it won or did not, in plain Russian. ``names``: how others are called, by id; ids if None."""
    bought = dict(result.rounds)
    people = dict(result.supporters)
    found = {}
    for one in result.count.outcomes:
        rival = "" if one.barred_by is None else (names or {}).get(one.barred_by, str(one.barred_by))
        found[one.id] = _why(result, one, bought.get(one.id), people.get(one.id, 0), rival)
    return found


def _why(result: Result, outcome: Outcome, bought: Round | None, people: int, rival: str) -> str:
    if outcome.won:
        return _why_won(result, outcome, bought)
    if outcome.reason is Reason.NO_SHARE:
        return _why_not_bought(outcome, people)
    left = f"оставалось {_spaced(outcome.left_before or 0)} ₽, нужно {_spaced(outcome.cost)} ₽"
    more = f" Хватило бы ещё голосов: {outcome.lacking_votes}." if outcome.lacking_votes else ""
    return {
        Reason.NO_VOTES: "За проект никто не проголосовал.",
        Reason.BELOW_MINIMUM: f"Не хватило голосов до минимума: {outcome.lacking_votes}.",
        Reason.EXCLUDED: f"Победить может только один из взаимоисключающих проектов: выше оказался проект {rival}.",
        Reason.NO_BUDGET: f"Не хватило бюджета: {left}.{more}",
        Reason.NO_PLACE: f"Места достались другим: не хватило голосов {outcome.lacking_votes}.",
    }[outcome.reason]


def _why_won(result: Result, outcome: Outcome, bought: Round | None) -> str:
    if bought is not None:
        price = _kopecks(bought.price)
        return f"Победил: {_people(bought.payers)} оплатили его из своих равных долей, не больше чем по {price} ₽."
    if outcome.id in result.completed:
        return "Победил: хватило денег, которые остались после равных долей; их отдали по числу голосов."
    return f"Победил: место {outcome.rank}, голосов {outcome.votes}."


def _why_not_bought(outcome: Outcome, people: int) -> str:
    if not outcome.lacking_money:
        return "Сторонникам хватило бы своих долей, но дешевле для своих сторонников оказались другие проекты."
    return f"Сторонникам ({_people(people)}) не хватило {_spaced(outcome.lacking_money)} ₽ из их равных долей."


def _people(number: int) -> str:
    few = number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14}
    return f"{_spaced(number)} {'человека' if few else 'человек'}"


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _kopecks(sum_of_money: Fraction) -> str:
    kopecks = -(-sum_of_money * 100 // 1)
    whole, part = divmod(int(kopecks), 100)
    return f"{_spaced(whole)},{part:02}" if part else _spaced(whole)
