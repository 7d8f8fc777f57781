"""`elka verify`: a stranger with the file, the receipt and the root."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elka.cli import main
from elka.core import pabulib
from elka.core.announced import Candidate, Marked
from elka.core.corrected import FIRST
from elka.core.tally import Room, Terms
from elka.core.verifying import verify
from tests.core.publications import Voted, voted
from tests.core.test_corrected import SECOND, text
from tests.core.test_published import CANDIDATES, PICKS, RULES


@pytest.fixture
def made() -> Voted:
    return voted(RULES, CANDIDATES, PICKS)


@pytest.fixture
def file(made: Voted, tmp_path: Path) -> Path:
    path = tmp_path / "конкурс.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    return path


def elka(*words: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, words)])


def test_a_file_that_fits(made: Voted, file: Path) -> None:
    done = elka(file, "--receipt", made.receipts[2], "--root", made.root)
    assert done.exit_code == 0
    assert done.output.count("СОШЛОСЬ  ") == 7
    assert "НЕ СОШЛОСЬ" not in done.output
    assert "Квитанция есть среди учтённых" in done.output
    assert "Победители по бюллетеням: 1, 2, вместе на 1 000 руб." in done.output
    assert f"Корень:  {made.root}" in done.output
    assert "Сверьте корень" not in done.output
    assert "Сверьте корень" in elka(file).output


def test_the_other_counting_reads_the_same_file(made: Voted, file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as source:
        election = pabulib.read(source)
    assert election.meta["elka_root"] == made.root
    done = CliRunner().invoke(main, ["tally", str(file), "--rule", "greedy", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.output)["winners"] == [str(one.id) for one in made.candidates if one.won]


@pytest.mark.parametrize("seed", ["а", "б", "в", "г", "д", "е"])
def test_the_other_counting_draws_as_the_contest_did(tmp_path: Path, seed: str) -> None:
    equal = [Candidate(one, 1000, name=f"Проект {one}") for one in (9, 10, 100)]
    made = voted(replace(RULES, seed=seed), equal, [[9, 10], [10, 100], [100, 9]])
    path = tmp_path / "равные.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    said = json.loads(CliRunner().invoke(main, ["tally", str(path), "--json"]).output)
    assert said["winners"] == [str(one.id) for one in made.candidates if one.won]
    assert len(said["winners"]) == 1
    # One vote more is asked than the file's own terms do: nobody has it.
    asked = CliRunner().invoke(main, ["tally", str(path), "--min-votes", "3", "--json"])
    assert json.loads(asked.output)["winners"] == []


@pytest.mark.parametrize("rule", ["greedy", "mes", "mes-add1-greedy"])
@pytest.mark.parametrize("kind", ["ordinal", "cumulative"])
def test_the_other_counting_counts_by_what_was_announced(tmp_path: Path, rule: str, kind: str) -> None:
    marked = Marked(kind, most=3, points=9 if kind == "cumulative" else None)
    points = [[5, 4], [1, 2, 3], [9]] if kind == "cumulative" else None
    rules = replace(RULES, terms=Terms(room=Room(budget=1000)), marked=marked, rule=rule)
    made = voted(rules, CANDIDATES, [[3, 1], [1, 2, 3], [2]], points)
    path = tmp_path / "votes.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    said = json.loads(CliRunner().invoke(main, ["tally", str(path), "--json"]).output)
    assert sorted(said["winners"]) == [str(one.id) for one in made.candidates if one.won]
    assert CliRunner().invoke(main, ["verify", str(path)]).exit_code == 0


def test_a_file_that_was_changed(made: Voted, file: Path) -> None:
    file.write_text(made.text.replace(made.lines[0], made.lines[0][:22] + "3"), encoding="utf-8", newline="")
    done = elka(file)
    assert done.exit_code == 1
    assert "НЕ СОШЛОСЬ  За проект" in done.output


def test_another_root_or_no_such_receipt(made: Voted, file: Path) -> None:
    assert elka(file, "--root", "0" * 64).exit_code == 1
    done = elka(file, "--receipt", "7K3M-Q0ZT-X9AB")
    assert done.exit_code == 1
    assert "Такой квитанции среди учтённых нет" in done.output


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for content in (b"", b"\xff\xfe\x00", b"META\n", b"x"):
        path = tmp_path / "x.pb"
        path.write_bytes(content)
        done = elka(path)
        assert done.exit_code == 2
        assert done.output.startswith("Файл не читается")
    assert elka(tmp_path / "missing.pb").exit_code == 2
    assert elka(tmp_path).exit_code == 2
    assert elka().exit_code == 2


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path, Voted]:
    made = voted(RULES, CANDIDATES, PICKS)
    first, second = tmp_path / "1.pb", tmp_path / "2.pb"
    first.write_text(text(made, FIRST), encoding="utf-8", newline="")
    edition = replace(SECOND, previous=sha256(first.read_bytes()).hexdigest())
    second.write_text(text(made, edition), encoding="utf-8", newline="")
    return first, second, made


def test_a_corrected_version_names_the_one_before_it(versions: tuple[Path, Path, Voted]) -> None:
    first, second, made = versions
    done = elka(second, "--previous", first, "--root", made.root)
    assert done.exit_code == 0, done.output
    assert "Версия 2, исправлена 2026-11-27. Основание: Отказ заявителя." in done.output
    assert "Снят с итогов проект 1. Основание: Отказ заявителя" in done.output
    assert f"Прежняя версия: SHA-256 {sha256(first.read_bytes()).hexdigest()}" in done.output
    assert "СОШЛОСЬ  Версия исправляет ту, что вы указали, корень бюллетеней у обеих один" in done.output
    assert "Победители по бюллетеням: 2, 3" in done.output
    assert "Версия" not in elka(first).output


def test_another_file_is_not_the_version_before(versions: tuple[Path, Path, Voted]) -> None:
    first, second, _ = versions
    first.write_text(first.read_text(encoding="utf-8").replace("Двор", "Дворы"), encoding="utf-8", newline="")
    done = elka(second, "--previous", first)
    assert done.exit_code == 1
    assert "Прежняя версия — другой файл" in done.output
    back = elka(first, "--previous", second)
    assert back.exit_code == 1
    assert "Версия 1 не следует за версией 2" in back.output


@pytest.mark.parametrize("marked", [Marked(most=2), Marked("ordinal", most=3), Marked("cumulative", most=3, points=9)])
def test_the_other_counting_leaves_out_what_was_taken_out(tmp_path: Path, marked: Marked) -> None:
    points = [[3, 2], [5], [1, 4], [2, 2], [1]] if marked.points else None
    made = voted(replace(RULES, marked=marked), CANDIDATES, PICKS, points)
    path = tmp_path / "2.pb"
    path.write_text(text(made, SECOND), encoding="utf-8", newline="")
    done = CliRunner().invoke(main, ["tally", str(path), "--json"])
    assert done.exit_code == 0, done.output
    with path.open(encoding="utf-8", newline="") as lines:
        assert set(json.loads(done.output)["winners"]) == {str(one) for one in verify(lines).winners}
