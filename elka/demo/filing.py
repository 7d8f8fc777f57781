"""Contests of the demo region up to the vote: announced, filed in, checked, as the site would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from elka.core.lifecycle import PhaseKind
from elka.demo.plans import Plan, grounds
from elka.demo.region import DAY, Dweller, Proposal, Region
from elka.models.applications import ApplicationStatus
from elka.models.projects import ProjectStage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_A = ApplicationStatus
_TERM_TO_CORRECT = 5


@dataclass(slots=True, eq=False)
class Filed:
    """An application being made."""

    id: int
    number: int
    proposal: Proposal
    status: ApplicationStatus
    submitted: datetime
    amount: int
    decided: datetime | None = None
    ground: str | None = None
    correct_by: datetime | None = None
    revision: int = 1
    reviews: int = 0


class Filing:
    """A contest that takes applications and checks them."""

    def __init__(self, region: Region, plan: Plan, by: Dweller, residents: Sequence[Dweller]) -> None:
        """``residents``: who may file here and, when the plan says so, vote above all."""
        self.region = region
        self.plan = plan
        self.by = by
        self.residents = residents
        self.id = region.next_id("contests")
        self.budget = plan.budget
        self.min_votes = plan.min_votes
        self.draw_seed = sha256(f"{region.seed}:{plan.key}".encode()).hexdigest()[:32]
        self.phases = {
            kind: (region.moment(days[0]), region.moment(days[1], 23, 59))
            for kind in PhaseKind
            if (days := getattr(plan, kind.value)) is not None
        }
        self.announced = None if plan.stage == "draft" else min(self.opens(PhaseKind.ACCEPTING) - 9 * DAY, region.now)
        self.announced = self.announced and region.between(self.announced - DAY, self.announced)
        self.title = plan.title.format(year=region.today.year + plan.year)
        self.filed: list[Filed] = []
        self.published: datetime | None = None

    def opens(self, kind: PhaseKind) -> datetime:
        """Return when a phase opens."""
        return self.phases[kind][0]

    def closes(self, kind: PhaseKind) -> datetime:
        """Return when a phase closes."""
        return self.phases[kind][1]

    # Filing and checking

    def file(self, counts: dict[str, int]) -> None:
        """Make the applications, so many in each status."""
        statuses = [_A(name) for name, number in counts.items() for _ in range(number)]
        self.region.random.shuffle(statuses)
        authors = dict(self._persona_statuses())
        for status in authors.values():
            statuses.remove(status)
        queue = [*authors.items(), *((None, status) for status in statuses)]
        until = min(self.closes(PhaseKind.ACCEPTING), self.region.now - timedelta(minutes=30))
        moments = sorted(self.region.between(self.opens(PhaseKind.ACCEPTING), until) for _ in queue)
        self.region.random.shuffle(queue)
        for number, ((author, status), moment) in enumerate(zip(queue, moments, strict=True), start=1):
            self.filed.append(self._file(number, author, status, moment))
        if self.plan.cancel_reason:  # a cancelled contest sets its projects free, the applications stay as they were
            for filed in self.filed:
                filed.proposal.stage = ProjectStage.PROJECT

    def _persona_statuses(self) -> Iterable[tuple[Dweller, ApplicationStatus]]:
        for key, status in self.plan.personas.items():
            yield self.region.by_persona[key], _A.ADMITTED if status == "won" else _A(status)

    def _file(self, number: int, author: Dweller | None, status: ApplicationStatus, moment: datetime) -> Filed:
        region, plan = self.region, self.plan
        author, near = self._author(moment - 20 * DAY, author)
        size = min(len(near), region.random.randint(max(plan.group_min - 1, 1), plan.group_min + 3))
        created = region.between(max(author.joined + DAY / 2, moment - 120 * DAY), moment - 3 * DAY)
        starts = plan.decision[1] + region.random.randint(30, 150)
        proposal = region.add_proposal(
            region.idea_for(author.place, plan.directions, plan.max_cost),
            author,
            region.random.sample(near, size),
            purse=plan.purse,
            created=created,
            starts_in=starts,
            stage=ProjectStage.SUBMITTED,
        )
        filed = Filed(
            id=region.next_id("applications"),
            number=number,
            proposal=proposal,
            status=status,
            submitted=moment,
            amount=proposal.written.asked(plan.purse.source),
        )
        proposal.updated = moment
        region.record(
            moment, author, "application.submitted", "application", filed.id, **self._facts(filed), number=number
        )
        self._check(filed)
        return filed

    def _author(self, since: datetime, author: Dweller | None) -> tuple[Dweller, list[Dweller]]:
        """Draw who files, with neighbours enough for the group; a persona brings their own."""
        for _ in range(400):
            who = author or self.region.random.choice(self.residents)
            if author is None and (who.persona or not who.confirmed or who.joined >= since):
                continue
            near = self.region.grown(self.region.neighbours[who.place.municipality], since)
            near = [one for one in near if one is not who and not one.persona]
            if len(near) >= self.plan.group_min:
                return who, near
        raise LookupError(f"too few people for a group in {self.plan.key}")

    def _check(self, filed: Filed) -> None:
        """Let the official decide: admit, return once and admit, return, refuse; or the author take it back."""
        region = self.region
        if filed.status is _A.SUBMITTED:
            return
        start = max(filed.submitted, self.opens(PhaseKind.ADMISSION)) if self._admission_begun else filed.submitted
        end = min(self.closes(PhaseKind.ADMISSION), region.now)
        decided = region.between(start, max(end, start))
        if filed.status is _A.WITHDRAWN:
            region.record(
                decided, filed.proposal.author, "application.withdrawn", "application", filed.id, **self._facts(filed)
            )
            filed.proposal.stage = ProjectStage.PROJECT
            return
        filed.decided = decided
        if filed.status is _A.RETURNED:
            filed.decided = max(start, region.now - timedelta(hours=19))
            # The first ground is true of any project: the persona who reads it can act on it.
            filed.ground = grounds("returned")[0]
            filed.correct_by = region.moment(_TERM_TO_CORRECT - 1, 23, 59)
            self._tell(filed, "returned", filed.decided)
        elif filed.status is _A.REJECTED:
            filed.ground = region.random.choice(grounds("rejected"))
            filed.proposal.stage = ProjectStage.PROJECT
            self._tell(filed, "rejected", decided)
        else:
            if region.random.random() < 0.2 and decided - start > 2 * DAY:  # noqa: PLR2004  one in five is returned once
                self._correct(filed, start, decided)
            self._tell(filed, "admitted", decided)

    def _correct(self, filed: Filed, start: datetime, decided: datetime) -> None:
        returned = self.region.between(start, start + (decided - start) / 3)
        again = self.region.between(returned + DAY / 8, decided - DAY / 4)
        self._tell(filed, "returned", returned)
        filed.revision = 2
        self.revise(filed, 1, filed.submitted)
        filed.submitted = filed.proposal.updated = again
        self.region.record(
            again,
            filed.proposal.author,
            "application.resubmitted",
            "application",
            filed.id,
            **self._facts(filed),
            revision=2,
        )

    def _facts(self, filed: Filed) -> dict[str, int]:
        return {"contest": self.id, "project": filed.proposal.id}

    def _tell(self, filed: Filed, what: str, at: datetime) -> None:
        facts = {**self._facts(filed), "revision": filed.revision}
        self.region.record(at, self.by, f"application.{what}", "application", filed.id, **facts)

    @property
    def _admission_begun(self) -> bool:
        return self.opens(PhaseKind.ADMISSION) <= self.region.now

    def revise(self, filed: Filed, number: int, at: datetime) -> None:
        """Keep what was submitted; the first revision of a corrected application lacked what the second has."""
        direction = self.region.directions[filed.proposal.written.idea.direction].name
        content = filed.proposal.content(direction)
        if number < 2 <= filed.revision:  # noqa: PLR2004  the one that was returned
            content = content.model_copy(
                update={
                    "outcome": content.outcome.rpartition("\n")[0],
                    "budget": tuple(
                        line.model_copy(update={"quantity": ""}) if place == 1 else line
                        for place, line in enumerate(content.budget)
                    ),
                }
            )
        self.region.add(
            "revisions",
            application_id=filed.id,
            number=number,
            content=content.dump(),
            submitted_by=filed.proposal.author.id,
            submitted_at=at,
        )
