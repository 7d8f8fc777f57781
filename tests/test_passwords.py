"""Passwords: what is kept, and what is refused."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from elka import passwords

pytestmark = pytest.mark.usefixtures("own_passwords")
OWN = ("maria.kuz@example.org", "Мария", "Кузнецова")


def test_a_password_is_kept_as_argon2id_with_a_salt() -> None:
    kept = passwords.hash_password("снегопад и ключ")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != passwords.hash_password("снегопад и ключ")
    assert passwords.verify(kept, "снегопад и ключ")
    assert not passwords.verify(kept, "снегопад и ключи")
    assert not passwords.is_outdated(kept)
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=1024).hash("x"))


def test_one_letter_typed_in_two_ways_is_one() -> None:
    assert passwords.verify(passwords.hash_password("синий трамвай"), "синии\u0306 трамваи\u0306")


@pytest.mark.parametrize("kept", [None, "!", "", "$argon2id$v=19$broken"])
def test_without_a_password_nothing_matches_yet_it_costs_a_check(
    kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            checks.append(password)
            return passwords_hasher.verify(kept, password)

    passwords_hasher = passwords._HASHER
    passwords._nobody()
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not passwords.verify(kept, "a password of nobody")
    assert checks


@pytest.mark.parametrize(
    "weak",
    [
        "коротко",
        "x" * 201,
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "qwerty12345",
        "йцукенгшщз",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "aaaaaaaaaa",
        "abababababab",
        "password123",
        "Password2024!",
        "P@ssw0rd2024",
        "iloveyou1234",
        "Наташа1985!!",
        "пароль12345",
        "parolparol1",
        "olga1975olga",
        "surgut86surgut",
        "maria.kuz@example.org",
        "maria.kuz1",
        "кузнецова-1988",
    ],
)
def test_guessable_passwords_are_refused(weak: str) -> None:
    assert passwords.weakness(weak, *OWN)


@pytest.mark.parametrize(
    "good", ["лошадь верно батарея", "korovamolokosneg", "Xk3!vv92mmLp", "снегопад-2291-ключ", "три медведя и самовар"]
)
def test_others_are_taken(good: str) -> None:
    assert passwords.weakness(good, *OWN) is None
