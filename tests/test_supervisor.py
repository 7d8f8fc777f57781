"""`elka up` as an operator meets it: a taken port, wrong settings, a crash of the site, and the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ELKA_")}
    return {**kept, "PYTHONPATH": str(ROOT), "ELKA_HOME": str(home), **more}


def _elka(*words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "elka.cli", *words],
        cwd=ROOT,
        env=_environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _health(port: int, seconds: float) -> dict[str, str]:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _redis_of(parent: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(parent).children() if child.name() == "valkey-server"]


def test_a_taken_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = _elka("up", home=tmp_path, ELKA_PORT=str(port))
    assert done.returncode == 1
    assert f"port {port} is taken" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_wrong_settings_stop_the_start_and_are_named(tmp_path: Path) -> None:
    done = _elka("up", home=tmp_path, ELKA_SMTP_URL="mail.example.org")
    assert done.returncode == 1
    assert "ELKA_SMTP_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_database_is_said_plainly(tmp_path: Path) -> None:
    done = _elka(
        "up", home=tmp_path, ELKA_PORT=str(_free_port()), ELKA_DATABASE_URL="postgresql://elka:secret@127.0.0.1:9/elka"
    )
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert "no connection to the database" in said
    assert "secret" not in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("site")  # it has built the pages
def test_the_site_comes_back_after_a_crash_and_ends_cleanly(tmp_path: Path) -> None:
    """Of two workers, without a Redis of the operator's: ours is started, kept running and ended too."""
    port = _free_port()
    with (tmp_path / "log").open("wb") as log:
        parent = subprocess.Popen(
            [sys.executable, "-m", "elka.cli", "up"],
            cwd=ROOT,
            env=_environment(tmp_path / "home", ELKA_PORT=str(port), ELKA_WORKERS="2"),
            stdout=log,
            stderr=log,
        )
    try:
        assert _health(port, 120)["status"] == "ok"
        (shared,) = _redis_of(parent.pid)
        shared.kill()
        time.sleep(1)
        (shared,) = _redis_of(parent.pid)
        assert _health(port, 10)["redis"] == "ok"
        (site,) = [
            child for child in psutil.Process(parent.pid).children() if "elka.serve" in " ".join(child.cmdline())
        ]
        postmaster = int((tmp_path / "home" / "pg" / "postmaster.pid").read_text().split()[0])
        for process in [*site.children(recursive=True), site]:
            process.kill()
        site.wait(10)
        time.sleep(0.5)
        assert _health(port, 60)["database"] == "ok"
        assert int((tmp_path / "home" / "pg" / "postmaster.pid").read_text().split()[0]) == postmaster
    finally:
        parent.send_signal(signal.SIGTERM)
        code = parent.wait(30)
    assert code == 0
    assert not shared.is_running()
    assert not psutil.pid_exists(postmaster) or psutil.Process(postmaster).status() == psutil.STATUS_ZOMBIE
    assert "Traceback" not in (tmp_path / "log").read_text()
