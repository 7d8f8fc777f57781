"""What no correction can do: take from those who build, let win who did not ask, change a winner by a note; and garbage."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.errors import Invalid, NotFound
from elka.models.applications import ApplicationStatus
from elka.models.people import Person
from elka.models.projects import ProjectStage
from elka.models.results import Outcome
from elka.state import result_corrections
from elka.state.result_corrections import Blocked
from tests.corrected import (
    WORDS,
    a_day_after,
    act,
    asked,
    corrected,
    entries_of,
    in_order,
    kept,
    project_of,
    proposed,
    statuses,
)
from tests.garbage import GARBAGE
from tests.voted import Vote
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
A = ApplicationStatus


@pytest.fixture
def made(work: Work) -> Vote:
    return a_day_after(work)


@pytest.mark.parametrize("stage", [ProjectStage.REALISING, ProjectStage.REALISED])
def test_a_project_that_is_being_built_does_not_lose(work: Work, made: Vote, stage: ProjectStage) -> None:
    first = in_order(made)[0]
    project_of(work, first).stage = stage
    work.session.flush()
    act(work, made.official)
    found = result_corrections.preview(work, made.contest.id, asked(first))
    assert len(found.obstacles) == 1
    with pytest.raises(Blocked) as refused:
        proposed(work, made, asked(first))
    assert "победу и деньги исправлением итогов не отнимают" in plain(refused.value.message)
    proposed(work, made, asked(ground="note"))


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (ProjectStage.ARCHIVED, "убран автором в архив"),
        (ProjectStage.IDEA, "возвращён автором в идеи"),
        (ProjectStage.SUBMITTED, "уже участвует в другом конкурсе"),
        (ProjectStage.SUPPORTED, "уже поддержан в другом конкурсе"),
        (ProjectStage.REALISING, "уже делается по итогам другого конкурса"),
        (ProjectStage.REALISED, "уже завершён"),
    ],
)
def test_nobody_wins_unasked(work: Work, made: Vote, second: Person, stage: ProjectStage, said: str) -> None:
    first, winner, loser, _ = in_order(made)
    project_of(work, loser).stage = stage
    work.session.flush()
    with pytest.raises(Blocked) as refused:
        proposed(work, made, asked(first))
    assert said in plain(refused.value.message)
    corrected(work, made, second, asked(loser))  # its applicant renounces first: no winner changes
    kept(work, made)
    corrected(work, made, second, asked(first))
    assert statuses(work, [first, winner, loser]) == [A.LOST, A.WON, A.LOST]
    assert project_of(work, loser).stage is stage


def test_a_note_that_would_change_a_winner_is_refused(work: Work, made: Vote) -> None:
    gone = in_order(made)[2]
    work.session.execute(sa.text("UPDATE ballots SET picks = picks"))
    marks = work.session.execute(sa.select(Outcome).where(Outcome.application_id == gone.id)).scalar_one()
    assert not marks.won
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(sa.text("UPDATE outcomes SET won = NOT won"))  # as if the program had counted wrongly
    work.session.execute(sa.text("SET LOCAL session_replication_role = DEFAULT"))
    with pytest.raises(Blocked) as refused:
        proposed(work, made, asked(ground="note"))
    assert "победители не меняются" in plain(refused.value.message)


@pytest.mark.parametrize(
    "form",
    [
        *GARBAGE,
        {"ground": "lift", "words": WORDS},
        {"ground": "renounced", "words": WORDS},
        {"ground": "renounced", "words": WORDS, "projects-0": True},
        {"ground": "renounced", "words": WORDS, "projects-999999999": True},
        {"ground": "renounced", "words": WORDS, "projects-": True},
        {"ground": "renounced", "words": WORDS, "projects": [None, {}]},
        {"ground": "note", "words": "Мало"},
        {"ground": "note", "words": "ы" * 1001},
        {"ground": "note", "words": None},
        {"ground": "returned", "words": WORDS, "returned-1": True},
        {"ground": "paper", "words": WORDS, "batches-1": True},
        {"ground": "ballots", "words": WORDS},
        {"ground": "ballots", "words": WORDS, "receipts": "нет такой"},
        {"ground": "ballots", "words": WORDS, "receipts": "7K3M-Q0ZT-X9AB"},
        {"ground": "ballots", "words": WORDS, "receipts": "\n" * 5000},
    ],
)
def test_garbage_is_refused_at_its_field(work: Work, made: Vote, form: Any) -> None:
    with pytest.raises(Invalid):
        proposed(work, made, form)
    assert entries_of(work, "contest.correction_proposed") == []


@pytest.mark.parametrize("garbage", GARBAGE)
def test_no_such_correction(work: Work, made: Vote, garbage: Any) -> None:
    act(work, made.official)
    for call in (
        lambda: result_corrections.sign(work, garbage, ""),
        lambda: result_corrections.decline(work, garbage, {}),
        lambda: result_corrections.take_back(work, garbage),
        lambda: result_corrections.propose(work, garbage, asked(ground="note")),
    ):
        with pytest.raises(NotFound):
            call()
