"""The budget of a project in its editor: rows that save themselves, sums by source as one types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx
from sqlmodel import col, select

from elka.core.record_ids import record_id
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.projects import (
    AMOUNT_MAX,
    LINE_NAME_MAX,
    LINES_MAX,
    QUANTITY_MAX,
    BudgetLine,
    Project,
    Source,
)
from elka.state.base import Events, Fault, Flow, listed
from elka.state.project_edit import Clash
from elka.state.project_rights import for_editing
from elka.ui import labels
from elka.ui.rows import Option
from elka.ui.rows import Source as SourceRow

FIELDS = ("name", "quantity", "amount", "source")
SOURCE_OPTIONS = [Option(source.value, labels.SOURCES[source.value]) for source in Source]
_SUM = re.compile(r"\d{1,11}")


@dataclass(frozen=True)
class LineRow:
    """One line as its fields hold it. ``key`` changes when the fields must be drawn anew."""

    id: int
    place: int
    name: str
    quantity: str
    amount: str
    shown: str  # the sum with its thousands parted; empty for nothing
    source: str
    first: bool
    last: bool
    key: str


@dataclass(frozen=True)
class Sheet:
    """The whole budget."""

    project_id: int
    lines: list[LineRow]
    sources: list[SourceRow]
    total: str
    at: str = ""
    added: int = 0
    undo: tuple[int, str, str, int, str] | None = None


class BudgetState(Flow, rx.State):
    """The table of the budget step."""

    project_id_shown: int = 0
    lines: list[LineRow] = []
    sources: list[SourceRow] = []
    total: str = ""
    saved: str = ""
    full: bool = False
    can_undo: bool = False
    _seen: dict[str, str] = {}
    _removed: tuple[int, str, str, int, str] | None = None

    @rx.event
    async def load(self) -> Events:
        """Show the budget of the project whose id is in the address."""
        self.errors, self._removed, self.can_undo = {}, None, False
        wanted = self._part(2)
        return await self._load(self._sheet, wanted, into=self._show)

    @rx.event
    async def add(self) -> Events:
        """Add an empty line at the end and go to it."""
        return await self._run(self._add, self.project_id_shown, then=self._show)

    @rx.event
    async def save(self, line_id: int, field: str, value: str) -> Events:
        """Save one cell; a trouble is told at the cell and takes nothing away."""
        if not isinstance(line_id, int) or field not in FIELDS or not isinstance(value, str):
            return None
        cell = f"{field}-{line_id}"
        try:
            result = await self._work(self._save, self.project_id_shown, line_id, field, value, self._seen.get(cell))
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, cell: str(refused)}
            return None
        if isinstance(result, Clash):
            text = f"Здесь уже написали: «{result.theirs}». Повторите, если ваш вариант вернее."
            self.errors = {**self.errors, cell: text}
            self._seen = {**self._seen, cell: result.theirs}
            return None
        self.errors = {name: text for name, text in self.errors.items() if name != cell}
        self._show(result)
        return None

    @rx.event
    async def remove(self, line_id: int) -> Events:
        """Take a line out; it can be put back."""
        return await self._run(self._remove, self.project_id_shown, line_id, then=self._show)

    @rx.event
    async def put_back(self) -> Events:
        """Put the line back that was taken out last."""
        removed, self._removed = self._removed, None
        if removed is None:
            return None
        return await self._run(self._put_back, self.project_id_shown, removed, done="Строка на месте", then=self._show)

    @rx.event
    async def move(self, line_id: int, up: bool) -> Events:
        """Move a line by one place."""
        if not isinstance(line_id, int):
            return None
        events = await self._run(self._move, self.project_id_shown, line_id, up, then=self._show)
        # The line has moved under the keyboard: focus goes along with it, to the other arrow at an end of the list.
        names = ("up", "down") if up else ("down", "up")
        looked = " ?? ".join(f"document.querySelector('#{name}-{line_id}:not(:disabled)')" for name in names)
        return [*listed(events), rx.call_script(f"setTimeout(() => ({looked})?.focus(), 60)")]

    def _show(self, sheet: Sheet) -> Events:
        self.project_id_shown = sheet.project_id
        self.lines, self.sources, self.total = sheet.lines, sheet.sources, sheet.total
        self.full = len(sheet.lines) >= LINES_MAX
        self._seen = {f"{field}-{line.id}": getattr(line, field) for line in sheet.lines for field in FIELDS}
        self.saved = sheet.at or self.saved
        if sheet.undo is not None:
            self._removed = sheet.undo
        self.can_undo = self._removed is not None
        if sheet.added:
            return rx.call_script(f"window.elka?.lead?.('name-{sheet.added}')")
        return None

    # Flows

    @staticmethod
    def _sheet(work: Work, project_id: object) -> Sheet:
        return _sheet(work, for_editing(work, project_id, closed_too=True))

    @staticmethod
    def _add(work: Work, project_id: object) -> Sheet:
        project = for_editing(work, project_id)
        lines = _lines(work, project)
        if len(lines) >= LINES_MAX:
            raise Refused(f"В смете помещается {LINES_MAX} строк. Объедините похожие.")
        # An empty line at the end is enough: a double click does not make two.
        if lines and not lines[-1].name and not lines[-1].amount and not lines[-1].quantity:
            return _sheet(work, project, added=lines[-1].id)
        source = lines[-1].source if lines else Source.MUNICIPALITY
        line = BudgetLine(
            project_id=project.id,
            position=lines[-1].position + 1 if lines else 0,
            name="",
            amount=0,
            source=source,
        )
        work.session.add(line)
        project.touch(work.now)
        work.session.flush()
        return _sheet(work, project, added=line.id)

    @staticmethod
    def _save(
        work: Work, project_id: object, line_id: object, field: object, value: object, seen: str | None
    ) -> Sheet | Clash:
        project = for_editing(work, project_id)
        line = _line(work, project, line_id)
        if field not in FIELDS or not isinstance(value, str):
            raise NotFound
        fresh, there = _read(str(field), value), _written(line, str(field))
        if fresh != there:
            if seen is not None and seen != there:
                return Clash(str(field), there)
            _write(line, str(field), fresh)
            project.touch(work.now)
        return _sheet(work, project)

    @staticmethod
    def _remove(work: Work, project_id: object, line_id: object) -> Sheet:
        project = for_editing(work, project_id)
        line = _line(work, project, line_id)
        undo = (line.position, line.name, line.quantity, line.amount, line.source.value)
        work.session.delete(line)
        project.touch(work.now)
        work.session.flush()
        return _sheet(work, project, undo=undo)

    @staticmethod
    def _put_back(work: Work, project_id: object, removed: tuple[int, str, str, int, str]) -> Sheet:
        project = for_editing(work, project_id)
        lines = _lines(work, project)
        if len(lines) >= LINES_MAX:
            raise Refused(f"В смете помещается {LINES_MAX} строк. Объедините похожие.")
        position, name, quantity, amount, source = removed
        for line in lines:
            line.position += line.position >= position
        work.session.add(
            BudgetLine(
                project_id=project.id,
                position=position,
                name=name,
                quantity=quantity,
                amount=amount,
                source=Source(source),
            )
        )
        project.touch(work.now)
        work.session.flush()
        return _sheet(work, project)

    @staticmethod
    def _move(work: Work, project_id: object, line_id: object, up: object) -> Sheet:
        project = for_editing(work, project_id)
        line = _line(work, project, line_id)
        lines = _lines(work, project)
        place = lines.index(line)
        other = place - 1 if up else place + 1
        if 0 <= other < len(lines):
            line.position, lines[other].position = lines[other].position, line.position
            project.touch(work.now)
            work.session.flush()
        return _sheet(work, project)


def _lines(work: Work, project: Project) -> list[BudgetLine]:
    return list(
        work.session.exec(
            select(BudgetLine).where(BudgetLine.project_id == project.id).order_by(col(BudgetLine.position))
        ).all()
    )


def _line(work: Work, project: Project, line_id: object) -> BudgetLine:
    line = work.session.get(BudgetLine, record_id(line_id))
    if line is None or line.project_id != project.id:
        raise NotFound("Этой строки уже нет: её убрал кто-то из группы. Обновите страницу.")
    return line


def _read(field: str, value: str) -> str:
    if field == "source":
        if value not in {source.value for source in Source}:
            raise Refused("Выберите источник.")
        return value
    if field == "amount":
        digits = re.sub(r"[\s\u00a0\u202f₽]", "", value)
        if not digits:
            return "0"
        if not _SUM.fullmatch(digits) or int(digits) > AMOUNT_MAX:
            raise Refused("Сумма целыми рублями, только цифры.")
        return str(int(digits))
    text, most = one_line(value), LINE_NAME_MAX if field == "name" else QUANTITY_MAX
    if len(text) > most:
        raise Refused(f"Не длиннее {most} знаков.")
    return text


def _written(line: BudgetLine, field: str) -> str:
    return line.source.value if field == "source" else str(getattr(line, field))


def _write(line: BudgetLine, field: str, value: str) -> None:
    match field:
        case "source":
            line.source = Source(value)
        case "amount":
            line.amount = int(value)
        case _:
            setattr(line, field, value)


def _sheet(
    work: Work, project: Project, *, added: int | None = None, undo: tuple[int, str, str, int, str] | None = None
) -> Sheet:
    lines = _lines(work, project)
    rows = [
        LineRow(
            id=int(line.id or 0),
            place=place + 1,
            name=line.name,
            quantity=line.quantity,
            amount=str(line.amount),
            shown=labels.number(line.amount) if line.amount else "",
            source=line.source.value,
            first=place == 0,
            last=place == len(lines) - 1,
            key=str(line.id),
        )
        for place, line in enumerate(lines)
    ]
    return Sheet(
        project_id=int(project.id or 0),
        lines=rows,
        sources=source_rows(lines),
        total=labels.money(sum(line.amount for line in lines)),
        at=f"Сохранено в {labels.time(project.updated_at)}" if project.updated_at == work.now else "",
        added=added or 0,
        undo=undo,
    )


def source_rows(lines: Sequence[BudgetLine]) -> list[SourceRow]:
    """Add the lines up by source, in the order of the sources; those that give nothing are left out."""
    sums = {source: sum(line.amount for line in lines if line.source is source) for source in Source}
    return [
        SourceRow(name=labels.SOURCES[source.value], amount=labels.money(money), weight=money)
        for source, money in sums.items()
        if money
    ]
