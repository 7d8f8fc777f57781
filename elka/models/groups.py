"""Invitations to an initiative group: the link of a project and letters to addresses.

Whether an address has an account is told to nobody: the author sees the address they typed and nothing else until its
owner answers. A token is derived from a random nonce with the secret key, so that the database alone opens nothing,
while the author can copy the same link again.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from elka.errors import Refused
from elka.models.base import Moment, big_id
from elka.models.projects import MEMBER_AGE

INVITATION_TERM = timedelta(days=30)
LETTERS_A_DAY = 20
_TOKEN_PARTS = 3


class TooYoung(Refused):
    """The person may not be in a group yet."""


class Invitation(SQLModel, table=True):
    """A letter that asked the owner of an address to join.

    Deleted with the answer «yes», by the author, and a month after it was sent.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "email"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: int | None = big_id()
    project_id: int = Field(foreign_key="projects.id", sa_type=sa.BigInteger)
    email: str = Field(index=True)
    nonce: str
    invited_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    invited_at: datetime = Field(sa_type=Moment)
    declined_at: datetime | None = Field(default=None, sa_type=Moment)

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.declined_at is None and now < self.invited_at + INVITATION_TERM


def new_nonce() -> str:
    """Return 128 random bits as hex."""
    return secrets.token_hex(16)


def join_token(key: bytes, project_id: int, nonce: str, invitation_id: int = 0) -> str:
    """Return the token of a link: of the project's own (``invitation_id`` 0) or of one letter."""
    proof = hmac.new(key, f"join:{project_id}:{invitation_id}:{nonce}".encode(), sha256).hexdigest()[:32]
    return f"{project_id}-{invitation_id}-{proof}"


def read_token(token: object) -> tuple[int, int] | None:
    """Return (project, invitation) that a token speaks of, unproven yet; None for garbage."""
    parts = token.split("-") if isinstance(token, str) and token.isascii() else []
    if len(parts) != _TOKEN_PARTS or not all(part.isdigit() and len(part) < 18 for part in parts[:2]):  # noqa: PLR2004
        return None
    return int(parts[0]), int(parts[1])


def is_token(token: str, key: bytes, project_id: int, nonce: str | None, invitation_id: int = 0) -> bool:
    """Whether the token is the one made with this nonce."""
    return nonce is not None and hmac.compare_digest(token, join_token(key, project_id, nonce, invitation_id))


def require_age(birth: date, today: date) -> None:
    """Raise ``TooYoung`` for those under 14."""
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    if years < MEMBER_AGE:
        raise TooYoung(f"В инициативную группу входят с {MEMBER_AGE} лет.")
