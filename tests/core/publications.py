"""Contests made up for published files: projects, ballots, receipts, and the file of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from elka.core import published
from elka.core.announced import GREEDY, Ballots, Candidate, Marked, Marking, Rules, count
from elka.core.paper import Batch, PaperBox
from elka.core.receipts import receipt_code
from elka.core.tally import By, Room, Terms
from elka.core.verdicts import Rule

SECRET = b"secret" * 8


@dataclass(frozen=True)
class Voted:
    """A contest whose votes are counted."""

    rules: Rules
    candidates: list[Candidate]
    lines: list[str]
    receipts: list[str]
    paper: tuple[PaperBox, ...] = ()

    @property
    def root(self) -> str:
        return published.root_of(self.rules, self.candidates, self.lines, self.receipts)

    @property
    def text(self) -> str:
        out = io.StringIO()
        about = {"description": "Инициативы; «двор»", "country": "Russia"}
        published.write(out, about, self.rules, self.candidates, self.lines, self.receipts, self.root, self.paper)
        return out.getvalue()


def voted(
    rules: Rules,
    candidates: list[Candidate],
    picks: list[list[int]],
    points: list[list[int]] | None = None,
    totals: Mapping[int, int] | None = None,
) -> Voted:
    """Count a contest: ``picks`` of every ballot, and the points of each where they are shared.

    ``totals``: votes of a box of paper ballots that was entered as totals.
    """
    voters = published.pseudonyms(SECRET, rules.contest)
    given = points or [[]] * len(picks)
    rows = sorted(
        (voters(person), ",".join(map(str, chosen)), ",".join(map(str, given[person])))
        for person, chosen in enumerate(picks)
    )
    ballots = Ballots.of(
        [one.id for one in candidates],
        rules.marked,
        [row[1] for row in rows],
        [row[2] for row in rows] if points else [],
    )
    sums = ballots.points
    on_paper = totals or {}
    known = [
        replace(
            one, votes=ballots.votes[one.id] + on_paper.get(one.id, 0), points=None if sums is None else sums[one.id]
        )
        for one in candidates
    ]
    won = {one.id for one in count(rules, known, ballots).winners}
    return Voted(
        rules,
        [replace(one, won=one.id in won) for one in known],
        [published.ballot_line(*row) for row in rows],
        sorted(receipt_code(SECRET, rules.contest, person) for person in range(len(picks))),
        (PaperBox(1, "Клуб", max(on_paper.values()), 0, Batch(totals=on_paper)),) if on_paper else (),
    )


@st.composite
def contests(draw: st.DrawFn, kinds: Sequence[Marking] = tuple(Marking), *, purse: bool = False) -> Voted:
    """Draw a contest of any terms with a few ballots of one of the kinds; with a ``purse`` they keep within a budget."""
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
    rule = draw(st.sampled_from([GREEDY, GREEDY, *(one.value for one in Rule if one.is_shares)]))
    places = draw(st.none() | st.integers(0, 3)) if rule == GREEDY else None
    budget = st.integers(1, 120) if rule != GREEDY else st.none() | st.integers(1, 120)
    terms = Terms(
        by=draw(st.sampled_from(By)) if rule == GREEDY else By.VOTES,
        public_weight=draw(st.integers(0, 100)),
        min_votes=draw(st.integers(0, 2)),
        min_score=draw(st.sampled_from([0, 0, 5000])) if rule == GREEDY else 0,
        room=draw(st.sampled_from([None, Room(budget=draw(budget), places=places)])),
        parts=draw(st.sampled_from([(), ((1, Room(budget=40)),)])),
        exclusive=tuple(
            draw(st.lists(st.frozensets(st.sampled_from(ids), min_size=2, max_size=3), max_size=2, unique=True))
        ),
    )
    kind = draw(st.sampled_from(kinds))
    marked = Marked(
        kind.value,
        most=draw(st.sampled_from([None, len(ids)])),
        cost=sum(one.cost for one in candidates) if purse else None,
        points=50 if kind is Marking.CUMULATIVE else None,
    )
    rules = Rules(draw(st.integers(1, 9)), 100, terms, draw(st.text(max_size=5)), marked, {1: "Сёла"}, rule)
    picks = draw(st.lists(st.lists(st.sampled_from(ids), min_size=1, unique=True), min_size=2, max_size=8))
    points = [[draw(st.integers(1, 8)) for _ in ballot] for ballot in picks] if kind is Marking.CUMULATIVE else None
    return voted(rules, candidates, picks, points)
