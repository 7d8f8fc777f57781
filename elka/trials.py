"""What «Что если» keeps for an hour: the file of votes that an official has sent, and the pictures made of votes.

Files of the disk, beside those that are backed up and not among them: nothing of it belongs to a contest. Each lies
under the person's id and the contest's, so only its owner finds it, and a newer one takes the place of the older ones.
Counting goes on in a thread of its own, one picture at a time in a process: the others wait for it, and a few only.
"""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from elka.core.comparing import Cast, Compared, as_facts, compare, from_facts
from elka.errors import NotFound, Refused
from elka.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_SECONDS = 3600
PICTURES_KEPT = 3  # of one person and contest: a tab beside shows its own
WAITING_MAX = 4
LONGEST_SECONDS = 300  # of one picture; a city's takes three
_KEY = re.compile(r"[0-9a-f]{32}")
_waiting = 0
_guard = Lock()


class Busy(Refused):
    """Too many pictures are being made."""

    def __init__(self) -> None:
        """Say when to come again."""
        super().__init__("Сейчас считают другие. Попробуйте через минуту.")


class TooLong(Refused):
    """The votes are such that a rule would go on for hours."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "За пять минут не посчитать: правилу приходится поднимать доли слишком мелко. Возьмите шаг крупнее или уберите "
            "проекты, за которые почти никто не голосует."
        )


class Gone(NotFound):
    """What was kept is not there any more."""


class Stopped(Exception):  # noqa: N818  not a fault: a person has changed their mind
    """Nobody waits for this picture any more."""


def folder() -> Path:
    """Return the folder of all that is kept."""
    return settings().home / "what-if"


def keep_votes(person_id: int, contest_id: int, data: bytes) -> None:
    """Keep a file of votes in place of the former one."""
    sweep()
    _write(_votes(person_id, contest_id), data)


def votes(person_id: int, contest_id: int) -> bytes:
    """Return the file of votes. Raises Gone."""
    try:
        return _fresh(_votes(person_id, contest_id)).read_bytes()
    except FileNotFoundError as error:
        raise Gone("Выберите файл голосов: он хранится час, а потом удаляется.") from error


def forget_votes(person_id: int, contest_id: int) -> None:
    """Remove the file of votes."""
    _votes(person_id, contest_id).unlink(missing_ok=True)


def keep_picture(person_id: int, contest_id: int, about: dict[str, Any], compared: Compared) -> str:
    """Keep a picture with what is told of it, beside the newest of the former ones; return its key."""
    sweep()
    older = sorted(folder().glob(f"{person_id}-{contest_id}-*.json"), key=_age, reverse=True)
    for path in older[PICTURES_KEPT - 1 :]:
        path.unlink(missing_ok=True)
    key = uuid4().hex
    text = json.dumps({"about": about, "compared": as_facts(compared)}, ensure_ascii=False)
    _write(_picture(person_id, contest_id, key), text.encode())
    return key


def picture(person_id: int, contest_id: int, key: object) -> tuple[dict[str, Any], Compared]:
    """Return a picture and what is told of it, to whoever made it. Raises Gone."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Gone
    try:
        found = json.loads(_fresh(_picture(person_id, contest_id, key)).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Gone("Картина уже удалена: она хранится час. Посчитайте ещё раз.") from error
    return found["about"], from_facts(found["compared"])


def sweep() -> int:
    """Remove what is older than an hour; return how much that was."""
    swept = 0
    for path in folder().glob("*") if folder().exists() else ():
        if time.time() - _age(path) > KEPT_SECONDS:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


class Counting:
    """A picture being made. ``done`` of ``of`` rules are counted."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self.done = 0
        self.of = 0
        self._stop = Event()
        self._began = 0.0

    def told(self, done: int, of: int) -> None:
        """Take what ``compare`` tells; raise Stopped when nobody waits, TooLong when it took too long."""
        if self._stop.is_set():
            raise Stopped
        self._began = self._began or time.monotonic()
        if time.monotonic() - self._began > LONGEST_SECONDS:
            raise TooLong
        self.done, self.of = done, of

    def stop(self) -> None:
        """Stop at the next step of the rule that is being counted."""
        self._stop.set()


def start(make: Callable[[], tuple[Cast, dict[str, Any]]], counting: Counting) -> Future[Compared]:
    """Make votes and compare rules on them, in turn. Raises Busy when too many wait already.

    ``make`` returns the votes and the terms of ``compare``.
    """
    global _waiting  # noqa: PLW0603  the length of this process's own queue
    with _guard:
        if _waiting >= WAITING_MAX:
            raise Busy
        _waiting += 1

    def run() -> Compared:
        counting.told(0, 0)
        cast, terms = make()
        return compare(cast, told=counting.told, **terms)

    future = _thread().submit(run)
    future.add_done_callback(_one_less)
    return future


def _one_less(_: Future[Any]) -> None:
    global _waiting  # noqa: PLW0603
    with _guard:
        _waiting -= 1


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="elka-what-if")


def _votes(person_id: int, contest_id: int) -> Path:
    return folder() / f"{person_id}-{contest_id}.votes"


def _picture(person_id: int, contest_id: int, key: str) -> Path:
    return folder() / f"{person_id}-{contest_id}-{key}.json"


def _fresh(path: Path) -> Path:
    if time.time() - _age(path) > KEPT_SECONDS:
        path.unlink(missing_ok=True)
    return path


def _age(path: Path) -> float:
    """Return when a file was written; long ago where it is not there any more."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _write(path: Path, data: bytes) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{uuid4().hex[:8]}.part")
    draft.write_bytes(data)
    draft.replace(path)
