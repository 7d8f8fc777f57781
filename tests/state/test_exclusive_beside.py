"""Where one application is read: beside which projects it cannot win, and why; told to whoever may read it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, NotFound
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import ContestPhase, ContestStage, PhaseKind
from elka.models.people import Person
from elka.state.admission import AdmissionState
from elka.state.applications import ApplicationState
from elka.state.contest import ContestState
from elka.state.exclusive import ExclusiveState
from elka.state.exclusive_rows import GroupRow
from elka.state.project_page import ProjectState
from elka.state.results import ResultsState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.rivals import GROUND, TITLES, Made, closed, do, made, opened, vote
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
A = ApplicationStatus
BOTH = "Голосовать можно за любые."


def marked(work: Work) -> Made:
    one = made(work)
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 1))
    do(work, one.official, ExclusiveState._mark, one.contest.id, one.form(0, 2, ground="Один склад на двоих"))
    return one


def author_of(work: Work, application: Application) -> Person:
    return work.session.get_one(Person, application.submitted_by)


def told(groups: list[GroupRow]) -> list[tuple[list[str], str]]:
    return [([row.title for row in group.projects], plain(group.sentence)) for group in groups]


def test_the_office_the_applicant_and_everybody_read_beside_whom_it_cannot_win(work: Work) -> None:
    one = marked(work)
    both = [([TITLES[1]], GROUND), ([TITLES[2]], "Один склад на двоих.")]
    read = do(work, one.official, AdmissionState._review, one.ids[0])
    assert told(read.groups) == both
    assert [row.office_href for row in read.groups[0].projects] == [f"/office/applications/{one.ids[1]}"]
    assert not read.row.is_published
    assert told(do(work, author_of(work, one.entries[0]), ApplicationState._opened, one.ids[0]).groups) == both
    work.actor = GUEST
    assert told(ProjectState._view(work, one.entries[0].project_id).groups) == both
    # Of a project that is in no group nothing is told.
    assert do(work, one.official, AdmissionState._review, one.ids[3]).groups == []
    assert do(work, author_of(work, one.entries[3]), ApplicationState._opened, one.ids[3]).groups == []
    assert ProjectState._view(work, one.entries[3].project_id).groups == []


def test_what_is_told_of_voting_follows_the_contest(work: Work) -> None:
    one = marked(work)
    project = one.entries[0].project_id

    def read() -> tuple[str, str]:
        work.actor = GUEST
        return ProjectState._view(work, project).groups_more, ContestState._opened(work, one.contest.id, "", 1)[
            0
        ].row.groups_lead

    assert read() == (BOTH, f"Из каждой группы победит не больше одного проекта. {BOTH}")
    opened(work, one)
    assert read()[0] == BOTH
    vote(work, one, (0,), (0,), (1, 3))
    closed(work, one)
    assert read() == ("", "Из каждой группы победит не больше одного проекта.")
    do(work, one.official, ResultsState._publish, one.contest.id)
    work.actor = GUEST
    # Afterwards everybody reads who won from the outcome itself; the office still sees what the group was.
    assert read()[1] == "Из каждой группы победить мог только один проект."
    assert ProjectState._view(work, project).groups == []
    reviewed = do(work, one.official, AdmissionState._review, one.ids[0])
    assert (len(reviewed.groups), reviewed.row.is_published) == (2, True)


def test_a_contest_without_a_vote_tells_nothing_of_voting(work: Work) -> None:
    one = marked(work)
    work.session.execute(
        sa.delete(ContestPhase).where(
            col(ContestPhase.contest_id) == one.contest.id, col(ContestPhase.kind) == PhaseKind.VOTING
        )
    )
    assert one.contest.stage is ContestStage.ADMISSION
    work.actor = GUEST
    assert ProjectState._view(work, one.entries[0].project_id).groups_more == ""


def test_a_stranger_reads_neither_application(work: Work) -> None:
    one = marked(work)
    for who, reads, refusal in (
        (factories.person(work), AdmissionState._review, (Denied, NotFound)),
        (factories.official(work, place="Сургут"), AdmissionState._review, (Denied, NotFound)),
        (author_of(work, one.entries[1]), ApplicationState._opened, NotFound),
    ):
        with pytest.raises(refusal):
            do(work, who, reads, one.ids[0])


async def test_what_browsers_receive(work: Work) -> None:
    one = marked(work)
    author = author_of(work, one.entries[0])
    tokens = signed_in(work, one.official), signed_in(work, author)
    commit(work)
    office = shown_to(AdmissionState, token=tokens[0], path=f"/office/applications/{one.ids[0]}")
    async for _ in office.load():
        pass
    own = shown_to(ApplicationState, token=tokens[1], path=f"/applications/{one.ids[0]}")
    await own.load()
    for page in (office, own):
        got = (await sent(page))["groups"]
        assert [row.title for group in got for row in group.projects] == [TITLES[1], TITLES[2]]
