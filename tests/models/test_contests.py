"""The verbs of a contest: no order of calls reaches a forbidden stage; the switch of figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from elka.core.lifecycle import Hold, Phase
from elka.db import Work
from elka.errors import Invalid, Refused, WrongStage
from elka.models.contests import NEXT, Contest, ContestKind, ContestStage, PhaseKind
from tests.factories import contest, official

S, K = ContestStage, PhaseKind
START = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PHASES = [
    Phase(K.ACCEPTING, START, START + 10 * DAY),
    Phase(K.ADMISSION, START + 10 * DAY, START + 15 * DAY),
    Phase(K.VOTING, START + 16 * DAY, START + 20 * DAY),
    Phase(K.DECISION, START + 20 * DAY, START + 25 * DAY),
]


def fresh(**fields: object) -> Contest:
    return Contest(
        **{
            "kind": ContestKind.MUNICIPAL,
            "municipality_id": 1,
            "title": "Инициативы района",
            "summary": "Лучшие идеи доведём до проекта вместе.",
            "budget": 1_000_000,
            "max_cost": 500_000,
            "created_by": 1,
            "created_at": START,
            **fields,
        }
    )


class Life(RuleBasedStateMachine):
    """Any calls in any order, at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.contest = fresh()
        self.phases = list(PHASES)
        self.now = START - 5 * DAY
        self.way = [S.DRAFT]

    @rule(hours=st.integers(0, 200))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def announce(self) -> None:
        self._try(lambda: self.contest.announce(self.now, self.phases, "seed"))

    @rule(undecided=st.integers(0, 2), admitted=st.integers(0, 2))
    def advance(self, undecided: int, admitted: int) -> None:
        before = self.contest.stage
        entered = self.contest.advance(self.now, self.phases, undecided=undecided, admitted=admitted)
        self.way += entered
        if before in {S.ANNOUNCED, S.ACCEPTING, S.ADMISSION} and (undecided or not admitted):
            assert self.contest.stage not in {S.VOTING, S.DECISION}

    @rule(days=st.integers(-3, 20))
    def prolong(self, days: int) -> None:
        def call() -> None:
            self.phases = list(self.contest.prolong(self.now, self.phases, self.now + DAY * days).values())

        self._try(call)

    @rule(reason=st.sampled_from(["", "коротко", "Бюджет района сократили, конкурс не состоится."]))
    def cancel(self, reason: str) -> None:
        self._try(lambda: self.contest.cancel(reason))

    @rule()
    def publish(self) -> None:
        self._try(lambda: self.contest.publish_results(self.now))

    def _try(self, call: object) -> None:
        before = self.contest.stage
        try:
            call()  # type: ignore[operator]
        except Refused:
            assert self.contest.stage is before
            return
        if self.contest.stage is not before:
            self.way.append(self.contest.stage)

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        assert all(after in NEXT[before] for before, after in zip(self.way, self.way[1:], strict=False))

    @invariant()
    def what_is_shown_is_consistent(self) -> None:
        row = self.contest
        assert (row.stage is S.AWARDED) == (row.published_at is not None)
        assert row.is_public() == (row.announced_at is not None)
        assert not (row.is_voting(self.now, self.phases) and row.is_accepting(self.now, self.phases))
        if row.figures_visible(self.now):
            assert row.stage is S.AWARDED
        if row.stage is S.CANCELLED:
            assert row.cancel_reason


TestLife = Life.TestCase


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("title", " a ", "title"),
        ("summary", "мало", "summary"),
        ("max_cost", 2_000_000, "max_cost"),
        ("min_cost", 1_000_001, "budget"),
    ],
)
def test_what_is_missing_is_named(field: str, value: object, wrong: str) -> None:
    row = fresh(**{field: value})
    assert wrong in row.lacking(START, PHASES)
    with pytest.raises(Invalid) as refusal:
        row.announce(START, PHASES, "seed")
    assert wrong in refusal.value.fields
    assert row.stage is S.DRAFT


def test_dates_are_checked_before_announcing() -> None:
    row = fresh()
    assert row.lacking(START, PHASES) == {}
    assert set(row.lacking(START, [])) == {K.ACCEPTING, K.VOTING}
    assert set(row.lacking(START + 10 * DAY, PHASES)) == {K.ACCEPTING}
    assert set(row.lacking(START, [PHASES[0], Phase(K.VOTING, START + DAY, START + 3 * DAY)])) == {K.VOTING}


def test_announcing_publishes_the_seed_once() -> None:
    row = fresh()
    row.announce(START, PHASES, "seed")
    assert (row.draw_seed, row.announced_at) == ("seed", START)
    with pytest.raises(WrongStage):
        row.announce(START, PHASES, "another")
    assert row.draw_seed == "seed"


def test_votes_are_taken_only_when_the_stage_opened_too() -> None:
    row = fresh(stage=S.ADMISSION)
    moment = START + 17 * DAY
    assert not row.is_voting(moment, PHASES)
    assert row.hold(moment, PHASES, undecided=2, admitted=1) is Hold.UNDECIDED
    row.stage = S.VOTING
    assert row.is_voting(moment, PHASES)
    assert not row.is_voting(START + 20 * DAY, PHASES)


def test_what_has_closed_is_not_prolonged() -> None:
    row = fresh(stage=S.VOTING)
    with pytest.raises(WrongStage, match="уже закрылся"):
        row.prolong(START + 20 * DAY, PHASES, START + 30 * DAY)
    for stage in (S.DRAFT, S.ANNOUNCED, S.AWARDED, S.CANCELLED):
        row.stage = stage
        with pytest.raises(WrongStage):
            row.prolong(START + 17 * DAY, PHASES, START + 30 * DAY)


def test_published_results_are_not_cancelled() -> None:
    row = fresh(stage=S.DECISION)
    row.publish_results(START)
    with pytest.raises(WrongStage, match="опубликованы"):
        row.cancel("Бюджет района сократили, конкурс не состоится.")


@pytest.mark.parametrize(
    ("stage", "hidden", "published", "visible"),
    [
        (S.DRAFT, False, False, False),
        (S.ACCEPTING, False, False, False),
        (S.VOTING, True, False, False),
        (S.VOTING, False, False, True),
        (S.DECISION, False, False, False),
        (S.DECISION, True, False, False),
        (S.AWARDED, True, True, True),
        (S.CLOSED, True, True, True),
        (S.CANCELLED, False, False, False),
    ],
)
def test_one_switch_for_figures_and_it_agrees_with_its_query(
    work: Work, stage: S, hidden: bool, published: bool, visible: bool
) -> None:
    row = contest(
        work,
        official(work),
        stage=stage,
        figures_hidden=hidden,
        published_at=work.now if published else None,
        cancel_reason="Денег не выделили.",
    )
    assert row.figures_visible(work.now) is visible
    assert not row.figures_visible(work.now - DAY) or stage is S.VOTING
    found = work.session.execute(sa.select(Contest.id).where(Contest.shows_figures(work.now))).scalars().all()
    assert (row.id in found) is visible


@given(st.sampled_from(S))
def test_drafts_never_show_figures(stage: S) -> None:
    row = fresh(stage=stage, figures_hidden=True)
    assert not row.figures_visible(START)
