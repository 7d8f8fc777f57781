"""One's own account: data, address, password, browsers and consents, changed by oneself and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from elka.core.actor import GUEST
from elka.core.secret import token_hash
from elka.db import Work
from elka.errors import Invalid, NotFound, Refused, SignInNeeded, TooOften
from elka.models.consents import ConsentDocument, ConsentKind
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.sign_in import SignIn, actor_of
from elka.passwords import verify
from elka.state import consents
from elka.state.account import AccountState
from elka.state.account_copy import copy_of_account
from elka.state.sign_in import ConfirmState
from tests import factories
from tests.accounts import NEW, PASSWORD, data, keys, signed_in_maria
from tests.browser import commit, sent, shown_to, signed_in
from tests.letters import last_letter, letters, token_in

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def maria(work: Work) -> Person:
    return signed_in_maria(work)


FLOWS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (AccountState._account, ()),
    (AccountState._save, (data(),)),
    (AccountState._change_email, ({"new_email": "n@example.org", "email_password": PASSWORD},)),
    (AccountState._change_password, ({"old_password": PASSWORD, "password": NEW},)),
    (AccountState._end, (1,)),
    (AccountState._end_all, ()),
    (consents.agree, ("publication",)),
    (consents.withdraw, ("publication",)),
    (AccountState._erase, ({"erase_password": PASSWORD},)),
    (copy_of_account, ()),
]


@pytest.mark.parametrize(("flow", "given"), FLOWS, ids=lambda value: getattr(value, "__qualname__", None))
def test_a_guest_is_asked_to_sign_in(work: Work, maria: Person, flow: Any, given: Any) -> None:
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        flow(work, *given)


@pytest.mark.parametrize(
    ("flow", "given"), [pair for pair in FLOWS if pair[1]], ids=lambda v: getattr(v, "__qualname__", None)
)
@pytest.mark.parametrize("garbage", [None, -1, 2**70, "x", [], {"a": 1}, {"new_email": {}, "old_password": 5}, True])
def test_garbage_is_refused(work: Work, maria: Person, flow: Any, given: Any, garbage: Any) -> None:
    before = maria.model_dump()
    with pytest.raises(Refused):
        flow(work, garbage)
    assert maria.model_dump() == before


def test_one_sees_ones_own_data(work: Work, maria: Person) -> None:
    account = AccountState._account(work)
    assert account.profile.last_name == "Кузнецова"
    assert account.profile.settlement == "Игрим, Берёзовский район"
    assert account.profile.birth_date == "1990-05-17"
    assert [row.is_current for row in account.browsers] == [True]
    assert [row.stands for row in account.consents] == [True, True, True]


async def test_the_browser_gets_no_hash_and_no_id(work: Work, maria: Person) -> None:
    token = signed_in(work, maria)
    commit(work)
    state = shown_to(AccountState, token=token, path="/me/settings")
    await state.load()
    got = str(await sent(state))
    assert "maria@example.org" in got
    assert "argon2" not in got
    assert token not in got
    stranger = shown_to(AccountState, path="/me/settings")
    (event,) = [await stranger.load()]
    assert "/sign-in?next=%2Fme%2Fsettings" in str(event.args)
    assert "maria" not in str(await sent(stranger))


def test_as_many_queries_for_thirty_browsers_as_for_one(
    work: Work, maria: Person, queries: Callable[[Callable[[], object]], int]
) -> None:
    one = queries(lambda: AccountState._account(work))
    for _ in range(29):
        signed_in(work, maria)
    assert queries(lambda: AccountState._account(work)) == one
    assert len(AccountState._account(work).browsers) == 30


def test_data_is_changed_and_the_journal_names_fields_not_values(work: Work, maria: Person) -> None:
    AccountState._save(work, data(last_name="иванова", settlement="Сургут", phone="89821112233"))
    assert (maria.last_name, maria.phone) == ("Иванова", "+79821112233")
    assert maria.settlement_id == factories.settlement(work, "Сургут").id
    entry = work.session.exec(select(JournalEntry)).one()
    assert entry.key == "person.changed"
    assert entry.facts == {"fields": ["last_name", "settlement_id", "phone"]}


def test_saving_the_same_leaves_no_trace(work: Work, maria: Person) -> None:
    AccountState._save(work, data())
    assert keys(work) == []


def test_all_wrong_fields_at_once_and_nothing_saved(work: Work, maria: Person) -> None:
    with pytest.raises(Invalid) as caught:
        AccountState._save(work, data(last_name="1", settlement="Рим", phone="5", birth_date="вчера"))
    assert set(caught.value.fields) == {"last_name", "settlement", "phone", "birth_date"}
    assert maria.last_name == "Кузнецова"


@pytest.mark.parametrize("birth", ["2010-01-01", "2020-01-01"])
def test_a_birth_date_that_asks_for_other_consents_is_refused(work: Work, maria: Person, birth: str) -> None:
    with pytest.raises(Invalid) as caught:
        AccountState._save(work, data(birth_date=birth))
    assert set(caught.value.fields) == {"birth_date"}
    AccountState._save(work, data(birth_date="1991-05-17"))
    assert maria.birth_date == date(1991, 5, 17)


def test_what_was_verified_stays(work: Work, maria: Person) -> None:
    maria.verified_at = work.now
    with pytest.raises(Invalid) as caught:
        AccountState._save(work, data(last_name="Другая", birth_date="1991-01-01", phone="89821112233"))
    assert set(caught.value.fields) == {"last_name", "birth_date"}
    AccountState._save(work, data(phone="89821112233"))
    assert maria.phone == "+79821112233"


def test_a_new_address_is_taken_when_its_owner_answers(work: Work, maria: Person) -> None:
    asked = {"new_email": "New@example.org", "email_password": PASSWORD}
    assert AccountState._change_email(work, asked) == "new@example.org"
    assert maria.email == "maria@example.org"
    assert last_letter(work).to_address == "new@example.org"
    assert AccountState._account(work).profile.new_email == "new@example.org"
    ConfirmState._confirm(work, token_in(last_letter(work)))
    assert maria.email == "new@example.org"
    assert AccountState._account(work).profile.new_email == ""


def test_only_the_last_wish_for_an_address_counts(work: Work, maria: Person) -> None:
    AccountState._change_email(work, {"new_email": "one@example.org", "email_password": PASSWORD})
    first = token_in(last_letter(work))
    AccountState._change_email(work, {"new_email": "two@example.org", "email_password": PASSWORD})
    with pytest.raises(Refused):
        ConfirmState._confirm(work, first)


def test_anothers_address_is_not_told_of(work: Work, maria: Person) -> None:
    other = factories.person(work, email="taken@example.org", first_name="Ольга")
    assert AccountState._change_email(work, {"new_email": "taken@example.org", "email_password": PASSWORD})
    letter = last_letter(work)
    assert (letter.person_id, letter.subject) == (other.id, "Этой почтой хотели воспользоваться")
    assert "/confirm/" not in letter.body


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"new_email": "maria@example.org", "email_password": PASSWORD}, "new_email"),
        ({"new_email": "not an address", "email_password": PASSWORD}, "new_email"),
        ({"new_email": "new@example.org", "email_password": "мимо мимо мимо"}, "email_password"),
        ({"new_email": "new@example.org", "email_password": ""}, "email_password"),
    ],
)
def test_a_wrong_wish_for_an_address(work: Work, maria: Person, asked: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        AccountState._change_email(work, asked)
    assert field in caught.value.fields
    assert letters(work) == []


def test_a_new_password_ends_other_browsers_and_keeps_this_one(work: Work, maria: Person) -> None:
    other = token_hash(signed_in(work, maria))
    AccountState._change_password(work, {"old_password": PASSWORD, "password": NEW})
    assert verify(maria.password_hash, NEW)
    assert actor_of(work.session, other, work.now) is None
    assert [row.id for row in AccountState._account(work).browsers] == [work.actor.sign_in_id]
    assert last_letter(work).subject == "Пароль изменён"
    assert keys(work) == ["person.password_changed"]


def test_the_old_password_is_asked_for_and_guesses_are_counted(work: Work, maria: Person) -> None:
    for _ in range(10):
        with pytest.raises(Invalid) as caught:
            AccountState._change_password(work, {"old_password": "мимо мимо мимо", "password": NEW})
        assert set(caught.value.fields) == {"old_password"}
    with pytest.raises(TooOften):
        AccountState._change_password(work, {"old_password": PASSWORD, "password": NEW})


@pytest.mark.parametrize("weak", ["", "short", "maria@example.org", "qwertyuiop"])
def test_a_weak_new_password(work: Work, maria: Person, weak: str) -> None:
    with pytest.raises(Invalid) as caught:
        AccountState._change_password(work, {"old_password": PASSWORD, "password": weak})
    assert set(caught.value.fields) == {"password"}


def test_browsers_are_named_and_ended_one_by_one(work: Work, maria: Person) -> None:
    SignIn.open(work.session, maria.id, work.now - timedelta(minutes=5), user_agent=ANDROID, address="10.2.3.4")
    row = AccountState._account(work).browsers[1]
    assert (row.name, row.seen, row.is_handheld) == ("Chrome на Android", "5\u00a0минут назад", True)
    assert "10.2.3.4" in row.since
    AccountState._end(work, row.id)
    assert len(AccountState._account(work).browsers) == 1


def test_a_strangers_browser_cannot_be_ended(work: Work, maria: Person) -> None:
    theirs = factories.person(work)
    hashed = token_hash(signed_in(work, theirs))
    row = work.session.exec(select(SignIn).where(SignIn.token_hash == hashed)).one()
    with pytest.raises(NotFound):
        AccountState._end(work, row.id)
    assert actor_of(work.session, hashed, work.now)


def test_signing_out_everywhere(work: Work, maria: Person) -> None:
    tokens = [token_hash(signed_in(work, maria)) for _ in range(3)]
    assert AccountState._end_all(work) == 4
    assert not any(actor_of(work.session, hashed, work.now) for hashed in tokens)


def test_a_consent_to_publication_is_withdrawn_and_given_again(work: Work, maria: Person) -> None:
    consents.withdraw(work, "publication")
    assert maria.name == "Мария"
    (row,) = [row for row in AccountState._account(work).consents if row.kind == "publication"]
    assert (row.stands, row.state) == (False, "Отозвано 23\u00a0ноября\u00a02026")
    consents.agree(work, "publication")
    consents.agree(work, "publication")
    assert maria.name == "Мария Кузнецова"
    assert keys(work) == ["consent.withdrawn", "consent.given"]


@pytest.mark.parametrize("kind", ["personal_data", "rules", "representative"])
def test_without_the_other_consents_there_is_no_account(work: Work, maria: Person, kind: str) -> None:
    with pytest.raises(Refused, match="удалить аккаунт"):
        consents.withdraw(work, kind)
    assert all(row.stands for row in AccountState._account(work).consents)


def test_a_representatives_consent_is_not_given_by_oneself(work: Work, maria: Person) -> None:
    with pytest.raises(Refused, match="родитель"):
        consents.agree(work, "representative")


def test_a_newer_version_is_offered_and_agreed_with(work: Work, maria: Person) -> None:
    newest = ConsentDocument.newest(work.session)[ConsentKind.RULES]
    with work.session.begin_nested() as trial:
        work.session.add(
            ConsentDocument(
                kind=ConsentKind.RULES, version=2, title=newest.title, text="Иное.", sha256="0", published_at=work.now
            )
        )
        work.session.flush()
        rows = {row.kind: row for row in AccountState._account(work).consents}
        assert [kind for kind, row in rows.items() if row.has_newer] == ["rules"]
        consents.agree(work, "rules")
        work.session.flush()
        assert not any(row.has_newer for row in AccountState._account(work).consents)
        trial.rollback()
