"""What every test gets: a PostgreSQL of its own, emptied for each test, and a fixed clock."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

# Before anything of ours is imported: the tests' own home, never the developer's.
if not (HOME := os.environ.get("ELKA_TEST_HOME")):
    HOME = tempfile.mkdtemp(prefix="elka-test-")
    # Asked for before PostgreSQL is started, so done after it was stopped.
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["ELKA_HOME"] = HOME
os.environ.setdefault("ELKA_DEMO", "on")

from elka import build, limits, migrate, publishing, trials
from elka.data.reference import load_reference
from elka.db import Work, engine_for, work_as
from elka.postgres import embedded_url
from elka.redis_server import RedisServer
from elka.settings import settings
from elka.state import vote_guard
from tests.lanes import pytest_xdist_make_scheduler  # noqa: F401  pytest finds it here
from tests.served import Site

LONG_NAME = 40  # bytes

# Rows that the migrations and the reference data bring; everything else is emptied between tests.
KEPT = {"alembic_version", "municipalities", "settlements", "directions", "consent_documents"}


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case by a file in it without the file: made anew by each process, it may hold another time."""
    return "file" if isinstance(val, bytes) and len(val) > LONG_NAME else None


def new_database(name: str) -> str:
    """Make an empty database in the tests' own PostgreSQL and return its URL."""
    url = embedded_url(Path(os.environ["ELKA_HOME"]))
    root = engine_for(url)
    with root.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    root.dispose()
    return url.replace("/postgres?", f"/{name}?")


def _spare_the_disk(url: str) -> None:
    """Let the tests' own PostgreSQL not wait for the disk: what it holds need not outlive a power cut."""
    engine = engine_for(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(scope="session")
def database() -> Iterator[sa.Engine]:
    """One migrated database for the session, filled with the reference tables."""
    os.environ["ELKA_DATABASE_URL"] = new_database(f"elka_test_{os.getpid()}")
    settings.cache_clear()
    _spare_the_disk(os.environ["ELKA_DATABASE_URL"])
    engine = engine_for(os.environ["ELKA_DATABASE_URL"])
    migrate.upgrade(engine)
    with work_as(bind=engine) as work:
        load_reference(work.session)
    yield engine
    engine.dispose()


def _served(name: str, *, filled: bool, **more: str) -> Iterator[Site]:
    home = Path(os.environ["ELKA_HOME"])
    build.refresh(settings())
    site = Site(new_database(f"{name}_{os.getpid()}"), home / name, filled=filled, more=more)
    if not filled:
        migrate.upgrade(site.engine)
        with work_as(bind=site.engine) as work:
            load_reference(work.session)
    try:
        site.start()
        yield site
        assert not site.faults(), "the site's log tells of faults after the last test that looked"
    finally:
        site.stop()
        site.engine.dispose()


@pytest.fixture(scope="session")
def site(database: sa.Engine) -> Iterator[Site]:
    """The site with the small demo region: one for all tests that need a real server."""
    yield from _served("elka_site", filled=True)


@pytest.fixture(scope="session")
def bare_site(database: sa.Engine) -> Iterator[Site]:
    """The site before anybody has come: reference tables only."""
    yield from _served("elka_bare", filled=False)


@pytest.fixture(scope="session")
def redis_server(database: sa.Engine) -> Iterator[RedisServer]:
    """What two workers share; a test may stop it and start it again."""
    server = RedisServer(Path(os.environ["ELKA_HOME"]) / "redis")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def wide_site(database: sa.Engine, redis_server: RedisServer) -> Iterator[Site]:
    """The site of two workers, with the small demo region."""
    yield from _served("elka_wide", filled=True, ELKA_WORKERS="2", ELKA_REDIS_URL=redis_server.url)


@pytest.fixture(params=["one worker", "two workers with Redis"])
def either_site(request: pytest.FixtureRequest) -> Site:
    """The site of one worker and of two: what holds for the one holds for the other."""
    found: Site = request.getfixturevalue("site" if request.param == "one worker" else "wide_site")
    return found


@pytest.fixture(scope="session")
def emptying(database: sa.Engine) -> str:
    """SQL that empties every table but the reference ones, in one round trip."""
    with database.connect() as connection:
        names = connection.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
        # The append-only guards are for the site; a test database is emptied as its owner may.
        steps = [
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {name}" for name in names if name not in KEPT),
        ]
    return "; ".join(steps)


@pytest.fixture
def empty(database: sa.Engine, emptying: str) -> sa.Engine:
    """The database with reference tables only, and no attempts counted against anybody."""
    limits.reset()
    vote_guard.forget_rhythms()
    with database.begin() as connection:
        connection.exec_driver_sql(emptying)
    return database


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Monday, 23 November 2026, noon in Ugra."""
    return datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def work(empty: sa.Engine, now: datetime) -> Iterator[Work]:
    """A unit of work of a guest, on an empty database."""
    with work_as(now=now, bind=empty) as unit:
        yield unit


@pytest.fixture
def own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Published files and trials of this test alone."""
    monkeypatch.setattr(publishing, "folder", lambda: tmp_path / "publications")
    monkeypatch.setattr(trials, "folder", lambda: tmp_path / "what-if")


@pytest.fixture
def queries(empty: sa.Engine) -> Iterator[Callable[[Callable[[], object]], int]]:
    """Count the queries that a call sends: a list must need the same number for one row and for thirty."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    def counted(call: Callable[[], object]) -> int:
        sent.clear()
        call()
        return len(sent)

    sa.event.listen(empty, "before_cursor_execute", note)
    yield counted
    sa.event.remove(empty, "before_cursor_execute", note)
