"""Consents of a person: which stand, giving one anew, withdrawing one."""

from __future__ import annotations

from dataclasses import dataclass

from elka.db import Work
from elka.errors import Refused
from elka.models.consents import Consent, ConsentDocument, ConsentKind
from elka.models.people import Person
from elka.ui import labels

# What can be withdrawn and given again; without the others there is no account.
OPTIONAL = frozenset({ConsentKind.PUBLICATION})


@dataclass(frozen=True)
class ConsentRow:
    """What a person agreed to, by kind."""

    kind: str
    href: str
    title: str
    state: str
    stands: bool
    is_optional: bool
    has_newer: bool


def rows(work: Work) -> list[ConsentRow]:
    """Return one row for each kind: what stands, else what stood last, else what could be given."""
    given = Consent.of(work.session, work.person())
    found = []
    for kind, newest in ConsentDocument.newest(work.session).items():
        mine = [pair for pair in given if pair[1].kind is kind]
        standing = next((pair for pair in mine if pair[0].withdrawn_at is None), None)
        last = standing or (mine[0] if mine else None)
        if last is None and kind is ConsentKind.REPRESENTATIVE:
            continue
        found.append(
            ConsentRow(
                kind=kind.value,
                href=f"/legal/{kind.slug}?version={last[1].version if last else newest.version}",
                title=newest.title,
                state=_state(last),
                stands=standing is not None,
                is_optional=kind in OPTIONAL,
                has_newer=standing is not None and standing[1].version < newest.version,
            )
        )
    order = list(ConsentKind)
    return sorted(found, key=lambda row: order.index(ConsentKind(row.kind)))


def agree(work: Work, kind: object) -> None:
    """Agree with the newest version; what stood before ends with it."""
    person = work.get(Person, work.person(), lock=True)
    wanted = _kind(kind)
    if wanted is ConsentKind.REPRESENTATIVE:
        raise Refused("Это согласие даёт родитель или опекун при регистрации.")
    document = ConsentDocument.newest(work.session)[wanted]
    standing = _standing(work, wanted)
    if any(consent.document_id == document.id for consent in standing):
        return
    for consent in standing:
        consent.withdraw(work.now)
    work.session.add(Consent(person_id=person.id, document_id=document.id, given_at=work.now))
    if wanted is ConsentKind.PUBLICATION:
        person.name_is_public = True
    work.record("consent.given", "person", person.id, document=wanted.value, version=document.version)


def withdraw(work: Work, kind: object) -> None:
    """Withdraw a consent that an account can do without; the others end with the account."""
    person = work.get(Person, work.person(), lock=True)
    wanted = _kind(kind)
    if wanted not in OPTIONAL:
        raise Refused("Без этого согласия аккаунта быть не может: отозвать его — значит удалить аккаунт.")
    for consent in _standing(work, wanted):
        consent.withdraw(work.now)
        work.record("consent.withdrawn", "person", person.id, document=wanted.value)
    person.name_is_public = False


def _kind(kind: object) -> ConsentKind:
    if not isinstance(kind, str) or kind not in set(ConsentKind):
        raise Refused("Такого согласия нет.")
    return ConsentKind(kind)


def _standing(work: Work, kind: ConsentKind) -> list[Consent]:
    return [
        consent
        for consent, document in Consent.of(work.session, work.person())
        if document.kind is kind and consent.withdrawn_at is None
    ]


def _state(last: tuple[Consent, ConsentDocument] | None) -> str:
    if last is None:
        return "Не давали"
    consent, document = last
    if consent.withdrawn_at is not None:
        return f"Отозвано {labels.date(consent.withdrawn_at)}"
    who = f", {consent.representative_name}" if consent.representative_name else ""
    return f"Дано {labels.date(consent.given_at)}, редакция {document.version}{who}"
