"""Appeals against a rejection: who answers one, and what follows. Not a state."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.core.texts import paragraphs
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, WrongStage
from elka.models.answers import APPEAL_MAX, APPEAL_MIN, Appeal
from elka.models.applications import UNDECIDED, Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.projects import ProjectStage
from elka.state.application_words import tell
from elka.state.assignments import colleagues, groups_of
from elka.state.building import for_office
from elka.state.decisions import Case, cases_of


def open_appeal(work: Work, application: Application) -> Appeal | None:
    """Return the appeal that waits for an answer."""
    return work.session.execute(
        sa.select(Appeal).where(col(Appeal.application_id) == application.id, col(Appeal.decided_at).is_(None))
    ).scalar_one_or_none()


def barred_from_answering(work: Work, contest: Contest, case: Case) -> Refused | None:
    """Return why the actor may not answer the appeal now, None when they may.

    Whoever rejected does not judge their own decision while there is another official of the place who can.
    """
    application = case.application
    if application.status is not ApplicationStatus.APPEALED:
        return WrongStage("Жалобы на решение по этой заявке нет.")
    if case.own:
        return Denied("Это ваш проект: на жалобу отвечает другой сотрудник.")
    if application.decided_by == work.person() and _others(work, contest, application):
        return Denied("Вы отклонили эту заявку. На жалобу отвечает другой сотрудник.")
    return None


def answer(work: Work, application_id: object, form: object) -> bool:
    """Answer an appeal: return whether it was upheld, so that the application waits for a decision again."""
    work.person()
    known = work.get(Application, application_id)
    for_office(work, known.contest_id)
    contest = work.get(Contest, known.contest_id, lock=True)
    found = cases_of(work, contest, [known.id or 0], lock=True)
    if not found:
        raise NotFound
    case, application = found[0], found[0].application
    if (refused := barred_from_answering(work, contest, case)) is not None:
        raise refused
    upheld, text = _read(form)
    appeal = open_appeal(work, application)
    if appeal is None:
        raise WrongStage("На эту жалобу уже ответили. Обновите страницу.")
    (_take_back if upheld else _let_go)(work, contest, case)
    application.answer_appeal(upheld=upheld)
    appeal.decided_by, appeal.decided_at, appeal.upheld, appeal.answer = work.person(), work.now, upheld, text
    work.record(
        "application.appeal_upheld" if upheld else "application.appeal_kept",
        "application",
        application.id,
        contest=contest.id,
        project=case.project.id,
        appeal=appeal.id,
    )
    work.session.flush()
    turn = "appeal_upheld" if upheld else "appeal_kept"
    tell(work, application, contest, case.project.title, turn, answer=text)
    return upheld


def _take_back(work: Work, contest: Contest, case: Case) -> None:
    """Put the project into the contest again, unless it went elsewhere meanwhile."""
    if not contest.is_admitting():
        raise WrongStage("Голосование или работа комиссии уже открыты: вернуть заявку в конкурс нельзя.")
    if not contest.moves_projects:
        return
    if _is_elsewhere(work, case):
        raise WrongStage("Проект за это время подан в другой конкурс. Вернуть заявку можно, если её отзовут оттуда.")
    if case.project.stage is ProjectStage.SUBMITTED:
        return
    if case.project.stage is not ProjectStage.PROJECT:
        raise WrongStage("Проект за это время изменил стадию: вернуть его заявку в конкурс нельзя.")
    case.project.submit(work.now)


def _let_go(work: Work, contest: Contest, case: Case) -> None:
    """Free the project of an application that stays rejected."""
    if contest.moves_projects and case.project.stage is ProjectStage.SUBMITTED and not _is_elsewhere(work, case):
        case.project.return_to_project(work.now)


def _is_elsewhere(work: Work, case: Case) -> bool:
    """Whether the project takes part in another contest now."""
    found = work.session.execute(
        sa.select(col(Application.id))
        .join(Contest, col(Contest.id) == col(Application.contest_id))
        .where(
            col(Application.project_id) == case.project.id,
            col(Application.id) != case.application.id,
            col(Application.status).in_((*UNDECIDED, ApplicationStatus.ADMITTED)),
            col(Contest.stage) != ContestStage.CANCELLED,
        )
        .limit(1)
    )
    return found.first() is not None


def _others(work: Work, contest: Contest, application: Application) -> bool:
    """Whether somebody else of the place could answer: an official who does not stand behind the project."""
    serving = {one.id for one in colleagues(work, contest) if one.serves and not one.is_me}
    behind = groups_of(work, [application.id or 0], serving).get(application.id or 0, set())
    return bool(serving - behind)


def _read(form: object) -> tuple[bool, str]:
    typed = form if isinstance(form, dict) else {}
    wrong: dict[str, str] = {}
    said = typed.get("upheld")
    if said not in ("true", "false"):
        wrong["upheld"] = "Выберите решение по жалобе."
    value = typed.get("answer")
    text = paragraphs(value) if isinstance(value, str) else ""
    if not APPEAL_MIN <= len(text) <= APPEAL_MAX:
        wrong["answer"] = f"Ответьте заявителю: от {APPEAL_MIN} до {APPEAL_MAX} знаков."
    if wrong:
        raise Invalid(wrong)
    return said == "true", text
