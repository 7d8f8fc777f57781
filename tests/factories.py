"""Builders of records for tests: every argument has a plain default, nothing happens behind the back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from elka.core.actor import Actor, Grant, Role
from elka.data.standard_form import standard_form as standard
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contest_parts import ContestCategory, Criterion, Score
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.forms import FormField, FormVersion
from elka.models.people import Person
from elka.models.places import Direction, Settlement
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage, Source
from elka.models.roles import RoleGrant

STANDARD = standard()
_numbers = count(1)
DAY = timedelta(days=1)
VOTED = (PhaseKind.ACCEPTING, PhaseKind.ADMISSION, PhaseKind.VOTING, PhaseKind.DECISION)
JUDGED = (PhaseKind.ACCEPTING, PhaseKind.ADMISSION, PhaseKind.VOTING, PhaseKind.EXPERT, PhaseKind.DECISION)


def settlement(work: Work, name: str = "Игрим") -> Settlement:
    """Return a settlement by name (Игрим is in Берёзовский район)."""
    return work.session.execute(sa.select(Settlement).where(Settlement.name == name)).scalars().first()


def direction(work: Work, key: str = "sport") -> Direction:
    """Return a direction by key."""
    return work.session.execute(sa.select(Direction).where(Direction.key == key)).scalar_one()


def person(
    work: Work, *, place: str = "Игрим", birth: date = date(1990, 5, 17), confirmed: bool = True, **fields: Any
) -> Person:
    """Make a resident."""
    number = next(_numbers)
    row = Person(
        **{
            "last_name": "Кузнецова",
            "first_name": "Мария",
            "patronymic": "",
            "settlement_id": settlement(work, place).id,
            "email": f"person{number}@example.org",
            "phone": f"+7912{number:07d}",
            "password_hash": "!",
            "birth_date": birth,
            "name_is_public": True,
            "created_at": work.now,
            "email_confirmed_at": work.now if confirmed else None,
            **fields,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def grant(work: Work, to: Person, role: Role, municipality_id: int | None = None) -> RoleGrant:
    """Grant a role (None: for the region)."""
    row = RoleGrant(person_id=to.id, role=role, municipality_id=municipality_id, granted_at=work.now)
    work.session.add(row)
    work.session.flush()
    return row


def actor(work: Work, of: Person) -> Actor:
    """Return the actor that a signed-in person would be."""
    home = work.session.get(Settlement, of.settlement_id)
    grants = work.session.execute(
        sa.select(RoleGrant).where(RoleGrant.person_id == of.id, RoleGrant.revoked_at.is_(None))
    ).scalars()
    return Actor(
        person_id=of.id,
        grants=frozenset(Grant(row.role, row.municipality_id) for row in grants),
        birth_date=of.birth_date,
        confirmed=of.email_confirmed_at is not None,
        verified=of.verified_at is not None,
        settlement_id=of.settlement_id,
        municipality_id=home.municipality_id,
    )


def official(work: Work, *, place: str = "Игрим", region: bool = False) -> Person:
    """Make an official of the settlement's municipality, or of the region."""
    row = person(work, place=place, first_name="Олег", last_name="Петров")
    grant(work, row, Role.OFFICIAL, None if region else settlement(work, place).municipality_id)
    return row


def project(
    work: Work,
    author: Person,
    *,
    title: str = "Лыжня под звёздами",
    stage: ProjectStage = ProjectStage.PROJECT,
    published: bool = True,
    amount: int = 300_000,
    own: int = 50_000,
    place: str = "Игрим",
    **fields: Any,
) -> Project:
    """Make a complete project: a confirmed author in the group, a budget of ``amount`` asked and ``own`` of residents."""
    row = Project(
        **{
            "author_id": author.id,
            "title": title,
            "summary": "Свет на трассе у школы.",
            "problem": "Зимой темнеет в три часа дня, секция занимается с фонариками.",
            "outcome": "Секция занимается шесть дней в неделю.",
            "address": "у школы № 1",
            "direction_id": direction(work).id,
            "settlement_id": settlement(work, place).id,
            "stage": stage,
            "created_at": work.now,
            "updated_at": work.now,
            "published_at": work.now if published else None,
            "starts_on": date(2027, 3, 1),
            "ends_on": date(2027, 9, 30),
            **fields,
        }
    )
    work.session.add(row)
    work.session.flush()
    work.session.add(
        GroupMember(project_id=row.id, person_id=author.id, duty="автор", invited_at=work.now, confirmed_at=work.now)
    )
    work.session.add(BudgetLine(project_id=row.id, position=0, name="Опоры", amount=amount, source=Source.MUNICIPALITY))
    if own:
        work.session.add(BudgetLine(project_id=row.id, position=1, name="Монтаж", amount=own, source=Source.RESIDENTS))
    work.session.flush()
    return row


