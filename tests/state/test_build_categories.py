"""Categories of a draft: by population or by hand, with their bounds, criteria, directions, limits and settlements."""

from __future__ import annotations

import pytest

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.contest_parts import CategoryBasis, Criterion, categories_of, criteria_of
from elka.models.contests import Contest
from elka.models.people import Person
from elka.state.build_basics import BuildBasicsState
from elka.state.build_categories import BuildCategoriesState
from elka.state.build_rules import BuildPublicState
from tests.drafts import take_back, told, value
from tests.factories import actor, contest, direction, official, settlement
from tests.words import plain

Basics, Categories = BuildBasicsState, BuildCategoriesState


def names(work: Work, draft: Contest) -> list[str]:
    return [row.name for row in categories_of(work.session, draft.id)]


def test_categories_by_population_begin_whole(work: Work, draft: Contest) -> None:
    step = Categories._save(work, draft.id, "category_basis", "population", None)
    assert [row.people_below for row in categories_of(work.session, draft.id)] == [10_000, 100_000, None]
    assert (len(step.more.rows), step.more.flaws) == (3, [])
    first = categories_of(work.session, draft.id)[0]
    assert value(step, f"{first.id}-people_below") == "10 000"
    take_back(work, draft)
    assert (names(work, draft), draft.category_basis) == ([], None)


def test_a_shared_bound_moves_for_both(work: Work, draft: Contest) -> None:
    Categories._save(work, draft.id, "category_basis", "population", None)
    first, second, _ = categories_of(work.session, draft.id)
    Categories._save(work, draft.id, f"{first.id}-people_below", "5 000", None)
    assert (first.people_below, second.people_from) == (5_000, 5_000)
    step = Categories._save(work, draft.id, f"{second.id}-people_from", "", None)
    assert "попадает сразу в две категории" in plain(step.more.flaws[0])
    with pytest.raises(Refused, match="Нижняя граница"):
        Categories._save(work, draft.id, f"{second.id}-people_from", "200 000", None)
    step = Categories._save(work, draft.id, f"{second.id}-people_from", "7 000", None)
    assert plain(step.more.flaws[0]) == ("Населённый пункт от 5 000 до 7 000 жителей не попадает ни в одну категорию.")


def test_categories_are_added_moved_and_removed(work: Work, draft: Contest) -> None:
    Categories._save(work, draft.id, "category_basis", "nomination", None)
    for place, row in enumerate(categories_of(work.session, draft.id)):
        Categories._save(work, draft.id, f"{row.id}-name", f"Номинация {place}", None)
        Categories._save(work, draft.id, f"{row.id}-budget", "300 000", None)
    step = Categories._add(work, draft.id)
    assert (len(step.more.rows), plain(step.more.total)) == (3, "Вместе 600 000 ₽ из 1 000 000 ₽")
    third = categories_of(work.session, draft.id)[2]
    Categories._save(work, draft.id, f"{third.id}-name", "Третья", None)
    Categories._move(work, draft.id, third.id, False)
    assert names(work, draft) == ["Номинация 0", "Третья", "Номинация 1"]
    Categories._move(work, draft.id, third.id, True)
    Categories._move(work, draft.id, third.id, True)  # it is the last one already
    assert names(work, draft) == ["Номинация 0", "Номинация 1", "Третья"]
    Categories._remove(work, draft.id, third.id)
    assert (names(work, draft), told(work, draft)) == (["Номинация 0", "Номинация 1"], "Категория «Третья» убрана")
    take_back(work, draft)
    assert names(work, draft) == ["Номинация 0", "Номинация 1", "Третья"]


def test_the_criteria_of_a_category_go_and_come_with_it(work: Work, draft: Contest) -> None:
    Categories._save(work, draft.id, "category_basis", "nomination", None)
    row = categories_of(work.session, draft.id)[0]
    work.session.add(Criterion(contest_id=draft.id, category_id=row.id, position=0, name="Польза", weight=100))
    work.session.flush()
    Categories._save(work, draft.id, "category_basis", "", None)
    assert (names(work, draft), criteria_of(work.session, draft.id)) == ([], [])
    take_back(work, draft)
    assert [one.category_id for one in criteria_of(work.session, draft.id)] == [row.id]


