"""Reading one application and deciding on it: remarks at the fields, decisions, appeals, who deals with it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.answers import REMARK_MAX
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.decisions import Already, Deed
from elka.state import appeals, remarks
from elka.state.application_filters import KEYS, Filters
from elka.state.applications import RevisionRow
from elka.state.base import Events, Fault, Flow, listed
from elka.state.building import for_office
from elka.state.decisions import carry_out, cases_of, one_of, question, well_filled
from elka.state.exclusive_rows import GroupRow
from elka.state.mass_actions import GROUNDS
from elka.state.remarks import Written
from elka.state.review import AppealRow, RemarkRow, Review, ReviewRow, SideRow, review_of
from elka.state.review_line import next_waiting
from elka.state.review_rows import SectionRow
from elka.ui import labels
from elka.ui.rows import Option


class AdmissionState(Flow, rx.State):
    """One application in the hands of its office. The address holds the filters the official came from."""

    row: ReviewRow = ReviewRow()
    sections: list[SectionRow] = []
    side: SideRow = SideRow()
    sides: list[Option] = []
    revisions: list[RevisionRow] = []
    remarks: dict[str, list[RemarkRow]] = {}
    drafts: dict[str, str] = {}  # unsent remarks as they were when the page was drawn: what fields begin with
    waiting: list[RemarkRow] = []
    ready: dict[str, list[str]] = {}
    appeals: list[AppealRow] = []
    groups: list[GroupRow] = []
    hands: list[Option] = []
    grounds: list[Option] = GROUNDS
    code: str = ""
    changes_only: bool = False
    saved: str = ""
    query: str = ""
    taken: int = 0  # counts reloads of the fields: part of their keys
    _unsent: dict[str, str] = {}

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the application whose id is in the address."""
        asked = self._part(2)
        self.errors = {}
        if asked != str(self.row.id):
            self.row, self.status = ReviewRow(), "loading"
            self.changes_only, self.code, self.saved = False, "", ""
            yield
        self.query = Filters.read({key: self._query(key) for key in KEYS}).query()
        yield await self._load(self._review, asked, self.query, self._query("vs"), into=self._show)

    @rx.event
    def compare(self, versus: str) -> Events:
        """Put another revision beside, or nothing."""
        return self._beside(versus) if isinstance(versus, str) else None

    @rx.event
    def compare_with(self, form: dict[str, Any]) -> Events:
        """Put another application of the contest beside, by its number."""
        typed = form.get("number") if isinstance(form, dict) else ""
        digits = typed.strip().removeprefix("№").strip() if isinstance(typed, str) else ""
        if not (digits.isascii() and digits.isdigit()):
            self.errors = {"number": "Впишите номер заявки этого конкурса."}
            return None
        return [self._beside(f"n{digits[:9]}"), rx.call_script("elka.close('compare')")]

    @rx.event
    def turn_changes(self) -> None:
        """Show only what changed or has remarks, or everything."""
        self.changes_only = not self.changes_only

    @rx.event
    async def choose_ground(self, code: str) -> None:
        """Show what a ground asks for."""
        self.code = code if isinstance(code, str) and any(one.value == code for one in GROUNDS) else ""

    @rx.event
    async def admit(self) -> Events:
        """Let it into the vote and go on to the next one."""
        done = f"Заявка № {self.row.number} допущена"
        return await self._run(self._admit, self.row.id, self.query, done=done, then=self._go_on)

    @rx.event
    async def send_back(self, form: dict[str, Any]) -> Events:
        """Return it with all unsent remarks and a term."""
        done = f"Заявка № {self.row.number} возвращена с замечаниями"
        return await self._run(self._send_back, self.row.id, form, self.query, done=done, then=self._go_on)

    @rx.event
    async def reject(self, form: dict[str, Any]) -> Events:
        """Refuse it for a ground."""
        done = f"Заявка № {self.row.number} отклонена"
        return await self._run(self._reject, self.row.id, form, self.query, done=done, then=self._go_on)

    @rx.event
    async def answer_appeal(self, form: dict[str, Any]) -> Events:
        """Answer the applicant's appeal."""
        return await self._run(appeals.answer, self.row.id, form, done="Ответ отправлен заявителю", then=self._again)

    @rx.event
    async def give(self, hand: str) -> Events:
        """Give it to a colleague, or take it."""
        return await self._run(self._give, self.row.id, hand, then=self._again)

    @rx.event
    async def write_remark(self, key: str, text: str) -> Events:
        """Keep a remark at a field, unsent; a trouble is told at the field and takes nothing away."""
        if not isinstance(key, str) or not isinstance(text, str):
            return None
        try:
            written = await self._work(self._write_remark, self.row.id, key, text)
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, f"remark-{key}": str(refused)}
            return None
        self.errors = {name: told for name, told in self.errors.items() if name != f"remark-{key}"}
        self._keep(written)
        return self._kept(key, text)

    @rx.event
    async def bring_back(self, left: str) -> Events:
        """Save the remarks that the browser still holds from before a reload, a lost link or an expired session."""
        events: list[Any] = []
        for key, text in _left_over(left, self.row.id):
            if text == self._unsent.get(key, ""):
                events.append(self._kept(key, text))
                continue
            events += listed(await self.write_remark(key, text))
            self.taken += 1
        return events

    @rx.event
    async def remove_remark(self, remark_id: int) -> Events:
        """Take an unsent remark away."""
        return await self._run(self._remove_remark, self.row.id, remark_id, then=self._again)

    @staticmethod
    def _review(work: Work, application_id: object, query: object = "", versus: object = "") -> Review:
        return review_of(work, application_id, query, versus)

    @staticmethod
    def _admit(work: Work, application_id: object, query: object = "") -> int | None:
        """Admit, and return the next application that waits."""
        return _decided(work, application_id, Deed.ADMIT, {}, query)

    @staticmethod
    def _send_back(work: Work, application_id: object, form: object, query: object = "") -> int | None:
        """Return with remarks and a term, and return the next application that waits."""
        return _decided(work, application_id, Deed.RETURN, form, query)

    @staticmethod
    def _reject(work: Work, application_id: object, form: object, query: object = "") -> int | None:
        """Reject with a ground, free the project, and return the next application that waits."""
        return _decided(work, application_id, Deed.REJECT, form, query)

    @staticmethod
    def _give(work: Work, application_id: object, hand: object) -> None:
        """Give the application to an official of the place."""
        contest, case, order = one_of(work, application_id, Deed.GIVE, {"hands": [hand]})
        refused = question(work, contest, case, order, order.hands[0])
        if isinstance(refused, Already):
            return  # the same click twice
        if refused is not None:
            raise refused
        carry_out(work, contest, order, [(case, order.hands[0])])

    @staticmethod
    def _write_remark(work: Work, application_id: object, key: object, text: object) -> Written:
        contest, application = _for_remarks(work, application_id)
        return remarks.write(work, contest, application, key, text)

    @staticmethod
    def _remove_remark(work: Work, application_id: object, remark_id: object) -> None:
        _, application = _for_remarks(work, application_id)
        remarks.remove(work, application, remark_id)

    def _go_on(self, following: int | None) -> Events:
        """Close the dialogs and open the next application, or the list when none waits."""
        close = rx.call_script("for (const id of ['admit', 'send-back', 'reject']) elka.close(id)")
        if following is None:
            return [close, rx.redirect(self.row.list_href)]
        return [close, rx.redirect(_address(following, self.query))]

    def _beside(self, versus: str) -> rx.event.EventSpec:
        address = _address(self.row.id, self.query)
        return rx.redirect(f"{address}{'&' if self.query else '?'}vs={versus[:10]}", replace=True)

    async def _again(self, _: object) -> Events:
        return await self._load(self._review, self.row.id, self.query, self.side.versus, into=self._show)

    def _keep(self, written: Written) -> None:
        """Take a saved remark among those that wait, without drawing its field anew while somebody types there."""
        self.saved = written.at
        others = [one for one in self.waiting if one.key != written.key or one.by]
        self._unsent = {**self._unsent, written.key: written.text}
        if written.id:
            field = next((one.label for part in self.sections for one in part.fields if one.key == written.key), "")
            others.append(RemarkRow(written.id, written.key, field, written.text, "", written.at, "unsent"))
        self.waiting = others

    def _kept(self, key: str, text: str) -> rx.event.EventSpec:
        name = json.dumps(f"remark-{self.row.id}-{key}")
        return rx.call_script(f"window.elka?.kept?.({name}, {json.dumps(text, ensure_ascii=False)})")

    def _show(self, review: Review) -> Events:
        self.row, self.sections, self.side, self.sides = review.row, review.sections, review.side, review.sides
        self.revisions, self.remarks, self.appeals = review.revisions, review.remarks, review.appeals
        self.waiting, self.ready, self.hands = review.waiting, review.ready, review.hands
        self.groups = review.groups
        self._unsent, self.drafts = review.unsent, review.unsent
        self.saved = f"Неотправленных замечаний: {labels.number(len(review.waiting))}" if review.waiting else ""
        self.taken += 1
        return rx.call_script(
            f"window.elka?.unsaved?.('remark-{review.row.id}-') ?? '{{}}'", callback=AdmissionState.bring_back
        )


