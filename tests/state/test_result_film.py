"""The film of a published count, and where its money went; nothing of an unpublished one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elka import clock
from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import NotFound
from elka.models.contests import Allot
from elka.models.projects import Project
from elka.state.result_film import Film, ResultFilmState
from tests import factories
from tests.browser import commit, sent, shown_to
from tests.garbage import GARBAGE
from tests.voted import closed, published
from tests.words import plain


def test_rounds_in_their_order_with_what_is_left(work: Work) -> None:
    made = published(work)
    film = ResultFilmState._film(work, made.contest.id)
    frames = film.frames or []
    assert plain(film.budget) == "700 000 ₽"
    assert [plain(one.got) for one in frames] == ["3 голоса", "2 голоса"]
    assert [(plain(one.spent), plain(one.left)) for one in frames] == [
        ("300 000 ₽", "400 000 ₽"),
        ("600 000 ₽", "100 000 ₽"),
    ]
    assert frames[0].part == 42.857
    assert frames[0].title == "Проект 0"


def test_money_by_places_and_directions(work: Work) -> None:
    made = published(work)
    sport, other = factories.direction(work), factories.direction(work, "culture")
    for entry in made.entries:
        project = work.session.get_one(Project, entry.project_id)
        project.direction_id = other.id if entry is made.entries[0] else sport.id
    work.session.flush()
    found = ResultFilmState._film(work, made.contest.id).directions or []
    assert {plain(one.name): (plain(one.money), one.percent, one.note) for one in found} == {
        plain(other.name): ("300 тыс. ₽", 100, "1 из 1"),
        plain(sport.name): ("300 тыс. ₽", 100, "1 из 3"),
    }


def test_places_have_no_money(work: Work) -> None:
    made = published(work, allot=Allot.PLACES, places=2)
    film = ResultFilmState._film(work, made.contest.id)
    assert film.budget == ""
    assert [(one.left, one.part) for one in film.frames or []] == [("", 0.0), ("", 0.0)]


def test_nothing_before_publication_to_anybody(work: Work) -> None:
    made = closed(work)
    nothing = Film(contest=made.contest.id or 0)
    for who in (GUEST, factories.actor(work, made.official)):
        work.actor = who
        assert ResultFilmState._film(work, made.contest.id) == nothing


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_no_contest(work: Work, garbage: object) -> None:
    with pytest.raises(NotFound):
        ResultFilmState._film(work, garbage)


async def test_what_the_browser_gets(work: Work) -> None:
    made = published(work)
    made.contest.published_at = clock.now() - timedelta(hours=1)  # pages look at the real clock
    commit(work)
    state = shown_to(ResultFilmState, path=f"/contests/{made.contest.id}/results")
    await state.load()
    told = str(await sent(state))
    assert "Проект 0" in told
    assert "Проект 3" not in told  # it did not win
