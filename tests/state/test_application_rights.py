"""Who may fill an application in, and when."""

from __future__ import annotations

from threading import Thread

import pytest
import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.core.lifecycle import ContestStage
from elka.db import Work, work_as
from elka.errors import Denied, NotFound, Refused, SignInNeeded, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.state.application_rights import for_filling, require_own
from tests.factories import DAY
from tests.filled import filed
from tests.garbage import GARBAGE

A = ApplicationStatus


def answer_to(work: Work, who: str, found) -> type[Refused] | None:
    work.actor = found.actor(work, who)
    try:
        contest, application, project = for_filling(work, found.application.id)
    except Refused as refused:
        return type(refused)
    assert (contest.id, application.id, project.id) == (found.contest.id, found.application.id, found.project.id)
    return None


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("author", None),
        ("member", None),
        ("invited", NotFound),
        ("declined", NotFound),
        ("stranger", NotFound),
        ("official", NotFound),
        ("elsewhere", NotFound),
        ("region", NotFound),
        ("guest", SignInNeeded),
    ],
)
def test_a_draft_is_its_own_people_s_affair(work: Work, who: str, refusal: type[Refused] | None) -> None:
    assert answer_to(work, who, filed(work)) is refusal


@pytest.mark.parametrize("who", ["stranger", "invited", "official", "elsewhere", "region"])
def test_whoever_sees_it_may_not_fill_it_in(work: Work, who: str) -> None:
    assert answer_to(work, who, filed(work, status=A.SUBMITTED)) is Denied


@pytest.mark.parametrize(
    ("who", "refusal"), [("official", None), ("author", None), ("elsewhere", NotFound), ("region", NotFound)]
)
def test_officials_of_the_municipality_that_files_fill_it_in(
    work: Work, who: str, refusal: type[Refused] | None
) -> None:
    """The region judges what municipalities file: its officials do not write it."""
    assert answer_to(work, who, filed(work, municipality=True)) is refusal


@pytest.mark.parametrize(
    ("status", "stage", "refused"),
    [
        (A.DRAFT, ContestStage.ANNOUNCED, None),
        (A.DRAFT, ContestStage.ACCEPTING, None),
        (A.DRAFT, ContestStage.VOTING, "Приём заявок закончился"),
        (A.DRAFT, ContestStage.CANCELLED, "отменён"),
        (A.SUBMITTED, ContestStage.ACCEPTING, None),
        (A.SUBMITTED, ContestStage.ADMISSION, "только если организатор её вернёт"),
        (A.ADMITTED, ContestStage.ACCEPTING, "допущена"),
        (A.ADMITTED, ContestStage.VOTING, "допущена"),
        (A.APPEALED, ContestStage.ADMISSION, "жалобу"),
        (A.WITHDRAWN, ContestStage.ACCEPTING, "отозвана"),
        (A.WON, ContestStage.AWARDED, "Итоги"),
        (A.LOST, ContestStage.AWARDED, "Итоги"),
    ],
)
def test_it_depends_on_status_and_stage(
    work: Work, status: ApplicationStatus, stage: ContestStage, refused: str | None
) -> None:
    cancelled = {"cancel_reason": "Средства перераспределены."} if stage is ContestStage.CANCELLED else {}
    found = filed(work, status=status, stage=stage, **cancelled)
    work.actor = found.actor(work, "author")
    if refused is None:
        assert for_filling(work, found.application.id)[1].id == found.application.id
        return
    with pytest.raises(WrongStage, match=refused):
        for_filling(work, found.application.id)


def test_reception_closes_to_the_second(work: Work) -> None:
    found = filed(work, status=A.SUBMITTED)
    work.actor = found.actor(work, "author")
    closes = work.now + DAY * 5  # as the factory lays the phases
    work.now = closes - DAY / 86_400
    for_filling(work, found.application.id)
    work.now = closes
    with pytest.raises(WrongStage):
        for_filling(work, found.application.id)


def test_a_returned_one_is_open_within_its_term(work: Work) -> None:
    found = filed(work, status=A.SUBMITTED, stage=ContestStage.ADMISSION)
    by = found.people["official"].id
    found.application.return_for_correction("Уточните смету работ.", now=work.now, by=by, until=work.now + DAY)
    work.session.flush()
    work.actor = found.actor(work, "member")
    for_filling(work, found.application.id)
    work.now += DAY
    with pytest.raises(WrongStage, match="Срок исправления вышел"):
        for_filling(work, found.application.id)


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("lock", [True, False])
def test_garbage_finds_nothing(work: Work, garbage: object, lock: bool) -> None:
    work.actor = filed(work).actor(work, "author")
    with pytest.raises(NotFound):
        for_filling(work, garbage, lock=lock)


def test_its_own_people_read_it_whatever_its_status(work: Work) -> None:
    found = filed(work, status=A.WITHDRAWN, stage=ContestStage.VOTING)
    for who in ("author", "member"):
        work.actor = found.actor(work, who)
        require_own(work, found.application)
    for who in ("stranger", "official", "invited"):
        work.actor = found.actor(work, who)
        with pytest.raises(NotFound):
            require_own(work, found.application)


def test_two_applicants_save_at_once_while_the_stage_waits(empty: sa.Engine) -> None:
    """Filling locks the contest for reading alone: another application goes on, the end of reception waits."""
    with work_as(bind=empty) as work:
        first = filed(work)
        second = filed(work)
        second.application.contest_id = first.contest.id
        ids = first.application.id, second.application.id
        actors = first.actor(work, "author"), second.actor(work, "author")
    moved: list[str] = []

    def move() -> None:
        with work_as(SYSTEM, bind=empty) as work:
            work.get(Contest, first.contest.id, lock=True)
            moved.append("stage")

    with work_as(actors[0], bind=empty) as one:
        for_filling(one, ids[0])
        clock_job = Thread(target=move)
        clock_job.start()
        with work_as(actors[1], bind=empty) as other:
            other.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            for_filling(other, ids[1])
            assert other.session.get_one(Application, ids[1]).status is A.DRAFT
        assert moved == []
    clock_job.join(10)
    assert moved == ["stage"]
