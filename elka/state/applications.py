"""An application after it was filed: reading it, correcting what was returned, taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Content
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import NotFound, Refused, WrongStage
from elka.models.applications import UNDECIDED, Application, ApplicationStatus, Revision
from elka.models.contests import Contest
from elka.models.projects import Project
from elka.state.application_content import ChangeRow, ContentRow, change_rows, content_row, freeze, names_of
from elka.state.application_words import STATUSES, CheckRow, tell
from elka.state.base import Events, Flow
from elka.state.eligibility import refiling_checks, require_all
from elka.state.filing import keep_revision, tell_filed
from elka.ui import labels

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class RevisionRow:
    """One submission of an application."""

    number: int
    when: str


@dataclass(frozen=True)
class ApplicationRow:
    """An application as its own people see it."""

    id: int = 0
    number: int = 0
    contest_id: int = 0
    contest: str = ""
    project_id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    next_step: str = ""
    amount: str = ""
    cost: str = ""
    submitted: str = ""
    revision: int = 1
    ground: str = ""
    correct_by: str = ""
    correct_by_iso: str = ""
    now_iso: str = ""
    is_author: bool = False
    may_withdraw: bool = False
    may_correct: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class Opened:
    """All that the page of an application shows."""

    row: ApplicationRow
    content: ContentRow
    revisions: list[RevisionRow]
    checks: list[CheckRow]
    changes: list[ChangeRow]


class ApplicationState(Flow, rx.State):
    """One application, as the people of its project see it."""

    row: ApplicationRow = ApplicationRow()
    content: ContentRow = ContentRow()
    revisions: list[RevisionRow] = []
    checks: list[CheckRow] = []
    changes: list[ChangeRow] = []
    ready: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the application."""
        return await self._load(self._opened, self._part(1), self._query("new") == "1", into=self._show)

    @rx.event
    async def resubmit(self, application_id: int) -> Events:
        """Submit the corrected project anew."""
        return await self._run(
            self._resubmit, application_id, done="Заявка подана снова", then=lambda _: ApplicationState.load
        )

    @rx.event
    async def withdraw(self, application_id: int) -> Events:
        """Take the application back."""
        return await self._run(
            self._withdraw, application_id, done="Заявка отозвана", then=lambda _: ApplicationState.load
        )

    @staticmethod
    def _opened(work: Work, application_id: object, is_new: object = False) -> Opened:
        person_id = work.person()
        application = work.get(Application, application_id)
        _require_own(work, application, person_id)
        contest = work.get(Contest, application.contest_id)
        project = work.get(Project, application.project_id)
        revisions = work.session.execute(
            sa.select(Revision).where(col(Revision.application_id) == application.id).order_by(col(Revision.number))
        ).scalars()
        listed = list(revisions)
        content = Content.model_validate(listed[-1].content)
        may_correct = project.is_author(work.actor) and _correctable(contest, application, work.now)
        checks: list[CheckRow] = []
        changes: list[ChangeRow] = []
        fresh = content
        if may_correct:
            fresh = freeze(work, project)
            checks = refiling_checks(work, contest, project)
        names = names_of(work, [content, fresh], full=False)
        if may_correct:
            changes = change_rows(content, fresh, names)
        return Opened(
            row=_application_row(work, application, contest, project, may_correct=may_correct, is_new=bool(is_new)),
            content=content_row(content, names),
            revisions=[RevisionRow(one.number, labels.date_time(one.submitted_at)) for one in reversed(listed)],
            checks=checks,
            changes=changes,
        )

    @staticmethod
    def _resubmit(work: Work, application_id: object) -> int:
        """Freeze the corrected project as the next revision and return its number."""
        person_id = work.person()
        contest, application, project = locked(work, application_id)
        _require_own(work, application, person_id)
        work.require(project.is_author(work.actor), "Заявку подаёт автор проекта.")
        if application.status is ApplicationStatus.SUBMITTED and application.revision > 1:
            return application.revision  # the same click twice
        if not contest.is_admitting():
            raise WrongStage("Проверка заявок закончилась, подать исправленную уже нельзя.")
        content = freeze(work, project)
        before = work.session.get_one(Revision, (application.id, application.revision))
        application.submit_again(work.now, person_id, cost=content.cost, amount=content.asked_from(contest.purse.value))
        if Content.model_validate(before.content) == content:
            raise Refused("В проекте ничего не изменилось. Исправьте его по замечаниям и подайте снова.")
        require_all(work, contest, project, refiling=True)
        keep_revision(work, application, content)
        work.record(
            "application.resubmitted",
            "application",
            application.id,
            contest=contest.id,
            project=project.id,
            revision=application.revision,
        )
        tell_filed(work, application, contest, project, "resubmitted")
        return application.revision

    @staticmethod
    def _withdraw(work: Work, application_id: object) -> None:
        """Take the application out of the contest; only until voting opens."""
        person_id = work.person()
        contest, application, project = locked(work, application_id)
        _require_own(work, application, person_id)
        work.require(project.is_author(work.actor), "Отозвать заявку может автор проекта.")
        if not contest.is_admitting():
            raise WrongStage("Отозвать заявку можно только до открытия голосования.")
        application.withdraw()
        project.return_to_project(work.now)
        work.record("application.withdrawn", "application", application.id, contest=contest.id, project=project.id)
        tell(work, application, contest, project.title, "withdrawn")

    def _show(self, opened: Opened) -> None:
        self.row, self.content, self.revisions = opened.row, opened.content, opened.revisions
        self.checks, self.changes = opened.checks, opened.changes
        self.ready = bool(opened.checks) and all(check.ok for check in opened.checks) and bool(opened.changes)


