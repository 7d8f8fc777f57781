"""The Redis of several workers: started by us, checked by the doctor, asked for limits, and away."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
import sqlalchemy as sa
from reflex.istate.manager.token import BaseStateToken

from elka import doctor, limits, redis_server
from elka.build import ROOT
from elka.errors import NotNow, TooOften
from elka.redis_server import NoRedis, RedisServer
from elka.settings import Settings, settings
from elka.state.application_fill import FillState
from elka.state.faults import tell_backend_fault
from elka.state.votes import VotesState
from elka.workers import NotKept, States, Tabs
from tests.words import plain


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    made = RedisServer(tmp_path / "redis")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def shared(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """The settings name this server, and limits are counted there."""
    monkeypatch.setenv("ELKA_REDIS_URL", server.url)
    monkeypatch.setattr(limits, "PATIENCE", 0.2)
    monkeypatch.setitem(limits.LIMITS, "knock", limits.Limit(account="3 per hour"))
    _afresh()
    yield server
    monkeypatch.undo()
    _afresh()


def _afresh() -> None:
    settings.cache_clear()
    limits._storage.cache_clear()


def _ping(server: RedisServer) -> bool:
    with redis.Redis.from_url(server.url) as client:
        return bool(client.ping())


def test_only_this_user_reaches_it_and_nothing_is_written(server: RedisServer) -> None:
    socket = Path(server.url.removeprefix("unix://"))
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
        assert set(client.config_get("notify-keyspace-events")["notify-keyspace-events"]) == set(redis_server.WATCHED)


def test_it_is_started_again_after_a_crash_only(server: RedisServer) -> None:
    assert not server.revive()
    assert server.process
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert server.revive()
    assert _ping(server)


def test_one_left_over_from_a_killed_parent_makes_room(server: RedisServer) -> None:
    left = server.process
    assert left
    fresh = RedisServer(server.folder)
    fresh.start()
    try:
        assert left.wait(5) == 0
        assert _ping(fresh)
    finally:
        fresh.stop()


def test_a_long_home_is_no_hindrance(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / ("очень длинное имя " * 5) / "redis")
    server.start()
    try:
        assert _ping(server)
    finally:
        server.stop()


def test_a_machine_without_a_server_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(redis_server.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(NoRedis, match="ELKA_REDIS_URL"):
        RedisServer(tmp_path).start()


def test_several_workers_are_not_served_without_redis(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ELKA_")}
    done = subprocess.run(
        [sys.executable, "-m", "elka.serve"],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "ELKA_HOME": str(tmp_path), "ELKA_WORKERS": "2"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "ELKA_REDIS_URL" in done.stderr


def test_limits_are_counted_there_and_forgiven(shared: RedisServer) -> None:
    for _ in range(3):
        limits.hit("knock", account="a@example.org")
    limits._storage.cache_clear()  # as another worker, which has counted nothing itself
    with pytest.raises(TooOften):
        limits.hit("knock", account="a@example.org")
    with redis.Redis.from_url(shared.url) as client:
        assert not any(b"example.org" in key for key in client.scan_iter())
    limits.forgive("knock", account="a@example.org")
    assert limits.allows("knock", account="a@example.org")


def test_what_cannot_be_counted_is_refused_in_plain_words(shared: RedisServer) -> None:
    shared.stop()
    with pytest.raises(NotNow, match="Ничего не записано"):
        limits.hit("knock", account=1)
    limits.forgive("knock", account=1)  # somebody who signs in must not be stopped by that


def test_the_doctor_looks_at_redis_when_it_is_set(empty: sa.Engine, shared: RedisServer) -> None:
    found = {finding.name: finding for finding in doctor.basics()}
    assert found["redis"].ok
    shared.stop()
    found = {finding.name: finding for finding in doctor.basics()}
    assert not found["redis"].ok
    assert "does not answer" in found["redis"].detail
    assert found["database"].ok


def test_the_doctor_wants_no_redis_of_one_worker(empty: sa.Engine) -> None:
    assert "redis" not in {finding.name for finding in doctor.basics()}


def test_the_doctor_misses_a_redis_that_nobody_could_start(empty: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELKA_WORKERS", "2")
    settings.cache_clear()
    try:
        assert [finding.ok for finding in doctor.report() if finding.name == "redis"] == [True]
        monkeypatch.setattr(redis_server.importlib.util, "find_spec", lambda _name: None)
        assert [finding.ok for finding in doctor.report() if finding.name == "redis"] == [False]
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_more_workers_than_the_database_takes_are_refused(empty: sa.Engine) -> None:
    assert doctor.connections(Settings(workers=2, pool_size=12), empty).ok
    found = doctor.connections(Settings(workers=64, pool_size=12), empty)
    assert not found.ok
    assert "ELKA_POOL_SIZE" in found.detail


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (redis.ConnectionError("refused"), "Ничего не записано: повторите чуть позже."),
        (NotKept("Redis is gone"), "Обновите страницу, чтобы продолжить."),
        (ValueError("ours"), "Что-то сломалось у нас."),
    ],
)
def test_each_fault_has_its_own_words(fault: Exception, words: str) -> None:
    said = plain(" ".join(str(event) for event in tell_backend_fault(fault)))
    assert words in said


def test_a_connection_that_ended_while_it_lay_idle_is_not_used(
    empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elka.db.PING_AFTER_SECONDS", 0)
    mine = sa.text("SELECT pg_backend_pid()")
    with empty.connect() as one, empty.connect() as other:
        ended, killer = one.execute(mine).scalar_one(), other
        one.close()
        killer.execute(sa.text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": ended})
        with empty.connect() as again:
            assert again.execute(mine).scalar_one() != ended


@asynccontextmanager
async def _workers(server: RedisServer, number: int, **more: int) -> AsyncIterator[list[States]]:
    """Return the managers of states of so many workers, which know nothing of one another."""
    made = [States(redis=redis.asyncio.Redis.from_url(server.url), **more) for _ in range(number)]
    yield made
    for one in made:
        await one.close()


TAB = BaseStateToken(ident="tab", cls=VotesState)


def _votes(root: Any) -> VotesState:
    found: VotesState = root.get_substate(VotesState.get_full_name().split("."))
    return found


async def test_two_workers_take_turns_at_one_tab(server: RedisServer) -> None:
    async def press(worker: States) -> None:
        for _ in range(15):
            async with worker.modify_state(TAB) as root:
                seen = _votes(root).attempt
                await asyncio.sleep(0.001)
                _votes(root).attempt = seen + 1

    async with _workers(server, 2) as both:
        await asyncio.gather(*(press(worker) for worker in both for _ in range(2)))
        async with both[0].modify_state(TAB) as root:
            assert _votes(root).attempt == 60


async def test_a_tab_is_read_again_only_if_another_worker_wrote_it(server: RedisServer) -> None:
    async with _workers(server, 2) as (one, other):
        async with one.modify_state(TAB) as first:
            _votes(first).attempt = 1
        async with one.modify_state(TAB) as again:
            assert again is first
        async with other.modify_state(TAB) as there:
            _votes(there).attempt += 1
        async with one.modify_state(TAB) as fresh:
            assert fresh is not first
            assert _votes(fresh).attempt == 2


async def test_an_event_that_fails_changes_nothing_and_leaves_the_tab_free(server: RedisServer) -> None:
    async def fail(worker: States) -> None:
        async with worker.modify_state(TAB) as root:
            _votes(root).attempt = 7
            raise ZeroDivisionError

    async with _workers(server, 2) as (one, other):
        with pytest.raises(ZeroDivisionError):
            await fail(one)
        async with asyncio.timeout(2), other.modify_state(TAB) as root:
            assert _votes(root).attempt == 0


async def test_an_event_slower_than_its_lock_does_not_write_over_the_next(server: RedisServer) -> None:
    async def overtaken(slow: States, quick: States) -> None:
        async with slow.modify_state(TAB) as root:
            _votes(root).receipt = "slow"
            await asyncio.sleep(0.15)
            async with quick.modify_state(TAB) as fresh:
                _votes(fresh).receipt = "quick"

    async with _workers(server, 2, lock_expiration=100, lock_warning_threshold=90) as (slow, quick):
        with pytest.raises(NotKept):
            await overtaken(slow, quick)
        async with quick.modify_state(TAB) as root:
            assert _votes(root).receipt == "quick"


async def test_what_reflex_does_not_watch_is_kept_too(server: RedisServer) -> None:
    form = BaseStateToken(ident="tab", cls=FillState)
    path = FillState.get_full_name().split(".")
    async with _workers(server, 2) as (one, other):
        async with one.modify_state(form) as root:
            root.get_substate(path)._held.left.add("problem")
        async with other.modify_state(form) as root:
            assert root.get_substate(path)._held.left == {"problem"}


async def test_a_tab_of_a_dead_worker_takes_its_name_back(server: RedisServer) -> None:
    async def nothing(_update: Any, _token: str) -> None:
        return

    tabs = [Tabs(redis.asyncio.Redis.from_url(server.url)) for _ in range(2)]
    one, other = tabs
    one.ensure_lost_and_found_task(nothing)
    assert await one.link_token_to_sid("tab", "sid-1") is None
    for _ in range(200):
        if await one.redis.pubsub_numpat() == 2:  # of tabs' names, and of what is for its own tabs
            break
        await asyncio.sleep(0.01)
    renamed = await other.link_token_to_sid("tab", "sid-2")
    assert renamed not in {None, "tab"}  # the first is alive: another tab, a copy of it
    await one.close()  # its connections end, as those of a killed worker do; what it noted stays
    await asyncio.sleep(0.1)
    assert await other.link_token_to_sid("tab", "sid-3") is None
    await other.close()
