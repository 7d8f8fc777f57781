"""Signing in and out by a password; and what an attacker tries instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from elka.db import Work
from elka.errors import Invalid, TooOften
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.sign_in import LinkDead, OneTimeToken, SignIn, TokenKind
from elka.passwords import verify
from elka.state import sign_in
from elka.state.sign_in import SignInState, local_path
from tests import factories
from tests.accounts import PASSWORD, maria_of
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.letters import last_letter, letters

enter, redeem = SignInState._enter, SignInState._redeem


@pytest.fixture
def maria(work: Work) -> Person:
    return maria_of(work)


def form(email: Any = "maria@example.org", password: Any = PASSWORD) -> dict[str, Any]:
    return {"email": email, "password": password}


def test_a_right_password_gives_a_ticket_and_the_ticket_a_sign_in(work: Work, maria: Person) -> None:
    ticket = enter(work, form(email=" MARIA@example.org"))
    assert work.session.exec(select(SignIn)).all() == []
    work.user_agent, work.address = "Firefox/1" + "x" * 400, "10.0.0.1"
    token = redeem(work, ticket)
    row = work.session.exec(select(SignIn)).one()
    assert row.person_id == maria.id
    assert len(row.user_agent) == 300
    assert token not in {ticket, ""}
    entry = work.session.exec(select(JournalEntry)).one()
    assert (entry.key, entry.actor_id) == ("person.signed_in", maria.id)


@pytest.mark.parametrize(
    ("email", "password"),
    [("maria@example.org", "не тот пароль"), ("nobody@example.org", PASSWORD), ("maria@example.org", PASSWORD + " ")],
)
def test_wrong_address_and_wrong_password_are_told_alike(work: Work, maria: Person, email: str, password: str) -> None:
    with pytest.raises(Invalid) as caught:
        enter(work, form(email, password))
    assert caught.value.fields == {"password": sign_in.WRONG}


def test_known_and_unknown_accounts_cost_one_check_each(
    work: Work, maria: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(sign_in, "verify", lambda kept, password: seen.append(kept) or verify(kept, password))
    for email in ("maria@example.org", "nobody@example.org"):
        with pytest.raises(Invalid):
            enter(work, form(email, "не тот пароль"))
    assert seen == [maria.password_hash, None]


@pytest.mark.parametrize(
    "garbage",
    [None, 1, [], "x", {}, {"email": [1], "password": {}}, form("мария"), form(password=""), form(password=7)],
)
def test_garbage_is_a_wrong_form(work: Work, garbage: Any) -> None:
    with pytest.raises(Invalid):
        enter(work, garbage)


def test_a_person_without_a_password_does_not_get_in_by_one(work: Work) -> None:
    factories.person(work, email="none@example.org")
    for password in ("!", "", " "):
        with pytest.raises(Invalid):
            enter(work, form("none@example.org", password))


def test_attempts_at_one_account_are_limited_and_success_forgives(work: Work, maria: Person) -> None:
    for _ in range(9):
        with pytest.raises(Invalid):
            enter(work, form(password="мимо мимо мимо"))
    assert enter(work, form())
    for _ in range(10):
        with pytest.raises(Invalid):
            enter(work, form(password="мимо мимо мимо"))
    with pytest.raises(TooOften):
        enter(work, form())


def test_attempts_at_an_unknown_account_are_limited_alike(work: Work) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            enter(work, form("nobody@example.org"))
    with pytest.raises(TooOften):
        enter(work, form("nobody@example.org"))


def test_attempts_from_one_address_are_limited_over_all_accounts(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "verify", lambda *_: False)
    work.address = "10.9.9.9"
    for number in range(300):
        with pytest.raises(Invalid):
            enter(work, form(f"p{number}@example.org"))
    with pytest.raises(TooOften):
        enter(work, form("last@example.org"))


def test_an_unconfirmed_address_gets_its_letter_again_and_no_ticket(work: Work, maria: Person) -> None:
    maria.email_confirmed_at = None
    assert enter(work, form()) == ""
    assert last_letter(work).subject == "Подтвердите почту"
    with pytest.raises(Invalid):
        enter(work, form(password="не тот пароль"))
    for _ in range(9):
        enter(work, form())
    assert len(letters(work)) == 5, "no more than five an hour"


def test_an_old_hash_is_made_anew(work: Work, maria: Person) -> None:
    from argon2 import PasswordHasher

    maria.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    assert enter(work, form())
    assert "m=19456" in maria.password_hash


def test_a_ticket_works_once_and_for_a_minute(work: Work, maria: Person) -> None:
    ticket = enter(work, form())
    assert redeem(work, ticket)
    with pytest.raises(LinkDead):
        redeem(work, ticket)
    late = enter(work, form())
    work.now += timedelta(seconds=60)
    with pytest.raises(LinkDead):
        redeem(work, late)


@pytest.mark.parametrize("garbage", [None, 1, "", [], {}, "x" * 5000, "ключ"])
def test_a_garbage_ticket_is_dead(work: Work, garbage: Any) -> None:
    with pytest.raises(LinkDead):
        redeem(work, garbage)


def test_no_other_token_is_a_ticket(work: Work, maria: Person) -> None:
    for kind in set(TokenKind) - {TokenKind.ENTER}:
        with pytest.raises(LinkDead):
            redeem(work, OneTimeToken.issue(work.session, kind, maria.id, work.now, email=maria.email))


def test_signing_in_ends_what_the_browser_held_before(work: Work, maria: Person) -> None:
    """Session fixation: a cookie planted before is worth nothing afterwards."""
    other = factories.person(work)
    planted = signed_in(work, other)
    from elka.core.secret import token_hash
    from elka.models.sign_in import actor_of

    work.actor = actor_of(work.session, token_hash(planted), work.now)
    token = redeem(work, enter(work, form()))
    assert token != planted
    assert actor_of(work.session, token_hash(planted), work.now) is None
    assert actor_of(work.session, token_hash(token), work.now).person_id == maria.id


def test_an_erased_person_does_not_get_in_by_a_ticket(work: Work, maria: Person) -> None:
    ticket = enter(work, form())
    maria.erase(work.now)
    with pytest.raises(LinkDead):
        redeem(work, ticket)


@pytest.mark.parametrize(
    ("asked", "gone"),
    [
        ("/projects/7?tab=team#top", "/projects/7?tab=team#top"),
        ("/", "/"),
        ("/confirm/abc", "/confirm/abc"),
        ("", "/me"),
        (None, "/me"),
        (7, "/me"),
        ("projects", "/me"),
        ("//evil.ru", "/me"),
        ("///evil.ru", "/me"),
        ("/\\evil.ru", "/me"),
        ("/\t/evil.ru", "/me"),
        ("/\n/evil.ru", "/me"),
        ("\t//evil.ru", "/me"),
        ("/a\\b", "/me"),
        ("https://evil.ru", "/me"),
        ("javascript:alert(1)", "/me"),
        ("/sign-in?next=/sign-in", "/me"),
        ("/sign-up", "/me"),
        ("/auth/leave", "/me"),
    ],
)
def test_after_sign_in_one_goes_to_our_own_pages_only(asked: Any, gone: str) -> None:
    assert local_path(asked) == gone


async def test_the_ticket_is_in_no_var_and_no_address(work: Work, maria: Person) -> None:
    commit(work)
    state = shown_to(SignInState, path="/sign-in?next=%2F%2Fevil.ru")
    (event,) = await pressed(state.enter(form()))
    script = str(event.args)
    assert "/auth/enter" in script
    assert 'location.assign("/me")' in script.replace("\\", "")
    got = await sent(state)
    assert got["errors"] == {}
    assert not any(isinstance(value, str) and len(value) > 20 for value in got.values())


async def test_whoever_is_signed_in_is_sent_on(work: Work, maria: Person) -> None:
    token = signed_in(work, maria)
    commit(work)
    (event,) = await shown_to(SignInState, token=token, path="/sign-in?next=%2Fprojects").load()
    assert "/projects" in str(event.args)
    assert not await shown_to(SignInState, path="/sign-in").load()


async def test_a_refused_ticket_is_told(work: Work) -> None:
    state = shown_to(SignInState)
    assert await state.entered("") is None
    for answer in ("403", {"a": 1}, ["x"], 5):
        assert "связь" in str((await state.entered(answer)).args)


def test_leaving_ends_this_browser_only(work: Work, maria: Person) -> None:
    from elka.core.secret import token_hash
    from elka.models.sign_in import actor_of

    here, there = signed_in(work, maria), signed_in(work, maria)
    work.actor = actor_of(work.session, token_hash(here), work.now)
    SignInState._leave(work)
    work.session.flush()
    assert actor_of(work.session, token_hash(here), work.now) is None
    assert actor_of(work.session, token_hash(there), work.now)


def test_leaving_as_a_guest_changes_nothing(work: Work) -> None:
    SignInState._leave(work)
    assert work.session.execute(sa.text("SELECT count(*) FROM journal")).scalar_one() == 0
