"""Two steps of the constructor: how residents vote, and who wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx

from elka.core.lifecycle import PhaseKind
from elka.db import Work
from elka.errors import NotFound
from elka.models import contest_fields
from elka.models.contest_parts import CategoryBasis, ContestCategory, categories_of
from elka.models.contests import Allot, Contest, CountRule, VoteKind, phases_of
from elka.models.judging import part_limits
from elka.models.readiness_contest import PUBLIC, WINNERS
from elka.state.build_basics import preview_rules
from elka.state.build_fields import OwnFields, StepFields, save_field, values_of
from elka.state.build_words import ALLOTS, NAMES, RESTS, SHARINGS, VOTE_KINDS
from elka.state.build_words import WINNERS as WINNER_WORDS
from elka.state.building import change, for_office, require_seen
from elka.state.contest_words import Rule
from elka.state.part_words import part_words
from elka.ui import labels
from elka.ui.rows import Option

PUBLIC_FIELDS = (
    "vote_kind",
    "vote_limit",
    "points_limit",
    "voter_age",
    "voters_local",
    "voters_own_part",
    "may_change_votes",
    "figures_hidden",
    "paper",
    "min_votes",
)
WINNER_FIELDS = ("winners_by", "allot", "places", "public_weight", "min_votes", "min_score")
# What the rule of giving out the budget is made of, as it is chosen.
SHARING_FIELDS = ("sharing", "rest", "by_number")
# How many votes a person has, as it is chosen; «до N» begins with a usual number.
LIMITS = {"any": None, "many": 5, "one": 1}
_USUAL_REST = "add1-greedy"
_LEAST_RANKED = 2  # one project alone has no order


@dataclass(frozen=True)
class Public:
    """What the step of voting shows beside its fields."""

    is_region: bool
    has_voting: bool
    kinds: list[Option]
    limits: list[Option]
    budget: str
    parts: list[Shares]
    by_settlement: bool
    rules: list[Rule]


@dataclass(frozen=True)
class Shares:
    """What a category gets, as the step of winners shows it."""

    name: str
    gets: str


@dataclass(frozen=True)
class Winners:
    """What the step of winners shows beside its fields."""

    options: list[Option]
    allots: list[Option]
    has_votes: bool
    has_scores: bool
    by_places: bool
    sharings: list[Option]
    rests: list[Option]
    budget: str
    commission_weight: str
    categories: list[Shares]
    rules: list[Rule]


class BuildPublicState(OwnFields, rx.State):
    """How residents vote."""

    is_region: bool = False
    has_voting: bool = False
    kinds: list[Option] = []
    limits: list[Option] = []
    budget: str = ""
    parts: list[Shares] = []
    by_settlement: bool = False
    rules: list[Rule] = []

    @staticmethod
    def _opened(work: Work, contest_id: object) -> StepFields:
        return _public(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields:
        if field == "limit":
            return _public(work, _save_limit(work, contest_id, value, seen))
        if field == "vote_kind":
            return _public(work, _save_kind(work, contest_id, value, seen))
        if field not in PUBLIC_FIELDS:
            raise NotFound
        return _public(work, save_field(work, contest_id, PUBLIC, str(field), value, seen))

    def _take(self, more: Public) -> None:
        self.is_region, self.has_voting = more.is_region, more.has_voting
        self.kinds, self.limits, self.budget, self.rules = more.kinds, more.limits, more.budget, more.rules
        self.parts, self.by_settlement = more.parts, more.by_settlement


class BuildWinnersState(OwnFields, rx.State):
    """Who wins."""

    options: list[Option] = []
    allots: list[Option] = []
    has_votes: bool = False
    has_scores: bool = False
    by_places: bool = False
    sharings: list[Option] = []
    rests: list[Option] = []
    budget: str = ""
    commission_weight: str = ""
    categories: list[Shares] = []
    rules: list[Rule] = []

    @staticmethod
    def _opened(work: Work, contest_id: object) -> StepFields:
        return _winners(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields:
        if field in SHARING_FIELDS:
            return _winners(work, _save_sharing(work, contest_id, str(field), value, seen))
        if field not in WINNER_FIELDS:
            raise NotFound
        return _winners(work, save_field(work, contest_id, WINNERS, str(field), value, seen))

    def _take(self, more: Winners) -> None:
        self.options, self.allots = more.options, more.allots
        self.has_votes, self.has_scores, self.by_places = more.has_votes, more.has_scores, more.by_places
        self.sharings, self.rests = more.sharings, more.rests
        self.budget, self.commission_weight = more.budget, more.commission_weight
        self.categories, self.rules = more.categories, more.rules


def _limit(contest: Contest) -> str:
    return "any" if contest.vote_limit is None else "one" if contest.vote_limit == 1 else "many"


def _save_limit(work: Work, contest_id: object, value: object, seen: object) -> Contest:
    """Choose how many projects one person may support."""
    with change(work, contest_id, PUBLIC, NAMES["vote_limit"]) as made:
        if not isinstance(value, str) or value not in LIMITS:
            raise NotFound
        if require_seen("limit", _limit(made.contest), value, seen):
            made.contest.vote_limit = LIMITS[value]
    return made.contest


def _save_kind(work: Work, contest_id: object, value: object, seen: object) -> Contest:
    """Choose how a ballot is filled; how many projects it may hold is made to fit."""
    with change(work, contest_id, PUBLIC, NAMES["vote_kind"]) as made:
        contest = made.contest
        kind = contest_fields.read(contest, "vote_kind", value)
        if require_seen("vote_kind", contest.vote_kind.value, kind.value, seen):
            contest.vote_kind = kind
            few = contest.vote_limit is None or contest.vote_limit < _LEAST_RANKED
            if kind is VoteKind.RANKED and few:
                contest.vote_limit = LIMITS["many"]
            elif kind is VoteKind.POINTS and contest.vote_limit == 1:
                contest.vote_limit = None
    return made.contest


def _sharing(contest: Contest) -> dict[str, str]:
    rule = contest.count_rule
    return {
        "sharing": "shares" if rule.is_shares else "list",
        "rest": rule.rest if rule.is_shares else _USUAL_REST,
        "by_number": "true" if rule.by_number else "",
    }


def _save_sharing(work: Work, contest_id: object, field: str, value: object, seen: object) -> Contest:
    """Choose how the budget is given out: down the list, or with equal shares, and what becomes of the rest."""
    with change(work, contest_id, WINNERS, NAMES["count_rule"]) as made:
        now = _sharing(made.contest)
        known = {"sharing": SHARINGS.keys(), "rest": RESTS.keys(), "by_number": ("", "true")}[field]
        if not isinstance(value, str) or value not in known:
            raise NotFound
        if require_seen(field, now[field], value, seen):
            now[field] = value
            made.contest.count_rule = (
                CountRule.shares(now["rest"], by_number=bool(now["by_number"]))
                if now["sharing"] == "shares"
                else CountRule.GREEDY
            )
    return made.contest


def _limits(contest: Contest) -> list[Option]:
    """Return how many projects a ballot may hold, in the words of its kind."""
    if contest.vote_kind is VoteKind.RANKED:
        return [Option("many", "До нескольких проектов", "Сколько — укажете ниже; первое место даёт столько же баллов")]
    if contest.vote_kind is VoteKind.POINTS:
        return [
            Option("any", "Между сколькими угодно", "Хоть по баллу каждому, хоть всё одному"),
            Option("many", "Не больше чем между несколькими", "Сколько — укажете ниже"),
        ]
    return [
        Option("any", "За сколько угодно проектов", "По одному голосу за каждый"),
        Option("many", "Не больше чем за несколько", "Сколько — укажете ниже"),
        Option("one", "За один проект", "Один человек — один голос"),
    ]


def _public(work: Work, contest: Contest) -> StepFields:
    work.session.flush()
    kinds = [phase.kind for phase in phases_of(work.session, contest.id or 0)]
    return StepFields(
        id=contest.id or 0,
        version=contest.version,
        values={**values_of(contest, PUBLIC_FIELDS), "limit": _limit(contest)},
        more=Public(
            is_region=contest.municipality_id is None,
            has_voting=PhaseKind.VOTING in kinds,
            kinds=[Option(one.value, *VOTE_KINDS[one]) for one in VoteKind],
            limits=_limits(contest),
            budget=labels.money(contest.budget),
            parts=_parts(contest, categories_of(work.session, contest.id or 0)),
            by_settlement=contest.category_basis is CategoryBasis.SETTLEMENT,
            rules=_told(work, contest, "Голос"),
        ),
    )


def _parts(contest: Contest, rows: Sequence[ContestCategory]) -> list[Shares]:
    """Return how much of each category a ballot may hold; nothing where no category has a limit of its own."""
    limits = {part.id: part for part in part_limits(contest, rows)}
    return [
        Shares(row.name or "Без названия", part_words(limits[row.id]) if row.id in limits else "без своего предела")
        for row in rows
        if limits
    ]


def _winners(work: Work, contest: Contest) -> StepFields:
    work.session.flush()
    kinds = [phase.kind for phase in phases_of(work.session, contest.id or 0)]
    possible = contest_fields.winners_for(kinds)
    return StepFields(
        id=contest.id or 0,
        version=contest.version,
        values={**values_of(contest, WINNER_FIELDS), **_sharing(contest)},
        more=Winners(
            options=[Option(one.value, *WINNER_WORDS[one]) for one in possible],
            allots=[Option(one.value, *ALLOTS[one]) for one in Allot],
            has_votes=PhaseKind.VOTING in kinds,
            has_scores=PhaseKind.EXPERT in kinds,
            by_places=contest.allot is Allot.PLACES,
            sharings=[Option(key, *words) for key, words in SHARINGS.items()],
            rests=[Option(key, *words) for key, words in RESTS.items()],
            budget=labels.money(contest.budget),
            commission_weight=f"{100 - contest.public_weight}{labels.NBSP}%",
            categories=[_shares(contest, row) for row in categories_of(work.session, contest.id or 0)]
            if contest.category_basis
            else [],
            rules=_told(work, contest, "Кто побеждает", "Если"),
        ),
    )


def _shares(contest: Contest, row: ContestCategory) -> Shares:
    if contest.allot is Allot.PLACES:
        gets = labels.plural(row.places, "место", "места", "мест") if row.places else "мест не указано"
    else:
        gets = labels.money(row.budget) if row.budget else "бюджет не указан"
    return Shares(row.name or "Без названия", gets)


def _told(work: Work, contest: Contest, *beginnings: str) -> list[Rule]:
    """Return the rules that a step is about; all of them, should their names have changed."""
    found = preview_rules(work, contest)
    return [rule for rule in found if rule.name.startswith(beginnings)] or found
