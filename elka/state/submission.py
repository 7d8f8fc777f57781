"""Submitting an application: everything that is wrong with it at once, its number, its revision. Not a state.

**The moment.** Whether an application is in time is decided by ``work.now``: the moment at which the request came in,
to the microsecond. Waiting for a thread, for a lock or for its turn in the numbering makes nobody late, and lets nobody in
who came late: the clock may already have closed the reception when a timely application gets its number.

**The number** is the next one of its contest, without gaps. Those who submit do not lock the contest for writing, which
would make a queue of all that they do: they share its row, so that its stage stands still, and only the last step, from
the number to the commit, is done one by one, under a lock of its own (``NUMBERING``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.content import Content
from elka.core.formspec import FormSpec, check
from elka.core.lifecycle import PhaseKind, by_kind
from elka.db import Work
from elka.errors import Invalid, Refused
from elka.models import project_fields
from elka.models.applications import Application, ApplicationStatus, Revision
from elka.models.contest_parts import CategoryBasis, categories_of, category_for
from elka.models.contests import ApplicantKind, Contest, NotAccepting, phases_of
from elka.models.notices import NoticeKind
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project, ProjectStage
from elka.state import applicants
from elka.state.application_content import freeze
from elka.state.application_rights import for_filling
from elka.state.application_words import tell
from elka.state.eligibility import troubles_of
from elka.state.forms import frozen_content, spec_of, values_of
from elka.state.notices import notify
from elka.ui import labels

A = ApplicationStatus
# Families of advisory locks; 7235111 is that of casting votes (models/votes.py).
NUMBERING = 7235112
BEGINNING = 7235113


@dataclass(frozen=True)
class Whole:
    """An application as it stands now: its template, its answers, and everything that is wrong, by the field's key.

    The key "" is for what no field of the form can mend.
    """

    spec: FormSpec
    values: dict[str, Any]
    wrong: dict[str, str]


def submit(work: Work, application_id: object) -> int:
    """Submit a draft, or submit anew while that is allowed; return the revision. The same click twice changes nothing."""
    contest, application, project = for_filling(work, application_id)
    work.require(may_submit(work, application, project), _whose(application))
    first = application.status is A.DRAFT
    if first:
        _require_reception(work, contest)
    whole = whole_of(work, contest, application, project)
    content = frozen_content(work, contest, application, project)
    if not first and _stands(work, application) == content:
        if application.status is A.SUBMITTED:
            return application.revision
        raise Refused("В заявке ничего не изменилось. Исправьте её по замечаниям и подайте снова.")
    if whole.wrong:
        raise Invalid(whole.wrong)
    amount = content.asked_from(contest.purse.value)
    by = work.person()
    if first:
        _decide_category(work, contest, application, project)
        _enter(work, contest, project)
        work.session.flush()
        application.submit(work.now, by, number=_next_number(work, contest), cost=content.cost, amount=amount)
    else:
        _decide_category(work, contest, application, project)
        application.submit_again(work.now, by, cost=content.cost, amount=amount)
    work.session.flush()
    keep_revision(work, application, content)
    _journal(work, contest, application, project, first=first)
    _receipt(work, contest, application, project, first=first)
    return application.revision


def whole_of(work: Work, contest: Contest, application: Application, project: Project) -> Whole:
    """Return an application with everything that is wrong with it: in its answers, and by the rules of the contest."""
    spec = spec_of(work.session, contest)
    values = values_of(work.session, spec, application, project)
    wrong = applicants.check(applicants.written(application), applicants.asked(contest, application))
    closed = closed_parts(contest, spec)
    wrong |= {key: text for key, text in check(spec, values).items() if key not in closed}
    for key, text in troubles_of(work, contest, spec, application, project).items():
        wrong.setdefault(key, text)
    if trouble := _no_category(work, contest, project):
        part = "direction" if contest.category_basis is CategoryBasis.DIRECTION else "settlement"
        wrong.setdefault(next((field.key for field in spec.fields if field.of_project == part), ""), trouble)
    return Whole(spec, values, wrong)


def closed_parts(contest: Contest, spec: FormSpec) -> frozenset[str]:
    """Return the keys of the fields that cannot be changed here: a realised project is taken as the registry has it."""
    if contest.moves_projects:
        return frozenset()
    return frozenset(field.key for field in spec.fields if field.of_project is not None)


def may_submit(work: Work, application: Application, project: Project) -> bool:
    """Whether the actor is the one who submits: the author, or an official of the municipality that files."""
    if application.applicant is ApplicantKind.MUNICIPALITY:
        return application.municipality_id in work.actor.places_of(Role.OFFICIAL)[1]
    return project.is_author(work.actor)


def keep_revision(work: Work, application: Application, content: Content) -> None:
    """Keep what was submitted, for good."""
    work.session.add(
        Revision(
            application_id=application.id or 0,
            number=application.revision,
            content=content.dump(),
            submitted_by=application.submitted_by,
            submitted_at=work.now,
        )
    )
    work.session.flush()


def release(work: Work, contest: Contest, project: Project) -> None:
    """Set a project free that leaves the contest; a realised one stays where it is."""
    if contest.moves_projects and project.stage is ProjectStage.SUBMITTED:
        project.return_to_project(work.now)


def stand_as_submitted(work: Work, contest: Contest, application: Application, project: Project) -> None:
    """Bring the project back to what was submitted last: what was changed since and not submitted does not stand.

    To be called when an application is admitted, its rows locked. The group and the photos are people's own affair.
    """
    content = _stands(work, application)
    if not contest.moves_projects or freeze(work, project) == content.model_copy(update={"template": 1, "answers": {}}):
        return
    settlement = (
        work.session.execute(
            sa.select(col(Settlement.id))
            .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
            .where(col(Settlement.name) == content.settlement, col(Municipality.name) == content.municipality)
            .order_by(col(Settlement.id) != project.settlement_id)  # of two of one name the one it has
        )
        .scalars()
        .first()
    )
    direction = (
        work.session.execute(sa.select(col(Direction.id)).where(col(Direction.name) == content.direction))
        .scalars()
        .first()
    )
    for name in ("title", "summary", "problem", "outcome", "address", "starts_on", "ends_on"):
        setattr(project, name, getattr(content, name))
    project.settlement_id, project.direction_id = settlement or project.settlement_id, direction or project.direction_id
    project_fields.write_budget(work.session, project, [line.model_dump() for line in content.budget])
    project.touch(work.now)


def hold(work: Work, family: int, key: int) -> None:
    """Wait for one's turn until the end of this work."""
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(family, key % 2**31)))


