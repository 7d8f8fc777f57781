"""The way back: whoever has to sign in, to sign up or to set a new password goes on where they came from."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from elka import clock
from elka.core.actor import GUEST
from elka.db import Work
from elka.models.contests import ContestStage
from elka.models.people import Person
from elka.state.ballots import BallotState
from elka.state.people import SignUpState
from elka.state.sign_in import HOME, ConfirmState, RestoreState, SignInState, way_on
from elka.state.viewer import ViewerState
from tests import factories
from tests.browser import commit, sent, shown_to
from tests.letters import last_letter
from tests.state.test_people import PASSWORD, form

BALLOT = "/contests/7/vote?project=12"
STRANGE = [
    "//elsewhere.example/contests/7",
    "https://elsewhere.example/contests/7/vote",
    "/contests/7/vote?project=12&q=переведите-деньги",
    "/contests/seven/vote",
    "/contests/٧/vote",
    "/contests/7/vote\n",
    "/auth/enter",
    "/me",
    "",
    None,
    7,
    ["/contests/7"],
]


def next_in(address: str) -> str:
    """Return what an address leads on to; "" where to nothing."""
    return "".join(parse_qs(urlsplit(address).query).get("next", []))


def link_in(letter: Any) -> str:
    return re.search(r"https?://\S+/(?:confirm|restore)/\S+", letter.body)[0]


def script_of(events: Any) -> str:
    """Return the script that lets the browser in and sends it on."""
    [event] = events if isinstance(events, list) else [events]
    return "".join(str(value) for pair in event.args for value in pair).replace('\\"', '"')


@pytest.mark.parametrize(
    ("path", "back"),
    [
        (BALLOT, BALLOT),
        ("/projects/12", "/projects/12"),
        (f"/sign-in?next={quote(BALLOT, safe='')}", BALLOT),
        (f"/sign-up?next={quote(BALLOT, safe='')}", BALLOT),
        ("/sign-in", ""),
        ("/restore", ""),
        ("/", ""),
    ],
)
async def test_the_door_of_every_page_leads_back_to_it(work: Work, path: str, back: str) -> None:
    state = shown_to(ViewerState, path=path)
    await state.load()
    assert next_in("/sign-in" + (await sent(state))["back"]) == back


def test_the_letter_of_a_newcomer_leads_on_to_the_ballot(work: Work) -> None:
    SignUpState._sign_up(work, form(), BALLOT)
    assert next_in(link_in(last_letter(work))) == BALLOT


@pytest.mark.parametrize("back", STRANGE)
def test_nothing_else_gets_into_a_letter(work: Work, back: object) -> None:
    assert way_on(back) == ""
    SignUpState._sign_up(work, form(), back)
    assert "?" not in link_in(last_letter(work))


async def test_a_confirmed_newcomer_lands_on_the_ballot(work: Work) -> None:
    work.now = clock.now()  # a state looks at the real one
    SignUpState._sign_up(work, form(), BALLOT)
    address = urlsplit(link_in(last_letter(work)))
    commit(work)
    state = shown_to(ConfirmState, path=f"{address.path}?{address.query}")
    assert f'"{BALLOT}"' in script_of(await state.confirm())


def test_who_signs_in_unconfirmed_gets_a_letter_that_leads_on(work: Work) -> None:
    SignUpState._sign_up(work, form())
    assert SignInState._enter(work, {"email": "maria@example.org", "password": PASSWORD}, BALLOT) == ""
    assert next_in(link_in(last_letter(work))) == BALLOT


async def test_a_forgotten_password_is_no_detour(work: Work) -> None:
    work.now = clock.now()
    person = factories.person(work, email="maria@example.org")
    RestoreState._ask(work, {"email": person.email}, BALLOT)
    address = urlsplit(link_in(last_letter(work)))
    assert next_in(f"?{address.query}") == BALLOT
    commit(work)
    for query, goal in ((address.query, BALLOT), ("next=//elsewhere.example", HOME)):
        state = shown_to(RestoreState, path=f"{address.path}?{query}")
        async for events in state.change({"password": "четыре медведя и чайник"}):
            if events:
                assert json.dumps(goal) in script_of(events)
        RestoreState._ask(work, {"email": person.email}, BALLOT)
        address = urlsplit(link_in(last_letter(work)))
        commit(work)


def test_a_guest_who_came_for_a_project_comes_back_to_it(work: Work) -> None:
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING)
    project = factories.project(work, factories.person(work), title="Лыжня")
    factories.application(work, contest, project)
    work.actor = GUEST
    head = BallotState._opened(work, str(contest.id), {"project": str(project.id)}, "tab").head
    assert next_in("/sign-in" + head.back) == f"/contests/{contest.id}/vote?project={project.id}"
    assert head.mend_href == "/sign-in" + head.back
    person: Person = factories.person(work)
    work.actor = factories.actor(work, person)
    assert BallotState._opened(work, str(contest.id), {"project": str(project.id)}, "tab").head.back == ""
