"""A hundred applicants with an open form of sixty fields: what the benchmarks of applications stand on."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from elka.core.formfields import FieldKind
from elka.core.formspec import FormSpec
from elka.core.identifiers import DEMO_DOMAIN
from elka.core.secret import new_token, token_hash
from elka.data.standard_form import standard_form
from elka.db import Work
from elka.models.answers import Answer
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.forms import FormField, FormVersion
from elka.models.people import Person
from elka.models.places import Direction, Settlement
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage, Source
from elka.models.sign_in import SignIn

FIELDS = 60
_DAY = timedelta(days=1)
# Questions of the contest's own, in turn, each with an answer that passes.
_OWN: tuple[tuple[dict[str, Any], Any], ...] = (
    ({"kind": "line", "max_length": 120}, "Двор у дома 12"),
    ({"kind": "text", "min_length": 20, "max_length": 3000}, "Каждую зиму двор заносит снегом до окон. " * 12),
    ({"kind": "number", "least": 1, "most": 100_000, "unit": "чел."}, 240),
    ({"kind": "money", "most": 10_000_000}, 125_000),
    ({"kind": "date"}, "2027-05-20"),
    ({"kind": "choice", "options": [{"value": "yes", "label": "Да"}, {"value": "no", "label": "Нет"}]}, "yes"),
    (
        {"kind": "choices", "options": [{"value": one, "label": one.upper()} for one in ("a", "b", "c", "d")]},
        ["a", "c"],
    ),
    ({"kind": "link"}, "https://example.org/dvor"),
)


@dataclass(frozen=True)
class Applicant:
    """Somebody with a draft: the cookie's value, the draft's id."""

    token: str
    application: int


@dataclass(frozen=True)
class Reception:
    """A contest that takes applications, its form, and those who are filling it in. ``answers``: of the form's own fields."""

    contest: int
    spec: FormSpec
    answers: dict[str, Any]
    applicants: list[Applicant]


def form_of(fields: int = FIELDS) -> tuple[FormSpec, dict[str, Any]]:
    """Return a template of so many questions, the standard ones among them, and answers to its own ones that pass."""
    standard = standard_form()
    asked = sum(field.kind is not FieldKind.SECTION for field in standard.fields)
    own, answers = [], {}
    for number in range(fields - asked):
        shape, answer = _OWN[number % len(_OWN)]
        key = f"own_{number}"
        own.append({"key": key, "label": f"Вопрос {number + 1}", **shape})
        answers[key] = answer
    return FormSpec.load({**standard.dump(), "fields": [*standard.dump()["fields"], *own]}), answers


def reception(work: Work, count: int, *, closes_at: datetime | None = None, whole: bool = False) -> Reception:
    """Make a contest with ``count`` drafts. ``whole``: every own field is answered, so that each can be submitted."""
    spec, answers = form_of()
    session, now = work.session, work.now
    home = session.scalars(sa.select(Settlement).order_by(Settlement.id).limit(1)).one()
    direction = session.scalars(sa.select(Direction.id).order_by(Direction.id).limit(1)).one()
    people = [_person(number, int(home.id or 0), now) for number in range(count)]
    session.add_all(people)
    session.flush()
    tokens = [new_token() for _ in people]
    session.add_all(
        SignIn(token_hash=token_hash(token), person_id=person.id, created_at=now, seen_at=now, expires_at=now + _DAY)
        for person, token in zip(people, tokens, strict=True)
    )
    contest = _contest(work, people[0], spec, closes_at or now + 10 * _DAY)
    projects = [_project(person, int(home.id or 0), direction, now) for person in people]
    session.add_all(projects)
    session.flush()
    for project in projects:
        session.add(
            GroupMember(project_id=project.id or 0, person_id=project.author_id, invited_at=now, confirmed_at=now)
        )
        session.add(
            BudgetLine(project_id=project.id or 0, position=0, name="Работы", amount=300_000, source=Source.REGION)
        )
        session.add(
            BudgetLine(project_id=project.id or 0, position=1, name="Свой труд", amount=100_000, source=Source.IN_KIND)
        )
    drafts = [
        Application(
            contest_id=contest.id or 0,
            project_id=project.id or 0,
            status=ApplicationStatus.DRAFT,
            revision=0,
            cost=0,
            amount=0,
            submitted_by=project.author_id,
            created_at=now,
            changed_at=now,
        )
        for project in projects
    ]
    session.add_all(drafts)
    session.flush()
    if whole:
        session.add_all(
            Answer(application_id=draft.id or 0, key=key, value=value, changed_by=draft.submitted_by, changed_at=now)
            for draft in drafts
            for key, value in answers.items()
        )
    session.flush()
    applicants = [Applicant(token, int(draft.id or 0)) for token, draft in zip(tokens, drafts, strict=True)]
    return Reception(int(contest.id or 0), spec, answers, applicants)


def address(number: int) -> str:
    """Return an address of one's own, as people have: the pace of one address is limited."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}" if sys.platform == "linux" else "127.0.0.1"


def _person(number: int, home: int, now: datetime) -> Person:
    return Person(
        last_name="Заявитель",
        first_name=f"№ {number}",
        settlement_id=home,
        email=f"applicant{number}@{DEMO_DOMAIN}",
        phone=f"+7900{number:07d}",
        password_hash="!",  # noqa: S106  nobody signs in by password here
        birth_date=date(1990, 1, 1),
        created_at=now,
        email_confirmed_at=now,
    )


def _contest(work: Work, by: Person, spec: FormSpec, closes_at: datetime) -> Contest:
    now = work.now
    contest = Contest(
        kind=ContestKind.REGIONAL,
        title="Приём под нагрузкой",
        summary="Сто заявителей заполняют форму из шестидесяти полей.",
        stage=ContestStage.ACCEPTING,
        budget=100_000_000,
        max_cost=10_000_000,
        max_share=90,
        draw_seed="bench",
        created_by=by.id,
        created_at=now,
        announced_at=now,
        form_version=1,
    )
    work.session.add(contest)
    work.session.flush()
    number = int(contest.id or 0)
    for position, field in enumerate(spec.fields):
        row = FormField(contest_id=number, key=field.key, position=position, kind=field.kind, label=field.label)
        row.write(field)
        work.session.add(row)
    work.session.add(
        FormVersion(contest_id=number, number=1, spec=spec.dump(), sha256=spec.sha256, frozen_by=by.id, frozen_at=now)
    )
    for kind, opens, closes in (
        (PhaseKind.ACCEPTING, now - _DAY, closes_at),
        (PhaseKind.ADMISSION, closes_at, closes_at + 10 * _DAY),
        (PhaseKind.VOTING, closes_at + 11 * _DAY, closes_at + 20 * _DAY),
    ):
        work.session.add(ContestPhase(contest_id=number, kind=kind, opens_at=opens, closes_at=closes))
    work.session.flush()
    return contest


def _project(author: Person, home: int, direction: int, now: datetime) -> Project:
    text = "Двор заносит снегом, коляску не провезти, машина скорой не подъезжает. " * 4
    return Project(
        author_id=author.id or 0,
        title=f"Двор без сугробов, {author.first_name}",
        summary="Площадка для снега и дорожка с подогревом от теплотрассы.",
        problem=text,
        outcome=text,
        address="ул. Лесная, 12",
        direction_id=direction,
        settlement_id=home,
        stage=ProjectStage.PROJECT,
        created_at=now,
        updated_at=now,
        published_at=now,
        starts_on=datetime.now(UTC).date() + 90 * _DAY,
        ends_on=datetime.now(UTC).date() + 200 * _DAY,
    )
