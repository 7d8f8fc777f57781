"""Exports of a contest's applications: asked for by its office, made by a job, kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka import exporting, limits
from elka.core.filenames import safe_part
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models.contests import Contest
from elka.models.exports import Export, ExportKind, ExportState
from elka.state.application_filters import TABS, matching_ids, read_filters
from elka.state.base import Events, Flow
from elka.state.building import for_office
from elka.ui import labels

KEPT = timedelta(days=1)
MOST_SHOWN = 5
MOST_UNDONE = 3  # of one person at once
KINDS = {ExportKind.TABLE: "Таблица Excel", ExportKind.ARCHIVE: "Архив ZIP"}
UNDONE = (ExportState.WAITING, ExportState.GOING)


@dataclass(frozen=True)
class ExportRow:
    """An export as whoever asked for it sees it. ``state``: waiting, going, ready, failed; ``percent`` 0…100."""

    id: int
    state: str
    title: str
    note: str
    percent: int
    href: str


@dataclass(frozen=True)
class Exports:
    """The exports of one contest; ``going``: whether any is still being made."""

    contest_id: int
    rows: list[ExportRow]
    going: bool


@dataclass(frozen=True)
class Finished:
    """A finished export to be given."""

    path: Path
    name: str


class ExportsState(Flow, rx.State):
    """What the signed-in official has asked for, of the contest whose id is in the address."""

    contest_id: int = 0
    rows: list[ExportRow] = []
    going: bool = False

    @rx.event
    async def load(self) -> Events:
        """Show the exports of the contest."""
        return await self._load(self._list, self._part(2), into=self._show)

    @rx.event
    async def refresh(self) -> Events:
        """Show how far they are."""
        return await self._load(self._list, self.contest_id, into=self._show)

    @rx.event
    async def ask(self, kind: str, query: str) -> Events:
        """Have the applications exported that the table shows; ``query``: what stands in its address."""
        return await self._run(self._ask, self.contest_id, kind, query, then=self._show)

    @rx.event
    async def remove(self, export_id: int) -> Events:
        """Stop making an export, or delete a finished one."""
        return await self._run(self._remove, export_id, then=self._show)

    def _show(self, exports: Exports) -> Events:
        before = {row.id: row.state for row in self.rows}
        ready = [row for row in exports.rows if row.href and before.get(row.id) in UNDONE]
        self.contest_id, self.rows, self.going = exports.contest_id, exports.rows, exports.going
        return rx.toast.success("Выгрузка готова") if ready else None

    # Flows

    @staticmethod
    def _list(work: Work, contest_id: object) -> Exports:
        return _exports(work, for_office(work, contest_id))

    @staticmethod
    def _ask(work: Work, contest_id: object, kind: object, query: object) -> Exports:
        """Begin an export; the same one asked for again while it is being made is one."""
        contest = for_office(work, contest_id)
        if not isinstance(kind, str) or kind not in list(ExportKind):
            raise Refused("Выберите, что выгрузить: таблицу или архив.")
        person_id = work.person()
        filters = read_filters(query, person_id)
        # One at a time for a person: two clicks at once must not become two exports.
        work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, person_id % 2**31)))
        undone = list(
            work.session.execute(
                sa.select(Export).where(col(Export.asked_by) == person_id, col(Export.state).in_(UNDONE))
            ).scalars()
        )
        if any((one.contest_id, one.kind.value, one.filters) == (contest.id, kind, filters) for one in undone):
            return _exports(work, contest)
        if len(undone) >= MOST_UNDONE:
            raise Refused("Предыдущие выгрузки ещё готовятся. Дождитесь их или отмените одну.")
        limits.hit("export", account=person_id)
        total = work.session.execute(
            sa.select(sa.func.count()).select_from(matching_ids(contest.id or 0, filters, work.now).subquery())
        ).scalar_one()
        if not total:
            raise Refused("Таких заявок нет, выгружать нечего. Измените отбор.")
        export = Export(
            contest_id=contest.id or 0,
            kind=ExportKind(kind),
            filters=filters,
            total=total,
            asked_by=person_id,
            asked_at=work.now,
        )
        work.session.add(export)
        work.session.flush()
        work.later("make_export", lock="exports", export_id=export.id)
        work.record(
            "applications.exported",
            "contest",
            contest.id,
            export=export.id,
            format=kind,
            applications=total,
            status=filters.get("status", ""),
        )
        return _exports(work, contest)

    @staticmethod
    def _remove(work: Work, export_id: object) -> Exports:
        work.person()
        export = work.get(Export, export_id, lock=True)
        contest = for_office(work, export.contest_id)
        work.session.delete(export)
        work.after_commit(partial(exporting.drop, export.id or 0))
        work.session.flush()
        return _exports(work, contest)

    @staticmethod
    def _file(work: Work, export_id: object) -> Finished:
        """Return a finished export to whoever asked for it and is still of the contest's office."""
        work.person()
        export = work.get(Export, export_id)
        contest = for_office(work, export.contest_id)
        if export.state is not ExportState.READY or export.asked_at < work.now - KEPT:
            raise NotFound
        day = labels.local(export.asked_at).strftime("%Y-%m-%d")
        name = f"Заявки {safe_part(contest.title, 60)} {day}{exporting.ENDINGS[export.kind]}"
        return Finished(exporting.path_of(export.id or 0, export.kind), name)


_LOCK = 7_235_113  # advisory: the first of two keys, the second is the person


def tidy(work: Work) -> int:
    """Forget exports older than a day, whatever became of them; return how many."""
    old = list(
        work.session.execute(
            sa.delete(Export).where(col(Export.asked_at) < work.now - KEPT).returning(col(Export.id))
        ).scalars()
    )
    for export_id in old:
        work.after_commit(partial(exporting.drop, export_id))
    return len(old)


def _exports(work: Work, contest: Contest) -> Exports:
    found = work.session.execute(
        sa.select(Export)
        .where(
            Export.visible_to(work.actor),
            col(Export.contest_id) == contest.id,
            col(Export.asked_at) >= work.now - KEPT,
        )
        .order_by(col(Export.id).desc())
        .limit(MOST_SHOWN)
    ).scalars()
    listed = list(found)
    return Exports(
        contest_id=contest.id or 0,
        rows=[_row(one) for one in listed],
        going=any(one.state in UNDONE for one in listed),
    )


def _row(export: Export) -> ExportRow:
    status = TABS[export.filters.get("status", "")][0].lower() if export.filters.get("status") else ""
    words = f"«{export.filters['q']}»" if export.filters.get("q") else ""
    others = "ещё условия" if set(export.filters) - {"status", "q", "sort"} else ""
    chosen = ", ".join(part for part in (status, words, others) if part)
    count = labels.plural(export.total, "заявка", "заявки", "заявок")
    notes = {
        ExportState.WAITING: "в очереди",
        ExportState.GOING: f"готово {labels.number(export.done)} из {labels.number(export.total)}",
        ExportState.READY: f"{labels.file_size(export.size or 0)}, хранится до {labels.date_time(export.asked_at + KEPT)}",
        ExportState.FAILED: "не получилось собрать, мы уже видим ошибку. Повторите позже",
    }
    return ExportRow(
        id=export.id or 0,
        state=export.state.value,
        title=f"{KINDS[export.kind]}: {count}{f' ({chosen})' if chosen else ''}",
        note=notes[export.state],
        percent=labels.percent(export.done, export.total),
        href=f"/office/exports/{export.id}" if export.state is ExportState.READY else "",
    )
