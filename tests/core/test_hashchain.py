"""The chain: any change to the past is found, at its place."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.hashchain import GENESIS, canonical, seal, verify

bodies = st.lists(st.binary(max_size=20), min_size=1, max_size=12)


def chained(bodies):
    rows, previous = [], GENESIS
    for body in bodies:
        previous = seal(previous, body)
        rows.append((body, previous))
    return rows


def test_a_seal_by_hand():
    expected = sha256(b"\0\0\0\0\0\0\0\x02ab" + b"\0\0\0\0\0\0\0\x01c").digest()
    assert seal(b"ab", b"c") == expected


def test_the_border_between_the_parts_matters():
    assert seal(b"a", b"bc") != seal(b"ab", b"c")


@given(bodies)
def test_an_untouched_chain_holds(bodies):
    assert verify(chained(bodies)) is None


@given(bodies, st.data())
def test_a_changed_row_is_found_at_its_place(bodies, data):
    rows = chained(bodies)
    position = data.draw(st.integers(0, len(rows) - 1))
    rows[position] = (rows[position][0] + b"!", rows[position][1])
    assert verify(rows) == position


@given(bodies, st.data())
def test_a_removed_row_is_found_unless_it_is_the_last(bodies, data):
    rows = chained(bodies)
    position = data.draw(st.integers(0, len(rows) - 1))
    del rows[position]
    assert verify(rows) == (position if position < len(rows) else None)


def test_a_chain_can_be_checked_from_the_middle():
    rows = chained([b"1", b"2", b"3"])
    assert verify(rows[1:], previous=rows[0][1]) is None
    assert verify(rows[1:]) == 0


def test_the_canonical_form_is_stable():
    class Colour(StrEnum):
        RED = "red"

    east = timezone(timedelta(hours=5))
    left = canonical({"б": [1, None, True], "а": datetime(2026, 2, 14, 23, 59, tzinfo=east), "c": Colour.RED})
    right = canonical({"c": "red", "а": datetime(2026, 2, 14, 18, 59, tzinfo=UTC), "б": (1, None, True)})
    assert left == right == '{"c":"red","а":"2026-02-14T18:59:00.000000+00:00","б":[1,null,true]}'.encode()


def test_dates_uuids_and_bytes():
    value = {"d": date(2026, 1, 2), "u": UUID(int=1), "b": b"\x0f"}
    assert json.loads(canonical(value)) == {"d": "2026-01-02", "u": "00000000-0000-0000-0000-000000000001", "b": "0f"}


@pytest.mark.parametrize("value", [{1: "x"}, {1, 2}, datetime(2026, 1, 1), object()])  # noqa: DTZ001  that is the point
def test_what_has_no_stable_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_nan_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))
