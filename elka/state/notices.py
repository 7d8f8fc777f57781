"""Telling people what has happened: a line on the site, a letter at once, or a digest by mail.

Every flow that has news calls ``notify``: lines and letters are written in its own transaction, so that news of what was
rolled back reaches nobody. What a person has switched off (``NoticeSetting``) is not written at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.db import Work
from elka.models.contests import Contest
from elka.models.notices import KEPT, Notice, NoticeKind, NoticeSetting
from elka.models.people import Person
from elka.models.roles import RoleGrant
from elka.state import notice_words

DIGEST = timedelta(hours=1)  # how long news is gathered before a digest goes
UNREAD_MOST = 100  # the bell counts no further


@dataclass(frozen=True)
class Line:
    """What one person is told: a title, the line under it, the place it leads to.

    Unread lines of one ``group_key`` become one; empty: a line of its own. ``letter``: subject and text; the greeting,
    the link to ``href`` and the way to switch the kind off are put around the text.
    """

    person_id: int
    title: str
    href: str
    text: str = ""
    group_key: str = ""
    letter: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        """Hold every line to lead to a place of our own."""
        if not self.href.startswith("/") or self.href.startswith("//"):
            raise ValueError(f"a notice leads to a page of the site, not to {self.href!r}")


def notify(
    work: Work,
    people: Iterable[int],
    kind: NoticeKind,
    *,
    title: str,
    text: str = "",
    href: str,
    group_key: str = "",
    letter: tuple[str, str] | None = None,
    digest: bool = False,
    several: str = "",
    several_href: str = "",
    own: bool = False,
) -> None:
    """Tell all these people the same. The arguments are those of ``Line`` and of ``notify_each``."""
    lines = [Line(person_id, title, href, text, group_key, letter) for person_id in dict.fromkeys(people)]
    notify_each(work, kind, lines, digest=digest, several=several, several_href=several_href, own=own)


def notify_each(
    work: Work,
    kind: NoticeKind,
    lines: Iterable[Line],
    *,
    digest: bool = False,
    several: str = "",
    several_href: str = "",
    own: bool = False,
) -> None:
    """Tell each of these people their own line; many take no more queries than one.

    ``digest``: a letter about all that is unread goes in an hour, instead of one at once. ``several``: how a line of
    several is titled (``Notice.several``), and ``several_href`` where it leads. Who acts is not told of what they did
    themselves; with ``own`` they get the letter, and the line is there as one already read.
    """
    told = list(lines)
    hearers = _hearers(work, kind, {line.person_id for line in told})
    rows: dict[tuple[int, str], dict[str, object]] = {}
    letters = []
    for line in told:
        mine = line.person_id == work.actor.person_id
        if line.person_id not in hearers or (mine and not own):
            continue
        person, on_site, by_mail = hearers[line.person_id]
        at_once = line.letter if by_mail else None
        gathered = by_mail and digest and not mine and at_once is None
        if at_once is not None:
            subject, body = at_once
            letters.append((person, subject, notice_words.letter(person.first_name, kind, body, line.href)))
        if not (on_site or at_once or gathered):
            continue
        key = (line.person_id, line.group_key or uuid4().hex)
        count = int(str(rows[key]["count"])) + 1 if key in rows else 1
        rows[key] = {
            "person_id": line.person_id,
            "group_key": key[1],
            "title": line.title,
            "text": line.text,
            "href": several_href if count > 1 and several_href else line.href,
            "count": count,
            "shown": on_site,
            "read_at": work.now if mine or not (on_site or gathered) else None,
            "mail_at": work.now if at_once else work.now + DIGEST if gathered else None,
            "mailed_at": work.now if at_once else None,
        }
    if rows:
        names = ("person_id", "group_key", "title", "text", "href", "count", "shown", "read_at", "mail_at", "mailed_at")
        columns = {name: [row[name] for row in rows.values()] for name in names}
        common = {"kind": kind.value, "several": several, "several_href": several_href, "now": work.now}
        work.session.connection().execute(_WRITE, common | columns)
    work.mail_each(letters)


# In the order of people, so that two such statements wait for one another in no ring. A digest that is due stays due:
# later news joins it and does not put it off.
_WRITE = sa.text("""
INSERT INTO notices (person_id, kind, group_key, title, text, href, several, count, shown,
                     created_at, changed_at, read_at, mail_at, mailed_at)
SELECT person_id, :kind, group_key, title, text, href, :several, count, shown, :now, :now, read_at, mail_at, mailed_at
FROM unnest(CAST(:person_id AS bigint[]), CAST(:group_key AS text[]), CAST(:title AS text[]), CAST(:text AS text[]),
            CAST(:href AS text[]), CAST(:count AS int[]), CAST(:shown AS boolean[]), CAST(:read_at AS timestamptz[]),
            CAST(:mail_at AS timestamptz[]), CAST(:mailed_at AS timestamptz[]))
  AS line (person_id, group_key, title, text, href, count, shown, read_at, mail_at, mailed_at)
