"""Contests made up for published files: projects, ballots, receipts, and the file of them."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from elka.core import published
from elka.core.identifiers import receipt_code
from elka.core.published import Candidate, Marked, Rules
from elka.core.tally import By, Room, Terms

SECRET = b"secret" * 8


@dataclass(frozen=True)
class Voted:
    """A contest whose votes are counted."""

    rules: Rules
    candidates: list[Candidate]
    lines: list[str]
    receipts: list[str]

    @property
    def root(self) -> str:
        return published.root_of(self.rules, self.candidates, self.lines, self.receipts)

    @property
    def text(self) -> str:
        out = io.StringIO()
        about = {"description": "Инициативы; «двор»", "country": "Russia"}
        published.write(out, about, self.rules, self.candidates, self.lines, self.receipts, self.root)
        return out.getvalue()


def voted(rules: Rules, candidates: list[Candidate], picks: list[list[int]]) -> Voted:
    """Count a contest: ``picks`` of every ballot."""
    voters = published.pseudonyms(SECRET, rules.contest)
    lines = sorted(
        published.ballot_line(voters(person), ",".join(map(str, chosen))) for person, chosen in enumerate(picks)
    )
    votes = Counter(pick for chosen in picks for pick in chosen)
    given = [replace(one, votes=votes[one.id]) for one in candidates]
    won = {one.id for one in published.count(rules, given).winners}
    return Voted(
        rules,
        [replace(one, won=one.id in won) for one in given],
        lines,
        sorted(receipt_code(SECRET, rules.contest, person) for person in range(len(picks))),
    )


@st.composite
def contests(draw: st.DrawFn) -> Voted:
    """Draw a contest of any terms with a few ballots."""
    ids = draw(st.lists(st.integers(1, 99), min_size=2, max_size=6, unique=True))
    candidates = [
        Candidate(
            id=key,
            cost=draw(st.integers(1, 50)),
            category=draw(st.sampled_from([None, 1, 2])),
            name=draw(st.sampled_from(["Двор", "=1+1", "Сквер; «у реки»", 'Мост "новый"', "A\nB"])),
            score=draw(st.none() | st.integers(0, 10_000)),
        )
        for key in ids
    ]
    room = Room(budget=draw(st.none() | st.integers(1, 120)), places=draw(st.none() | st.integers(0, 3)))
    terms = Terms(
        by=draw(st.sampled_from(By)),
        public_weight=draw(st.integers(0, 100)),
        min_votes=draw(st.integers(0, 2)),
        min_score=draw(st.sampled_from([0, 0, 5000])),
        room=room,
        parts=draw(st.sampled_from([(), ((1, Room(budget=40)),)])),
    )
    rules = Rules(draw(st.integers(1, 9)), 100, terms, draw(st.text(max_size=5)), Marked(), {1: "Сёла"})
    picks = draw(st.lists(st.lists(st.sampled_from(ids), min_size=1, unique=True), min_size=2, max_size=8))
    return voted(rules, candidates, picks)
