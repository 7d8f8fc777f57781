"""Counting a contest of the demo region where its votes alone do not tell: by what ballots give, or with equal shares."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from elka.core import announced, tally
from elka.core.announced import Ballots, Candidate, Marked, Rules
from elka.models.contest_kinds import CountRule, VoteKind
from elka.models.publications import MARKING

if TYPE_CHECKING:
    from collections import Counter

    from elka.demo.contests import Held
    from elka.demo.plans import Plan


def asks_ballots(plan: Plan) -> bool:
    """Whether it is counted from whole ballots."""
    return VoteKind(plan.vote_kind).gives_points or CountRule(plan.count_rule).is_shares


def count_ballots(held: Held, votes: Counter[int]) -> tally.Count:
    """Count by the rules of this contest, as the site would."""
    plan, kind = held.plan, VoteKind(held.plan.vote_kind)
    rules = Rules(
        contest=held.id,
        budget=held.budget,
        terms=held.commission.terms(),
        seed=held.draw_seed,
        marked=Marked(
            kind=MARKING[kind].value,
            most=plan.vote_limit,
            points=plan.points_limit if kind is VoteKind.POINTS else None,
        ),
        names={},
        rule=plan.count_rule,
    )
    cast = [row for row in held.region.votes if row[2] == held.id]
    lines = [list(group) for _, group in groupby(cast, key=lambda row: row[0])]
    ballots = Ballots.of(
        [one.id for one in held.on_ballot],
        rules.marked,
        [",".join(str(row[1]) for row in line) for line in lines],
        [",".join(str(row[4] or "") for row in line) for line in lines],
    )
    points = ballots.points
    candidates = [
        Candidate(
            one.id,
            one.amount,
            held.commission.category_of(one),
            votes=votes[one.id],
            points=None if points is None else points[one.id],
            score=held.commission.score_of(one) if rules.terms.asks_scores else None,
        )
        for one in held.on_ballot
    ]
    return announced.count(rules, candidates, ballots)
