"""Jobs: deferred with their cause, done once by two workers, done again after a death without doubling."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from elka import jobs, mailer
from elka.db import work_as
from elka.settings import settings
from tests import factories


class Postbox:
    """An SMTP server's handler that keeps what it received."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  aiosmtpd's own name
        self.letters.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch):
    """A real SMTP server, and the settings that send to it."""
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("ELKA_SMTP_URL", f"smtp://127.0.0.1:{port}")
    settings.cache_clear()
    yield box
    server.stop()
    monkeypatch.delenv("ELKA_SMTP_URL")
    settings.cache_clear()


def _letter(empty: sa.Engine, subject: str = "Проверка") -> int:
    with work_as(bind=empty) as work:
        letter = work.mail(factories.person(work), subject, "Здравствуйте!\n\nПисьмо с кириллицей.")
        return letter.id


EMPTIES = """
import asyncio
from elka import jobs
async def main():
    async with jobs.open_app() as app:
        await app.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")
asyncio.run(main())
"""


def _two_workers() -> None:
    """Let two processes empty the queue side by side."""
    workers = [subprocess.Popen([sys.executable, "-c", EMPTIES]) for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]


def test_a_rolled_back_work_leaves_no_letter_and_no_job(empty: sa.Engine) -> None:
    def fail() -> None:
        with work_as(bind=empty) as work:
            work.mail(factories.person(work), "Проверка", "Текст")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM mail")).scalar_one() == 0
        assert connection.execute(sa.text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0


def test_two_workers_send_each_letter_once(empty: sa.Engine, postbox: Postbox) -> None:
    numbers = [_letter(empty) for _ in range(12)]
    _two_workers()
    assert len(postbox.letters) == len({to for to, _ in postbox.letters}) == 12
    assert "=?utf-8?" in postbox.letters[0][1].decode()
    assert mailer.send(numbers[0]) is False
    assert len(postbox.letters) == 12


def test_a_subject_cannot_add_headers(empty: sa.Engine, postbox: Postbox) -> None:
    number = _letter(empty, "Тема\r\nBcc: all@example.org")
    assert mailer.send(number)
    head = postbox.letters[0][1].decode().split("\r\n\r\n")[0]
    assert not any(line.lower().startswith("bcc:") for line in head.splitlines())


def test_a_failed_delivery_is_kept_for_another_try(empty: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = _letter(empty)
    monkeypatch.setenv("ELKA_SMTP_URL", "smtp://127.0.0.1:9")
    settings.cache_clear()
    with pytest.raises(OSError, match="refused"):
        mailer.send(number)
    monkeypatch.delenv("ELKA_SMTP_URL")
    settings.cache_clear()
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT sent_at FROM mail")).scalar_one() is None


KILLED = """
import asyncio, os, sys
from elka import jobs
@jobs.jobs.task(name="effect")
async def effect(key):
    from elka.db import engine
    import sqlalchemy as sa
    with engine().begin() as connection:  # the effect and its key are one transaction: a second run changes nothing
        connection.execute(sa.text("INSERT INTO effects VALUES (:key) ON CONFLICT DO NOTHING"), {"key": key})
    print("done", flush=True)
    if sys.argv[1] == "die":
        await asyncio.sleep(60)
asyncio.run(jobs.run_worker(name=sys.argv[1]))
"""


def test_a_job_killed_half_way_is_done_again_without_doubling(
    empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty.begin() as connection:
        connection.execute(sa.text("CREATE TABLE effects (key text PRIMARY KEY)"))
    try:
        with work_as(bind=empty) as work:
            work.later("effect", key="once")
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        first = subprocess.Popen([sys.executable, "-c", KILLED, "die"], env=environment, stdout=subprocess.PIPE)
        assert first.stdout.readline().strip() == b"done"
        first.send_signal(signal.SIGKILL)
        first.wait()
        first.stdout.close()
        with empty.connect() as connection:
            assert (
                connection.execute(
                    sa.text("SELECT status FROM procrastinate_jobs WHERE task_name = 'effect'")
                ).scalar_one()
                == "doing"
            )
        monkeypatch.setattr(jobs, "STALLED_SECONDS", 0)

        async def take_up() -> None:
            async with jobs.open_app() as app:
                for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=0):
                    await app.job_manager.retry_job(job)

        asyncio.run(take_up())
        second = subprocess.Popen([sys.executable, "-c", KILLED, "finish"], env=environment, stdout=subprocess.PIPE)
        assert second.stdout.readline().strip() == b"done"
        deadline = time.monotonic() + 20
        left = 1
        while left and time.monotonic() < deadline:
            with empty.connect() as connection:
                left = connection.execute(
                    sa.text(
                        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'effect' AND status <> 'succeeded'"
                    )
                ).scalar_one()
            time.sleep(0.1)
        second.send_signal(signal.SIGKILL)
        second.wait()
        second.stdout.close()
        assert left == 0
        with empty.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM effects")).scalar_one() == 1
    finally:
        with empty.begin() as connection:
            connection.execute(sa.text("DROP TABLE effects"))


async def test_a_stalled_job_gives_way_to_the_next_of_its_kind(empty: sa.Engine) -> None:
    """What its worker left undone the waiting one does; it must not hold back the other stalled jobs."""
    with empty.begin() as connection:
        worker = connection.execute(
            sa.text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 day') RETURNING id")
        ).scalar_one()
        for task, lock, status in (
            ("clock", "clock", "doing"),
            ("clock", "clock", "todo"),
            ("make_export", None, "doing"),
        ):
            connection.execute(
                sa.text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id) "
                    "VALUES ('clock', :task, :lock, CAST(:status AS procrastinate_job_status), :worker)"
                ),
                {"task": task, "lock": lock, "status": status, "worker": worker if status == "doing" else None},
            )
    async with jobs.open_app() as app:
        await jobs.retry_stalled(SimpleNamespace(app=app), 0)
    with empty.connect() as connection:
        rows = connection.execute(sa.text("SELECT task_name, status FROM procrastinate_jobs ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("clock", "aborted"), ("clock", "todo"), ("make_export", "todo")]


@pytest.fixture(autouse=True)
def _no_left_over_jobs(empty: sa.Engine):
    yield
    with empty.begin() as connection:
        connection.execute(sa.text("TRUNCATE procrastinate_jobs CASCADE"))
