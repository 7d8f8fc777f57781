"""The step «Критерии»: weights that make a hundred, marks with descriptions, categories, what experts must not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.core.formfields import Audience
from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded, WrongStage
from elka.models.contest_parts import ContestCategory, Criterion, criteria_of
from elka.models.contests import Contest, ContestPhase
from elka.models.forms import FormField
from elka.models.people import Person
from elka.models.readiness_contest import CRITERIA, lacks, parts_of
from elka.state.build_criteria import BuildCriteriaState
from elka.state.building import Clashed, deeds, undo
from elka.state.criteria_rows import Criteria
from tests.browser import commit, sent, shown_to, signed_in
from tests.factories import JUDGED, actor, contest, official, person
from tests.garbage import GARBAGE
from tests.words import plain

add, duplicate, remove = BuildCriteriaState._add, BuildCriteriaState._duplicate, BuildCriteriaState._remove
move, save, opened = BuildCriteriaState._move, BuildCriteriaState._save, BuildCriteriaState._opened
share_evenly, hide, take_back = (
    BuildCriteriaState._share_evenly,
    BuildCriteriaState._hide,
    BuildCriteriaState._take_back,
)


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    """A draft whose projects a commission will judge."""
    return contest(work, by, stage=ContestStage.DRAFT, phases=JUDGED)


def shown(work: Work, draft: Contest) -> Criteria:
    return opened(work, draft.id).more


def values(work: Work, draft: Contest) -> dict[str, str]:
    return opened(work, draft.id).values


def new(work: Work, draft: Contest, name: str, weight: int | None = None) -> str:
    key = add(work, draft.id).more.order[-1]
    save(work, draft.id, f"{key}-name", name, "")
    if weight is not None:
        save(work, draft.id, f"{key}-weight", str(weight), None)
    return key


def category(work: Work, draft: Contest, name: str, position: int) -> str:
    row = ContestCategory(contest_id=draft.id, position=position, name=name)
    work.session.add(row)
    work.session.flush()
    return str(row.id)


def titles(work: Work, draft: Contest) -> list[str]:
    return [plain(row.title) for row in shown(work, draft).rows]


def rows_of(work: Work, draft: Contest) -> list[Criterion]:
    return criteria_of(work.session, draft.id)


def missing(work: Work, draft: Contest) -> list[str]:
    return [plain(lack.text) for lack in lacks(parts_of(work.session, draft), work.now) if lack.step == CRITERIA]


def test_criteria_are_added_with_what_is_left_of_the_weight(work: Work, draft: Contest) -> None:
    first = new(work, draft, "Польза", 60)
    second = new(work, draft, "Смета")
    assert values(work, draft)[f"{second}-weight"] == "40"
    assert titles(work, draft) == ["Польза", "Смета"]
    assert shown(work, draft).weights[0].good
    assert missing(work, draft) == []
    assert shown(work, draft).order == [first, second]


def test_the_sum_of_weights_is_told_and_shared_evenly(work: Work, draft: Contest) -> None:
    keys = [new(work, draft, name, weight) for name, weight in (("А", 50), ("Б", 30), ("В", 10))]
    assert plain(shown(work, draft).weights[0].says) == "Осталось распределить 10 %"
    assert missing(work, draft) == ["Веса критериев вместе 90 %, а должно быть 100 %. Распределите их."]
    save(work, draft.id, f"{keys[0]}-weight", "70", "50")
    assert plain(shown(work, draft).weights[0].says) == "Лишние 10 %: уменьшите веса"
    share_evenly(work, draft.id, "")
    assert [row.weight for row in rows_of(work, draft)] == [34, 33, 33]
    weights = shown(work, draft).weights[0]
    assert (weights.good, weights.may_even) == (True, False)


def test_weights_of_a_category_are_its_own_beside_those_for_all(work: Work, draft: Contest) -> None:
    small, large = category(work, draft, "Сёла", 0), category(work, draft, "Города", 1)
    common = new(work, draft, "Польза", 60)
    own = [new(work, draft, name, 0) for name in ("Дороги", "Вода")]
    for key in own:
        save(work, draft.id, f"{key}-category", small, "")
    assert [plain(row.says) for row in shown(work, draft).weights] == [
        "Осталось распределить 40 %",
        "Осталось распределить 40 %",
    ]
    share_evenly(work, draft.id, small)
    assert [row.weight for row in rows_of(work, draft)] == [60, 20, 20]
    save(work, draft.id, f"{common}-weight", "60", None)
    last = new(work, draft, "Дворы", 0)
    save(work, draft.id, f"{last}-category", large, "")
    save(work, draft.id, f"{common}-weight", "100", None)
    assert [option.label for option in shown(work, draft).categories] == ["Для всех категорий", "Сёла", "Города"]
    with pytest.raises(NotFound):
        save(work, draft.id, f"{last}-category", "999999", None)


def test_marks_are_described_within_their_scale(work: Work, draft: Contest) -> None:
    key = new(work, draft, "Польза")
    save(work, draft.id, f"{key}-mark-0", "Пользы нет", "")
    save(work, draft.id, f"{key}-mark-5", " Полезно  всем ", "")
    assert rows_of(work, draft)[0].marks == [{"mark": 0, "text": "Пользы нет"}, {"mark": 5, "text": "Полезно всем"}]
    with pytest.raises(NotFound):
        save(work, draft.id, f"{key}-mark-6", "Выше высшего", "")
    save(work, draft.id, f"{key}-most", "3", "5")
    assert rows_of(work, draft)[0].marks == [{"mark": 0, "text": "Пользы нет"}]
    assert [row.mark for row in shown(work, draft).rows[0].marks] == [0, 1, 2, 3]
    save(work, draft.id, f"{key}-mark-0", "", "Пользы нет")
    assert rows_of(work, draft)[0].marks == []


@pytest.mark.parametrize(
    ("column", "typed"),
    [("weight", "101"), ("weight", "много"), ("most", "0"), ("most", "101"), ("name", "я" * 121), ("hint", "я" * 601)],
)
def test_what_cannot_be_is_refused_at_its_field(work: Work, draft: Contest, column: str, typed: str) -> None:
    key = new(work, draft, "Польза")
    with pytest.raises(Refused) as refused:
        save(work, draft.id, f"{key}-{column}", typed, None)
    assert list(refused.value.fields) == [f"{key}-{column}"]


def test_moving_copying_removing_and_putting_back(work: Work, draft: Contest) -> None:
    first, second, third = (new(work, draft, name, 30) for name in ("А", "Б", "В"))
    move(work, draft.id, third, 0)
    assert shown(work, draft).order == [third, first, second]
    duplicate(work, draft.id, third)
    assert titles(work, draft) == ["В", "В (копия)", "А", "Б"]
    assert [row.weight for row in rows_of(work, draft)] == [30, 0, 30, 30]
    removed = remove(work, draft.id, first).more
    assert removed.done == "Критерий «А»: убран"
    take_back(work, draft.id, removed.edit)
    assert titles(work, draft) == ["В", "В (копия)", "А", "Б"]
    for deed in deeds(work, draft.id)[:4]:
        if deed.holds:
            undo(work, draft.id, deed.edit.id)
    assert titles(work, draft) == ["А", "Б", "В"]


def test_nobody_overwrites_another_without_knowing(work: Work, draft: Contest) -> None:
    key = new(work, draft, "Польза")
    save(work, draft.id, f"{key}-name", "Польза для жителей", "Польза")
    with pytest.raises(Clashed):
        save(work, draft.id, f"{key}-name", "Выгода", "Польза")


def test_criteria_end_at_thirty(work: Work, draft: Contest) -> None:
    for position in range(30):
        work.session.add(Criterion(contest_id=draft.id, position=position, name="Критерий"))
    work.session.flush()
    assert shown(work, draft).is_full
    with pytest.raises(Refused, match="30"):
        add(work, draft.id)
    with pytest.raises(Refused, match="30"):
        duplicate(work, draft.id, shown(work, draft).order[0])


def test_answers_are_hidden_from_the_experts(work: Work, draft: Contest) -> None:
    private = work.session.execute(sa.select(FormField).where(FormField.key == "address")).scalar_one()
    private.audience = Audience.OFFICIALS
    work.session.flush()
    hide(work, draft.id, "title")
    hidden = {tick.value: tick for tick in shown(work, draft).hidden}
    assert "about" not in hidden  # a section asks nothing
    assert [key for key, tick in hidden.items() if tick.on] == ["title", "address"]
    assert hidden["address"].note == "Его видит только организатор"
    hide(work, draft.id, "title")
    assert not {tick.value: tick for tick in shown(work, draft).hidden}["title"].on
    for key in ("about", "address", *GARBAGE):
        with pytest.raises(NotFound):
            hide(work, draft.id, key)


def test_the_least_number_of_reviews(work: Work, draft: Contest) -> None:
    assert save(work, draft.id, "min_reviews", "3", "0").values["min_reviews"] == "3"
    with pytest.raises(Refused):
        save(work, draft.id, "min_reviews", "51", "3")


def test_without_a_commission_criteria_are_not_asked_for(work: Work, draft: Contest) -> None:
    work.session.execute(sa.delete(ContestPhase).where(ContestPhase.kind == PhaseKind.EXPERT))
    assert not shown(work, draft).has_commission
    assert missing(work, draft) == []


CALLS: list[Callable[[Work, object, object], object]] = [
    lambda work, contest_id, _: add(work, contest_id),
    lambda work, contest_id, _: share_evenly(work, contest_id, ""),
    lambda work, contest_id, _: hide(work, contest_id, "title"),
    lambda work, contest_id, key: save(work, contest_id, f"{key}-name", "Имя", None),
    lambda work, contest_id, key: move(work, contest_id, key, 0),
    duplicate,
    remove,
]


@pytest.mark.parametrize("call", CALLS)
def test_strangers_and_late_comers_are_refused(
    work: Work, draft: Contest, by: Person, call: Callable[[Work, object, object], object]
) -> None:
    key = new(work, draft, "Польза")
    for stranger, error in [
        (GUEST, SignInNeeded),
        (actor(work, person(work)), NotFound),
        (actor(work, official(work, place="Сургут")), NotFound),
    ]:
        work.actor = stranger
        with pytest.raises(error):
            call(work, draft.id, key)
    work.actor = actor(work, by)
    with pytest.raises(WrongStage):
        call(work, contest(work, by).id, key)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, draft: Contest, garbage: object) -> None:
    key = new(work, draft, "Польза")
    other = contest(work, work.session.get_one(Person, work.person()), stage=ContestStage.DRAFT)
    strange = new(work, other, "Чужой")
    for call in CALLS[4:]:
        for wrong in (garbage, strange):
            with pytest.raises(NotFound):
                call(work, draft.id, wrong)
    for field in (garbage, f"{key}-id", f"{key}-mark-", f"{strange}-name", "-name", f"{key}-contest_id"):
        with pytest.raises(NotFound):
            save(work, draft.id, field, "x", None)
    if garbage != "":
        with pytest.raises(NotFound):
            share_evenly(work, draft.id, garbage)
    if not isinstance(garbage, int) or isinstance(garbage, bool):
        with pytest.raises(NotFound):
            move(work, draft.id, key, garbage)


async def test_a_new_criterion_takes_the_cursor_and_a_removed_one_can_be_put_back(
    work: Work, draft: Contest, by: Person
) -> None:
    token = signed_in(work, by)
    commit(work)
    state = shown_to(BuildCriteriaState, token=token, path=f"/office/contests/{draft.id}/build?step=criteria")
    await state.load()
    await state.add()
    (key,) = state.order
    await state.save(f"{key}-name", "Польза")
    await state.remove(key)
    assert state.undoing == "Критерий «Польза»: убран"
    await state.take_back()
    assert state.order == [key]
    assert state.values[f"{key}-name"] == "Польза"


async def test_a_stranger_is_sent_nothing(work: Work, draft: Contest) -> None:
    new(work, draft, "Польза")
    token = signed_in(work, person(work))
    commit(work)
    state = shown_to(BuildCriteriaState, token=token, path=f"/office/contests/{draft.id}/build?step=criteria")
    await state.load()
    assert state.status == "missing"
    assert not (await sent(state)).get("rows")
