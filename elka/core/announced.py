"""A contest as it announced itself, and its count: by votes, by what ballots give, or with equal shares.

The site counts by it, and so does whoever holds the published file (``core.verifying``).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from elka.core import tally
from elka.core.counting import count_by
from elka.core.draws import rivals
from elka.core.outcomes import Draw, Entry, Outcome, Paid, Reason, Room
from elka.core.profile import Ints, Places, Profile, Project, VoteType
from elka.core.verdicts import Counted, CountTerms, Drawn, Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GREEDY = Rule.GREEDY.value
_KOPECKS = 100
_Key = TypeVar("_Key", int, str)  # of a project, as the caller has it


class Marking(StrEnum):
    """What a ballot says of its projects; the names are those of Pabulib."""

    APPROVAL = "approval"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"

    @property
    def gives_points(self) -> bool:
        """Whether a ballot is worth more to one of its projects than to another."""
        return self is not Marking.APPROVAL


@dataclass(frozen=True, slots=True)
class Part:
    """What one ballot may hold of a category: the most picks, the most that they cost together (rubles); None: no limit."""

    id: int
    name: str = ""
    most: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """What one ballot may hold: the kind of marking, the most picks, the most that they cost together (rubles), points.

    ``parts``: the categories that have a limit of their own besides.
    """

    kind: str = Marking.APPROVAL.value
    most: int | None = None
    cost: int | None = None
    points: int | None = None
    parts: tuple[Part, ...] = ()

    def overfull(
        self, picks: Iterable[_Key], costs: Mapping[_Key, int], categories: Mapping[_Key, int | None]
    ) -> Part | None:
        """Return the first category of which these picks hold more than it allows; None where there is none."""
        chosen = [(pick, categories.get(pick)) for pick in picks] if self.parts else []
        for part in self.parts:
            mine = [pick for pick, category in chosen if category == part.id]
            if part.most is not None and len(mine) > part.most:
                return part
            if part.cost is not None and sum(costs[pick] for pick in mine) > part.cost:
                return part
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """All by which a contest is voted in and counted. ``names``: of the categories that have a room of their own.

    ``rule``: a ``core.verdicts.Rule``, greedy or equal shares. Which projects exclude each other is among ``terms``.
    """

    contest: int
    budget: int
    terms: tally.Terms
    seed: str
    marked: Marked
    names: Mapping[int, str]
    rule: str = GREEDY


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project in the count. ``category`` is its number, ``score`` the commission's, hundredths of a point.

    ``votes``: ballots that name it; ``points``: what they give it, None where a vote is a vote.
    """

    id: int
    cost: int
    category: int | None = None
    votes: int = 0
    points: int | None = None
    name: str = ""
    category_name: str = ""
    score: int | None = None
    won: bool = False
    gone: bool = False  # taken out of published results by a correction: it is not counted


