"""The step «Форма заявки»: fields are added, doubled, moved, taken out and put back; strangers and garbage are refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka.core.actor import GUEST
from elka.core.formfields import FieldKind, ProjectPart
from elka.core.formspec import FormSpec
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.contests import Contest
from elka.models.forms import FormField, fields_of
from elka.models.people import Person
from elka.state.build_cards import Sheet
from elka.state.build_field import BuildFieldState
from elka.state.build_form import BuildFormState
from elka.state.building import deeds, undo
from elka.state.building_form import Ask, Made, part_field
from tests.factories import actor, contest, official, person
from tests.garbage import GARBAGE
from tests.words import plain

add, add_part = BuildFormState._add, BuildFormState._add_part
duplicate, move, remove = BuildFormState._duplicate, BuildFormState._move, BuildFormState._remove
take_back, save = BuildFormState._take_back, BuildFormState._save
set_condition = BuildFieldState._set_condition
add_option, remove_option = BuildFieldState._add_option, BuildFieldState._remove_option


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    """A draft whose form is empty."""
    row = contest(work, by, stage=ContestStage.DRAFT)
    work.session.execute(sa.delete(FormField).where(FormField.contest_id == row.id))
    return row


def sheet(work: Work, contest_id: object, chosen: object) -> Sheet:
    return BuildFormState._opened(work, contest_id, chosen).more


def keys(work: Work, draft: Contest) -> list[str]:
    return [row.key for row in fields_of(work.session, draft.id)]


def names(work: Work, draft: Contest) -> list[str]:
    return [row.label for row in fields_of(work.session, draft.id)]


def asked(work: Work, draft: Contest, kind: FieldKind = FieldKind.LINE, after: str = "", **words: str) -> str:
    """Add a field and return its key."""
    made = add(work, draft.id, kind.value, after)
    for name, text in words.items():
        save(work, draft.id, f"{made.added}.{name}", text, None)
    return made.added


def choice_of(work: Work, draft: Contest, *labels: str) -> str:
    key = asked(work, draft, FieldKind.CHOICE, label="Вклад жителей")
    for label in labels:
        add_option(work, draft.id, key, label)
    return key


def test_a_field_of_every_kind_is_added_and_can_be_read(work: Work, draft: Contest) -> None:
    for kind in FieldKind:
        if kind not in (FieldKind.BUDGET, FieldKind.PEOPLE):
            made = add(work, draft.id, kind.value, "")
            assert made.added == keys(work, draft)[-1]
            assert deeds(work, draft.id)[0].edit.text == f"Добавлено поле «{names(work, draft)[-1]}»"
    for part in ProjectPart:
        add_part(work, draft.id, part.value, "")
    fields = [row.typed() for row in fields_of(work.session, draft.id)]
    assert {field.kind for field in fields} == set(FieldKind)
    assert {field.of_project for field in fields if field.of_project} == set(ProjectPart)
    assert len({field.key for field in fields}) == len(fields)


def test_a_part_of_the_project_stands_in_the_form_once(work: Work, draft: Contest) -> None:
    add_part(work, draft.id, "title", "")
    with pytest.raises(Refused, match="уже есть"):
        add_part(work, draft.id, "title", "")
    with pytest.raises(Refused, match="один раз"):
        duplicate(work, draft.id, "title")
    shown = sheet(work, draft.id, "title")
    assert [part.taken for part in shown.parts if part.value == "title"] == [True]
    assert sum(part.taken for part in shown.parts) == 1


def test_a_field_comes_after_the_chosen_one(work: Work, draft: Contest) -> None:
    first, last = asked(work, draft), asked(work, draft)
    middle = asked(work, draft, FieldKind.DATE, first)
    assert keys(work, draft) == [first, middle, last]


def test_a_copy_stands_under_its_original_with_a_key_of_its_own(work: Work, draft: Contest) -> None:
    key = choice_of(work, draft, "Деньги", "Труд")
    last = asked(work, draft)
    made = duplicate(work, draft.id, key)
    assert keys(work, draft) == [key, made.added, last]
    copy = sheet(work, draft.id, made.added)
    assert copy.chosen.option_keys == sheet(work, draft.id, key).chosen.option_keys == ["dengi", "trud"]
    assert copy.cards[1].name == "Вклад жителей (копия)"


def test_moving_changes_one_row_and_is_undone_by_itself(work: Work, draft: Contest) -> None:
    first, second, third, fourth = (asked(work, draft) for _ in range(4))
    move(work, draft.id, first, 2)
    move(work, draft.id, fourth, 0)
    assert keys(work, draft) == [fourth, second, third, first]
    found = deeds(work, draft.id)
    assert [len(deed.edit.changes) for deed in found[:2]] == [1, 1]
    undo(work, draft.id, found[1].edit.id)  # the earlier of the two
    now = keys(work, draft)
    assert now[2:] == [second, third]
    assert set(now[:2]) == {first, fourth}  # both were put before the second, one knowing nothing of the other


def test_moving_to_where_it_stands_is_no_change(work: Work, draft: Contest) -> None:
    key = asked(work, draft)
    before = len(deeds(work, draft.id))
    assert move(work, draft.id, key, 0) == Made()
    assert move(work, draft.id, key, 99) == Made()
    assert len(deeds(work, draft.id)) == before


def test_a_list_without_gaps_is_spread_once(work: Work, draft: Contest) -> None:
    for place, key in enumerate("abcd"):
        work.session.add(FormField(contest_id=draft.id, key=key, position=place, kind=FieldKind.LINE, label=key))
    work.session.flush()
    move(work, draft.id, "d", 0)
    move(work, draft.id, "b", 3)
    assert keys(work, draft) == ["d", "a", "c", "b"]
    for deed in deeds(work, draft.id):
        assert len(deed.edit.changes) == 1
        undo(work, draft.id, deed.edit.id)
    assert keys(work, draft) == ["a", "b", "c", "d"]


def test_a_removed_field_comes_back_with_all_it_was(work: Work, draft: Contest) -> None:
    key = choice_of(work, draft, "Деньги", "Труд")
    asked(work, draft)
    before = sheet(work, draft.id, key)
    made = remove(work, draft.id, key)
    assert key not in keys(work, draft)
    assert isinstance(made, Made)
    assert made.text == "Убрано поле «Вклад жителей»"
    take_back(work, draft.id, made.edit)
    assert sheet(work, draft.id, key).fields == before.fields


def test_removing_what_a_condition_looks_at_is_asked_about(work: Work, draft: Contest) -> None:
    key = choice_of(work, draft, "Деньги", "Труд")
    hidden = asked(work, draft, FieldKind.MONEY, label="Денежный вклад")
    set_condition(work, draft.id, hidden, "key", key)
    told = remove(work, draft.id, key)
    assert isinstance(told, Ask)
    assert "«Денежный вклад»" in told.text
    assert key in keys(work, draft)
    made = remove(work, draft.id, key, sure=True)
    assert sheet(work, draft.id, hidden).cards[0].condition == ""
    take_back(work, draft.id, made.edit)
    shown = sheet(work, draft.id, hidden)
    assert plain(shown.cards[1].condition) == "если «Вклад жителей» = Деньги"


def test_moving_a_field_below_what_looks_at_it_is_asked_about(work: Work, draft: Contest) -> None:
    key = choice_of(work, draft, "Деньги", "Труд")
    hidden = asked(work, draft, FieldKind.MONEY, label="Денежный вклад")
    set_condition(work, draft.id, hidden, "key", key)
    for told in (move(work, draft.id, key, 1), move(work, draft.id, hidden, 0)):
        assert isinstance(told, Ask)
        assert "«Денежный вклад»" in told.text
    assert keys(work, draft) == [key, hidden]
    made = move(work, draft.id, key, 1, sure=True)
    assert keys(work, draft) == [hidden, key]
    assert not sheet(work, draft.id, hidden).chosen.condition.on
    take_back(work, draft.id, made.edit)
    assert sheet(work, draft.id, hidden).chosen.condition.key == key


def test_removing_an_answer_that_a_condition_looks_at_is_asked_about(work: Work, draft: Contest) -> None:
    key = choice_of(work, draft, "Деньги", "Труд", "Ничего")
    hidden = asked(work, draft, FieldKind.MONEY, label="Денежный вклад")
    set_condition(work, draft.id, hidden, "key", key)
    assert isinstance(remove_option(work, draft.id, key, "trud"), Made)
    told = remove_option(work, draft.id, key, "dengi")
    assert isinstance(told, Ask)
    assert "«Денежный вклад»" in told.text
    remove_option(work, draft.id, key, "dengi", sure=True)
    assert not sheet(work, draft.id, hidden).chosen.condition.on


def test_sections_are_numbered_and_count_their_fields(work: Work, draft: Contest) -> None:
    for kind in ("line", "section", "line", "text", "section", "date"):
        add(work, draft.id, kind, "")
    shown = sheet(work, draft.id, "")
    assert [(card.number, plain(card.count)) for card in shown.cards if card.number] == [
        ("1.", "2 поля"),
        ("2.", "1 поле"),
    ]
    assert plain(shown.head) == "4 поля, примерно 6 минут заполнения."


def test_a_form_ends_at_a_hundred_and_twenty_fields(work: Work, draft: Contest) -> None:
    for place in range(120):
        work.session.add(
            FormField(contest_id=draft.id, key=f"k{place}", position=place, kind=FieldKind.LINE, label="Вопрос")
        )
    work.session.flush()
    assert sheet(work, draft.id, "").is_full
    with pytest.raises(Refused, match="120"):
        add(work, draft.id, "line", "")


def test_troubles_stand_at_their_cards(work: Work, draft: Contest) -> None:
    key = asked(work, draft, FieldKind.CHOICE)
    shown = sheet(work, draft.id, key)
    assert "два варианта" in shown.cards[0].trouble
    assert shown.chosen.trouble == shown.cards[0].trouble


CALLS: list[Callable[[Work, object, object], object]] = [
    lambda work, contest_id, key: add(work, contest_id, "line", key),
    lambda work, contest_id, key: add_part(work, contest_id, "title", key),
    duplicate,
    lambda work, contest_id, key: move(work, contest_id, key, 0),
    remove,
    sheet,
]


@pytest.mark.parametrize("call", CALLS)
def test_strangers_learn_nothing(work: Work, draft: Contest, call: Callable[[Work, object, object], object]) -> None:
    key = asked(work, draft)
    for stranger, error in [
        (GUEST, SignInNeeded),
        (actor(work, person(work)), NotFound),
        (actor(work, official(work, place="Сургут")), NotFound),
    ]:
        work.actor = stranger
        with pytest.raises(error):
            call(work, draft.id, key)


@pytest.mark.parametrize("call", CALLS[:-1])
def test_an_announced_contest_keeps_its_form(
    work: Work, by: Person, call: Callable[[Work, object, object], object]
) -> None:
    row = contest(work, by)
    with pytest.raises(WrongStage):
        call(work, row.id, "any")
    assert not sheet(work, row.id, "").is_draft


def test_officials_of_another_place_see_an_announced_form_no_more_than_others(work: Work, by: Person) -> None:
    row = contest(work, by)
    work.actor = actor(work, official(work, place="Сургут"))
    with pytest.raises(Denied):
        sheet(work, row.id, "")


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, draft: Contest, garbage: object) -> None:
    key = asked(work, draft)
    for call in CALLS:
        if call is not CALLS[0] and call is not CALLS[1] and call is not CALLS[-1]:
            with pytest.raises(NotFound):
                call(work, draft.id, garbage)
        with pytest.raises(NotFound):
            call(work, garbage, key)
    for flow in (add, add_part):
        with pytest.raises(NotFound):
            flow(work, draft.id, garbage, "")
    if not isinstance(garbage, int) or isinstance(garbage, bool):
        with pytest.raises(NotFound):
            move(work, draft.id, key, garbage)
    with pytest.raises(NotFound):
        take_back(work, draft.id, garbage)


def test_a_template_part_of_every_part_makes_sense() -> None:
    spec = FormSpec(fields=tuple(part_field(part) for part in ProjectPart))
    assert FormSpec.load(spec.dump()) == spec


Step = tuple[str, int, int, str, bool]
_SETTINGS = ["label", "hint", "least", "most", "min_length", "max_length", "text", "unit"]
_CONDITIONS = ["on", "off", "key", "test", "value"]


def undone(work: Work, draft: Contest, place: int) -> None:
    done = [deed for deed in deeds(work, draft.id) if deed.holds]
    undo(work, draft.id, done[place % len(done)].edit.id if done else 0)


def conditioned(work: Work, draft: Contest, key: str, other: str, place: int, text: str) -> None:
    what = _CONDITIONS[place % len(_CONDITIONS)]
    set_condition(work, draft.id, key, what, other if what == "key" else text)


def done(work: Work, draft: Contest, step: Step) -> None:
    """Do one step of the builder, whatever it is worth."""
    what, one, two, text, sure = step
    there = keys(work, draft) or ["none"]
    key, other = there[one % len(there)], there[two % len(there)]
    operations: dict[str, Callable[[], object]] = {
        "add": lambda: add(work, draft.id, list(FieldKind)[one % len(FieldKind)].value, other),
        "part": lambda: add_part(work, draft.id, list(ProjectPart)[one % len(ProjectPart)].value, other),
        "copy": lambda: duplicate(work, draft.id, key),
        "move": lambda: move(work, draft.id, key, two, sure=sure),
        "remove": lambda: remove(work, draft.id, key, sure=sure),
        "save": lambda: save(work, draft.id, f"{key}.{_SETTINGS[two % len(_SETTINGS)]}", text or str(one), None),
        "option": lambda: add_option(work, draft.id, key, text),
        "drop": lambda: remove_option(work, draft.id, key, text or "otvet", sure=sure),
        "if": lambda: conditioned(work, draft, key, other, two, text),
        "share": lambda: save(work, draft.id, f"{key}.share-residents-least", str(one), None),
        "undo": lambda: undone(work, draft, one),
    }
    operations[what]()


OPERATIONS = ["add", "part", "copy", "move", "remove", "save", "option", "drop", "if", "share", "undo"]
steps = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 30), st.integers(0, 30), st.text(max_size=12), st.booleans()),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_no_order_of_operations_makes_a_template_that_cannot_be_read(
    work: Work, draft: Contest, steps: list[Step]
) -> None:
    for step in steps:
        with suppress(Refused), work.session.begin_nested():
            done(work, draft, step)
    fields = tuple(row.typed() for row in fields_of(work.session, draft.id))
    spec = FormSpec(fields=fields)
    assert FormSpec.load(spec.dump()) == spec
    assert len(sheet(work, draft.id, fields[0].key if fields else "").cards) == len(fields)
