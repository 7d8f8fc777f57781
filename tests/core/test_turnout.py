"""Turnout: nobody is alone in a line, and no merged cell can be worked out from what is shown."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka.core.turnout import LEAST, Cell, merged

tables = st.dictionaries(
    st.text("абвгдежз", min_size=1, max_size=3), st.integers(0, 12) | st.integers(0, 5000), max_size=22
)


def by_name(key: str) -> bytes:
    return key.encode()


@settings(deadline=None)
@given(tables, st.integers(0, 100))
def test_every_line_hides_its_people_and_all_lines_are_everybody(counts: dict[str, int], salt: int) -> None:
    lines = merged(counts, lambda key: bytes([hash((key, salt)) % 256]) + key.encode())
    everybody = sum(counts.values())
    if not lines:
        return
    assert sum(line.people for line in lines) == everybody
    assert all(line.people >= LEAST for line in lines)
    assert [line.key for line in lines if line.key is not None] == [
        key for key in counts if Cell(key, counts[key]) in lines
    ]
    missing = set(counts) - {line.key for line in lines}
    assert len(missing) != 1
    assert (Cell(None, sum(counts[key] for key in missing)) in lines) == bool(missing)


@settings(deadline=None)
@given(tables)
def test_where_nobody_is_few_nothing_is_merged(counts: dict[str, int]) -> None:
    large = {key: people + LEAST for key, people in counts.items()}
    assert merged(large, by_name) == [Cell(key, people) for key, people in large.items()]


def test_few_people_are_not_told_of_at_all() -> None:
    assert merged({}, by_name) == []
    assert merged({"Игрим": 4}, by_name) == []
    assert merged({"Игрим": 5, "Саранпауль": 1}, by_name) == []
    assert merged({"Игрим": 9, "Саранпауль": 3, "Ванзетур": 1}, by_name) == []  # 4: the next one follows, none is left
    with pytest.raises(ValueError, match="negative"):
        merged({"Игрим": -1}, by_name)


def test_four_in_each_would_be_given_away() -> None:
    lines = merged({"а": 4, "б": 4, "в": 20, "г": 30}, by_name)
    assert lines == [Cell("г", 30), Cell(None, 28)]
    assert merged({"а": 4, "б": 3, "в": 20, "г": 30}, by_name) == [Cell("в", 20), Cell("г", 30), Cell(None, 7)]


@pytest.mark.parametrize(("cells", "least", "most"), [(2, 3, 9), (3, 2, 9), (3, 3, 9), (4, 2, 8), (4, 3, 8), (4, 4, 8)])
def test_no_merged_cell_can_be_worked_out_even_by_who_knows_the_rule(cells: int, least: int, most: int) -> None:
    """Go through all tables and all lots: whatever is shown, a merged cell may have been one number or another."""
    names = [str(number) for number in range(cells)]
    orders = [dict(zip(names, order, strict=True)) for order in permutations(bytes([n]) for n in range(cells))]
    possible: dict[tuple[object, ...], set[tuple[int, ...]]] = defaultdict(set)
    for people in product(range(most + 1), repeat=cells):
        if not 0 < sum(people) <= most:  # tables of no more people than were gone through
            continue
        counts = dict(zip(names, people, strict=True))
        for order in orders:
            shown = tuple(merged(counts, order.__getitem__, least=least))
            possible[sum(people), shown].add(people)
    assert possible
    for (_, shown), tables_of_it in possible.items():
        told = {line.key for line in shown}
        for place, name in enumerate(names):
            if name not in told:
                assert len({people[place] for people in tables_of_it}) > 1, (shown, tables_of_it)
