"""Annulled ballots in the published file: the root stays, the count changes, whatever is touched is found."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from elka.core import published
from elka.core.announced import Ballots, Candidate, Marked, Rules, count
from elka.core.annulled import Annulled, Ruling, read
from elka.core.pabulib import read as read_pb
from elka.core.tally import By, Room, Terms
from elka.core.verifying import Report, verify
from tests.core.publications import Voted, contests, voted


def annulling(made: Voted, which: list[int]) -> tuple[str, Annulled]:
    """Return the file of a contest some of whose ballots are annulled, two annulments in turn, and the list."""
    lines = [(1 + n % 2, made.lines[n]) for n in which]
    receipts = [(1 + n % 2, made.receipts[-1 - n]) for n in which]
    sizes = Counter(number for number, _ in lines)
    found = Annulled(
        tuple(Ruling(key, f"Основание {key}", "2026-11-27T10:00:00+00:00", sizes[key]) for key in sorted(sizes)),
        tuple(sorted(lines, key=lambda one: one[1])),
        tuple(sorted(receipts, key=lambda one: one[1])),
    )
    apart = {line for _, line in lines}
    rest = [line.split(";") for line in made.lines if line not in apart]
    ballots = Ballots.of(
        [one.id for one in made.candidates],
        made.rules.marked,
        [row[1] for row in rest],
        [row[2] for row in rest] if made.rules.marked.points is not None else [],
    )
    sums = ballots.points
    given_ = [
        replace(one, votes=ballots.votes[one.id], points=None if sums is None else sums[one.id], won=False)
        for one in made.candidates
    ]
    won = {one.id for one in count(made.rules, given_, ballots).winners}
    out = io.StringIO()
    told = [replace(one, won=one.id in won) for one in given_]
    published.write(out, {"description": "Д"}, made.rules, told, made.lines, made.receipts, made.root, annulled=found)
    return out.getvalue(), found


def checked(text: str, **asked: str) -> Report:
    return verify(io.StringIO(text, newline=""), **asked)


@st.composite
def annulled_ones(draw: st.DrawFn) -> tuple[Voted, list[int]]:
    made = draw(contests())
    which = draw(st.lists(st.integers(0, len(made.lines) - 1), min_size=1, max_size=len(made.lines) - 1, unique=True))
    return made, which


@given(annulled_ones())
def test_the_root_is_of_all_and_the_count_of_the_rest(case: tuple[Voted, list[int]]) -> None:
    made, which = case
    text, found = annulling(made, which)
    report = checked(text, known_root=made.root)
    assert report.ok, [one.text for one in report.checks if not one.ok]
    assert (report.annulled, report.ballots) == (len(which), len(made.lines) - len(which))
    code = found.receipts[0][1]
    told = checked(text, receipt=code)
    assert (told.counted, told.ground, told.ok) == (False, found.ground_of(code), False)
    assert told.ground.startswith("Основание")
    rest = next(one for one in made.receipts if not found.ground_of(one))
    assert checked(text, receipt=rest).counted


@given(annulled_ones())
def test_other_programs_do_not_count_them(case: tuple[Voted, list[int]]) -> None:
    made, which = case
    text, _ = annulling(made, which)
    votes = text.split("\nVOTES\n")[1].splitlines()[1:]
    assert len(votes) == len(made.lines) - len(which)
    assert not {made.lines[n] for n in which} & set(votes)
    assert read_pb(io.StringIO(text)).profile.voters == len(votes)


@given(annulled_ones(), st.data())
def test_whatever_is_touched_in_the_list_is_found(case: tuple[Voted, list[int]], data: st.DataObject) -> None:
    made, which = case
    text, found = annulling(made, which)
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    marked = [place for place, row in enumerate(rows) if row and row[0].startswith("elka_annul")]
    place = data.draw(st.sampled_from(marked))
    for change in (None, rows[place][1][:-1] + ("0" if rows[place][1][-1] != "0" else "1")):
        other = [row for n, row in enumerate(rows) if n != place or change is not None]
        if change is not None:
            other[place] = [rows[place][0], change]
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\n").writerows(other)
        assert not checked(out.getvalue()).ok
    assert found.digest in text


def test_an_annulled_ballot_put_back_is_found() -> None:
    made = three()
    text, _ = annulling(made, [0])
    head, votes = text.split("\nVOTES\n")
    lines = votes.splitlines()
    put_back = f"{head}\nVOTES\n" + "\n".join([lines[0], *sorted([*lines[1:], made.lines[0]])]) + "\n"
    told = [one.text for one in checked(put_back).checks if not one.ok]
    assert any("аннулирован и всё же посчитан" in text for text in told)


def test_nothing_annulled_leaves_no_rows() -> None:
    made = three()
    assert "elka_annul" not in made.text
    assert read({}).annulled == Annulled()
    assert Annulled().digest == ""
    assert checked(made.text).annulled == 0


def test_long_lists_stay_within_what_csv_readers_take() -> None:
    lines = tuple((1, f"v{number:020x};" + ",".join(map(str, range(1000, 1100)))) for number in range(900))
    codes = tuple((1, f"{number:04d}-AAAA-AAAA") for number in range(900))
    found = Annulled((Ruling(1, "Основание", "2026-11-27T10:00:00+00:00", 900),), lines, codes)
    rows = {key: str(value) for key, value in found.meta()}
    assert max(map(len, rows.values())) <= csv.field_size_limit()
    assert {"elka_annulled_1", "elka_annulled_2", "elka_annulled_receipts_1"} <= set(rows)
    assert read(rows).annulled == found
    assert read(rows).wrong == []


def three() -> Voted:
    terms = Terms(by=By.VOTES, public_weight=50, min_votes=0, min_score=0, room=Room(budget=10), parts=())
    rules = Rules(1, 10, terms, "seed", Marked(), {})
    return voted(rules, [Candidate(1, 5), Candidate(2, 6)], [[1], [2], [1, 2]])
