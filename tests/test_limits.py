"""Rate limits: per account, per address, forgiven after a success."""

from __future__ import annotations

import pytest

from elka import limits
from elka.errors import TooOften


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.reset()
    monkeypatch.setitem(limits.LIMITS, "knock", limits.Limit(account="3 per hour", address="5 per hour"))


def test_the_fourth_attempt_of_an_account_is_refused_with_a_time() -> None:
    for _ in range(3):
        limits.hit("knock", account="a@example.org")
    with pytest.raises(TooOften, match="Попробуйте ещё раз через") as caught:
        limits.hit("knock", account="a@example.org")
    assert 0 < caught.value.seconds <= 3600
    limits.hit("knock", account="b@example.org")


def test_an_address_has_a_limit_of_its_own() -> None:
    for number in range(5):
        limits.hit("knock", account=number, address="10.0.0.1")
    assert not limits.allows("knock", account=99, address="10.0.0.1")
    assert limits.allows("knock", account=99, address="10.0.0.2")


def test_no_account_and_no_address_are_not_limited() -> None:
    for _ in range(20):
        limits.hit("knock")
    assert limits.allows("knock")


def test_success_forgives_the_account() -> None:
    for _ in range(3):
        limits.hit("knock", account=1)
    assert not limits.allows("knock", account=1)
    limits.forgive("knock", account=1)
    assert limits.allows("knock", account=1)


@pytest.mark.parametrize("name", sorted(limits.LIMITS))
def test_every_limit_can_be_counted(name: str) -> None:
    assert limits.allows(name, account="x", address="y")
    limits.hit(name, account="x", address="y")


def test_a_home_has_one_address_however_many_it_has() -> None:
    for number in range(5):
        limits.hit("knock", account=number, address=f"2a00:1:2:3::{number:x}")
    assert not limits.allows("knock", account=98, address="2a00:1:2:3:ffff::1")
    assert limits.allows("knock", account=99, address="2a00:1:2:4::1")
    for number in range(5):
        limits.hit("knock", account=100 + number, address=("10.0.0.9", "::ffff:10.0.0.9")[number % 2])
    assert not limits.allows("knock", account=110, address="10.0.0.9")


def test_a_stranger_does_not_use_up_the_attempts_of_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "knock", limits.Limit(account="8 per hour", here="3 per hour"))
    for number in range(3):
        limits.hit("knock", account="a@example.org", address=f"203.0.113.{number}")
    for _ in range(20):
        assert not limits.allows(
            "knock", account="a@example.org", address="203.0.113.77"
        )  # one network, many addresses
    assert limits.allows("knock", account="a@example.org", address="10.0.0.1")
    limits.forgive("knock", account="a@example.org", address="10.0.0.1")
    assert not limits.allows("knock", account="a@example.org", address="203.0.113.78")
    for number in range(8):
        limits.hit("knock", account="a@example.org", address=f"198.51.{number}.1")
    assert not limits.allows(
        "knock", account="a@example.org", address="198.51.100.1"
    )  # however many networks there are
