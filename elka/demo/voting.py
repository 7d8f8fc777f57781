"""Ballots of the demo region: who votes, when, and for whom.

Popularity is skewed, and neighbours vote for neighbours. The drawing is done on arrays: at the scale of the region one
contest has 74,000 ballots and 802,034 votes.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from elka.clock import LOCAL
from elka.core.lifecycle import PhaseKind
from elka.models.contest_kinds import VoteKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from elka.demo.contests import Held
    from elka.demo.region import Dweller

_CHUNK = 4000  # voters at a time: the scores of a chunk fit into the processor's cache times a few
_SKEW = 0.85  # standard deviation of the logarithm of popularity
_SAME_MUNICIPALITY, _SAME_SETTLEMENT = 1.6, 1.2  # added to the logarithm of the odds
_FAVOURITE = 1.9  # the project of a persona that the story needs to win
_MOST_OF_ALL = 60  # projects that the most eager voter supports when there is no limit
_NIGHT_ENDS = 7
_LIBRARY, _HURRY = 26, 23  # voters of one address each
_ONE_IN_TEN = 10
_SHARING = 10**6  # apart from the numbers of other drawings


def choose_voters(held: Held, people: Sequence[Dweller], share: float) -> list[Dweller]:
    """Draw who votes: a share of those who could; personas only where the plan says so."""
    region, plan = held.region, held.plan
    opens = held.opens(PhaseKind.VOTING)
    chosen = []
    for who in region.grown(people, opens):
        odds = share
        if plan.local and who.place.municipality != plan.municipality:
            odds *= 0.12
        if (who.persona and who.persona in plan.voters) or (not who.persona and region.random.random() < odds):
            chosen.append(who)
    return chosen


def picks_of(held: Held, voters: int, total: int | None = None) -> NDArray[np.int64]:
    """Draw how many projects each voter supports; ``total``: votes in all, exactly."""
    generator = _generator(held)
    most = min(held.plan.vote_limit or _MOST_OF_ALL, len(held.on_ballot))
    if held.plan.vote_kind == VoteKind.POINTS.value:
        most = min(most, held.plan.points_limit)
    if held.plan.vote_limit:
        drawn = 1 + generator.binomial(most - 1, 0.66, voters)
    else:
        mean = total / voters if total else min(4.5, most / 3)
        drawn = 1 + generator.negative_binomial(2.2, 2.2 / (2.2 + mean - 1), voters)
    picks = np.minimum(drawn, most).astype(np.int64)
    while total is not None and (lacking := total - int(picks.sum())):
        step = 1 if lacking > 0 else -1
        free = np.flatnonzero(picks < most if step > 0 else picks > 1)
        picks[generator.choice(free, min(abs(lacking), len(free)), replace=False)] += step
    return picks


def cast(held: Held, voters: Sequence[Dweller], picks: NDArray[np.int64]) -> Counter[int]:
    """Cast a ballot for every voter and return the votes by application id."""
    region, filed = held.region, held.on_ballot
    moments = _moments(held, voters)
    if held.closes(PhaseKind.VOTING) > region.now:
        _trace(held, voters, moments)
    first = len(region.votes)
    for start in range(0, len(voters), _CHUNK):
        part = voters[start : start + _CHUNK]
        ranked = _ranked(held, part, int(picks[start : start + _CHUNK].max()), start)
        for row, who in enumerate(part):
            ballot = region.next_id("ballots")
            at, changed = moments[start + row]
            region.add(
                "ballots",
                id=ballot,
                contest_id=held.id,
                person_id=who.id,
                receipt=region.receipt(held.id, who.id),
                cast_at=at,
                changed_at=changed,
            )
            region.record(at, who, "ballot.cast", "ballot", ballot, contest=held.id)
            if changed != at:
                region.record(changed, who, "ballot.cast", "ballot", ballot, contest=held.id)
            dearest = [filed[index] for index in ranked[row, : picks[start + row]]]
            chosen = [one.id for one in held.commission.within(dearest)]
            region.votes.extend(_marked(held, ballot, chosen, start + row))
    return Counter(row[1] for row in region.votes[first:])


def _marked(
    held: Held, ballot: int, chosen: list[int], number: int
) -> list[tuple[int, int, int, int | None, int | None]]:
    """Return the votes of a ballot, the dearest project first: with places, with points, or with neither."""
    kind = VoteKind(held.plan.vote_kind)
    if kind is VoteKind.RANKED:
        return [(ballot, one, held.id, place, None) for place, one in enumerate(chosen, 1)]
    if kind is VoteKind.POINTS:
        dear = np.arange(len(chosen), 0, -1) ** 1.5
        more = _generator(held, _SHARING + number).multinomial(held.plan.points_limit - len(chosen), dear / dear.sum())
        return [(ballot, one, held.id, None, 1 + int(extra)) for one, extra in zip(chosen, more, strict=True)]
    return [(ballot, one, held.id, None, None) for one in chosen]


def _trace(held: Held, voters: Sequence[Dweller], moments: list[tuple[datetime, datetime]]) -> None:
    """Remember how the ballots of an open vote were cast: most at home, some in a library and a few in a great hurry.

    The last two are moved together: half an afternoon of one address, and six minutes of another.
    """
    crowds = ((_LIBRARY, timedelta(minutes=4)), (_HURRY, timedelta(seconds=16)))
    enough = len(voters) >= 3 * (_LIBRARY + _HURRY)
    places: dict[int, str] = {}
    start = 0
    for number, (size, step) in enumerate(crowds if enough else ()):
        at = max(held.opens(PhaseKind.VOTING), min(moments[start][0], held.region.now - timedelta(hours=8)))
        for place in range(start, start + size):
            places[place] = f"crowd {number}"
            moments[place] = (at, at)
            at += step
        start += size
    for place, who in enumerate(voters):
        home = places.get(place, f"home {who.id // 2}")
        held.region.add(
            "vote_traces",
            contest_id=held.id,
            person_id=who.id,
            cast_at=moments[place][1],
            account_at=who.joined,
            address_key=_key(held, home),
            net_key=_key(held, f"net {home}"),
            agent_key=_key(held, f"agent {who.id % 5}"),
        )


def _key(held: Held, text: str) -> bytes:
    """Return something of the shape of a keyed hash; no address of anybody is behind it."""
    return sha256(f"{held.region.seed}:{held.id}:{text}".encode()).digest()[:12]


def _ranked(held: Held, voters: Sequence[Dweller], most: int, start: int) -> NDArray[np.int64]:
    """Return the ``most`` dearest projects of each voter (positions on the ballot), dearest first.

    Adding Gumbel noise to the logarithm of the odds draws without replacement (the exponential race).
    """
    generator = _generator(held, start + 1)
    filed = held.on_ballot
    popular = _generator(held).normal(0, _SKEW, len(filed))
    for position, one in enumerate(filed):
        if one.proposal.author.persona in held.plan.personas:
            popular[position] = _FAVOURITE
    municipality = np.array([one.proposal.place.municipality_id for one in filed])
    settlement = np.array([one.proposal.place.id for one in filed])
    scores = popular + generator.gumbel(size=(len(voters), len(filed)))
    homes = np.array([(who.place.municipality_id, who.place.id) for who in voters])
    scores += _SAME_MUNICIPALITY * (homes[:, :1] == municipality)
    scores += _SAME_SETTLEMENT * (homes[:, 1:] == settlement)
    dearest = np.argpartition(-scores, most - 1, axis=1)[:, :most] if most < len(filed) else np.argsort(-scores, axis=1)
    order = np.argsort(-np.take_along_axis(scores, dearest, axis=1), axis=1)
    return np.take_along_axis(dearest, order, axis=1)


def _moments(held: Held, voters: Sequence[Dweller]) -> list[tuple[datetime, datetime]]:
    """Draw when each ballot was cast and last changed: a rush at the beginning and before the end, few at night."""
    opens = held.opens(PhaseKind.VOTING)
    now = held.region.now - timedelta(minutes=1)
    closes = min(held.closes(PhaseKind.VOTING), now) - timedelta(minutes=1)
    seconds = (closes - opens).total_seconds()
    found = []
    for number, part in enumerate(_generator(held, -1).beta(0.75, 0.8, len(voters)).tolist()):
        at = (opens + timedelta(seconds=seconds * part)).replace(microsecond=0)
        if at.astimezone(LOCAL).hour < _NIGHT_ENDS:
            at += timedelta(hours=_NIGHT_ENDS)
        at = min(at, closes)
        later = number % _ONE_IN_TEN == 0
        found.append((at, min(at + timedelta(hours=3, minutes=number % 60), closes) if later else at))
    return found


def _generator(held: Held, part: int = 0) -> np.random.Generator:
    return np.random.default_rng([held.region.seed, held.id, part + 1])
