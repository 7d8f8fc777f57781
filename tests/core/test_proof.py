"""Proofs of work: what is ours, for whom, until when, and that the number cannot be moved."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.core import proof
from elka.core.proof import BadProof, Challenge

KEY = b"k" * 32
NOW = 1_795_000_000
ME = proof.subject_of(KEY, "vote", "7:1")


def made(number: int = 42, *, most: int = 200, expires: int = NOW + 60, subject: str = ME) -> Challenge:
    return proof.make(KEY, subject=subject, number=number, most=most, salt="ab" * 12, expires=expires)


def changed(sent: str, **fields: Any) -> str:
    facts = json.loads(base64.b64decode(sent)) | fields
    return base64.b64encode(json.dumps(facts).encode()).decode()


@given(st.integers(0, 200))
def test_what_was_drawn_is_found_and_taken(number: int) -> None:
    asked = made(number)
    assert proof.solve(asked) == number
    name, expires = proof.check(KEY, proof.payload(asked, number), subject=ME, now=NOW)
    assert (name.hex(), expires) == (asked.challenge, NOW + 60)


def test_the_challenge_speaks_the_protocol_of_altcha() -> None:
    assert set(made().facts()) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert made().facts()["algorithm"] == "SHA-256"
    told = json.loads(base64.b64decode(proof.payload(made(), 42)))
    assert set(told) == {"algorithm", "challenge", "number", "salt", "signature"}


@given(st.integers(0, 10**6).filter(lambda number: number != 42))
def test_another_number_is_no_proof(number: int) -> None:
    with pytest.raises(BadProof):
        proof.check(KEY, proof.payload(made(), number), subject=ME, now=NOW)


def test_a_proof_ends_and_is_of_one_person_and_purpose() -> None:
    sent = proof.payload(made(), 42)
    with pytest.raises(BadProof, match="expired"):
        proof.check(KEY, sent, subject=ME, now=NOW + 60)
    for other in (
        proof.subject_of(KEY, "vote", "7:2"),
        proof.subject_of(KEY, "vote", "8:1"),
        proof.subject_of(KEY, "x", "7:1"),
    ):
        with pytest.raises(BadProof, match="somebody else"):
            proof.check(KEY, sent, subject=other, now=NOW)
    with pytest.raises(BadProof, match="not signed"):
        proof.check(b"l" * 32, sent, subject=ME, now=NOW)


def test_no_digit_of_the_number_moves_into_the_salt() -> None:
    """SHA-256(salt + "42") is also that of salt + "4" and 2: it must not be taken for another salt, as of a later end."""
    asked = made()
    moved = changed(proof.payload(asked, 42), salt=asked.salt + "4", number=2)
    with pytest.raises(BadProof):
        proof.check(KEY, moved, subject=ME, now=NOW)


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        1,
        "",
        "x",
        "!!!",
        b"x",
        [],
        {},
        "bnVsbA==",
        "W10=",
        "e30=",
        "A" * 5000,
        base64.b64encode(b"[" * 1000).decode(),
    ],
)
def test_garbage_is_no_proof(garbage: object) -> None:
    with pytest.raises(BadProof):
        proof.check(KEY, garbage, subject=ME, now=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"number": True},
        {"number": "42"},
        {"number": -1},
        {"number": 2**60},
        {"salt": 5},
        {"signature": "ы"},
        {"algorithm": "MD5"},
    ],
)
def test_wrong_fields_are_no_proof(fields: dict[str, Any]) -> None:
    with pytest.raises(BadProof):
        proof.check(KEY, changed(proof.payload(made(), 42), **fields), subject=ME, now=NOW)
