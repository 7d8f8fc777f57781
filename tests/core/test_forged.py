"""Published files forged by hand: garbage is told in words, a terminal is not commanded, names are held by the checksum."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from elka.core.hashchain import canonical
from elka.verify import DIFFERS, FITS, UNREADABLE, verified
from tests.core.publications import Voted, voted
from tests.core.rows import found, rows_of, text_of
from tests.core.test_published import CANDIDATES, PICKS, RULES

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
