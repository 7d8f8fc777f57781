"""Who may fill an application in, and when: every flow that changes a draft's answers or files begins here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.lifecycle import BEFORE_VOTING, ContestStage, Dated
from elka.db import Work
from elka.errors import NotFound, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, phases_of
from elka.models.projects import Project

A = ApplicationStatus
_CLOSED = {
    A.ADMITTED: "Заявка допущена: все сравнивают то, что подано, и менять её больше нельзя.",
    A.REJECTED: "Заявка отклонена, менять её нельзя.",
    A.APPEALED: "По заявке рассматривают жалобу, менять её нельзя.",
    A.WITHDRAWN: "Заявка отозвана, менять её нельзя.",
    A.WON: "Итоги подведены, менять заявку нельзя.",
    A.LOST: "Итоги подведены, менять заявку нельзя.",
}


def for_filling(work: Work, application_id: object, *, lock: bool = True) -> tuple[Contest, Application, Project]:
    """Return contest, application and project if the actor may fill the application in now; raise the refusal otherwise.

    Locked in the order of ``state/applications.locked``, but the contest only for reading: a hundred applicants save
    their fields at once, and its stage cannot move meanwhile. Whoever writes to the contest (submission takes a number
    there) calls ``locked`` and ``require_fillable`` instead: two of such locks cannot both be raised.
    """
    work.person()
    known = work.get(Application, application_id)
    work.require(is_filler(work, known), "Заполнять заявку могут автор проекта и участники инициативной группы.")
    # By id alone: whoever fills it in sees its contest and project too, whatever else is public of them.
    contests = sa.select(Contest).where(col(Contest.id) == known.contest_id)
    projects = sa.select(Project).where(col(Project.id) == known.project_id)
    if not lock:
        contest = work.session.execute(contests).scalar_one()
        require_fillable(work, contest, known)
        return contest, known, work.session.execute(projects).scalar_one()
    fresh = {"populate_existing": True}
    contest = work.session.execute(contests.with_for_update(read=True), execution_options=fresh).scalar_one()
    applications = sa.select(Application).where(col(Application.id) == known.id)
    application = work.session.execute(applications.with_for_update(), execution_options=fresh).scalar_one()
    project = work.session.execute(projects.with_for_update(), execution_options=fresh).scalar_one()
    require_fillable(work, contest, application)
    return contest, application, project


def is_filler(work: Work, application: Application) -> bool:
    """Whether the actor is one of the application's own people, whatever its status.

    The author of the project, a confirmed member of its group, or an official of the municipality that files; an official
    of the region is not, as the region judges what municipalities file.
    """
    actor = work.actor
    if actor.is_system:
        return True
    if application.municipality_id is not None and application.municipality_id in actor.places_of(Role.OFFICIAL)[1]:
        return True
    if actor.person_id is None:
        return False
    own = sa.select(col(Application.id)).where(
        col(Application.id) == application.id, Application.of_person(actor.person_id)
    )
    return work.session.execute(own).first() is not None


def require_own(work: Work, application: Application) -> None:
    """Raise ``NotFound`` unless the actor is one of the application's own people."""
    work.person()
    if not is_filler(work, application):
        raise NotFound


def may_fill(contest: Contest, application: Application, phases: Iterable[Dated], now: datetime) -> bool:
    """Whether answers and files may change at this moment: a draft, a submitted one while reception lasts, a returned one.

    A draft outlives the reception: what was being typed at its last second is still kept, though not submitted.
    """
    match application.status:
        case A.DRAFT:
            return contest.stage in BEFORE_VOTING
        case A.SUBMITTED:
            return contest.is_accepting(now, phases)
        case A.RETURNED:
            return contest.is_admitting() and application.may_correct(now)
        case _:
            return False


def require_fillable(work: Work, contest: Contest, application: Application) -> None:
    """Raise ``WrongStage`` with the reason unless the application may be changed now."""
    if may_fill(contest, application, phases_of(work.session, contest.id or 0), work.now):
        return
    if contest.stage is ContestStage.CANCELLED:
        raise WrongStage("Конкурс отменён, заполнять заявку в него незачем. Проект остался вашим.")
    if application.status is A.DRAFT:
        raise WrongStage("Приём заявок закончился. Проект остался вашим: его можно подать в другой конкурс.")
    if application.status is A.SUBMITTED:
        raise WrongStage("Приём заявок закончился: менять поданную заявку можно, только если организатор её вернёт.")
    if application.status is A.RETURNED:
        raise WrongStage("Срок исправления вышел. Свяжитесь с организатором: он может вернуть заявку ещё раз.")
    raise WrongStage(_CLOSED[application.status])
