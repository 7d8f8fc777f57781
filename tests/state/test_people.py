"""Signing up: what is asked, what is kept, and what a stranger can learn or break."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from elka.db import Work, work_as
from elka.errors import Invalid, TooOften
from elka.models.consents import Consent, ConsentDocument, ConsentKind
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.sign_in import OneTimeToken, SignIn
from elka.passwords import verify
from elka.state.people import SignUpState, tidy
from elka.state.sign_in import ConfirmState, SignInState
from tests import factories
from tests.browser import commit, pressed, sent, shown_to
from tests.letters import last_letter, token_in

sign_up = SignUpState._sign_up
PASSWORD = "три медведя и самовар"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "last_name": "кузнецова",
        "first_name": "Мария",
        "patronymic": "",
        "settlement": "Игрим, Берёзовский район",
        "email": " Maria@Example.org ",
        "phone": "8 (982) 123-45-67",
        "birth_date": "1990-05-17",
        "password": PASSWORD,
        "consent_personal_data": "on",
        "consent_rules": "on",
        **changes,
    }


def teen(**changes: Any) -> dict[str, Any]:
    representative = {
        "birth_date": "2010-11-24",
        "representative_name": "Кузнецова Ольга Петровна",
        "representative_phone": "+7 982 765-43-21",
        "consent_representative": "on",
    }
    return form(**{**representative, **changes})


def people(work: Work) -> list[Person]:
    return list(work.session.exec(select(Person).order_by(Person.id)))


def kinds(work: Work, person: Person) -> set[ConsentKind]:
    query = sa.select(ConsentDocument.kind).join(Consent).where(Consent.person_id == person.id)
    return set(work.session.execute(query).scalars())


def test_signing_up_makes_an_account_that_waits_for_its_address(work: Work) -> None:
    assert sign_up(work, form()) == "maria@example.org"
    (person,) = people(work)
    assert (person.last_name, person.first_name, person.phone) == ("Кузнецова", "Мария", "+79821234567")
    assert person.settlement_id == factories.settlement(work, "Игрим").id
    assert person.birth_date == date(1990, 5, 17)
    assert person.email_confirmed_at is None
    assert verify(person.password_hash, PASSWORD)
    assert PASSWORD not in person.password_hash
    assert kinds(work, person) == {ConsentKind.PERSONAL_DATA, ConsentKind.RULES}
    assert person.name == "Мария", "without a consent to publication the surname is nobody's business"
    letter = last_letter(work)
    assert letter.to_address == "maria@example.org"
    assert "/confirm/" in letter.body
    entry = work.session.exec(select(JournalEntry)).one()
    assert (entry.key, entry.subject_id, entry.facts) == ("person.signed_up", person.id, {})


def test_a_consent_to_publication_is_separate_and_optional(work: Work) -> None:
    sign_up(work, form(consent_publication="on"))
    (person,) = people(work)
    assert ConsentKind.PUBLICATION in kinds(work, person)
    assert person.name == "Мария Кузнецова"


def test_a_consent_refers_to_the_very_text(work: Work) -> None:
    sign_up(work, form())
    documents = work.session.exec(select(ConsentDocument).join(Consent)).all()
    assert {document.version for document in documents} == {1}
    assert all(len(document.sha256) == 64 for document in documents)


def test_every_wrong_field_is_told_at_once(work: Work) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up(work, {})
    assert set(caught.value.fields) == {
        "last_name", "first_name", "settlement", "email", "phone", "birth_date", "password",
        "consent_personal_data", "consent_rules",
    }  # fmt: skip
    assert people(work) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("last_name", "http://evil.ru"),
        ("first_name", "Мария\r\nBcc: all@example.org"),
        ("settlement", "Москва"),
        ("settlement", "'; DROP TABLE people; --"),
        ("email", "maria@"),
        ("email", "maria@example.org\nBcc: x@example.org"),
        ("phone", "123"),
        ("phone", "+7 000 000-00-00"),
        ("birth_date", "1850-01-01"),
        ("birth_date", "2030-01-01"),
        ("birth_date", "завтра"),
        ("birth_date", "2026-11-31"),
        ("password", "короткий"),
        ("password", "maria@example.org"),
        ("password", "1234567890"),
        ("password", "кузнецова1990"),
    ],
)
def test_a_wrong_field_is_told_at_its_place(work: Work, field: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up(work, form(**{field: value}))
    assert set(caught.value.fields) == {field}
    assert people(work) == []


@pytest.mark.parametrize("garbage", [None, 7, "text", [], {"email": {"$ne": 1}}, {"password": ["x"] * 9}, {1: 2}])
def test_garbage_is_a_wrong_form(work: Work, garbage: Any) -> None:
    with pytest.raises(Invalid):
        sign_up(work, garbage)
    for field in form():
        with pytest.raises(Invalid):
            sign_up(work, form(**{field: {"a": [1]}}) | ({"patronymic": "123"} if field == "patronymic" else {}))


def test_a_settlement_may_be_typed_by_its_name_alone(work: Work) -> None:
    sign_up(work, form(settlement="пгт игрим"))
    assert people(work)[0].settlement_id == factories.settlement(work, "Игрим").id


def test_a_mistyped_settlement_gets_a_guess(work: Work) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up(work, form(settlement="Игрым"))
    assert "Игрим, Берёзовский район" in caught.value.fields["settlement"]


def test_under_fourteen_is_refused_and_nothing_is_kept(work: Work) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up(work, form(birth_date="2012-11-24"))  # fourteen tomorrow
    assert "14" in caught.value.fields["birth_date"]
    assert people(work) == []
    sign_up(work, teen(birth_date="2012-11-23"))  # fourteen today


def test_at_fourteen_to_seventeen_a_representative_consents(work: Work) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up(work, form(birth_date="2010-11-24"))
    assert set(caught.value.fields) == {"representative_name", "representative_phone", "consent_representative"}
    sign_up(work, teen())
    (person,) = people(work)
    consent = work.session.exec(
        select(Consent).join(ConsentDocument).where(ConsentDocument.kind == ConsentKind.REPRESENTATIVE)
    ).one()
    assert consent.person_id == person.id
    assert (consent.representative_name, consent.representative_phone) == ("Кузнецова Ольга Петровна", "+79827654321")


def test_nobody_is_their_own_representative(work: Work) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up(work, teen(representative_name="Мария Кузнецова"))
    assert set(caught.value.fields) == {"representative_name"}


def test_an_adult_leaves_no_representative(work: Work) -> None:
    sign_up(work, teen(birth_date="1990-05-17"))
    assert ConsentKind.REPRESENTATIVE not in kinds(work, people(work)[0])


def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(work: Work) -> None:
    owner = factories.person(work, email="maria@example.org", first_name="Ольга")
    assert sign_up(work, form(last_name="Чужая")) == "maria@example.org"
    assert people(work) == [owner]
    assert owner.last_name == "Кузнецова"
    letter = last_letter(work)
    assert letter.subject == "У вас уже есть аккаунт"
    assert "Ольга" in letter.body
    assert "/confirm/" not in letter.body
    assert work.session.exec(select(OneTimeToken)).all() == []


def test_known_and_unknown_addresses_cost_the_same(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many hashes for both: an answer must not tell by its time."""
    calls: list[str] = []
    for name in ("hash_password", "verify"):
        real = getattr(__import__("elka.state.people", fromlist=[name]), name)
        monkeypatch.setattr(
            f"elka.state.people.{name}", lambda *args, name=name, real=real: (calls.append(name), real(*args))[1]
        )
    factories.person(work, email="known@example.org")
    sign_up(work, form(email="new@example.org"))
    new, calls[:] = list(calls), []
    sign_up(work, form(email="known@example.org"))
    assert calls == new == ["hash_password", "verify"]


