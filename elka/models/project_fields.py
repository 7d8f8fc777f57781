"""The fields of a project as text: how each is read from a form, checked, compared and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from elka.core.texts import one_line, paragraphs
from elka.errors import Refused
from elka.models.places import Direction, Settlement
from elka.models.projects import ADDRESS_MAX, SUMMARY_MAX, TEXT_MAX, TITLE_MAX, BudgetLine, Project, Source
from elka.models.readiness import TITLE_LEAST

LINES = {"title": TITLE_MAX, "summary": SUMMARY_MAX, "address": ADDRESS_MAX}
TEXTS = {"problem": TEXT_MAX, "outcome": TEXT_MAX}
CHOICES: dict[str, type[Direction | Settlement]] = {"direction": Direction, "settlement": Settlement}
DATES = ("starts_on", "ends_on")
FIELDS = (*LINES, *TEXTS, *CHOICES, *DATES)

_LONGEST_TERM = 10  # years from now: further is a mistyped year
_KEY_DIGITS = 9
_CHOOSE = {"direction": "Выберите направление.", "settlement": "Выберите населённый пункт."}


def read(session: Session, project: Project, field: str, value: str, today: date) -> str:
    """Return what was typed as it will be kept; raise ``Refused`` at the field. The project is not changed."""
    if field in CHOICES:
        return str(read_choice(session, field, value))
    if field in DATES:
        return _read_date(project, field, value, today)
    text = one_line(value) if field in LINES else paragraphs(value)
    most = LINES.get(field) or TEXTS[field]
    if len(text) > most:
        raise Refused(f"Слишком длинно: {len(text)} из {most}. Сократите.", field=field)
    if field == "title" and len(text) < TITLE_LEAST:
        raise Refused(f"Название: хотя бы {TITLE_LEAST} знаков. Пока осталось прежнее.", field=field)
    return text


def read_choice(session: Session, field: str, value: object) -> int:
    """Return the id of a direction or settlement that exists."""
    text = str(value or "")
    if not (text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS):
        raise Refused(_CHOOSE[field], field=field)
    if session.get(CHOICES[field], int(text)) is None:
        raise Refused(_CHOOSE[field], field=field)
    return int(text)


def written(project: Project, field: str) -> str:
    """Return what the field holds, as its control shows it."""
    if field in CHOICES:
        return str(getattr(project, f"{field}_id"))
    value = getattr(project, field)
    if field in DATES:
        return value.isoformat() if value else ""
    return str(value)


def write(project: Project, field: str, value: str) -> None:
    """Put a value that ``read`` returned into the field."""
    if field in CHOICES:
        setattr(project, f"{field}_id", int(value))
    elif field in DATES:
        setattr(project, field, date.fromisoformat(value) if value else None)
    else:
        setattr(project, field, value)


def lines_of(session: Session, project: Project) -> list[BudgetLine]:
    """Return the lines of the budget in their order."""
    return list(
        session.execute(
            sa.select(BudgetLine).where(col(BudgetLine.project_id) == project.id).order_by(col(BudgetLine.position))
        ).scalars()
    )


def write_budget(session: Session, project: Project, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the lines of the budget these rows of {name, quantity, amount, source}; a line keeps its id where it can."""
    lines = lines_of(session, project)
    for place, row in enumerate(rows):
        if place == len(lines):
            lines.append(
                BudgetLine(project_id=project.id or 0, position=place, name="", amount=0, source=Source(row["source"]))
            )
            session.add(lines[place])
        line = lines[place]
        line.position, line.name, line.quantity = place, row["name"], row["quantity"]
        line.amount, line.source = row["amount"], Source(row["source"])
    for extra in lines[len(rows) :]:
        session.delete(extra)
    session.flush()


def _read_date(project: Project, field: str, value: str, today: date) -> str:
    if not value:
        return ""
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused("Укажите дату: день, месяц и год.", field=field) from error
    if abs(day.year - today.year) > _LONGEST_TERM:
        raise Refused("Проверьте год.", field=field)
    start = day if field == "starts_on" else project.starts_on
    end = day if field == "ends_on" else project.ends_on
    if start is not None and end is not None and start > end:
        raise Refused("Окончание раньше начала. Поправьте одну из дат.", field=field)
    return day.isoformat()