def contest(
    work: Work,
    by: Person,
    *,
    stage: ContestStage = ContestStage.ACCEPTING,
    place: str = "Игрим",
    region: bool = False,
    start: datetime | None = None,
    phases: tuple[PhaseKind, ...] = VOTED,
    **fields: Any,
) -> Contest:
    """Make a contest whose phases of ten days each are laid so that ``stage`` is the current one at ``work.now``.

    ``phases``: which it has, in their order; by default there is a vote and no commission (``JUDGED`` has both).
    """
    names = [kind.value for kind in phases]
    past = {
        ContestStage.DRAFT: -1,
        ContestStage.ANNOUNCED: -1,
        ContestStage.AWARDED: len(phases),
        ContestStage.CLOSED: len(phases) + 1,
    }.get(stage, names.index(stage.value) if stage.value in names else 0)
    first = start or (work.now - DAY * (10 * past + 5 if past >= 0 else -5))
    row = Contest(
        **{
            "kind": ContestKind.REGIONAL if region else ContestKind.MUNICIPAL,
            "municipality_id": None if region else settlement(work, place).municipality_id,
            "title": "Инициативы Берёзовского района",
            "summary": "Лучшие идеи доведём до проекта вместе.",
            "stage": stage,
            "budget": 1_000_000,
            "max_cost": 500_000,
            "max_share": 90,
            "draw_seed": "seed",
            "created_by": by.id,
            "created_at": work.now,
            "announced_at": None if stage is ContestStage.DRAFT else work.now,
            **fields,
        }
    )
    work.session.add(row)
    work.session.flush()
    for place_in_line, kind in enumerate(phases):
        opens = first + DAY * 10 * place_in_line
        work.session.add(ContestPhase(contest_id=row.id, kind=kind, opens_at=opens, closes_at=opens + DAY * 10))
    work.session.flush()
    standard_form(work, row)
    return row


def standard_form(work: Work, to: Contest) -> None:
    """Give a contest the standard template of applications, frozen unless it is a draft."""
    rows = []
    for position, field in enumerate(STANDARD.fields):
        row = FormField(contest_id=to.id, key=field.key, position=position, kind=field.kind, label=field.label)
        row.write(field)
        rows.append(row.model_dump(exclude={"id"}))
    work.session.execute(sa.insert(FormField), rows)
    if to.stage is ContestStage.DRAFT:
        return
    work.session.execute(
        sa.insert(FormVersion).values(
            contest_id=to.id, number=1, spec=STANDARD.dump(), sha256=STANDARD.sha256, frozen_at=work.now
        )
    )
    to.form_version = 1
    work.session.flush()


def application(
    work: Work, to: Contest, of: Project, *, status: ApplicationStatus = ApplicationStatus.ADMITTED, **fields: Any
) -> Application:
    """Make an application (its revision is made by the flow, not here)."""
    row = Application(
        **{
            "contest_id": to.id,
            "project_id": of.id,
            "number": None if status is ApplicationStatus.DRAFT else next(_numbers),
            "revision": 0 if status is ApplicationStatus.DRAFT else 1,
            "status": status,
            "cost": 350_000,
            "amount": 300_000,
            "submitted_by": of.author_id,
            "submitted_at": None if status is ApplicationStatus.DRAFT else work.now,
            "created_at": work.now,
            "changed_at": work.now,
            **fields,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


def category(work: Work, of: Contest, name: str = "Сёла", **fields: Any) -> ContestCategory:
    """Make a category, last in its contest."""
    position = work.session.execute(
        sa.select(sa.func.count()).select_from(ContestCategory).where(ContestCategory.contest_id == of.id)
    ).scalar_one()
    row = ContestCategory(contest_id=of.id, position=position, name=name, **fields)
    work.session.add(row)
    work.session.flush()
    return row


def criterion(
    work: Work, of: Contest, name: str = "Польза", *, weight: int = 100, most: int = 5, **fields: Any
) -> Criterion:
    """Make a criterion of the commission, last in its contest."""
    position = work.session.execute(
        sa.select(sa.func.count()).select_from(Criterion).where(Criterion.contest_id == of.id)
    ).scalar_one()
    row = Criterion(contest_id=of.id, position=position, name=name, weight=weight, most=most, **fields)
    work.session.add(row)
    work.session.flush()
    return row


def judged(work: Work, entry: Application, marks: dict[int | None, int], *, sheets: int = 3) -> None:
    """Give an application the commission's marks (hundredths, by criterion) from so many sheets."""
    work.session.add_all(
        Score(
            application_id=entry.id,
            criterion_id=key,
            mark=mark,
            revision=entry.revision,
            given_by=entry.submitted_by,
            given_at=work.now,
        )
        for key, mark in marks.items()
    )
    entry.reviews = sheets
    work.session.flush()
