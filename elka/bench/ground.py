"""What a benchmark stands on: a temporary home with a migrated database, and the site's production server."""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from elka import build, migrate
from elka.bench import Progress
from elka.data.reference import load_reference
from elka.db import engine_for, work_as
from elka.postgres import embedded_url, stop_embedded
from elka.redis_server import RedisServer
from elka.settings import settings

START_SECONDS = 60


@dataclass(frozen=True)
class Ground:
    """A benchmark's own home, database and address. ``secret_key`` is the one that the server will use."""

    home: Path
    url: str
    engine: sa.Engine
    port: int
    environment: dict[str, str]

    @contextmanager
    def redis(self) -> Iterator[dict[str, str]]:
        """Run a Redis for several workers; give the variables that tell the site of it."""
        server = RedisServer(self.home / "redis")
        server.start()
        try:
            yield {"ELKA_REDIS_URL": server.url}
        finally:
            server.stop()

    @contextmanager
    def server(self, workers: int = 1, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run the site as ``elka up`` does; ``more``: further variables of its environment."""
        log = (self.home / "server.log").open("wb")
        child = subprocess.Popen(
            [sys.executable, "-m", "elka.serve"],
            env={**self.environment, "ELKA_WORKERS": str(workers), **more},
            cwd=build.ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait(child)
            yield child
        finally:
            child.terminate()
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            log.close()

    def _wait(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and child.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/ping")
                if connection.getresponse().status == http.client.OK:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        raise RuntimeError(f"the server did not start:\n{(self.home / 'server.log').read_text()[-4000:]}")


@contextmanager
def ground(progress: Progress) -> Iterator[Ground]:
    """Make a home with an empty, migrated database that holds the reference tables, and the built pages.

    The database is durable as the site's own is. Everything is removed at the end.
    """
    if not build.is_fresh(settings()):
        progress("building the pages")
        build.build(settings())
    home = Path(tempfile.mkdtemp(prefix="elka-bench-"))
    try:
        progress("starting a database")
        url = embedded_url(home)
        engine = engine_for(url)
        migrate.upgrade(engine)
        with work_as(bind=engine) as work:
            load_reference(work.session)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = {
            "ELKA_HOME": str(home),
            "ELKA_DATABASE_URL": url,
            "ELKA_HOST": "127.0.0.1",
            "ELKA_PORT": str(port),
            "ELKA_SECRET_KEY": secrets.token_urlsafe(48),  # as `elka up` hands it to its workers
        }
        outer = {name: value for name, value in build.environment().items() if not name.startswith("ELKA_")}
        yield Ground(home, url, engine, port, {**outer, **own, "PYTHONPATH": os.pathsep.join(sys.path)})
        engine.dispose()
    finally:
        stop_embedded(home)
        shutil.rmtree(home, ignore_errors=True)
