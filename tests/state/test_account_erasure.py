"""An account is erased: votes stay without a name, nobody gets in, the address is free again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import select

from elka.core.actor import Role
from elka.core.identifiers import DEMO_DOMAIN
from elka.core.secret import token_hash
from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models.consents import Consent, ConsentKind
from elka.models.notices import Notice, NoticeKind, NoticeSetting
from elka.models.people import ERASED_NAME, Person
from elka.models.roles import LastAdministrator, RoleGrant
from elka.models.sign_in import OneTimeToken, SignIn, actor_of
from elka.state.account import AccountState
from elka.state.notice_settings import NoticeSettingsState
from elka.state.notices import notify
from tests import factories
from tests.accounts import NEW, PASSWORD, agree, data, keys, signed_in_maria
from tests.browser import signed_in
from tests.letters import letters


@pytest.fixture
def maria(work: Work) -> Person:
    return signed_in_maria(work)


def test_erasing_leaves_votes_without_a_name_and_no_way_in(work: Work, maria: Person) -> None:
    agree(work, maria, ConsentKind.REPRESENTATIVE, representative_name="Кузнецова Ольга", representative_phone="+7982")
    factories.grant(work, maria, Role.MODERATOR)
    project = factories.project(work, maria)
    AccountState._change_email(work, {"new_email": "new@example.org", "email_password": PASSWORD})
    hashed = token_hash(signed_in(work, maria))
    notify(work, [maria.id], NoticeKind.GROUP, title="Новый участник", href="/me", own=True)
    NoticeSettingsState._switch(work, "group", "by_mail", False)
    AccountState._erase(work, {"erase_password": PASSWORD})
    work.session.flush()
    assert work.session.exec(select(Notice)).all() == work.session.exec(select(NoticeSetting)).all() == []
    assert (maria.name, maria.email, maria.phone) == (ERASED_NAME, "", "")
    assert project.author_id == maria.id
    assert actor_of(work.session, hashed, work.now) is None
    assert work.session.exec(select(OneTimeToken)).all() == []
    assert work.session.exec(select(SignIn)).all() == []
    assert work.session.exec(select(RoleGrant).where(RoleGrant.revoked_at.is_(None))).all() == []
    given = work.session.exec(select(Consent)).all()
    assert len(given) == 4
    assert all(consent.withdrawn_at and not consent.representative_name for consent in given)
    (letter,) = [one for one in letters(work) if one.subject == "Аккаунт удалён"]
    assert (letter.to_address, letter.person_id) == ("maria@example.org", None)
    assert not [one for one in letters(work) if one.person_id == maria.id]
    assert {"role.revoked", "person.erased"} <= set(keys(work))
    whole = str(work.session.execute(sa.text("SELECT * FROM people")).all())
    assert "Кузнецова" not in whole
    assert "9821234567" not in whole


def test_the_address_of_an_erased_account_is_free_again(work: Work, maria: Person) -> None:
    AccountState._erase(work, {"erase_password": PASSWORD})
    work.session.flush()
    assert factories.person(work, email="maria@example.org").id


def test_erasing_asks_for_the_password(work: Work, maria: Person) -> None:
    for wrong in ("", "мимо мимо мимо", None):
        with pytest.raises(Invalid) as caught:
            AccountState._erase(work, {"erase_password": wrong})
        assert set(caught.value.fields) == {"erase_password"}
    assert maria.erased_at is None


def test_the_last_administrator_cannot_leave(work: Work, maria: Person) -> None:
    factories.grant(work, maria, Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        AccountState._erase(work, {"erase_password": PASSWORD})
    factories.grant(work, factories.person(work), Role.ADMINISTRATOR)
    AccountState._erase(work, {"erase_password": PASSWORD})
    assert maria.erased_at


def test_a_persona_of_the_demo_belongs_to_all(work: Work, maria: Person) -> None:
    maria.email = f"resident@{DEMO_DOMAIN}"
    for flow, given in (
        (AccountState._save, data(last_name="Шутник")),
        (AccountState._change_email, {"new_email": "n@example.org", "email_password": PASSWORD}),
        (AccountState._change_password, {"old_password": PASSWORD, "password": NEW}),
        (AccountState._erase, {"erase_password": PASSWORD}),
    ):
        with pytest.raises(Refused, match="персонаж"):
            flow(work, given)
