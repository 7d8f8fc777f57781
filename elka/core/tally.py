"""Counting: who wins, and why the others do not.

Pure arithmetic: no database, no clock, no randomness of its own. Money is in whole rubles, votes are whole numbers,
scores are hundredths of a point (0…10000, see ``core.rating``).

**The rule (greedy).** Projects are ranked, best first: by votes, by the commission's score, or by a rating of both. Going
down the ranking, a project wins when it passes the gates and there is room for it: it costs no more than what is left of
the budget, or one of the places is left. One that does not fit is passed over and the counting goes on, so a cheaper
project below may still win.

**Gates.** Ranked by votes, a project needs at least one vote; ranked otherwise, more than zero points. Above that,
``min_votes`` and ``min_score`` ask for more.

**Categories.** A category with a room (a budget or places) of its own is counted by itself: its own ranking, its own
most votes, its own room. All other projects share the common room. Ranks run through: the categories in their order,
then the common room.

**Exclusive projects.** Of a group of projects that exclude each other (two plans for one square) at most one wins: the
first bars the others, whatever room there is, across categories too.

**Ties.** Equal projects are ordered by what the terms state, if anything (``ties``: more votes, a lower cost), and last
by ``sha256(f"{seed}:{id}")`` in hexadecimal, smallest first. The seed is published
before the judging opens, so nobody can choose it for its effect, and anyone can repeat the draw::

    printf '%s' 'SEED:42' | sha256sum

**What more votes do.** They never cost a project its rank, whatever the projects are ranked by. They never cost a win
either, with one exception that comes of measuring votes by the most votes: in a rating of both, a project that gets more
votes than anybody had moves that measure, the projects before it may change places among themselves, and a budget given
out in another order may leave less.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from elka.core.draws import decisive, lot, rivals
from elka.core.outcomes import By, Count, Draw, Entry, Outcome, Paid, Reason, Room, Terms, Tie
from elka.core.rating import POINTS_MAX, scale, shown, weighed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "By",
    "Count",
    "Draw",
    "Entry",
    "Outcome",
    "Paid",
    "Reason",
    "Room",
    "Terms",
    "Tie",
    "count",
    "greedy",
    "lot",
]


def greedy(entries: Iterable[Entry], *, budget: int | None, min_votes: int = 0, seed: str) -> Count:
    """Count votes within one budget: ``count`` with the plainest terms. ``budget`` None: it is not limited."""
    return count(entries, Terms(min_votes=min_votes, room=Room(budget=budget)), seed=seed)


def count(entries: Iterable[Entry], terms: Terms, *, seed: str) -> Count:
    """Count by the rule described at the top of this module. The order of ``entries`` does not matter.

    Raises ValueError on a repeated id, on anything negative, and on scores and weights out of their range.
    """
    listed = list(entries)
    _check(listed, terms)
    rooms = dict(terms.parts)
    outcomes: list[Outcome] = []
    draws: list[Draw] = []
    barred: dict[int, int] = {}
    for category, room in (*terms.parts, (None, terms.room)):
        inside = [entry for entry in listed if (entry.category if entry.category in rooms else None) == category]
        part = _Part(inside, terms, room, seed, barred)
        outcomes += part.outcomes(start=len(outcomes) + 1)
        draws += part.draws()
    spent = sum(outcome.cost for outcome in outcomes if outcome.won)
    return Count(outcomes=tuple(outcomes), spent=spent, seed=seed, draws=tuple(draws))


class _Part:
    """Projects that are ranked together and share a room. ``barred``: project → the winner that excludes it."""

    def __init__(
        self, entries: Sequence[Entry], terms: Terms, room: Room | None, seed: str, barred: dict[int, int]
    ) -> None:
        self.terms = terms
        self.room = room or Room()
        self.is_closed = room is None
        self.rivals = rivals(terms.exclusive)
        self.barred = barred
        self.barred_before = frozenset(barred)
        self.equals = {entry.id: self._equals(entry) for entry in entries}
        self.orders = {
            entry.id: (*self.equals[entry.id], lot(seed, entry.drawn_as or entry.id), entry.id) for entry in entries
        }
        self.most = max((entry.votes for entry in entries), default=0)
        self.keys = {entry.id: self._key(entry) for entry in entries}
        self.ranked = sorted(entries, key=lambda entry: (-self.keys[entry.id], *self.orders[entry.id]))
        groups = groupby(self.ranked, self._tie)
        self.ties = {key: ids for key, group in groups if len(ids := tuple(entry.id for entry in group)) > 1}
        self.taken: list[Entry] = []  # the winners so far
        self.left_after: list[int] = []  # what each winner left of the budget; never grows
        self.passed: list[tuple[Entry, Reason, Room]] = [self._pass(entry) for entry in self.ranked]

    def outcomes(self, start: int) -> list[Outcome]:
        """Return what became of each, in rank order from ``start``."""
        return [
            Outcome(
                id=entry.id,
                rank=rank,
                votes=entry.votes,
                cost=entry.cost,
                won=reason is Reason.WON,
                reason=reason,
                lacking_votes=self._lacking_votes(entry, reason),
                lacking_money=entry.cost - (left.budget or 0) if reason is Reason.NO_BUDGET else None,
                left_before=left.budget,
                tied_with=tuple(other for other in self.ties.get(self._tie(entry), ()) if other != entry.id),
                score=entry.score,
                category=entry.category,
                points=self._shown(self.keys[entry.id]),
                lacking_points=self._lacking_points(entry, reason),
                barred_by=self.barred[entry.id] if reason is Reason.EXCLUDED else None,
                people=entry.people,
            )
            for rank, (entry, reason, left) in enumerate(self.passed, start=start)
        ]

    def draws(self) -> list[Draw]:
        """Return the ties among those that passed the gates."""
        able = {entry.id: (entry, left) for entry, reason, left in self.passed if reason in _AT_THE_ROOM}
        found = []
        for (key, *_), ids in self.ties.items():
            # One that a winner outside the tie bars is out of it: no lot would have helped.
            drawn = tuple(one for one in ids if one in able and self.barred.get(one, ids[0]) in ids)
            if len(drawn) > 1:
                left = able[drawn[0]][1]
                votes = key if self.terms.by is By.VOTES else None
                decides = decisive([able[one][0] for one in drawn], left, self.rivals)
                found.append(Draw(votes=votes, ids=drawn, decisive=decides, points=self._shown(key)))
        return found

    def _key(self, entry: Entry) -> int:
        """Return what the project is ranked by; larger is better."""
        match self.terms.by:
            case By.VOTES:
                return entry.votes
            case By.SCORES:
                return entry.score or 0
        return weighed(entry.votes, entry.score or 0, public_weight=self.terms.public_weight, most=self.most)

    def _equals(self, entry: Entry) -> tuple[int, ...]:
        """Return what orders equal projects before the lot; smaller is better."""
        of = {Tie.VOTES: -entry.votes, Tie.COST: entry.cost}
        return tuple(of[tie] for tie in self.terms.ties if not (tie is Tie.VOTES and self.terms.by is By.VOTES))

    def _tie(self, entry: Entry) -> tuple[int, ...]:
        """Return what projects have in common whose order is left to the lot."""
        return (self.keys[entry.id], *self.equals[entry.id])

    @property
    def _scale(self) -> int:
        """How much of a key makes a hundredth of a point."""
        return scale(self.most) if self.terms.by is By.BOTH else 1

    def _shown(self, key: int) -> int | None:
        if self.terms.by is By.VOTES:
            return None
        return shown(key, self.most) if self.terms.by is By.BOTH else key

    def _left(self) -> Room:
        budget, places = self.room.budget, self.room.places
        if budget is not None and self.left_after:
            budget = self.left_after[-1]
        return Room(budget, None if places is None else places - len(self.taken))

    def _pass(self, entry: Entry) -> tuple[Entry, Reason, Room]:
        left = self._left()
        reason = self._barred(entry) or _reason_of_room(entry, left)
        if reason is Reason.WON:
            self.taken.append(entry)
            for rival in self.rivals.get(entry.id, frozenset()):
                self.barred.setdefault(rival, entry.id)
            if left.budget is not None:
                self.left_after.append(left.budget - entry.cost)
        return entry, reason, left

    def _barred(self, entry: Entry) -> Reason | None:
        """Return which gate the project does not pass; None when it comes to where money or places are given."""
        terms = self.terms
        if self.is_closed:
            return Reason.NO_CATEGORY
        if entry.backers < self._threshold:
            return Reason.BELOW_MINIMUM if entry.backers else Reason.NO_VOTES
        if terms.asks_scores and entry.score is None:
            return Reason.NO_SCORE
        if (entry.score or 0) < terms.min_score:
            return Reason.BELOW_SCORE
        if not self.keys[entry.id]:
            return Reason.NO_POINTS
        return Reason.EXCLUDED if entry.id in self.barred else None

    @property
    def _threshold(self) -> int:
        """The votes that a project needs at least."""
        return max(self.terms.min_votes, 1) if self.terms.by is By.VOTES else self.terms.min_votes

    def _lacking_votes(self, entry: Entry, reason: Reason) -> int | None:
        if reason in {Reason.NO_VOTES, Reason.BELOW_MINIMUM}:
            return self._threshold - entry.backers
        return self._distance(entry, reason) if self.terms.by is By.VOTES else None

    def _lacking_points(self, entry: Entry, reason: Reason) -> int | None:
        if reason is Reason.BELOW_SCORE:
            return self.terms.min_score - (entry.score or 0)
        distance = self._distance(entry, reason) if self.terms.by is not By.VOTES else None
        return None if distance is None else -(-distance // self._scale)

    def _distance(self, entry: Entry, reason: Reason) -> int | None:
        """Return by how much the key had to be larger for a project that found no room; None if no key would do.

        It takes nothing now, so the others win the same without it. It must come before the first winner that leaves
        too little for it or excludes it: an equal key is enough if the order of ties puts it before, one more if not.
        """
        if reason not in _AT_THE_ROOM or reason is Reason.WON or entry.id in self.barred_before:
            return None
        bars = self.rivals.get(entry.id, frozenset())
        firsts = [at for at, winner in enumerate(self.taken) if winner.id in bars][:1]
        if self.room.budget is not None:
            if entry.cost > self.room.budget:
                return None
            firsts.append(bisect_right(self.left_after, -entry.cost, key=lambda rest: -rest))
        if self.room.places is not None:
            firsts.append(self.room.places - 1)
        place = min(firsts)
        if not 0 <= place < len(self.taken):
            return None
        rival = self.taken[place]
        return self.keys[rival.id] - self.keys[entry.id] + (self.orders[entry.id] > self.orders[rival.id])


# A project that passed the gates and came to where money or places are given.
_AT_THE_ROOM = frozenset({Reason.WON, Reason.NO_BUDGET, Reason.NO_PLACE, Reason.EXCLUDED})


def _reason_of_room(entry: Entry, left: Room) -> Reason:
    if left.budget is not None and entry.cost > left.budget:
        return Reason.NO_BUDGET
    return Reason.NO_PLACE if left.places == 0 else Reason.WON


def _check(entries: Sequence[Entry], terms: Terms) -> None:
    repeated = [entry_id for entry_id, times in Counter(entry.id for entry in entries).items() if times > 1]
    if repeated:
        raise ValueError(f"the same project twice in the count: {repeated}")
    if any(entry.cost < 0 or entry.votes < 0 for entry in entries):
        raise ValueError("a cost and a number of votes cannot be negative")
    rooms = [room for _, room in terms.parts] + ([terms.room] if terms.room else [])
    if terms.min_votes < 0 or any((room.budget or 0) < 0 or (room.places or 0) < 0 for room in rooms):
        raise ValueError("a budget, places and a minimum of votes cannot be negative")
    scores = [entry.score for entry in entries if entry.score is not None]
    if any(not 0 <= one <= POINTS_MAX for one in (*scores, terms.min_score)):
        raise ValueError(f"a score is from 0 to {POINTS_MAX}")
    if not 0 <= terms.public_weight <= 100:  # noqa: PLR2004  percent
        raise ValueError("a weight is from 0 to 100 percent")
    if len({category for category, _ in terms.parts}) < len(terms.parts):
        raise ValueError("a category twice in the terms")
