"""Admission: the official's list of applications, reading one, and the decision with its reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.content import Content
from elka.core.lifecycle import Dated, judging
from elka.db import Work
from elka.errors import Denied, Refused, WrongStage
from elka.models import contest_fields
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contests import Contest, phases_of
from elka.models.people import Person
from elka.models.projects import Project
from elka.state.application_content import ChangeRow, ContentRow, change_rows, content_row, names_of
from elka.state.application_words import STATUSES, tell
from elka.state.applications import RevisionRow, locked
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.state.contest_words import judging_begins
from elka.state.submission import release, stand_as_submitted
from elka.ui import labels

A = ApplicationStatus
CORRECTION = timedelta(days=5)  # suggested to applicants


@dataclass(frozen=True)
class ReviewRow:
    """An application as an official reads it."""

    id: int = 0
    number: int = 0
    contest_id: int = 0
    contest: str = ""
    project_id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    applicant: str = ""
    submitted: str = ""
    revision: int = 1
    amount: str = ""
    cost: str = ""
    share: str = ""
    share_limit: str = ""
    group: str = ""
    group_limit: str = ""
    ground: str = ""
    decided: str = ""
    correct_by: str = ""
    may_decide: bool = False
    may_return: bool = False
    conflict: bool = False
    until: str = ""
    place_in_line: str = ""
    previous_href: str = ""
    next_href: str = ""


@dataclass(frozen=True)
class Review:
    """All that the page of reading shows."""

    row: ReviewRow
    content: ContentRow
    changes: list[ChangeRow]
    revisions: list[RevisionRow]


class AdmissionState(Flow, rx.State):
    """Reading one application and deciding on it."""

    row: ReviewRow = ReviewRow()
    content: ContentRow = ContentRow()
    changes: list[ChangeRow] = []
    revisions: list[RevisionRow] = []

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the application whose id is in the address."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.row.id):
            self.row, self.status = ReviewRow(), "loading"
            yield
        yield await self._load(self._review, asked, into=self._show)

    @rx.event
    async def admit(self) -> Events:
        """Let it into the vote and go on to the next one."""
        return await self._run(self._admit, self.row.id, done=f"Заявка № {self.row.number} допущена", then=self._go_on)

    @rx.event
    async def send_back(self, form: dict[str, Any]) -> Events:
        """Return it with remarks and a term."""
        done = f"Заявка № {self.row.number} возвращена с замечаниями"
        return await self._run(self._send_back, self.row.id, form, done=done, then=self._go_on)

    @rx.event
    async def reject(self, form: dict[str, Any]) -> Events:
        """Refuse it for a ground."""
        done = f"Заявка № {self.row.number} отклонена"
        return await self._run(self._reject, self.row.id, form, done=done, then=self._go_on)

    @staticmethod
    def _review(work: Work, application_id: object) -> Review:
        contest, application = _readable(work, application_id)
        project = work.session.get_one(Project, application.project_id)
        revisions = list(
            work.session.execute(
                sa.select(Revision).where(col(Revision.application_id) == application.id).order_by(col(Revision.number))
            ).scalars()
        )
        contents = [Content.model_validate(one.content) for one in revisions]
        names = names_of(work, contents[-2:], full=True)
        return Review(
            row=_row(work, contest, application, project, contents[-1]),
            content=content_row(contents[-1], names),
            changes=change_rows(contents[-2], contents[-1], names) if len(contents) > 1 else [],
            revisions=[RevisionRow(one.number, labels.date_time(one.submitted_at)) for one in reversed(revisions)],
        )

    @staticmethod
    def _admit(work: Work, application_id: object) -> int | None:
        """Admit, and return the next application that waits."""
        contest, application, project = _decidable(work, application_id)
        if application.status is A.ADMITTED:
            return _next_waiting(work, application)  # the same click twice
        application.admit(now=work.now, by=work.person())
        stand_as_submitted(work, contest, application, project)
        _journal(work, application, "admitted")
        judged = _judged_next(work, contest)
        when = judging_begins(judged, work.now) if judged else ""
        tell(work, application, contest, project.title, "admitted", voting=when)
        return _next_waiting(work, application)

    @staticmethod
    def _send_back(work: Work, application_id: object, form: object) -> int | None:
        """Return with remarks and a term, and return the next application that waits."""
        contest, application, project = _decidable(work, application_id)
        typed = form if isinstance(form, dict) else {}
        until = contest_fields.read_moment("until", typed.get("until"))
        judged = _judged_next(work, contest)
        if judged is not None and until > judged.opens_at:
            begins = judging_begins(judged, work.now).rstrip(".")
            raise Refused(f"{begins}: дайте срок раньше или продлите проверку.", field="until")
        ground = _text(typed, "remarks")
        try:
            application.return_for_correction(ground, now=work.now, by=work.person(), until=until)
        except Refused as refused:
            raise _at(refused, "remarks") from refused
        _journal(work, application, "returned")
        due = labels.deadline(until)
        tell(work, application, contest, project.title, "returned", ground=application.ground or "", until=due)
        return _next_waiting(work, application)

    @staticmethod
    def _reject(work: Work, application_id: object, form: object) -> int | None:
        """Reject with a ground, free the project, and return the next application that waits."""
        contest, application, project = _decidable(work, application_id)
        typed = form if isinstance(form, dict) else {}
        application.reject(_text(typed, "ground"), now=work.now, by=work.person())
        release(work, contest, project)
        _journal(work, application, "rejected")
        tell(work, application, contest, project.title, "rejected", ground=application.ground or "")
        return _next_waiting(work, application)

    def _go_on(self, following: int | None) -> Events:
        """Close the dialogs and open the next application, or the list when none waits."""
        close = rx.call_script("elka.close('send-back'); elka.close('reject')")
        if following is None:
            return [close, rx.redirect(f"/office/contests/{self.row.contest_id}/applications")]
        return [close, rx.redirect(f"/office/applications/{following}")]

    def _show(self, review: Review) -> None:
        self.row, self.content = review.row, review.content
        self.changes, self.revisions = review.changes, review.revisions


def _readable(work: Work, application_id: object) -> tuple[Contest, Application]:
    """Return contest and application if the actor is an official of the contest's place."""
    work.person()
    application = work.get(Application, application_id)
    contest = for_office(work, application.contest_id)
    return contest, application


