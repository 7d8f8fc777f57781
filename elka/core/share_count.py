"""Counting by equal shares, with its completion: from a profile and the terms of a contest to verdicts and a film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from elka.core import tally
from elka.core.draws import lot, rivals
from elka.core.profile import Profile
from elka.core.share_run import Round, Shares
from elka.core.shares import add_one, equal_shares
from elka.core.supports import Supports, Utility
from elka.core.tally import Entry, Reason, Room, Tie
from elka.core.verdicts import (
    Counted,
    CountTerms,
    Drawn,
    Frame,
    Rule,
    Verdict,
    in_order,
    verdict_before,
    verdict_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class ShareCount:
    """A count by equal shares and its completion. ``runs``, ``between``: as in ``core.counting.count_by``."""

    def __init__(
        self,
        rule: Rule,
        profile: Profile,
        terms: CountTerms,
        seed: str,
        runs: dict[str, Shares] | None = None,
        between: Callable[[], None] | None = None,
    ) -> None:
        self.rule, self.profile, self.terms, self.seed = rule, profile, terms, seed
        self.between = between
        self.runs = {} if runs is None else runs
        self.votes: list[int] = profile.votes().tolist()
        self.points: list[int] | None = None if profile.points is None else profile.total_points().tolist()
        self.number = {one: place for place, one in enumerate(profile.ids)}
        self.exclusive = tuple(frozenset(self.number[one] for one in group) for group in terms.exclusive)
        self.equals = [self._equals(place) for place in range(len(self.votes))]
        ordered = sorted(
            range(len(self.votes)),
            key=lambda place: (*self.equals[place], lot(seed, profile.ids[place]), profile.ids[place]),
        )
        self.order = [0] * len(ordered)
        for at, place in enumerate(ordered):
            self.order[place] = at
        least = max(terms.min_votes, 1)
        fit = [
            place
            for place, project in enumerate(profile.projects)
            if self.votes[place] >= least and project.cost <= profile.budget
        ]
        barred = dict(terms.barred)
        self.barred = {place: barred[profile.ids[place]] for place in fit if profile.ids[place] in barred}
        self.able = [place for place in fit if place not in self.barred]

    def counted(self) -> Counted:
        """Count."""
        alike = self.rule.value.removesuffix("-greedy")
        if alike not in self.runs:
            self.runs[alike] = self._run()
        shares = self.runs[alike]
        completion = self._complete(shares) if self.rule.value.endswith("-greedy") else None
        verdicts = self._verdicts(shares, completion)
        return Counted(
            rule=self.rule,
            seed=self.seed,
            verdicts=in_order(verdicts),
            film=self._film(shares, completion),
            draws=self._draws(shares, completion),
            voters=self.profile.voters,
            budget=self.profile.budget,
            scale=self.profile.scale,
            points_scale=self.profile.points_scale,
            min_votes=self.terms.min_votes,
            share=shares.share,
            steps=shares.steps,
        )

    def _equals(self, place: int) -> tuple[int, ...]:
        of = {Tie.VOTES: -self.votes[place], Tie.COST: self.profile.projects[place].cost}
        return tuple(of[tie] for tie in self.terms.ties)

    def _run(self) -> Shares:
        profile, bars = self.profile, rivals(self.exclusive)
        if self.rule.by_number:
            utility = Utility.CARDINALITY
        else:
            utility = Utility.COST if profile.points is None else Utility.POINTS
        supports = Supports(profile, utility)
        if "-add1" not in self.rule.value or profile.budget == 0 or profile.voters == 0:
            return equal_shares(supports, profile.budget, self.order, able=self.able, rivals=bars)
        each = self.terms.step_each
        step = self.terms.step * profile.budget / profile.voters if each is None else Fraction(each)
        return add_one(supports, profile.budget, self.order, step, able=self.able, rivals=bars, between=self.between)

    def _complete(self, shares: Shares) -> tally.Count:
        """Give what is left by votes to the projects that did not win."""
        taken = set(shares.winners)
        entries = [
            Entry(place, self.profile.projects[place].cost, self.votes[place], drawn_as=self.profile.ids[place])
            for place in self.able
            if place not in taken and place not in shares.barred
        ]
        room = Room(self.profile.budget - shares.spent)
        terms = tally.Terms(room=room, ties=self.terms.ties, exclusive=self.exclusive)
        return tally.count(entries, terms, seed=self.seed)

    def _verdicts(self, shares: Shares, completion: tally.Count | None) -> list[Verdict]:
        found = [self._of_round(number, one) for number, one in enumerate(shares.rounds, start=1)]
        outcomes = completion.outcomes if completion is not None else ()
        for one in sorted(outcomes, key=lambda outcome: not outcome.won):
            verdict = replace(verdict_of(one, self.profile, self.votes, self.points), rank=len(found) + 1)
            if one.won:
                found.append(replace(verdict, reason=Reason.COMPLETED, round=verdict.rank))
            else:
                found.append(replace(verdict, missing=shares.missing.get(one.id)))
        told = {one.id for one in found}
        able = set(self.able)
        for place in sorted(range(len(self.votes)), key=lambda place: (-self.votes[place], self.order[place])):
            if self.profile.ids[place] not in told:
                gated = verdict_before(place, self.profile, self.votes, self.points, self.terms.min_votes)
                came = place in able or place in self.barred
                found.append(self._lost(gated, place, shares, len(found) + 1) if came else gated)
        return found

    def _lost(self, gated: Verdict, place: int, shares: Shares, rank: int) -> Verdict:
        bar = shares.barred.get(place)
        winner = self.barred.get(place) if bar is None else self.profile.ids[bar]
        return replace(
            gated,
            rank=rank,
            reason=Reason.NO_SHARE if winner is None else Reason.EXCLUDED,
            missing=shares.missing.get(place),
            barred_by=winner,
            left_before=None,
            lacking_money=None,
        )

    def _of_round(self, number: int, one: Round) -> Verdict:
        project = self.profile.projects[one.project]
        return Verdict(
            id=project.id,
            rank=number,
            cost=project.cost,
            votes=self.votes[one.project],
            won=True,
            reason=Reason.WON,
            points=None if self.points is None else self.points[one.project],
            round=number,
            price=one.price,
            full=one.full,
            rest=one.rest,
            empty=one.empty,
        )

    def _film(self, shares: Shares, completion: tally.Count | None) -> tuple[Frame, ...]:
        frames = [
            Frame(
                number,
                self.profile.ids[one.project],
                self.profile.projects[one.project].cost,
                self.votes[one.project],
                one.spent,
                self.profile.budget - one.spent,
                price=one.price,
                rho=one.rho,
                full=one.full,
                rest=one.rest,
                empty=one.empty,
                money=one.left,
            )
            for number, one in enumerate(shares.rounds, start=1)
        ]
        spent = shares.spent
        for outcome in completion.winners if completion is not None else ():
            spent += outcome.cost
            left = self.profile.budget - spent
            name = self.profile.ids[outcome.id]
            frames.append(Frame(len(frames) + 1, name, outcome.cost, outcome.votes, spent, left, completed=True))
        return tuple(frames)

    def _draws(self, shares: Shares, completion: tally.Count | None) -> tuple[Drawn, ...]:
        """Return the ties that nothing but the lot could order."""
        ids = self.profile.ids
        found = []
        for tie in shares.ties:
            same = [place for place in tie.projects if self.equals[place] == self.equals[tie.projects[0]]]
            if len(same) > 1:
                found.append(Drawn(tuple(ids[place] for place in same)))
        draws = completion.draws if completion is not None else ()
        return (*found, *(Drawn(tuple(ids[place] for place in draw.ids), draw.decisive) for draw in draws))
