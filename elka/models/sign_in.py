"""Signing in: one-time tokens, signed-in browsers, and who is behind a request."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel, col

from elka.core.actor import Actor, Grant, Role
from elka.core.secret import new_token, token_hash
from elka.errors import Refused
from elka.models.base import Moment, big_id, one_of
from elka.models.people import Person
from elka.models.places import Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlmodel import Session

LIFE = timedelta(days=30)  # of a sign-in, counted anew whenever it is used
SEEN_EVERY = timedelta(minutes=5)  # a visit is noted no more often
LONGEST_TOKEN = 100  # ours have 43 characters


class TokenKind(StrEnum):
    """What a one-time token opens."""

    CONFIRM_EMAIL = "confirm_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a kind of token, not a password
    ENTER = "enter"


TOKEN_LIFE = {
    TokenKind.CONFIRM_EMAIL: timedelta(days=3),
    TokenKind.CHANGE_EMAIL: timedelta(hours=24),
    TokenKind.RESET_PASSWORD: timedelta(hours=1),
    TokenKind.ENTER: timedelta(seconds=60),
}


class LinkDead(Refused):
    """The link was used, has expired, or never was one of ours: one answer for all."""

    def __init__(self, message: str = "Ссылка уже использована или устарела. Запросите новую.") -> None:
        """Use one wording."""
        super().__init__(message)


class SignIn(SQLModel, table=True):
    """A signed-in browser. The cookie holds a random token, this row only its hash."""

    __tablename__ = "sign_ins"

    id: int | None = big_id()
    token_hash: bytes = Field(unique=True)
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    user_agent: str = ""
    address: str = ""

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Only one's own."""
        return col(cls.person_id) == actor.person_id if actor.person_id is not None else sa.false()

    @classmethod
    def live(cls, now: datetime) -> sa.ColumnElement[bool]:
        """Return the condition on browsers that are signed in at this moment."""
        return col(cls.revoked_at).is_(None) & (col(cls.expires_at) > now)

    @classmethod
    def open(cls, session: Session, person_id: int, now: datetime, *, user_agent: str, address: str) -> str:
        """Sign a browser in and return the token for its cookie: always a new one, so none can be planted before."""
        token = new_token()
        session.add(
            cls(
                token_hash=token_hash(token),
                person_id=person_id,
                created_at=now,
                seen_at=now,
                expires_at=now + LIFE,
                user_agent=user_agent[:300],
                address=address[:64],
            )
        )
        session.flush()
        return token

    @classmethod
    def revoke_all(cls, session: Session, person_id: int, now: datetime, *, keep: int | None = None) -> int:
        """End every sign-in of the person, save ``keep``; return how many there were."""
        ended: Any = session.execute(
            sa.update(cls)
            .where(col(cls.person_id) == person_id, cls.live(now), col(cls.id) != (keep or 0))
            .values(revoked_at=now)
        )
        return int(ended.rowcount)

    def revoke(self, now: datetime) -> None:
        """End this sign-in."""
        if self.revoked_at is None:
            self.revoked_at = now


class OneTimeToken(SQLModel, table=True):
    """A link or ticket that opens one thing once; kept as a hash. ``email``: the address that it was sent to."""

    __tablename__ = "one_time_tokens"

    id: int | None = big_id()
    kind: TokenKind = Field(sa_type=one_of(TokenKind, "kind"))
    token_hash: bytes = Field(unique=True)
    person_id: int = Field(foreign_key="people.id", sa_type=sa.BigInteger, index=True)
    email: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def issue(
        cls, session: Session, kind: TokenKind, person_id: int, now: datetime, *, email: str | None = None
    ) -> str:
        """Make a token of this kind and return it; the database keeps its hash."""
        token = new_token()
        session.add(
            cls(
                kind=kind,
                token_hash=token_hash(token),
                person_id=person_id,
                email=email,
                created_at=now,
                expires_at=now + TOKEN_LIFE[kind],
            )
        )
        session.flush()
        return token

    @classmethod
    def find(cls, session: Session, kinds: Iterable[TokenKind], token: object, now: datetime) -> Self:
        """Return the row of a token that still opens something, without using it; raise LinkDead."""
        row: Self | None = session.execute(sa.select(cls).where(cls._opens(kinds, token, now))).scalar_one_or_none()
        if row is None:
            raise LinkDead
        return row

    @classmethod
    def redeem(cls, session: Session, kinds: Iterable[TokenKind], token: object, now: datetime) -> Self:
        """Use a token up and return its row; raise LinkDead. Of two at once, one wins: it is one UPDATE."""
        row: Self | None = session.execute(
            sa.update(cls).where(cls._opens(kinds, token, now)).values(used_at=now).returning(cls)
        ).scalar_one_or_none()
        if row is None:
            raise LinkDead
        return row

    @classmethod
    def cancel(cls, session: Session, kinds: Iterable[TokenKind], person_id: int, now: datetime) -> None:
        """Make the person's outstanding tokens of these kinds open nothing."""
        session.execute(
            sa.update(cls)
            .where(col(cls.person_id) == person_id, col(cls.kind).in_(list(kinds)), col(cls.used_at).is_(None))
            .values(used_at=now)
        )

    @classmethod
    def _opens(cls, kinds: Iterable[TokenKind], token: object, now: datetime) -> sa.ColumnElement[bool]:
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
            raise LinkDead
        return sa.and_(
            col(cls.token_hash) == token_hash(token),
            col(cls.kind).in_(list(kinds)),
            col(cls.used_at).is_(None),
            col(cls.expires_at) > now,
        )


