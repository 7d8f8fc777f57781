"""The steps of the constructor: every field, category, stage and rule, saved, refused and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, WrongStage
from elka.models.contest_edits import built_rows
from elka.models.contest_fields import local_input
from elka.models.contest_parts import CategoryBasis, Criterion, categories_of, criteria_of
from elka.models.contests import ApplicantKind, Contest, ContestKind, ContestPhase, VoteKind, WinnersBy, phases_of
from elka.models.people import Person
from elka.state import building
from elka.state.build_basics import BuildBasicsState
from elka.state.build_categories import BuildCategoriesState
from elka.state.build_fields import StepFields
from elka.state.build_rules import BuildPublicState, BuildWinnersState
from elka.state.build_timeline import BuildTimelineState
from elka.state.building import Clashed, deeds
from tests.factories import actor, contest, direction, official, person, settlement
from tests.words import plain

Basics, Categories, Timeline = BuildBasicsState, BuildCategoriesState, BuildTimelineState
Public, Winners = BuildPublicState, BuildWinnersState
DAY = timedelta(days=1)
GARBAGE = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]
K = PhaseKind


@pytest.fixture
def by(work: Work) -> Person:
    row = official(work)
    work.actor = actor(work, row)
    return row


@pytest.fixture
def draft(work: Work, by: Person) -> Contest:
    return contest(work, by, stage=ContestStage.DRAFT)


def value(step: StepFields, field: str) -> str:
    return plain(step.values[field])


def told(work: Work, draft: Contest) -> str:
    return plain(deeds(work, draft.id)[0].edit.text)


def dates(work: Work, draft: Contest) -> dict[PhaseKind, Any]:
    return by_kind(phases_of(work.session, draft.id))


def undo(work: Work, draft: Contest) -> None:
    building.undo(work, draft.id, deeds(work, draft.id)[0].last.id)


# Fields


@pytest.mark.parametrize(
    ("state", "field", "typed", "kept", "shown"),
    [
        (Basics, "title", "  Инициативы   района — 2027 ", "Инициативы района — 2027", "Инициативы района — 2027"),
        (Basics, "summary", "Лучшие идеи\r\nдоведём.", "Лучшие идеи\nдоведём.", "Лучшие идеи\nдоведём."),
        (Basics, "budget", "5 000 000 ₽", 5_000_000, "5 000 000"),
        (Basics, "min_cost", "50\N{NO-BREAK SPACE}000", 50_000, "50 000"),
        (Basics, "max_share", "70 %", 70, "70"),
        (Basics, "max_age", "35", 35, "35"),
        (Basics, "max_age", "", None, ""),
        (Basics, "local_only", "true", True, "true"),
        (Basics, "kind", "individuals", ContestKind.INDIVIDUALS, "individuals"),
        (Basics, "appeal_days", "0", 0, "0"),
        (Public, "vote_limit", "", None, ""),
        (Public, "vote_limit", "3", 3, "3"),
        (Public, "vote_kind", "knapsack", VoteKind.KNAPSACK, "knapsack"),
        (Public, "voter_age", "18", 18, "18"),
        (Public, "voters_local", "true", True, "true"),
        (Public, "may_change_votes", "", False, ""),
        (Winners, "min_votes", "25", 25, "25"),
        (Winners, "min_score", "60,5", 6050, "60,5"),
        (Winners, "public_weight", "40", 40, "40"),
        (Winners, "allot", "places", "places", "places"),
        (Winners, "places", "3", 3, "3"),
    ],
)
def test_a_field_saves_itself_and_is_told(
    work: Work, draft: Contest, state: Any, field: str, typed: str, kept: object, shown: str
) -> None:
    before = built_rows(work.session, draft.id)
    changes = getattr(draft, field) != kept
    step = state._save(work, draft.id, field, typed, None)
    assert getattr(draft, field) == kept
    assert value(step, field) == shown
    assert step.version == draft.version
    version = draft.version
    state._save(work, draft.id, field, typed, None)
    assert draft.version == version, "saving the same again is no change"
    if changes:
        undo(work, draft)
        after = built_rows(work.session, draft.id)
        key = ("contests", (draft.id,))
        assert {**after[key], "version": 0} == {**before[key], "version": 0}


@pytest.mark.parametrize(
    ("state", "field", "typed", "words"),
    [
        (Basics, "title", "", "Без названия"),
        (Basics, "title", "щ" * 121, "Слишком длинно: 121 из 120"),
        (Basics, "rules", "щ" * 8001, "Слишком длинно"),
        (Basics, "budget", "много", "целое число"),
        (Basics, "budget", "0", "Число от 1"),
        (Basics, "max_share", "150", "Число от 1 до 100"),
        (Basics, "min_cost", "600000", "Наименьшая сумма больше"),
        (Basics, "max_cost", "-5", "целое число"),
        (Basics, "min_age", "13", "Число от 14"),
        (Basics, "kind", "regional", "Сначала смените место"),
        (Public, "vote_limit", "0", "Число от 1"),
        (Winners, "min_score", "60,555", "двумя знаками"),
        (Winners, "min_score", "101", "Число от 0 до 100"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    work: Work, draft: Contest, state: Any, field: str, typed: str, words: str
) -> None:
    version = draft.version
    with pytest.raises(Refused, match=words) as refused:
        state._save(work, draft.id, field, typed, None)
    assert field in refused.value.fields
    assert draft.version == version


def test_ages_hold_each_other(work: Work, draft: Contest) -> None:
    Basics._save(work, draft.id, "max_age", "20", None)
    with pytest.raises(Refused, match="Возраст «от» больше"):
        Basics._save(work, draft.id, "min_age", "21", None)


@pytest.mark.parametrize("state", [Basics, Categories, Timeline, Public, Winners])
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused_everywhere(work: Work, draft: Contest, state: Any, garbage: Any) -> None:
    before = built_rows(work.session, draft.id)
    for flow in (
        lambda: state._opened(work, garbage),
        lambda: state._save(work, garbage, "title", "x", None),
        lambda: state._save(work, draft.id, garbage, "x", None),
        lambda: state._save(work, draft.id, "stage", "awarded", None),
        lambda: state._save(work, draft.id, "draw_seed", "1", None),
        lambda: state._save(work, draft.id, "accepting-opens", garbage, None),
        lambda: state._save(work, draft.id, f"{garbage}-name", garbage, None),
    ):
        with pytest.raises(Refused):
            flow()
    assert built_rows(work.session, draft.id) == before


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_to_deeds_is_refused(work: Work, draft: Contest, garbage: Any) -> None:
    before = built_rows(work.session, draft.id)
    for flow in (
        lambda: Basics._save(work, draft.id, f"applicant:{garbage}", "true", None),
        lambda: Basics._save(work, draft.id, f"direction:{garbage}", "true", None),
        lambda: Public._save(work, draft.id, "limit", garbage, None),
        lambda: Basics._save(work, draft.id, "place", garbage, None),
        lambda: Categories._remove(work, draft.id, garbage),
        lambda: Categories._move(work, draft.id, garbage, True),
        lambda: Categories._save(work, draft.id, f"{garbage}-direction:{garbage}", "true", None),
        lambda: Timeline._save(work, draft.id, f"stage:{garbage}", "true", None),
        lambda: Timeline._push(work, draft.id, garbage),
        lambda: Timeline._shift(work, draft.id, garbage, garbage),
    ):
        with pytest.raises(Refused):
            flow()
    if garbage not in ("", None):
        with pytest.raises(NotFound):
            Categories._save(work, draft.id, "category_basis", garbage, None)
    assert built_rows(work.session, draft.id) == before


DEEDS: list[Callable[[Work, Contest], object]] = [
    lambda work, draft: Basics._save(work, draft.id, "title", "Чужое название", None),
    lambda work, draft: Basics._save(work, draft.id, "place", "region", None),
    lambda work, draft: Basics._save(work, draft.id, "applicant:group", "true", None),
    lambda work, draft: Basics._save(work, draft.id, f"direction:{direction(work).id}", "true", None),
    lambda work, draft: Categories._save(work, draft.id, "category_basis", "nomination", None),
    lambda work, draft: Categories._add(work, draft.id),
    lambda work, draft: Categories._move(work, draft.id, 1, True),
    lambda work, draft: Timeline._save(work, draft.id, "stage:expert", "true", None),
    lambda work, draft: Timeline._shift(work, draft.id, "1", "weeks"),
    lambda work, draft: Timeline._push(work, draft.id, "voting"),
    lambda work, draft: Timeline._swap(work, draft.id),
    lambda work, draft: Timeline._save(work, draft.id, "voting-opens", "2026-12-20T10:00", None),
    lambda work, draft: Public._save(work, draft.id, "vote_limit", "3", None),
    lambda work, draft: Winners._save(work, draft.id, "places", "3", None),
]


@pytest.mark.parametrize("deed", DEEDS)
def test_strangers_change_nothing(work: Work, draft: Contest, deed: Callable[[Work, Contest], object]) -> None:
    before = built_rows(work.session, draft.id)
    for who in (person(work), official(work, place="Нижневартовск")):
        work.actor = actor(work, who)
        with pytest.raises((NotFound, Denied)):
            deed(work, draft)
    assert built_rows(work.session, draft.id) == before


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("stage", [ContestStage.ANNOUNCED, ContestStage.VOTING, ContestStage.CLOSED])
def test_after_publication_nothing_changes(
    work: Work, by: Person, deed: Callable[[Work, Contest], object], stage: ContestStage
) -> None:
    work.actor = actor(work, official(work, region=True))
    row = contest(work, by, stage=stage)
    before = built_rows(work.session, row.id)
    with pytest.raises(WrongStage):
        deed(work, row)
    assert built_rows(work.session, row.id) == before


# Basics


def test_kinds_and_applicants_are_those_that_can_be(work: Work, draft: Contest) -> None:
    more = Basics._opened(work, draft.id).more
    assert [one.value for one in more.kinds] == ["municipal", "individuals", "realised"]
    assert [one.value for one in more.applicants] == ["resident", "group", "organization"]
    assert (more.places, more.is_region, more.place_name) == ([], False, "Берёзовский район")
    Basics._save(work, draft.id, "applicant:group", "true", None)
    assert draft.applicants == ["resident", "group"]
    assert told(work, draft) == "Кто подаёт"
    with pytest.raises(NotFound):
        Basics._save(work, draft.id, "applicant:municipality", "true", None)


def test_a_contest_moves_to_the_region_and_what_is_not_of_it_goes(work: Work, by: Person, draft: Contest) -> None:
    draft.local_only = draft.voters_local = True
    with pytest.raises(Denied):
        Basics._save(work, draft.id, "place", "region", None)
    work.actor = actor(work, official(work, region=True))
    step = Basics._save(work, draft.id, "place", "region", None)
    assert (draft.kind, draft.municipality_id, draft.local_only, draft.voters_local) == (
        ContestKind.REGIONAL,
        None,
        False,
        False,
    )
    assert (step.values["place"], len(step.more.places)) == ("region", 23)
    Basics._save(work, draft.id, "applicant:municipality", "true", None)
    assert ApplicantKind.MUNICIPALITY in draft.applicants
    Basics._save(work, draft.id, "place", str(settlement(work).municipality_id), None)
    assert (draft.kind, draft.applicants) == (ContestKind.MUNICIPAL, ["resident"])
    assert told(work, draft) == "Место: Берёзовский район"
    undo(work, draft)
    assert (draft.kind, draft.municipality_id) == (ContestKind.REGIONAL, None)


def test_a_direction_is_taken_and_left(work: Work, draft: Contest) -> None:
    field = f"direction:{direction(work).id}"
    step = Basics._save(work, draft.id, field, "true", "")
    assert [name for name, value in step.values.items() if name.startswith("direction:") and value] == [field]
    assert told(work, draft) == "Направление «Спорт и ЗОЖ» добавлено"
    assert "спорт и зож" in plain(" ".join(rule.text for rule in step.more.rules))
    version = draft.version
    Basics._save(work, draft.id, field, "true", "")
    assert draft.version == version, "it is taken already"
    step = Basics._save(work, draft.id, field, "", "true")
    assert step.values[field] == ""
    undo(work, draft)
    assert Basics._opened(work, draft.id).values[field] == "true"


def test_the_card_is_what_residents_will_see(work: Work, draft: Contest) -> None:
    more = Basics._save(work, draft.id, "title", "Новое имя", None).more
    assert (more.card[0].title, more.card[0].place) == ("Новое имя", "Берёзовский район")


# Categories


def names(work: Work, draft: Contest) -> list[str]:
    return [row.name for row in categories_of(work.session, draft.id)]


def test_categories_by_population_begin_whole(work: Work, draft: Contest) -> None:
    step = Categories._save(work, draft.id, "category_basis", "population", None)
    assert [row.people_below for row in categories_of(work.session, draft.id)] == [10_000, 100_000, None]
    assert (len(step.more.rows), step.more.flaws) == (3, [])
    first = categories_of(work.session, draft.id)[0]
    assert value(step, f"{first.id}-people_below") == "10 000"
    undo(work, draft)
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
    undo(work, draft)
    assert names(work, draft) == ["Номинация 0", "Номинация 1", "Третья"]


def test_the_criteria_of_a_category_go_and_come_with_it(work: Work, draft: Contest) -> None:
    Categories._save(work, draft.id, "category_basis", "nomination", None)
    row = categories_of(work.session, draft.id)[0]
    work.session.add(Criterion(contest_id=draft.id, category_id=row.id, position=0, name="Польза", weight=100))
    work.session.flush()
    Categories._save(work, draft.id, "category_basis", "", None)
    assert (names(work, draft), criteria_of(work.session, draft.id)) == ([], [])
    undo(work, draft)
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


# The timeline


def test_a_stage_is_moved_and_its_length_is_kept(work: Work, draft: Contest) -> None:
    was = dates(work, draft)[K.DECISION]
    opens, closes = was.opens_at, was.closes_at
    step = Timeline._save(work, draft.id, "decision-opens", local_input(closes + DAY * 5), local_input(opens))
    now = dates(work, draft)[K.DECISION]
    assert (now.opens_at, now.closes_at) == (closes + DAY * 5, closes + DAY * 15)
    assert step.values["decision-closes"] == local_input(closes + DAY * 15)
    undo(work, draft)
    assert dates(work, draft)[K.DECISION].closes_at == closes


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("voting-closes", "2020-01-01T10:00", "Этап кончается раньше"),
        ("voting-closes", "", "Укажите дату и время"),
        ("voting-closes", "2027-02-30T10:00", "Такой даты нет"),
        ("decision-closes", "2099-01-01T10:00", "Проверьте год"),
    ],
)
def test_a_wrong_moment_is_refused_at_its_end(work: Work, draft: Contest, field: str, typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        Timeline._save(work, draft.id, field, typed, None)
    assert set(refused.value.fields) == {field}


def test_a_stage_is_added_in_its_place_and_the_later_ones_make_room(work: Work, draft: Contest) -> None:
    voting, decision = (dates(work, draft)[kind] for kind in (K.VOTING, K.DECISION))
    closes, was = voting.closes_at, decision.opens_at
    step = Timeline._save(work, draft.id, "stage:expert", "true", None)
    now = dates(work, draft)
    assert list(now) == [K.ACCEPTING, K.ADMISSION, K.VOTING, K.EXPERT, K.DECISION]
    assert now[K.EXPERT].opens_at == closes
    assert now[K.DECISION].opens_at >= now[K.EXPERT].closes_at
    assert (now[K.DECISION].opens_at - was) % DAY == timedelta()
    assert draft.winners_by is WinnersBy.BOTH
    assert step.more.both
    undo(work, draft)
    assert (list(dates(work, draft)), dates(work, draft)[K.DECISION].opens_at) == (
        [K.ACCEPTING, K.ADMISSION, K.VOTING, K.DECISION],
        was,
    )
    assert draft.winners_by is WinnersBy.VOTES


def test_a_vote_that_is_left_out_leaves_the_commission_to_decide(work: Work, draft: Contest) -> None:
    Timeline._save(work, draft.id, "stage:expert", "true", None)
    step = Timeline._save(work, draft.id, "stage:voting", "", None)
    assert draft.winners_by is WinnersBy.SCORES
    assert [(one.kind, one.on) for one in step.more.stages] == [
        ("accepting", True),
        ("admission", True),
        ("voting", False),
        ("expert", True),
        ("decision", True),
    ]
    with pytest.raises(Refused, match="Без приёма"):
        Timeline._save(work, draft.id, "stage:accepting", "", None)


def test_the_vote_and_the_commission_change_places(work: Work, draft: Contest) -> None:
    with pytest.raises(NotFound):
        Timeline._swap(work, draft.id)
    Timeline._save(work, draft.id, "stage:expert", "true", None)
    step = Timeline._swap(work, draft.id)
    assert list(dates(work, draft))[2:4] == [K.EXPERT, K.VOTING]
    assert step.more.order == "Сначала комиссия, потом голосование"
    assert [one.kind for one in step.more.stages][2:4] == ["expert", "voting"]
    Timeline._swap(work, draft.id)
    assert list(dates(work, draft))[2:4] == [K.VOTING, K.EXPERT]


def test_everything_is_shifted_by_weeks_and_back(work: Work, draft: Contest) -> None:
    before = {kind: one.opens_at for kind, one in dates(work, draft).items()}
    Timeline._shift(work, draft.id, "2", "weeks")
    assert {kind: one.opens_at - DAY * 14 for kind, one in dates(work, draft).items()} == before
    assert told(work, draft) == "Все сроки на 14 дней позже"
    Timeline._shift(work, draft.id, "−14", "days")
    assert {kind: one.opens_at for kind, one in dates(work, draft).items()} == before
    for count in ("0", "1001", "1,5", "много"):
        with pytest.raises(Refused) as refused:
            Timeline._shift(work, draft.id, count, "days")
        assert set(refused.value.fields) == {"count"}


def test_an_overlap_is_an_error_and_is_pushed_away(work: Work, draft: Contest) -> None:
    admission = dates(work, draft)[K.ADMISSION]
    late = admission.closes_at + DAY * 3
    decision = dates(work, draft)[K.DECISION].opens_at
    step = Timeline._save(work, draft.id, "admission-closes", local_input(late), None)
    row = next(one for one in step.more.stages if one.kind == "voting")
    assert (row.wrong, row.overlaps) == ("Этап начинается раньше, чем кончился предыдущий.", True)
    step = Timeline._push(work, draft.id, "voting")
    now = dates(work, draft)
    assert (now[K.VOTING].opens_at, now[K.DECISION].opens_at) == (late, decision + DAY * 3)
    assert not any(one.wrong for one in step.more.stages)


def test_the_line_and_the_advice_of_a_stage(work: Work, draft: Contest) -> None:
    more = Timeline._opened(work, draft.id).more
    assert [bar.kind for bar in more.bars] == ["accepting", "admission", "voting", "decision"]
    assert len(more.off) >= 6
    assert more.today == "", "reception opens in five days"
    assert plain(more.stages[0].lasts) == "11 дней, 7 рабочих"
    assert plain(more.stages[0].advice[0]) == "Приём заявок начинается в нерабочий день: 28 ноября, суббота."
    assert any("7 рабочих дней, советуем не меньше 10" in plain(text) for text in more.stages[0].advice)
    assert "2027" in more.unknown


# Voting and winners


def test_the_limit_is_told_as_a_choice(work: Work, draft: Contest) -> None:
    assert Public._opened(work, draft.id).values["limit"] == "any"
    step = Public._save(work, draft.id, "limit", "many", "any")
    assert (step.values["limit"], step.values["vote_limit"]) == ("many", "5")
    step = Public._save(work, draft.id, "vote_limit", "1", None)
    assert step.values["limit"] == "one"
    assert [rule.name for rule in step.more.rules] == ["Голосование"]


def test_only_what_can_be_counted_is_offered(work: Work, draft: Contest) -> None:
    assert [one.value for one in Winners._opened(work, draft.id).more.options] == ["votes"]
    Timeline._save(work, draft.id, "stage:expert", "true", None)
    more = Winners._opened(work, draft.id).more
    assert [one.value for one in more.options] == ["votes", "scores", "both"]
    assert (more.has_votes, more.has_scores, plain(more.commission_weight)) == (True, True, "50 %")
    for kind in ("voting", "expert"):
        Timeline._save(work, draft.id, f"stage:{kind}", "", None)
    assert Winners._opened(work, draft.id).more.options == []


def test_what_a_category_gets_is_told(work: Work, draft: Contest) -> None:
    Categories._save(work, draft.id, "category_basis", "nomination", None)
    first = categories_of(work.session, draft.id)[0]
    Categories._save(work, draft.id, f"{first.id}-name", "Память", None)
    Categories._save(work, draft.id, f"{first.id}-places", "3", None)
    more = Winners._save(work, draft.id, "allot", "places", None).more
    assert [(one.name, plain(one.gets)) for one in more.categories] == [
        ("Память", "3 места"),
        ("Без названия", "мест не указано"),
    ]
    more = Winners._save(work, draft.id, "allot", "budget", None).more
    assert more.categories[0].gets == "бюджет не указан"


def test_a_field_is_not_written_over_what_a_colleague_wrote(work: Work, draft: Contest) -> None:
    seen = draft.title
    work.actor = actor(work, official(work))
    Basics._save(work, draft.id, "title", "Название коллеги", seen)
    with pytest.raises(Clashed) as refused:
        Basics._save(work, draft.id, "title", "Моё название", seen)
    assert refused.value.theirs == "Название коллеги"
    Basics._save(work, draft.id, "title", seen, seen)
    assert draft.title == "Название коллеги", "who has changed nothing overwrites nothing"
    row = work.session.get(ContestPhase, (draft.id, K.VOTING))
    moment = local_input(row.closes_at)
    Timeline._save(work, draft.id, "voting-closes", local_input(row.closes_at + DAY), moment)
    with pytest.raises(Clashed):
        Timeline._save(work, draft.id, "voting-closes", local_input(row.closes_at + DAY), moment)


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
    undo(work, draft)
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
    undo(work, draft)
    work.session.refresh(row)
    assert row.settlements == [here.id]
