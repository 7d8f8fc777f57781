"""Whether a proxy stands before the site that ``ELKA_TRUSTED_PROXIES`` does not know of.

Everybody behind such a proxy has its address: limits are shared by all of them, and each is asked for a proof of work
before a vote. It cannot be seen when the site starts, only by the first request that comes through.
"""

from __future__ import annotations

import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import structlog
from starlette.types import Scope

from elka.settings import settings

TROUBLE = (
    "requests come through a proxy, and ELKA_TRUSTED_PROXIES is not set: all people seem to have its address. "
    "Set it to the number of proxies in front of the site (usually 1)"
)
REMEMBERED = 7 * 24 * 3600  # seconds that the self-check speaks of it
log = structlog.get_logger(__name__)
_told: set[Path] = set()


def look(scope: Scope) -> None:
    """Say in the log, once a process, that a request came through an unknown proxy, and leave a note for `elka doctor`."""
    site = settings()
    if site.trusted_proxies or site.home in _told or not _passed_on(scope):
        return
    _told.add(site.home)
    log.warning(TROUBLE)
    with suppress(OSError):  # the note is for convenience; the log has it
        _note().touch()


def unknown() -> bool:
    """Whether a request came through an unknown proxy of late."""
    if settings().trusted_proxies:
        return False
    try:
        return time.time() - _note().stat().st_mtime < REMEMBERED
    except FileNotFoundError:
        return False


def forget() -> None:
    """Begin anew: what was seen before this start may be mended by now."""
    _told.discard(settings().home)
    _note().unlink(missing_ok=True)


def _passed_on(scope: Scope) -> bool:
    """Whether a neighbour has passed it on: anybody may write the header, but a proxy stands in the same network."""
    if not any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
        return False
    peer = (scope.get("client") or ("",))[0]
    try:
        return ip_address(peer).is_private
    except ValueError:
        return True  # a socket of this machine


def _note() -> Path:
    return settings().home / "unknown_proxy"
