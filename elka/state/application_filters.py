"""What a contest's applications are chosen by: the address of the office's table, the conditions and the order.

The table, the way from one application to the next, mass actions and exports all ask by the same ``Filters``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from elka.models.applications import FILED, UNDECIDED, Application, ApplicationStatus
from elka.models.contest_parts import ContestCategory
from elka.models.contests import ApplicantKind
from elka.models.people import Person
from elka.models.places import Direction, Municipality, Settlement
from elka.models.projects import Project
from elka.state.project_filters import alphabetical, number_of, one_of, typed_words

A = ApplicationStatus
LONG = timedelta(days=7)
SOON = timedelta(days=2)
LARGEST_SUM = 10**12
QUERY_MAX = 2000
# What the tabs offer: by name in the address.
TABS: dict[str, tuple[str, tuple[ApplicationStatus, ...]]] = {
    "": ("Все", FILED),
    "open": ("В работе", UNDECIDED),
    "submitted": ("Ждут решения", (A.SUBMITTED,)),
    "returned": ("На исправлении", (A.RETURNED,)),
    "appealed": ("Жалобы", (A.APPEALED,)),
    "admitted": ("Допущены", (A.ADMITTED, A.WON, A.LOST)),
    "rejected": ("Отклонены", (A.REJECTED,)),
    "withdrawn": ("Отозваны", (A.WITHDRAWN,)),
}
MARKS = {
    "again": "Исправленные",
    "long": "Ждут дольше недели",
    "soon": "Срок исправления — два дня",
    "late": "Срок исправления вышел",
}
IN_NAME = {
    ApplicantKind.RESIDENT: "Житель",
    ApplicantKind.GROUP: "Инициативная группа",
    ApplicantKind.ORGANIZATION: "Организация",
    ApplicantKind.MUNICIPALITY: "Муниципалитет",
}
SORTS = (
    "number",
    "title",
    "applicant",
    "place",
    "category",
    "amount",
    "share",
    "submitted",
    "revision",
    "status",
    "term",
    "who",
)
NOBODY, ME = "none", "me"
# Of joins that a question does not need the database makes nothing: all of them are outer and by a primary key.
Filer = aliased(Municipality, name="filer")
Assignee = aliased(Person, name="assignee")


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything that makes no sense is left out of it.

    ``least`` and ``most``: rubles asked for. ``who``: an official's id, ``me`` or ``none``. ``mark``: several of
    ``MARKS``, with commas. ``sort``: a column, with a minus for the larger first.
    """

    q: str = ""
    status: str = ""
    category: str = ""
    direction: str = ""
    place: str = ""
    settlement: str = ""
    least: str = ""
    most: str = ""
    applicant: str = ""
    who: str = ""
    mark: str = ""
    sort: str = "number"
    page: int = 1

    @classmethod
    def read(cls, asked: Mapping[str, object]) -> Filters:
        """Read what an address, a saved view or an export holds."""
        marks = asked.get("mark")
        chosen = marks.split(",") if isinstance(marks, str) else []
        sort = asked.get("sort")
        who = asked.get("who")
        return cls(
            q=typed_words(asked.get("q")).strip(),
            status=one_of(asked.get("status"), TABS),
            category=_digits(asked.get("category")),
            direction=_digits(asked.get("direction")),
            place=_digits(asked.get("place")),
            settlement=_digits(asked.get("settlement")),
            least=_sum(asked.get("least")),
            most=_sum(asked.get("most")),
            applicant=one_of(asked.get("applicant"), set(ApplicantKind)),
            who=who if isinstance(who, str) and who in (ME, NOBODY) else _digits(who),
            mark=",".join(name for name in MARKS if name in chosen),
            sort=sort if isinstance(sort, str) and sort.removeprefix("-") in SORTS else "number",
            page=max(1, number_of(asked.get("page"))),
        )

    @classmethod
    def of_query(cls, query: object) -> Filters:
        """Read the query of an address, whatever a browser sent for one."""
        if not isinstance(query, str):
            return cls()
        try:
            asked = {name: values[0] for name, values in parse_qs(query[:QUERY_MAX].lstrip("?")).items()}
        except ValueError:  # too many fields
            return cls()
        return cls.read(asked)

    def query(self, **changes: str | int) -> str:
        """Return the query of the address with these changes; a change goes back to the first page."""
        if "place" in changes:
            changes = {"settlement": "", **changes}
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = {name: value for name, value in vars(asked).items() if value != getattr(_PLAIN, name)}
        return urlencode(pairs, errors="replace")

    def turned(self, column: str) -> str:
        """Return the order after a press on the head of a column: by it, then the other way round."""
        return f"-{column}" if self.sort == column else column

    @property
    def marks(self) -> list[str]:
        """The chosen marks."""
        return self.mark.split(",") if self.mark else []

    @property
    def selects(self) -> bool:
        """Whether anything but the order and the page is asked for."""
        return replace(self, sort=_PLAIN.sort, page=1) != _PLAIN