def test_a_direction_belongs_to_a_category(work: Work, draft: Contest) -> None:
    sport, culture = direction(work), direction(work, "culture")
    Basics._save(work, draft.id, f"direction:{sport.id}", "true", None)
    Categories._save(work, draft.id, "category_basis", "direction", None)
    row = categories_of(work.session, draft.id)[0]
    step = Categories._save(work, draft.id, f"{row.id}-direction:{sport.id}", "true", None)
    assert [one.name for one in step.more.rows[0].directions] == ["Спорт и ЗОЖ"]
    assert step.values[f"{row.id}-direction:{sport.id}"] == "true"
    assert row.directions == [sport.id]
    with pytest.raises(NotFound):
        Categories._save(work, draft.id, f"{row.id}-direction:{culture.id}", "true", None)
    assert draft.category_basis is CategoryBasis.DIRECTION


def test_a_category_of_another_contest_is_not_touched(work: Work, by: Person, draft: Contest) -> None:
    other = contest(work, by, stage=ContestStage.DRAFT)
    Categories._save(work, other.id, "category_basis", "nomination", None)
    row = categories_of(work.session, other.id)[0]
    for flow in (
        lambda: Categories._remove(work, draft.id, row.id),
        lambda: Categories._save(work, draft.id, f"{row.id}-name", "Чужая", None),
    ):
        with pytest.raises(NotFound):
            flow()


# Limits by category, and lists of settlements


def test_settlements_and_limits_of_a_category_are_kept_and_taken_back(work: Work, draft: Contest) -> None:
    here, far = settlement(work, "Игрим"), settlement(work, "Сургут")
    step = Categories._save(work, draft.id, "category_basis", "settlement", None)
    assert "settlement" in [one.value for one in step.more.bases]
    row = categories_of(work.session, draft.id)[0]
    step = Categories._save(work, draft.id, f"{row.id}-settlement:{here.id}", "true", None)
    assert (step.values[f"{row.id}-settlement:{here.id}"], row.settlements) == ("true", [here.id])
    assert "Игрим" in [one.name for one in step.more.rows[0].settlements]
    assert "Сургут" not in [one.name for one in step.more.rows[0].settlements]
    for garbage in (f"{row.id}-settlement:{far.id}", f"{row.id}-settlement:999999", f"{row.id}-budget:1"):
        with pytest.raises(NotFound):
            Categories._save(work, draft.id, garbage, "true", None)
    Categories._save(work, draft.id, f"{row.id}-name", "Север", None)
    Categories._save(work, draft.id, f"{row.id}-vote_limit", "2", None)
    assert (row.vote_limit, told(work, draft)) == (2, "Категория «Север»: проектов в одном бюллетене пусто → 2")
    for bad in ("0", "1001", "два"):
        with pytest.raises(Refused):
            Categories._save(work, draft.id, f"{row.id}-vote_limit", bad, None)
    public = BuildPublicState._opened(work, draft.id)
    assert public.more.by_settlement
    assert [(one.name, plain(one.gets)) for one in public.more.parts] == [
        ("Север", "до 2 проектов"),
        ("Без названия", "без своего предела"),
    ]
    BuildPublicState._save(work, draft.id, "voters_own_part", "true", None)
    assert draft.voters_own_part
    take_back(work, draft)
    assert not draft.voters_own_part


def test_lists_of_settlements_do_not_move_to_another_place(work: Work, draft: Contest) -> None:
    here = settlement(work, "Игрим")
    work.actor = actor(work, official(work, region=True))
    Categories._save(work, draft.id, "category_basis", "settlement", None)
    row = categories_of(work.session, draft.id)[0]
    Categories._save(work, draft.id, f"{row.id}-settlement:{here.id}", "true", None)
    other = settlement(work, "Сургут").municipality_id
    Basics._save(work, draft.id, "place", str(other), None)
    assert row.settlements == []
    take_back(work, draft)
    work.session.refresh(row)
    assert row.settlements == [here.id]
