"""Reading the letters that a flow has written."""

from __future__ import annotations

import re

import sqlalchemy as sa

from elka.db import Work
from elka.models.mail import Mail


def letters(work: Work) -> list[Mail]:
    """Return all letters, the oldest first."""
    work.session.flush()
    return list(work.session.execute(sa.select(Mail).order_by(Mail.id)).scalars())


def last_letter(work: Work) -> Mail:
    """Return the newest letter."""
    return letters(work)[-1]


def token_in(letter: Mail) -> str:
    """Return the token of the link in a letter."""
    return re.search(r"/(?:confirm|restore)/([\w-]{43})\b", letter.body)[1]
