"""Ids of records as browsers send them."""

from __future__ import annotations

import pytest

from elka.core.record_ids import BIG, SHORT, record_id
from elka.errors import NotFound


@pytest.mark.parametrize(("value", "read"), [(7, 7), ("7", 7), (BIG - 1, BIG - 1), (str(BIG - 1), BIG - 1)])
def test_a_number_or_its_digits(value: object, read: int) -> None:
    assert record_id(value) == read


@pytest.mark.parametrize(
    "value",
    [0, -1, BIG, str(BIG), "9" * 5000, True, 7.0, None, "", " 7", "-7", "٧", "7x", [7], {}],
    ids=lambda value: repr(value)[:20],
)
def test_whatever_is_none_is_not_found(value: object) -> None:
    with pytest.raises(NotFound):
        record_id(value)


def test_a_short_id_is_below_its_own_limit() -> None:
    assert record_id(SHORT - 1, below=SHORT) == SHORT - 1
    with pytest.raises(NotFound):
        record_id(SHORT, below=SHORT)