def test_signing_up_twice_keeps_both_letters_good_when_it_is_the_same_person(work: Work) -> None:
    sign_up(work, form())
    first = token_in(last_letter(work))
    work.now += timedelta(minutes=5)
    sign_up(work, form(first_name="Маша"))
    assert people(work)[0].first_name == "Маша"
    assert len(work.session.exec(select(Mail)).all()) == 2
    assert ConfirmState._confirm(work, first)


def test_a_double_click_makes_one_letter(work: Work) -> None:
    sign_up(work, form())
    sign_up(work, form())
    assert len(people(work)) == 1
    assert len(work.session.exec(select(Mail)).all()) == 1


def test_squatting_an_address_gives_nothing(work: Work) -> None:
    """Somebody signs up with another's address first: the owner's own sign-up replaces it, password and all."""
    sign_up(work, form(first_name="Злодей", password="чужой злой пароль"))
    stale = token_in(last_letter(work))
    sign_up(work, form())
    (person,) = people(work)
    assert person.first_name == "Мария"
    assert verify(person.password_hash, PASSWORD)
    with pytest.raises(Exception, match="устарела"):
        ConfirmState._confirm(work, stale)
    assert ConfirmState._confirm(work, token_in(last_letter(work)))
    with pytest.raises(Invalid):
        SignInState._enter(work, {"email": "maria@example.org", "password": "чужой злой пароль"})


