"""`elka tally`: winners and reasons of a file, and clear words about what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elka.cli import main
from elka.core.draws import lot

FILE = """META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost;name;category
1;60;Сквер;парк
2;50;Каток;парк
3;40;Сцена;
VOTES
voter_id;vote
a;1,2
b;1,2
c;1
d;3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "vote.pb"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["tally", str(file), *options], env={"COLUMNS": "200"})


@pytest.mark.parametrize(
    ("options", "winners", "cost"),
    [
        (["--rule", "greedy"], ["1", "3"], 100),
        (["--rule", "top", "--places", "2"], ["1", "2"], 110),
        (["--rule", "threshold", "--min-votes", "2"], ["1"], 60),
        (["--rule", "greedy", "--budget-of", "парк", "55"], ["2", "3"], 90),
        (["--rule", "greedy", "--exclusive", "1,3"], ["1"], 60),
        (["--rule", "mes"], ["1"], 60),
        (["--budget", "50"], ["2"], 50),
        (["--rule", "mes-greedy"], ["1", "3"], 100),
        (["--rule", "mes-add1"], ["1", "3"], 100),
        (["--rule", "mes-cards-add1", "--step-each", "5"], ["1", "3"], 100),
    ],
)
def test_winners_cost_and_reasons(file: Path, options: list[str], winners: list[str], cost: int) -> None:
    result = run(file, *options, "--seed", "s", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert sorted(told["winners"]) == winners
    assert told["cost"] == cost
    assert sorted(told["reasons"]) == ["1", "2", "3"]
    assert all(told["reasons"][one].startswith("Победил") for one in winners)


def test_a_table_for_people(file: Path) -> None:
    shown = run(file, "--rule", "greedy").stdout
    assert "Сквер" in shown
    assert "Не хватило бюджета" in shown
    assert "Победителей: 2, на 100 из 100; бюллетеней: 4." in shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rule", "lottery"], "Нет правила «lottery»"),
        (["--rule", "top"], "нужно число мест"),
        (["--rule", "scores"], "складывает баллы"),
        (["--rule", "greedy", "--budget-of", "парк", "много"], "не число"),
        (["--rule", "greedy", "--budget-of", "парк", "-1"], "не сумма"),
        (["--rule", "greedy", "--exclusive", "1,9"], "«9»"),
        (["--rule", "mes-add1", "--step", "0"], "шаг"),
        (["--ties", "age"], "age"),
        (["--budget", "-5"], "не сумма"),
    ],
)
def test_what_does_not_fit_is_said(file: Path, options: list[str], said: str) -> None:
    result = run(file, *options)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04", FILE.replace("a;1,2", "a;1,9").encode()])
def test_a_broken_file_is_said(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    result = run(file, "--rule", "mes", "--json")
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert result.stdout == ""


def test_the_seed_of_the_file_draws_whatever_the_order_of_its_projects(file: Path) -> None:
    equal = (
        FILE.replace("a;1,2\nb;1,2\nc;1\nd;3", "a;1,2,3").replace("60", "90").replace("50", "90").replace("40", "90")
    )
    for terms in ('elka_terms;"{""seed"":""ёлка""}"', "seed;ёлка"):
        text = equal.replace("budget;100", f"budget;100\n{terms}")
        file.write_text(text, encoding="utf-8")
        first = min("123", key=lambda one: lot("ёлка", one))
        assert json.loads(run(file, "--json").stdout)["winners"] == [first]
        file.write_text(text.replace("1;90;", "9;90;").replace("3;90;", "1;90;").replace("9;90;", "3;90;"))
        assert json.loads(run(file, "--json").stdout)["winners"] == [first]
    file.write_text(equal.replace("budget;100", "budget;100\nelka_terms;["), encoding="utf-8")
    assert run(file).exit_code == 2
