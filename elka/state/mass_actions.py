"""Deciding on many applications at once: the form, what would happen to each, the deed itself, what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from elka.data.samples import OWN, grounds, samples_for
from elka.db import Work
from elka.errors import Refused, SignInNeeded
from elka.models import contest_fields
from elka.models.decisions import Deed
from elka.state.admission_list import AdmissionListState
from elka.state.assignments import colleagues
from elka.state.base import Events, Fault, Flow
from elka.state.building import for_office
from elka.state.decisions import suggested_term
from elka.state.mass_deeds import BATCH, MOST, Item, Outcome, Plan, carry_out_batch, plan
from elka.state.remarks import WHOLE, used_here
from elka.state.saved_views import SavedViewsState
from elka.ui import labels
from elka.ui.rows import Option

SHOWN = 100  # rows of each list in the dialog
GROUNDS = [
    *(Option(one.code, one.short, one.text) for one in grounds().values()),
    Option(OWN, "Другое основание", "По правилам этого конкурса, своими словами."),
]
TITLES = {
    Deed.ADMIT: "Допустить заявки",
    Deed.RETURN: "Вернуть заявки с замечанием",
    Deed.REJECT: "Отклонить заявки",
    Deed.GIVE: "Передать заявки",
}
# What the button promises, what will be, what has been.
VERBS = {
    Deed.ADMIT: ("Допустить", "Допустим", "Допущено"),
    Deed.RETURN: ("Вернуть", "Вернём", "Возвращено"),
    Deed.REJECT: ("Отклонить", "Отклоним", "Отклонено"),
    Deed.GIVE: ("Передать", "Передадим", "Передано"),
}


@dataclass(frozen=True)
class MassRow:
    """One application in the lists of the dialog."""

    id: int
    name: str
    text: str


@dataclass(frozen=True)
class Why:
    """A reason and how many applications it stops."""

    text: str
    count: str


@dataclass(frozen=True)
class MassForm:
    """What the form of the dialog begins with."""

    until: str = ""
    ready: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    hands: tuple[Option, ...] = ()


class MassState(Flow, rx.State):
    """The dialog of mass actions. ``step``: form, preview, going or done."""

    deed: str = ""
    step: str = ""
    title: str = ""
    chosen: str = ""
    form: MassForm = MassForm()
    grounds: list[Option] = GROUNDS
    code: str = ""
    will: list[MassRow] = []
    wont: list[MassRow] = []
    reasons: list[Why] = []
    will_text: str = ""
    wont_text: str = ""
    more_will: str = ""
    more_wont: str = ""
    confirm_text: str = ""
    warning: str = ""
    done: int = 0
    total: int = 0
    progress_text: str = ""
    result: str = ""
    failed: list[MassRow] = []
    taken: int = 0  # counts openings: part of the fields' keys
    _chosen: tuple[int, tuple[int, ...], bool, str] = (0, (), False, "")
    _plan: Plan | None = None

    @rx.event
    async def open(self, deed: str, contest_id: int, ids: list[int], everything: bool, query: str) -> Events:
        """Begin: show the form, or at once what would happen when there is nothing to fill in."""
        if not isinstance(deed, str) or deed not in set(Deed):
            return None
        if not isinstance(ids, list) or not isinstance(query, str):
            return None
        kept = tuple(one for one in ids[:MOST] if type(one) is int)
        self._chosen = (contest_id if isinstance(contest_id, int) else 0, kept, everything is True, query)
        self._plan = None
        self.deed, self.title, self.code = deed, TITLES[Deed(deed)], ""
        self.errors, self.warning = {}, ""
        return await self._run(self._begin, self._chosen[0], then=self._opened)

    @rx.event
    async def choose_ground(self, code: str) -> None:
        """Show the wording of a ground."""
        self.code = code if isinstance(code, str) and any(one.value == code for one in GROUNDS) else ""

    @rx.event
    async def preview(self, form: dict[str, Any]) -> Events:
        """Say what would happen to each; nothing happens yet."""
        return await self._preview(form)

    @rx.event
    def back(self) -> None:
        """Return to the form."""
        if self.step == "preview":
            self.step = "form"

    @rx.event
    async def confirm(self) -> AsyncIterator[Any]:
        """Do what was shown, batch by batch; each batch is kept whatever becomes of the next."""
        planned, self._plan = self._plan, None
        if planned is None or self.step != "preview":
            return
        items = planned.to_do
        self.step, self.done, self.total = "going", 0, len(items)
        self._tell_progress()
        yield
        outcomes: list[Outcome] = []
        for start in range(0, len(items), BATCH):
            batch = items[start : start + BATCH]
            outcomes += await self._batch(planned, batch)
            self.done = min(len(items), start + len(batch))
            self._tell_progress()
            yield
        self._tell_outcomes(planned, outcomes)
        yield [rx.call_script("window.elkaPicks?.clear()"), AdmissionListState.load, SavedViewsState.load]

    @staticmethod
    def _begin(work: Work, contest_id: object) -> MassForm:
        contest = for_office(work, contest_id)
        used = used_here(work, contest).get(WHOLE, [])[:4]
        people = sorted(colleagues(work, contest), key=lambda one: not one.is_me)
        return MassForm(
            until=contest_fields.local_input(suggested_term(work, contest)),
            ready=tuple(text for text in samples_for("", "") if text not in used),
            used=tuple(used),
            hands=tuple(
                Option(str(one.id), "Я" if one.is_me else one.name, f"в работе: {labels.number(one.load)}")
                for one in people
                if one.serves
            ),
        )

    @staticmethod
    def _planned(work: Work, deed: str, form: object, chosen: tuple[int, Sequence[int], bool, str]) -> Plan:
        contest_id, ids, everything, query = chosen
        return plan(work, contest_id, deed, form, ids=list(ids), everything=everything, query=query)

    async def _opened(self, form: MassForm) -> Events:
        self.form, self.step = form, "form"
        self.taken += 1
        if self.deed == Deed.ADMIT:
            events = await self._preview({})
            if self.step == "form":  # refused as a whole
                return events
        return rx.call_script("setTimeout(() => elka.open('mass'), 60)")

    async def _preview(self, form: object) -> Events:
        return await self._run(self._planned, self.deed, form, self._chosen, then=self._show_plan)

    async def _batch(self, planned: Plan, items: Sequence[Item]) -> list[Outcome]:
        """Carry out one batch in a unit of work of its own; a refusal of all of it is the reason of each."""
        try:
            return list(await self._work(carry_out_batch, planned, items))
        except SignInNeeded:
            reason = "Вход закончился. Войдите и повторите."
        except Refused as refused:
            reason = refused.message
        except Fault as fault:
            reason = str(fault)
        return [Outcome(item, reason) for item in items]

    def _show_plan(self, planned: Plan) -> None:
        self._plan, self.step = planned, "preview"
        order, to_do = planned.order, planned.to_do
        barred = [one for one in planned.items if one.reason]
        names = dict(planned.hands)
        verb, will, _ = VERBS[order.deed]
        self.will = [MassRow(one.id, _name(one), _then(one, order.deed, names)) for one in to_do[:SHOWN]]
        self.wont = [MassRow(one.id, _name(one), one.reason) for one in barred[:SHOWN]]
        self.more_will, self.more_wont = _more(len(to_do)), _more(len(barred))
        self.will_text = f"{will}: {labels.number(len(to_do))}" if to_do else "Сделать ничего нельзя"
        self.wont_text = f"Нельзя: {labels.number(len(barred))}" if barred else ""
        self.reasons = _reasons(one.reason for one in barred)
        self.confirm_text = f"{verb} {labels.plural(len(to_do), 'заявку', 'заявки', 'заявок')}" if to_do else ""
        self.chosen = labels.plural(len(planned.items), "заявка", "заявки", "заявок")
        self.warning = _warning(planned)

    def _tell_progress(self) -> None:
        self.progress_text = f"{labels.number(self.done)} из {labels.number(self.total)}"

    def _tell_outcomes(self, planned: Plan, outcomes: Sequence[Outcome]) -> None:
        failed = [one for one in outcomes if one.reason]
        _, _, done = VERBS[planned.order.deed]
        self.step = "done"
        self.result = f"{done}: {labels.number(len(outcomes) - len(failed))}"
        self.failed = [MassRow(one.item.id, _name(one.item), one.reason) for one in failed[:SHOWN]]
        self.wont_text = f"Не получилось: {labels.number(len(failed))}" if failed else ""
        self.more_wont = _more(len(failed))
        self.reasons = _reasons(one.reason for one in failed)


def _name(item: Item) -> str:
    return f"№{labels.NBSP}{item.number} {item.title}"


def _then(item: Item, deed: Deed, names: dict[int, str]) -> str:
    """Say what more there is to know of an application that the order will be carried out on."""
    if deed is Deed.GIVE:
        return names.get(item.hand or 0, "")
    if not item.remarks:
        return ""
    count = labels.plural(item.remarks, "замечание", "замечания", "замечаний")
    return f"и {count} у полей" if deed is Deed.RETURN else f"есть неотправленные: {count}"


def _warning(planned: Plan) -> str:
    """Name what cannot be undone, or what would be lost."""
    if not planned.to_do:
        return ""
    lost = sum(one.remarks > 0 for one in planned.to_do)
    tail = ""
    if lost and planned.order.deed in (Deed.ADMIT, Deed.REJECT):
        count = labels.plural(lost, "заявки", "заявок", "заявок")
        tail = f" У {count} есть неотправленные замечания: они не уйдут заявителям."
    match planned.order.deed:
        case Deed.ADMIT:
            return f"Допуск не отменить. Заявители получат письма.{tail}"
        case Deed.REJECT:
            return f"Отклонённые заявки не вернуть в конкурс без жалобы. Заявители получат письма с основанием.{tail}"
        case Deed.RETURN:
            until = planned.order.until
            return f"Заявители получат письма. Исправить {labels.deadline(until)}." if until else ""
        case _:
            return "Коллеги получат уведомления."


def _reasons(reasons: Iterable[str]) -> list[Why]:
    counted = Counter(reasons)
    return [Why(text, labels.number(count)) for text, count in counted.most_common()]


def _more(count: int) -> str:
    return f"и ещё {labels.number(count - SHOWN)}" if count > SHOWN else ""
