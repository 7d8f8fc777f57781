"""Ballots of a published file, read line by line and held to what a ballot of the contest may hold."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from elka.core import published
from elka.core.announced import Ballots, Candidate, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = 5  # of what does not fit


class Unreadable(Exception):  # noqa: N818  read as a sentence by whoever checks
    """The file is not a published file of ballots; the message says in Russian what is wrong with it."""


class ReadBallots:
    """Ballots as they are read, and what is wrong with them; a wrong one is not counted.

    ``on_site``: how many were cast on the site; ``slips``: the lines of those on paper.
    """

    def __init__(self, rules: Rules, candidates: list[Candidate], apart: set[str]) -> None:
        """``apart``: voters whose ballots are annulled."""
        self._apart = apart
        self.on_site = 0
        self.slips: list[str] = []
        self.wrong: list[str] = []
        self._marked = rules.marked
        self._costs = {str(one.id): one.cost for one in candidates}
        self._categories = {str(one.id): one.category for one in candidates}
        self._picks: list[str] = []
        self._points: list[str] = []

    def ballots(self) -> Ballots:
        """Return what was read."""
        return Ballots.of([int(key) for key in self._costs], self._marked, self._picks, self._points)

    def read(self, rows: Iterator[list[str]]) -> Iterator[str]:
        """Give the line of every ballot that was cast on the site: the root covers those."""
        head = published.ballot_head(self._marked)
        if tuple(next(rows, ())) != head:
            raise Unreadable("столбцы раздела VOTES не те, или такие бюллетени эта программа считать не умеет")
        before = ""
        for row in rows:
            if len(row) != len(head):
                raise Unreadable(f"бюллетень не читается: {';'.join(row)[:60]}")
            voter, vote = row[0], row[1]
            if voter <= before:
                self._note(f"Бюллетень {voter} стоит в файле дважды или не на своём месте")
            if voter in self._apart:
                self._note(f"Бюллетень {voter} аннулирован и всё же посчитан")
            if self._fits(voter, vote, row[2] if len(row) > 2 else None):  # noqa: PLR2004  the points are the third
                self._picks.append(vote)
                if self._marked.points is not None:
                    self._points.append(row[2])
            before = voter
            line = published.ballot_line(*row)
            if voter.startswith("p"):
                self.slips.append(line)
                continue
            self.on_site += 1
            yield line

    def check(self, apart: list[str]) -> None:
        """Check annulled ballots as the others are; they are not counted."""
        if any(one >= other for one, other in pairwise(apart)):
            self._note("Аннулированные бюллетени повторяются или стоят не по порядку")
        for line in apart:
            voter, *cells = line.split(";")
            if len(cells) + 1 != len(published.ballot_head(self._marked)):
                self._note(f"Аннулированный бюллетень {voter} не читается")
                continue
            self._fits(voter, cells[0], cells[1] if len(cells) > 1 else None)

    def _fits(self, voter: str, vote: str, given: str | None) -> bool:
        picks = vote.split(",")
        chosen = set(picks)
        if len(chosen) < len(picks) or not chosen <= self._costs.keys():
            return self._note(f"В бюллетене {voter} проект повторяется, или такого проекта нет")
        if given is not None:
            points = given.split(",")
            if len(points) != len(picks) or not all(map(_is_counting, points)):
                return self._note(f"В бюллетене {voter} баллы не читаются")
            if sum(map(int, points)) > (self._marked.points or 0):
                return self._note(f"В бюллетене {voter} роздано больше баллов, чем можно")
        most, cost = self._marked.most, self._marked.cost
        if (most is not None and len(picks) > most) or (
            cost is not None and sum(self._costs[pick] for pick in picks) > cost
        ):
            return self._note(f"В бюллетене {voter} выбрано больше, чем можно")
        if part := self._marked.overfull(picks, self._costs, self._categories):
            return self._note(f"В бюллетене {voter} в категории «{part.name}» выбрано больше, чем можно")
        return True

    def _note(self, text: str) -> bool:
        if len(self.wrong) < NAMED:
            self.wrong.append(text)
        return False


def _is_counting(text: str) -> bool:
    """Whether this is a number from 1 on, written the one way that it can be written."""
    return text.isascii() and text.isdigit() and len(text) < 5 and not text.startswith("0")  # noqa: PLR2004  up to 1,000
