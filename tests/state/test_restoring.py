"""A forgotten password is set anew by a letter; asking for it tells nothing of accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from elka.db import Work
from elka.errors import Invalid, Refused, TooOften
from elka.models.people import Person
from elka.models.sign_in import LinkDead, SignIn
from elka.passwords import verify
from elka.state import sign_in
from elka.state.sign_in import RestoreState, SignInState
from tests.accounts import NEW, maria_of
from tests.browser import commit, pressed, shown_to, signed_in
from tests.letters import last_letter, letters, token_in

redeem = SignInState._redeem


@pytest.fixture
def maria(work: Work) -> Person:
    return maria_of(work)


def restore_token(work: Work, email: str = "maria@example.org") -> str:
    RestoreState._ask(work, {"email": email})
    return token_in(last_letter(work))


def test_a_forgotten_password_is_set_anew_by_a_letter(work: Work, maria: Person) -> None:
    elsewhere = signed_in(work, maria)
    code = restore_token(work)
    RestoreState._link(work, code)
    ticket = RestoreState._change(work, code, {"password": NEW})
    assert verify(maria.password_hash, NEW)
    assert redeem(work, ticket)
    live = work.session.exec(select(SignIn).where(SignIn.revoked_at.is_(None))).all()
    assert len(live) == 1, "other browsers are signed out"
    assert elsewhere
    assert last_letter(work).subject == "Пароль изменён"
    with pytest.raises(LinkDead):
        RestoreState._change(work, code, {"password": NEW + "!"})


def test_asking_tells_nothing_of_accounts(work: Work, maria: Person) -> None:
    assert RestoreState._ask(work, {"email": "nobody@example.org"}) == "nobody@example.org"
    assert letters(work) == []
    assert RestoreState._ask(work, {"email": "maria@example.org"}) == "maria@example.org"
    assert len(letters(work)) == 1


def test_a_link_lives_an_hour(work: Work, maria: Person) -> None:
    code = restore_token(work)
    work.now += timedelta(hours=1)
    with pytest.raises(LinkDead):
        RestoreState._change(work, code, {"password": NEW})


def test_a_weak_password_does_not_use_the_link_up(work: Work, maria: Person) -> None:
    code = restore_token(work)
    for weak in ("", "short", "maria@example.org", "1234567890", None, ["x"], "x" * 500):
        with pytest.raises(Invalid) as caught, work.session.begin_nested():
            RestoreState._change(work, code, {"password": weak})
        assert set(caught.value.fields) == {"password"}
    assert RestoreState._change(work, code, {"password": NEW})


def test_setting_a_password_by_a_letter_proves_the_address(work: Work, maria: Person) -> None:
    maria.email_confirmed_at = None
    RestoreState._change(work, restore_token(work), {"password": NEW})
    assert maria.email_confirmed_at == work.now


def test_a_link_sent_to_an_address_that_is_no_more_theirs_is_dead(work: Work, maria: Person) -> None:
    code = restore_token(work)
    maria.email = "maria.new@example.org"
    work.session.flush()
    with pytest.raises(LinkDead):
        RestoreState._change(work, code, {"password": NEW})


def test_asking_is_limited_for_known_and_unknown_alike(work: Work, maria: Person) -> None:
    for email in ("maria@example.org", "nobody@example.org"):
        for _ in range(5):
            RestoreState._ask(work, {"email": email})
        with pytest.raises(TooOften):
            RestoreState._ask(work, {"email": email})


@pytest.mark.parametrize("garbage", [None, 3, [], {}, {"email": {}}, {"email": "x\nBcc: y@example.org"}])
def test_garbage_asks_for_nothing(work: Work, garbage: Any) -> None:
    with pytest.raises(Refused):
        RestoreState._ask(work, garbage)


async def test_the_answer_takes_the_same_time(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def note(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(sign_in.asyncio, "sleep", note)
    commit(work)
    state = shown_to(RestoreState, path="/restore")
    await pressed(state.ask({"email": "nobody@example.org"}))
    assert state.sent_to == "nobody@example.org"
    assert 0 < slept[-1] <= sign_in.EVEN_ANSWER
