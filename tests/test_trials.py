"""A picture of «Что если» is made in a thread of its own: it ends when nobody waits, and when it takes too long."""

from __future__ import annotations

from typing import Any

import pytest

from elka import trials
from elka.core.comparing import Cast
from tests.core.profiles import endless

SOON = 60  # seconds, and then the test fails


def contrived() -> tuple[Cast, dict[str, Any]]:
    profile = endless()
    return Cast(profile, ("",) * 6, ("",) * 6), {"budget": profile.budget, "seed": "s"}


def test_it_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "LONGEST_SECONDS", 0.2)
    with pytest.raises(trials.TooLong, match="шаг крупнее"):
        trials.start(contrived, trials.Counting()).result(SOON)


def test_it_ends_in_the_middle_of_a_rule_when_nobody_waits() -> None:
    counting = trials.Counting()
    future = trials.start(contrived, counting)
    while not counting.done:  # the first rule is counted in a moment
        assert not future.done()
    counting.stop()
    with pytest.raises(trials.Stopped):
        future.result(SOON)
    assert 0 < counting.done < counting.of
