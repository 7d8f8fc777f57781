"""A count as a film: what is told of each round, to the last ruble."""

from __future__ import annotations

from elka.core.counting import count_by
from elka.core.profile import Profile, Project, VoteType
from elka.core.verdicts import CountTerms, Rule
from elka.state.film_rows import film_rows
from tests.words import plain

PROJECTS = [Project("a", 60), Project("b", 50), Project("c", 30)]
BALLOTS = [["a", "b"]] * 6 + [["c"]] * 3
TITLES = {"a": "Площадь", "b": "Сквер"}


def rows(rule: Rule, budget: int = 120, scale: int = 1, **terms: object) -> list[tuple[object, ...]]:
    profile = Profile.of(VoteType.APPROVAL, PROJECTS, budget, BALLOTS, scale=scale)
    found = film_rows(count_by(rule, profile, CountTerms(**terms), seed="s"), TITLES)  # type: ignore[arg-type]  # of a test
    return [(one.id, one.title, *map(plain, (one.cost, one.got, one.spent, one.left)), one.part) for one in found]


def test_rounds_by_votes() -> None:
    assert rows(Rule.GREEDY) == [
        ("b", "Сквер", "50 ₽", "6 голосов", "50 ₽", "70 ₽", 41.667),
        ("a", "Площадь", "60 ₽", "6 голосов", "110 ₽", "10 ₽", 50.0),
    ]


def test_rounds_by_equal_shares_tell_the_price() -> None:
    profile = Profile.of(VoteType.APPROVAL, PROJECTS, 120, BALLOTS)
    found = film_rows(count_by(Rule.MES_GREEDY, profile, CountTerms(), seed="s"), {})
    assert [(one.id, one.completed) for one in found] == [("b", False), ("c", False)]
    assert [plain(one.got) for one in found] == ["6 голосов, по 8,33 ₽ с человека", "3 голоса, по 10 ₽ с человека"]


def test_kopecks_and_places() -> None:
    assert rows(Rule.GREEDY, scale=100)[0][2] == "0,50 ₽"
    assert [row[5] for row in rows(Rule.TOP, places=1)] == [""]


def test_nothing_taken_makes_no_film() -> None:
    assert rows(Rule.GREEDY, budget=0) == []
