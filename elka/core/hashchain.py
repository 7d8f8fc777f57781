"""A hash chain: each row's seal covers the row and the seal before it, so no past row can be changed unseen.

The chain proves order and content of what is there. That its end was not cut off is proved by publishing a seal now
and then: a published seal must be found again in the chain.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS = bytes(32)
"""What stands before the first row."""

_LENGTH_BYTES = 8


def seal(previous: bytes, canonical: bytes) -> bytes:
    """Return the 32-byte SHA-256 over both parts, each after its length (8 bytes, big-endian).

    The lengths keep the border between the parts unambiguous.
    """
    digest = sha256()
    for part in (previous, canonical):
        digest.update(len(part).to_bytes(_LENGTH_BYTES, "big"))
        digest.update(part)
    return digest.digest()


def canonical(obj: Any) -> bytes:
    """Return one stable UTF-8 JSON form: sorted keys, no spaces, moments in UTC with microseconds.

    Takes what JSON takes plus aware datetimes, dates, UUIDs, enums and bytes (as hex). Raises TypeError on anything
    else, on keys that are not strings and on naive datetimes, ValueError on NaN and infinity.
    """
    return json.dumps(_plain(obj), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def verify(rows: Iterable[tuple[bytes, bytes]], previous: bytes = GENESIS) -> int | None:
    """Return the position (from 0) of the first row whose seal is wrong, or None when the chain holds.

    ``rows`` are pairs of (canonical form, seal) in the order of the chain; ``previous`` is the seal before the first.
    """
    for position, (body, sealed) in enumerate(rows):
        previous = seal(previous, body)
        if previous != sealed:
            return position
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("only strings can be keys")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case datetime():
            if value.utcoffset() is None:
                raise TypeError("a moment without a time zone has no canonical form")
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")
