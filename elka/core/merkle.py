"""A hash root over a list: a tree of SHA-256 as RFC 6962 (Certificate Transparency, section 2.1) shapes it.

A leaf is hashed with a zero byte before it, a pair of hashes with a one, so that no leaf can pass for a pair. The root
changes with any leaf, with their order and with their number. Leaves come one by one; as many hashes are held as the
tree is high.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAF, PAIR = b"\x00", b"\x01"


class Tree:
    """A tree that grows by leaves. ``size``: how many there are."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of the whole subtrees so far, the largest first

    def add(self, leaves: Iterable[bytes]) -> None:
        """Add leaves in their order."""
        peaks, size, leaf, pair, digest = self._peaks, self.size, LEAF, PAIR, sha256
        for data in leaves:
            found = digest(leaf + data).digest()
            size += 1
            rest = size
            while not rest & 1:  # two subtrees of one height become one
                found = digest(pair + peaks.pop() + found).digest()
                rest >>= 1
            peaks.append(found)
        self.size = size

    def root(self) -> bytes:
        """Return the root of all leaves so far, 32 bytes; of none, the hash of nothing."""
        if not self._peaks:
            return sha256().digest()
        *others, found = self._peaks
        for peak in reversed(others):
            found = sha256(PAIR + peak + found).digest()
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a list of leaves, 32 bytes."""
    tree = Tree()
    tree.add(leaves)
    return tree.root()
