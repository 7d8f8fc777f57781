"""An application after it was submitted: reading it, submitting anew, taking it back, objecting to a rejection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Content
from elka.core.lifecycle import ContestStage, PhaseKind, judging
from elka.db import Work
from elka.errors import WrongStage
from elka.models.applications import UNDECIDED, Application, ApplicationStatus, Revision
from elka.models.contests import Contest, phases_of
from elka.models.projects import Project
from elka.state import appealing, applicants, submission
from elka.state.answer_rows import AnswerRow, all_changes, answer_rows
from elka.state.appealing import AppealRow, appeal_rows
from elka.state.application_content import ChangeRow, ContentRow, content_row, names_of
from elka.state.application_rights import may_fill, require_own
from elka.state.application_words import STATUSES, tell
from elka.state.base import Events, Flow
from elka.state.contest_words import judging_begins
from elka.state.exclusive_groups import leave
from elka.state.exclusive_rows import GroupRow, groups_beside
from elka.state.fill_rows import remarks_of
from elka.state.forms import frozen_content, spec_of
from elka.ui import labels

A = ApplicationStatus


@dataclass(frozen=True)
class RevisionRow:
    """One submission of an application, with what it changed in the one before."""

    number: int
    when: str
    changes: tuple[ChangeRow, ...] = ()


@dataclass(frozen=True)
class RemarkRow:
    """What the office asks to mend, and the way to it in the form. ``label`` "": it is about the whole."""

    label: str
    text: str
    href: str


@dataclass(frozen=True)
class ApplicationRow:
    """An application as its own people see it. ``sent``: in full, to the second."""

    id: int = 0
    number: str = ""
    contest_id: int = 0
    contest: str = ""
    project_id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    next_step: str = ""
    applicant: str = ""
    category: str = ""
    amount: str = ""
    cost: str = ""
    submitted: str = ""
    revision: int = 1
    is_rejected: bool = False
    ground: str = ""
    correct_by: str = ""
    correct_by_iso: str = ""
    now_iso: str = ""
    is_author: bool = False
    may_withdraw: bool = False
    may_change: bool = False
    may_appeal: bool = False
    appeal_by: str = ""
    is_new: bool = False
    fill_href: str = ""
    print_href: str = ""


@dataclass(frozen=True)
class Opened:
    """All that the page of an application shows; ``draft``: it was not submitted yet, the form is the page to see."""

    row: ApplicationRow
    content: ContentRow
    answers: list[AnswerRow]
    revisions: list[RevisionRow]
    changes: list[ChangeRow]
    remarks: list[RemarkRow]
    appeals: list[AppealRow]
    groups: list[GroupRow]
    draft: int = 0


class ApplicationState(Flow, rx.State):
    """One application, as the people of its project see it."""

    row: ApplicationRow = ApplicationRow()
    content: ContentRow = ContentRow()
    answers: list[AnswerRow] = []
    revisions: list[RevisionRow] = []
    changes: list[ChangeRow] = []
    remarks: list[RemarkRow] = []
    appeals: list[AppealRow] = []
    groups: list[GroupRow] = []

    @rx.event
    async def load(self) -> Events:
        """Show the application."""
        return await self._load(self._opened, self._part(1), self._query("new") == "1", into=self._show)

    @rx.event
    async def resubmit(self, application_id: int) -> Events:
        """Submit what was changed anew."""
        return await self._run(
            self._resubmit, application_id, done="Заявка подана снова", then=lambda _: ApplicationState.load
        )

    @rx.event
    async def withdraw(self, application_id: int) -> Events:
        """Take the application back."""
        return await self._run(
            self._withdraw, application_id, done="Заявка отозвана", then=lambda _: ApplicationState.load
        )

    @rx.event
    async def appeal(self, form: dict[str, Any]) -> Events:
        """Object to the rejection."""
        text = form.get("appeal") if isinstance(form, dict) else None
        return await self._run(
            self._appeal,
            self.row.id,
            text,
            done="Жалоба подана",
            then=lambda _: [rx.call_script("window.elka?.forget?.('appeal-form')"), ApplicationState.load],
        )

    @staticmethod
    def _opened(work: Work, application_id: object, is_new: object = False) -> Opened:
        work.person()
        application = work.get(Application, application_id)
        require_own(work, application)
        if application.status is A.DRAFT:
            return _of_draft(application)
        contest = work.session.get_one(Contest, application.contest_id)
        project = work.session.get_one(Project, application.project_id)
        listed = [
            (one, Content.model_validate(one.content))
            for one in work.session.execute(
                sa.select(Revision).where(col(Revision.application_id) == application.id).order_by(col(Revision.number))
            ).scalars()
        ]
        may_change = may_fill(contest, application, phases_of(work.session, contest.id or 0), work.now)
        fresh = frozen_content(work, contest, application, project) if may_change else listed[-1][1]
        names = names_of(work, [*(content for _, content in listed), fresh], full=False)
        spec = spec_of(work.session, contest)
        content = listed[-1][1]
        return Opened(
            row=_application_row(work, application, contest, project, may_change=may_change, is_new=bool(is_new)),
            content=content_row(content, names),
            answers=answer_rows(spec, content.answers, names),
            revisions=[
                RevisionRow(
                    one.number,
                    labels.date_time(one.submitted_at),
                    tuple(all_changes(spec, listed[place - 1][1], content, names)) if place else (),
                )
                for place, (one, content) in reversed(list(enumerate(listed)))
            ],
            changes=all_changes(spec, content, fresh, names) if may_change else [],
            remarks=_remarks(work, contest, application),
            appeals=appeal_rows(work, application),
            groups=[] if contest.published_at is not None else groups_beside(work, contest, application.id or 0),
        )

    @staticmethod
    def _resubmit(work: Work, application_id: object) -> int:
        """Freeze what was changed as the next revision and return its number."""
        known = work.get(Application, application_id)
        require_own(work, known)
        if known.status is A.DRAFT:
            raise WrongStage("Эта заявка ещё не подана: проверьте её и подайте в форме.")
        return submission.submit(work, application_id)

    @staticmethod
    def _withdraw(work: Work, application_id: object) -> None:
        """Take the application out of the contest; only until voting opens."""
        work.person()
        contest, application, project = locked(work, application_id)
        require_own(work, application)
        work.require(submission.may_submit(work, application, project), "Отозвать заявку может тот, кто её подал.")
        if application.status is A.DRAFT:
            raise WrongStage("Черновик не подавали, отзывать нечего. Его можно удалить в форме заявки.")
        if not contest.is_admitting():
            raise WrongStage("Отозвать заявку можно только до открытия голосования.")
        application.withdraw()
        submission.release(work, contest, project)
        leave(work, contest, [application.id or 0])
        work.record("application.withdrawn", "application", application.id, contest=contest.id, project=project.id)
        tell(work, application, contest, project.title, "withdrawn")

    @staticmethod
    def _appeal(work: Work, application_id: object, text: object) -> None:
        """Object to the rejection of an application."""
        work.person()
        contest, application, project = locked(work, application_id)
        require_own(work, application)
        appealing.appeal(work, contest, application, project, text)

    def _show(self, opened: Opened) -> Events:
        if opened.draft:
            return rx.redirect(f"/applications/{opened.draft}/fill", replace=True)
        self.row, self.content, self.answers = opened.row, opened.content, opened.answers
        self.revisions, self.changes = opened.revisions, opened.changes
        self.remarks, self.appeals, self.groups = opened.remarks, opened.appeals, opened.groups
        self.errors = {}
        return (
            rx.call_script("setTimeout(() => window.elka?.draft?.('appeal-form'), 120)")
            if opened.row.may_appeal
            else None
        )


def locked(work: Work, application_id: object) -> tuple[Contest, Application, Project]:
    """Return contest, application and project, locked in this order, as every flow of applications does."""
    known = work.get(Application, application_id)
    contest = work.get(Contest, known.contest_id, lock=True)
    application = work.get(Application, application_id, lock=True)
    return contest, application, work.get(Project, known.project_id, lock=True)


def _of_draft(application: Application) -> Opened:
    return Opened(ApplicationRow(), ContentRow(), [], [], [], [], [], [], draft=application.id or 0)


def _remarks(work: Work, contest: Contest, application: Application) -> list[RemarkRow]:
    """Return what the office asks to mend, in the order of the form, what is about the whole first."""
    found = remarks_of(work, application)
    spec = spec_of(work.session, contest)
    form = f"/applications/{application.id}/fill"
    asked = applicants.fields(work, contest, tuple(key for key in found if key in applicants.ASKED))
    names = {key: field.label for key, field in spec.by_key.items()} | {
        key: one.label for key, (one, _) in asked.items()
    }
    order = ["", *names]
    return [
        RemarkRow(labels.typographer(names.get(key, "")), text, f"{form}#at-{key}" if key else form)
        for key, text in sorted(found.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    ]


def _application_row(
    work: Work, application: Application, contest: Contest, project: Project, *, may_change: bool, is_new: bool
) -> ApplicationRow:
    status, tone = STATUSES[application.status]
    if contest.stage is ContestStage.CANCELLED and application.is_standing:
        status, tone = "Конкурс отменён", "grey"
    author = submission.may_submit(work, application, project)
    decided = application.status in (A.RETURNED, A.REJECTED, A.APPEALED)
    until = application.correct_by if application.status is A.RETURNED else None
    return ApplicationRow(
        id=application.id or 0,
        number=f"№{labels.NBSP}{application.number}",
        contest_id=contest.id or 0,
        contest=labels.typographer(contest.title),
        project_id=project.id or 0,
        title=labels.typographer(project.title),
        status=status,
        tone=tone,
        next_step=labels.typographer(_next_step(work, contest, application)),
        applicant=applicants.told(work, application),
        category=labels.typographer(applicants.category_name(work, application)),
        amount=labels.money(application.amount),
        cost=labels.money(application.cost),
        submitted=f"{labels.date(application.submitted_at)}, {labels.local(application.submitted_at):%H:%M:%S}",
        revision=application.revision,
        is_rejected=application.status in (A.REJECTED, A.APPEALED),
        ground=application.ground or "" if decided else "",
        correct_by=labels.left(until, work.now) if until else "",
        correct_by_iso=until.isoformat() if until else "",
        now_iso=work.now.isoformat(),
        is_author=author,
        may_withdraw=author and contest.is_admitting() and application.status in (*UNDECIDED, A.ADMITTED),
        may_change=may_change,
        may_appeal=appealing.may_appeal(work, contest, application, project),
        appeal_by=appealing.until(contest, application),
        is_new=is_new and application.status is A.SUBMITTED,
        fill_href=f"/applications/{application.id}/fill",
        print_href=f"/applications/{application.id}.pdf",
    )


def _next_step(work: Work, contest: Contest, application: Application) -> str:
    """Say what comes next for the applicant."""
    if contest.stage is ContestStage.CANCELLED:
        return f"Организатор отменил конкурс: {contest.cancel_reason} Проект снова можно править и подавать."
    accepting = contest.is_accepting(work.now, phases_of(work.session, contest.id or 0))
    texts = {
        A.SUBMITTED: "Организатор проверит заявку и напишет вам. "
        + (
            "Пока идёт приём, заявку можно править и подавать снова."
            if accepting
            else "Отозвать её можно до открытия голосования."
        ),
        A.RETURNED: "Исправьте заявку по замечаниям и подайте снова: организатор увидит, что изменилось."
        if application.may_correct(work.now)
        else "Срок исправления вышел. Организатор может дать новый: свяжитесь с ним.",
        A.ADMITTED: _while_judged(work, contest),
        A.REJECTED: "Проект остался вашим: его можно доработать и подать в другой конкурс.",
        A.APPEALED: "Организатор ответит на жалобу. До ответа проект стоит в конкурсе, и подать его в другой нельзя.",
        A.WITHDRAWN: "Проект снова можно править и подавать в конкурсы.",
        A.WON: "Поздравляем! Проект получил поддержку и стоит в реестре."
        if contest.moves_projects
        else "Поздравляем! Проект победил.",
        A.LOST: "В этот раз не вышло. Почему — в итогах конкурса; проект можно доработать и подать снова.",
    }
    return texts[application.status]


def _while_judged(work: Work, contest: Contest) -> str:
    """Say what comes next for an admitted application: it waits to be judged, or is being judged now."""
    if contest.is_admitting():
        first = next(iter(judging(phases_of(work.session, contest.id or 0))), None)
        ask = " Расскажите о проекте соседям." if first and first.kind is PhaseKind.VOTING else ""
        return f"Проект допущен. {judging_begins(first, work.now)}{ask}"
    return {
        ContestStage.VOTING: "Проект стоит в бюллетене, решают жители.",
        ContestStage.EXPERT: "Проект оценивает комиссия.",
    }.get(contest.stage, "Организатор подводит итоги.")
