"""Paper ballots: one official enters a batch, another confirms it against the protocol; only then is it counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.paper import TEXT_MAX, PaperKind, read
from elka.core.texts import one_line, paragraphs
from elka.db import Work
from elka.errors import Denied, Invalid, Refused, WrongStage
from elka.models.contest_fields import whole_between
from elka.models.contests import Contest
from elka.models.notices import NoticeKind
from elka.models.paper import NOTE_MAX, NOTE_MIN, PLACE_MAX, PaperBatch, PaperStatus
from elka.models.result_corrections import require_correctable
from elka.models.results import forget
from elka.state.base import Events, Flow, listed
from elka.state.building import for_office
from elka.state.contests import keep_address
from elka.state.notices import notify, officials_of
from elka.state.paper_rows import (
    BatchOpened,
    BatchRow,
    PaperHead,
    asked_for,
    batch_rows,
    head_of,
    kinds_of,
    opened,
    paper_trouble,
    printed_of,
)
from elka.ui import labels
from elka.ui.rows import Option

BATCHES_MAX = 500
_BALLOTS_MAX = 100_000
P = PaperStatus


@dataclass(frozen=True)
class PaperPage:
    """All that the page shows."""

    head: PaperHead
    kinds: list[Option]
    rows: list[BatchRow]
    opened: BatchOpened


class PaperState(Flow, rx.State):
    """The page ``/office/contests/[contest_id]/paper``; ``opened`` is the batch that is looked at."""

    head: PaperHead = PaperHead()
    kinds: list[Option] = []
    rows: list[BatchRow] = []
    opened: BatchOpened = BatchOpened()
    taken: int = 0  # counts what was read anew: part of the fields' keys

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the batches of the contest in the address, the one of ``?batch`` opened."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.head.id):
            self.head, self.rows, self.opened, self.status = PaperHead(), [], BatchOpened(), "loading"
            yield
        yield await self._load(self._page, asked, self._query("batch"), into=self._show)

    @rx.event
    async def start(self, form: dict[str, Any]) -> Events:
        """Begin a batch."""
        return await self._run(self._start, self.head.id, form, then=self._begun)

    @rx.event
    async def look(self, batch_id: int) -> Events:
        """Open a batch."""
        self.errors = {}
        return await self._begun(batch_id)

    @rx.event
    async def save(self, form: dict[str, Any]) -> Events:
        """Keep what was typed, whatever is wrong with it; then send it to a second person if that button was pressed."""
        typed = form if isinstance(form, dict) else {}
        return await self._run(
            self._save,
            self.opened.id,
            {**typed, "send": ""},
            then=lambda version: self._saved({**typed, "version": str(version)}, version),
        )

    @rx.event
    async def take_back(self, batch_id: int) -> Events:
        """Go on writing a batch that nobody has confirmed yet."""
        return await self._run(self._take_back, batch_id, then=self._again)

    @rx.event
    async def confirm(self, form: dict[str, Any]) -> Events:
        """Confirm a batch, with the figures of one's own protocol."""
        return await self._run(self._confirm, self.opened.id, form, done="Пачка сверена", then=self._again)

    @rx.event
    async def give_back(self, form: dict[str, Any]) -> Events:
        """Return a batch to who entered it."""
        return await self._run(self._give_back, self.opened.id, form, done="Пачка возвращена", then=self._again)

    @rx.event
    async def replace(self, batch_id: int) -> Events:
        """Enter a right batch in place of a counted one, once results are published."""
        return await self._run(self._replace, batch_id, then=self._begun)

    @rx.event
    async def ask_out(self, form: dict[str, Any]) -> Events:
        """Ask to take a confirmed batch out of the count."""
        return await self._run(self._ask_out, self.opened.id, form, done="Ждёт второго человека", then=self._again)

    @rx.event
    async def settle(self, batch_id: int, out: bool) -> Events:
        """Agree that a batch is taken out, or leave it in."""
        return await self._run(self._settle, batch_id, out, then=self._again)

    @staticmethod
    def _page(work: Work, contest_id: object, batch_id: object) -> PaperPage:
        contest = for_office(work, contest_id)
        batches = list(
            work.session.execute(
                sa.select(PaperBatch)
                .where(col(PaperBatch.contest_id) == contest.id)
                .order_by(col(PaperBatch.id).desc())
                .execution_options(populate_existing=True)
            ).scalars()
        )
        head = head_of(work, contest, batches)
        one = next((row for row in batches if str(row.id) == str(batch_id)), None)
        return PaperPage(
            head=head,
            kinds=kinds_of(contest),
            rows=batch_rows(work, contest, batches, is_open=head.is_open),
            opened=BatchOpened() if one is None else opened(work, contest, one, is_open=head.is_open),
        )

    @staticmethod
    def _start(work: Work, contest_id: object, form: object) -> int:
        contest = _open_contest(work, contest_id)
        typed = form if isinstance(form, dict) else {}
        place, kind = one_line(str(typed.get("place") or "")), str(typed.get("kind") or "")
        wrong = {}
        if not 0 < len(place) <= PLACE_MAX:
            wrong["place"] = f"Назовите место и урну, как в протоколе: до {PLACE_MAX} знаков."
        if kind not in {option.value for option in kinds_of(contest)}:
            wrong["kind"] = "Выберите, как вносите."
        if wrong:
            raise Invalid(wrong)
        count = sa.select(sa.func.count()).select_from(PaperBatch).where(col(PaperBatch.contest_id) == contest.id)
        if work.session.execute(count).scalar_one() >= BATCHES_MAX:
            raise Refused(f"Пачек не больше {BATCHES_MAX}.")
        row = PaperBatch(
            contest_id=contest.id or 0,
            place=place,
            kind=PaperKind(kind),
            entered_by=work.person(),
            entered_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        work.record("paper.begun", "paper", row.id, contest=contest.id, place=place)
        return row.id or 0

    @staticmethod
    def _save(work: Work, batch_id: object, form: object) -> int:
        """Keep a draft as it is typed, and return its version; with ``send`` it must make sense, and waits for a second person.

        ``version``: the one that was typed over; what a colleague saved meanwhile is not overwritten.
        """
        contest, row = _open_batch(work, batch_id)
        _require(row, P.DRAFT)
        typed = form if isinstance(form, dict) else {}
        if typed.get("version") not in (None, str(row.version)):
            raise WrongStage(
                "Пока вы вносили, эту пачку сохранил другой сотрудник. Внесённое вами осталось в полях: скопируйте нужное и "
                "откройте пачку заново."
            )
        text = str(typed.get("text") or "").replace("\r\n", "\n").replace("\x00", "")
        if len(text) > TEXT_MAX:
            raise Invalid({"text": "Слишком много для одной пачки. Разделите её на несколько."})
        wrong: dict[str, str] = {}
        figures = {}
        for name in ("ballots", "spoiled"):
            try:
                figures[name] = whole_between(name, str(typed.get(name) or "0"), 0, _BALLOTS_MAX)
            except Refused as refused:
                wrong |= refused.fields
        if wrong:
            raise Invalid(wrong)
        row.text, row.ballots, row.spoiled, row.entered_by = text, figures["ballots"], figures["spoiled"], work.person()
        row.version += 1
        if typed.get("send") != "yes":
            return row.version
        found = read(row.kind, text, printed_of(work, contest), ballots=row.ballots)
        if not row.ballots:
            raise Invalid({"ballots": "Впишите, сколько действительных бюллетеней по протоколу."})
        if found.troubles:
            raise Invalid({"text": " ".join(one if one.endswith(".") else f"{one}." for one in found.troubles)})
        row.content, row.status, row.note, row.entered_at = found.batch.dump(), P.SENT, "", work.now
        work.record("paper.sent", "paper", row.id, contest=contest.id, ballots=row.ballots, spoiled=row.spoiled)
        notify(
            work,
            [one for one in officials_of(work, contest) if one != row.entered_by],
            NoticeKind.OFFICE_TASK,
            title=f"Нужен второй человек: сверить пачку бумажных бюллетеней, {row.place}",
            text=f"Конкурс «{labels.inner(contest.title)}». Сверяет с протоколом другой сотрудник.",
            href=f"/office/contests/{contest.id}/paper?batch={row.id}",
            group_key=f"paper:{row.id}",
        )
        return row.version

    @staticmethod
    def _take_back(work: Work, batch_id: object) -> None:
        contest, row = _open_batch(work, batch_id)
        _require(row, P.SENT)
        if row.entered_by != work.person():
            raise Denied("Забрать пачку может тот, кто её внёс. Вы можете вернуть её с пояснением.")
        row.status, row.content = P.DRAFT, None
        work.record("paper.taken_back", "paper", row.id, contest=contest.id)

    @staticmethod
    def _confirm(work: Work, batch_id: object, form: object) -> None:
        """Confirm as a second person, who types the figures of the protocol anew instead of agreeing with a look."""
        contest, row = _open_batch(work, batch_id)
        _require(row, P.SENT)
        _require_other(work, row.entered_by)
        typed = form if isinstance(form, dict) else {}
        wrong = {}
        for name, there in (("own_ballots", row.ballots), ("own_spoiled", row.spoiled)):
            try:
                if whole_between(name, str(typed.get(name) or ""), 0, _BALLOTS_MAX) != there:
                    wrong[name] = "В пачке внесено другое число. Сверьте с протоколом или верните пачку."
            except Refused as refused:
                wrong |= refused.fields
        if wrong:
            raise Invalid(wrong)
        row.decided_by, row.decided_at, row.sha256 = work.person(), work.now, row.box.digest
        row.status = P.CONFIRMED if row.replaces is None else P.READY
        if row.status is P.READY:  # a correction of the results counts it
            work.record("paper.ready", "paper", row.id, contest=contest.id, sha256=row.sha256, replaces=row.replaces)
            return
        work.record("paper.confirmed", "contest", contest.id, **row.facts)
        _uncount(work, contest)

    @staticmethod
    def _give_back(work: Work, batch_id: object, form: object) -> None:
        contest, row = _open_batch(work, batch_id)
        _require(row, P.SENT, P.READY)
        _require_other(work, row.entered_by)
        if row.id in asked_for(work, contest):
            raise WrongStage("Эта пачка стоит в исправлении, которое ждёт подписи. Сначала решите по нему.")
        row.note = _reason(form, "note")
        row.status, row.content = P.DRAFT, None
        row.decided_by = row.decided_at = row.sha256 = None
        work.record("paper.returned", "paper", row.id, contest=contest.id, note=row.note)

    @staticmethod
    def _replace(work: Work, batch_id: object) -> int:
        """Begin what stands in place of a counted batch, with what was typed there; one for each, which all go on with."""
        work.person()
        contest = for_office(work, work.get(PaperBatch, batch_id).contest_id, lock=True)
        require_correctable(contest)
        former = work.get(PaperBatch, batch_id, lock=True)
        _require(former, P.CONFIRMED)
        begun = work.session.execute(
            sa.select(col(PaperBatch.id)).where(
                col(PaperBatch.replaces) == former.id, col(PaperBatch.status) != P.WITHDRAWN
            )
        ).scalar_one_or_none()
        if begun is not None:
            return int(begun)
        row = PaperBatch(
            contest_id=contest.id or 0,
            place=former.place,
            kind=former.kind,
            text=former.text,
            ballots=former.ballots,
            spoiled=former.spoiled,
            replaces=former.id,
            entered_by=work.person(),
            entered_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        work.record("paper.begun", "paper", row.id, contest=contest.id, place=row.place, replaces=former.id)
        return row.id or 0

    @staticmethod
    def _ask_out(work: Work, batch_id: object, form: object) -> None:
        contest, row = _open_batch(work, batch_id)
        _require(row, P.CONFIRMED)
        row.leaving_why, row.leaving_by, row.status = _reason(form, "why"), work.person(), P.LEAVING
        work.record("paper.leaving", "paper", row.id, contest=contest.id, why=row.leaving_why)

    @staticmethod
    def _settle(work: Work, batch_id: object, out: object) -> None:
        """Decide, as a second person, whether a batch leaves the count."""
        contest, row = _open_batch(work, batch_id)
        _require(row, P.LEAVING)
        _require_other(work, row.leaving_by)
        if out is not True:
            row.status, row.leaving_by, row.leaving_why = P.CONFIRMED, None, ""
            work.record("paper.left_in", "paper", row.id, contest=contest.id)
            return
        row.status, row.withdrawn_by = P.WITHDRAWN, work.person()
        facts = {"batch": row.id, "place": row.place, "ballots": row.ballots, "why": row.leaving_why}
        work.record("paper.withdrawn", "contest", contest.id, asked_by=row.leaving_by, **facts)
        _uncount(work, contest)

    async def _begun(self, batch_id: int) -> list[Any]:
        events = await self._load(self._page, self.head.id, batch_id, into=self._show)
        opened = keep_address(f"/office/contests/{self.head.id}/paper", batch=str(self.opened.id))
        return [rx.call_script("elka.close('new-batch')"), opened, *listed(events)]

    async def _saved(self, form: dict[str, Any], version: int) -> list[Any]:
        forget = rx.call_script(f"window.elka?.forget?.('paper-{self.opened.id}')")
        if form.get("send") != "yes":
            return [forget, rx.toast.success("Черновик сохранён"), *await self._again(None)]
        self.opened = replace(self.opened, version=version)
        sent = await self._run(self._save, self.opened.id, form, done="Отправлено на сверку", then=self._again)
        return [forget, *listed(sent)]

    async def _again(self, _: object) -> list[Any]:
        self.errors = {}
        events = await self._load(self._page, self.head.id, self.opened.id, into=self._show)
        return [rx.call_script("['give-back', 'ask-out'].forEach((one) => elka.close(one))"), *listed(events)]

    def _show(self, page: PaperPage) -> Events:
        self.head, self.kinds, self.rows, self.opened = page.head, page.kinds, page.rows, page.opened
        self.taken += 1
        if page.opened.may_write:  # what was typed before a reload, where nothing else was saved since
            return rx.call_script(f"setTimeout(() => window.elka?.draft?.('paper-{page.opened.id}'), 120)")
        return None


def _open_contest(work: Work, contest_id: object) -> Contest:
    """Return the contest, locked: nothing is entered while it is counted or published. Raises WrongStage."""
    contest = for_office(work, contest_id, lock=True)
    if trouble := paper_trouble(work, contest):
        raise WrongStage(trouble)
    return contest


def _open_batch(work: Work, batch_id: object) -> tuple[Contest, PaperBatch]:
    """Return a batch and its contest, both locked, the contest first. Raises WrongStage."""
    work.person()
    contest = for_office(work, work.get(PaperBatch, batch_id).contest_id, lock=True)
    row = work.get(PaperBatch, batch_id, lock=True)
    if trouble := paper_trouble(work, contest, row):
        raise WrongStage(trouble)
    return contest, row


def _require(row: PaperBatch, *statuses: PaperStatus) -> None:
    if row.status not in statuses:
        raise WrongStage("С этой пачкой уже сделали другое. Обновите страницу.")


def _require_other(work: Work, first: int | None) -> None:
    if work.person() == first:
        raise Denied("Нужен второй человек: своё решение подтверждает другой сотрудник.")


def _reason(form: object, name: str) -> str:
    text = paragraphs(str((form if isinstance(form, dict) else {}).get(name) or ""))
    if not NOTE_MIN <= len(text) <= NOTE_MAX:
        raise Invalid({name: f"Напишите, что не так: от {NOTE_MIN} до {NOTE_MAX} знаков."})
    return text


def _uncount(work: Work, contest: Contest) -> None:
    """Forget a count that was made of other ballots: the clock counts again."""
    work.session.flush()
    if forget(work.session, contest.id or 0):
        work.record("contest.uncounted", "contest", contest.id, why="paper")
