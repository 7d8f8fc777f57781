"""Paper ballots as they are typed: read exactly, and told by the line where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core.announced import Marked
from elka.core.paper import LINES_MAX, TEXT_MAX, Batch, PaperBox, PaperKind, Printed, Reading, Slip, read

PRINTED = Printed({1: 101, 2: 102, 12: 112}, {101: 50, 102: 60, 112: 70}, Marked(most=2))
RANKED = Printed(PRINTED.numbers, PRINTED.costs, Marked("ordinal", most=3))
SHARED = Printed(PRINTED.numbers, PRINTED.costs, Marked("cumulative", points=5))
PURSE = Printed(PRINTED.numbers, PRINTED.costs, Marked(cost=110))
B, T = PaperKind.BALLOTS, PaperKind.TOTALS


def slips(text: str, printed: Printed = PRINTED) -> Reading:
    return read(B, text, printed, ballots=len([line for line in text.splitlines() if line.strip()]))


def test_ballots_are_read_however_they_are_parted() -> None:
    found = slips("1 2\n\n  12, 1 ;\r\n2")
    assert found == Reading(Batch((Slip((101, 102)), Slip((112, 101)), Slip((102,)))))
    assert found.batch.votes() == {101: 2, 102: 2, 112: 1}
    assert slips("12 1 2", RANKED).batch.slips == (Slip((112, 101, 102)),)
    assert slips("12:3 1=2", SHARED).batch.slips == (Slip((112, 101), (3, 2)),)


@pytest.mark.parametrize(
    ("text", "printed", "said"),
    [
        ("1\n7", PRINTED, "Строка 2: проекта № 7 в бюллетене нет"),
        ("1 1", PRINTED, "Строка 1: проект № 1 назван дважды"),
        ("1 2 12", PRINTED, "выбрано 3, а можно 2: такой бюллетень недействителен"),
        ("1 два", PRINTED, "«два» не читается"),
        ("9999999999999", PRINTED, "нет"),
        ("٣", PRINTED, "не читается"),
        ("12 2", PURSE, "дороже бюджета"),
        ("1:3 2:3", SHARED, "роздано 6 баллов, а можно 5"),
        ("1:0", SHARED, "роздано 0 баллов"),
        ("1 2", SHARED, "нужно «номер:баллы»"),
        ("1:2", PRINTED, "не читается"),
        (" \n ", PRINTED, "хотя бы одну строку"),
        ("1\n" * (LINES_MAX + 1), PRINTED, "Разделите"),
        ("1 " * TEXT_MAX, PRINTED, "Разделите"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text: str, printed: Printed, said: str) -> None:
    found = slips(text, printed)
    assert any(said in trouble for trouble in found.troubles), found.troubles


def test_lines_come_to_the_figure_of_the_protocol() -> None:
    assert read(B, "1\n2", PRINTED, ballots=3).troubles == ("По протоколу действительных бюллетеней 3, а вписано 2.",)


def test_totals() -> None:
    found = read(T, "1 = 10\n2: 7\n12 0", PRINTED, ballots=10)
    assert found == Reading(Batch(totals={101: 10, 102: 7}))
    assert found.batch.votes() == {101: 10, 102: 7}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 = 11", "голосов 11, а бюллетеней 10"),
        ("1 = 10\n2 = 10\n12 = 1", "их не больше 20"),
        ("1 = 9", "в каждом хотя бы один голос"),
        ("1 = 5\n1 = 5", "проект № 1 уже был"),
        ("5 = 10", "проекта № 5 в бюллетене нет"),
        ("1", "нужно «номер = голосов»"),
        ("1 = много", "нужно «номер = голосов»"),
    ],
)
def test_totals_that_cannot_be(text: str, said: str) -> None:
    assert any(said in trouble for trouble in read(T, text, PRINTED, ballots=10).troubles)


ids = st.integers(1, 10**6)
slip = st.lists(ids, min_size=1, max_size=5, unique=True).flatmap(
    lambda picks: st.one_of(
        st.just(Slip(tuple(picks))),
        st.lists(st.integers(1, 9), min_size=len(picks), max_size=len(picks)).map(
            lambda points: Slip(tuple(picks), tuple(points))
        ),
    )
)
batches = st.one_of(
    st.lists(slip, min_size=1, max_size=5).map(lambda found: Batch(tuple(found))),
    st.dictionaries(ids, st.integers(1, 99), min_size=1, max_size=5).map(lambda totals: Batch(totals=totals)),
)


@given(ids, st.text(max_size=20), st.integers(0, 99), batches)
def test_a_published_batch_is_read_as_it_was_and_no_other(key: int, place: str, spoiled: int, batch: Batch) -> None:
    box = PaperBox(key, place, 7, spoiled, batch)
    text = box.dump()
    assert PaperBox.read(text) == box
    assert Batch.load(batch.dump()) == batch
    for other in (text.replace(box.digest, "0" * 64), text.replace('"spoiled":', '"spoilt":'), text + " ", "[]", "{}"):
        with pytest.raises(ValueError, match="batch of paper"):
            PaperBox.read(other)


@given(batches, st.sets(ids))
def test_of_projects_that_are_left_the_rest_stands(batch: Batch, gone: set[int]) -> None:
    named = set(batch.votes())
    left = batch.among(named - gone)
    assert left.votes() == {key: votes for key, votes in batch.votes().items() if key not in gone}
    assert all(one.picks for one in left.slips)
