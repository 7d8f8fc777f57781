"""Contests of the demo region from the vote on: counted, published, and written down with their history."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from elka.core import tally
from elka.core.formfields import settings_of
from elka.core.lifecycle import ContestStage, PhaseKind
from elka.data.standard_form import standard_form
from elka.demo.filing import Filed, Filing
from elka.demo.region import DAY
from elka.models.applications import ApplicationStatus
from elka.models.projects import ProjectStage
from elka.ui.labels import money_short, plural

if TYPE_CHECKING:
    from collections import Counter

_A = ApplicationStatus
_BALLOT_STAGES = {"voting", "decision", "awarded", "closed"}
_COUNTED_STAGES = {"awarded", "closed"}
_STAGES = list(ContestStage)
_ENTERED = {
    "accepting": "contest.opened_accepting",
    "admission": "contest.opened_admission",
    "voting": "contest.opened_voting",
    "decision": "contest.opened_decision",
}
_FOLLOWS = {"admission": PhaseKind.ACCEPTING, "decision": PhaseKind.VOTING}


class Held(Filing):
    """A contest being held."""

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
        self.votes = votes
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
        region.record(counted, None, "contest.counted", "contest", self.id, ballots=ballots, votes=sum(votes.values()))
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
            title=self.title,
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
            form_version=1 if self.announced else 0,
            applicants=["group"] if plan.group_min > 1 else ["resident", "group"],
        )
        for kind, (opens, closes) in self.phases.items():
            region.add("contest_phases", contest_id=self.id, kind=kind.value, opens_at=opens, closes_at=closes)
        for key in plan.directions:
            region.add("contest_directions", contest_id=self.id, direction_id=region.directions[key].id)
        self._write_form()
        region.record(created, self.by, "contest.drafted", "contest", self.id)

    def _write_form(self) -> None:
        """Give the contest the standard template, frozen on the day of its announcement."""
        spec = standard_form()
        for position, field in enumerate(spec.fields):
            self.region.add(
                "form_fields",
                id=self.region.next_id("form_fields"),
                contest_id=self.id,
                key=field.key,
                position=position,
                kind=field.kind.value,
                label=field.label,
                hint=field.hint,
                example=field.example,
                required=field.required,
                audience=field.audience.value,
                hidden_from_experts=field.hidden_from_experts,
                of_project=field.of_project and field.of_project.value,
                settings=settings_of(field),
            )
        if self.announced:
            self.region.add(
                "form_versions",
                contest_id=self.id,
                number=1,
                spec=spec.dump(),
                sha256=spec.sha256,
                frozen_by=self.by.id,
                frozen_at=self.announced,
            )

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
            self.revise(filed, filed.revision, filed.submitted)

    def _tell_history(self) -> None:
        region, plan = self.region, self.plan
        if self.announced:
            region.record(
                self.announced,
                self.by,
                "contest.announced",
                "contest",
                self.id,
                seed=self.draw_seed,
                budget=self.budget,
            )
        reached = _STAGES.index(ContestStage(plan.stage)) if plan.stage != "cancelled" else 3
        for kind, key in _ENTERED.items():
            # The check follows the closing of reception, the decision that of voting (core/lifecycle.py).
            opens = self.closes(_FOLLOWS[kind]) if kind in _FOLLOWS else self.opens(PhaseKind(kind))
            if opens <= region.now and _STAGES.index(ContestStage(kind)) <= reached:
                if kind == "decision":
                    region.record(opens, None, "contest.closed_voting", "contest", self.id)
                region.record(opens, None, key, "contest", self.id)
        if plan.prolonged:
            phase, reason = plan.prolonged["phase"], plan.prolonged["reason"]
            until = self.closes(PhaseKind(phase)).isoformat()
            when = region.moment(plan.prolonged["day"], 16, 40)
            region.record(
                when, self.by, "contest.prolonged", "contest", self.id, phase=phase, until=until, reason=reason
            )
        if plan.cancel_reason:
            when = region.moment(-6, 15, 20)
            region.record(when, self.by, "contest.cancelled", "contest", self.id, reason=plan.cancel_reason)
        if self.published:
            region.record(self.published, self.by, "contest.published", "contest", self.id)
            if plan.stage == "closed":
                region.record(self.published + 240 * DAY, self.by, "contest.closed", "contest", self.id)
