"""Who may enter the commission's marks, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound, SignInNeeded, WrongStage
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestStage, WinnersBy
from elka.models.projects import GroupMember
from elka.state.scores import ScoresState
from tests import factories
from tests.factories import VOTED
from tests.garbage import GARBAGE
from tests.scored import FIRST, desk, save, sheet
from tests.words import plain

S = ContestStage


def test_only_an_official_of_the_place(work: Work) -> None:
    made = desk(work)
    first = made.entries[0]
    flows: list[Callable[[], object]] = [
        lambda: sheet(work, made),
        lambda: save(work, made, first, made.use, "4"),
        lambda: ScoresState._save_sheets(work, made.contest.id, first.id, "3", None),
    ]
    for who in (made.author, factories.official(work, place="Нижневартовск")):
        work.actor = factories.actor(work, who)
        for flow in flows:
            with pytest.raises(Denied):
                flow()
    work.actor = GUEST
    for flow in flows:
        with pytest.raises(SignInNeeded):
            flow()
    work.actor = factories.actor(work, factories.official(work, region=True))
    for flow in flows:
        flow()


def test_nobody_marks_a_project_of_their_own(work: Work) -> None:
    made = desk(work)
    own = factories.application(work, made.contest, factories.project(work, made.official, title="Свой"))
    group = factories.project(work, made.author, title="В группе")
    work.session.add(
        GroupMember(
            project_id=group.id, person_id=made.official.id, duty="-", invited_at=work.now, confirmed_at=work.now
        )
    )
    joined = factories.application(work, made.contest, group)
    filed = factories.application(
        work, made.contest, factories.project(work, made.author, title="Подал"), submitted_by=made.official.id
    )
    for entry in (own, joined, filed):
        with pytest.raises(Denied, match="вашего проекта"):
            save(work, made, entry, made.use, "5")
        with pytest.raises(Denied):
            ScoresState._save_sheets(work, made.contest.id, entry.id, "3", None)
    assert [plain(row.title) for row in sheet(work, made).rows if row.is_own] == ["Свой", "В группе", "Подал"]
    work.actor = factories.actor(work, factories.official(work))
    assert save(work, made, own, made.use, "5").row.cells[0].value == "5"


@pytest.mark.parametrize("stage", [one for one in S if one not in {S.EXPERT, S.DECISION, S.DRAFT}])
def test_only_while_the_commission_works_or_results_are_drawn_up(work: Work, stage: S) -> None:
    cancelled = {"cancel_reason": "Денег не выделили."} if stage is S.CANCELLED else {}
    published = {"published_at": work.now} if stage in {S.AWARDED, S.CLOSED} else {}
    made = desk(work, stage=stage, **cancelled, **published)
    with pytest.raises(WrongStage):
        save(work, made, made.entries[0], made.use, "4")
    with pytest.raises(WrongStage):
        ScoresState._save_sheets(work, made.contest.id, made.entries[0].id, "3", None)
    head = sheet(work, made).head
    assert not head.is_open
    assert head.note_title


def test_a_commission_that_comes_first_is_closed_while_people_vote(work: Work) -> None:
    made = desk(work, phases=FIRST, stage=S.VOTING)
    head = sheet(work, made).head
    assert (head.is_open, head.is_shown, head.note_title) == (False, True, "Комиссия закончила оценку")
    with pytest.raises(WrongStage):
        save(work, made, made.entries[0], made.use, "4")


def test_where_votes_alone_decide_there_are_no_marks(work: Work) -> None:
    made = desk(work, winners_by=WinnersBy.VOTES, stage=S.DECISION, phases=VOTED)
    assert sheet(work, made).head.note_title == "Комиссии в этом конкурсе нет"
    with pytest.raises(WrongStage):
        save(work, made, made.entries[0], made.use, "4")


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_marks_nothing(work: Work, garbage: Any) -> None:
    made = desk(work)
    first, use, contest = made.entries[0].id, made.use.id, made.contest.id
    for call in (
        lambda: ScoresState._sheet(work, garbage, "", "", 1),
        lambda: ScoresState._save(work, garbage, first, use, "4", None),
        lambda: ScoresState._save(work, contest, garbage, use, "4", None),
        lambda: ScoresState._save(work, contest, first, garbage, "4", None),
        lambda: ScoresState._save_sheets(work, contest, garbage, "3", None),
    ):
        with pytest.raises(NotFound):
            call()
    shown = sheet(work, made, garbage, garbage, garbage)
    assert len(shown.rows) == 3
    if not isinstance(garbage, str):
        with pytest.raises(NotFound):
            ScoresState._save(work, contest, first, use, garbage, None)


def test_what_belongs_to_another_contest_is_out_of_reach(work: Work) -> None:
    made, other = desk(work), desk(work)
    with pytest.raises(NotFound):
        ScoresState._save(work, made.contest.id, other.entries[0].id, made.use.id, "4", None)
    with pytest.raises(NotFound):
        ScoresState._save(work, made.contest.id, made.entries[0].id, other.use.id, "4", None)
    made.entries[1].status = ApplicationStatus.WITHDRAWN
    work.session.flush()
    with pytest.raises(NotFound):
        save(work, made, made.entries[1], made.use, "4")
