"""Projects that exclude each other: marked, suggested, told to their applicants; and whoever must not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ContestStage
from elka.models.exclusive import ExclusiveGroup, ExclusiveMember, SeenApart, groups_in_force
from elka.models.people import Person
from elka.state.admission import AdmissionState
from elka.state.applications import ApplicationState
from elka.state.contest_desk import ContestDeskState
from elka.state.exclusive import ExclusiveState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.garbage import GARBAGE
from tests.letters import letters
from tests.office import filed
from tests.rivals import GROUND, TITLES, Made, acting, do, made
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
S, A = ContestStage, ApplicationStatus


def groups(work: Work, one: Made) -> list[set[int]]:
    return [set(map(one.ids.index, group.applications)) for group in groups_in_force(work.session, one.contest)]


def told(work: Work) -> list[tuple[str, str]]:
    """Letters written since the last time: to whom, and what of."""
    found = [(row.to_address, plain(row.subject)) for row in letters(work)]
    work.session.execute(sa.text("DELETE FROM mail"))
    return found


def of_author(work: Work, application: Application) -> str:
    return work.session.get_one(Person, application.submitted_by).email


# Marking


def test_a_group_is_made_changed_and_dissolved_and_applicants_are_told(work: Work) -> None:
    one = made(work, A.ADMITTED, A.SUBMITTED, A.RETURNED, A.ADMITTED)
    first, second, third, _ = (of_author(work, entry) for entry in one.entries)
    numbers = [entry.number for entry in one.entries]
    key = do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    assert groups(work, one) == [{0, 1}]
    named = f"Заявка № {numbers[0]}: победит только один из проектов"
    [letter] = [row for row in letters(work) if row.to_address == first]
    assert plain(letter.subject) == named
    assert "«Сквер ветеранов»" in plain(letter.body)
    assert GROUND in plain(letter.body)
    assert sorted(address for address, _ in told(work)) == sorted([first, second])

    do(work, one.official, ExclusiveState._change, key, one.form(0, 2, ground="Проекты об одном и том же месте."))
    assert groups(work, one) == [{0, 2}]
    assert sorted(told(work)) == sorted(
        [
            (first, named),
            (third, f"Заявка № {numbers[2]}: победит только один из проектов"),
            (second, f"Заявка № {numbers[1]} больше не в группе взаимоисключающих"),
        ]
    )
    do(work, one.official, ExclusiveState._change, key, one.form(2, 0, ground="Проекты об одном и том же месте."))
    assert told(work) == []  # nothing changed

    do(work, one.official, ExclusiveState._dissolve, key)
    assert groups(work, one) == []
    assert sorted(address for address, _ in told(work)) == sorted([first, third])
    history = [plain(row.text) for row in ContestDeskState._desk(acting(work, one.official), one.contest.id).history]
    assert (
        f"Отмечены взаимоисключающие проекты, победит не больше одного: № {numbers[0]} и № {numbers[1]}." in history[2]
    )
    assert f"теперь в ней № {numbers[0]} и № {numbers[2]}. Основание: Проекты об одном" in history[1]
    assert "Проекты больше не исключают друг друга" in history[0]


def test_a_project_may_stand_in_several_groups(work: Work) -> None:
    one = made(work)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(1, 2, 3))
    assert groups(work, one) == [{0, 1}, {1, 2, 3}]
    with pytest.raises(WrongStage, match="уже есть"):
        do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(3, 1, 2))
    page = ExclusiveState._page(acting(work, one.official), one.contest.id)
    assert [[row.title for row in group.projects] for group in page.groups] == [list(TITLES[:2]), list(TITLES[1:4])]
    with pytest.raises(WrongStage, match="уже есть"):
        do(work, one.official, ExclusiveState._change, page.groups[1].id, one.form(0, 1))


def test_what_was_typed_wrong_is_told_at_its_field(work: Work) -> None:
    one, other = made(work, A.ADMITTED, A.ADMITTED, A.REJECTED, A.WITHDRAWN), made(work, A.ADMITTED)
    numbers = [str(entry.number) for entry in one.entries]
    strange = str(other.entries[0].number)
    for form, field in (
        ({}, "numbers"),
        (None, "numbers"),
        ({"numbers": 5, "ground": GROUND}, "numbers"),
        ({"numbers": numbers[0], "ground": GROUND}, "numbers"),
        ({"numbers": f"{numbers[0]}, {numbers[0]}", "ground": GROUND}, "numbers"),
        ({"numbers": f"{numbers[0]}, кот", "ground": GROUND}, "numbers"),
        ({"numbers": f"{numbers[0]}, -1", "ground": GROUND}, "numbers"),
        ({"numbers": f"{numbers[0]}, 9999999999", "ground": GROUND}, "numbers"),
        ({"numbers": f"{numbers[0]}, {strange}", "ground": GROUND}, "numbers"),  # another contest's
        ({"numbers": f"{numbers[0]}, {numbers[2]}", "ground": GROUND}, "numbers"),  # rejected
        ({"numbers": f"{numbers[0]}, {numbers[3]}", "ground": GROUND}, "numbers"),  # withdrawn
        ({"numbers": ", ".join(map(str, range(1, 22))), "ground": GROUND}, "numbers"),
        ({**one.form(0, 1), "ground": "Коротко"}, "ground"),
        ({**one.form(0, 1), "ground": "д" * 501}, "ground"),
        ({**one.form(0, 1), "ground": ["x"]}, "ground"),
    ):
        with pytest.raises(Invalid) as refused:
            do(work, one.official, ExclusiveState._mark, one.contest.id, form)
        assert field in refused.value.fields
    assert groups(work, one) == []
    do(
        work,
        one.official,
        ExclusiveState._mark,
        one.contest.id,
        {"numbers": f"№{numbers[0]} №{numbers[1]}", "ground": GROUND},
    )
    assert groups(work, one) == [{0, 1}]


@pytest.mark.parametrize("stage", [S.ANNOUNCED, S.VOTING, S.EXPERT, S.DECISION, S.AWARDED])
def test_nothing_changes_at_another_stage(work: Work, stage: S) -> None:
    one = made(work)
    key = do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    work.session.execute(sa.text(f"UPDATE contests SET stage = '{stage}' WHERE id = {one.contest.id}"))
    work.session.expire_all()
    for flow, *args in (
        (ExclusiveState._mark, one.contest.id, one.form(2, 3)),
        (ExclusiveState._change, key, one.form(2, 3)),
        (ExclusiveState._dissolve, key),
        (ExclusiveState._see_apart, one.contest.id, one.ids[2:]),
    ):
        with pytest.raises(WrongStage, match="до открытия голосования"):
            do(work, one.official, flow, *args)
    page = ExclusiveState._page(acting(work, one.official), one.contest.id)
    assert (page.head.is_open, bool(page.head.note), page.suggestions) == (False, True, [])
    assert len(page.groups) == 1


def test_only_officials_of_the_place_and_not_of_their_own_projects(work: Work) -> None:
    one = made(work)
    key = do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    calls: list[tuple[Callable[..., Any], Any]] = [
        (ExclusiveState._page, one.contest.id),
        (lambda w, c: ExclusiveState._mark(w, c, one.form(2, 3)), one.contest.id),
        (lambda w, g: ExclusiveState._change(w, g, one.form(2, 3)), key),
        (ExclusiveState._dissolve, key),
        (lambda w, c: ExclusiveState._see_apart(w, c, one.ids[2:]), one.contest.id),
    ]
    author = work.session.get_one(Person, one.entries[0].submitted_by)
    for who in (factories.person(work), author, factories.official(work, place="Сургут")):
        for flow, subject in calls:
            with pytest.raises(Denied):
                do(work, who, flow, subject)
    for flow, subject in calls:
        work.actor = GUEST
        with pytest.raises(SignInNeeded):
            flow(work, subject)
    # An official with a project of their own takes no rivals off it, and puts none on it.
    mine = factories.official(work)
    entry = filed(work, one.contest, status=A.ADMITTED, author=mine, title="Мой проект")
    form = {"numbers": f"{entry.number}, {one.entries[2].number}", "ground": GROUND}
    with pytest.raises(Denied, match="есть ваш"):
        do(work, mine, ExclusiveState._mark, one.contest.id, form)
    other = do(work, one.official, ExclusiveState._mark, one.contest.id, form)
    for flow, *args in ((ExclusiveState._dissolve, other), (ExclusiveState._change, other, one.form(2, 3))):
        with pytest.raises(Denied, match="есть ваш"):
            do(work, mine, flow, *args)
    assert len(groups_in_force(work.session, one.contest)) == 2


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, garbage: Any) -> None:
    one = made(work, A.ADMITTED, A.ADMITTED)
    for flow, *args in (
        (ExclusiveState._page, garbage),
        (ExclusiveState._mark, garbage, one.form(0, 1)),
        (ExclusiveState._change, garbage, one.form(0, 1)),
        (ExclusiveState._dissolve, garbage),
        (ExclusiveState._see_apart, garbage, one.ids),
        (ExclusiveState._see_apart, one.contest.id, garbage),
        (ExclusiveState._see_apart, one.contest.id, [garbage, garbage]),
    ):
        with pytest.raises(Refused):
            do(work, one.official, flow, *args)


def test_a_refused_or_withdrawn_application_leaves_no_group_of_one(work: Work) -> None:
    one = made(work, A.SUBMITTED, A.SUBMITTED, A.SUBMITTED, A.ADMITTED)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(1, 2, 3))
    told(work)
    rejected = {"code": "own", "wording": "Проект не для этого конкурса", "ground": "Смета не подтверждена расчётом."}
    do(work, one.official, AdmissionState._reject, one.entries[1].id, rejected)
    assert groups(work, one) == [{2, 3}]
    gone = f"Заявка № {one.entries[0].number} больше не в группе взаимоисключающих"
    assert (of_author(work, one.entries[0]), gone) in told(work)
    author = work.session.get_one(Person, one.entries[2].submitted_by)
    do(work, author, ApplicationState._withdraw, one.entries[2].id)
    assert groups(work, one) == []
    assert work.session.execute(sa.select(sa.func.count()).select_from(ExclusiveGroup)).scalar_one() == 0
    assert work.session.execute(sa.select(sa.func.count()).select_from(ExclusiveMember)).scalar_one() == 0


# What is suggested


def test_projects_of_one_place_are_suggested_until_they_are_dealt_with(work: Work) -> None:
    one = made(work)
    at = "UPDATE projects SET address = 'ул. Мира, 5' WHERE id IN ({ids})"
    listed = ", ".join(str(entry.project_id) for entry in one.entries[:3])
    work.session.execute(sa.text(at.format(ids=listed)))
    page = ExclusiveState._page(acting(work, one.official), one.contest.id)
    [row] = page.suggestions
    assert [project.title for project in row.projects] == list(TITLES[:3])
    assert (row.why, page.head.waiting, page.head.more) == ("Один адрес", "1", "")
    assert "Есть похожие проекты, 1 группа" in plain(ContestDeskState._desk(work, one.contest.id).row.alike)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    [row] = ExclusiveState._page(acting(work, one.official), one.contest.id).suggestions
    assert len(row.ids) == 3  # the third is still alike to both
    do(work, one.official, ExclusiveState._see_apart, one.contest.id, row.ids)
    do(work, one.official, ExclusiveState._see_apart, one.contest.id, row.ids)  # the same click twice
    assert work.session.execute(sa.select(sa.func.count()).select_from(SeenApart)).scalar_one() == 3
    assert ExclusiveState._page(acting(work, one.official), one.contest.id).suggestions == []
    assert ContestDeskState._desk(work, one.contest.id).row.alike == ""
    other = made(work, A.ADMITTED)
    with pytest.raises(NotFound):
        do(work, one.official, ExclusiveState._see_apart, one.contest.id, [one.ids[0], other.ids[0]])


def test_near_points_of_the_revision_are_suggested(work: Work) -> None:
    one = made(work)
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # the template is frozen by now
    work.session.execute(
        sa.text(
            "INSERT INTO form_fields (contest_id, key, position, kind, label, hint, example, required, audience, "
            "hidden_from_experts, settings) VALUES (:contest, 'spot', 90, 'point', 'Точка', '', '', true, "
            "'everyone', false, '{}')"
        ),
        {"contest": one.contest.id},
    )
    for place, (lat, lon) in enumerate(((63.1901, 64.5), (63.1905, 64.5), (63.21, 64.5))):
        work.session.execute(
            sa.text(
                "UPDATE revisions SET content = jsonb_set(content, '{answers}', "
                "jsonb_build_object('spot', jsonb_build_object('lat', CAST(:lat AS float), 'lon', CAST(:lon AS float)))) "
                "WHERE application_id = :id"
            ),
            {"lat": lat, "lon": lon, "id": one.ids[place]},
        )
    work.session.execute(sa.text("SET LOCAL session_replication_role = origin"))
    [row] = ExclusiveState._page(acting(work, one.official), one.contest.id).suggestions
    assert (row.ids, plain(row.why)) == (one.ids[:2], "Точки на карте в 44 м друг от друга")


async def test_the_browser_of_an_official_and_of_a_stranger(work: Work) -> None:
    one = made(work)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    official, stranger = signed_in(work, one.official), signed_in(work, factories.person(work))
    commit(work)
    path = f"/office/contests/{one.contest.id}/exclusive"
    seen = shown_to(ExclusiveState, token=official, path=path)
    async for _ in seen.load():
        pass
    got = await sent(seen)
    assert [row.title for row in got["groups"][0].projects] == list(TITLES[:2])
    assert got["head"].is_open
    author = work.session.get_one(Person, one.entries[0].submitted_by)
    assert author.email not in repr(got)
    assert author.last_name not in repr(got)
    seen.edit(got["groups"][0].id)
    assert (await sent(seen))["form"].ground == GROUND
    refused = await seen.save({"numbers": "", "ground": ""})
    assert refused
    assert set((await sent(seen))["errors"]) == {"numbers", "ground"}
    await seen.save(one.form(0, 1, 2))
    assert len((await sent(seen))["groups"][0].projects) == 3

    other = shown_to(ExclusiveState, token=stranger, path=path)
    async for _ in other.load():
        pass
    got = await sent(other)
    assert got["status"] == "error"
    assert TITLES[0] not in repr(got)
    for key in (got.get("groups"), got.get("suggestions")):
        assert not key
