"""Admission: who decides, when, with what reason, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_fields import local_input
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import BudgetLine, Project, ProjectStage
from elka.state.admission import AdmissionState
from elka.state.applications import ApplicationState
from elka.state.filing import FilingState
from tests.factories import actor, application, contest, official, person, project
from tests.garbage import GARBAGE
from tests.office import filed as waiting
from tests.words import plain

review = AdmissionState._review
admit = AdmissionState._admit
send_back = AdmissionState._send_back
reject = AdmissionState._reject
DAY = timedelta(days=1)
REMARKS = "Приложите расчёт стоимости опор."
REFUSAL = {"code": "powers", "ground": "Дорога в федеральной собственности."}


@dataclass
class Desk:
    """An official with a contest and two applications that wait."""

    contest: Contest
    official: Person
    first: Application
    second: Application


@pytest.fixture
def desk(work: Work) -> Desk:
    by = official(work)
    row = contest(work, by)
    filed = []
    for _ in range(2):
        author = person(work)
        work.actor = actor(work, author)
        made = project(work, author)
        filed.append(work.session.get_one(Application, FilingState._submit(work, row.id, made.id)))
    work.actor = actor(work, by)
    work.session.execute(sa.text("DELETE FROM mail"))
    return Desk(row, by, *filed)


def back_form(work: Work, days: float = 3) -> dict[str, object]:
    return {"remarks": REMARKS, "until": local_input(work.now + DAY * days)}


DECISIONS: list[Callable[[Work, object], object]] = [
    admit,
    lambda work, key: send_back(work, key, back_form(work)),
    lambda work, key: reject(work, key, REFUSAL),
]


def last_letter(work: Work) -> Mail:
    return work.session.execute(sa.select(Mail).order_by(Mail.id.desc())).scalars().first()


def test_admitting_goes_on_to_the_next_one(work: Work, desk: Desk) -> None:
    assert admit(work, desk.first.id) == desk.second.id
    assert (desk.first.status, desk.first.decided_by) == (ApplicationStatus.ADMITTED, desk.official.id)
    assert "допущена" in last_letter(work).subject
    assert admit(work, desk.first.id) == desk.second.id  # the same click twice
    assert admit(work, desk.second.id) is None
    assert work.session.execute(sa.text("SELECT count(*) FROM mail")).scalar_one() == 2


def test_the_next_one_is_found_round_the_end(work: Work, desk: Desk) -> None:
    assert admit(work, desk.second.id) == desk.first.id


def test_returning_tells_remarks_and_term(work: Work, desk: Desk) -> None:
    assert send_back(work, desk.first.id, back_form(work)) == desk.second.id
    assert desk.first.status is ApplicationStatus.RETURNED
    assert desk.first.correct_by == work.now + 3 * DAY
    letter = plain(last_letter(work).body)
    assert REMARKS in letter
    assert "26 ноября, 12:00" in letter
    assert f"/applications/{desk.first.id}" in letter
    assert work.session.get_one(Project, desk.first.project_id).stage is ProjectStage.SUBMITTED


def test_rejecting_tells_the_ground_and_frees_the_project(work: Work, desk: Desk) -> None:
    reject(work, desk.first.id, REFUSAL)
    assert desk.first.status is ApplicationStatus.REJECTED
    assert desk.first.ground_code == "powers"
    letter = plain(last_letter(work).body)
    assert "нет необходимых полномочий и прав" in letter
    assert "федеральной собственности" in letter
    assert work.session.get_one(Project, desk.first.project_id).stage is ProjectStage.PROJECT


@pytest.mark.parametrize("decide", DECISIONS)
def test_only_officials_of_the_place_decide(work: Work, desk: Desk, decide: Callable[[Work, object], object]) -> None:
    author = work.session.get_one(Person, desk.first.submitted_by)
    for who in (person(work), author, official(work, place="Нижневартовск")):
        work.actor = actor(work, who)
        with pytest.raises(Denied):
            decide(work, desk.first.id)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        decide(work, desk.first.id)
    assert desk.first.status is ApplicationStatus.SUBMITTED
    work.actor = actor(work, official(work, region=True))
    decide(work, desk.first.id)
    assert desk.first.status is not ApplicationStatus.SUBMITTED


@pytest.mark.parametrize("decide", DECISIONS)
def test_nobody_decides_on_their_own_project(work: Work, desk: Desk, decide: Callable[[Work, object], object]) -> None:
    own = application(work, desk.contest, project(work, desk.official), status=ApplicationStatus.SUBMITTED)
    with pytest.raises(Denied, match="другой сотрудник"):
        decide(work, own.id)


@pytest.mark.parametrize("stage", [ContestStage.VOTING, ContestStage.DECISION, ContestStage.AWARDED])
@pytest.mark.parametrize("decide", DECISIONS)
def test_nothing_is_decided_once_voting_opened(
    work: Work, desk: Desk, stage: ContestStage, decide: Callable[[Work, object], object]
) -> None:
    work.session.execute(sa.text("UPDATE contests SET stage = :stage"), {"stage": stage.value})
    with pytest.raises(Refused, match="до открытия голосования"):
        decide(work, desk.first.id)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, desk: Desk, garbage: object) -> None:
    for decide in DECISIONS:
        with pytest.raises(NotFound):
            decide(work, garbage)
    with pytest.raises(NotFound):
        review(work, garbage)
    for form in (garbage, {"remarks": garbage, "until": garbage, "code": garbage, "ground": garbage}):
        for flow in (send_back, reject):
            with pytest.raises(Refused):
                flow(work, desk.first.id, form)
    assert admit(work, desk.first.id, garbage) == desk.second.id  # a query of garbage is none


def test_the_term_is_before_voting(work: Work, desk: Desk) -> None:
    opens = work.session.get_one(ContestPhase, (desk.contest.id, PhaseKind.VOTING)).opens_at
    for until in (work.now - DAY, opens + DAY):
        with pytest.raises(Refused) as refusal:
            send_back(work, desk.first.id, {"remarks": REMARKS, "until": local_input(until)})
        assert "until" in refusal.value.fields
    work.now = opens + DAY  # held: a term is given all the same
    desk.contest.stage = ContestStage.ADMISSION
    work.session.flush()
    send_back(work, desk.first.id, back_form(work))


def test_a_reason_is_always_asked_for(work: Work, desk: Desk) -> None:
    for text in ("", "   ", "нет"):
        with pytest.raises(Refused):
            reject(work, desk.first.id, {**REFUSAL, "ground": text})
        with pytest.raises(Refused):
            send_back(work, desk.first.id, {**back_form(work), "remarks": text})
    assert desk.first.status is ApplicationStatus.SUBMITTED


def test_the_official_sees_what_was_corrected(work: Work, desk: Desk) -> None:
    assert review(work, desk.first.id).side.kind == "none"
    send_back(work, desk.first.id, back_form(work))
    work.actor = actor(work, work.session.get_one(Person, desk.first.submitted_by))
    work.session.execute(
        sa.update(BudgetLine)
        .where(BudgetLine.project_id == desk.first.project_id, BudgetLine.position == 0)
        .values(quantity="24 шт.")
    )
    ApplicationState._resubmit(work, desk.first.id)
    work.actor = actor(work, desk.official)
    page = review(work, desk.first.id)
    assert [one.label for part in page.sections for one in part.fields if one.changed] == ["Смета"]
    assert [one.number for one in page.revisions] == [2, 1]
    assert page.row.place_in_line == "1 из 2"
    assert page.row.applicant == "Кузнецова Мария"
    assert page.row.may_admit


def test_every_decision_is_journalled_without_its_words(work: Work, desk: Desk) -> None:
    for decide, filed in zip(DECISIONS[1:], (desk.first, desk.second), strict=True):
        decide(work, filed.id)
    work.session.flush()
    entries = list(work.session.execute(sa.select(JournalEntry).order_by(JournalEntry.id)).scalars())[-2:]
    assert [entry.key for entry in entries] == ["application.returned", "application.rejected"]
    assert [set(entry.facts) for entry in entries] == [
        {"contest", "project", "revision"},
        {"contest", "project", "revision", "ground"},
    ]
    assert "расчёт" not in repr([entry.facts for entry in entries])


def test_two_officials_at_once_make_one_decision(empty: sa.Engine, now: object) -> None:
    with work_as(now=now, bind=empty) as work:
        by, other = official(work), official(work)
        row = contest(work, by)
        author = person(work)
        filed = waiting(work, row, author=author)
        actors = [actor(work, by), actor(work, other)]
    start, done, refused = Barrier(2), [], []

    def click(who: object, decide: Callable[[Work, object], object]) -> None:
        start.wait()
        try:
            with work_as(who, now=now, bind=empty) as work:
                decide(work, filed.id)
                done.append(decide)
        except Refused as refusal:
            refused.append(refusal)

    threads = [Thread(target=click, args=pair) for pair in zip(actors, (DECISIONS[0], DECISIONS[2]), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 1)
    with work_as(now=now, bind=empty) as work:
        assert work.session.execute(sa.text("SELECT count(*) FROM mail")).scalar_one() == 1
        assert (
            work.session.execute(sa.text("SELECT count(*) FROM journal WHERE key LIKE 'application.%'")).scalar_one()
            == 1
        )
