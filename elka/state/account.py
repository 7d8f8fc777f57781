"""One's own account: data, address, password, signed-in browsers, consents, a copy of everything, and leaving."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import clock, limits
from elka.core.browsers import described, is_handheld
from elka.core.forms import Form
from elka.core.identifiers import DEMO_DOMAIN, normal_email, normal_phone
from elka.core.names import normal_name
from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models import vote_traces
from elka.models.consents import Consent
from elka.models.groups import Invitation
from elka.models.mail import Mail
from elka.models.people import Person, age_group
from elka.models.places import find_settlement, settlement_labels
from elka.models.sign_in import OneTimeToken, SignIn, TokenKind
from elka.passwords import LONGEST, verify
from elka.settings import settings
from elka.state import consents, drafts, letters, notices, roles
from elka.state.base import Events, Flow
from elka.state.consents import ConsentRow
from elka.state.people import checked_birth
from elka.state.sign_in import has_mail_page, set_password
from elka.ui import labels

LEAVE = """fetch("/auth/leave", {method: "POST"}).finally(() => location.assign("/"))"""
WRONG_PASSWORD = "Пароль не подходит."  # noqa: S105  a message


@dataclass(frozen=True)
class Profile:
    """A person's own data as they see it."""

    last_name: str = ""
    first_name: str = ""
    patronymic: str = ""
    settlement: str = ""
    phone: str = ""
    email: str = ""
    new_email: str = ""
    birth_date: str = ""
    is_verified: bool = False
    is_persona: bool = False


@dataclass(frozen=True)
class BrowserRow:
    """A signed-in browser."""

    id: int
    name: str
    seen: str
    since: str
    is_current: bool
    is_handheld: bool


@dataclass(frozen=True)
class Account:
    """All that the page of one's account shows."""

    profile: Profile
    browsers: list[BrowserRow]
    consents: list[ConsentRow]
    places: list[str]