_PLAIN = Filters()
KEYS = tuple(one.name for one in fields(Filters))


def joined(*columns: Any, page: sa.Subquery | None = None) -> sa.Select[Any]:
    """Select from applications with all that they can be chosen and shown by.

    ``page``: some of them by ``id``. It stands first: of so many joins the database takes the order as it is written.
    """
    start = Application if page is None else sa.join(page, Application, page.c.id == col(Application.id))
    return (
        sa.select(*columns)
        .select_from(start)
        .outerjoin(Project, col(Project.id) == col(Application.project_id))
        .outerjoin(Person, col(Person.id) == col(Application.submitted_by))
        .outerjoin(Settlement, col(Settlement.id) == col(Project.settlement_id))
        .outerjoin(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .outerjoin(Direction, col(Direction.id) == col(Project.direction_id))
        .outerjoin(ContestCategory, col(ContestCategory.id) == col(Application.category_id))
        .outerjoin(Filer, col(Filer.id) == col(Application.municipality_id))
        .outerjoin(Assignee, col(Assignee.id) == col(Application.assignee_id))
    )


def conditions(
    filters: Filters, contest_id: int, *, me: int, now: datetime, of_tab: bool = True
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on what ``joined`` selects. ``of_tab`` False: whatever the status (drafts never)."""
    statuses = TABS[filters.status][1] if of_tab else FILED
    where = [col(Application.contest_id) == contest_id, col(Application.status).in_(statuses)]
    if filters.q:
        where.append(_matching(filters.q))
    where += [column() == int(value) for name, column in _EQUAL.items() if (value := getattr(filters, name))]
    if filters.least:
        where.append(col(Application.amount) >= int(filters.least))
    if filters.most:
        where.append(col(Application.amount) <= int(filters.most))
    if filters.applicant:
        where.append(col(Application.applicant) == ApplicantKind(filters.applicant))
    if filters.who == NOBODY:
        where.append(col(Application.assignee_id).is_(None))
    elif filters.who:
        where.append(col(Application.assignee_id) == (me if filters.who == ME else int(filters.who)))
    return [*where, *(_marked(mark, now) for mark in filters.marks)]


_EQUAL: dict[str, Callable[[], Any]] = {
    "category": lambda: col(Application.category_id),
    "direction": lambda: col(Project.direction_id),
    "place": lambda: col(Settlement.municipality_id),
    "settlement": lambda: col(Project.settlement_id),
}


def in_order(filters: Filters) -> list[sa.ColumnElement[Any]]:
    """Return the order; equals stand by number."""
    name, down = filters.sort.removeprefix("-"), filters.sort.startswith("-")
    if name == "number":
        return [col(Application.number).desc() if down else col(Application.number).asc()]
    keys = _KEYS[name]()
    turned = [(key.desc() if down else key.asc()).nulls_last() for key in keys]
    return [*turned, col(Application.number)]


def ids_of(filters: Filters, contest_id: int, *, me: int, now: datetime) -> sa.Select[Any]:
    """Select the ids of all that the filters find, in their order: for mass actions and exports."""
    where = conditions(filters, contest_id, me=me, now=now)
    return joined(col(Application.id)).where(*where).order_by(*in_order(filters))


def read_filters(asked: object, me: int) -> dict[str, str]:
    """Return the filters of a query as an export keeps them: by name, «me» as the person, without the page."""
    filters = Filters.of_query(asked)
    if filters.who == ME:
        filters = replace(filters, who=str(me))
    plain = vars(_PLAIN)
    return {name: str(value) for name, value in vars(filters).items() if name != "page" and value != plain[name]}


def matching_ids(contest_id: int, filters: Mapping[str, object], now: datetime) -> sa.Select[Any]:
    """Select the ids of what kept filters find, in the order of the table."""
    return ids_of(Filters.read(filters), contest_id, me=0, now=now)


def _matching(words: str) -> sa.ColumnElement[bool]:
    """Return the condition: the words stand in the number, the title, the applicant's name or in whose name they file."""
    plain = words.lower().replace("ё", "е")
    name = sa.func.concat_ws(" ", col(Person.last_name), col(Person.first_name), col(Person.patronymic))
    texts: Sequence[Any] = (
        col(Project.title),
        name,
        sa.func.coalesce(col(Application.organization_name), ""),
        sa.func.coalesce(col(Filer.name), ""),
    )
    ways = [alphabetical(text).contains(plain, autoescape=True) for text in texts]
    digits = words.removeprefix("№").strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 9:  # noqa: PLR2004  more than any number of a contest
        ways.append(col(Application.number) == int(digits))
    return sa.or_(*ways)


def _marked(mark: str, now: datetime) -> sa.ColumnElement[bool]:
    status, until = col(Application.status), col(Application.correct_by)
    match mark:
        case "again":
            return sa.and_(status == A.SUBMITTED, col(Application.revision) > 1)
        case "long":
            return sa.and_(status.in_((A.SUBMITTED, A.APPEALED)), col(Application.submitted_at) < now - LONG)
        case "soon":
            return sa.and_(status == A.RETURNED, until > now, until <= now + SOON)
        case _:
            return sa.and_(status == A.RETURNED, until <= now)


def _share() -> sa.ColumnElement[Any]:
    return sa.cast(col(Application.amount), sa.Numeric) / sa.func.nullif(col(Application.cost), 0)


def _rank_of_status() -> sa.ColumnElement[Any]:
    order = [status for name, (_, statuses) in TABS.items() if name not in ("", "open") for status in statuses]
    return sa.case({status: place for place, status in enumerate(order)}, value=col(Application.status))


_KEYS: dict[str, Callable[[], list[Any]]] = {
    "title": lambda: [alphabetical(col(Project.title))],
    "applicant": lambda: [alphabetical(col(Person.last_name)), alphabetical(col(Person.first_name))],
    "place": lambda: [alphabetical(col(Municipality.name)), alphabetical(col(Settlement.name))],
    "category": lambda: [col(ContestCategory.position)],
    "amount": lambda: [col(Application.amount)],
    "share": lambda: [_share()],
    "submitted": lambda: [col(Application.submitted_at)],
    "revision": lambda: [col(Application.revision)],
    "status": lambda: [_rank_of_status()],
    # Those with a term of their own first; then those that wait, the longest first.
    "term": lambda: [col(Application.correct_by), col(Application.submitted_at)],
    "who": lambda: [alphabetical(col(Assignee.last_name)), alphabetical(col(Assignee.first_name))],
}


def _digits(value: object) -> str:
    number = number_of(value)
    return str(number) if 0 < number < 2**31 else ""


def _sum(value: object) -> str:
    """Read a sum as people type it («1 200 000 ₽»)."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    plain = "".join(sign for sign in str(value)[:40] if not sign.isspace() and sign not in "₽\u00a0\u202f")
    return str(int(plain)) if plain.isascii() and plain.isdigit() and 0 < int(plain) <= LARGEST_SUM else ""
