"""The rules of a contest in plain words, in every combination that the constructor offers."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from elka.core.lifecycle import Phase, PhaseKind
from elka.db import Work
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion
from elka.models.contests import Allot, ContestKind, VoteKind, WinnersBy
from elka.state.contest import ContestState
from elka.state.contest_parts import parts_of, population
from elka.state.contest_rules import rules
from tests import factories
from tests.factories import DAY, JUDGED, VOTED
from tests.models.test_judging import bare
from tests.words import plain

K = PhaseKind
ALONE = (K.ACCEPTING, K.EXPERT, K.DECISION)
FIRST = (K.ACCEPTING, K.EXPERT, K.VOTING, K.DECISION)


def told(place: str | None = None, kinds: tuple[PhaseKind, ...] = VOTED, **fields: Any) -> dict[str, str]:
    categories, criteria = fields.pop("categories", ()), fields.pop("criteria", ())
    start = factories.datetime(2026, 11, 1)
    phases = [Phase(kind, start + DAY * at, start + DAY * (at + 1)) for at, kind in enumerate(kinds)]
    found = rules(bare(**fields), place, [], phases=phases, categories=categories, criteria=criteria)
    return {rule.name: plain(rule.text) for rule in found}


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"applicants": ["resident"]}, None, ["житель Югры с 14 лет", "Собирать группу не обязательно"]),
        (
            {"applicants": ["resident", "group", "organization"], "group_min": 3},
            None,
            ["от своего имени, от инициативной группы или от организации", "название и ИНН", "не меньше 3 человек"],
        ),
        ({"applicants": ["group"], "group_min": 10}, None, ["от инициативной группы", "не меньше 10 человек"]),
        ({"applicants": ["municipality"]}, None, ["Подают муниципалитеты", "сотрудник администрации"]),
        ({"min_age": 14, "max_age": 35}, None, ["от 14 до 35 лет"]),
        ({"local_only": True}, "Берёзовский район", ["живёт здесь: Берёзовский район"]),
        ({"kind": ContestKind.REALISED}, None, ["реализованного проекта"]),
    ],
)
def test_who_may_file(fields: dict[str, Any], place: str | None, words: list[str]) -> None:
    text = told(place, **fields)["Кто подаёт"]
    for expected in words:
        assert expected in text


@pytest.mark.parametrize(
    ("fields", "place", "kinds", "words"),
    [
        ({"voter_age": 16}, None, VOTED, "Голосуют жители Югры с 16 лет"),
        ({"voters_local": True}, "Берёзовский район", VOTED, "только те, кто живёт здесь: Берёзовский район, с 14 лет"),
        (
            {"vote_kind": VoteKind.KNAPSACK, "budget": 5_000_000},
            None,
            VOTED,
            "вместе они стоят не больше бюджета конкурса, 5 000 000 ₽. Выбор можно",
        ),
        ({"vote_limit": 1}, None, VOTED, "не больше чем за 1 проект"),
        ({}, None, ALONE, "не голосуют: победителей выбирает комиссия"),
        ({"winners_by": WinnersBy.SCORES}, None, JUDGED, "места распределяют баллы комиссии"),
    ],
)
def test_who_votes(fields: dict[str, Any], place: str | None, kinds: tuple[PhaseKind, ...], words: str) -> None:
    assert words in told(place, kinds, **fields)["Голосование"]


@pytest.mark.parametrize(
    ("fields", "kinds", "words"),
    [
        ({}, VOTED, ["по числу голосов", "набрал хотя бы один голос", "осталось от бюджета"]),
        ({"min_votes": 20}, VOTED, ["набрал не меньше 20 голосов"]),
        ({"winners_by": WinnersBy.SCORES, "min_votes": 5}, ALONE, ["по баллам комиссии", "больше нуля баллов"]),
        (
            {"winners_by": WinnersBy.SCORES, "min_votes": 5, "min_score": 6_250},
            JUDGED,
            ["не меньше 5 голосов, получил от комиссии не меньше 62,5 балла и его сумма"],
        ),
        (
            {"winners_by": WinnersBy.BOTH, "public_weight": 30},
            JUDGED,
            ["30 % в нём — голоса, 70 % — баллы комиссии", "больше всего в конкурсе"],
        ),
        ({"allot": Allot.PLACES, "places": 5}, VOTED, ["Мест — 5.", "место получает проект, который набрал"]),
        (
            {
                "allot": Allot.PLACES,
                "category_basis": CategoryBasis.NOMINATION,
                "categories": [ContestCategory(id=1, name="А", places=2), ContestCategory(id=2, name="Б", places=1)],
            },
            VOTED,
            ["В каждой категории свои места."],
        ),
        (
            {
                "winners_by": WinnersBy.BOTH,
                "category_basis": CategoryBasis.NOMINATION,
                "categories": [ContestCategory(id=1, name="А", budget=2)],
            },
            JUDGED,
            ["больше всего в своей категории", "бюджета своей категории"],
        ),
    ],
)
def test_how_winners_are_chosen(fields: dict[str, Any], kinds: tuple[PhaseKind, ...], words: list[str]) -> None:
    text = told(None, kinds, **fields)["Кто побеждает"]
    for expected in words:
        assert expected in text


def test_categories_say_whom_they_are_for_and_what_they_have() -> None:
    small = ContestCategory(id=1, name="Сёла", budget=5_000_000, people_below=10_000)
    large = ContestCategory(id=2, name="Города", people_from=10_000)
    text = told(category_basis=CategoryBasis.POPULATION, categories=[small])["Категории"]
    assert "«Сёла» — 5 млн ₽" in text
    assert "в каждой категории отдельно" in text
    mixed = told(category_basis=CategoryBasis.POPULATION, categories=[small, large])["Категории"]
    assert "остальные категории соревнуются вместе" in mixed
    assert "Категории" not in told()
    assert [plain(population(*bounds)) for bounds in ((None, 10_000), (10_000, 100_000), (100_000, None))] == [
        "меньше 10 000 человек",
        "от 10 000 до 100 000 человек",
        "от 100 000 человек",
    ]


def test_the_commission_and_appeals_are_told() -> None:
    criteria = [Criterion(weight=50), Criterion(weight=50)]
    after = told(None, JUDGED, winners_by=WinnersBy.BOTH, min_reviews=3, criteria=criteria)["Комиссия"]
    assert "после голосования" in after
    assert "по 2 критериям, по каждой заявке не меньше 3 подписанных листов" in after
    assert "до голосования" in told(None, FIRST, winners_by=WinnersBy.BOTH)["Комиссия"]
    assert "вместо голосования" in told(None, ALONE, winners_by=WinnersBy.SCORES)["Комиссия"]
    assert "комиссия не начинает работу" in told(None, ALONE)["Проверка"]
    assert "Комиссия" not in told()
    assert "в течение 5 дней" in told()["Если отказали"]
    assert "окончательное" in told(appeal_days=0)["Если отказали"]


def test_a_contest_of_realised_projects_asks_for_no_money() -> None:
    assert "Наградной фонд" in told(kind=ContestKind.REALISED)["Деньги"]


def test_two_plans_for_one_place() -> None:
    name = "Если проекты для одного места"
    voted = told()[name]
    assert "отмечает до открытия голосования" in voted
    assert "победит не больше одного" in voted
    assert "Голосовать можно за любые из них." in voted
    assert "категори" not in voted
    judged = told(None, ALONE, winners_by=WinnersBy.SCORES)[name]
    assert "до начала оценки" in judged
    assert "Голосовать" not in judged
    assert name not in told(kind=ContestKind.REALISED)


@pytest.mark.parametrize(("by", "allot", "kinds"), list(product(WinnersBy, Allot, (VOTED, JUDGED, FIRST, ALONE))))
def test_every_combination_is_told_whole(by: WinnersBy, allot: Allot, kinds: tuple[PhaseKind, ...]) -> None:
    for texts in (
        told(None, kinds, winners_by=by, allot=allot, places=3, min_score=1, min_votes=1),
        told("Сургут", kinds, winners_by=by, allot=allot, places=1, voters_local=True),
    ):
        assert list(texts)[-3:-1] == ["Кто побеждает", "Если проекты для одного места"]
        for text in texts.values():
            assert not any(wrong in text for wrong in ("None", "  ", " .", " ,", "..", "{", "}"))
            assert text.endswith((".", ":"))


def test_criteria_and_categories_stand_on_the_page_of_the_contest(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(
        work, official, phases=JUDGED, winners_by=WinnersBy.BOTH, category_basis=CategoryBasis.DIRECTION
    )
    sport = factories.direction(work)
    category = factories.category(work, contest, "Спорт", budget=700_000, directions=[sport.id])
    factories.criterion(
        work, contest, "Польза", weight=60, marks=[{"mark": 0, "text": "Никому"}, {"mark": 5, "text": "Всем"}]
    )
    factories.criterion(work, contest, "Тренер", weight=40, most=10, category_id=category.id)
    page, _ = ContestState._opened(work, contest.id, "", 1)
    (row,) = page.parts.categories
    assert (row.name, plain(row.room)) == ("Спорт", "700 тыс. ₽")
    assert row.who.lower() == sport.name.lower()
    use, coach = page.parts.criteria
    assert (plain(use.weight), plain(use.most), use.only) == ("60 %", "до 5", "")
    assert [(mark.mark, mark.text) for mark in use.marks] == [("5", "Всем"), ("0", "Никому")]
    assert (coach.only, plain(coach.most)) == ("Спорт", "до 10")
    contest.winners_by = WinnersBy.VOTES
    work.session.flush()
    assert parts_of(work, contest).criteria == []


@pytest.mark.parametrize("by", [WinnersBy.VOTES, WinnersBy.BOTH])
def test_what_is_published_is_not_promised(by: WinnersBy) -> None:
    ahead = " ".join(told(kinds=JUDGED, winners_by=by).values())
    assert "будет написано" in ahead
    after = " ".join(told(kinds=JUDGED, winners_by=by, published_at=factories.datetime(2027, 1, 1)).values())
    assert "будет написано" not in after
    assert "станут видны" not in after
