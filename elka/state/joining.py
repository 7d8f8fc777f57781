"""Joining a group and leaving it: the page behind an invitation, and the answers given in the cabinet."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import clock, limits
from elka.core.record_ids import record_id
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.groups import Invitation, is_token, read_token, require_age
from elka.models.notices import NoticeKind
from elka.models.people import Person
from elka.models.projects import MEMBERS_MAX, GroupMember, Project, ProjectStage
from elka.settings import settings
from elka.state import notice_words
from elka.state.base import Events, Flow
from elka.state.notice_words import News
from elka.state.notices import notify
from elka.state.project_rows import cover_of, place_of, setting_of
from elka.ui import labels

GONE = "Приглашение больше не действует. Попросите автора прислать новое."
CLOSED = frozenset({ProjectStage.ARCHIVED, ProjectStage.REALISED})


@dataclass(frozen=True)
class JoinRow:
    """What a person sees before they answer. ``standing``: out, member or author."""

    token: str = ""
    project_id: int = 0
    title: str = ""
    summary: str = ""
    place: str = ""
    direction: str = ""
    cover: str = ""
    author: str = ""
    count: str = ""
    standing: str = "out"
    signed_in: bool = False
    by_letter: bool = False


class JoinState(Flow, rx.State):
    """The page ``/join/TOKEN``."""

    row: JoinRow = JoinRow()

    @rx.event
    async def load(self) -> Events:
        """Show what the token in the address invites to."""
        token = self._part(1)
        return await self._load(self._look, token, into=self._show)

    @rx.event
    async def join(self) -> Events:
        """Say yes."""
        return await self._run(self._join, self.row.token, done="Вы в инициативной группе", then=self._show)

    @rx.event
    async def decline(self) -> Events:
        """Say no to a letter."""
        return await self._run(self._decline, self.row.token, then=lambda _: rx.redirect("/projects"))

    def _show(self, row: JoinRow) -> None:
        self.row = row

    # Flows

    @staticmethod
    def _look(work: Work, token: object) -> JoinRow:
        project, letter = _invited(work, token)
        return _row(work, project, str(token), by_letter=letter is not None)

    @staticmethod
    def _join(work: Work, token: object) -> JoinRow:
        """Become a confirmed member; a second time changes nothing."""
        work.person()
        project, letter = _invited(work, token, lock=True)
        enter(work, project)
        if letter is not None:
            work.session.delete(letter)
        return _row(work, project, str(token), by_letter=letter is not None)

    @staticmethod
    def _decline(work: Work, token: object) -> None:
        _, letter = _invited(work, token, lock=True)
        if letter is None:
            return  # the link was for everybody: whoever does not want to join just leaves the page
        _decline(work, letter)


def enter(work: Work, project: Project) -> None:
    """Make the actor a confirmed member of a project that is locked."""
    person_id = work.person()
    limits.hit("write", account=person_id)
    if work.actor.birth_date is not None:
        require_age(work.actor.birth_date, clock.local(work.now).date())
    if project.stage in CLOSED:
        raise Refused("В группу этого проекта уже не вступают.")
    member = work.session.get(GroupMember, (project.id, person_id), with_for_update=True)
    if member is not None and member.is_confirmed:
        return
    taken = work.session.execute(
        sa.select(sa.func.count()).select_from(GroupMember).where(col(GroupMember.project_id) == project.id)
    ).scalar_one()
    if taken >= MEMBERS_MAX:
        raise Refused(f"В группе уже {MEMBERS_MAX} человек, больше не помещается.")
    if member is None:
        member = GroupMember(project_id=project.id, person_id=person_id, invited_at=work.now)
        work.session.add(member)
    member.confirmed_at, member.declined_at = work.now, None
    work.record("group.joined", "project", project.id)
    if person_id != project.author_id:
        who = work.session.get_one(Person, person_id)
        _tell_author(work, project, notice_words.joined(project.title, f"{who.first_name} {who.last_name}"), "joined")


def _tell_author(work: Work, project: Project, news: News, what: str) -> None:
    notify(
        work,
        [project.author_id],
        NoticeKind.GROUP,
        title=news.title,
        text=news.line,
        href=f"/me/projects/{project.id}?step=people",
        group_key=f"{what}:project:{project.id}",
        letter=news.letter,
        several=notice_words.SEVERAL[what].format(project=labels.inner(project.title)),
    )


def answer_letter(work: Work, invitation_id: object, *, yes: bool) -> None:
    """Answer, in the cabinet, a letter that was sent to the actor's own confirmed address."""
    person = work.session.get_one(Person, work.person())
    letter = work.session.get(Invitation, record_id(invitation_id))
    if letter is None or not work.actor.confirmed or letter.email != person.email or not letter.is_open(work.now):
        raise NotFound(GONE)
    if not yes:
        _decline(work, letter)
        return
    enter(work, _project(work, letter.project_id, lock=True))
    work.session.delete(letter)


