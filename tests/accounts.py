"""Maria's account: her passwords, her data as a form sends it, what the journal has of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from elka.core.secret import token_hash
from elka.db import Work
from elka.models.consents import Consent, ConsentDocument, ConsentKind
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.sign_in import actor_of
from elka.passwords import hash_password
from tests import factories
from tests.browser import signed_in

PASSWORD = "три медведя и самовар"
NEW = "снегопад на реке Казым"


def maria_of(work: Work, **fields: Any) -> Person:
    """Make Maria, who has a password."""
    return factories.person(
        work, email="maria@example.org", first_name="Мария", password_hash=hash_password(PASSWORD), **fields
    )


def signed_in_maria(work: Work) -> Person:
    """Sign Maria in and return her."""
    person = maria_of(work, phone="+79821234567")
    agree(work, person, ConsentKind.PERSONAL_DATA, ConsentKind.RULES, ConsentKind.PUBLICATION)
    work.actor = actor_of(work.session, token_hash(signed_in(work, person)), work.now)
    return person


def agree(work: Work, person: Person, *kinds: ConsentKind, **fields: Any) -> None:
    newest = ConsentDocument.newest(work.session)
    for kind in kinds:
        work.session.add(Consent(person_id=person.id, document_id=newest[kind].id, given_at=work.now, **fields))
    work.session.flush()


def data(**changes: Any) -> dict[str, Any]:
    return {
        "last_name": "Кузнецова",
        "first_name": "Мария",
        "patronymic": "",
        "settlement": "Игрим, Берёзовский район",
        "phone": "+7 982 123-45-67",
        "birth_date": "1990-05-17",
        **changes,
    }


def keys(work: Work) -> list[str]:
    work.session.flush()
    return list(work.session.execute(sa.select(JournalEntry.key).order_by(JournalEntry.id)).scalars())
