"""One order for many applications: first what would happen to each, then the same, batch by batch. Not a state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col

from elka.core.sharing import share_evenly
from elka.db import Work
from elka.errors import Denied, NotFound, Refused
from elka.models.applications import FILED, Application
from elka.models.contests import Contest
from elka.models.decisions import Already, Deed, Order
from elka.state.application_filters import Filters, ids_of, joined
from elka.state.assignments import colleagues
from elka.state.building import for_office
from elka.state.decisions import Case, carry_out, cases_of, question, read_order
from elka.ui import labels

MOST = 3000
BATCH = 25  # applications in one unit of work
_GONE = Denied("Этот сотрудник больше не работает с заявками этого места.")
_TAKEN = Refused("За это время заявку взял другой сотрудник.")
_RESUBMITTED = Refused("Заявитель подал новую редакцию, пока вы смотрели. Прочтите её.")


@dataclass(frozen=True)
class Item:
    """One application of a plan. ``reason`` empty: the order will be carried out. ``had``, ``hand``: who has it, who gets it."""

    id: int
    number: int
    title: str
    revision: int
    reason: str
    already: bool = False
    remarks: int = 0
    had: int | None = None
    hand: int | None = None


@dataclass(frozen=True)
class Plan:
    """An order with all that it was given for, as it was shown before it was confirmed. ``hands``: names by id."""

    contest_id: int
    order: Order
    items: tuple[Item, ...]
    hands: tuple[tuple[int, str], ...] = ()

    @property
    def to_do(self) -> list[Item]:
        """What will be done."""
        return [one for one in self.items if not one.reason]


@dataclass(frozen=True)
class Outcome:
    """What became of one application. ``reason`` empty: done; otherwise what has changed since the preview."""

    item: Item
    reason: str = ""


def plan(
    work: Work, contest_id: object, deed: object, form: object, *, ids: object, everything: object, query: object
) -> Plan:
    """Say for each application what the order would do. ``everything``: all that the filters of ``query`` find."""
    contest = for_office(work, contest_id)
    if not isinstance(deed, str) or deed not in set(Deed):
        raise NotFound
    chosen = _chosen(work, contest, ids, everything is True, query)
    if not chosen:
        raise Refused("Не выбрано ни одной заявки.")
    order = read_order(work, contest, Deed(deed), form)
    cases = cases_of(work, contest, chosen, hands=order.hands)
    serving, names, loads = _office(work, contest, order)
    hands = _shared(work, contest, cases, order, loads)
    return Plan(
        contest.id or 0,
        order,
        tuple(_item(work, contest, case, order, hands, serving) for case in cases),
        names,
    )


def carry_out_batch(work: Work, planned: Plan, items: Sequence[Item]) -> list[Outcome]:
    """Carry the order out on some items of a plan, each asked anew under its lock; return what became of each."""
    for_office(work, planned.contest_id)
    contest = work.get(Contest, planned.contest_id, lock=True)
    order = planned.order
    found = {
        case.application.id: case
        for case in cases_of(work, contest, [one.id for one in items], hands=order.hands, lock=True)
    }
    serving, _, _ = _office(work, contest, order)
    outcomes, done = [], []
    for item in items:
        case = found.get(item.id)
        refused = NotFound("Заявки больше нет.") if case is None else _barred(work, contest, case, order, item, serving)
        if refused is None and case is not None:
            done.append((case, item.hand))
        outcomes.append(Outcome(item, refused.message if refused else ""))
    if done:
        carry_out(work, contest, order, done)
    return outcomes


def _barred(
    work: Work, contest: Contest, case: Case, order: Order, item: Item, serving: Collection[int]
) -> Refused | None:
    if order.deed is Deed.GIVE:
        if item.hand not in serving:
            return _GONE
        refused = question(work, contest, case, order, item.hand)
        return refused or (_TAKEN if case.application.assignee_id != item.had else None)
    # What was read is decided on, and nothing that came after.
    refused = question(work, contest, case, order)
    return refused or (_RESUBMITTED if case.application.revision != item.revision else None)


def _item(
    work: Work, contest: Contest, case: Case, order: Order, hands: dict[int, int], serving: Collection[int]
) -> Item:
    application = case.application
    item = Item(
        id=application.id or 0,
        number=application.number or 0,
        title=labels.typographer(case.project.title),
        revision=application.revision,
        reason="",
        remarks=len(case.unsent),
        had=application.assignee_id,
        hand=hands.get(application.id or 0),
    )
    if order.deed is Deed.GIVE and item.hand is None:
        refused = question(work, contest, case, order)
    else:
        refused = _barred(work, contest, case, order, item, serving)
    if refused is None:
        return item
    return Item(**{**vars(item), "reason": refused.message, "already": isinstance(refused, Already)})


def _chosen(work: Work, contest: Contest, ids: object, everything: bool, query: object) -> list[int]:
    """Return the ids that were ticked, or all that the filters find, in the order of the table."""
    filters = Filters.of_query(query)
    found = ids_of(filters, contest.id or 0, me=work.person(), now=work.now)
    if not everything:
        ticked = [one for one in ids if type(one) is int and 0 < one < 2**63] if isinstance(ids, list) else []
        # Wherever they were ticked: the filters tell the order alone.
        found = (
            joined(col(Application.id))
            .where(
                col(Application.contest_id) == contest.id,
                col(Application.id).in_(ticked[:MOST]),
                col(Application.status).in_(FILED),
            )
            .order_by(col(Application.number))
        )
    return list(work.session.execute(found.limit(MOST)).scalars())


def _office(work: Work, contest: Contest, order: Order) -> tuple[set[int], tuple[tuple[int, str], ...], dict[int, int]]:
    """Return who of those named still serves, their names, and how much each has."""
    if order.deed is not Deed.GIVE:
        return set(), (), {}
    named = [one for one in colleagues(work, contest) if one.id in order.hands and one.serves]
    return {one.id for one in named}, tuple((one.id, one.name) for one in named), {one.id: one.load for one in named}


def _shared(work: Work, contest: Contest, cases: Sequence[Case], order: Order, loads: dict[int, int]) -> dict[int, int]:
    """Say who gets which application: what one of those named has already stays there, the rest is shared evenly."""
    if order.deed is not Deed.GIVE:
        return {}
    stays = {
        case.application.id or 0: case.application.assignee_id
        for case in cases
        if case.application.assignee_id in loads
    }
    free = [
        case
        for case in cases
        if case.application.id not in stays
        and question(work, contest, case, order, next((one for one in loads if one not in case.people), None)) is None
    ]
    may_not = {case.application.id or 0: case.people for case in free}
    return {key: hand for key, hand in stays.items() if hand is not None} | share_evenly(
        may_not, loads, may_not=may_not
    )
