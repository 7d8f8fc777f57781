"""Results of contests that are not votes within one budget: categories, places, ratings, realised projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from elka import doctor
from elka.core.actor import GUEST
from elka.core.tally import Reason
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import CategoryBasis, ContestCategory, Criterion
from elka.models.contests import Allot, Contest, ContestKind, ContestStage, WinnersBy
from elka.models.people import Person
from elka.models.projects import Project, ProjectStage
from elka.models.results import Count, Outcome
from elka.state.contest import ContestState
from elka.state.outcome_words import figure, got, made_of, points, why
from elka.state.project_page import ProjectState
from elka.state.result_table import EXPORT_HEAD
from elka.state.results import ResultsState
from tests import factories
from tests.factories import JUDGED
from tests.letters import letters
from tests.models.test_judging import ALONE, cast
from tests.words import plain

S, A = ContestStage, ApplicationStatus


@dataclass
class Judged:
    """A contest judged by two categories, in its decision; marks are of five, by one criterion."""

    contest: Contest
    official: Person
    entries: list[Application]
    categories: list[ContestCategory]
    criterion: Criterion


def judged(work: Work, *, votes: tuple[int, ...] = (4, 2, 1, 1), **fields: Any) -> Judged:
    """Make it: applications 0 and 1 are of the first category, 2 and 3 of the second; marks 2.5, 4.5, 3, 5."""
    official = factories.official(work)
    wanted = {
        "stage": S.DECISION,
        "phases": JUDGED,
        "winners_by": WinnersBy.BOTH,
        "public_weight": 40,
        "category_basis": CategoryBasis.NOMINATION,
        "kind": ContestKind.MUNICIPAL,
        **fields,
    }
    rooms = {"places": 1} if wanted.get("allot") is Allot.PLACES else {"budget": 400_000}
    contest = factories.contest(work, official, **wanted)
    categories = [factories.category(work, contest, name, **rooms) for name in ("Сёла", "Города")]
    stage = ProjectStage.REALISED if contest.kind is ContestKind.REALISED else ProjectStage.SUBMITTED
    entries = [
        factories.application(
            work,
            contest,
            factories.project(work, factories.person(work), title=f"Проект {number}", stage=stage),
            category_id=categories[number // 2].id,
        )
        for number in range(4)
    ]
    criterion = factories.criterion(work, contest)
    cast(work, contest, {entry.id: count for entry, count in zip(entries, votes, strict=True)})
    for entry, mark in zip(entries, (250, 450, 300, 500), strict=True):
        factories.judged(work, entry, {criterion.id: mark})
    work.actor = factories.actor(work, official)
    return Judged(contest, official, entries, categories, criterion)


def published(work: Work, **fields: Any) -> Judged:
    made = judged(work, **fields)
    ResultsState._count(work, made.contest.id)
    ResultsState._publish(work, made.contest.id)
    work.session.flush()
    work.actor = GUEST
    return made


def test_results_are_told_by_category_with_points(work: Work) -> None:
    made = published(work)
    shown = ResultsState._opened(work, made.contest.id, "", 1, 1)
    # Сёла: 40·4/4 + 60·0.5 = 70 and 40·2/4 + 60·0.9 = 74; Города: 40 + 60·0.6 = 76 and 40 + 60 = 100
    assert [(one.title, one.rank, plain(one.got)) for one in shown.listed.winners] == [
        ("Проект 1", "1", "74 балла"),
        ("Проект 3", "1", "100 баллов"),
    ]
    assert [(one.title, one.rank) for one in shown.listed.rest] == [("Проект 0", "2"), ("Проект 2", "2")]
    assert [(one.heading, plain(one.note)) for one in shown.listed.winners] == [
        ("Сёла", "победил 1 из 2 · 300 тыс. ₽ из 400 тыс. ₽"),
        ("Города", "победил 1 из 2 · 300 тыс. ₽ из 400 тыс. ₽"),
    ]
    assert [one.heading for one in shown.listed.rest] == ["Сёла", "Города"]
    first = shown.listed.winners[0]
    assert plain(first.parts) == "2 голоса, 90 баллов комиссии"
    assert plain(first.story) == f"2 голоса, 90 баллов комиссии. {plain(first.why)}"
    assert plain(shown.listed.winners[0].why) == "Хватило и баллов, и бюджета."
    rest = plain(shown.listed.rest[0].why)
    assert rest.startswith("Не хватило бюджета: оставалось 100 000 ₽, нужно 300 000 ₽. Хватило бы ещё 4")
    assert [option.label for option in shown.categories] == ["Сёла", "Города"]
    assert [rule.name for rule in shown.rules] == ["Комиссия", "Кто побеждает", "Если баллов поровну"]


def test_one_category_is_shown_alone(work: Work) -> None:
    made = published(work)
    asked = made.contest.id, "", 1, 1, str(made.categories[1].id)
    listed = ResultsState._listed(work, *asked)
    assert [one.title for one in (*listed.winners, *listed.rest)] == ["Проект 3", "Проект 2"]
    assert listed.category == asked[-1]
    for garbage in (None, "", "x", -1, 10**9, [], "0", str(10**30)):
        assert len(ResultsState._listed(work, made.contest.id, "", 1, 1, garbage).winners) == 2


def test_places_are_told_in_place_of_money(work: Work) -> None:
    made = published(work, allot=Allot.PLACES)
    shown = ResultsState._opened(work, made.contest.id, "", 1, 1)
    row = shown.row
    assert (row.given, row.spent, plain(row.budget), row.spent_percent, row.left) == (
        "Занято мест",
        "2",
        "2 мест",
        100,
        "",
    )
    assert [plain(one.note) for one in shown.listed.winners] == ["победил 1 из 2 · 1 место"] * 2
    assert plain(shown.listed.winners[0].why) == "Хватило баллов: проект среди первых."
    assert plain(shown.listed.rest[0].why).startswith("Места достались другим: не хватило 4")
    assert (made.entries[0].status, made.entries[1].status) == (A.LOST, A.WON)


def test_categories_that_share_one_room_are_a_word_on_the_card(work: Work) -> None:
    made = judged(work, budget=600_000)
    for category in made.categories:
        work.session.execute(sa.text("ALTER TABLE contest_categories DISABLE TRIGGER parts_stand"))
        category.budget = None
        work.session.flush()
        work.session.execute(sa.text("ALTER TABLE contest_categories ENABLE TRIGGER parts_stand"))
    ResultsState._count(work, made.contest.id)
    ResultsState._publish(work, made.contest.id)
    work.session.flush()
    listed = ResultsState._listed(work, made.contest.id, "", 1, 1)
    assert [(one.rank, one.heading) for one in listed.winners] == [("1", ""), ("2", "")]
    assert listed.winners[0].category == "Сёла"
    assert {one.category for one in listed.rest} <= {"Сёла", "Города"}


def test_the_table_has_points_and_categories_and_no_formula(work: Work) -> None:
    made = published(work)
    rows = [dict(zip(EXPORT_HEAD, row, strict=True)) for row in ResultsState._export(work, made.contest.id, 0)]
    wanted = ("Место", "Голоса", "Баллы комиссии", "Рейтинг", "Категория", "Место в категории", "Итог")
    assert [tuple(row[name] for name in wanted) for row in rows] == [
        (1, 2, "90,00", "74,00", "Сёла", 1, "Победил"),
        (2, 4, "50,00", "70,00", "Сёла", 2, "Не победил"),
        (3, 1, "100,00", "100,00", "Города", 1, "Победил"),
        (4, 1, "60,00", "76,00", "Города", 2, "Не победил"),
    ]
    assert [row[0] for row in ResultsState._export(work, made.contest.id, 2)] == [3, 4]


def test_what_a_project_got_stands_on_its_page_and_on_the_contest(work: Work) -> None:
    made = published(work)
    _, entries = ContestState._opened(work, made.contest.id, "", 1)
    assert [plain(row.votes) for row in entries.rows] == ["74 балла", "70 баллов", "100 баллов", "76 баллов"]
    view = ProjectState._view(work, made.entries[1].project_id)
    assert plain(view.fates[0].votes) == "74 балла"


def test_applicants_are_told_of_their_points(work: Work) -> None:
    published(work)
    bodies = {plain(letter.subject): plain(letter.body) for letter in letters(work)}
    assert (
        "Рейтинг — 74 балла из 100: 2 голоса жителей, 90 баллов комиссии. Выделено: 300 000 ₽"
        in bodies["Проект «Проект 1» победил"]
    )


def test_a_contest_of_realised_projects_moves_nobody(work: Work) -> None:
    made = published(work, kind=ContestKind.REALISED, allot=Allot.PLACES)
    projects = [work.session.get_one(Project, entry.project_id) for entry in made.entries]
    assert {project.stage for project in projects} == {ProjectStage.REALISED}
    assert {(project.granted, project.won_contest_id, project.supported_at) for project in projects} == {
        (None, None, None)
    }
    assert [entry.status for entry in made.entries] == [A.LOST, A.WON, A.LOST, A.WON]
    bodies = [plain(letter.body) for letter in letters(work)]
    assert not any("Выделено" in body or "снова можно править" in body for body in bodies)
    assert sum("свяжется с вами о награждении" in body for body in bodies) == 2


def test_the_promises_of_the_database_know_categories_places_and_marks(work: Work) -> None:
    for terms in ({}, {"allot": Allot.PLACES}, {"phases": ALONE, "winners_by": WinnersBy.SCORES, "votes": (0,) * 4}):
        published(work, **terms)
    work.session.commit()

    def broken() -> set[str]:
        known = {"applications without their revision"}  # a factory's application has none
        return {finding.name for finding in doctor.invariants() if not finding.ok} - known

    assert broken() == set()
    outcomes = work.session.execute(sa.select(Outcome).order_by(Outcome.contest_id, Outcome.rank)).scalars().all()
    # The database refuses all of this by itself: its guards are put aside to see whether the doctor would find it.
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    budget, places = outcomes[1], outcomes[5]
    budget.won = places.won = True
    outcomes[8].score = 1
    counts = work.session.execute(sa.select(Count).order_by(Count.contest_id)).scalars().all()
    for count in counts[:2]:
        count.spent += 300_000
    work.session.commit()
    assert broken() == {
        "winners over the budget or the places of their category",
        "winners over the places",
        "outcomes that differ from the marks",
        "results in force that differ from their version",
    }


def test_results_are_not_published_without_all_marks(work: Work) -> None:
    made = judged(work)
    made.entries[2].reviews = 0
    contest = made.contest
    work.session.execute(sa.text("ALTER TABLE contests DISABLE TRIGGER rules_stand"))
    contest.min_reviews = 1
    work.session.flush()
    work.session.execute(sa.text("ALTER TABLE contests ENABLE TRIGGER rules_stand"))
    with pytest.raises(Refused, match="осталось: 1"):
        ResultsState._count(work, contest.id)


# Words


def outcome(reason: Reason, **fields: Any) -> Outcome:
    return Outcome(
        **{
            "contest_id": 1,
            "application_id": 1,
            "rank": 1,
            "votes": 12,
            "amount": 300_000,
            "won": reason is Reason.WON,
            "reason": reason.value,
            **fields,
        }
    )


RATED = {"points": 7_843, "score": 8_100}


@pytest.mark.parametrize(
    ("row", "options", "expected"),
    [
        (outcome(Reason.WON), {}, "Хватило и голосов, и бюджета."),
        (outcome(Reason.WON), {"by_places": True}, "Хватило голосов: проект среди первых."),
        (outcome(Reason.WON, **RATED), {}, "Хватило и баллов, и бюджета."),
        (outcome(Reason.NO_VOTES, votes=0), {}, "За проект никто не проголосовал."),
        (outcome(Reason.BELOW_MINIMUM, lacking_votes=3), {}, "Не хватило 3 голосов до минимума в 15 голосов."),
        (outcome(Reason.NO_SCORE), {}, "Комиссия не оценила проект."),
        (
            outcome(Reason.BELOW_SCORE, score=3_950, points=3_950, lacking_points=1_050),
            {},
            "Комиссия дала 39,5 балла, а нужно не меньше 50 баллов.",
        ),
        (outcome(Reason.NO_POINTS, points=0, score=0), {}, "Проект не набрал ни одного балла."),
        (
            outcome(Reason.NO_BUDGET, **RATED, lacking_money=300_000, lacking_points=101),
            {},
            "Не хватило бюджета: он уже был распределён, нужно 300 000 ₽. Хватило бы ещё 1,01 балла.",
        ),
        (
            outcome(Reason.NO_BUDGET, **RATED, lacking_money=1),
            {"drawn": True},
            "При равенстве баллов жребий выбрал другой проект, и бюджета на этот уже не хватило.",
        ),
        (
            outcome(Reason.NO_PLACE, lacking_votes=1),
            {"by_places": True},
            "Места достались другим: не хватило 1 голоса.",
        ),
        (outcome(Reason.NO_PLACE, **RATED, lacking_points=100), {}, "Места достались другим: не хватило 1 балла."),
        (
            outcome(Reason.NO_PLACE),
            {"drawn": True},
            "При равенстве голосов жребий выбрал другой проект, и мест больше не осталось.",
        ),
        (outcome(Reason.NO_CATEGORY), {}, "Проект не подошёл ни к одной категории конкурса."),
    ],
)
def test_every_reason_has_its_words(row: Outcome, options: dict[str, bool], expected: str) -> None:
    assert plain(why(row, **options)) == expected


@pytest.mark.parametrize("reason", list(Reason))
def test_no_reason_is_without_words(reason: Reason) -> None:
    for row in (outcome(reason), outcome(reason, **RATED)):
        assert why(row).endswith(".")


@pytest.mark.parametrize(
    ("row", "short", "long", "parts"),
    [
        (outcome(Reason.WON), "12 голосов", "За него отдано 12 голосов.", ""),
        (outcome(Reason.WON, score=8_000), "12 голосов", "За него отдано 12 голосов.", "80 баллов комиссии"),
        (
            outcome(Reason.WON, **RATED),
            "78,43 балла",
            "Рейтинг — 78,43 балла из 100: 12 голосов жителей, 81 балл комиссии.",
            "12 голосов, 81 балл комиссии",
        ),
        (
            outcome(Reason.WON, votes=0, points=7_000, score=7_000),
            "70 баллов",
            "Комиссия дала 70 баллов из 100.",
            "0 голосов, 70 баллов комиссии",
        ),
        (outcome(Reason.NO_SCORE, points=0), "0 баллов", "Комиссия его не оценила.", "12 голосов, без оценки"),
    ],
)
def test_what_a_project_got(row: Outcome, short: str, long: str, parts: str) -> None:
    assert (plain(figure(row)), plain(got(row)), plain(made_of(row, voted=True))) == (short, long, parts)


@pytest.mark.parametrize(
    ("hundredths", "words"),
    [(0, "0 баллов"), (100, "1 балл"), (250, "2,5 балла"), (7_843, "78,43 балла"), (10_000, "100 баллов")],
)
def test_points_are_written(hundredths: int, words: str) -> None:
    assert plain(points(hundredths)) == words
