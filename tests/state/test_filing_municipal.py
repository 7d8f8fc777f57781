"""Filing in the name of a municipality: by its office, with a project of its residents."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.errors import Denied, NotFound, Refused
from elka.models.applications import Application
from elka.models.mail import Mail
from elka.models.projects import BudgetLine
from elka.state import submission
from elka.state.application_fill import FillState
from elka.state.filing import NEW, FilingState
from tests.factories import actor, contest, official, person, project, settlement
from tests.filing import Case
from tests.words import plain

filing = FilingState._filing
begin = FilingState._begin


@pytest.fixture
def regional(work: Work) -> Case:
    """A regional contest for municipalities, and a resident's project that one of them could file."""
    row = contest(work, official(work, region=True), region=True, applicants=["municipality"])
    author = person(work)
    made = project(work, author)
    work.session.execute(
        sa.update(BudgetLine).where(BudgetLine.project_id == made.id, BudgetLine.position == 0).values(source="region")
    )
    work.actor = actor(work, official(work))
    return Case(row, author, made)


def test_a_municipality_files_a_project_of_its_residents(work: Work, regional: Case) -> None:
    far = project(work, person(work, place="Сургут"), place="Сургут")
    hidden = project(work, regional.author, published=False, title="Черновик")
    told = filing(work, regional.contest.id)
    assert [option.label for option in told.names] == ["От муниципалитета: Берёзовский район"]
    assert [option.value for option in told.projects] == [str(regional.project.id)]
    assert [option.value for option in filing(work, regional.contest.id, "", told.row.name, "лыжня").projects]
    assert filing(work, regional.contest.id, "", told.row.name, "каток%_").projects == []
    name = told.names[0].value
    for other in (far, hidden):
        with pytest.raises(Refused):
            begin(work, regional.contest.id, {"name": name, "project": other.id})
    with pytest.raises(NotFound):
        begin(work, regional.contest.id, {"name": name, "project": NEW, "title": "Каток за клубом"})
    key = begin(work, regional.contest.id, {"name": name, "project": regional.project.id})
    submission.submit(work, key)
    application = work.session.get_one(Application, key)
    assert (application.municipality_id, application.submitted_by) == (
        settlement(work).municipality_id,
        work.actor.person_id,
    )
    assert application.amount == 300_000
    told_to = (
        work.session.execute(sa.select(Mail.subject).where(Mail.to_address == regional.author.email)).scalars().all()
    )
    assert [plain(subject) for subject in told_to] == [
        "Муниципалитет подаёт ваш проект: Лыжня под звёздами",
        "Ваш проект подан в конкурс: заявка № 1",
    ]


def test_the_author_fills_it_in_too_but_their_municipality_submits(work: Work, regional: Case) -> None:
    name = filing(work, regional.contest.id).names[0].value
    key = begin(work, regional.contest.id, {"name": name, "project": regional.project.id})
    work.actor = actor(work, regional.author)
    assert FillState._open(work, key).row.may_submit is False
    with pytest.raises(Denied, match="подаёт муниципалитет"):
        submission.submit(work, key)
    work.actor = actor(work, official(work, place="Сургут"))
    with pytest.raises(NotFound):
        FillState._open(work, key)


def test_residents_and_other_offices_do_not_file_for_a_municipality(work: Work, regional: Case) -> None:
    name = f"municipality:{settlement(work).municipality_id}"
    for who in (regional.author, official(work, place="Сургут"), official(work, region=True)):
        work.actor = actor(work, who)
        with pytest.raises(Denied):
            begin(work, regional.contest.id, {"name": name, "project": regional.project.id})
    work.actor = actor(work, regional.author)
    told = filing(work, regional.contest.id)
    assert not told.row.may_begin
    assert any("заявки подают муниципалитеты" in plain(row.text) for row in told.person)
