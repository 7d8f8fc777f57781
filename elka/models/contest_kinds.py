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
    """How a voter fills the ballot. ``KNAPSACK``: what is chosen costs no more than the contest's budget."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"


class Allot(StrEnum):
    """How far down the ranking winners go: while the budget lasts, or so many places."""

    BUDGET = "budget"
    PLACES = "places"