class AccountState(Flow, rx.State):
    """The settings of one's own account."""

    profile: Profile = Profile()
    browsers: list[BrowserRow] = []
    consents: list[ConsentRow] = []
    places: list[str] = []
    mail_page: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the account."""
        self.errors = {}
        return await self._load(self._account, into=self._show)

    @rx.event
    async def save(self, form: dict) -> Events:
        """Save one's own data."""
        return await self._run(self._save, form, done="Сохранено", then=lambda _: AccountState.load)

    @rx.event
    async def change_email(self, form: dict) -> Events:
        """Ask a new address for confirmation."""

        def then(_: str) -> list[object]:
            return [rx.call_script("document.getElementById('email-form')?.reset()"), AccountState.load]

        return await self._run(self._change_email, form, then=then)

    @rx.event
    async def change_password(self, form: dict) -> Events:
        """Change the password; other browsers have to sign in again."""

        def then(_: None) -> list[object]:
            return [rx.call_script("document.getElementById('password-form')?.reset()"), AccountState.load]

        return await self._run(
            self._change_password, form, done="Пароль изменён, на остальных устройствах выполнен выход", then=then
        )

    @rx.event
    async def end(self, sign_in_id: int) -> Events:
        """Sign one browser out."""
        return await self._run(self._end, sign_in_id, done="Выход выполнен", then=lambda _: AccountState.load)

    @rx.event
    async def end_all(self) -> Events:
        """Sign out everywhere, here too."""
        return await self._run(self._end_all, then=lambda _: rx.call_script(LEAVE))

    @rx.event
    async def agree(self, kind: str) -> Events:
        """Agree with the newest version of a document."""
        return await self._run(consents.agree, kind, done="Согласие записано", then=lambda _: AccountState.load)

    @rx.event
    async def withdraw(self, kind: str) -> Events:
        """Withdraw a consent that an account can do without."""
        return await self._run(consents.withdraw, kind, done="Согласие отозвано", then=lambda _: AccountState.load)

    @rx.event
    async def erase(self, form: dict) -> Events:
        """Erase the account for good."""
        return await self._run(self._erase, form, then=lambda _: rx.call_script(LEAVE))

    def _show(self, account: Account) -> None:
        self.profile, self.browsers, self.consents = account.profile, account.browsers, account.consents
        self.places, self.mail_page = account.places, has_mail_page()

    @staticmethod
    def _account(work: Work) -> Account:
        person = work.get(Person, work.person())
        places = settlement_labels(work.session)
        waiting = work.session.execute(
            sa.select(col(OneTimeToken.email))
            .where(
                col(OneTimeToken.person_id) == person.id,
                col(OneTimeToken.kind) == TokenKind.CHANGE_EMAIL,
                col(OneTimeToken.used_at).is_(None),
                col(OneTimeToken.expires_at) > work.now,
            )
            .order_by(col(OneTimeToken.id).desc())
            .limit(1)
        ).scalar_one_or_none()
        profile = Profile(
            last_name=person.last_name,
            first_name=person.first_name,
            patronymic=person.patronymic,
            settlement=next(label for key, label in places if key == person.settlement_id),
            phone=labels.phone(person.phone),
            email=person.email,
            new_email=waiting or "",
            birth_date=person.birth_date.isoformat(),
            is_verified=person.verified_at is not None,
            is_persona=_is_persona(person),
        )
        return Account(profile, _browsers(work), consents.rows(work), [label for _, label in places])

    @staticmethod
    def _save(work: Work, payload: object) -> None:
        """Save name, settlement, phone and birth date; all that is wrong is told at once."""
        person = _own(work)
        today = clock.local(work.now).date()
        form = Form(payload)
        last = form.read("last_name", normal_name, "Укажите фамилию.")
        first = form.read("first_name", normal_name, "Укажите имя.")
        patronymic = form.read("patronymic", normal_name, "") or ""
        places = settlement_labels(work.session)
        place = form.read("settlement", lambda text: find_settlement(places, text), "Выберите населённый пункт.")
        phone = form.read("phone", normal_phone, "Укажите телефон.")
        birth = form.read("birth_date", lambda text: checked_birth(text, today), "Укажите дату рождения.")
        if birth and age_group(birth, today) is not age_group(person.birth_date, today):
            # It would ask for other consents: those of a representative, or none.
            form.refuse("birth_date", "По этой дате нужны другие согласия: удалите аккаунт и зарегистрируйтесь снова.")
        wanted = {
            "last_name": last,
            "first_name": first,
            "patronymic": patronymic,
            "settlement_id": place,
            "phone": phone,
            "birth_date": birth,
        }
        changed = [name for name, value in wanted.items() if value != getattr(person, name)]
        if person.verified_at is not None:
            for name in {"last_name", "first_name", "patronymic", "birth_date"} & set(changed):
                form.refuse(name, "Подтверждено при верификации и здесь не меняется.")
        form.check()
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            work.record("person.changed", "person", person.id, fields=changed)

    @staticmethod
    def _change_email(work: Work, payload: object) -> str:
        """Send a link to the new address; until it is opened the old one stays. The answer tells nothing of others."""
        person = _own(work)
        form = Form(payload)
        email = form.read("new_email", normal_email, "Введите новую почту.") or ""
        if email == person.email:
            form.refuse("new_email", "Это и есть ваша почта.")
        _check_password(form, person, "email_password")
        limits.hit("letter", account=email)
        OneTimeToken.cancel(work.session, (TokenKind.CHANGE_EMAIL,), person.id or 0, work.now)
        token = OneTimeToken.issue(work.session, TokenKind.CHANGE_EMAIL, person.id or 0, work.now, email=email)
        owner = Person.by_email(work.session, email)
        if owner is not None and owner.email_confirmed_at is not None:
            work.mail(owner, *letters.email_taken(owner.first_name))
        else:
            work.mail(email, *letters.change_email(person.first_name, token))
        return email

    @staticmethod
    def _change_password(work: Work, payload: object) -> None:
        person = _own(work)
        form = Form(payload)
        _check_password(form, person, "old_password")
        set_password(work, person, form.raw("password", LONGEST * 2), keep=work.actor.sign_in_id)

    @staticmethod
    def _end(work: Work, sign_in_id: object) -> None:
        work.person()
        work.get(SignIn, sign_in_id, lock=True).revoke(work.now)
        work.record("person.signed_out", "person", work.actor.person_id)

    @staticmethod
    def _end_all(work: Work) -> int:
        """End every sign-in of the person and return how many there were."""
        ended = SignIn.revoke_all(work.session, work.person(), work.now)
        work.record("person.signed_out", "person", work.actor.person_id, browsers=ended)
        return ended

    @staticmethod
    def _erase(work: Work, payload: object) -> None:
        """Erase the account: duties, sign-ins, consents, letters, notices and drafts end with it; votes and projects lose their name."""
        person = _own(work)
        _check_password(Form(payload), person, "erase_password")
        roles.revoke_all(work, person)
        work.mail(person.email, *letters.erased(person.first_name))
        work.session.execute(sa.delete(Mail).where(col(Mail.person_id) == person.id))
        work.session.execute(sa.delete(Invitation).where(col(Invitation.email) == person.email))
        for consent, _ in Consent.of(work.session, person.id or 0):
            consent.withdraw(work.now)
            consent.representative_name = consent.representative_phone = None
        work.session.execute(sa.delete(OneTimeToken).where(col(OneTimeToken.person_id) == person.id))
        work.session.execute(sa.delete(SignIn).where(col(SignIn.person_id) == person.id))
        notices.forget(work, person.id or 0)
        drafts.forget(work, person.id or 0)
        vote_traces.forget_person(work.session, person.id or 0)
        person.erase(work.now)
        work.record("person.erased", "person", person.id)


def _own(work: Work) -> Person:
    """Return one's own record, locked, unless it belongs to everybody who tries the demo."""
    person = work.get(Person, work.person(), lock=True)
    if _is_persona(person):
        raise Refused("Это персонаж демонстрации, им пользуются многие: зарегистрируйтесь, чтобы менять свои данные.")
    return person


def _is_persona(person: Person) -> bool:
    return settings().is_demo and person.email.endswith(f"@{DEMO_DOMAIN}")


def _check_password(form: Form, person: Person, field: str) -> None:
    """Ask for the password again before what a borrowed browser must not do."""
    password = form.raw(field, LONGEST)
    if not password:
        form.refuse(field, "Введите пароль.")
    form.check()
    limits.hit("password", account=person.id)
    if not verify(person.password_hash, password):
        raise Invalid({field: WRONG_PASSWORD})
    limits.forgive("password", account=person.id)


def _browsers(work: Work) -> list[BrowserRow]:
    query = (
        sa.select(SignIn)
        .where(SignIn.visible_to(work.actor), SignIn.live(work.now))
        .order_by((col(SignIn.id) == (work.actor.sign_in_id or 0)).desc(), col(SignIn.seen_at).desc())
        .limit(50)
    )
    return [
        BrowserRow(
            id=row.id or 0,
            name=described(row.user_agent),
            seen="сейчас" if row.id == work.actor.sign_in_id else labels.ago(row.seen_at, work.now),
            since=f"вход {labels.date(row.created_at)}" + (f", адрес {row.address}" if row.address else ""),
            is_current=row.id == work.actor.sign_in_id,
            is_handheld=is_handheld(row.user_agent),
        )
        for row in work.session.execute(query).scalars()
    ]
