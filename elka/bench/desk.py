"""An office with the contest of individuals at its full size, and the rest of the region around it: what is measured by ``office``."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from elka.core.actor import Role
from elka.core.content import Content, Line, Member
from elka.core.identifiers import DEMO_DOMAIN
from elka.core.secret import new_token, token_hash
from elka.data.standard_form import standard_form
from elka.db import Work
from elka.models.applications import UNDECIDED, Application, ApplicationStatus, Revision
from elka.models.contest_parts import CategoryBasis, ContestCategory
from elka.models.contests import Contest, ContestKind, ContestPhase, ContestStage, PhaseKind
from elka.models.forms import FormField, FormVersion
from elka.models.people import Person
from elka.models.places import Direction, Settlement
from elka.models.projects import BudgetLine, GroupMember, Project, ProjectStage, Source
from elka.models.roles import RoleGrant
from elka.models.sign_in import SignIn

FILED = 1162
DRAFTS = 322
OTHERS = 9000  # applications of other contests
OFFICIALS = 6
_A = ApplicationStatus
_DAY = timedelta(days=1)
_WORDS = (
    "Сквер",
    "Лыжная трасса",
    "Спортивная площадка",
    "Музей",
    "Мастерская",
    "Набережная",
    "Сцена",
    "Тропа здоровья",
)
_STATUSES = (
    (_A.SUBMITTED, 60),
    (_A.RETURNED, 12),
    (_A.ADMITTED, 20),
    (_A.REJECTED, 5),
    (_A.APPEALED, 1),
    (_A.WITHDRAWN, 2),
)


@dataclass(frozen=True)
class Desk:
    """The contest, its officials by id, and the cookie's value of the first."""

    contest: int
    officials: list[int]
    token: str


