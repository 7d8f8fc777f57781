"""What was done to a draft is taken back and brought back, by whoever did it; any way of building, all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka.core.formfields import FieldKind
from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.errors import NotFound
from elka.models.contest_edits import CannotUndo, ContestEdit
from elka.models.contest_parts import Criterion, categories_of, criteria_of
from elka.models.contests import Allot, Contest, ContestDirection, ContestKind, ContestPhase, WinnersBy
from elka.models.forms import FormField, fields_of
from elka.models.people import Person
from elka.models.places import Direction
from elka.state.building import change, deeds, to_redo, to_undo, undo
from tests.drafts import new_category, newest, now_in, retitle
from tests.factories import actor, contest, direction, official

DAY = timedelta(days=1)


def add(work: Work, draft: Contest, row: Any) -> ContestEdit:
    with change(work, draft.id, "basics", "Категория добавлена"):
        work.session.add(row)
    return newest(work, draft)


def remove(work: Work, draft: Contest, row: Any) -> ContestEdit:
    with change(work, draft.id, "basics", "Категория убрана"):
        work.session.delete(row)
    return newest(work, draft)


def test_an_entry_of_another_contest_is_not_undone(work: Work, by: Person, draft: Contest) -> None:
    edit = retitle(work, contest(work, by, stage=ContestStage.DRAFT), "Новое")
    with pytest.raises(NotFound):
        undo(work, draft.id, edit.id)


def test_undo_and_redo_tell_of_themselves(work: Work, draft: Contest) -> None:
    first = retitle(work, draft, "Первое")
    taken = undo(work, draft.id, first.id)
    assert (taken.text, taken.undoes) == ("Отменено: Название", first.id)
    back = undo(work, draft.id, taken.id)
    assert (back.text, work.session.get(Contest, draft.id).title) == ("Возвращено: Название", "Первое")
    again = undo(work, draft.id, back.id)
    assert again.text == "Отменено: Название"
    for edit in (first, taken, back):
        with pytest.raises(CannotUndo):
            undo(work, draft.id, edit.id)


def test_what_was_changed_again_is_not_undone(work: Work, draft: Contest) -> None:
    first = retitle(work, draft, "Первое")
    second = retitle(work, draft, "Второе")
    with pytest.raises(CannotUndo):
        undo(work, draft.id, first.id)
    undo(work, draft.id, second.id)
    undo(work, draft.id, first.id)
    assert work.session.get(Contest, draft.id).title == "Инициативы Берёзовского района"


def test_each_takes_back_only_their_own(work: Work, by: Person, draft: Contest) -> None:
    mine = retitle(work, draft, "Моё")
    colleague = official(work)
    work.actor = actor(work, colleague)
    with change(work, draft.id, "basics", "Бюджет") as made:
        made.contest.budget = 7_000_000
    theirs = newest(work, draft)
    assert [deed.edit.id for deed in to_undo(work, deeds(work, draft.id))] == [theirs.id]
    work.actor = actor(work, by)
    assert [deed.edit.id for deed in to_undo(work, deeds(work, draft.id))] == [mine.id]
    undo(work, draft.id, mine.id)
    found = work.session.get(Contest, draft.id)
    assert (found.title, found.budget) == ("Инициативы Берёзовского района", 7_000_000)


def test_undo_and_redo_go_back_and_forth_in_order(work: Work, draft: Contest) -> None:
    edits = [retitle(work, draft, title) for title in ("А", "Б", "В")]

    def back() -> None:
        undo(work, draft.id, to_undo(work, deeds(work, draft.id))[0].last.id)

    def forth() -> None:
        undo(work, draft.id, to_redo(work, deeds(work, draft.id))[0].last.id)

    titles = []
    for step in (back, back, forth, back, forth, forth):
        step()
        titles.append(work.session.get(Contest, draft.id).title)
    assert titles == ["Б", "А", "Б", "А", "Б", "В"]
    assert to_redo(work, deeds(work, draft.id)) == []
    back()
    retitle(work, draft, "Г")  # what was taken back before a new change is not brought back by a key
    assert to_redo(work, deeds(work, draft.id)) == []
    assert [deed.edit.id for deed in deeds(work, draft.id)[1:]] == [edit.id for edit in reversed(edits)]


def test_what_a_colleague_took_back_is_not_mine_to_redo(work: Work, by: Person, draft: Contest) -> None:
    mine = retitle(work, draft, "Моё")
    work.actor = actor(work, official(work))
    undo(work, draft.id, mine.id)
    work.actor = actor(work, by)
    assert (to_undo(work, deeds(work, draft.id)), to_redo(work, deeds(work, draft.id))) == ([], [])


def test_a_deleted_row_comes_back_with_its_number(work: Work, draft: Contest) -> None:
    row = new_category(draft, 0, people_from=100, directions=[direction(work).id])
    add(work, draft, row)
    before = now_in(work, draft)
    gone = remove(work, draft, row)
    assert categories_of(work.session, draft.id) == []
    undo(work, draft.id, gone.id)
    assert now_in(work, draft) == before


def test_a_row_that_was_changed_since_is_not_taken_away(work: Work, draft: Contest) -> None:
    row = new_category(draft, 0)
    made = add(work, draft, row)
    with change(work, draft.id, "basics", "Имя"):
        row.name = "Города"
    with pytest.raises(CannotUndo):
        undo(work, draft.id, made.id)
    assert [one.name for one in categories_of(work.session, draft.id)] == ["Города"]


def test_a_row_that_was_only_moved_since_is_taken_away(work: Work, draft: Contest) -> None:
    first, second = new_category(draft, 0, "А"), new_category(draft, 1, "Б")
    add(work, draft, first)
    made = add(work, draft, second)
    with change(work, draft.id, "basics", "Порядок"):
        first.position, second.position = 1, 0
    undo(work, draft.id, made.id)
    assert [one.name for one in categories_of(work.session, draft.id)] == ["А"]


def test_a_row_whose_place_was_taken_comes_back_at_the_end(work: Work, by: Person, draft: Contest) -> None:
    first, last = new_category(draft, 0, "А"), new_category(draft, 1, "Б")
    for row in (first, last):
        add(work, draft, row)
    gone = remove(work, draft, last)
    work.actor = actor(work, official(work))
    add(work, draft, new_category(draft, 1, "В"))
    work.actor = actor(work, by)
    undo(work, draft.id, gone.id)
    assert [(one.name, one.position) for one in categories_of(work.session, draft.id)] == [("А", 0), ("В", 1), ("Б", 2)]


def test_a_row_that_others_hang_on_is_not_taken_away(work: Work, by: Person, draft: Contest) -> None:
    row = new_category(draft, 0)
    made = add(work, draft, row)
    work.actor = actor(work, official(work))
    criterion = Criterion(contest_id=draft.id, category_id=row.id, position=0, name="Польза", weight=100)
    add(work, draft, criterion)
    work.actor = actor(work, by)
    with pytest.raises(CannotUndo, match="зависеть"):
        undo(work, draft.id, made.id)
    assert len(categories_of(work.session, draft.id)) == len(criteria_of(work.session, draft.id)) == 1


def test_a_category_comes_back_with_the_criterion_that_hung_on_it(work: Work, draft: Contest) -> None:
    row = new_category(draft, 0)
    add(work, draft, row)
    criterion = Criterion(contest_id=draft.id, category_id=row.id, position=0, name="Польза", weight=100)
    add(work, draft, criterion)
    before = now_in(work, draft)
    with change(work, draft.id, "basics", "Категория убрана"):
        criterion.category_id = None
        work.session.flush()
        work.session.delete(row)
    without = now_in(work, draft)
    taken = undo(work, draft.id, newest(work, draft).id)
    assert now_in(work, draft) == before
    undo(work, draft.id, taken.id)
    assert now_in(work, draft) == without


def test_rules_that_would_contradict_are_not_brought_back(work: Work, by: Person, draft: Contest) -> None:
    """min_cost ≤ max_cost: taking the wider limit back under what a colleague has set would break it."""
    with change(work, draft.id, "basics", "До") as made:
        made.contest.max_cost = 900_000
    mine = newest(work, draft)
    work.actor = actor(work, official(work))
    with change(work, draft.id, "basics", "От") as made:
        made.contest.min_cost = 600_000
    work.actor = actor(work, by)
    with pytest.raises(CannotUndo):
        undo(work, draft.id, mine.id)
    found = work.session.get(Contest, draft.id)
    assert (found.min_cost, found.max_cost) == (600_000, 900_000)


def test_a_template_that_was_replaced_whole_comes_back(work: Work, draft: Contest) -> None:
    """The new fields have the keys of the old ones."""

    def fields(labels: list[str]) -> list[FormField]:
        return [
            FormField(contest_id=draft.id, key=f"q{place}", position=place, kind=FieldKind.LINE, label=label)
            for place, label in enumerate(labels, 100)
        ]

    with change(work, draft.id, "form", "Форма"):
        work.session.add_all(fields(["А", "Б", "В"]))
    before = now_in(work, draft)
    with change(work, draft.id, "form", "Форма из файла"):
        for row in fields_of(work.session, draft.id):
            work.session.delete(row)
        work.session.flush()
        work.session.add_all(fields(["Г", "Д"]))
    undo(work, draft.id, newest(work, draft).id)
    assert now_in(work, draft) == before


def _retitle(work: Work, draft: Contest, number: int) -> None:
    draft.title = f"Конкурс {number}"
    draft.budget = 1_000_000 + number


def _rules(_: Work, draft: Contest, number: int) -> None:
    draft.winners_by, draft.allot = list(WinnersBy)[number % 3], list(Allot)[number % 2]
    draft.vote_limit = None if number % 2 else number + 1
    draft.applicants = ["resident", "group"][: 1 + number % 2]
    draft.kind = (ContestKind.MUNICIPAL, ContestKind.INDIVIDUALS)[number % 2]


def _phase(work: Work, draft: Contest, number: int) -> None:
    kind = list(PhaseKind)[number % len(PhaseKind)]
    row = work.session.get(ContestPhase, (draft.id, kind))
    opens = work.now + DAY * number
    if row is None:
        work.session.add(ContestPhase(contest_id=draft.id, kind=kind, opens_at=opens, closes_at=opens + DAY))
    elif number % 3:
        row.opens_at, row.closes_at = opens, opens + DAY * 3
    else:
        work.session.delete(row)


def _direction(work: Work, draft: Contest, number: int) -> None:
    key = work.session.execute(sa.select(Direction.id).order_by(Direction.id)).scalars().all()[number % 5]
    row = work.session.get(ContestDirection, (draft.id, key))
    if row is None:
        work.session.add(ContestDirection(contest_id=draft.id, direction_id=key))
    else:
        work.session.delete(row)


def _category(work: Work, draft: Contest, number: int) -> None:
    rows = categories_of(work.session, draft.id)
    if len(rows) < 2 or number % 4 == 0:
        place = rows[-1].position + 1 if rows else 0
        work.session.add(new_category(draft, place, f"К{number}", people_from=number))
    elif number % 4 == 1:
        gone = rows[number % len(rows)]
        for one in criteria_of(work.session, draft.id):
            if one.category_id == gone.id:
                one.category_id = None
        work.session.flush()
        work.session.delete(gone)
    elif number % 4 == 2:
        rows[0].position, rows[-1].position = rows[-1].position, rows[0].position
    else:
        rows[-1].name, rows[0].budget = f"Имя {number}", number + 1


def _criterion(work: Work, draft: Contest, number: int) -> None:
    rows, homes = criteria_of(work.session, draft.id), categories_of(work.session, draft.id)
    if not rows or number % 3 == 0:
        home = homes[number % len(homes)].id if homes and number % 2 else None
        place = rows[-1].position + 1 if rows else 0
        work.session.add(
            Criterion(contest_id=draft.id, category_id=home, position=place, name=f"Ц{number}", weight=number % 100)
        )
    elif number % 3 == 1:
        work.session.delete(rows[number % len(rows)])
    else:
        rows[0].marks = [{"mark": 0, "text": f"слабо {number}"}]
        rows[0].category_id = homes[0].id if homes else None


def _field(work: Work, draft: Contest, number: int) -> None:
    rows = fields_of(work.session, draft.id)
    free = f"q{number}"
    if (not rows or number % 3 == 0) and free not in {row.key for row in rows}:
        place = rows[-1].position + 1 if rows else 0
        work.session.add(
            FormField(
                contest_id=draft.id,
                key=free,
                position=place,
                kind=FieldKind.CHOICE,
                label="?",
                shown_if={"key": "q0", "test": "is", "value": "1"} if number % 2 else None,
                settings={"options": [{"value": "1", "label": "Да"}]},
            )
        )
    elif rows and number % 3 == 1:
        work.session.delete(rows[number % len(rows)])
    elif rows:
        rows[0].label, rows[-1].settings = f"Вопрос {number}", {"options": []}
        rows[0].shown_if = None


DEEDS: list[Callable[[Work, Contest, int], None]] = [
    _retitle,
    _rules,
    _phase,
    _direction,
    _category,
    _criterion,
    _field,
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, len(DEEDS) - 1), st.integers(0, 40)), min_size=1, max_size=3), max_size=14
    )
)
def test_all_that_was_done_can_be_taken_back_and_done_again(
    work: Work, by: Person, draft: Contest, steps: list[list[tuple[int, int]]]
) -> None:
    with work.session.begin_nested() as example:
        start = now_in(work, draft)
        states = [start]
        for step in steps:
            with change(work, draft.id, "basics", "Правка") as made:
                for which, number in step:
                    DEEDS[which](work, made.contest, number)
            states.append(now_in(work, draft))
        taken = []
        for deed in deeds(work, draft.id):
            taken.append(undo(work, draft.id, deed.last.id))
            assert now_in(work, draft) in states
        assert now_in(work, draft) == start
        for edit in reversed(taken):
            undo(work, draft.id, edit.id)
        assert now_in(work, draft) == states[-1]
        example.rollback()
    work.session.expire_all()
