"""How a contest judges its projects: what its count needs and by which terms it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from elka.core import tally
from elka.core.announced import Part
from elka.core.lifecycle import ContestStage, Dated, PhaseKind
from elka.models.contest_parts import ContestCategory, Criterion
from elka.models.contests import Allot, Contest


def has_vote(phases: Iterable[Dated]) -> bool:
    """Whether residents vote in the contest."""
    return any(phase.kind is PhaseKind.VOTING for phase in phases)


def has_commission(phases: Iterable[Dated]) -> bool:
    """Whether a commission has a stage of its own."""
    return any(phase.kind is PhaseKind.EXPERT for phase in phases)


def ranked_by(contest: Contest, phases: Iterable[Dated]) -> tally.By:
    """Return what the projects are ranked by; without a vote there is nothing but the scores."""
    return tally.By(contest.winners_by.value) if has_vote(phases) else tally.By.SCORES


def asks_scores(contest: Contest, phases: Iterable[Dated]) -> bool:
    """Whether the count needs the commission's marks: for the ranking, or for a gate before it.

    A lowest score without a commission asks for nothing, as a least number of votes does without a vote.
    """
    listed = list(phases)
    return ranked_by(contest, listed) is not tally.By.VOTES or (contest.min_score > 0 and has_commission(listed))


def has_own_room(contest: Contest, category: ContestCategory) -> bool:
    """Whether a category is counted by itself: it has money, or places, that others do not take."""
    if contest.category_basis is None:
        return False
    return (category.budget if contest.allot is Allot.BUDGET else category.places) is not None


def part_purse(contest: Contest, category: ContestCategory) -> int | None:
    """Return what the projects of a category may cost together on one ballot, rubles; None where that is not asked.

    ``elka_part_purse`` says the same in the database (migrations/versions/triggers_0008.sql).
    """
    if contest.purse_limit is None or not contest.category_purses or contest.allot is not Allot.BUDGET:
        return None
    return category.budget if contest.category_basis is not None else None


def part_limits(contest: Contest, categories: Iterable[ContestCategory]) -> tuple[Part, ...]:
    """Return what one ballot may hold of each category that has a limit of its own, in their order."""
    if contest.category_basis is None:
        return ()
    listed = (Part(one.id or 0, one.name, one.vote_limit, part_purse(contest, one)) for one in categories)
    return tuple(part for part in listed if part.most is not None or part.cost is not None)


def may_enter_scores(contest: Contest) -> bool:
    """Whether the commission's marks may be written now: while it works and until the results are published."""
    return contest.stage in (ContestStage.EXPERT, ContestStage.DECISION) and contest.published_at is None


def terms_of(contest: Contest, phases: Iterable[Dated], categories: Sequence[ContestCategory]) -> tally.Terms:
    """Return the terms of the count. What categories do not take for themselves is the common room."""
    listed = list(phases)
    own = [one for one in categories if has_own_room(contest, one)]
    whole = contest.budget if contest.allot is Allot.BUDGET else contest.places or 0
    rest = max(0, whole - sum((one.budget if contest.allot is Allot.BUDGET else one.places) or 0 for one in own))
    closed = bool(own) and len(own) == len(categories)
    return tally.Terms(
        by=ranked_by(contest, listed),
        public_weight=contest.public_weight,
        min_votes=contest.min_votes if has_vote(listed) else 0,
        min_score=contest.min_score if asks_scores(contest, listed) else 0,
        room=None if closed else _room(contest, rest, rest),
        parts=tuple((one.id or 0, _room(contest, one.budget, one.places)) for one in own),
    )


def criteria_for(criteria: Iterable[Criterion], category_id: int | None) -> list[Criterion]:
    """Return by what applications of a category are judged: what is for all, and what is for it alone."""
    return [one for one in criteria if one.category_id in (None, category_id)]


def _room(contest: Contest, budget: int | None, places: int | None) -> tally.Room:
    return tally.Room(budget=budget) if contest.allot is Allot.BUDGET else tally.Room(places=places)
