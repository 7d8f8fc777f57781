"""Contests with filed applications to be exported, and running the job by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from elka import attachments, exporting
from elka.core import formfields as ff
from elka.db import Work, work_as
from elka.models.exports import Export, ExportKind
from tests import factories, filled
from tests.filled import Filed

FORMULAS = ("=1+1", "+7 922", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")')  # fmt: skip
FIELDS: tuple[ff.AnyField, ...] = (
    ff.LineField(key="title", label="Название", of_project=ff.ProjectPart.TITLE),
    ff.SectionField(key="about", label="О проекте"),
    ff.LineField(key="line", label="Строка"),
    ff.NumberField(key="people", label="Сколько людей"),
    ff.MoneyField(key="own", label="Своих денег"),
    ff.DateField(key="day", label="Собрание"),
    ff.LinkField(key="link", label="Страница"),
    ff.BudgetField(key="budget", label="Смета"),
    ff.PeopleField(key="group", label="Группа"),
    ff.FilesField(key="papers", label="Документы"),
    ff.LineField(key="note", label="Для организатора", audience=ff.Audience.OFFICIALS),
)
ANSWERS: dict[str, Any] = {
    "people": 1250,
    "own": 50_000,
    "day": "2026-10-03",
    "link": "https://example.org",
    "note": "=cmd|'/c calc'!A0",
}


def contest_of(work: Work, count: int, **how: Any) -> Filed:
    """Make a contest with so many filed applications, numbered from 1; their texts begin as formulas do."""
    found = filled.filed(work, status=filled.A.DRAFT, fields=FIELDS, **how)
    author = found.people["author"]
    for number in range(1, count + 1):
        text = FORMULAS[number % len(FORMULAS)]
        project = factories.project(work, author, title=f"{text.strip()} Двор № {number}")
        row = factories.application(work, found.contest, project, status=filled.A.DRAFT)
        row.submit(work.now, author.id, number=number, cost=350_000, amount=300_000)
        filled.submitted(work, Filed(found.contest, row, project, found.people), line=text, **ANSWERS)
    return found


def begun(work: Work, of: Filed, kind: ExportKind, who: str = "official", **filters: str) -> Export:
    """Enter an export as the flow does, without its job."""
    row = Export(contest_id=of.contest.id, kind=kind, filters=filters, asked_by=of.people[who].id, asked_at=work.now)
    work.session.add(row)
    work.session.flush()
    return row


def run(export_id: int) -> list[int]:
    """Do the job's work; return what it said after each step."""
    return list(exporting.steps(export_id))


def state_of(empty: sa.Engine, export_id: int) -> Export | None:
    with work_as(bind=empty) as work:
        return work.session.get(Export, export_id)


def lay(application_id: int, checksum: str, content: bytes) -> Path:
    """Put bytes where a file of an application lies."""
    path = attachments.path_of(application_id, checksum)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