def desk(work: Work) -> Desk:
    """Make the office; the same every time."""
    rng = random.Random(1162)  # noqa: S311  data to measure by
    session, now = work.session, work.now
    places = list(session.execute(sa.select(col_of(Settlement, "id"))).scalars())
    directions = list(session.execute(sa.select(col_of(Direction, "id"))).scalars())
    people = _people(work, FILED + DRAFTS + 400 + OFFICIALS, places, rng)
    officials, applicants = people[:OFFICIALS], people[OFFICIALS:]
    session.execute(
        sa.insert(RoleGrant),
        [{"person_id": one, "role": Role.OFFICIAL, "municipality_id": None, "granted_at": now} for one in officials],
    )
    token = new_token()
    session.add(
        SignIn(
            token_hash=token_hash(token),
            person_id=officials[0],
            created_at=now,
            seen_at=now,
            expires_at=now + _DAY,
        )
    )
    contest = _contest(work, officials[0], "Грант Губернатора для физических лиц")
    categories = _categories(work, contest)
    statuses = rng.choices(*zip(*_STATUSES, strict=True), k=FILED)
    _file(work, contest, statuses, applicants, officials, categories, places, directions, rng)
    _file(work, contest, [_A.DRAFT] * DRAFTS, applicants[FILED:], [], categories, places, directions, rng)
    for number in range(OTHERS // 300):
        other = _contest(work, officials[1], f"Конкурс {number + 1}")
        _file(work, other, [_A.ADMITTED] * 300, applicants[-400:], officials, [None], places, directions, rng)
    session.connection().execute(sa.text("ANALYZE"))
    return Desk(contest, officials, token)


def col_of(table: Any, name: str) -> Any:
    """Return a column by name."""
    return getattr(table, name)


def _people(work: Work, count: int, places: list[int], rng: random.Random) -> list[int]:
    names = ("Кузнецова", "Неттин", "Хатанзеева", "Вокуев", "Сайнахов", "Ромбандеева", "Петренко", "Мельник")
    rows = [
        {
            "last_name": rng.choice(names),
            "first_name": "Мария",
            "patronymic": "Андреевна",
            "settlement_id": rng.choice(places),
            "email": f"desk{number}@{DEMO_DOMAIN}",
            "phone": f"+7900{number:07d}",
            "password_hash": "!",
            "birth_date": date(1990, 1, 1),
            "created_at": work.now,
            "email_confirmed_at": work.now,
        }
        for number in range(count)
    ]
    return _inserted(work, Person, rows)


def _contest(work: Work, by: int, title: str) -> int:
    now = work.now
    contest = Contest(
        kind=ContestKind.INDIVIDUALS,
        title=title,
        summary="Проекты жителей, которым помогает регион.",
        stage=ContestStage.ADMISSION,
        budget=200_000_000,
        max_cost=1_000_000,
        max_share=100,
        applicants=["resident", "group"],
        category_basis=CategoryBasis.NOMINATION,
        draw_seed="bench",
        form_version=1,
        created_by=by,
        created_at=now,
        announced_at=now - 30 * _DAY,
    )
    work.session.add(contest)
    work.session.flush()
    key, spec = int(contest.id or 0), standard_form()
    for position, field in enumerate(spec.fields):
        row = FormField(contest_id=key, key=field.key, position=position, kind=field.kind, label=field.label)
        row.write(field)
        work.session.add(row)
    work.session.add(FormVersion(contest_id=key, number=1, spec=spec.dump(), sha256=spec.sha256, frozen_at=now))
    for kind, days in ((PhaseKind.ACCEPTING, (-20, -5)), (PhaseKind.ADMISSION, (-5, 9)), (PhaseKind.VOTING, (9, 20))):
        opens, closes = (now + day * _DAY for day in days)
        work.session.add(ContestPhase(contest_id=key, kind=kind, opens_at=opens, closes_at=closes))
    work.session.flush()
    return key


def _categories(work: Work, contest: int) -> list[int | None]:
    rows = [{"contest_id": contest, "position": place, "name": f"Номинация {place + 1}"} for place in range(4)]
    return [*_inserted(work, ContestCategory, rows)]


def _file(
    work: Work,
    contest: int,
    statuses: list[ApplicationStatus],
    authors: list[int],
    officials: list[int],
    categories: list[int | None],
    places: list[int],
    directions: list[int],
    rng: random.Random,
) -> None:
    """File applications of these statuses, each with its project, budget, group and revision."""
    now, session = work.now, work.session
    moved = (*UNDECIDED, _A.ADMITTED)
    projects = _inserted(
        work,
        Project,
        [
            {
                "author_id": authors[place % len(authors)],
                "title": f"{rng.choice(_WORDS)} № {place + 1}",
                "summary": "Место, куда приходят семьями.",
                "problem": "Зимой темнеет в три часа дня, заниматься негде. " * 8,
                "outcome": "Секции занимаются шесть дней в неделю. " * 8,
                "address": "у школы",
                "direction_id": rng.choice(directions),
                "settlement_id": rng.choice(places),
                "stage": ProjectStage.SUBMITTED if status in moved else ProjectStage.PROJECT,
                "created_at": now,
                "updated_at": now,
                "published_at": now,
                "version": 1,
            }
            for place, status in enumerate(statuses)
        ],
    )
    sums = [rng.randrange(50, 1000) * 1000 for _ in projects]
    session.execute(
        sa.insert(BudgetLine),
        [
            {
                "project_id": key,
                "position": 0,
                "name": "Работы",
                "quantity": "",
                "amount": amount,
                "source": Source.REGION,
            }
            for key, amount in zip(projects, sums, strict=True)
        ],
    )
    session.execute(
        sa.insert(GroupMember),
        [
            {
                "project_id": key,
                "person_id": authors[place % len(authors)],
                "duty": "автор",
                "invited_at": now,
                "confirmed_at": now,
            }
            for place, key in enumerate(projects)
        ],
    )
    rows = [
        _application(
            contest, key, place, status, authors[place % len(authors)], amount, officials, categories, now, rng
        )
        for place, (key, status, amount) in enumerate(zip(projects, statuses, sums, strict=True))
    ]
    ids = _inserted(work, Application, rows)
    revisions = [
        {
            "application_id": key,
            "number": number,
            "content": _content(row, amount).dump(),
            "submitted_by": row["submitted_by"],
            "submitted_at": row["submitted_at"],
        }
        for key, row, amount in zip(ids, rows, sums, strict=True)
        for number in range(1, row["revision"] + 1)
    ]
    if revisions:
        session.execute(sa.insert(Revision), revisions)


def _application(
    contest: int,
    project: int,
    place: int,
    status: ApplicationStatus,
    author: int,
    amount: int,
    officials: list[int],
    categories: list[int | None],
    now: datetime,
    rng: random.Random,
) -> dict[str, Any]:
    draft = status is _A.DRAFT
    filed = None if draft else now - rng.random() * 14 * _DAY
    decided = status not in (_A.DRAFT, _A.SUBMITTED, _A.WITHDRAWN)
    ground = "Приложите к смете расчёт стоимости." if status in (_A.RETURNED, _A.REJECTED, _A.APPEALED) else None
    return {
        "contest_id": contest,
        "project_id": project,
        "number": None if draft else place + 1,
        "status": status,
        "revision": 0 if draft else 1 + (rng.random() < 0.2),  # noqa: PLR2004  one in five came back
        "applicant": rng.choice(("resident", "group")),
        "category_id": rng.choice(categories),
        "cost": amount,
        "amount": amount,
        "submitted_by": author,
        "submitted_at": filed,
        "created_at": filed or now,
        "changed_at": filed or now,
        "assignee_id": rng.choice([None, *officials]),
        "decided_by": officials[0] if decided and officials else None,
        "decided_at": now if decided else None,
        "ground": ground,
        "correct_by": now + rng.uniform(-2, 5) * _DAY if status is _A.RETURNED else None,
    }


def _content(row: dict[str, Any], amount: int) -> Content:
    return Content(
        title="Проект",
        direction="Спорт и ЗОЖ",
        settlement="Игрим",
        municipality="Берёзовский район",
        summary="Место, куда приходят семьями.",
        problem="Зимой темнеет в три часа дня, заниматься негде. " * 8,
        outcome="Секции занимаются шесть дней в неделю. " * 8,
        budget=(Line(name="Работы", amount=amount, source="region"),),
        group=(Member(person_id=row["submitted_by"], duty="автор"),),
    )


def _inserted(work: Work, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    found = work.session.execute(sa.insert(table).returning(table.id, sort_by_parameter_order=True), rows)
    return [int(key) for key in found.scalars()]
