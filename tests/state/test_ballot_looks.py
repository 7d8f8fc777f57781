"""A ballot besides its list: the voter's own places and points, the map, the comparison, what is said of each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, SYSTEM
from elka.core.formfields import Audience, FieldKind
from elka.core.geo import project as on_the_drawing
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import Contest, ContestStage, VoteKind
from elka.models.forms import FormField
from elka.models.places import Settlement
from elka.models.projects import Project
from elka.state.ballots import BallotState
from elka.state.comparing import LONGEST
from elka.state.contest_rows import figures_of
from elka.state.project_view import view_of
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, pressed, shown_to, signed_in
from tests.office import filed
from tests.words import plain

S = ContestStage


def voting(work: Work, number: int = 3, **rules: Any) -> tuple[Contest, list[int]]:
    contest = factories.contest(work, factories.official(work), **{"stage": S.VOTING, "vote_limit": 3, **rules})
    author = factories.person(work)
    return contest, [
        filed(work, contest, status=ApplicationStatus.ADMITTED, author=author, title=f"Проект {one}").id
        for one in range(1, number + 1)
    ]


def opened(work: Work, contest: Contest, **wanted: str) -> Any:
    return BallotState._opened(work, str(contest.id), wanted, "tab")


def cast(work: Work, contest: Contest, picks: list[int], points: list[int] | None = None) -> None:
    VotesState._cast(work, contest.id, picks, points or [])


def test_ones_own_places_come_back_in_their_order(work: Work) -> None:
    contest, [a, b, c] = voting(work, vote_kind=VoteKind.RANKED)
    work.actor = factories.actor(work, factories.person(work))
    cast(work, contest, [c, a, b])
    page = opened(work, contest)
    assert [(one.id, one.place, one.points) for one in page.mine] == [(c, 1, 0), (a, 2, 0), (b, 3, 0)]
    assert (page.head.kind, page.head.limit, page.head.share) == ("ranked", 3, 0)
    # One that left the ballot leaves no gap.
    work.session.get_one(Application, c).status = ApplicationStatus.WITHDRAWN
    work.session.flush()
    assert [one.id for one in opened(work, contest).mine] == [a, b]


def test_ones_own_points_come_back_the_most_first(work: Work) -> None:
    contest, [a, b, c] = voting(work, vote_kind=VoteKind.POINTS, points_limit=10, vote_limit=None)
    work.actor = factories.actor(work, factories.person(work))
    cast(work, contest, [a, b, c], [1, 6, 2])
    page = opened(work, contest)
    assert [(one.id, one.place, one.points) for one in page.mine] == [(b, 0, 6), (c, 0, 2), (a, 0, 1)]
    assert (page.head.kind, page.head.limit, page.head.share) == ("points", 0, 10)


@pytest.mark.parametrize("kind", [VoteKind.RANKED, VoteKind.POINTS])
def test_nobody_else_is_shown_places_or_points(work: Work, kind: VoteKind) -> None:
    contest, [a, b, _] = voting(work, vote_kind=kind)
    voter = factories.person(work)
    work.actor = factories.actor(work, voter)
    cast(work, contest, [b, a], [7, 1] if kind is VoteKind.POINTS else None)
    for actor in (
        GUEST,
        factories.actor(work, factories.person(work)),
        factories.actor(work, factories.official(work)),
    ):
        work.actor = actor
        assert opened(work, contest).mine == []


@pytest.mark.parametrize(
    ("rules", "how_many", "rule"),
    [
        (
            {"vote_kind": VoteKind.RANKED, "vote_limit": 5},
            "Расставьте по местам до 5 проектов: первое место даёт 5 баллов, каждое следующее на балл меньше",
            "Можно менять до закрытия.",
        ),
        (
            {"vote_kind": VoteKind.POINTS, "points_limit": 21, "vote_limit": None, "may_change_votes": False},
            "Разделите 21 балл между проектами, как хотите",
            "Отданные баллы не меняют, можно только раздать оставшиеся другим проектам.",
        ),
        (
            {"vote_kind": VoteKind.POINTS, "points_limit": 10, "vote_limit": 4},
            "Разделите 10 баллов между не больше чем 4 проектами",
            "Можно менять до закрытия.",
        ),
        (
            {"vote_kind": VoteKind.RANKED, "may_change_votes": False},
            "Расставьте по местам до 3 проектов: первое место даёт 3 балла, каждое следующее на балл меньше",
            "Отданный голос и его место не меняют, новые проекты встают в конец.",
        ),
        ({"vote_limit": 1, "may_change_votes": False}, "Можно выбрать один проект", "Отданный голос не меняют."),
    ],
)
def test_what_a_ballot_is_is_told_plainly(work: Work, rules: dict[str, Any], how_many: str, rule: str) -> None:
    contest, _ = voting(work, **rules)
    head = opened(work, contest).head
    assert (plain(head.how_many), head.rule) == (how_many, rule)


def test_running_figures_of_points_tell_of_people(work: Work) -> None:
    contest, [a, b, _] = voting(work, vote_kind=VoteKind.POINTS, figures_hidden=False)
    for points in (9, 1):
        work.actor = factories.actor(work, factories.person(work))
        cast(work, contest, [a], [points])
    work.actor = GUEST
    told = {key: plain(text) for key, text in figures_of(work, contest, [a, b]).items()}
    assert told == {a: "выбрали 2 человека", b: "выбрали 0 человек"}
    project = work.session.get_one(Project, work.session.get_one(Application, a).project_id)
    assert plain(view_of(work, project).votes) == "выбрали 2 человека"


def test_the_map_has_every_project_and_is_narrowed_as_the_list_is(work: Work) -> None:
    contest, ids = voting(work, 30)
    there = filed(work, contest, status=ApplicationStatus.ADMITTED, title="Мост", place="Берёзово")
    page = opened(work, contest, view="map")
    assert sorted(one.id for one in page.listed.points) == sorted([*ids, there.id])
    assert (page.listed.rows, page.listed.total, page.listed.view) == ([], 31, "map")
    point = next(one for one in page.listed.points if one.id == there.id)
    place = work.session.execute(sa.select(Settlement).where(Settlement.name == "Берёзово")).scalars().first()
    assert place is not None
    assert (point.x, point.y) == on_the_drawing(place.lat, place.lon)
    assert (point.exact, plain(point.title), point.href) == (False, "Мост", f"/projects/{there.project_id}")
    found = BallotState._listed(work, contest.id, "мост", "", "", 0, "tab", "map")
    assert [one.id for one in found.points] == [there.id]


def test_a_point_that_everybody_may_see_is_where_the_project_stands(work: Work) -> None:
    contest, [a, b, _] = voting(work)
    for key, audience in (("where", Audience.EVERYONE), ("secret", Audience.EXPERTS)):
        work.session.add(
            FormField(
                contest_id=contest.id,
                key=key,
                position=90 + len(key),
                kind=FieldKind.POINT,
                label="Где",
                audience=audience,
            )
        )
    given = {a: {"where": {"lat": 61.5, "lon": 69.5}, "secret": {"lat": 60.0, "lon": 70.0}}, b: {"where": "нигде"}}
    # A revision is never changed: those that were filed are made anew, with answers.
    for key, answers in given.items():
        row = work.session.get_one(Application, key)
        old = work.session.get_one(Revision, (key, row.revision))
        work.session.add(
            Revision(
                application_id=key,
                number=row.revision + 1,
                content={**old.content, "answers": answers},
                submitted_by=old.submitted_by,
                submitted_at=work.now,
            )
        )
        row.revision += 1
    work.session.flush()
    points = {one.id: one for one in opened(work, contest, view="map").listed.points}
    assert (points[a].exact, points[a].x, points[a].y) == (True, *on_the_drawing(61.5, 69.5))
    assert not points[b].exact


def test_a_settlement_without_a_point_stands_at_its_centre(work: Work) -> None:
    contest, _ = voting(work, 1)
    places = work.session.begin_nested()  # reference rows are of all tests
    work.session.execute(sa.text("UPDATE settlements SET lat = NULL, lon = NULL"))
    found = opened(work, contest, view="map").listed.points
    places.rollback()
    assert len(found) == 1


def test_a_few_projects_stand_side_by_side_in_the_order_asked(work: Work) -> None:
    contest, [a, b, c] = voting(work)
    project = work.session.get_one(Project, work.session.get_one(Application, b).project_id)
    project.problem = "Темно. " + "Очень темно и скользко. " * 40
    work.session.flush()
    work.actor = GUEST
    first, second = BallotState._compare(work, contest.id, [b, a])
    assert (first.id, second.id, first.title) == (b, a, plain(first.title))
    assert len(first.problem) <= LONGEST + 1
    assert first.problem.endswith("…")
    assert all(asdict(first)[name] for name in ("asked", "whole", "place", "direction", "cover", "href"))
    assert [row.id for row in BallotState._compare(work, contest.id, [c, b, c, a])] == [c, b, a]


@pytest.mark.parametrize("garbage", [None, "1,2", {}, [], [1], [True, 0], [-1, -2], [10**30, 1], [[1], [2]]])
def test_nothing_is_compared_of_nothing(work: Work, garbage: object) -> None:
    contest, _ = voting(work)
    with pytest.raises((Refused, NotFound)):
        BallotState._compare(work, contest.id, garbage)


def test_what_is_not_on_the_ballot_is_neither_compared_nor_on_the_map(work: Work) -> None:
    contest, [a, b, c] = voting(work)
    work.session.get_one(Application, c).status = ApplicationStatus.WITHDRAWN
    work.session.flush()
    assert [row.id for row in BallotState._compare(work, contest.id, [a, b, c])] == [a, b]
    assert {one.id for one in opened(work, contest, view="map").listed.points} == {a, b}
    other, _ = voting(work)
    with pytest.raises(Refused):
        BallotState._compare(work, other.id, [a, b])
    contest, [a, b, _] = voting(work, stage=S.ADMISSION)
    with pytest.raises(NotFound):
        BallotState._compare(work, contest.id, [a, b])
    with pytest.raises(NotFound):
        BallotState._listed(work, contest.id, "", "", "", 0, "tab", "map")


@pytest.mark.parametrize("view", [None, 7, "globe", [], {"map": 1}])
def test_an_unknown_view_is_the_list(work: Work, view: object) -> None:
    contest, ids = voting(work)
    found = BallotState._listed(work, contest.id, "", "", "", 0, "tab", view)
    assert (found.view, len(found.rows), found.points) == ("list", len(ids), [])


def test_the_number_of_queries_of_a_map_and_a_comparison_does_not_grow(
    work: Work, queries: Callable[[Callable[[], object]], int]
) -> None:
    contest, ids = voting(work, 4)

    def count() -> tuple[int, int]:
        work.session.expire_all()
        on_map = queries(lambda: BallotState._listed(work, contest.id, "", "", "", 0, "tab", "map"))
        return on_map, queries(lambda: BallotState._compare(work, contest.id, ids))

    work.actor = GUEST
    few = count()
    work.actor = SYSTEM
    for number in range(30):
        filed(work, contest, status=ApplicationStatus.ADMITTED, title=f"Ещё {number}")
    work.actor = GUEST
    assert count() == few


async def test_a_browser_looks_at_the_map_and_compares(work: Work) -> None:
    contest, [a, b, _] = voting(work)
    token = signed_in(work, factories.person(work))
    commit(work)
    state = shown_to(BallotState, token=token, path=f"/contests/{contest.id}/vote")
    await pressed(state.load())
    assert (state.view, len(state.rows), state.points) == ("list", 3, [])
    await state.look("map")
    assert (state.view, state.rows, len(state.points), plain(state.found)) == ("map", [], 3, "На карте 3 проекта")
    await state.search("проект 2")
    assert (state.view, len(state.points), plain(state.found)) == ("map", 1, "Найден 1 проект")
    await state.look("later")
    await state.search("")
    assert (state.view, len(state.rows), state.points) == ("later", 3, [])
    await pressed(state.compare([b, a]))
    assert ([row.id for row in state.compared], state.comparing) == ([b, a], False)
    refused = await pressed(state.compare([a]))
    assert (state.compared, state.comparing, len(refused)) == ([], False, 1)
