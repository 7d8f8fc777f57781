"""Texts, values and settings that drawn templates and drawn answers share."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

from hypothesis import strategies as st

SETTINGS = {"deadline": None}  # the machine may be busy; how fast it is, is measured elsewhere
FIRST, LAST = date(1800, 1, 1), date(2200, 12, 31)
LETTERS = "абвгдеёжзийклмн "
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
named = st.text(LETTERS + string.ascii_letters, min_size=1, max_size=20).map(lambda text: f"о{text.strip()}")
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\x00", "\ud800", "", " ", "true", "[]", "{}", "[[[", "NaN", "null", '[{"name": "x"}]']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def pair(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    return st.tuples(values, values).map(lambda pair: (min(pair), max(pair)))
