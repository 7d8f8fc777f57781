"""Reading what people were told, and switching it off for them."""

from __future__ import annotations

import sqlalchemy as sa

from elka.db import Work
from elka.models.notices import Notice, NoticeKind, NoticeSetting
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


def switch(work: Work, who: Person, kind: NoticeKind, *, on_site: bool = True, by_mail: bool = True) -> None:
    work.session.merge(NoticeSetting(person_id=who.id, kind=kind, on_site=on_site, by_mail=by_mail))
    work.session.flush()
