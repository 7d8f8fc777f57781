"""What a count tells: the rule and its terms, a verdict on each project, a film of the rounds, the draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from elka.core.tally import Outcome, Reason, Room, Tie
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from elka.core.profile import Profile

_PERCENT = Fraction(1, 100)


class Rule(StrEnum):
    """How winners are counted; the names are those of ``elka tally --rule``."""

    GREEDY = "greedy"
    TOP = "top"
    THRESHOLD = "threshold"
    SCORES = "scores"
    BORDA = "borda"
    MES = "mes"
    MES_ADD1 = "mes-add1"
    MES_GREEDY = "mes-greedy"
    MES_ADD1_GREEDY = "mes-add1-greedy"
    MES_CARDS = "mes-cards"
    MES_CARDS_ADD1 = "mes-cards-add1"
    MES_CARDS_GREEDY = "mes-cards-greedy"
    MES_CARDS_ADD1_GREEDY = "mes-cards-add1-greedy"

    @property
    def is_shares(self) -> bool:
        """Whether it is the Method of Equal Shares."""
        return self.value.startswith("mes")

    @property
    def by_number(self) -> bool:
        """Whether the utility of equal shares is the number of winners."""
        return self.value.startswith("mes-cards")

    @property
    def by_points(self) -> bool:
        """Whether projects are ranked by points, not by votes."""
        return self in {Rule.SCORES, Rule.BORDA}


class BadRule(Refused):
    """The rule does not fit the ballots or what is asked of it."""


@dataclass(frozen=True, slots=True)
class CountTerms:
    """What a contest announced beside the rule.

    ``places``: how many may win (``top`` needs it). ``parts``: categories that have a room of their own, in order; all
    others share the budget (not with equal shares). ``exclusive``: groups of ids of which at most one may win.
    ``barred``: (project, winner of another count that excludes it), asked by equal shares alone, where rooms are counted
    one after another. ``totals``: votes by project that are known without their ballots, for rules that ask for no more.
    ``step``: by what part of the budget Add1 raises all shares together; ``step_each``: instead, by how much money (in
    units of the profile) it raises each share. ``by_ballot``: the classical Borda count, see ``Profile.borda``.
    """

    min_votes: int = 0
    places: int | None = None
    parts: tuple[tuple[str, Room], ...] = ()
    exclusive: tuple[frozenset[str], ...] = ()
    barred: tuple[tuple[str, str], ...] = ()
    totals: tuple[tuple[str, int], ...] = ()
    ties: tuple[Tie, ...] = (Tie.VOTES, Tie.COST)
    step: Fraction = _PERCENT
    step_each: int | None = None
    by_ballot: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one project. Money is in units of the profile.

    ``votes``: ballots that name it; ``points``: their sum, where points are counted. ``round``: when it was taken.
    Of equal shares: ``price`` per point, ``full``, ``rest``, ``empty`` as in ``core.shares.Round``; ``missing``: what
    its supporters lacked at the end. Of the other rules and of completion: ``left_before``, ``lacking_money``,
    ``lacking_votes`` (or points), ``tied_with``, ``barred_by`` as in ``core.tally.Outcome``.
    """

    id: str
    rank: int
    cost: int
    votes: int
    won: bool
    reason: Reason
    points: int | None = None
    round: int | None = None
    price: float | None = None
    full: int = 0
    rest: int = 0
    empty: int = 0
    missing: int | None = None
    left_before: int | None = None
    lacking_money: int | None = None
    lacking_votes: int | None = None
    tied_with: tuple[str, ...] = ()
    barred_by: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One round of the film. ``left``: of the budget; ``money``: what all voters have left (None: not by shares)."""

    number: int
    project: str
    cost: int
    votes: int
    spent: int
    left: int | None
    completed: bool = False
    price: float | None = None
    rho: float | None = None
    full: int = 0
    rest: int = 0
    empty: int = 0
    money: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Equal projects in the order of the draw; ``decisive``: whether it could matter (None: not told)."""

    ids: tuple[str, ...]
    decisive: bool | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The whole result. Verdicts: winners in the order they were taken, then the others, best first.

    ``share``: the money of each voter in the last run of equal shares, in units of the profile; ``steps``: how often
    Add1 raised it.
    """

    rule: Rule
    seed: str
    verdicts: tuple[Verdict, ...]
    film: tuple[Frame, ...]
    draws: tuple[Drawn, ...]
    voters: int
    budget: int
    scale: int
    points_scale: int
    min_votes: int
    share: Fraction | None = None
    steps: int = 0

    @property
    def winners(self) -> tuple[str, ...]:
        """The ids of the winners in the order they were taken."""
        return tuple(verdict.id for verdict in self.verdicts if verdict.won)

    @property
    def cost(self) -> int:
        """What the winners cost, in units of the profile."""
        return sum(verdict.cost for verdict in self.verdicts if verdict.won)


def rule_named(name: str) -> Rule:
    """Return a rule by its name; raises BadRule."""
    try:
        return Rule(name)
    except ValueError as error:
        raise BadRule(f"Нет правила «{name}». Есть: {', '.join(Rule)}.") from error


def verdict_of(one: Outcome, profile: Profile, votes: Sequence[int], points: Sequence[int] | None) -> Verdict:
    """Return the verdict of ``core.tally`` on a project whose id is its place in the profile."""
    reason = Reason.NO_POINTS if points is not None and one.reason is Reason.NO_VOTES and votes[one.id] else one.reason
    return Verdict(
        id=profile.ids[one.id],
        rank=one.rank,
        cost=one.cost,
        votes=votes[one.id],
        won=one.won,
        reason=reason,
        points=None if points is None else points[one.id],
        left_before=one.left_before,
        lacking_money=one.lacking_money,
        lacking_votes=one.lacking_votes,
        tied_with=tuple(profile.ids[other] for other in one.tied_with),
        barred_by=None if one.barred_by is None else profile.ids[one.barred_by],
    )


def verdict_before(
    place: int, profile: Profile, votes: Sequence[int], points: Sequence[int] | None, least: int
) -> Verdict:
    """Return the verdict on a project that did not come to the count: too few votes, or dearer than the budget."""
    project = profile.projects[place]
    few = votes[place] < max(least, 1)
    reason = (Reason.BELOW_MINIMUM if votes[place] else Reason.NO_VOTES) if few else Reason.NO_BUDGET
    return Verdict(
        id=project.id,
        rank=0,
        cost=project.cost,
        votes=votes[place],
        won=False,
        reason=reason,
        points=None if points is None else points[place],
        lacking_votes=max(least, 1) - votes[place] if few else None,
        left_before=None if few else profile.budget,
        lacking_money=None if few else project.cost - profile.budget,
    )


def in_order(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Put verdicts in order and number them; those without a rank (0) come last, by votes."""
    ordered = sorted(verdicts, key=lambda one: (one.rank == 0, one.rank, -one.votes, one.id))
    return tuple(replace(one, rank=rank) for rank, one in enumerate(ordered, start=1))
