"""Tokens of invitations, ages."""

from datetime import date, timedelta

import pytest

from elka.models.groups import (
    INVITATION_TERM,
    Invitation,
    TooYoung,
    is_token,
    join_token,
    new_nonce,
    read_token,
    require_age,
)

KEY = b"k" * 32


def test_a_token_is_read_back_and_proven():
    nonce = new_nonce()
    token = join_token(KEY, 12, nonce)
    assert read_token(token) == (12, 0)
    assert is_token(token, KEY, 12, nonce)
    assert not is_token(token, KEY, 13, nonce)
    assert not is_token(token, KEY, 12, new_nonce())
    assert not is_token(token, KEY, 12, None)
    assert not is_token(token, b"x" * 32, 12, nonce)
    assert not is_token(join_token(KEY, 12, nonce, 5), KEY, 12, nonce)


@pytest.mark.parametrize(
    "garbage", [None, 7, "", "12", "a-b-c", "1-2", "1-2-3-4", "-1-0-f", "²-0-f", "9" * 40 + "-0-f"]
)
def test_garbage_is_no_token(garbage):
    assert read_token(garbage) is None


def test_a_letter_lives_a_month_unless_declined(now):
    letter = Invitation(project_id=1, email="a@b.ru", nonce="n", invited_by=1, invited_at=now)
    assert letter.is_open(now)
    assert not letter.is_open(now + INVITATION_TERM)
    letter.declined_at = now
    assert not letter.is_open(now + timedelta(days=1))


def test_from_fourteen_on():
    require_age(date(2012, 11, 23), date(2026, 11, 23))
    with pytest.raises(TooYoung):
        require_age(date(2012, 11, 24), date(2026, 11, 23))
