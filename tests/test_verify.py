"""`elka verify`: a stranger with the file, the receipt and the root."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings

from elka.cli import main
from elka.core import pabulib
from elka.core.announced import Candidate, Marked
from elka.core.corrected import FIRST
from elka.core.tally import By, Room, Terms
from elka.core.verifying import verify
from tests.core.publications import Voted, contests, voted
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


@pytest.mark.parametrize("rule", ["greedy", "mes", "mes-add1-greedy"])
def test_the_other_counting_knows_the_groups_of_the_file(tmp_path: Path, rule: str) -> None:
    terms = replace(RULES.terms, exclusive=(frozenset({1, 2}), frozenset({2, 3})))
    made = voted(replace(RULES, terms=terms, rule=rule), CANDIDATES, PICKS)
    path = tmp_path / "двор.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    said = json.loads(CliRunner().invoke(main, ["tally", str(path), "--json"]).output)
    assert said["winners"] == ["1"] == [str(one.id) for one in made.candidates if one.won]
    assert "Победил проект 1, вместе с которым этот победить не может" in said["reasons"]["2"]
    checked = elka(path)
    assert checked.exit_code == 0
    assert "Из каждой группы взаимоисключающих проектов (2)" in checked.output
    asked = CliRunner().invoke(main, ["tally", str(path), "--rule", "greedy", "--exclusive", "1,3", "--json"])
    assert json.loads(asked.output)["winners"] == ["1", "2"]  # other groups than the file's, as asked


TOTALS = {1: 1, 3: 9}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contests())
def test_without_options_it_counts_as_the_contest_announced(tmp_path: Path, made: Voted) -> None:
    path = tmp_path / "любой.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    done = CliRunner().invoke(main, ["tally", str(path), "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    assert sorted(map(int, said["winners"])) == sorted(one.id for one in made.candidates if one.won)
    assert said["cost"] == sum(one.cost for one in made.candidates if one.won)
    assert said["reasons"].keys() == {str(one.id) for one in made.candidates}
    assert all(said["reasons"].values())
    assert CliRunner().invoke(main, ["tally", str(path)]).exit_code == 0


def test_a_group_holds_across_categories_in_elka_tally_too(tmp_path: Path) -> None:
    terms = Terms(room=Room(budget=500), parts=((5, Room(budget=500)),), exclusive=(frozenset({1, 3}),))
    apart = [replace(CANDIDATES[0], cost=400, category=5, category_name="Сёла, посёлки"), *CANDIDATES[1:]]
    made = voted(replace(RULES, terms=terms, names={5: "Сёла, посёлки"}), apart, [[3], [3], [3], [1], [2]])
    path = tmp_path / "категории.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    said = json.loads(CliRunner().invoke(main, ["tally", str(path), "--json"]).output)
    assert said["winners"] == ["1", "2"]
    assert said["reasons"]["3"] == "Победил проект 1, вместе с которым этот победить не может."


def test_marks_of_the_commission_are_counted_and_told(tmp_path: Path) -> None:
    terms = Terms(by=By.SCORES, room=Room(places=1), min_score=5000)
    scored = [replace(one, score=score) for one, score in zip(CANDIDATES, (4000, 7850, 6000), strict=True)]
    path = tmp_path / "оценки.pb"
    path.write_text(voted(replace(RULES, terms=terms), scored, PICKS).text, encoding="utf-8", newline="")
    said = json.loads(CliRunner().invoke(main, ["tally", str(path), "--json"]).output)
    reasons = {key: text.replace("\xa0", " ") for key, text in said["reasons"].items()}
    assert said["winners"] == ["2"]
    assert reasons["2"].startswith("Победил: 78,5 балла")
    assert reasons["1"] == "Комиссия дала меньше баллов, чем нужно."
    assert reasons["3"] == "Не хватило места: 60 баллов. Победил бы, если бы набрал на 18,5 балла больше."


def test_votes_on_paper_that_were_entered_as_totals_are_counted(tmp_path: Path) -> None:
    made = voted(RULES, CANDIDATES, PICKS, totals=TOTALS)
    path = tmp_path / "клуб.pb"
    path.write_text(made.text, encoding="utf-8", newline="")
    won = [str(one.id) for one in sorted(made.candidates, key=lambda one: -one.votes) if one.won]
    assert won == ["3", "2"]  # with the ballots of the site alone it would be 1 and 2
    assert elka(path).exit_code == 0
    said = json.loads(CliRunner().invoke(main, ["tally", str(path), "--json"]).output)
    assert said["winners"] == won
    assert "11 голосов" in said["reasons"]["3"].replace("\xa0", " ")
    shown = CliRunner().invoke(main, ["tally", str(path)], env={"COLUMNS": "200"}).output
    assert "бюллетеней: 5; голосов на бумаге, внесённых итогами: 10." in shown
    for rule in ("top", "threshold"):
        asked = ["tally", str(path), "--rule", rule, "--places", "1", "--json"]
        assert json.loads(CliRunner().invoke(main, asked).output)["winners"] == ["3"]


@pytest.mark.parametrize("rule", ["mes", "mes-add1-greedy", "borda"])
def test_a_rule_that_needs_ballots_says_that_there_are_only_totals(tmp_path: Path, rule: str) -> None:
    path = tmp_path / "клуб.pb"
    path.write_text(voted(RULES, CANDIDATES, PICKS, totals=TOTALS).text, encoding="utf-8", newline="")
    done = CliRunner().invoke(main, ["tally", str(path), "--rule", rule, "--json"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "10 голосов с бумаги внесены итогами" in done.stderr


def test_a_broken_box_is_said(tmp_path: Path) -> None:
    path = tmp_path / "клуб.pb"
    path.write_text(voted(RULES, CANDIDATES, PICKS, totals=TOTALS).text.replace('""3"":9', '""3"":8'), encoding="utf-8")
    done = CliRunner().invoke(main, ["tally", str(path)])
    assert done.exit_code == 2
    assert "пачка бумажных бюллетеней 1 не читается" in done.stderr


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


def test_paper_totals_of_what_was_taken_out_are_left_out_too(tmp_path: Path) -> None:
    path = tmp_path / "2.pb"
    path.write_text(text(voted(RULES, CANDIDATES, PICKS, totals=TOTALS), SECOND), encoding="utf-8", newline="")
    assert elka(path).exit_code == 0
    told = CliRunner().invoke(main, ["tally", str(path), "--rule", "top", "--places", "1"], env={"COLUMNS": "200"})
    assert "голосов на бумаге, внесённых итогами: 9." in told.output
    # Only what was taken out has votes that are known as totals: all ballots of the others are there.
    path.write_text(text(voted(RULES, CANDIDATES, PICKS, totals={1: 4}), SECOND), encoding="utf-8", newline="")
    shares = CliRunner().invoke(main, ["tally", str(path), "--rule", "mes", "--json"])
    assert shares.exit_code == 0, shares.output
    assert "1" not in json.loads(shares.output)["winners"]


def test_the_rival_of_what_was_taken_out_is_free_to_win(tmp_path: Path) -> None:
    terms = replace(RULES.terms, exclusive=(frozenset({1, 2}),))
    made = voted(replace(RULES, terms=terms), CANDIDATES, PICKS)
    path = tmp_path / "2.pb"
    path.write_text(text(made, SECOND), encoding="utf-8", newline="")
    done = CliRunner().invoke(main, ["tally", str(path), "--json"])
    assert done.exit_code == 0, done.output
    with path.open(encoding="utf-8", newline="") as lines:
        report = verify(lines)
    assert report.ok
    assert 2 in report.winners
    assert set(json.loads(done.output)["winners"]) == {str(one) for one in report.winners}
