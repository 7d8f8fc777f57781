"""Contests and terms of counting to draw in property tests, and what a count found."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from elka.core.rating import POINTS_MAX
from elka.core.tally import By, Count, Entry, Outcome, Reason, Room, Terms

scores = st.none() | st.integers(0, POINTS_MAX) | st.sampled_from([0, 5_000, 7_500])
contests = st.lists(
    st.builds(
        Entry,
        id=st.integers(1, 60),
        cost=st.integers(0, 40),
        votes=st.integers(0, 9),
        score=scores,
        category=st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=25,
    unique_by=lambda entry: entry.id,
)
rooms = st.builds(Room, budget=st.none() | st.integers(0, 120), places=st.none() | st.integers(0, 6))
parts = st.lists(st.tuples(st.sampled_from([1, 2]), rooms), max_size=2, unique_by=lambda part: part[0]).map(tuple)
terms = st.builds(
    Terms,
    by=st.sampled_from(By),
    public_weight=st.integers(0, 100),
    min_votes=st.integers(0, 5),
    min_score=st.sampled_from([0, 0, 3_000, 6_000]),
    room=st.none() | rooms,
    parts=parts,
)
seeds = st.text(max_size=8)


def by_id(found: Count) -> dict[int, Outcome]:
    return {outcome.id: outcome for outcome in found.outcomes}


def reasons(found: Count) -> dict[int, Reason]:
    return {outcome.id: outcome.reason for outcome in found.outcomes}


def louder(entries: list[Entry], chosen: int, more: int) -> list[Entry]:
    return [replace(entry, votes=entry.votes + more) if entry.id == chosen else entry for entry in entries]
