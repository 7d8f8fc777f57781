"""A copy of all that the site keeps of a person, for that person (152-ФЗ, статья 14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from elka import limits
from elka.db import Work
from elka.models.answers import Answer, Appeal, Attachment
from elka.models.applications import Application
from elka.models.consents import Consent
from elka.models.contests import Contest
from elka.models.exports import Export
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.notices import Notice, NoticeSetting
from elka.models.people import Person
from elka.models.places import settlement_labels
from elka.models.projects import BudgetLine, GroupMember, Photo, Project
from elka.models.roles import RoleGrant
from elka.models.sign_in import SignIn
from elka.models.votes import Ballot

MOST_ENTRIES = 10_000
_SECRET = {"password_hash", "token_hash", "invite_nonce", "body", "message_id"}
_ABOUT_VOTES = (
    "Здесь видно, в каких голосованиях вы участвовали и под какой квитанцией. За кого отдан голос, не выгружается: "
    "такой файл могли бы потребовать в обмен на деньги или под давлением."
)


def copy_of_account(work: Work) -> dict[str, Any]:
    """Return everything kept of the actor as plain JSON values."""
    me = work.person()
    limits.hit("export", account=me)
    person = work.get(Person, me)
    places = dict(settlement_labels(work.session))
    projects = _of(work, Project, col(Project.author_id) == me)
    mine = [project.id for project in projects]
    voted = work.session.execute(
        sa.select(Ballot, col(Contest.title))
        .join(Contest, col(Contest.id) == col(Ballot.contest_id))
        .where(col(Ballot.person_id) == me)
        .order_by(col(Ballot.id))
    )
    return {
        "made_at": work.now.isoformat(),
        "person": _plain(person) | {"settlement": places.get(person.settlement_id)},
        "consents": [
            _plain(consent) | {"document": document.kind.value, "title": document.title, "version": document.version}
            for consent, document in Consent.of(work.session, me)
        ],
        "roles": _rows(_of(work, RoleGrant, col(RoleGrant.person_id) == me)),
        "sign_ins": _rows(_of(work, SignIn, col(SignIn.person_id) == me)),
        "letters": _rows(_of(work, Mail, col(Mail.person_id) == me)),
        "notices": _rows(_of(work, Notice, col(Notice.person_id) == me)),
        "notice_settings": _rows(
            work.session.execute(sa.select(NoticeSetting).where(col(NoticeSetting.person_id) == me)).scalars()
        ),
        "projects": _rows(projects),
        "budget_lines": _rows(_of(work, BudgetLine, col(BudgetLine.project_id).in_(mine))),
        "photos": _rows(_of(work, Photo, col(Photo.author_id) == me)),
        "groups": _rows(
            work.session.execute(sa.select(GroupMember).where(col(GroupMember.person_id) == me)).scalars().all()
        ),
        "exports": _rows(_of(work, Export, col(Export.asked_by) == me)),
        "applications": _rows(_of(work, Application, col(Application.submitted_by) == me)),
        "answers": _answers(work, me),
        "attachments": _rows(_of(work, Attachment, col(Attachment.created_by) == me)),
        "appeals": _rows(_of(work, Appeal, col(Appeal.filed_by) == me)),
        "ballots": {
            "about": _ABOUT_VOTES,
            "rows": [
                {
                    "contest": title,
                    "receipt": ballot.receipt,
                    "cast_at": ballot.cast_at.isoformat(),
                    "annulled": ballot.annulled_by is not None,
                }
                for ballot, title in voted
            ],
        },
        "journal": _rows(
            work.session.execute(
                sa.select(JournalEntry)
                .where(col(JournalEntry.actor_id) == me)
                .order_by(col(JournalEntry.id).desc())
                .limit(MOST_ENTRIES)
            ).scalars()
        ),
    }


def _answers(work: Work, me: int) -> list[dict[str, Any]]:
    """Return the answers of the applications that the person submitted or fills in, and what they wrote in others."""
    found = work.session.execute(
        sa.select(Answer)
        .join(Application, col(Application.id) == col(Answer.application_id))
        .where(sa.or_(col(Application.submitted_by) == me, col(Answer.changed_by) == me))
        .order_by(col(Answer.application_id), col(Answer.key))
    ).scalars()
    return _rows(found)


def _of(work: Work, table: Any, condition: sa.ColumnElement[bool]) -> list[Any]:
    return list(work.session.execute(sa.select(table).where(condition).order_by(table.id)).scalars())


def _rows(rows: Iterable[SQLModel]) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows]


def _plain(row: SQLModel) -> dict[str, Any]:
    return {name: _value(getattr(row, name)) for name in type(row).model_fields if name not in _SECRET}


def _value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value
