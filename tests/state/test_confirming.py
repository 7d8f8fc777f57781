"""An address is confirmed by a link: by pressing, once, and by its own account only."""

from __future__ import annotations

from typing import Any

import pytest

from elka import clock
from elka.db import Work
from elka.errors import Denied, SignInNeeded
from elka.models.people import Person
from elka.models.sign_in import LinkDead, OneTimeToken, TokenKind
from elka.state.sign_in import ConfirmState, RestoreState, SignInState
from tests import factories
from tests.accounts import NEW, maria_of
from tests.browser import commit, sent, shown_to
from tests.letters import last_letter

redeem = SignInState._redeem


@pytest.fixture
def maria(work: Work) -> Person:
    return maria_of(work)


def confirm_token(work: Work, person: Person, email: str | None = None) -> str:
    return OneTimeToken.issue(work.session, TokenKind.CONFIRM_EMAIL, person.id, work.now, email=email or person.email)


def test_opening_a_link_confirms_nothing_pressing_does_and_signs_in(work: Work, maria: Person) -> None:
    maria.email_confirmed_at = None
    code = confirm_token(work, maria)
    row = ConfirmState._link(work, code)
    assert (row.first_name, row.email, row.is_change) == ("Мария", "m••••a@example.org", False)
    assert maria.email_confirmed_at is None
    ticket = ConfirmState._confirm(work, code)
    assert maria.email_confirmed_at == work.now
    assert redeem(work, ticket)
    for way in (ConfirmState._link, ConfirmState._confirm):
        with pytest.raises(LinkDead):
            way(work, code)


def test_confirming_by_one_link_ends_the_others(work: Work, maria: Person) -> None:
    first, second = confirm_token(work, maria), confirm_token(work, maria)
    ConfirmState._confirm(work, second)
    with pytest.raises(LinkDead):
        ConfirmState._confirm(work, first)


@pytest.mark.parametrize("garbage", [None, 1, "", [], {"x": 1}, "ключ", "a" * 43])
def test_a_garbage_link_is_dead(work: Work, garbage: Any) -> None:
    for way in (ConfirmState._link, ConfirmState._confirm, RestoreState._link):
        with pytest.raises(LinkDead):
            way(work, garbage)
    with pytest.raises(LinkDead):
        RestoreState._change(work, garbage, {"password": NEW})


def test_a_new_address_is_confirmed_by_its_own_account_only(work: Work, maria: Person) -> None:
    code = OneTimeToken.issue(work.session, TokenKind.CHANGE_EMAIL, maria.id, work.now, email="maria.new@example.org")
    with pytest.raises(SignInNeeded), work.session.begin_nested():
        ConfirmState._confirm(work, code)
    work.actor = factories.actor(work, factories.person(work))
    with pytest.raises(Denied), work.session.begin_nested():
        ConfirmState._confirm(work, code)
    work.actor = factories.actor(work, maria)
    assert ConfirmState._confirm(work, code) == ""
    assert maria.email == "maria.new@example.org"
    assert last_letter(work).to_address == "maria@example.org", "the old address is told"
    assert "maria.new@" not in last_letter(work).body


def test_an_address_taken_meanwhile_is_not_taken_over(work: Work, maria: Person) -> None:
    code = OneTimeToken.issue(work.session, TokenKind.CHANGE_EMAIL, maria.id, work.now, email="new@example.org")
    factories.person(work, email="new@example.org")
    work.actor = factories.actor(work, maria)
    with pytest.raises(LinkDead):
        ConfirmState._confirm(work, code)
    assert maria.email == "maria@example.org"


async def test_the_page_of_a_link_tells_little(work: Work, maria: Person) -> None:
    work.now = clock.now()  # a state looks at the real one
    code = confirm_token(work, maria)
    commit(work)
    state = shown_to(ConfirmState, path=f"/confirm/{code}")
    await state.load()
    got = await sent(state)
    assert got["status"] == "ready"
    assert "maria@example.org" not in str(got)
    assert "Кузнецова" not in str(got)
    dead = shown_to(ConfirmState, path="/confirm/none")
    await dead.load()
    assert dead.status == "error"
    assert "устарела" in dead.fault
