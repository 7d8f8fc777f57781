"""How often one account or one address may do a thing: counted in memory, or in Redis for several workers.

Addresses have generous limits: half a town can be behind one address of a mobile operator, a whole school behind that of
its library. A vote has none at all: from a crowded address a proof of work is asked (state/vote_guard.py), and nobody is
refused. The address is the client's own, as many trusted proxies before us as the settings say. What an account is
(a person's id, or an e-mail whether or not it has an account) is up to the caller.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from elka.core.addresses import networks
from elka.errors import NotNow, TooOften
from elka.settings import settings

PATIENCE = 3  # seconds for an answer of Redis
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """Limits in the notation of the ``limits`` library; "" for none. ``here``: of an account from one network."""

    account: str = ""
    address: str = ""
    here: str = ""


LIMITS = {
    # A stranger who guesses at somebody's password uses up their own attempts, not those of the owner at home.
    "sign_in": Limit(account="100 per 15 minutes", address="300 per 15 minutes", here="10 per 15 minutes"),
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


@lru_cache(maxsize=1)
def _storage() -> Storage:
    url = settings().redis_url
    if not url:
        return storage_from_string("memory://")
    return storage_from_string(
        f"redis+{url}" if url.startswith("unix://") else url,
        wrap_exceptions=True,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
    )


@lru_cache(maxsize=64)
def _item(text: str) -> RateLimitItem:
    return parse(text)


def hit(name: str, *, account: object = None, address: str = "") -> None:
    """Count one attempt at ``name`` by this account, from this address; raise TooOften when it is one too many.

    An unknown address ("") and no account are not limited: jobs, tests and the command line have none. Raises NotNow
    while Redis is away: what cannot be counted is not let through.
    """
    limiter = SlidingWindowCounterRateLimiter(_storage())
    try:
        for item, key in _keys(name, account, address):
            if not limiter.hit(item, *key):
                reset = limiter.get_window_stats(item, *key).reset_time
                raise TooOften(max(1, round(reset - time.time())))
    except StorageError as error:
        log.warning("not counted: no Redis", limit=name, reason=str(error.storage_error))
        raise NotNow from error


def hit_each(name: str, accounts: Iterable[object]) -> list[TooOften | None]:
    """Count one attempt by each of these accounts; return what each is refused by. Raises NotNow."""
    found: list[TooOften | None] = []
    for account in accounts:
        try:
            hit(name, account=account)
        except TooOften as refused:
            found.append(refused)
        else:
            found.append(None)
    return found


def allows(name: str, *, account: object = None, address: str = "") -> bool:
    """Count one attempt and say whether it is within the limit: for what is left undone silently."""
    try:
        hit(name, account=account, address=address)
    except TooOften:
        return False
    return True


def forgive(name: str, *, account: object, address: str = "") -> None:
    """Forget the account's attempts, those from this network among them: it has just proved who it is."""
    limiter = SlidingWindowCounterRateLimiter(_storage())
    with suppress(StorageError):  # they are forgotten by themselves, a little later
        for item, key in _keys(name, account, address):
            if key[1] != "address":
                limiter.clear(item, *key)


def reset() -> None:
    """Forget everything (tests)."""
    _storage().reset()


def _keys(name: str, account: object, address: str) -> list[tuple[RateLimitItem, tuple[str, str, str]]]:
    limit = LIMITS[name]
    found = []
    one, net = networks(address)
    if limit.here and account is not None:  # first: what is refused here takes nothing from the account
        found.append((_item(limit.here), (name, "here", _hashed(f"{account} {net or address}"))))
    if limit.account and account is not None:
        found.append((_item(limit.account), (name, "account", _hashed(account))))
    if limit.address and address:
        # A home has 2⁶⁴ addresses of IPv6: all of them are one.
        found.append((_item(limit.address), (name, "address", one or address)))
    return found


def _hashed(account: object) -> str:
    """Return an account as it is counted: contacts do not belong into Redis."""
    return sha256(str(account).encode()).hexdigest()[:32]
