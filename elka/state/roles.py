"""Roles: administrators find a person by e-mail, grant a duty for a place, and revoke it. All of it is journalled."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.forms import Form
from elka.core.identifiers import normal_email
from elka.core.names import plain
from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models.people import Person
from elka.models.places import Municipality
from elka.models.roles import REGION_ONLY, LastAdministrator, RoleGrant, may_grant
from elka.state import letters
from elka.state.base import Events, Flow
from elka.ui.labels import date as day_of
from elka.ui.rows import Option

REGION = "Весь регион"
NAMES = {
    Role.OFFICIAL: "Чиновник, оператор",
    Role.EXPERT: "Эксперт комиссии",
    Role.MODERATOR: "Модератор",
    Role.ADMINISTRATOR: "Администратор",
}
DUTIES = {
    Role.OFFICIAL: "Объявляет и ведёт конкурсы своего муниципалитета или региона",
    Role.EXPERT: "Оценивает заявки в комиссии",
    Role.MODERATOR: "Рассматривает обращения и верификацию",
    Role.ADMINISTRATOR: "Назначает роли; только на весь регион",
}


@dataclass(frozen=True)
class GrantRow:
    """One standing duty as the list shows it."""

    id: int
    person: str
    email: str
    role: str
    place: str
    granted: str


@dataclass(frozen=True)
class Found:
    """The person whom an administrator has found; duties may be granted to them."""

    person: str
    email: str
    settlement: str
    roles: str


class RolesState(Flow, rx.State):
    """The roles of the region: who holds which, and changing that."""

    rows: list[GrantRow] = []
    found: Found = Found("", "", "", "")
    options: list[Option] = []

    @rx.event
    async def load(self) -> Events:
        """Show all standing roles."""
        self.found, self.errors = Found("", "", "", ""), {}
        return await self._load(self._list, into=self._show)

    @rx.event
    async def find(self, form: dict) -> Events:
        """Find whom to grant a role to."""

        def then(found: Found) -> None:
            self.found = found

        return await self._run(self._find, Form(form).text("email"), then=then)

    @rx.event
    async def grant(self, form: dict) -> Events:
        """Grant a role to the person found."""
        fields = Form(form)
        place = fields.text("place")
        return await self._run(
            self._grant_by_name,
            self.found.email,
            fields.text("role"),
            "" if place == REGION else place,
            done="Роль выдана, человеку ушло письмо",
            then=lambda _: RolesState.load,
        )

    @rx.event
    async def revoke(self, grant_id: int) -> Events:
        """End a duty."""
        return await self._run(self._revoke, grant_id, done="Роль снята", then=lambda _: RolesState.load)

    def _show(self, seen: tuple[list[GrantRow], list[str]]) -> None:
        self.rows, places = seen
        self.options = [Option(place, place) for place in places]

    @staticmethod
    def _list(work: Work) -> tuple[list[GrantRow], list[str]]:
        """Return every standing role, and the places to choose from."""
        work.person()
        work.require(may_grant(work.actor))
        query = (
            sa.select(RoleGrant, Person, col(Municipality.name))
            .join(Person, col(Person.id) == col(RoleGrant.person_id))
            .outerjoin(Municipality, col(Municipality.id) == col(RoleGrant.municipality_id))
            .where(RoleGrant.standing())
            .order_by(col(RoleGrant.role), col(RoleGrant.granted_at), col(RoleGrant.id))
        )
        order = list(NAMES)
        rows = [
            (
                order.index(grant.role),
                GrantRow(
                    id=grant.id or 0,
                    person=person.full_name,
                    email=person.email,
                    role=NAMES[grant.role],
                    place=place or REGION,
                    granted=day_of(grant.granted_at),
                ),
            )
            for grant, person, place in work.session.execute(query)
        ]
        names = work.session.execute(sa.select(col(Municipality.name)).order_by(col(Municipality.name))).scalars()
        return [row for _, row in sorted(rows, key=lambda pair: pair[0])], [REGION, *names]

    @staticmethod
    def _find(work: Work, email: object) -> Found:
        """Return the person with exactly this address: administrators do not leaf through people."""
        work.require(may_grant(work.actor))
        person = _person(work, email)
        place = work.session.execute(
            sa.text(
                "SELECT s.name || ', ' || m.name FROM settlements s JOIN municipalities m ON m.id = s.municipality_id "
                "WHERE s.id = :id"
            ),
            {"id": person.settlement_id},
        ).scalar_one()
        roles = work.session.execute(
            sa.select(col(RoleGrant.role), col(Municipality.name))
            .outerjoin(Municipality, col(Municipality.id) == col(RoleGrant.municipality_id))
            .where(col(RoleGrant.person_id) == person.id, RoleGrant.standing())
            .order_by(col(RoleGrant.id))
        )
        held = "; ".join(f"{NAMES[role]}: {place_name or REGION}" for role, place_name in roles)
        return Found(person.full_name, person.email, place, held)

    @staticmethod
    def _grant_by_name(work: Work, email: object, role: object, municipality_name: object) -> int:
        """Grant a role for a municipality by its name ("": the region)."""
        name = plain(municipality_name) if isinstance(municipality_name, str) else ""
        place = None
        if name:
            known = work.session.execute(sa.select(col(Municipality.id), col(Municipality.name))).all()
            place = next((key for key, label in known if plain(label) == name), None)
            if place is None:
                raise Invalid({"place": "Такого муниципалитета нет: выберите из списка."})
        return RolesState._grant(work, email, role, place)

    @staticmethod
    def _grant(work: Work, email: object, role: object, municipality_id: int | None) -> int:
        """Grant a role and return the grant's id; one that stands already stays as it is."""
        work.require(may_grant(work.actor), "Роли назначает администратор.")
        if not isinstance(role, str) or role not in set(Role):
            raise Invalid({"role": "Выберите роль."})
        duty = Role(role)
        if duty in REGION_ONLY and municipality_id is not None:
            raise Invalid({"place": "Эта роль даётся только на весь регион."})
        place = REGION
        if municipality_id is not None:
            municipality = work.session.get(Municipality, municipality_id)
            if municipality is None:
                raise Invalid({"place": "Такого муниципалитета нет: выберите из списка."})
            place = municipality.name
        person = _person(work, email, lock=True)
        standing = work.session.execute(
            sa.select(RoleGrant).where(
                col(RoleGrant.person_id) == person.id,
                col(RoleGrant.role) == duty,
                col(RoleGrant.municipality_id).is_not_distinct_from(municipality_id),
                RoleGrant.standing(),
            )
        ).scalar_one_or_none()
        if standing is not None:
            return standing.id or 0
        grant = RoleGrant(
            person_id=person.id,
            role=duty,
            municipality_id=municipality_id,
            granted_by=work.actor.person_id,
            granted_at=work.now,
        )
        work.session.add(grant)
        work.session.flush()
        work.record("role.granted", "person", person.id, role=duty.value, municipality_id=municipality_id)
        work.mail(person, *letters.role_granted(person.first_name, NAMES[duty], place))
        return grant.id or 0

    @staticmethod
    def _revoke(work: Work, grant_id: object) -> None:
        """End a duty; the last administrator stays."""
        work.require(may_grant(work.actor))
        locked = _administrators(work)
        grant = work.get(RoleGrant, grant_id, lock=True)
        if grant.revoked_at is not None:
            return
        if grant.role is Role.ADMINISTRATOR and {row.id for row in locked} <= {grant.id}:
            raise LastAdministrator
        grant.revoke(work.actor.person_id, work.now)
        work.record(
            "role.revoked", "person", grant.person_id, role=grant.role.value, municipality_id=grant.municipality_id
        )


