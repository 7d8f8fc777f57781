"""Deciding on many at once: the preview is what happens, and what changed between the two is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka.core.actor import GUEST
from elka.core.lifecycle import ContestStage
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.applications import FILED, Application, ApplicationStatus
from elka.models.contest_fields import local_input
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.state.mass_deeds import Plan, carry_out_batch, plan
from tests import factories
from tests.garbage import GARBAGE
from tests.masses import fill, forms, planned
from tests.office import DAY, Office, content_of, draft, filed, letters, office, project_of, remark, revise
from tests.words import plain

A, S = ApplicationStatus, ContestStage
TARGETS = {"admit": A.ADMITTED, "return": A.RETURNED, "reject": A.REJECTED}


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    stage=st.sampled_from([S.ACCEPTING, S.ADMISSION, S.VOTING, S.EXPERT, S.DECISION, S.AWARDED, S.CANCELLED]),
    statuses=st.lists(st.sampled_from(FILED), min_size=1, max_size=6),
    own=st.sets(st.integers(0, 5)),
    given_to=st.sets(st.integers(0, 5)),
    deed=st.sampled_from(["admit", "return", "reject", "give"]),
)
def test_what_the_preview_says_is_what_happens(
    work: Work,
    desk: Office,
    stage: ContestStage,
    statuses: list[ApplicationStatus],
    own: set[int],
    given_to: set[int],
    deed: str,
) -> None:
    with work.session.begin_nested() as step:
        rows = [
            filed(
                work,
                desk.contest,
                status=status,
                number=10_000 + place,
                author=desk.official if place in own else desk.colleague if place in given_to else None,
                assignee_id=desk.colleague.id if place % 2 else None,
            )
            for place, status in enumerate(statuses)
        ]
        work.session.execute(
            sa.text("UPDATE contests SET stage = :stage, cancel_reason = 'x' WHERE id = :id"),
            {"stage": stage.value, "id": desk.contest.id},
        )
        work.session.expire_all()
        before = {row.id: (row.status, row.assignee_id) for row in rows}
        said = planned(work, desk, deed, [row.id for row in rows])
        outcomes = carry_out_batch(work, said, list(said.items))
        work.session.expire_all()
        for item, outcome in zip(said.items, outcomes, strict=True):
            row = work.session.get_one(Application, item.id)
            assert bool(item.reason) == bool(outcome.reason), (item, outcome)
            changed = (row.status, row.assignee_id) != before[item.id] or (
                deed == "return" and row.decided_at == work.now
            )
            assert changed == (not item.reason), (stage, before[item.id], item)
            if not item.reason and deed != "give":
                assert row.status is TARGETS[deed]
        step.rollback()
    work.session.expire_all()


def test_nothing_happens_before_it_is_confirmed(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.SUBMITTED)
    said = planned(work, desk, "admit")
    assert [one.status for one in desk.filed] == [A.SUBMITTED] * 2
    assert letters(work) == []
    carry_out_batch(work, said, said.to_do)
    assert [one.status for one in desk.filed] == [A.ADMITTED] * 2
    assert len(letters(work)) == 2


def test_each_that_cannot_be_decided_is_told_why(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.RETURNED, A.ADMITTED, A.APPEALED)
    desk.filed.append(filed(work, desk.contest, author=desk.official, number=9))
    said = planned(work, desk, "admit")
    assert [one.number for one in said.to_do] == [1]
    assert {one.number: plain(one.reason) for one in said.items if one.reason} == {
        2: "Заявка у заявителя на исправлении. Допустить её можно, когда её подадут снова.",
        3: "Заявка уже допущена.",
        4: "По заявке есть жалоба: сначала ответьте на неё.",
        9: "Это ваш проект: решение по нему принимает другой сотрудник.",
    }


def test_one_remark_and_a_term_go_to_all_with_what_waited_at_the_fields(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.SUBMITTED)
    remark(work, desk.filed[0], desk.colleague, "budget", "Где расчёт?")
    said = planned(work, desk, "return")
    carry_out_batch(work, said, said.to_do)
    first, second = (plain(letter.body) for letter in letters(work))
    assert "Приложите расчёт стоимости.\nСмета: Где расчёт?" in first
    assert "Приложите расчёт стоимости." in second
    assert "Где расчёт?" not in second
    assert [one.correct_by for one in desk.filed] == [work.now + 3 * DAY] * 2


def test_without_words_only_those_with_remarks_can_be_returned(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.SUBMITTED)
    remark(work, desk.filed[1], desk.official, "title", "Назовите точнее.")
    said = planned(work, desk, "return", form={"until": local_input(work.now + DAY)})
    assert [one.number for one in said.to_do] == [2]
    assert "Нет ни одного замечания" in said.items[0].reason


def test_a_refusal_has_a_ground_and_frees_the_projects(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.RETURNED)
    form = {"code": "own", "wording": "Пункт 12 положения о конкурсе", "ground": "Проект вне границ района."}
    said = planned(work, desk, "reject", form=form)
    carry_out_batch(work, said, said.to_do)
    for one in desk.filed:
        assert (one.status, one.ground_code) == (A.REJECTED, "own")
        assert one.ground == "Пункт 12 положения о конкурсе.\n\nПроект вне границ района."
        assert project_of(work, one).stage is ProjectStage.PROJECT


@pytest.mark.parametrize(
    ("deed", "form", "field"),
    [
        ("return", {"remarks": "Приложите расчёт."}, "until"),
        ("return", {"remarks": "Приложите расчёт.", "until": "2020-01-01T10:00"}, "until"),
        ("return", {"remarks": "Приложите расчёт.", "until": "2030-01-01T10:00"}, "until"),
        ("return", {"remarks": "мало", "until": "2026-11-25T10:00"}, "remarks"),
        ("return", {"remarks": "щ" * 3001, "until": "2026-11-25T10:00"}, "remarks"),
        ("reject", {"ground": "Проект вне границ района."}, "code"),
        ("reject", {"code": "nonsense", "ground": "Проект вне границ района."}, "code"),
        ("reject", {"code": "own", "ground": "Проект вне границ района."}, "wording"),
        ("reject", {"code": "law", "ground": "нет"}, "ground"),
        ("give", {}, "hands"),
        ("give", {"hand-1": "on", "hand-x": "on"}, "hands"),
    ],
)
def test_a_form_is_checked_before_anything_is_shown(
    work: Work, desk: Office, deed: str, form: dict[str, Any], field: str
) -> None:
    fill(work, desk, A.SUBMITTED)
    with pytest.raises(Refused) as refusal:
        planned(work, desk, deed, form=form)
    assert field in refusal.value.fields


def test_what_changed_since_the_preview_is_told_and_left_alone(work: Work, desk: Office) -> None:
    fill(work, desk, *[A.SUBMITTED] * 4)
    decided, again, gone, still = desk.filed
    said = planned(work, desk, "admit")
    decided.admit(now=work.now, by=desk.colleague.id)
    revise(work, again, 2, content_of(work, again))
    gone.withdraw()
    work.session.flush()
    outcomes = {one.item.number: plain(one.reason) for one in carry_out_batch(work, said, said.to_do)}
    assert outcomes == {
        1: "Заявка уже допущена.",
        2: "Заявитель подал новую редакцию, пока вы смотрели. Прочтите её.",
        3: "Заявитель отозвал заявку.",
        4: "",
    }
    assert (again.status, gone.status, still.status) == (A.SUBMITTED, A.WITHDRAWN, A.ADMITTED)
    assert len(letters(work)) == 1


def test_voting_that_opened_meanwhile_stops_all_of_it(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    said = planned(work, desk, "admit")
    work.session.execute(sa.text("UPDATE contests SET stage = 'voting'"))
    (outcome,) = carry_out_batch(work, said, said.to_do)
    assert "до открытия голосования" in outcome.reason
    assert desk.filed[0].status is A.SUBMITTED


def test_all_that_the_filter_finds(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.RETURNED, A.SUBMITTED, A.ADMITTED)
    draft(work, desk.contest)
    said = planned(work, desk, "admit", [], everything=True, query="status=submitted&sort=-number")
    assert [one.number for one in said.items] == [3, 1]
    said = planned(work, desk, "admit", [], everything=True, query="")
    assert len(said.items) == 4


def test_strangers_drafts_and_others_contests_are_never_touched(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    hidden = draft(work, desk.contest)
    mine = draft(work, desk.contest)
    project_of(work, mine).author_id = desk.official.id
    elsewhere = filed(work, factories.contest(work, desk.official, stage=S.ADMISSION))
    said = planned(work, desk, "admit", [hidden.id, mine.id, elsewhere.id, desk.filed[0].id, 10**12, "7", None, True])
    assert [one.id for one in said.items] == [desk.filed[0].id]
    with pytest.raises(Refused, match="Не выбрано"):
        planned(work, desk, "admit", [hidden.id])


def test_who_may_order(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    said = planned(work, desk, "admit")
    author = work.session.get_one(Person, desk.filed[0].submitted_by)
    for who in (factories.person(work), author, factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        with pytest.raises(Denied):
            planned(work, desk, "admit", form={})
        with pytest.raises(Denied):
            carry_out_batch(work, said, said.to_do)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        plan(work, desk.contest.id, "admit", {}, ids=[1], everything=False, query="")
    assert desk.filed[0].status is A.SUBMITTED


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(work: Work, desk: Office, garbage: object) -> None:
    fill(work, desk, A.SUBMITTED)
    with pytest.raises(NotFound):
        plan(work, garbage, "admit", {}, ids=[1], everything=False, query="")
    with pytest.raises(NotFound):
        plan(work, desk.contest.id, garbage, {}, ids=[1], everything=False, query="")
    with pytest.raises(Refused):
        plan(work, desk.contest.id, "admit", {}, ids=garbage, everything=0, query="")
    with pytest.raises(Refused):
        planned(work, desk, "reject", form=garbage)
    assert len(planned(work, desk, "admit", [], everything=True, query=garbage).items) == 1


@pytest.mark.parametrize("deed", ["admit", "return", "reject", "give"])
def test_as_many_queries_for_one_as_for_twenty(
    work: Work, desk: Office, queries: Callable[..., int], deed: str
) -> None:
    """So it is with the preview, and with the deed too: letters and notices go together.

    An admission brings each project back to what was submitted, so it costs a few for each.
    """
    fill(work, desk, A.SUBMITTED)
    one = queries(lambda: planned(work, desk, deed))
    desk.filed += [filed(work, desk.contest, number=100 + place) for place in range(19)]
    work.session.flush()
    assert queries(lambda: planned(work, desk, deed)) == one
    said = planned(work, desk, deed)
    single, many = said.to_do[:1], said.to_do[1:]
    first = queries(lambda: carry_out_batch(work, said, single))
    each = 6 if deed == "admit" else 0
    assert queries(lambda: carry_out_batch(work, said, many)) <= first + 2 + each * len(many)


@dataclass
class Race:
    """Two officials and a contest with applications, committed."""

    contest: int
    ids: list[int]
    actors: list[Any]
    desk: Office


def test_two_officials_at_once_decide_on_each_application_once(empty: sa.Engine, now: Any) -> None:
    with work_as(now=now, bind=empty) as work:
        desk = office(work)
        fill(work, desk, *[A.SUBMITTED] * 8)
        race = Race(
            desk.contest.id or 0,
            [one.id or 0 for one in desk.filed],
            [factories.actor(work, desk.official), factories.actor(work, desk.colleague)],
            desk,
        )
        wanted = forms(work, desk)
    plans = []
    for actor, deed in zip(race.actors, ("admit", "reject"), strict=True):
        with work_as(actor, now=now, bind=empty) as work:
            plans.append(plan(work, race.contest, deed, wanted[deed], ids=race.ids, everything=False, query=""))
    start, outcomes = Barrier(2), []

    def confirm(actor: Any, said: Plan) -> None:
        start.wait()
        for place in range(0, len(said.items), 2):
            with work_as(actor, now=now, bind=empty) as work:
                outcomes.extend(carry_out_batch(work, said, said.items[place : place + 2]))

    threads = [Thread(target=confirm, args=pair) for pair in zip(race.actors, plans, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not one.reason for one in outcomes) == 8
    assert sum(bool(one.reason) for one in outcomes) == 8
    with work_as(now=now, bind=empty) as work:
        statuses = work.session.execute(sa.select(Application.status)).scalars().all()
        assert set(statuses) <= {A.ADMITTED, A.REJECTED}
        assert len(letters(work)) == 8