def _whose(application: Application) -> str:
    if application.applicant is ApplicantKind.MUNICIPALITY:
        return "Эту заявку подаёт муниципалитет."
    return "Заявку подаёт автор проекта. Всё, что вы заполнили, он уже видит."


def _require_reception(work: Work, contest: Contest) -> None:
    """Raise ``NotAccepting`` with the very moments, so that nobody has to guess by how much they were late."""
    phases = phases_of(work.session, contest.id or 0)
    if contest.is_accepting(work.now, phases):
        return
    phase = by_kind(phases).get(PhaseKind.ACCEPTING)
    if phase is None:
        raise NotAccepting
    if work.now < phase.opens_at:
        raise NotAccepting(
            f"Приём ещё не открылся: заявки сейчас не{labels.NBSP}принимают, начнут {labels.date_time(phase.opens_at)}."
        )
    if work.now >= phase.closes_at:
        came = f"{labels.date(work.now)}, {labels.local(work.now):%H:%M:%S}"
        raise NotAccepting(
            f"Приём закрылся {labels.date_time(phase.closes_at)}: заявки сейчас не{labels.NBSP}принимают. Ваша пришла {came}."
        )
    raise NotAccepting


def _stands(work: Work, application: Application) -> Content:
    row = work.session.get_one(Revision, (application.id, application.revision))
    return Content.model_validate(row.content)


def _enter(work: Work, contest: Contest, project: Project) -> None:
    """Bring the project into the contest: shown to everybody, and standing as it was submitted."""
    if not contest.moves_projects:
        return
    fresh = project.is_draft
    if project.stage is ProjectStage.IDEA:
        project.become_project(work.now)
        work.record("project.completed", "project", project.id)
    elif fresh:
        project.publish(work.now)
    if fresh:
        work.record("project.published", "project", project.id, stage=project.stage.value)
    project.submit(work.now)


def _next_number(work: Work, contest: Contest) -> int:
    hold(work, NUMBERING, contest.id or 0)
    last = work.session.execute(
        sa.select(sa.func.max(Application.number)).where(col(Application.contest_id) == contest.id)
    ).scalar_one()
    return (last or 0) + 1


def _decide_category(work: Work, contest: Contest, application: Application, project: Project) -> None:
    """Put the application into its category; the applicant has chosen the nomination already."""
    if contest.category_basis not in (None, CategoryBasis.NOMINATION):
        found = _category(work, contest, project)
        application.category_id = found.id if found else None


def _category(work: Work, contest: Contest, project: Project) -> Any:
    people = work.session.execute(
        sa.select(col(Settlement.population)).where(col(Settlement.id) == project.settlement_id)
    ).scalar_one()
    return category_for(
        contest.category_basis,
        categories_of(work.session, contest.id or 0),
        people,
        project.direction_id,
        project.settlement_id,
    )


def _no_category(work: Work, contest: Contest, project: Project) -> str:
    if contest.category_basis in (None, CategoryBasis.NOMINATION):
        return ""
    if _category(work, contest, project) is not None:
        return ""
    if contest.category_basis is CategoryBasis.DIRECTION:
        return "Для этого направления в конкурсе нет категории. Выберите другое: список — в правилах конкурса."
    if contest.category_basis is CategoryBasis.SETTLEMENT:
        return "Этого населённого пункта нет ни в одной категории конкурса. Список — в правилах конкурса."
    return "Для населённого пункта такого размера в конкурсе нет категории. Посмотрите правила конкурса."


def _journal(work: Work, contest: Contest, application: Application, project: Project, *, first: bool) -> None:
    turn = {"number": application.number} if first else {"revision": application.revision}
    work.record(
        "application.submitted" if first else "application.resubmitted",
        "application",
        application.id,
        contest=contest.id,
        project=project.id,
        **turn,
    )


def _receipt(work: Work, contest: Contest, application: Application, project: Project, *, first: bool) -> None:
    """Send the receipt to who submitted; the author of a project that a municipality files hears of it too."""
    amount, when = labels.money(application.amount), labels.date_time(work.now)
    tell(work, application, contest, project.title, "submitted" if first else "resubmitted", amount=amount, when=when)
    if application.applicant is ApplicantKind.MUNICIPALITY and project.author_id != application.submitted_by:
        title = labels.typographer(f"Ваш проект подан в конкурс: заявка № {application.number}")
        text = labels.typographer(f"Проект «{project.title}», конкурс «{contest.title}». Подал муниципалитет.")
        notify(
            work,
            [project.author_id],
            NoticeKind.APPLICATION,
            title=title,
            text=text,
            href=f"/applications/{application.id}",
            letter=(title, text),
        )
