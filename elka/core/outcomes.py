"""What goes into a count and what comes out of it: projects, the terms of a contest, outcomes with their reasons, draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class By(StrEnum):
    """What the projects are ranked by."""

    VOTES = "votes"
    SCORES = "scores"
    BOTH = "both"


class Tie(StrEnum):
    """What puts one of equal projects before another; the lot is always the last."""

    VOTES = "votes"
    COST = "cost"


class Reason(StrEnum):
    """Why a project won or did not. COMPLETED and NO_SHARE are of equal shares alone, see ``core.counting``.

    WITHDRAWN: taken out of published results by a correction (``core.corrected``).
    """

    WON = "won"
    COMPLETED = "completed"
    NO_VOTES = "no_votes"
    BELOW_MINIMUM = "below_minimum"
    NO_SCORE = "no_score"
    BELOW_SCORE = "below_score"
    NO_POINTS = "no_points"
    NO_BUDGET = "no_budget"
    NO_PLACE = "no_place"
    NO_CATEGORY = "no_category"
    EXCLUDED = "excluded"
    NO_SHARE = "no_share"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """A project in the count: its cost in rubles, its votes, the commission's score (None: not scored), its category.

    ``people``: who voted for it, where ``votes`` are points of their ballots; None: as many as there are votes.
    ``drawn_as``: what its lot is drawn by; None: its id.
    """

    id: int
    cost: int
    votes: int
    score: int | None = None
    category: int | None = None
    people: int | None = None
    drawn_as: str | None = None

    @property
    def backers(self) -> int:
        """How many people voted for it."""
        return self.votes if self.people is None else self.people


@dataclass(frozen=True, slots=True)
class Paid:
    """How a project was bought with equal shares: in which round, kopecks that a supporter paid at most (for a point).

    ``full``: who paid that much; ``rest``: who gave all that they had left; ``empty``: who had nothing left.
    """

    round: int
    price: int
    full: int
    rest: int
    empty: int


@dataclass(frozen=True, slots=True)
class Room:
    """What there is to be given away: rubles, places. None: not limited."""

    budget: int | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a contest is counted. ``public_weight``: percent of the votes in a rating of both.

    ``parts``: categories that have a room of their own, in order. ``room``: the common one; None when there is nothing
    outside the categories. ``ties``: what orders equal projects before the lot does. ``exclusive``: groups of ids of
    which at most one may win.
    """

    by: By = By.VOTES
    public_weight: int = 50
    min_votes: int = 0
    min_score: int = 0
    room: Room | None = field(default_factory=Room)
    parts: tuple[tuple[int, Room], ...] = ()
    ties: tuple[Tie, ...] = ()
    exclusive: tuple[frozenset[int], ...] = ()

    @property
    def asks_scores(self) -> bool:
        """Whether a project must be scored to win."""
        return self.by is not By.VOTES or self.min_score > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one project.

    ``points``: what it was ranked by, hundredths of a point; None where that is the votes.
    ``lacking_votes``: how many more votes, all else the same, would have made it win (None for a winner, for one that
    no number of votes could help because it costs more than the whole budget, and where not votes alone decide). For
    NO_VOTES and BELOW_MINIMUM it is the distance to the minimum, which alone may not have been enough for the rest.
    ``lacking_points``: the same in hundredths of a point, where points decide; for BELOW_SCORE, to the lowest score.
    ``lacking_money``: rubles short when its turn came (NO_BUDGET), or that its supporters lacked together (NO_SHARE).
    ``left_before``: rubles left of the budget when its turn came (None when the budget is not limited).
    ``tied_with``: the other projects of the same count that were equal, in the order of the draw.
    ``barred_by``: the winner that excludes it (EXCLUDED only).
    """

    id: int
    rank: int
    votes: int
    cost: int
    won: bool
    reason: Reason
    lacking_votes: int | None
    lacking_money: int | None
    left_before: int | None
    tied_with: tuple[int, ...]
    score: int | None = None
    category: int | None = None
    points: int | None = None
    lacking_points: int | None = None
    barred_by: int | None = None
    people: int | None = None
    paid: Paid | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """One tie that was drawn: ``ids`` in the order of the draw, with so many votes, or so many points, each.

    Neither where the supporters of all would have paid the same (equal shares).

    ``decisive`` is true when another order of the same projects could have given other winners.
    """

    votes: int | None
    ids: tuple[int, ...]
    decisive: bool
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The whole result: outcomes in rank order, rubles spent, the seed and every draw made by it.

    ``shares``: by category (None: the common room) what each voter's equal share was in the end, kopecks, and how many had
    one; only where that was the rule.
    """

    outcomes: tuple[Outcome, ...]
    spent: int
    seed: str
    draws: tuple[Draw, ...]
    shares: tuple[tuple[int | None, int, int], ...] = ()

    @property
    def winners(self) -> tuple[Outcome, ...]:
        """The projects that won, in rank order."""
        return tuple(outcome for outcome in self.outcomes if outcome.won)