@dataclass(frozen=True, eq=False)
class Ballots:
    """Ballots as arrays: ballot ``b`` names the projects ``ids[places[starts[b] : starts[b + 1]]]``.

    ``given``: the points of each naming, at least 1; None where a vote is a vote.
    """

    ids: tuple[int, ...]
    starts: Ints
    places: Places
    given: Ints | None = None

    @classmethod
    def of(cls, ids: Sequence[int], marked: Marked, picks: Sequence[str], points: Sequence[str] = ()) -> Self:
        """Read ballots as they stand in the published file: numbers of projects with commas, and points in the same order.

        A ranked ballot gives its first project as many points as may be ranked, the next one less, and so on (Borda): who
        ranks fewer takes nothing from the first. Raises ValueError on a project that is not there.
        """
        known = np.array(sorted(ids), np.int64)
        named, starts = _numbers(picks)
        places = np.searchsorted(known, named)
        if len(named) and not (known[np.minimum(places, len(known) - 1)] == named).all():
            raise ValueError("a ballot names a project that is not there")
        given = None
        if marked.kind == Marking.CUMULATIVE:
            given, ends = _numbers(points)
            if len(given) != len(named) or (ends != starts).any() or (given < 1).any():
                raise ValueError("points do not fit the projects of a ballot")
        elif marked.kind == Marking.ORDINAL:
            lengths = np.diff(starts)
            given = max(marked.most or 0, int(lengths.max(initial=0))) - _order(starts, lengths)
        return cls(tuple(known.tolist()), starts, places.astype(np.int32), given)

    @property
    def named(self) -> int:
        """How often projects are named on all ballots together."""
        return len(self.places)

    @property
    def votes(self) -> dict[int, int]:
        """How many ballots name each project."""
        return dict(zip(self.ids, np.bincount(self.places, minlength=len(self.ids)).tolist(), strict=True))

    @property
    def points(self) -> dict[int, int] | None:
        """What the ballots give each project; None where a vote is a vote."""
        if self.given is None:
            return None
        sums = np.zeros(len(self.ids), np.int64)
        np.add.at(sums, self.places, self.given)
        return dict(zip(self.ids, sums.tolist(), strict=True))

    def among(self, ids: Sequence[int]) -> Ballots:
        """Return the ballots as far as they name these projects; those that name none of them are left out."""
        kept = np.array(sorted(ids), np.int64)
        mine = np.isin(np.array(self.ids, np.int64), kept)
        number = np.cumsum(mine) - 1
        keep = mine[self.places]
        ends = np.concatenate([[0], np.cumsum(keep)])[self.starts]
        filled = np.flatnonzero(np.diff(ends))
        starts = np.concatenate([ends[:1], ends[1:][filled]])
        places = number[self.places[keep]].astype(np.int32)
        return Ballots(tuple(kept.tolist()), starts, places, None if self.given is None else self.given[keep])


def count(rules: Rules, candidates: Sequence[Candidate], ballots: Ballots | None = None) -> tally.Count:
    """Count by what was announced. ``ballots`` are asked by equal shares alone: other rules know the sums.

    Projects that are ``gone`` are counted as if they had never been on the ballot and stand last; what ballots gave to the
    others stays as it was given. Raises ValueError on what cannot be counted.
    """
    gone = [one for one in candidates if one.gone]
    if not gone:
        return _count(rules, candidates, ballots)
    there = [one for one in candidates if not one.gone]
    found = _count(rules, there, None if ballots is None else ballots.among([one.id for one in there]))
    last = _closed(gone, start=len(there) + 1, reason=Reason.WITHDRAWN)
    return dataclasses.replace(found, outcomes=(*found.outcomes, *last))


def _count(rules: Rules, candidates: Sequence[Candidate], ballots: Ballots | None) -> tally.Count:
    if rules.rule != GREEDY:
        if ballots is None:
            raise ValueError("equal shares are counted from ballots")
        return _by_shares(rules, candidates, ballots)
    asked = rules.terms.asks_scores
    entries = [
        Entry(
            one.id,
            one.cost,
            one.votes if one.points is None else one.points,
            one.score if asked else None,
            one.category,
            people=None if one.points is None else one.votes,
        )
        for one in candidates
    ]
    return tally.count(entries, rules.terms, seed=rules.seed)


def _by_shares(rules: Rules, candidates: Sequence[Candidate], ballots: Ballots) -> tally.Count:
    """Count each room by itself: the voters of a room are those who name a project of it.

    Rooms are counted one after another, as in ``core.tally``: what a winner excludes cannot win in the rooms after its own.
    """
    terms = rules.terms
    rooms = dict(terms.parts)
    bars = rivals(terms.exclusive)
    barred: dict[int, int] = {}
    outcomes: list[Outcome] = []
    draws: list[Draw] = []
    shares: list[tuple[int | None, int, int]] = []
    for category, room in (*terms.parts, (None, terms.room)):
        inside = [one for one in candidates if (one.category if one.category in rooms else None) == category]
        if room is None or not inside:
            outcomes += _closed(inside, start=len(outcomes) + 1)
            continue
        found = _room_by_shares(rules, inside, room, ballots.among([one.id for one in inside]), barred)
        for winner in map(int, found.winners):
            barred |= {rival: winner for rival in bars.get(winner, ()) if rival not in barred}
        by_id = {one.id: one for one in inside}
        outcomes += [_outcome(one, by_id[int(one.id)], start=len(outcomes)) for one in found.verdicts]
        draws += [_draw(one, set(found.winners)) for one in found.draws]
        shares.append((category, int((found.share or 0) * _KOPECKS), found.voters))
    spent = sum(outcome.cost for outcome in outcomes if outcome.won)
    return tally.Count(tuple(outcomes), spent, rules.seed, tuple(draws), tuple(shares))


