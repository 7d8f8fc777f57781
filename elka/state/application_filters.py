"""How an office narrows the applications of a contest: the same for its table and for what is exported of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

import sqlalchemy as sa
from sqlmodel import col

from elka.models.applications import FILED, Application, ApplicationStatus
from elka.models.people import Person
from elka.models.projects import Project

A = ApplicationStatus
QUERY_MAX = 2000
WORDS_MAX = 80
# What the filter offers: by name in the address. Drafts are nobody's but their own people's.
FILTERS: dict[str, tuple[str, tuple[ApplicationStatus, ...]]] = {
    "": ("Все", FILED),
    "submitted": ("Ждут решения", (A.SUBMITTED,)),
    "returned": ("На исправлении", (A.RETURNED,)),
    "admitted": ("Допущены", (A.ADMITTED, A.WON, A.LOST)),
    "rejected": ("Отклонены", (A.REJECTED,)),
    "appealed": ("Обжалуются", (A.APPEALED,)),
    "withdrawn": ("Отозваны", (A.WITHDRAWN,)),
}


def read_filters(asked: object) -> dict[str, str]:
    """Return the filters that a browser sent, as names with values or as a query string; whatever is none is left out."""
    if isinstance(asked, str):
        try:
            asked = {name: values[0] for name, values in parse_qs(asked[:QUERY_MAX].lstrip("?")).items()}
        except ValueError:  # too many fields
            asked = {}
    if not isinstance(asked, Mapping):
        return {}
    status, words = asked.get("status"), asked.get("q")
    found = {
        "status": status if isinstance(status, str) and status in FILTERS else "",
        "q": " ".join(words.replace("\x00", "").split())[:WORDS_MAX].strip() if isinstance(words, str) else "",
    }
    return {name: value for name, value in found.items() if value}


def matching(contest_id: int, filters: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on ``Application`` joined with its ``Project`` and the ``Person`` who submitted it."""
    wanted = [
        col(Application.contest_id) == contest_id,
        col(Application.status).in_(FILTERS[filters.get("status", "")][1]),
    ]
    if words := filters.get("q"):
        wanted.append(_saying(words))
    return wanted


def matching_ids(contest_id: int, filters: Mapping[str, str]) -> sa.Select[tuple[int]]:
    """Return the query of the ids, in the order of the numbers."""
    return (
        sa.select(col(Application.id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .join(Person, col(Person.id) == col(Application.submitted_by))
        .where(*matching(contest_id, filters))
        .order_by(col(Application.number))
    )


def _saying(words: str) -> sa.ColumnElement[bool]:
    """Return the condition on the number, the title or the applicant's name."""
    plain = words.lower().replace("ё", "е")

    def held(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return sa.func.replace(sa.func.lower(column), "ё", "е").contains(plain, autoescape=True)

    name = sa.func.concat_ws(" ", col(Person.last_name), col(Person.first_name), col(Person.patronymic))
    ways = [held(col(Project.title)), held(name)]
    digits = words.removeprefix("№").strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 9:  # noqa: PLR2004  more than any number of a contest
        ways.append(col(Application.number) == int(digits))
    return sa.or_(*ways)
