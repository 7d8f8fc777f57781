"""Filing a project in a contest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.content import Content
from elka.db import Work, work_as
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contest_parts import CategoryBasis, ContestCategory
from elka.models.contests import Contest, ContestDirection, ContestPhase, ContestStage, PhaseKind
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage, Source
from elka.state import submission
from elka.state.application_fill import FillState
from elka.state.filing import NEW, FilingState
from tests.factories import actor, contest, direction, official, person, project, settlement
from tests.together import together
from tests.words import plain

submit = FilingState._submit
filing = FilingState._filing
begin = FilingState._begin


@dataclass
class Case:
    """A resident with a project ready for a contest that takes applications."""

    contest: Contest
    author: Person
    project: Project


@pytest.fixture
def case(work: Work) -> Case:
    row = contest(work, official(work))
    author = person(work)
    made = project(work, author)
    work.actor = actor(work, author)
    return Case(row, author, made)


def filed(work: Work) -> int:
    return work.session.execute(sa.select(sa.func.count()).select_from(Application)).scalar_one()


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


Spoil = Callable[[Work, Case], None]


def _young(work: Work, case: Case) -> None:
    work.actor = replace(work.actor, birth_date=date(2013, 1, 1))


def _unconfirmed(work: Work, case: Case) -> None:
    work.actor = replace(work.actor, confirmed=False)


def _elsewhere(work: Work, case: Case) -> None:
    case.contest.municipality_id = 1 if case.contest.municipality_id != 1 else 2


def _other_direction(work: Work, case: Case) -> None:
    work.session.add(ContestDirection(contest_id=case.contest.id, direction_id=direction(work, "ecology").id))


def _overdue(work: Work, case: Case) -> None:
    case.project.starts_on = case.project.ends_on = date(2026, 11, 23)


def _old(work: Work, case: Case) -> None:
    case.contest.max_age = 35


def _from_elsewhere(work: Work, case: Case) -> None:
    case.contest.local_only = True
    work.actor = replace(work.actor, municipality_id=case.contest.municipality_id + 1)


def _taken(work: Work, case: Case) -> None:
    case.project.stage = ProjectStage.SUBMITTED


def _dear(work: Work, case: Case) -> None:
    case.contest.max_cost = 299_999


def _greedy(work: Work, case: Case) -> None:
    case.contest.max_share = 85


def _alone(work: Work, case: Case) -> None:
    case.contest.group_min = 2


def _moneyless(work: Work, case: Case) -> None:
    work.session.execute(
        sa.update(BudgetLine).where(BudgetLine.project_id == case.project.id).values(source=Source.RESIDENTS)
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_young, "Вам 13 лет: участвовать можно с 14 лет"),
        (_old, "Вам 36 лет: участвовать можно от 14 до 35 лет"),
        (_from_elsewhere, "Конкурс для жителей муниципалитета"),
        (_taken, "уже участвует"),
        (_overdue, "Сроки"),
        (_unconfirmed, "Почта не подтверждена"),
        (_elsewhere, "не для этого места"),
        (_other_direction, "направление"),
        (_dear, "а можно до"),
        (_greedy, "Доля конкурса больше 85"),
        (_alone, "нужно не меньше 2"),
        (_moneyless, "нет денег конкурса"),
    ],
)
def test_every_rule_refuses_and_is_told_beforehand(work: Work, case: Case, spoil: Spoil, words: str) -> None:
    spoil(work, case)
    work.session.flush()
    told = filing(work, case.contest.id)
    wrong = [row for row in (*told.person, *told.checks) if not row.ok]
    plain = [row.text.replace("\N{NO-BREAK SPACE}", " ") for row in wrong]
    assert any(words in text for text in plain)
    assert all(row.mend for row in wrong)
    with pytest.raises(Refused) as refusal:
        submit(work, case.contest.id, case.project.id)
    said = " ".join([refusal.value.message, *refusal.value.fields.values()])
    assert words in said.replace("\N{NO-BREAK SPACE}", " ")
    assert work.session.execute(sa.select(Application.number)).scalars().all() in ([], [None])


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"problem": "  "}, "problem", "Заполните это поле"),
        ({"starts_on": None}, "starts_on", "Укажите дату"),
        ({"summary": "Свет."}, "summary", "Слишком коротко"),
    ],
)
def test_what_the_template_asks_is_told_at_its_field(
    work: Work, case: Case, change: dict[str, object], key: str, words: str
) -> None:
    for name, value in change.items():
        setattr(case.project, name, value)
    work.session.flush()
    with pytest.raises(Invalid) as refusal:
        submit(work, case.contest.id, case.project.id)
    assert list(refusal.value.fields) == [key]
    assert words in refusal.value.fields[key]


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


# The draft


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


@pytest.mark.parametrize("spoil", [_young, _unconfirmed, _from_elsewhere, _taken, _elsewhere])
def test_who_may_not_file_may_not_begin(work: Work, case: Case, spoil: Spoil) -> None:
    spoil(work, case)
    work.session.flush()
    for form in ({"project": case.project.id}, {"project": NEW, "title": "Каток за клубом"}):
        if spoil in (_taken, _elsewhere) and form["project"] == NEW:
            continue
        with pytest.raises(Refused):
            begin(work, case.contest.id, {"name": "resident", **form})
    assert filed(work) == 0


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


# In the name of a municipality


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
