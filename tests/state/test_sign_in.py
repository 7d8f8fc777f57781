"""Signing in, confirming an address, restoring a password; and what an attacker tries instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from elka import clock
from elka.db import Work
from elka.errors import Denied, Invalid, Refused, SignInNeeded, TooOften
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.sign_in import LinkDead, OneTimeToken, SignIn, TokenKind
from elka.passwords import hash_password, verify
from elka.state import sign_in
from elka.state.sign_in import ConfirmState, RestoreState, SignInState, local_path
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in
from tests.letters import last_letter, letters, token_in

PASSWORD = "три медведя и самовар"
NEW = "снегопад на реке Казым"
enter, redeem = SignInState._enter, SignInState._redeem


@pytest.fixture
def maria(work: Work) -> Person:
    return factories.person(work, email="maria@example.org", first_name="Мария", password_hash=hash_password(PASSWORD))


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


# Confirming an address


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


# A forgotten password


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
