"""Ids of records as browsers send them."""

from __future__ import annotations

from elka.errors import NotFound

BIG = 2**63  # PostgreSQL's bigint is less
SHORT = 2**31  # PostgreSQL's integer is less
_LONGEST = 19  # digits of a bigint; Python refuses to read thousands of them


def record_id(value: object, *, below: int = BIG) -> int:
    """Read the id of a record: a number, or its digits. Raises NotFound for whatever can be none."""
    if isinstance(value, str) and len(value) <= _LONGEST and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < below:
        raise NotFound
    return value
