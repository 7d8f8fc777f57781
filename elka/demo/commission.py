"""The commissions of the demo region: categories, criteria, and the marks of their signed sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from elka.core.lifecycle import PhaseKind
from elka.core.rating import Weighing, score
from elka.core.tally import By, Room, Terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from elka.demo.contests import Held
    from elka.demo.filing import Filed
    from elka.demo.places import Place

_LEAST_SHEETS, _MOST_SHEETS = 3, 5
_GIFT = (0.52, 0.93)  # between which a project is good, as a part of the highest mark


@dataclass(frozen=True, slots=True)
class Category:
    """A category by the population of the project's place, or by a list of places; as in ``models.contest_parts``."""

    id: int
    budget: int | None
    people_from: int | None
    people_below: int | None
    settlements: tuple[int, ...] = ()
    vote_limit: int | None = None

    def takes(self, place: Place) -> bool:
        """Whether a project of this place belongs here."""
        if self.settlements:
            return place.id in self.settlements
        people = place.population
        return (self.people_from or 0) <= people and (self.people_below is None or people < self.people_below)


class Commission:
    """What a contest has for judging besides the votes."""

    def __init__(self, held: Held) -> None:
        """Give ids to the categories and criteria of the plan."""
        self.held, region = held, held.region
        self.categories = [
            Category(
                region.next_id("contest_categories"),
                one.get("budget"),
                one.get("people_from"),
                one.get("people_below"),
                tuple(
                    place.id
                    for place in region.places
                    if place.municipality == held.plan.municipality and place.name in one.get("settlements", ())
                ),
                one.get("vote_limit"),
            )
            for one in held.plan.categories
        ]
        self.criteria = [
            Weighing(region.next_id("criteria"), one["weight"], one.get("most", 5)) for one in held.plan.criteria
        ]
        self.marks: dict[int, dict[int, int]] = {}

    def category_of(self, filed: Filed) -> int | None:
        """Return the category of an application."""
        return next((one.id for one in self.categories if one.takes(filed.proposal.place)), None)

    def within(self, chosen: Sequence[Filed]) -> list[Filed]:
        """Return what of a choice, the dearest first, the limits of categories let onto one ballot."""
        left = {one.id: one.vote_limit for one in self.categories if one.vote_limit is not None}
        kept = []
        for filed in chosen:
            key = self.category_of(filed) if left else None
            if key in left:
                if left[key] == 0:
                    continue
                left[key] -= 1
            kept.append(filed)
        return kept

    def score_of(self, filed: Filed) -> int | None:
        """Return the points of an application, hundredths."""
        return score(self.marks.get(filed.id, {}), self.criteria)

    def terms(self) -> Terms:
        """Return the terms of the count."""
        plan, held = self.held.plan, self.held
        own = tuple((one.id, Room(budget=one.budget)) for one in self.categories)
        common = Room(places=plan.places) if plan.allot == "places" else Room(budget=held.budget)
        return Terms(
            by=By(plan.winners_by),
            public_weight=plan.public_weight,
            min_votes=held.min_votes if plan.voting else 0,
            min_score=plan.min_score,
            room=None if own else common,
            parts=own,
        )

    def write(self) -> None:
        """Write categories and criteria as rows."""
        plan, region = self.held.plan, self.held.region
        for place, (row, one) in enumerate(zip(self.categories, plan.categories, strict=True)):
            region.add(
                "contest_categories",
                id=row.id,
                contest_id=self.held.id,
                position=place,
                name=one["name"],
                budget=row.budget,
                people_from=row.people_from,
                people_below=row.people_below,
                settlements=list(row.settlements),
                vote_limit=row.vote_limit,
            )
        for place, (weighing, one) in enumerate(zip(self.criteria, plan.criteria, strict=True)):
            region.add(
                "criteria",
                id=weighing.id,
                contest_id=self.held.id,
                position=place,
                name=one["name"],
                hint=one.get("hint", ""),
                weight=weighing.weight,
                most=weighing.most,
                marks=[{"mark": int(mark), "text": text} for mark, text in one.get("marks", {}).items()],
            )

    def judge(self) -> None:
        """Mark the admitted applications: all once the commission is over, as many as the plan says while it works."""
        held, region = self.held, self.held.region
        if PhaseKind.EXPERT not in held.phases or held.opens(PhaseKind.EXPERT) > region.now:
            return
        waiting = held.on_ballot
        done = len(waiting) if held.plan.judged is None else held.judged
        until = min(held.closes(PhaseKind.EXPERT), region.now) - timedelta(minutes=5)
        for place, filed in enumerate(waiting[: done + 1]):
            filed.reviews = region.random.randint(max(held.plan.min_reviews, _LEAST_SHEETS), _MOST_SHEETS)
            gift = region.random.uniform(*_GIFT)
            given = self.criteria if place < done else self.criteria[:2]  # the last is being entered just now
            at = region.between(held.opens(PhaseKind.EXPERT) + timedelta(days=1), until)
            for weighing in given:
                self._mark(filed, weighing, gift, at)

    def _mark(self, filed: Filed, weighing: Weighing, gift: float, at: datetime) -> None:
        region, most = self.held.region, weighing.most
        sheets = [min(most, max(0, round(region.random.gauss(gift * most, 0.12 * most)))) for _ in range(filed.reviews)]
        mark = (200 * sum(sheets) + len(sheets)) // (2 * len(sheets))
        self.marks.setdefault(filed.id, {})[weighing.id] = mark
        region.add(
            "scores",
            application_id=filed.id,
            criterion_id=weighing.id,
            mark=mark,
            revision=filed.revision,
            given_by=self.held.by.id,
            given_at=at,
        )
