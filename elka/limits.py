"""How often one account or one address may do a thing: counted in memory, or in Redis for several workers.

Addresses have generous limits: half a town can be behind one address of a mobile operator, a whole school behind that of
its library. A vote has none at all: from a crowded address a proof of work is asked (state/vote_guard.py), and nobody is
refused. The address is the client's own, as many trusted proxies before us as the settings say. What an account is
(a person's id, or an e-mail whether or not it has an account) is up to the caller.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol

import redis
import structlog
from redis.exceptions import RedisError

from elka.errors import NotNow, TooOften
from elka.settings import settings

PATIENCE = 3  # seconds for an answer of Redis
SWEEP = 60  # seconds after which counters in memory that have ended are forgotten
log = structlog.get_logger(__name__)

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"(\d+) per (?:(\d+) )?(second|minute|hour|day)s?")


@dataclass(frozen=True)
class Limit:
    """Two limits, as «8 per hour» or «10 per 15 minutes»; "" for none."""

    account: str = ""
    address: str = ""


LIMITS = {
    "sign_in": Limit(account="10 per 15 minutes", address="300 per 15 minutes"),
    "sign_up": Limit(account="8 per hour", address="300 per hour"),  # a school signs up in one lesson
    "restore": Limit(account="5 per hour", address="60 per hour"),
    "letter": Limit(account="5 per hour"),  # letters that anybody can cause to one address
    "password": Limit(account="10 per 15 minutes"),  # the old password asked again of somebody signed in
    "persona": Limit(address="600 per hour"),
    "file": Limit(account="120 per hour", address="2400 per hour"),
    "print": Limit(account="60 per 15 minutes"),
    "book": Limit(address="600 per 15 minutes"),  # tables of published results, written anew for each
    "what_if": Limit(account="60 per hour"),  # pictures of «Что если»: seconds of a processor each
    "export": Limit(account="20 per hour"),
    "receipt": Limit(account="30 per 15 minutes", address="300 per 15 minutes"),  # nobody finds one by trying
    "vote": Limit(account="60 per minute"),
    "write": Limit(account="120 per minute"),  # anything else that leaves a trace others see
}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many attempts in so many seconds."""

    most: int
    span: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that is to be counted under a key."""

    key: str
    rate: Rate


class Counters(Protocol):
    """Counters of sliding windows.

    Attempts of this window are counted, and those of the last one by as much of it as the sliding window still covers.
    """

    def count(self, attempts: Sequence[Attempt]) -> list[float]:
        """Count each that is within its limit; return for each 0.0, or the seconds until its window ends."""

    def forget(self, keys: Sequence[str]) -> None:
        """Begin anew with these."""

    def reset(self) -> None:
        """Begin anew with all."""


class InMemory:
    """Counters of one worker: window, attempts in it, attempts in the one before, and when that is of no matter."""

    def __init__(self) -> None:
        """Know nothing."""
        self._kept: dict[str, tuple[int, int, int, float]] = {}
        self._lock = threading.Lock()
        self._swept = 0.0

    def count(self, attempts: Sequence[Attempt]) -> list[float]:
        """Count; as told above."""
        with self._lock:
            now = time.time()
            if now - self._swept > SWEEP:
                self._kept = {key: kept for key, kept in self._kept.items() if kept[3] > now}
                self._swept = now
            return [self._one(attempt.key, attempt.rate, now) for attempt in attempts]

    def forget(self, keys: Sequence[str]) -> None:
        """Begin anew with these."""
        with self._lock:
            for key in keys:
                self._kept.pop(key, None)

    def reset(self) -> None:
        """Begin anew with all."""
        with self._lock:
            self._kept.clear()

    def _one(self, key: str, rate: Rate, now: float) -> float:
        window, passed = divmod(now, rate.span)
        at, here, before, _ = self._kept.get(key, (0, 0, 0, 0.0))
        if at != window:
            here, before = 0, here if at == window - 1 else 0
        left = rate.span - passed
        if math.floor(before * left / rate.span + here) >= rate.most:
            return left
        self._kept[key] = (int(window), here + 1, before, now + left + rate.span)
        return 0.0


# The same, for all workers, by the clock of Redis. KEYS are counters, ARGV the limit and the seconds of each.
_COUNT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local told = {}
for i, key in ipairs(KEYS) do
    local most, span = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local window = math.floor(now / span)
    local kept = redis.call('HMGET', key, 'at', 'here', 'before')
    local at, here, before = tonumber(kept[1] or -1), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
    if at ~= window then
        before = at == window - 1 and here or 0
        here = 0
    end
    local left = span - (now - window * span)
    if math.floor(before * left / span + here) >= most then
        told[i] = tostring(left)
    else
        redis.call('HSET', key, 'at', window, 'here', here + 1, 'before', before)
        redis.call('EXPIRE', key, math.ceil(left) + span)
        told[i] = '0'
    end
end
return told
"""
_PREFIX = "elka-limit:"


