"""The root of a list of records: one number that no record can be changed, left out or doubled under (RFC 6962, 2.1)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def root(records: Iterable[str]) -> str:
    """Return the Merkle tree hash of the records in their order, hexadecimal. SHA-256; leaves and nodes never collide."""
    level = [sha256(b"\x00" + record.encode()).digest() for record in records]
    if not level:
        return sha256(b"").hexdigest()
    while len(level) > 1:
        # An odd one goes up as it is: the same shape as splitting by the largest power of two.
        paired = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0].hex()
