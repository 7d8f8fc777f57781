"""The form of an application as it is laid out, what is asked beside the template, and how a draft ends."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.errors import Refused, WrongStage
from elka.models.answers import Answer, Attachment
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, ContestCategory
from elka.models.projects import Project, ProjectStage
from elka.state.application_fill import FillState
from elka.state.fill_rows import progress
from elka.state.fill_saving import Clash, Saved
from tests.factories import actor, contest, official, person, project
from tests.filling import Case, filling
from tests.forms import GOOD, begun
from tests.words import plain

opened = FillState._open
save = FillState._save
check = FillState._check
delete = FillState._delete


@pytest.fixture
def case(work: Work) -> Case:
    return filling(work)


# The form


def test_the_form_is_laid_out_by_sections(work: Work, case: Case) -> None:
    told = opened(work, case.id)
    assert [(plain(one.label), len(one.fields)) for one in told.sections] == [("О проекте", 9), ("Остальное", 13)]
    rows = {one.key: one for section in told.sections for one in section.fields}
    assert (rows["how"].control, rows["direction"].control, rows["photos"].control) == ("radios", "select", "photos")
    assert [option.label for option in rows["how"].options] == ["Деньгами", "Трудом"]
    assert rows["budget"].budget.purse == "municipality"
    assert (rows["budget"].budget.most, rows["budget"].budget.most_share) == (500_000, 90)
    assert rows["phone"].seen_by == "Увидит только организатор"
    assert all("Берёзовский" in place.name for place in rows["point"].places)
    here = {option.label for option in rows["settlement"].options}
    assert "Игрим, Берёзовский район" in here
    assert not any("Сургут" in label for label in here)


def test_conditions_and_the_count_follow_the_answers(work: Work, case: Case) -> None:
    told = opened(work, case.id)
    before = progress(told.held, told.sections)
    assert "gift" in before.hidden
    told.held.values["how"] = "money"
    after = progress(told.held, told.sections)
    assert "gift" not in after.hidden
    assert (after.done, after.total) == (before.done + 1, before.total + 1)
    assert after.wrong["gift"] == "Укажите сумму."
    assert [plain(step.name) for step in after.nav] == ["О проекте", "Остальное"]
    assert plain(after.nav[1].note).startswith("ещё")


def test_what_is_asked_beside_the_template(work: Work) -> None:
    row = contest(
        work,
        official(work),
        applicants=["resident", "organization"],
        category_basis=CategoryBasis.NOMINATION,
    )
    for place, name in enumerate(("Двор", "Спорт")):
        work.session.add(ContestCategory(contest_id=row.id, position=place, name=name))
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    work.session.flush()
    first, second = work.session.execute(sa.select(ContestCategory.id).order_by(ContestCategory.position)).scalars()
    key = begun(work, row, made, nomination=str(first))
    told = opened(work, key)
    assert [one.key for one in told.sections[0].fields] == ["@applicant", "@organization", "@inn", "@nomination"]
    assert {"@organization", "@inn"} <= set(progress(told.held, told.sections).hidden)
    assert isinstance(save(work, key, "@nomination", str(second), str(first)), Saved)
    assert save(work, key, "@nomination", str(first), str(first)) == Clash("@nomination", str(second), str(second))
    assert isinstance(save(work, key, "@applicant", "organization", "resident"), Saved)
    assert set(check(work, key)) == {"@organization", "@inn"}
    for typed in ("123", "7707083894", "0000000000"):
        with pytest.raises(Refused) as refusal:
            save(work, key, "@inn", typed, None)
        assert list(refusal.value.fields) == ["@inn"]
    save(work, key, "@inn", "7707 083 893", "")
    save(work, key, "@organization", "ТОС «Северный»", "")
    assert check(work, key) == {}
    found = work.session.get_one(Application, key)
    assert (found.applicant.value, found.organization_inn, found.category_id) == ("organization", "7707083893", second)
    for bad in ("municipality", "mayor", ""):
        with pytest.raises(Refused):
            save(work, key, "@applicant", bad, None)
    with pytest.raises(Refused):
        save(work, key, "@nomination", "999999", None)


# Drafts end


def test_a_draft_is_deleted_with_its_answers_and_files(work: Work, case: Case) -> None:
    save(work, case.id, "motto", "Свет", "")
    work.session.add(
        Attachment(
            application_id=case.id,
            key="papers",
            name="смета.pdf",
            media_type="application/pdf",
            size=10,
            sha256="0" * 64,
            created_by=case.author.id,
            created_at=work.now,
        )
    )
    work.session.flush()
    delete(work, case.id)
    for table in (Answer, Attachment, Application):
        assert work.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
    assert work.session.get_one(Project, case.project.id).stage is ProjectStage.PROJECT
    again = begun(work, case.contest, case.project)
    for key, typed in GOOD.items():
        save(work, again, key, typed, None)
    FillState._submit(work, again)
    with pytest.raises(WrongStage):
        delete(work, again)
    assert work.session.get_one(Application, again).status is ApplicationStatus.SUBMITTED
