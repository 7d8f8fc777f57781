"""Published files tampered with in every way that changes their meaning: each is found, and nothing breaks the check.

What a file says of its names and of the commission's scores is held by its SHA-256 alone; that is the last test.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elka.core import announced, published
from elka.core.announced import Ballots, Marking
from elka.core.annulled import Annulled, Ruling
from elka.core.ballot_reading import Unreadable
from elka.core.corrected import FIRST, Corrected, Withdrawn
from elka.core.hashchain import canonical
from elka.core.paper import Batch, PaperBox, Slip
from elka.core.verifying import verify
from elka.verify import DIFFERS, FITS, UNREADABLE, verified
from tests.core.publications import Voted, contests

Rows = list[list[str]]
# What other programs count by; all else of META that is not ours is told besides.
FIGURES = {
    *("num_projects", "num_votes", "budget", "vote_type", "rule"),
    *("min_length", "max_length", "max_sum_cost", "max_sum_points"),
}
# Of ours, what neither the root nor the count knows of.
FREE_KEYS = {"elka_counted", "elka_previous", "elka_corrected", "elka_withdrawn"}
FREE_COLUMNS = {"name", "category", "elka_score"}
KINDS = {
    "approval": contests([Marking.APPROVAL]),
    "knapsack": contests([Marking.APPROVAL], purse=True),
    "ranked": contests([Marking.ORDINAL]),
    "points": contests([Marking.CUMULATIVE]),
}
kinds = pytest.mark.parametrize("kind", KINDS)
LOOKALIKES = str.maketrans({"0": "О", "1": "l", "a": "а", "c": "с", "e": "е", "p": "р", ",": "‚", "-": "–", "v": "ѵ"})


@dataclass(frozen=True)
class Filed:
    """A published file of a contest and what was known of it before."""

    made: Voted
    text: str

    @property
    def root(self) -> str:
        return self.made.root


@st.composite
def files(draw: st.DrawFn, kind: str) -> Filed:
    """Draw a file that fits itself, with paper ballots, annulled ones and a correction in some."""
    made = draw(KINDS[kind])
    ids = [one.id for one in made.candidates]
    box, apart, edition = draw(_boxes(ids, kind)), draw(_annulled(made)), draw(_editions(ids))
    marked = made.rules.marked
    counted = [line.split(";")[1:] for line in made.lines if line not in {line for _, line in apart.lines}]
    counted += [slip.text.split(";") for one in box for slip in one.batch.slips]
    shared = [cells[1] for cells in counted] if marked.points is not None else []
    ballots = Ballots.of(ids, marked, [cells[0] for cells in counted], shared)
    sums = ballots.points
    told = [
        replace(
            one,
            votes=ballots.votes[one.id],
            points=None if sums is None else sums[one.id],
            gone=one.id in edition.gone,
            won=False,
        )
        for one in made.candidates
    ]
    won = {one.id for one in announced.count(made.rules, told, ballots).winners}
    told = [replace(one, won=one.id in won) for one in told]
    out = io.StringIO()
    about = {"description": "Двор", "country": "Russia"}
    published.write(out, about, made.rules, told, made.lines, made.receipts, made.root, box, apart, edition)
    return Filed(made, out.getvalue())


@st.composite
def _boxes(draw: st.DrawFn, ids: list[int], kind: str) -> tuple[PaperBox, ...]:
    picks = draw(st.lists(st.lists(st.sampled_from(ids), min_size=1, unique=True), max_size=2))
    slips = tuple(Slip(tuple(one), (1,) * len(one) if kind == "points" else ()) for one in picks)
    return (PaperBox(4, "Клуб", len(slips), 0, Batch(slips)),) if slips else ()


@st.composite
def _annulled(draw: st.DrawFn, made: Voted) -> Annulled:
    places = st.integers(0, len(made.lines) - 1)
    which = sorted(draw(st.lists(places, max_size=len(made.lines) - 1, unique=True)))
    if not which:
        return Annulled()
    rulings = (Ruling(1, "Накрутка", "2026-11-27T10:00:00+00:00", len(which)),)
    return Annulled(rulings, tuple((1, made.lines[n]) for n in which), tuple((1, made.receipts[n]) for n in which))


@st.composite
def _editions(draw: st.DrawFn, ids: list[int]) -> Corrected:
    gone = draw(st.none() | st.sampled_from(ids))
    if gone is None:
        return FIRST
    ground = "Отказ заявителя"
    return Corrected(2, "ab" * 32, ground, "Письмо", "2026-11-27T10:00:00+00:00", (Withdrawn(gone, ground, 2),))


def rows_of(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def text_of(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue()


def meaning(rows: Rows) -> tuple[Any, ...]:
    """What of a file says who won and by which ballots: META by key, projects by column, and the rest as it stands."""
    projects, votes = rows.index(["PROJECTS"]), rows.index(["VOTES"])
    meta = Counter(tuple(row) for row in rows[2:projects] if _is_of_count(row))
    head = rows[projects + 1]
    kept = [place for place, name in enumerate(head) if name not in FREE_COLUMNS]
    told = [[row[place] for place in kept] if len(row) == len(head) else row for row in rows[projects + 1 : votes]]
    return rows[:2], meta, told, rows[votes:]


def _is_of_count(row: list[str]) -> bool:
    return bool(row) and row[0] not in FREE_KEYS and (row[0] in FIGURES or row[0].startswith("elka_"))


def found(text: str, root: str) -> bool:
    """Whether the check finds something wrong, or says in Russian that it cannot read it; nothing else may come of it."""
    try:
        return not verify(io.StringIO(text, newline=""), known_root=root).ok
    except Unreadable as error:
        return any("а" <= sign <= "я" for sign in str(error))


# How rows are changed; each draws where.


def _other_cell(rows: Rows, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([one for one in rows if one]))
    place = data.draw(st.integers(0, len(row) - 1))
    cell = row[place]
    row[place] = data.draw(
        st.sampled_from(
            [
                "",
                cell + "0",
                "0" + cell,
                "-" + cell,
                cell[:-1],
                cell[::-1],
                cell.upper(),
                f" {cell}",
                f"{cell},",
                "9" * 30,
                "1e3",
                "0.5",
                "١",
                "\x00",
                "[" * 5000,
                cell.translate(LOOKALIKES),
                cell.replace("1", "2"),
            ]
        )
    )


def _cell_of_another(rows: Rows, data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from([row for row in rows if len(row) > 1])) for _ in range(2))
    place = data.draw(st.integers(0, min(len(one), len(other)) - 1))
    one[place], other[place] = other[place], one[place]


def _missing(rows: Rows, data: st.DataObject) -> None:
    del rows[data.draw(st.integers(0, len(rows) - 1))]


def _doubled(rows: Rows, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows))
    rows.insert(data.draw(st.integers(0, len(rows))), list(row))


def _moved(rows: Rows, data: st.DataObject) -> None:
    row = rows.pop(data.draw(st.integers(0, len(rows) - 1)))
    rows.insert(data.draw(st.integers(0, len(rows))), row)


def _added(rows: Rows, data: st.DataObject) -> None:
    """A ballot more, under a pseudonym that stands in its order."""
    ballot = list(data.draw(st.sampled_from(rows[rows.index(["VOTES"]) + 1 :])))
    rows.append(["v" + "f" * 20, *ballot[1:]])


def _cut(rows: Rows, data: st.DataObject) -> None:
    del rows[data.draw(st.integers(0, len(rows) - 1)) :]


def _renamed(rows: Rows, data: st.DataObject) -> None:
    """A row of META under another number, as if a list broke off before it."""
    row = data.draw(st.sampled_from([row for row in rows if row and row[0].startswith("elka_")]))
    row[0] = data.draw(st.sampled_from([f"{row[0]}_9", row[0].replace("_1", "_2"), row[0].translate(LOOKALIKES)]))


def _other_term(rows: Rows, data: st.DataObject) -> None:
    """Any leaf of the announced terms, written in their canonical form again."""
    row = next(row for row in rows if row[:1] == ["elka_terms"])
    terms = json.loads(row[1])
    node: Any = terms
    while isinstance(node, dict | list) and node:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], dict | list) or not node[key]:
            others: list[Any] = [
                None,
                0,
                1,
                2,
                -1,
                10**30,
                1.5,
                True,
                "",
                "votes",
                "scores",
                "greedy",
                "mes",
                [],
                {},
                [[1]],
            ]
            node[key] = data.draw(st.sampled_from(others))
        node = node[key]
    row[1] = canonical(terms).decode()


CHANGES: list[Callable[[Rows, st.DataObject], None]] = [
    *(_other_cell, _cell_of_another, _missing, _doubled, _moved, _added, _cut, _renamed, _other_term)
]
often = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@kinds
@often
@given(data=st.data())
def test_whatever_changes_the_meaning_is_found(kind: str, data: st.DataObject) -> None:
    file = data.draw(files(kind))
    assert not found(file.text, file.root)
    rows = rows_of(file.text)
    data.draw(st.sampled_from(CHANGES))(rows, data)
    changed = text_of(rows)
    try:
        same = meaning(rows_of(changed)) == meaning(rows_of(file.text))
    except (ValueError, IndexError):  # a section is gone
        same = False
    assume(not same)
    assert found(changed, file.root)


@kinds
@often
@given(data=st.data())
def test_signs_changed_anywhere_are_found_or_mean_the_same(kind: str, data: st.DataObject) -> None:
    file = data.draw(files(kind))
    start = data.draw(st.integers(0, len(file.text)))
    end = data.draw(st.sampled_from([start, start + 1, start + 7, len(file.text)]))
    sign = st.sampled_from(["", "0", "7", ";", ",", "\n", "\r\n", "\r", '"', "v", "p", "а", "{", "\x00", "\ufeff", " "])
    changed = file.text[:start] + data.draw(sign) + file.text[end:]
    try:
        same = meaning(rows_of(changed)) == meaning(rows_of(file.text))
    except (ValueError, IndexError, csv.Error):
        same = False
    assume(not same)
    assert found(changed, file.root)


@kinds
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_a_file_of_another_contest_is_not_this_one(kind: str, data: st.DataObject) -> None:
    file, other = data.draw(files(kind)), data.draw(files(data.draw(st.sampled_from(sorted(KINDS)))))
    assume(file.root != other.root)
    assert found(other.text, file.root)
    rows, foreign = rows_of(file.text), rows_of(other.text)
    for section in ("PROJECTS", "VOTES"):
        mixed = rows[: rows.index([section])] + foreign[foreign.index([section]) :]
        assert meaning(mixed) == meaning(rows) or found(text_of(mixed), file.root)


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_ends_of_lines_change_nothing(ends: str, data: st.DataObject) -> None:
    file = data.draw(files("approval"))
    assume("\n" not in "".join(cell for row in rows_of(file.text) for cell in row))
    assert not found(file.text.replace("\n", ends), file.root)


# What cannot be written into a file by its cells alone: each once broke the check with a fault.

GARBAGE: Mapping[str, Mapping[str, str]] = {
    "terms without an end": {"elka_terms": "[" * 100_000},
    "half a sign in the seed": {"elka_terms": '{"seed":"\\ud800"}'},
    "a batch without an end": {"elka_paper_1": "[" * 100_000},
    "a moment that is a number": {
        "elka_version": "2",
        "elka_previous": "ab" * 32,
        "elka_corrected": '{"at":5,"ground":"Отказ","words":"Письмо"}',
    },
    "half a sign in a ground": {
        "elka_annulled": "1",
        "elka_annulments": '[{"number":1,"ground":"\\ud800","at":"x","ballots":1}]',
        "elka_annulled_1": "1/v0/1",
        "elka_annulled_receipts_1": "1/7K3M-Q0ZT-X9AB",
    },
    "no number": {
        "elka_annulled": "1",
        "elka_annulments": '[{"number":1,"ground":"x","at":NaN,"ballots":1}]',
        "elka_annulled_1": "1/v0/1",
        "elka_annulled_receipts_1": "1/7K3M-Q0ZT-X9AB",
    },
}


def with_meta(text: str, told: Mapping[str, str]) -> str:
    rows = [row for row in rows_of(text) if row[:1] not in [[key] for key in told]]
    place = rows.index(["PROJECTS"])
    return text_of(rows[:place] + [[key, value] for key, value in told.items()] + rows[place:])


def batch(**facts: Any) -> str:
    told = {"batch": 1, "place": "Клуб", "valid": 1, "spoiled": 0, "ballots": ["1"], **facts}
    if "totals" in facts:
        del told["ballots"]
    return canonical({**told, "sha256": sha256(canonical(told)).hexdigest()}).decode()


BATCHES = [
    batch(valid="x"),
    batch(valid=-1),
    batch(spoiled=None),
    batch(place=5),
    batch(batch=10**30),
    batch(ballots=["9" * 30]),
    batch(ballots=["-1"]),
    batch(ballots=["1,1"]),
    batch(ballots=["1", "1"]),
    batch(totals={"1": 10**30}),
    batch(totals={"1": -5}),
    batch(totals={"1": 2}),
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Voted]:
    from tests.core.publications import voted
    from tests.core.test_published import CANDIDATES, PICKS, RULES

    path = tmp_path_factory.mktemp("tampered") / "ballots.pb"
    made = voted(RULES, CANDIDATES, PICKS)
    path.write_text(made.text, encoding="utf-8", newline="")
    return path, made


@pytest.mark.parametrize("told", [*GARBAGE.values(), *({"elka_paper_1": text} for text in BATCHES)])
def test_garbage_is_told_in_words(plain: tuple[Path, Voted], told: Mapping[str, str], tmp_path: Path) -> None:
    changed = tmp_path / "changed.pb"
    changed.write_text(with_meta(plain[1].text, told), encoding="utf-8", newline="")
    code, said = verified(changed)
    assert code in {DIFFERS, UNREADABLE}
    assert any("не" in line.lower() for line in said)


@pytest.mark.parametrize("column", ["project_id", "cost", "votes"])
def test_numbers_that_no_machine_holds_are_told_in_words(
    plain: tuple[Path, Voted], column: str, tmp_path: Path
) -> None:
    rows = rows_of(plain[1].text)
    head = rows.index(["PROJECTS"]) + 1
    rows[head + 3][rows[head].index(column)] = "9" * 30
    changed = tmp_path / "changed.pb"
    changed.write_text(text_of(rows), encoding="utf-8", newline="")
    code, said = verified(changed)
    assert (code, said[0].startswith("Файл не читается: проект не читается")) == (UNREADABLE, True)


def test_other_programs_are_told_the_kind_of_votes_and_their_limits_as_announced(plain: tuple[Path, Voted]) -> None:
    _, made = plain
    others = {"vote_type": "ordinal", "rule": "mes", "max_length": "1", "max_sum_cost": "5"}
    for key, other in {**others, "min_project_score_threshold": "9"}.items():
        assert found(with_meta(made.text, {key: other}), made.root), key


def test_a_file_cannot_command_the_terminal_that_shows_it(plain: tuple[Path, Voted], tmp_path: Path) -> None:
    changed = tmp_path / "changed.pb"
    title = "Двор\n\nСОШЛОСЬ  Всё\x1b[2J\x1b[H\u202e\r"
    changed.write_text(with_meta(plain[1].text, {"description": title, "budget": "1"}), encoding="utf-8", newline="")
    code, said = verified(changed)
    assert code == DIFFERS
    assert all(line.isprintable() for line in said)
    assert "Двор  СОШЛОСЬ  Всё [2J [H  " in said[0]


def test_names_and_scores_are_held_by_the_checksum(plain: tuple[Path, Voted], tmp_path: Path) -> None:
    path, made = plain
    known = sha256(path.read_bytes()).hexdigest()
    assert verified(path, root=made.root, sha256=known.upper())[0] == FITS
    rows = rows_of(made.text)
    head = rows.index(["PROJECTS"]) + 1
    name = rows[head].index("name")
    rows[head + 1][name], rows[head + 2][name] = rows[head + 2][name], rows[head + 1][name]
    swapped = tmp_path / "swapped.pb"
    swapped.write_text(text_of(rows), encoding="utf-8", newline="")
    assert verified(swapped, root=made.root)[0] == FITS  # the root is of numbers
    code, said = verified(swapped, root=made.root, sha256=known)
    assert code == DIFFERS
    assert "НЕ СОШЛОСЬ  Файл не тот: SHA-256 другой, чем вы указали" in said
    assert any("--sha256" in line for line in verified(swapped, root=made.root)[1])
