"""Random tokens: given to a person once, kept by us only as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits, safe for a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what the database keeps of a token. The token is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).digest()