def _decided(work: Work, application_id: object, deed: Deed, form: object, query: object) -> int | None:
    """Decide on one application, and return the next that waits by the filters of ``query``."""
    contest, case, order = one_of(work, application_id, deed, form)
    refused = question(work, contest, case, order)
    if refused is not None and not isinstance(refused, Already):
        raise refused
    if refused is None:
        carry_out(work, contest, order, [(case, None)])
    filters = Filters.of_query(query)
    return next_waiting(work, filters, case.application)


def _for_remarks(work: Work, application_id: object) -> tuple[Contest, Application]:
    """Return contest and application, locked, if the actor may write remarks now: whenever they could be sent."""
    work.person()
    known = work.get(Application, application_id)
    contest = for_office(work, known.contest_id)
    found = cases_of(work, contest, [known.id or 0], lock=True)
    if not found:
        raise NotFound
    refused = question(work, contest, found[0], well_filled(work, Deed.RETURN))
    if refused is not None:
        raise refused
    return contest, found[0].application


def _address(application_id: int, query: str) -> str:
    here = f"/office/applications/{application_id}"
    return f"{here}?{query}" if query else here


def _left_over(left: object, application_id: int) -> list[tuple[str, str]]:
    """Read what a browser says it held: (field, what was typed)."""
    try:
        found = json.loads(left) if isinstance(left, str) else {}
    except ValueError:
        return []
    rows = []
    for name, words in found.items() if isinstance(found, dict) else ():
        key = name.removeprefix(f"remark-{application_id}-")
        now = words.get("now") if isinstance(words, dict) else None
        if key != name and isinstance(now, str) and len(now) <= REMARK_MAX:
            rows.append((key, now))
    return rows