def test_two_sign_ups_at_once_make_one_account(empty: sa.Engine, now: datetime) -> None:
    def attempt(number: int) -> str:
        with work_as(now=now, bind=empty) as work:
            return sign_up(work, form(password=f"пароль попытки номер {number} самовар"))

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(attempt, range(5))) == {"maria@example.org"}
    with work_as(now=now, bind=empty) as work:
        (person,) = people(work)
        live = work.session.exec(select(OneTimeToken).where(OneTimeToken.used_at.is_(None))).all()
        assert len(live) == 1, "only the last letter opens the account"
        assert len(work.session.exec(select(Consent)).all()) == 2
        assert person.email_confirmed_at is None


def test_sign_ups_are_limited_per_address_and_per_mailbox(work: Work) -> None:
    work.address = "10.1.1.1"
    for number in range(8):
        sign_up(work, form(password=f"медведь номер {number} самовар"))
    with pytest.raises(TooOften):
        sign_up(work, form())
    for number in range(292):
        sign_up(work, form(email=f"m{number}@example.org"))
    with pytest.raises(TooOften):
        sign_up(work, form(email="one-more@example.org"))


def test_letters_hold_nothing_that_a_stranger_typed_but_a_name(work: Work) -> None:
    sign_up(work, form(first_name="Анна-Мария"))
    letter = last_letter(work)
    assert "\r" not in letter.to_address + letter.subject
    assert "\n" not in letter.to_address + letter.subject
    assert [line for line in letter.body.splitlines() if "http" in line] == [
        f"http://localhost:8000/confirm/{token_in(letter)}"
    ]


def test_what_has_served_its_time_is_removed(work: Work) -> None:
    sign_up(work, form())
    kept = factories.person(work, created_at=work.now - timedelta(days=400))
    waiting = factories.person(work, confirmed=False)
    invited = factories.person(work, confirmed=False)
    factories.project(work, invited)
    token = SignIn.open(work.session, kept.id, work.now, user_agent="", address="")
    assert token
    work.now += timedelta(days=20)
    assert tidy(work)["people"] == 0
    work.now += timedelta(days=50)
    gone = tidy(work)
    assert gone["people"] == 2
    assert {person.id for person in people(work)} == {kept.id, invited.id}, "what others refer to stays"
    assert waiting.id
    assert work.session.exec(select(SignIn)).all() == []
    assert work.session.exec(select(OneTimeToken)).all() == []


@pytest.mark.parametrize(
    ("typed", "age"),
    [
        ("2012-11-24", "child"),
        ("2012-11-23", "teen"),
        ("2008-11-24", "teen"),
        ("2008-11-23", "adult"),
        ("17.05.1990", "adult"),
        ("", ""),
        ("1700-01-01", ""),
        ("2999-01-01", ""),
        (None, ""),
        ({"a": 1}, ""),
        (7, ""),
    ],
)
async def test_the_birth_date_decides_what_else_is_asked(
    typed: Any, age: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elka.clock.now", lambda: now)
    state = shown_to(SignUpState)
    await state.check_birth(typed)
    assert state.age == age


async def test_the_browser_gets_the_settlements_and_nothing_typed(
    empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elka.state.sign_in.EVEN_ANSWER", 0)
    state = shown_to(SignUpState, path="/sign-up")
    await state.load()
    got = await sent(state)
    assert "Игрим, Берёзовский район" in got["places"]
    assert len(got["places"]) == 200
    state._clean()
    await pressed(state.send(form(phone="5")))
    got = await sent(state)
    assert set(got["errors"]) == {"phone"}
    assert PASSWORD not in str(got)
    assert "example.org" not in str(got)


async def test_known_and_unknown_addresses_get_the_same_answer(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("elka.state.sign_in.EVEN_ANSWER", 0)
    factories.person(work, email="known@example.org")
    commit(work)
    answers = []
    for email in ("known@example.org", "new12@example.org"):
        state = shown_to(SignUpState, path="/sign-up")
        events = await pressed(state.send(form(email=email)))
        answers.append((re.sub(r"0x\w+", "", str(events)), str(await sent(state)).replace(email, "EMAIL")))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("phone", "123", True),
        ("phone", "+7 982 123-45-67", False),
        ("phone", "", False),
        ("email", "мария", True),
        ("settlement", "Рим", True),
        ("settlement", "игрим", False),
        ("birth_date", "вчера", True),
        ("nothing", "x", False),
        ("password", "short", False),
        (["phone"], "x", False),
        ("phone", {"a": 1}, False),
    ],
)
async def test_a_field_is_checked_when_it_is_left(empty: sa.Engine, name: Any, value: Any, wrong: bool) -> None:
    state = shown_to(SignUpState, path="/sign-up")
    await state.load()
    state.check(name, value)
    assert set(state.errors) == ({name} if wrong else set())
