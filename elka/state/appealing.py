"""An appeal of an applicant against a rejection: until when, and that the project is held again. Not a state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from elka.core.texts import paragraphs
from elka.db import Work
from elka.errors import Refused, WrongStage
from elka.models.answers import APPEAL_MAX, APPEAL_MIN, Appeal
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.projects import Project, ProjectStage
from elka.state.application_words import tell
from elka.state.submission import may_submit
from elka.ui import labels

A = ApplicationStatus


@dataclass(frozen=True)
class AppealRow:
    """An appeal and its answer, if there is one. ``tone``: of the outcome."""

    text: str
    filed: str
    answer: str
    decided: str
    outcome: str
    tone: str


def may_appeal(work: Work, contest: Contest, application: Application, project: Project) -> bool:
    """Whether the actor may object now: to a rejection, in time, while the contest can still take the application back."""
    return (
        contest.is_admitting()
        and application.may_appeal(work.now, contest.appeal_days)
        and may_submit(work, application, project)
        and not _answered(work, application)
    )


def until(contest: Contest, application: Application) -> str:
    """Say until when a rejection may be appealed against; "" when it may not."""
    if application.status is not A.REJECTED or application.decided_at is None or not contest.appeal_days:
        return ""
    return labels.deadline(application.decided_at + timedelta(days=contest.appeal_days))


def appeal(work: Work, contest: Contest, application: Application, project: Project, text: object) -> None:
    """Object to a rejection. All three rows are locked; the project goes back into the contest until the answer."""
    work.require(may_submit(work, application, project), "Обжаловать решение может тот, кто подавал заявку.")
    if application.status is not A.REJECTED:
        raise WrongStage("Обжалуют отказ, а эта заявка сейчас в другом состоянии. Обновите страницу.")
    words = paragraphs(text) if isinstance(text, str) else ""
    if not APPEAL_MIN <= len(words) <= APPEAL_MAX:
        raise Refused(
            f"Напишите, с чем вы не согласны и почему: от {APPEAL_MIN} до {labels.number(APPEAL_MAX)} знаков.",
            field="appeal",
        )
    if not contest.is_admitting():
        raise WrongStage("Проверка заявок закончилась, вернуть заявку в конкурс уже нельзя.")
    if not contest.appeal_days:
        raise WrongStage("По правилам этого конкурса решения не обжалуют.")
    if _answered(work, application):
        raise WrongStage("На вашу жалобу уже ответили: решение осталось прежним.")
    _require_free(work, contest, application, project)
    application.appeal(work.now, contest.appeal_days)
    if contest.moves_projects:
        project.submit(work.now)
    work.session.add(Appeal(application_id=application.id or 0, text=words, filed_by=work.person(), filed_at=work.now))
    work.record("application.appealed", "application", application.id, contest=contest.id, project=project.id)
    work.session.flush()
    tell(work, application, contest, project.title, "appealed")


def appeal_rows(work: Work, application: Application) -> list[AppealRow]:
    """Return the appeals of an application with their answers, newest first."""
    found = work.session.execute(
        sa.select(Appeal).where(col(Appeal.application_id) == application.id).order_by(col(Appeal.id).desc())
    ).scalars()
    outcomes = {None: ("Ждёт ответа", "amber"), True: ("Удовлетворена", "green"), False: ("Отклонена", "red")}
    return [
        AppealRow(
            text=labels.typographer(one.text),
            filed=labels.date_time(one.filed_at),
            answer=labels.typographer(one.answer or ""),
            decided=labels.date_time(one.decided_at) if one.decided_at else "",
            outcome=outcomes[one.upheld][0],
            tone=outcomes[one.upheld][1],
        )
        for one in found
    ]


def _answered(work: Work, application: Application) -> bool:
    """Whether this very rejection was appealed against already: an answer is final."""
    since = application.decided_at
    if application.status is not A.REJECTED or since is None:
        return False
    found = sa.exists().where(col(Appeal.application_id) == application.id, col(Appeal.filed_at) >= since)
    return bool(work.session.execute(sa.select(found)).scalar_one())


def _require_free(work: Work, contest: Contest, application: Application, project: Project) -> None:
    """Refuse with the reason when the project cannot stand in the contest again."""
    again = work.session.execute(
        sa.select(col(Application.number)).where(
            col(Application.contest_id) == contest.id,
            col(Application.project_id) == project.id,
            col(Application.id) != application.id,
            col(Application.status).not_in((A.WITHDRAWN, A.REJECTED)),
        )
    ).first()
    if again is not None:
        what = f"подали заявку № {again[0]}" if again[0] else "начали новую заявку"
        raise Refused(f"Вы уже {what} с этим проектом. Удалите черновик или отзовите её, чтобы обжаловать отказ.")
    if contest.moves_projects and project.stage is ProjectStage.SUBMITTED:
        raise Refused("Проект уже подан в другой конкурс. Отзовите заявку оттуда, чтобы обжаловать отказ.")
    if contest.moves_projects and project.stage is not ProjectStage.PROJECT:
        raise Refused("Проект сейчас не готов к подаче: верните его из архива или из идей, чтобы обжаловать отказ.")
