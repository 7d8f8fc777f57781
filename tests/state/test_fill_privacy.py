"""What the browser receives of answers: the form for its own people, and of a standing application what is for everyone."""

from __future__ import annotations

import json
from typing import Any

import pytest
import reflex as rx

from elka.db import Work
from elka.models.answers import Attachment, Remark
from elka.models.applications import Application, ApplicationStatus
from elka.state.application_fill import FillState
from elka.state.applications import ApplicationState
from elka.state.attachments import AttachmentsState
from elka.state.contest import ContestState
from elka.state.filing import FilingState
from elka.state.groups import GroupsState
from elka.state.photos import PhotosState
from elka.state.project_page import ProjectState
from elka.state.submission import submit
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.factories import official, person
from tests.filling import Case, filling
from tests.forms import GOOD
from tests.words import plain

A = ApplicationStatus
FOR_ALL = "Свет для всех"
FOR_EXPERTS = "Началось с того, что погас фонарь."
FOR_OFFICE = "+7 922 000-11-22"
TYPED = {**GOOD, "phone": FOR_OFFICE}
PAPER, UNSENT = "смета-для-комиссии.pdf", "Приложите расчёт опор."


@pytest.fixture
def case(work: Work) -> Case:
    """An application with answers for everybody, for experts and for the office alone."""
    begun = filling(work)
    key, author = begun.id, begun.author
    for name, typed in TYPED.items():
        FillState._save(work, key, name, typed, None)
    work.session.add(
        Attachment(
            application_id=key,
            key="papers",
            name=PAPER,
            media_type="application/pdf",
            size=10,
            sha256="0" * 64,
            created_by=author.id,
            created_at=work.now,
        )
    )
    work.session.add(
        Remark(application_id=key, revision=1, key="motto", text=UNSENT, written_by=author.id, written_at=work.now)
    )
    work.session.flush()
    return begun


async def received(state: type[rx.State], path: str, token: str = "", load: str = "load") -> tuple[dict[str, Any], str]:
    page = shown_to(state, token=token, path=path)
    loaded = getattr(page, load)()
    if hasattr(loaded, "__aiter__"):
        await pressed(loaded)
    else:
        await loaded
    found = await sent(page)
    told = json.dumps(found, ensure_ascii=False, default=lambda value: getattr(value, "__dict__", str(value)))
    return found, plain(told)


async def test_a_draft_is_nobody_elses(work: Work, case: Case) -> None:
    strangers = [person(work), official(work), official(work, region=True), official(work, place="Сургут")]
    tokens = [signed_in(work, who) for who in strangers]
    commit(work)
    for token in ("", *tokens):
        for state, load in (
            (FillState, "load"),
            (ApplicationState, "load"),
            (AttachmentsState, "load"),
            (GroupsState, "load_of_application"),
            (PhotosState, "load_of_application"),
        ):
            found, text = await received(state, f"/applications/{case.id}/fill", token, load)
            assert found.get("status") != "ready"
            assert not [
                words for words in (FOR_ALL, FOR_EXPERTS, FOR_OFFICE, PAPER, case.author.email) if words in text
            ]
        for state, path in (
            (ContestState, f"/contests/{case.contest.id}"),
            (ProjectState, f"/projects/{case.project.id}"),
        ):
            found, text = await received(state, path, token)
            assert found["status"] == "ready"
            assert not [words for words in (FOR_ALL, FOR_EXPERTS, FOR_OFFICE, PAPER, "Черновик") if words in text]


async def test_the_project_shows_what_is_for_everybody_and_nothing_else(work: Work, case: Case) -> None:
    submit(work, case.id)
    FillState._save(work, case.id, "motto", "Ещё не подано снова", None)
    token = signed_in(work, person(work))
    commit(work)
    for who in ("", token):
        found, text = await received(ProjectState, f"/projects/{case.project.id}", who)
        labels = [plain(row.label) for row in found["view"].answers]
        assert labels == ["Девиз", "Охват", "Как участвуют", "Для кого", "Документы"]
        assert FOR_ALL in text
        assert PAPER in text
        assert not [words for words in (FOR_EXPERTS, FOR_OFFICE, UNSENT, "Ещё не подано снова") if words in text]


@pytest.mark.parametrize("status", [A.WITHDRAWN, A.REJECTED, A.APPEALED])
async def test_what_no_longer_stands_is_not_shown(work: Work, case: Case, status: ApplicationStatus) -> None:
    submit(work, case.id)
    row = work.session.get_one(Application, case.id)
    row.status, row.ground = status, "Смета не подтверждена."
    commit(work)
    found, text = await received(ProjectState, f"/projects/{case.project.id}")
    assert found["view"].answers == []
    assert not [words for words in (FOR_ALL, FOR_EXPERTS, FOR_OFFICE, PAPER) if words in text]


async def test_a_cancelled_contest_takes_the_answers_with_it(work: Work, case: Case) -> None:
    submit(work, case.id)
    case.contest.cancel("Денег не выделили.")
    commit(work)
    found, _ = await received(ProjectState, f"/projects/{case.project.id}")
    assert found["view"].answers == []


async def test_unsent_remarks_stay_in_the_office(work: Work, case: Case) -> None:
    submit(work, case.id)
    row = work.session.get_one(Application, case.id)
    row.return_for_correction("Исправьте девиз.", now=work.now, by=case.author.id, until=work.now.replace(day=30))
    token = signed_in(work, case.author)
    commit(work)
    for state in (ApplicationState, FillState):
        _, text = await received(state, f"/applications/{case.id}", token)
        assert UNSENT not in text
        assert "Исправьте девиз." in text
    work.session.execute(Remark.__table__.update().values(sent_at=work.now))
    commit(work)
    for state in (ApplicationState, FillState):
        _, text = await received(state, f"/applications/{case.id}", token)
        assert UNSENT in text


async def test_the_page_of_filing_tells_of_nobody_else(work: Work, case: Case) -> None:
    token = signed_in(work, person(work))
    commit(work)
    found, text = await received(FilingState, f"/contests/{case.contest.id}/apply", token)
    assert (found["status"], found["going"]) == ("ready", [])
    assert not [words for words in (case.author.email, case.author.phone, case.project.title) if words in text]
