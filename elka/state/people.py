"""Signing up. Whoever signs up with an address, known or not, is told the same: look into your mail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import reflex as rx
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from elka import clock, limits
from elka.core.actor import Actor
from elka.core.forms import Form
from elka.core.identifiers import age_on, normal_email, normal_phone
from elka.core.names import normal_name
from elka.db import Work
from elka.errors import Refused
from elka.models.consents import Consent, ConsentDocument, ConsentKind
from elka.models.mail import Mail
from elka.models.notices import Notice, NoticeSetting
from elka.models.people import OLDEST, AgeGroup, Person, age_group
from elka.models.places import find_settlement, settlement_labels
from elka.models.sign_in import OneTimeToken, SignIn, TokenKind
from elka.passwords import LONGEST, hash_password, verify, weakness
from elka.state import drafts, letters
from elka.state.base import Events, Flow
from elka.state.notices import forget_old
from elka.state.sign_in import evenly, has_mail_page, lock_email, way_on

UNCONFIRMED_LIFE = timedelta(days=30)  # named in the consent to personal data
KEPT_AFTER_USE = timedelta(days=30)  # of letters, dead tokens and ended sign-ins
AGAIN = timedelta(seconds=60)  # a form sent twice within this time makes one letter
log = structlog.get_logger(__name__)
TOO_YOUNG = "Зарегистрироваться можно с 14 лет."


@dataclass(frozen=True)
class Representative:
    """A parent or guardian who consents for somebody of 14-17."""

    name: str
    phone: str


@dataclass(frozen=True)
class Wish:
    """A checked sign-up form."""

    last_name: str
    first_name: str
    patronymic: str
    settlement_id: int
    email: str
    phone: str
    birth_date: date
    password: str
    publication: bool
    representative: Representative | None


class SignUpState(Flow, rx.State):
    """The sign-up form. What is typed stays in the browser; ``age`` decides what else is asked."""

    places: list[str] = []
    age: str = ""
    sent_to: str = ""
    mail_page: bool = False
    busy: bool = False

    @rx.event
    async def load(self) -> Events:
        """Bring the list of settlements and whatever was typed here before."""
        self.sent_to, self.errors, self.age, self.busy = "", {}, "", False
        return await self._load(self._places, into=self._show)

    @rx.event
    async def check_birth(self, value: str) -> None:
        """Ask for a representative at 14-17, explain at less."""
        birth = _date(value) if isinstance(value, str) else None
        self.age = age_group(birth, clock.today()).value if birth and not _impossible(birth, clock.today()) else ""
        self.check("birth_date", value)

    @rx.event
    def check(self, name: str, value: str) -> None:
        """Check one field when it is left; what was not filled in yet is not told."""
        if not isinstance(name, str) or (name not in _CHECKS and name != "settlement"):
            return
        form = Form({name: value})
        labels = list(enumerate(self.places))
        parse = _CHECKS.get(name, lambda text: find_settlement(labels, text))
        form.read(name, parse, "")
        self.errors = {key: text for key, text in self.errors.items() if key != name} | form.wrong

    @rx.event
    async def typed(self, name: str) -> None:
        """Drop what was said of a field that is being mended (a password is not sent before the form is)."""
        self.errors = {key: text for key, text in self.errors.items() if key != name}

    @rx.event
    async def send(self, form: dict) -> AsyncIterator[Events]:
        """Sign up."""

        def then(email: str) -> Events:
            if self.sent_to == email:
                return rx.toast.info("Письмо в пути. Если его нет пару минут, проверьте адрес и «Спам».")
            self.sent_to = email
            return rx.call_script("window.elka?.forget?.('sign-up'); window.scrollTo(0, 0)")

        self.busy = True
        yield None
        events = await evenly(self._run(self._sign_up, form, self._query("next"), then=then))
        self.busy = False
        yield events

    @rx.event
    async def correct(self) -> None:
        """Go back to the form: the address was mistyped."""
        self.sent_to = ""

    def _show(self, places: list[str] | None) -> Events:
        if places is None:
            return rx.redirect("/me")
        self.places, self.mail_page = places, has_mail_page()
        return rx.call_script("window.elka?.draft?.('sign-up')")

    @staticmethod
    def _places(work: Work) -> list[str] | None:
        """Return the names of settlements to choose from; None for whoever has an account already."""
        if work.actor.is_signed_in:
            return None
        return [label for _, label in settlement_labels(work.session)]

    @staticmethod
    def _sign_up(work: Work, payload: object, back: object = "") -> str:
        """Make an account that waits for its address to be confirmed; return the address.

        ``back``: the page that they came from; the link of the letter leads on to it.
        """
        wish = _read(work, payload)
        limits.hit("sign_up", account=wish.email, address=work.address)
        kept = hash_password(wish.password)
        lock_email(work, wish.email)
        person = Person.by_email(work.session, wish.email, lock=True)
        # Checked for everybody, so that the time of the answer is the same.
        is_same = verify(person and person.password_hash, wish.password)
        if person is not None and person.email_confirmed_at is not None:
            work.mail(person, *letters.already(person.first_name))
            return wish.email
        if person is None:
            person = _new(wish, kept, work.now)
            work.session.add(person)
        else:
            _begin_anew(work, person, wish, kept, is_same=is_same)
        work.session.flush()
        work.actor = Actor(person_id=person.id)
        _agree(work, person, wish)
        work.record("person.signed_up", "person", person.id)
        if not (is_same and _has_fresh_letter(work, person)):
            token = OneTimeToken.issue(
                work.session, TokenKind.CONFIRM_EMAIL, person.id or 0, work.now, email=wish.email
            )
            work.mail(person, *letters.confirm(person.first_name, token, way_on(back)))
        return wish.email


def tidy(work: Work) -> dict[str, int]:
    """Remove what has served its time: sign-ups never confirmed, dead tokens, old letters and notices, drafts of ended contests."""
    stale = sa.select(col(Person.id)).where(
        col(Person.email_confirmed_at).is_(None),
        col(Person.erased_at).is_(None),
        col(Person.created_at) < work.now - UNCONFIRMED_LIFE,
    )
    gone = {"people": 0}
    for person_id in work.session.execute(stale.with_for_update(skip_locked=True)).scalars().all():
        try:
            with work.session.begin_nested():
                for table in (Consent, OneTimeToken, SignIn, Mail, Notice, NoticeSetting):
                    work.session.execute(sa.delete(table).where(col(table.person_id) == person_id))
                work.session.execute(sa.delete(Person).where(col(Person.id) == person_id))
            gone["people"] += 1
        except IntegrityError:  # something refers to it (an invitation, say): whoever made that decides
            log.info("an unconfirmed account stays", person_id=person_id)
    old = work.now - KEPT_AFTER_USE
    for name, table, ended in (
        ("tokens", OneTimeToken, col(OneTimeToken.expires_at) < old),
        ("sign_ins", SignIn, sa.func.coalesce(col(SignIn.revoked_at), col(SignIn.expires_at)) < old),
        ("letters", Mail, col(Mail.sent_at) < old),
    ):
        gone[name] = work.session.execute(sa.delete(table).where(ended)).rowcount
    gone["notices"] = forget_old(work)
    gone["drafts"] = drafts.tidy(work)
    drafts.tell_of_tidying(work)
    return gone


def _read(work: Work, payload: object) -> Wish:
    """Check the whole form at once; raise Invalid with every field that is wrong."""
    today = clock.local(work.now).date()
    form = Form(payload)
    last = form.read("last_name", normal_name, "Укажите фамилию.")
    first = form.read("first_name", normal_name, "Укажите имя.")
    patronymic = form.read("patronymic", normal_name, "")
    labels = settlement_labels(work.session)
    settlement = form.read("settlement", lambda text: find_settlement(labels, text), "Выберите населённый пункт.")
    email = form.read("email", normal_email, "Укажите почту: на неё придёт ссылка для входа.")
    phone = form.read("phone", normal_phone, "Укажите телефон.")
    birth = form.read("birth_date", lambda text: checked_birth(text, today), "Укажите дату рождения.")
    password = form.raw("password", LONGEST * 2)
    trouble = weakness(password, email or "", first or "", last or "") if password else "Придумайте пароль."
    if trouble:
        form.refuse("password", trouble)
    is_teen = birth is not None and age_group(birth, today) is AgeGroup.TEEN
    representative = read_representative(form, (last, first, patronymic)) if is_teen else None
    for name, words in (
        ("consent_personal_data", "Без этого согласия аккаунт создать нельзя."),
        ("consent_rules", "Примите правила, чтобы продолжить."),
    ):
        if not form.ticked(name):
            form.refuse(name, words)
    form.check()
    return Wish(
        last_name=last or "",
        first_name=first or "",
        patronymic=patronymic or "",
        settlement_id=settlement or 0,
        email=email or "",
        phone=phone or "",
        birth_date=birth or today,
        password=password,
        publication=form.ticked("consent_publication"),
        representative=representative,
    )


def read_representative(form: Form, own: tuple[str | None, ...]) -> Representative | None:
    """Read who consents for somebody of 14-17: another person than themselves."""
    name = form.read("representative_name", normal_name, "Укажите фамилию, имя и отчество родителя или опекуна.")
    phone = form.read("representative_phone", normal_phone, "Укажите телефон родителя или опекуна.")
    if name and " " not in name:
        form.refuse("representative_name", "Нужны хотя бы фамилия и имя.")
    if name and {word.casefold() for word in name.split()} == {word.casefold() for word in own if word}:
        form.refuse("representative_name", "Это ваше имя, а согласие даёт родитель или опекун.")
    if not form.ticked("consent_representative"):
        form.refuse("consent_representative", "Покажите согласие родителю или опекуну: без него нельзя до 18 лет.")
    return Representative(name, phone) if name and phone else None


def checked_birth(text: str, today: date) -> date:
    """Read a birth date as browsers send it (2009-05-17) or people type it (17.05.2009)."""
    birth = _date(text)
    if birth is None or _impossible(birth, today):
        raise Refused("Проверьте дату: нужны день, месяц и год рождения.")
    if age_group(birth, today) is AgeGroup.CHILD:
        raise Refused(TOO_YOUNG)
    return birth


# What can be said of a field by itself, before the form is sent.
_CHECKS: dict[str, Callable[[str], object]] = {
    "last_name": normal_name,
    "first_name": normal_name,
    "patronymic": normal_name,
    "email": normal_email,
    "phone": normal_phone,
    "representative_name": normal_name,
    "representative_phone": normal_phone,
    "birth_date": lambda text: checked_birth(text, clock.today()),
}


def _date(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  a day without an hour
        except ValueError:
            continue
    return None


def _impossible(birth: date, today: date) -> bool:
    return birth > today or age_on(birth, today) > OLDEST


def _new(wish: Wish, kept: str, now: datetime) -> Person:
    return Person(
        last_name=wish.last_name,
        first_name=wish.first_name,
        patronymic=wish.patronymic,
        settlement_id=wish.settlement_id,
        email=wish.email,
        phone=wish.phone,
        password_hash=kept,
        birth_date=wish.birth_date,
        name_is_public=wish.publication,
        created_at=now,
    )


def _begin_anew(work: Work, person: Person, wish: Wish, kept: str, *, is_same: bool) -> None:
    """Sign up again with an address that nobody has confirmed: what was typed last counts.

    With another password it may be another person: then letters sent before open nothing, so that whoever confirms
    gets the account that they themselves have made.
    """
    fresh = _new(wish, kept, work.now)
    for name in type(fresh).model_fields:
        if name != "id":
            setattr(person, name, getattr(fresh, name))
    work.session.execute(sa.delete(Consent).where(col(Consent.person_id) == person.id))
    if not is_same:
        OneTimeToken.cancel(work.session, list(TokenKind), person.id or 0, work.now)


def _agree(work: Work, person: Person, wish: Wish) -> None:
    given = {ConsentKind.PERSONAL_DATA, ConsentKind.RULES}
    if wish.publication:
        given.add(ConsentKind.PUBLICATION)
    if wish.representative:
        given.add(ConsentKind.REPRESENTATIVE)
    newest = ConsentDocument.newest(work.session)
    for kind in sorted(given):
        by = wish.representative if kind is ConsentKind.REPRESENTATIVE else None
        work.session.add(
            Consent(
                person_id=person.id,
                document_id=newest[kind].id,
                given_at=work.now,
                representative_name=by and by.name,
                representative_phone=by and by.phone,
            )
        )


def _has_fresh_letter(work: Work, person: Person) -> bool:
    return work.session.execute(
        sa.select(
            sa.exists().where(
                col(OneTimeToken.person_id) == person.id,
                col(OneTimeToken.kind) == TokenKind.CONFIRM_EMAIL,
                col(OneTimeToken.used_at).is_(None),
                col(OneTimeToken.created_at) > work.now - AGAIN,
            )
        )
    ).scalar_one()
