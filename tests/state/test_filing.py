"""Filing a project in a contest: once, in time, by those who may, and as it was at that moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.content import Content
from elka.db import Work, work_as
from elka.errors import Invalid, NotFound, Refused, SignInNeeded
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.projects import BudgetLine, GroupMember, ProjectStage
from elka.state.filing import NEW, FilingState
from tests.factories import actor, contest, official, person, project
from tests.filing import Case, filed, ready
from tests.together import together

submit = FilingState._submit
filing = FilingState._filing
begin = FilingState._begin


@pytest.fixture
def case(work: Work) -> Case:
    return ready(work)


def test_a_project_is_filed_frozen_and_receipted(work: Work, case: Case) -> None:
    application = work.session.get_one(Application, submit(work, case.contest.id, case.project.id))
    assert (application.number, application.status, application.revision) == (1, ApplicationStatus.SUBMITTED, 1)
    assert (application.cost, application.amount) == (350_000, 300_000)
    assert case.project.stage is ProjectStage.SUBMITTED
    content = Content.model_validate(work.session.get_one(Revision, (application.id, 1)).content)
    assert content.title == case.project.title
    assert [member.person_id for member in content.group] == [case.author.id]
    letter = work.session.execute(sa.select(Mail)).scalar_one()
    assert letter.to_address == case.author.email
    assert "№\N{NO-BREAK SPACE}1" in letter.subject
    assert f"/applications/{application.id}" in letter.body
    entries = work.session.execute(sa.select(JournalEntry).order_by(JournalEntry.id)).scalars().all()
    assert [entry.key for entry in entries] == ["application.begun", "application.submitted"]
    assert {entry.actor_id for entry in entries} == {case.author.id}


def test_the_same_click_twice_files_once(work: Work, case: Case) -> None:
    assert submit(work, case.contest.id, case.project.id) == submit(work, case.contest.id, case.project.id)
    assert filed(work) == 1


def test_numbers_go_up_within_a_contest(work: Work, case: Case) -> None:
    numbers = []
    for _ in range(3):
        author = person(work)
        work.actor = actor(work, author)
        found = work.session.get_one(Application, submit(work, case.contest.id, project(work, author).id))
        numbers.append(found.number)
    assert numbers == [1, 2, 3]


def test_a_guest_is_asked_to_sign_in(work: Work, case: Case) -> None:
    work.actor = GUEST
    for flow in (submit, filing):
        with pytest.raises(SignInNeeded):
            flow(work, case.contest.id, case.project.id)


def test_a_stranger_cannot_file_somebody_elses_project(work: Work, case: Case) -> None:
    work.actor = actor(work, person(work))
    with pytest.raises(Refused, match="автор"):
        submit(work, case.contest.id, case.project.id)
    member = person(work)
    work.session.add(
        GroupMember(
            project_id=case.project.id, person_id=member.id, duty="", invited_at=work.now, confirmed_at=work.now
        )
    )
    work.actor = actor(work, member)
    with pytest.raises(Refused, match="автор"):
        submit(work, case.contest.id, case.project.id)


@pytest.mark.parametrize("garbage", [None, "", "x", -1, 0, 2**63, True, [], {}, "1; DROP TABLE people", 1.5, "٣"])
def test_garbage_is_not_found(work: Work, case: Case, garbage: object) -> None:
    with pytest.raises(NotFound):
        submit(work, garbage, case.project.id)
    with pytest.raises(NotFound):
        submit(work, case.contest.id, garbage)
    with pytest.raises(NotFound):
        filing(work, garbage)
    assert filing(work, case.contest.id, garbage).row.project == str(case.project.id)
    for form in (garbage, {"name": garbage}, {"name": "resident", "project": garbage}):
        with pytest.raises(Refused):
            begin(work, case.contest.id, form)


def test_the_deadline_holds_to_the_second(work: Work, case: Case) -> None:
    phase = work.session.get_one(ContestPhase, (case.contest.id, PhaseKind.ACCEPTING))
    work.now = phase.closes_at
    with pytest.raises(Refused, match="не\N{NO-BREAK SPACE}принимают"):
        submit(work, case.contest.id, case.project.id)
    work.now = phase.closes_at - timedelta(microseconds=1)
    assert submit(work, case.contest.id, case.project.id)


@pytest.mark.parametrize(
    "stage",
    [ContestStage.ADMISSION, ContestStage.VOTING, ContestStage.DECISION, ContestStage.AWARDED, ContestStage.CANCELLED],
)
def test_other_stages_take_no_applications(work: Work, case: Case, stage: ContestStage) -> None:
    other = contest(work, official(work), stage=stage, cancel_reason="Денег не выделили.")
    with pytest.raises(Refused, match="не\N{NO-BREAK SPACE}принимают"):
        submit(work, other.id, case.project.id)


def test_a_draft_contest_does_not_exist_for_residents(work: Work, case: Case) -> None:
    draft = contest(work, official(work), stage=ContestStage.DRAFT)
    with pytest.raises(NotFound):
        submit(work, draft.id, case.project.id)


@pytest.mark.parametrize(("stage", "published"), [(ProjectStage.IDEA, False), (ProjectStage.PROJECT, False)])
def test_submitting_shows_the_project_to_everybody(
    work: Work, case: Case, stage: ProjectStage, published: bool
) -> None:
    case.project.stage, case.project.published_at = stage, work.now if published else None
    work.session.flush()
    submit(work, case.contest.id, case.project.id)
    assert (case.project.stage, case.project.published_at) == (ProjectStage.SUBMITTED, work.now)


def test_a_regional_contest_takes_money_of_the_region_from_anywhere(work: Work) -> None:
    row = contest(work, official(work, region=True), region=True)
    author = person(work, place="Нижневартовск")
    made = project(work, author, place="Нижневартовск")
    work.actor = actor(work, author)
    with pytest.raises(Invalid) as refusal:
        submit(work, row.id, made.id)
    assert "нет денег конкурса" in refusal.value.fields["budget"]
    work.session.execute(
        sa.update(BudgetLine).where(BudgetLine.project_id == made.id, BudgetLine.position == 0).values(source="region")
    )
    assert submit(work, row.id, made.id)


def test_a_project_stands_in_one_contest_at_a_time(work: Work, case: Case) -> None:
    submit(work, case.contest.id, case.project.id)
    other = contest(work, official(work))
    with pytest.raises(Refused, match="уже участвует"):
        submit(work, other.id, case.project.id)


def test_the_list_shows_free_projects_first_and_what_goes_on_already(work: Work, case: Case) -> None:
    idea = project(work, case.author, title="Ещё идея", stage=ProjectStage.IDEA)
    told = filing(work, case.contest.id)
    assert [one.value for one in told.projects] == [str(idea.id), str(case.project.id), NEW]
    assert told.row.project == str(idea.id)
    assert all(check.ok for check in told.checks)
    assert filing(work, case.contest.id, str(case.project.id)).row.project == str(case.project.id)
    submit(work, case.contest.id, case.project.id)
    told = filing(work, case.contest.id)
    assert [one.value for one in told.projects] == [str(idea.id), str(case.project.id), NEW]
    assert "уже" in told.projects[1].note
    assert [(one.status.split(",")[0], one.action) for one in told.going] == [("Ждёт решения", "Открыть")]


def test_as_many_queries_for_one_project_as_for_thirty(work: Work, case: Case, queries: Callable[..., int]) -> None:
    one = queries(lambda: filing(work, case.contest.id))
    for _ in range(29):
        project(work, case.author)
    work.session.expire_all()
    filing(work, case.contest.id)
    assert queries(lambda: filing(work, case.contest.id)) == one


def test_two_tabs_at_once_file_one_application(empty: sa.Engine, now: object) -> None:
    with work_as(now=now, bind=empty) as work:
        row = contest(work, official(work))
        author = person(work)
        made = project(work, author)
        who = actor(work, author)
    found = together(6, empty, now, who, lambda work: submit(work, row.id, made.id))
    assert len(set(found)) == 1
