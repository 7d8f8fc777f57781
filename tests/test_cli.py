"""The `elka` command: help worth reading, plain errors, exit codes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from elka.cli import main
from elka.db import work_as
from elka.settings import settings
from tests import factories


def _elka(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("command", [[], *[[name] for name in sorted(main.commands)], ["user", "grant-role"]])
def test_every_command_explains_itself(command: list[str]) -> None:
    done = _elka(*command, "--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 4


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch, empty: sa.Engine) -> None:
    monkeypatch.setenv("ELKA_SECRET_KEY", "very-secret-" * 4)
    done = _elka("settings")
    assert done.exit_code == 0
    assert "ELKA_PORT" in done.output
    assert "very-secret" not in done.output


def test_a_wrong_setting_is_exit_code_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELKA_PORT", "много")
    done = _elka("doctor")
    assert done.exit_code == 1
    assert "ELKA_PORT" in done.output


def test_doctor_is_well_on_an_empty_site(empty: sa.Engine) -> None:
    done = _elka("doctor")
    assert done.exit_code == 0, done.output
    assert "journal chain" in done.output


def test_doctor_fails_loudly(empty: sa.Engine) -> None:
    with empty.begin() as connection:
        connection.execute(sa.text("ALTER TABLE journal DISABLE TRIGGER append_only"))
    try:
        done = _elka("doctor")
        assert done.exit_code == 1
        assert "append_only" in done.output
    finally:
        with empty.begin() as connection:
            connection.execute(sa.text("ALTER TABLE journal ENABLE TRIGGER append_only"))


def test_grant_role(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        factories.person(work, email="chief@example.org")
    assert _elka("user", "grant-role", "chief@example.org", "administrator").exit_code == 0
    assert _elka("user", "grant-role", "chief@example.org", "official", "--municipality", "Сургут").exit_code == 0
    with empty.connect() as connection:
        rows = connection.execute(sa.text("SELECT role, municipality_id IS NULL FROM role_grants ORDER BY role")).all()
        kept = connection.execute(sa.text("SELECT count(*) FROM journal WHERE key LIKE 'role.%'")).scalar_one()
    assert [tuple(row) for row in rows] == [("administrator", True), ("official", False)]
    assert kept == 2


@pytest.mark.parametrize(
    "words",
    [
        ["nobody@example.org", "official"],
        ["chief@example.org", "official", "--municipality", "Москва"],
    ],
)
def test_grant_role_refuses_what_it_does_not_know(empty: sa.Engine, words: list[str]) -> None:
    with work_as(bind=empty) as work:
        factories.person(work, email="chief@example.org")
    done = _elka("user", "grant-role", *words)
    assert done.exit_code == 1
    assert "Error:" in done.output


def test_a_demo_never_mixes_with_people(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        factories.person(work)
    done = _elka("demo")
    assert done.exit_code == 1
    assert "--reset" in done.output


def test_a_real_site_takes_no_demo(empty: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELKA_DEMO", "off")
    settings.cache_clear()
    try:
        done = _elka("demo")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert done.exit_code == 1
    assert "ELKA_DEMO" in done.output


def test_benchmarks_are_listed_and_misspelling_is_wrong_usage() -> None:
    listed = _elka("bench", "--list")
    assert listed.exit_code == 0
    assert all("\t" in line for line in listed.output.splitlines())
    wrong = _elka("bench", "vite", "--json")
    assert wrong.exit_code == 2
    assert not wrong.stdout.strip().startswith("{")
    assert "vote" in listed.output
