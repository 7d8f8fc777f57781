"""Making a project: the first form, fields that save themselves, publishing, the archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestPhase, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.projects import EditingClosed, GroupMember, Project, ProjectStage
from elka.state.project_edit import Clash, ProjectEditState, Saved
from elka.state.project_new import DRAFTS_MAX, ProjectNewState
from tests import factories

GARBAGE = [None, "", "x", "12x", -1, 0, True, 2**63, 1.5, [], {}, "9" * 30]


@pytest.fixture
def author(work: Work) -> Person:
    row = factories.person(work)
    work.actor = factories.actor(work, row)
    return row


@pytest.fixture
def project(work: Work, author: Person) -> Project:
    return factories.project(work, author, published=False, stage=ProjectStage.IDEA)


def keys(work: Work) -> list[str]:
    return list(work.session.execute(sa.select(JournalEntry.key).order_by(JournalEntry.id)).scalars())


def form(work: Work, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Лыжня под звёздами",
        "summary": "Свет на трассе у школы.",
        "direction": str(factories.direction(work).id),
        "settlement": str(factories.settlement(work).id),
        **changes,
    }


def test_a_draft_is_made_with_its_author_in_the_group(work: Work, author: Person):
    made = work.session.get(Project, ProjectNewState._create(work, form(work, title="  Лыжня \n под  звёздами ")))
    assert (made.title, made.stage, made.published_at) == ("Лыжня под звёздами", ProjectStage.IDEA, None)
    member = work.session.get(GroupMember, (made.id, author.id))
    assert member.is_confirmed
    assert keys(work) == ["project.drafted"]


def test_a_double_click_makes_one_draft(work: Work, author: Person):
    first = ProjectNewState._create(work, form(work))
    assert ProjectNewState._create(work, form(work)) == first
    work.session.get(Project, first).touch(work.now)
    assert ProjectNewState._create(work, form(work)) != first


def test_drafts_are_not_without_end(work: Work, author: Person):
    for number in range(DRAFTS_MAX):
        factories.project(work, author, title=f"Идея {number}", published=False, stage=ProjectStage.IDEA)
    with pytest.raises(Refused, match="черновиков"):
        ProjectNewState._create(work, form(work))


def test_every_wrong_field_is_told_at_once(work: Work, author: Person):
    with pytest.raises(Invalid) as refused:
        ProjectNewState._create(
            work, {"title": "Ой", "summary": "я" * 201, "direction": "7 or 1=1", "settlement": "999999999"}
        )
    assert set(refused.value.fields) == {"title", "summary", "direction", "settlement"}


@pytest.mark.parametrize("sent", [None, [], "x", {}, {"title": ["a"], "direction": {}}])
def test_garbage_forms_are_refused_in_words(work: Work, author: Person, sent: Any):
    with pytest.raises(Invalid):
        ProjectNewState._create(work, sent)


def test_a_guest_signs_in_first(work: Work):
    with pytest.raises(SignInNeeded):
        ProjectNewState._create(work, form(work))
    directions, settlements, home, signed_in = ProjectNewState._choices(work)
    assert (len(directions) > 10, len(settlements) > 60, home, signed_in) == (True, True, "", False)


def test_a_field_saves_itself(work: Work, project: Project):
    saved = ProjectEditState._save(work, project.id, "problem", "  Темно.\r\n\r\n\r\nОчень.  ", project.problem)
    assert saved == Saved("problem", "Темно.\n\nОчень.", "Сохранено в 12:00")
    assert project.problem == "Темно.\n\nОчень."
    assert project.version == 2
    again = ProjectEditState._save(work, project.id, "problem", "Темно.\n\nОчень.", "что угодно")
    assert again == saved
    assert project.version == 2


def test_choices_and_dates_save_themselves(work: Work, project: Project):
    other = factories.settlement(work, "Сургут").id
    ProjectEditState._save(work, project.id, "settlement", str(other), None)
    ProjectEditState._save(work, project.id, "starts_on", "2027-04-01", None)
    assert project.settlement_id == other
    assert project.starts_on.isoformat() == "2027-04-01"
    ProjectEditState._save(work, project.id, "starts_on", "", None)
    assert project.starts_on is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Ой"),
        ("title", "я" * 121),
        ("problem", "я" * 6001),
        ("direction", "0"),
        ("direction", "9" * 40),
        ("settlement", ""),
        ("starts_on", "вчера"),
        ("starts_on", "2027-13-40"),
        ("starts_on", "1027-01-01"),
        ("starts_on", "2028-01-01"),
        ("ends_on", "2027-01-01"),
    ],
)
def test_wrong_values_are_told_at_their_field_and_change_nothing(work: Work, project: Project, field: str, value: str):
    with pytest.raises(Refused) as refused:
        ProjectEditState._save(work, project.id, field, value, None)
    assert set(refused.value.fields) == {field}
    assert project.version == 1


@pytest.mark.parametrize("field", ["stage", "author_id", "granted", "id", "", None, "won_contest_id", "version"])
def test_other_columns_are_no_fields(work: Work, project: Project, field: Any):
    with pytest.raises(NotFound):
        ProjectEditState._save(work, project.id, field, "1", None)


def test_nobody_overwrites_another_unknowingly(work: Work, project: Project):
    seen = project.summary
    ProjectEditState._save(work, project.id, "summary", "Так написала Мария", seen)
    clash = ProjectEditState._save(work, project.id, "summary", "А так Илья", seen)
    assert clash == Clash("summary", "Так написала Мария")
    assert project.summary == "Так написала Мария"
    # Another field is nobody's loss.
    assert isinstance(ProjectEditState._save(work, project.id, "address", "у школы № 2", project.address), Saved)
    # Having seen the other's words, one may overwrite them.
    ProjectEditState._save(work, project.id, "summary", "А так Илья", "Так написала Мария")
    assert project.summary == "А так Илья"


def test_a_confirmed_member_edits_but_does_not_publish(work: Work, project: Project):
    member = factories.person(work)
    work.session.add(
        GroupMember(project_id=project.id, person_id=member.id, invited_at=work.now, confirmed_at=work.now)
    )
    work.session.flush()
    work.actor = factories.actor(work, member)
    assert isinstance(ProjectEditState._save(work, project.id, "summary", "Слова Ильи", None), Saved)
    assert not ProjectEditState._open(work, project.id, "idea").row.is_author
    for verb in (ProjectEditState._publish, ProjectEditState._become_project, ProjectEditState._archive):
        with pytest.raises(Denied):
            verb(work, project.id)


@pytest.mark.parametrize("who", ["guest", "stranger", "invited", "official"])
@pytest.mark.parametrize("published", [False, True])
def test_others_change_nothing(work: Work, project: Project, who: str, published: bool):
    project.published_at = work.now if published else None
    if who == "guest":
        work.actor = GUEST
    else:
        person = factories.official(work) if who == "official" else factories.person(work)
        if who == "invited":
            work.session.add(GroupMember(project_id=project.id, person_id=person.id, invited_at=work.now))
        work.actor = factories.actor(work, person)
    work.session.flush()
    hidden = not published and who in {"stranger", "official"}
    expected = SignInNeeded if who == "guest" else NotFound if hidden else Denied
    for call in (
        lambda: ProjectEditState._open(work, project.id, "idea"),
        lambda: ProjectEditState._save(work, project.id, "title", "Чужое название", None),
        lambda: ProjectEditState._publish(work, project.id),
        lambda: ProjectEditState._become_project(work, project.id),
        lambda: ProjectEditState._archive(work, project.id),
        lambda: ProjectEditState._restore(work, project.id),
    ):
        with pytest.raises(expected):
            call()
    assert project.title == "Лыжня под звёздами"


@pytest.mark.parametrize("key", GARBAGE)
def test_garbage_ids_find_nothing(work: Work, author: Person, key: Any):
    for call in (
        lambda: ProjectEditState._open(work, key, "idea"),
        lambda: ProjectEditState._save(work, key, "title", "Новое название", None),
        lambda: ProjectEditState._publish(work, key),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_project_in_a_contest_is_edited_while_reception_lasts_or_when_it_was_returned(work: Work, project: Project):
    project.stage, project.published_at = ProjectStage.SUBMITTED, work.now
    contest = factories.contest(work, factories.official(work))
    entry = factories.application(work, contest, project, status=ApplicationStatus.SUBMITTED)
    assert ProjectEditState._open(work, project.id, "idea").row.closed == ""  # to be submitted anew
    start, work.now = work.now, work.session.get_one(ContestPhase, (contest.id, PhaseKind.ACCEPTING)).closes_at
    with pytest.raises(EditingClosed, match="участвует в конкурсе"):
        ProjectEditState._save(work, project.id, "summary", "Поправка", None)
    assert "участвует в конкурсе" in ProjectEditState._open(work, project.id, "idea").row.closed
    work.now = start
    entry.status, entry.ground = ApplicationStatus.RETURNED, "Уточните смету."
    entry.correct_by = work.now + timedelta(days=1)
    work.session.flush()
    assert ProjectEditState._open(work, project.id, "idea").row.closed == ""
    ProjectEditState._save(work, project.id, "summary", "Поправка", None)
    entry.correct_by = work.now
    work.session.flush()
    with pytest.raises(EditingClosed):
        ProjectEditState._save(work, project.id, "summary", "Поздняя поправка", None)


def test_the_checklist_leads_to_its_steps(work: Work, project: Project):
    opened = ProjectEditState._open(work, project.id, "budget")
    assert {lack.step for lack in opened.project} == {"description"}
    assert [step.when for step in opened.steps] == ["done", "next", "done", "now", "next", "next", "next"]
    assert opened.steps[1].note == "ещё 2\u00a0поля"


def test_an_idea_is_published(work: Work, project: Project):
    ProjectEditState._publish(work, project.id)
    assert project.published_at == work.now
    assert keys(work) == ["project.published"]
    with pytest.raises(Refused):
        ProjectEditState._publish(work, project.id)


def test_publishing_needs_a_confirmed_address_and_some_words(work: Work, project: Project):
    project.summary = "Мало"
    with pytest.raises(Refused, match="не хватает"):
        ProjectEditState._publish(work, project.id)
    with pytest.raises(Refused, match="не хватает"):
        ProjectEditState._become_project(work, project.id)
    work.actor = factories.actor(work, factories.person(work, confirmed=False))
    project.author_id = work.actor.person_id
    work.session.flush()
    with pytest.raises(Denied, match="подтвердите почту"):
        ProjectEditState._publish(work, project.id)


def test_an_idea_becomes_a_project_when_it_is_complete(work: Work, project: Project):
    project.problem = project.outcome = "слово " * 30
    ProjectEditState._become_project(work, project.id)
    assert project.stage is ProjectStage.PROJECT
    assert project.published_at == work.now
    assert keys(work) == ["project.published", "project.completed"]


def test_to_the_archive_and_back(work: Work, project: Project):
    ProjectEditState._archive(work, project.id)
    assert project.stage is ProjectStage.ARCHIVED
    with pytest.raises(EditingClosed, match="архиве"):
        ProjectEditState._save(work, project.id, "summary", "Поправка", None)
    ProjectEditState._restore(work, project.id)
    assert project.stage is ProjectStage.IDEA
    assert keys(work) == ["project.archived", "project.restored"]
