"""The steps of the constructor: every field saves itself, is told, refuses nonsense, and is nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from elka.core.lifecycle import ContestStage, PhaseKind
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, WrongStage
from elka.models.contest_edits import built_rows
from elka.models.contest_fields import local_input
from elka.models.contest_parts import categories_of
from elka.models.contests import ApplicantKind, Contest, ContestKind, ContestPhase, VoteKind
from elka.models.people import Person
from elka.state.build_basics import BuildBasicsState
from elka.state.build_categories import BuildCategoriesState
from elka.state.build_rules import BuildPublicState, BuildWinnersState
from elka.state.build_timeline import BuildTimelineState
from elka.state.building import Clashed
from tests.drafts import take_back, told, value
from tests.factories import actor, contest, direction, official, person, settlement
from tests.garbage import GARBAGE
from tests.words import plain

Basics, Categories, Timeline = BuildBasicsState, BuildCategoriesState, BuildTimelineState
Public, Winners = BuildPublicState, BuildWinnersState
DAY = timedelta(days=1)
K = PhaseKind

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
        take_back(work, draft)
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
    take_back(work, draft)
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
    take_back(work, draft)
    assert Basics._opened(work, draft.id).values[field] == "true"


def test_the_card_is_what_residents_will_see(work: Work, draft: Contest) -> None:
    more = Basics._save(work, draft.id, "title", "Новое имя", None).more
    assert (more.card[0].title, more.card[0].place) == ("Новое имя", "Берёзовский район")


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
