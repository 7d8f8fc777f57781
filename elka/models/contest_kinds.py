"""What kinds of contests, applicants, ballots and winners there are."""

from __future__ import annotations

from enum import StrEnum


class ContestKind(StrEnum):
    """Whom the contest is for. A municipal one is held by a municipality, a regional one by the region; others by either."""

    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    INDIVIDUALS = "individuals"
    REALISED = "realised"


class ApplicantKind(StrEnum):
    """In whose name an application is filed."""

    RESIDENT = "resident"
    GROUP = "group"
    ORGANIZATION = "organization"
    MUNICIPALITY = "municipality"


class WinnersBy(StrEnum):
    """What the projects are ranked by."""

    VOTES = "votes"
    SCORES = "scores"
    BOTH = "both"


class VoteKind(StrEnum):
    """How a voter fills the ballot.

    ``KNAPSACK``: what is chosen costs no more than the contest's budget. ``RANKED``: projects in the order of preference.
    ``POINTS``: so many points are shared among projects.
    """

    APPROVAL = "approval"
    KNAPSACK = "knapsack"
    RANKED = "ranked"
    POINTS = "points"

    @property
    def gives_points(self) -> bool:
        """Whether a ballot is worth more to one of its projects than to another; what it gives is summed up."""
        return self in (VoteKind.RANKED, VoteKind.POINTS)


class CountRule(StrEnum):
    """How the budget is given out; the names are those of ``core.verdicts.Rule``.

    ``GREEDY``: down the ranking, while the budget lasts. ``MES``: the Method of Equal Shares, utility by cost, and the ways
    to give out what it leaves; ``MES_CARDS``: utility by the number of projects.
    """

    GREEDY = "greedy"
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
        return self is not CountRule.GREEDY

    @property
    def by_number(self) -> bool:
        """Whether a voter has of each winner the same, whatever it costs."""
        return self.value.startswith("mes-cards")

    @property
    def rest(self) -> str:
        """How what equal shares leave over is given out: ``add1``, ``greedy``, ``add1-greedy`` or ``none``."""
        return self.value.removeprefix("mes").removeprefix("-cards").removeprefix("-") or "none"

    @classmethod
    def shares(cls, rest: str, *, by_number: bool) -> CountRule:
        """Return the rule of equal shares of these parts. Raises ValueError."""
        parts = ["mes", *(["cards"] if by_number else []), *([] if rest == "none" else [rest])]
        return cls("-".join(parts))


class Allot(StrEnum):
    """How far down the ranking winners go: while the budget lasts, or so many places."""

    BUDGET = "budget"
    PLACES = "places"