def grant_role(work: Work, email: str, role: str, municipality_name: str | None = None) -> int:
    """Grant a role from the command line: the same flow as the page's."""
    return RolesState._grant_by_name(work, email, role, municipality_name or "")


def revoke_all(work: Work, person: Person) -> None:
    """End all duties of a person who leaves; the last administrator cannot leave."""
    administrators = _administrators(work)
    if administrators and {row.person_id for row in administrators} <= {person.id}:
        raise LastAdministrator("Вы последний администратор. Сначала назначьте другого, потом удаляйте аккаунт.")
    grants = work.session.execute(
        sa.select(RoleGrant).where(col(RoleGrant.person_id) == person.id, RoleGrant.standing()).with_for_update()
    ).scalars()
    for grant in grants:
        grant.revoke(work.actor.person_id, work.now)
        work.record("role.revoked", "person", person.id, role=grant.role.value, municipality_id=grant.municipality_id)


def _administrators(work: Work) -> list[RoleGrant]:
    """Return all standing administrators, locked in one order: two of them cannot remove each other at once."""
    query = (
        sa.select(RoleGrant)
        .where(col(RoleGrant.role) == Role.ADMINISTRATOR, RoleGrant.standing())
        .order_by(col(RoleGrant.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(work.session.execute(query).scalars())


def _person(work: Work, email: object, *, lock: bool = False) -> Person:
    if not isinstance(email, str) or not email.strip():
        raise Invalid({"email": "Введите почту человека."})
    person = Person.by_email(work.session, normal_email(email), lock=lock)
    if person is None:
        raise Refused("Аккаунта с такой почтой нет.", field="email")
    return person
