"""What the browser receives of contests and applications: as a stranger, the applicant, an official, another's one."""

from __future__ import annotations

import json
from typing import Any

import pytest
import reflex as rx
import sqlalchemy as sa

from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestStage
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.state.admission import AdmissionState
from elka.state.admission_list import AdmissionListState
from elka.state.application_content import freeze
from elka.state.application_fill import FillState
from elka.state.applications import ApplicationState
from elka.state.base import listed
from elka.state.build import BuildState
from elka.state.build_basics import BuildBasicsState
from elka.state.build_categories import BuildCategoriesState
from elka.state.build_check import BuildCheckState
from elka.state.build_rules import BuildPublicState, BuildWinnersState
from elka.state.build_timeline import BuildTimelineState
from elka.state.contest import ContestState
from elka.state.contest_corrections import ContestCorrectionsState
from elka.state.contest_desk import ContestDeskState
from elka.state.contests import ContestsState
from elka.state.filing import FilingState
from elka.state.office import OfficeState
from elka.state.submission import keep_revision
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.factories import application, contest, official, person, project

REMARK = "Приложите расчёт стоимости опор."


@pytest.fixture
def author(work: Work) -> Person:
    return person(work, last_name="Скрытная", first_name="Анна", patronymic="Юрьевна", name_is_public=False)


@pytest.fixture
def made(work: Work, author: Person) -> Contest:
    return contest(work, official(work), stage=ContestStage.ADMISSION)


@pytest.fixture
def returned(work: Work, author: Person, made: Contest) -> Application:
    """An application with remarks, and a decided one beside it."""
    work.actor = work.actor.__class__(person_id=author.id)
    of = project(work, author)
    row = application(work, made, of, status=ApplicationStatus.RETURNED, ground=REMARK)
    keep_revision(work, row, freeze(work, of))
    return row


async def received(state: type[rx.State], path: str, token: str = "") -> tuple[dict[str, Any], str]:
    """Return what the page at this address gets, as vars and as one text."""
    page = shown_to(state, token=token, path=path)
    loaded = page.load()
    if hasattr(loaded, "__aiter__"):
        await pressed(loaded)
    else:
        await loaded
    found = await sent(page)
    return found, json.dumps(found, ensure_ascii=False, default=lambda value: getattr(value, "__dict__", str(value)))


def secrets_of(who: Person) -> list[str]:
    return [who.email, who.phone, who.birth_date.isoformat(), "password"]


async def test_strangers_get_no_remarks_names_or_contacts(work: Work, author: Person, returned: Application) -> None:
    stranger = signed_in(work, person(work))
    commit(work)
    for token in ("", stranger):
        for state, path in ((ContestState, f"/contests/{returned.contest_id}"), (ContestsState, "/contests")):
            found, text = await received(state, path, token)
            assert found["status"] == "ready"
            assert not [secret for secret in (*secrets_of(author), REMARK, "Скрытная") if secret in text]


async def test_an_application_is_for_its_people(work: Work, author: Person, returned: Application) -> None:
    mine_token, their_token = (signed_in(work, who) for who in (author, person(work)))
    commit(work)
    mine, text = await received(ApplicationState, f"/applications/{returned.id}", mine_token)
    assert (mine["status"], REMARK in text) == ("ready", True)
    assert not [secret for secret in secrets_of(author) if secret in text]
    theirs, text = await received(ApplicationState, f"/applications/{returned.id}", their_token)
    assert (theirs["status"], REMARK in text) == ("missing", False)


OFFICE: list[tuple[type[rx.State], str]] = [
    (OfficeState, "/office"),
    (ContestDeskState, "/office/contests/{contest}"),
    (ContestCorrectionsState, "/office/contests/{contest}"),
    (BuildState, "/office/contests/{contest}/build"),
    (BuildBasicsState, "/office/contests/{contest}/build"),
    (BuildCategoriesState, "/office/contests/{contest}/build"),
    (BuildTimelineState, "/office/contests/{contest}/build"),
    (BuildPublicState, "/office/contests/{contest}/build"),
    (BuildWinnersState, "/office/contests/{contest}/build"),
    (BuildCheckState, "/office/contests/{contest}/build"),
    (AdmissionListState, "/office/contests/{contest}/applications"),
    (AdmissionState, "/office/applications/{application}"),
]


@pytest.mark.parametrize(("state", "path"), OFFICE)
async def test_the_office_opens_to_officials_of_the_place_alone(
    work: Work, author: Person, returned: Application, state: type[rx.State], path: str
) -> None:
    path = path.format(contest=returned.contest_id, application=returned.id)
    ours, region = official(work), official(work, region=True)
    other = official(work, place="Нижневартовск")
    tokens = [signed_in(work, who) for who in (ours, region)]
    refused = [signed_in(work, who) for who in (author, person(work))]
    if state is not OfficeState:
        refused.append(signed_in(work, other))
    commit(work)
    # Whoever reads an application on duty may write and call; each look is journalled (state/admission.py).
    on_duty = state is AdmissionState
    for token in tokens:
        found, text = await received(state, path, token)
        assert found["status"] == "ready"
        assert on_duty or not [secret for secret in secrets_of(author) if secret in text]
    looks = work.session.execute(
        sa.select(sa.func.count()).select_from(JournalEntry).where(JournalEntry.key == "application.read")
    ).scalar_one()
    assert looks == (len(tokens) if on_duty else 0)
    for token in refused:
        found, text = await received(state, path, token)
        assert found["status"] in ("error", "missing")
        assert not [secret for secret in (*secrets_of(author), REMARK, "Скрытная", "№") if secret in text]


@pytest.mark.parametrize(
    ("state", "path"),
    [
        *OFFICE,
        (FilingState, "/contests/{contest}/apply"),
        (ApplicationState, "/applications/{application}"),
        (FillState, "/applications/{application}/fill"),
    ],
)
async def test_guests_are_sent_to_sign_in_and_back(
    work: Work, returned: Application, state: type[rx.State], path: str
) -> None:
    path = path.format(contest=returned.contest_id, application=returned.id)
    commit(work)
    page = shown_to(state, path=path)
    loaded = page.load()
    events = await pressed(loaded) if hasattr(loaded, "__aiter__") else listed(await loaded)
    assert f"/sign-in?next={path.replace('/', '%2F')}" in str(events[0].args)


async def test_an_official_reads_full_names_and_the_applicant_does_not(
    work: Work, author: Person, returned: Application
) -> None:
    tokens = [signed_in(work, official(work)), signed_in(work, author)]
    commit(work)
    _, text = await received(AdmissionState, f"/office/applications/{returned.id}", tokens[0])
    assert "Скрытная Анна Юрьевна" in text
    _, text = await received(ApplicationState, f"/applications/{returned.id}", tokens[1])
    assert "Скрытная" not in text


@pytest.mark.parametrize("garbage", [None, -7, [], {}, "x" * 400, "budget'; DROP TABLE people"])
async def test_garbage_to_the_handlers_changes_nothing(work: Work, garbage: Any) -> None:
    by = official(work)
    row = contest(work, by, stage=ContestStage.DRAFT)
    commit(work)
    shown = shown_to(ContestState, path=f"/contests/{row.id}")
    await shown.search(garbage)
    await shown.show_page(garbage)
    assert shown.status == "missing"
