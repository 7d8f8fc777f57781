"""Contests of the demo region from the vote on: counted, published, and written down with their history."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from elka.core import tally
from elka.core.draws import promise
from elka.core.formfields import settings_of
from elka.core.lifecycle import ContestStage, Phase, PhaseKind
from elka.data.standard_form import standard_form
from elka.demo.commission import Commission
from elka.demo.counting import asks_ballots, count_ballots
from elka.demo.filing import Filed, Filing
from elka.demo.region import DAY
from elka.models.applications import ApplicationStatus
from elka.models.contest_kinds import VoteKind
from elka.models.projects import ProjectStage
from elka.models.results import draw_facts, outcome_of, share_facts, term_facts
from elka.state.outcome_words import got
from elka.ui.labels import money_short, plural

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from datetime import datetime

    from elka.demo.plans import Plan
    from elka.demo.region import Dweller, Proposal, Region

_A = ApplicationStatus
_BALLOT_STAGES = {"voting", "expert", "decision", "awarded", "closed"}
_COUNTED_STAGES = {"awarded", "closed"}
_STAGES = list(ContestStage)
_ONE_SPOT = "Обоим проектам нужна одна и та же площадка в центре: места хватит только на один."
_ENTERED = {
    "accepting": "contest.opened_accepting",
    "admission": "contest.opened_admission",
    "voting": "contest.opened_voting",
    "expert": "contest.opened_expert",
    "decision": "contest.opened_decision",
}
_CLOSED = {PhaseKind.VOTING: "contest.closed_voting", PhaseKind.EXPERT: "contest.closed_expert"}


class Held(Filing):
    """A contest being held. ``judged``: how many applications the commission has finished so far."""

    def __init__(self, region: Region, plan: Plan, by: Dweller, residents: Sequence[Dweller]) -> None:
        """``residents``: who may file here and, when the plan says so, vote above all."""
        super().__init__(region, plan, by, residents)
        self.judged = plan.judged or 0
        self.commission = Commission(self)
        self.got: dict[int, str] = {}  # in words, by application id, once it is published

    # Voting and counting

    @property
    def on_ballot(self) -> list[Filed]:
        """The admitted applications."""
        return [filed for filed in self.filed if filed.status is _A.ADMITTED]

    @property
    def was_voted(self) -> bool:
        """Whether voting has opened."""
        return self.plan.voting is not None and self.plan.stage in _BALLOT_STAGES

    @property
    def is_counted(self) -> bool:
        """Whether results are published."""
        return self.plan.stage in _COUNTED_STAGES

    def publish(self, votes: Counter[int], ballots: int) -> None:
        """Count by the rule that was announced and publish; ``votes`` by application id."""
        region = self.region
        counted = self.closes(self.judged_last) + timedelta(hours=11)
        self.published = region.between(self.opens(PhaseKind.DECISION) + DAY, self.closes(PhaseKind.DECISION))
        count = self.count(votes)
        region.add(
            "counts",
            contest_id=self.id,
            rule=self.plan.count_rule,
            counted_at=counted,
            ballots=ballots,
            votes=sum(votes.values()),
            budget=self.budget,
            spent=count.spent,
            min_votes=self.commission.terms().min_votes,
            seed=count.seed,
            draws=[draw_facts(draw) for draw in count.draws],
            terms=term_facts(self.commission.terms(), self._category_names)
            | share_facts(VoteKind(self.plan.vote_kind), count),
        )
        region.record(counted, None, "contest.counted", "contest", self.id, ballots=ballots, votes=sum(votes.values()))
        filed = {one.id: one for one in self.filed}
        for outcome in count.outcomes:
            row = outcome_of(self.id, outcome)
            region.add("outcomes", **row.model_dump())
            self.got[outcome.id] = got(row)
            self._settle(filed[outcome.id], outcome.won, outcome.rank)

    def count(self, votes: Counter[int]) -> tally.Count:
        """Count by the terms of this contest."""
        if asks_ballots(self.plan):
            return count_ballots(self, votes)
        terms = self.commission.terms()
        entries = [
            tally.Entry(
                filed.id,
                filed.amount,
                votes[filed.id],
                self.commission.score_of(filed) if terms.asks_scores else None,
                self.commission.category_of(filed),
            )
            for filed in self.on_ballot
        ]
        return tally.count(entries, terms, seed=self.draw_seed)

    @property
    def judged_last(self) -> PhaseKind:
        """What the decision follows: the vote or the commission."""
        return max((kind for kind in _CLOSED if kind in self.phases), key=self.opens)

    @property
    def judged_first(self) -> Phase:
        """What the check of applications is followed by."""
        kind = min((kind for kind in _CLOSED if kind in self.phases), key=self.opens)
        return Phase(kind, self.opens(kind), self.closes(kind))

    @property
    def _category_names(self) -> dict[int, str]:
        named = zip(self.commission.categories, self.plan.categories, strict=True)
        return {category.id: told["name"] for category, told in named}

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
        self._mark_exclusive()
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
            vote_kind=plan.vote_kind,
            points_limit=plan.points_limit,
            count_rule=plan.count_rule,
            figures_hidden=plan.figures_hidden,
            paper=plan.paper,
            min_votes=self.min_votes,
            winners_by=plan.winners_by,
            public_weight=plan.public_weight,
            allot=plan.allot,
            places=plan.places,
            min_score=plan.min_score,
            min_reviews=plan.min_reviews,
            category_basis=plan.category_basis,
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
        self.commission.write()
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
                category_id=self.commission.category_of(filed),
                reviews=filed.reviews,
            )
            self.revise(filed, filed.revision, filed.submitted)

    def _mark_exclusive(self) -> None:
        """Let the office mark two projects of one place, where applications are being checked."""
        if self.plan.stage != ContestStage.ADMISSION:
            return
        standing = [one for one in self.filed if one.status in (_A.SUBMITTED, _A.ADMITTED)]
        near = (pair for pair in combinations(standing, 2) if pair[0].proposal.place == pair[1].proposal.place)
        pair = next(near, None)
        if pair is None:
            return
        region, key, at = self.region, self.region.next_id("exclusive_groups"), self.region.now - DAY / 4
        region.add(
            "exclusive_groups",
            id=key,
            contest_id=self.id,
            ground=_ONE_SPOT,
            made_by=self.by.id,
            made_at=at,
            changed_at=at,
        )
        for one in pair:
            region.add("exclusive_members", group_id=key, application_id=one.id, contest_id=self.id)
        numbers = sorted(one.number for one in pair)
        region.record(
            at, self.by, "contest.exclusive_marked", "contest", self.id, group=key, numbers=numbers, ground=_ONE_SPOT
        )

    def begin(self, proposal: Proposal, at: datetime) -> None:
        """Let the author of a proposal begin an application and leave it unfinished."""
        region, key = self.region, self.region.next_id("applications")
        region.add(
            "applications",
            id=key,
            contest_id=self.id,
            project_id=proposal.id,
            number=None,
            status=_A.DRAFT.value,
            revision=0,
            cost=0,
            amount=0,
            submitted_by=proposal.author.id,
            submitted_at=None,
            decided_by=None,
            decided_at=None,
            ground=None,
            correct_by=None,
            category_id=None,
            reviews=0,
        )
        region.record(
            at, proposal.author, "application.begun", "application", key, contest=self.id, project=proposal.id
        )

    def _tell_history(self) -> None:
        region, plan = self.region, self.plan
        if self.announced:
            region.record(
                self.announced,
                self.by,
                "contest.announced",
                "contest",
                self.id,
                draw=promise(self.draw_seed),
                budget=self.budget,
            )
        reached = _STAGES.index(ContestStage(plan.stage)) if plan.stage != "cancelled" else 3
        # The check follows the closing of reception, the decision that of the last judging (core/lifecycle.py).
        follows = {"admission": PhaseKind.ACCEPTING, "decision": self.judged_last}
        before: PhaseKind | None = None
        for kind, key in _ENTERED.items():
            if kind not in follows and PhaseKind(kind) not in self.phases:
                continue
            opens = self.closes(follows[kind]) if kind in follows else self.opens(PhaseKind(kind))
            if opens <= region.now and _STAGES.index(ContestStage(kind)) <= reached:
                if before in _CLOSED:
                    region.record(self.closes(before), None, _CLOSED[before], "contest", self.id)
                region.record(opens, None, key, "contest", self.id)
                before = PhaseKind(kind)
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
