"""What a resident can do next, the nearest deadline first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.core.actor import Role
from elka.core.identifiers import age_on
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.groups import INVITATION_TERM, Invitation
from elka.models.people import Person
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage
from elka.models.readiness import project_lacks
from elka.models.votes import Ballot
from elka.state.fitting import fitting
from elka.ui import labels

TASKS_MOST = 12
_NO_TERM = datetime.max.replace(tzinfo=UTC)
_DAY = timedelta(days=1)
_SOON = timedelta(days=3)


@dataclass(frozen=True)
class TaskRow:
    """One next step: what, where it leads, until when. ``kind``: go (a link), letter or member (answered in place)."""

    kind: str
    key: int
    icon: str
    title: str
    note: str
    href: str
    action: str
    until: str
    soon: bool


Due = tuple[int, datetime, TaskRow]  # urgency without a term, the term, the step


def next_steps(work: Work, person: Person, own: Sequence[Project]) -> list[TaskRow]:
    """Return the next steps of the signed-in person, most urgent first. ``own``: their projects and their groups'."""
    found = [
        *_letters(work, person),
        *_memberships(work),
        *_returned(work),
        *_drafts(work),
        *_votes(work),
        *_projects(work, own),
    ]
    if not work.actor.confirmed:
        note = "Без этого нельзя голосовать, публиковать и подавать заявки."
        row = TaskRow("go", 0, "mail", "Подтвердите почту", note, "/me/settings", "Подтвердить", "", soon=True)
        found.append((0, work.now, row))
    found.sort(key=lambda task: task[:2])
    return [row for _, _, row in found[:TASKS_MOST]]


def _until(moment: datetime, now: datetime) -> tuple[str, bool]:
    return labels.deadline(moment), moment - now < _SOON


def _letters(work: Work, person: Person) -> list[Due]:
    """Return invitations that were sent to the person's own address."""
    if not work.actor.confirmed:
        return []
    found = work.session.execute(
        sa.select(Invitation, col(Project.title), Person)
        .join(Project, col(Project.id) == col(Invitation.project_id))
        .join(Person, col(Person.id) == col(Project.author_id))
        .where(
            col(Invitation.email) == person.email,
            col(Invitation.declined_at).is_(None),
            col(Invitation.invited_at) > work.now - INVITATION_TERM,
        )
    )
    return [
        _invited(work, "letter", int(letter.id or 0), title, author, letter.invited_at + INVITATION_TERM)
        for letter, title, author in found
    ]


def _memberships(work: Work) -> list[Due]:
    """Return memberships that wait for the person's own word."""
    found = work.session.execute(
        sa.select(GroupMember, col(Project.title), Person)
        .join(Project, col(Project.id) == col(GroupMember.project_id))
        .join(Person, col(Person.id) == col(Project.author_id))
        .where(
            col(GroupMember.person_id) == work.actor.person_id,
            col(GroupMember.confirmed_at).is_(None),
            col(GroupMember.declined_at).is_(None),
        )
    )
    return [_invited(work, "member", member.project_id, title, author, None) for member, title, author in found]


def _invited(work: Work, kind: str, key: int, title: str, author: Person, until: datetime | None) -> Due:
    when, soon = _until(until, work.now) if until else ("", False)
    text = labels.typographer(f"Вас зовут в группу: {title}")
    note = f"Приглашает {author.name}"
    return 1, until or work.now + _DAY, TaskRow(kind, key, "user-round-plus", text, note, "", "", when, soon)


