"""What is worth a second look before a contest is published, in words. Nothing here stops publication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from elka import clock
from elka.core.lifecycle import ContestStage as Stage
from elka.core.lifecycle import Phase, PhaseKind, by_kind, judged_after
from elka.core.timeline import About, Remark, length, remarks
from elka.data.workdays import decision_days, least_terms, workdays
from elka.models.contests import Allot, ContestKind
from elka.models.readiness_contest import BASICS, CRITERIA, PUBLIC, TIMELINE, WINNERS, ContestLack, ContestParts
from elka.state.contest_words import PHASE_NAMES
from elka.ui import labels


def advice(parts: ContestParts, now: datetime) -> list[ContestLack]:
    """Return what is worth a second look, in the order of the steps."""
    found = [*_basics(parts), *_timeline(parts, now), *_public(parts), *_criteria(parts), *_winners(parts)]
    return [ContestLack(one.step, one.field, labels.typographer(one.text)) for one in found]


def local_phases(parts: ContestParts) -> list[Phase]:
    """Return the stages by the clock of the region."""
    return [
        Phase(one.kind, clock.local(one.opens_at), clock.local(one.closes_at)) for one in by_kind(parts.phases).values()
    ]


def _timeline(parts: ContestParts, now: datetime) -> Iterator[ContestLack]:
    least = least_terms()
    found = remarks(
        local_phases(parts),
        clock.local(now),
        workdays(),
        {kind: one.working_days for kind, one in least.items()},
        decide_within=decision_days() if parts.contest.kind is ContestKind.MUNICIPAL else None,
    )
    for one in found:
        yield ContestLack(TIMELINE, one.kind.value, _remark(one, least[one.kind].why))
    yield from _terms(parts)


def _remark(one: Remark, why: str) -> str:
    name = PHASE_NAMES[one.kind]
    days = labels.plural(one.count, "день", "дня", "дней")
    working = labels.plural(one.count, "рабочий день", "рабочих дня", "рабочих дней")
    day, does = (labels.day(one.day) if one.day else ""), "начинается" if one.end == "opens" else "кончается"
    return {
        About.GAP: f"Перед этапом «{name}» {days} ничего не происходит.",
        About.DAY_OFF: f"{name.capitalize()} {does} в нерабочий день: {day}, {one.why}.",
        About.SHORT: f"{name.capitalize()}: {working}, советуем не меньше {one.least}. {why}",
        About.NO_CHECK: "Между приёмом и следующим этапом нет времени, чтобы проверить заявки.",
        About.NO_DECISION: "Нет срока публикации итогов: люди не узнают, когда их ждать.",
        About.LATE: f"От конца приёма до итогов {days}. По 131-ФЗ решение об инициативном проекте принимают "
        f"за {one.least} дней: проверьте, что порядок вашего муниципалитета даёт больше.",
        About.BEGUN: "Приём откроется сразу после публикации.",
    }[one.about]


def _terms(parts: ContestParts) -> Iterator[ContestLack]:
    """Whether the terms given to applicants fit into the check of applications."""
    dates = {one.kind: one for one in local_phases(parts)}
    admission, contest = dates.get(PhaseKind.ADMISSION), parts.contest
    if admission is None:
        return
    days, _ = length(admission, workdays())
    if contest.correction_days >= days:
        yield ContestLack(
            BASICS,
            "correction_days",
            f"На исправление заявки {labels.plural(contest.correction_days, 'день', 'дня', 'дней')}, "
            f"а вся проверка длится {labels.plural(days, 'день', 'дня', 'дней')}.",
        )
    judged = judged_after(Stage.ADMISSION, dates.values())
    if judged is not None and contest.appeal_days > days + (judged.opens_at - admission.closes_at).days:
        yield ContestLack(
            BASICS,
            "appeal_days",
            "Возразить на отказ можно дольше, чем осталось до следующего этапа: часть возражений не успеют рассмотреть.",
        )


def _basics(parts: ContestParts) -> Iterator[ContestLack]:
    contest = parts.contest
    given = sum(row.budget or 0 for row in parts.categories)
    if contest.category_basis and contest.allot is Allot.BUDGET and 0 < given < contest.budget:
        yield ContestLack(
            BASICS,
            "category_basis",
            f"По категориям роздано {labels.money(given)} из {labels.money(contest.budget)}: остаток никому не достанется.",
        )
    if contest.category_basis is None and contest.max_cost * 2 > contest.budget:
        yield ContestLack(BASICS, "max_cost", "Один проект может забрать больше половины бюджета.")


def _public(parts: ContestParts) -> Iterator[ContestLack]:
    contest = parts.contest
    if parts.has(PhaseKind.VOTING) and contest.figures_hidden is False and contest.may_change_votes:
        yield ContestLack(
            PUBLIC, "figures_hidden", "Счёт открыт, а выбор можно менять: последние часы станут гонкой за лидером."
        )


def _criteria(parts: ContestParts) -> Iterator[ContestLack]:
    if parts.has(PhaseKind.EXPERT) and parts.criteria and parts.contest.min_reviews == 0:
        yield ContestLack(CRITERIA, "min_reviews", "Не сказано, сколько экспертов читает каждую заявку.")


def _winners(parts: ContestParts) -> Iterator[ContestLack]:
    contest = parts.contest
    if parts.has(PhaseKind.VOTING) and parts.has(PhaseKind.EXPERT) and contest.winners_by.value != "both":
        counted = "баллы комиссии" if contest.winners_by.value == "votes" else "голоса жителей"
        yield ContestLack(
            WINNERS, "winners_by", f"В сроках есть и голосование, и комиссия, но {counted} в рейтинг не входят."
        )
