"""What a browser may send in place of an id, a form, a choice: none of it may be a fault, or find anything."""

from __future__ import annotations

from typing import Any

GARBAGE: list[Any] = [None, "", "x", -1, 0, 2**63, True, [], {}, 1.5]
LONG = "щ" * 20_000
SCALARS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7,
    2**31,
    2**63,
    2**200,
    -(2**63) - 1,
    0.5,
    float("nan"),
    float("inf"),
    "",
    "7",
    " 7",
    "-7",
    "٧",
    "9" * 400,
    "9" * 5000,  # more digits than Python reads
    "\x00",
    "a\x00b",
    "\ud800",
    "'; DROP TABLE people; --",
    '"><script>alert(1)</script>',
    "%_\\",
    "2026-02-31",
    "0000-00-00T00:00",
    "9999-12-31T23:59",
    "../../etc/passwd",
    LONG,
)
SHAPES: tuple[Any, ...] = (
    [],
    {},
    [None],
    [[]],
    [1, 1, 1],
    [2**200],
    ["\x00"],
    list(range(3000)),
    {"": ""},
    {"x": {"y": [1]}},
    {"__reflex_form_data__": [["email", "x"]]},
    {"__reflex_form_data__": 5},
)
