"""Loading the demo region: made in memory from a seed, then copied into an empty database in one transaction.

Every trigger and constraint stays on, so what was loaded is what the site itself would have accepted. The crowd has no
passwords (an unusable hash), so nobody can sign in as one of them; the personas share one demo password. Either all of it
is there afterwards or nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from elka import models
from elka.core.actor import SYSTEM
from elka.core.receipts import receipt_code
from elka.db import work_as
from elka.demo.correcting import correct_one
from elka.demo.generate import SCALES, generate
from elka.demo.papers import enter_one
from elka.demo.places import Place
from elka.demo.region import Direction, Reference, Region
from elka.errors import Refused
from elka.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from psycopg import Cursor

    Progress = Callable[[float, str], None]

assert models  # noqa: S101  importing it makes the metadata whole

# In the order of their references.
_ORDER = (
    "people",
    "consents",
    "role_grants",
    "contests",
    "contest_phases",
    "contest_directions",
    "contest_categories",
    "criteria",
    "form_fields",
    "form_versions",
    "projects",
    "group_members",
    "invitations",
    "budget_lines",
    "applications",
    "revisions",
    "exclusive_groups",
    "exclusive_members",
    "scores",
    "ballots",
    "vote_traces",
    "votes",
    "counts",
    "outcomes",
    "notices",
    "journal",
)
_GENERATED = (
    "people",
    "contests",
    "contest_categories",
    "criteria",
    "form_fields",
    "projects",
    "applications",
    "exclusive_groups",
    "ballots",
)
_JSON = frozenset({"content", "draws", "tied_with", "facts", "paid", "settings", "spec", "terms", "marks"})
_MADE = 0.3  # the part of the whole time that making takes, copying the rest
_BLOCK = 20_000
_VACUUM_FROM = 100_000  # votes; a small region is not worth the pause


def _nothing(_part: float, _what: str) -> None:
    """Show no progress."""


def is_empty(engine: sa.Engine) -> bool:
    """Whether the database has no people yet."""
    with engine.connect() as connection:
        return not connection.execute(sa.text("SELECT EXISTS (SELECT FROM people)")).scalar_one()


def load(
    engine: sa.Engine, *, scale: str = "small", seed: int = 2026, now: datetime, progress: Progress = _nothing
) -> Region:
    """Make the region of a scale (``small`` or ``ugra``) and copy it in. ``now``: what all its dates are relative to.

    ``progress`` is called with the part done (0…1) and what is being done. Raises Refused when there are people already.
    """
    if not is_empty(engine):
        raise Refused("В базе уже есть люди: демо-регион загружают только в пустую базу.")
    key = settings().key()
    region = generate(
        _reference(engine),
        scale=SCALES[scale],
        seed=seed,
        now=now.replace(microsecond=0),
        receipt=lambda contest, person: receipt_code(key, contest, person),
        progress=lambda part, what: progress(part * _MADE, what),
    )
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("the connection is closed")
        with driver.cursor() as cursor:
            _copy(cursor, region, lambda part: progress(_MADE + part * (0.95 - _MADE), "Запись в базу"))
            for table in _GENERATED:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",  # noqa: S608
                    (table,),
                )
    progress(0.95, "Печать бюллетеней и журнала")
    _seal_ballots()
    correct_one(now)
    enter_one(now)
    _seal()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)" if len(region.votes) >= _VACUUM_FROM else "ANALYZE"))
    progress(1.0, "Готово")
    return region


def _reference(engine: sa.Engine) -> Reference:
    with engine.connect() as connection:
        places = connection.execute(
            sa.text(
                "SELECT s.id, s.name, s.kind, m.id, m.name, coalesce(s.population, 0) "
                "FROM settlements s JOIN municipalities m ON m.id = s.municipality_id ORDER BY s.id"
            )
        )
        directions = connection.execute(sa.text("SELECT id, key, name FROM directions ORDER BY position, id"))
        consents = connection.execute(
            sa.text(
                "SELECT DISTINCT ON (kind) kind, id, published_at FROM consent_documents ORDER BY kind, version DESC"
            )
        )
        return Reference(
            places=tuple(Place(*row) for row in places),
            directions=tuple(Direction(*row) for row in directions),
            consents={kind: (document, published) for kind, document, published in consents},
        )


def _copy(cursor: Cursor[Any], region: Region, progress: Callable[[float], None]) -> None:
    total = sum(len(sheet.rows) for sheet in region.sheets.values()) + len(region.votes) + len(region.journal)
    done = 0
    for table in _ORDER:
        columns, rows = _rows(region, table)
        constants = _defaults(table, columns)
        with cursor.copy(f"COPY {table} ({', '.join([*columns, *constants])}) FROM STDIN") as copy:
            for number, row in enumerate(rows, start=1):
                copy.write_row((*row, *constants.values()))
                if number % _BLOCK == 0:
                    progress((done + number) / total)
            done += len(rows)
        progress(done / total)


def _rows(region: Region, table: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    if table == "votes":
        return ("ballot_id", "application_id", "contest_id", "place", "points"), region.votes
    if table == "journal":
        columns = ("at", "actor_id", "key", "subject_kind", "subject_id", "facts")
        return columns, [(*row[:-1], _json(row[-1])) for row in region.journal]
    sheet = region.sheets.get(table)
    if sheet is None:
        return ("id",), []
    written = [place for place, column in enumerate(sheet.columns) if column in _JSON]
    if not written:
        return sheet.columns, sheet.rows
    return sheet.columns, [
        tuple(_json(value) if place in written and value is not None else value for place, value in enumerate(row))
        for row in sheet.rows
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _defaults(table: str, given: Iterable[str]) -> dict[str, Any]:
    """Return the columns that the generator does not speak of and that the models fill by themselves."""
    return dict(_constants(table, frozenset(given)))


def _constants(table: str, given: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for column in SQLModel.metadata.tables[table].columns:
        if column.name in given or column.nullable or column.server_default is not None:
            continue
        default = column.default
        if isinstance(default, ScalarElementColumnDefault):
            value = default.arg
            yield column.name, value.value if hasattr(value, "value") else value
        elif not (column.primary_key and column.autoincrement):
            raise LookupError(f"the demo region has no value for {table}.{column.name}")


def _seal_ballots() -> None:
    """Seal the ballots of the votes that are over, each at its closing, and write the files of those counted."""
    from elka import publishing
    from elka.core.lifecycle import PhaseKind, by_kind
    from elka.models.contests import phases_of
    from elka.state import result_seal

    with work_as(SYSTEM) as work:
        for contest_id in result_seal.unsealed(work):
            work.now = by_kind(phases_of(work.session, contest_id))[PhaseKind.VOTING].closes_at
            result_seal.seal(work, contest_id)
    for contest_id in publishing.due():
        publishing.make(contest_id)


def _seal() -> None:
    """Seal the histories into the journal's chain at once, as the site's job would do by and by."""
    from elka.state import journal

    sealed = journal.BATCH
    while sealed == journal.BATCH:
        with work_as(SYSTEM) as work:
            sealed = journal.seal(work)
