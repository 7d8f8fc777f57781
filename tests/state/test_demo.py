"""The doors of the demo region open nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from elka.db import Work
from elka.demo.personas import PERSONAS
from elka.errors import NotFound, Refused
from elka.models.people import Person
from elka.models.sign_in import SignIn
from elka.settings import Demo, settings
from elka.state.demo import DemoState, MailPageState, Piece
from elka.state.sign_in import SignInState
from tests import factories
from tests.browser import signed_in


@pytest.fixture
def persona(work: Work) -> Person:
    return factories.person(work, email=PERSONAS[0].email)


@pytest.fixture
def mode(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change the settings of this test."""
    return lambda **fields: [monkeypatch.setattr(settings(), name, value) for name, value in fields.items()]


def test_one_becomes_a_persona_by_a_ticket(work: Work, persona: Person) -> None:
    assert DemoState._personas(work) == (True, "")
    assert SignInState._redeem(work, DemoState._enter(work, PERSONAS[0].key))
    assert work.session.exec(select(SignIn.person_id)).one() == persona.id


def test_the_page_knows_who_one_is_now(work: Work, persona: Person) -> None:
    signed_in(work, persona)
    work.actor = factories.actor(work, persona)
    assert DemoState._personas(work)[1] == PERSONAS[0].key


@pytest.mark.parametrize("garbage", [None, 1, "", "nobody", [], {}, "resident@demo.elka.invalid", "maria@example.org"])
def test_nobody_but_a_persona(work: Work, persona: Person, garbage: Any) -> None:
    factories.person(work, email="maria@example.org")
    with pytest.raises(Refused):
        DemoState._enter(work, garbage)


def test_a_persona_that_is_not_loaded_is_not_shown(work: Work) -> None:
    assert DemoState._personas(work) == (False, "")
    with pytest.raises(Refused):
        DemoState._enter(work, PERSONAS[0].key)


def test_without_demo_there_are_no_doors(work: Work, persona: Person, mode: Any) -> None:
    mode(demo=Demo.OFF)
    for flow, given in (
        (DemoState._personas, ()),
        (DemoState._enter, (PERSONAS[0].key,)),
        (MailPageState._letters, ("",)),
        (MailPageState._letters, (persona.email,)),
    ):
        with pytest.raises(NotFound):
            flow(work, *given)


def test_letters_are_shown_with_their_links(work: Work, persona: Person) -> None:
    work.mail(
        persona, "Привет", "Откройте http://localhost:8000/confirm/abc. Ещё: https://example.org/x, и всё.\n\nПока"
    )
    (row,) = MailPageState._letters(work, "")
    assert row.address == persona.email
    assert row.lines == [
        [
            Piece("Откройте "),
            Piece("http://localhost:8000/confirm/abc", "/confirm/abc"),
            Piece(". Ещё: "),
            Piece("https://example.org/x", "https://example.org/x"),
            Piece(", и всё."),
        ],
        [Piece("Пока")],
    ]


def test_with_a_mail_server_letters_are_nobodys_to_read(work: Work, persona: Person, mode: Any) -> None:
    work.mail(persona, "Привет", "Текст")
    mode(smtp_url="smtp://localhost:25")
    with pytest.raises(NotFound):
        MailPageState._letters(work, "")


def test_on_a_public_demo_one_names_the_address(work: Work, persona: Person, mode: Any) -> None:
    work.mail(persona, "Привет", "Текст")
    work.mail("other@example.org", "Другое", "Текст")
    mode(demo=Demo.PUBLIC)
    assert MailPageState._letters(work, "") == []
    assert MailPageState._letters(work, None) == []
    assert [row.subject for row in MailPageState._letters(work, " OTHER@example.org ")] == ["Другое"]
    with pytest.raises(Refused):
        MailPageState._letters(work, "%")
