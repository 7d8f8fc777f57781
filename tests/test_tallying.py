"""``elka tally``: what a stranger with a file does."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from elka.cli import main
from elka.core.rules import Rule
from elka.core.tally import lot
from tests.core.test_pabulib import SMALL


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "small.pb"
    found.write_text(SMALL, encoding="utf-8")
    return found


@pytest.mark.parametrize("rule", [rule.value for rule in Rule if rule not in {Rule.TOP, Rule.THRESHOLD}])
def test_every_rule_counts_a_file(file: Path, rule: str) -> None:
    result = CliRunner().invoke(main, ["tally", str(file), "--rule", rule, "--json"])
    assert result.exit_code == 0
    said = json.loads(result.output)
    assert said["winners"] == ["p1"]
    assert said["cost"] == 60
    assert set(said["reasons"]) == {"p1", "p2"}


def test_people_read_a_table(file: Path) -> None:
    result = CliRunner().invoke(main, ["tally", str(file)])
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "Победителей: 1. Их стоимость: 60 из 100."
    assert "Не хватило бюджета: оставалось 40" in result.output.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("names", [("7", "42", "105"), ("a", "b", "c"), ("07", "7", "x")])
@pytest.mark.parametrize("rule", ["greedy", "mes"])
@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
def test_a_draw_does_not_hang_on_the_order_of_the_file(
    tmp_path: Path, names: tuple[str, ...], rule: str, seed: str
) -> None:
    winners = set()
    for number, order in enumerate(permutations(names)):
        file = tmp_path / f"{number}.pb"
        projects = "".join(f"{one};10\n" for one in order)
        votes = f"1;{','.join(order)}\n2;{','.join(order)}\n"
        file.write_text(
            f"META\nkey;value\nbudget;10\nvote_type;approval\nPROJECTS\nproject_id;cost\n{projects}VOTES\nvoter_id;vote\n{votes}"
        )
        said = CliRunner().invoke(main, ["tally", str(file), "--rule", rule, "--seed", seed, "--json"])
        winners.add(tuple(json.loads(said.output)["winners"]))
    assert len(winners) == 1
    if names[0] == "7":  # as the site draws
        assert winners == {(min(names, key=lambda one: lot(seed, int(one))),)}


def test_terms_are_taken_from_the_command_line(file: Path) -> None:
    said = json.loads(CliRunner().invoke(main, ["tally", str(file), "--budget", "110", "--json"]).output)
    assert said["winners"] == ["p1", "p2"]
    said = json.loads(CliRunner().invoke(main, ["tally", str(file), "--rule", "top", "--places", "1", "--json"]).output)
    assert said["winners"] == ["p1"]
    said = json.loads(CliRunner().invoke(main, ["tally", str(file), "--min-votes", "4", "--json"]).output)
    assert said["winners"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rule", "guess"], "'guess'"),
        (["--rule", "top"], "places"),
        (["--budget", "-1"], "-1"),
    ],
)
def test_wrong_usage_is_told(file: Path, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, ["tally", str(file), *arguments])
    assert result.exit_code == 2
    assert words in result.output


def test_a_broken_or_missing_file_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pb"
    broken.write_bytes(b"\xff\xfe\x00")
    for name in (broken, tmp_path / "none.pb"):
        result = CliRunner().invoke(main, ["tally", str(name)])
        assert result.exit_code == 2
        assert "Файл не открывается" in result.output
