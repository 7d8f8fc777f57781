"""A resident's cabinet: what to do next, by deadline; own projects, applications, votes and groups."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.errors import NotFound
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestStage
from elka.models.people import Person
from elka.models.projects import GroupMember, Project, ProjectStage
from elka.models.votes import Ballot
from elka.state.application_words import STATUSES
from elka.state.base import Events, Flow
from elka.state.joining import answer_letter, answer_membership, leave
from elka.state.next_steps import TaskRow, next_steps
from elka.state.project_rows import ProjectRow, project_rows
from elka.ui import labels

ROWS_MOST = 100


@dataclass(frozen=True)
class OwnRow:
    """A project of one's own or of one's group."""

    card: ProjectRow
    role: str
    edit_href: str


@dataclass(frozen=True)
class ApplicationRow:
    """An application of one's own project."""

    href: str
    title: str
    contest: str
    number: str
    status: str
    tone: str


@dataclass(frozen=True)
class BallotRow:
    """A ballot that was cast: in which contest and with which receipt. Never for whom."""

    contest: str
    href: str
    receipt: str
    when: str
    open: bool


@dataclass(frozen=True)
class GroupRow:
    """A group one is in without being the author."""

    project_id: int
    title: str
    href: str
    author: str
    duty: str


@dataclass(frozen=True)
class Cabinet:
    """All of the page."""

    name: str
    tasks: list[TaskRow]
    projects: list[OwnRow]
    applications: list[ApplicationRow]
    ballots: list[BallotRow]
    groups: list[GroupRow]


class ActivistState(Flow, rx.State):
    """The page ``/me``."""

    name: str = ""
    tasks: list[TaskRow] = []
    projects: list[OwnRow] = []
    applications: list[ApplicationRow] = []
    ballots: list[BallotRow] = []
    groups: list[GroupRow] = []

    @rx.event
    async def load(self) -> Events:
        """Show the cabinet of whoever is signed in."""
        return await self._load(self._cabinet, into=self._show)

    @rx.event
    async def accept(self, kind: str, key: int) -> Events:
        """Say yes to an invitation."""
        return await self._run(self._answer, kind, key, True, done="Вы в инициативной группе", then=self._show)

    @rx.event
    async def decline(self, kind: str, key: int) -> Events:
        """Say no to an invitation."""
        return await self._run(self._answer, kind, key, False, done="Приглашение отклонено", then=self._show)

    @rx.event
    async def leave(self, project_id: int) -> Events:
        """Leave a group."""
        return await self._run(self._leave, project_id, done="Вы вышли из группы", then=self._show)

    def _show(self, cabinet: Cabinet) -> None:
        self.name, self.tasks, self.projects = cabinet.name, cabinet.tasks, cabinet.projects
        self.applications, self.ballots, self.groups = cabinet.applications, cabinet.ballots, cabinet.groups

    # Flows

    @staticmethod
    def _cabinet(work: Work) -> Cabinet:
        person = work.session.get_one(Person, work.person())
        own = _own(work, int(person.id or 0))
        cards = {row.id: row for row in project_rows(work, [int(project.id or 0) for project in own])}
        return Cabinet(
            name=person.first_name,
            tasks=next_steps(work, person, own),
            projects=[
                OwnRow(
                    card=cards[int(project.id or 0)],
                    role="автор" if project.is_author(work.actor) else "в группе",
                    edit_href=f"/me/projects/{project.id}",
                )
                for project in own
            ],
            applications=_applications(work),
            ballots=_ballots(work),
            groups=_groups(work),
        )

    @staticmethod
    def _answer(work: Work, kind: object, key: object, yes: object) -> Cabinet:
        match kind:
            case "letter":
                answer_letter(work, key, yes=yes is True)
            case "member":
                answer_membership(work, key, yes=yes is True)
            case _:
                raise NotFound
        work.session.flush()
        return ActivistState._cabinet(work)

    @staticmethod
    def _leave(work: Work, project_id: object) -> Cabinet:
        leave(work, project_id)
        return ActivistState._cabinet(work)


def _own(work: Work, person_id: int) -> list[Project]:
    """Return the projects that the person made or is in the group of, the latest touched first."""
    member = sa.select(col(GroupMember.project_id)).where(
        col(GroupMember.person_id) == person_id,
        col(GroupMember.confirmed_at).is_not(None),
        col(GroupMember.declined_at).is_(None),
    )
    return list(
        work.session.execute(
            sa.select(Project)
            .where(sa.or_(col(Project.author_id) == person_id, col(Project.id).in_(member)))
            .order_by(
                col(Project.stage) == ProjectStage.ARCHIVED, col(Project.updated_at).desc(), col(Project.id).desc()
            )
            .limit(ROWS_MOST)
        ).scalars()
    )


def _applications(work: Work) -> list[ApplicationRow]:
    found = work.session.execute(
        sa.select(Application, col(Project.title), Contest)
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(Application.of_person(work.person()))
        .order_by(col(Application.submitted_at).desc().nulls_first(), col(Application.id).desc())
        .limit(ROWS_MOST)
    )
    rows = []
    for application, title, contest in found:
        status = application.status
        known = contest.published_at is not None and contest.published_at <= work.now
        if status in {ApplicationStatus.WON, ApplicationStatus.LOST} and not known:
            status = ApplicationStatus.ADMITTED
        words, tone = STATUSES[status]
        rows.append(
            ApplicationRow(
                href=f"/applications/{application.id}" + ("/fill" if status is ApplicationStatus.DRAFT else ""),
                title=labels.typographer(title),
                contest=labels.typographer(contest.title),
                number=f"№{labels.NBSP}{application.number}" if application.number else "",
                status=words,
                tone=tone,
            )
        )
    return rows


def _ballots(work: Work) -> list[BallotRow]:
    found = work.session.execute(
        sa.select(Ballot, col(Contest.title), col(Contest.stage))
        .join(Contest, col(Contest.id) == col(Ballot.contest_id))
        .where(col(Ballot.person_id) == work.actor.person_id)
        .order_by(col(Ballot.cast_at).desc())
        .limit(ROWS_MOST)
    )
    return [
        BallotRow(
            contest=labels.typographer(title),
            href=f"/me/ballots/{ballot.contest_id}"
            if ballot.annulled_by is not None
            else f"/contests/{ballot.contest_id}" + ("/vote" if stage is ContestStage.VOTING else ""),
            receipt=ballot.receipt,
            when="Аннулирован: почему и как возразить" if ballot.annulled_by else labels.date(ballot.cast_at),
            open=stage is ContestStage.VOTING and ballot.annulled_by is None,
        )
        for ballot, title, stage in found
    ]


def _groups(work: Work) -> list[GroupRow]:
    found = work.session.execute(
        sa.select(GroupMember, col(Project.title), Person)
        .join(Project, col(Project.id) == col(GroupMember.project_id))
        .join(Person, col(Person.id) == col(Project.author_id))
        .where(
            col(GroupMember.person_id) == work.actor.person_id,
            col(Project.author_id) != work.actor.person_id,
            col(GroupMember.confirmed_at).is_not(None),
            col(GroupMember.declined_at).is_(None),
        )
        .order_by(col(GroupMember.confirmed_at).desc())
        .limit(ROWS_MOST)
    )
    return [
        GroupRow(
            project_id=member.project_id,
            title=labels.typographer(title),
            href=f"/projects/{member.project_id}",
            author=author.name,
            duty=labels.typographer(member.duty),
        )
        for member, title, author in found
    ]
