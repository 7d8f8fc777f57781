"""What the site publishes of a vote: the file of ballots, made by the job and read back."""

from __future__ import annotations

import io

from elka import publishing
from elka.core.verifying import Report, verify
from elka.db import Work
from elka.models.publications import Publication
from tests.browser import commit


def publication(work: Work, contest_id: int) -> Publication:
    return work.session.get_one(Publication, contest_id, populate_existing=True)


def written(work: Work, contest_id: int) -> Publication:
    """Let the job make the file; everything before is committed."""
    commit(work)
    assert publishing.due() == [contest_id]
    assert publishing.make(contest_id)
    assert publishing.due() == []
    return publication(work, contest_id)


def content(row: Publication) -> str:
    return publishing.path_of(row.contest_id, row.sha256).read_text(encoding="utf-8")


def checked(row: Publication, **asked: str) -> Report:
    return verify(io.StringIO(content(row), newline=""), known_root=row.root, **asked)
