"""Settings: a wrong value stops the start and names its variable."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from elka.settings import BadSettings, Demo, Settings, read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ELKA_{name.upper()}", raising=False)
    monkeypatch.setenv("ELKA_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ELKA_PORT", "много"),
        ("ELKA_PORT", "70000"),
        ("ELKA_DATABASE_URL", "mysql://localhost/elka"),
        ("ELKA_SMTP_URL", "mail.example.org"),
        ("ELKA_BASE_URL", "elka.example.org"),
        ("ELKA_REDIS_URL", "localhost:6379"),
        ("ELKA_DEMO", "maybe"),
        ("ELKA_SECRET_KEY", "short"),
        ("ELKA_POOL_SIZE", "0"),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=name):
        read_settings()


def test_a_demo_on_a_public_address_must_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELKA_BASE_URL", "https://elka.example.org")
    monkeypatch.setenv("ELKA_SECRET_KEY", "k" * 40)
    assert read_settings().demo is Demo.OFF
    monkeypatch.setenv("ELKA_DEMO", "on")
    with pytest.raises(BadSettings, match="ELKA_DEMO=public"):
        read_settings()
    monkeypatch.setenv("ELKA_DEMO", "public")
    assert read_settings().is_demo


def test_production_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELKA_BASE_URL", "https://elka.example.org")
    with pytest.raises(BadSettings, match="ELKA_SECRET_KEY"):
        read_settings()


def test_the_key_is_made_once_and_kept_private() -> None:
    site = read_settings()
    first = site.key()
    assert len(first) >= 32
    assert read_settings().key() == first
    assert stat.S_IMODE((site.home / "secret_key").stat().st_mode) == 0o600


def test_only_our_own_origins_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "http://127.0.0.1:8000" in read_settings().allowed_origins
    monkeypatch.setenv("ELKA_BASE_URL", "https://elka.example.org")
    monkeypatch.setenv("ELKA_SECRET_KEY", "k" * 40)
    assert read_settings().allowed_origins == ["https://elka.example.org"]
