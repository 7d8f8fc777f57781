"""The job that moves contests at their minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.db import Work, work_as
from elka.models.applications import ApplicationStatus
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind, WinnersBy
from elka.models.journal import JournalEntry
from elka.models.notices import Notice
from elka.models.projects import ProjectStage
from elka.state.contest_history import history_rows
from elka.state.lifecycle import advance_due
from tests.factories import JUDGED, application, contest, criterion, official, person, project
from tests.words import plain

MINUTE = timedelta(minutes=1)
K = PhaseKind
ALONE = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.DECISION)
FIRST = (K.ACCEPTING, K.ADMISSION, K.EXPERT, K.VOTING, K.DECISION)


def keys(work: Work) -> list[str]:
    return list(work.session.execute(sa.select(JournalEntry.key).order_by(JournalEntry.id)).scalars())


def closes(work: Work, row: Contest, kind: PhaseKind) -> datetime:
    return work.session.get_one(ContestPhase, (row.id, kind)).closes_at


def test_a_contest_goes_its_way_by_the_clock(work: Work) -> None:
    row = contest(work, official(work), stage=ContestStage.ANNOUNCED, start=work.now + MINUTE)
    assert advance_due(work) == []
    work.now += MINUTE
    assert advance_due(work) == [row.id]
    assert row.stage is ContestStage.ACCEPTING
    application(work, row, project(work, person(work)))
    for kind, stage in (
        (PhaseKind.ACCEPTING, ContestStage.ADMISSION),
        (PhaseKind.ADMISSION, ContestStage.VOTING),
        (PhaseKind.VOTING, ContestStage.DECISION),
    ):
        work.now = closes(work, row, kind)
        assert advance_due(work) == [row.id]
        assert row.stage is stage
        assert advance_due(work) == []
    work.session.flush()
    assert keys(work) == [
        "contest.opened_accepting",
        "contest.opened_admission",
        "contest.opened_voting",
        "contest.closed_voting",
        "contest.opened_decision",
        "ballots.sealed",
        "contest.counted",
    ]


@pytest.mark.parametrize(
    ("phases", "entered"),
    [
        (JUDGED, ["opened_voting", "closed_voting", "opened_expert", "closed_expert", "opened_decision"]),
        (FIRST, ["opened_expert", "closed_expert", "opened_voting", "closed_voting", "opened_decision"]),
        (ALONE, ["opened_expert", "closed_expert", "opened_decision"]),
    ],
)
def test_the_commission_works_after_before_or_instead_of_the_vote(
    work: Work, phases: tuple[PhaseKind, ...], entered: list[str]
) -> None:
    by = official(work)
    row = contest(work, by, stage=ContestStage.ADMISSION, phases=phases, winners_by=WinnersBy.BOTH)
    application(work, row, project(work, person(work)))
    criterion(work, row)
    for kind in phases[1:-1]:
        work.now = closes(work, row, kind)
        assert advance_due(work) == [row.id]
    work.session.flush()
    steps = [key for key in keys(work) if key != "ballots.sealed"]
    assert steps == [f"contest.{key}" for key in entered]  # and not counted: nothing is scored
    assert keys(work).count("ballots.sealed") == (PhaseKind.VOTING in phases)
    if PhaseKind.VOTING in phases:  # sealed as the vote closes, whenever the commission works
        place = keys(work).index("ballots.sealed")
        assert "contest.closed_voting" in keys(work)[place - 2 : place]
    told = [plain(one.text) for one in history_rows(work, row.id)]
    assert "Комиссия начала оценивать проекты." in told
    notices = work.session.execute(sa.select(Notice.title).order_by(Notice.id)).scalars()
    # One task of a contest is unread at a time: the last one stands.
    assert [plain(one) for one in notices] == ["Подведите итоги конкурса «Инициативы Берёзовского района»"]


def test_stages_that_were_slept_through_are_told_one_by_one(work: Work) -> None:
    row = contest(work, official(work), stage=ContestStage.VOTING, phases=JUDGED)
    application(work, row, project(work, person(work)))
    work.now = closes(work, row, PhaseKind.DECISION)
    assert advance_due(work) == [row.id]
    work.session.flush()
    assert keys(work)[:4] == [
        "contest.closed_voting",
        "contest.opened_expert",
        "contest.closed_expert",
        "contest.opened_decision",
    ]


def test_the_commission_waits_for_decisions_and_a_missed_vote_after_it_is_told(work: Work) -> None:
    row = contest(work, official(work), stage=ContestStage.ADMISSION, phases=FIRST, winners_by=WinnersBy.BOTH)
    application(work, row, project(work, person(work)))
    waiting = application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED)
    work.now = closes(work, row, PhaseKind.ADMISSION)
    assert advance_due(work) == []
    work.session.flush()
    assert [plain(one.text) for one in history_rows(work, row.id)] == [
        "Комиссия не начала работу: есть заявки без решения."
    ]
    waiting.withdraw()
    work.session.flush()
    assert advance_due(work) == [row.id]
    work.now = closes(work, row, PhaseKind.VOTING)
    assert advance_due(work) == []
    work.session.flush()
    assert row.stage is ContestStage.EXPERT
    assert plain(history_rows(work, row.id)[0].text).startswith("Голосование не открылось в свой срок. Продлите оценку")


def test_a_contest_of_realised_projects_ends_with_its_results(work: Work) -> None:
    by = official(work)
    row = contest(work, by, stage=ContestStage.AWARDED, kind=ContestKind.REALISED)
    application(work, row, project(work, person(work), stage=ProjectStage.ARCHIVED), status=ApplicationStatus.WON)
    building = contest(work, by, stage=ContestStage.AWARDED)
    application(work, building, project(work, person(work), stage=ProjectStage.REALISING), status=ApplicationStatus.WON)
    advance_due(work)
    assert (row.stage, building.stage) == (ContestStage.CLOSED, ContestStage.AWARDED)


def test_voting_waits_for_the_last_decision_and_says_so_once(work: Work) -> None:
    row = contest(work, official(work), stage=ContestStage.ADMISSION)
    ready = application(work, row, project(work, person(work)))
    waiting = application(work, row, project(work, person(work)), status=ApplicationStatus.SUBMITTED)
    work.now = closes(work, row, PhaseKind.ADMISSION)
    assert advance_due(work) == []
    assert advance_due(work) == []
    assert row.stage is ContestStage.ADMISSION
    work.session.flush()
    assert keys(work) == ["contest.held"]
    waiting.reject("Смета не подтверждена документами.", now=work.now, by=ready.submitted_by)
    work.session.flush()
    assert advance_due(work) == [row.id]
    assert row.stage is ContestStage.VOTING


def test_voting_does_not_open_with_an_empty_ballot_nor_after_its_time(work: Work) -> None:
    row = contest(work, official(work), stage=ContestStage.ADMISSION)
    work.now = closes(work, row, PhaseKind.ADMISSION)
    assert advance_due(work) == []
    work.now = closes(work, row, PhaseKind.VOTING)
    assert advance_due(work) == []
    assert row.stage is ContestStage.ADMISSION
    reasons = work.session.execute(sa.select(JournalEntry.facts)).scalars()
    assert [facts["reason"] for facts in reasons] == ["nothing_admitted", "missed"]


def test_drafts_cancelled_and_decided_ones_stay(work: Work) -> None:
    by = official(work)
    for stage in (ContestStage.DRAFT, ContestStage.DECISION, ContestStage.AWARDED, ContestStage.CLOSED):
        contest(work, by, stage=stage)
    contest(work, by, stage=ContestStage.CANCELLED, cancel_reason="Денег не выделили.")
    work.now += timedelta(days=900)
    assert advance_due(work) == []


def test_one_broken_contest_does_not_stop_the_rest(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    by = official(work)
    first = contest(work, by, stage=ContestStage.ANNOUNCED, start=work.now)
    second = contest(work, by, stage=ContestStage.ANNOUNCED, start=work.now)
    advance = Contest.advance

    def break_first(self: Contest, *args: object, **kwargs: object) -> object:
        if self.id == first.id:
            raise RuntimeError("broken")
        return advance(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Contest, "advance", break_first)
    assert advance_due(work) == [second.id]


def test_two_jobs_at_once_enter_a_stage_once(empty: sa.Engine, now: datetime) -> None:
    with work_as(SYSTEM, now=now, bind=empty) as work:
        by = official(work)
        wanted = [contest(work, by, stage=ContestStage.ANNOUNCED, start=now).id for _ in range(3)]
        voting = contest(work, by, stage=ContestStage.VOTING, start=now - timedelta(days=30))
        application(work, voting, project(work, person(work)))
        wanted.append(voting.id)
    start, moved, faults = Barrier(4), [], []

    def job() -> None:
        try:
            start.wait()
            with work_as(SYSTEM, now=now, bind=empty) as work:
                moved.extend(advance_due(work))
        except BaseException as error:  # noqa: BLE001  a thread's fault must fail the test
            faults.append(error)

    threads = [Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(moved) == sorted(wanted)
    with work_as(SYSTEM, now=now, bind=empty) as work:
        assert sorted(keys(work)) == sorted(
            ["contest.opened_accepting"] * 3
            + ["contest.closed_voting", "contest.opened_decision", "ballots.sealed", "contest.counted"]
        )


def test_a_contest_closes_when_all_that_won_is_built(work: Work) -> None:
    row = contest(work, official(work), stage=ContestStage.AWARDED, published_at=work.now)
    built = project(work, person(work), stage=ProjectStage.REALISED)
    building = project(work, person(work), stage=ProjectStage.REALISING)
    lost = project(work, person(work), stage=ProjectStage.PROJECT)
    for one, status in ((built, "won"), (building, "won"), (lost, "lost")):
        application(work, row, one, status=ApplicationStatus(status))
    advance_due(work)
    assert row.stage is ContestStage.AWARDED
    building.stage = ProjectStage.REALISED
    work.session.flush()
    advance_due(work)
    advance_due(work)
    assert row.stage is ContestStage.CLOSED
    assert keys(work).count("contest.closed") == 1
