"""Roles: who grants them, for which place, and that somebody is always there to do it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from elka.core.actor import GUEST, SYSTEM, Role
from elka.core.secret import token_hash
from elka.db import Work, work_as
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.places import Municipality
from elka.models.roles import LastAdministrator, RoleGrant
from elka.models.sign_in import actor_of
from elka.state.roles import REGION, RolesState, grant_role
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.letters import last_letter, letters


@pytest.fixture
def admin(work: Work) -> Person:
    """Sign an administrator in."""
    person = factories.person(work, email="admin@example.org", first_name="Елена", last_name="Воронина")
    factories.grant(work, person, Role.ADMINISTRATOR)
    work.actor = factories.actor(work, person)
    return person


@pytest.fixture
def olga(work: Work) -> Person:
    return factories.person(work, email="olga@example.org", first_name="Ольга", last_name="Хозумова")


def district(work: Work, name: str = "Берёзовский район") -> int:
    return work.session.exec(select(Municipality.id).where(Municipality.name == name)).one()


def test_a_role_is_granted_for_a_municipality_and_acts_at_once(work: Work, admin: Person, olga: Person) -> None:
    token = token_hash(signed_in(work, olga))
    grant_id = RolesState._grant(work, "Olga@example.org", "official", district(work))
    grant = work.session.get(RoleGrant, grant_id)
    assert (grant.role, grant.granted_by, grant.granted_at) == (Role.OFFICIAL, admin.id, work.now)
    actor = actor_of(work.session, token, work.now)
    assert actor.has(Role.OFFICIAL, district(work))
    assert not actor.has(Role.OFFICIAL, district(work, "Сургутский район"))
    assert not actor.has(Role.OFFICIAL)
    entry = work.session.exec(select(JournalEntry)).one()
    assert (entry.key, entry.subject_id) == ("role.granted", olga.id)
    assert entry.facts == {"role": "official", "municipality_id": district(work)}
    assert "Берёзовский район" in last_letter(work).body


def test_granting_twice_changes_nothing(work: Work, admin: Person, olga: Person) -> None:
    first = RolesState._grant(work, olga.email, "expert", None)
    assert RolesState._grant(work, olga.email, "expert", None) == first
    assert len(letters(work)) == 1
    assert RolesState._grant(work, olga.email, "expert", district(work)) != first


def test_a_revoked_role_acts_no_more_and_can_be_granted_again(work: Work, admin: Person, olga: Person) -> None:
    grant_id = RolesState._grant(work, olga.email, "moderator", None)
    RolesState._revoke(work, str(grant_id))
    RolesState._revoke(work, grant_id)
    work.session.flush()
    assert not factories.actor(work, olga).grants
    keys = work.session.exec(select(JournalEntry.key).order_by(JournalEntry.id)).all()
    assert keys == ["role.granted", "role.revoked"]
    assert RolesState._grant(work, olga.email, "moderator", None) != grant_id


def test_an_administrator_is_for_the_region(work: Work, admin: Person, olga: Person) -> None:
    with pytest.raises(Invalid) as caught:
        RolesState._grant(work, olga.email, "administrator", district(work))
    assert set(caught.value.fields) == {"place"}


def test_the_last_administrator_stays(work: Work, admin: Person, olga: Person) -> None:
    own = work.session.exec(select(RoleGrant.id)).one()
    with pytest.raises(LastAdministrator):
        RolesState._revoke(work, own)
    RolesState._grant(work, olga.email, "administrator", None)
    RolesState._revoke(work, own)
    assert not factories.actor(work, admin).grants


def test_two_administrators_cannot_remove_each_other_at_once(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        people = [factories.person(work) for _ in range(2)]
        grants = [factories.grant(work, one, Role.ADMINISTRATOR).id for one in people]
        actors = [factories.actor(work, one) for one in people]

    def attempt(number: int) -> bool:
        with work_as(actors[number], now=now, bind=empty) as work:
            try:
                RolesState._revoke(work, grants[1 - number])
            except LastAdministrator:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == [False, True]


@pytest.mark.parametrize("role", [None, Role.OFFICIAL, Role.EXPERT, Role.MODERATOR])
def test_nobody_else_sees_or_changes_roles(work: Work, olga: Person, role: Role | None) -> None:
    standing = factories.grant(work, factories.person(work), Role.ADMINISTRATOR)
    if role:
        factories.grant(work, olga, role)
    work.actor = factories.actor(work, olga)
    for flow, given in (
        (RolesState._list, ()),
        (RolesState._find, ("olga@example.org",)),
        (RolesState._grant, ("olga@example.org", "administrator", None)),
        (RolesState._grant_by_name, ("olga@example.org", "administrator", "")),
        (RolesState._revoke, (standing.id,)),
    ):
        with pytest.raises(Denied):
            flow(work, *given)
    assert standing.revoked_at is None


def test_a_guest_is_asked_to_sign_in_or_denied(work: Work, olga: Person) -> None:
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        RolesState._list(work)
    with pytest.raises(Denied):
        RolesState._find(work, "olga@example.org")


@pytest.mark.parametrize("garbage", [None, 1, [], {}, "", "x", "a@b", "nobody@example.org", "\x00", True])
def test_garbage_finds_and_grants_nothing(work: Work, admin: Person, olga: Person, garbage: Any) -> None:
    for flow, given in (
        (RolesState._find, (garbage,)),
        (RolesState._grant, (garbage, "official", None)),
        (RolesState._grant, (olga.email, garbage, None)),
        (RolesState._grant, (olga.email, "official", 10**6)),
        (RolesState._grant_by_name, (olga.email, "official", "Атлантида")),
    ):
        with pytest.raises(Refused):
            flow(work, *given)
    with pytest.raises(NotFound):
        RolesState._revoke(work, garbage if garbage != 1 else 10**9)
    assert len(work.session.exec(select(RoleGrant)).all()) == 1


def test_the_list_shows_who_holds_what(work: Work, admin: Person, olga: Person) -> None:
    RolesState._grant_by_name(work, olga.email, "official", "берёзовский РАЙОН")
    rows, places = RolesState._list(work)
    assert [(row.person, row.role, row.place) for row in rows] == [
        ("Хозумова Ольга", "Чиновник, оператор", "Берёзовский район"),
        ("Воронина Елена", "Администратор", REGION),
    ]
    assert len(places) == 23
    found = RolesState._find(work, " OLGA@example.org")
    assert found.settlement == "Игрим, Берёзовский район"
    assert found.roles == "Чиновник, оператор: Берёзовский район"


def test_as_many_queries_for_thirty_roles_as_for_one(
    work: Work, admin: Person, queries: Callable[[Callable[[], object]], int]
) -> None:
    one = queries(lambda: RolesState._list(work))
    for _ in range(29):
        factories.grant(work, factories.person(work), Role.EXPERT, district(work))
    assert queries(lambda: RolesState._list(work)) == one


def test_the_command_line_grants_by_the_same_flow(work: Work, olga: Person) -> None:
    work.actor = SYSTEM
    grant_role(work, "olga@example.org", "administrator")
    grant_role(work, "olga@example.org", "official", "Сургут")
    assert {grant.role for grant in factories.actor(work, olga).grants} == {Role.ADMINISTRATOR, Role.OFFICIAL}
    for wrong in (
        ("nobody@example.org", "official"),
        ("olga@example.org", "tsar"),
        ("olga@example.org", "official", "Рим"),
    ):
        with pytest.raises(Refused):
            grant_role(work, *wrong)


async def test_a_stranger_receives_no_name(work: Work, admin: Person, olga: Person) -> None:
    token, own = signed_in(work, olga), signed_in(work, admin)
    commit(work)
    state = shown_to(RolesState, token=token, path="/admin/roles")
    await state.load()
    assert state.status == "error"
    assert "Воронина" not in str(await sent(state))
    state = shown_to(RolesState, token=own, path="/admin/roles")
    await state.load()
    await state.find({"email": "olga@example.org"})
    assert state.found.person == "Хозумова Ольга"
    await state.grant({"role": "expert", "place": REGION})
    events = await state.grant({"role": {"x": 1}, "place": ["y"]})
    assert events
    assert set(state.errors) == {"role"}