def answer_membership(work: Work, project_id: object, *, yes: bool) -> None:
    """Answer an invitation that stands as an unconfirmed membership."""
    project = work.get(Project, project_id, lock=True)
    member = work.session.get(GroupMember, (project.id, work.person()), with_for_update=True)
    if member is None or member.confirmed_at is not None or member.declined_at is not None:
        raise NotFound(GONE)
    if yes:
        enter(work, project)
    else:
        member.declined_at = work.now
        _tell_author(work, project, notice_words.declined(project.title), "declined")


def _decline(work: Work, letter: Invitation) -> None:
    if letter.declined_at is None:
        letter.declined_at = work.now
        project = _project(work, letter.project_id)
        _tell_author(work, project, notice_words.declined(project.title), "declined")


def leave(work: Work, project_id: object) -> None:
    """Leave a group; the author cannot."""
    project = work.get(Project, project_id, lock=True)
    member = work.session.get(GroupMember, (project.id, work.person()), with_for_update=True)
    if member is None or not member.is_confirmed:
        raise NotFound("Вы не состоите в этой группе.")
    if project.is_author(work.actor):
        raise Refused("Автор остаётся в группе своего проекта. Проект можно убрать в архив.")
    work.session.delete(member)
    work.session.flush()
    work.record("group.left", "project", project.id)


def _invited(work: Work, token: object, *, lock: bool = False) -> tuple[Project, Invitation | None]:
    """Return the project and the letter that a token proves; the project may be private: the token is the right."""
    named = read_token(token)
    if named is None:
        raise NotFound(GONE)
    project_id, invitation_id = named
    project = _project(work, project_id, lock=lock)
    key = settings().key()
    if invitation_id:
        letter = work.session.get(Invitation, invitation_id, with_for_update=lock)
        proven = letter is not None and is_token(str(token), key, project_id, letter.nonce, invitation_id)
        if letter is None or not proven or letter.project_id != project_id or not letter.is_open(work.now):
            raise NotFound(GONE)
        return project, letter
    if not is_token(str(token), key, project_id, project.invite_nonce):
        raise NotFound(GONE)
    return project, None


def _project(work: Work, project_id: int, *, lock: bool = False) -> Project:
    project = work.session.get(Project, project_id, with_for_update=lock, populate_existing=lock)
    if project is None:
        raise NotFound(GONE)
    return project


def _row(work: Work, project: Project, token: str, *, by_letter: bool) -> JoinRow:
    author = work.session.get_one(Person, project.author_id)
    direction, settlement, municipality = setting_of(work, project)
    confirmed = list(
        work.session.execute(
            sa.select(col(GroupMember.person_id)).where(
                col(GroupMember.project_id) == project.id,
                col(GroupMember.confirmed_at).is_not(None),
                col(GroupMember.declined_at).is_(None),
            )
        ).scalars()
    )
    standing = "out"
    if work.actor.person_id == project.author_id:
        standing = "author"
    elif work.actor.person_id in confirmed:
        standing = "member"
    return JoinRow(
        token=token,
        project_id=int(project.id or 0),
        title=labels.typographer(project.title),
        summary=labels.typographer(project.summary),
        place=place_of(settlement.name, municipality.name),
        direction=direction.name,
        # A photo of a private project is not for strangers, and who opens the link is one until they join.
        cover=cover_of(
            int(project.id or 0), direction.motif, None if project.is_draft else project.cover_photo_id, 960
        ),
        author=author.name,
        count=labels.plural(len(confirmed), "человек", "человека", "человек") + " в группе",
        standing=standing,
        signed_in=work.actor.is_signed_in,
        by_letter=by_letter,
    )
