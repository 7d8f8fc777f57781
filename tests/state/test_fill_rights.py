"""Who fills an application in, and until when; strangers get nowhere."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.contests import ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.projects import ProjectStage
from elka.state.application_fill import FillState
from elka.state.fill_saving import Saved
from tests.factories import actor, contest, official, person, project
from tests.filling import Case, filling, kept, member_of
from tests.forms import GOOD, begun, give_form

opened = FillState._open
save = FillState._save
check = FillState._check
delete = FillState._delete


@pytest.fixture
def case(work: Work) -> Case:
    return filling(work)


def test_the_group_fills_it_in_and_the_author_submits(work: Work, case: Case) -> None:
    work.actor = actor(work, member_of(work, case.project))
    assert isinstance(save(work, case.id, "motto", "От группы", ""), Saved)
    assert not opened(work, case.id).row.may_submit
    for flow in (FillState._submit, delete):
        with pytest.raises(Denied):
            flow(work, case.id)


def test_strangers_do_not_know_of_it(work: Work, case: Case) -> None:
    strangers = [
        person(work),
        member_of(work, case.project, confirmed=False),
        official(work),
        official(work, region=True),
    ]
    for stranger in strangers:
        work.actor = actor(work, stranger)
        for call in (
            lambda: save(work, case.id, "motto", "Чужое", None),
            lambda: opened(work, case.id),
            lambda: check(work, case.id),
            lambda: FillState._submit(work, case.id),
            lambda: delete(work, case.id),
        ):
            with pytest.raises(NotFound):
                call()
        assert FillState._news(work, case.id, ()) is None
    work.actor = GUEST
    for call in (
        lambda: save(work, case.id, "motto", "Чужое", None),
        lambda: opened(work, case.id),
        lambda: FillState._submit(work, case.id),
        lambda: FillState._news(work, case.id, ()),
    ):
        with pytest.raises(SignInNeeded):
            call()
    assert kept(work, case) == {}


def test_a_submitted_one_is_seen_by_all_but_filled_in_by_none_of_them(work: Work, case: Case) -> None:
    for key, typed in GOOD.items():
        save(work, case.id, key, typed, None)
    FillState._submit(work, case.id)
    work.actor = actor(work, person(work))
    with pytest.raises(Denied):
        save(work, case.id, "motto", "Чужое", None)
    with pytest.raises(NotFound):
        opened(work, case.id)


@pytest.mark.parametrize("stage", [ContestStage.VOTING, ContestStage.CANCELLED])
def test_nothing_changes_once_it_is_late(work: Work, case: Case, stage: ContestStage) -> None:
    work.session.execute(
        sa.text("UPDATE contests SET stage = :stage, cancel_reason = 'Денег не выделили.'"), {"stage": stage.value}
    )
    work.session.expire_all()
    with pytest.raises(WrongStage):
        save(work, case.id, "motto", "Поздно", None)
    told = opened(work, case.id)
    assert told.row.closed
    assert all(one.closed for section in told.sections for one in section.fields)


def test_a_draft_is_still_kept_after_the_last_second_of_reception(work: Work, case: Case) -> None:
    work.now = work.session.get_one(ContestPhase, (case.contest.id, PhaseKind.ACCEPTING)).closes_at
    assert isinstance(save(work, case.id, "motto", "Дописываю", ""), Saved)
    assert opened(work, case.id).row.closes == ""


def test_a_project_that_stands_elsewhere_is_not_changed_through_another_draft(work: Work, case: Case) -> None:
    case.project.stage = ProjectStage.SUBMITTED
    work.session.flush()
    with pytest.raises(Refused) as refusal:
        save(work, case.id, "title", "Другое название", None)
    assert list(refusal.value.fields) == ["title"]
    assert isinstance(save(work, case.id, "motto", "Своё", ""), Saved)


def test_parts_of_a_realised_project_are_taken_as_the_registry_has_them(work: Work) -> None:
    row = contest(work, official(work), kind=ContestKind.REALISED)
    give_form(work, row)
    author = person(work)
    made = project(work, author, stage=ProjectStage.REALISED, problem="")
    work.actor = actor(work, author)
    key = begun(work, row, made)
    with pytest.raises(Refused, match="стоит в реестре"):
        save(work, key, "title", "Другое название", None)
    told = opened(work, key)
    assert {one.key for section in told.sections for one in section.fields if one.closed} >= {"title", "budget"}
    for name, typed in GOOD.items():
        save(work, key, name, typed, None)
    assert check(work, key) == {}  # an empty «problem» cannot be mended here
    FillState._submit(work, key)
    assert made.stage is ProjectStage.REALISED
