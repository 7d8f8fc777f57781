"""How unusual a crowd of votes is: plain arithmetic over what the database has grouped.

Every figure is a number of decimal places: 6 means that chance alone does this once in a million. Groups of different
kinds can so be put in one order. It is a measure of what deserves a look, never a proof of anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LEAST = 3.0  # once in a thousand: below that nothing is shown
LEAST_RUN = 4  # equal ballots in a row; three are a family


class Kind(StrEnum):
    """What a group of ballots has in common."""

    BURST = "burst"  # one address, one after another
    ADDRESS = "address"  # one address, over the whole vote
    TEMPO = "tempo"  # minutes that are not like the contest's others
    NEWBORN = "newborn"  # accounts made minutes before voting
    SAME = "same"  # equal ballots in a row


@dataclass(frozen=True, slots=True)
class Group:
    """Ballots that look alike, from ``began`` to ``ended``.

    ``key`` names it as long as it is the same suspicion, however it grows. ``fresh``: of accounts not a day old;
    ``one_day``: the most accounts made on one day; ``agents``: different browsers; ``proven``: a proof was asked and done;
    ``usual``: what is to be expected instead.
    """

    kind: Kind
    key: str
    ballots: tuple[int, ...]
    began: datetime
    ended: datetime
    fresh: int = 0
    one_day: int = 0
    agents: int = 0
    proven: int = 0
    usual: float = 0.0
    score: float = 0.0

    @property
    def size(self) -> int:
        """How many ballots."""
        return len(self.ballots)


def surprise(seen: int, usual: float) -> float:
    """Return how unusual it is to see so many where ``usual`` are expected; 0 when there are no more than that.

    The upper tail of a Poisson distribution by Chernoff's bound: k·ln(k/λ) − (k − λ), in decimal places.
    """
    if seen <= usual or usual <= 0:
        return 0.0
    return (seen * math.log(seen / usual) - (seen - usual)) / math.log(10)


def run_surprise(length: int, share: float, ballots: int) -> float:
    """Return how unusual ``length`` equal ballots in a row are where that ballot makes ``share`` of all ``ballots``.

    A run may begin at any ballot, so its chance is taken that many times: −log10(ballots · share^length), at least 0.
    """
    if not 0 < share < 1 or ballots < 1 or length < 1:
        return 0.0
    return max(0.0, -math.log10(ballots) - length * math.log10(share))
