"""The database's own guarantees on journal, ballots and votes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from elka.db import Work


def test_journal_is_append_only(work: Work) -> None:
    work.record("test.done", "person", 1)
    work.session.flush()
    for statement in ("UPDATE journal SET key = 'x'", "DELETE FROM journal", "TRUNCATE journal CASCADE"):
        with pytest.raises(DBAPIError, match="append-only"), work.session.begin_nested():
            work.session.execute(sa.text(statement))
    assert work.session.execute(sa.text("SELECT key FROM journal")).scalar_one() == "test.done"