def locked(work: Work, application_id: object) -> tuple[Contest, Application, Project]:
    """Return contest, application and project, locked in this order, as every flow of applications does."""
    known = work.get(Application, application_id)
    contest = work.get(Contest, known.contest_id, lock=True)
    application = work.get(Application, application_id, lock=True)
    return contest, application, work.get(Project, known.project_id, lock=True)


def _require_own(work: Work, application: Application, person_id: int) -> None:
    """Raise ``NotFound`` unless the person is the project's author or a confirmed member of its group."""
    own = work.session.execute(
        sa.select(col(Application.id)).where(col(Application.id) == application.id, Application.of_person(person_id))
    ).first()
    if own is None:
        raise NotFound


def _correctable(contest: Contest, application: Application, now: datetime) -> bool:
    return contest.is_admitting() and application.may_correct(now)


def _application_row(
    work: Work, application: Application, contest: Contest, project: Project, *, may_correct: bool, is_new: bool
) -> ApplicationRow:
    status, tone = STATUSES[application.status]
    cancelled = contest.stage is ContestStage.CANCELLED
    if cancelled and application.is_standing:
        status, tone = "Конкурс отменён", "grey"
    author = project.is_author(work.actor)
    decided = application.status in (ApplicationStatus.RETURNED, ApplicationStatus.REJECTED)
    until = application.correct_by if application.status is ApplicationStatus.RETURNED else None
    return ApplicationRow(
        id=application.id or 0,
        number=application.number,
        contest_id=contest.id or 0,
        contest=labels.typographer(contest.title),
        project_id=project.id or 0,
        title=labels.typographer(project.title),
        status=status,
        tone=tone,
        next_step=labels.typographer(_next_step(contest, application, work.now)),
        amount=labels.money(application.amount),
        cost=labels.money(application.cost),
        submitted=labels.date_time(application.submitted_at),
        revision=application.revision,
        ground=application.ground or "" if decided else "",
        correct_by=labels.left(until, work.now) if until else "",
        correct_by_iso=until.isoformat() if until else "",
        now_iso=work.now.isoformat(),
        is_author=author,
        may_withdraw=author
        and contest.is_admitting()
        and application.status in (*UNDECIDED, ApplicationStatus.ADMITTED),
        may_correct=may_correct,
        is_new=is_new and application.status is ApplicationStatus.SUBMITTED,
    )


def _next_step(contest: Contest, application: Application, now: datetime) -> str:
    """Say what comes next for the applicant."""
    if contest.stage is ContestStage.CANCELLED:
        return f"Организатор отменил конкурс: {contest.cancel_reason} Проект снова можно править и подавать."
    texts = {
        ApplicationStatus.SUBMITTED: "Организатор проверит заявку и напишет вам на почту. Отозвать её можно до открытия голосования.",
        ApplicationStatus.RETURNED: "Исправьте проект по замечаниям и подайте заявку снова: организатор увидит, что изменилось."
        if application.may_correct(now)
        else "Срок исправления вышел. Организатор может дать новый: свяжитесь с ним.",
        ApplicationStatus.ADMITTED: "Проект будет в бюллетене. Расскажите о нём соседям."
        if contest.is_admitting()
        else "Проект стоит в бюллетене, решают жители.",
        ApplicationStatus.REJECTED: "Проект остался вашим: его можно доработать и подать в другой конкурс.",
        ApplicationStatus.WITHDRAWN: "Проект снова можно править и подавать в конкурсы.",
        ApplicationStatus.WON: "Поздравляем! Проект получил поддержку и стоит в реестре.",
        ApplicationStatus.LOST: "В этот раз не вышло. Почему — в итогах конкурса; проект можно доработать и подать снова.",
    }
    return texts[application.status]
