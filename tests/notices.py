"""Reading what people were told."""

from __future__ import annotations

import sqlalchemy as sa

from elka.db import Work
from elka.models.notices import Notice
from elka.models.people import Person
from elka.state.notice_words import titled
from tests.words import plain


def notices(work: Work, person: Person | None = None) -> list[Notice]:
    """Return the notices of a person (None: of everybody), the oldest first, as the database has them now."""
    work.session.flush()
    query = sa.select(Notice).order_by(Notice.id).execution_options(populate_existing=True)
    if person is not None:
        query = query.where(Notice.person_id == person.id)
    return list(work.session.execute(query).scalars())


def titles(work: Work, person: Person) -> list[str]:
    """Return their titles, with plain spaces."""
    return [plain(titled(one)) for one in notices(work, person)]
