"""Changes of a draft: kept as rows with what they touched, told, and made by officials of the place only."""

from __future__ import annotations

from typing import Any

import pytest

from elka.core.actor import GUEST
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import Denied, NotFound, SignInNeeded, WrongStage
from elka.models.contest_parts import Criterion
from elka.models.contests import Contest
from elka.models.people import Person
from elka.state.building import Clashed, change, deeds, for_building, for_office, require_seen, undo
from tests.drafts import new_category, newest, now_in, retitle
from tests.factories import actor, contest, official, person
from tests.garbage import GARBAGE


def test_a_change_is_kept_with_what_it_touched(work: Work, by: Person, draft: Contest) -> None:
    version, old = draft.version, draft.title
    edit = retitle(work, draft, "Новое название")
    assert edit.changes == [
        {"table": "contests", "key": [draft.id], "before": {"title": old}, "after": {"title": "Новое название"}}
    ]
    assert (edit.actor_id, edit.step, edit.at, draft.version) == (by.id, "basics", work.now, version + 1)


def test_nothing_is_kept_of_nothing(work: Work, draft: Contest) -> None:
    version = draft.version
    with change(work, draft.id, "basics", "Название") as made:
        made.contest.title = made.contest.title + ""
    with change(work, draft.id, "basics", "Туда и обратно") as made:
        made.contest.budget += 1
        work.session.flush()
        made.contest.budget -= 1
        row = new_category(draft, 0)
        work.session.add(row)
        work.session.flush()
        work.session.delete(row)
    assert (deeds(work, draft.id), draft.version) == ([], version)


def test_a_flow_that_fails_keeps_nothing_and_listens_no_more(work: Work, draft: Contest) -> None:
    def fails() -> None:
        with change(work, draft.id, "basics", "Название") as made:
            made.contest.title = "Другое"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    draft.budget = 7
    work.session.flush()
    assert deeds(work, draft.id) == []


def test_rows_flushed_on_the_way_are_one_change(work: Work, draft: Contest) -> None:
    """A criterion needs the number of its category, so a flow flushes in its middle."""
    before = now_in(work, draft)
    with change(work, draft.id, "criteria", "Категория с критерием"):
        row = new_category(draft, 0)
        work.session.add(row)
        work.session.flush()
        work.session.add(Criterion(contest_id=draft.id, category_id=row.id, position=0, name="Польза", weight=100))
        row.name = "Города"
    edit = newest(work, draft)
    assert [(one["table"], one["before"]) for one in edit.changes] == [("contest_categories", None), ("criteria", None)]
    assert edit.changes[0]["after"]["name"] == "Города"
    undo(work, draft.id, edit.id)
    assert now_in(work, draft) == before


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_no_contest_and_no_entry(work: Work, draft: Contest, garbage: object) -> None:
    for flow in (for_office, for_building):
        with pytest.raises(NotFound):
            flow(work, garbage)
    with pytest.raises(NotFound):
        undo(work, draft.id, garbage)


def test_only_officials_of_the_place_build(work: Work, draft: Contest) -> None:
    edit = retitle(work, draft, "Новое название")
    refused: list[tuple[Any, type[Exception]]] = [
        (person(work), NotFound),
        (official(work, place="Нижневартовск"), NotFound),
        (None, SignInNeeded),
    ]
    for who, error in refused:
        work.actor = actor(work, who) if who else GUEST
        with pytest.raises(error):
            retitle(work, draft, "Чужое")
        with pytest.raises(error):
            undo(work, draft.id, edit.id)
    work.actor = actor(work, official(work, region=True))
    assert retitle(work, draft, "От региона").text == "Название"


@pytest.mark.parametrize("stage", [ContestStage.ANNOUNCED, ContestStage.ACCEPTING, ContestStage.VOTING])
def test_after_publication_nothing_is_changed_or_undone(work: Work, by: Person, stage: ContestStage) -> None:
    row = contest(work, by, stage=stage)
    with pytest.raises(WrongStage):
        retitle(work, row, "Новое")
    with pytest.raises(WrongStage):
        undo(work, row.id, 1)
    work.actor = actor(work, official(work, place="Нижневартовск"))
    with pytest.raises(Denied):
        retitle(work, row, "Чужое")


def test_a_field_is_saved_over_what_its_writer_saw() -> None:
    assert require_seen("title", "А", "Б", "А")
    assert require_seen("title", "А", "Б", None)
    assert not require_seen("title", "Б", "Б", "А"), "it stands so already"
    assert not require_seen("title", "Б", "А", "А"), "the writer changed nothing: what others wrote stands"
    with pytest.raises(Clashed) as refused:
        require_seen("title", "Б", "В", "А")
    assert (refused.value.theirs, set(refused.value.fields)) == ("Б", {"title"})