_GRANTS = (
    sa.select(
        sa.func.array_agg(
            sa.func.concat(sa.cast(sa.column("role"), sa.Text), ":", sa.func.coalesce(sa.column("municipality_id"), 0))
        )
    )
    .select_from(sa.text("role_grants"))
    .where(sa.text("role_grants.person_id = people.id AND role_grants.revoked_at IS NULL"))
    .scalar_subquery()
)

_ACTOR: sa.Select[Any] = (
    sa.select(
        col(SignIn.id),
        col(Person.id),
        col(Person.birth_date),
        col(Person.email_confirmed_at),
        col(Person.verified_at),
        col(Person.settlement_id),
        col(Settlement.municipality_id),
        _GRANTS,
        col(SignIn.seen_at),
        col(SignIn.token_hash),
        col(SignIn.expires_at),
    )
    .join_from(SignIn, Person, col(Person.id) == col(SignIn.person_id))
    .join(Settlement, col(Settlement.id) == col(Person.settlement_id))
    .where(
        col(SignIn.token_hash) == sa.any_(sa.bindparam("hashes", type_=ARRAY(sa.LargeBinary))),
        col(SignIn.revoked_at).is_(None),
        col(Person.erased_at).is_(None),
    )
)

# Several events of one browser at once: one notes the visit, the others do not wait for it.
_VISIT = sa.text(
    "UPDATE sign_ins SET seen_at = :now, expires_at = :until WHERE id IN "
    "(SELECT id FROM sign_ins WHERE id = ANY(:ids) AND revoked_at IS NULL AND seen_at < :stale FOR UPDATE SKIP LOCKED)"
)


def actor_of(session: Session, token_hash: bytes, now: datetime) -> Actor | None:
    """Return who holds this sign-in, in one query; None for an unknown, ended or revoked one.

    Now and then (``SEEN_EVERY``) it also notes the visit, which lengthens the sign-in.
    """
    return actors_of(session, [token_hash], now).get(token_hash)


def actors_of(session: Session, hashes: Sequence[bytes], now: datetime) -> dict[bytes, Actor]:
    """Return who holds each of these sign-ins, in one query; those that are unknown, ended or revoked are left out."""
    rows = session.connection().execute(_ACTOR, {"hashes": list(hashes)}).all()
    rows = [row for row in rows if row[10] > now]
    if seen := [row[0] for row in rows if now - row[8] >= SEEN_EVERY]:
        session.connection().execute(
            _VISIT, {"ids": seen, "now": now, "until": now + LIFE, "stale": now - SEEN_EVERY + timedelta(seconds=1)}
        )
    return {bytes(row[9]): _actor(row) for row in rows}


def _actor(row: Any) -> Actor:
    grants = []
    for text in row[7] or ():
        role, _, place = text.partition(":")
        grants.append(Grant(Role(role), int(place) or None))
    return Actor(
        person_id=row[1],
        sign_in_id=row[0],
        grants=frozenset(grants),
        birth_date=row[2],
        confirmed=row[3] is not None,
        verified=row[4] is not None,
        settlement_id=row[5],
        municipality_id=row[6],
    )
