"""One entry to all rules of counting: ballots in, winners out, with the reason of each project and a film of the rounds.

Pure: no database, no clock; the only randomness is the seeded draw (``core.draws.lot``) that decides ties last.

==================  ====================================================================================================
``greedy``          by votes, while the budget lasts (``core.tally``), in the rooms of categories where they have one
``top``             by votes, so many places
``threshold``       who has the minimum of votes, then by votes while the budget (or the places) lasts
``scores``          as greedy, by the sum of points
``borda``           as greedy, by Borda points of ranked ballots (``Profile.borda``)
``mes``             Method of Equal Shares (``core.shares``), utility by cost; by points where ballots give or rank them
``mes-cards``       the same, utility by the number of projects
``…-add1``          completed by raising the shares: by a part of the budget (1 %), or by money for each voter
``…-greedy``        completed by votes from what is left
``…-add1-greedy``   both, one after the other
==================  ====================================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elka.core import tally
from elka.core.profile import Profile, VoteType
from elka.core.share_count import ShareCount
from elka.core.tally import Entry, Room
from elka.core.verdicts import (
    BadRule,
    Counted,
    CountTerms,
    Drawn,
    Frame,
    Rule,
    Verdict,
    in_order,
    verdict_before,
    verdict_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from elka.core.share_run import Shares


def count_by(
    rule: Rule,
    profile: Profile,
    terms: CountTerms,
    *,
    seed: str,
    runs: dict[str, Shares] | None = None,
    between: Callable[[], None] | None = None,
) -> Counted:
    """Count ballots by a rule. Neither the order of ballots nor that of projects matters.

    ``runs``: for counts of the same profile, terms and seed by several rules, what is kept from one to another: equal
    shares are the same, whether votes complete them or not. ``between``: called now and then where a count may take long
    (``core.shares.add_one``); it may raise to stop.

    Raises BadRule where the rule does not fit, BadProfile where the ballots do not.
    """
    _check(rule, profile, terms)
    if rule is Rule.BORDA or (profile.kind is VoteType.ORDINAL and rule.is_shares and not rule.by_number):
        profile = profile.borda(by_ballot=terms.by_ballot)
    if rule.is_shares:
        return ShareCount(rule, profile, terms, seed, runs, between).counted()
    return _ranked(rule, profile, terms, seed)


def _check(rule: Rule, profile: Profile, terms: CountTerms) -> None:
    known = frozenset(profile.ids)
    for group in terms.exclusive:
        if group - known:
            raise BadRule(f"Среди взаимоисключающих есть проект, которого нет в списке: «{min(group - known)}».")
    if rule is Rule.TOP and terms.places is None:
        raise BadRule("Для правила «top» нужно число мест.")
    if rule is Rule.THRESHOLD and terms.min_votes < 1:
        raise BadRule("Для правила «threshold» нужен минимум голосов.")
    if rule is Rule.SCORES and not profile.kind.has_points:
        raise BadRule("Правило «scores» складывает баллы, а в этих бюллетенях их нет.")
    if rule.is_shares and (terms.parts or terms.places is not None):
        raise BadRule("Равные доли считаются по одному бюджету: ни мест, ни бюджетов категорий у них нет.")
    if terms.totals and (rule.is_shares or rule.by_points):
        raise BadRule(
            f"Правило «{rule}» считает сами бюллетени, а {sum(votes for _, votes in terms.totals)} голосов с бумаги "
            "внесены итогами, без бюллетеней. Считайте по правилу, которому хватает голосов: greedy, top или threshold."
        )
    if terms.min_votes < 0 or terms.step <= 0 or (terms.step_each is not None and terms.step_each <= 0):
        raise BadRule("Минимум голосов не бывает отрицательным, а шаг — меньше или равным нулю.")


def _ranked(rule: Rule, profile: Profile, terms: CountTerms, seed: str) -> Counted:
    """Count by ``core.tally``: what projects are ranked by stands where it has votes."""
    totals = dict(terms.totals)
    votes = [cast + totals.get(one, 0) for one, cast in zip(profile.ids, profile.votes().tolist(), strict=True)]
    points = profile.total_points().tolist() if rule.by_points else None
    below = [one < terms.min_votes for one in votes]
    parts = {name: number for number, (name, _) in enumerate(terms.parts)}
    entries = [
        Entry(
            id=number,
            cost=project.cost,
            votes=max(0, (points or votes)[number]),
            category=next((parts[name] for name in project.categories if name in parts), None),
            drawn_as=project.id,
        )
        for number, project in enumerate(profile.projects)
        if points is None or not below[number]
    ]
    room = Room(None if rule is Rule.TOP else profile.budget, terms.places)
    number = {one: place for place, one in enumerate(profile.ids)}
    rules = tally.Terms(
        min_votes=0 if points else terms.min_votes,
        room=room,
        parts=tuple((parts[name], own) for name, own in terms.parts),
        ties=terms.ties,
        exclusive=tuple(frozenset(number[one] for one in group) for group in terms.exclusive),
    )
    found = tally.count(entries, rules, seed=seed)
    verdicts = [verdict_of(one, profile, votes, points) for one in found.outcomes]
    verdicts += [
        verdict_before(place, profile, votes, points, terms.min_votes)
        for place in range(len(votes))
        if points is not None and below[place]
    ]
    return Counted(
        rule=rule,
        seed=seed,
        verdicts=in_order(verdicts),
        film=_film_of(verdicts, profile.budget if room.budget is not None else None),
        draws=tuple(Drawn(tuple(profile.ids[one] for one in draw.ids), draw.decisive) for draw in found.draws),
        voters=profile.voters,
        budget=profile.budget,
        scale=profile.scale,
        points_scale=profile.points_scale,
        min_votes=terms.min_votes,
    )


def _film_of(verdicts: Iterable[Verdict], budget: int | None) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    spent = 0
    for one in verdicts:
        if one.won:
            spent += one.cost
            left = one.left_before - one.cost if one.left_before is not None and budget is not None else None
            frames.append(Frame(len(frames) + 1, one.id, one.cost, one.votes, spent, left))
    return tuple(frames)
