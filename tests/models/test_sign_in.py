"""One-time tokens and signed-in browsers: one use, a term, and who is behind a request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from elka.core.actor import Role
from elka.core.secret import token_hash
from elka.db import Work, work_as
from elka.models.sign_in import LIFE, TOKEN_LIFE, LinkDead, OneTimeToken, SignIn, TokenKind, actor_of
from tests import factories
from tests.browser import signed_in


@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_opens_once_within_its_term_and_for_its_kind(work: Work, kind: TokenKind) -> None:
    person = factories.person(work)
    token = OneTimeToken.issue(work.session, kind, person.id, work.now)
    others = [other for other in TokenKind if other is not kind]
    with pytest.raises(LinkDead):
        OneTimeToken.redeem(work.session, others, token, work.now)
    with pytest.raises(LinkDead):
        OneTimeToken.find(work.session, [kind], token, work.now + TOKEN_LIFE[kind])
    assert OneTimeToken.find(work.session, [kind], token, work.now).person_id == person.id
    last = work.now + TOKEN_LIFE[kind] - timedelta(seconds=1)
    assert OneTimeToken.redeem(work.session, [kind], token, last).person_id == person.id
    with pytest.raises(LinkDead):
        OneTimeToken.redeem(work.session, [kind], token, work.now)


@pytest.mark.parametrize("garbage", [None, 1, "", "x" * 101, "ключ", b"bytes", ["a"], {"a": 1}, "\x00", "' OR 1=1 --"])
def test_garbage_opens_nothing(work: Work, garbage: Any) -> None:
    OneTimeToken.issue(work.session, TokenKind.ENTER, factories.person(work).id, work.now)
    for way in (OneTimeToken.find, OneTimeToken.redeem):
        with pytest.raises(LinkDead):
            way(work.session, list(TokenKind), garbage, work.now)


def test_the_database_keeps_no_token(work: Work) -> None:
    person = factories.person(work)
    secrets = [OneTimeToken.issue(work.session, TokenKind.ENTER, person.id, work.now), signed_in(work, person)]
    for table in ("one_time_tokens", "sign_ins"):
        kept = str(work.session.execute(sa.text(f"SELECT * FROM {table}")).all())
        assert not any(secret in kept for secret in secrets)


def test_of_many_at_once_one_redeems(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        token = OneTimeToken.issue(work.session, TokenKind.ENTER, factories.person(work).id, now)

    def attempt(_: int) -> bool:
        with work_as(now=now, bind=empty) as work:
            try:
                OneTimeToken.redeem(work.session, [TokenKind.ENTER], token, now)
            except LinkDead:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == [False] * 7 + [True]


def test_cancelled_tokens_open_nothing_and_others_stay(work: Work) -> None:
    person, other = factories.person(work), factories.person(work)
    mine = OneTimeToken.issue(work.session, TokenKind.ENTER, person.id, work.now)
    theirs = OneTimeToken.issue(work.session, TokenKind.ENTER, other.id, work.now)
    OneTimeToken.cancel(work.session, [TokenKind.ENTER], person.id, work.now)
    with pytest.raises(LinkDead):
        OneTimeToken.redeem(work.session, [TokenKind.ENTER], mine, work.now)
    assert OneTimeToken.redeem(work.session, [TokenKind.ENTER], theirs, work.now)


def test_the_actor_behind_a_cookie(work: Work) -> None:
    person = factories.official(work)
    actor = actor_of(work.session, token_hash(signed_in(work, person)), work.now)
    assert actor.person_id == person.id
    assert actor.has(Role.OFFICIAL, factories.settlement(work).municipality_id)
    assert actor_of(work.session, token_hash("another"), work.now) is None


def test_a_sign_in_ends_by_time_by_revoking_and_with_the_person(work: Work) -> None:
    person = factories.person(work)
    late, revoked, erased = (token_hash(signed_in(work, person)) for _ in range(3))
    assert actor_of(work.session, late, work.now + LIFE - timedelta(seconds=1))
    assert actor_of(work.session, erased, work.now + LIFE) is None
    row = work.session.exec(select(SignIn).where(SignIn.token_hash == revoked)).one()
    row.revoke(work.now)
    work.session.flush()
    assert actor_of(work.session, revoked, work.now) is None
    person.erase(work.now)
    work.session.flush()
    assert actor_of(work.session, erased, work.now) is None


def test_a_sign_in_lengthens_while_used_and_is_noted_every_five_minutes(work: Work) -> None:
    hashed = token_hash(signed_in(work, factories.person(work)))

    def seen(after: timedelta) -> tuple[datetime, datetime]:
        actor_of(work.session, hashed, work.now + after)
        return tuple(work.session.execute(sa.select(SignIn.seen_at, SignIn.expires_at)).one())

    assert seen(timedelta(minutes=4)) == (work.now, work.now + LIFE)
    later = timedelta(minutes=5)
    assert seen(later) == (work.now + later, work.now + later + LIFE)
    assert seen(LIFE + timedelta(minutes=4))[0] == work.now + LIFE + timedelta(minutes=4)


def test_noting_a_visit_waits_for_nobody(empty: sa.Engine, now: datetime) -> None:
    with work_as(now=now, bind=empty) as work:
        hashed = token_hash(signed_in(work, factories.person(work)))
    soon = now + timedelta(minutes=6)
    with work_as(now=soon, bind=empty) as slow, work_as(now=soon, bind=empty) as quick:
        assert actor_of(slow.session, hashed, soon)
        quick.session.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
        assert actor_of(quick.session, hashed, soon)
