"""A draft of an application: begun once, with a project or for one, and moving nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.db import Work, work_as
from elka.errors import Denied, Invalid, Refused
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, ContestCategory
from elka.models.contests import ContestStage
from elka.models.projects import Project, ProjectStage
from elka.state import submission
from elka.state.filing import NEW, FilingState
from tests.factories import actor, contest, direction, official, person, project
from tests.filing import Case, filed, ready
from tests.together import together
from tests.words import plain

filing = FilingState._filing
begin = FilingState._begin


@pytest.fixture
def case(work: Work) -> Case:
    return ready(work)


def test_a_draft_begins_once_and_moves_nothing(work: Work, case: Case) -> None:
    first = begin(work, case.contest.id, {"name": "resident", "project": str(case.project.id)})
    draft = work.session.get_one(Application, first)
    assert (draft.status, draft.number, draft.revision, draft.submitted_at) == (ApplicationStatus.DRAFT, None, 0, None)
    assert begin(work, case.contest.id, {"name": "resident", "project": case.project.id}) == first
    assert (filed(work), case.project.stage) == (1, ProjectStage.PROJECT)
    assert [row.href for row in filing(work, case.contest.id).going] == [f"/applications/{first}/fill"]


def test_a_new_project_begins_with_the_application(work: Work, case: Case) -> None:
    words = {
        "title": "Каток за клубом",
        "direction": str(direction(work).id),
        "settlement": str(case.author.settlement_id),
    }
    form = {"name": "resident", "project": NEW, **words}
    draft = work.session.get_one(Application, begin(work, case.contest.id, form))
    made = work.session.get_one(Project, draft.project_id)
    assert (made.title, made.stage, made.published_at) == ("Каток за клубом", ProjectStage.IDEA, None)
    assert begin(work, case.contest.id, form) == draft.id  # a double click
    with pytest.raises(Invalid) as refusal:
        begin(work, case.contest.id, {"name": "resident", "project": NEW, "title": "К"})
    assert set(refusal.value.fields) == {"title", "direction", "settlement"}


def test_a_draft_may_begin_before_reception_opens(work: Work, case: Case) -> None:
    soon = contest(work, official(work), stage=ContestStage.ANNOUNCED)
    told = filing(work, soon.id)
    assert told.row.may_begin
    assert "черновик можно заполнять уже сейчас" in plain(told.person[0].mend)
    key = begin(work, soon.id, {"name": "resident", "project": case.project.id})
    with pytest.raises(Refused, match="Приём ещё не открылся"):
        submission.submit(work, key)


def test_only_names_that_the_contest_knows(work: Work, case: Case) -> None:
    case.contest.applicants = ["group", "organization"]
    work.session.flush()
    assert [option.value for option in filing(work, case.contest.id).names] == ["group", "organization"]
    for name in ("resident", "municipality:15", "mayor", "", None):
        with pytest.raises(Denied):
            begin(work, case.contest.id, {"name": name, "project": case.project.id})
    for inn, words in (("", "Укажите ИНН"), ("7707083894", "не бывает"), ("12", "десять цифр")):
        with pytest.raises(Invalid) as refusal:
            begin(work, case.contest.id, {"name": "organization", "project": case.project.id, "organization_inn": inn})
        assert words in plain(refusal.value.fields["organization_inn"])
        assert "organization_name" in refusal.value.fields
    named = {"organization_name": "ТОС «Северный»", "organization_inn": "7707083893"}
    key = begin(work, case.contest.id, {"name": "organization", "project": case.project.id, **named})
    assert work.session.get_one(Application, key).organization_inn == "7707083893"


def test_a_nomination_is_chosen_where_there_are_any(work: Work, case: Case) -> None:
    case.contest.category_basis = CategoryBasis.NOMINATION
    work.session.add(ContestCategory(contest_id=case.contest.id, position=0, name="Двор"))
    work.session.flush()
    other = contest(work, official(work))
    work.session.add(ContestCategory(contest_id=other.id, position=0, name="Чужая"))
    work.session.flush()
    mine, theirs = work.session.execute(sa.select(ContestCategory.id).order_by(ContestCategory.id)).scalars()
    assert [option.label for option in filing(work, case.contest.id).nominations] == ["Двор"]
    for chosen in (None, "", str(theirs), "x"):
        with pytest.raises(Invalid) as refusal:
            begin(work, case.contest.id, {"name": "resident", "project": case.project.id, "nomination": chosen})
        assert list(refusal.value.fields) == ["nomination"]
    key = begin(work, case.contest.id, {"name": "resident", "project": case.project.id, "nomination": str(mine)})
    assert work.session.get_one(Application, key).category_id == mine


def test_two_tabs_at_once_begin_one_draft(empty: sa.Engine, now: object) -> None:
    with work_as(now=now, bind=empty) as work:
        row = contest(work, official(work))
        author = person(work)
        made = project(work, author)
        who = actor(work, author)
    found = together(8, empty, now, who, lambda work: begin(work, row.id, {"name": "resident", "project": made.id}))
    assert len(set(found)) == 1