class InRedis:
    """Counters of several workers, each question one round trip. Raises RedisError."""

    def __init__(self, url: str) -> None:
        """Nothing connects yet."""
        self._redis: Any = redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
        self._count = self._redis.register_script(_COUNT)

    def count(self, attempts: Sequence[Attempt]) -> list[float]:
        """Count; as told above."""
        keys = [_PREFIX + attempt.key for attempt in attempts]
        return list(map(float, self._count(keys, [x for a in attempts for x in (a.rate.most, a.rate.span)])))

    def forget(self, keys: Sequence[str]) -> None:
        """Begin anew with these."""
        self._redis.delete(*(_PREFIX + key for key in keys))

    def reset(self) -> None:
        """Begin anew with all."""
        for key in self._redis.scan_iter(f"{_PREFIX}*"):
            self._redis.delete(key)


@lru_cache(maxsize=1)
def _storage() -> Counters:
    url = settings().redis_url
    return InRedis(url) if url else InMemory()


@lru_cache(maxsize=64)
def _rate(text: str) -> Rate:
    found = _RATE.fullmatch(text)
    if not found:
        raise ValueError(f"not a limit: {text!r}")
    return Rate(int(found[1]), int(found[2] or 1) * _SECONDS[found[3]])


def hit(name: str, *, account: object = None, address: str = "") -> None:
    """Count one attempt at ``name`` by this account, from this address; raise TooOften when it is one too many.

    An unknown address ("") and no account are not limited: jobs, tests and the command line have none. Raises NotNow
    while Redis is away: what cannot be counted is not let through.
    """
    for attempt in _attempts(name, account, address):
        for wait in _counted(name, [attempt]):
            if wait:
                raise TooOften(max(1, round(wait)))


def hit_each(name: str, accounts: Iterable[object]) -> list[TooOften | None]:
    """Count one attempt by each of these accounts, in one question; return what each is refused by. Raises NotNow."""
    attempts = [attempt for account in accounts for attempt in _attempts(name, account, "")]
    waits = _counted(name, attempts) if attempts else []
    return [TooOften(max(1, round(wait))) if wait else None for wait in waits]


def allows(name: str, *, account: object = None, address: str = "") -> bool:
    """Count one attempt and say whether it is within the limit: for what is left undone silently."""
    try:
        hit(name, account=account, address=address)
    except TooOften:
        return False
    return True


def forgive(name: str, *, account: object) -> None:
    """Forget the account's attempts: it has just proved who it is."""
    with suppress(RedisError):  # they are forgotten by themselves, a little later
        _storage().forget([attempt.key for attempt in _attempts(name, account, "")])


def reset() -> None:
    """Forget everything (tests)."""
    _storage().reset()


def _counted(name: str, attempts: Sequence[Attempt]) -> list[float]:
    try:
        return _storage().count(attempts)
    except RedisError as error:
        log.warning("not counted: no Redis", limit=name, reason=str(error))
        raise NotNow from error


def _attempts(name: str, account: object, address: str) -> list[Attempt]:
    limit = LIMITS[name]
    found = []
    if limit.account and account is not None:
        # Hashed: contacts do not belong into Redis.
        key = sha256(str(account).encode()).hexdigest()[:32]
        found.append(Attempt(f"{name}:account:{key}", _rate(limit.account)))
    if limit.address and address:
        found.append(Attempt(f"{name}:address:{address}", _rate(limit.address)))
    return found
