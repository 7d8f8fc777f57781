"""Proof of work in the protocol of ALTCHA: a browser shows that it has worked for a second, and nobody solves a puzzle.

The server draws a secret number and gives out ``challenge = SHA-256(salt + number)`` with an HMAC-SHA256 of the
challenge; the browser tries numbers until one fits. Nothing is kept until a proof comes back: that the challenge is
ours the signature says, when it ends and for whom it is the salt says. The salt ends with ``&``, so that no digit of
the number can be moved into it: the signature covers only the hash of both.

That a proof is taken once is the caller's part: the value of ``check`` names it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from urllib.parse import parse_qs

ALGORITHM = "SHA-256"
LONGEST = 2048  # characters of a payload; ours have some 450
_FIELDS = {"algorithm": str, "challenge": str, "number": int, "salt": str, "signature": str}
_SUBJECT_DIGITS = 32


class BadProof(ValueError):  # noqa: N818  read as a sentence where it is caught
    """What came is no proof for this; the message says why, for the log and for tests."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser is asked, under the names of the protocol. ``maxnumber``: the number is not greater."""

    challenge: str
    salt: str
    signature: str
    maxnumber: int
    algorithm: str = ALGORITHM

    def facts(self) -> dict[str, object]:
        """Return it as the protocol sends it."""
        return asdict(self)


def subject_of(key: bytes, purpose: str, who: object) -> str:
    """Return what a challenge is bound to: a keyed hash, from which nobody learns who it is."""
    return hmac.digest(key, f"{purpose}:{who}".encode(), "sha256").hex()[:_SUBJECT_DIGITS]


def make(key: bytes, *, subject: str, number: int, most: int, salt: str, expires: int) -> Challenge:
    """Return a challenge whose answer is ``number`` of 0…``most``; ``salt`` random, ``expires`` in seconds of Unix."""
    whole = f"{salt}?expires={expires}&for={subject}&"
    challenge = _hash(whole, number)
    return Challenge(challenge, whole, _signed(key, challenge), most)


def payload(asked: Challenge, number: int) -> str:
    """Return an answer as the browser sends it."""
    facts = {name: value for name, value in asked.facts().items() if name != "maxnumber"} | {"number": number}
    return base64.b64encode(json.dumps(facts).encode()).decode()


def solve(asked: Challenge) -> int:
    """Find the number, as a browser does. Raises ValueError when none fits."""
    for number in range(asked.maxnumber + 1):
        if _hash(asked.salt, number) == asked.challenge:
            return number
    raise ValueError("no number fits")


def check(key: bytes, sent: object, *, subject: str, now: float) -> tuple[bytes, int]:
    """Return the hash that names this proof and when it expires; raise BadProof. ``sent`` may be anything."""
    found = _read(sent)
    challenge, salt = str(found["challenge"]), str(found["salt"])
    if found["algorithm"] != ALGORITHM:
        raise BadProof("another algorithm")
    if not hmac.compare_digest(_signed(key, challenge), str(found["signature"])):
        raise BadProof("not signed by us")
    if not salt.endswith("&") or not hmac.compare_digest(_hash(salt, int(str(found["number"]))), challenge):
        raise BadProof("the number does not fit")
    said = parse_qs(salt.partition("?")[2])
    expires = int(said["expires"][0])
    if now >= expires:
        raise BadProof("expired")
    if said["for"] != [subject]:
        raise BadProof("given to somebody else, or for something else")
    return bytes.fromhex(challenge), expires


def _read(sent: object) -> dict[str, object]:
    if not isinstance(sent, str) or len(sent) > LONGEST:
        raise BadProof("not a text of sane length")
    try:
        found = json.loads(base64.b64decode(sent, validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadProof("not base64 of JSON") from error
    if not isinstance(found, dict) or any(type(found.get(name)) is not kind for name, kind in _FIELDS.items()):
        raise BadProof("fields are missing")
    if not 0 <= found["number"] < 2**53 or not found["signature"].isascii() or not found["challenge"].isascii():
        raise BadProof("no such number")
    return found


def _hash(salt: str, number: int) -> str:
    return sha256(f"{salt}{number}".encode("utf-8", "replace")).hexdigest()


def _signed(key: bytes, challenge: str) -> str:
    return hmac.digest(key, challenge.encode(), "sha256").hex()
