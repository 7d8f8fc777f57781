"""The initiative group in the editor of a project: its people, the link and the letters that invite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col, select

from elka import limits
from elka.core.identifiers import normal_email
from elka.core.record_ids import record_id
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, TooOften
from elka.models.applications import Application
from elka.models.groups import INVITATION_TERM, LETTERS_A_DAY, Invitation, join_token, new_nonce
from elka.models.journal import JournalEntry
from elka.models.people import Person
from elka.models.places import Settlement
from elka.models.projects import DUTY_MAX, GroupMember, Project
from elka.settings import settings
from elka.state.application_rights import require_own
from elka.state.base import Events, Flow
from elka.state.project_rights import as_author, for_editing
from elka.ui import labels
from elka.ui.rows import person_tone

DAY = timedelta(days=1)


@dataclass(frozen=True)
class MemberRow:
    """A person of the group, as the group itself sees them."""

    person_id: int
    name: str
    initials: str
    tone: int
    duty: str
    is_author: bool
    is_me: bool


@dataclass(frozen=True)
class LetterRow:
    """An invitation that was sent, as the author sees it: the address they typed and its answer, nothing else."""

    id: int
    email: str
    note: str


@dataclass(frozen=True)
class GroupView:
    """The people step of the editor."""

    project_id: int
    is_author: bool
    members: list[MemberRow]
    letters: list[LetterRow]
    link: str
    count: str


class GroupsState(Flow, rx.State):
    """The people step of the editor."""

    group: GroupView = GroupView(0, False, [], [], "", "")

    @rx.event
    async def load(self) -> Events:
        """Show the group of the project whose id is in the address."""
        self.errors = {}
        wanted = self._part(2)
        return await self._load(self._group, wanted, into=self._show)

    @rx.event
    async def load_of_application(self) -> Events:
        """Show the group of the project behind the application whose id is in the address."""
        self.errors = {}
        return await self._load(self._of_application, self._part(1), into=self._show)

    @rx.event
    async def make_link(self) -> Events:
        """Make the link that invites; an older one stops working."""
        return await self._run(self._make_link, self.group.project_id, done="Ссылка готова", then=self._show)

    @rx.event
    async def revoke_link(self) -> Events:
        """Close the link."""
        return await self._run(
            self._revoke_link, self.group.project_id, done="Ссылка больше не работает", then=self._show
        )

    @rx.event
    async def invite(self, form: dict[str, Any]) -> Events:
        """Send a letter to an address."""
        email = form.get("email") if isinstance(form, dict) else None
        return await self._run(self._invite, self.group.project_id, email, done="Письмо отправлено", then=self._show)

    @rx.event
    async def take_back(self, invitation_id: int) -> Events:
        """Take an invitation back."""
        return await self._run(
            self._take_back, self.group.project_id, invitation_id, done="Приглашение отозвано", then=self._show
        )

    @rx.event
    async def remove(self, person_id: int) -> Events:
        """Take a person out of the group."""
        return await self._run(
            self._remove, self.group.project_id, person_id, done="Участник исключён из группы", then=self._show
        )

    @rx.event
    async def set_duty(self, person_id: int, duty: str) -> Events:
        """Say what a person does in the project."""
        return await self._run(self._set_duty, self.group.project_id, person_id, duty, then=self._show)

    def _show(self, group: GroupView) -> None:
        self.group = group

    # Flows

    @staticmethod
    def _group(work: Work, project_id: object) -> GroupView:
        return _view(work, for_editing(work, project_id, closed_too=True))

    @staticmethod
    def _of_application(work: Work, application_id: object) -> GroupView:
        application = work.get(Application, application_id)
        require_own(work, application)
        return _view(work, work.session.get_one(Project, application.project_id))

    @staticmethod
    def _make_link(work: Work, project_id: object) -> GroupView:
        project = as_author(work, project_id)
        project.invite_nonce = new_nonce()
        work.record("group.link_made", "project", project.id)
        return _view(work, project)

    @staticmethod
    def _revoke_link(work: Work, project_id: object) -> GroupView:
        project = as_author(work, project_id)
        if project.invite_nonce is not None:
            project.invite_nonce = None
            work.record("group.link_revoked", "project", project.id)
        return _view(work, project)

    @staticmethod
    def _invite(work: Work, project_id: object, email: object) -> GroupView:
        """Write a letter. Whether the address has an account is not even looked up."""
        project = as_author(work, project_id)
        if not work.actor.confirmed:
            raise Denied("Сначала подтвердите свою почту: ссылка в письме, которое пришло при регистрации.")
        address = normal_email(email if isinstance(email, str) else "")
        author = work.session.get_one(Person, project.author_id)
        if address == author.email:
            raise Refused("Это ваша почта: вы уже в группе.", field="email")
        work.session.execute(
            sa.delete(Invitation).where(
                col(Invitation.project_id) == project.id, col(Invitation.invited_at) <= work.now - INVITATION_TERM
            )
        )
        known = work.session.execute(
            sa.select(Invitation).where(col(Invitation.project_id) == project.id, col(Invitation.email) == address)
        ).scalar_one_or_none()
        if known is not None and known.declined_at is not None:
            raise Refused("Этот человек уже отказался. Если передумает, дайте ему ссылку.", field="email")
        if known is not None:
            return _view(work, project)
        _count_letters(work, int(project.id or 0))
        limits.hit("letter", account=address)
        letter = Invitation(
            project_id=project.id,
            email=address,
            nonce=new_nonce(),
            invited_by=author.id,
            invited_at=work.now,
        )
        work.session.add(letter)
        work.session.flush()
        token = join_token(settings().key(), int(project.id or 0), letter.nonce, int(letter.id or 0))
        place = work.session.get_one(Settlement, project.settlement_id).name
        # Nothing that was typed into the project goes into the letter: it must not carry a stranger's advertisement.
        work.mail(
            address,
            "Вас зовут в инициативную группу",
            f"Здравствуйте!\n\n{author.full_name} приглашает вас в инициативную группу проекта ({place}) "
            "на платформе ЕЛКА.\n\nПосмотрите проект и решите, войти ли в группу:\n\n"
            f"{settings().origin}/join/{token}\n\n"
            "Приглашение действует месяц. Если оно не к вам, ничего не делайте.\n\n"
            "ЕЛКА, открытая платформа инициатив Югры\n",
        )
        work.record("group.invited", "project", project.id)
        return _view(work, project)

    @staticmethod
    def _take_back(work: Work, project_id: object, invitation_id: object) -> GroupView:
        project = as_author(work, project_id)
        letter = work.session.get(Invitation, record_id(invitation_id))
        if letter is None or letter.project_id != project.id:
            raise NotFound("Этого приглашения уже нет. Обновите страницу.")
        work.session.delete(letter)
        work.session.flush()
        return _view(work, project)

    @staticmethod
    def _remove(work: Work, project_id: object, person_id: object) -> GroupView:
        project = as_author(work, project_id)
        member = _member(work, project, person_id)
        if member.person_id == project.author_id:
            raise Refused("Автор остаётся в группе своего проекта.")
        work.session.delete(member)
        work.record("group.removed", "project", project.id, person=member.person_id)
        work.session.flush()
        return _view(work, project)

    @staticmethod
    def _set_duty(work: Work, project_id: object, person_id: object, duty: object) -> GroupView:
        project = for_editing(work, project_id, closed_too=True)
        member = _member(work, project, person_id)
        mine = member.person_id == work.actor.person_id
        work.require(mine or project.is_author(work.actor), "Роль участника пишут автор или он сам.")
        words = one_line(duty) if isinstance(duty, str) else ""
        if len(words) > DUTY_MAX:
            raise Refused(f"Роль в проекте: не длиннее {DUTY_MAX} знаков.", field=f"duty-{member.person_id}")
        member.duty = words
        work.session.flush()
        return _view(work, project)


def _count_letters(work: Work, project_id: int) -> None:
    """Refuse when the project has sent too many letters within a day."""
    sent = work.session.execute(
        sa.select(sa.func.count())
        .select_from(JournalEntry)
        .where(
            col(JournalEntry.subject_kind) == "project",
            col(JournalEntry.subject_id) == project_id,
            col(JournalEntry.key) == "group.invited",
            col(JournalEntry.at) > work.now - DAY,
        )
    ).scalar_one()
    if sent >= LETTERS_A_DAY:
        raise TooOften(int(DAY.total_seconds()))


def _member(work: Work, project: Project, person_id: object) -> GroupMember:
    member = work.session.get(GroupMember, (project.id, record_id(person_id)), with_for_update=True)
    if member is None:
        raise NotFound("Этого человека уже нет в группе. Обновите страницу.")
    return member


def _view(work: Work, project: Project) -> GroupView:
    is_author = project.is_author(work.actor)
    people = work.session.execute(
        sa.select(GroupMember, Person)
        .join(Person, col(Person.id) == col(GroupMember.person_id))
        .where(
            col(GroupMember.project_id) == project.id,
            col(GroupMember.confirmed_at).is_not(None),
            col(GroupMember.declined_at).is_(None),
        )
        .order_by(col(GroupMember.person_id) != project.author_id, col(GroupMember.confirmed_at), col(Person.id))
    ).all()
    members = [
        MemberRow(
            person_id=member.person_id,
            name=f"{person.first_name} {person.last_name}",
            initials=labels.initials(f"{person.first_name} {person.last_name}"),
            tone=person_tone(str(person.id)),
            duty=member.duty,
            is_author=member.person_id == project.author_id,
            is_me=member.person_id == work.actor.person_id,
        )
        for member, person in people
    ]
    letters = (
        work.session.exec(
            select(Invitation).where(Invitation.project_id == project.id).order_by(col(Invitation.id))
        ).all()
        if is_author
        else []
    )
    link = ""
    if is_author and project.invite_nonce:
        link = f"{settings().origin}/join/{join_token(settings().key(), int(project.id or 0), project.invite_nonce)}"
    return GroupView(
        project_id=int(project.id or 0),
        is_author=is_author,
        members=members,
        letters=[LetterRow(int(letter.id or 0), letter.email, _answer(work, letter)) for letter in letters],
        link=link,
        count=labels.plural(len(members), "участник", "участника", "участников"),
    )


def _answer(work: Work, letter: Invitation) -> str:
    if letter.declined_at is not None:
        return "Отказ"
    if not letter.is_open(work.now):
        return "Срок вышел"
    return f"Ждём ответа {labels.deadline(letter.invited_at + INVITATION_TERM).split(',')[0]}"