def _room_by_shares(
    rules: Rules, inside: Sequence[Candidate], room: Room, ballots: Ballots, barred: Mapping[int, int]
) -> Counted:
    """Count one room; ``barred``: projects that a winner of a room before excludes, with that winner."""
    if room.budget is None or room.places is not None:
        raise ValueError("equal shares give out a budget, not places")
    profile = Profile.from_arrays(
        VoteType.APPROVAL if ballots.given is None else VoteType.CUMULATIVE,
        [Project(str(one.id), one.cost) for one in sorted(inside, key=lambda one: one.id)],
        room.budget,
        ballots.starts,
        ballots.places,
        points=ballots.given,
    )
    here = frozenset(one.id for one in inside)
    terms = CountTerms(
        min_votes=rules.terms.min_votes,
        ties=(),
        exclusive=tuple(frozenset(map(str, group & here)) for group in rules.terms.exclusive if len(group & here) > 1),
        barred=tuple((str(one), str(winner)) for one, winner in barred.items() if one in here),
    )
    return count_by(Rule(rules.rule), profile, terms, seed=rules.seed)


def _outcome(one: Verdict, candidate: Candidate, *, start: int) -> Outcome:
    gated = one.reason in {Reason.NO_VOTES, Reason.BELOW_MINIMUM}
    return Outcome(
        id=candidate.id,
        rank=start + one.rank,
        votes=one.votes if one.points is None else one.points,
        cost=one.cost,
        won=one.won,
        reason=one.reason,
        # How many more votes would have been enough with equal shares depends on who gives them: only gates tell.
        lacking_votes=one.lacking_votes if gated else None,
        lacking_money=one.missing if one.reason is Reason.NO_SHARE else one.lacking_money,
        left_before=one.left_before,
        tied_with=tuple(int(other) for other in one.tied_with),
        category=candidate.category,
        barred_by=None if one.barred_by is None else int(one.barred_by),
        people=None if one.points is None else one.votes,
        paid=None
        if one.price is None or one.round is None
        else Paid(one.round, round(one.price * _KOPECKS), one.full, one.rest, one.empty),
    )


def _closed(inside: Sequence[Candidate], *, start: int, reason: Reason = Reason.NO_CATEGORY) -> list[Outcome]:
    """Return what becomes of projects that no room is for, or that are not counted for another reason."""
    ordered = sorted(inside, key=lambda one: (-one.votes, one.id))
    return [
        Outcome(
            id=one.id,
            rank=rank,
            votes=one.votes if one.points is None else one.points,
            cost=one.cost,
            won=False,
            reason=reason,
            lacking_votes=None,
            lacking_money=None,
            left_before=None,
            tied_with=(),
            score=one.score,
            category=one.category,
            people=None if one.points is None else one.votes,
        )
        for rank, one in enumerate(ordered, start=start)
    ]


def _draw(one: Drawn, winners: set[str]) -> Draw:
    """Return a tie of equal prices; its order mattered if not all of the equals won after all."""
    decisive = not set(one.ids) <= winners if one.decisive is None else one.decisive
    return Draw(votes=None, ids=tuple(int(key) for key in one.ids), decisive=decisive)


def _numbers(rows: Sequence[str]) -> tuple[Ints, Ints]:
    """Read rows of whole numbers with commas: all of them in one array, and where each row begins and the last ends."""
    if not rows:
        return np.zeros(0, np.int64), np.zeros(1, np.int64)
    signs = np.frombuffer("\n".join((*rows, "")).encode("ascii"), np.uint8)
    between = np.flatnonzero((signs == ord(",")) | (signs == ord("\n")))
    starts = np.concatenate([[0], np.flatnonzero(signs[between] == ord("\n")) + 1])
    numbers = np.fromstring(",".join(rows), np.int64, sep=",")
    if len(numbers) != len(between):
        raise ValueError("a ballot holds something else than numbers")
    return numbers, starts.astype(np.int64)


def _order(starts: Ints, lengths: Ints) -> Ints:
    """Return the place of each naming on its ballot, from 0."""
    order: Ints = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    return order
