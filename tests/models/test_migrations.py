"""Migrations: up and down and up again, and the models say the same as the database."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from elka import migrate
from elka.data.reference import load_reference
from elka.db import engine_for, work_as


@pytest.fixture
def fresh(database: sa.Engine) -> Iterator[sa.Engine]:
    """A database that nothing has touched."""
    name = f"elka_fresh_{os.getpid()}"
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine = engine_for(database.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def _left(engine: sa.Engine) -> set[str]:
    """Return the names of tables, functions and types of ours."""
    with engine.connect() as connection:
        return set(
            connection.execute(
                sa.text(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') "
                    "UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                )
            ).scalars()
        )


def test_up_down_and_up_again(fresh: sa.Engine) -> None:
    migrate.upgrade(fresh)
    have, want = migrate.state(fresh)
    assert have == want
    whole = _left(fresh)
    assert {"votes", "journal", "procrastinate_jobs", "elka_cast"} <= whole
    migrate.downgrade(fresh, "base")
    assert _left(fresh) == {"alembic_version"}
    migrate.upgrade(fresh)
    assert _left(fresh) == whole


def test_models_and_database_say_the_same(database: sa.Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _up: not (kind == "table" and str(name).startswith("procrastinate"))
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_loading_the_reference_again_changes_nothing(fresh: sa.Engine) -> None:
    migrate.upgrade(fresh)

    def numbers() -> list[int]:
        with work_as(bind=fresh) as work:
            load_reference(work.session)
        with fresh.connect() as connection:
            return [
                connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("municipalities", "settlements", "directions", "consent_documents")
            ]

    first = numbers()
    assert first[0] == 22
    assert first[1] == 200
    assert numbers() == first
