"""A contest's own count (``core.announced``) told as ``elka tally`` tells any: verdicts with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elka.core.announced import Marking, Rules
from elka.core.outcomes import By, Count, Outcome, Reason
from elka.core.verdicts import Counted, Drawn, Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

_HUNDREDTHS = 100


def retold(rules: Rules, found: Count, voters: int) -> Counted:
    """Return the count in the shape of ``core.counting``; ``voters``: how many ballots it is of. Money in rubles."""
    rated = rules.terms.by is not By.VOTES
    return Counted(
        rule=_rule(rules, rated=rated),
        seed=found.seed,
        verdicts=tuple(_verdicts(found.outcomes, rated=rated)),
        film=(),
        draws=tuple(Drawn(tuple(map(str, one.ids)), one.decisive) for one in found.draws),
        voters=voters,
        budget=rules.budget,
        scale=1,
        points_scale=_HUNDREDTHS if rated else 1,
        min_votes=rules.terms.min_votes,
    )


def _rule(rules: Rules, *, rated: bool) -> Rule:
    """Return the rule by whose words the count is told: down the list, by votes or by points."""
    rule = Rule(rules.rule)
    if rule.is_shares:
        return rule
    return Rule.SCORES if rated or Marking(rules.marked.kind).gives_points else Rule.GREEDY


def _verdicts(outcomes: Iterable[Outcome], *, rated: bool) -> Iterable[Verdict]:
    """Yield verdicts in the order of the count. ``rated``: ranked by the commission's points, or by a rating of both."""
    for one in outcomes:
        points = one.points if rated else None if one.people is None else one.votes
        gated = one.reason in {Reason.NO_VOTES, Reason.BELOW_MINIMUM}
        yield Verdict(
            id=str(one.id),
            rank=one.rank,
            cost=one.cost,
            votes=one.votes if one.people is None else one.people,
            won=one.won,
            reason=one.reason,
            points=points,
            round=None if one.paid is None else one.paid.round,
            price=None if one.paid is None else one.paid.price / _HUNDREDTHS,
            full=0 if one.paid is None else one.paid.full,
            rest=0 if one.paid is None else one.paid.rest,
            empty=0 if one.paid is None else one.paid.empty,
            missing=one.lacking_money if one.reason is Reason.NO_SHARE else None,
            left_before=one.left_before,
            lacking_money=one.lacking_money,
            lacking_votes=one.lacking_points if rated and not gated else one.lacking_votes,
            tied_with=tuple(map(str, one.tied_with)),
            barred_by=None if one.barred_by is None else str(one.barred_by),
        )
