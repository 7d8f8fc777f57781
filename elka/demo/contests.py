"""Contests of the demo region: announced, filed in, checked, voted, counted, as the site would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from elka.core import tally
from elka.core.lifecycle import ContestStage, PhaseKind
from elka.demo.plans import Plan, grounds
from elka.demo.region import DAY, Dweller, Proposal, Region
from elka.models.applications import ApplicationStatus
from elka.models.projects import ProjectStage
from elka.ui.labels import money_short, plural

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_A = ApplicationStatus
_BALLOT_STAGES = {"voting", "decision", "awarded", "closed"}
_COUNTED_STAGES = {"awarded", "closed"}
_TERM_TO_CORRECT = 5
_STAGES = list(ContestStage)
_ENTERED = {
    "accepting": "contest.opened_accepting",
    "admission": "contest.opened_admission",
    "voting": "contest.opened_voting",
    "decision": "contest.opened_decision",
}
_FOLLOWS = {"admission": PhaseKind.ACCEPTING, "decision": PhaseKind.VOTING}


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


class Held:
    """One contest being held."""

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
            for days in (getattr(plan, kind.value),)
        }
        self.announced = None if plan.stage == "draft" else min(self.opens(PhaseKind.ACCEPTING) - 9 * DAY, region.now)
        self.announced = self.announced and region.between(self.announced - DAY, self.announced)
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

    def _persona_statuses(self) -> Iterable[tuple[Dweller, ApplicationStatus]]:
        for key, status in self.plan.personas.items():
            yield self.region.by_persona[key], _A.ADMITTED if status == "won" else _A(status)

    def _file(self, number: int, author: Dweller | None, status: ApplicationStatus, moment: datetime) -> Filed:
        region, plan = self.region, self.plan
        known = region.grown(self.residents, moment - 45 * DAY) or region.grown(self.residents, moment - 4 * DAY)
        author = author or region.random.choice([who for who in known if not who.persona])
        near = [who for who in known if who is not author and who.place.municipality == author.place.municipality]
        near = [who for who in near if not who.persona]
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
        ground = self.region.random.choice(grounds("returned"))
        self.region.record(
            returned, self.by, "application.returned", "application", filed.id, **self._facts(filed), ground=ground
        )
        filed.revision = 2
        self._revise(filed, 1, filed.submitted)
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
        facts = {"ground": filed.ground} if filed.ground else {}
        self.region.record(at, self.by, f"application.{what}", "application", filed.id, **self._facts(filed), **facts)

    @property
    def _admission_begun(self) -> bool:
        return self.opens(PhaseKind.ADMISSION) <= self.region.now

    def _revise(self, filed: Filed, number: int, at: datetime) -> None:
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

    # Voting and counting

    @property
    def on_ballot(self) -> list[Filed]:
        """The admitted applications."""
        return [filed for filed in self.filed if filed.status is _A.ADMITTED]

    @property
    def was_voted(self) -> bool:
        """Whether voting has opened."""
        return self.plan.stage in _BALLOT_STAGES

    @property
    def is_counted(self) -> bool:
        """Whether results are published."""
        return self.plan.stage in _COUNTED_STAGES

    def publish(self, votes: Counter[int], ballots: int) -> None:
        """Count by the rule of ``core.tally`` and publish; ``votes`` by application id."""
        region = self.region
        counted = self.closes(PhaseKind.VOTING) + timedelta(hours=11)
        self.published = region.between(self.opens(PhaseKind.DECISION) + DAY, self.closes(PhaseKind.DECISION))
        count = self.count(votes)
        region.add(
            "counts",
            contest_id=self.id,
            rule="greedy",
            counted_at=counted,
            ballots=ballots,
            votes=sum(votes.values()),
            budget=self.budget,
            spent=count.spent,
            min_votes=self.min_votes,
            seed=self.draw_seed,
            draws=[{"votes": d.votes, "ids": list(d.ids), "decisive": d.decisive} for d in count.draws],
        )
        filed = {one.id: one for one in self.filed}
        for outcome in count.outcomes:
            region.add(
                "outcomes",
                contest_id=self.id,
                application_id=outcome.id,
                rank=outcome.rank,
                votes=outcome.votes,
                amount=outcome.cost,
                won=outcome.won,
                reason=outcome.reason.value,
                lacking_votes=outcome.lacking_votes,
                lacking_money=outcome.lacking_money,
                tied_with=list(outcome.tied_with),
            )
            self._settle(filed[outcome.id], outcome.won, outcome.rank)

    def count(self, votes: Counter[int]) -> tally.Count:
        """Count the votes by the rules of this contest."""
        return tally.greedy(
            [tally.Entry(filed.id, filed.amount, votes[filed.id]) for filed in self.on_ballot],
            budget=self.budget,
            min_votes=self.min_votes,
            seed=self.draw_seed,
        )

    def _settle(self, filed: Filed, won: bool, rank: int) -> None:
        """Write the outcome into the application and its project; ``rank`` decides how far the winner has come."""
        region, proposal = self.region, filed.proposal
        filed.status = _A.WON if won else _A.LOST
        proposal.updated = self.published or region.now
        if not won:
            proposal.stage = ProjectStage.PROJECT
            return
        stage = ProjectStage(self.plan.after[rank % len(self.plan.after)])
        proposal.stage, proposal.granted, proposal.won_contest = stage, filed.amount, self.id
        proposal.supported = self.published
        begun = proposal.supported + 12 * DAY if proposal.supported else region.now
        region.record(begun - 12 * DAY, self.by, "project.supported", "project", proposal.id, contest=self.id)
        if stage is ProjectStage.SUPPORTED:
            return
        region.record(begun, proposal.author, "project.started", "project", proposal.id)
        if stage is ProjectStage.REALISED:
            done = region.between(begun + 40 * DAY, min(begun + 200 * DAY, region.now - 5 * DAY))
            proposal.realised_on, proposal.updated = done.date(), done
            proposal.starts_on, proposal.ends_on = begun.date(), done.date()
            on = proposal.realised_on.isoformat()
            region.record(done, proposal.author, "project.realised", "project", proposal.id, on=on)

    # Rows

    def finish(self) -> None:
        """Turn the contest into rows and tell its history."""
        self._write_contest()
        self._write_applications()
        self._tell_history()

    def _write_contest(self) -> None:
        plan, region = self.plan, self.region
        created = (self.announced or region.now) - 6 * DAY
        region.add(
            "contests",
            id=self.id,
            kind=plan.kind,
            municipality_id=self.by_municipality,
            title=plan.title.format(year=region.today.year + plan.year),
            summary=plan.summary,
            rules=plan.rules.strip().format(
                budget=money_short(self.budget),
                min_votes=plural(self.min_votes, "голос", "голоса", "голосов"),
            ),
            stage=plan.stage,
            budget=self.budget,
            min_cost=plan.min_cost,
            max_cost=plan.max_cost,
            max_share=plan.max_share,
            min_age=14,
            group_min=plan.group_min,
            vote_limit=plan.vote_limit,
            min_votes=self.min_votes,
            draw_seed=self.draw_seed if self.announced else None,
            created_by=self.by.id,
            created_at=created,
            announced_at=self.announced,
            published_at=self.published,
            cancel_reason=plan.cancel_reason,
        )
        for kind, (opens, closes) in self.phases.items():
            region.add("contest_phases", contest_id=self.id, kind=kind.value, opens_at=opens, closes_at=closes)
        for key in plan.directions:
            region.add("contest_directions", contest_id=self.id, direction_id=region.directions[key].id)
        region.record(created, self.by, "contest.created", "contest", self.id)

    @property
    def by_municipality(self) -> int | None:
        """The municipality that holds the contest; None: the region."""
        if self.plan.kind == "regional":
            return None
        return next(
            place.municipality_id for place in self.region.places if place.municipality == self.plan.municipality
        )

    def _write_applications(self) -> None:
        for filed in self.filed:
            decided_by = self.by.id if filed.decided else None
            self.region.add(
                "applications",
                id=filed.id,
                contest_id=self.id,
                project_id=filed.proposal.id,
                number=filed.number,
                status=filed.status.value,
                revision=filed.revision,
                cost=filed.proposal.written.cost,
                amount=filed.amount,
                submitted_by=filed.proposal.author.id,
                submitted_at=filed.submitted,
                decided_by=decided_by,
                decided_at=filed.decided,
                ground=filed.ground,
                correct_by=filed.correct_by,
            )
            self._revise(filed, filed.revision, filed.submitted)

    def _tell_history(self) -> None:
        region, plan = self.region, self.plan
        if self.announced:
            region.record(self.announced, self.by, "contest.announced", "contest", self.id, seed=self.draw_seed)
        reached = _STAGES.index(ContestStage(plan.stage)) if plan.stage != "cancelled" else 3
        for kind, key in _ENTERED.items():
            # The check follows the closing of reception, the decision that of voting (core/lifecycle.py).
            opens = self.closes(_FOLLOWS[kind]) if kind in _FOLLOWS else self.opens(PhaseKind(kind))
            if opens <= region.now and _STAGES.index(ContestStage(kind)) <= reached:
                if kind == "decision":
                    region.record(opens, None, "contest.closed_voting", "contest", self.id)
                region.record(opens, None, key, "contest", self.id)
        if plan.cancel_reason:
            when = region.moment(-6, 15, 20)
            region.record(when, self.by, "contest.cancelled", "contest", self.id, reason=plan.cancel_reason)
        if self.published:
            region.record(self.published, self.by, "contest.published", "contest", self.id)
            if plan.stage == "closed":
                region.record(self.published + 240 * DAY, self.by, "contest.closed", "contest", self.id)
