"""How a contest is told in words: its stage, its line of time, its rules. For every page that shows a contest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from elka.core.lifecycle import ContestStage, Dated, Hold, PhaseKind, by_kind, is_open, judged_after, order_of
from elka.models.contests import Contest
from elka.state.contest_rules import Rule, rules
from elka.ui import labels
from elka.ui.rows import Phase

__all__ = [
    "HOLDS",
    "PHASES",
    "PHASE_NAMES",
    "STAGES",
    "Rule",
    "current_phase",
    "headed",
    "hold_of",
    "judging_begins",
    "place_name",
    "rules",
    "term",
    "timeline",
    "told_hold",
]

S, K = ContestStage, PhaseKind

STAGES: dict[ContestStage, tuple[str, str]] = {
    S.DRAFT: ("Черновик", "grey"),
    S.ANNOUNCED: ("Скоро", "blue"),
    S.ACCEPTING: ("Приём заявок", "green"),
    S.ADMISSION: ("Проверка заявок", "blue"),
    S.VOTING: ("Идёт голосование", "amber"),
    S.EXPERT: ("Оценивает комиссия", "blue"),
    S.DECISION: ("Подводят итоги", "blue"),
    S.AWARDED: ("Итоги подведены", "green"),
    S.CLOSED: ("Завершён", "grey"),
    S.CANCELLED: ("Отменён", "red"),
}
PHASES = {
    K.ACCEPTING: "Приём",
    K.ADMISSION: "Проверка",
    K.VOTING: "Голосование",
    K.EXPERT: "Комиссия",
    K.DECISION: "Итоги",
}
PHASE_NAMES = {
    K.ACCEPTING: "приём заявок",
    K.ADMISSION: "проверка заявок",
    K.VOTING: "голосование",
    K.EXPERT: "оценка комиссии",
    K.DECISION: "подведение итогов",
}
# Why a vote, or the commission, does not begin.
HOLDS = {
    K.VOTING: {
        Hold.UNDECIDED: "Голосование не открылось: есть заявки без решения.",
        Hold.NOTHING_ADMITTED: "Голосование не открылось: не допущена ни одна заявка.",
        Hold.MISSED: "Голосование не открылось в свой срок. Продлите проверку: голосование сдвинется на столько же.",
    },
    K.EXPERT: {
        Hold.UNDECIDED: "Комиссия не начала работу: есть заявки без решения.",
        Hold.NOTHING_ADMITTED: "Комиссия не начала работу: не допущена ни одна заявка.",
    },
}
_MISSED_AFTER_EXPERT = (
    "Голосование не открылось в свой срок. Продлите оценку комиссии: голосование сдвинется на столько же."
)
# Bounds of a stage's share of the line: a stage of two days still needs room for its name.
_WEIGHTS = {K.ACCEPTING: (8, 11), K.ADMISSION: (9, 11), K.VOTING: (14, 16), K.EXPERT: (10, 12), K.DECISION: (8, 8)}


def headed(contest: Contest) -> dict[str, Any]:
    """Return what the head of every page of one contest begins with: id, title, status, tone."""
    status, tone = STAGES[contest.stage]
    return {"id": contest.id or 0, "title": labels.typographer(contest.title), "status": status, "tone": tone}


def place_name(municipality: str | None) -> str:
    """Write where a contest is held."""
    return municipality or "Весь регион"


def told_hold(hold: Hold, stage: ContestStage, judged: PhaseKind) -> str:
    """Say why the next way of judging does not begin, and what helps."""
    if hold is Hold.MISSED and stage is S.EXPERT:
        return labels.typographer(_MISSED_AFTER_EXPERT)
    return labels.typographer(HOLDS[judged][hold])


def hold_of(contest: Contest, phases: Iterable[Dated], now: datetime, *, undecided: int, admitted: int) -> str:
    """Return why the next way of judging does not begin although its moment has come; empty when it need not or may."""
    listed = list(phases)
    hold = contest.hold(now, listed, undecided=undecided, admitted=admitted)
    judged = judged_after(contest.stage, listed)
    return told_hold(hold, contest.stage, judged.kind) if hold and judged else ""


def judging_begins(phase: Dated | None, now: datetime) -> str:
    """Say when what follows the check of applications begins: the vote, or the commission."""
    if phase is None:
        return ""
    vote = phase.kind is K.VOTING
    if phase.opens_at > now:
        verb = "Голосование откроется" if vote else "Комиссия начнёт оценивать"
        return f"{verb} {labels.date_time(phase.opens_at)}."
    verb = "Голосование откроется" if vote else "Комиссия начнёт оценивать"
    return f"{verb}, когда по каждой заявке будет решение."


def timeline(stage: ContestStage, phases: Iterable[Dated], now: datetime) -> list[Phase]:
    """Lay the phases on the line of time: what is over, what goes on now, what will be."""
    dates = by_kind(phases)
    order = order_of(dates.values())
    at = _place_of(stage, order)
    rows = []
    for kind, phase in dates.items():
        place = order.index(kind)
        when = "past" if place < at else "now" if place == at else "future"
        done = labels.percent(
            (now - phase.opens_at).total_seconds(), (phase.closes_at - phase.opens_at).total_seconds()
        )
        last = kind is K.DECISION
        note = labels.day_short(phase.closes_at) if last else f"до{labels.NBSP}{labels.day_short(phase.closes_at)}"
        if when == "now":
            note = f"до{labels.NBSP}{labels.day(phase.closes_at)}"
        days = (phase.closes_at - phase.opens_at) // timedelta(days=1)
        rows.append(
            Phase(
                name=PHASES[kind],
                note=note,
                when=when,
                done=done if when == "now" else 0,
                weight=max(_WEIGHTS[kind][0], min(_WEIGHTS[kind][1], days)),
            )
        )
    return rows


def term(contest: Contest, phases: Iterable[Dated], now: datetime) -> tuple[str, bool]:
    """Say until when, or when next; and whether it is a term that people have to keep (shown in amber)."""
    dates = by_kind(phases)
    text, keep = "", False
    if contest.stage is S.ANNOUNCED and K.ACCEPTING in dates:
        text = f"приём с{labels.NBSP}{labels.day(dates[K.ACCEPTING].opens_at)}"
    elif contest.stage in (S.ACCEPTING, S.VOTING):
        kind = K(contest.stage.value)
        if kind in dates and is_open(dates.values(), kind, now):
            text, keep = f"до{labels.NBSP}{labels.day(dates[kind].closes_at)}", True
        else:
            text = "приём завершён" if kind is K.ACCEPTING else "голосование завершено"
    elif contest.stage is S.EXPERT and is_open(dates.values(), K.EXPERT, now):
        text = f"до{labels.NBSP}{labels.day(dates[K.EXPERT].closes_at)}"
    elif contest.stage in (S.ADMISSION, S.EXPERT) and (judged := judged_after(contest.stage, dates.values())):
        name = "голосование" if judged.kind is K.VOTING else "комиссия"
        put_off = "откладывается" if judged.kind is K.VOTING else "ждёт решений по заявкам"
        text = f"{name} с{labels.NBSP}{labels.day(judged.opens_at)}" if judged.opens_at > now else f"{name} {put_off}"
    elif contest.stage is S.DECISION and K.DECISION in dates:
        text = f"итоги до{labels.NBSP}{labels.day(dates[K.DECISION].closes_at)}"
    elif contest.published_at is not None and contest.stage is not S.CANCELLED:
        text = f"итоги {labels.date(contest.published_at)}"
    return text, keep


def current_phase(contest: Contest, phases: Iterable[Dated], now: datetime) -> Dated | None:
    """Return the phase that people can act in at this moment: reception or voting, while it is open."""
    dates = by_kind(phases)
    if contest.is_accepting(now, dates.values()):
        return dates[K.ACCEPTING]
    return dates[K.VOTING] if contest.is_voting(now, dates.values()) else None


def _place_of(stage: ContestStage, order: Sequence[PhaseKind]) -> int:
    """Return the place of a stage among the phases; before all, or after all."""
    if stage.value in list(K):
        return order.index(K(stage.value))
    return len(order) if stage in (S.AWARDED, S.CLOSED) else -1
