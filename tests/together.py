"""The same thing done by several at the very same moment, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import sqlalchemy as sa

from elka.core.actor import Actor
from elka.db import Work, work_as


def together(
    times: int, engine: sa.Engine, now: datetime, who: Actor, call: Callable[[Work], Any], *, expected: type = ()
) -> list[Any]:
    """Return what each of so many calls returned, or the expected refusal that it raised; anything else is raised here."""
    return each([lambda: _in_work(engine, now, who, call)] * times, expected=expected)


def each(calls: Sequence[Callable[[], Any]], *, expected: type = ()) -> list[Any]:
    """Make all the calls at once, each in a thread of its own; return what they gave in their order."""
    start = Barrier(len(calls))
    found: list[Any] = [None] * len(calls)
    faults: list[BaseException] = []

    def run(place: int) -> None:
        try:
            start.wait()
            found[place] = calls[place]()
        except expected as refused:
            found[place] = refused
        except BaseException as error:  # noqa: BLE001  a thread's fault must fail the test
            faults.append(error)

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found


def _in_work(engine: sa.Engine, now: datetime, who: Actor, call: Callable[[Work], Any]) -> Any:
    with work_as(who, now=now, bind=engine) as work:
        return call(work)
