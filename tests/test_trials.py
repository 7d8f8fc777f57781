"""A picture of «Что если» is made in a thread of its own: it ends when nobody waits, and when it takes too long."""

from __future__ import annotations

from typing import Any

import pytest

from elka import trials
from elka.core.comparing import Cast
from elka.core.profile import Profile, Project, VoteType

SOON = 60  # seconds, and then the test fails


def endless() -> tuple[Cast, dict[str, Any]]:
    """Votes that Add1 would count for days, as ``tests/core/test_shares.py`` tells."""
    projects = [Project(f"p{number}", cost) for number, cost in enumerate([1, 5, 9, 20, 20, 30])]
    ballots = [["p0"], ["p1", "p2", "p3", "p4"], ["p3", "p4"], ["p5"]]
    made = Profile.of(VoteType.APPROVAL, projects, 60, ballots)
    profile = Profile.from_arrays(
        made.kind, made.projects, made.budget, made.indptr, made.indices, weights=[10**12, 1, 1, 1]
    )
    return Cast(profile, ("",) * 6, ("",) * 6), {"budget": 60, "seed": "s"}


def test_it_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "LONGEST_SECONDS", 0.2)
    with pytest.raises(trials.TooLong, match="шаг крупнее"):
        trials.start(endless, trials.Counting()).result(SOON)


def test_it_ends_in_the_middle_of_a_rule_when_nobody_waits() -> None:
    counting = trials.Counting()
    future = trials.start(endless, counting)
    while not counting.done:  # the first rule is counted in a moment
        assert not future.done()
    counting.stop()
    with pytest.raises(trials.Stopped):
        future.result(SOON)
    assert 0 < counting.done < counting.of
