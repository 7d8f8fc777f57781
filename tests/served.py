"""The site as people meet it: the production build, started by ``elka up``, on a database of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import sqlalchemy as sa

from elka import build
from elka.core.actor import SYSTEM
from elka.db import Work, engine_for, work_as
from elka.models.sign_in import SignIn
from elka.settings import settings

START_SECONDS = 120
BURST = 200  # votes of one address before a proof is asked
STOP_SECONDS = 20


@dataclass
class Answer:
    """What a route answered. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Site:
    """A running site. ``filled``: with the small demo region, otherwise with the reference tables alone."""

    url: str
    home: Path
    filled: bool = True
    more: dict[str, str] = field(default_factory=dict)  # further variables of its environment
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    _read: int = 0
    _environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://localhost:{self.port}"

    @property
    def engine(self) -> sa.Engine:
        """The site's database."""
        return engine_for(self.url)

    @property
    def log(self) -> Path:
        """Everything that the site's processes print."""
        return self.home / "site.log"

    def start(self) -> None:
        """Start the site as an operator does, and wait until it is healthy."""
        self.home.mkdir(parents=True, exist_ok=True)
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        outer = {name: value for name, value in os.environ.items() if not name.startswith("ELKA_")}
        self._environment = {
            **outer,
            "ELKA_HOME": str(self.home),
            "ELKA_DATABASE_URL": self.url,
            "ELKA_PORT": str(self.port),
            "ELKA_DEMO": "on",
            # Everybody here comes from one address: what looks like a burst elsewhere is a test. Asked from here on:
            "ELKA_BURST_ADDRESS": str(BURST),
            "ELKA_BURST_NET": "100000",
            "ELKA_BURST_FRESH": "100000",
            "ELKA_BURST_FLOOR": "100000",
            "PYTHONPATH": str(build.ROOT),
            **self.more,
        }
        # An empty site is served without the step that fills it.
        command = ["elka.cli", "up"] if self.filled else ["elka.serve"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=self._environment if self.filled else {**build.environment(), **self._environment},
                cwd=build.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait()

    def wait(self, *, not_pid: int | None = None) -> None:
        """Wait until the site answers that it is well (``not_pid``: a new process of it, after a crash)."""
        deadline = time.monotonic() + START_SECONDS
        seen = "nothing"
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            if not_pid is None or self.pid() not in {None, not_pid}:
                try:
                    answer = self.get("/health")
                except OSError as error:
                    seen = str(error)
                else:
                    if answer.status == http.client.OK:
                        return
                    seen = answer.text
            time.sleep(0.1)
        raise RuntimeError(f"the site did not start; its health: {seen}; its log ends with:\n{self._tail()}")

    def stop(self) -> None:
        """Stop it as Ctrl+C does, and wait for the end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def pid(self) -> int | None:
        """Return the process that serves, the supervisor's child."""
        assert self.process
        if not self.filled:
            return self.process.pid
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next((int(child) for child in children if b"elka.serve" in _command(int(child))), None)

    def kill(self) -> int:
        """End the serving process and its workers at once, as a crash or the kernel would; return its pid."""
        served = self.pid()
        assert served
        os.killpg(served, signal.SIGKILL)  # the supervisor gave it a session of its own
        return served

    def workers(self) -> list[int]:
        """Return the processes that answer people."""
        served = self.pid()
        if served is None:
            return []
        return [child.pid for child in psutil.Process(served).children() if b"elka.serve" in _command(child.pid)]

    def worker_of(self, port: int) -> int:
        """Return the worker that holds the connection from this port of ours."""
        for worker in self.workers():
            if any(one.raddr and one.raddr.port == port for one in psutil.Process(worker).net_connections("tcp")):
                return worker
        raise LookupError(port)

    def faults(self) -> list[str]:
        """Return what the log complains of since this was asked last: errors, and whatever is a traceback."""
        with self.log.open("rb") as log:
            log.seek(self._read)
            text = log.read().decode(errors="replace")
            self._read = log.tell()
        return [line for line in text.splitlines() if _is_fault(line)]

    def get(
        self,
        path: str,
        *,
        method: str = "GET",
        body: str | None = None,
        cookie: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Ask a route, without a browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Host": f"localhost:{self.port}", **(headers or {})}
        if cookie:
            sent["Cookie"] = f"elka={cookie}"
        try:
            connection.request(method, path, body=body.encode() if body is not None else None, headers=sent)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
        finally:
            connection.close()

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Change the site's data beside it, as a test's set-up does; letters written meanwhile lead to this site."""
        ours = settings().base_url
        settings().base_url = self.address
        try:
            with work_as(SYSTEM, bind=self.engine) as work:
                yield work
        finally:
            settings().base_url = ours

    def person(self, email: str) -> int:
        """Return a person's id by e-mail."""
        with self.engine.connect() as connection:
            return connection.execute(
                sa.text("SELECT id FROM people WHERE email = :email"), {"email": email}
            ).scalar_one()

    def token(self, person_id: int) -> str:
        """Sign a person in without a browser; return the cookie's value."""
        with self.work() as work:
            return SignIn.open(work.session, person_id, work.now, user_agent="test", address="")

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _is_fault(line: str) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return bool(re.search(r"Traceback|Exception|\bERROR\b|\bCRITICAL\b|Unclosed|never awaited", line))
    return isinstance(record, dict) and record.get("level") in {"error", "critical"}
