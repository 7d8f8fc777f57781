"""Contests: their rules, stages and dates, and the lifecycle table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, Session, SQLModel, col

from elka.core.actor import Actor, Role
from elka.core.lifecycle import (
    BEFORE_VOTING,
    NEXT,
    ContestStage,
    Dated,
    Hold,
    Phase,
    PhaseKind,
    by_kind,
    disorder,
    held,
    is_open,
    judging,
    next_due,
    prolonged,
)
from elka.errors import Invalid, Refused, WrongStage
from elka.models.base import Moment, big_id, one_of
from elka.models.contest_kinds import Allot, ApplicantKind, ContestKind, CountRule, VoteKind, WinnersBy
from elka.models.contest_parts import CategoryBasis
from elka.models.projects import Source

__all__ = [
    "NEXT",
    "Allot",
    "ApplicantKind",
    "Contest",
    "ContestDirection",
    "ContestKind",
    "ContestPhase",
    "ContestStage",
    "CountRule",
    "NotAccepting",
    "NotVoting",
    "PhaseKind",
    "VoteKind",
    "WinnersBy",
    "phases_of",
]

TITLE_MAX = 120
TITLE_MIN = 5
SUMMARY_MIN = 20
REASON_MIN = 10
REASON_MAX = 1000
_S = ContestStage


class NotAccepting(Refused):
    """Applications are not being taken now."""

    def __init__(self, message: str = "Приём заявок сейчас закрыт. Сроки указаны на странице конкурса.") -> None:
        """Use the given reason or the common one."""
        super().__init__(message)


class NotVoting(Refused):
    """Votes are not being taken now."""

    def __init__(self, message: str = "Голосование сейчас закрыто. Сроки указаны на странице конкурса.") -> None:
        """Use the given reason or the common one."""
        super().__init__(message)


class Contest(SQLModel, table=True):
    """A contest of projects. Money in whole rubles, shares in percent, ages in full years.

    ``vote_limit`` None: a voter may support any number of projects; ``purse_limit`` tells what they may cost together.
    ``paper``: ballots are taken on paper too, in places of the organiser. ``points_limit``: what a voter shares among them, where the ballot is of points (``points_to_share``). ``min_age`` and
    ``max_age`` are of those who file, ``voter_age`` of those who vote. ``local_only``, ``voters_local``: only people who live in the
    contest's municipality. ``category_basis`` None: there are no categories; otherwise each has a budget or places of its
    own. ``public_weight``: percent of the votes in a rating of votes and scores. ``min_score``: hundredths of 100 points.
    ``appeal_days``: calendar days to appeal against a rejection, 0: there are no appeals. ``form_version`` 0: a draft.
    Ties are drawn from ``draw_seed`` (trust: votes, 5): its hash is published with the announcement, itself when judging
    opens (``tells_seed``; docs/adr/0029).
    """

    __tablename__ = "contests"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('individuals', 'realised') OR (kind = 'municipal') = (municipality_id IS NOT NULL)",
            name="place_of_kind",
        ),
        sa.CheckConstraint("budget > 0", name="budget_positive"),
        sa.CheckConstraint("vote_limit IS NULL OR vote_limit BETWEEN 1 AND 1000", name="vote_limit_range"),
        sa.CheckConstraint("points_limit BETWEEN 2 AND 1000", name="points_limit_range"),
        sa.CheckConstraint("min_votes >= 0", name="min_votes_not_negative"),
        sa.CheckConstraint("max_share BETWEEN 1 AND 100", name="max_share_range"),
        sa.CheckConstraint("min_cost >= 0 AND max_cost >= min_cost", name="costs_in_order"),
        sa.CheckConstraint("min_age BETWEEN 14 AND 100", name="min_age_range"),
        sa.CheckConstraint("max_age IS NULL OR max_age BETWEEN min_age AND 120", name="max_age_range"),
        sa.CheckConstraint("voter_age BETWEEN 14 AND 100", name="voter_age_range"),
        sa.CheckConstraint("group_min BETWEEN 1 AND 100", name="group_min_range"),
        sa.CheckConstraint("public_weight BETWEEN 0 AND 100", name="public_weight_range"),
        sa.CheckConstraint("min_score BETWEEN 0 AND 10000", name="min_score_range"),
        sa.CheckConstraint("min_reviews BETWEEN 0 AND 50", name="min_reviews_range"),
        sa.CheckConstraint("places IS NULL OR places BETWEEN 1 AND 10000", name="places_range"),
        sa.CheckConstraint("appeal_days BETWEEN 0 AND 60", name="appeal_days_range"),
        sa.CheckConstraint("correction_days BETWEEN 1 AND 60", name="correction_days_range"),
        sa.CheckConstraint("stage <> 'cancelled' OR cancel_reason IS NOT NULL", name="cancel_reason_given"),
        sa.Index("ix_contests_stage", "stage"),
    )

    id: int | None = big_id()
    kind: ContestKind = Field(sa_type=one_of(ContestKind, "kind"))
    municipality_id: int | None = Field(default=None, foreign_key="municipalities.id")
    title: str
    summary: str = ""
    rules: str = ""
    stage: ContestStage = Field(default=ContestStage.DRAFT, sa_type=one_of(ContestStage, "stage"))
    budget: int = Field(sa_type=sa.BigInteger)
    min_cost: int = Field(default=0, sa_type=sa.BigInteger)
    max_cost: int = Field(sa_type=sa.BigInteger)
    max_share: int = 100
    min_age: int = 14
    group_min: int = 1
    vote_limit: int | None = None
    min_votes: int = 0
    vote_kind: VoteKind = Field(
        default=VoteKind.APPROVAL,
        sa_type=one_of(VoteKind, "vote_kind"),
        sa_column_kwargs={"server_default": VoteKind.APPROVAL.value},
    )
    points_limit: int = Field(default=10, sa_column_kwargs={"server_default": "10"})
    count_rule: CountRule = Field(
        default=CountRule.GREEDY,
        sa_type=one_of(CountRule, "count_rule"),
        sa_column_kwargs={"server_default": CountRule.GREEDY.value},
    )
    may_change_votes: bool = True
    figures_hidden: bool = True
    paper: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    applicants: list[str] = Field(
        default_factory=lambda: [ApplicantKind.RESIDENT.value],
        sa_type=ARRAY(sa.Text),
        sa_column_kwargs={"server_default": "{resident}"},
    )
    max_age: int | None = None
    local_only: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    voter_age: int = Field(default=14, sa_column_kwargs={"server_default": "14"})
    voters_local: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    # Whoever votes names only projects of the category that their own settlement is in.
    voters_own_part: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    # Whether a knapsack keeps within the budget of each category too; not so in contests announced before that was asked.
    category_purses: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    category_basis: CategoryBasis | None = Field(default=None, sa_type=one_of(CategoryBasis, "category_basis"))
    winners_by: WinnersBy = Field(
        default=WinnersBy.VOTES, sa_type=one_of(WinnersBy, "winners_by"), sa_column_kwargs={"server_default": "votes"}
    )
    allot: Allot = Field(
        default=Allot.BUDGET, sa_type=one_of(Allot, "allot"), sa_column_kwargs={"server_default": "budget"}
    )
    places: int | None = None
    public_weight: int = Field(default=50, sa_column_kwargs={"server_default": "50"})
    min_score: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    min_reviews: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    appeal_days: int = Field(default=5, sa_column_kwargs={"server_default": "5"})
    correction_days: int = Field(default=5, sa_column_kwargs={"server_default": "5"})
    form_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    draw_seed: str | None = None
    created_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=Moment)
    announced_at: datetime | None = Field(default=None, sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    cancel_reason: str | None = None
    version: int = 1

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show drafts only to the officials of the place, the rest to everybody."""
        public = col(cls.announced_at).is_not(None)
        everywhere, places = actor.places_of(Role.OFFICIAL)
        if actor.is_system or everywhere:
            return sa.true()
        if places:
            return sa.or_(public, col(cls.municipality_id).in_(places))
        return public

    @classmethod
    def shows_figures(cls, now: datetime) -> sa.ColumnElement[bool]:
        """Return ``figures_visible`` as a condition, for lists and search."""
        return sa.or_(
            sa.and_(col(cls.published_at).is_not(None), col(cls.published_at) <= now, col(cls.stage) != _S.CANCELLED),
            sa.and_(col(cls.stage) == _S.VOTING, col(cls.figures_hidden).is_(False)),
        )

    @property
    def purse(self) -> Source:
        """Whose money the contest gives: the lines of a budget with this source are what is asked from it."""
        return Source.REGION if self.municipality_id is None else Source.MUNICIPALITY

    @property
    def purse_limit(self) -> int | None:
        """What the projects of one ballot may cost together, rubles; None where that is not asked."""
        return self.budget if self.vote_kind is VoteKind.KNAPSACK else None

    @property
    def points_to_share(self) -> int | None:
        """How many points one ballot shares among projects; None where it gives none."""
        return self.points_limit if self.vote_kind is VoteKind.POINTS else None

    @property
    def moves_projects(self) -> bool:
        """Whether filing and winning move the project on its way; a contest of realised projects leaves it where it is."""
        return self.kind is not ContestKind.REALISED

    def may_edit(self, actor: Actor) -> bool:
        """Whether the actor is an official of the contest's place."""
        return actor.is_system or actor.has(Role.OFFICIAL, self.municipality_id)

    def is_public(self) -> bool:
        """Whether everybody may know of the contest."""
        return self.announced_at is not None

    def is_accepting(self, now: datetime, phases: Iterable[Dated]) -> bool:
        """Whether an application may be submitted at this moment, to the second.

        The moment is that of its arrival: while it waits for its turn, the clock may have moved the contest on to
        admission already, and it is still in time.
        """
        return self.stage in (_S.ANNOUNCED, _S.ACCEPTING, _S.ADMISSION) and is_open(phases, PhaseKind.ACCEPTING, now)

    def is_voting(self, now: datetime, phases: Iterable[Dated]) -> bool:
        """Whether a vote may be cast at this moment, to the second.

        The stage must have opened too: a vote that is held back has dates but takes no votes.
        """
        return self.stage is _S.VOTING and is_open(phases, PhaseKind.VOTING, now)

    def is_admitting(self) -> bool:
        """Whether officials may decide on applications: from the first one until voting opens."""
        return self.stage in (_S.ACCEPTING, _S.ADMISSION)

    def figures_visible(self, now: datetime) -> bool:
        """Whether votes per project and other running figures may be shown to anybody at all.

        The one switch for pages, previews, search, exports and open data (trust: votes, 3): hidden while voting
        goes on if the contest says so, always between the close of voting and publication, shown after it.
        Officials see no more than others.
        """
        if self.stage is _S.CANCELLED:
            return False
        if self.published_at is not None and self.published_at <= now:
            return True
        return self.stage is _S.VOTING and not self.figures_hidden

    def hold(self, now: datetime, phases: Iterable[Dated], *, undecided: int, admitted: int) -> Hold | None:
        """Return why voting does not open by itself although its moment has come."""
        return held(self.stage, phases, now, undecided=undecided, admitted=admitted)

    def lacking(self, now: datetime, phases: Iterable[Dated]) -> dict[str, str]:
        """Return what is missing or wrong before the contest may be announced: a message by field."""
        wrong: dict[str, str] = {}
        if len(self.title.strip()) < TITLE_MIN:
            wrong["title"] = "Дайте конкурсу название."
        if len(self.summary.strip()) < SUMMARY_MIN:
            wrong["summary"] = "Расскажите в двух-трёх предложениях, для чего конкурс."
        if self.budget < max(self.min_cost, 1):
            wrong["budget"] = "Бюджет меньше самой малой суммы заявки."
        if self.max_cost > self.budget:
            wrong["max_cost"] = "Наибольшая сумма заявки больше всего бюджета."
        dates = by_kind(phases)
        if PhaseKind.ACCEPTING not in dates:
            wrong[PhaseKind.ACCEPTING] = "Укажите, когда принимаются заявки."
        if not judging(dates.values()):
            wrong[PhaseKind.VOTING] = "Укажите, когда идёт голосование или когда оценивает комиссия."
        for kind, trouble in disorder(dates.values()).items():
            wrong[kind] = (
                "Этап кончается раньше, чем начинается."
                if trouble == "backwards"
                else "Этап начинается раньше, чем кончился предыдущий."
            )
        first = dates.get(PhaseKind.ACCEPTING)
        if first is not None and first.closes_at <= now:
            wrong[PhaseKind.ACCEPTING] = "Приём заявок уже в прошлом: перенесите сроки."
        return wrong

    @property
    def tells_seed(self) -> bool:
        """Whether everybody may read the seed of draws: once no application can be made for its number any more."""
        return self.stage not in (*BEFORE_VOTING, _S.CANCELLED)

    def announce(self, now: datetime, phases: Iterable[Dated], seed: str) -> None:
        """Make the contest public. ``seed`` is what ties will be drawn from; its hash is published from now on."""
        self._may_move(_S.ANNOUNCED)
        if wrong := self.lacking(now, phases):
            raise Invalid(wrong)
        self._move(_S.ANNOUNCED)
        self.announced_at = now
        self.draw_seed = seed

    def advance(self, now: datetime, phases: Iterable[Dated], *, undecided: int, admitted: int) -> list[ContestStage]:
        """Move as far as the clock says and return the stages entered, in order.

        Voting does not open by itself while applications wait for a decision, or when none was admitted:
        the contest is held in admission, and its officials see that as their most urgent task.
        """
        dates = tuple(phases)
        entered: list[ContestStage] = []
        while (step := next_due(self.stage, dates, now)) is not None:
            leaves_admission = step in (_S.VOTING, _S.EXPERT, _S.DECISION) and self.stage in BEFORE_VOTING
            if leaves_admission and (undecided or not admitted):
                break
            self._move(step)
            entered.append(step)
        return entered

    def prolong(self, now: datetime, phases: Iterable[Dated], until: datetime) -> dict[PhaseKind, Phase]:
        """Return the dates after the current stage is prolonged; what follows moves by as much.

        Reception and voting can be prolonged only until they close, to the second: what has closed stays closed.
        """
        dates = tuple(phases)
        if self.stage not in (_S.ACCEPTING, _S.ADMISSION, _S.VOTING, _S.EXPERT, _S.DECISION):
            raise WrongStage("Продлить можно только этап, который идёт сейчас.")
        kind = PhaseKind(self.stage.value)
        if kind in (PhaseKind.ACCEPTING, PhaseKind.VOTING) and not is_open(dates, kind, now):
            raise WrongStage("Этап уже закрылся: продлить его нельзя.")
        if until <= now:
            raise Refused("Новый срок уже прошёл. Укажите время в будущем.", field="until")
        try:
            return dict(prolonged(dates, kind, until))
        except ValueError as error:
            raise Refused("Новый срок должен быть позже прежнего.", field="until") from error
        except KeyError as error:
            raise WrongStage("У этого этапа нет сроков, продлевать нечего.") from error

    def cancel(self, reason: str) -> None:
        """End the contest for a reason that everybody will read. Not after results were published."""
        text = reason.strip()
        if self.published_at is not None:
            raise WrongStage("Итоги уже опубликованы: конкурс не отменяют.")
        self._may_move(_S.CANCELLED)
        if not REASON_MIN <= len(text) <= REASON_MAX:
            raise Refused(f"Напишите причину: от {REASON_MIN} до {REASON_MAX} знаков. Её увидят все.", field="reason")
        self._move(_S.CANCELLED)
        self.cancel_reason = text

    def publish_results(self, now: datetime) -> None:
        """Open the results to everybody."""
        self._move(_S.AWARDED)
        self.published_at = now

    def close(self) -> None:
        """End a contest for good: all that won has been built."""
        self._move(_S.CLOSED)

    def _may_move(self, stage: ContestStage) -> None:
        if stage not in NEXT[self.stage]:
            raise WrongStage("На этом этапе конкурса так сделать нельзя. Обновите страницу: этап мог смениться.")

    def _move(self, stage: ContestStage) -> None:
        self._may_move(stage)
        self.stage = stage


class ContestPhase(SQLModel, table=True):
    """The dates of one stage of a contest: from ``opens_at`` (inclusive) to ``closes_at`` (exclusive)."""

    __tablename__ = "contest_phases"
    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="opens_before_closing"),)

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    kind: PhaseKind = Field(primary_key=True, sa_type=one_of(PhaseKind, "kind"))
    opens_at: datetime = Field(sa_type=Moment)
    closes_at: datetime = Field(sa_type=Moment)


class ContestDirection(SQLModel, table=True):
    """A direction that the contest accepts; none at all means every direction."""

    __tablename__ = "contest_directions"

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    direction_id: int = Field(foreign_key="directions.id", primary_key=True)


def phases_of(session: Session, contest_id: int) -> list[ContestPhase]:
    """Return the dates of a contest in their order, read anew."""
    rows = session.execute(
        sa.select(ContestPhase)
        .where(col(ContestPhase.contest_id) == contest_id)
        .execution_options(populate_existing=True)
    ).scalars()
    found: list[ContestPhase] = list(by_kind(rows).values())  # type: ignore[arg-type]
    return found
