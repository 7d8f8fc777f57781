"""Bring the database to the newest shape (or back), under a lock, so that two starts never migrate at once."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

HERE = Path(__file__).parent / "migrations"
LOCK = 7_235_110  # any number that nothing else of ours uses as an advisory lock


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Run every migration up to ``revision``."""
    _run(engine, command.upgrade, revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Undo migrations down to ``revision`` (``base``: all of them)."""
    _run(engine, command.downgrade, revision)


def _run(engine: sa.Engine, how: object, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        how(_config(connection), revision)  # type: ignore[operator]


def state(engine: sa.Engine) -> tuple[str | None, str | None]:
    """Return (revision of the database, newest revision of the code)."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        return context.get_current_revision(), ScriptDirectory.from_config(_config(connection)).get_current_head()
