"""The step of the timeline: which stages there are, from when to when, on one line with days off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import reflex as rx

from elka import clock
from elka.core.lifecycle import Phase, PhaseKind, by_kind
from elka.core.timeline import Bar, length, line, moved, swapped
from elka.data.workdays import workdays
from elka.db import Work
from elka.errors import NotFound, Refused
from elka.models import contest_fields, readiness_contest
from elka.models.contest_fields import local_input
from elka.models.contests import Contest, ContestPhase, phases_of
from elka.models.readiness_contest import TIMELINE, ContestParts, parts_of
from elka.state.base import Events
from elka.state.build_advice import advice, local_phases
from elka.state.build_fields import OwnFields, StepFields
from elka.state.building import change, for_office, require_seen
from elka.state.contest_words import PHASE_NAMES, PHASES
from elka.ui import labels

ENDS = {"opens": "начало", "closes": "конец"}
HINTS = {
    PhaseKind.ACCEPTING: "Жители подают заявки.",
    PhaseKind.ADMISSION: "Вы проверяете заявки. Без своих дат проверка идёт от конца приёма до следующего этапа.",
    PhaseKind.VOTING: "Жители голосуют. Откроется, только если по каждой заявке есть решение.",
    PhaseKind.EXPERT: "Эксперты ставят баллы по критериям.",
    PhaseKind.DECISION: "Вы публикуете итоги.",
}
# How long a stage is when it is added, in days.
USUAL = {
    PhaseKind.ACCEPTING: 30,
    PhaseKind.ADMISSION: 10,
    PhaseKind.VOTING: 14,
    PhaseKind.EXPERT: 10,
    PhaseKind.DECISION: 7,
}
MOST_SHIFT = 1000  # days
_STAGE = "stage:"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class StageRow:
    """One stage in the constructor; its dates are in ``values`` under ``"<kind>-opens"`` and ``"<kind>-closes"``."""

    kind: str
    name: str
    hint: str
    on: bool
    required: bool
    lasts: str
    wrong: str
    overlaps: bool
    advice: list[str]


@dataclass(frozen=True)
class BarRow:
    """A stretch of the line: where it begins and how long it is, in percent."""

    left: str
    width: str
    name: str = ""
    title: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Timeline:
    """What the step shows beside its dates."""

    stages: list[StageRow]
    bars: list[BarRow]
    off: list[BarRow]
    months: list[BarRow]
    today: str
    both: bool
    order: str
    whole: str
    told: str
    unknown: str


class BuildTimelineState(OwnFields, rx.State):
    """Which stages the contest has, from when to when."""

    stages: list[StageRow] = []
    bars: list[BarRow] = []
    off: list[BarRow] = []
    months: list[BarRow] = []
    today: str = ""
    both: bool = False  # a vote and a commission: they may change places
    order: str = ""
    whole: str = ""
    told: str = ""
    unknown: str = ""

    @rx.event
    async def shift(self, form: dict[str, str]) -> Events:
        """Move all stages by so many days or weeks."""
        typed = form if isinstance(form, dict) else {}
        return await self._changing(self._shift, typed.get("count"), typed.get("unit"), field="count")

    @rx.event
    async def push(self, kind: str) -> Events:
        """Move a stage that begins too early, and all that follow, to where the one before ends."""
        return await self._changing(self._push, kind)

    @rx.event
    async def swap(self) -> Events:
        """Let the vote and the commission change places."""
        return await self._changing(self._swap)

    @staticmethod
    def _opened(work: Work, contest_id: object) -> StepFields:
        return _step(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields:
        """Save one end of a stage, or whether there is one. A beginning moved past the end takes the end along."""
        if isinstance(field, str) and field.startswith(_STAGE):
            return _step(work, _save_stage(work, contest_id, field, value, seen))
        kind, end = _kind_and_end(field)
        with change(work, contest_id, TIMELINE, f"{PHASES[kind]}: {ENDS[end]}") as made:
            row = work.session.get(ContestPhase, (made.contest.id, kind))
            if row is None:
                raise NotFound("Этого этапа уже нет.")
            moment = contest_fields.read_moment(str(field), value)
            there = opens, closes = row.opens_at, row.closes_at
            opens, closes = (moment, closes) if end == "opens" else (opens, moment)
            if end == "opens" and opens >= closes:
                closes = opens + (there[1] - there[0])
            if require_seen(str(field), local_input(getattr(row, f"{end}_at")), local_input(moment), seen):
                try:
                    contest_fields.checked_phase(kind, opens, closes, work.now)
                except Refused as refused:
                    raise Refused(refused.fields[kind.value], field=str(field)) from refused
                row.opens_at, row.closes_at = opens, closes
        return _step(work, made.contest)

    @staticmethod
    def _shift(work: Work, contest_id: object, count: object, unit: object) -> StepFields:
        days = _days(count, unit)
        words = labels.plural(abs(days), "день", "дня", "дней")
        with change(work, contest_id, TIMELINE, f"Все сроки на {words} {'позже' if days > 0 else 'раньше'}") as made:
            rows = phases_of(work.session, made.contest.id or 0)
            _lay(work, rows, moved(rows, DAY * days))
        return _step(work, made.contest)

    @staticmethod
    def _push(work: Work, contest_id: object, kind: object) -> StepFields:
        chosen = _kind(kind)
        with change(work, contest_id, TIMELINE, f"Сроки сдвинуты, начиная с этапа «{PHASES[chosen]}»") as made:
            rows = phases_of(work.session, made.contest.id or 0)
            kinds = [row.kind for row in rows]
            if chosen not in kinds or not kinds.index(chosen):
                raise NotFound
            place = kinds.index(chosen)
            by = rows[place - 1].closes_at - rows[place].opens_at
            if by > timedelta():
                _lay(work, rows, moved(rows[place:], by))
        return _step(work, made.contest)

    @staticmethod
    def _swap(work: Work, contest_id: object) -> StepFields:
        with change(work, contest_id, TIMELINE, "Порядок голосования и комиссии") as made:
            rows = phases_of(work.session, made.contest.id or 0)
            try:
                _lay(work, rows, swapped(rows))
            except ValueError as error:
                raise NotFound from error
        return _step(work, made.contest)

    def _take(self, more: Timeline) -> None:
        self.stages, self.bars, self.off, self.months = more.stages, more.bars, more.off, more.months
        self.today, self.both, self.order = more.today, more.both, more.order
        self.whole, self.told, self.unknown = more.whole, more.told, more.unknown


def _save_stage(work: Work, contest_id: object, field: str, value: object, seen: object) -> Contest:
    """Add a stage with usual dates, moving the later ones, or leave it out."""
    chosen = _kind(field.removeprefix(_STAGE))
    with change(work, contest_id, TIMELINE, f"Этап «{PHASES[chosen]}»") as made:
        contest = made.contest
        rows = {phase.kind: phase for phase in phases_of(work.session, contest.id or 0)}
        there, fresh = ("true" if on else "" for on in (chosen in rows, value == "true"))
        if not require_seen(field, there, fresh, seen):
            return contest
        if not fresh:
            if chosen is PhaseKind.ACCEPTING:
                raise Refused("Без приёма заявок конкурса нет.")
            work.session.delete(rows.pop(chosen))
            made.text = f"Этап «{PHASES[chosen]}» убран"
            _fit_winners(contest, list(rows))
        else:
            made.text = f"Этап «{PHASES[chosen]}» добавлен"
            _add(work, contest, chosen, rows)
            _fit_winners(contest, [*rows, chosen], added=chosen)
    return contest


def _kind(kind: object) -> PhaseKind:
    if not isinstance(kind, str) or kind not in list(PhaseKind):
        raise NotFound
    return PhaseKind(kind)


def _kind_and_end(field: object) -> tuple[PhaseKind, str]:
    name, _, end = field.partition("-") if isinstance(field, str) else ("", "", "")
    if end not in ENDS:
        raise NotFound
    return _kind(name), end


def _days(count: object, unit: object) -> int:
    text = count.strip().replace("−", "-") if isinstance(count, str) else ""
    if not text.removeprefix("-").isdigit() or not text.isascii() or len(text) > len(str(MOST_SHIFT)) + 1:
        raise Refused("Впишите целое число; с минусом — раньше.", field="count")
    days = int(text) * (7 if unit == "weeks" else 1)
    if not 0 < abs(days) <= MOST_SHIFT:
        raise Refused(f"Сдвинуть можно не больше чем на {MOST_SHIFT} дней.", field="count")
    return days


def _lay(work: Work, rows: list[ContestPhase], dates: Mapping[PhaseKind, Phase]) -> None:
    for row in rows:
        if row.kind in dates:
            fresh = dates[row.kind]
            contest_fields.checked_phase(row.kind, fresh.opens_at, fresh.closes_at, work.now)
            row.opens_at, row.closes_at = fresh.opens_at, fresh.closes_at


def _add(work: Work, contest: Contest, kind: PhaseKind, rows: dict[PhaseKind, ContestPhase]) -> None:
    """Add a stage after those before it, from a morning to an evening; those after it move as far as it needs."""
    order = list(PhaseKind)
    before = [row.closes_at for row in rows.values() if order.index(row.kind) < order.index(kind)]
    after = [row for row in rows.values() if order.index(row.kind) > order.index(kind)]
    start = clock.local(max(before, default=work.now + DAY)).date()
    first = clock.local(max(before)) if before else None
    opens = max(before) if first is not None else _at(start, 9)
    closes = _at(start + DAY * USUAL[kind], 18)
    if after:
        by = closes - min(row.opens_at for row in after)
        if by > timedelta():
            whole = DAY * -(-by // DAY)  # whole days: hours and minutes stay as they were set
            _lay(work, after, moved(after, whole))
    work.session.add(ContestPhase(contest_id=contest.id or 0, kind=kind, opens_at=opens, closes_at=closes))


def _at(day: object, hour: int) -> datetime:
    return clock.from_local(datetime.fromisoformat(f"{day}T{hour:02}:00:00"))


def _fit_winners(contest: Contest, kinds: list[PhaseKind], added: PhaseKind | None = None) -> None:
    """Rank by what there is; a commission that joins a vote counts, and the other way round."""
    possible = contest_fields.winners_for(kinds)
    judging = (PhaseKind.VOTING, PhaseKind.EXPERT)
    if possible and (contest.winners_by not in possible or added in judging):
        contest.winners_by = possible[-1]


def _step(work: Work, contest: Contest) -> StepFields:
    work.session.flush()
    parts = parts_of(work.session, contest)
    dates = by_kind(parts.phases)
    return StepFields(
        id=contest.id or 0,
        version=contest.version,
        values={
            **{f"{_STAGE}{kind}": "true" if kind in dates else "" for kind in PhaseKind},
            **{
                f"{kind}-{end}": local_input(getattr(phase, f"{end}_at"))
                for kind, phase in dates.items()
                for end in ENDS
            },
        },
        more=_more(parts, work.now),
    )


def _more(parts: ContestParts, now: datetime) -> Timeline:
    phases = {phase.kind: phase for phase in local_phases(parts)}
    wrong = {lack.field: lack.text for lack in readiness_contest.lacks(parts, now) if lack.step == TIMELINE}
    told = [one for one in advice(parts, now) if one.step == TIMELINE]
    drawn = line(phases.values(), clock.local(now), workdays())
    order = [*phases, *(kind for kind in PhaseKind if kind not in phases)]
    both = {PhaseKind.VOTING, PhaseKind.EXPERT} <= set(phases)
    kinds = list(phases)
    return Timeline(
        stages=[
            StageRow(
                kind=kind.value,
                name=PHASE_NAMES[kind].capitalize(),
                hint=labels.typographer(HINTS[kind]),
                on=kind in phases,
                required=kind is PhaseKind.ACCEPTING,
                lasts=_lasts(phases[kind]) if kind in phases else "",
                wrong=labels.typographer(wrong.get(kind.value, "")),
                overlaps=kind in phases and _overlaps(list(phases.values()), kind),
                advice=[one.text for one in told if one.field == kind.value],
            )
            for kind in sorted(order, key=lambda kind: _place(kind, kinds))
        ],
        bars=[_stage_bar(kind, bar, phases[kind]) for kind, bar in drawn.stages.items()] if drawn else [],
        off=[_bar(bar) for bar in drawn.off] if drawn else [],
        months=[BarRow(f"{left}%", "0", labels.day_short(day)) for day, left in drawn.months] if drawn else [],
        today=f"{drawn.today}%" if drawn and drawn.today is not None else "",
        both=both,
        order="Сначала комиссия, потом голосование"
        if both and kinds.index(PhaseKind.EXPERT) < kinds.index(PhaseKind.VOTING)
        else "Сначала голосование, потом комиссия",
        whole=_whole(list(phases.values())),
        told=labels.plural(len(told), "совет", "совета", "советов") if told else "",
        unknown=_unknown(list(phases.values())),
    )


def _place(kind: PhaseKind, there: list[PhaseKind]) -> tuple[float, int]:
    """Order the stages that are there as they go; one that is not stands where it usually does."""
    usual = list(PhaseKind)
    if kind in there:
        return (there.index(kind), 0)
    before = [there.index(one) for one in there if usual.index(one) < usual.index(kind)]
    return (max(before, default=-1) + 0.5, usual.index(kind))


def _overlaps(phases: list[Phase], kind: PhaseKind) -> bool:
    kinds = [phase.kind for phase in phases]
    place = kinds.index(kind)
    return place > 0 and phases[place].opens_at < phases[place - 1].closes_at


def _lasts(phase: Phase) -> str:
    days, working = length(phase, workdays())
    return f"{labels.plural(days, 'день', 'дня', 'дней')}, {labels.plural(working, 'рабочий', 'рабочих', 'рабочих')}"


def _bar(bar: Bar) -> BarRow:
    return BarRow(f"{bar.left}%", f"{bar.width}%")


def _stage_bar(kind: PhaseKind, bar: Bar, phase: Phase) -> BarRow:
    term = f"{PHASE_NAMES[kind].capitalize()}: {labels.date_range(phase.opens_at, phase.closes_at)}"
    return BarRow(f"{bar.left}%", f"{max(bar.width, 0)}%", PHASES[kind], term, kind.value)


def _whole(phases: list[Phase]) -> str:
    if not phases:
        return ""
    first, last = min(one.opens_at for one in phases), max(one.closes_at for one in phases)
    days = labels.plural((last.date() - first.date()).days + 1, "день", "дня", "дней")
    return f"{labels.date_range(first, last)}: {days}"


def _unknown(phases: list[Phase]) -> str:
    """Say for which years the government has moved no days off yet."""
    years = {moment.year for phase in phases for moment in (phase.opens_at, phase.closes_at)}
    missing = sorted(years - set(workdays().years))
    if not missing:
        return ""
    return labels.typographer(
        f"Переносы выходных на {labels.listing(map(str, missing))} год в календарь ещё не внесены: учтены выходные и праздники."
    )