def _returned(work: Work) -> list[Due]:
    """Return applications sent back with remarks whose term has not passed."""
    found = work.session.execute(
        sa.select(Application, col(Project.title), col(Contest.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(
            col(Application.status) == ApplicationStatus.RETURNED,
            Application.of_person(work.person()),
            sa.or_(col(Application.correct_by).is_(None), col(Application.correct_by) > work.now),
        )
    )
    rows: list[Due] = []
    for application, project, contest in found:
        when, soon = _until(application.correct_by, work.now) if application.correct_by else ("", False)
        row = TaskRow(
            kind="go",
            key=0,
            icon="file-pen-line",
            title=labels.typographer(f"Исправьте заявку: {project}"),
            note=labels.typographer(contest),
            href=f"/applications/{application.id}",
            action="К замечаниям",
            until=when,
            soon=soon,
        )
        rows.append((1, application.correct_by or work.now, row))
    return rows


def _drafts(work: Work) -> list[Due]:
    """Return drafts of applications that can still be submitted, with the end of reception."""
    found = work.session.execute(
        sa.select(Application, col(Project.title), col(Contest.title), col(ContestPhase.closes_at))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .join(
            ContestPhase,
            sa.and_(col(ContestPhase.contest_id) == col(Contest.id), col(ContestPhase.kind) == PhaseKind.ACCEPTING),
        )
        .where(
            col(Application.status) == ApplicationStatus.DRAFT,
            sa.or_(
                Application.of_person(work.person()),
                col(Application.municipality_id).in_(work.actor.places_of(Role.OFFICIAL)[1]),
            ),
            col(Contest.stage).in_((ContestStage.ANNOUNCED, ContestStage.ACCEPTING)),
            col(ContestPhase.closes_at) > work.now,
        )
    )
    rows: list[Due] = []
    for application, project, contest, closes_at in found:
        when, soon = _until(closes_at, work.now)
        row = TaskRow(
            kind="go",
            key=0,
            icon="file-pen-line",
            title=labels.typographer(f"Допишите и подайте заявку: {project}"),
            note=labels.typographer(contest),
            href=f"/applications/{application.id}/fill",
            action="Продолжить",
            until=when,
            soon=soon,
        )
        rows.append((1, closes_at, row))
    return rows


def _votes(work: Work) -> list[Due]:
    """Return votes that are open now, at home or in the region, where the person has no ballot yet."""
    birth = work.actor.birth_date
    age = age_on(birth, clock.local(work.now).date()) if birth else 0
    cast = sa.exists().where(col(Ballot.contest_id) == col(Contest.id), col(Ballot.person_id) == work.actor.person_id)
    found = work.session.execute(
        sa.select(Contest, col(ContestPhase.closes_at))
        .join(
            ContestPhase,
            sa.and_(col(ContestPhase.contest_id) == col(Contest.id), col(ContestPhase.kind) == PhaseKind.VOTING),
        )
        .where(
            col(Contest.stage) == ContestStage.VOTING,
            col(ContestPhase.opens_at) <= work.now,
            col(ContestPhase.closes_at) > work.now,
            col(Contest.voter_age) <= age,
            sa.or_(col(Contest.municipality_id).is_(None), col(Contest.municipality_id) == work.actor.municipality_id),
            ~cast,
        )
    )
    rows: list[Due] = []
    for contest, closes_at in found:
        when, soon = _until(closes_at, work.now)
        row = TaskRow(
            kind="go",
            key=0,
            icon="vote",
            title=labels.typographer(f"Проголосуйте: {contest.title}"),
            note="Идёт голосование, вашего бюллетеня ещё нет.",
            href=f"/contests/{contest.id}/vote",
            action="Открыть бюллетень",
            until=when,
            soon=soon,
        )
        rows.append((1, closes_at, row))
    return rows


def _projects(work: Work, own: Sequence[Project]) -> list[Due]:
    """Return what the person's own projects wait for: a contest, the first words, the start, the finish."""
    mine = [project for project in own if project.is_author(work.actor)]
    begun = _begun(work, [int(project.id or 0) for project in mine])
    fits = fitting(work, [int(project.id or 0) for project in mine if project.id not in begun])
    lines: dict[int, list[BudgetLine]] = {}
    ideas = [project.id for project in mine if project.stage is ProjectStage.IDEA and project.id not in begun]
    for line in work.session.execute(sa.select(BudgetLine).where(col(BudgetLine.project_id).in_(ideas))).scalars():
        lines.setdefault(line.project_id, []).append(line)
    rows: list[Due] = []
    for project in mine:
        key = int(project.id or 0)
        match project.stage:
            case ProjectStage.PROJECT if key in fits:
                closes_at, fit = fits[key][0]
                when, soon = _until(closes_at, work.now)
                row = _step("trophy", f"Подайте заявку: {project.title}", fit.contest, fit.href, "Подать", when, soon)
                rows.append((1, closes_at, row))
            case ProjectStage.IDEA if key not in begun:
                missing = len(project_lacks(project, lines.get(key, [])))
                left = labels.plural(missing, "пункт", "пункта", "пунктов")
                note = f"Осталось заполнить: {left}." if missing else "Всё заполнено: сделайте идею проектом."
                verb = "Допишите черновик" if project.is_draft else "Доведите идею до проекта"
                href = f"/me/projects/{key}" + ("" if missing else "?step=check")
                rows.append((2, _NO_TERM, _step("pencil-line", f"{verb}: {project.title}", note, href, "Продолжить")))
            case ProjectStage.SUPPORTED:
                note = "Расскажите всем, когда начнутся работы."
                rows.append(
                    (2, work.now, _step("hammer", f"Победил: {project.title}", note, f"/projects/{key}", "Открыть"))
                )
            case ProjectStage.REALISING if project.ends_on and project.ends_on <= clock.local(work.now).date():
                note = f"Срок был {labels.date(project.ends_on)}. Если всё готово, отметьте это."
                rows.append(
                    (2, work.now, _step("flag", f"Готово? {project.title}", note, f"/projects/{key}", "Открыть"))
                )
    return rows


def _begun(work: Work, ids: list[int]) -> set[int]:
    """Return which of the projects have a draft of an application: that is the next step then."""
    return set(
        work.session.execute(
            sa.select(col(Application.project_id))
            .join(Contest, col(Contest.id) == col(Application.contest_id))
            .where(
                col(Application.project_id).in_(ids),
                col(Application.status) == ApplicationStatus.DRAFT,
                col(Contest.stage).in_((ContestStage.ANNOUNCED, ContestStage.ACCEPTING)),
            )
        ).scalars()
    )


def _step(icon: str, title: str, note: str, href: str, action: str, until: str = "", soon: bool = False) -> TaskRow:
    return TaskRow("go", 0, icon, labels.typographer(title), note, href, action, until, soon)