def _decidable(work: Work, application_id: object) -> tuple[Contest, Application, Project]:
    """Return contest, application and project, locked, if the actor may decide on it now."""
    _readable(work, application_id)
    contest, application, project = locked(work, application_id)
    if not contest.is_admitting():
        raise WrongStage("Решения по заявкам принимают до открытия голосования.")
    if _is_own(work, application):
        raise Denied("Это ваш проект: решение по нему принимает другой сотрудник.")
    return contest, application, project


def _is_own(work: Work, application: Application) -> bool:
    """Whether the actor is the author or in the group: nobody decides on their own project."""
    own = sa.select(col(Application.id)).where(
        col(Application.id) == application.id, Application.of_person(work.person())
    )
    return work.session.execute(own).first() is not None


def _next_waiting(work: Work, after: Application) -> int | None:
    """Return the next application of the contest that waits: by number, from this one round to it."""
    work.session.flush()
    return work.session.execute(
        sa.select(col(Application.id))
        .where(
            col(Application.contest_id) == after.contest_id,
            col(Application.status) == A.SUBMITTED,
            col(Application.id) != after.id,
        )
        .order_by(col(Application.number) < after.number, col(Application.number))
        .limit(1)
    ).scalar_one_or_none()


def _journal(work: Work, application: Application, turn: str) -> None:
    work.record(
        f"application.{turn}",
        "application",
        application.id,
        contest=application.contest_id,
        project=application.project_id,
        revision=application.revision,
    )


def _text(typed: dict[str, Any], field: str) -> str:
    value = typed.get(field)
    if not isinstance(value, str) or not value.strip():
        raise Refused("Напишите заявителю, что не так и что сделать.", field=field)
    return value


def _at(refused: Refused, field: str) -> Refused:
    """Put what the model says of the ground at the field of this form."""
    if "ground" not in refused.fields:
        return refused
    return Refused(refused.message, field=field)


def _row(work: Work, contest: Contest, application: Application, project: Project, content: Content) -> ReviewRow:
    applicant = work.session.get_one(Person, application.submitted_by)
    status, tone = STATUSES[application.status]
    if application.status is A.RETURNED:
        status = "На исправлении"
    decided = labels.date_time(application.decided_at) if application.decided_at else ""
    own = _is_own(work, application)
    may = contest.is_admitting() and not own
    earlier, later, place = _neighbours(work, application)
    return ReviewRow(
        id=application.id or 0,
        number=application.number,
        contest_id=contest.id or 0,
        contest=labels.typographer(contest.title),
        project_id=project.id or 0,
        title=labels.typographer(content.title),
        status=status,
        tone=tone,
        applicant=applicant.full_name or applicant.name,
        submitted=labels.date_time(application.submitted_at),
        revision=application.revision,
        amount=labels.money(application.amount),
        cost=labels.money(application.cost),
        share=labels.share(application.amount, application.cost),
        share_limit=f"до {contest.max_share} %",
        group=labels.plural(len(content.group), "человек", "человека", "человек"),
        group_limit=f"от {contest.group_min}" if contest.group_min > 1 else "не обязательна",
        ground=application.ground or "",
        decided=decided,
        correct_by=labels.deadline(application.correct_by) if application.correct_by else "",
        may_decide=may and application.status in (A.SUBMITTED, A.RETURNED),
        may_return=may and application.status in (A.SUBMITTED, A.RETURNED),
        conflict=own,
        until=contest_fields.local_input(_suggested_term(work, contest)),
        place_in_line=place,
        previous_href=f"/office/applications/{earlier}" if earlier else "",
        next_href=f"/office/applications/{later}" if later else "",
    )


def _suggested_term(work: Work, contest: Contest) -> datetime:
    judged = _judged_next(work, contest)
    term = work.now + CORRECTION
    return term if judged is None else min(judged.opens_at, term)


def _judged_next(work: Work, contest: Contest) -> Dated | None:
    """Return the vote, or the commission, that is still ahead: by then every application needs a decision."""
    first = next(iter(judging(phases_of(work.session, contest.id or 0))), None)
    return first if first is not None and first.opens_at > work.now else None


def _neighbours(work: Work, application: Application) -> tuple[int | None, int | None, str]:
    """Return the applications before and after by number, and the place: «12 из 40»."""
    same = col(Application.contest_id) == application.contest_id
    by_number = col(Application.number)
    earlier = sa.select(col(Application.id)).where(same, by_number < application.number).order_by(by_number.desc())
    later = sa.select(col(Application.id)).where(same, by_number > application.number).order_by(by_number)
    before, everything = work.session.execute(
        sa.select(sa.func.count().filter(by_number <= application.number), sa.func.count()).where(same)
    ).one()
    return (
        work.session.execute(earlier.limit(1)).scalar_one_or_none(),
        work.session.execute(later.limit(1)).scalar_one_or_none(),
        f"{labels.number(before)} из {labels.number(everything)}",
    )
