"""A small cache of what everybody sees alike: built as a guest, kept for seconds, one builder at a time.

Only for public figures that may be a little old. Never for anything that depends on who asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from elka.core.actor import GUEST
from elka.db import Work, work_as

T = TypeVar("T")
MOST = 256


@dataclass
class _Slot:
    lock: Lock = field(default_factory=Lock)
    value: Any = None
    until: float = 0.0


_slots: dict[Hashable, _Slot] = {}
_guard = Lock()


def public(key: Hashable, seconds: float, build: Callable[[Work], T]) -> T:
    """Return the value under ``key``, built by ``build(work)`` as a guest when it is older than ``seconds``.

    While one thread builds anew, the others are given the former value, so a slow query never queues people.
    """
    with _guard:
        if len(_slots) > MOST:
            _slots.clear()
        slot = _slots.setdefault(key, _Slot())
    if time.monotonic() < slot.until:
        return slot.value  # type: ignore[no-any-return]
    if not slot.lock.acquire(blocking=slot.value is None):
        return slot.value  # type: ignore[no-any-return]
    try:
        if time.monotonic() >= slot.until:
            with work_as(GUEST) as work:
                slot.value = build(work)
            slot.until = time.monotonic() + seconds
        return slot.value  # type: ignore[no-any-return]
    finally:
        slot.lock.release()


def forget() -> None:
    """Drop everything: tests, and a database that was replaced."""
    with _guard:
        _slots.clear()
