"""Who may change a project, and when: every flow of the editor begins here."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col, select

from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, phases_of
from elka.models.projects import GroupMember, Project, ProjectStage
from elka.state.application_rights import may_fill


def for_editing(work: Work, project_id: object, *, closed_too: bool = False) -> Project:
    """Return the project, locked, if the actor may edit it now; raise the refusal otherwise.

    ``closed_too``: at whatever stage (the group, reading).
    """
    work.person()
    project = work.get(Project, project_id, lock=True)
    mine = work.session.exec(
        select(GroupMember).where(GroupMember.project_id == project.id, GroupMember.person_id == work.actor.person_id)
    ).all()
    work.require(project.may_edit(work.actor, mine), "Править проект могут автор и участники инициативной группы.")
    if not closed_too:
        project.require_editable(returned=is_returned(work, project))
    return project


def as_author(work: Work, project_id: object) -> Project:
    """Return the project, locked, if the actor is its author."""
    work.person()
    project = work.get(Project, project_id, lock=True)
    work.require(project.is_author(work.actor), "Это может сделать только автор проекта.")
    return project


def is_returned(work: Work, project: Project) -> bool:
    """Whether an application that holds the project may still be changed, which opens editing.

    It was returned for correction, or submitted while reception lasts: what is changed then is submitted anew.
    """
    if project.stage is not ProjectStage.SUBMITTED:
        return False
    found = work.session.execute(
        sa.select(Application, Contest)
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(
            col(Application.project_id) == project.id,
            col(Application.status).in_((ApplicationStatus.RETURNED, ApplicationStatus.SUBMITTED)),
        )
    )
    return any(
        may_fill(contest, application, phases_of(work.session, contest.id or 0), work.now)
        for application, contest in found
    )
