"""Seconds from `make up` to a healthy site: cold in a fresh clone with nothing installed, then warm.

Cold is all of it: the virtual environment, the packages, the database, the demo region and the build of the pages.
Packages come from wherever pip and npm of this machine take them, so their caches and the network are part of the
figure. What is measured is the committed tree.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elka import build
from elka.bench import Figures, Progress

PATIENCE = 1200  # seconds
GRACE = 30


def run(progress: Progress) -> Figures:
    """Measure; return cold_s and warm_s."""
    folder = Path(tempfile.mkdtemp(prefix="elka-start-"))
    try:
        tree = folder / "elka"
        progress("cloning the committed tree")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(build.ROOT), str(tree)], check=True)  # noqa: S607
        environment = _environment()
        figures: Figures = {}
        for name in ("cold", "warm"):
            progress(f"make up, {name}")
            started = time.monotonic()
            with _up(tree, environment, folder / f"{name}.log"):
                figures[f"{name}_s"] = round(time.monotonic() - started, 1)
        return figures
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Return what a newcomer's shell holds: nothing of this run's Python and nothing of ours."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("ELKA_")}
    return {**kept, "ELKA_PORT": str(port)}


@contextmanager
def _up(tree: Path, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run `make up` until the site is healthy; stop it at the end and wait until it is gone."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            ["make", "up"],  # noqa: S607
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(child, int(environment["ELKA_PORT"]), log)
            yield
        finally:
            _end(child)


def _wait(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and child.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"`make up` brought no healthy site:\n{log.read_text(errors='replace')[-4000:]}")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop everything that was started, the database included."""
    for number in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            child.wait()
        return
