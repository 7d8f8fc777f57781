"""One's own notices: the list, and what of it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import clock
from elka.db import Work
from elka.models.notices import Notice, NoticeKind
from elka.state.base import Events, Flow
from elka.state.notice_words import KINDS, said, titled
from elka.state.notices import read_all, unread
from elka.state.viewer import ViewerState
from elka.ui import labels
from elka.ui.rows import Tab

HERE = "/me/notices"
PAGE = 30
ROWS_MOST = 300  # a tab holds no more at once
UNREAD = "Непрочитанные"


@dataclass(frozen=True)
class NoticeRow:
    """One line of the list. ``count``: how many it stands for, empty for one."""

    id: int
    kind: str
    title: str
    text: str
    href: str
    when: str
    count: str
    unread: bool


@dataclass(frozen=True)
class DayRow:
    """Lines under one heading: those not read, then a day after another."""

    heading: str
    rows: list[NoticeRow]


@dataclass(frozen=True)
class Mark:
    """Where a page of the list ends: among the unread or the read ones, at which moment, at which of that moment."""

    unread: bool
    at: datetime
    id: int


@dataclass(frozen=True)
class Listed:
    """A page of notices. ``mark``: where it ends, None: nothing follows. ``at``: when it was read."""

    days: list[DayRow]
    mark: Mark | None
    kind: str
    tabs: list[Tab]
    at: datetime


@dataclass(frozen=True)
class Looked:
    """What has changed since the list was drawn: what of it is still unread, how much is in all, is any of it newer."""

    still: frozenset[int]
    unread: int
    fresh: bool


class NoticesState(Flow, rx.State):
    """The page ``/me/notices``; the address holds the kind."""

    days: list[DayRow] = []
    tabs: list[Tab] = []
    kind: str = ""
    unread: int = 0
    more: bool = False
    full: bool = False
    fresh: bool = False
    _mark: Mark | None = None
    _at: datetime | None = None

    @rx.event
    async def load(self) -> Events:
        """Show the first lines: those not read, then the newest."""
        return await self._load(self._listed, self._query("kind"), into=self._show)

    @rx.event
    async def show_more(self) -> Events:
        """Add the next lines under those already shown."""
        if not self.more:
            return None
        return await self._load(self._listed, self.kind, self._mark, into=self._add)

    @rx.event
    async def read(self, notice_id: int) -> Events:
        """Take one line as read."""
        return await self._run(self._read, notice_id, self._ids(), self._at, then=self._looked)

    @rx.event
    async def read_all(self) -> Events:
        """Take everything, or everything of the kind that is shown, as read."""
        return await self._run(self._read_all, self.kind, self._ids(), self._at, then=self._looked)

    @rx.event
    async def look(self) -> Events:
        """See what was read elsewhere and whether there is anything new; the lines stay where they are."""
        if self.status != "ready":
            return None
        return await self._run(self._look, self._ids(), self._at, then=self._looked)

    # Flows

    @staticmethod
    def _listed(work: Work, kind: object, mark: Mark | None = None) -> Listed:
        work.person()
        wanted = _kind(kind)
        found = _following(work, wanted, mark)
        last = found[PAGE - 1] if len(found) > PAGE else None
        return Listed(
            days=_days(found[:PAGE], work.now),
            mark=Mark(last.read_at is None, last.changed_at, last.id or 0) if last is not None else None,
            kind=wanted.value if wanted else "",
            tabs=_tabs(work, wanted),
            at=work.now,
        )

    @staticmethod
    def _read(work: Work, notice_id: object, ids: Sequence[int] = (), at: datetime | None = None) -> Looked:
        work.person()
        work.get(Notice, notice_id, lock=True).read(work.now)
        work.session.flush()
        return NoticesState._look(work, ids, at)

    @staticmethod
    def _read_all(work: Work, kind: object, ids: Sequence[int] = (), at: datetime | None = None) -> Looked:
        read_all(work, _kind(kind))
        return NoticesState._look(work, ids, at)

    @staticmethod
    def _look(work: Work, ids: Sequence[int], at: datetime | None) -> Looked:
        waiting = Notice.waiting(work.person())
        still = work.session.execute(sa.select(col(Notice.id)).where(waiting, col(Notice.id).in_(ids))).scalars()
        newer = sa.exists().where(waiting, col(Notice.changed_at) > (at or work.now))
        return Looked(
            still=frozenset(one for one in still if one is not None),
            unread=unread(work),
            fresh=bool(work.session.execute(sa.select(newer)).scalar_one()),
        )

    def _show(self, listed: Listed) -> None:
        self.days, self.tabs, self.kind = listed.days, listed.tabs, listed.kind
        self._at, self.fresh = listed.at, False
        self._turn(listed)

    def _add(self, listed: Listed) -> None:
        known = set(self._ids())
        days = [DayRow(day.heading, [row for row in day.rows if row.id not in known]) for day in listed.days]
        joined = list(self.days)
        for day in days:
            if joined and joined[-1].heading == day.heading:
                joined[-1] = DayRow(day.heading, [*joined[-1].rows, *day.rows])
            elif day.rows:
                joined.append(day)
        self.days, self.tabs = joined, listed.tabs
        self._turn(listed)

    def _turn(self, listed: Listed) -> None:
        self._mark = listed.mark
        self.full = listed.mark is not None and len(self._ids()) >= ROWS_MOST
        self.more = listed.mark is not None and not self.full
        self.unread = sum(row.unread for day in self.days for row in day.rows)

    async def _looked(self, looked: Looked) -> None:
        self.days = [
            DayRow(day.heading, [replace(row, unread=row.id in looked.still) for row in day.rows]) for day in self.days
        ]
        self.unread, self.fresh = len(looked.still), looked.fresh
        viewer = await self.get_state(ViewerState)
        viewer.unread = looked.unread

    def _ids(self) -> list[int]:
        return [row.id for day in self.days for row in day.rows]


def _kind(kind: object) -> NoticeKind | None:
    """Read what a browser sent; anything unknown is every kind."""
    return NoticeKind(kind) if isinstance(kind, str) and kind in list(NoticeKind) else None


def _following(work: Work, kind: NoticeKind | None, mark: Mark | None) -> list[Notice]:
    """Return the lines after a mark, one more than a page: the unread ones first, the newest first."""
    own = [Notice.visible_to(work.actor), col(Notice.shown)]
    if kind is not None:
        own.append(col(Notice.kind) == kind)
    found: list[Notice] = []
    for among_unread in (True, False) if mark is None or mark.unread else (False,):
        if len(found) > PAGE:
            break
        which = col(Notice.read_at).is_(None) if among_unread else col(Notice.read_at).is_not(None)
        rest = [which]
        if mark is not None and mark.unread is among_unread:
            rest.append(sa.tuple_(col(Notice.changed_at), col(Notice.id)) < sa.tuple_(mark.at, mark.id))
        found += work.session.execute(
            sa.select(Notice)
            .where(*own, *rest)
            .order_by(col(Notice.changed_at).desc(), col(Notice.id).desc())
            .limit(PAGE + 1 - len(found))
        ).scalars()
    return found


def _tabs(work: Work, kind: NoticeKind | None) -> list[Tab]:
    """Return the kinds that there are, each with what is not read of it; none when there is nothing to choose from."""
    counts = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Notice.kind), sa.func.count().filter(col(Notice.read_at).is_(None)))
            .where(Notice.visible_to(work.actor), col(Notice.shown))
            .group_by(col(Notice.kind))
        )
    }
    there = [one for one in NoticeKind if one in counts or one is kind]
    if len(there) <= 1 and kind is None:
        return []
    return [
        Tab(HERE, "Все", _figure(sum(counts.values()))),
        *(Tab(f"{HERE}?kind={one.value}", KINDS[one].short, _figure(counts.get(one, 0))) for one in there),
    ]


def _figure(count: int) -> str:
    return labels.number(count) if count else ""


def _days(notices: Iterable[Notice], now: datetime) -> list[DayRow]:
    days: dict[str, list[NoticeRow]] = {}
    for notice in notices:
        day, time = _day(notice.changed_at, now), labels.time(notice.changed_at)
        fresh = notice.read_at is None
        row = NoticeRow(
            id=notice.id or 0,
            kind=notice.kind.value,
            title=titled(notice),
            text=said(notice),
            href=notice.href,
            when=f"{day[0].lower()}{day[1:]}, {time}" if fresh else time,
            count=labels.number(notice.count) if notice.count > 1 and not notice.several else "",
            unread=fresh,
        )
        days.setdefault(UNREAD if fresh else day, []).append(row)
    return [DayRow(heading, rows) for heading, rows in days.items()]


def _day(moment: datetime, now: datetime) -> str:
    ago = (clock.local(now).date() - clock.local(moment).date()).days
    return {0: "Сегодня", 1: "Вчера"}.get(ago, labels.date(moment))