ORDER BY person_id, group_key
ON CONFLICT (person_id, group_key) WHERE read_at IS NULL DO UPDATE SET
    kind = EXCLUDED.kind, title = EXCLUDED.title, text = EXCLUDED.text, several = EXCLUDED.several,
    href = coalesce(nullif(:several_href, ''), EXCLUDED.href),
    count = notices.count + EXCLUDED.count, shown = EXCLUDED.shown, changed_at = EXCLUDED.changed_at,
    mail_at = CASE WHEN EXCLUDED.mail_at IS NULL OR (notices.mail_at IS NOT NULL AND notices.mailed_at IS NULL)
                   THEN notices.mail_at ELSE EXCLUDED.mail_at END,
    mailed_at = CASE WHEN EXCLUDED.mail_at IS NULL THEN notices.mailed_at ELSE EXCLUDED.mailed_at END
""")


def _hearers(work: Work, kind: NoticeKind, people: set[int]) -> dict[int, tuple[Person, bool, bool]]:
    """Return those who want to hear of this kind: whether on the site, whether by mail to a confirmed address.

    Who is being erased at this moment is waited for, and then hears nothing any more.
    """
    if not people:
        return {}
    mail = sa.func.coalesce(col(NoticeSetting.by_mail), sa.true()) & col(Person.email_confirmed_at).is_not(None)
    found = work.session.execute(
        sa.select(Person, sa.func.coalesce(col(NoticeSetting.on_site), sa.true()), mail)
        .outerjoin(
            NoticeSetting,
            sa.and_(col(NoticeSetting.person_id) == col(Person.id), col(NoticeSetting.kind) == kind),
        )
        .where(col(Person.id).in_(people), col(Person.erased_at).is_(None))
        .order_by(col(Person.id))
        .with_for_update(read=True, key_share=True, of=Person)
    )
    return {int(person.id or 0): (person, on_site, by_mail) for person, on_site, by_mail in found}


def officials_of(work: Work, contest: Contest) -> list[int]:
    """Return the ids of the officials of a contest's place; those of the region stand in where a place has none."""
    region = col(RoleGrant.municipality_id).is_(None)
    here = region if contest.municipality_id is None else col(RoleGrant.municipality_id) == contest.municipality_id
    for place in (here, region):
        found = work.session.execute(
            sa.select(col(RoleGrant.person_id))
            .where(col(RoleGrant.role) == Role.OFFICIAL, RoleGrant.standing(), place)
            .distinct()
            .order_by(col(RoleGrant.person_id))
        ).scalars()
        if people := list(found):
            return people
    return []


# Reading


def unread(work: Work, path: str = "") -> int:
    """Return how many lines the actor has not read, ``UNREAD_MOST`` for more; those that lead to ``path`` become read.

    So a line is read wherever its place was opened from: the list, a letter, a bookmark. One query when none is.
    """
    me = work.actor.person_id
    if me is None:
        return 0
    place = sa.func.split_part(sa.func.split_part(col(Notice.href), "#", 1), "?", 1)
    some = sa.select(place.label("place")).where(Notice.waiting(me)).limit(UNREAD_MOST).subquery()
    count, here = work.session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(some.c.place == path)).select_from(some)
    ).one()
    if here:
        _read(work, me, place == path)
    return int(count - here)


def read_all(work: Work, kind: NoticeKind | None = None) -> None:
    """Take everything, or everything of a kind, as read. What is being added to at this moment stays unread."""
    _read(work, work.person(), sa.true() if kind is None else col(Notice.kind) == kind)


def _read(work: Work, me: int, which: sa.ColumnElement[bool]) -> None:
    rows = sa.select(col(Notice.id)).where(Notice.waiting(me), which).with_for_update(skip_locked=True)
    mail_at = sa.case((col(Notice.mailed_at).is_(None), sa.null()), else_=col(Notice.mail_at))
    work.session.execute(
        sa.update(Notice)
        .where(col(Notice.id).in_(rows))
        .values(read_at=work.now, mail_at=mail_at)
        .execution_options(synchronize_session=False)
    )


# The end


def forget(work: Work, person_id: int) -> None:
    """Remove all that was told to a person, and what they switched."""
    for table in (Notice, NoticeSetting):
        work.session.execute(sa.delete(table).where(col(table.person_id) == person_id))


def forget_old(work: Work) -> int:
    """Remove notices that nothing has been added to for half a year, and return how many there were."""
    gone = work.session.execute(sa.delete(Notice).where(col(Notice.changed_at) < work.now - KEPT))
    return gone.rowcount


__all__ = ["Line", "forget", "forget_old", "notify", "notify_each", "officials_of", "read_all", "unread"]
