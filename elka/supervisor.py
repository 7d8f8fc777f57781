"""The parent of everything that `elka up` starts: it holds the database, builds the pages and keeps the site running.

The site is a child process, so a crash or a ``kill -9`` of it leaves PostgreSQL untouched and is mended by a new start.
Several workers without a Redis of the operator's are given one of ours, which is kept running too.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from rich.console import Console

from elka import build, clock, migrate
from elka.db import engine_for
from elka.postgres import embedded_url
from elka.redis_server import NoRedis, RedisServer
from elka.settings import Settings, settings

GRACE_SECONDS = 15
QUICK_DEATH_SECONDS = 5
MANY_DEATHS = 5


class CannotStart(Exception):  # noqa: N818  read as a sentence by the operator
    """The site cannot start; the message says why and what to do."""


def _refuse_taken_port(site: Settings, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in site.host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((site.host, port))
        except OSError as error:
            raise CannotStart(
                f"port {port} is taken or not allowed ({error.strerror}): stop what holds it, or set ELKA_PORT"
            ) from error


def prepare(console: Console, *, rebuild: bool = False, pages: bool = True) -> dict[str, str]:
    """Start and migrate the database, fill the demo region if all is empty, build the pages.

    Return the environment for the site's processes.
    """
    site = settings()
    url = site.database_url
    if url is None:
        with console.status("Starting the database…"):
            try:
                url = embedded_url(site.home)
            except Exception as error:
                raise CannotStart(f"the embedded PostgreSQL did not start in {site.home}: {error}") from error
    engine = engine_for(url)
    _ready(console, engine, url, site)
    if pages and (rebuild or not build.is_fresh(site)):
        with console.status("Building the pages (a few minutes the first time)…"):
            try:
                if rebuild:
                    build.build(site)
                else:
                    build.refresh(site)
            except build.BuildFailed as error:
                raise CannotStart(f"the pages could not be built\n{error}") from error
    engine.dispose()
    return {
        **build.environment(),
        "ELKA_DATABASE_URL": url,
        "ELKA_HOME": str(site.home),
        "ELKA_SECRET_KEY": site.key().decode(),
    }


def _ready(console: Console, engine: object, url: str, site: Settings) -> None:
    import sqlalchemy as sa

    from elka import doctor
    from elka.data.reference import load_reference
    from elka.db import work_as

    assert isinstance(engine, sa.Engine)  # noqa: S101  narrows the type
    try:
        migrate.upgrade(engine)
    except sa.exc.OperationalError as error:
        where = sa.make_url(url).render_as_string(hide_password=True)
        raise CannotStart(f"no connection to the database {where}: {error.orig}") from error
    fits = doctor.connections(site, engine)
    if not fits.ok:
        raise CannotStart(fits.detail)
    with work_as(bind=engine) as work:
        load_reference(work.session)
    if site.is_demo:
        from elka.demo.load import is_empty, load

        if is_empty(engine):
            with console.status("Filling the demo region…"):
                load(engine, scale="small", seed=2026, now=clock.now(), progress=lambda _done, _what: None)


def up(console: Console, *, rebuild: bool = False) -> int:
    """Run the site until told to stop; return the exit code."""
    site = settings()
    _refuse_taken_port(site, site.port)
    environment = prepare(console, rebuild=rebuild)
    redis = _redis(site)
    if redis is not None:
        environment["ELKA_REDIS_URL"] = redis.url
    mark = "  [yellow](демонстрация)[/yellow]" if site.is_demo else ""
    console.print(f"[bold green]ЕЛКА[/bold green] {site.base_url}{mark}   Ctrl+C stops it.")
    try:
        return _Keeper([sys.executable, "-m", "elka.serve"], environment, console, redis=redis).run()
    finally:
        if redis is not None:
            redis.stop()


def _redis(site: Settings) -> RedisServer | None:
    """Start the Redis that several workers need and nobody gave them."""
    if site.workers == 1 or site.redis_url:
        return None
    redis = RedisServer(site.home / "redis")
    try:
        redis.start()
    except NoRedis as error:
        raise CannotStart(f"ELKA_WORKERS={site.workers} needs a Redis: {error}") from error
    return redis


def dev(console: Console) -> int:
    """Run the site with hot reload on one port: a change of the code rebuilds the pages and restarts the backend."""
    site = settings()
    _refuse_taken_port(site, site.port)
    environment = prepare(console, pages=False)
    environment |= {"REFLEX_ENV_MODE": "preview", "ELKA_API_URL": site.origin}
    build.STAMP.unlink(missing_ok=True)  # the folder is about to hold a build of another kind
    port = str(site.port)
    command = [sys.executable, "-m", "reflex", "run", "--env", "preview"]
    return _Keeper(
        [*command, "--frontend-port", port, "--backend-port", port, "--backend-host", site.host],
        environment,
        console,
        once=True,
    ).run()


class _Keeper:
    """Keep one child running; end it when we are told to end."""

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        console: Console,
        *,
        once: bool = False,
        redis: RedisServer | None = None,
    ) -> None:
        self.command, self.environment, self.console, self.once = command, environment, console, once
        self.redis = redis
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.deadline = 0.0

    def run(self) -> int:
        """Start the child, again after a crash, until a signal; give up when it dies at once many times."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        deaths = 0
        while not self.stopping:
            started = time.monotonic()
            self.child = subprocess.Popen(self.command, env=self.environment, cwd=build.ROOT, start_new_session=True)
            code = self._wait(self.child)
            if self.stopping:
                self._end_group()
                return 0
            if self.once:
                return code
            deaths = deaths + 1 if time.monotonic() - started < QUICK_DEATH_SECONDS else 1
            if deaths >= MANY_DEATHS:
                self.console.print(f"[red]The site ended {deaths} times at once (code {code}); giving up.[/red]")
                return 1
            self.console.print(f"[yellow]The site ended (code {code}); starting it again.[/yellow]")
            self._end_group()
            time.sleep(min(deaths, 3))
        return 0

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        """Wait for the child's end, no longer than the grace once we are told to stop."""
        # By looks: during a blocking wait() the signal's handler could not ask after the child.
        while (code := child.poll()) is None:
            if self.stopping and time.monotonic() > self.deadline:
                self._end_group()
            self._revive_redis()
            time.sleep(0.1)
        return code

    def _revive_redis(self) -> None:
        """Start our Redis again if it has ended; the site needs no new start for it."""
        if self.redis is None or self.stopping:
            return
        try:
            if self.redis.revive():
                self.console.print("[yellow]Redis ended; started again. Open pages begin anew.[/yellow]")
        except NoRedis as error:
            self.console.print(f"[red]{error}[/red]")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.child is None:
            sys.exit(0)
        self.stopping = True
        self.deadline = time.monotonic() + GRACE_SECONDS
        self.child.terminate()

    def _end_group(self) -> None:
        """End what is left of the child's own session (workers of a killed parent)."""
        if self.child is not None:
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
